//! SMS by a gateway that is asked over HTTP, as its settings say.

use super::letter::Letter;
use super::outbox::Outcome;
use super::receipts;
use super::settings::Gateway;
use crate::http::form::encode;
use crate::http::outside;
use std::sync::OnceLock;
use std::time::Duration;

/// A gateway that takes longer has lost the request, as far as we can know.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read; the first few words are shown.
const ANSWER_BYTES_MAX: u64 = 4096;

/// How what stands in a place must be written there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Plain,
    /// Within an address, or a form.
    Percent,
    /// Within a JSON string.
    Json,
    /// Within XML.
    Xml,
}

/// Where each thing of a letter goes: `{numero}`, `{texte}`, `{reference}`, `{recu}`.
struct Places<'a> {
    number: &'a str,
    text: &'a str,
    reference: String,
    receipt: String,
}

impl Places<'_> {
    /// One pass: what is put in is never looked at for further places.
    fn fill(&self, template: &str, writing: Writing) -> String {
        let mut out = String::with_capacity(template.len() + self.text.len());
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let known = [
                ("{numero}", self.number),
                ("{texte}", self.text),
                ("{reference}", self.reference.as_str()),
                ("{recu}", self.receipt.as_str()),
            ];
            match known.into_iter().find(|(place, _)| rest.starts_with(place)) {
                Some((place, value)) => {
                    written(&mut out, value, writing);
                    rest = &rest[place.len()..];
                }
                None => {
                    out.push('{');
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(rest);
        out
    }
}

fn written(out: &mut String, value: &str, writing: Writing) {
    match writing {
        Writing::Plain => out.push_str(value),
        Writing::Percent => out.push_str(&encode(value)),
        Writing::Json => {
            for c in value.chars() {
                match c {
                    '"' | '\\' => out.extend(['\\', c]),
                    '\n' => out.push_str("\\n"),
                    c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
                    c => out.push(c),
                }
            }
        }
        Writing::Xml => {
            for c in value.chars() {
                match c {
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '&' => out.push_str("&amp;"),
                    '"' => out.push_str("&quot;"),
                    c => out.push(c),
                }
            }
        }
    }
}

/// How a body is written, by the type that its headers or its first character say.
fn writing_of(gateway: &Gateway) -> (Writing, &'static str) {
    match gateway.body.trim_start().chars().next() {
        Some('{' | '[') if !gateway.body.starts_with("{numero}") => (Writing::Json, "application/json; charset=utf-8"),
        Some('<') => (Writing::Xml, "application/xml; charset=utf-8"),
        _ => {
            let plain = gateway.headers.lines().any(|line| {
                let line = line.to_ascii_lowercase();
                line.starts_with("content-type:") && line.contains("text/plain")
            });
            let writing = if plain { Writing::Plain } else { Writing::Percent };
            (writing, "application/x-www-form-urlencoded; charset=utf-8")
        }
    }
}

fn agent() -> Result<&'static ureq::Agent, String> {
    static AGENT: OnceLock<Result<ureq::Agent, String>> = OnceLock::new();
    let agent = AGENT.get_or_init(|| outside::agent(PATIENCE, None, false).map_err(|cause| cause.to_string()));
    agent.as_ref().map_err(Clone::clone)
}

/// Asks the gateway to send an SMS.
pub(super) fn send(letter: &Letter, text: &str, gateway: &Gateway, site: &str) -> Outcome {
    let receipt = if site.is_empty() { String::new() } else { format!("{site}/sms/recu/{}", receipts::token(letter)) };
    let places = Places { number: &letter.to, text, reference: letter.id.to_string(), receipt };
    let address = places.fill(&gateway.address, Writing::Percent);
    let (writing, content_type) = writing_of(gateway);
    let headers: Vec<(&str, &str)> = gateway
        .headers
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    let agent = match agent() {
        Ok(agent) => agent,
        Err(cause) => return Outcome::Unreachable(format!("Aucune demande ne peut partir : {cause}")),
    };
    let answer = if gateway.body.trim().is_empty() {
        let mut request = agent.get(&address);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        request.call()
    } else {
        let mut request = agent.post(&address);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.header("Content-Type", content_type);
        }
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        request.send(places.fill(&gateway.body, writing))
    };
    match answer {
        Ok(mut answer) => {
            let status = answer.status().as_u16();
            let words = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).lossy_utf8(true).read_to_string();
            outcome_of(status, &words.unwrap_or_default(), &gateway.accepted)
        }
        Err(cause) => Outcome::Unreachable(format!("La passerelle SMS ne répond pas : {cause}")),
    }
}

/// RFC 9110, 15: what a status means for one SMS.
fn outcome_of(status: u16, words: &str, accepted: &str) -> Outcome {
    let said = format!("{status} {}", words.trim());
    match status {
        // Some gateways say « KO » in a friendly tone.
        200..=299 if !words.contains(accepted) => Outcome::Later(said),
        200..=299 => Outcome::Sent(said),
        // The key or the credit is at fault, not this SMS.
        401..=403 => Outcome::Unreachable(said),
        408 | 409 | 425 | 429 | 500..=599 => Outcome::Later(said),
        _ => Outcome::Never(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_stays_where_it_is() {
        let places = Places {
            number: "+33612345678",
            text: "Dupont \"dit\" {numero} & fils\n2e ligne",
            reference: "12".into(),
            receipt: String::new(),
        };
        assert_eq!(
            places.fill("https://a.example/?to={numero}&m={texte}", Writing::Percent),
            "https://a.example/?to=%2B33612345678&m=Dupont%20%22dit%22%20%7Bnumero%7D%20%26%20fils%0A2e%20ligne"
        );
        let json = places.fill("{\"to\": \"{numero}\", \"m\": \"{texte}\", \"r\": {reference}}", Writing::Json);
        let read: toml::Table = toml::from_str(&format!("x = {}", json.replace("\": ", "\" = "))).unwrap();
        assert_eq!(read["x"]["m"].as_str(), Some("Dupont \"dit\" {numero} & fils\n2e ligne"));
        assert!(places.fill("<m>{texte}</m>", Writing::Xml).contains("&quot;dit&quot; {numero} &amp; fils"));
    }
}
