//! Whether somebody agrees to be told of appointments, by which way, since when, and who took it down.
//!
//! A merged card keeps what was agreed under its own number, and the card it went into answers for both: parting them gives
//! each its own back.

use super::model::{By, Contact, What};
use super::store;
use crate::base::{ContactId, Instant, SubscriberId};
use crate::error::{Error, Result};
use crate::store::{Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

/// Abonné, card.
pub(super) static CONSENTS: Collection<(u64, u64), Consents> = Collection::new("contacts.consents");

impl Record for Consents {}

/// One consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub at: Instant,
    /// Who took it down.
    pub by: String,
}

/// What somebody agreed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consents {
    pub by_email: Option<Consent>,
    pub by_sms: Option<Consent>,
}

/// What the person of a card agreed to, merged cards included.
pub fn of(tx: &impl Reads, subscriber: SubscriberId, id: ContactId) -> Result<Consents> {
    let mut found = Consents::default();
    for id in store::ids_of(tx, subscriber, id)? {
        if let Some(own) = CONSENTS.get(tx, (subscriber.0, id.0))? {
            found.by_email = found.by_email.or(own.by_email);
            found.by_sms = found.by_sms.or(own.by_sms);
        }
    }
    Ok(found)
}

/// Writes what somebody agrees to now; what was agreed before keeps its date. Whether anything changed.
pub fn set(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    id: ContactId,
    (by_email, by_sms): (bool, bool),
    by: By<'_>,
    now: Instant,
) -> Result<bool> {
    let card = store::contact(tx, subscriber, id)?.ok_or(Error::NotFound)?;
    let before = of(tx, subscriber, card.id)?;
    let new = || Consent { at: now, by: by.name.to_owned() };
    let after = Consents {
        by_email: by_email.then(|| before.by_email.clone().unwrap_or_else(new)),
        by_sms: by_sms.then(|| before.by_sms.clone().unwrap_or_else(new)),
    };
    if after == before {
        return Ok(false);
    }
    forget(tx, subscriber, card.id)?;
    CONSENTS.put(tx, (subscriber.0, card.id.0), &after)?;
    let added = (by_email && before.by_email.is_none()) || (by_sms && before.by_sms.is_none());
    let what = if added { What::RemindersAgreed } else { What::RemindersRefused };
    store::note(tx, subscriber, card.id, by, now, what)?;
    tx.touch(subscriber.0);
    Ok(true)
}

/// Adds to what somebody agreed to, and takes nothing away.
pub fn add(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    id: ContactId,
    (by_email, by_sms): (bool, bool),
    by: By<'_>,
    now: Instant,
) -> Result<bool> {
    let before = of(tx, subscriber, id)?;
    let both = (by_email || before.by_email.is_some(), by_sms || before.by_sms.is_some());
    set(tx, subscriber, id, both, by, now)
}

/// The person itself wants to hear no more. The card, or `None` when it is gone.
pub fn refuse(tx: &Write<'_>, subscriber: SubscriberId, id: ContactId, now: Instant) -> Result<Option<Contact>> {
    let Some(card) = store::contact(tx, subscriber, id)? else { return Ok(None) };
    set(tx, subscriber, card.id, (false, false), By { person: None, name: "le contact, par son lien" }, now)?;
    Ok(Some(card))
}

/// Takes away what is kept under every number of a card.
pub(super) fn forget(tx: &Write<'_>, subscriber: SubscriberId, id: ContactId) -> Result<()> {
    for id in store::ids_of(tx, subscriber, id)? {
        CONSENTS.remove(tx, (subscriber.0, id.0))?;
    }
    Ok(())
}
