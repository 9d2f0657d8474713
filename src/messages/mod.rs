//! Messages: taken, listed, read, archived, answered, found, erased.
//!
//! - Numbers and counts are kept in the same write as what they count; a page of a list is one short range read.
//! - Look-ups take the abonné from a `Desk` (or from the list a secretary answers for): what is not theirs is not there.
//! - `erase` is the only way a message ends, and takes all of it: row, lists, history, search, import mark.
//!
//! Never here: the agenda's appointments, the pages of a fax; a message holds their numbers at most.

pub mod archive;
pub mod check;
pub mod contact;
pub mod correct;
pub mod deliveries;
pub mod everything;
pub mod expiry;
pub mod handlers;
pub mod import;
pub mod model;
pub mod papers;
pub mod search;
pub mod shown;
pub mod store;
pub mod told;
pub mod transfer;
pub mod transmission;
pub mod view;
pub mod waiting;
