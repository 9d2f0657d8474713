//! Things that other software knows by names of its own: which name and identity each has there, the words in which it was
//! sent, and what has changed since somebody last asked (WebDAV's collections, RFC 4791, 6352, 6578).
//!
//! What changed is kept as one row for each thing, at the place of its last change, and never more than `KEPT` of them for
//! one owner: who asks about what lies further back is told to begin anew.

use super::{Collection, Direction, Reads, Record, Write};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Changes remembered for one owner: months of an office.
pub const KEPT: u64 = 10_000;
/// Old changes dropped with each new one: more than come, so that they don't pile up.
const DROPPED_AT_ONCE: usize = 4;

/// The tables of one kind of things. An owner and a thing are numbers that the room chooses.
pub struct Shelf {
    /// Owner, thing.
    pub named: Collection<(u64, u64), Named>,
    /// Owner, name.
    pub sent: Collection<(u64, &'static str), Sent>,
    /// Owner, identity: the name.
    pub identities: Collection<(u64, &'static str), String>,
    /// Owner, place: what changed there last.
    pub changes: Collection<(u64, u64), Change>,
    /// Owner, thing: the place of its last change.
    pub places: Collection<(u64, u64), u64>,
    /// Owner: the last place.
    pub last: Collection<u64, u64>,
}

/// How other software calls a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The last part of its address.
    pub name: String,
    /// Its UID.
    pub identity: String,
    /// Grows with each sending.
    pub stamp: u64,
    /// The version of the thing that the words say exactly; `None` where something of them had no place.
    pub exact: Option<u32>,
}

/// The words in which a thing was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub thing: u64,
    pub text: String,
}

/// A thing that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub thing: u64,
    pub gone: bool,
}

impl Record for Named {}
impl Record for Sent {}
impl Record for Change {}

impl Shelf {
    /// Its tables, by name: named, sent, identities, changes, places, last. Each must be listed in `schema.rs`.
    pub const fn new(names: [&'static str; 6]) -> Shelf {
        let [named, sent, identities, changes, places, last] = names;
        Shelf {
            named: Collection::new(named),
            sent: Collection::new(sent),
            identities: Collection::new(identities),
            changes: Collection::new(changes),
            places: Collection::new(places),
            last: Collection::new(last),
        }
    }

    /// Notes that a thing is new, changed or gone; the place of the change.
    pub fn note(&self, tx: &Write<'_>, owner: u64, thing: u64, gone: bool) -> Result<u64> {
        let place = self.last(tx, owner)? + 1;
        self.last.put(tx, owner, &place)?;
        if let Some(before) = self.places.get(tx, (owner, thing))? {
            self.changes.remove(tx, (owner, before))?;
        }
        self.changes.put(tx, (owner, place), &Change { thing, gone })?;
        self.places.put(tx, (owner, thing), &place)?;
        self.drop_old(tx, owner, place)?;
        Ok(place)
    }

    fn drop_old(&self, tx: &Write<'_>, owner: u64, last: u64) -> Result<()> {
        let Some(floor) = last.checked_sub(KEPT) else { return Ok(()) };
        let mut old = Vec::new();
        self.changes.each(tx, (owner, 0)..=(owner, floor), Direction::Ascending, |(_, place), change| {
            old.push((place, change.thing));
            Ok(if old.len() == DROPPED_AT_ONCE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        for (place, thing) in old {
            self.changes.remove(tx, (owner, place))?;
            self.places.remove(tx, (owner, thing))?;
        }
        Ok(())
    }

    /// The place of the last change; 0 before any.
    pub fn last(&self, tx: &impl Reads, owner: u64) -> Result<u64> {
        Ok(self.last.get(tx, owner)?.unwrap_or(0))
    }

    /// What changed after a place, each thing once, in order; `None` for a place too far back, or one that never was.
    pub fn since(&self, tx: &impl Reads, owner: u64, place: u64) -> Result<Option<Vec<Change>>> {
        let last = self.last(tx, owner)?;
        if place > last || last - place > KEPT {
            return Ok(None);
        }
        let mut found = Vec::new();
        self.changes.each(
            tx,
            (owner, place + 1)..=(owner, last.max(place + 1)),
            Direction::Ascending,
            |_, change| {
                found.push(change);
                Ok(ControlFlow::Continue(()))
            },
        )?;
        Ok(Some(found))
    }

    /// The thing of a name: what was sent under it, or what bears it as the usual name of a thing that has no other.
    pub fn thing_of(&self, tx: &impl Reads, owner: u64, name: &str, usual: Option<u64>) -> Result<Option<u64>> {
        if let Some(sent) = self.sent.get(tx, (owner, name))? {
            return Ok(Some(sent.thing));
        }
        Ok(match usual {
            Some(thing) if !self.named.has(tx, (owner, thing))? => Some(thing),
            _ => None,
        })
    }

    /// Keeps what other software sent of a thing, under its name; the stamp of this sending.
    #[allow(clippy::too_many_arguments)]
    pub fn keep(
        &self,
        tx: &Write<'_>,
        owner: u64,
        thing: u64,
        name: &str,
        identity: &str,
        text: String,
        exact: Option<u32>,
    ) -> Result<u64> {
        if let Some(other) = self.sent.get(tx, (owner, name))?.filter(|sent| sent.thing != thing) {
            self.forget(tx, owner, other.thing)?;
        }
        // What is gone may come back (an undo), and must not come back under the same identity.
        if let Some(name) = self.identities.get(tx, (owner, identity))?
            && let Some(other) = self.sent.get(tx, (owner, name.as_str()))?.filter(|sent| sent.thing != thing)
        {
            self.forget(tx, owner, other.thing)?;
        }
        self.forget(tx, owner, thing)?;
        let stamp = self.note(tx, owner, thing, false)?;
        let named = Named { name: name.to_owned(), identity: identity.to_owned(), stamp, exact };
        self.named.put(tx, (owner, thing), &named)?;
        self.sent.put(tx, (owner, name), &Sent { thing, text })?;
        self.identities.put(tx, (owner, identity), &named.name)?;
        Ok(stamp)
    }

    /// Forgets the name and the words of a thing; whether there were any.
    pub fn forget(&self, tx: &Write<'_>, owner: u64, thing: u64) -> Result<bool> {
        let Some(named) = self.named.get(tx, (owner, thing))? else { return Ok(false) };
        self.named.remove(tx, (owner, thing))?;
        self.sent.remove(tx, (owner, named.name.as_str()))?;
        self.identities.remove(tx, (owner, named.identity.as_str()))?;
        Ok(true)
    }

    /// Erases up to `most` rows of each table of an owner that goes.
    pub fn erase(&self, tx: &Write<'_>, owner: u64, most: usize) -> Result<u64> {
        let mut erased = self.named.remove_some(tx, (owner, 0)..(owner + 1, 0), most)?;
        erased += self.sent.remove_some(tx, (owner, "")..(owner + 1, ""), most)?;
        erased += self.identities.remove_some(tx, (owner, "")..(owner + 1, ""), most)?;
        erased += self.changes.remove_some(tx, (owner, 0)..(owner + 1, 0), most)?;
        erased += self.places.remove_some(tx, (owner, 0)..(owner + 1, 0), most)?;
        erased += u64::from(erased == 0 && self.last.remove(tx, owner)?);
        Ok(erased)
    }
}
