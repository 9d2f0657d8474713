//! Every story of the tests in one binary: linked once, run side by side.

mod administration;
mod agenda_model;
mod agenda_rules;
mod booking;
mod browser;
mod calls;
mod contacts;
mod crash;
mod devices;
mod doors;
mod edge;
mod edge_attacks;
mod edge_tls;
mod expiry;
mod gallery;
mod import;
mod links;
mod messages;
mod panics;
mod refusals;
mod second_factor;
mod signin;
mod smoke;
mod support;
mod tidy;
