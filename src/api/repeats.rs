//! A POST that comes again: the same key and the same body get the same answer, and nothing is done twice
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! Kept with what was done, in one write: there is no moment at which the one is there without the other. Whoever sends the
//! same key while the first is still being written waits for it. Never here: what an answer said; it is shown anew.

use super::Done;
use crate::base::{Instant, secret, time};
use crate::error::Result;
use crate::http::Request;
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Token, digest of the key.
static REPEATS: Collection<(u64, u128), Kept> = Collection::new("api.repeats");

pub static TABLES: [&dyn AnyTable; 1] = [&REPEATS];

/// How long a key is remembered.
const KEPT_MS: i64 = time::DAY_MS;
const KEY_CHARS_MAX: usize = 200;

/// What a key did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Of address and body.
    pub fingerprint: u128,
    pub status: u16,
    pub location: String,
    pub at: Instant,
}

impl Record for Kept {}

/// The key of a request, if it has one; `Err` for one that can't be.
pub(super) fn key(request: &Request) -> std::result::Result<Option<String>, ()> {
    let Some(key) = request.header("idempotency-key").map(str::trim) else { return Ok(None) };
    let fits = (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    if fits { Ok(Some(key.to_owned())) } else { Err(()) }
}

fn digest(key: &str) -> u128 {
    secret::digest128(key.as_bytes())
}

pub(super) fn find(tx: &impl Reads, token: u64, key: Option<&str>, now: Instant) -> Result<Option<Kept>> {
    let Some(key) = key else { return Ok(None) };
    let kept = REPEATS.get(tx, (token, digest(key)))?;
    Ok(kept.filter(|kept| now.ms_since(kept.at) < KEPT_MS))
}

pub(super) fn keep(
    tx: &Write<'_>,
    token: u64,
    key: Option<&str>,
    fingerprint: u128,
    done: &Done,
    now: Instant,
) -> Result<()> {
    let Some(key) = key else { return Ok(()) };
    let kept = Kept { fingerprint, status: done.status, location: done.location.clone(), at: now };
    REPEATS.put(tx, (token, digest(key)), &kept)
}

/// Forgets the keys of yesterday.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old = Vec::new();
    REPEATS.each(tx, (0, 0).., Direction::Ascending, |key, kept| {
        if now.ms_since(kept.at) >= KEPT_MS {
            old.push(key);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for key in old {
        REPEATS.remove(tx, key)?;
    }
    Ok(())
}
