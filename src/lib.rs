#![doc = include_str!("README.md")]

pub mod administration;
<<<<<<< HEAD
pub mod app;
=======
>>>>>>> look
pub mod base;
pub mod error;
pub mod failures;
pub mod house;
pub mod http;
pub mod jobs;
pub mod journal;
pub mod messages;
pub mod people;
pub mod routes;
pub mod schema;
pub mod server;
pub mod store;
pub mod subscribers;
pub mod switchboard;
pub mod ui;
