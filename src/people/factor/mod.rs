//! The second factor: codes by the clock from a telephone, and recovery codes on paper.
//!
//! The secret lies in the data file as it is, since the server must compute with it: the file's own protection (0600, in a
//! 0700 folder) is the secret's. Recovery codes are kept as Argon2id hashes under one salt (OWASP ASVS 5.0, 6.5.2: they
//! have fewer than 112 bits); they are hashed before the write that spends one, never inside it.

pub mod handlers;
pub mod totp;
pub mod view;

use super::model::{Person, Role};
use super::{passwords, sessions};
use crate::base::{Instant, PersonId, secret, time};
use crate::error::Result;
use crate::house::{self, House};
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

pub(super) static FACTORS: Collection<u64, Factor> = Collection::new("people.factors");
/// Secrets shown and not yet confirmed by a code.
pub(super) static ENROLMENTS: Collection<u64, Enrolment> = Collection::new("people.enrolments");

/// Recovery codes made at a time.
pub const RECOVERY_CODES: usize = 10;
/// Long enough to install an application on a telephone first.
const ENROLMENT_KEPT_MS: i64 = time::HOUR_MS;

/// A person's second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    secret: [u8; totp::SECRET_BYTES],
    pub since: Instant,
    /// The step of the last code that passed: each passes once.
    last_step: u64,
    salt: [u8; 16],
    /// Hashes of the recovery codes not used yet.
    recovery: Vec<[u8; 32]>,
}

impl Factor {
    pub fn recovery_left(&self) -> usize {
        self.recovery.len()
    }
}

/// A secret on its way into a telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    pub secret: [u8; totp::SECRET_BYTES],
    at: Instant,
}

impl Record for Factor {}
impl Record for Enrolment {}

/// Recovery codes freshly made: the words to show once, and what to keep of them.
pub struct Recovery {
    pub codes: Vec<String>,
    salt: [u8; 16],
    hashes: Vec<[u8; 32]>,
}

impl Recovery {
    /// Makes a set. Takes some tenths of a second: never inside a write.
    pub fn make() -> Result<Recovery> {
        let salt = secret::random::<16>()?;
        let mut codes = Vec::with_capacity(RECOVERY_CODES);
        let mut hashes = Vec::with_capacity(RECOVERY_CODES);
        for _ in 0..RECOVERY_CODES {
            // Two groups of five letters and digits that can't be mistaken for one another: 49 bits.
            let code = format!("{}-{}", passwords::random_letters(5)?, passwords::random_letters(5)?);
            hashes.push(passwords::hash_with(&plain(&code), &salt)?);
            codes.push(code);
        }
        Ok(Recovery { codes, salt, hashes })
    }
}

/// A recovery code as it is hashed, whatever stands between its letters.
fn plain(typed: &str) -> String {
    typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(40).collect()
}

/// What somebody typed as a code, made ready outside of the write that spends it.
#[derive(Debug, Clone, Copy)]
pub enum Typed {
    Code(u32),
    Recovery([u8; 32]),
    Nothing,
}

/// How a code was good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    Code,
    /// So many recovery codes are left.
    Recovery {
        left: usize,
    },
}

/// A person's second factor, if there is one.
pub fn of(tx: &impl Reads, person: PersonId) -> Result<Option<Factor>> {
    FACTORS.get(tx, person.0)
}

/// Whether the house requires one of persons in this role.
pub fn is_required(tx: &impl Reads, role: &Role) -> Result<bool> {
    Ok(match role {
        Role::Client { .. } => false,
        Role::Secretary { .. } => house::security(tx)?.factor_of_secretaries,
        Role::Administrator => house::security(tx)?.factor_of_administrators,
    })
}

/// Whether one is required of a person, and not there.
pub fn is_missing(tx: &impl Reads, person: &Person) -> Result<bool> {
    Ok(is_required(tx, &person.role)? && !FACTORS.has(tx, person.id.0)?)
}

/// Makes ready what was typed. A recovery code is hashed: as slow as a password.
pub fn ready(house: &House, person: PersonId, typed: &str) -> Result<Typed> {
    if let Some(code) = totp::read(typed) {
        return Ok(Typed::Code(code));
    }
    let plain = plain(typed);
    let factor = house.store.read(|tx| of(tx, person))?;
    match factor {
        Some(factor) if plain.len() == 10 => Ok(Typed::Recovery(passwords::hash_with(&plain, &factor.salt)?)),
        _ => Ok(Typed::Nothing),
    }
}

/// Spends a code in the write that lets somebody in; `None` when it is not good, or not any more.
pub fn spend(tx: &Write<'_>, person: PersonId, typed: Typed, now: Instant) -> Result<Option<Spent>> {
    let Some(mut factor) = of(tx, person)? else { return Ok(None) };
    let spent = match typed {
        Typed::Nothing => return Ok(None),
        Typed::Code(code) => match totp::step_of(&factor.secret, code, now, factor.last_step) {
            None => return Ok(None),
            Some(step) => {
                factor.last_step = step;
                Spent::Code
            }
        },
        Typed::Recovery(hash) => match factor.recovery.iter().position(|kept| secret::same(kept, &hash)) {
            None => return Ok(None),
            Some(place) => {
                factor.recovery.remove(place);
                Spent::Recovery { left: factor.recovery.len() }
            }
        },
    };
    FACTORS.put(tx, person.0, &factor)?;
    Ok(Some(spent))
}

/// The secret that a person is bringing into a telephone, if that began a short while ago.
pub fn enrolment(tx: &impl Reads, person: PersonId, now: Instant) -> Result<Option<Enrolment>> {
    let fresh = |enrolment: &Enrolment| (0..ENROLMENT_KEPT_MS).contains(&now.ms_since(enrolment.at));
    Ok(ENROLMENTS.get(tx, person.0)?.filter(fresh))
}

/// Begins with a new secret; one that was begun a moment ago stays, for it may be in the telephone already.
pub fn begin(tx: &Write<'_>, person: PersonId, now: Instant) -> Result<()> {
    if enrolment(tx, person, now)?.is_some() {
        return Ok(());
    }
    ENROLMENTS.put(tx, person.0, &Enrolment { secret: secret::random()?, at: now })
}

/// Switches the second factor on, by a code from the telephone; whether the code was good.
pub fn enrol(tx: &Write<'_>, person: PersonId, code: u32, recovery: &Recovery, now: Instant) -> Result<bool> {
    let Some(Enrolment { secret, .. }) = enrolment(tx, person, now)? else { return Ok(false) };
    let Some(step) = totp::step_of(&secret, code, now, 0) else { return Ok(false) };
    let factor = Factor { secret, since: now, last_step: step, salt: recovery.salt, recovery: recovery.hashes.clone() };
    FACTORS.put(tx, person.0, &factor)?;
    ENROLMENTS.remove(tx, person.0)?;
    Ok(true)
}

/// Puts new recovery codes in place of the old ones; whether there is a second factor at all.
pub fn renew_recovery(tx: &Write<'_>, person: PersonId, recovery: &Recovery) -> Result<bool> {
    let Some(mut factor) = of(tx, person)? else { return Ok(false) };
    factor.salt = recovery.salt;
    factor.recovery.clone_from(&recovery.hashes);
    FACTORS.put(tx, person.0, &factor)?;
    Ok(true)
}

/// Switches the second factor off; whether there was one. The caller ends or renews the person's sessions.
pub fn remove(tx: &Write<'_>, person: PersonId) -> Result<bool> {
    ENROLMENTS.remove(tx, person.0)?;
    FACTORS.remove(tx, person.0)
}

/// Switches off the second factor of somebody who lost the telephone: all their sessions end. Whether there was one.
pub fn reset(tx: &Write<'_>, person: PersonId) -> Result<bool> {
    sessions::end_all(tx, person)?;
    remove(tx, person)
}

/// Drops secrets that came into no telephone.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old = Vec::new();
    ENROLMENTS.each(tx, 0.., Direction::Ascending, |person, enrolment| {
        if now.ms_since(enrolment.at) >= ENROLMENT_KEPT_MS {
            old.push(person);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for person in old {
        ENROLMENTS.remove(tx, person)?;
    }
    Ok(())
}
