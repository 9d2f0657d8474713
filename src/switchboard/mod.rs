//! The switchboard: the abonnés a secretary answers for, what waits, and the form that takes a call.
//!
//! Its own are the models of text, the calls half taken and whose agendas stand side by side; what is taken belongs to the messages.
//! Never here: messages, cards or contacts themselves.

pub mod after;
pub mod agendas;
pub mod call;
pub mod documents;
pub mod drafts;
pub mod failed;
pub mod handlers;
pub mod popup;
pub mod ringing;
pub mod teams;
pub mod templates;
pub mod view;
pub mod waiting;
