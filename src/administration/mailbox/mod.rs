//! The fax mailbox: its server, whose its mails are, and how it was found last.

pub mod handlers;
pub mod view;
