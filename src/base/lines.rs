//! Content lines, the common shape of calendars (RFC 5545, 3.1) and cards (RFC 6350, 3.2): folded, escaped, with parameters.
//! Pure.

use super::{Instant, Zone};
use std::borrow::Cow;

/// The octets of a line, after which it is folded.
const LINE_OCTETS_MAX: usize = 75;

/// A line of a component: name in upper case, parameters, value as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    pub parameters: Vec<(String, String)>,
    pub value: String,
}

impl Property {
    /// « DTSTART;TZID="Europe/Paris":20261022T090000 »; `None` for what is no content line.
    pub fn read(line: &str) -> Option<Property> {
        let mut quoted = false;
        let colon = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ':' && !quoted
        });
        let (head, value) = (&line[..colon?.0], &line[colon?.0 + 1..]);
        let mut parts = head.split(';');
        let name = parts.next()?.trim().to_ascii_uppercase();
        let parameters = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
            .collect();
        Some(Property { name, parameters, value: value.to_owned() })
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Lines put together again that were folded.
pub fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// A line with its end, folded between characters, never within one.
pub fn fold_into(out: &mut String, line: &str) {
    if line.len() <= LINE_OCTETS_MAX {
        out.push_str(line);
        out.push_str("\r\n");
        return;
    }
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > LINE_OCTETS_MAX {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
}

/// A text as a value holds it (RFC 5545, 3.3.11; RFC 6350, 3.4).
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', ';', ',', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => {}
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A value without its escapes.
pub fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            _ => out.push(c),
        }
    }
    out
}

/// « 20261124T081500Z ».
pub fn utc(at: Instant) -> String {
    at.local(Zone(chrono_tz::UTC)).format("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters_and_put_together_again() {
        let line = format!("DESCRIPTION:{}", "é".repeat(100));
        let mut folded = String::new();
        fold_into(&mut folded, &line);
        assert!(folded.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX), "{folded}");
        assert_eq!(unfold(&folded)[0], line);
    }

    #[test]
    fn a_value_says_again_what_was_escaped() {
        let text = "Un, deux ; trois\\quatre\ncinq";
        assert_eq!(escaped(text), "Un\\, deux \\; trois\\\\quatre\\ncinq");
        assert_eq!(unescaped(&escaped(text)), text);
    }
}
