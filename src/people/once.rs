//! One-time numbers: a form that must not act twice carries one, and the write that acts consumes it. Sent again, by a
//! double click or after a lost connection, the form is answered as the first time.

use crate::base::{Instant, PersonId, secret, time};
use crate::error::Result;
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By person and number, so that nobody can learn what another's form did.
pub(super) static ONCE: Collection<(u64, u128), Outcome> = Collection::new("people.once");

/// Long enough for a tab that was open over a weekend.
const KEPT_MS: i64 = 4 * time::DAY_MS;

/// What a form did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outcome {
    at: Instant,
    /// Where it led.
    address: String,
}

impl Record for Outcome {}

/// A new number for a form, in hexadecimal.
pub fn number() -> Result<String> {
    Ok(format!("{:032x}", u128::from_be_bytes(secret::random::<16>()?)))
}

/// Reads a form's number; a form without one (an old tab, a program) simply has no protection.
pub fn read(text: &str) -> Option<u128> {
    (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

/// Where the form with this number led, if it has acted already.
pub fn done(tx: &impl Reads, person: PersonId, number: Option<u128>) -> Result<Option<String>> {
    let Some(number) = number else { return Ok(None) };
    Ok(ONCE.get(tx, (person.0, number))?.map(|outcome| outcome.address))
}

/// Notes, in the write that acts, where the form leads.
pub fn note(tx: &Write<'_>, person: PersonId, number: Option<u128>, now: Instant, address: &str) -> Result<()> {
    let Some(number) = number else { return Ok(()) };
    ONCE.put(tx, (person.0, number), &Outcome { at: now, address: address.to_owned() })
}

/// Drops the numbers of forms long gone.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old = Vec::new();
    ONCE.each(tx, (0, 0).., Direction::Ascending, |key, outcome| {
        if now.ms_since(outcome.at) > KEPT_MS {
            old.push(key);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for key in old {
        ONCE.remove(tx, key)?;
    }
    Ok(())
}
