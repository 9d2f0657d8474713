//! Signing in: the form, the bookmark of 2010 and personal links go through the same steps and the same limits; who has a
//! second factor goes through one step more, whichever way they came.

use super::guesses::{self, Proof, Try};
use super::model::{Opening, Person, Role};
use super::sessions::{self, Start};
use super::steps::{self, Step};
use super::{devices, factor, forgotten, links, passwords, store};
use crate::base::limits;
use crate::error::{Error, Result};
use crate::house::{self, House};
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
    /// The headers of the cookies to send.
    In { person: Box<Person>, cookies: Vec<String> },
    /// The first proof was right; the second is asked for. The header of the cookie to send.
    CodeAsked { cookie: String },
    /// No such login, another password, not for this way: never told apart.
    Refused,
    /// Too many failures: seconds to wait. Nothing was checked.
    Wait { seconds: i64 },
}

/// Checks a login and password, and starts a session when they are right.
pub fn sign_in(house: &House, request: &Request, login: &str, password: &str, way: Way) -> Result<Outcome> {
    // Long enough for any real login; what is longer can't be one and must not fill the table of guesses.
    let login: String = login.trim().to_lowercase().chars().take(limits::LOGIN_CHARS_MAX).collect();
    let tried = |device| Try { proof: Proof::Password, login: &login, from: request.client, device };
    let (wait, person, bookmarks, device, temporary) = house.store.read(|tx| {
        let person = store::by_login(tx, &login)?;
        let device = match &person {
            Some(person) => devices::known(tx, request, person.id)?,
            None => None,
        };
        let wait = guesses::wait_s(tx, &tried(device), request.now)?;
        let temporary = match &person {
            Some(person) if way != Way::Bookmark => forgotten::is_temporary(tx, person.id, password, request.now)?,
            _ => false,
        };
        Ok((wait, person, house::secretariat(tx)?.bookmarks, device, temporary))
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
    let checked = if short { password } else { "" };
    let right = passwords::matches(checked, known.map(|person| person.password.as_str())) || temporary;
    let Some(person) = known.filter(|_| right && short) else {
        house.store.write_into_reserve(|tx| guesses::failed(tx, &tried(device), request.now))?;
        note_failure(house, request, person.as_ref(), "");
        return Ok(Outcome::Refused);
    };
    let start = match way {
        Way::Form { remembered } => Start { remembered, opened_by: Opening::Password, confirmed: Some(request.now) },
        Way::Bookmark => Start { remembered: false, opened_by: Opening::Bookmark, confirmed: None },
    };
    let temporary = temporary.then_some(password);
    enter_with(house, request, person, Some(&tried(device)), start, temporary)
}

/// What was typed as a login may be a password: it is written down only if it is somebody's login.
fn note_failure(house: &House, request: &Request, person: Option<&Person>, object: &str) {
    let mut entry = Entry::new(request.now, Action::SignInFailed).from(request.client).object(object);
    if let Some(person) = person {
        entry = entry.by(person.id, &person.login);
    }
    house.journal.note(entry);
}

/// Lets somebody in whose first proof was right: all the way, or as far as the second factor.
pub(super) fn enter(
    house: &House,
    request: &Request,
    person: &Person,
    tried: Option<&Try<'_>>,
    start: Start,
) -> Result<Outcome> {
    enter_with(house, request, person, tried, start, None)
}

/// The same, perhaps by a temporary password, which is worth nothing afterwards.
fn enter_with(
    house: &House,
    request: &Request,
    person: &Person,
    tried: Option<&Try<'_>>,
    start: Start,
    temporary: Option<&str>,
) -> Result<Outcome> {
    let outcome = house.store.write_into_reserve(|tx| {
        // Between the check and this write the person may have been shut out or given another password.
        let now = store::person(tx, person.id)?.filter(|now| now.active && now.password == person.password);
        let mut person = now.ok_or(Error::NotFound)?;
        if let Some(password) = temporary
            && !forgotten::is_temporary(tx, person.id, password, request.now)?
        {
            // Sent twice at once: the first has it.
            return Err(Error::NotFound);
        }
        if let Some(tried) = tried {
            guesses::succeeded(tx, tried)?;
        }
        if factor::of(tx, person.id)?.is_some() {
            if temporary.is_some() {
                forgotten::give(tx, person.id, request.now)?;
            }
            let step = Step {
                person: person.id,
                at: request.now,
                remembered: start.remembered,
                opened_by: start.opened_by,
                password_changed: person.password_changed,
            };
            return Ok(Outcome::CodeAsked { cookie: steps::begin(tx, request, &step)? });
        }
        if let Opening::Link(link) = start.opened_by {
            links::note_use(tx, person.id, link, request)?;
        }
        if temporary.is_some() {
            person = forgotten::redeem(tx, person.id, request.now)?;
        }
        let mut cookies = vec![sessions::start(tx, request, &person, start)?];
        if tried.is_some() {
            cookies.push(devices::remember(tx, request, person.id)?);
        }
        Ok(Outcome::In { person: Box::new(person), cookies })
    })?;
    if let Outcome::In { person, .. } = &outcome {
        note_entrance(house, request, person, start.opened_by);
    }
    Ok(outcome)
}

fn note_entrance(house: &House, request: &Request, person: &Person, opened_by: Opening) {
    let entry = match opened_by {
        Opening::Password => Entry::new(request.now, Action::SignedIn),
        Opening::Bookmark => Entry::new(request.now, Action::BookmarkUsed),
        Opening::Link(link) => Entry::new(request.now, Action::LinkUsed).object(links::shown(link)),
    };
    house.journal.note(entry.by(person.id, &person.login).from(request.client));
}

/// The second step: checks a code of the second factor, and starts the session. `None` when this browser stands before no
/// second step, or stood there for too long.
pub fn finish(house: &House, request: &Request, code: &str) -> Result<Option<Outcome>> {
    let found = house.store.read(|tx| {
        let Some(step) = steps::find(tx, request)? else { return Ok(None) };
        let person = store::person(tx, step.person)?;
        let Some(person) = person.filter(|person| may_go_on(person, &step)) else { return Ok(None) };
        let device = devices::known(tx, request, person.id)?;
        Ok(Some((step, person, device)))
    })?;
    let Some((step, person, device)) = found else { return Ok(None) };
    let tried = Try { proof: Proof::Code, login: &person.login, from: request.client, device };
    let wait = house.store.read(|tx| guesses::wait_s(tx, &tried, request.now))?;
    if wait > 0 {
        return Ok(Some(Outcome::Wait { seconds: wait }));
    }
    let typed = factor::ready(house, person.id, code)?;
    let passed = house.store.write_into_reserve(|tx| {
        let now = store::person(tx, person.id)?.filter(|now| may_go_on(now, &step)).ok_or(Error::NotFound)?;
        let Some(spent) = factor::spend(tx, now.id, typed, request.now)? else {
            guesses::failed(tx, &tried, request.now)?;
            return Ok(None);
        };
        guesses::succeeded(tx, &tried)?;
        let Step { remembered, opened_by, at, .. } = step;
        if let Opening::Link(link) = opened_by {
            links::note_use(tx, now.id, link, request)?;
        }
        let confirmed = (opened_by == Opening::Password).then_some(at);
        let now = if forgotten::was_given(tx, now.id, at)? { forgotten::redeem(tx, now.id, request.now)? } else { now };
        let mut cookies = vec![steps::end(tx, request)?];
        cookies.push(sessions::start(tx, request, &now, Start { remembered, opened_by, confirmed })?);
        cookies.push(devices::remember(tx, request, now.id)?);
        Ok(Some((cookies, spent)))
    })?;
    let Some((cookies, spent)) = passed else {
        note_failure(house, request, Some(&person), "second facteur");
        return Ok(Some(Outcome::Refused));
    };
    if let factor::Spent::Recovery { left } = spent {
        let entry = Entry::new(request.now, Action::RecoveryCodeUsed).by(person.id, &person.login);
        house.journal.note(entry.object(format!("reste {left}")).from(request.client));
    }
    note_entrance(house, request, &person, step.opened_by);
    Ok(Some(Outcome::In { person: Box::new(person), cookies }))
}

fn may_go_on(person: &Person, step: &Step) -> bool {
    person.active && person.password_changed == step.password_changed
}

/// How checking a password again went, for who is signed in already.
pub enum Check {
    Right,
    Wrong,
    Wait { seconds: i64 },
}

/// Checks the password of who is signed in, under the limits of the form: a stolen session must not guess it.
pub fn check_again(house: &House, request: &Request, person: &Person, password: &str) -> Result<Check> {
    let (wait, device) = house.store.read(|tx| {
        let device = devices::known(tx, request, person.id)?;
        let tried = Try { proof: Proof::Password, login: &person.login, from: request.client, device };
        Ok((guesses::wait_s(tx, &tried, request.now)?, device))
    })?;
    if wait > 0 {
        return Ok(Check::Wait { seconds: wait });
    }
    let tried = Try { proof: Proof::Password, login: &person.login, from: request.client, device };
    let short = password.chars().count() <= limits::PASSWORD_CHARS_MAX;
    if short && passwords::matches(password, Some(&person.password)) {
        house.store.write_into_reserve(|tx| guesses::succeeded(tx, &tried))?;
        return Ok(Check::Right);
    }
    house.store.write_into_reserve(|tx| guesses::failed(tx, &tried, request.now))?;
    note_failure(house, request, Some(person), "mot de passe redemandé");
    Ok(Check::Wrong)
}
