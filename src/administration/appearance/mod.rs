//! The house's colours and logo, and what is usual in it.

pub mod handlers;
mod logo;
pub mod view;
