//! « Jetons d’accès », under « Mon compte »: made, shown once, revoked.

pub mod handlers;
pub mod view;
