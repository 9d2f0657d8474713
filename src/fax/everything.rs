//! All faxes and documents of one abonné: handed over whole, or erased whole.

use super::model::{Fax, State};
use super::store;
use crate::base::bundle::Bundle;
use crate::error::Result;
use crate::store::papers::{ORIGINAL, Papers};
use crate::store::{Reads, Write};
use crate::subscribers::Subscriber;
use serde::Serialize;

/// A fax as a line of the file.
#[derive(Serialize)]
struct Line<'a> {
    numero: u64,
    recu: String,
    provenance: &'static str,
    fichier: &'a str,
    original: Option<String>,
    pages: usize,
    message: Option<u64>,
    depose_par: &'a str,
    remarques: &'a [String],
}

/// Adds `fax.jsonl`, and every original as it came.
pub fn write(tx: &impl Reads, papers: &Papers, subscriber: &Subscriber, bundle: &mut Bundle) -> Result<()> {
    let mut faxes = store::latest(tx, subscriber.id, usize::MAX)?;
    faxes.reverse();
    bundle.begin("fax.jsonl")?;
    for fax in &faxes {
        bundle.line(&line(fax))?;
    }
    for fax in &faxes {
        let Some(name) = original(fax) else { continue };
        let (mut file, _) = papers.open(&fax.key, ORIGINAL)?;
        bundle.begin(&name)?;
        bundle.copy(&mut file)?;
    }
    Ok(())
}

fn original(fax: &Fax) -> Option<String> {
    let kept = !matches!(fax.state, State::Refused { .. });
    kept.then(|| format!("fax/{}.{}", fax.number, fax.kind.map_or("bin", |kind| kind.extension())))
}

fn line(fax: &Fax) -> Line<'_> {
    let remarques: &[String] = match &fax.state {
        State::Ready { remarks, .. } => remarks,
        State::Coming | State::Refused { .. } => &[],
    };
    Line {
        numero: fax.number.0,
        recu: fax.received.rfc3339(),
        provenance: fax.way.in_words(),
        fichier: &fax.name,
        original: original(fax),
        pages: fax.pages().len(),
        message: fax.message.map(|message| message.0),
        depose_par: &fax.by_name,
        remarques,
    }
}

/// Erases up to `most` faxes with their files; how many that was. Nothing left: nothing comes back.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, most: usize) -> Result<Vec<(&'static str, u64)>> {
    let faxes = store::latest(tx, subscriber.id, most)?;
    faxes.iter().try_for_each(|fax| store::erase(tx, fax))?;
    Ok(if faxes.is_empty() { Vec::new() } else { vec![("fax et documents", faxes.len() as u64)] })
}
