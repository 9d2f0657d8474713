//! The ground vocabulary: ids, civil time, phones, folded text, French agreement, limits, secrets.
//! Pure: nothing here reads a clock, a file or a socket (`secret` alone asks the system for random bytes).

pub mod bundle;
pub mod cache;
pub mod calls;
pub mod canonical;
pub mod colour;
pub mod csv;
pub mod fold;
pub mod french;
pub mod holds;
pub mod id;
pub mod limits;
pub mod lines;
pub mod pace;
pub mod phone;
pub mod query;
pub mod secret;
pub mod sheet;
pub mod text;
pub mod time;
pub mod turns;

pub use id::{AppointmentId, ContactId, FaxId, LetterId, MessageNumber, PersonId, SubscriberId};
pub use phone::Phone;
pub use time::{Instant, Zone};
