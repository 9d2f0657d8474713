//! The switchboard: the abonnés a secretary answers for, what waits, and the form that takes a call.
//!
//! Never here: a table of its own; what is taken belongs to the messages.

pub mod call;
pub mod handlers;
pub mod popup;
pub mod view;
