//! Notices: what leaves the house by e-mail and SMS.
//!
//! - `outbox` keeps every letter in the data file: written with what causes it, in the same write, and delivered after.
//! - `courier` is the worker that delivers: it tries again with growing delays, and gives up in sight of everybody.
//! - `smtp` and `gateway` are the two ways out; `settings` says which servers they speak to.
//! - `invitation` is what contacts are told of their appointments, and its entry for their calendars.
//! - `hooks` are the addresses of other software that are told what happens.
//! - `wishes` is what an abonné wants to be told, where and when; `announce` turns a message into letters.
//!
//! What is sent bears the same `Message-ID` however often it is tried, so that a crash between sending and noting it is seen
//! by the recipient's mail program as one mail.
//!
//! Never here: a request, a session, what a message is. Rooms above write into the outbox within their own write, and hear
//! of what became of a letter from the courier's `Told`.

pub mod announce;
pub mod courier;
pub mod gateway;
pub mod hooks;
pub mod invitation;
pub mod letter;
pub mod outbox;
mod pen;
pub mod receipts;
pub mod settings;
pub mod smtp;
pub mod stale;
pub mod telephone;
pub mod wishes;

pub use letter::{Letter, State, Way};

use crate::store::AnyTable;

pub static TABLES: [&dyn AnyTable; 13] = [
    &outbox::LETTERS,
    &outbox::DUE,
    &outbox::STATES,
    &outbox::COUNTS,
    &outbox::OF_MESSAGE,
    &outbox::FAILED,
    &outbox::GATHERING,
    &receipts::RECEIPTS,
    &settings::MAIL,
    &settings::SMS,
    &wishes::WISHES,
    &hooks::HOOKS,
    &hooks::NUMBERS,
];
