//! The tables of faxes, and the changes that keep them in step with messages and files.

use super::model::{Fax, Size, State, Way};
use crate::base::{FaxId, Instant, MessageNumber, SubscriberId, french};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::messages::model::{Caller, Kind, NewMessage};
use crate::messages::papers::{self, Paper, Stage};
use crate::messages::store as messages;
use crate::messages::waiting::Claim;
use crate::people::{Assignment, Person, Role, store as people};
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use crate::subscribers::{self, Desk};
use std::collections::HashSet;
use std::ops::ControlFlow;

pub(super) static FAXES: Collection<u64, Fax> = Collection::new("fax.faxes");
/// Abonné (0 for none) and fax.
static OF_SUBSCRIBER: Collection<(u64, u64), ()> = Collection::new("fax.of_subscriber");
/// Way, abonné (0 for none) and digest of what came: the fax it became.
static DIGESTS: Collection<(u8, u64, u128), u64> = Collection::new("fax.digests");
/// Those whose pages are still to be read.
static QUEUE: Collection<u64, ()> = Collection::new("fax.queue");
/// Those that somebody of the secretariat must look at: not attributed, or kept aside because they can't be read.
static WAITING: Collection<u64, ()> = Collection::new("fax.waiting");
static CLAIMS: Collection<u64, Claim> = Collection::new("fax.claims");
/// Folders of files whose row has gone.
static GONE: Collection<&'static str, ()> = Collection::new("fax.gone");
/// `last`: the number given last; `bytes`: of all files.
static FIGURES: Collection<&'static str, u64> = Collection::new("fax.figures");

pub static TABLES: [&dyn AnyTable; 8] = [&FAXES, &OF_SUBSCRIBER, &DIGESTS, &QUEUE, &WAITING, &CLAIMS, &GONE, &FIGURES];

impl Record for Fax {}

/// The topic of work for the reader of faxes.
pub const TOPIC: u64 = u64::MAX - 7;

/// Rows erased in one write, as in the night's erasure.
const STEP: usize = 100;

fn owner(subscriber: Option<SubscriberId>) -> u64 {
    subscriber.map_or(0, |id| id.0)
}

/// A fax by number, whoever asks: for the works of the house.
pub fn fax(tx: &impl Reads, number: FaxId) -> Result<Option<Fax>> {
    FAXES.get(tx, number.0)
}

/// A fax of a desk's abonné. Its clients see what a message of theirs brought, and nothing before.
pub fn at(tx: &impl Reads, desk: &Desk, number: FaxId) -> Result<Fax> {
    let fax = fax(tx, number)?.filter(|fax| fax.subscriber == Some(desk.id())).ok_or(Error::NotFound)?;
    match fax.message {
        // A message that is being erased takes its fax with it at once.
        Some(message) => messages::message(tx, desk.id(), message).map(drop)?,
        None if desk.side() == subscribers::Side::Subscriber => return Err(Error::NotFound),
        None => {}
    }
    Ok(fax)
}

/// One that waits for the secretariat, if this secretary may deal with it.
pub fn waiting(tx: &impl Reads, person: &Person, number: FaxId) -> Result<Fax> {
    let fax = fax(tx, number)?.ok_or(Error::NotFound)?;
    let Role::Secretary { answers_for } = &person.role else { return Err(Error::NotFound) };
    if !WAITING.has(tx, number.0)? || !may_deal(tx, answers_for, &fax)? {
        return Err(Error::NotFound);
    }
    Ok(fax)
}

/// All that wait and this secretary may deal with, the oldest first.
pub fn all_waiting(tx: &impl Reads, answers_for: &Assignment) -> Result<Vec<(Fax, Option<Claim>)>> {
    let mut numbers = Vec::new();
    WAITING.open(tx)?.keys(0.., Direction::Ascending, 0, |number| {
        numbers.push(number);
        ControlFlow::Continue(())
    })?;
    let mut found = Vec::new();
    for number in numbers {
        let Some(fax) = FAXES.get(tx, number)? else { continue };
        if may_deal(tx, answers_for, &fax)? {
            let claim = CLAIMS.get(tx, number)?;
            found.push((fax, claim));
        }
    }
    Ok(found)
}

/// A fax for nobody in particular may be any abonné's: who answers for all looks at it; where nobody does, every secretary.
fn may_deal(tx: &impl Reads, answers_for: &Assignment, fax: &Fax) -> Result<bool> {
    if let Some(subscriber) = fax.subscriber {
        return Ok(answers_for.includes(subscriber));
    }
    let for_all =
        |person: &Person| person.active && matches!(&person.role, Role::Secretary { answers_for: Assignment::All });
    Ok(*answers_for == Assignment::All || !people::everybody(tx)?.iter().any(for_all))
}

/// The faxes of an abonné that came last, the newest first.
pub fn latest(tx: &impl Reads, subscriber: SubscriberId, most: usize) -> Result<Vec<Fax>> {
    let mut numbers = Vec::new();
    let range = (subscriber.0, 0)..=(subscriber.0, u64::MAX);
    OF_SUBSCRIBER.open(tx)?.keys(range, Direction::Descending, 0, |(_, number)| {
        numbers.push(number);
        if numbers.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let faxes = FAXES.open(tx)?;
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        found.extend(faxes.get(number)?);
    }
    Ok(found)
}

/// What came by the same way for the same abonné with the same bytes.
pub fn known(tx: &impl Reads, way: Way, subscriber: Option<SubscriberId>, digest: u128) -> Result<Option<FaxId>> {
    // A document may be attached to as many calls as it concerns.
    if way == Way::Document {
        return Ok(None);
    }
    Ok(DIGESTS.get(tx, (way.place(), owner(subscriber), digest))?.map(FaxId))
}

/// Bytes of all files.
pub fn bytes(tx: &impl Reads) -> Result<u64> {
    Ok(FIGURES.get(tx, "bytes")?.unwrap_or(0))
}

/// The number of the next one to be read.
pub fn next_coming(tx: &impl Reads, after: Option<FaxId>) -> Result<Option<FaxId>> {
    let mut first = None;
    QUEUE.open(tx)?.keys(after.map_or(0, |number| number.0 + 1).., Direction::Ascending, 0, |number| {
        first = Some(FaxId(number));
        ControlFlow::Break(())
    })?;
    Ok(first)
}

/// Adds one that has come, under the next number.
pub(super) fn add(tx: &Write<'_>, new: Fax) -> Result<Fax> {
    let number = FIGURES.get(tx, "last")?.unwrap_or(0) + 1;
    FIGURES.put(tx, "last", &number)?;
    let fax = Fax { number: FaxId(number), ..new };
    if fax.way != Way::Document {
        DIGESTS.put(tx, (fax.way.place(), owner(fax.subscriber), fax.digest), &number)?;
    }
    OF_SUBSCRIBER.put(tx, (owner(fax.subscriber), number), &())?;
    QUEUE.put(tx, number, &())?;
    if fax.subscriber.is_none() {
        WAITING.put(tx, number, &())?;
    }
    add_bytes(tx, fax.bytes, 0)?;
    put(tx, &fax)?;
    tx.touch(TOPIC);
    Ok(fax)
}

fn put(tx: &Write<'_>, fax: &Fax) -> Result<()> {
    FAXES.put(tx, fax.number.0, fax)?;
    if let Some(subscriber) = fax.subscriber {
        tx.touch(subscriber.0);
    }
    tx.touch(house::CONSOLE);
    Ok(())
}

fn add_bytes(tx: &Write<'_>, more: u64, less: u64) -> Result<()> {
    FIGURES.put(tx, "bytes", &(bytes(tx)? + more).saturating_sub(less))
}

/// Its pages have been read and are on the disk: it comes to its abonné as a message, or waits to be attributed.
pub(super) fn finish(tx: &Write<'_>, number: FaxId, pages: Vec<Size>, remarks: Vec<String>, bytes: u64) -> Result<()> {
    QUEUE.remove(tx, number.0)?;
    // It was removed while it was read.
    let Some(mut fax) = fax(tx, number)? else { return Ok(()) };
    add_bytes(tx, bytes, fax.bytes)?;
    fax.bytes = bytes;
    fax.state = State::Ready { pages, remarks };
    deliver(tx, fax)
}

/// It can't be read. What somebody brought goes at once, since they are told; what came by itself is kept aside.
pub(super) fn refuse(tx: &Write<'_>, number: FaxId, why: String) -> Result<()> {
    QUEUE.remove(tx, number.0)?;
    let Some(mut fax) = fax(tx, number)? else { return Ok(()) };
    DIGESTS.remove(tx, (fax.way.place(), owner(fax.subscriber), fax.digest))?;
    fax.state = State::Refused { why };
    if fax.way.is_unattended() {
        WAITING.put(tx, number.0, &())?;
    } else {
        GONE.put(tx, fax.key.as_str(), &())?;
        add_bytes(tx, 0, fax.bytes)?;
        fax.bytes = 0;
    }
    hang(tx, &fax)?;
    put(tx, &fax)
}

/// A fax that is read, and whose abonné is known, is a message.
fn deliver(tx: &Write<'_>, mut fax: Fax) -> Result<()> {
    let open = match fax.subscriber {
        Some(id) => subscribers::store::subscriber(tx, id)?.is_some_and(|subscriber| subscriber.active),
        None => false,
    };
    if let (Some(subscriber), None, true, false) = (fax.subscriber, fax.message, open, fax.is_document()) {
        let message = messages::take(tx, subscriber, announced(&fax).checked()?)?;
        fax.message = Some(message.number);
    } else if !open {
        // For nobody, or for somebody who is no abonné any more.
        WAITING.put(tx, fax.number.0, &())?;
    }
    hang(tx, &fax)?;
    put(tx, &fax)
}

/// The message that a fax comes as.
fn announced(fax: &Fax) -> NewMessage {
    let about = fax.about.clone();
    NewMessage {
        received: fax.received,
        kind: Kind::Fax,
        urgent: about.urgent,
        caller: Caller { last_name: about.name, phone: about.phone, ..Caller::default() },
        subject: about.subject,
        text: format!("Fax de {}, {}.", french::count(fax.pages().len() as u64, "page", "pages"), fax.way.in_words()),
        appointment: None,
        taken_by: fax.by_name.clone(),
        taken_by_person: fax.by,
        contact: None,
        appointment_id: None,
    }
}

/// Notes under its message how far a fax is.
fn hang(tx: &Write<'_>, fax: &Fax) -> Result<()> {
    let (Some(subscriber), Some(message)) = (fax.subscriber, fax.message) else { return Ok(()) };
    let stage = match &fax.state {
        State::Coming => Stage::Coming,
        State::Ready { pages, .. } => Stage::Ready { pages: pages.len() as u32 },
        State::Refused { .. } => Stage::Refused,
    };
    let name = if fax.is_document() { fax.name.clone() } else { String::new() };
    papers::attach(tx, subscriber, message, Paper { number: fax.number, name, stage })
}

/// Hangs a document on the message that it was brought for. Sent with another's number, it is not there.
pub fn hang_on(tx: &Write<'_>, desk: &Desk, number: FaxId, message: MessageNumber) -> Result<()> {
    let mut fax = held(tx, desk, number)?;
    fax.message = Some(message);
    hang(tx, &fax)?;
    put(tx, &fax)
}

/// A document that this person brought for this abonné, and that hangs on no message yet.
pub fn held(tx: &impl Reads, desk: &Desk, number: FaxId) -> Result<Fax> {
    let mine = |fax: &Fax| {
        fax.is_document()
            && fax.subscriber == Some(desk.id())
            && fax.by == Some(desk.who().person.id)
            && fax.message.is_none()
    };
    fax(tx, number)?.filter(mine).ok_or(Error::NotFound)
}

/// Said to who comes second.
const NO_LONGER_WAITS: &str = "Ce fax n’attend plus : quelqu’un vient de s’en occuper.";

/// Gives a fax to the abonné it is for.
pub fn attribute(tx: &Write<'_>, person: &Person, number: FaxId, to: SubscriberId) -> Result<Fax> {
    let mut fax = waiting(tx, person, number).map_err(|_| Error::Conflict(NO_LONGER_WAITS.into()))?;
    if matches!(fax.state, State::Refused { .. }) {
        return Err(Error::Conflict("Ce fichier n’a pas pu être lu : il ne peut pas être remis à un abonné.".into()));
    }
    DIGESTS.remove(tx, (fax.way.place(), owner(fax.subscriber), fax.digest))?;
    OF_SUBSCRIBER.remove(tx, (owner(fax.subscriber), number.0))?;
    fax.subscriber = Some(to);
    DIGESTS.put(tx, (fax.way.place(), to.0, fax.digest), &number.0)?;
    OF_SUBSCRIBER.put(tx, (to.0, number.0), &())?;
    WAITING.remove(tx, number.0)?;
    CLAIMS.remove(tx, number.0)?;
    match fax.state {
        // Its message is made when its pages are there.
        State::Coming => put(tx, &fax)?,
        _ => deliver(tx, fax.clone())?,
    }
    self::fax(tx, number)?.ok_or(Error::NotFound)
}

/// « Je m’en occupe », « Reprendre » (`over`).
pub fn claim(tx: &Write<'_>, person: &Person, number: FaxId, over: bool, now: Instant) -> Result<()> {
    waiting(tx, person, number).map_err(|_| Error::Conflict(NO_LONGER_WAITS.into()))?;
    match CLAIMS.get(tx, number.0)? {
        Some(claim) if claim.person != person.id && !over => {
            return Err(Error::Conflict(format!("Déjà pris par {}.", claim.name)));
        }
        _ => {}
    }
    tx.touch(house::CONSOLE);
    CLAIMS.put(tx, number.0, &Claim { at: now, person: person.id, name: person.name.clone() })
}

/// « Rendre ».
pub fn release(tx: &Write<'_>, person: &Person, number: FaxId) -> Result<()> {
    if CLAIMS.get(tx, number.0)?.is_some_and(|claim| claim.person == person.id) {
        CLAIMS.remove(tx, number.0)?;
        tx.touch(house::CONSOLE);
    }
    Ok(())
}

/// Removes one that waits: an advertisement, a double, what can't be read.
pub fn remove_waiting(tx: &Write<'_>, person: &Person, number: FaxId) -> Result<Fax> {
    let fax = waiting(tx, person, number).map_err(|_| Error::Conflict(NO_LONGER_WAITS.into()))?;
    erase(tx, &fax)?;
    Ok(fax)
}

/// Erases one that nobody needs to look at.
pub fn forget(tx: &Write<'_>, number: FaxId) -> Result<()> {
    match fax(tx, number)? {
        Some(fax) => erase(tx, &fax),
        None => Ok(()),
    }
}

/// The message of a fax went to the abonné it was meant for: what hangs on it goes along.
pub fn follow(tx: &Write<'_>, to: SubscriberId, message: MessageNumber) -> Result<()> {
    for paper in papers::of(tx, to, message)? {
        let Some(mut fax) = fax(tx, paper.number)? else { continue };
        OF_SUBSCRIBER.remove(tx, (owner(fax.subscriber), fax.number.0))?;
        DIGESTS.remove(tx, (fax.way.place(), owner(fax.subscriber), fax.digest))?;
        OF_SUBSCRIBER.put(tx, (to.0, fax.number.0), &())?;
        fax.subscriber = Some(to);
        fax.message = Some(message);
        put(tx, &fax)?;
    }
    Ok(())
}

/// Erases a fax: its row, its place in every list; its files go right after.
pub(super) fn erase(tx: &Write<'_>, fax: &Fax) -> Result<()> {
    let number = fax.number.0;
    FAXES.remove(tx, number)?;
    OF_SUBSCRIBER.remove(tx, (owner(fax.subscriber), number))?;
    let digest = (fax.way.place(), owner(fax.subscriber), fax.digest);
    if DIGESTS.get(tx, digest)? == Some(number) {
        DIGESTS.remove(tx, digest)?;
    }
    QUEUE.remove(tx, number)?;
    WAITING.remove(tx, number)?;
    CLAIMS.remove(tx, number)?;
    GONE.put(tx, fax.key.as_str(), &())?;
    add_bytes(tx, 0, fax.bytes)?;
    tx.note_erased(1)?;
    if let Some(subscriber) = fax.subscriber {
        tx.touch(subscriber.0);
    }
    tx.touch(house::CONSOLE);
    tx.touch(TOPIC);
    Ok(())
}

/// Erases what has lost its message, then the files of all that was erased. Safe to interrupt: what is left goes the next time.
pub fn sweep(house: &House) -> Result<()> {
    loop {
        let lost = house.store.read(|tx| papers::lost(tx, STEP))?;
        if lost.is_empty() {
            break;
        }
        house.store.write_into_reserve(|tx| {
            for number in &lost {
                if let Some(fax) = fax(tx, *number)? {
                    erase(tx, &fax)?;
                }
                papers::forget(tx, *number)?;
            }
            Ok(())
        })?;
    }
    let gone = house.store.read(|tx| {
        let mut keys = Vec::new();
        GONE.open(tx)?.keys("".., Direction::Ascending, 0, |key| {
            keys.push(key.to_owned());
            ControlFlow::Continue(())
        })?;
        Ok(keys)
    })?;
    if gone.is_empty() {
        return Ok(());
    }
    gone.iter().try_for_each(|key| house.papers.remove(key))?;
    house.store.write_into_reserve(|tx| {
        for key in &gone {
            GONE.remove(tx, key.as_str())?;
        }
        Ok(())
    })
}

/// A refusal that somebody was told of, or a document whose call was never sent, is kept for so long.
const FORGOTTEN_AFTER_MS: i64 = 4 * crate::base::time::DAY_MS;

/// Erases refusals that were told, and documents that hang on no message.
pub fn purge(house: &House, now: Instant) -> Result<()> {
    let told = |fax: &Fax| matches!(fax.state, State::Refused { .. }) && !fax.way.is_unattended();
    let forgotten = |fax: &Fax| {
        fax.message.is_none() && (told(fax) || fax.is_document()) && now.ms_since(fax.received) > FORGOTTEN_AFTER_MS
    };
    let old = house.store.read(|tx| {
        let mut old = Vec::new();
        FAXES.each(tx, 0.., Direction::Ascending, |_, fax| {
            if forgotten(&fax) {
                old.push(fax.number);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(old)
    })?;
    for step in old.chunks(STEP) {
        house.store.write_into_reserve(|tx| {
            for number in step {
                if let Some(fax) = fax(tx, *number)?.filter(&forgotten) {
                    erase(tx, &fax)?;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Removes the folders of files that no row names: what a power cut left between file and row.
pub fn tidy(house: &House) -> Result<()> {
    let named = house.store.read(|tx| {
        let mut named = HashSet::new();
        FAXES.each(tx, 0.., Direction::Ascending, |_, fax| {
            named.insert(fax.key);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(named)
    })?;
    let removed = house.papers.sweep(&named)?;
    if removed > 0 {
        log::info!("papers: {removed} folders without a row removed");
    }
    sweep(house)
}
