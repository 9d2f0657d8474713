//! The pen of the lane of mails: whoever hands a mail over for good holds it until the mail is noted as sent.
//!
//! A crash between the two sends a mail once more. With the pen there is one mail at most in that gap, however many threads
//! deliver: the rest of a delivery (connecting, sender, recipient) goes on side by side.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A server that takes longer than this over the end of a mail must not hold up the others: they go on without the pen.
const PATIENCE: Duration = Duration::from_millis(300);

#[derive(Default)]
pub(super) struct Pen {
    held: Mutex<bool>,
    free: Condvar,
}

/// Puts the pen back when it is dropped.
pub(super) struct Held<'a>(&'a Pen);

impl Pen {
    /// Waits for the pen. `None`: whoever holds it waits for a slow server, and it is better to go on.
    pub(super) fn take(&self) -> Option<Held<'_>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.free.wait_timeout_while(held, PATIENCE, |held| *held);
        let (mut held, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if *held {
            return None;
        }
        *held = true;
        Some(Held(self))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.0.held.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.free.notify_one();
    }
}
