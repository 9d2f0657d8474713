//! Letters that have lost their use: given up in sight of everybody, and taken away when they were settled long ago.

use super::letter::{Attempt, Letter, State};
use super::outbox::{DUE, KEPT_MS, LETTERS, remove, settle};
use crate::base::{Instant, LetterId, time};
use crate::error::Result;
use crate::store::{Direction, Write};
use std::ops::ControlFlow;

/// A letter that nobody could even try to send (no server yet, or the server gone) is stale after this.
const STALE_MS: i64 = 7 * time::DAY_MS;
/// Rows taken away in one write.
const PURGE_STEP: usize = 500;

/// Gives up what is of no use any more, and takes away what was settled long ago. In steps: whether there is more.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<bool> {
    let mut stale = Vec::new();
    for lane in 0..3 {
        DUE.open(tx)?.keys((lane, 0, 0)..(lane + 1, 0, 0), Direction::Ascending, 0, |(_, at, id)| {
            // What is not due yet can't be stale; what expires early is a mail that was due at once.
            if at as i64 > now.0 || stale.len() == PURGE_STEP {
                return ControlFlow::Break(());
            }
            stale.push(id);
            ControlFlow::Continue(())
        })?;
    }
    for id in stale {
        let Some(letter) = LETTERS.get(tx, id)? else { continue };
        if is_useless(&letter, now) {
            give_up(tx, letter.id, useless_sentence(&letter), now)?;
        }
    }
    let mut old = Vec::new();
    LETTERS.each(tx, 0.., Direction::Ascending, |_, letter| {
        let settled = letter.state != State::Waiting && now.ms_since(letter.since) > KEPT_MS;
        // Letters are numbered as they are written: after the first young one all are.
        if now.ms_since(letter.written) <= KEPT_MS || old.len() == PURGE_STEP {
            return Ok(ControlFlow::Break(()));
        }
        if settled {
            old.push(letter);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for letter in &old {
        remove(tx, letter)?;
    }
    Ok(old.len() == PURGE_STEP)
}

/// Gives a letter up that is of no use any more.
pub(super) fn give_up(tx: &Write<'_>, id: LetterId, words: &str, now: Instant) -> Result<()> {
    let Some(mut letter) = LETTERS.get(tx, id.0)?.filter(|letter| letter.state == State::Waiting) else {
        return Ok(());
    };
    letter.attempts.push(Attempt { at: now, said: words.to_owned() });
    let due = letter.due;
    settle(tx, &mut letter, State::GivenUp, due, now)
}

/// Whether a letter that waits has lost its use.
pub(super) fn is_useless(letter: &Letter, now: Instant) -> bool {
    match letter.expires {
        Some(expires) => now >= expires,
        None => now.ms_since(letter.due.max(letter.written)) > STALE_MS,
    }
}

pub(super) fn useless_sentence(letter: &Letter) -> &'static str {
    if letter.expires.is_some() {
        "Ce qu’il annonçait n’est plus valable."
    } else {
        "Resté une semaine sans qu’aucun serveur ne le prenne."
    }
}
