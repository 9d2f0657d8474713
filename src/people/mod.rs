//! Persons: who signs in, by what proof, and what each may see.
//!
//! - `guard` makes the values that handlers ask for (`Visitor`, `SignedIn`, `Secretary`, `Administrator`); nobody else can.
//! - Passwords are hashed in the house's pool, never inside a write.
//! - What may not be seen is not there: guards answer `NotFound`, never « forbidden ».
//!
//! Never here: anything about messages or agendas.

pub mod account;
pub mod agent;
mod commonest;
mod cookies;
pub mod devices;
pub mod factor;
pub mod feeds;
pub mod forgotten;
pub mod guard;
pub mod guesses;
pub mod handlers;
pub mod links;
pub mod model;
pub mod once;
pub mod passwords;
pub mod removal;
pub mod sessions;
pub mod signin;
pub mod steps;
pub mod store;
pub mod tokens;
pub mod view;

pub use guard::{Administrator, Secretary, Visitor, Warning};
pub use model::{Assignment, Person, Role};
pub use sessions::SignedIn;
