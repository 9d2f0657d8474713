//! The tables of abonnés.

use super::model::{NewSubscriber, Subscriber};
use super::{card, look};
use crate::base::{SubscriberId, fold};
use crate::error::{Error, Result};
use crate::house;
use crate::people::Assignment;
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use std::ops::ControlFlow;

static SUBSCRIBERS: Collection<u64, Subscriber> = Collection::new("subscribers.subscribers");
/// `subscriber`: the number that was given last.
static NUMBERS: Collection<&'static str, u64> = Collection::new("subscribers.numbers");

/// Names of abonnés that were deleted, for the counters.
static FORMER: Collection<u64, String> = Collection::new("subscribers.former");

pub static TABLES: [&dyn AnyTable; 10] = [
    &SUBSCRIBERS,
    &NUMBERS,
    &FORMER,
    &look::LOOKS,
    &look::PERMISSIONS,
    &card::store::CARDS,
    &card::store::INSTRUCTIONS,
    &card::store::OPEN,
    &card::store::NUMBERS,
    &card::store::UNAVAILABLE,
];

impl Record for Subscriber {}

/// An abonné by number.
pub fn subscriber(tx: &impl Reads, id: SubscriberId) -> Result<Option<Subscriber>> {
    SUBSCRIBERS.get(tx, id.0)
}

/// How an abonné was called that is gone: its figures outlive it.
pub fn former_name(tx: &impl Reads, id: SubscriberId) -> Result<Option<String>> {
    FORMER.get(tx, id.0)
}

/// All abonnés, by name as people sort names.
pub fn all(tx: &impl Reads) -> Result<Vec<Subscriber>> {
    let mut all = Vec::new();
    SUBSCRIBERS.each(tx, 0.., Direction::Ascending, |_, subscriber| {
        all.push(subscriber);
        Ok(ControlFlow::Continue(()))
    })?;
    all.sort_by_cached_key(|subscriber| (fold::fold(&subscriber.name), subscriber.id));
    Ok(all)
}

/// The active abonnés that a secretary answers for.
pub fn answered_by(tx: &impl Reads, assignment: &Assignment) -> Result<Vec<Subscriber>> {
    let mut found = all(tx)?;
    found.retain(|subscriber| subscriber.active && assignment.includes(subscriber.id));
    Ok(found)
}

/// An abonné by its name, accents and case ignored.
pub fn by_name(tx: &impl Reads, name: &str) -> Result<Option<Subscriber>> {
    let wanted = fold::words(name);
    Ok(all(tx)?.into_iter().find(|subscriber| fold::words(&subscriber.name) == wanted))
}

/// Adds an abonné. A name that another bears is a problem of the field `nom`: two practices that can't be told apart are a
/// message under the wrong name.
pub fn add(tx: &Write<'_>, new: NewSubscriber) -> Result<Subscriber> {
    if by_name(tx, &new.name)?.is_some() {
        return Err(Error::invalid("nom", "Un abonné porte déjà ce nom : ajoutez de quoi les distinguer."));
    }
    let id = NUMBERS.get(tx, "subscriber")?.unwrap_or(0) + 1;
    NUMBERS.put(tx, "subscriber", &id)?;
    let subscriber = new.into_subscriber(SubscriberId(id));
    SUBSCRIBERS.put(tx, id, &subscriber)?;
    tx.touch(house::TOPIC);
    Ok(subscriber)
}

/// Closes an abonné for good: its clients see nothing any more, and the switchboard has it no more.
pub fn close(tx: &Write<'_>, id: SubscriberId) -> Result<()> {
    let subscriber = SUBSCRIBERS.get(tx, id.0)?.ok_or(Error::NotFound)?;
    SUBSCRIBERS.put(tx, id.0, &Subscriber { active: false, ..subscriber })?;
    tx.touch(house::TOPIC);
    tx.touch(id.0);
    Ok(())
}

/// Takes an abonné away when nothing of it is left; its name stays for the counters, its number is never given again.
pub fn remove(tx: &Write<'_>, id: SubscriberId) -> Result<()> {
    if let Some(subscriber) = SUBSCRIBERS.get(tx, id.0)? {
        FORMER.put(tx, id.0, &subscriber.name)?;
        SUBSCRIBERS.remove(tx, id.0)?;
        tx.note_erased(1)?;
    }
    tx.touch(house::TOPIC);
    Ok(())
}

/// Writes an abonné's settings; an inactive one takes no calls and its clients see nothing.
pub fn change(tx: &Write<'_>, id: SubscriberId, new: NewSubscriber, active: bool) -> Result<Subscriber> {
    if !SUBSCRIBERS.has(tx, id.0)? {
        return Err(Error::NotFound);
    }
    if by_name(tx, &new.name)?.is_some_and(|other| other.id != id) {
        return Err(Error::invalid("nom", "Un autre abonné porte déjà ce nom : ajoutez de quoi les distinguer."));
    }
    let mut subscriber = new.into_subscriber(id);
    subscriber.active = active;
    SUBSCRIBERS.put(tx, id.0, &subscriber)?;
    tx.touch(house::TOPIC);
    tx.touch(id.0);
    Ok(subscriber)
}
