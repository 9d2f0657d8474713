//! Contact cards: the patients and clients of an abonné, found as one types, merged, brought in and handed over.
//!
//! - Numbers are per abonné and never used again. A card that was merged into another leaves its number as an alias:
//!   what held it (a message, an appointment) finds the other card at once, and undoing takes the alias away.
//! - Look-ups take the abonné from a `Desk`: what is not theirs is not there.
//! - Every change and its search words are one write.
//!
//! Never here: messages and appointments. Rooms above ask for a card by its number, and for all numbers it answers to.

pub mod consent;
pub mod duplicates;
pub mod everything;
pub mod export;
pub mod form;
pub mod handlers;
pub mod import;
pub mod merge;
pub mod model;
pub mod objects;
pub mod search;
pub mod store;
pub mod vcard;
pub mod view;
