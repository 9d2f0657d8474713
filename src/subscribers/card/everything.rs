//! The card and the instructions of one abonné: handed over whole, or erased whole.

use super::super::Subscriber;
use super::store::{self, CARDS, INSTRUCTIONS, NUMBERS, OPEN, UNAVAILABLE};
use crate::base::bundle::Bundle;
use crate::error::Result;
use crate::store::{Direction, Reads, Write};
use std::ops::ControlFlow;

/// Adds `consignes.jsonl`: the card, then every instruction that was ever written, each in the shape of its own record.
pub fn write(tx: &impl Reads, subscriber: &Subscriber, bundle: &mut Bundle) -> Result<()> {
    let id = subscriber.id.0;
    bundle.begin("consignes.jsonl")?;
    bundle.line(&store::card(tx, subscriber.id)?)?;
    INSTRUCTIONS.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |_, instruction| {
        bundle.line(&instruction)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// Erases up to `most` rows; how many of what. Nothing left: nothing comes back.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, most: usize) -> Result<Vec<(&'static str, u64)>> {
    let id = subscriber.id.0;
    let instructions = INSTRUCTIONS.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    let open = OPEN.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    let card = u64::from(CARDS.remove(tx, id)?) + u64::from(UNAVAILABLE.remove(tx, id)?);
    if instructions + open + card == 0 {
        NUMBERS.remove(tx, id)?;
        return Ok(Vec::new());
    }
    tx.note_erased(instructions + open + card)?;
    Ok(vec![("consignes", instructions)])
}
