//! Texts of settings made into values.

use super::ConfigError;
use super::table::{Key, SETTINGS};
use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;

/// The settings of a file: key, value as text, line.
pub(super) fn file(path: &Path, text: &str) -> Result<Vec<(Key, String, usize)>, ConfigError> {
    let shown = path.display();
    let table: toml::Table = text.parse().map_err(|cause: toml::de::Error| {
        let line = cause.span().map_or(1, |span| line_of(text, span.start));
        ConfigError(format!("fichier {shown}, ligne {line} : ce n’est pas du TOML : {}", cause.message()))
    })?;
    let mut found = Vec::new();
    for (name, value) in &table {
        let line = text
            .lines()
            .position(|line| {
                let start = line.trim_start().trim_start_matches(['"', '\'']);
                start
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ', '\t']).starts_with('='))
            })
            .map_or(1, |place| place + 1);
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            let names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
            return Err(ConfigError(format!(
                "fichier {shown}, ligne {line} : le réglage « {name} » n’existe pas ; il y a {}",
                names.join(", ")
            )));
        };
        let text = as_text(value).ok_or_else(|| {
            ConfigError(format!(
                "fichier {shown}, ligne {line} : « {name} » doit être un texte, un nombre ou une liste de textes"
            ))
        })?;
        found.push((setting.key, text, line));
    }
    Ok(found)
}

fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(toml::Value::as_str).collect();
            Some(texts?.join(","))
        }
        _ => None,
    }
}

fn line_of(text: &str, place: usize) -> usize {
    text.get(..place).unwrap_or(text).matches('\n').count() + 1
}

/// Values between commas; empty text is an empty list.
pub(super) fn list<T: FromStr>(text: &str) -> Option<Vec<T>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

/// The words of a command: apart by spaces, held together by « ' » or « " ». No more than that: no shell reads them.
pub(super) fn words(text: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word.take());
    quote.is_none().then_some(words)
}

/// Addresses with ports.
pub(super) fn addresses(text: &str) -> Option<Vec<SocketAddr>> {
    list(&text.replace("localhost:", "127.0.0.1:"))
}

pub(super) fn within(text: &str, least: u64, most: u64) -> Option<u64> {
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

/// A host name, with a port perhaps (RFC 1123, section 2.1).
pub(super) fn is_host(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "443"));
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    port.parse::<u16>().is_ok() && host.len() <= 253 && host.split('.').all(label)
}

/// A host name that an authority may vouch for: no port, no address.
pub(super) fn is_public_name(text: &str) -> bool {
    is_host(text) && !text.contains(':') && text.contains('.') && text.parse::<std::net::IpAddr>().is_err()
}

pub(super) fn level(text: &str) -> Option<log::LevelFilter> {
    match text {
        "off" => None,
        other => other.parse().ok(),
    }
}

/// « starttls://smtp.exemple.fr:587 » as scheme, host, port; each scheme has its usual port.
pub(super) fn mail_server(text: &str) -> Option<(String, String, u16)> {
    let (scheme, rest) = text.split_once("://")?;
    let usual = match scheme {
        "starttls" => 587,
        "tls" => 465,
        "smtp" => 25,
        _ => return None,
    };
    let rest = rest.trim_end_matches('/');
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') && !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (rest, usual),
    };
    let fits = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    fits.then(|| (scheme.to_owned(), host.to_owned(), port))
}

/// « Accueil <secretariat@exemple.fr> » as name and address; the name may be missing.
pub(super) fn sender(text: &str) -> Option<(String, String)> {
    let (name, address) = match text.split_once('<') {
        Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix('>')?.trim()),
        None => ("", text),
    };
    let fits = crate::base::text::looks_like_email(address) || address.ends_with("@localhost");
    fits.then(|| (name.to_owned(), address.to_owned()))
}
