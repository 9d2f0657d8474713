//! The key that proofs of transmission are signed with.

pub mod handlers;
pub mod view;
