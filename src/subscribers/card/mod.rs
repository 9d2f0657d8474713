//! What a secretary has before her eyes while she speaks for an abonné: the greeting, instructions, availability, whom to
//! call when it is urgent, fees and ways in.
//!
//! An instruction's words never change once written: who corrects one writes another in its place, so that a message can say
//! for good which instructions were on screen when it was taken.
//!
//! Never here: messages; what is shown of them beside the card is the switchboard's work.

pub mod everything;
pub mod handlers;
pub mod model;
pub mod store;
pub mod view;

pub use model::{Card, Instruction, Unavailable, UrgentCall};
