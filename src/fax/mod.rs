//! Faxes and documents: received, read, shown, attributed, erased.
//!
//! - `receive` is the one way in, whoever brings a fax: kept on the disk and queued, then told.
//! - `reader` has pages read by a child process, never inside a request or a write; then the fax comes as a message, or waits
//!   to be attributed.
//! - What came and its pages are files (`store::papers`); rows name them. Only what we encoded ourselves is ever shown.
//! - A fax goes with its message: `store::sweep` erases what has lost it, files and all.
//!
//! Never here: how a file is read (that is `decode`), and what the message is otherwise.

pub mod check;
pub mod everything;
pub mod folder;
pub mod handlers;
pub mod mailbox;
pub mod model;
pub mod reader;
pub mod receive;
pub mod store;
pub mod upload;
pub mod view;
pub mod waiting;
