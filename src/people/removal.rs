//! Persons that go: one that is deleted, or those of an abonné that is.

use super::model::{Assignment, Person, Role};
use super::store::{self, LOGINS, PERSONS};
use super::{devices, factor, feeds, forgotten, links, sessions, tokens};
use crate::base::{PersonId, SubscriberId};
use crate::error::{Error, Result};
use crate::house;
use crate::store::Write;

/// Deletes a person with its sessions, links, devices and second factor: out at the next request. Histories keep the name under what was done.
pub fn remove(tx: &Write<'_>, id: PersonId) -> Result<Person> {
    let person = store::person(tx, id)?.ok_or(Error::NotFound)?;
    sessions::end_all(tx, id)?;
    links::revoke_all(tx, id)?;
    tokens::revoke_all(tx, id)?;
    feeds::revoke_all(tx, id)?;
    devices::forget(tx, id)?;
    factor::remove(tx, id)?;
    forgotten::TEMPORARY.remove(tx, id.0)?;
    forgotten::MUST_CHOOSE.remove(tx, id.0)?;
    LOGINS.remove(tx, person.login.as_str())?;
    PERSONS.remove(tx, id.0)?;
    tx.note_erased(1)?;
    tx.touch(house::TOPIC);
    Ok(person)
}

/// Takes an abonné away from everybody: a client with no other is deleted, a secretary answers for it no more. Whom that
/// deleted.
pub fn part_from(tx: &Write<'_>, subscriber: SubscriberId) -> Result<Vec<Person>> {
    feeds::revoke_all_of(tx, subscriber)?;
    let mut removed = Vec::new();
    for mut person in store::everybody(tx)? {
        let some = match &mut person.role {
            Role::Client { subscribers } => subscribers,
            Role::Secretary { answers_for: Assignment::Some(some) } => some,
            Role::Secretary { answers_for: Assignment::All } | Role::Administrator => continue,
        };
        if !some.contains(&subscriber) {
            continue;
        }
        some.retain(|id| *id != subscriber);
        if some.is_empty() && matches!(person.role, Role::Client { .. }) {
            removed.push(remove(tx, person.id)?);
        } else {
            PERSONS.put(tx, person.id.0, &person)?;
        }
    }
    tx.touch(house::TOPIC);
    Ok(removed)
}
