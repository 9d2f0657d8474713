//! What strangers send, bent in every way: nothing may panic, hang, or take memory without bound; and where an input is
//! understood, what was understood must hold together.
//!
//! Each target runs all its kept inputs (`tests/samples/fuzz/TARGET`), then bends them for a second. For longer, one by one:
//! `FUZZ_SECONDS=60 tests/run fuzz` (`FUZZ_SEED` for the same bends again). An input that fails is made shorter and written to
//! `target/fuzz`; mend what it found and move it to the samples, where it is tried for ever.

mod bend;
mod targets;

use bend::Bender;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// No input may take longer, on the slowest machine with all checks on.
const INPUT_TIME_MAX: Duration = Duration::from_secs(10);
/// Inputs have some kilobytes; nothing that they ask for is worth more than this.
const PEAK_KB_MAX: u64 = 400 * 1024;
/// Inputs that came to something new are bent further.
const CORPUS_MAX: usize = 600;

/// What is tried: bytes in, and what they came to as a number, so that inputs that come to something new are kept.
type Target = fn(&[u8]) -> u64;

/// Tries all kept inputs, then bends them.
fn fuzz(name: &str, seeds: &[&[u8]], words: &[&str], target: Target) {
    let mut corpus: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.to_vec()).collect();
    corpus.extend(kept(name));
    let watched = Watched::start(name);
    let mut seen = HashSet::new();
    for input in &corpus {
        seen.insert(watched.run(input, target));
    }
    let asked = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let end = Instant::now() + Duration::from_secs(asked.unwrap_or(1));
    let seed = std::env::var("FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| {
        // Each second asked for tries others; the usual one is the same everywhere.
        asked.map_or(1, |_| std::process::id().into())
    });
    let mut bender = Bender::new(seed, words);
    let mut tries = 0u64;
    while Instant::now() < end {
        let input = bender.bend(&corpus);
        tries += 1;
        if seen.insert(watched.run(&input, target)) && corpus.len() < CORPUS_MAX {
            corpus.push(input);
        }
    }
    println!("{name}: {tries} inputs (seed {seed}), {} outcomes, peak {} KB", seen.len(), peak_kb());
    assert!(tries > 0, "{name} is tried at all");
    assert!(peak_kb() < PEAK_KB_MAX, "{name} took {} KB", peak_kb());
}

/// The inputs that found something once, or that are worth beginning from.
fn kept(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new("tests/samples/fuzz").join(name);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a sample")).collect()
}

/// The input being tried, and since when.
type Tried = Option<(Instant, Vec<u8>)>;

/// Sees that no input takes too long, and keeps the one that failed.
struct Watched {
    name: String,
    now: Arc<Mutex<Tried>>,
    done: Arc<AtomicBool>,
}

impl Watched {
    fn start(name: &str) -> Watched {
        let (now, done) = (Arc::new(Mutex::new(Tried::None)), Arc::new(AtomicBool::new(false)));
        let (watched, over, of) = (Arc::clone(&now), Arc::clone(&done), name.to_owned());
        std::thread::spawn(move || {
            while !over.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(100));
                let now = watched.lock().expect("the input");
                if let Some((since, input)) = &*now
                    && since.elapsed() > INPUT_TIME_MAX
                {
                    eprintln!("{of} hangs: {}", write(&of, input).display());
                    std::process::abort();
                }
            }
        });
        Watched { name: name.to_owned(), now, done }
    }

    fn run(&self, input: &[u8], target: Target) -> u64 {
        *self.now.lock().expect("the input") = Some((Instant::now(), input.to_vec()));
        let outcome = catch_unwind(AssertUnwindSafe(|| target(input)));
        *self.now.lock().expect("the input") = None;
        outcome.unwrap_or_else(|_| {
            // The first panic has been told; those of shorter inputs are the same.
            std::panic::set_hook(Box::new(|_| {}));
            let short = shortened(input, target);
            panic!(
                "{} fails: {}\n{:?}",
                self.name,
                write(&self.name, &short).display(),
                String::from_utf8_lossy(&short)
            )
        })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Release);
    }
}

/// Leaves out whatever is not needed to fail.
fn shortened(input: &[u8], target: Target) -> Vec<u8> {
    let mut short = input.to_vec();
    let end = Instant::now() + Duration::from_secs(5);
    let mut piece = short.len() / 2;
    while piece > 0 && Instant::now() < end {
        let mut at = 0;
        while at < short.len() && Instant::now() < end {
            let mut without = short.clone();
            without.drain(at..(at + piece).min(short.len()));
            if catch_unwind(AssertUnwindSafe(|| target(&without))).is_err() {
                short = without;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    short
}

fn write(name: &str, input: &[u8]) -> PathBuf {
    let folder = Path::new("target/fuzz");
    let sum = input.iter().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let path = folder.join(format!("{name}-{sum:016x}"));
    let _ = std::fs::create_dir_all(folder);
    let _ = std::fs::write(&path, input);
    path
}

/// The most that this process ever had in memory (proc(5)); one process a test, as nextest runs them.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0)
}
