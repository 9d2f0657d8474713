//! Personal links, `/acces/TOKEN`: the better bookmark. Each is for one device, bears a name, says when it was used last,
//! and goes in one click. The data file keeps a hash of its token.
//!
//! - For clients only, like the bookmark of 2010: who sees the calls of every abonné, or rules the house, types a password.
//! - It stands in for identifiant and password, never for the second factor: who has one is asked for a code.
//! - It has one session at a time: opened elsewhere, it ends where it was open before, so that a copy is noticed.
//! - All of a person's links end with the password: who changes it wants everybody else out.

pub mod handlers;
pub mod view;

use super::model::Opening;
use super::sessions;
use crate::base::{Instant, PersonId, secret};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::store::{Collection, Reads, Record, Write};
use crate::ui::frame::Advice;
use serde::{Deserialize, Serialize};

/// By the token's hash.
pub(super) static LINKS: Collection<&'static [u8], Link> = Collection::new("people.links");
pub(super) static BY_PERSON: Collection<(u64, &'static [u8]), ()> = Collection::new("people.links_by_person");

/// Links of one person at a time.
pub const LINKS_MAX: usize = 10;
/// « Tablette du cabinet ».
pub const NAME_CHARS_MAX: usize = 60;

/// Said to who has just come by the bookmark of 2010.
pub const ADVICE: Advice<'static> = Advice {
    sentence: "Votre favori contient votre mot de passe. Un lien personnel est plus sûr, et tout aussi rapide.",
    label: "Remplacer mon favori",
    href: "/mon-compte/favori",
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub person: PersonId,
    pub name: String,
    pub made: Instant,
    pub last_use: Option<Use>,
}

/// When a link was opened, and what the browser and the network said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    pub at: Instant,
    pub agent: String,
    pub from: String,
}

impl Record for Link {}

/// A link's id in forms, addresses and the journal.
pub fn shown(id: u64) -> String {
    format!("lien {id:016x}")
}

/// Makes a link; its token, which is not seen again.
pub fn add(tx: &Write<'_>, person: PersonId, name: String, now: Instant) -> Result<(u64, String)> {
    if of(tx, person)?.len() >= LINKS_MAX {
        let sentence = format!("Vous avez déjà {LINKS_MAX} liens : révoquez-en un dont vous ne vous servez plus.");
        return Err(Error::invalid("nom-du-lien", sentence));
    }
    let token = secret::token()?;
    let hash = secret::token_hash(&token);
    LINKS.put(tx, hash.as_slice(), &Link { person, name, made: now, last_use: None })?;
    BY_PERSON.put(tx, (person.0, hash.as_slice()), &())?;
    Ok((sessions::id(&hash), token))
}

/// The link of a token.
pub fn find(tx: &impl Reads, token: &str) -> Result<Option<(u64, Link)>> {
    let hash = secret::token_hash(token);
    Ok(LINKS.get(tx, hash.as_slice())?.map(|link| (sessions::id(&hash), link)))
}

/// Notes, in the write that lets somebody in, that a link was opened; the session that it had before ends. `NotFound` when
/// it has been revoked.
pub fn note_use(tx: &Write<'_>, person: PersonId, id: u64, request: &Request) -> Result<()> {
    let hashes = hashes(tx, person)?;
    let hash = hashes.iter().find(|hash| sessions::id(hash) == id).ok_or(Error::NotFound)?;
    let mut link = LINKS.get(tx, hash.as_slice())?.ok_or(Error::NotFound)?;
    link.last_use = Some(Use { at: request.now, agent: sessions::agent(request), from: request.client.to_string() });
    LINKS.put(tx, hash.as_slice(), &link)?;
    end_session(tx, person, id)
}

fn end_session(tx: &Write<'_>, person: PersonId, link: u64) -> Result<()> {
    sessions::end_where(tx, person, |found| found.session.opened_by == Opening::Link(link)).map(drop)
}

/// The links of a person, the newest first.
pub fn of(tx: &impl Reads, person: PersonId) -> Result<Vec<(u64, Link)>> {
    let mut found = Vec::new();
    for hash in hashes(tx, person)? {
        found.extend(LINKS.get(tx, hash.as_slice())?.map(|link| (sessions::id(&hash), link)));
    }
    found.sort_by_key(|(_, link)| std::cmp::Reverse(link.made));
    Ok(found)
}

fn hashes(tx: &impl Reads, person: PersonId) -> Result<Vec<Vec<u8>>> {
    sessions::hashes(tx, &BY_PERSON, person.0)
}

/// Revokes a link and ends the session it opened.
pub fn revoke(tx: &Write<'_>, person: PersonId, id: u64) -> Result<()> {
    let hashes = hashes(tx, person)?;
    let hash = hashes.iter().find(|hash| sessions::id(hash) == id).ok_or(Error::NotFound)?;
    remove(tx, person, hash)?;
    end_session(tx, person, id)
}

/// Revokes all links of a person; how many that was. The sessions they opened are the caller's to end.
pub fn revoke_all(tx: &Write<'_>, person: PersonId) -> Result<u64> {
    let hashes = hashes(tx, person)?;
    for hash in &hashes {
        remove(tx, person, hash)?;
    }
    Ok(hashes.len() as u64)
}

fn remove(tx: &Write<'_>, person: PersonId, hash: &[u8]) -> Result<()> {
    LINKS.remove(tx, hash)?;
    BY_PERSON.remove(tx, (person.0, hash))?;
    Ok(())
}
