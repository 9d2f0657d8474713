//! Every recurring work, one line each: when, what; and the thread that wakes for the next one.
//!
//! When each ran last is kept in the data file, so that a night missed by a machine that was off is made up for at start.

pub mod clock;

use crate::administration::removal;
use crate::api::repeats;
use crate::base::{Instant, secret, time};
use crate::contacts::merge;
use crate::continuity;
use crate::error::Result;
use crate::fax;
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::messages::expiry;
use crate::notices::stale;
use crate::people::{devices, factor, forgotten, guesses, once, sessions, steps};
use crate::reminders;
use crate::store::{AnyTable, Collection, Write};
use crate::subscribers::{card, look};
use crate::switchboard::{drafts, failed, ringing, teams, templates};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// When each work was done last, in milliseconds since 1970, by its name.
static DONE: Collection<&'static str, u64> = Collection::new("jobs.done");

pub static TABLES: [&dyn AnyTable; 2] = [&DONE, &clock::CLOCK];

/// The clock may be set; so nobody sleeps longer than this without looking at it.
const SLEEP_MAX: Duration = Duration::from_secs(20);
/// After a failure the same work is tried again this much later.
const RETRY_MS: i64 = 5 * time::MINUTE_MS;

/// One recurring work.
pub struct Job {
    pub name: &'static str,
    /// When the work is due after it was done at a time; never done: at once.
    pub next: fn(&House, Instant) -> Instant,
    /// Ends early, with its step whole, when the closure says that the server stops.
    pub work: fn(&House, Instant, &dyn Fn() -> bool) -> Result<()>,
}

pub static JOBS: &[Job] = &[
    Job { name: "expiry", next: tonight, work: expire },
    Job { name: "journal", next: tonight, work: |house, now, _| house.journal.purge(now).map(drop) },
    Job { name: "instructions", next: tonight, work: close_instructions },
    Job { name: "sessions", next: |_, last| last.plus_ms(time::HOUR_MS), work: purge },
    Job { name: "outbox", next: |_, last| last.plus_ms(time::HOUR_MS), work: purge_outbox },
    Job { name: "reminders", next: reminders::work::next, work: reminders::work::run },
    Job { name: "mailbox", next: mail_due, work: fax::mailbox::poll },
    Job { name: "kits", next: continuity::work::next, work: continuity::work::run },
    Job { name: "removals", next: when_asked, work: remove },
];

fn remove(house: &House, now: Instant, stop: &dyn Fn() -> bool) -> Result<()> {
    removal::work::run(house, now, stop, &[drafts::erase, templates::erase, teams::erase, continuity::store::erase])
}

/// A removal begins when the alarm rings, and goes on at start where it was.
fn when_asked(house: &House, last: Instant) -> Instant {
    if removal::work::is_due(house) { last } else { last.plus_ms(time::DAY_MS) }
}

/// The next look into the fax mailbox: at once where somebody asked for it.
fn mail_due(house: &House, last: Instant) -> Instant {
    let due = house.store.read(|tx| Ok((fax::mailbox::mailbox(tx)?, fax::mailbox::state(tx)?)));
    match due {
        Ok((Some(mailbox), state)) => state.due(&mailbox).unwrap_or(last),
        _ => last.plus_ms(time::DAY_MS),
    }
}

fn tonight(house: &House, last: Instant) -> Instant {
    house.night().next_after(last)
}

fn expire(house: &House, now: Instant, stop: &dyn Fn() -> bool) -> Result<()> {
    let erased = expiry::run(house, now, stop, fax::store::sweep)?;
    let messages: u64 = erased.iter().map(|due| due.messages).sum();
    log::info!("expiry: {messages} messages of {} subscribers erased", erased.len());
    Ok(())
}

/// Yesterday by the house's own clock: no abonné's day is over later.
fn close_instructions(house: &House, now: Instant, _: &dyn Fn() -> bool) -> Result<()> {
    let yesterday = now.plus_ms(-time::DAY_MS).local(house.zone).date();
    house.store.write_into_reserve(|tx| card::store::close_past(tx, yesterday))
}

fn purge(house: &House, now: Instant, _: &dyn Fn() -> bool) -> Result<()> {
    let looks = house.store.write_into_reserve(|tx| {
        drafts::purge(tx, now)?;
        teams::purge(tx)?;
        ringing::purge(tx)?;
        failed::purge(tx)?;
        sessions::purge(tx, now)?;
        guesses::purge(tx, now)?;
        steps::purge(tx, now)?;
        devices::purge(tx, now)?;
        factor::purge(tx, now)?;
        forgotten::purge(tx, now)?;
        once::purge(tx, now)?;
        repeats::purge(tx, now)?;
        merge::purge(tx, now)?;
        look::purge(tx, now)
    })?;
    for ended in looks {
        house.journal.note(ended.end_entry(ended.since.plus_ms(look::LONGEST_MS)));
    }
    fax::store::purge(house, now)?;
    house.uploads.purge(now)
}

fn purge_outbox(house: &House, now: Instant, stop: &dyn Fn() -> bool) -> Result<()> {
    while house.store.write_into_reserve(|tx| stale::purge(tx, now))? && !stop() {}
    Ok(())
}

/// When a work was done last.
pub fn last_done(house: &House, name: &'static str) -> Result<Option<Instant>> {
    house.store.read(|tx| Ok(DONE.get(tx, name)?.map(|ms| Instant(ms as i64))))
}

/// Notes that the night's erasure was done, by whatever way.
pub fn note_expiry(house: &House, now: Instant) -> Result<()> {
    note(house, "expiry", now)
}

fn note(house: &House, name: &'static str, now: Instant) -> Result<()> {
    house.store.write_into_reserve(|tx| {
        crate::house::note_work_done(tx, name, now)?;
        DONE.put(tx, name, &u64::try_from(now.0).unwrap_or(0))
    })
}

/// Does all that is due at `now`; when the next work is due.
fn round(jobs: &[Job], house: &House, now: Instant, stop: &dyn Fn() -> bool) -> Instant {
    let mut next = now.plus_ms(time::DAY_MS);
    let doubted = clock::look(house, now).unwrap_or_else(|cause| {
        log::error!("the clock could not be noted: {cause}");
        // Without knowing better nothing is erased.
        Some(now.plus_ms(RETRY_MS))
    });
    for job in jobs {
        if stop() {
            break;
        }
        if let Some(until) = doubted
            && clock::holds(job.name)
        {
            next = next.min(until);
            continue;
        }
        let due = match last_done(house, job.name) {
            // Done in a future that a wrong clock made up: not done.
            Ok(Some(last)) if last > now => now,
            Ok(Some(last)) => (job.next)(house, last),
            Ok(None) => now,
            Err(cause) => {
                log::error!("job {}: {cause}", job.name);
                now.plus_ms(RETRY_MS)
            }
        };
        if due > now {
            next = next.min(due);
            continue;
        }
        let work = std::panic::AssertUnwindSafe(|| (job.work)(house, now, stop));
        let outcome = match std::panic::catch_unwind(work) {
            Ok(outcome) => outcome.and_then(|()| if stop() { Ok(()) } else { note(house, job.name, now) }),
            Err(_) => Err(crate::error::Error::internal("it panicked")),
        };
        match outcome {
            Ok(()) => next = next.min((job.next)(house, now)),
            Err(cause) => {
                let reference = secret::reference();
                log::error!("job {}, reference {reference}: {cause}", job.name);
                let failed = |tx: &Write<'_>| crate::house::note_work_failed(tx, job.name, now, &reference);
                if let Err(cause) = house.store.write_into_reserve(failed) {
                    log::error!("job {}: its failure could not be noted: {cause}", job.name);
                }
                let object = format!("{reference}, travail « {} »", job.name);
                house.journal.note(Entry::new(now, Action::ErrorShown).object(object));
                next = next.min(now.plus_ms(RETRY_MS));
            }
        }
    }
    next
}

/// The thread that does the jobs.
pub struct Jobs {
    house: Arc<House>,
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Jobs {
    /// Starts the thread; what a night missed is done first.
    pub fn start(
        jobs: &'static [Job],
        house: Arc<House>,
        now: impl Fn() -> Instant + Send + 'static,
    ) -> std::io::Result<Jobs> {
        let stopping = Arc::new(AtomicBool::new(false));
        let (of_thread, stop) = (Arc::clone(&house), Arc::clone(&stopping));
        let thread = std::thread::Builder::new().name("jobs".into()).spawn(move || {
            let stop = || stop.load(Ordering::Acquire);
            let mut due = now();
            while !stop() {
                // Later than any round asks for: the clock was set back.
                if now() >= due || due.ms_since(now()) > time::DAY_MS {
                    due = round(jobs, &of_thread, now(), &stop);
                }
                let until = u64::try_from(due.ms_since(now())).unwrap_or(0);
                if of_thread.alarm.wait(Duration::from_millis(until).min(SLEEP_MAX)) {
                    due = now();
                }
            }
        })?;
        Ok(Jobs { house, stopping, thread })
    }

    /// Lets the work under way finish its step, then ends the thread.
    pub fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        self.house.alarm.ring();
        let _ = self.thread.join();
    }
}
