//! Everything out, everything in: a zip with all of one abonné, or of the whole house, that people read without any
//! software and that another house reads back.
//!
//! - `write` makes the folder while it goes out; `page` is what a browser shows of it.
//! - `read` opens one that somebody brings and believes nothing: digests, lengths, names, versions.
//! - `bring` says what would come of it, and writes it, whole or not at all.
//! - `elsewhere` is the same for what other software left: Easy!Appointments, a plain table of another secretariat.
//!
//! What opens doors stays where it is: passwords, sessions, links, tokens, second factors, servers of mail and SMS. Letters
//! stay with the house that wrote them, and the journal with the house whose doings it tells.
//!
//! Never here: what a row means. Each room says which of its tables go along (`everything::CARRIED`), and lists anew what
//! came (`everything::settle`).

pub mod bring;
pub mod elsewhere;
pub mod handlers;
pub mod model;
pub mod page;
pub mod read;
pub mod store;
pub mod view;
pub mod write;

use crate::store::carried::Carried;
use crate::subscribers::card;
use crate::{agenda, contacts, continuity, messages, notices, reminders, switchboard};

/// Every table that goes along with its abonné, in the order in which they are put.
pub fn carried() -> impl Iterator<Item = &'static dyn Carried> {
    let rooms: [&[&'static dyn Carried]; 9] = [
        &card::everything::CARRIED,
        &contacts::everything::CARRIED,
        &messages::everything::CARRIED,
        &messages::papers::CARRIED,
        &agenda::everything::CARRIED,
        &reminders::everything::CARRIED,
        &notices::wishes::CARRIED,
        &switchboard::templates::CARRIED,
        &continuity::store::CARRIED,
    ];
    rooms.into_iter().flatten().copied()
}
