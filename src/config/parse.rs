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

pub(super) fn level(text: &str) -> Option<log::LevelFilter> {
    match text {
        "off" => None,
        other => other.parse().ok(),
    }
}
