//! Access tokens: what other software signs in with. Each is made by a person, bears a name, some abonnés and some rights,
//! says when it was used last, ends by itself and goes in one click. The data file keeps a hash of it.
//!
//! - A token never does what its person may not: the person's role is looked at again with every request.
//! - It opens no page, as no cookie opens the interface: the two are looked for in different places.
//! - All of a person's tokens end with the person, and with the password: who changes it wants everybody else out.

use super::links::Use;
use super::model::{Person, login_kept};
use super::sessions::{self, SignedIn};
use super::store::PERSONS;
use crate::base::{Instant, PersonId, SubscriberId, secret, time};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By the token's hash.
pub(super) static TOKENS: Collection<&'static [u8], Token> = Collection::new("people.tokens");
pub(super) static BY_PERSON: Collection<(u64, &'static [u8]), ()> = Collection::new("people.tokens_by_person");

/// Words that a program leaves beside what it sees, such as the colour of an agenda: the token's hash, what of what.
pub(super) static WORDS: Collection<(&'static [u8], &'static str), String> = Collection::new("people.token_words");

/// Tokens of one person at a time.
pub const TOKENS_MAX: usize = 20;
/// « Logiciel du cabinet ».
pub const NAME_CHARS_MAX: usize = 60;
/// Words of one program, and the length of each.
const WORDS_MAX: usize = 100;
const WORD_CHARS_MAX: usize = 1000;
/// What a token starts with, so that one which got lost in a file is recognised.
const PREFIX: &str = "perm_";
/// A use is written down only after this long, so that reading costs no disk sync.
const USE_NOTED_MS: i64 = 10 * time::MINUTE_MS;

/// What a token may do, within what its person may. New ones go to the end: their place is what the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Right {
    ReadMessages,
    WriteMessages,
    ReadContacts,
    WriteContacts,
    ReadAgenda,
    WriteAgenda,
    ReadInstructions,
    ReadCounters,
    SignalCalls,
    BringFaxes,
}

impl Right {
    pub const ALL: [Right; 10] = [
        Right::ReadMessages,
        Right::WriteMessages,
        Right::ReadContacts,
        Right::WriteContacts,
        Right::ReadAgenda,
        Right::WriteAgenda,
        Right::ReadInstructions,
        Right::ReadCounters,
        Right::SignalCalls,
        Right::BringFaxes,
    ];

    /// The word of forms and of the interface's description.
    pub fn word(self) -> &'static str {
        match self {
            Right::ReadMessages => "messages-lecture",
            Right::WriteMessages => "messages-ecriture",
            Right::ReadContacts => "contacts-lecture",
            Right::WriteContacts => "contacts-ecriture",
            Right::ReadAgenda => "agenda-lecture",
            Right::WriteAgenda => "agenda-ecriture",
            Right::ReadInstructions => "consignes-lecture",
            Right::ReadCounters => "compteurs-lecture",
            Right::SignalCalls => "appels",
            Right::BringFaxes => "fax-ecriture",
        }
    }

    pub fn from_word(word: &str) -> Option<Right> {
        Right::ALL.into_iter().find(|right| right.word() == word)
    }

    /// The words of the screen.
    pub fn label(self) -> &'static str {
        match self {
            Right::ReadMessages => "Lire les messages",
            Right::WriteMessages => "Prendre, archiver et répondre aux messages",
            Right::ReadContacts => "Lire les fiches contact",
            Right::WriteContacts => "Créer et modifier les fiches contact",
            Right::ReadAgenda => "Lire l’agenda",
            Right::WriteAgenda => "Prendre, déplacer et annuler les rendez-vous",
            Right::ReadInstructions => "Lire les consignes",
            Right::ReadCounters => "Lire les compteurs",
            Right::SignalCalls => "Signaler les appels du téléphone au standard",
            Right::BringFaxes => "Déposer des fax",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub person: PersonId,
    pub name: String,
    pub subscribers: Vec<SubscriberId>,
    pub rights: Vec<Right>,
    pub made: Instant,
    /// `None`: until it is revoked.
    pub ends: Option<Instant>,
    pub last_use: Option<Use>,
}

impl Record for Token {}

impl Token {
    pub fn has_ended(&self, now: Instant) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }
}

/// A token's id in forms and the journal.
pub fn shown(id: u64) -> String {
    format!("jeton {id:016x}")
}

/// Somebody's software, let in by a token. Made by `bearer` only.
#[derive(Debug, Clone)]
pub struct Bearer {
    pub id: u64,
    pub token: Token,
    hash: [u8; 32],
    person: Person,
}

impl Bearer {
    /// The person for whom the software acts, named with it: histories then say which of the two it was.
    pub fn signed_in(&self, request: &Request) -> SignedIn {
        let name = format!("{} ({})", self.person.name, self.token.name);
        SignedIn::by_token(Person { name, ..self.person.clone() }, request, self.hash)
    }

    /// Whether this use is worth writing down.
    pub fn use_is_due(&self, now: Instant) -> bool {
        self.token.last_use.as_ref().is_none_or(|last| now.ms_since(last.at) > USE_NOTED_MS)
    }

    /// Writes down that the token is in use, and from where.
    pub fn note_use(&self, tx: &Write<'_>, request: &Request) -> Result<()> {
        if let Some(mut token) = TOKENS.get(tx, self.hash.as_slice())? {
            let (agent, from) = (sessions::agent(request), request.client.to_string());
            token.last_use = Some(Use { at: request.now, agent, from });
            TOKENS.put(tx, self.hash.as_slice(), &token)?;
        }
        Ok(())
    }
}

/// Whose software asks (RFC 6750, 2.1): a living token of an active person, or `None`.
pub fn bearer(tx: &impl Reads, request: &Request) -> Result<Option<Bearer>> {
    let Some((scheme, token)) = request.header("authorization").and_then(|value| value.split_once(' ')) else {
        return Ok(None);
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    of_secret(tx, request, token.trim())
}

/// Whose program asks by Basic (RFC 7617): a person's login, with a living token of that person for a password.
pub fn basic(tx: &impl Reads, request: &Request) -> Result<Option<Bearer>> {
    let Some((scheme, coded)) = request.header("authorization").and_then(|value| value.split_once(' ')) else {
        return Ok(None);
    };
    let pair = secret::from_base64(coded.trim()).and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((login, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let bearer = of_secret(tx, request, &as_made(password))?;
    Ok(bearer.filter(|bearer| login_kept(login).is_some_and(|login| login == bearer.person.login)))
}

/// A token as it was made, however somebody copied it from the screen.
fn as_made(typed: &str) -> String {
    let typed = typed.trim();
    if typed.starts_with(PREFIX) {
        return typed.to_owned();
    }
    typed.chars().filter(|c| !matches!(c, '-' | ' ')).flat_map(char::to_lowercase).collect()
}

fn of_secret(tx: &impl Reads, request: &Request, secret: &str) -> Result<Option<Bearer>> {
    let hash = secret::token_hash(secret);
    let Some(token) = TOKENS.get(tx, hash.as_slice())?.filter(|token| !token.has_ended(request.now)) else {
        return Ok(None);
    };
    let person = PERSONS.get(tx, token.person.0)?.filter(|person| person.active);
    Ok(person.map(|person| Bearer { id: sessions::id(&hash), token, hash, person }))
}

/// Makes a token that can be typed on a telephone: 128 bits in letters and digits, shown in groups of four. Its id, and
/// itself, which is not seen again.
pub fn add_typed(tx: &Write<'_>, new: &Token) -> Result<(u64, String)> {
    let made = secret::base32(&secret::random::<16>()?).to_lowercase();
    let id = put(tx, new, &made)?;
    let groups: Vec<&str> = made.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    Ok((id, groups.join("-")))
}

/// Makes a token; its id, and itself, which is not seen again.
pub fn add(tx: &Write<'_>, new: &Token) -> Result<(u64, String)> {
    let token = format!("{PREFIX}{}", secret::token()?);
    Ok((put(tx, new, &token)?, token))
}

fn put(tx: &Write<'_>, new: &Token, token: &str) -> Result<u64> {
    if of(tx, new.person)?.len() >= TOKENS_MAX {
        let sentence = format!("Vous avez déjà {TOKENS_MAX} jetons : révoquez-en un qui ne sert plus.");
        return Err(Error::invalid("nom-du-jeton", sentence));
    }
    let hash = secret::token_hash(token);
    TOKENS.put(tx, hash.as_slice(), new)?;
    BY_PERSON.put(tx, (new.person.0, hash.as_slice()), &())?;
    Ok(sessions::id(&hash))
}

/// A word that the program left.
pub fn word(tx: &impl Reads, bearer: &Bearer, name: &str) -> Result<Option<String>> {
    WORDS.get(tx, (bearer.hash.as_slice(), name))
}

/// Keeps a word of the program, or drops it.
pub fn keep_word(tx: &Write<'_>, bearer: &Bearer, name: &str, word: Option<&str>) -> Result<()> {
    let hash = bearer.hash.as_slice();
    let Some(word) = word else { return WORDS.remove(tx, (hash, name)).map(drop) };
    let mut count = 0;
    WORDS.open(tx)?.keys((hash, "")..=(hash, "\u{10ffff}"), Direction::Ascending, 0, |_| {
        count += 1;
        ControlFlow::Continue(())
    })?;
    if count >= WORDS_MAX || name.len() + word.len() > WORD_CHARS_MAX {
        return Err(Error::Conflict("Il y a déjà trop de propriétés, ou celle-ci est trop longue.".into()));
    }
    WORDS.put(tx, (hash, name), &word.to_owned())
}

/// Everybody's tokens, the newest first: for an administrator.
pub fn all(tx: &impl Reads) -> Result<Vec<(u64, Token, Person)>> {
    let mut found = Vec::new();
    let persons = PERSONS.open(tx)?;
    TOKENS.each(tx, [].as_slice().., Direction::Ascending, |hash, token| {
        if let Some(person) = persons.get(token.person.0)? {
            found.push((sessions::id(hash), token, person));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    found.sort_by_key(|(_, token, _)| std::cmp::Reverse(token.made));
    Ok(found)
}

/// The tokens of a person, the newest first; those that have ended too, which their person may look for.
pub fn of(tx: &impl Reads, person: PersonId) -> Result<Vec<(u64, Token)>> {
    let mut found = Vec::new();
    for hash in hashes(tx, person)? {
        found.extend(TOKENS.get(tx, hash.as_slice())?.map(|token| (sessions::id(&hash), token)));
    }
    found.sort_by_key(|(_, token)| std::cmp::Reverse(token.made));
    Ok(found)
}

fn hashes(tx: &impl Reads, person: PersonId) -> Result<Vec<Vec<u8>>> {
    sessions::hashes(tx, &BY_PERSON, person.0)
}

/// Revokes a token of a person: the next request finds it no more.
pub fn revoke(tx: &Write<'_>, person: PersonId, id: u64) -> Result<()> {
    let hashes = hashes(tx, person)?;
    let hash = hashes.iter().find(|hash| sessions::id(hash) == id).ok_or(Error::NotFound)?;
    remove(tx, person, hash)
}

/// Revokes all tokens of a person.
pub fn revoke_all(tx: &Write<'_>, person: PersonId) -> Result<()> {
    for hash in hashes(tx, person)? {
        remove(tx, person, &hash)?;
    }
    Ok(())
}

fn remove(tx: &Write<'_>, person: PersonId, hash: &[u8]) -> Result<()> {
    WORDS.remove_some(tx, (hash, "")..=(hash, "\u{10ffff}"), WORDS_MAX)?;
    TOKENS.remove(tx, hash)?;
    BY_PERSON.remove(tx, (person.0, hash))?;
    Ok(())
}
