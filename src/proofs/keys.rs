//! The keys that proofs are signed with. The private half lies in the data file, beside the secrets of second factors: who can
//! read that file has the messages themselves. A key is renewed when somebody may have seen it; the public halves of former
//! ones stay known, so that what they signed can still be checked.

use crate::base::{Instant, secret};
use crate::error::{Error, Result};
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Store, Write};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;

/// By number, from 1; the last one signs.
static KEYS: Collection<u64, Key> = Collection::new("proofs.keys");

pub static TABLES: [&dyn AnyTable; 1] = [&KEYS];

impl Record for Key {}

/// A key as it is kept.
#[derive(Serialize, Deserialize)]
pub struct Key {
    /// Both halves (PKCS #8, RFC 5958); empty once the key has been renewed.
    private: Vec<u8>,
    pub public: PublicKey,
    made: Instant,
    ended: Option<Instant>,
}

/// The public half: 32 bytes (RFC 8032).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey(pub [u8; 32]);

/// A key as anybody may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownKey {
    pub public: PublicKey,
    pub made: Instant,
    /// When another one took its place.
    pub ended: Option<Instant>,
}

/// What stands before an Ed25519 key in `SubjectPublicKeyInfo` (RFC 8410, section 10.1).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

const PEM: (&str, &str) = ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----");

impl PublicKey {
    /// `SubjectPublicKeyInfo` in DER.
    pub fn der(&self) -> Vec<u8> {
        [SPKI.as_slice(), &self.0].concat()
    }

    /// SHA-256 of that in hexadecimal: what `openssl pkey -pubin -outform DER | sha256sum` says.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.der()))
    }

    /// As other programs read it (RFC 7468). 44 bytes make 60 characters: one line.
    pub fn pem(&self) -> String {
        let plain = secret::base64url(&self.der()).replace('-', "+").replace('_', "/");
        format!("{}\n{plain}=\n{}\n", PEM.0, PEM.1)
    }

    /// Every Ed25519 key of a PEM text; what is none is passed over.
    pub fn all_of_pem(text: &str) -> Vec<PublicKey> {
        let mut found = Vec::new();
        for part in text.split(PEM.0).skip(1) {
            let body: String = part.split(PEM.1).next().unwrap_or("").split_whitespace().collect();
            if let Some(key) = base64(&body).as_deref().and_then(|der| der.strip_prefix(SPKI.as_slice()))
                && let Ok(key) = <[u8; 32]>::try_from(key)
            {
                found.push(PublicKey(key));
            }
        }
        found
    }

    /// Whether this key signed these bytes.
    pub fn signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(bytes, signature).is_ok()
    }
}

impl Key {
    /// 64 bytes.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let pair = Ed25519KeyPair::from_pkcs8(&self.private)
            .map_err(|cause| Error::internal(format!("the key of proofs can't be used: {cause}")))?;
        Ok(pair.sign(bytes).as_ref().to_vec())
    }
}

/// A fingerprint in groups of four, as people compare it.
pub fn grouped(fingerprint: &str) -> String {
    let digits: Vec<char> = fingerprint.chars().collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lower-case hexadecimal only: of two ways to write a byte, one alone is right.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// RFC 4648, section 4; strict in its letters, not in its padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut held, mut bits) = (0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(out)
}

/// Every key, the one that signs now first.
pub fn all(tx: &impl Reads) -> Result<Vec<KnownKey>> {
    let mut found = Vec::new();
    KEYS.each(tx, 0.., Direction::Descending, |_, key| {
        found.push(KnownKey { public: key.public, made: key.made, ended: key.ended });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// The key that signs now.
pub fn current(tx: &impl Reads) -> Result<Key> {
    last(tx)?.map(|(_, key)| key).ok_or_else(|| Error::internal("the house has no key for proofs yet"))
}

fn last(tx: &impl Reads) -> Result<Option<(u64, Key)>> {
    let mut last = None;
    KEYS.each(tx, 0.., Direction::Descending, |number, key| {
        last = Some((number, key));
        Ok(ControlFlow::Break(()))
    })?;
    Ok(last)
}

/// Makes the house's first key if it has none yet.
pub fn ensure(store: &Store, now: Instant) -> Result<()> {
    if store.read(|tx| KEYS.len(tx))? > 0 { Ok(()) } else { store.write_into_reserve(|tx| renew(tx, now)) }
}

/// Makes a key in place of the one that signed so far, whose private half is gone then.
pub fn renew(tx: &Write<'_>, now: Instant) -> Result<()> {
    let before = last(tx)?;
    let number = before.as_ref().map_or(1, |(number, _)| number + 1);
    if let Some((number, key)) = before {
        KEYS.put(tx, number, &Key { private: Vec::new(), ended: Some(now), ..key })?;
        tx.note_erased(1)?;
    }
    let unmade = |_| Error::internal("no key for proofs could be made");
    let private = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(unmade)?;
    let pair = Ed25519KeyPair::from_pkcs8(private.as_ref()).map_err(|_| unmade(ring::error::Unspecified))?;
    let public = pair.public_key().as_ref().try_into().map_err(|_| unmade(ring::error::Unspecified))?;
    let key = Key { private: private.as_ref().to_vec(), public: PublicKey(public), made: now, ended: None };
    KEYS.put(tx, number, &key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8410, section 10.1: the example's key, its PEM; its digest as `openssl … | sha256sum` says.
    #[test]
    fn a_public_key_is_written_as_the_rfc_does() {
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let keys = PublicKey::all_of_pem(&format!("du 24 novembre\n{pem}et encore\n{pem}"));
        assert_eq!(keys.len(), 2);
        assert_eq!(hex(&keys[0].0), "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
        assert_eq!(keys[0].pem(), pem);
    }

    #[test]
    fn hexadecimal_has_one_way_of_writing() {
        assert_eq!(unhex("00ff1a"), Some(vec![0, 255, 26]));
        for wrong in ["0", "0g", "FF", "ff ", "é"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
