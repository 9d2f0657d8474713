//! The abonnés.
pub mod model;
