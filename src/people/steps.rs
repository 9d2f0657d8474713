//! Between password and code: who has given the right password and has a second factor holds a token for ten minutes, and
//! nothing else is open to them.

use super::cookies;
use super::model::Opening;
use crate::base::{Instant, PersonId, secret, time};
use crate::error::Result;
use crate::http::Request;
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By the token's hash.
pub(super) static STEPS: Collection<&'static [u8], Step> = Collection::new("people.steps");

const COOKIE: &str = "etape";
/// Long enough to find the telephone.
const KEPT_MS: i64 = 10 * time::MINUTE_MS;

/// Somebody on the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub person: PersonId,
    pub at: Instant,
    pub remembered: bool,
    pub opened_by: Opening,
    /// The password that was right; changed in between, it is not any more.
    pub password_changed: Instant,
}

impl Record for Step {}

/// Begins the second step; the cookie's header to send.
pub fn begin(tx: &Write<'_>, request: &Request, step: &Step) -> Result<String> {
    let token = secret::token()?;
    STEPS.put(tx, secret::token_hash(&token).as_slice(), step)?;
    Ok(cookies::set(request, COOKIE, &token, Some(KEPT_MS / time::SECOND_MS)))
}

/// The second step that this browser stands before.
pub fn find(tx: &impl Reads, request: &Request) -> Result<Option<Step>> {
    let Some(token) = cookies::read(request, COOKIE) else { return Ok(None) };
    let step = STEPS.get(tx, secret::token_hash(token).as_slice())?;
    Ok(step.filter(|step| (0..KEPT_MS).contains(&request.now.ms_since(step.at))))
}

/// Ends it; the header that takes the cookie away.
pub fn end(tx: &Write<'_>, request: &Request) -> Result<String> {
    if let Some(token) = cookies::read(request, COOKIE) {
        STEPS.remove(tx, secret::token_hash(token).as_slice())?;
    }
    Ok(cookies::gone(request, COOKIE))
}

/// Drops those who did not go on.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old: Vec<Vec<u8>> = Vec::new();
    STEPS.each::<&[u8], _>(tx, .., Direction::Ascending, |hash, step| {
        if now.ms_since(step.at) >= KEPT_MS {
            old.push(hash.to_owned());
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for hash in old {
        STEPS.remove(tx, hash.as_slice())?;
    }
    Ok(())
}
