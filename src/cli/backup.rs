//! `backup` and `restore`.

use super::{Failure, Outcome, open_existing, print};
use crate::backup::keep::{self, Made};
use crate::backup::model::Name;
use crate::backup::{control, keeper, parts, restore};
use crate::base::Instant;
use crate::base::french;
use crate::base::time::moment_short;
use crate::error::Error;
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::notices::{State, outbox};
use crate::people::sessions;
use crate::schema::FILES;
use crate::server::{self, Settings};
use crate::store::Store;
use crate::store::folder::DataFolder;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

/// Makes a backup: where the settings keep them, or in a folder of one's own choice, where nothing is removed.
pub(super) fn backup(settings: &Settings, to: Option<&Path>) -> Outcome {
    let bar = progress();
    let mut heard = |bytes| bar.set_position(bytes);
    let served = control::knock(&settings.folder);
    let said = match (served, to) {
        (Some(server), None) => {
            format!("Sauvegarde faite et relue : {}\n", control::ask(server, &mut heard)?.display())
        }
        (Some(server), Some(folder)) => {
            let made = make(settings, folder, |out| control::stream(server, out, &mut heard))?;
            in_words(&made)
        }
        (None, to) => {
            let open = open_existing(settings)?;
            bar.set_length(parts::bytes(&open.house));
            backup_house(settings, &open.house, to, &mut heard)?
        }
    };
    bar.finish_and_clear();
    print(&said)
}

/// As `backup`, of a house that nobody serves.
fn backup_house(
    settings: &Settings,
    house: &House,
    to: Option<&Path>,
    heard: &mut dyn FnMut(u64),
) -> Result<String, Failure> {
    let now: Instant = chrono::Utc::now().into();
    let Some(folder) = to else {
        let path = keeper::run(house, &FILES, now, &|| false)?;
        return Ok(format!("Sauvegarde faite et relue : {}\n", path.display()));
    };
    let mut on_the_way = |bytes| {
        heard(bytes);
        Ok(())
    };
    let made = make(settings, folder, |out| parts::write(house, out, now, &mut on_the_way).map(drop))?;
    house.journal.note(Entry::new(now, Action::BackupMade).object(control::ELSEWHERE));
    Ok(in_words(&made))
}

fn make(
    settings: &Settings,
    folder: &Path,
    source: impl FnOnce(&mut dyn std::io::Write) -> crate::error::Result<()>,
) -> Result<Made, Error> {
    let recipient = settings.backups.recipient.as_deref();
    let now: Instant = chrono::Utc::now().into();
    let name = Name { at: now.local(settings.zone), encrypted: recipient.is_some() };
    keep::keep(&keep::Order { folder, name, recipient, schemas: &FILES }, source)
}

fn in_words(made: &Made) -> String {
    format!(
        "Sauvegarde faite et relue : {}\n{}, {}.\n",
        made.path.display(),
        french::size(made.bytes),
        french::count(made.seal.rows_of_all(), "ligne", "lignes")
    )
}

/// Makes the data of a backup take the place of what is in the data folder.
pub(super) fn restore(settings: &Settings, file: &Path, keys: Option<&Path>, force: bool) -> Outcome {
    let folder = DataFolder::take(&settings.folder)?;
    restore::finish(folder.path())?;
    if folder.path().join(parts::DATA).exists() && !force {
        return Err(Failure::Refused(format!(
            "{} contient déjà des données : rien n’a été changé ; avec --force, elles sont mises de côté et remplacées",
            settings.folder.display()
        )));
    }
    let now: Instant = chrono::Utc::now().into();
    let bar = progress();
    bar.set_length(2 * std::fs::metadata(file).map_or(0, |facts| facts.len()));
    let (letters, signed_out) = (Cell::new(0), Cell::new(0));
    let prepare = |store: &Store| {
        signed_out.set(store.write_into_reserve(sessions::end_everybody)?);
        letters.set(hold_letters(store, now)?);
        Ok(())
    };
    let from = restore::Backup { file, keys, schemas: &FILES };
    let restored = restore::restore(folder.path(), &from, now.local(settings.zone), &prepare, &|bytes| bar.inc(bytes))?;
    bar.finish_and_clear();
    drop(folder);
    note(settings, file, now)?;
    let moment = moment_short(restored.made.local(settings.zone));
    let mut out =
        format!("Les données du {moment} sont reprises : {}.\n", french::count(restored.rows, "ligne", "lignes"));
    if let Some(replaced) = restored.replaced {
        out.push_str(&format!("Ce qu’elles remplacent est gardé dans {}.\n", replaced.display()));
    }
    if signed_out.get() > 0 {
        out.push_str("Toutes les sessions sont fermées : chacun se connecte à nouveau.\n");
    }
    if letters.get() > 0 {
        out.push_str(&format!(
            "{} qui attendai{} de partir {} : « Courrier » les montre, et peut les renvoyer.\n",
            french::count(letters.get(), "courrier", "courriers"),
            french::agree(letters.get(), "t", "ent"),
            french::agree(letters.get(), "est annulé", "sont annulés"),
        ));
    }
    print(&out)
}

/// Letters that waited when the backup was made have mostly left since: none goes out twice by itself.
fn hold_letters(store: &Store, now: Instant) -> crate::error::Result<u64> {
    let mut held = 0;
    loop {
        let step = store.write_into_reserve(|tx| {
            let waiting = outbox::page(tx, Some(State::Waiting), "", 1)?.rows;
            for letter in &waiting {
                outbox::cancel(tx, letter.id, now)?;
            }
            Ok(waiting.len() as u64)
        })?;
        if step == 0 {
            return Ok(held);
        }
        held += step;
    }
}

fn note(settings: &Settings, file: &Path, now: Instant) -> Outcome {
    let open = server::open(settings)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    open.house.journal.note(Entry::new(now, Action::DataRestored).object(name));
    Ok(())
}

fn progress() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {bytes} ({bytes_per_sec})");
    let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
