//! What the abonné is told of its messages by e-mail and SMS, for it to read. Its secretariat changes it.

pub mod handlers;
pub mod view;
