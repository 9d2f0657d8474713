//! The tables of cards, instructions and availability.

use super::model::{Card, Ended, Instruction, NewInstruction, Standing, Unavailable};
use crate::base::{Instant, PersonId, SubscriberId, time::Day};
use crate::error::{Error, Result};
use crate::house;
use crate::store::{Collection, Direction, Reads, Record, Write};
use chrono::NaiveDate;
use std::ops::ControlFlow;

pub(in super::super) static CARDS: Collection<u64, Card> = Collection::new("subscribers.cards");
/// Abonné, instruction: all that were ever written, as they were.
pub(in super::super) static INSTRUCTIONS: Collection<(u64, u64), Instruction> =
    Collection::new("subscribers.instructions");
/// Those that count today or later, so that years of old ones cost a card nothing.
pub(in super::super) static OPEN: Collection<(u64, u64), ()> = Collection::new("subscribers.instructions_open");
/// By abonné: the number that its last instruction got.
pub(in super::super) static NUMBERS: Collection<u64, u64> = Collection::new("subscribers.instruction_numbers");
pub(in super::super) static UNAVAILABLE: Collection<u64, Unavailable> = Collection::new("subscribers.unavailable");

impl Record for Card {}
impl Record for Instruction {}
impl Record for Unavailable {}

/// Who writes.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub person: PersonId,
    pub name: &'a str,
}

/// Said to whoever changes a card that somebody else has changed since it was shown.
const CHANGED_MEANWHILE: &str = "Cette fiche a été modifiée entre-temps par quelqu’un d’autre. Comparez avec ce que vous \
    avez saisi ; enregistrer de nouveau remplacera ses modifications.";

pub fn card(tx: &impl Reads, subscriber: SubscriberId) -> Result<Card> {
    Ok(CARDS.get(tx, subscriber.0)?.unwrap_or_default())
}

/// Writes the card. `Conflict` when it is no longer at the revision that the person saw.
pub fn change_card(tx: &Write<'_>, subscriber: SubscriberId, new: Card, seen: Option<u32>) -> Result<()> {
    let before = card(tx, subscriber)?;
    if seen.is_some_and(|seen| seen != before.revision) {
        return Err(Error::Conflict(CHANGED_MEANWHILE.into()));
    }
    CARDS.put(tx, subscriber.0, &Card { revision: before.revision + 1, ..new })?;
    touch(tx, subscriber);
    Ok(())
}

/// Whether the abonné is unavailable at a moment, until when and why.
pub fn unavailable(tx: &impl Reads, subscriber: SubscriberId, now: Instant) -> Result<Option<Unavailable>> {
    Ok(UNAVAILABLE.get(tx, subscriber.0)?.filter(|one| one.counts_at(now)))
}

/// « Indisponible jusqu’à … », or « Disponible » with `None`.
pub fn set_unavailable(tx: &Write<'_>, subscriber: SubscriberId, unavailable: Option<&Unavailable>) -> Result<()> {
    match unavailable {
        Some(one) => UNAVAILABLE.put(tx, subscriber.0, one)?,
        None => {
            UNAVAILABLE.remove(tx, subscriber.0)?;
        }
    }
    touch(tx, subscriber);
    Ok(())
}

/// An instruction by number, as it was written.
pub fn instruction(tx: &impl Reads, subscriber: SubscriberId, id: u64) -> Result<Option<Instruction>> {
    INSTRUCTIONS.get(tx, (subscriber.0, id))
}

/// The instructions that count today or later: today's dated ones first, then permanent ones, then those to come.
pub fn open(tx: &impl Reads, subscriber: SubscriberId, today: NaiveDate) -> Result<Vec<Instruction>> {
    let mut ids = Vec::new();
    OPEN.open(tx)?.keys(of(subscriber), Direction::Descending, 0, |(_, id)| {
        ids.push(id);
        ControlFlow::Continue(())
    })?;
    let all = INSTRUCTIONS.open(tx)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(all.get((subscriber.0, id))?.filter(|one| one.standing(today) != Standing::Over));
    }
    found.sort_by_key(|one| (one.standing(today), one.from));
    Ok(found)
}

/// The instructions that are over, the last written first; at most so many.
pub fn over(tx: &impl Reads, subscriber: SubscriberId, today: NaiveDate, most: usize) -> Result<Vec<Instruction>> {
    let mut found = Vec::new();
    INSTRUCTIONS.each(tx, of(subscriber), Direction::Descending, |_, one| {
        if one.standing(today) == Standing::Over {
            found.push(one);
        }
        Ok(if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(found)
}

/// Writes an instruction, in place of another where `replaces` names one that still stands.
pub fn write(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    new: NewInstruction,
    replaces: Option<u64>,
    by: By<'_>,
    now: Instant,
) -> Result<Instruction> {
    let id = NUMBERS.get(tx, subscriber.0)?.unwrap_or(0) + 1;
    if let Some(old) = replaces {
        end(tx, subscriber, old, by, now, Some(id))?;
    }
    NUMBERS.put(tx, subscriber.0, &id)?;
    let NewInstruction { text, from, to } = new;
    let (who, person) = (by.name.to_owned(), Some(by.person));
    let one = Instruction { id, text, from, to, written: now, who, person, replaces, ended: None };
    INSTRUCTIONS.put(tx, (subscriber.0, id), &one)?;
    OPEN.put(tx, (subscriber.0, id), &())?;
    touch(tx, subscriber);
    Ok(one)
}

/// « Retirer »: the instruction is shown no more; its words stay in the history. `Conflict` when somebody else replaced or
/// removed it first.
pub fn remove(tx: &Write<'_>, subscriber: SubscriberId, id: u64, by: By<'_>, now: Instant) -> Result<()> {
    end(tx, subscriber, id, by, now, None)
}

fn end(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    id: u64,
    by: By<'_>,
    now: Instant,
    replaced_by: Option<u64>,
) -> Result<()> {
    let mut one = instruction(tx, subscriber, id)?.ok_or(Error::NotFound)?;
    if let Some(ended) = &one.ended {
        let what = if ended.replaced_by.is_some() { "modifiée" } else { "retirée" };
        return Err(Error::Conflict(format!("Cette consigne vient d’être {what} par {}.", ended.who)));
    }
    one.ended = Some(Ended { at: now, who: by.name.to_owned(), replaced_by });
    INSTRUCTIONS.put(tx, (subscriber.0, id), &one)?;
    OPEN.remove(tx, (subscriber.0, id))?;
    touch(tx, subscriber);
    Ok(())
}

/// « Annuler » after « Retirer »: the same instruction counts again. Nothing happens when it does already, or when another
/// stands in its place.
pub fn bring_back(tx: &Write<'_>, subscriber: SubscriberId, id: u64) -> Result<()> {
    let mut one = instruction(tx, subscriber, id)?.ok_or(Error::NotFound)?;
    if one.ended.as_ref().is_none_or(|ended| ended.replaced_by.is_some()) {
        return Ok(());
    }
    one.ended = None;
    INSTRUCTIONS.put(tx, (subscriber.0, id), &one)?;
    OPEN.put(tx, (subscriber.0, id), &())?;
    touch(tx, subscriber);
    Ok(())
}

/// Takes out of the open ones those whose last day lies before `today`: the night's work.
pub fn close_past(tx: &Write<'_>, today: NaiveDate) -> Result<()> {
    let mut past = Vec::new();
    let all = INSTRUCTIONS.open(tx)?;
    let mut keys = Vec::new();
    OPEN.open(tx)?.keys((0, 0).., Direction::Ascending, 0, |key| {
        keys.push(key);
        ControlFlow::Continue(())
    })?;
    for key in keys {
        let over = all.get(key)?.is_none_or(|one| one.to.is_some_and(|to| to < Day::from(today)));
        if over {
            past.push(key);
        }
    }
    drop(all);
    for key in past {
        OPEN.remove(tx, key)?;
    }
    Ok(())
}

fn of(subscriber: SubscriberId) -> std::ops::Range<(u64, u64)> {
    (subscriber.0, 0)..(subscriber.0 + 1, 0)
}

/// Both the abonné's own pages and the console show it.
fn touch(tx: &Write<'_>, subscriber: SubscriberId) {
    tx.touch(subscriber.0);
    tx.touch(house::CONSOLE);
}
