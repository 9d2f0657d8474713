//! Kits: who is sent one each night, where they are copied to, how the last night went.

pub mod handlers;
pub mod view;
