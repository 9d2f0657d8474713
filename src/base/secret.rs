//! Random tokens and the hashes by which the server knows them.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};

/// Bytes of a token: 256 bits, twice what the product asks for.
const TOKEN_BYTES: usize = 32;

/// Random bytes of the operating system.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|cause| Error::internal(format!("no random bytes: {cause}")))?;
    Ok(bytes)
}

/// A new token as 43 characters that may stand in an address or a cookie (base64url, RFC 4648, section 5).
pub fn token() -> Result<String> {
    Ok(base64url(&random::<TOKEN_BYTES>()?))
}

/// What the server keeps of a token. A plain hash is enough: the token itself has 256 random bits.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The first 128 bits of SHA-256, for fingerprints and digests.
pub fn digest128(bytes: &[u8]) -> u128 {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    let mut head = [0; 16];
    head.copy_from_slice(&hash[..16]);
    u128::from_be_bytes(head)
}

/// Two digits a byte, lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 4648, section 5, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(word >> (18 - 6 * place) & 63) as usize]));
        }
    }
    out
}

/// The bytes of RFC 4648, section 4, with or without padding; `None` for other signs.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut word, mut bits) = (Vec::with_capacity(text.len() * 3 / 4), 0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (word, bits) = (word << 6 | u32::from(value), bits + 6);
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
            word &= (1 << bits) - 1;
        }
    }
    Some(out)
}

/// RFC 4648, section 6, without padding: what people may have to type.
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    for chunk in bytes.chunks(5) {
        let word = chunk.iter().fold(0u64, |word, byte| word << 8 | u64::from(*byte)) << (8 * (5 - chunk.len()));
        for place in 0..(chunk.len() * 8).div_ceil(5) {
            out.push(char::from(ALPHABET[(word >> (35 - 5 * place) & 31) as usize]));
        }
    }
    out
}

/// Equal without telling where two texts differ by the time taken.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

/// What a person can read out on the telephone, and an administrator find in the log.
pub fn reference() -> String {
    match random::<4>() {
        Ok([a, b, c, d]) => format!("{a:02x}{b:02x}-{c:02x}{d:02x}"),
        Err(_) => "sans numéro".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_as_the_rfc_has_it() {
        // RFC 4648, section 10, in the alphabet of section 5 and without padding.
        for (plain, coded) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")]
        {
            assert_eq!(base64url(plain.as_bytes()), coded);
        }
        assert_eq!(base64url(&[0xff, 0xfe]), "__4");
    }

    #[test]
    fn base32_as_the_rfc_has_it() {
        // RFC 4648, section 10, without padding.
        for (plain, coded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn base64_is_read_as_the_rfc_has_it() {
        // RFC 4648, section 10.
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(from_base64(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(from_base64("Zm9v!"), None);
    }

    #[test]
    fn tokens_differ_and_are_long() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        assert!(same(one.as_bytes(), one.as_bytes()) && !same(one.as_bytes(), other.as_bytes()));
    }
}
