//! Backups: one file each with all that the house keeps, made every night while everybody works, read back before it counts,
//! kept by days, weeks and months, encrypted and copied elsewhere if the settings say so; and the way back.
//!
//! - `parts` is the one list of what a backup holds.
//! - `keep` makes one file; `keeper` is the thread that does so at night and when it is asked to.
//! - `control` is the private socket by which `permanence backup` asks the server that holds the data.
//! - `restore` makes data of a backup, whole or not at all.
//!
//! Never here: screens (administration), how rows become bytes (`store::backup`).

mod cipher;
mod command;
pub mod control;
pub mod keep;
pub mod keeper;
pub mod model;
pub mod parts;
pub mod restore;
pub mod store;
