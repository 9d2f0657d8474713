//! The outbox on screen: what waits, what left, what failed; and the servers by which it leaves.

pub mod handlers;
pub mod servers;
pub mod view;
