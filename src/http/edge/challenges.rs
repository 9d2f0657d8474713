//! Proofs that a name leads here: while an authority looks, the edge shows what it asked to see, and nothing at other times.

use rustls::sign::CertifiedKey;
use std::sync::{Arc, Mutex, PoisonError};

/// Where a proof by a page stands (RFC 8555, section 8.3).
pub const PAGE_PREFIX: &str = "/.well-known/acme-challenge/";
/// What a handshake that asks for a proof speaks (RFC 8737, section 6.2).
pub const PROTOCOL: &[u8] = b"acme-tls/1";

/// One proof.
#[derive(Debug, Clone)]
pub enum Challenge {
    /// A page in clear: its name under the prefix, and its words.
    Page { token: String, words: String },
    /// A certificate shown in a handshake for this name, which ends right after.
    Handshake { name: String, pair: Arc<CertifiedKey> },
}

/// What is shown at present.
#[derive(Debug, Default)]
pub struct Challenges(Mutex<Vec<Challenge>>);

impl Challenges {
    pub const fn new() -> Challenges {
        Challenges(Mutex::new(Vec::new()))
    }

    pub fn show(&self, challenge: Challenge) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(challenge);
    }

    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The words of a page, if this is the address of one.
    pub fn page(&self, path: &str) -> Option<String> {
        let asked = path.strip_prefix(PAGE_PREFIX)?;
        self.find(|challenge| match challenge {
            Challenge::Page { token, words } if token == asked => Some(words.clone()),
            _ => None,
        })
    }

    /// The certificate that proves a name.
    pub fn pair(&self, asked: &str) -> Option<Arc<CertifiedKey>> {
        self.find(|challenge| match challenge {
            Challenge::Handshake { name, pair } if name.eq_ignore_ascii_case(asked) => Some(Arc::clone(pair)),
            _ => None,
        })
    }

    fn find<T>(&self, look: impl FnMut(&Challenge) -> Option<T>) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().find_map(look)
    }
}
