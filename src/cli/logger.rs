//! The technical log: one line an event on standard error, as journald likes it.
//!
//! Never here, because it is never handed over: passwords, tokens, texts of messages, names of contacts.

use log::{Level, LevelFilter, Log, Metadata, Record};
use std::io::Write;

struct Lines {
    /// Under systemd the level goes in front (sd-daemon(3)) and journald writes the time.
    journald: bool,
}

/// Starts the log; a second call changes its level only.
pub fn start(level: LevelFilter) {
    let journald = std::env::var_os("JOURNAL_STREAM").is_some();
    let _ = log::set_boxed_logger(Box::new(Lines { journald }));
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
        let mut line = if self.journald {
            let priority = match record.level() {
                Level::Error => 3,
                Level::Warn => 4,
                Level::Info => 6,
                Level::Debug | Level::Trace => 7,
            };
            format!("<{priority}>")
        } else {
            format!("{} {:5} ", chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ"), record.level())
        };
        // One event is one line, whatever a cause brings along.
        line.extend(record.args().to_string().chars().map(|c| if c.is_control() { ' ' } else { c }));
        line.push('\n');
        let _ = std::io::stderr().write_all(line.as_bytes());
    }

    fn flush(&self) {}
}
