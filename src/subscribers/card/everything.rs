//! The card and the instructions of one abonné: handed over whole, or erased whole.

use super::super::Subscriber;
use super::super::look::PERMISSIONS;
use super::model::Instruction;
use super::store::{self, CARDS, INSTRUCTIONS, NUMBERS, OPEN, UNAVAILABLE};
use crate::base::SubscriberId;
use crate::base::bundle::Bundle;
use crate::error::Result;
use crate::store::carried::{Carried, Rows};
use crate::store::{Direction, Reads, Write};
use std::ops::ControlFlow;

/// What goes to another house as it is.
pub static CARRIED: [&dyn Carried; 6] = [
    &Rows::of(&CARDS),
    &Rows::of(&NUMBERS),
    &Rows::of(&INSTRUCTIONS).fitting(|(number,), instruction| instruction.id == number).mended(
        |numbers, instruction| {
            instruction.person = numbers.person(instruction.person);
            true
        },
    ),
    &Rows::of(&OPEN),
    &Rows::of(&UNAVAILABLE).mended(|numbers, unavailable| {
        unavailable.person = numbers.person(unavailable.person);
        true
    }),
    &Rows::of(&PERMISSIONS),
];

/// Adds `consignes.jsonl`: the card, then every instruction that was ever written, each in the shape of its own record.
pub fn write(tx: &impl Reads, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    bundle.begin("consignes.jsonl")?;
    bundle.line(&store::card(tx, subscriber.id)?)?;
    all(tx, subscriber.id)?.iter().try_for_each(|instruction| bundle.line(instruction))
}

/// Every instruction that was ever written, the first one first.
pub fn all(tx: &impl Reads, subscriber: SubscriberId) -> Result<Vec<Instruction>> {
    let mut all = Vec::new();
    INSTRUCTIONS.each(tx, (subscriber.0, 0)..(subscriber.0 + 1, 0), Direction::Ascending, |_, instruction| {
        all.push(instruction);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(all)
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
