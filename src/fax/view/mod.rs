//! The screens of faxes.

mod arrivals;
mod pages;
mod waiting;

pub use arrivals::{ACCEPT, ArrivalsPage, arrivals, state};
pub use pages::{FaxPage, fax, print};
pub use waiting::{AttributionPage, RemovalPage, WaitingFax, attribution, block, removal};
