//! The screens: one's own subscriptions under « Mon compte », those of an abonné at its desk.

pub mod handlers;
pub mod view;
