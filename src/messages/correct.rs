//! Correcting a message within the five minutes after it was taken: the history shows both sides what was there before.

use super::model::{Change, Message, NewMessage, What};
use super::search;
use super::store::{self, By, COUNTS, MESSAGES};
use crate::base::time::{self, date_short};
use crate::base::{Instant, MessageNumber, SubscriberId};
use crate::error::{Error, Result};
use crate::store::Write;

/// Long enough to notice a slip, too short to rewrite what somebody acted on.
pub const CORRECTABLE_MS: i64 = 5 * time::MINUTE_MS;

/// Whether a message may still be corrected.
pub fn is_correctable(message: &Message, now: Instant) -> bool {
    now.ms_since(message.received) <= CORRECTABLE_MS
}

/// What comes too late.
pub const TOO_LATE: &str = "Un message se corrige dans les cinq minutes : passé ce délai, l’abonné a pu s’en servir. Prenez un \
    nouveau message qui dit ce qui a changé.";

/// Puts what was typed in place of what the message said, if anything differs. The abonné is shown it as new again.
pub fn correct(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    new: NewMessage,
    by: By<'_>,
    now: Instant,
) -> Result<()> {
    let before = store::message(tx, subscriber, number)?;
    if !is_correctable(&before, now) {
        return Err(Error::Conflict(TOO_LATE.into()));
    }
    let after = Message {
        kind: new.kind,
        urgent: new.urgent,
        caller: new.caller,
        subject: new.subject,
        text: new.text,
        appointment: new.appointment,
        read: None,
        ..before.clone()
    };
    let changes = changes(&before, &after);
    if changes.is_empty() {
        return Ok(());
    }
    let mut counts = store::counts(tx, subscriber)?;
    store::unlist(tx, subscriber, &before, &mut counts)?;
    store::list(tx, subscriber, &after, &mut counts)?;
    COUNTS.put(tx, subscriber.0, &counts)?;
    store::recount(tx, subscriber, &before, &after)?;
    search::unindex(tx, subscriber, &before)?;
    MESSAGES.put(tx, (subscriber.0, number.0), &after)?;
    search::index(tx, subscriber, &after)?;
    store::note(tx, subscriber, number, &store::event(by, now, What::Corrected { changes }))?;
    tx.touch(subscriber.0);
    tx.touch(crate::house::CONSOLE);
    Ok(())
}

/// What differs, by the words of the form.
fn changes(before: &Message, after: &Message) -> Vec<Change> {
    let (old, new) = (said(before), said(after));
    old.into_iter()
        .zip(new)
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| Change { field: field.to_owned(), before, after })
        .collect()
}

/// What a message says, by the words of its form.
pub fn said(message: &Message) -> [(&'static str, String); 9] {
    let caller = &message.caller;
    let appointment = message.appointment.as_ref().map_or_else(String::new, |note| {
        let day = note.day.map(|day| date_short(day.date())).unwrap_or_default();
        let hour = note.minute.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60)).unwrap_or_default();
        let new = if note.new_patient { "nouveau" } else { "" };
        [day.as_str(), &hour, &note.reason, new]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    });
    [
        ("type", message.kind.label().to_owned()),
        ("urgent", if message.urgent { "oui" } else { "non" }.to_owned()),
        ("nom", caller.name()),
        ("téléphone", caller.phone.shown()),
        ("adresse", caller.postal_address()),
        ("e-mail", caller.email.clone()),
        ("rendez-vous", appointment),
        ("objet", message.subject.clone()),
        ("texte", message.text.clone()),
    ]
}
