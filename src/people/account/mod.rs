//! « Mon compte »: one's own password, sessions, links and second factor, on one page; and the password asked again before
//! what matters most.

pub mod confirm;
pub mod handlers;
pub mod view;
