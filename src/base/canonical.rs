//! JSON in the one way of writing that RFC 8785 leaves: what is hashed or signed must be the same bytes for everybody.
//!
//! Names of members are plain ASCII here and numbers are whole, so that neither the order of UTF-16 nor the shape of
//! fractions can be got wrong; what is neither is refused.

use crate::error::{Error, Result};
use serde_json::Value;

/// The canonical bytes of a value.
pub fn bytes(value: &Value) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write(value, &mut out)?;
    Ok(out)
}

/// The largest whole number that every reader of JSON keeps exactly (RFC 8785, 3.2.2.3; ECMAScript's safe integers).
const INTEGER_MAX: u64 = (1 << 53) - 1;

fn write(value: &Value, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Value::Null => out.extend(b"null"),
        Value::Bool(true) => out.extend(b"true"),
        Value::Bool(false) => out.extend(b"false"),
        Value::Number(number) => match number.as_i64() {
            Some(whole) if whole.unsigned_abs() <= INTEGER_MAX => out.extend(whole.to_string().bytes()),
            _ => return Err(Error::internal("a number that is not whole, or too large, has no canonical form here")),
        },
        Value::String(text) => string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            if !names.iter().all(|name| name.is_ascii()) {
                return Err(Error::internal("a member's name is not plain ASCII"));
            }
            names.sort();
            out.push(b'{');
            for (place, name) in names.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                string(name, out);
                out.push(b':');
                write(&members[name.as_str()], out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// RFC 8785, 3.2.2.2: the two-letter escapes, `\u00xx` in lower case for other control characters, all else as it is.
fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for letter in text.chars() {
        match letter {
            '"' => out.extend(b"\\\""),
            '\\' => out.extend(b"\\\\"),
            '\u{8}' => out.extend(b"\\b"),
            '\t' => out.extend(b"\\t"),
            '\n' => out.extend(b"\\n"),
            '\u{c}' => out.extend(b"\\f"),
            '\r' => out.extend(b"\\r"),
            control if control < ' ' => out.extend(format!("\\u{:04x}", u32::from(control)).bytes()),
            other => out.extend(other.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8785, 3.2.2 and 3.2.4, without its fractions: the string of the example, and its literals.
    #[test]
    fn strings_and_order_are_those_of_the_rfc() {
        let value: Value = serde_json::from_str(
            r#"{ "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false], "a": 12 }"#,
        )
        .unwrap();
        let expected = r#"{"a":12,"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(String::from_utf8(bytes(&value).unwrap()).unwrap(), expected);
    }

    #[test]
    fn what_has_no_single_form_is_refused() {
        for text in ["1.5", "9007199254740992", "{\"é\":1}"] {
            assert!(bytes(&serde_json::from_str(text).unwrap()).is_err(), "{text}");
        }
        assert_eq!(bytes(&serde_json::from_str("-9007199254740991").unwrap()).unwrap(), b"-9007199254740991");
    }
}
