//! Signing in: the form and the bookmark of 2010 go through the same steps and the same limits.

use super::model::{Person, Role};
use super::{guesses, passwords, sessions, store};
use crate::base::limits;
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::Request;
use crate::journal::{Action, Entry};

/// By which way somebody knocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Form {
        remembered: bool,
    },
    /// `/?identifiant=X&pass=Y`: for clients only, and only where it has not been switched off.
    Bookmark,
}

/// How it went.
pub enum Outcome {
    /// The cookie's header to send.
    In { person: Box<Person>, cookie: String },
    /// No such login, another password, not for this way: never told apart.
    Refused,
    /// Too many failures: seconds to wait. Nothing was checked.
    Wait { seconds: i64 },
}

/// Checks a login and password, and starts a session when they are right.
pub fn sign_in(house: &House, request: &Request, login: &str, password: &str, way: Way) -> Result<Outcome> {
    // Long enough for any real login; what is longer can't be one and must not fill the table of guesses.
    let login: String = login.trim().to_lowercase().chars().take(limits::LOGIN_CHARS_MAX).collect();
    let (wait, person, bookmarks) = house.store.read(|tx| {
        Ok((
            guesses::wait_s(tx, &login, request.client, request.now)?,
            store::by_login(tx, &login)?,
            crate::house::secretariat(tx)?.bookmarks,
        ))
    })?;
    if wait > 0 {
        return Ok(Outcome::Wait { seconds: wait });
    }
    let may_enter = |person: &Person| {
        person.active
            && match way {
                Way::Form { .. } => true,
                Way::Bookmark => bookmarks && person.bookmark && matches!(person.role, Role::Client { .. }),
            }
    };
    let known = person.as_ref().filter(|person| may_enter(person));
    let short = password.chars().count() <= limits::PASSWORD_CHARS_MAX;
    let tried = if short { password } else { "" };
    let right = passwords::matches(tried, known.map(|person| person.password.as_str()));
    let Some(person) = known.filter(|_| right && short) else {
        house.store.write_into_reserve(|tx| guesses::failed(tx, &login, request.client, request.now))?;
        // What was typed as a login may be a password: it is written down only if it is somebody's login.
        let mut entry = Entry::new(request.now, Action::SignInFailed).from(request.client);
        if let Some(person) = &person {
            entry = entry.by(person.id, &person.login);
        }
        house.journal.note(entry);
        return Ok(Outcome::Refused);
    };
    let remembered = way == Way::Form { remembered: true };
    let cookie = house.store.write_into_reserve(|tx| {
        // Between the check and this write the person may have been shut out or given another password.
        let now = store::person(tx, person.id)?.filter(|now| now.active && now.password == person.password);
        if now.is_none() {
            return Err(Error::NotFound);
        }
        guesses::succeeded(tx, &login, request.client)?;
        sessions::start(tx, request, person, remembered)
    })?;
    let action = if way == Way::Bookmark { Action::BookmarkUsed } else { Action::SignedIn };
    house.journal.note(Entry::new(request.now, action).by(person.id, &person.login).from(request.client));
    Ok(Outcome::In { person: Box::new(person.clone()), cookie })
}
