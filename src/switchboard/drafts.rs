//! Calls half taken: what a secretary has typed is kept in the data file as she types, so that a lost connection, a closed
//! tab, another device or an ended session costs nothing. One draft a form; gone when the call is sent or the draft erased.

use crate::base::bundle::Bundle;
use crate::base::{Instant, PersonId, SubscriberId, time};
use crate::error::Result;
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::people::once;
use crate::store::{AnyTable, Collection, Direction, Read, Reads, Record, Write};
use crate::subscribers::{Desk, Subscriber};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Secretary, abonné, the form's one-time number.
static DRAFTS: Collection<(u64, u64, u128), Draft> = Collection::new("switchboard.drafts");

pub static TABLES: [&dyn AnyTable; 1] = [&DRAFTS];

/// Long enough for a weekend; as long as a form's one-time number counts.
pub const KEPT_MS: i64 = 4 * time::DAY_MS;
/// Drafts of one secretary at one abonné; the oldest goes.
const DRAFTS_MAX: usize = 8;
/// A full form, percent-encoded accents and all.
const DRAFT_BYTES_MAX: usize = 32 * 1024;
/// Fields that a form has before anybody types.
const UNTYPED: [&str; 5] = ["unique", "type", "consigne", "modele", "effacer"];

impl Record for Draft {}

/// A form as it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub at: Instant,
    /// As a form's body.
    body: String,
}

impl Draft {
    pub fn form(&self) -> Form {
        Form::parse(&self.body).unwrap_or_default()
    }
}

/// The drafts of a secretary at an abonné, the last one first.
pub fn of(tx: &impl Reads, person: PersonId, subscriber: SubscriberId) -> Result<Vec<(u128, Draft)>> {
    let mut found = Vec::new();
    let range = (person.0, subscriber.0, 0)..=(person.0, subscriber.0, u128::MAX);
    DRAFTS.each(tx, range, Direction::Ascending, |(.., number), draft| {
        found.push((number, draft));
        Ok(ControlFlow::Continue(()))
    })?;
    found.sort_by_key(|(_, draft)| std::cmp::Reverse(draft.at));
    Ok(found)
}

/// Adds `brouillons.jsonl`: what was typed of calls at this abonné and not sent.
pub fn write_all(tx: &Read, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    bundle.begin("brouillons.jsonl")?;
    DRAFTS.each(tx, (0, 0, 0).., Direction::Ascending, |(_, of, _), draft| {
        if of == subscriber.id.0 {
            let form = draft.form();
            let fields: std::collections::BTreeMap<&str, &str> = form.iter().collect();
            bundle.line(&(draft.at.rfc3339(), fields))?;
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Erases up to `most` drafts at an abonné that is deleted, whoever typed them; how many. Nothing left: nothing comes back.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, most: usize) -> Result<Vec<(&'static str, u64)>> {
    let mut found = Vec::new();
    DRAFTS.open(tx)?.keys((0, 0, 0).., Direction::Ascending, 0, |key| {
        if key.1 == subscriber.id.0 {
            found.push(key);
        }
        if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    for key in &found {
        DRAFTS.remove(tx, key)?;
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    tx.note_erased(found.len() as u64)?;
    Ok(vec![("brouillons", found.len() as u64)])
}

/// Takes a draft away: its call was sent, or nobody wants it.
pub fn drop_one(tx: &Write<'_>, person: PersonId, subscriber: SubscriberId, number: Option<u128>) -> Result<()> {
    if let Some(number) = number {
        DRAFTS.remove(tx, (person.0, subscriber.0, number))?;
    }
    Ok(())
}

/// Drops drafts that nobody came back to.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old = Vec::new();
    DRAFTS.each(tx, (0, 0, 0).., Direction::Ascending, |key, draft| {
        if now.ms_since(draft.at) > KEPT_MS {
            old.push(key);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for key in old {
        DRAFTS.remove(tx, key)?;
    }
    Ok(())
}

/// `POST …/abonnes/3/brouillon`: keeps the form as it stands (204), or erases its draft with `effacer`.
pub fn keep(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let person = desk.who().person.id;
    let number = once::read(request.form.get("unique"));
    if request.form.ticked("effacer") {
        house.store.write(|tx| drop_one(tx, person, desk.id(), number))?;
        return Ok(Answer::see_other(format!("{}?nouveau", desk.base())));
    }
    let kept = Answer::status(204).with("Cache-Control", "no-store");
    let Some(number) = number else { return Ok(kept) };
    let form = Form::from_iter(request.form.iter().filter(|(name, _)| *name != "consigne"));
    let typed = form.iter().any(|(name, value)| !UNTYPED.contains(&name) && !value.trim().is_empty());
    let body = form.encoded();
    house.store.write(|tx| {
        // What came late, after the call was sent, must not bring it back.
        if once::done(tx, person, Some(number))?.is_some() || !typed || body.len() > DRAFT_BYTES_MAX {
            return if typed { Ok(()) } else { drop_one(tx, person, desk.id(), Some(number)) };
        }
        DRAFTS.put(tx, (person.0, desk.id().0, number), &Draft { at: request.now, body })?;
        for (old, _) in of(tx, person, desk.id())?.into_iter().skip(DRAFTS_MAX) {
            DRAFTS.remove(tx, (person.0, desk.id().0, old))?;
        }
        Ok(())
    })?;
    Ok(kept)
}
