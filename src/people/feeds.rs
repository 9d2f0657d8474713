//! Calendar subscriptions, `/calendrier/TOKEN.ics`: what a telephone reads an agenda with, and nothing else. Each is for one
//! abonné, bears a name, says when it was used last, and goes in one click. The data file keeps a hash of its token.
//!
//! - It reads and never writes; « Occupé » ones do not even say with whom.
//! - One that a person made for itself never shows what its person may not see, and ends with the person and with the
//!   password. One that the secretariat made for an abonné stays until it is revoked, or the abonné goes.

use super::links::Use;
use super::model::{Person, Role};
use super::sessions;
use super::store::PERSONS;
use crate::base::{Instant, PersonId, SubscriberId, secret, time};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::store::{Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

/// By the token's hash.
pub(super) static FEEDS: Collection<&'static [u8], Feed> = Collection::new("people.feeds");
pub(super) static BY_PERSON: Collection<(u64, &'static [u8]), ()> = Collection::new("people.feeds_by_person");
/// Those of the abonné itself and those of persons alike.
pub(super) static BY_SUBSCRIBER: Collection<(u64, &'static [u8]), ()> = Collection::new("people.feeds_by_subscriber");

/// Subscriptions of one person, and of one abonné, at a time.
pub const FEEDS_MAX: usize = 10;
/// « Téléphone du Dr Martin ».
pub const NAME_CHARS_MAX: usize = 60;
/// A use is written down only after this long, so that reading costs no disk sync.
const USE_NOTED_MS: i64 = 10 * time::MINUTE_MS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    pub subscriber: SubscriberId,
    /// Whose own it is; `None` for the abonné's, which the secretariat made.
    pub person: Option<PersonId>,
    /// Who made it, as histories name people.
    pub made_by: String,
    pub name: String,
    /// « Occupé » in the place of every name.
    pub busy: bool,
    pub made: Instant,
    pub last_use: Option<Use>,
}

impl Record for Feed {}

/// A subscription's id in forms and the journal.
pub fn shown(id: u64) -> String {
    format!("abonnement de calendrier {id:016x}")
}

/// A subscription that was opened by its token. Made by `find` only.
#[derive(Debug, Clone)]
pub struct Opened {
    pub id: u64,
    pub feed: Feed,
    hash: [u8; 32],
}

impl Opened {
    /// Whether this use is worth writing down.
    pub fn use_is_due(&self, now: Instant) -> bool {
        self.feed.last_use.as_ref().is_none_or(|last| now.ms_since(last.at) > USE_NOTED_MS)
    }

    /// Whether it is the first of a day: programs ask every quarter of an hour, and the journal has a line a day.
    pub fn is_first_of_day(&self, now: Instant) -> bool {
        self.feed.last_use.as_ref().is_none_or(|last| {
            now.ms_since(last.at) >= time::DAY_MS || {
                now.0.div_euclid(time::DAY_MS) != last.at.0.div_euclid(time::DAY_MS)
            }
        })
    }

    /// Writes down that it is in use, and from where.
    pub fn note_use(&self, tx: &Write<'_>, request: &Request) -> Result<()> {
        if let Some(mut feed) = FEEDS.get(tx, self.hash.as_slice())? {
            let (agent, from) = (sessions::agent(request), request.client.to_string());
            feed.last_use = Some(Use { at: request.now, agent, from });
            FEEDS.put(tx, self.hash.as_slice(), &feed)?;
        }
        Ok(())
    }
}

/// The subscription of a token, if who made it for itself may still see the abonné.
pub fn find(tx: &impl Reads, token: &str) -> Result<Option<Opened>> {
    let hash = secret::token_hash(token);
    let Some(feed) = FEEDS.get(tx, hash.as_slice())? else { return Ok(None) };
    if let Some(id) = feed.person {
        let person = PERSONS.get(tx, id.0)?.filter(|person| person.active);
        if !person.is_some_and(|person| may_see(&person, feed.subscriber)) {
            return Ok(None);
        }
    }
    Ok(Some(Opened { id: sessions::id(&hash), feed, hash }))
}

fn may_see(person: &Person, subscriber: SubscriberId) -> bool {
    match &person.role {
        Role::Client { subscribers } => subscribers.contains(&subscriber),
        Role::Secretary { answers_for } => answers_for.includes(subscriber),
        Role::Administrator => true,
    }
}

/// Makes a subscription; its id, and its token, which is not seen again.
pub fn add(tx: &Write<'_>, new: &Feed) -> Result<(u64, String)> {
    let there = match new.person {
        Some(person) => of_person(tx, person)?,
        None => of_subscriber(tx, new.subscriber)?,
    };
    if there.len() >= FEEDS_MAX {
        let sentence = format!("Il y a déjà {FEEDS_MAX} abonnements : révoquez-en un qui ne sert plus.");
        return Err(Error::invalid("nom-du-calendrier", sentence));
    }
    let token = secret::token()?;
    let hash = secret::token_hash(&token);
    FEEDS.put(tx, hash.as_slice(), new)?;
    BY_SUBSCRIBER.put(tx, (new.subscriber.0, hash.as_slice()), &())?;
    if let Some(person) = new.person {
        BY_PERSON.put(tx, (person.0, hash.as_slice()), &())?;
    }
    Ok((sessions::id(&hash), token))
}

/// A person's own subscriptions, the newest first.
pub fn of_person(tx: &impl Reads, person: PersonId) -> Result<Vec<(u64, Feed)>> {
    listed(tx, &sessions::hashes(tx, &BY_PERSON, person.0)?)
}

/// The subscriptions that the secretariat made for an abonné, the newest first; those of persons are theirs alone to see.
pub fn of_subscriber(tx: &impl Reads, subscriber: SubscriberId) -> Result<Vec<(u64, Feed)>> {
    let mut found = listed(tx, &sessions::hashes(tx, &BY_SUBSCRIBER, subscriber.0)?)?;
    found.retain(|(_, feed)| feed.person.is_none());
    Ok(found)
}

fn listed(tx: &impl Reads, hashes: &[Vec<u8>]) -> Result<Vec<(u64, Feed)>> {
    let mut found = Vec::new();
    for hash in hashes {
        found.extend(FEEDS.get(tx, hash.as_slice())?.map(|feed| (sessions::id(hash), feed)));
    }
    found.sort_by_key(|(_, feed)| std::cmp::Reverse(feed.made));
    Ok(found)
}

/// Revokes a person's own subscription.
pub fn revoke(tx: &Write<'_>, person: PersonId, id: u64) -> Result<()> {
    let hashes = sessions::hashes(tx, &BY_PERSON, person.0)?;
    let hash = hashes.iter().find(|hash| sessions::id(hash) == id).ok_or(Error::NotFound)?;
    remove(tx, hash)
}

/// Revokes a subscription that the secretariat made for an abonné.
pub fn revoke_of_subscriber(tx: &Write<'_>, subscriber: SubscriberId, id: u64) -> Result<()> {
    for hash in sessions::hashes(tx, &BY_SUBSCRIBER, subscriber.0)?.iter().filter(|hash| sessions::id(hash) == id) {
        if FEEDS.get(tx, hash.as_slice())?.is_some_and(|feed| feed.person.is_none()) {
            return remove(tx, hash);
        }
    }
    Err(Error::NotFound)
}

/// Revokes all subscriptions of a person.
pub fn revoke_all(tx: &Write<'_>, person: PersonId) -> Result<()> {
    for hash in sessions::hashes(tx, &BY_PERSON, person.0)? {
        remove(tx, &hash)?;
    }
    Ok(())
}

/// Revokes every subscription to an abonné, whoever's.
pub fn revoke_all_of(tx: &Write<'_>, subscriber: SubscriberId) -> Result<()> {
    for hash in sessions::hashes(tx, &BY_SUBSCRIBER, subscriber.0)? {
        remove(tx, &hash)?;
    }
    Ok(())
}

fn remove(tx: &Write<'_>, hash: &[u8]) -> Result<()> {
    let Some(feed) = FEEDS.get(tx, hash)? else { return Ok(()) };
    FEEDS.remove(tx, hash)?;
    BY_SUBSCRIBER.remove(tx, (feed.subscriber.0, hash))?;
    if let Some(person) = feed.person {
        BY_PERSON.remove(tx, (person.0, hash))?;
    }
    Ok(())
}
