//! Warnings that a flood would repeat: written now and then, with how many were left out.

use super::limits::WARNING_PAUSE;
use std::time::Instant;

/// One kind of warning.
#[derive(Debug, Default)]
pub struct Seldom {
    written: Option<Instant>,
    left_out: u64,
}

impl Seldom {
    /// Whether to write it now, and how many were not written since the last.
    pub fn is_due(&mut self, now: Instant) -> Option<u64> {
        if self.written.is_some_and(|moment| now.saturating_duration_since(moment) < WARNING_PAUSE) {
            self.left_out += 1;
            return None;
        }
        self.written = Some(now);
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_writes_a_line_and_its_number() {
        let start = Instant::now();
        let mut seldom = Seldom::default();
        assert_eq!(seldom.is_due(start), Some(0));
        assert!((1..1000).all(|ms| seldom.is_due(start + std::time::Duration::from_millis(ms)).is_none()));
        assert_eq!(seldom.is_due(start + WARNING_PAUSE), Some(999));
    }
}
