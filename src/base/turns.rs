//! Seats for heavy work, and the queue before them: whoever asks again in time keeps their place, whoever leaves loses it.

use super::{Instant, PersonId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who has not asked again for so long has gone away.
pub const PATIENCE_MS: i64 = 20_000;
/// Places that are kept; who comes after them is told to wait all the same.
const WAITING_MAX: usize = 64;

/// Some seats. Clones share them.
#[derive(Debug, Clone)]
pub struct Turns {
    seats: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    taken: usize,
    /// In the order in which they came.
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    person: PersonId,
    what: String,
    seen: Instant,
}

/// A seat, until it is dropped.
#[derive(Debug)]
pub struct Seat(Arc<Mutex<State>>);

/// What became of asking.
#[derive(Debug)]
pub enum Turn {
    Seat(Seat),
    /// How many are served before.
    Wait {
        ahead: usize,
    },
}

impl Turns {
    pub fn new(seats: usize) -> Turns {
        Turns { seats, state: Arc::default() }
    }

    /// Asks for a seat for a person's work; `what` tells it from other work of the same person.
    pub fn ask(&self, person: PersonId, what: &str, now: Instant) -> Turn {
        let mut state = lock(&self.state);
        state.waiting.retain(|one| now.ms_since(one.seen) < PATIENCE_MS);
        let found = state.waiting.iter().position(|one| one.person == person && one.what == what);
        let ahead = found.unwrap_or(state.waiting.len());
        if state.taken + ahead < self.seats {
            if let Some(place) = found {
                state.waiting.remove(place);
            }
            state.taken += 1;
            return Turn::Seat(Seat(Arc::clone(&self.state)));
        }
        match found {
            Some(place) => state.waiting[place].seen = now,
            None if state.waiting.len() < WAITING_MAX => {
                state.waiting.push(Waiting { person, what: what.to_owned(), seen: now });
            }
            None => {}
        }
        Turn::Wait { ahead }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.0).taken -= 1;
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(turn: Turn) -> Seat {
        match turn {
            Turn::Seat(seat) => seat,
            Turn::Wait { ahead } => panic!("{ahead} are ahead"),
        }
    }

    fn ahead(turn: &Turn) -> Option<usize> {
        match turn {
            Turn::Seat(_) => None,
            Turn::Wait { ahead } => Some(*ahead),
        }
    }

    #[test]
    fn who_came_first_is_served_first_and_who_left_makes_room() {
        let turns = Turns::new(2);
        let at = |seconds: i64| Instant(seconds * 1000);
        let first = seat(turns.ask(PersonId(1), "a", at(0)));
        let second = seat(turns.ask(PersonId(1), "b", at(0)));
        assert_eq!(ahead(&turns.ask(PersonId(2), "a", at(1))), Some(0));
        assert_eq!(ahead(&turns.ask(PersonId(3), "a", at(1))), Some(1));
        drop(first);
        assert_eq!(ahead(&turns.ask(PersonId(3), "a", at(2))), Some(1), "the free seat is kept for who came before");
        let third = seat(turns.ask(PersonId(2), "a", at(3)));
        assert_eq!(ahead(&turns.ask(PersonId(4), "a", at(4))), Some(1));
        drop((second, third));
        let _fourth = seat(turns.ask(PersonId(4), "a", at(4)));
        // Person 3 was last seen at 2 s.
        assert_eq!(ahead(&turns.ask(PersonId(5), "a", at(21))), Some(1));
        let _fifth = seat(turns.ask(PersonId(5), "a", at(22)));
    }
}
