//! The abonnés: who they are, and who may work at their desk.
//!
//! A `Desk` is a person at work for one abonné: a client at her own, or a secretary at one she answers for. Every look-up of
//! messages, contacts and agenda starts from it, and both sides use the same screens.
//!
//! Never here: messages, appointments or contacts themselves.

pub mod card;
pub mod desk;
pub mod look;
pub mod model;
pub mod own_journal;
pub mod store;
pub mod view;

pub use desk::{Desk, Side, Waiting};
pub use model::Subscriber;
