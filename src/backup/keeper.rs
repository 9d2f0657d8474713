//! The thread that makes backups: each night after what is due was erased, and whenever somebody asks.

use super::model::Name;
use super::store::{self, Copied, Good, Outcome, Run};
use super::{command, keep, parts};
use crate::base::time::moment_short;
use crate::base::{Instant, secret, time};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::journal::{Action, Entry};
use crate::people::Warning;
use crate::store::Schema;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// The work's name among the recurring works.
const WORK: &str = "backup";
/// The clock may be set; so nobody sleeps longer than this without looking at it.
const SLEEP_MAX: Duration = Duration::from_secs(20);
/// After a failure it is tried again this much later.
const RETRY_MS: i64 = time::HOUR_MS;
/// The night's erasure comes first, so that a backup does not keep for a year what was due today; but not for ever.
const ERASURE_AWAITED_MS: i64 = 30 * time::MINUTE_MS;
/// On a machine of two cores who answers people goes first.
#[cfg(target_os = "linux")]
const NICENESS: libc::c_int = 10;

/// The stores of a backup with what they are made of.
pub type Schemas = &'static [(&'static str, &'static Schema)];

/// The thread.
pub struct Keeper {
    house: Arc<House>,
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Starts it; what a night missed is made first.
    pub fn start(
        house: Arc<House>,
        schemas: Schemas,
        now: impl Fn() -> Instant + Send + 'static,
    ) -> std::io::Result<Keeper> {
        let stopping = Arc::new(AtomicBool::new(false));
        let (of_thread, stop) = (Arc::clone(&house), Arc::clone(&stopping));
        let thread = std::thread::Builder::new().name("backups".into()).spawn(move || {
            give_way();
            let stop = || stop.load(Ordering::Acquire);
            while !stop() {
                let wished = of_thread.backups.take_wish();
                if wished || is_due(&of_thread, now()) {
                    let _ = run(&of_thread, schemas, now(), &stop);
                }
                of_thread.backups.alarm.wait(SLEEP_MAX);
            }
        })?;
        Ok(Keeper { house, stopping, thread })
    }

    /// Breaks off what is under way (nothing half done stays), then ends the thread.
    pub fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        self.house.backups.alarm.ring();
        let _ = self.thread.join();
    }
}

/// Lowers this thread's own priority.
fn give_way() {
    #[cfg(target_os = "linux")]
    // SAFETY: sets a number of the calling thread (on Linux priorities belong to threads); a refusal changes nothing.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, NICENESS);
    }
}

/// Whether the night's backup is due.
fn is_due(house: &House, now: Instant) -> bool {
    if house.backups.settings.kept.is_nothing() {
        return false;
    }
    due(house, now).unwrap_or_else(|cause| {
        log::error!("backups: {cause}");
        false
    })
}

fn due(house: &House, now: Instant) -> Result<bool> {
    let (last, since, works) =
        house.store.read(|tx| Ok((store::last_until(tx, now)?, store::since(tx)?, house::works(tx)?)))?;
    let night = house.night();
    let next = match (last, since) {
        (Some((begun, Run { outcome: Outcome::Good(_), .. })), _) => night.next_after(begun),
        (Some((begun, _)), _) => begun.plus_ms(RETRY_MS),
        (None, Some(since)) if since <= now => night.next_after(since),
        (None, _) => {
            house.store.write_into_reserve(|tx| store::set_since(tx, now))?;
            return Ok(false);
        }
    };
    let tonight = night.last_before(now);
    let erased = works.iter().any(|(name, work)| name == "expiry" && work.done.is_some_and(|done| done >= tonight));
    Ok(now >= next && (erased || now.ms_since(tonight) >= ERASURE_AWAITED_MS))
}

/// What administrators are told on every page when too long ago was the last good one.
pub fn warning(house: &House, now: Instant) -> Result<Option<Warning>> {
    if house.backups.settings.kept.is_nothing() {
        return Ok(None);
    }
    let overdue = house.store.read(|tx| store::overdue(tx, now))?;
    Ok(overdue.map(|since| {
        let moment = moment_short(since.local(house.zone));
        let sentence = format!("Aucune sauvegarde n’a réussi depuis le {moment}.");
        Warning { sentence, label: "Voir les sauvegardes", href: "/administration/sauvegardes" }
    }))
}

/// Makes one, notes how it went, removes what is kept no longer. Its path.
pub fn run(house: &House, schemas: Schemas, now: Instant, stop: &dyn Fn() -> bool) -> Result<PathBuf> {
    let backups = &house.backups;
    backups.begin();
    let started = std::time::Instant::now();
    let work = std::panic::AssertUnwindSafe(|| make(house, schemas, now, stop));
    let made = std::panic::catch_unwind(work).unwrap_or_else(|_| Err(Error::internal("erreur interne")));
    if made.is_err() && stop() {
        // The server ends: the next one makes it.
        backups.end(Err("le serveur s’arrête".into()));
        return made.map(|made| made.0);
    }
    let outcome = match &made {
        Ok((_, good)) => Outcome::Good(good.clone()),
        Err(cause) => Outcome::Failed(cause.to_string()),
    };
    let run = Run { took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX), outcome };
    if let Err(cause) = note(house, now, &run) {
        log::error!("backups: how it went could not be noted: {cause}");
    }
    backups.end(made.as_ref().map(|(path, _)| path.clone()).map_err(ToString::to_string));
    made.map(|made| made.0)
}

fn make(house: &House, schemas: Schemas, now: Instant, stop: &dyn Fn() -> bool) -> Result<(PathBuf, Good)> {
    let backups = &house.backups;
    let settings = &backups.settings;
    let recipient = settings.recipient.as_deref();
    let name = Name { at: now.local(house.zone), encrypted: recipient.is_some() };
    let order = keep::Order { folder: &backups.folder, name, recipient, schemas };
    let made = keep::keep(&order, |out| {
        let mut on_the_way = |bytes| {
            backups.advance(bytes);
            if stop() { Err(Error::internal("le serveur s’arrête")) } else { Ok(()) }
        };
        parts::write(house, out, now, &mut on_the_way).map(drop)
    })?;
    keep::rotate(&backups.folder, settings.kept)?;
    let copied = match settings.command.as_slice() {
        [] => Copied::NotAsked,
        words => match command::run(words, &made.path, stop) {
            Ok(()) => Copied::Done,
            Err(why) => Copied::Failed(why),
        },
    };
    let (bytes, rows) = (made.bytes, made.seal.rows_of_all());
    let file = made.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let good = Good { file, bytes, rows, encrypted: name.encrypted, copied };
    Ok((made.path, good))
}

fn note(house: &House, now: Instant, run: &Run) -> Result<()> {
    let reference = secret::reference();
    let entry = Entry::new(now, Action::BackupMade);
    let failure = match &run.outcome {
        Outcome::Good(good) => {
            log::info!("backup: {} bytes, {} rows, read back in {} ms", good.bytes, good.rows, run.took_ms);
            house.journal.note(entry.object(&good.file));
            match &good.copied {
                Copied::Failed(why) => Some(why),
                Copied::NotAsked | Copied::Done => None,
            }
        }
        Outcome::Failed(why) => Some(why),
    };
    if let Some(why) = failure {
        log::error!("backup, reference {reference}: {why}");
        house.journal.note(Entry::new(now, Action::BackupFailed).object(&reference));
    }
    house.store.write_into_reserve(|tx| {
        store::note(tx, now, run)?;
        match failure {
            Some(_) => house::note_work_failed(tx, WORK, now, &reference),
            None => house::note_work_done(tx, WORK, now),
        }
    })
}
