//! The table of removals, and of downloads before them.

use crate::base::{Instant, PersonId, SubscriberId};
use crate::error::{Error, Result};
use crate::exports;
use crate::notices::wishes;
use crate::people::{Person, removal};
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use crate::subscribers::{Subscriber, look, store as subscribers};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By number: each is the certificate that it ends as.
static REMOVALS: Collection<u64, Removal> = Collection::new("administration.removals");
/// Those that are not done yet, by abonné.
static UNDER_WAY: Collection<u64, u64> = Collection::new("administration.removals_under_way");
/// When everything of an abonné was handed over last.
static DOWNLOADS: Collection<u64, Download> = Collection::new("administration.downloads");

pub static TABLES: [&dyn AnyTable; 3] = [&REMOVALS, &UNDER_WAY, &DOWNLOADS];

impl Record for Removal {}
impl Record for Download {}

/// Who is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    Subscriber { id: SubscriberId, name: String },
    Person { id: PersonId, name: String, login: String },
}

/// A removal, from its asking to its certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub number: u64,
    pub subject: Subject,
    pub asked: Instant,
    /// Name and login of who asked.
    pub asked_by: (String, String),
    pub done: Option<Instant>,
    /// What has been erased so far, and how many.
    pub erased: Vec<(String, u64)>,
}

impl Removal {
    /// Adds to what has been erased.
    fn add(&mut self, erased: &[(&'static str, u64)]) {
        for (what, count) in erased.iter().filter(|(_, count)| *count > 0) {
            match self.erased.iter_mut().find(|(known, _)| known == what) {
                Some((_, so_far)) => *so_far += count,
                None => self.erased.push(((*what).to_owned(), *count)),
            }
        }
    }
}

/// Everything of an abonné was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    pub at: Instant,
    pub login: String,
}

pub fn removal(tx: &impl Reads, number: u64) -> Result<Option<Removal>> {
    REMOVALS.get(tx, number)
}

/// All of them, the newest first.
pub fn all(tx: &impl Reads) -> Result<Vec<Removal>> {
    let mut all = Vec::new();
    REMOVALS.each(tx, 0.., Direction::Descending, |_, removal| {
        all.push(removal);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(all)
}

/// The number of the removal of an abonné that is not done yet.
pub fn under_way(tx: &impl Reads, subscriber: SubscriberId) -> Result<Option<u64>> {
    UNDER_WAY.get(tx, subscriber.0)
}

/// The first removal that is not done yet.
pub fn next(tx: &impl Reads) -> Result<Option<Removal>> {
    let mut first = None;
    UNDER_WAY.each(tx, 0.., Direction::Ascending, |_, number| {
        first = Some(number);
        Ok(ControlFlow::Break(()))
    })?;
    match first {
        Some(number) => removal(tx, number),
        None => Ok(None),
    }
}

pub fn last_download(tx: &impl Reads, subscriber: SubscriberId) -> Result<Option<Download>> {
    DOWNLOADS.get(tx, subscriber.0)
}

pub fn note_download(tx: &Write<'_>, subscriber: SubscriberId, by: &Person, now: Instant) -> Result<()> {
    DOWNLOADS.put(tx, subscriber.0, &Download { at: now, login: by.login.clone() })
}

/// Begins the removal of an abonné: from this write on nobody of it gets in, and the switchboard has it no more.
pub fn begin(tx: &Write<'_>, subscriber: &Subscriber, by: &Person, now: Instant) -> Result<(Removal, Vec<look::Look>)> {
    if UNDER_WAY.has(tx, subscriber.id.0)? {
        return Err(Error::Conflict("La suppression de cet abonné est déjà en cours.".into()));
    }
    subscribers::close(tx, subscriber.id)?;
    let looks = look::end_all(tx, subscriber.id)?;
    let persons = removal::part_from(tx, subscriber.id)?;
    for person in &persons {
        exports::store::forget(tx, person.id)?;
    }
    let subject = Subject::Subscriber { id: subscriber.id, name: subscriber.name.clone() };
    let mut begun = add(tx, subject, by, now)?;
    begun.add(&[("comptes", persons.len() as u64)]);
    REMOVALS.put(tx, begun.number, &begun)?;
    UNDER_WAY.put(tx, subscriber.id.0, &begun.number)?;
    Ok((begun, looks))
}

/// Removes a person, in this one write.
pub fn remove_person(tx: &Write<'_>, id: PersonId, by: &Person, now: Instant) -> Result<Removal> {
    let person = removal::remove(tx, id)?;
    exports::store::forget(tx, id)?;
    let mut done = add(tx, Subject::Person { id, name: person.name, login: person.login }, by, now)?;
    done.add(&[("comptes", 1)]);
    done.done = Some(now);
    REMOVALS.put(tx, done.number, &done)?;
    Ok(done)
}

fn add(tx: &Write<'_>, subject: Subject, by: &Person, now: Instant) -> Result<Removal> {
    let mut last = 0;
    REMOVALS.open(tx)?.keys(0.., Direction::Descending, 0, |number| {
        last = number;
        ControlFlow::Break(())
    })?;
    // Certificates are never removed, so that the last one and one more is a number never used.
    let number = last + 1;
    let asked_by = (by.name.clone(), by.login.clone());
    Ok(Removal { number, subject, asked: now, asked_by, done: None, erased: Vec::new() })
}

/// Notes what a step erased; in the same write.
pub(super) fn note_step(tx: &Write<'_>, removal: &mut Removal, erased: &[(&'static str, u64)]) -> Result<()> {
    removal.add(erased);
    REMOVALS.put(tx, removal.number, removal)
}

/// Takes the abonné itself away, and ends the removal.
pub(super) fn finish(tx: &Write<'_>, removal: &mut Removal, id: SubscriberId, now: Instant) -> Result<()> {
    subscribers::remove(tx, id)?;
    look::forget(tx, id)?;
    wishes::remove(tx, id)?;
    DOWNLOADS.remove(tx, id.0)?;
    UNDER_WAY.remove(tx, id.0)?;
    removal.add(&[("abonné avec ses réglages", 1)]);
    removal.done = Some(now);
    REMOVALS.put(tx, removal.number, removal)
}
