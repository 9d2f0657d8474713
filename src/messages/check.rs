//! `permanence check`: whether lists and counts agree with the messages themselves.

use super::model::State;
use super::store::{ARCHIVED, COUNTS, Counts, MESSAGES, PENDING, UNREAD};
use crate::base::{SubscriberId, french};
use crate::error::Result;
use crate::store::{Direction, Reads};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What does not agree, a French sentence each; nothing when all is well.
pub fn counts(tx: &impl Reads) -> Result<Vec<String>> {
    let mut counted: BTreeMap<u64, Counts> = BTreeMap::new();
    MESSAGES.each(tx, (0, 0).., Direction::Ascending, |(subscriber, number), message| {
        let counts = counted.entry(subscriber).or_default();
        counts.last_number = counts.last_number.max(number);
        match message.state {
            State::Pending => {
                counts.pending += 1;
                counts.pending_urgent += u64::from(message.urgent);
            }
            State::Archived { .. } => counts.archived += 1,
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let mut wrong = Vec::new();
    COUNTS.each(tx, 0.., Direction::Ascending, |subscriber, kept| {
        let found = counted.remove(&subscriber).unwrap_or_default();
        let agree = kept.pending == found.pending
            && kept.pending_urgent == found.pending_urgent
            && kept.archived == found.archived
            && kept.last_number >= found.last_number;
        if !agree {
            wrong.push(format!("Abonné {subscriber} : les compteurs ne correspondent pas à ses messages."));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for subscriber in counted.keys() {
        wrong.push(format!("Abonné {} : ses messages n’ont pas de compteurs.", SubscriberId(*subscriber)));
    }
    let mut unread = 0;
    MESSAGES.each(tx, (0, 0).., Direction::Ascending, |_, message| {
        unread += u64::from(message.is_pending() && message.read.is_none());
        Ok(ControlFlow::Continue(()))
    })?;
    if unread != UNREAD.len(tx)? {
        wrong.push(format!("La liste des messages non lus ne correspond pas : {} pour {unread}.", UNREAD.len(tx)?));
    }
    let listed = PENDING.len(tx)? + ARCHIVED.len(tx)?;
    if listed != MESSAGES.len(tx)? {
        let listed = french::count(listed, "message listé", "messages listés");
        wrong.push(format!("Les listes ne correspondent pas aux messages : {listed} pour {}.", MESSAGES.len(tx)?));
    }
    Ok(wrong)
}
