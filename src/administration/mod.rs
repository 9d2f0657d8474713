<<<<<<< HEAD
//! Administration: abonnés, persons, the secretariat's own words, the journal.
//!
//! Never here: messages, contacts or anything else that belongs to an abonné's secret.

pub mod handlers;
=======
//! Administration: abonnés, persons, the secretariat itself, the state of the house, the journal.
//!
//! Never here: texts of messages; an administrator runs the house without reading its mail.

>>>>>>> look
pub mod view;
