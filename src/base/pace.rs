//! How much somebody asks, minute by minute.

use super::Instant;
use super::time::SECOND_MS;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Counted at a time; beyond it, those of past windows are forgotten.
const KNOWN_MAX: usize = 1024;

/// Counts by number, in fixed windows. In memory only: who restarts the server begins anew.
#[derive(Debug, Default)]
pub struct Paces(Mutex<HashMap<u64, (i64, u32)>>);

impl Paces {
    /// Counts one more; how many that makes in this window, and the seconds until the next.
    pub fn note(&self, who: u64, now: Instant, window_s: i64) -> (u32, i64) {
        let window_ms = window_s * SECOND_MS;
        let window = now.0.div_euclid(window_ms);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KNOWN_MAX && !counts.contains_key(&who) {
            counts.retain(|_, (of, _)| *of == window);
        }
        let (of, count) = counts.entry(who).or_default();
        if *of != window {
            (*of, *count) = (window, 0);
        }
        *count = count.saturating_add(1);
        let left_ms = window_ms - now.0.rem_euclid(window_ms);
        (*count, (left_ms + SECOND_MS - 1) / SECOND_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_minute_begins_anew() {
        let paces = Paces::default();
        assert_eq!(paces.note(1, Instant(60_000), 60), (1, 60));
        assert_eq!(paces.note(1, Instant(119_500), 60), (2, 1));
        assert_eq!(paces.note(2, Instant(119_500), 60), (1, 1));
        assert_eq!(paces.note(1, Instant(120_000), 60), (1, 60));
    }
}
