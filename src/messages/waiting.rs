//! What waits for the secretariat under messages: answers of abonnés, urgent ones that nobody has read in time, call-backs
//! promised, work handed over; taken by one secretary, so that two never do the same.

use super::model::{Message, What};
use super::store::{self, By, MESSAGES, PENDING};
use crate::base::{Instant, MessageNumber, PersonId, Phone, SubscriberId, time};
use crate::error::{Error, Result};
use crate::store::{Collection, Direction, Reads, Record, Write};
use crate::subscribers::Subscriber;
use crate::subscribers::card::{Card, store as cards};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Abonné, message: when a call-back was promised for.
pub(super) static PROMISED: Collection<(u64, u64), Promise> = Collection::new("messages.promised");
pub(super) static HANDED: Collection<(u64, u64), Handed> = Collection::new("messages.handed");
/// Abonné, message, `Why::place`.
pub(super) static CLAIMS: Collection<(u64, u64, u8), Claim> = Collection::new("messages.claims");
/// Urgent messages whose abonné was reached by telephone: they wait no more, read or not.
pub(super) static REACHED: Collection<(u64, u64), u64> = Collection::new("messages.reached");

pub static TABLES: [&dyn crate::store::AnyTable; 4] = [&PROMISED, &HANDED, &CLAIMS, &REACHED];

/// Urgent messages of one abonné that the list shows; who has more needs no list but a call.
pub const URGENT_MAX: usize = 20;

impl Record for Promise {}
impl Record for Handed {}
impl Record for Claim {}

/// « rappel promis à 15:00 ».
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub at: Instant,
    pub who: String,
}

/// « à reprendre » by another secretary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    pub at: Instant,
    pub from: String,
    pub to: PersonId,
    pub to_name: String,
    pub note: String,
}

/// Who does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub at: Instant,
    pub person: PersonId,
    pub name: String,
}

/// Why something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Urgent,
    Promise,
    Handed,
    Answer,
}

impl Why {
    pub const ALL: [Why; 4] = [Why::Urgent, Why::Promise, Why::Handed, Why::Answer];

    /// The word of forms.
    pub fn word(self) -> &'static str {
        match self {
            Why::Urgent => "urgent",
            Why::Promise => "rappel",
            Why::Handed => "reprise",
            Why::Answer => "reponse",
        }
    }

    pub fn from_word(word: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.word() == word)
    }

    /// The place in keys: never changes.
    fn place(self) -> u8 {
        match self {
            Why::Answer => 0,
            Why::Urgent => 1,
            Why::Promise => 2,
            Why::Handed => 3,
        }
    }
}

/// A call to one of the abonné's urgent numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    pub at: Instant,
    pub who: String,
    pub phone: Phone,
    pub reached: bool,
}

/// Something that waits.
#[derive(Debug, Clone)]
pub struct Item {
    pub subscriber: Subscriber,
    pub message: Message,
    pub why: Why,
    /// Since when, or for when where it was promised.
    pub at: Instant,
    pub claim: Option<Claim>,
    pub handed: Option<Handed>,
    /// What the abonné answered.
    pub answer: String,
    /// Calls made so far.
    pub tried: Vec<Tried>,
    pub card: Card,
}

impl Item {
    /// Whom to call next: the first who was not tried, then from the first again.
    pub fn next_call(&self) -> Option<&crate::subscribers::card::UrgentCall> {
        let calls = &self.card.urgent_calls;
        let times = |phone: &Phone| self.tried.iter().filter(|tried| tried.phone == *phone).count();
        calls.iter().min_by_key(|call| times(&call.phone))
    }
}

/// All that waits at some abonnés: urgent ones first, the oldest first; call-backs by their hour.
pub fn list(tx: &impl Reads, subscribers: &[Subscriber], now: Instant) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for subscriber in subscribers {
        let id = subscriber.id;
        for message in urgent_unread(tx, id, now)? {
            let at = message.received;
            items.push(item(tx, subscriber, message, Why::Urgent, at)?);
        }
        for (number, promise) in of(tx, &PROMISED, id)? {
            items.push(item(tx, subscriber, store::message(tx, id, number)?, Why::Promise, promise.at)?);
        }
        for (number, handed) in of(tx, &HANDED, id)? {
            let one = item(tx, subscriber, store::message(tx, id, number)?, Why::Handed, handed.at)?;
            items.push(Item { handed: Some(handed), ..one });
        }
    }
    let includes = |id| subscribers.iter().any(|one| one.id == id);
    for (id, message, at) in store::answers_waiting(tx, includes)? {
        let Some(subscriber) = subscribers.iter().find(|one| one.id == id) else { continue };
        let history = store::history(tx, id, message.number)?;
        let answer = history.iter().rev().find_map(|event| match &event.what {
            What::Answered { text } => Some(text.clone()),
            _ => None,
        });
        let one = item(tx, subscriber, message, Why::Answer, at)?;
        items.push(Item { answer: answer.unwrap_or_default(), ..one });
    }
    items.sort_by_key(|item| (item.why, item.at));
    Ok(items)
}

fn item(tx: &impl Reads, subscriber: &Subscriber, message: Message, why: Why, at: Instant) -> Result<Item> {
    let id = subscriber.id;
    let claim = CLAIMS.get(tx, (id.0, message.number.0, why.place()))?;
    let tried = if why == Why::Urgent { tried(tx, id, message.number)? } else { Vec::new() };
    let card = if why == Why::Urgent { cards::card(tx, id)? } else { Card::default() };
    let (subscriber, answer) = (subscriber.clone(), String::new());
    Ok(Item { subscriber, message, why, at, claim, handed: None, answer, tried, card })
}

/// Urgent messages that the abonné has not been shown within its time, and that nobody told it of by telephone.
fn urgent_unread(tx: &impl Reads, subscriber: SubscriberId, now: Instant) -> Result<Vec<Message>> {
    if store::counts(tx, subscriber)?.pending_urgent == 0 {
        return Ok(Vec::new());
    }
    let late = now.plus_ms(-i64::from(cards::card(tx, subscriber)?.urgent_after_min) * time::MINUTE_MS);
    let (id, messages, reached) = (subscriber.0, MESSAGES.open(tx)?, REACHED.open(tx)?);
    let mut numbers = Vec::new();
    PENDING.open(tx)?.keys((id, 0, 0, 0)..(id, 1, 0, 0), Direction::Descending, 0, |(.., number)| {
        numbers.push(u64::MAX - number);
        ControlFlow::Continue(())
    })?;
    let mut found = Vec::new();
    for number in numbers {
        let Some(message) = messages.get((id, number))? else { continue };
        if message.read.is_none() && message.received <= late && reached.get((id, number))?.is_none() {
            found.push(message);
        }
        if found.len() == URGENT_MAX {
            break;
        }
    }
    Ok(found)
}

fn of<V: Record>(
    tx: &impl Reads,
    table: &Collection<(u64, u64), V>,
    subscriber: SubscriberId,
) -> Result<Vec<(MessageNumber, V)>> {
    let mut found = Vec::new();
    table.each(tx, (subscriber.0, 0)..(subscriber.0 + 1, 0), Direction::Ascending, |(_, number), row| {
        found.push((MessageNumber(number), row));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

fn tried(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber) -> Result<Vec<Tried>> {
    let history = store::history(tx, subscriber, number)?;
    Ok(history
        .into_iter()
        .filter_map(|event| match event.what {
            What::Called { phone, reached } => Some(Tried { at: event.at, who: event.who, phone, reached }),
            _ => None,
        })
        .collect())
}

/// The call-back promised under a message.
pub fn promise(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber) -> Result<Option<Promise>> {
    PROMISED.get(tx, (subscriber.0, number.0))
}

/// Who has taken up what waits under a message.
pub fn claim_of(tx: &impl Reads, subscriber: SubscriberId, number: MessageNumber, why: Why) -> Result<Option<Claim>> {
    CLAIMS.get(tx, (subscriber.0, number.0, why.place()))
}

/// « rappel promis à 15:00 ».
pub fn promise_call(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    at: Instant,
    by: By<'_>,
    now: Instant,
) -> Result<()> {
    PROMISED.put(tx, (subscriber.0, number.0), &Promise { at, who: by.name.to_owned() })?;
    note(tx, subscriber, number, by, now, What::CallPromised { at })
}

/// « à reprendre » : another secretary finds it among what waits. Handed over again, it is hers whom it was handed to last.
pub fn hand_over(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    handed: Handed,
    by: By<'_>,
) -> Result<()> {
    store::message(tx, subscriber, number)?;
    let (to, at) = (handed.to_name.clone(), handed.at);
    CLAIMS.remove(tx, (subscriber.0, number.0, Why::Handed.place()))?;
    HANDED.put(tx, (subscriber.0, number.0), &handed)?;
    note(tx, subscriber, number, by, at, What::HandedOver { to })
}

fn still_waits(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber, why: Why) -> Result<bool> {
    let key = (subscriber.0, number.0);
    match why {
        Why::Answer => store::answer_waits(tx, subscriber, number),
        Why::Promise => PROMISED.has(tx, key),
        Why::Handed => HANDED.has(tx, key),
        Why::Urgent => {
            let message = store::message(tx, subscriber, number)?;
            Ok(message.urgent && message.is_pending() && message.read.is_none() && !REACHED.has(tx, key)?)
        }
    }
}

/// Said to who comes second.
const NO_LONGER_WAITS: &str = "Ce n’est plus en attente : quelqu’un vient de s’en occuper.";

/// « Je m’en occupe ». Who comes second is told who came first, unless she takes it over on purpose.
pub fn claim(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    why: Why,
    over: bool,
    by: By<'_>,
    now: Instant,
) -> Result<()> {
    store::message(tx, subscriber, number)?;
    if !still_waits(tx, subscriber, number, why)? {
        return Err(Error::Conflict(NO_LONGER_WAITS.into()));
    }
    let key = (subscriber.0, number.0, why.place());
    match CLAIMS.get(tx, key)? {
        Some(claim) if claim.person == by.person => return Ok(()),
        Some(claim) if !over => {
            return Err(Error::Conflict(format!("Déjà pris par {}.", claim.name)));
        }
        _ => {}
    }
    CLAIMS.put(tx, key, &Claim { at: now, person: by.person, name: by.name.to_owned() })?;
    touch(tx, subscriber);
    Ok(())
}

/// « Rendre »: for another to take. Nothing happens to what somebody else has taken.
pub fn release(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber, why: Why, by: By<'_>) -> Result<()> {
    let key = (subscriber.0, number.0, why.place());
    if CLAIMS.get(tx, key)?.is_some_and(|claim| claim.person == by.person) {
        CLAIMS.remove(tx, key)?;
        touch(tx, subscriber);
    }
    Ok(())
}

/// « Fait ». What somebody else has taken is hers to finish; what no longer waits was finished by another.
pub fn finish(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    why: Why,
    by: By<'_>,
    now: Instant,
) -> Result<()> {
    store::message(tx, subscriber, number)?;
    if !still_waits(tx, subscriber, number, why)? {
        return Err(Error::Conflict(NO_LONGER_WAITS.into()));
    }
    let (key, claim_key) = ((subscriber.0, number.0), (subscriber.0, number.0, why.place()));
    if let Some(claim) = CLAIMS.get(tx, claim_key)?.filter(|claim| claim.person != by.person) {
        return Err(Error::Conflict(format!("{} s’en occupe : reprenez-le d’abord, ou laissez-lui.", claim.name)));
    }
    match why {
        Why::Answer => store::handle_answer(tx, subscriber, number, by, now)?,
        Why::Promise => {
            PROMISED.remove(tx, key)?;
            note(tx, subscriber, number, by, now, What::CalledBack)?;
        }
        Why::Handed => {
            HANDED.remove(tx, key)?;
            note(tx, subscriber, number, by, now, What::TakenUp)?;
        }
        // An urgent one is over when it is read, or when somebody was reached.
        Why::Urgent => return Ok(()),
    }
    CLAIMS.remove(tx, claim_key)?;
    touch(tx, subscriber);
    Ok(())
}

/// « Appelé le 06… par Aline, sans réponse »: a call to one of the abonné's numbers about an urgent message.
pub fn call_made(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    phone: Phone,
    reached: bool,
    by: By<'_>,
    now: Instant,
) -> Result<()> {
    store::message(tx, subscriber, number)?;
    if reached {
        REACHED.put(tx, (subscriber.0, number.0), &u64::try_from(now.0).unwrap_or(0))?;
        CLAIMS.remove(tx, (subscriber.0, number.0, Why::Urgent.place()))?;
    }
    note(tx, subscriber, number, by, now, What::Called { phone, reached })
}

fn note(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    by: By<'_>,
    now: Instant,
    what: What,
) -> Result<()> {
    store::note(tx, subscriber, number, &store::event(by, now, what))?;
    touch(tx, subscriber);
    Ok(())
}

fn touch(tx: &Write<'_>, subscriber: SubscriberId) {
    tx.touch(subscriber.0);
    tx.touch(crate::house::CONSOLE);
}

/// Everything that waits under a message goes with it.
pub(super) fn forget(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber) -> Result<()> {
    let key = (subscriber.0, number.0);
    PROMISED.remove(tx, key)?;
    HANDED.remove(tx, key)?;
    REACHED.remove(tx, key)?;
    for why in Why::ALL {
        CLAIMS.remove(tx, (key.0, key.1, why.place()))?;
    }
    Ok(())
}
