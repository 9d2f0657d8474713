//! « Mot de passe oublié ? »: a temporary password by mail, valid once and for an hour, beside the old one.
//!
//! Whether an account exists shows in nothing: the answer is the same, and so is the work (one write, of the same rows).
//! The temporary password is drawn with some 78 random bits, so that a plain hash keeps it as well as it keeps tokens: no
//! guessing is possible in an hour, and checking it costs a sign-in nothing.
//!
//! Who signed in with it must choose a password before anything else; the old one is worth nothing from then on, and all
//! other sessions have ended.

pub mod handlers;
pub mod view;

use super::model::{Person, Role};
use super::{guesses, passwords, sessions, store};
use crate::base::{Instant, PersonId, secret, time};
use crate::error::Result;
use crate::http::Request;
use crate::notices::letter::{NewLetter, Purpose};
use crate::notices::outbox;
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By person.
pub(super) static TEMPORARY: Collection<u64, Temporary> = Collection::new("people.temporary");
/// Who must choose a password before anything else.
pub(super) static MUST_CHOOSE: Collection<u64, ()> = Collection::new("people.must_choose");
/// Who asked lately: « compte martin », « reseau 192.0.2.1 ».
pub(super) static ASKED: Collection<&'static str, Asked> = Collection::new("people.asked");

/// Where a new password is chosen after a temporary one.
pub const CHOICE: &str = "/nouveau-mot-de-passe";

/// Product, section 3.
pub const VALID_MS: i64 = time::HOUR_MS;
pub const MAILS_AN_HOUR: usize = 3;
/// An office behind one address forgets seldom; a stranger who tries names is slowed.
pub const ASKS_AN_HOUR: usize = 20;

/// A temporary password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Temporary {
    hash: [u8; 32],
    until: Instant,
    /// Given once already, on the way to the second factor: the moment of that step.
    used: Option<Instant>,
}

/// Moments of the last hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked(Vec<Instant>);

impl Record for Temporary {}
impl Record for Asked {}

/// What came of asking; the person who asks learns only about the wait.
pub(super) enum Answered {
    /// A mail was written, or not: nobody is told.
    Perhaps(Option<PersonId>),
    /// Too often from this network: seconds to wait.
    Wait { seconds: i64 },
}

impl Asked {
    fn lately(&self, now: Instant) -> Vec<Instant> {
        self.0.iter().copied().filter(|at| (0..time::HOUR_MS).contains(&now.ms_since(*at))).collect()
    }
}

/// Counts one more; `None`, or the seconds until the next is let through.
fn count(tx: &Write<'_>, key: &str, most: usize, now: Instant) -> Result<Option<i64>> {
    let mut lately = ASKED.get(tx, key)?.unwrap_or_default().lately(now);
    if lately.len() >= most {
        let oldest = lately.first().copied().unwrap_or(now);
        return Ok(Some((time::HOUR_MS - now.ms_since(oldest) + time::SECOND_MS - 1) / time::SECOND_MS));
    }
    lately.push(now);
    ASKED.put(tx, key, &Asked(lately))?;
    Ok(None)
}

/// Somebody asks for the mail. All in one write, whoever it is.
pub(super) fn ask(tx: &Write<'_>, request: &Request, login: &str, email: &str, password: &str) -> Result<Answered> {
    let now = request.now;
    let network = format!("reseau {}", guesses::network(request.client));
    if let Some(seconds) = count(tx, &network, ASKS_AN_HOUR, now)? {
        return Ok(Answered::Wait { seconds });
    }
    let person = store::by_login(tx, login)?.filter(|person| {
        person.active && !person.email.is_empty() && person.email.to_lowercase() == email.to_lowercase()
    });
    // The letter of nobody goes the same way as anybody's, and is taken back.
    let shown = person.as_ref().map_or("personne", |person| person.login.as_str());
    let to = person.as_ref().map_or("personne@invalid", |person| person.email.as_str());
    let mut letter = NewLetter::mail(to, Purpose::Password, SUBJECT, &text(shown, password), now);
    letter.expires = Some(now.plus_ms(VALID_MS));
    let letter = outbox::put(tx, letter, now)?;
    let key = person.as_ref().map_or("compte".to_owned(), |person| format!("compte {}", person.login));
    let often = count(tx, &key, if person.is_some() { MAILS_AN_HOUR } else { usize::MAX }, now)?.is_some();
    let temporary = Temporary { hash: secret::token_hash(password), until: now.plus_ms(VALID_MS), used: None };
    let id = person.as_ref().map_or(0, |person| person.id.0);
    match person.filter(|_| !often) {
        Some(person) => {
            TEMPORARY.put(tx, id, &temporary)?;
            Ok(Answered::Perhaps(Some(person.id)))
        }
        None => {
            outbox::withdraw(tx, &letter)?;
            if id == 0 {
                TEMPORARY.put(tx, 0, &temporary)?;
                TEMPORARY.remove(tx, 0)?;
                ASKED.remove(tx, key.as_str())?;
            }
            Ok(Answered::Perhaps(None))
        }
    }
}

/// Guide of 2010, « Mot de passe oublié ».
const SUBJECT: &str = "Mot de passe Agenda Web";

/// The guide's mail to the letter; then what is new since its time.
fn text(login: &str, password: &str) -> String {
    format!(
        "Bonjour,\n\nVous avez demandé la récupération du mot de passe de votre agenda Web, le voici :\n\n\
         Votre identifiant : {login}\nVotre mot de passe : {password}\n\n\
         Il sert une seule fois, dans l’heure ; vous en choisirez ensuite un nouveau. \
         Si vous n’avez rien demandé, ne faites rien : votre mot de passe actuel reste valable.\n\n\
         Cordialement,\n\nvotre service client"
    )
}

/// Whether this is a person's temporary password, not used yet.
pub(super) fn is_temporary(tx: &impl Reads, person: PersonId, password: &str, now: Instant) -> Result<bool> {
    let found = TEMPORARY.get(tx, person.0)?.filter(|temporary| temporary.used.is_none() && now < temporary.until);
    Ok(found.is_some_and(|temporary| secret::same(&temporary.hash, &secret::token_hash(password))))
}

/// Notes that it was given, on the way to the second factor: it won't be taken again.
pub(super) fn give(tx: &Write<'_>, person: PersonId, at: Instant) -> Result<()> {
    let Some(temporary) = TEMPORARY.get(tx, person.0)? else { return Ok(()) };
    TEMPORARY.put(tx, person.0, &Temporary { used: Some(at), ..temporary })
}

/// Whether the step that began at this moment was begun with the temporary password.
pub(super) fn was_given(tx: &impl Reads, person: PersonId, at: Instant) -> Result<bool> {
    Ok(TEMPORARY.get(tx, person.0)?.is_some_and(|temporary| temporary.used == Some(at)))
}

/// The temporary password has let somebody in: the old one is void, all sessions end, and a new one must be chosen.
/// The person as they are now.
pub(super) fn redeem(tx: &Write<'_>, person: PersonId, now: Instant) -> Result<Person> {
    sessions::end_all(tx, person)?;
    let person = store::set_password(tx, person, passwords::unusable()?, now)?;
    MUST_CHOOSE.put(tx, person.id.0, &())?;
    Ok(person)
}

/// Whether somebody must choose a password before anything else.
pub(super) fn must_choose(tx: &impl Reads, person: PersonId) -> Result<bool> {
    MUST_CHOOSE.has(tx, person.0)
}

/// A password was chosen or given: whatever was asked for before is void.
pub(super) fn clear(tx: &Write<'_>, person: PersonId) -> Result<()> {
    TEMPORARY.remove(tx, person.0)?;
    MUST_CHOOSE.remove(tx, person.0)?;
    Ok(())
}

/// Drops what has run out.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old = Vec::new();
    TEMPORARY.each(tx, 0.., Direction::Ascending, |person, temporary| {
        if now >= temporary.until {
            old.push(person);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for person in old {
        TEMPORARY.remove(tx, person)?;
    }
    let mut old = Vec::new();
    ASKED.each(tx, ""..="\u{10ffff}", Direction::Ascending, |key, asked| {
        if asked.lately(now).is_empty() {
            old.push(key.to_owned());
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for key in old {
        ASKED.remove(tx, key.as_str())?;
    }
    Ok(())
}

/// Where somebody goes who has just chosen a password.
fn first_page(role: &Role) -> &'static str {
    match role {
        Role::Client { .. } => "/messages",
        Role::Secretary { .. } => "/standard",
        Role::Administrator => "/administration",
    }
}
