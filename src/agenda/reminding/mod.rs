//! Reminders on screen: an abonné's settings, what a contact agreed to, what was sent about an appointment; and the contact's
//! own page, by which it confirms or cancels.

mod agreement;
pub mod invitation;
mod settings;
pub mod view;

pub use agreement::note_agreement;
pub(super) use agreement::of_window;
pub use agreement::{agree, revoke};
pub use settings::{change, show};
