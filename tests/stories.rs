//! Every story of the tests in one binary: linked once, run side by side.

mod browser;
mod doors;
mod edge;
mod expiry;
mod gallery;
mod messages;
mod signin;
mod support;
mod tidy;
