//! The technical log: one line an event on standard error, as journald likes it.
//!
//! Lines are bounded, or who floods the server would fill its disk: what is left out is counted and said. Warnings have a share
//! of their own, so that no flood of requests hides them.
//!
//! Never here, because it is never handed over: passwords, tokens, texts of messages, names of contacts.

use log::{Level, LevelFilter, Log, Metadata, Record};
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

struct Lines {
    /// Under systemd the level goes in front (sd-daemon(3)) and journald writes the time.
    journald: bool,
    warnings: Mutex<Share>,
    others: Mutex<Share>,
}

/// Lines of one kind that may still be written.
struct Share {
    /// Regained each second, and saved up to so many: an office in a hurry asks for some hundred pages in a second.
    a_second: u32,
    most: u32,
    left: u32,
    since: Option<Instant>,
    left_out: u64,
}

impl Share {
    const fn of(a_second: u32, most: u32) -> Share {
        Share { a_second, most, left: most, since: None, left_out: 0 }
    }

    /// Whether a line may be written, and how many were left out before it.
    fn take(&mut self, now: Instant) -> Option<u64> {
        let since = *self.since.get_or_insert(now);
        let seconds = now.saturating_duration_since(since).as_secs();
        if seconds > 0 {
            let regained = u32::try_from(seconds).unwrap_or(u32::MAX).saturating_mul(self.a_second);
            self.left = self.left.saturating_add(regained).min(self.most);
            self.since = Some(now);
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Some(std::mem::take(&mut self.left_out))
            }
            None => {
                self.left_out += 1;
                None
            }
        }
    }
}

/// Starts the log; a second call changes its level only.
pub fn start(level: LevelFilter) {
    let journald = std::env::var_os("JOURNAL_STREAM").is_some();
    let (warnings, others) = (Mutex::new(Share::of(10, 200)), Mutex::new(Share::of(100, 2000)));
    let _ = log::set_boxed_logger(Box::new(Lines { journald, warnings, others }));
    log::set_max_level(level);
    // A panic's own words may hold what was being shown; its place is enough to find it.
    std::panic::set_hook(Box::new(|panic| match panic.location() {
        Some(place) => log::error!("panic at {}:{}", place.file(), place.line()),
        None => log::error!("panic"),
    }));
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Other crates speak up only when something is wrong.
        metadata.target().starts_with("permanence") || metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let share = if record.level() <= Level::Warn { &self.warnings } else { &self.others };
        let allowed = share.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now());
        let Some(left_out) = allowed else { return };
        if left_out > 0 {
            self.write(record.level(), &format!("too much to say: {left_out} lines left out"));
        }
        self.write(record.level(), &record.args().to_string());
    }

    fn flush(&self) {}
}

impl Lines {
    fn write(&self, level: Level, words: &str) {
        let mut line = if self.journald {
            let priority = match level {
                Level::Error => 3,
                Level::Warn => 4,
                Level::Info => 6,
                Level::Debug | Level::Trace => 7,
            };
            format!("<{priority}>")
        } else {
            format!("{} {:5} ", chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ"), level)
        };
        // One event is one line, whatever a cause brings along.
        line.extend(words.chars().map(|c| if c.is_control() { ' ' } else { c }));
        line.push('\n');
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_flood_has_its_share_and_no_more() {
        let (start, mut share) = (Instant::now(), Share::of(10, 50));
        let written = |share: &mut Share, at: Instant| (0..1000).filter(|_| share.take(at).is_some()).count();
        assert_eq!(written(&mut share, start), 50);
        assert_eq!(share.take(start + Duration::from_secs(3)), Some(950), "what was left out is said");
        assert_eq!(written(&mut share, start + Duration::from_secs(3)), 29);
        assert_eq!(written(&mut share, start + Duration::from_secs(3600)), 50);
    }
}
