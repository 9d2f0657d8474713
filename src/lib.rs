#![doc = include_str!("README.md")]

pub mod base;
pub mod error;
pub mod http;
pub mod messages;
pub mod people;
pub mod subscribers;
