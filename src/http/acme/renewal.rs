//! When the next certificate is asked for: in the days that the authority suggests, where it does (RFC 9773), or when two
//! thirds of the old one's life are over.

use super::authority::Line;
use super::{End, Settings};
use crate::base::secret::base64url;
use crate::http::edge::tls::x509::Facts;
use instant_acme::CertificateIdentifier;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::sync::Arc;

/// Between two looks at what the authority suggests, unless it says otherwise; and the bounds of what it may say.
const LOOK_S: i64 = 6 * 3600;
const LOOK_BOUNDS_S: (i64, i64) = (60, 24 * 3600);

/// What the authority has suggested for the certificate in place.
#[derive(Debug, Default)]
pub struct Renewal {
    window: Option<(i64, i64)>,
    look_again_s: i64,
    /// How the certificate is called among authorities that make suggestions.
    called: Option<(String, String)>,
}

impl Renewal {
    /// The moment to ask for the next.
    pub fn moment_s(&mut self, facts: &Facts, settings: &Settings, end: &Arc<End>, now_s: i64) -> i64 {
        if now_s >= self.look_again_s {
            let (window, after_s) = suggested(facts, settings, end).unwrap_or((None, None));
            self.called = window.map(|_| called(facts));
            self.window = window;
            let (least, most) = LOOK_BOUNDS_S;
            self.look_again_s = now_s + after_s.unwrap_or(LOOK_S).clamp(least, most);
        }
        match self.window {
            // By RFC 9773, 4.2: any moment of the window, and none that comes after the certificate.
            Some((start_s, end_s)) => (start_s + within(facts, end_s - start_s)).clamp(settled_s(facts), facts.ends_s),
            None => usual_s(facts),
        }
    }

    /// The certificate that the next one is for, in the words of an order; where the authority wants to know.
    pub fn replaced(&self) -> Option<CertificateIdentifier<'static>> {
        let (key, serial) = self.called.clone()?;
        Some(CertificateIdentifier { authority_key_identifier: Cow::Owned(key), serial: Cow::Owned(serial) })
    }
}

/// However urgent the authority finds it, a certificate is not replaced before a fiftieth of its life is over: one that says so of
/// each new one would else be asked again and again.
fn settled_s(facts: &Facts) -> i64 {
    facts.starts_s.saturating_add((facts.ends_s.saturating_sub(facts.starts_s)) / 50).min(facts.ends_s)
}

/// Two thirds of a life, less up to a thirtieth: certificates that were given on one day are not all renewed on one.
fn usual_s(facts: &Facts) -> i64 {
    let life_s = (facts.ends_s - facts.starts_s).max(0);
    facts.starts_s + life_s.saturating_mul(2) / 3 - within(facts, life_s / 30)
}

/// A moment of a span that is this certificate's own: the same after each restart.
fn within(facts: &Facts, span_s: i64) -> i64 {
    let hash = Sha256::digest(&facts.serial);
    let chance = hash.iter().take(4).fold(0i64, |sum, byte| sum << 8 | i64::from(*byte));
    ((i128::from(span_s.max(0)) * i128::from(chance)) >> 32) as i64
}

/// RFC 9773, section 4.1.
fn called(facts: &Facts) -> (String, String) {
    (base64url(&facts.authority_key), base64url(&facts.serial))
}

/// The window that the authority suggests, and when it wants to be asked again. That it suggests none is no failure.
type Suggested = (Option<(i64, i64)>, Option<i64>);

fn suggested(facts: &Facts, settings: &Settings, end: &Arc<End>) -> Option<Suggested> {
    if facts.authority_key.is_empty() {
        return None;
    }
    let line = Line::to(settings, end).ok()?;
    let directory = line.get(&settings.directory).ok()?;
    let (key, serial) = called(facts);
    let address = format!("{}/{key}.{serial}", directory.get("renewalInfo")?.as_str()?.trim_end_matches('/'));
    let told = line.get(&address).ok()?;
    let after_s = line.asked_s().and_then(|seconds| i64::try_from(seconds).ok());
    let moment = |name: &str| {
        let text = told.get("suggestedWindow")?.get(name)?.as_str()?;
        Some(chrono::DateTime::parse_from_rfc3339(text).ok()?.timestamp())
    };
    let window = moment("start").zip(moment("end")).filter(|(start_s, end_s)| start_s < end_s);
    if let Some(page) = told.get("explanationURL").and_then(serde_json::Value::as_str) {
        log::info!("certificate: the authority explains its date of renewal at {page}");
    }
    Some((window, after_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_renewed_when_two_thirds_of_its_life_are_over() {
        const DAY_S: i64 = 24 * 3600;
        for serial in 0..200u8 {
            let facts =
                Facts { starts_s: 1_000_000, ends_s: 1_000_000 + 90 * DAY_S, serial: vec![serial], ..Facts::default() };
            let after = usual_s(&facts) - facts.starts_s;
            assert!(after > 57 * DAY_S - 1 && after <= 60 * DAY_S, "{after}");
            assert_eq!(usual_s(&facts), usual_s(&facts.clone()), "a restart changes nothing");
        }
        let odd = Facts { starts_s: i64::MAX / 2, ends_s: 0, ..Facts::default() };
        assert!(usual_s(&odd) <= odd.starts_s);
    }

    /// The example of RFC 9773, section 4.1.
    #[test]
    fn a_certificate_is_called_as_the_rfc_has_it() {
        let facts = Facts {
            authority_key: vec![
                0x69, 0x88, 0x5b, 0x6b, 0x87, 0x46, 0x40, 0x41, 0xe1, 0xb3, 0x7b, 0x84, 0x7b, 0xa0, 0xae, 0x2c, 0xde,
                0x01, 0xc8, 0xd4,
            ],
            serial: vec![0x00, 0x87, 0x65, 0x43, 0x21],
            ..Facts::default()
        };
        assert_eq!(called(&facts), ("aYhba4dGQEHhs3uEe6CuLN4ByNQ".into(), "AIdlQyE".into()));
    }
}
