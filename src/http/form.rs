//! Names and values, as queries and forms carry them (application/x-www-form-urlencoded, WHATWG URL Standard, section 5).

/// Names with values, in the order in which they came; a name may come again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a query or a body. `None` when it is not UTF-8 behind its escapes, or holds a NUL.
    pub fn parse(text: &str) -> Option<Form> {
        let mut pairs = Vec::new();
        for piece in text.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            pairs.push((decode(name, true)?, decode(value, true)?));
        }
        Some(Form(pairs))
    }

    /// The first value of a name; the empty string when there is none: a form can't tell the two apart.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or("")
    }

    /// The first value of a name, if the name is there at all.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// A box that is ticked sends its name.
    pub fn ticked(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The form without these names.
    pub fn without(mut self, names: &[&str]) -> Form {
        self.0.retain(|(found, _)| !names.contains(&found.as_str()));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The form as a query or body.
    pub fn encoded(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.0 {
            if !out.is_empty() {
                out.push('&');
            }
            encode_into(&mut out, name);
            out.push('=');
            encode_into(&mut out, value);
        }
        out
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Form {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Form {
        Form(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Percent-decodes; `plus_is_space` in forms and queries, not in paths. `None` for a broken escape, NUL, or what is not UTF-8.
pub fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        match bytes[place] {
            b'%' => {
                let hex = text.get(place + 1..place + 3)?;
                if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return None;
                }
                out.push(u8::from_str_radix(hex, 16).ok()?);
                place += 2;
            }
            b'+' if plus_is_space => out.push(b' '),
            byte => out.push(byte),
        }
        place += 1;
    }
    if out.contains(&0) {
        return None;
    }
    String::from_utf8(out).ok()
}

/// Percent-encodes all but RFC 3986's unreserved characters.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode_into(&mut out, text);
    out
}

fn encode_into(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_and_written() {
        let form = Form::parse("message=1&message=22&q=M%C3%BCller+%2B+fils&vide=&seul").unwrap();
        assert_eq!(form.all("message").collect::<Vec<_>>(), ["1", "22"]);
        assert_eq!(form.get("q"), "Müller + fils");
        assert_eq!((form.find("vide"), form.find("seul"), form.find("rien")), (Some(""), Some(""), None));
        assert_eq!(Form::parse(&form.encoded()), Some(form));
    }

    #[test]
    fn broken_escapes_are_refused() {
        for text in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=%00", "%C3=1", "a=%+1"] {
            assert_eq!(Form::parse(text), None, "{text}");
        }
    }
}
