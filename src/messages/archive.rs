//! Archiving what the abonné has taken note of, and undoing it.

use super::model::{Message, State, What};
use super::store::{self, By, COUNTS, MESSAGES};
use crate::base::{Instant, MessageNumber, SubscriberId};
use crate::error::Result;
use crate::notices::hooks;
use crate::store::Write;

/// Archives pending messages; the numbers that were. What is archived already, or is not there, is passed over: two people
/// who tick the same message both get what they wanted.
pub fn archive(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    numbers: &[MessageNumber],
    by: By<'_>,
    now: Instant,
) -> Result<Vec<MessageNumber>> {
    let archived = turn(tx, subscriber, numbers, by, now, What::Archived, |message| {
        message.is_pending().then_some(State::Archived { at: now })
    })?;
    for number in &archived {
        hooks::tell(tx, subscriber, hooks::Kind::MessageArchived, Some(number.0), now)?;
    }
    Ok(archived)
}

/// « Remettre en attente »: the numbers that were archived and now wait again.
pub fn restore(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    numbers: &[MessageNumber],
    by: By<'_>,
    now: Instant,
) -> Result<Vec<MessageNumber>> {
    turn(tx, subscriber, numbers, by, now, What::Restored, |message| (!message.is_pending()).then_some(State::Pending))
}

fn turn(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    numbers: &[MessageNumber],
    by: By<'_>,
    now: Instant,
    what: What,
    next: impl Fn(&Message) -> Option<State>,
) -> Result<Vec<MessageNumber>> {
    let mut counts = store::counts(tx, subscriber)?;
    let mut turned = Vec::new();
    for number in numbers {
        let Some(mut message) = MESSAGES.get(tx, (subscriber.0, number.0))? else { continue };
        let Some(state) = next(&message) else { continue };
        store::unlist(tx, subscriber, &message, &mut counts)?;
        message.state = state;
        store::list(tx, subscriber, &message, &mut counts)?;
        MESSAGES.put(tx, (subscriber.0, number.0), &message)?;
        store::note(tx, subscriber, *number, &store::event(by, now, what.clone()))?;
        turned.push(*number);
    }
    if !turned.is_empty() {
        COUNTS.put(tx, subscriber.0, &counts)?;
        tx.touch(subscriber.0);
        tx.touch(crate::house::CONSOLE);
    }
    Ok(turned)
}
