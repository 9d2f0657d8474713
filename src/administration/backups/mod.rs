//! Backups on screen: which there are, how the last ones went, and one more now.

pub mod handlers;
pub mod view;
