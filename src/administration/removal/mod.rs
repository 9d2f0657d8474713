//! An abonné, or a person, with everything: handed over as one file, erased in steps, and a certificate of it.
//!
//! Asked for, a removal is written down first, and nobody of the abonné gets in any more. The erasing itself is a recurring
//! work (`jobs`) that takes small steps, gives way to the office, and goes on after a restart where it was. What stays is the
//! certificate: what, how many, when, by whom; no content. The counters stay too, for the invoices.

pub mod handlers;
pub mod store;
pub mod view;
pub mod work;
