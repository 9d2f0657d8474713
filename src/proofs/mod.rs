//! Proofs of transmission: the history of one message as a record that anybody can check without this server.
//!
//! - `record` makes the record: what was taken, every step, each bearing the hash of the one before; canonical JSON, signed.
//! - `paper` shows the same as a PDF that holds the record, its bytes signed too.
//! - `keys` are the house's own (Ed25519), in the data file and so in every backup; old ones stay known.
//! - `verify` reads a file as a stranger would: nothing but the file, and the key if one was given.
//!
//! A proof is made anew each time it is asked for, from the history; steps keep their hashes, so that of two proofs of one
//! message the later one goes on from the earlier.
//!
//! Never here: who may see a message; a proof kept on the server, which would outlive its message.

pub mod handlers;
pub mod keys;
pub mod paper;
pub mod record;
pub mod verify;
pub mod view;
