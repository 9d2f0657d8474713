//! The switchboard: the abonnés a secretary answers for, what waits, and the form that takes a call.
//!
//! Its own are the models of text and the calls half taken; what is taken belongs to the messages.
//! Never here: messages, cards or contacts themselves.

pub mod after;
pub mod call;
pub mod drafts;
pub mod handlers;
pub mod popup;
pub mod templates;
pub mod view;
pub mod waiting;
