//! Persons.
pub mod model;
