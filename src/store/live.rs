//! Counters of changes in memory, one per topic, so that an open page's « anything new? » costs no read of the store.
//!
//! A version is only good for comparing with one of the same run: it carries a number drawn at start, so that after a
//! restart every open page looks once and goes on.

use crate::base::secret;
use crate::error::Result;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{PoisonError, RwLock};

/// What a page was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    run: u32,
    count: u64,
}

/// Change counters per topic.
pub struct Live {
    run: u32,
    counts: RwLock<HashMap<u64, u64>>,
}

impl Live {
    pub fn new() -> Result<Live> {
        Ok(Live { run: u32::from_be_bytes(secret::random::<4>()?), counts: RwLock::default() })
    }

    /// The version of a topic now. Read it before the data: a change in between then shows as news, never gets lost.
    pub fn version(&self, topic: u64) -> Version {
        let counts = self.counts.read().unwrap_or_else(PoisonError::into_inner);
        Version { run: self.run, count: counts.get(&topic).copied().unwrap_or(0) }
    }

    /// Counts one more change.
    pub fn bump(&self, topic: u64) {
        *self.counts.write().unwrap_or_else(PoisonError::into_inner).entry(topic).or_insert(0) += 1;
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{}", self.run, self.count)
    }
}

impl FromStr for Version {
    type Err = ();
    fn from_str(text: &str) -> std::result::Result<Version, ()> {
        let (run, count) = text.split_once('-').ok_or(())?;
        Ok(Version { run: u32::from_str_radix(run, 16).map_err(|_| ())?, count: count.parse().map_err(|_| ())? })
    }
}
