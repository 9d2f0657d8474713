//! The reader: one thread that has pages read of what came, in the order in which it came, by a child process each; between
//! two faxes it looks into the watched folder and clears away the files of what was erased.
//!
//! The queue is in the data file: what was under way at a power cut is read again at start. One fax at a time, so that a
//! hostile one costs the house one child's share of memory and time.

use super::folder::Folder;
use super::model::{self, Size, State, Way};
use super::store;
use crate::base::{FaxId, Instant, secret};
use crate::error::Result;
use crate::house::House;
use crate::store::papers::ORIGINAL;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often somebody looks whether anything came; a number in memory says so, without a look at the data.
const LOOK: Duration = Duration::from_millis(100);
/// A fax whose reading failed for a reason of ours is tried again this often, then given up with a sentence.
const TRIES_MAX: u32 = 3;
/// After such a failure the queue rests.
const REST: Duration = Duration::from_secs(2);

/// The running reader.
pub struct Reader {
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Reader {
    /// Clears away what a power cut left between rows and files, then starts the thread.
    pub fn start(
        house: Arc<House>,
        watched: Option<PathBuf>,
        now: impl Fn() -> Instant + Send + 'static,
    ) -> Result<Reader> {
        store::tidy(&house)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        let thread = std::thread::Builder::new().name("fax".into()).spawn(move || {
            let stop = || stop.load(Ordering::Acquire);
            let mut folder = Folder::new(watched, &house);
            let mut seen = None;
            let mut tries = HashMap::new();
            while !stop() {
                let version = house.store.live().version(store::TOPIC);
                if seen != Some(version) {
                    seen = work(&house, &mut tries, &stop).then_some(version);
                    continue;
                }
                folder.look(&house, now());
                std::thread::sleep(LOOK);
            }
        })?;
        Ok(Reader { stopping, thread })
    }

    /// Lets the fax under way come to its end, then ends the thread.
    pub fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        let _ = self.thread.join();
    }
}

/// Everything there is to do. `false`: something failed, and is to be tried again.
fn work(house: &House, tries: &mut HashMap<FaxId, u32>, stop: &impl Fn() -> bool) -> bool {
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store::sweep(house)?;
        read_all(house, tries, stop)
    }));
    match done {
        Ok(Ok(())) => true,
        Ok(Err(cause)) => {
            log::error!("faxes: {cause}");
            std::thread::sleep(REST);
            false
        }
        Err(_) => {
            log::error!("faxes: the reader panicked");
            std::thread::sleep(REST);
            false
        }
    }
}

/// Reads all that wait.
pub fn read_all(house: &House, tries: &mut HashMap<FaxId, u32>, stop: &impl Fn() -> bool) -> Result<()> {
    let mut last = None;
    let mut failed = None;
    while let Some(number) = house.store.read(|tx| store::next_coming(tx, last))? {
        if stop() {
            return Ok(());
        }
        last = Some(number);
        match read(house, number) {
            Ok(()) => drop(tries.remove(&number)),
            Err(cause) => {
                let so_far = tries.entry(number).or_insert(0);
                *so_far += 1;
                if *so_far >= TRIES_MAX {
                    let reference = secret::reference();
                    log::error!("fax {number} is given up, reference {reference}: {cause}");
                    let why = format!("Ce fax n’a pas pu être lu à cause d’une erreur du serveur, n° {reference}.");
                    house.store.write_into_reserve(|tx| store::refuse(tx, number, why.clone()))?;
                } else {
                    // The others have their turn meanwhile.
                    failed = Some(cause);
                }
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Has the pages of one fax read.
fn read(house: &House, number: FaxId) -> Result<()> {
    let Some(fax) = house.store.read(|tx| store::fax(tx, number))? else {
        return house.store.write_into_reserve(|tx| store::refuse(tx, number, String::new()));
    };
    let original = house.papers.read(&fax.key, ORIGINAL)?;
    let mut pages = Vec::new();
    let outcome = house.decoder.pages(&original, &mut |page| {
        pages.push(Size { width: page.width, height: page.height });
        house.papers.add(&fax.key, &model::page_name(pages.len()), &page.png)?;
        house.papers.add(&fax.key, &model::thumb_name(pages.len()), &page.thumb)
    })?;
    match outcome {
        Ok(summary) => {
            let remarks = summary.remarks.iter().map(ToString::to_string).collect();
            house.papers.settle(&fax.key)?;
            let bytes = house.papers.bytes(&fax.key)?;
            house.store.write(|tx| store::finish(tx, number, pages, remarks, bytes))
        }
        Err(refusal) => {
            let why = refusal.to_string();
            log::info!("fax {number} is refused");
            if fax.way == Way::Folder {
                super::folder::set_aside(house, &fax, &original, &why);
            }
            house.store.write(|tx| store::refuse(tx, number, why))?;
            store::sweep(house)
        }
    }
}

/// Whether anything is still to be read.
pub fn is_done(house: &House, number: FaxId) -> Result<bool> {
    let fax = house.store.read(|tx| store::fax(tx, number))?;
    Ok(fax.is_none_or(|fax| fax.state != State::Coming))
}
