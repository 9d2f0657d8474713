//! What JSON looks like, going in and coming out: one description serves to check what arrives and to describe it.
//! Pure.

use crate::base::{Instant, Zone, time};
use crate::error::{Error, Problems, Result};
use crate::http::Form;
use serde_json::{Map, Value, json};

/// What a member holds.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Characters at most.
    Text(usize),
    Flag,
    /// Least, most.
    Whole(i64, i64),
    /// « 2026-11-24 », civil.
    Date,
    /// « 09:15 », civil.
    Time,
    /// RFC 3339, with the offset of the abonné's zone.
    Moment,
    OneOf(&'static [&'static str]),
    Object(&'static Schema),
    /// Items at most.
    Many(&'static Schema, usize),
}

/// One member.
#[derive(Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// Always there.
    pub required: bool,
    /// Null where there is nothing to say.
    pub nullable: bool,
    pub about: &'static str,
    /// JSON.
    pub example: &'static str,
}

/// An object of a name.
pub struct Schema {
    pub name: &'static str,
    pub fields: &'static [Field],
}

/// A member that may be left out, or null.
pub const fn may(name: &'static str, kind: Kind, about: &'static str, example: &'static str) -> Field {
    Field { name, kind, required: false, nullable: true, about, example }
}

/// A member that must be there.
pub const fn must(name: &'static str, kind: Kind, about: &'static str, example: &'static str) -> Field {
    Field { name, kind, required: true, nullable: false, about, example }
}

/// A member of what is shown that is null where there is nothing to say.
pub const fn null(name: &'static str, kind: Kind, about: &'static str, example: &'static str) -> Field {
    Field { name, kind, required: true, nullable: true, about, example }
}

/// Reads a body as an object; none at all is an empty one. `None` for what is no object.
pub fn parse(text: &str) -> Option<Map<String, Value>> {
    if text.trim().is_empty() {
        return Some(Map::new());
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Some(members),
        Ok(_) | Err(_) => None,
    }
}

/// What an object says as the form of a screen; all that is wrong comes back at once, by member.
pub fn check(fields: &'static [Field], members: &Map<String, Value>) -> Result<Form> {
    let (mut form, mut problems) = (Form::default(), Problems::default());
    for field in fields {
        match members.get(field.name) {
            Some(Value::Null) if field.nullable => {}
            None if !field.required => {}
            None => problems.add(field.name, format!("« {} » est nécessaire.", field.name)),
            Some(value) => take(field, value, field.name, &mut form, &mut problems),
        }
    }
    for name in members.keys() {
        if !fields.iter().any(|field| field.name == name) {
            let shown: String = name.chars().take(60).collect();
            problems.add("", format!("« {shown} » n’est pas un membre connu."));
        }
    }
    problems.into_result()?;
    Ok(form)
}

fn take(field: &Field, value: &Value, name: &str, form: &mut Form, problems: &mut Problems) {
    let mut wrong = |what: &str| problems.add(field.name, format!("« {name} » {what}."));
    match (field.kind, value) {
        (Kind::Text(_), Value::String(text)) if text.contains('\0') => wrong("contient un caractère nul"),
        (Kind::Text(most), Value::String(text)) if text.chars().count() > most => {
            wrong(&format!("compte plus de {most} caractères"))
        }
        (Kind::Text(_), Value::String(text)) => form.push(name, text.as_str()),
        (Kind::Flag, Value::Bool(true)) => form.push(name, "1"),
        (Kind::Flag, Value::Bool(false)) => {}
        (Kind::Whole(least, most), Value::Number(number)) => match whole(number) {
            Some(number) if (least..=most).contains(&number) => form.push(name, number.to_string()),
            _ => wrong(&format!("doit être un entier de {least} à {most}")),
        },
        (Kind::Date, Value::String(text)) if is_date(text) => form.push(name, text.as_str()),
        (Kind::Time, Value::String(text)) if is_time(text) => form.push(name, text.as_str()),
        (Kind::OneOf(words), Value::String(text)) if words.contains(&text.as_str()) => form.push(name, text.as_str()),
        (Kind::Many(_, most), Value::Array(items)) if items.len() > most => {
            wrong(&format!("compte plus de {most} éléments"))
        }
        (Kind::Many(schema, _), Value::Array(items)) => {
            for (place, item) in items.iter().enumerate() {
                let Value::Object(members) = item else { return wrong("doit contenir des objets") };
                // Screens number the lines of a list: `telephone-1`, `usage-1`.
                match check(schema.fields, members) {
                    Ok(line) => line.iter().for_each(|(name, value)| form.push(format!("{name}-{}", place + 1), value)),
                    Err(cause) => return wrong(&format!(", élément {} : {cause}", place + 1)),
                }
            }
        }
        (Kind::Date, _) => wrong("doit être une date comme « 2026-11-24 »"),
        (Kind::Time, _) => wrong("doit être une heure comme « 09:15 »"),
        (Kind::OneOf(words), _) => wrong(&format!("doit être l’un de : {}", words.join(", "))),
        (Kind::Flag, _) => wrong("doit être vrai ou faux"),
        (Kind::Whole(..), _) => wrong("doit être un entier"),
        (Kind::Text(_) | Kind::Moment, _) => wrong("doit être un texte"),
        (Kind::Object(_) | Kind::Many(..), _) => wrong("n’a pas la bonne forme"),
    }
}

/// « 3.0 » is the integer 3 too (JSON Schema, 6.1.1).
fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15).map(|float| float as i64)
    })
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.as_bytes().get(4) == Some(&b'-') && time::parse_date(text).is_some()
}

fn is_time(text: &str) -> bool {
    text.len() == 5 && text.as_bytes().get(2) == Some(&b':') && time::parse_time(text).is_some()
}

/// Checks the query of an address.
pub fn check_query(fields: &'static [Field], query: &Form) -> Result<()> {
    let mut problems = Problems::default();
    for field in fields {
        let Some(text) = query.find(field.name) else {
            if field.required {
                problems.add(field.name, format!("« {} » est nécessaire.", field.name));
            }
            continue;
        };
        let value = match field.kind {
            Kind::Whole(..) => {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                if digits { text.parse::<i64>().map_or(Value::Null, Value::from) } else { Value::Null }
            }
            _ => Value::from(text),
        };
        take(field, &value, field.name, &mut Form::default(), &mut problems);
    }
    problems.into_result()
}

/// The description of an object (JSON Schema 2020-12, as OpenAPI 3.1 takes it).
pub fn of_object(fields: &[Field], closed: bool) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.to_owned(), of_field(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if closed {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

/// The description of a member.
pub fn of_field(field: &Field) -> Value {
    let mut schema = match field.kind {
        Kind::Text(most) => json!({ "type": "string", "maxLength": most, "pattern": "^[^\\u0000]*$" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" }),
        Kind::Moment => json!({ "type": "string", "format": "date-time" }),
        Kind::OneOf(words) => json!({ "type": "string", "enum": words }),
        Kind::Object(schema) => of_object(schema.fields, false),
        Kind::Many(schema, most) => {
            json!({ "type": "array", "maxItems": most, "items": of_object(schema.fields, true) })
        }
    };
    if field.nullable {
        schema["type"] = json!([schema["type"], "null"]);
        if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            words.push(Value::Null);
        }
    }
    if !field.about.is_empty() {
        schema["description"] = json!(field.about);
    }
    schema
}

/// An example of an object.
pub fn example(fields: &[Field]) -> Value {
    let member = |field: &Field| {
        let value = match field.kind {
            Kind::Object(schema) if field.example.is_empty() => example(schema.fields),
            Kind::Many(schema, _) if field.example.is_empty() => json!([example(schema.fields)]),
            _ => serde_json::from_str(field.example).unwrap_or(Value::Null),
        };
        (field.name.to_owned(), value)
    };
    Value::Object(fields.iter().map(member).collect())
}

/// « 2026-11-24T10:00:00+01:00 ».
pub fn moment(at: Instant, zone: Zone) -> Value {
    let utc = chrono::DateTime::<chrono::Utc>::from_timestamp_millis(at.0).unwrap_or_default();
    Value::from(utc.with_timezone(&zone.0).to_rfc3339_opts(chrono::SecondsFormat::Secs, false))
}

/// One problem with the query.
pub fn wrong(field: &'static str, sentence: &str) -> Error {
    Error::invalid(field, sentence)
}
