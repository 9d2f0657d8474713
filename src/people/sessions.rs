//! Sessions: a random token in a cookie, of which the data file keeps a hash.

use super::model::{Person, Session};
use super::store::PERSONS;
use crate::base::{Instant, PersonId, SubscriberId, secret, time};
use crate::error::Result;
use crate::http::Request;
use crate::store::{Collection, Direction, Reads, Record, Write};
use std::ops::ControlFlow;

/// By the token's hash.
pub(super) static SESSIONS: Collection<&'static [u8], Session> = Collection::new("people.sessions");
/// By person and hash, to end all of one person.
pub(super) static BY_PERSON: Collection<(u64, &'static [u8]), ()> = Collection::new("people.sessions_by_person");

impl Record for Session {}

/// Without « Mémoriser le mot de passe » (product, section 3).
const IDLE_MS: i64 = 12 * time::HOUR_MS;
/// With it.
const IDLE_REMEMBERED_MS: i64 = 30 * time::DAY_MS;
/// A use is written down only after this long, so that reading pages costs no disk sync.
const USE_NOTED_MS: i64 = 10 * time::MINUTE_MS;
/// What the browser keeps when told to remember; the server's own limit of disuse decides.
const COOKIE_REMEMBERED_S: i64 = 400 * 24 * 3600;

/// Who is signed in, and by which session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub person: Person,
    pub session: Session,
    hash: [u8; 32],
}

/// The cookie's name; under HTTPS browsers hold `__Host-` to what it promises (RFC 6265bis, 4.1.3).
fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-session" } else { "session" }
}

/// Starts a session; the cookie's header to send.
pub fn start(tx: &Write<'_>, request: &Request, person: &Person, remembered: bool) -> Result<String> {
    let token = secret::token()?;
    let hash = secret::token_hash(&token);
    let session = Session {
        person: person.id,
        started: request.now,
        last_used: request.now,
        remembered,
        subscriber: None,
        agent: request.header("user-agent").unwrap_or("").chars().take(200).collect(),
        from: request.client.to_string(),
    };
    SESSIONS.put(tx, hash.as_slice(), &session)?;
    BY_PERSON.put(tx, (person.id.0, hash.as_slice()), &())?;
    let lasting = if remembered { format!("; Max-Age={COOKIE_REMEMBERED_S}") } else { String::new() };
    Ok(cookie(request.https, &token, &lasting))
}

/// The header that takes the cookie away.
pub fn cookie_gone(request: &Request) -> String {
    cookie(request.https, "", "; Max-Age=0")
}

fn cookie(https: bool, token: &str, lasting: &str) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{lasting}", cookie_name(https))
}

/// Who asks, if a living session of an active person does.
pub fn find(tx: &impl Reads, request: &Request) -> Result<Option<SignedIn>> {
    let Some(token) = request.cookie(cookie_name(request.https)) else { return Ok(None) };
    let hash = secret::token_hash(token);
    let Some(session) = SESSIONS.get(tx, hash.as_slice())? else { return Ok(None) };
    if has_ended(&session, request.now) {
        return Ok(None);
    }
    let person = PERSONS.get(tx, session.person.0)?.filter(|person| person.active);
    Ok(person.map(|person| SignedIn { person, session, hash }))
}

fn has_ended(session: &Session, now: Instant) -> bool {
    let idle_ms = if session.remembered { IDLE_REMEMBERED_MS } else { IDLE_MS };
    now.ms_since(session.last_used) > idle_ms
}

impl SignedIn {
    /// Whether this use is worth writing down.
    pub fn use_is_due(&self, now: Instant) -> bool {
        now.ms_since(self.session.last_used) > USE_NOTED_MS
    }

    /// Writes down that the session is in use.
    pub fn note_use(&self, tx: &Write<'_>, now: Instant) -> Result<()> {
        if let Some(mut session) = SESSIONS.get(tx, self.hash.as_slice())? {
            session.last_used = now;
            SESSIONS.put(tx, self.hash.as_slice(), &session)?;
        }
        Ok(())
    }

    /// Ends this session.
    pub fn end(&self, tx: &Write<'_>) -> Result<()> {
        SESSIONS.remove(tx, self.hash.as_slice())?;
        BY_PERSON.remove(tx, (self.person.id.0, self.hash.as_slice()))?;
        Ok(())
    }

    /// Ends all sessions of this person but this one.
    pub fn end_others(&self, tx: &Write<'_>) -> Result<()> {
        end_all_but(tx, self.person.id, Some(&self.hash))
    }

    /// Chooses which abonné a client of several looks at.
    pub fn choose_subscriber(&self, tx: &Write<'_>, subscriber: SubscriberId) -> Result<()> {
        let mut session = self.session.clone();
        session.subscriber = Some(subscriber);
        SESSIONS.put(tx, self.hash.as_slice(), &session)
    }
}

/// Ends all sessions of a person.
pub fn end_all(tx: &Write<'_>, person: PersonId) -> Result<()> {
    end_all_but(tx, person, None)
}

fn end_all_but(tx: &Write<'_>, person: PersonId, kept: Option<&[u8; 32]>) -> Result<()> {
    let mut hashes: Vec<Vec<u8>> = Vec::new();
    let range = (person.0, [].as_slice())..(person.0 + 1, [].as_slice());
    BY_PERSON.each(tx, range, Direction::Ascending, |(_, hash), ()| {
        if kept.is_none_or(|kept| kept.as_slice() != hash) {
            hashes.push(hash.to_owned());
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for hash in hashes {
        SESSIONS.remove(tx, hash.as_slice())?;
        BY_PERSON.remove(tx, (person.0, hash.as_slice()))?;
    }
    Ok(())
}

/// Drops sessions that have ended by disuse.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut ended: Vec<(PersonId, Vec<u8>)> = Vec::new();
    SESSIONS.each::<&[u8], _>(tx, .., Direction::Ascending, |hash, session| {
        if has_ended(&session, now) {
            ended.push((session.person, hash.to_owned()));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (person, hash) in ended {
        SESSIONS.remove(tx, hash.as_slice())?;
        BY_PERSON.remove(tx, (person.0, hash.as_slice()))?;
    }
    Ok(())
}

/// How many sessions there are, ended ones not yet dropped among them.
pub fn count(tx: &impl Reads) -> Result<u64> {
    SESSIONS.len(tx)
}
