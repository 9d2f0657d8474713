//! What is known of HTTPS: written by who looks after it (the watcher of files, the one who asks the authority), read by who
//! shows it.

use super::x509::Facts;
use std::sync::{Mutex, PoisonError};

/// Who brings the certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Source {
    /// Nobody: pages go in clear, or a proxy before us encrypts.
    #[default]
    Nobody,
    /// Somebody who replaces two files.
    Files,
    /// We ask an authority for this name.
    Authority(String),
}

/// Why there is no new certificate: sentences for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In seconds of Unix time, as all moments here.
    pub at_s: i64,
    pub sentence: String,
    /// What to do about it.
    pub advice: String,
    /// The next try, where one comes by itself.
    pub again_s: Option<i64>,
}

/// All that is known at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    pub source: Source,
    /// The certificate in use.
    pub certificate: Option<Facts>,
    /// When it will be renewed by us.
    pub renewal_s: Option<i64>,
    /// The last failure that no success has followed.
    pub failure: Option<Failure>,
}

/// Where it is written.
#[derive(Debug, Default)]
pub struct Board(Mutex<Known>);

impl Board {
    pub fn new(source: Source) -> Board {
        Board(Mutex::new(Known { source, ..Known::default() }))
    }

    pub fn known(&self) -> Known {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(in crate::http) fn change(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
