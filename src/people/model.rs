//! Who signs in, and what each may see. Pure.

use crate::base::{Instant, PersonId, SubscriberId, limits};
use crate::error::{Problems, Result};
use serde::{Deserialize, Serialize};

/// What a person is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Of one or more abonnés; the first is the one shown after sign-in.
    Client {
        subscribers: Vec<SubscriberId>,
    },
    Secretary {
        answers_for: Assignment,
    },
    Administrator,
}

/// For whom a secretary answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Assignment {
    All,
    Some(Vec<SubscriberId>),
}

impl Assignment {
    pub fn includes(&self, subscriber: SubscriberId) -> bool {
        match self {
            Assignment::All => true,
            Assignment::Some(some) => some.contains(&subscriber),
        }
    }
}

impl Role {
    /// The word of screens: « client », « secrétaire », « administrateur ».
    pub fn label(&self) -> &'static str {
        match self {
            Role::Client { .. } => "client",
            Role::Secretary { .. } => "secrétaire",
            Role::Administrator => "administrateur",
        }
    }
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// « Identifiant »: lower case letters, digits, « . », « - », « _ ».
    pub login: String,
    /// As screens and histories show it: « Aline », « Dr Martin ».
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Argon2id in PHC string form.
    pub password: String,
    /// Whether the bookmark of 2010 (`/?identifiant=&pass=`) works for this person.
    pub bookmark: bool,
    pub active: bool,
    pub created: Instant,
    pub password_changed: Instant,
}

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub person: PersonId,
    pub started: Instant,
    pub last_used: Instant,
    /// « Mémoriser le mot de passe ».
    pub remembered: bool,
    /// Which abonné a client of several has chosen.
    pub subscriber: Option<SubscriberId>,
    /// What the browser said of itself, the last time.
    pub agent: String,
    /// The network address, the last time.
    pub from: String,
    pub opened_by: Opening,
    /// When the person last typed the password in this session; what matters most asks for a recent one.
    pub confirmed: Option<Instant>,
}

/// By which way a session was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Opening {
    /// The form.
    Password,
    /// The bookmark of 2010.
    Bookmark,
    /// A personal link, by its id.
    Link(u64),
}

/// A login in the form that is kept: trimmed, lower case. `None` when it can't be one.
pub fn login_kept(typed: &str) -> Option<String> {
    let login = typed.trim().to_lowercase();
    let fits = !login.is_empty()
        && login.chars().count() <= limits::LOGIN_CHARS_MAX
        && login.chars().all(|c| c.is_alphanumeric() || ".-_@".contains(c));
    fits.then_some(login)
}

/// A person about to be added: checked, with a hash of the password already made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    pub login: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub password: String,
}

impl NewPerson {
    /// Checks the fields of a form (`identifiant`, `nom`, `email`); the password's hash is made after.
    pub fn checked(login: &str, name: &str, email: &str, role: Role) -> Result<NewPerson> {
        let mut problems = Problems::default();
        let kept = login_kept(login);
        if kept.is_none() {
            problems.add(
                "identifiant",
                "Un identifiant se compose de lettres, de chiffres, de points et de tirets, sans espace (64 au plus).",
            );
        }
        let mut name = name.to_owned();
        crate::base::text::clean_line(&mut name);
        if name.is_empty() {
            problems.add("nom", "Indiquez le nom affiché à l’écran, par exemple « Aline » ou « Dr Martin ».");
        }
        if name.chars().count() > limits::NAME_CHARS_MAX {
            problems.add("nom", format!("Ce nom dépasse {} caractères.", limits::NAME_CHARS_MAX));
        }
        let email = email.trim().to_owned();
        if !email.is_empty() && !crate::base::text::looks_like_email(&email) {
            problems.add("email", "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine.");
        }
        problems.into_result()?;
        Ok(NewPerson { login: kept.unwrap_or_default(), name, email, role, password: String::new() })
    }
}
