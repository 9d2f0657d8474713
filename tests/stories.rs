//! Every story of the tests in one binary: linked once, run side by side.

mod agenda_model;
mod booking;
mod browser;
mod calls;
mod contacts;
mod crash;
mod doors;
mod edge;
mod edge_attacks;
mod edge_tls;
mod expiry;
mod gallery;
mod import;
mod messages;
mod panics;
mod refusals;
mod signin;
mod smoke;
mod support;
mod tidy;
