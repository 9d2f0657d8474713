//! `import messages FILE`: all or nothing, unless bad rows may be skipped; twice is once.

use super::{Failure, Outcome, print};
use crate::base::french;
use crate::error::Error;
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::messages::import::{self, FILE_BYTES_MAX, ImportFile, ImportedCall};
use crate::messages::store as messages;
use crate::server::{self, Settings};
use crate::store::folder::in_french;
use crate::subscribers::model::NewSubscriber;
use crate::subscribers::{Subscriber, store as subscribers};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Rows written at once: short enough that a progress bar moves, and nothing is lost by an interruption.
const STEP: usize = 500;
/// Bad rows that are listed; a file of another kind would fill the screen.
const BAD_ROWS_SHOWN: usize = 50;

/// What the command line wishes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wishes {
    pub create: bool,
    pub dry_run: bool,
    pub skip_bad: bool,
}

/// What a file brings one abonné.
#[derive(Debug, Default)]
struct Share<'f> {
    calls: Vec<&'f ImportedCall>,
    known: u64,
    subscriber: Option<Subscriber>,
}

pub(super) fn messages(settings: &Settings, path: &Path, wishes: Wishes) -> Outcome {
    let bytes = read_file(path, FILE_BYTES_MAX)?;
    let file =
        import::read(&bytes, settings.zone).map_err(|why| Failure::Refused(format!("{} : {why}", path.display())))?;
    let open = server::open(settings)?;
    let house = &open.house;
    let mut shares: BTreeMap<String, Share<'_>> = BTreeMap::new();
    for call in &file.calls {
        shares.entry(call.subscriber_name.clone()).or_default().calls.push(call);
    }
    house
        .store
        .read(|tx| {
            let mut found = Vec::new();
            for (name, share) in &shares {
                let subscriber = subscribers::by_name(tx, name)?;
                let mut known = 0;
                if let Some(subscriber) = &subscriber {
                    for call in &share.calls {
                        known += u64::from(messages::is_imported(tx, subscriber.id, call.fingerprint)?);
                    }
                }
                found.push((subscriber, known));
            }
            Ok(found)
        })?
        .into_iter()
        .zip(shares.values_mut())
        .for_each(|((subscriber, known), share)| {
            share.subscriber = subscriber;
            share.known = known;
        });
    print(&preview(&file, &shares))?;
    refuse(&file, &shares, wishes)?;
    if wishes.dry_run {
        return print("Essai seulement : rien n’a été écrit.\n");
    }
    let written = write(house, &mut shares)?;
    print(&format!("{} repris.\n", french::count(written, "message", "messages")))
}

/// A whole file of at most so many bytes.
pub(super) fn read_file(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |cause: &std::io::Error| {
        Failure::Refused(format!("{} ne peut pas être lu : {}", path.display(), in_french(cause)))
    };
    let facts = std::fs::metadata(path).map_err(|cause| unreadable(&cause))?;
    if facts.len() > bytes_max {
        return Err(Failure::Refused(format!("{} dépasse {}", path.display(), french::size(bytes_max))));
    }
    std::fs::read(path).map_err(|cause| unreadable(&cause))
}

/// What is in the file, per abonné, and what is wrong with it.
fn preview(file: &ImportFile, shares: &BTreeMap<String, Share<'_>>) -> String {
    let mut out = String::new();
    for column in &file.unknown_columns {
        let _ = writeln!(out, "Colonne inconnue, laissée de côté : « {column} »");
    }
    for (name, share) in shares {
        let archived = share.calls.iter().filter(|call| call.archived).count() as u64;
        let pending = share.calls.len() as u64 - archived;
        let _ = write!(
            out,
            "{name} : {}, dont {} en attente et {}",
            french::count(share.calls.len() as u64, "appel", "appels"),
            french::grouped(pending),
            french::count(archived, "archivé", "archivés")
        );
        if share.known > 0 {
            let _ = write!(out, " ; {} déjà", french::count(share.known, "repris", "repris"));
        }
        if share.subscriber.is_none() {
            out.push_str(" ; cet abonné n’existe pas encore");
        }
        out.push('\n');
    }
    for bad in file.bad.iter().take(BAD_ROWS_SHOWN) {
        let _ = writeln!(out, "Ligne {} : {}", bad.line, bad.reasons.join(" "));
    }
    if file.bad.len() > BAD_ROWS_SHOWN {
        let more = (file.bad.len() - BAD_ROWS_SHOWN) as u64;
        let _ = writeln!(out, "… et {} de plus.", french::count(more, "ligne incorrecte", "lignes incorrectes"));
    }
    out
}

fn refuse(file: &ImportFile, shares: &BTreeMap<String, Share<'_>>, wishes: Wishes) -> Outcome {
    if !file.bad.is_empty() && !wishes.skip_bad {
        let count = french::count(file.bad.len() as u64, "ligne ne peut", "lignes ne peuvent");
        return Err(Failure::Refused(format!(
            "{count} pas être reprise{} : rien n’a été importé ; corrigez le fichier, ou ajoutez --skip-bad",
            french::agree(file.bad.len() as u64, "", "s")
        )));
    }
    let unknown: Vec<&str> =
        shares.iter().filter(|(_, share)| share.subscriber.is_none()).map(|(name, _)| name.as_str()).collect();
    if !unknown.is_empty() && !wishes.create && !wishes.dry_run {
        return Err(Failure::Refused(format!(
            "{} « {} » n’existe{} pas : rien n’a été importé ; ajoutez --create pour {} créer",
            french::agree(unknown.len() as u64, "l’abonné", "les abonnés"),
            unknown.join(" », « "),
            french::agree(unknown.len() as u64, "", "nt"),
            french::agree(unknown.len() as u64, "le", "les"),
        )));
    }
    Ok(())
}

fn write(house: &House, shares: &mut BTreeMap<String, Share<'_>>) -> Result<u64, Failure> {
    let all: usize = shares.values().map(|share| share.calls.len()).sum();
    let bar = ProgressBar::new(all as u64).with_style(style());
    let now = chrono::Utc::now().into();
    let mut written = 0;
    for (name, share) in shares {
        let subscriber = match share.subscriber.take() {
            Some(subscriber) => subscriber,
            None => {
                let new = NewSubscriber::named(name.as_str()).checked()?;
                house.store.write(|tx| subscribers::add(tx, new))?
            }
        };
        let mut of_this = 0;
        for step in share.calls.chunks(STEP) {
            of_this += house.store.write(|tx| {
                let mut taken = 0;
                for call in step {
                    let message = call.message.clone();
                    let made = messages::import(tx, subscriber.id, message, call.archived, call.fingerprint, now)?;
                    taken += u64::from(made.is_some());
                }
                Ok::<_, Error>(taken)
            })?;
            bar.inc(step.len() as u64);
        }
        if of_this > 0 {
            let entry = Entry::new(now, Action::Imported).about(subscriber.id);
            house.journal.note(entry.object(french::count(of_this, "message", "messages")));
        }
        written += of_this;
    }
    bar.finish_and_clear();
    Ok(written)
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:40} {pos} / {len}").unwrap_or_else(|_| ProgressStyle::default_bar())
}
