//! Receipts of SMS: a gateway calls an address that only it was told, one for each SMS.

use super::letter::{Receipt, said};
use super::settings::{self, Gateway, Sms};
use super::{Letter, outbox};
use crate::base::{Instant, LetterId, secret};
use crate::error::{Error, Result};
use crate::http::Form;
use crate::store::{Collection, Reads, Write};
use serde_json::Value;

/// Hash of the token → letter.
pub(super) static RECEIPTS: Collection<&'static [u8], u64> = Collection::new("notices.receipts");

/// The token of a letter, made when it is first sent; it is worked out again from what only the file knows.
pub(super) fn token(letter: &Letter) -> String {
    let hash = secret::token_hash(&format!("{} {}", letter.message_id, letter.to));
    secret::base64url(&hash[..24])
}

/// Lets a receipt find its letter.
pub(super) fn expect(tx: &Write<'_>, letter: &Letter) -> Result<()> {
    RECEIPTS.put(tx, secret::token_hash(&token(letter)).as_slice(), &letter.id.0)
}

/// The letter that a token belongs to.
pub fn letter_of(tx: &impl Reads, token: &str) -> Result<LetterId> {
    RECEIPTS.get(tx, secret::token_hash(token).as_slice())?.map(LetterId).ok_or(Error::NotFound)
}

/// Takes a receipt. The letter whose state it changed; `None` when it says nothing that was not known.
pub fn take(tx: &Write<'_>, token: &str, form: &Form, now: Instant) -> Result<Option<Letter>> {
    let id = letter_of(tx, token)?;
    let Some(Sms::Http(gateway)) = settings::sms(tx)? else { return Ok(None) };
    let Some(delivered) = delivered(&gateway, form) else { return Ok(None) };
    let words: Vec<String> = form.iter().take(8).map(|(name, value)| format!("{name}={value}")).collect();
    outbox::note_receipt(tx, id, Receipt { at: now, delivered, said: said(&words.join(" ")) })
}

/// Members that one receipt may have.
const MEMBERS_MAX: usize = 64;

/// The members of a JSON receipt as a form has them, each by its own name however deep it lies.
pub fn members(json: &Value, form: &mut Form) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::Object(_) | Value::Array(_) => members_of_many(value, form),
                    Value::String(text) => push(form, name, text),
                    Value::Null => {}
                    Value::Bool(_) | Value::Number(_) => push(form, name, &value.to_string()),
                }
            }
        }
        _ => members_of_many(json, form),
    }
}

fn members_of_many(json: &Value, form: &mut Form) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| members(item, form)),
        Value::Object(_) => members(json, form),
        _ => {}
    }
}

fn push(form: &mut Form, name: &str, value: &str) {
    if form.iter().count() < MEMBERS_MAX {
        form.push(name, value);
    }
}

/// What a receipt says, by the words that the settings know; `None` for what is neither.
fn delivered(gateway: &Gateway, form: &Form) -> Option<bool> {
    let says = |pairs: &str| {
        pairs
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .any(|(name, value)| form.all(name.trim()).any(|found| found.trim().eq_ignore_ascii_case(value.trim())))
    };
    if says(&gateway.delivered) {
        Some(true)
    } else if says(&gateway.lost) {
        Some(false)
    } else {
        None
    }
}
