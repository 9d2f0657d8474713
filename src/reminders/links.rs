//! The address by which a contact confirms or cancels: `/rendez-vous/JETON`. Each letter bears one of its own; the file keeps
//! its hash. It ends with the appointment, or when the abonné revokes it.

use super::meetings::{self, WATCHED, Watched};
use crate::base::{AppointmentId, ContactId, Instant, SubscriberId, secret};
use crate::contacts::consent;
use crate::error::{Error, Result};
use crate::store::{Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

/// Hash of the token → the appointment.
pub(super) static LINKS: Collection<&'static [u8], Whose> = Collection::new("reminders.links");

impl Record for Whose {}

/// Which appointment something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whose {
    pub subscriber: SubscriberId,
    pub appointment: AppointmentId,
}

impl Whose {
    pub(super) fn key(self) -> (u64, u64) {
        (self.subscriber.0, self.appointment.0)
    }
}

/// Links of one appointment; the oldest go.
const LINKS_MAX: usize = 24;

/// A new address for a letter.
pub(super) fn make(tx: &Write<'_>, whose: Whose, watched: &mut Watched) -> Result<String> {
    // 128 bits, the least that the product asks for: each character of an SMS is paid for.
    let token = secret::base64url(&secret::random::<16>()?);
    let hash = secret::token_hash(&token);
    LINKS.put(tx, hash.as_slice(), &whose)?;
    watched.links.push(hash.to_vec());
    while watched.links.len() > LINKS_MAX {
        LINKS.remove(tx, watched.links.remove(0).as_slice())?;
    }
    Ok(format!("/rendez-vous/{token}"))
}

/// What a token leads to; `NotFound` for one that was never given, was revoked, or whose appointment is over.
pub fn find(tx: &impl Reads, token: &str, now: Instant) -> Result<(Whose, Watched)> {
    let whose = LINKS.get(tx, secret::token_hash(token).as_slice())?.ok_or(Error::NotFound)?;
    let watched = WATCHED.get(tx, whose.key())?.filter(|watched| watched.end > now).ok_or(Error::NotFound)?;
    Ok((whose, watched))
}

/// The contact says that it comes; whether that is news.
pub fn confirm(tx: &Write<'_>, whose: Whose, now: Instant) -> Result<bool> {
    let mut watched = WATCHED.get(tx, whose.key())?.ok_or(Error::NotFound)?;
    if watched.confirmed.is_some() || watched.gone {
        return Ok(false);
    }
    watched.confirmed = Some(now);
    WATCHED.put(tx, whose.key(), &watched)?;
    tx.touch(whose.subscriber.0);
    Ok(true)
}

/// No letter's address leads anywhere any more; those of letters to come will.
pub fn revoke(tx: &Write<'_>, subscriber: SubscriberId, appointment: AppointmentId) -> Result<()> {
    let key = (subscriber.0, appointment.0);
    let Some(mut watched) = WATCHED.get(tx, key)? else { return Ok(()) };
    forget(tx, &mut watched)?;
    WATCHED.put(tx, key, &watched)?;
    tx.touch(subscriber.0);
    Ok(())
}

pub(super) fn forget(tx: &Write<'_>, watched: &mut Watched) -> Result<()> {
    for hash in watched.links.drain(..) {
        LINKS.remove(tx, hash.as_slice())?;
    }
    Ok(())
}

/// The contact wants to hear no more: its card says so from now on. `None` when the card is gone.
pub fn stop(tx: &Write<'_>, whose: Whose, now: Instant) -> Result<Option<ContactId>> {
    let watched = WATCHED.get(tx, whose.key())?.ok_or(Error::NotFound)?;
    let Some(contact) = watched.contact else { return Ok(None) };
    let stopped = consent::refuse(tx, whose.subscriber, contact, now)?;
    meetings::stop_waiting(tx, whose, now)?;
    Ok(stopped.map(|card| card.id))
}
