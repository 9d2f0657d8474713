//! What every screen is made of: the frame, forms, tables, page numbers, icons, and the embedded assets.
//!
//! - Components are pure functions to `maud::Markup`; a room's views put them together.
//! - A component's classes and custom properties are its interface to `assets/css`.
//! - Nothing here writes a style or a script into a page: the policy of the house refuses both.
//!
//! Never here: words about messages, abonnés or agendas; the store, a clock, a request.

pub mod assets;
pub mod dress;
pub mod error;
pub mod form;
pub mod frame;
pub mod icon;
pub mod once;
pub mod pagination;
pub mod paper;
pub mod pdf;
pub mod qr;
pub mod table;

pub use form::Fields;
pub use frame::Frame;
pub use icon::Icon;
