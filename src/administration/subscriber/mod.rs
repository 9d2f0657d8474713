//! Abonnés: found, created from a model, changed.

pub mod handlers;
pub mod models;
pub mod view;
