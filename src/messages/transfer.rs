//! Moving a message to the abonné it was meant for.
//!
//! Whose name it was taken under by mistake must not keep what another's client said: a message that the abonné has not been
//! shown leaves without a trace but in the journal; one that was shown stays, archived, with its history saying that it went
//! to where it belongs, and not to whom.

use super::archive;
use super::expiry;
use super::model::{Event, Message, NewMessage, What};
use super::papers;
use super::store::{self, By};
use crate::base::{Instant, MessageNumber, SubscriberId};
use crate::error::Result;
use crate::store::Write;

/// Takes the message for another abonné, as it was received, with what hangs on it.
pub fn transfer(
    tx: &Write<'_>,
    from: SubscriberId,
    number: MessageNumber,
    to: SubscriberId,
    by: By<'_>,
    now: Instant,
) -> Result<Message> {
    let message = store::message(tx, from, number)?;
    let moved = store::take(
        tx,
        to,
        NewMessage {
            received: message.received,
            kind: message.kind,
            urgent: message.urgent,
            caller: message.caller.clone(),
            subject: message.subject.clone(),
            text: message.text.clone(),
            appointment: message.appointment.clone(),
            taken_by: message.taken_by.clone(),
            taken_by_person: message.taken_by_person,
            // Cards and appointments are the other abonné's own.
            contact: None,
            appointment_id: None,
        },
    )?;
    let message = papers::move_to(tx, from, message, (to, moved.number))?;
    let arrived = Event { at: now, who: by.name.to_owned(), person: Some(by.person), what: What::TransferredHere };
    store::note(tx, to, moved.number, &arrived)?;
    if message.read.is_none() && message.answers == 0 {
        expiry::erase(tx, from, &message)?;
        tx.touch(crate::house::CONSOLE);
    } else {
        store::note(tx, from, number, &store::event(by, now, What::TransferredAway))?;
        archive::archive(tx, from, &[number], by, now)?;
        tx.touch(from.0);
    }
    Ok(moved)
}
