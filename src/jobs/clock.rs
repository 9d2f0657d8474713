//! Whether the clock may be believed. A clock that jumps ahead by years would have the night erase everything at once; one
//! that is set back must not make the works wait for years.
//!
//! The works note the time as they go, hour by hour. A step of more than two days from one note to the next (a machine that
//! was off, or a clock that was set wrong) is not believed for a day: until then nothing is erased, purged or ended by time,
//! and administrators are told. A clock that goes back within that day has shown that the jump was wrong.

use crate::base::time::{self, moment_short};
use crate::base::{Instant, french};
use crate::error::Result;
use crate::house::House;
use crate::people::Warning;
use crate::store::Collection;

/// `seen`: the time noted last; `until`: until when a jump is not believed; `jump`: by how much, in milliseconds.
pub(super) static CLOCK: Collection<&'static str, u64> = Collection::new("jobs.clock");

/// Time is noted after so long: a write an hour.
const NOTED_MS: i64 = time::HOUR_MS;
/// Nights that a machine may be off with nobody thinking of its clock.
const JUMP_MS: i64 = 2 * time::DAY_MS;
/// How long a jump is not believed: somebody works with the machine in the meantime and sees the date, or a time server
/// sets it right.
const DOUBTED_MS: i64 = time::DAY_MS;

/// The works that take something away because its time has come.
const ERASING: [&str; 5] = ["expiry", "journal", "instructions", "sessions", "outbox"];

/// Whether a work waits until a jump is believed.
pub(super) fn holds(name: &str) -> bool {
    ERASING.contains(&name)
}

/// The time noted last.
pub fn seen(house: &House) -> Result<Option<Instant>> {
    house.store.read(|tx| Ok(CLOCK.get(tx, "seen")?.map(|seen| Instant(seen as i64))))
}

/// Looks at the clock; until when it is not believed, if so.
pub(super) fn look(house: &House, now: Instant) -> Result<Option<Instant>> {
    let (seen, until) = house.store.read(|tx| Ok((CLOCK.get(tx, "seen")?, CLOCK.get(tx, "until")?)))?;
    let gap = seen.map(|seen| now.ms_since(Instant(seen as i64)));
    let doubted = until.map(|until| Instant(until as i64)).filter(|until| now < *until);
    if gap.is_some_and(|gap| (-NOTED_MS..NOTED_MS).contains(&gap)) {
        return Ok(doubted);
    }
    let jump = gap.filter(|gap| *gap > JUMP_MS);
    let back = gap.is_some_and(|gap| gap < 0);
    house.store.write_into_reserve(|tx| {
        CLOCK.put(tx, "seen", &key(now))?;
        match jump {
            Some(jump) => {
                CLOCK.put(tx, "until", &key(now.plus_ms(DOUBTED_MS)))?;
                CLOCK.put(tx, "jump", &(jump as u64))
            }
            None if back => CLOCK.remove(tx, "until").map(drop),
            None => Ok(()),
        }
    })?;
    if let Some(jump) = jump {
        log::warn!(
            "the clock is {} hours ahead of what was seen last: nothing is erased for a day",
            jump / time::HOUR_MS
        );
        return Ok(Some(now.plus_ms(DOUBTED_MS)));
    }
    if back {
        log::warn!("the clock was set back: {}", now.rfc3339());
        return Ok(None);
    }
    Ok(doubted)
}

/// What administrators are told while a jump is not believed yet.
pub fn warning(house: &House, now: Instant) -> Result<Option<Warning>> {
    let (until, jump) = house.store.read(|tx| Ok((CLOCK.get(tx, "until")?, CLOCK.get(tx, "jump")?)))?;
    let Some(until) = until.map(|until| Instant(until as i64)).filter(|until| now < *until) else { return Ok(None) };
    if until.ms_since(now) > DOUBTED_MS {
        return Ok(None);
    }
    let days = jump.unwrap_or(0) / time::DAY_MS as u64;
    let sentence = format!(
        "L’horloge du serveur a avancé d’un coup de {} : si sa date est fausse, corrigez-la ; rien n’est effacé avant le {}.",
        french::count(days, "jour", "jours"),
        moment_short(until.local(house.zone))
    );
    Ok(Some(Warning { sentence, label: "Voir les travaux", href: "/administration#travaux" }))
}

fn key(moment: Instant) -> u64 {
    u64::try_from(moment.0).unwrap_or(0)
}
