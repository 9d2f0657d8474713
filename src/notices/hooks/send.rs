//! One call of a webhook: signed, sent, answered (Standard Webhooks 1.0).

use super::address::Guarded;
use super::{Hook, Occurrence};
use crate::base::Instant;
use crate::base::time::SECOND_MS;
use crate::http::outside;
use crate::notices::letter::Letter;
use crate::notices::outbox::Outcome;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::sync::OnceLock;
use std::time::Duration;
use ureq::unversioned::resolver::DefaultResolver;

/// The specification recommends 15 to 30 seconds; who is slower is tried again.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read; the first few words are shown.
const ANSWER_BYTES_MAX: u64 = 4096;

/// RFC 4648, 4, with padding.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut word = 0u32;
        for place in 0..3 {
            word = (word << 8) | u32::from(chunk.get(place).copied().unwrap_or(0));
        }
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// « v1,… »: HMAC-SHA256 over number, time and body.
fn signature(secret: &[u8], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!("v1,{}", base64(&mac.finalize().into_bytes())))
}

/// Two agents for two permissions: connections that one keeps open are none of the other's.
fn agent(local: bool) -> Result<&'static ureq::Agent, String> {
    static AGENTS: [OnceLock<Result<ureq::Agent, String>>; 2] = [const { OnceLock::new() }; 2];
    let agent = AGENTS[usize::from(local)].get_or_init(|| {
        let resolver = Guarded { asked: DefaultResolver::default(), local };
        outside::agent_by(PATIENCE, resolver).map_err(|cause| cause.to_string())
    });
    agent.as_ref().map_err(Clone::clone)
}

/// Calls, and says what came of it. The number stays the same however often it is tried.
pub fn call(
    letter: &Letter,
    occurrence: &Occurrence,
    hook: &Hook,
    site: &str,
    content: Option<Value>,
    now: Instant,
) -> Outcome {
    let body = occurrence.payload(site, content).to_string();
    // A full stop would part the signed text elsewhere.
    let id = format!("msg_{}", letter.message_id.replace('.', "_"));
    let timestamp = now.0 / SECOND_MS;
    let Some(signature) = signature(&hook.secret, &id, timestamp, &body) else {
        return Outcome::Later("Le secret de ce webhook ne signe pas.".into());
    };
    let agent = match agent(hook.local) {
        Ok(agent) => agent,
        Err(cause) => return Outcome::Later(format!("Aucune demande ne peut partir : {cause}")),
    };
    let answer = agent
        .post(&hook.address)
        .header("Content-Type", "application/json")
        .header("webhook-id", &id)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", &signature)
        .send(body);
    match answer {
        Ok(mut answer) => {
            let status = answer.status().as_u16();
            let words = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).lossy_utf8(true).read_to_string();
            let said = format!("{status} {}", words.unwrap_or_default().trim());
            match status {
                200..=299 => Outcome::Sent(said),
                410 => Outcome::Never(said),
                300..=399 => Outcome::Later(format!("{said} (les redirections ne sont pas suivies)")),
                _ => Outcome::Later(said),
            }
        }
        Err(cause) => Outcome::Later(format!("Pas de réponse : {cause}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648, 10.
    #[test]
    fn base64_as_the_standard_has_it() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
