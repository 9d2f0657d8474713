//! Sessions: a random token in a cookie, of which the data file keeps a hash.
//!
//! A session gets a new token at every sign-in and wherever its rights change, and the old one ends in the same write: a
//! token that somebody planted or copied before is worth nothing after.

use super::model::{Opening, Person, Session};
use super::store::PERSONS;
use super::{cookies, factor, forgotten};
use crate::base::{Instant, PersonId, SubscriberId, secret, time};
use crate::error::Result;
use crate::http::Request;
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::Deserialize;
use std::ops::ControlFlow;

/// By the token's hash.
pub(super) static SESSIONS: Collection<&'static [u8], Session> = Collection::new("people.sessions");
/// By person and hash, to end all of one person.
pub(super) static BY_PERSON: Collection<(u64, &'static [u8]), ()> = Collection::new("people.sessions_by_person");

const COOKIE: &str = "session";

/// Without « Mémoriser le mot de passe » (product, section 3).
pub const IDLE_MS: i64 = 12 * time::HOUR_MS;
/// With it.
pub const IDLE_REMEMBERED_MS: i64 = 30 * time::DAY_MS;
/// However busy a session is, one day it ends (OWASP ASVS 5.0, 7.3.2: an absolute limit that follows from the risk). An
/// ordinary one ends with the browser anyway and is idle each night; the longest that NIST SP 800-63B allows without a
/// second factor, 30 days, is for the console that is never closed. A remembered one is the person's own choice for a
/// device of their own: a year, so that a lost device which somebody keeps using is not signed in for ever.
pub const LONGEST_MS: i64 = 30 * time::DAY_MS;
pub const LONGEST_REMEMBERED_MS: i64 = 365 * time::DAY_MS;
/// A use is written down only after this long, so that reading pages costs no disk sync.
const USE_NOTED_MS: i64 = 10 * time::MINUTE_MS;
/// A password typed so recently is asked for again by nothing.
const CONFIRMED_MS: i64 = 10 * time::MINUTE_MS;
/// How long who came by the bookmark of 2010 is told of the better one.
const ADVICE_MS: i64 = 2 * time::MINUTE_MS;
/// Sessions of one person at a time; the one unused for longest makes room. A bookmark opened every minute makes no more.
pub const PER_PERSON_MAX: usize = 50;
/// Of what a browser says of itself.
const AGENT_CHARS_MAX: usize = 200;

/// The shape before sessions knew how they were opened.
#[derive(Deserialize)]
struct SessionV1 {
    person: PersonId,
    started: Instant,
    last_used: Instant,
    remembered: bool,
    subscriber: Option<SubscriberId>,
    agent: String,
    from: String,
}

impl Record for Session {
    const VERSION: u8 = 2;

    fn upgrade(_version: u8, bytes: &[u8]) -> Result<Session> {
        let old: SessionV1 = postcard::from_bytes(bytes)?;
        Ok(Session {
            person: old.person,
            started: old.started,
            last_used: old.last_used,
            remembered: old.remembered,
            subscriber: old.subscriber,
            agent: old.agent,
            from: old.from,
            opened_by: Opening::Password,
            confirmed: None,
        })
    }
}

/// Who is signed in, and by which session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub person: Person,
    pub session: Session,
    hash: [u8; 32],
    must_enrol: bool,
    must_choose: bool,
}

/// How a session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    pub remembered: bool,
    pub opened_by: Opening,
    pub confirmed: Option<Instant>,
}

/// A session among those of one person.
#[derive(Debug, Clone)]
pub struct Found {
    /// Names it in forms; tells nothing of the token.
    pub id: u64,
    pub session: Session,
    hash: Vec<u8>,
}

impl Found {
    /// Whether a personal link opened it.
    pub fn is_by_link(&self) -> bool {
        matches!(self.session.opened_by, Opening::Link(_))
    }
}

/// What a browser says of itself, as much of it as is kept.
pub(super) fn agent(request: &Request) -> String {
    request.header("user-agent").unwrap_or("").chars().take(AGENT_CHARS_MAX).collect()
}

/// Starts a session in place of the one that this browser may have; the cookie's header to send.
pub fn start(tx: &Write<'_>, request: &Request, person: &Person, start: Start) -> Result<String> {
    if let Some(old) = cookies::read(request, COOKIE).map(secret::token_hash)
        && let Some(session) = SESSIONS.get(tx, old.as_slice())?
    {
        remove(tx, session.person, &old)?;
    }
    let mut others = of(tx, person.id, request.now)?;
    others.sort_by_key(|found| found.session.last_used);
    for found in others.iter().take((others.len() + 1).saturating_sub(PER_PERSON_MAX)) {
        remove(tx, person.id, &found.hash)?;
    }
    let token = secret::token()?;
    let hash = secret::token_hash(&token);
    let session = Session {
        person: person.id,
        started: request.now,
        last_used: request.now,
        remembered: start.remembered,
        subscriber: None,
        agent: agent(request),
        from: request.client.to_string(),
        opened_by: start.opened_by,
        confirmed: start.confirmed,
    };
    SESSIONS.put(tx, hash.as_slice(), &session)?;
    BY_PERSON.put(tx, (person.id.0, hash.as_slice()), &())?;
    let lasting_s = start.remembered.then_some(LONGEST_REMEMBERED_MS / time::SECOND_MS);
    Ok(cookies::set(request, COOKIE, &token, lasting_s))
}

/// The header that takes the cookie away.
pub fn cookie_gone(request: &Request) -> String {
    cookies::gone(request, COOKIE)
}

/// Who asks, if a living session of an active person does.
pub fn find(tx: &impl Reads, request: &Request) -> Result<Option<SignedIn>> {
    let Some(token) = cookies::read(request, COOKIE) else { return Ok(None) };
    let hash = secret::token_hash(token);
    let Some(session) = SESSIONS.get(tx, hash.as_slice())? else { return Ok(None) };
    if has_ended(&session, request.now) {
        return Ok(None);
    }
    let Some(person) = PERSONS.get(tx, session.person.0)?.filter(|person| person.active) else { return Ok(None) };
    let must_enrol = factor::is_missing(tx, &person)?;
    let must_choose = forgotten::must_choose(tx, person.id)?;
    Ok(Some(SignedIn { person, session, hash, must_enrol, must_choose }))
}

fn has_ended(session: &Session, now: Instant) -> bool {
    let (idle_ms, longest_ms) =
        if session.remembered { (IDLE_REMEMBERED_MS, LONGEST_REMEMBERED_MS) } else { (IDLE_MS, LONGEST_MS) };
    // One that began in a far future was made by a wrong clock: it ends when the clock is right, not years later.
    now.ms_since(session.last_used) > idle_ms || now.ms_since(session.started).abs() > longest_ms
}

impl SignedIn {
    /// Somebody whose software shows a token. There is no session behind it: nothing that ends or notes one finds any.
    pub(super) fn by_token(person: Person, request: &Request, hash: [u8; 32]) -> SignedIn {
        let session = Session {
            person: person.id,
            started: request.now,
            last_used: request.now,
            remembered: false,
            subscriber: None,
            agent: agent(request),
            from: request.client.to_string(),
            opened_by: Opening::Password,
            confirmed: None,
        };
        SignedIn { person, session, hash, must_enrol: false, must_choose: false }
    }

    /// Whether this use is worth writing down.
    pub fn use_is_due(&self, now: Instant) -> bool {
        now.ms_since(self.session.last_used) > USE_NOTED_MS
    }

    /// Writes down that the session is in use, and from where.
    pub fn note_use(&self, tx: &Write<'_>, request: &Request) -> Result<()> {
        if let Some(mut session) = SESSIONS.get(tx, self.hash.as_slice())? {
            session.last_used = request.now;
            session.agent = agent(request);
            session.from = request.client.to_string();
            SESSIONS.put(tx, self.hash.as_slice(), &session)?;
        }
        Ok(())
    }

    /// What names this session among those of the person.
    pub fn session_id(&self) -> u64 {
        id(&self.hash)
    }

    /// Whether a second factor is required of this person, and not there yet.
    pub fn must_enrol(&self) -> bool {
        self.must_enrol
    }

    /// Whether they came in by a temporary password, and have not chosen one of their own yet.
    pub fn must_choose(&self) -> bool {
        self.must_choose
    }

    /// Whether the password was typed a moment ago in this session.
    pub fn has_confirmed(&self, now: Instant) -> bool {
        self.session.confirmed.is_some_and(|at| (0..=CONFIRMED_MS).contains(&now.ms_since(at)))
    }

    /// Whether the person has just arrived by the bookmark of 2010: the moment to tell of the better one.
    pub fn came_by_bookmark(&self, now: Instant) -> bool {
        self.session.opened_by == Opening::Bookmark && now.ms_since(self.session.started) < ADVICE_MS
    }

    /// Notes that the password was typed just now.
    pub fn confirm(&mut self, tx: &Write<'_>, now: Instant) -> Result<()> {
        if let Some(mut session) = SESSIONS.get(tx, self.hash.as_slice())? {
            session.confirmed = Some(now);
            SESSIONS.put(tx, self.hash.as_slice(), &session)?;
        }
        self.session.confirmed = Some(now);
        Ok(())
    }

    /// Ends this session.
    pub fn end(&self, tx: &Write<'_>) -> Result<()> {
        remove(tx, self.person.id, &self.hash)
    }

    /// How this session began, for one that takes its place.
    pub fn start(&self) -> Start {
        let Session { remembered, opened_by, confirmed, .. } = self.session;
        Start { remembered, opened_by, confirmed }
    }

    /// Ends all sessions of this person, and goes on with this device under a new token: who may have copied the old one
    /// stays outside. The cookie's header to send.
    pub fn start_anew(&self, tx: &Write<'_>, request: &Request) -> Result<String> {
        end_all(tx, self.person.id)?;
        start(tx, request, &self.person, self.start())
    }

    /// Ends all sessions of this person but this one; how many that was.
    pub fn end_others(&self, tx: &Write<'_>) -> Result<u64> {
        end_where(tx, self.person.id, |found| found.hash != self.hash)
    }

    /// Chooses which abonné a client of several looks at.
    pub fn choose_subscriber(&self, tx: &Write<'_>, subscriber: SubscriberId) -> Result<()> {
        let mut session = self.session.clone();
        session.subscriber = Some(subscriber);
        SESSIONS.put(tx, self.hash.as_slice(), &session)
    }
}

/// The first 64 bits of a token's hash: enough to tell one of some dozens, useless to get in.
pub(super) fn id(hash: &[u8]) -> u64 {
    hash.iter().take(8).fold(0, |id, byte| id << 8 | u64::from(*byte))
}

/// The hashes that an index by person (or by abonné) holds of one: of sessions, of links, of tokens.
pub(super) fn hashes(
    tx: &impl Reads,
    index: &Collection<(u64, &'static [u8]), ()>,
    owner: u64,
) -> Result<Vec<Vec<u8>>> {
    let mut hashes = Vec::new();
    let range = (owner, [].as_slice())..(owner + 1, [].as_slice());
    index.each(tx, range, Direction::Ascending, |(_, hash), ()| {
        hashes.push(hash.to_owned());
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(hashes)
}

/// The living sessions of a person, the one used last first.
pub fn of(tx: &impl Reads, person: PersonId, now: Instant) -> Result<Vec<Found>> {
    let mut found = all_of(tx, person)?;
    found.retain(|found| !has_ended(&found.session, now));
    found.sort_by_key(|found| std::cmp::Reverse((found.session.last_used, found.session.started)));
    Ok(found)
}

fn all_of(tx: &impl Reads, person: PersonId) -> Result<Vec<Found>> {
    let hashes = hashes(tx, &BY_PERSON, person.0)?;
    let mut found = Vec::with_capacity(hashes.len());
    for hash in hashes {
        if let Some(session) = SESSIONS.get(tx, hash.as_slice())? {
            found.push(Found { id: id(&hash), session, hash });
        }
    }
    Ok(found)
}

/// Ends all sessions of a person; how many that was.
pub fn end_all(tx: &Write<'_>, person: PersonId) -> Result<u64> {
    end_where(tx, person, |_| true)
}

/// Ends every session of everybody; how many that was.
pub fn end_everybody(tx: &Write<'_>) -> Result<u64> {
    BY_PERSON.remove_some::<(u64, &[u8])>(tx, .., usize::MAX)?;
    SESSIONS.remove_some::<&[u8]>(tx, .., usize::MAX)
}

/// Ends those sessions of a person that fit; how many that was.
pub fn end_where(tx: &Write<'_>, person: PersonId, fits: impl Fn(&Found) -> bool) -> Result<u64> {
    let mut ended = 0;
    for found in all_of(tx, person)?.iter().filter(|found| fits(found)) {
        remove(tx, person, &found.hash)?;
        ended += 1;
    }
    Ok(ended)
}

fn remove(tx: &Write<'_>, person: PersonId, hash: &[u8]) -> Result<()> {
    SESSIONS.remove(tx, hash)?;
    BY_PERSON.remove(tx, (person.0, hash))?;
    Ok(())
}

/// Drops sessions that have ended by themselves.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut ended: Vec<(PersonId, Vec<u8>)> = Vec::new();
    SESSIONS.each::<&[u8], _>(tx, .., Direction::Ascending, |hash, session| {
        if has_ended(&session, now) {
            ended.push((session.person, hash.to_owned()));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (person, hash) in ended {
        remove(tx, person, &hash)?;
    }
    Ok(())
}

/// How many sessions there are, ended ones not yet dropped among them.
pub fn count(tx: &impl Reads) -> Result<u64> {
    SESSIONS.len(tx)
}

/// « 3 sessions », for the journal.
pub fn counted(sessions: u64) -> String {
    crate::base::french::count(sessions, "session", "sessions")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session of the first version: person 4, from 1000 to 2000 ms, remembered, at abonné 7.
    #[test]
    fn sessions_of_the_first_version_go_on() {
        let old = [&[1, 4, 0xd0, 0x0f, 0xa0, 0x1f, 1, 1, 7, 2][..], b"FF", &[9], b"127.0.0.1"].concat();
        let session = Session::decode(&old).unwrap();
        assert_eq!((session.person, session.started, session.last_used), (PersonId(4), Instant(1000), Instant(2000)));
        assert_eq!((session.subscriber, session.remembered), (Some(SubscriberId(7)), true));
        assert_eq!((session.agent.as_str(), session.from.as_str()), ("FF", "127.0.0.1"));
        assert_eq!((session.opened_by, session.confirmed), (Opening::Password, None));
    }
}
