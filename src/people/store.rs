//! The tables of persons, and the look-ups over them.

use super::model::{NewPerson, Person, Role};
use super::{devices, factor, feeds, forgotten, guesses, links, once, sessions, steps, tokens};
use crate::base::{Instant, PersonId, SubscriberId};
use crate::error::{Error, Result};
use crate::house;
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use std::ops::ControlFlow;

pub(super) static PERSONS: Collection<u64, Person> = Collection::new("people.persons");
pub(super) static LOGINS: Collection<&'static str, u64> = Collection::new("people.logins");
/// `person`: the number that the next person gets.
static NUMBERS: Collection<&'static str, u64> = Collection::new("people.numbers");

pub static TABLES: [&dyn AnyTable; 22] = [
    &PERSONS,
    &LOGINS,
    &NUMBERS,
    &sessions::SESSIONS,
    &sessions::BY_PERSON,
    &devices::DEVICES,
    &guesses::GUESSES,
    &once::ONCE,
    &steps::STEPS,
    &links::LINKS,
    &links::BY_PERSON,
    &factor::FACTORS,
    &factor::ENROLMENTS,
    &forgotten::TEMPORARY,
    &forgotten::MUST_CHOOSE,
    &forgotten::ASKED,
    &tokens::TOKENS,
    &tokens::BY_PERSON,
    &tokens::WORDS,
    &feeds::FEEDS,
    &feeds::BY_PERSON,
    &feeds::BY_SUBSCRIBER,
];

impl Record for Person {}

/// A person by number.
pub fn person(tx: &impl Reads, id: PersonId) -> Result<Option<Person>> {
    PERSONS.get(tx, id.0)
}

/// A person by login, as typed.
pub fn by_login(tx: &impl Reads, login: &str) -> Result<Option<Person>> {
    let Some(login) = super::model::login_kept(login) else { return Ok(None) };
    match LOGINS.get(tx, login.as_str())? {
        Some(id) => PERSONS.get(tx, id),
        None => Ok(None),
    }
}

/// Everybody, in the order in which they came.
pub fn everybody(tx: &impl Reads) -> Result<Vec<Person>> {
    let mut all = Vec::new();
    PERSONS.each(tx, 0.., Direction::Ascending, |_, person| {
        all.push(person);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(all)
}

/// Whether anybody could administer the house: decides if the set-up address is open.
pub fn has_administrator(tx: &impl Reads) -> Result<bool> {
    Ok(everybody(tx)?.iter().any(|person| person.active && person.role == Role::Administrator))
}

/// Adds a person. A login that is taken is a problem of the field `identifiant`.
pub fn add(tx: &Write<'_>, new: NewPerson, now: Instant) -> Result<Person> {
    if LOGINS.has(tx, new.login.as_str())? {
        return Err(Error::invalid("identifiant", "Cet identifiant est déjà pris : choisissez-en un autre."));
    }
    let id = NUMBERS.get(tx, "person")?.unwrap_or(0) + 1;
    NUMBERS.put(tx, "person", &id)?;
    let person = Person {
        id: PersonId(id),
        login: new.login,
        name: new.name,
        email: new.email,
        role: new.role,
        password: new.password,
        bookmark: true,
        active: true,
        created: now,
        password_changed: now,
    };
    LOGINS.put(tx, person.login.as_str(), &id)?;
    PERSONS.put(tx, id, &person)?;
    tx.touch(house::TOPIC);
    Ok(person)
}

/// Gives a person a new password. All that the old one opened ends: sessions, personal links, devices known by it; the
/// caller starts a session where that is due.
pub fn set_password(tx: &Write<'_>, id: PersonId, hash: String, now: Instant) -> Result<Person> {
    let person = change(tx, id, |person| {
        person.password = hash;
        person.password_changed = now;
    })?;
    sessions::end_all(tx, id)?;
    links::revoke_all(tx, id)?;
    tokens::revoke_all(tx, id)?;
    feeds::revoke_all(tx, id)?;
    devices::forget(tx, id)?;
    forgotten::clear(tx, id)?;
    Ok(person)
}

/// Whether the bookmark of 2010 works for a person.
pub fn set_bookmark(tx: &Write<'_>, id: PersonId, open: bool) -> Result<Person> {
    change(tx, id, |person| person.bookmark = open)
}

/// Writes who somebody is and what they may see. A change of what they may see ends all their sessions, so that nothing
/// of the old rights goes on; links, which are for clients, go with that role.
pub fn set_card(tx: &Write<'_>, id: PersonId, card: NewPerson, bookmark: bool) -> Result<(Person, bool)> {
    let before = PERSONS.get(tx, id.0)?.ok_or(Error::NotFound)?;
    let rights_changed = before.role != card.role;
    let person = change(tx, id, |person| {
        person.name = card.name;
        person.email = card.email;
        person.role = card.role;
        person.bookmark = bookmark;
    })?;
    if rights_changed {
        sessions::end_all(tx, id)?;
    }
    if !matches!(person.role, Role::Client { .. }) {
        links::revoke_all(tx, id)?;
    }
    Ok((person, rights_changed))
}

fn change(tx: &Write<'_>, id: PersonId, how: impl FnOnce(&mut Person)) -> Result<Person> {
    let mut person = PERSONS.get(tx, id.0)?.ok_or(Error::NotFound)?;
    how(&mut person);
    PERSONS.put(tx, id.0, &person)?;
    tx.touch(house::TOPIC);
    Ok(person)
}

/// Lets a person in again, or no more: all sessions end at once.
pub fn set_active(tx: &Write<'_>, id: PersonId, active: bool) -> Result<Person> {
    let person = change(tx, id, |person| person.active = active)?;
    if !active {
        sessions::end_all(tx, id)?;
    }
    Ok(person)
}

/// The abonnés of a client; none for other roles.
pub fn subscribers_of(person: &Person) -> &[SubscriberId] {
    match &person.role {
        Role::Client { subscribers } => subscribers,
        Role::Secretary { .. } | Role::Administrator => &[],
    }
}
