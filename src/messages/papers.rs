//! What hangs on a message: faxes and documents, as far as a row of the list has to know. The room of the faxes writes it here,
//! and finds here which of its numbers have lost their message; the pages themselves are never here.

use super::model::Message;
use super::store::{self, MESSAGES};
use crate::base::{FaxId, MessageNumber, SubscriberId};
use crate::error::Result;
use crate::store::carried::{Carried, Rows};
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Abonné and message.
static PAPERS: Collection<(u64, u64), Papers> = Collection::new("messages.papers");
/// Faxes whose message has been erased: theirs is the next to go.
static LOST: Collection<u64, ()> = Collection::new("messages.papers_lost");

pub static TABLES: [&dyn AnyTable; 2] = [&PAPERS, &LOST];

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Papers(Vec<Paper>);

impl Record for Papers {}

/// What goes to another house as it is, under the numbers that its faxes have there.
pub static CARRIED: [&dyn Carried; 1] = [&Rows::of(&PAPERS).mended(|numbers, papers| {
    papers.0.retain_mut(|paper| match numbers.fax(paper.number.0) {
        Some(number) => {
            paper.number = FaxId(number);
            true
        }
        None => false,
    });
    !papers.0.is_empty()
})];

/// A fax or document under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub number: FaxId,
    /// A document as its sender called it; empty for a fax.
    pub name: String,
    pub stage: Stage,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It came, and its pages are being read.
    Coming,
    Ready {
        pages: u32,
    },
    Refused,
}

/// Papers by message.
pub type Hanging = HashMap<MessageNumber, Vec<Paper>>;

/// What hangs on a message, in the order in which it came.
pub fn of(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber) -> Result<Vec<Paper>> {
    Ok(PAPERS.get(tx, (subscriber.0, number.0))?.unwrap_or_default().0)
}

/// What hangs on the messages of a page.
pub fn of_rows(tx: &impl Reads, subscriber: SubscriberId, rows: &[Message]) -> Result<Hanging> {
    let mut hanging = Hanging::new();
    for message in rows.iter().filter(|message| message.fax.is_some()) {
        hanging.insert(message.number, of(tx, subscriber, message.number)?);
    }
    Ok(hanging)
}

/// Hangs a paper on a message, or notes how far one is that hangs there.
pub fn attach(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber, paper: Paper) -> Result<()> {
    let mut message = store::message(tx, subscriber, number)?;
    let mut papers = of(tx, subscriber, number)?;
    if message.fax.is_none() {
        message.fax = Some(paper.number.0);
        MESSAGES.put(tx, (subscriber.0, number.0), &message)?;
    }
    match papers.iter_mut().find(|known| known.number == paper.number) {
        Some(known) => *known = paper,
        None => papers.push(paper),
    }
    PAPERS.put(tx, (subscriber.0, number.0), &Papers(papers))?;
    tx.touch(subscriber.0);
    tx.touch(crate::house::CONSOLE);
    Ok(())
}

/// Moves what hangs on a message to another, as the message itself moves to the abonné it was meant for.
pub(super) fn move_to(
    tx: &Write<'_>,
    from: SubscriberId,
    mut message: Message,
    to: (SubscriberId, MessageNumber),
) -> Result<Message> {
    let papers = of(tx, from, message.number)?;
    if message.fax.is_none() && papers.is_empty() {
        return Ok(message);
    }
    PAPERS.remove(tx, (from.0, message.number.0))?;
    message.fax = None;
    MESSAGES.put(tx, (from.0, message.number.0), &message)?;
    for paper in papers {
        attach(tx, to.0, to.1, paper)?;
    }
    Ok(message)
}

/// A message goes: what hung on it has lost it.
pub(super) fn lose(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber) -> Result<()> {
    let papers = of(tx, subscriber, number)?;
    if papers.is_empty() {
        return Ok(());
    }
    for paper in &papers {
        LOST.put(tx, paper.number.0, &())?;
    }
    PAPERS.remove(tx, (subscriber.0, number.0))?;
    Ok(())
}

/// Up to `most` faxes that have lost their message.
pub fn lost(tx: &impl Reads, most: usize) -> Result<Vec<FaxId>> {
    let mut found = Vec::new();
    LOST.open(tx)?.keys(0.., Direction::Ascending, 0, |number| {
        found.push(FaxId(number));
        if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(found)
}

/// A lost one has gone.
pub fn forget(tx: &Write<'_>, number: FaxId) -> Result<()> {
    LOST.remove(tx, number.0)?;
    Ok(())
}
