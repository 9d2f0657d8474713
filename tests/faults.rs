//! A disk that fails under the data file at any point of a mixed load: what was acknowledged is there, what was not is there
//! whole or not at all, and the store goes on by itself once the disk does. The same load on an honest disk is the model.
//!
//! `FAULTS=10000 tests/run faults` runs more schedules than the usual few hundred; a failure names its seed.

use crate::support::disk::{self, Chance, Disk, Fault};
use crate::support::rows::{Rows, rows_of};
use crate::support::{LEFEVRE, MARTIN, TUESDAY_10_00, new_message};
use permanence::agenda::absences::{self, NewAbsence};
use permanence::agenda::model::Actor;
use permanence::base::{Instant, MessageNumber, PersonId, SubscriberId, Zone};
use permanence::contacts::model::{By as ContactBy, NewContact};
use permanence::contacts::store as contacts;
use permanence::error::{Error, Result};
use permanence::messages::store::{self as messages, By};
use permanence::messages::{archive, expiry};
use permanence::schema::SCHEMA;
use permanence::store::{Options, Store, Write};
use permanence::subscribers::Side;
use permanence::subscribers::model::NewSubscriber;
use permanence::subscribers::store as subscribers;
use std::path::Path;
use std::sync::OnceLock;

const SCHEDULES: u64 = 240;
const STEPS: u64 = 24;

fn open(folder: &Path, disk: &Disk) -> Result<Store> {
    disk::insert(disk);
    Store::open(&folder.join("permanence.redb"), &SCHEMA, Options { cache_bytes: 1 << 20, medium: disk::medium })
}

/// A data file with two abonnés: where every schedule begins.
fn beginning() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::default();
        let store = open(folder.path(), &disk).unwrap();
        store
            .write(|tx| {
                subscribers::add(tx, NewSubscriber::named("Cabinet Martin"))?;
                subscribers::add(tx, NewSubscriber::named("Maître Lefèvre"))
            })
            .unwrap();
        drop(store);
        disk.bytes()
    })
}

/// One step of the load, the same wherever it is done. `Err` of the rooms (nothing to archive yet) is an outcome too.
fn step(tx: &Write<'_>, seed: u64) -> Result<()> {
    let mut chance = Chance(seed);
    let subscriber = if chance.below(3) == 0 { LEFEVRE } else { MARTIN };
    let now = Instant(TUESDAY_10_00 + (seed % 100_000) as i64);
    let by = By { person: PersonId(4), name: "Aline" };
    let number = MessageNumber(1 + chance.below(8));
    match chance.below(8) {
        0..=2 => {
            let mut message = new_message(now);
            message.text = format!("Appel {seed}. ").repeat(1 + chance.below(60) as usize);
            messages::take(tx, subscriber, message.checked()?).map(drop)
        }
        3 => archive::archive(tx, subscriber, &[number], by, now).map(drop),
        4 => archive::restore(tx, subscriber, &[number], by, now).map(drop),
        5 => {
            let name = format!("Nom{}", chance.below(1000));
            let new = NewContact { last_name: name, first_name: "Marie".into(), ..NewContact::default() };
            let by = ContactBy { person: None, name: "Aline" };
            contacts::add(tx, subscriber, new.checked(now.local(Zone::PARIS).date())?, by, now).map(drop)
        }
        6 => away(tx, subscriber, seed, now),
        _ => {
            let message = messages::message(tx, subscriber, number)?;
            expiry::erase(tx, subscriber, &message)
        }
    }
}

fn away(tx: &Write<'_>, subscriber: SubscriberId, seed: u64, now: Instant) -> Result<()> {
    let of = subscribers::subscriber(tx, subscriber)?.ok_or(Error::NotFound)?;
    let date = (now.local(Zone::PARIS) + chrono::TimeDelta::days((seed % 300) as i64)).date();
    let nobody = Actor { person: None, name: "La régie", side: Side::Subscriber };
    absences::add(tx, &of, NewAbsence::days(date, date, "Congés"), nobody, now).map(drop)
}

/// Whether a step came to nothing for a reason of the rooms' own, not of the disk's.
fn refused(outcome: &Result<()>) -> bool {
    matches!(outcome, Err(Error::Invalid(_) | Error::NotFound | Error::Conflict(_) | Error::Forbidden))
}

fn schedule(folder: &Path, seed: u64) -> bool {
    let mut chance = Chance(seed);
    let (disk, honest) = (Disk::holding(beginning()), Disk::holding(beginning()));
    // Two stores in turn: each opened with its own disk inserted, reopened with the failing one.
    let model = open(folder, &honest).unwrap();
    let mut store = open(folder, &disk).unwrap();
    let fault = match seed % 5 {
        0 | 1 => Fault::PowerCut,
        2 => Fault::Sync(1 + chance.below(3) as u32),
        3 if chance.below(2) == 0 => Fault::ReadOnly(1 + chance.below(40) as u32),
        3 => Fault::Write(1 + chance.below(3) as u32),
        _ => Fault::NoRoom(1 + chance.below(3) as u32),
    };
    // Room is asked for seldom, the rest some seven times a step.
    let most = if matches!(fault, Fault::NoRoom(_)) { 2 } else { STEPS * 6 };
    disk.fail(1 + chance.below(most), fault, chance.draw());
    let mut failures = 0;
    for place in 0..STEPS {
        let seed_of_step = chance.draw();
        let outcome = store.write(|tx| step(tx, seed_of_step));
        if outcome.is_ok() || refused(&outcome) {
            let same = model.write(|tx| step(tx, seed_of_step));
            assert_eq!(outcome.is_ok(), same.is_ok(), "seed {seed}, step {place}: {outcome:?}, {same:?}");
            continue;
        }
        failures += 1;
        assert!(
            matches!(outcome, Err(Error::Unavailable { .. })) || disk.is_cut(),
            "seed {seed}, step {place}: said clearly, {outcome:?}"
        );
        if disk.is_cut() {
            drop(store);
            store = open(folder, &Disk::holding(&disk.after_power_cut()))
                .unwrap_or_else(|cause| panic!("seed {seed}, step {place}: {cause}"));
            settle(&store, &model, seed_of_step, seed, place);
            // The new disk is honest; the load goes on.
            continue;
        }
        // The disk recovers after so many refusals; whoever reads meanwhile may be told to wait, no more.
        let patience = (0..100).find(|_| store.read(|_| Ok(())).is_ok());
        assert!(patience.is_some(), "seed {seed}, step {place}: it never opens again");
        settle(&store, &model, seed_of_step, seed, place);
    }
    assert!(failures <= 60, "seed {seed}: it goes on when the disk does");
    let last = same(&store, &model);
    assert!(last.is_ok(), "seed {seed}: {last:?}");
    if !disk.is_cut() {
        // In the end the power goes: all that was acknowledged is on the disk.
        let image = disk.after_power_cut();
        drop(store);
        store = open(folder, &Disk::holding(&image)).unwrap_or_else(|cause| panic!("seed {seed}, end: {cause}"));
        let last = same(&store, &model);
        assert!(last.is_ok(), "seed {seed}, after the power cut: {last:?}");
    }
    let reports = store.check_rows().unwrap();
    assert!(reports.iter().all(|report| report.undecodable == 0), "seed {seed}");
    disk.has_struck()
}

/// A step in doubt is there whole or not at all; the model follows.
fn settle(store: &Store, model: &Store, step_seed: u64, seed: u64, place: u64) {
    if same(store, model).is_ok() {
        return;
    }
    let _ = model.write(|tx| step(tx, step_seed));
    let then = same(store, model);
    assert!(then.is_ok(), "seed {seed}, step {place}: neither before nor after, {then:?}");
}

/// The first table that differs.
fn same(store: &Store, model: &Store) -> std::result::Result<(), String> {
    let (found, wanted): (Rows, Rows) = (rows_of(store), rows_of(model));
    for table in found.keys().chain(wanted.keys()) {
        if found.get(table) != wanted.get(table) {
            let count = |rows: &Rows| rows.get(table).map_or(0, |rows| rows.len());
            return Err(format!("{table}: {} rows, {} in the model", count(&found), count(&wanted)));
        }
    }
    Ok(())
}

#[test]
fn whatever_the_disk_does_what_was_acknowledged_is_there() {
    let schedules = std::env::var("FAULTS").ok().and_then(|text| text.parse().ok()).unwrap_or(SCHEDULES);
    let threads = 2;
    let struck: u64 = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                scope.spawn(move || {
                    let folder = tempfile::tempdir().unwrap();
                    (0..schedules)
                        .filter(|seed| seed % threads == part)
                        .map(|seed| u64::from(schedule(folder.path(), seed)))
                        .sum::<u64>()
                })
            })
            .collect();
        parts.into_iter().map(|part| part.join().expect("a schedule fails")).sum()
    });
    // Most faults come before the load is over; a test in which none came would show nothing.
    assert!(struck * 2 > schedules, "{struck} of {schedules} faults came");
}
