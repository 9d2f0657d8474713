//! « Journal »: what was done with an abonné's data, for its own people, and what it allows.

pub mod handlers;
pub mod view;
