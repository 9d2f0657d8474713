//! All faxes and documents of one abonné: handed over whole, or erased whole.

use super::model::{Fax, State, page_name, thumb_name};
use super::store;
use crate::base::bundle::Bundle;
use crate::base::secret;
use crate::decode::Kind;
use crate::error::Result;
use crate::store::carried::Numbers;
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

/// The name of the table whose rows go to another house.
pub const TABLE: &str = "fax.faxes";

/// Hands over, as lines of JSON, the faxes that another house can read again; those that were refused stay behind.
pub fn carried(tx: &impl Reads, subscriber: &Subscriber, mut line: impl FnMut(&Fax) -> Result<()>) -> Result<()> {
    let mut faxes = store::latest(tx, subscriber.id, usize::MAX)?;
    faxes.reverse();
    faxes.iter().filter(|fax| original(fax).is_some()).try_for_each(&mut line)
}

/// What came with a fax of another house: on the disk, before the row that names it.
#[derive(Debug, Clone)]
pub struct Kept {
    pub key: String,
    kind: Option<Kind>,
    digest: u128,
    bytes: u64,
}

impl Kept {
    /// Keeps it.
    pub fn keep(papers: &Papers, bytes: &[u8]) -> Result<Kept> {
        let (kind, digest) = (Kind::of(bytes), secret::digest128(bytes));
        Ok(Kept { key: papers.keep(bytes)?, kind, digest, bytes: bytes.len() as u64 })
    }
}

/// Puts a fax of another house under this one's next number. Its pages are read from its original anew, for what is shown is
/// what this house encoded itself.
pub fn carry(tx: &Write<'_>, owner: &Subscriber, fax: Fax, kept: &Kept, numbers: &mut Numbers) -> Result<()> {
    let before = fax.number.0;
    let new = Fax {
        key: kept.key.clone(),
        by: numbers.person(fax.by),
        subscriber: Some(owner.id),
        about: fax.about.clean(),
        kind: kept.kind,
        digest: kept.digest,
        bytes: kept.bytes,
        state: State::Coming,
        ..fax
    };
    numbers.faxes.insert(before, store::add(tx, new)?.number.0);
    Ok(())
}

/// Adds `fax.jsonl`, every original as it came, and every page as a picture.
pub fn write(tx: &impl Reads, papers: &Papers, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    let mut faxes = store::latest(tx, subscriber.id, usize::MAX)?;
    faxes.reverse();
    bundle.begin("fax.jsonl")?;
    for fax in &faxes {
        bundle.line(&line(fax))?;
    }
    for fax in &faxes {
        let Some(name) = original(fax) else { continue };
        copy(papers, fax, ORIGINAL, &name, bundle)?;
        for place in 1..=fax.pages().len() {
            for page in [page_name(place), thumb_name(place)] {
                copy(papers, fax, &page, &format!("fax/{}/{page}", fax.number), bundle)?;
            }
        }
    }
    Ok(())
}

fn copy(papers: &Papers, fax: &Fax, file: &str, name: &str, bundle: &mut Bundle<'_>) -> Result<()> {
    let (mut file, _) = papers.open(&fax.key, file)?;
    bundle.begin(name)?;
    bundle.copy(&mut file)
}

/// Where the folder has what came; `None` for what was refused.
pub fn original(fax: &Fax) -> Option<String> {
    let kept = !matches!(fax.state, State::Refused { .. });
    kept.then(|| format!("fax/{}/original.{}", fax.number, fax.kind.map_or("bin", |kind| kind.extension())))
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
