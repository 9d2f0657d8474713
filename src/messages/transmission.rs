//! « transmis »: a message that is taken is announced as its abonné wishes, and its history says what became of that.
//!
//! Never here: how letters travel; that is the notices' own.

use super::model::{Event, Message, Transmission, What};
use super::{deliveries, store};
use crate::base::{Instant, SubscriberId, time};
use crate::counters::{self, Counted};
use crate::error::{Error, Result};
use crate::notices::announce::{News, announce};
use crate::notices::{Letter, State, Way, wishes};
use crate::store::Write;
use crate::subscribers;

/// Writes the letters that a message just taken gives rise to.
pub(super) fn of_new(tx: &Write<'_>, subscriber: SubscriberId, message: &Message) -> Result<()> {
    // Most abonnés look at their screen and want no letters.
    if wishes::of(tx, subscriber)?.kinds.is_empty() {
        return Ok(());
    }
    let Some(abonne) = subscribers::store::subscriber(tx, subscriber)? else { return Ok(()) };
    let news = News {
        subscriber,
        subscriber_name: &abonne.name,
        zone: abonne.zone,
        number: message.number,
        kind: message.kind.word(),
        for_telephones: message.kind == super::model::Kind::Sms,
        urgent: message.urgent,
        content: &content(message, "\n"),
        short_content: &content(message, ", "),
    };
    announce(tx, &news, message.received)
}

/// What a message says, for who asked in writing to have it in their letters.
fn content(message: &Message, between: &str) -> String {
    let caller = &message.caller;
    let mut parts = vec![caller.name(), caller.phone.shown(), caller.postal_address(), caller.email.clone()];
    if let Some(note) = &message.appointment {
        let day = note.day.map(|day| time::date_with_weekday(day.date())).unwrap_or_default();
        let hour = note.minute.map(|minute| format!("à {:02}:{:02}", minute / 60, minute % 60)).unwrap_or_default();
        parts.push(
            [day, hour, note.reason.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        );
    }
    parts.extend([message.subject.clone(), message.text.clone()]);
    parts.retain(|part| !part.is_empty());
    parts.join(between)
}

/// What became of a letter goes into the history of the messages it announced, in the write that settles it.
pub fn note(tx: &Write<'_>, letter: &Letter, now: Instant) -> Result<()> {
    let Some(subscriber) = letter.subscriber else { return Ok(()) };
    let how = match (letter.state, &letter.receipt) {
        (_, Some(receipt)) if receipt.delivered => Transmission::Delivered,
        (_, Some(_)) | (State::Failed | State::GivenUp, None) => Transmission::Failed,
        (State::Sent, None) => Transmission::Sent,
        (State::Waiting | State::Cancelled, None) => return Ok(()),
    };
    if letter.way == Way::Sms && how == Transmission::Sent {
        counters::count(tx, subscriber, store::month_of(tx, subscriber, now)?, Counted::SmsSent)?;
    }
    let mut touched = false;
    for number in letter.messages() {
        match store::message(tx, subscriber, number) {
            Ok(_) => {}
            Err(Error::NotFound) => continue,
            Err(other) => return Err(other),
        }
        let (by_sms, to) = (letter.way == Way::Sms, letter.to.clone());
        let what = if letter.is_for_contact() {
            What::ContactTold { by_sms, to, how }
        } else {
            What::Transmitted { by_sms, to, how }
        };
        let event = Event { at: now, who: String::new(), person: None, what };
        let place = store::note_at(tx, subscriber, number, &event)?;
        deliveries::keep(tx, subscriber, number, place, letter)?;
        touched = true;
    }
    if touched {
        tx.touch(subscriber.0);
    }
    Ok(())
}
