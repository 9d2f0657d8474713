#![doc = include_str!("README.md")]

pub mod administration;
pub mod base;
pub mod error;
pub mod house;
pub mod http;
pub mod journal;
pub mod messages;
pub mod people;
pub mod store;
pub mod subscribers;
pub mod switchboard;
pub mod ui;
