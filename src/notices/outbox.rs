//! The outbox: every letter, in the data file. A room writes one within the write that causes it; the courier notes what
//! became of it; an administrator sees all of it, cancels and sends again.

use super::letter::{Attempt, Body, Letter, NewLetter, Purpose, Receipt, State, Way, said};
use super::settings::TOPIC;
use crate::base::{Instant, LetterId, MessageNumber, SubscriberId, fold, secret, time};
use crate::error::{Error, Result};
use crate::store::{Collection, Direction, Reads, Record, Write};
use std::ops::ControlFlow;

pub(super) static LETTERS: Collection<u64, Letter> = Collection::new("notices.letters");
/// What waits: way, when due, letter → its host.
pub(super) static DUE: Collection<(u8, u64, u64), String> = Collection::new("notices.due");
/// State, newest letter first.
pub(super) static STATES: Collection<(u8, u64), ()> = Collection::new("notices.states");
/// `letter`: the number that was given last; and how many are in each state, by its word.
pub(super) static COUNTS: Collection<&'static str, u64> = Collection::new("notices.counts");
/// Abonné, message, letter that speaks of it.
pub(super) static OF_MESSAGE: Collection<(u64, u64, u64), ()> = Collection::new("notices.of_message");
/// Letters that did not arrive, and that nobody of the secretariat has taken note of yet.
pub(super) static FAILED: Collection<u64, ()> = Collection::new("notices.failed");
/// Abonné and recipient → the waiting letter that further messages join.
pub(super) static GATHERING: Collection<(u64, &'static str), u64> = Collection::new("notices.gathering");

impl Record for Letter {
    const VERSION: u8 = 2;

    /// Version 1 knew no webhooks; what it knew is written as before.
    fn upgrade(_: u8, bytes: &[u8]) -> Result<Letter> {
        Ok(postcard::from_bytes(bytes)?)
    }
}

/// A letter that has met nothing but « later » for so long is given up.
const TRIED_MS: i64 = time::DAY_MS;
/// How long a settled letter can be looked up; what it said goes with the message it speaks of, or at once.
pub const KEPT_MS: i64 = 60 * time::DAY_MS;
/// Attempts shown; a day of trying makes about a dozen.
pub const ATTEMPTS_MAX: usize = 20;
/// The longest wait between two attempts.
const DELAY_MAX_MS: i64 = 6 * time::HOUR_MS;
/// Letters that one search looks at, newest first.
const SEARCHED_MAX: usize = 5000;
/// Rows of the page of letters.
pub const PAGE_ROWS: u64 = 50;

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken by the other side, in its words.
    Sent(String),
    /// Not now: tried again later.
    Later(String),
    /// Never.
    Never(String),
    /// The server itself could not be reached or used; says nothing of this letter.
    Unreachable(String),
}

/// How many letters stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub waiting: u64,
    pub sent: u64,
    pub failed: u64,
    pub given_up: u64,
    pub cancelled: u64,
    /// Since when the oldest waiting letter is due.
    pub oldest_due: Option<Instant>,
}

/// One page of letters.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub rows: Vec<Letter>,
    pub total: u64,
    pub page: u64,
    pub pages: u64,
}

fn due_key(letter: &Letter) -> (u8, u64, u64) {
    (letter.way.lane(), u64::try_from(letter.due.0).unwrap_or(0), letter.id.0)
}

fn state_key(letter: &Letter) -> (u8, u64) {
    (letter.state.place(), u64::MAX - letter.id.0)
}

/// Writes a letter into the outbox.
pub fn put(tx: &Write<'_>, new: NewLetter, now: Instant) -> Result<Letter> {
    let id = COUNTS.get(tx, "letter")?.unwrap_or(0) + 1;
    COUNTS.put(tx, "letter", &id)?;
    let letter = Letter {
        id: LetterId(id),
        way: new.way,
        to: new.to,
        purpose: new.purpose,
        subscriber: new.subscriber,
        body: new.body,
        written: now,
        due: new.due,
        expires: new.expires,
        state: State::Waiting,
        since: now,
        attempts: Vec::new(),
        tries: 0,
        message_id: format!("{}.{id}", secret::base64url(&secret::random::<12>()?)),
        receipt: None,
    };
    list(tx, &letter)?;
    name_messages(tx, &letter)?;
    LETTERS.put(tx, id, &letter)?;
    tx.touch(TOPIC);
    Ok(letter)
}

fn name_messages(tx: &Write<'_>, letter: &Letter) -> Result<()> {
    if let Some(subscriber) = letter.subscriber {
        for number in letter.messages() {
            OF_MESSAGE.put(tx, (subscriber.0, number.0, letter.id.0), &())?;
        }
    }
    Ok(())
}

fn list(tx: &Write<'_>, letter: &Letter) -> Result<()> {
    if letter.state == State::Waiting {
        DUE.put(tx, due_key(letter), &letter.host().to_owned())?;
    }
    STATES.put(tx, state_key(letter), &())?;
    count(tx, letter.state, 1)
}

fn unlist(tx: &Write<'_>, letter: &Letter) -> Result<()> {
    if letter.state == State::Waiting {
        DUE.remove(tx, due_key(letter))?;
    }
    STATES.remove(tx, state_key(letter))?;
    count(tx, letter.state, -1)
}

fn count(tx: &Write<'_>, state: State, change: i64) -> Result<()> {
    let before = COUNTS.get(tx, state.word())?.unwrap_or(0);
    COUNTS.put(tx, state.word(), &before.saturating_add_signed(change))
}

/// Changes a letter and keeps the lists in step.
fn change(tx: &Write<'_>, letter: &mut Letter, edit: impl FnOnce(&mut Letter)) -> Result<()> {
    unlist(tx, letter)?;
    edit(letter);
    list(tx, letter)?;
    LETTERS.put(tx, letter.id.0, letter)
}

/// A letter; `NotFound` when there is none of that number.
pub fn letter(tx: &impl Reads, id: LetterId) -> Result<Letter> {
    LETTERS.get(tx, id.0)?.ok_or(Error::NotFound)
}

/// How many stand where.
pub fn figures(tx: &impl Reads) -> Result<Figures> {
    let of = |state: State| Ok::<u64, Error>(COUNTS.get(tx, state.word())?.unwrap_or(0));
    let mut oldest_due: Option<Instant> = None;
    let due = DUE.open(tx)?;
    for way in [Way::Mail, Way::Sms, Way::Hook] {
        let lane = way.lane();
        due.keys((lane, 0, 0)..(lane + 1, 0, 0), Direction::Ascending, 0, |(_, at, _)| {
            let at = Instant(at as i64);
            oldest_due = Some(oldest_due.map_or(at, |oldest| oldest.min(at)));
            ControlFlow::Break(())
        })?;
    }
    Ok(Figures {
        waiting: of(State::Waiting)?,
        sent: of(State::Sent)?,
        failed: of(State::Failed)?,
        given_up: of(State::GivenUp)?,
        cancelled: of(State::Cancelled)?,
        oldest_due,
    })
}

/// Letters, newest first: all, those of a state, those that bear these words in their recipient or subject.
pub fn page(tx: &impl Reads, state: Option<State>, query: &str, page: u64) -> Result<Page> {
    let words = fold::words(query);
    let figures = figures(tx)?;
    let all = figures.waiting + figures.sent + figures.failed + figures.given_up + figures.cancelled;
    let of_state = match state {
        None => all,
        Some(State::Waiting) => figures.waiting,
        Some(State::Sent) => figures.sent,
        Some(State::Failed) => figures.failed,
        Some(State::GivenUp) => figures.given_up,
        Some(State::Cancelled) => figures.cancelled,
    };
    let found = if words.is_empty() { None } else { Some(search(tx, state, &words)?) };
    let total = found.as_ref().map_or(of_state, |found| found.len() as u64);
    let pages = total.div_ceil(PAGE_ROWS).max(1);
    let page = page.clamp(1, pages);
    let skip = (page - 1) * PAGE_ROWS;
    let numbers = match found {
        Some(found) => found.into_iter().skip(skip as usize).take(PAGE_ROWS as usize).collect(),
        None => numbers(tx, state, skip, PAGE_ROWS as usize)?,
    };
    let letters = LETTERS.open(tx)?;
    let mut rows = Vec::with_capacity(numbers.len());
    for number in numbers {
        rows.extend(letters.get(number)?);
    }
    Ok(Page { rows, total, page, pages })
}

fn numbers(tx: &impl Reads, state: Option<State>, skip: u64, most: usize) -> Result<Vec<u64>> {
    let mut numbers = Vec::with_capacity(most.min(64));
    let mut take = |number| {
        numbers.push(number);
        if numbers.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    match state {
        Some(state) => {
            let place = state.place();
            STATES
                .open(tx)?
                .keys((place, 0)..(place + 1, 0), Direction::Ascending, skip, |(_, id)| take(u64::MAX - id))?;
        }
        None => LETTERS.open(tx)?.keys(0.., Direction::Descending, skip, take)?,
    }
    Ok(numbers)
}

fn search(tx: &impl Reads, state: Option<State>, words: &[String]) -> Result<Vec<u64>> {
    let letters = LETTERS.open(tx)?;
    let mut found = Vec::new();
    for number in numbers(tx, state, 0, SEARCHED_MAX)? {
        let Some(letter) = letters.get(number)? else { continue };
        let subject = match &letter.body {
            Body::Text { subject, .. } | Body::WithFiles { subject, .. } => subject.as_str(),
            Body::Announcement { subscriber_name, .. } => subscriber_name,
            Body::Invitation(invitation) => &invitation.subject,
            Body::Event(occurrence) => occurrence.kind.word(),
            Body::Erased => "",
        };
        let text = fold::fold(&format!("{} {} {subject}", letter.to, letter.purpose.label()));
        if words.iter().all(|word| text.contains(word.as_str())) {
            found.push(number);
        }
    }
    Ok(found)
}

/// What is due now.
pub(super) struct Due {
    /// Soonest first, each with its host.
    pub letters: Vec<(LetterId, String)>,
    /// Whether more is due than that.
    pub more: bool,
    /// When the first one is due that is not due yet.
    pub next: Option<Instant>,
}

/// What is due, at most `most` of which at most `each` go to one host, and none to a host that `rests`.
pub(super) fn due(
    tx: &impl Reads,
    way: Way,
    now: Instant,
    (most, each): (usize, usize),
    rests: impl Fn(&str) -> bool,
) -> Result<Due> {
    let lane = way.lane();
    let mut due = Due { letters: Vec::new(), more: false, next: None };
    let mut of_host: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    DUE.each(tx, (lane, 0, 0)..(lane + 1, 0, 0), Direction::Ascending, |(_, at, id), host| {
        if at as i64 > now.0 {
            due.next = Some(Instant(at as i64));
            return Ok(ControlFlow::Break(()));
        }
        if due.letters.len() == most {
            due.more = true;
            return Ok(ControlFlow::Break(()));
        }
        if rests(&host) {
            return Ok(ControlFlow::Continue(()));
        }
        let count = of_host.entry(host.clone()).or_insert(0);
        if *count == each {
            due.more = true;
        } else {
            *count += 1;
            due.letters.push((LetterId(id), host));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(due)
}

/// Milliseconds until the next try: doubling from one minute, so that greylisting is met soon and a long outage is not
/// hammered; a fifth more or less, so that what failed together does not come back together.
fn delay_ms(tries: u32) -> Result<i64> {
    let plain = (time::MINUTE_MS << tries.saturating_sub(1).min(20)).min(DELAY_MAX_MS);
    let [byte] = secret::random::<1>()?;
    Ok(plain - plain / 5 + plain * 2 / 5 * i64::from(byte) / 255)
}

/// Notes a try; the letter as it is now when that settled it. `None` while it waits, or when it is gone.
pub(super) fn note_attempt(tx: &Write<'_>, id: LetterId, outcome: &Outcome, now: Instant) -> Result<Option<Letter>> {
    let Some(mut letter) = LETTERS.get(tx, id.0)? else { return Ok(None) };
    let (words, sent) = match outcome {
        Outcome::Sent(words) => (words, true),
        Outcome::Later(words) | Outcome::Never(words) | Outcome::Unreachable(words) => (words, false),
    };
    letter.tries += 1;
    letter.attempts.push(Attempt { at: now, said: said(words) });
    if letter.attempts.len() > ATTEMPTS_MAX {
        letter.attempts.remove(0);
    }
    if letter.state != State::Waiting && !sent {
        // Cancelled while it was on its way, and it did not arrive: as wished.
        LETTERS.put(tx, id.0, &letter)?;
        return Ok(None);
    }
    let next = now.plus_ms(delay_ms(letter.tries)?);
    let state = match outcome {
        Outcome::Sent(_) => State::Sent,
        Outcome::Never(_) => State::Failed,
        Outcome::Later(_) | Outcome::Unreachable(_) => {
            let last = letter.expires.unwrap_or(letter.written.plus_ms(TRIED_MS).max(letter.due));
            if next > last { State::GivenUp } else { State::Waiting }
        }
    };
    settle(tx, &mut letter, state, next, now)?;
    Ok((letter.state != State::Waiting).then_some(letter))
}

/// Brings a letter to a state; what must not outlive its sending is erased.
pub(super) fn settle(tx: &Write<'_>, letter: &mut Letter, state: State, next: Instant, now: Instant) -> Result<()> {
    let secret = matches!(letter.purpose, Purpose::Password | Purpose::Kit) && state != State::Waiting;
    change(tx, letter, |letter| {
        letter.due = next;
        if letter.state != state {
            letter.since = now;
        }
        letter.state = state;
        if secret {
            letter.body = Body::Erased;
        }
    })?;
    if secret {
        tx.note_erased(1)?;
    }
    // Secretaries can do nothing for other software; the administration shows what became of it.
    if matches!(state, State::Failed | State::GivenUp) && letter.subscriber.is_some() && letter.way != Way::Hook {
        FAILED.put(tx, letter.id.0, &())?;
        tx.touch(crate::notices::settings::FAILURES);
    }
    Ok(())
}

/// What a gateway reported later. The letter, unless it is gone.
pub(super) fn note_receipt(tx: &Write<'_>, id: LetterId, receipt: Receipt) -> Result<Option<Letter>> {
    let Some(mut letter) = LETTERS.get(tx, id.0)? else { return Ok(None) };
    if letter.receipt.as_ref().is_some_and(|before| before.delivered == receipt.delivered) {
        return Ok(None);
    }
    let lost = !receipt.delivered;
    letter.receipt = Some(receipt);
    LETTERS.put(tx, id.0, &letter)?;
    if lost && letter.subscriber.is_some() {
        FAILED.put(tx, id.0, &())?;
        tx.touch(crate::notices::settings::FAILURES);
    }
    Ok(Some(letter))
}

/// Stops a letter that waits. `Conflict` when it has left in the meantime.
pub fn cancel(tx: &Write<'_>, id: LetterId, now: Instant) -> Result<Letter> {
    let mut letter = letter(tx, id)?;
    match letter.state {
        State::Waiting => {}
        State::Cancelled => return Ok(letter),
        other => {
            let sentence = format!("Ce courrier n’attend plus : {}. Il n’y a plus rien à annuler.", other.label());
            return Err(Error::Conflict(sentence));
        }
    }
    let due = letter.due;
    settle(tx, &mut letter, State::Cancelled, due, now)?;
    Ok(letter)
}

/// Sends a letter again, from its first try, with the same words and the same `Message-ID`.
pub fn resend(tx: &Write<'_>, id: LetterId, now: Instant) -> Result<Letter> {
    let mut letter = letter(tx, id)?;
    if letter.body == Body::Erased {
        return Err(Error::Conflict("Le texte de ce courrier a été effacé : il ne peut plus partir.".into()));
    }
    change(tx, &mut letter, |letter| {
        letter.state = State::Waiting;
        letter.since = now;
        letter.due = now;
        letter.tries = 0;
        // A day of trying begins anew.
        letter.written = now;
        if letter.way == Way::Hook {
            letter.expires = letter.expires.map(|_| now.plus_ms(super::hooks::TRIAL_MS));
        }
        letter.receipt = None;
    })?;
    FAILED.remove(tx, id.0)?;
    tx.touch(TOPIC);
    Ok(letter)
}

/// The letter that a further message joins, if it still waits for its hour.
pub(super) fn gathering(
    tx: &impl Reads,
    subscriber: SubscriberId,
    recipient: &str,
    now: Instant,
) -> Result<Option<Letter>> {
    let Some(id) = GATHERING.get(tx, (subscriber.0, recipient))? else { return Ok(None) };
    Ok(LETTERS.get(tx, id)?.filter(|letter| letter.state == State::Waiting && letter.due > now && letter.tries == 0))
}

/// Puts a message into a letter that waits.
pub(super) fn join(tx: &Write<'_>, mut letter: Letter, item: super::letter::Item) -> Result<()> {
    if let Body::Announcement { items, .. } = &mut letter.body {
        items.push(item);
    }
    name_messages(tx, &letter)?;
    LETTERS.put(tx, letter.id.0, &letter)
}

fn letters_of(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber) -> Result<Vec<u64>> {
    let mut ids = Vec::new();
    let of = (subscriber.0, number.0);
    OF_MESSAGE.open(tx)?.keys((of.0, of.1, 0)..=(of.0, of.1, u64::MAX), Direction::Ascending, 0, |(_, _, id)| {
        ids.push(id);
        ControlFlow::Continue(())
    })?;
    Ok(ids)
}

/// The abonné has seen a message: letters that have not left yet speak of it no more.
pub fn seen(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber, now: Instant) -> Result<()> {
    for id in letters_of(tx, subscriber, number)? {
        let Some(mut letter) = LETTERS.get(tx, id)? else { continue };
        if letter.state != State::Waiting || letter.due <= now || letter.is_for_contact() {
            continue;
        }
        OF_MESSAGE.remove(tx, (subscriber.0, number.0, id))?;
        let Body::Announcement { items, .. } = &mut letter.body else { continue };
        items.retain(|item| item.number != number);
        if items.is_empty() {
            settle(tx, &mut letter, State::Cancelled, now, now)?;
        } else {
            LETTERS.put(tx, id, &letter)?;
        }
    }
    Ok(())
}

/// A message is erased: so is what letters said of it. A letter that still waited for it alone does not leave any more.
pub fn erase_message(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber) -> Result<()> {
    for id in letters_of(tx, subscriber, number)? {
        OF_MESSAGE.remove(tx, (subscriber.0, number.0, id))?;
        let Some(mut letter) = LETTERS.get(tx, id)? else { continue };
        if let Body::Invitation(invitation) = &mut letter.body {
            // It speaks of an appointment, which outlives its announcement.
            invitation.message = None;
            LETTERS.put(tx, id, &letter)?;
            continue;
        }
        let Body::Announcement { items, .. } = &mut letter.body else { continue };
        items.retain(|item| item.number != number);
        let empty = items.is_empty();
        if empty {
            letter.body = Body::Erased;
        }
        LETTERS.put(tx, id, &letter)?;
        if empty && letter.state == State::Waiting {
            let due = letter.due;
            settle(tx, &mut letter, State::Cancelled, due, due)?;
        }
        tx.note_erased(1)?;
    }
    Ok(())
}

/// Letters about abonnés that did not arrive and that nobody has taken note of, newest first.
pub fn failures(tx: &impl Reads, answered_for: impl Fn(SubscriberId) -> bool) -> Result<Vec<Letter>> {
    let letters = LETTERS.open(tx)?;
    let mut found = Vec::new();
    FAILED.each(tx, 0.., Direction::Descending, |id, ()| {
        if let Some(letter) = letters.get(id)?
            && letter.subscriber.is_some_and(&answered_for)
        {
            found.push(letter);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Every letter about an abonné, oldest first.
pub fn of_subscriber(
    tx: &impl Reads,
    subscriber: SubscriberId,
    mut visit: impl FnMut(&Letter) -> Result<()>,
) -> Result<()> {
    LETTERS.each(tx, 0.., Direction::Ascending, |_, letter| {
        if letter.subscriber == Some(subscriber) {
            visit(&letter)?;
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Erases up to `most` letters about an abonné that is deleted, sent or not; how many. Nothing left: nothing comes back.
pub fn erase_all_of(tx: &Write<'_>, subscriber: SubscriberId, most: usize) -> Result<u64> {
    let mut found = Vec::new();
    LETTERS.each(tx, 0.., Direction::Ascending, |_, letter| {
        if letter.subscriber == Some(subscriber) {
            found.push(letter);
        }
        Ok(if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    for letter in &found {
        withdraw(tx, letter)?;
    }
    Ok(found.len() as u64)
}

/// The secretariat has taken note of a failure; whether it was still listed.
pub fn acknowledge(tx: &Write<'_>, id: LetterId) -> Result<bool> {
    tx.touch(crate::notices::settings::FAILURES);
    FAILED.remove(tx, id.0)
}

/// What a letter said is erased; one that waits does not leave any more. That it was sent stays known.
pub fn erase(tx: &Write<'_>, id: LetterId, now: Instant) -> Result<()> {
    let Some(mut letter) = LETTERS.get(tx, id.0)?.filter(|letter| letter.body != Body::Erased) else { return Ok(()) };
    if let Some(subscriber) = letter.subscriber {
        for number in letter.messages() {
            OF_MESSAGE.remove(tx, (subscriber.0, number.0, id.0))?;
        }
    }
    letter.body = Body::Erased;
    LETTERS.put(tx, id.0, &letter)?;
    if letter.state == State::Waiting {
        let due = letter.due;
        settle(tx, &mut letter, State::Cancelled, due, now)?;
    }
    tx.note_erased(1)
}

/// Takes back a letter written a moment ago in the same write.
pub fn withdraw(tx: &Write<'_>, letter: &Letter) -> Result<()> {
    remove(tx, letter)
}

pub(super) fn remove(tx: &Write<'_>, letter: &Letter) -> Result<()> {
    unlist(tx, letter)?;
    if let Some(subscriber) = letter.subscriber {
        for number in letter.messages() {
            OF_MESSAGE.remove(tx, (subscriber.0, number.0, letter.id.0))?;
        }
    }
    FAILED.remove(tx, letter.id.0)?;
    LETTERS.remove(tx, letter.id.0)?;
    tx.note_erased(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_from_a_minute_to_six_hours() {
        for tries in 1..40 {
            let plain = (60_000i64 << (tries - 1).min(20)).min(6 * 3_600_000);
            let delay = delay_ms(tries).unwrap();
            assert!((plain * 4 / 5..=plain * 6 / 5).contains(&delay), "{tries}: {delay}");
        }
    }
}
