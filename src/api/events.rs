//! What a webhook may say of what happened, where an administrator chose so: the same JSON that the interface shows.

use super::{agenda, contacts, messages};
use crate::agenda::appointments;
use crate::base::{AppointmentId, ContactId, MessageNumber};
use crate::error::{Error, Result};
use crate::notices::hooks::{Kind, Occurrence};
use crate::store::Read;
use crate::subscribers::store as subscribers;
use serde_json::Value;

/// The thing as it is now; `None` where there is none (any more).
pub fn content(tx: &Read, occurrence: &Occurrence) -> Result<Option<Value>> {
    let (Some(id), Some(number)) = (occurrence.subscriber, occurrence.number) else { return Ok(None) };
    let Some(subscriber) = subscribers::subscriber(tx, id)? else { return Ok(None) };
    let shown = match occurrence.kind {
        Kind::MessageCreated | Kind::MessageArchived => crate::messages::store::message(tx, id, MessageNumber(number))
            .map(|message| messages::value(&message, subscriber.zone)),
        Kind::AppointmentBooked | Kind::AppointmentMoved | Kind::AppointmentCancelled => {
            appointments::appointment_or_cancelled(tx, id, AppointmentId(number))
                .map(|(appointment, cancelled)| agenda::value(&appointment, cancelled, subscriber.zone))
        }
        Kind::ContactChanged => {
            let card = crate::contacts::store::contact(tx, id, ContactId(number))?;
            card.map(|card| contacts::value(&card)).ok_or(Error::NotFound)
        }
        Kind::Trial => Err(Error::NotFound),
    };
    match shown {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}
