//! The tables of messages, and the changes that keep them in step.

use super::model::{Event, Kind, Message, NewMessage, State, What};
use super::{search, shown};
use crate::base::{ContactId, Instant, MessageNumber, PersonId, SubscriberId, Zone, limits};
use crate::counters::{self, Counted, Month};
use crate::error::{Error, Result};
use crate::notices::{hooks, outbox};
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use crate::subscribers;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

pub(super) static MESSAGES: Collection<(u64, u64), Message> = Collection::new("messages.messages");
/// Abonné, 0 for urgent and 1 for others, newest first, highest number first: the order of the page.
pub(super) static PENDING: Collection<(u64, u8, u64, u64), ()> = Collection::new("messages.pending");
/// Abonné, last archived first, highest number first.
pub(super) static ARCHIVED: Collection<(u64, u64, u64), ()> = Collection::new("messages.archived");
/// Abonné, message, place.
pub(super) static HISTORY: Collection<(u64, u64, u64), Event> = Collection::new("messages.history");
/// Pending messages whose row the abonné has not been shown: abonné, when received, number.
pub(super) static UNREAD: Collection<(u64, u64, u64), ()> = Collection::new("messages.unread");
pub(super) static COUNTS: Collection<u64, Counts> = Collection::new("messages.counts");
/// Rows of files that have been imported, by abonné and fingerprint: the message each became.
pub(super) static IMPORTED: Collection<(u64, u128), u64> = Collection::new("messages.imported");
/// Messages about a contact card: abonné, the number the card had then, message.
pub(super) static CONCERNING: Collection<(u64, u64, u64), ()> = Collection::new("messages.concerning");
/// Answers of abonnés that the secretariat has not dealt with: when each came.
pub(super) static ANSWERED: Collection<(u64, u64), u64> = Collection::new("messages.answered");

pub static TABLES: [&dyn AnyTable; 11] = [
    &MESSAGES,
    &PENDING,
    &ARCHIVED,
    &UNREAD,
    &HISTORY,
    &COUNTS,
    &IMPORTED,
    &ANSWERED,
    &CONCERNING,
    &search::POSTINGS,
    &shown::SHOWN,
];

impl Record for Message {
    const VERSION: u8 = 2;

    /// Version 1 had no `appointment_id`, the last field: in `postcard` its absence is one more byte.
    fn upgrade(version: u8, bytes: &[u8]) -> Result<Message> {
        match version {
            1 => Ok(postcard::from_bytes(&[bytes, &[0]].concat())?),
            _ => Err(Error::internal(format!("a message has version {version}, this program knows 2"))),
        }
    }
}
impl Record for Event {}
impl Record for Counts {}

/// How many messages an abonné has, and the number that the last one got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub last_number: u64,
    pub pending: u64,
    pub pending_urgent: u64,
    pub archived: u64,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub rows: Vec<Message>,
    /// Messages in the whole list.
    pub total: u64,
    /// From 1; an address beyond the last page shows the last.
    pub page: u64,
    pub pages: u64,
}

/// Who does something to a message, as its history names them.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub person: PersonId,
    pub name: &'a str,
}

/// Sorts later moments first in a key.
pub(super) fn newest_first(at: Instant) -> u64 {
    u64::MAX - u64::try_from(at.0).unwrap_or(0)
}

pub(super) fn pending_key(subscriber: SubscriberId, message: &Message) -> (u64, u8, u64, u64) {
    (subscriber.0, u8::from(!message.urgent), newest_first(message.received), u64::MAX - message.number.0)
}

pub(super) fn archived_key(subscriber: SubscriberId, number: MessageNumber, at: Instant) -> (u64, u64, u64) {
    (subscriber.0, newest_first(at), u64::MAX - number.0)
}

pub fn counts(tx: &impl Reads, subscriber: SubscriberId) -> Result<Counts> {
    Ok(COUNTS.get(tx, subscriber.0)?.unwrap_or_default())
}

/// A message of an abonné; `NotFound` when there is none of that number.
pub fn message(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber) -> Result<Message> {
    MESSAGES.get(tx, (subscriber.0, number.0))?.ok_or(Error::NotFound)
}

/// Pending messages: urgent ones first, then by the time received, newest first.
pub fn pending_page(tx: &impl Reads, subscriber: SubscriberId, page: u64) -> Result<Page> {
    let counts = counts(tx, subscriber)?;
    let id = subscriber.0;
    let lists = PENDING.open(tx)?;
    page_of(tx, subscriber, counts.pending, page, |direction, skip, most| {
        let mut numbers = Vec::with_capacity(most);
        lists.keys((id, 0, 0, 0)..(id + 1, 0, 0, 0), direction, skip, |(_, _, _, number)| {
            numbers.push(u64::MAX - number);
            if numbers.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(numbers)
    })
}

/// Archived messages, last archived first.
pub fn archived_page(tx: &impl Reads, subscriber: SubscriberId, page: u64) -> Result<Page> {
    let counts = counts(tx, subscriber)?;
    let id = subscriber.0;
    let lists = ARCHIVED.open(tx)?;
    page_of(tx, subscriber, counts.archived, page, |direction, skip, most| {
        let mut numbers = Vec::with_capacity(most);
        lists.keys((id, 0, 0)..(id + 1, 0, 0), direction, skip, |(_, _, number)| {
            numbers.push(u64::MAX - number);
            if numbers.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(numbers)
    })
}

/// Reads the rows of one page, from whichever end of the list is nearer.
fn page_of(
    tx: &impl Reads,
    subscriber: SubscriberId,
    total: u64,
    page: u64,
    numbers: impl Fn(Direction, u64, usize) -> Result<Vec<u64>>,
) -> Result<Page> {
    let pages = total.div_ceil(limits::PAGE_ROWS).max(1);
    let page = page.clamp(1, pages);
    let start = (page - 1) * limits::PAGE_ROWS;
    let end = (start + limits::PAGE_ROWS).min(total);
    let most = (end - start) as usize;
    let numbers = if most == 0 {
        Vec::new()
    } else if start <= total - end {
        numbers(Direction::Ascending, start, most)?
    } else {
        let mut numbers = numbers(Direction::Descending, total - end, most)?;
        numbers.reverse();
        numbers
    };
    let messages = MESSAGES.open(tx)?;
    let mut rows = Vec::with_capacity(numbers.len());
    for number in numbers {
        let found = messages.get((subscriber.0, number))?;
        rows.push(found.ok_or_else(|| Error::internal("a list names a message that is not there"))?);
    }
    Ok(Page { rows, total, page, pages })
}

/// What happened to a message, oldest first.
pub fn history(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    HISTORY.each(
        tx,
        (subscriber.0, number.0, 0)..=(subscriber.0, number.0, u64::MAX),
        Direction::Ascending,
        |_, event| {
            events.push(event);
            Ok(ControlFlow::Continue(()))
        },
    )?;
    Ok(events)
}

/// Adds a line to a message's history.
pub(super) fn note(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber, event: &Event) -> Result<()> {
    note_at(tx, subscriber, number, event).map(drop)
}

/// The same; the line's place.
pub(super) fn note_at(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber, event: &Event) -> Result<u64> {
    let mut place = 0;
    HISTORY.open(tx)?.keys(
        (subscriber.0, number.0, 0)..=(subscriber.0, number.0, u64::MAX),
        Direction::Descending,
        0,
        |(_, _, last)| {
            place = last + 1;
            ControlFlow::Break(())
        },
    )?;
    HISTORY.put(tx, (subscriber.0, number.0, place), event)?;
    Ok(place)
}

/// Takes a message: gives it the abonné's next number, lists it as pending, makes it findable, begins its history.
pub fn take(tx: &Write<'_>, subscriber: SubscriberId, new: NewMessage) -> Result<Message> {
    let taken = Event { at: new.received, who: new.taken_by.clone(), person: new.taken_by_person, what: What::Taken };
    count(tx, subscriber, &new)?;
    let message = insert(tx, subscriber, new, State::Pending, None, &[taken])?;
    super::transmission::of_new(tx, subscriber, &message)?;
    hooks::tell(tx, subscriber, hooks::Kind::MessageCreated, Some(message.number.0), message.received)?;
    Ok(message)
}

/// Counts a message for the abonné's invoice, in the month of the abonné's own calendar.
fn count(tx: &Write<'_>, subscriber: SubscriberId, new: &NewMessage) -> Result<()> {
    let month = month_of(tx, subscriber, new.received)?;
    counters::count(tx, subscriber, month, counted_as(new.kind))?;
    if new.urgent { counters::count(tx, subscriber, month, Counted::Urgent) } else { Ok(()) }
}

/// Brings what was counted to what a corrected message is: never twice, and never under its former kind.
pub(super) fn recount(tx: &Write<'_>, subscriber: SubscriberId, before: &Message, after: &Message) -> Result<()> {
    if (before.kind, before.urgent) == (after.kind, after.urgent) {
        return Ok(());
    }
    uncount(tx, subscriber, before)?;
    let month = month_of(tx, subscriber, after.received)?;
    counters::count(tx, subscriber, month, counted_as(after.kind))?;
    if after.urgent { counters::count(tx, subscriber, month, Counted::Urgent) } else { Ok(()) }
}

/// Takes a message that is taken back out of what was counted.
pub fn uncount(tx: &Write<'_>, subscriber: SubscriberId, message: &Message) -> Result<()> {
    let month = month_of(tx, subscriber, message.received)?;
    counters::uncount(tx, subscriber, month, counted_as(message.kind))?;
    if message.urgent { counters::uncount(tx, subscriber, month, Counted::Urgent) } else { Ok(()) }
}

/// The month of an abonné's own calendar.
pub(super) fn month_of(tx: &impl Reads, subscriber: SubscriberId, received: Instant) -> Result<Month> {
    let subscriber = subscribers::store::subscriber(tx, subscriber)?;
    Ok(Month::at(received, subscriber.map_or(Zone::PARIS, |subscriber| subscriber.zone)))
}

fn counted_as(kind: Kind) -> Counted {
    match kind {
        Kind::Information => Counted::Information,
        Kind::Sms => Counted::Sms,
        Kind::Appointment => Counted::Appointment,
        Kind::Visit => Counted::Visit,
        Kind::Fax => Counted::Fax,
    }
}

/// Brings in a row of another software's file, unless it has been already: `None` then.
pub fn import(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    new: NewMessage,
    archived: bool,
    fingerprint: u128,
    now: Instant,
) -> Result<Option<Message>> {
    if IMPORTED.has(tx, (subscriber.0, fingerprint))? {
        return Ok(None);
    }
    let event = |at, who: &str, what| Event { at, who: who.to_owned(), person: None, what };
    let mut events = vec![event(new.received, &new.taken_by.clone(), What::Taken), event(now, "", What::Imported)];
    // Archived when it comes here: an office that moves in keeps its archive in sight for the whole period.
    let state = if archived {
        events.push(event(now, "", What::Archived));
        State::Archived { at: now }
    } else {
        State::Pending
    };
    let message = insert(tx, subscriber, new, state, Some(fingerprint), &events)?;
    IMPORTED.put(tx, (subscriber.0, fingerprint), &message.number.0)?;
    Ok(Some(message))
}

/// Whether a row of a file has been imported before.
pub fn is_imported(tx: &impl Reads, subscriber: SubscriberId, fingerprint: u128) -> Result<bool> {
    IMPORTED.has(tx, (subscriber.0, fingerprint))
}

fn insert(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    new: NewMessage,
    state: State,
    fingerprint: Option<u128>,
    events: &[Event],
) -> Result<Message> {
    let mut counts = counts(tx, subscriber)?;
    counts.last_number += 1;
    let message = Message {
        number: MessageNumber(counts.last_number),
        received: new.received,
        kind: new.kind,
        urgent: new.urgent,
        caller: new.caller,
        subject: new.subject,
        text: new.text,
        appointment: new.appointment,
        taken_by: new.taken_by,
        taken_by_person: new.taken_by_person,
        state,
        read: None,
        answers: 0,
        contact: new.contact,
        fax: None,
        fingerprint,
        appointment_id: new.appointment_id,
    };
    list(tx, subscriber, &message, &mut counts)?;
    COUNTS.put(tx, subscriber.0, &counts)?;
    MESSAGES.put(tx, (subscriber.0, message.number.0), &message)?;
    for (place, event) in events.iter().enumerate() {
        HISTORY.put(tx, (subscriber.0, message.number.0, place as u64), event)?;
    }
    search::index(tx, subscriber, &message)?;
    if let Some(contact) = message.contact {
        CONCERNING.put(tx, (subscriber.0, contact.0, message.number.0), &())?;
    }
    tx.touch(subscriber.0);
    tx.touch(crate::house::CONSOLE);
    Ok(message)
}

fn unread_key(subscriber: SubscriberId, message: &Message) -> (u64, u64, u64) {
    (subscriber.0, u64::try_from(message.received.0).unwrap_or(0), message.number.0)
}

/// Puts a message into the list of its state, and counts it there.
pub(super) fn list(tx: &Write<'_>, subscriber: SubscriberId, message: &Message, counts: &mut Counts) -> Result<()> {
    match message.state {
        State::Pending => {
            counts.pending += 1;
            counts.pending_urgent += u64::from(message.urgent);
            if message.read.is_none() {
                UNREAD.put(tx, unread_key(subscriber, message), &())?;
            }
            PENDING.put(tx, pending_key(subscriber, message), &())
        }
        State::Archived { at } => {
            counts.archived += 1;
            ARCHIVED.put(tx, archived_key(subscriber, message.number, at), &())
        }
    }
}

/// Takes a message out of the list of its state, and out of its count.
pub(super) fn unlist(tx: &Write<'_>, subscriber: SubscriberId, message: &Message, counts: &mut Counts) -> Result<()> {
    let was_there = match message.state {
        State::Pending => {
            counts.pending = counts.pending.saturating_sub(1);
            counts.pending_urgent = counts.pending_urgent.saturating_sub(u64::from(message.urgent));
            if message.read.is_none() {
                UNREAD.remove(tx, unread_key(subscriber, message))?;
            }
            PENDING.remove(tx, pending_key(subscriber, message))?
        }
        State::Archived { at } => {
            counts.archived = counts.archived.saturating_sub(1);
            ARCHIVED.remove(tx, archived_key(subscriber, message.number, at))?
        }
    };
    if was_there { Ok(()) } else { Err(Error::internal("a message was missing from its list")) }
}

/// Notes that rows were shown to the abonné. Messages that were read before, or are gone, are left as they are.
pub fn mark_read(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    numbers: &[MessageNumber],
    by: By<'_>,
    now: Instant,
) -> Result<()> {
    for number in numbers {
        let Some(mut message) = MESSAGES.get(tx, (subscriber.0, number.0))? else { continue };
        if message.read.is_some() {
            continue;
        }
        UNREAD.remove(tx, unread_key(subscriber, &message))?;
        message.read = Some(now);
        MESSAGES.put(tx, (subscriber.0, number.0), &message)?;
        note(tx, subscriber, *number, &event(by, now, What::Read))?;
        // Nobody needs to be told any more of what they have seen.
        outbox::seen(tx, subscriber, *number, now)?;
    }
    // The abonné's own page has nothing new to show, so their topic is left alone; the console counts what is unread.
    tx.touch(crate::house::CONSOLE);
    Ok(())
}

/// An event by a person.
pub(super) fn event(by: By<'_>, at: Instant, what: What) -> Event {
    Event { at, who: by.name.to_owned(), person: Some(by.person), what }
}

/// The abonné answers the secretariat under a message.
pub fn answer(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    text: String,
    by: By<'_>,
    now: Instant,
) -> Result<()> {
    let mut message = message(tx, subscriber, number)?;
    message.answers += 1;
    MESSAGES.put(tx, (subscriber.0, number.0), &message)?;
    note(tx, subscriber, number, &event(by, now, What::Answered { text }))?;
    ANSWERED.put(tx, (subscriber.0, number.0), &u64::try_from(now.0).unwrap_or(0))?;
    tx.touch(subscriber.0);
    tx.touch(crate::house::CONSOLE);
    Ok(())
}

/// The secretariat has dealt with the answers under a message; nothing happens when it had before.
pub fn handle_answer(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    by: By<'_>,
    now: Instant,
) -> Result<()> {
    message(tx, subscriber, number)?;
    if ANSWERED.remove(tx, (subscriber.0, number.0))? {
        note(tx, subscriber, number, &event(by, now, What::AnswerHandled))?;
        tx.touch(subscriber.0);
        tx.touch(crate::house::CONSOLE);
    }
    Ok(())
}

/// Whether an answer under this message waits for the secretariat.
pub fn answer_waits(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber) -> Result<bool> {
    ANSWERED.has(tx, (subscriber.0, number.0))
}

/// The answers that wait, of these abonnés, oldest first: abonné, message, when.
pub fn answers_waiting(
    tx: &impl Reads,
    answered_for: impl Fn(SubscriberId) -> bool,
) -> Result<Vec<(SubscriberId, Message, Instant)>> {
    let mut found = Vec::new();
    let messages = MESSAGES.open(tx)?;
    ANSWERED.each(tx, (0, 0).., Direction::Ascending, |(subscriber, number), at| {
        if answered_for(SubscriberId(subscriber))
            && let Some(message) = messages.get((subscriber, number))?
        {
            found.push((SubscriberId(subscriber), message, Instant(at as i64)));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    found.sort_by_key(|(_, _, at)| *at);
    Ok(found)
}

/// When the oldest pending message that the abonné has not been shown was received.
pub fn oldest_unread(tx: &impl Reads, subscriber: SubscriberId) -> Result<Option<Instant>> {
    let id = subscriber.0;
    let mut oldest = None;
    UNREAD.open(tx)?.keys((id, 0, 0)..(id + 1, 0, 0), Direction::Ascending, 0, |(_, received, _)| {
        oldest = Some(Instant(received as i64));
        ControlFlow::Break(())
    })?;
    Ok(oldest)
}

/// When the message with the highest number was received; nothing else of it.
pub fn last_received(tx: &impl Reads, subscriber: SubscriberId) -> Result<Option<Instant>> {
    Ok(latest(tx, subscriber, 1)?.pop().map(|message| message.received))
}

/// The messages taken last, newest number first.
pub fn latest(tx: &impl Reads, subscriber: SubscriberId, most: usize) -> Result<Vec<Message>> {
    let mut found = Vec::new();
    MESSAGES.each(tx, (subscriber.0, 0)..(subscriber.0 + 1, 0), Direction::Descending, |_, message| {
        found.push(message);
        Ok(if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(found)
}

/// Messages with lower numbers than one (all, with `None`), highest first, that fit; and the number to go on before where
/// there may be more. Looks at so many rows at most, so that a seldom kind holds nobody up.
pub fn before(
    tx: &impl Reads,
    subscriber: SubscriberId,
    before: Option<MessageNumber>,
    most: usize,
    looked_at_max: usize,
    fits: impl Fn(&Message) -> bool,
) -> Result<(Vec<Message>, Option<MessageNumber>)> {
    let end = before.map_or((subscriber.0 + 1, 0), |number| (subscriber.0, number.0));
    let (mut found, mut looked_at, mut last, mut more) = (Vec::new(), 0, None, false);
    MESSAGES.each(tx, (subscriber.0, 0)..end, Direction::Descending, |_, message| {
        if found.len() == most || looked_at == looked_at_max {
            more = true;
            return Ok(ControlFlow::Break(()));
        }
        looked_at += 1;
        last = Some(message.number);
        if fits(&message) {
            found.push(message);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok((found, last.filter(|_| more)))
}

/// Every message of an abonné, by its number, until the closure breaks.
pub fn each(
    tx: &impl Reads,
    subscriber: SubscriberId,
    mut visit: impl FnMut(Message) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let range = (subscriber.0, 0)..(subscriber.0 + 1, 0);
    MESSAGES.each(tx, range, Direction::Ascending, |_, message| visit(message))
}

/// Ties a message to a contact card, in place of any other it was tied to.
pub fn tie(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    contact: ContactId,
    who: &str,
    person: Option<PersonId>,
    now: Instant,
) -> Result<()> {
    let mut message = message(tx, subscriber, number)?;
    if message.contact == Some(contact) {
        return Ok(());
    }
    if let Some(other) = message.contact {
        CONCERNING.remove(tx, (subscriber.0, other.0, number.0))?;
    }
    message.contact = Some(contact);
    MESSAGES.put(tx, (subscriber.0, number.0), &message)?;
    CONCERNING.put(tx, (subscriber.0, contact.0, number.0), &())?;
    note(tx, subscriber, number, &Event { at: now, who: who.to_owned(), person, what: What::Tied })?;
    tx.touch(subscriber.0);
    tx.touch(crate::house::CONSOLE);
    Ok(())
}

/// The newest messages about a card, known by any of these numbers, and how many there are.
pub fn concerning(
    tx: &impl Reads,
    subscriber: SubscriberId,
    ids: &[ContactId],
    most: usize,
) -> Result<(Vec<Message>, u64)> {
    let table = CONCERNING.open(tx)?;
    let mut numbers = Vec::new();
    for id in ids {
        table.keys(
            (subscriber.0, id.0, 0)..=(subscriber.0, id.0, u64::MAX),
            Direction::Ascending,
            0,
            |(_, _, number)| {
                numbers.push(number);
                ControlFlow::Continue(())
            },
        )?;
    }
    numbers.sort_unstable_by(|one, other| other.cmp(one));
    let total = numbers.len() as u64;
    let messages = MESSAGES.open(tx)?;
    let mut found = Vec::new();
    for number in numbers.into_iter().take(most) {
        found.extend(messages.get((subscriber.0, number))?);
    }
    Ok((found, total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::model::{Caller, Kind};

    /// Bytes as the first version wrote them: everything but the last field.
    #[test]
    fn messages_of_the_first_version_are_still_read() {
        let message = Message {
            number: MessageNumber(12),
            received: Instant(1_795_510_800_000),
            kind: Kind::Visit,
            urgent: true,
            caller: Caller { last_name: "Dupont".into(), ..Caller::default() },
            subject: "Fièvre".into(),
            text: "Rappeler ce soir.".into(),
            appointment: None,
            taken_by: "Aline".into(),
            taken_by_person: Some(PersonId(4)),
            state: State::Pending,
            read: None,
            answers: 2,
            contact: None,
            fax: None,
            fingerprint: Some(7),
            appointment_id: None,
        };
        let mut old = message.encode().unwrap();
        assert_eq!((old[0], old.pop()), (2, Some(0)));
        old[0] = 1;
        assert_eq!(Message::decode(&old).unwrap(), message);
        old[0] = 3;
        assert!(Message::decode(&old).is_err(), "a later version is not guessed at");
    }
}
