//! Administration: abonnés, persons, the secretariat itself, the state of the house, the journal.
//!
//! Never here: texts of messages; an administrator runs the house without reading its mail.

pub mod view;
