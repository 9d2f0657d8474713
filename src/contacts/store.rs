//! The tables of contacts, and the changes that keep them in step.

use super::consent::{self, CONSENTS};
use super::merge::{self, Merge};
use super::model::{By, Contact, Event, NewContact, What, sort_name};
use super::search;
use crate::base::{ContactId, Instant, Phone, SubscriberId, limits};
use crate::error::{Error, Result};
use crate::notices::hooks;
use crate::store::shelf::Shelf;
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Abonné, card.
pub(super) static CARDS: Collection<(u64, u64), Contact> = Collection::new("contacts.cards");
pub(super) static COUNTS: Collection<u64, Counts> = Collection::new("contacts.counts");
/// Abonné, the name it is sorted by, card: the order of lists.
pub(super) static NAMES: Collection<(u64, &'static str, u64), ()> = Collection::new("contacts.names");
/// Abonné, number as it is kept, card.
pub(super) static PHONES: Collection<(u64, &'static str, u64), ()> = Collection::new("contacts.phones");
/// Abonné, card, place.
pub(super) static HISTORY: Collection<(u64, u64, u64), Event> = Collection::new("contacts.history");
/// Numbers of merged cards: the card that each became part of.
pub(super) static ALIASES: Collection<(u64, u64), u64> = Collection::new("contacts.aliases");
/// The same the other way round: abonné, card, merged card.
pub(super) static ALIASED: Collection<(u64, u64, u64), ()> = Collection::new("contacts.aliased");
/// What a merge replaced, by the merged card, for as long as it can be undone.
pub(super) static MERGES: Collection<(u64, u64), Merge> = Collection::new("contacts.merges");

/// What other software calls cards (`objects`), by the card's number.
pub(super) static SHELF: Shelf = Shelf::new([
    "contacts.outside_names",
    "contacts.outside_sent",
    "contacts.outside_uids",
    "contacts.changes",
    "contacts.change_places",
    "contacts.last_change",
]);

pub static TABLES: [&dyn AnyTable; 17] = [
    &CARDS,
    &COUNTS,
    &NAMES,
    &PHONES,
    &HISTORY,
    &ALIASES,
    &ALIASED,
    &MERGES,
    &CONSENTS,
    &search::WORDS,
    &search::BEGINNINGS,
    &SHELF.named,
    &SHELF.sent,
    &SHELF.identities,
    &SHELF.changes,
    &SHELF.places,
    &SHELF.last,
];

impl Record for Contact {}
impl Record for Event {}
impl Record for Merge {}
impl Record for Counts {}

/// How many cards an abonné has, and the number that the last one got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub last: u64,
    pub cards: u64,
}

/// Merges of merges of merges; nobody goes that far, and a damaged file must not send us round in circles.
const ALIASES_DEEP_MAX: usize = 64;

pub fn counts(tx: &impl Reads, subscriber: SubscriberId) -> Result<Counts> {
    Ok(COUNTS.get(tx, subscriber.0)?.unwrap_or_default())
}

/// The number of the card that answers to a number today: its own, or the one it was merged into.
pub fn current(tx: &impl Reads, subscriber: SubscriberId, id: ContactId) -> Result<ContactId> {
    let aliases = ALIASES.open(tx)?;
    let mut id = id.0;
    for _ in 0..ALIASES_DEEP_MAX {
        match aliases.get((subscriber.0, id))? {
            Some(next) => id = next,
            None => return Ok(ContactId(id)),
        }
    }
    Err(Error::internal("contact cards merged in a circle"))
}

/// The card that answers to a number, merges followed; `None` when it is not there (any more).
pub fn contact(tx: &impl Reads, subscriber: SubscriberId, id: ContactId) -> Result<Option<Contact>> {
    let id = current(tx, subscriber, id)?;
    CARDS.get(tx, (subscriber.0, id.0))
}

/// Every number that a card answers to: its own first, then those of all cards merged into it.
pub fn ids_of(tx: &impl Reads, subscriber: SubscriberId, id: ContactId) -> Result<Vec<ContactId>> {
    let mut ids = vec![current(tx, subscriber, id)?];
    let aliased = ALIASED.open(tx)?;
    let mut next = 0;
    while let Some(ContactId(id)) = ids.get(next).copied() {
        aliased.keys(
            (subscriber.0, id, 0)..=(subscriber.0, id, u64::MAX),
            Direction::Ascending,
            0,
            |(_, _, merged)| {
                ids.push(ContactId(merged));
                ControlFlow::Continue(())
            },
        )?;
        next += 1;
    }
    Ok(ids)
}

/// The cards that bear a telephone number, the oldest first. Nobody has a note like « poste 204 » for a number.
pub fn by_phone(tx: &impl Reads, subscriber: SubscriberId, phone: &Phone) -> Result<Vec<Contact>> {
    if !phone.kept().starts_with('+') {
        return Ok(Vec::new());
    }
    let kept = phone.kept();
    let mut ids = Vec::new();
    PHONES.open(tx)?.keys(
        (subscriber.0, kept, 0)..=(subscriber.0, kept, u64::MAX),
        Direction::Ascending,
        0,
        |(_, _, id)| {
            ids.push(ContactId(id));
            ControlFlow::Continue(())
        },
    )?;
    cards(tx, subscriber, &ids)
}

/// The cards that are sorted under a name.
pub(super) fn by_sort_name(tx: &impl Reads, subscriber: SubscriberId, name: &str) -> Result<Vec<Contact>> {
    let mut ids = Vec::new();
    NAMES.open(tx)?.keys(
        (subscriber.0, name, 0)..=(subscriber.0, name, u64::MAX),
        Direction::Ascending,
        0,
        |(_, _, id)| {
            ids.push(ContactId(id));
            ControlFlow::Continue(())
        },
    )?;
    cards(tx, subscriber, &ids)
}

/// Cards by their own numbers, which an index named.
pub(super) fn cards(tx: &impl Reads, subscriber: SubscriberId, ids: &[ContactId]) -> Result<Vec<Contact>> {
    let table = CARDS.open(tx)?;
    let card = |id: &ContactId| {
        table.get((subscriber.0, id.0))?.ok_or_else(|| Error::internal("an index names a contact that is not there"))
    };
    ids.iter().map(card).collect()
}

/// One page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    pub rows: Vec<Contact>,
    /// Cards in the whole list.
    pub total: u64,
    /// From 1; an address beyond the last page shows the last.
    pub page: u64,
    pub pages: u64,
}

/// Cards by name.
pub fn page(tx: &impl Reads, subscriber: SubscriberId, page: u64) -> Result<Page> {
    let total = counts(tx, subscriber)?.cards;
    let pages = total.div_ceil(limits::PAGE_ROWS).max(1);
    let page = page.clamp(1, pages);
    let start = (page - 1) * limits::PAGE_ROWS;
    let end = (start + limits::PAGE_ROWS).min(total);
    let most = (end - start) as usize;
    // From the nearer end of the list, so that the last page costs no more than the first.
    let forward = start <= total - end;
    let (direction, skip) = if forward { (Direction::Ascending, start) } else { (Direction::Descending, total - end) };
    let mut ids = Vec::with_capacity(most);
    if most > 0 {
        NAMES.open(tx)?.keys((subscriber.0, "", 0)..(subscriber.0 + 1, "", 0), direction, skip, |(_, _, id)| {
            ids.push(ContactId(id));
            if ids.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
    }
    if !forward {
        ids.reverse();
    }
    Ok(Page { rows: cards(tx, subscriber, &ids)?, total, page, pages })
}

/// Cards by number after one, so many at most; the number to go on after, if there are more.
pub fn after(
    tx: &impl Reads,
    subscriber: SubscriberId,
    number: u64,
    most: usize,
) -> Result<(Vec<Contact>, Option<ContactId>)> {
    let mut found: Vec<Contact> = Vec::with_capacity(most);
    let mut more = false;
    let range = (subscriber.0, number.saturating_add(1))..(subscriber.0 + 1, 0);
    CARDS.each(tx, range, Direction::Ascending, |_, card| {
        more = found.len() == most;
        if more {
            return Ok(ControlFlow::Break(()));
        }
        found.push(card);
        Ok(ControlFlow::Continue(()))
    })?;
    let last = found.last().map(|card| card.id);
    Ok((found, last.filter(|_| more)))
}

/// Every card of an abonné by name, until the closure breaks: for exports.
pub fn each(
    tx: &impl Reads,
    subscriber: SubscriberId,
    mut visit: impl FnMut(Contact) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let table = CARDS.open(tx)?;
    let mut failed = None;
    NAMES.open(tx)?.keys((subscriber.0, "", 0)..(subscriber.0 + 1, "", 0), Direction::Ascending, 0, |(_, _, id)| {
        let visited = match table.get((subscriber.0, id)) {
            Ok(Some(card)) => visit(card),
            Ok(None) => Err(Error::internal("an index names a contact that is not there")),
            Err(cause) => Err(cause),
        };
        visited.unwrap_or_else(|cause| {
            failed = Some(cause);
            ControlFlow::Break(())
        })
    })?;
    failed.map_or(Ok(()), Err)
}

/// What happened to a card, oldest first.
pub fn history(tx: &impl Reads, subscriber: SubscriberId, id: ContactId) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    HISTORY.each(tx, (subscriber.0, id.0, 0)..=(subscriber.0, id.0, u64::MAX), Direction::Ascending, |_, event| {
        events.push(event);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(events)
}

pub(super) fn note(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    id: ContactId,
    by: By<'_>,
    now: Instant,
    what: What,
) -> Result<()> {
    let mut place = 0;
    HISTORY.open(tx)?.keys(
        (subscriber.0, id.0, 0)..=(subscriber.0, id.0, u64::MAX),
        Direction::Descending,
        0,
        |(_, _, last)| {
            place = last + 1;
            ControlFlow::Break(())
        },
    )?;
    // A whole file is told at once, by `add_all`.
    if what != What::Imported {
        hooks::tell(tx, subscriber, hooks::Kind::ContactChanged, Some(id.0), now)?;
    }
    let event = Event { at: now, who: by.name.to_owned(), person: by.person, what };
    HISTORY.put(tx, (subscriber.0, id.0, place), &event)
}

/// Makes a card.
pub fn add(tx: &Write<'_>, subscriber: SubscriberId, new: NewContact, by: By<'_>, now: Instant) -> Result<Contact> {
    let mut added = add_all(tx, subscriber, vec![new], by, now, What::Added)?;
    added.pop().ok_or_else(|| Error::internal("a card was not added"))
}

/// Makes many cards at once, in their order: what they share in the search is written once.
pub fn add_all(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    new: Vec<NewContact>,
    by: By<'_>,
    now: Instant,
    what: What,
) -> Result<Vec<Contact>> {
    let mut counts = counts(tx, subscriber)?;
    let mut added = Vec::with_capacity(new.len());
    for new in new {
        counts.last += 1;
        counts.cards += 1;
        let card = new.into_contact(ContactId(counts.last), 1);
        put(tx, subscriber, &card)?;
        note(tx, subscriber, card.id, by, now, what)?;
        added.push(card);
    }
    COUNTS.put(tx, subscriber.0, &counts)?;
    search::index(tx, subscriber, &added)?;
    if what == What::Imported && !added.is_empty() {
        hooks::tell(tx, subscriber, hooks::Kind::ContactChanged, None, now)?;
    }
    tx.touch(subscriber.0);
    Ok(added)
}

/// Said to whoever changes a card that somebody else has changed since it was shown.
const CHANGED_MEANWHILE: &str = "Cette fiche a été modifiée entre-temps par quelqu’un d’autre. Comparez avec ce que vous \
    avez saisi ci-dessous ; enregistrer de nouveau remplacera ses modifications.";

/// Writes what a card says now. `Conflict` when it is no longer at the revision that the person saw; `NotFound` when it is
/// gone. A card merged meanwhile is changed where it went.
pub fn change(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    id: ContactId,
    new: NewContact,
    seen: Option<u32>,
    by: By<'_>,
    now: Instant,
) -> Result<Contact> {
    let before = contact(tx, subscriber, id)?.ok_or(Error::NotFound)?;
    if seen.is_some_and(|seen| seen != before.revision) {
        return Err(Error::Conflict(CHANGED_MEANWHILE.into()));
    }
    if before.as_new() == new {
        return Ok(before);
    }
    let after = new.into_contact(before.id, before.revision + 1);
    replace(tx, subscriber, &before, &after)?;
    note(tx, subscriber, after.id, by, now, What::Changed)?;
    Ok(after)
}

/// The abonné's new patient has been seen: the mark goes. Nothing happens to cards that have none.
pub fn mark_seen(tx: &Write<'_>, subscriber: SubscriberId, id: ContactId, by: By<'_>, now: Instant) -> Result<()> {
    let Some(before) = contact(tx, subscriber, id)?.filter(|card| card.new_patient) else { return Ok(()) };
    let after = Contact { new_patient: false, revision: before.revision + 1, ..before.clone() };
    replace(tx, subscriber, &before, &after)?;
    note(tx, subscriber, after.id, by, now, What::Seen)
}

/// Erases a card: its row, its history, its words in the search, the cards merged into it. Messages and appointments keep
/// what they say themselves, and lead nowhere.
pub fn remove(tx: &Write<'_>, subscriber: SubscriberId, id: ContactId, now: Instant) -> Result<Contact> {
    let card = contact(tx, subscriber, id)?.ok_or(Error::NotFound)?;
    consent::forget(tx, subscriber, card.id)?;
    for id in ids_of(tx, subscriber, card.id)? {
        merge::forget(tx, subscriber, id)?;
        SHELF.forget(tx, subscriber.0, id.0)?;
        let mut places = Vec::new();
        HISTORY.open(tx)?.keys(
            (subscriber.0, id.0, 0)..=(subscriber.0, id.0, u64::MAX),
            Direction::Ascending,
            0,
            |key| {
                places.push(key);
                ControlFlow::Continue(())
            },
        )?;
        for key in &places {
            HISTORY.remove(tx, key)?;
        }
    }
    take_away(tx, subscriber, &card)?;
    hooks::tell(tx, subscriber, hooks::Kind::ContactChanged, Some(card.id.0), now)?;
    tx.note_erased(1)?;
    Ok(card)
}

/// Puts a card, new or back, into every table but the search.
pub(super) fn put(tx: &Write<'_>, subscriber: SubscriberId, card: &Contact) -> Result<()> {
    CARDS.put(tx, (subscriber.0, card.id.0), card)?;
    NAMES.put(tx, (subscriber.0, sort_name(&card.last_name, &card.first_name).as_str(), card.id.0), &())?;
    for line in &card.phones {
        PHONES.put(tx, (subscriber.0, line.phone.kept(), card.id.0), &())?;
    }
    SHELF.note(tx, subscriber.0, card.id.0, false)?;
    Ok(())
}

fn unput(tx: &Write<'_>, subscriber: SubscriberId, card: &Contact) -> Result<()> {
    CARDS.remove(tx, (subscriber.0, card.id.0))?;
    NAMES.remove(tx, (subscriber.0, sort_name(&card.last_name, &card.first_name).as_str(), card.id.0))?;
    for line in &card.phones {
        PHONES.remove(tx, (subscriber.0, line.phone.kept(), card.id.0))?;
    }
    Ok(())
}

/// Puts a card in place of what it was.
pub(super) fn replace(tx: &Write<'_>, subscriber: SubscriberId, before: &Contact, after: &Contact) -> Result<()> {
    unput(tx, subscriber, before)?;
    put(tx, subscriber, after)?;
    search::reindex(tx, subscriber, before, after)?;
    tx.touch(subscriber.0);
    Ok(())
}

/// Brings a card back under its own number.
pub(super) fn bring_back(tx: &Write<'_>, subscriber: SubscriberId, card: &Contact) -> Result<()> {
    let mut counts = counts(tx, subscriber)?;
    counts.cards += 1;
    COUNTS.put(tx, subscriber.0, &counts)?;
    put(tx, subscriber, card)?;
    search::index(tx, subscriber, std::slice::from_ref(card))?;
    tx.touch(subscriber.0);
    Ok(())
}

/// Takes a card out of every table but its history.
pub(super) fn take_away(tx: &Write<'_>, subscriber: SubscriberId, card: &Contact) -> Result<()> {
    let mut counts = counts(tx, subscriber)?;
    counts.cards = counts.cards.saturating_sub(1);
    COUNTS.put(tx, subscriber.0, &counts)?;
    unput(tx, subscriber, card)?;
    SHELF.note(tx, subscriber.0, card.id.0, true)?;
    search::unindex(tx, subscriber, card)?;
    tx.touch(subscriber.0);
    Ok(())
}
