//! Devices that signed in before: each keeps an allowance of its own for wrong passwords, so that a stranger who guesses
//! from elsewhere can't make the person wait (OWASP, « Device cookies »).
//!
//! A cookie holds a random token for each of the few persons who use the device; the data file keeps their hashes, by
//! person. It opens nothing: whoever has it may guess as slowly as anybody else, and is only not held up by others.

use super::cookies;
use crate::base::{Instant, PersonId, secret, time};
use crate::error::Result;
use crate::http::Request;
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By person and hash.
pub(super) static DEVICES: Collection<(u64, &'static [u8]), Device> = Collection::new("people.devices");

const COOKIE: &str = "appareil";
/// A device that was not used for so long is a stranger again.
pub const KEPT_MS: i64 = 180 * time::DAY_MS;
/// Persons who share a device, as at a switchboard; the first to have come is forgotten first.
const PERSONS_MAX: usize = 8;
/// Devices of one person; the one unused for longest is forgotten first.
const DEVICES_MAX: usize = 20;

/// A device that a person signed in on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    last_used: Instant,
}

impl Record for Device {}

fn tokens(request: &Request) -> impl Iterator<Item = &str> {
    // What we never made is not sent back either.
    let ours =
        |token: &&str| token.len() == 43 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    cookies::read(request, COOKIE).unwrap_or("").split('.').filter(ours).take(PERSONS_MAX)
}

/// The hash of the token by which this device is known for a person.
pub fn known(tx: &impl Reads, request: &Request, person: PersonId) -> Result<Option<[u8; 32]>> {
    for token in tokens(request) {
        let hash = secret::token_hash(token);
        let device = DEVICES.get(tx, (person.0, hash.as_slice()))?;
        if device.is_some_and(|device| request.now.ms_since(device.last_used) < KEPT_MS) {
            return Ok(Some(hash));
        }
    }
    Ok(None)
}

/// Knows the device of who has just signed in; the cookie's header to send.
pub fn remember(tx: &Write<'_>, request: &Request, person: PersonId) -> Result<String> {
    let mut kept: Vec<&str> = tokens(request).collect();
    let new = secret::token()?;
    let hash = match known(tx, request, person)? {
        Some(hash) => hash,
        None => {
            kept.truncate(PERSONS_MAX - 1);
            kept.insert(0, &new);
            secret::token_hash(&new)
        }
    };
    DEVICES.put(tx, (person.0, hash.as_slice()), &Device { last_used: request.now })?;
    let mut all = of(tx, person)?;
    all.sort_by_key(|(_, device)| device.last_used);
    for (hash, _) in all.iter().take(all.len().saturating_sub(DEVICES_MAX)) {
        DEVICES.remove(tx, (person.0, hash.as_slice()))?;
    }
    Ok(cookies::set(request, COOKIE, &kept.join("."), Some(KEPT_MS / time::SECOND_MS)))
}

fn of(tx: &impl Reads, person: PersonId) -> Result<Vec<(Vec<u8>, Device)>> {
    let mut all = Vec::new();
    let range = (person.0, [].as_slice())..(person.0 + 1, [].as_slice());
    DEVICES.each(tx, range, Direction::Ascending, |(_, hash), device| {
        all.push((hash.to_owned(), device));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(all)
}

/// Forgets the devices of a person whose password somebody else may have had.
pub fn forget(tx: &Write<'_>, person: PersonId) -> Result<()> {
    for (hash, _) in of(tx, person)? {
        DEVICES.remove(tx, (person.0, hash.as_slice()))?;
    }
    Ok(())
}

/// Forgets devices that nobody signs in on any more.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old: Vec<(u64, Vec<u8>)> = Vec::new();
    DEVICES.each(tx, (0, [].as_slice()).., Direction::Ascending, |(person, hash), device| {
        if now.ms_since(device.last_used) >= KEPT_MS {
            old.push((person, hash.to_owned()));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (person, hash) in old {
        DEVICES.remove(tx, (person, hash.as_slice()))?;
    }
    Ok(())
}
