//! The night's kits: into the folder of the settings, where the last night's make room for them, and by mail to those who
//! asked for that in writing. What fails for one abonné keeps nobody else from theirs.

use super::model::{Format, Kit, file_of, file_of_console, is_ours};
use super::store::{self, Night, Wish};
use super::{gather, page, paper};
use crate::base::time::{self, Day, date_in_words};
use crate::base::{Instant, fold};
use crate::error::Result;
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::notices::letter::{Body, File, NewLetter, Purpose};
use crate::notices::{Way, outbox};
use crate::people::Warning;
use crate::store::folder::in_french;
use crate::subscribers::{Subscriber, store as subscribers};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// After a failure the night's work is tried again so much later.
const RETRY_MS: i64 = time::HOUR_MS;
/// A kit that could not be sent within so long is yesterday's.
const USEFUL_MS: i64 = 20 * time::HOUR_MS;

/// When it is due after it was done at a time.
pub fn next(house: &House, last: Instant) -> Instant {
    let failed = house.store.read(store::night).is_ok_and(|night| night.is_some_and(|night| !night.failure.is_empty()));
    if failed { last.plus_ms(RETRY_MS) } else { house.night().next_after(last) }
}

/// A kit as a file of either kind.
pub fn file(kit: &Kit, format: Format) -> Vec<u8> {
    match format {
        Format::Html => page::html(kit).into_bytes(),
        Format::Pdf => paper::pdf(kit),
    }
}

/// Makes and sends them all.
pub fn run(house: &House, now: Instant, stop: &dyn Fn() -> bool) -> Result<()> {
    let all: Vec<Subscriber> = house.store.read(subscribers::all)?.into_iter().filter(|one| one.active).collect();
    let mut night = Night { at: now, mailed: 0, files: 0, failure: String::new() };
    let mut failures = Vec::new();
    for subscriber in &all {
        if stop() {
            return Ok(());
        }
        match mail(house, subscriber, now) {
            Ok(mailed) => night.mailed += u64::from(mailed),
            Err(cause) => {
                log::error!("the kit of subscriber {} could not be sent: {cause}", subscriber.id);
                failures.push(format!("Le kit de l’abonné {} n’a pas pu être écrit dans le courrier.", subscriber.id));
            }
        }
    }
    if let Some(folder) = &house.kits {
        match fill(house, folder, &all, now) {
            Ok(files) => night.files = files,
            Err(cause) => {
                log::error!("the kits could not be copied to {}: {cause}", folder.display());
                failures.push(format!("Le dossier {} : {cause}.", folder.display()));
            }
        }
    }
    night.failure = failures.join(" ");
    house.store.write_into_reserve(|tx| store::note_night(tx, &night))
}

/// Writes an abonné's kit into the outbox, once a day; whether it was written now.
fn mail(house: &House, subscriber: &Subscriber, now: Instant) -> Result<bool> {
    let today = Day::from(now.local(subscriber.zone).date());
    let id = subscriber.id;
    let (wish, sent) = house.store.read(|tx| Ok((store::wish(tx, id)?, store::sent(tx, id)?)))?;
    let Some(wish) = wish.filter(|_| sent != Some(today)) else { return Ok(false) };
    let kit = house.store.read(|tx| gather::of_subscriber(tx, subscriber, now))?;
    let letters = letters(&kit, subscriber, &wish, now);
    let written = house.store.write(|tx| {
        // Somebody may have stopped it while the files were made.
        if store::wish(tx, id)?.as_ref() != Some(&wish) {
            return Ok(false);
        }
        for letter in letters {
            outbox::put(tx, letter, now)?;
        }
        store::note_sent(tx, id, today)?;
        Ok(true)
    })?;
    if written {
        house.journal.note(Entry::new(now, Action::KitSent).about(id));
    }
    Ok(written)
}

fn letters(kit: &Kit, subscriber: &Subscriber, wish: &Wish, now: Instant) -> Vec<NewLetter> {
    let date = now.local(subscriber.zone).date();
    let slug = fold::words(&subscriber.name).join("-");
    let files = Format::ALL.map(|format| File {
        name: format!("kit-{slug}-{date}.{}", format.extension()),
        media_type: format.media_type().to_owned(),
        bytes: file(kit, format),
    });
    let text = format!(
        "Bonjour,\n\nVous trouverez ci-joint votre kit de secours du {} : votre agenda d’aujourd’hui et des sept jours qui suivent, vos \
         consignes, et comment joindre votre secrétariat si son serveur ne répond pas. Il remplace celui d’hier, que vous pouvez effacer.\n\n\
         Cordialement,\n{}\n\n--\nVous recevez ce kit parce que {} l’a demandé par écrit à son secrétariat, qui peut l’arrêter.\n",
        date_in_words(date),
        kit.house.name,
        wish.consent.asked_by,
    );
    wish.addresses
        .iter()
        .map(|to| NewLetter {
            way: Way::Mail,
            to: to.clone(),
            purpose: Purpose::Kit,
            subscriber: Some(subscriber.id),
            body: Body::WithFiles {
                subject: format!("Kit de secours du {}", time::date_short(date)),
                text: text.clone(),
                files: files.to_vec(),
            },
            due: now,
            expires: Some(now.plus_ms(USEFUL_MS)),
        })
        .collect()
}

/// Brings the folder to what it should hold; how many files that is. The folder is never made: on a disk that is not there
/// its place would be the system's own. `Err` is what people are told.
fn fill(house: &House, folder: &Path, all: &[Subscriber], now: Instant) -> std::result::Result<u64, String> {
    if !folder.is_dir() {
        return Err("il n’y a pas de dossier de ce nom, ou son disque n’est pas là".into());
    }
    let unreadable = |cause: crate::error::Error| cause.to_string();
    let mut wanted = BTreeSet::new();
    for subscriber in all {
        let kit = house.store.read(|tx| gather::of_subscriber(tx, subscriber, now)).map_err(unreadable)?;
        for format in Format::ALL {
            let name = file_of(subscriber.id, &subscriber.name, format);
            put(folder, &name, &file(&kit, format)).map_err(|cause| in_french(&cause))?;
            wanted.insert(name);
        }
    }
    let kit = house.store.read(|tx| gather::of_console(tx, house, all, now)).map_err(unreadable)?;
    for format in Format::ALL {
        let name = file_of_console(format);
        put(folder, &name, &file(&kit, format)).map_err(|cause| in_french(&cause))?;
        wanted.insert(name);
    }
    tidy(folder, &wanted).map_err(|cause| in_french(&cause))?;
    Ok(wanted.len() as u64)
}

/// A file in place of yesterday's: whole or not at all, for this account's eyes.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = folder.join(format!(".{name}.en-cours"));
    let _ = std::fs::remove_file(&unfinished);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| std::fs::rename(&unfinished, folder.join(name)));
    if placed.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    placed
}

/// Takes away kits of abonnés that are gone or renamed; what is not ours stays.
fn tidy(folder: &Path, wanted: &BTreeSet<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_ours(&name) && !wanted.contains(&name) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// What administrators are told on every page while the last night's kits failed.
pub fn warning(house: &House) -> Result<Option<Warning>> {
    let night = house.store.read(store::night)?;
    Ok(night.filter(|night| !night.failure.is_empty()).map(|night| Warning {
        sentence: format!("Kits de secours : {}", night.failure),
        label: "Voir les kits",
        href: "/administration/kits",
    }))
}
