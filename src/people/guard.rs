//! Who may pass a door. The values here can be made by these functions only, so that a handler which asks for one can't be
//! reached without its guard.

use super::model::{Assignment, Role};
use super::sessions::{self, SignedIn};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::store::Reads;

/// Anybody: signed in or not.
pub struct Visitor {
    signed_in: Option<SignedIn>,
}

impl Visitor {
    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.signed_in.as_ref()
    }
}

/// A secretary at work.
pub struct Secretary {
    who: SignedIn,
    answers_for: Assignment,
}

impl Secretary {
    pub fn who(&self) -> &SignedIn {
        &self.who
    }

    pub fn answers_for(&self) -> &Assignment {
        &self.answers_for
    }
}

/// What an administrator must see whatever the page, and where to see more of it.
#[derive(Debug, Clone)]
pub struct Warning {
    pub sentence: String,
    pub label: &'static str,
    pub href: &'static str,
}

/// An administrator at work.
pub struct Administrator {
    who: SignedIn,
    warning: Option<Warning>,
}

impl Administrator {
    pub fn who(&self) -> &SignedIn {
        &self.who
    }

    /// The same, to be told of something on every page.
    pub fn warned(self, warning: Option<Warning>) -> Administrator {
        Administrator { warning, ..self }
    }

    pub fn warning(&self) -> Option<&Warning> {
        self.warning.as_ref()
    }
}

/// Whoever asks.
pub fn visitor(tx: &impl Reads, request: &Request) -> Result<Visitor> {
    Ok(Visitor { signed_in: sessions::find(tx, request)? })
}

/// A secretary, or `NotFound` for other roles.
pub fn secretary(who: SignedIn) -> Result<Secretary> {
    match &who.person.role {
        Role::Secretary { answers_for } => {
            let answers_for = answers_for.clone();
            Ok(Secretary { who, answers_for })
        }
        Role::Client { .. } | Role::Administrator => Err(Error::NotFound),
    }
}

/// An administrator, or `NotFound` for other roles.
pub fn administrator(who: SignedIn) -> Result<Administrator> {
    match who.person.role {
        Role::Administrator => Ok(Administrator { who, warning: None }),
        Role::Client { .. } | Role::Secretary { .. } => Err(Error::NotFound),
    }
}

impl Visitor {
    /// The one who is signed in, by value: the next guard takes it.
    pub fn into_signed_in(self) -> Option<SignedIn> {
        self.signed_in
    }
}
