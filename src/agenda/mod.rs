//! The agenda: typical weeks, slots, appointments, absences, public holidays.
//!
//! - A day's slots are computed, never stored: `day::day` is pure and feeds the screen, the print and « Trouver un créneau ».
//! - Two people never take the same time: whoever writes an appointment passes `appointments::book` or `move_to`, which
//!   decide in UTC inside the write.
//! - Times are civil times of the abonné's zone, kept with the instant they had when written.
//! - What changes returns the token of its undo, and leaves a line in the history.
//!
//! Never here: the cards of contacts (an appointment holds a card's number), the text of messages beyond what announces an
//! appointment to the abonné.

pub mod absences;
mod announce;
pub mod appointments;
pub mod calendar;
pub mod check;
pub mod counts;
pub mod day;
pub mod everything;
pub mod feed;
pub mod find;
pub mod following;
pub mod handlers;
pub mod history;
pub mod holds;
pub mod holidays;
pub mod ics;
pub mod import;
pub mod model;
pub mod objects;
pub mod overrides;
pub mod recurrence;
pub mod reminding;
pub mod rules;
pub mod search;
pub mod settings;
pub mod setup;
pub mod store;
pub mod undo;
pub mod view;
pub mod week;
mod zone_rules;
