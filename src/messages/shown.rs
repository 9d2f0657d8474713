//! Which instructions the secretary had on screen when she took a message, by their numbers: their words never change.

use crate::base::{MessageNumber, SubscriberId};
use crate::error::Result;
use crate::store::{Collection, Reads, Record, Write};
use crate::subscribers::card::{Instruction, store as instructions};

/// Abonné, message: numbers of instructions.
pub(super) static SHOWN: Collection<(u64, u64), Vec<u64>> = Collection::new("messages.shown");

impl Record for Vec<u64> {}

/// A form names no more: a card with so many instructions is read by nobody.
const SHOWN_MAX: usize = 100;

/// Remembers the instructions that a form says were on screen. Numbers of none of this abonné's are passed over.
pub fn remember<'a>(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    named: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let mut ids: Vec<u64> = Vec::new();
    for id in named.filter_map(|id| id.parse().ok()).take(SHOWN_MAX) {
        if !ids.contains(&id) && instructions::instruction(tx, subscriber, id)?.is_some() {
            ids.push(id);
        }
    }
    if ids.is_empty() { Ok(()) } else { SHOWN.put(tx, (subscriber.0, number.0), &ids) }
}

/// The instructions that were on screen, in their order; none where nothing was remembered.
pub fn with_message(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber) -> Result<Vec<Instruction>> {
    let mut found = Vec::new();
    for id in SHOWN.get(tx, (subscriber.0, number.0))?.unwrap_or_default() {
        found.extend(instructions::instruction(tx, subscriber, id)?);
    }
    Ok(found)
}
