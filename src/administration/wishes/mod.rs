//! What an abonné is told of its messages by e-mail and SMS: chosen here by its secretariat.

pub mod handlers;
pub mod view;
