//! One-time codes by the clock: RFC 6238 with what every authenticator application takes for granted (SHA-1, six digits,
//! thirty seconds). Pure.

use crate::base::secret::base32;
use crate::base::{Instant, time};
use crate::http::form::encode;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// RFC 4226, section 4, asks for 128 bits and recommends 160.
pub const SECRET_BYTES: usize = 20;
pub const DIGITS: usize = 6;
const STEP_MS: i64 = 30 * time::SECOND_MS;
/// Steps that a telephone's clock may be off, each way (RFC 6238, section 5.2).
const STEPS_OFF: u64 = 1;

/// The step of thirty seconds that a moment lies in.
fn step(now: Instant) -> u64 {
    u64::try_from(now.0.div_euclid(STEP_MS)).unwrap_or(0)
}

/// The code of one step (RFC 4226, section 5.3).
fn code(secret: &[u8], step: u64) -> u32 {
    // HMAC takes keys of any length; the type says it could refuse.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return u32::MAX };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes([hash[offset], hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    (word & 0x7fff_ffff) % 10u32.pow(DIGITS as u32)
}

/// The step whose code this is, among those that may pass now and come after the last one used.
pub fn step_of(secret: &[u8], typed: u32, now: Instant, last_used: u64) -> Option<u64> {
    let current = step(now);
    let may_pass = current.saturating_sub(STEPS_OFF).max(last_used + 1)..=current + STEPS_OFF;
    // All are looked at, so that the time taken says nothing of which it was.
    may_pass.fold(None, |found, step| if code(secret, step) == typed { Some(step) } else { found })
}

/// Six digits as typed, spaces among them or not.
pub fn read(typed: &str) -> Option<u32> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// The secret as applications take it typed: base32 in groups of four.
pub fn secret_in_words(secret: &[u8]) -> String {
    let coded = base32(secret);
    let groups: Vec<&str> = coded.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(" ")
}

/// What the QR code says (the « Key URI Format » that applications agree on).
pub fn uri(secret: &[u8], house: &str, login: &str) -> String {
    // A colon would end the issuer's name.
    let house = encode(&house.replace(':', " "));
    format!(
        "otpauth://totp/{house}:{}?secret={}&issuer={house}&algorithm=SHA1&digits={DIGITS}&period={}",
        encode(login),
        base32(secret),
        STEP_MS / time::SECOND_MS
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B (SHA-1), of which six digits are the last six of eight.
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, eight) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(code(SECRET, step(Instant(seconds * 1000))), eight % 1_000_000, "at {seconds} s");
        }
    }

    #[test]
    fn a_code_passes_one_step_early_or_late_and_never_again() {
        // The code of the step from 30 s to 59 s.
        let typed = read("287 082").unwrap();
        let now = Instant(59_000);
        for (seconds, passes) in [(0, true), (29, true), (30, true), (59, true), (60, true), (89, true), (90, false)] {
            assert_eq!(step_of(SECRET, typed, Instant(seconds * 1000), 0).is_some(), passes, "at {seconds} s");
        }
        let step = step_of(SECRET, typed, now, 0).unwrap();
        assert_eq!(step_of(SECRET, typed, now, step), None, "used once");
    }

    #[test]
    fn what_is_no_code_is_none() {
        for typed in ["", "12345", "1234567", "12345a", "+12345", "１２３４５６"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
