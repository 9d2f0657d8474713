//! Reminders and confirmations: what the contacts of an abonné are told of their appointments, by e-mail and SMS.
//!
//! - `settings` is what an abonné decided: whether at all (off at first), by which way, how long before, in which words.
//! - `meetings` watches the appointments that ask for it: the agenda says within its own write what became of one (`follow`),
//!   and letters that no longer hold are stopped in that same write.
//! - `letters` writes what is to be said into the outbox, once, to who has agreed to it.
//! - `work` writes the reminders that fall due, and erases what was said when an appointment is over.
//! - `links` is the address by which a contact confirms or cancels: its hash is kept, never itself.
//!
//! A reminder is planned, not written ahead: to whom it goes, whether there is consent, in which words, is looked up when it
//! is due, so that a changed card or text needs no correction.
//!
//! Never here: the reason of an appointment; whether a time is free; a send.

pub mod everything;
pub mod letters;
pub mod links;
pub mod meetings;
pub mod settings;
pub mod text;
pub mod times;
pub mod work;

pub use meetings::{Became, Meeting, Watched};

use crate::store::AnyTable;

pub static TABLES: [&dyn AnyTable; 7] = [
    &settings::SETTINGS,
    &meetings::WATCHED,
    &meetings::PLANNED,
    &letters::ERRANDS,
    &letters::OF_LETTER,
    &letters::WAITING,
    &links::LINKS,
];
