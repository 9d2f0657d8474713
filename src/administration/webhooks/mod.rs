//! Webhooks: which other software is told what happens, made and ended here.

pub mod handlers;
pub mod view;
