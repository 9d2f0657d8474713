//! Administration: abonnés, persons, the secretariat's own words, its counters, the state of the house, the journal.
//!
//! Never here: messages, contacts or anything else that belongs to an abonné's secret. Who must see what an abonné sees does
//! so by « Voir comme », on the abonné's own screens, and the abonné's journal says so.

pub mod appearance;
pub mod backups;
pub mod counters;
pub mod encryption;
pub mod handlers;
pub mod journal;
pub mod kits;
pub mod look;
pub mod mailbox;
pub mod outbox;
pub mod person;
pub mod proofs;
pub mod removal;
pub mod subscriber;
pub mod view;
pub mod webhooks;
pub mod wishes;
