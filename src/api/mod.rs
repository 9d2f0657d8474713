//! The interface for other software, `/api/v1`: JSON over HTTP, with a token for a key.
//!
//! - One table, `OPERATIONS`: what is there is served, described in the OpenAPI document, and shown on the page `/api`.
//! - What arrives becomes the same form that a screen sends, and goes through the same reading and the same writes.
//! - A POST with an `Idempotency-Key` acts once: its mark is written together with what it did.
//! - Only GET and POST, as everywhere in the house: a change of state is a POST to a noun.
//!
//! Never here: rules of messages, contacts or agendas; sessions and cookies; anything that a token's person may not do.

pub mod agenda;
pub mod calls;
pub mod contacts;
pub mod document;
pub mod events;
pub mod fax;
mod guard;
pub mod house;
pub mod messages;
mod problem;
pub mod repeats;
pub mod schema;
pub mod tokens;

pub use guard::answer;
pub use problem::{internal, nothing, wrong_method};

use crate::error::Result;
use crate::house::House;
use crate::http::{Method, Request};
use crate::journal::Action;
use crate::people::tokens::{Bearer, Right};
use crate::store::{Read, Write};
use crate::subscribers::Desk;
use schema::{Field, Schema};
use serde_json::Value;

/// Where it begins.
pub const BASE: &str = "/api/v1";

/// Somebody's software at an abonné, with what it asks. The request's form is what its JSON said.
pub struct Ask<'a> {
    pub house: &'a House,
    pub request: &'a Request,
    pub desk: &'a Desk,
}

/// What is shown.
pub struct Shown {
    pub value: Value,
    /// Changes whenever the value does, where the data say so; else the value's own digest serves.
    pub version: Option<String>,
    /// The query of the next page.
    pub next: Option<String>,
}

impl Shown {
    fn of(value: Value) -> Shown {
        Shown { value, version: None, next: None }
    }
}

/// What was done: its status, where it can be seen, and its line in the journal.
pub struct Done {
    pub status: u16,
    pub location: String,
    pub action: Action,
    pub object: String,
}

/// What an operation does.
#[derive(Clone, Copy)]
pub enum Act {
    /// Shows what every token may see.
    Common(fn(&Read, &Bearer, &Request) -> Result<Shown>),
    Show(fn(&Read, &Ask<'_>) -> Result<Shown>),
    Change(fn(&Write<'_>, &Ask<'_>) -> Result<Done>),
    /// Takes what no data file keeps: of no abonné in particular, and harmless when it comes again.
    Hear(fn(&House, &Bearer, &Request) -> Result<Shown>),
    /// Takes a file; its status, and where it can be seen. The same file is the same thing, however often it comes.
    Bring(fn(&Ask<'_>) -> Result<(u16, String)>),
}

/// What comes back.
#[derive(Clone, Copy)]
pub enum Gives {
    One(&'static Schema),
    /// `{"donnees": […]}`.
    Many(&'static Schema),
    /// 204: what it was about is gone.
    Nothing,
}

/// One line of the interface.
pub struct Operation {
    /// Names it for programs that make programs.
    pub name: &'static str,
    pub method: Method,
    pub pattern: &'static str,
    /// What a token needs; `None` where any will do.
    pub right: Option<Right>,
    pub act: Act,
    /// « Lister les messages ».
    pub title: &'static str,
    /// What one has to know besides; may be empty.
    pub about: &'static str,
    pub query: &'static [Field],
    pub body: &'static [Field],
    pub gives: Gives,
    /// The status when all goes well.
    pub status: u16,
    /// Whether `If-Match` is looked at.
    pub guarded: bool,
    /// Notes a look at what changes with its abonné alone, and may therefore be kept as it was made; `None` where more counts.
    pub looked: Option<fn(&Ask<'_>)>,
}

impl Operation {
    /// Whether a file comes in, as a form sends it (RFC 7578); JSON otherwise.
    pub const fn takes_file(&self) -> bool {
        matches!(self.act, Act::Bring(_))
    }
}

const fn show(name: &'static str, pattern: &'static str, right: Right, act: Act, gives: Gives) -> Operation {
    Operation {
        name,
        method: Method::Get,
        pattern,
        right: Some(right),
        act,
        title: "",
        about: "",
        query: &[],
        body: &[],
        gives,
        status: 200,
        guarded: false,
        looked: None,
    }
}

const fn change(name: &'static str, pattern: &'static str, right: Right, act: Act, gives: Gives) -> Operation {
    Operation { method: Method::Post, ..show(name, pattern, right, act, gives) }
}

/// The whole interface.
pub static OPERATIONS: [&Operation; 24] = [
    &house::SUBSCRIBERS,
    &messages::LIST,
    &messages::TAKE,
    &messages::ONE,
    &messages::ARCHIVE,
    &messages::RESTORE,
    &messages::ANSWER,
    &contacts::LIST,
    &contacts::ADD,
    &contacts::ONE,
    &contacts::CHANGE,
    &contacts::ERASE,
    &agenda::LIST,
    &agenda::BOOK,
    &agenda::ONE,
    &agenda::MOVE,
    &agenda::CANCEL,
    &agenda::FREE,
    &fax::BRING,
    &fax::ONE,
    &calls::SIGNAL,
    &house::INSTRUCTIONS,
    &house::COUNTERS,
    &house::SELF,
];
