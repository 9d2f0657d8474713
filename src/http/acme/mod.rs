//! Certificates had by ourselves from an authority that speaks ACME (RFC 8555), and renewed in time.
//!
//! One thread, which waits nearly always. It asks, shows what proves the name (`edge::challenges`), and writes one file with the
//! key and the certificate; the edge sees that the file has changed, as it would with anybody else's files. What goes wrong
//! is written on the `Board`, with what to do, and tried again after growing pauses: authorities count failures.
//!
//! - The old certificate stays until a new one is whole on the disk.
//! - Nothing depends on this thread being alive: a restart takes an order up where it was.
//!
//! Never here: the network's side of a proof (the edge answers), and the choice of a name (the settings').

mod authority;
mod folder;
mod order;
mod renewal;
mod words;

use super::edge::challenges::Challenges;
use super::edge::tls::board::{Board, Failure};
use super::edge::tls::certificate::{Files, now_s, utc};
use folder::{Attempts, Folder};
use renewal::Renewal;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use words::Failed;

/// The authority that is asked unless another is set.
pub const USUAL_DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// After the first failure, the second, …; the last again and again. Let's Encrypt takes five failed proofs of a name an hour.
const PAUSES_S: [u64; 8] = [60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600];
/// Nobody sleeps longer than this without looking at the clock, which may be set.
const SLEEP_MAX: Duration = Duration::from_secs(600);
/// At the end, how long an answer of the authority is still waited for.
const END_PATIENCE: Duration = Duration::from_secs(2);

/// What to ask, of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The public name, without a port.
    pub name: String,
    pub directory: String,
    /// To whom the authority may write.
    pub email: Option<String>,
    /// A PEM file of those who vouch for the authority's own server, where this machine does not know them.
    pub trusted: Option<PathBuf>,
    /// Where the account and certificates lie; made when it is missing.
    pub folder: PathBuf,
    /// The first pause after a failure; the others grow from it.
    pub pause: Duration,
}

impl Settings {
    /// The usual pause.
    pub const PAUSE: Duration = Duration::from_secs(PAUSES_S[0]);

    /// The file with the key and the certificate, which is there once the authority has given one.
    pub fn files(&self) -> Files {
        let path = Folder::of(self).certificate(&self.name);
        Files { certificate: path.clone(), key: path }
    }
}

/// What the thread works with.
pub struct Means {
    pub challenges: Arc<Challenges>,
    pub board: Arc<Board>,
    /// Whether there is a door in clear, where a page can prove the name.
    pub by_page: bool,
}

/// Told to end, and heard at once.
#[derive(Debug, Default)]
struct End {
    told: Mutex<bool>,
    wake: Condvar,
}

impl End {
    fn tell(&self) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.wake.notify_all();
    }

    fn is_told(&self) -> bool {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long; whether the end was told meanwhile.
    fn wait(&self, most: Duration) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, _) = self.wake.wait_timeout_while(told, most, |told| !*told).unwrap_or_else(PoisonError::into_inner);
        *told
    }
}

/// The thread that keeps a certificate in date.
pub struct Keeper {
    end: Arc<End>,
    thread: JoinHandle<()>,
}

impl Keeper {
    pub fn start(settings: Settings, means: Means) -> std::io::Result<Keeper> {
        let end = Arc::new(End::default());
        let folder = Folder::of(&settings);
        let mut work = Work { renewal: Renewal::default(), settings, means, folder, end: Arc::clone(&end) };
        let thread = std::thread::Builder::new().name("certificate".into()).spawn(move || work.run())?;
        Ok(Keeper { end, thread })
    }

    /// Ends the thread; an answer that does not come is not waited for, and nothing is written after.
    pub fn stop(self) {
        self.end.tell();
        let end = Instant::now() + END_PATIENCE;
        while !self.thread.is_finished() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        if self.thread.is_finished() {
            let _ = self.thread.join();
        }
    }
}

/// All that the thread has.
struct Work {
    settings: Settings,
    means: Means,
    folder: Folder,
    renewal: Renewal,
    end: Arc<End>,
}

impl Work {
    fn run(&mut self) {
        let mut attempts = self.folder.attempts();
        while !self.end.is_told() {
            let now_s = now_s();
            let due_s = self.due_s(attempts, now_s);
            self.means.board.change(|known| known.renewal_s = Some(due_s));
            let left_s = u64::try_from(due_s - now_s).unwrap_or(0);
            if left_s > 0 {
                self.end.wait(Duration::from_secs(left_s).min(SLEEP_MAX));
                continue;
            }
            // A panic of a crate that reads what strangers write must not end the renewals for good.
            let round = std::panic::AssertUnwindSafe(|| self.obtain(attempts.failures));
            let outcome = std::panic::catch_unwind(round).unwrap_or_else(|_| Err(Failed::odd("a panic")));
            self.means.challenges.clear();
            attempts = match outcome {
                Ok(()) => self.succeeded(),
                Err(_) if self.end.is_told() => return,
                Err(failed) => self.failed(&failed, attempts),
            };
        }
    }

    /// When to ask: for the first certificate at once, for the next when its time has come; after failures not before their
    /// pause is over.
    fn due_s(&mut self, attempts: Attempts, now_s: i64) -> i64 {
        let due_s = match self.folder.facts(&self.settings.name) {
            Some(facts) => self.renewal.moment_s(&facts, &self.settings, &self.end, now_s),
            None => now_s,
        };
        due_s.max(attempts.again_s.min(now_s + LONGEST_PAUSE_S))
    }

    fn succeeded(&mut self) -> Attempts {
        log::info!("certificate: {} has given one for {}", self.settings.directory, self.settings.name);
        self.renewal = Renewal::default();
        self.folder.forget_attempts();
        self.means.board.change(|known| known.failure = None);
        Attempts::default()
    }

    fn failed(&self, failed: &Failed, before: Attempts) -> Attempts {
        let failures = before.failures.saturating_add(1);
        let pause_s = pause_s(failures, self.settings.pause, failed.wait_s);
        let (at_s, again_s) = (now_s(), now_s() + pause_s);
        let (name, again) = (&self.settings.name, utc(again_s));
        log::warn!("certificate: none for {name}: {} {} Next try: {again}.", failed.sentence, failed.advice);
        let attempts = Attempts { failures, again_s };
        if let Err(cause) = self.folder.keep_attempts(attempts) {
            log::warn!("certificate: the attempt could not be noted: {cause}");
        }
        let (sentence, advice) = (failed.sentence.clone(), failed.advice.clone());
        let failure = Failure { at_s, sentence, advice, again_s: Some(again_s) };
        self.means.board.change(|known| known.failure = Some(failure));
        attempts
    }
}

/// However long an authority asks us to wait, or a file says so: a month.
const LONGEST_PAUSE_S: i64 = 30 * 24 * 3600;

/// How long to wait after so many failures: the pauses grow, with up to a tenth more by chance, so that not all servers of
/// the country knock in the same second after the authority was down; and never less than it asked for.
fn pause_s(failures: u32, first: Duration, asked_s: Option<u64>) -> i64 {
    let place = (failures.saturating_sub(1) as usize).min(PAUSES_S.len() - 1);
    let usual_ms = first.as_millis() as u64 * (PAUSES_S[place] / PAUSES_S[0]);
    let chance = crate::base::secret::random::<1>().map_or(0, |[byte]| u64::from(byte));
    let ms = usual_ms + usual_ms * chance / 2560;
    let asked_s = i64::try_from(asked_s.unwrap_or(0)).unwrap_or(LONGEST_PAUSE_S);
    i64::try_from(ms.div_ceil(1000)).unwrap_or(LONGEST_PAUSE_S).max(asked_s).min(LONGEST_PAUSE_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_day_and_an_authority_s_wish_counts_more() {
        let mut before = 0;
        for failures in 1..=20 {
            let pause = pause_s(failures, Settings::PAUSE, None);
            assert!(pause >= before && pause <= 24 * 3600 * 11 / 10, "{failures}: {pause}");
            before = pause * 10 / 11;
        }
        // Five failed proofs an hour are what Let's Encrypt takes (https://letsencrypt.org/docs/rate-limits/).
        let first_hour: i64 = (1..=4).map(|failures| pause_s(failures, Settings::PAUSE, None)).sum();
        assert!(first_hour > 3600, "{first_hour}");
        assert_eq!(pause_s(1, Settings::PAUSE, Some(7200)), 7200);
        assert_eq!(pause_s(1, Settings::PAUSE, Some(u64::MAX)), LONGEST_PAUSE_S);
    }
}
