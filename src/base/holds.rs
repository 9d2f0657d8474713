//! Who has what open: a bounded memory of claims that fade by themselves. Advice, never a lock.

use super::{Instant, PersonId, time};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long a hold lasts that nobody renews.
pub const HOLD_MS: i64 = 2 * time::MINUTE_MS;
/// Holds at once, over all abonnés: one a person, and more persons than an office has.
const HOLDS_MAX: usize = 1024;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub start: Instant,
    pub end: Instant,
}

/// Somebody's hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub spot: Spot,
    pub person: PersonId,
    pub name: String,
    pub until: Instant,
}

/// The holds of all abonnés: one for each person at one abonné.
#[derive(Default)]
pub struct Holds {
    held: Mutex<HashMap<(u64, PersonId), Hold>>,
}

impl Holds {
    /// Holds a spot of an abonné's agenda in place of the one held before; whether others see something new. A full memory
    /// forgets what has faded, and otherwise takes no more.
    pub fn hold(&self, subscriber: u64, spot: Spot, person: PersonId, name: &str, now: Instant) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HOLDS_MAX {
            held.retain(|_, hold| hold.until > now);
            if held.len() >= HOLDS_MAX {
                return false;
            }
        }
        let hold = Hold { spot, person, name: name.to_owned(), until: now.plus_ms(HOLD_MS) };
        let before = held.insert((subscriber, person), hold);
        before.is_none_or(|before| before.spot != spot || before.until <= now)
    }

    /// Lets go; whether there was something to let go of.
    pub fn release(&self, subscriber: u64, person: PersonId) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&(subscriber, person)).is_some()
    }

    /// What is held of an abonné's agenda, by start.
    pub fn held(&self, subscriber: u64, now: Instant) -> Vec<Hold> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let of_subscriber = held.iter().filter(|((of, _), hold)| *of == subscriber && hold.until > now);
        let mut found: Vec<Hold> = of_subscriber.map(|(_, hold)| hold.clone()).collect();
        found.sort_by_key(|hold| (hold.spot.start, hold.person));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_is_seen_for_two_minutes_and_renewed_without_news() {
        let holds = Holds::default();
        let spot = Spot { start: Instant(0), end: Instant(900_000) };
        let at = |seconds: i64| Instant(seconds * 1000);
        assert!(holds.hold(1, spot, PersonId(4), "Aline", at(0)));
        assert!(!holds.hold(1, spot, PersonId(4), "Aline", at(60)), "the same again is no news");
        assert_eq!(holds.held(1, at(179)).len(), 1);
        assert_eq!((holds.held(1, at(180)), holds.held(2, at(60))), (vec![], vec![]));
        assert!(holds.release(1, PersonId(4)) && !holds.release(1, PersonId(4)));
    }

    #[test]
    fn a_full_memory_takes_no_more_until_something_fades() {
        let holds = Holds::default();
        let spot = Spot { start: Instant(0), end: Instant(1) };
        for person in 0..HOLDS_MAX as u64 {
            assert!(holds.hold(1, spot, PersonId(person), "x", Instant(0)));
        }
        assert!(!holds.hold(1, spot, PersonId(u64::MAX), "x", Instant(0)));
        assert!(holds.hold(1, spot, PersonId(u64::MAX), "x", Instant(HOLD_MS)));
    }
}
