//! By which name this house is known in its folders, and what was brought in from which.

use crate::base::{Instant, SubscriberId, secret};
use crate::error::Result;
use crate::store::{AnyTable, Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

/// The one row of this table has key 1.
static IDENTITY: Collection<u64, String> = Collection::new("folders.identity");
/// By the fingerprint of the house it comes from, what it is, and its number there.
static BROUGHT: Collection<u128, Brought> = Collection::new("folders.brought");

pub static TABLES: [&dyn AnyTable; 2] = [&IDENTITY, &BROUGHT];

impl Record for Brought {}

/// What something became here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Brought {
    number: u64,
    at: Instant,
}

/// What is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Subscriber,
    Person,
}

/// The name of this house in folders: random, made when it is first needed.
pub fn identity(tx: &Write<'_>) -> Result<String> {
    if let Some(known) = IDENTITY.get(tx, 1)? {
        return Ok(known);
    }
    let made = secret::hex(&secret::random::<16>()?);
    IDENTITY.put(tx, 1, &made)?;
    Ok(made)
}

/// The name of this house, if it ever needed one.
pub fn known_identity(tx: &impl Reads) -> Result<Option<String>> {
    IDENTITY.get(tx, 1)
}

fn fingerprint(house: &str, what: What, number: u64) -> u128 {
    secret::digest128(format!("{house} {what:?} {number}").as_bytes())
}

/// The number that a thing of another house got here, if it was brought; what left this very house has its own.
pub fn brought(tx: &impl Reads, house: &str, what: What, number: u64) -> Result<Option<u64>> {
    if let Some(one) = BROUGHT.get(tx, fingerprint(house, what, number))? {
        return Ok(Some(one.number));
    }
    Ok(known_identity(tx)?.filter(|own| own == house).map(|_| number))
}

/// Remembers that a thing was brought.
pub fn note(tx: &Write<'_>, house: &str, what: What, (there, here): (u64, u64), now: Instant) -> Result<()> {
    BROUGHT.put(tx, fingerprint(house, what, there), &Brought { number: here, at: now })
}

/// The abonné that one of another house became, if it is here still.
pub fn subscriber(tx: &impl Reads, house: &str, there: u64) -> Result<Option<SubscriberId>> {
    Ok(brought(tx, house, What::Subscriber, there)?.map(SubscriberId))
}

fn row_fingerprint(source: &str, mark: &str) -> u128 {
    secret::digest128(format!("{source}\n{mark}").as_bytes())
}

/// What a row of another software's file became.
pub fn row(tx: &impl Reads, source: &str, mark: &str) -> Result<Option<u64>> {
    Ok(BROUGHT.get(tx, row_fingerprint(source, mark))?.map(|one| one.number))
}

/// Remembers what a row of another software's file became.
pub fn note_row(tx: &Write<'_>, source: &str, mark: &str, number: u64, now: Instant) -> Result<()> {
    BROUGHT.put(tx, row_fingerprint(source, mark), &Brought { number, at: now })
}
