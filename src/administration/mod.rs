//! Administration: abonnés, persons, the secretariat's own words, the journal.
//!
//! Never here: messages, contacts or anything else that belongs to an abonné's secret.

pub mod handlers;
pub mod person;
pub mod view;
