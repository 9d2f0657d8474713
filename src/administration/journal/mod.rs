//! The journal on screen and as a file.

pub mod handlers;
pub mod view;
