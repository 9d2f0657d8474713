//! Who is sent a kit each night, and how the last night went.

use crate::base::{Instant, SubscriberId, time::Day};
use crate::error::{Problems, Result};
use crate::notices::wishes::{self, Consent};
use crate::store::carried::{Carried, Rows};
use crate::store::{AnyTable, Collection, Reads, Record, Write};
use crate::subscribers::Subscriber;
use serde::{Deserialize, Serialize};

/// By abonné: those alone who asked for it in writing.
static WISHES: Collection<u64, Wish> = Collection::new("continuity.wishes");
/// By abonné: the day whose kit was sent last.
static SENT: Collection<u64, Day> = Collection::new("continuity.sent");
/// The one row has key 1.
static NIGHT: Collection<u64, Night> = Collection::new("continuity.night");

pub static TABLES: [&dyn AnyTable; 3] = [&WISHES, &SENT, &NIGHT];
/// What goes along with an abonné.
pub static CARRIED: [&dyn Carried; 1] = [&Rows::of(&WISHES)];

impl Record for Wish {}
impl Record for Day {}
impl Record for Night {}

/// Recipients of one abonné's kit.
const ADDRESSES_MAX: usize = 5;

/// A kit by mail each night: where to, and who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub addresses: Vec<String>,
    pub consent: Consent,
}

/// How the last night went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    pub at: Instant,
    /// Abonnés whose kit went into the outbox.
    pub mailed: u64,
    /// Files in the folder; 0 without one.
    pub files: u64,
    /// Why something could not be done, for people; empty when all was.
    pub failure: String,
}

impl Wish {
    /// Trims and checks. Problems are tied to the form's names.
    pub fn checked(mut self) -> Result<Wish> {
        let mut problems = Problems::default();
        wishes::trim_addresses(&mut self.addresses);
        if self.addresses.is_empty() {
            problems.add("adresses", "Indiquez au moins une adresse, ou décochez l’envoi.");
        }
        if self.addresses.len() > ADDRESSES_MAX {
            problems.add("adresses", format!("Il y en a {} ; la limite est de {ADDRESSES_MAX}.", self.addresses.len()));
        }
        wishes::check_addresses(&self.addresses, &mut problems);
        self.consent.check(&mut problems);
        problems.into_result()?;
        Ok(self)
    }
}

pub fn wish(tx: &impl Reads, subscriber: SubscriberId) -> Result<Option<Wish>> {
    WISHES.get(tx, subscriber.0)
}

/// `None`: no kit leaves any more.
pub fn set_wish(tx: &Write<'_>, subscriber: SubscriberId, wish: Option<&Wish>) -> Result<()> {
    match wish {
        Some(wish) => WISHES.put(tx, subscriber.0, wish)?,
        None => {
            WISHES.remove(tx, subscriber.0)?;
        }
    }
    tx.touch(subscriber.0);
    Ok(())
}

/// The day whose kit was sent last.
pub fn sent(tx: &impl Reads, subscriber: SubscriberId) -> Result<Option<Day>> {
    SENT.get(tx, subscriber.0)
}

pub(super) fn note_sent(tx: &Write<'_>, subscriber: SubscriberId, day: Day) -> Result<()> {
    SENT.put(tx, subscriber.0, &day)
}

/// How the last night went; `None` before the first.
pub fn night(tx: &impl Reads) -> Result<Option<Night>> {
    NIGHT.get(tx, 1)
}

pub(super) fn note_night(tx: &Write<'_>, night: &Night) -> Result<()> {
    NIGHT.put(tx, 1, night)
}

/// An abonné goes, with all that was its own.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, _: usize) -> Result<Vec<(&'static str, u64)>> {
    let id = subscriber.id.0;
    let there = u64::from(WISHES.remove(tx, id)?) + u64::from(SENT.remove(tx, id)?);
    if there == 0 {
        return Ok(Vec::new());
    }
    tx.note_erased(there)?;
    Ok(vec![("réglages du kit de secours", there)])
}
