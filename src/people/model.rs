//! Who signs in, and what each may see. Pure.

use crate::base::{Instant, PersonId, SubscriberId};
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
