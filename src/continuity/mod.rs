//! Continuity: the kit, one file that shows what an office needs for a week while the server is away.
//!
//! - `model` is what a kit holds: today and the next seven days, the people concerned, instructions, whom to call, and no more;
//!   never a reason of an appointment, a note, a message, an address that nobody is to visit.
//! - `gather` reads it; `page` (HTML, no script, nothing to load) and `paper` (PDF) show the same.
//! - `work` is the night's: kits into the folder of the settings, and by mail to abonnés who asked for that in writing.
//!
//! Never here: a kit kept in the data file beyond the moment it is sent; anything that a kit could change.

pub mod gather;
pub mod handlers;
pub mod model;
pub mod page;
pub mod paper;
pub mod store;
pub mod view;
pub mod work;
