//! The switchboard: where secretaries find the abonné who is called, take the call, and see what waits for them.
//!
//! Never here: how a message is kept (messages), who may do what (people, subscribers).

pub mod view;
