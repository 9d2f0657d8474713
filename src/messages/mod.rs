//! Messages.
pub mod model;
