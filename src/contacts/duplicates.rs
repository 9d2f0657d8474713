//! Cards that may be of the same person: the same telephone, or the same name and birth date.

use super::model::{Contact, NewContact, sort_name};
use super::store;
use crate::base::{ContactId, SubscriberId};
use crate::error::Result;
use crate::store::Reads;

/// Why a card looks like another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    NameAndBirth,
    Phone,
}

impl Why {
    /// « même téléphone ».
    pub fn label(self) -> &'static str {
        match self {
            Why::NameAndBirth => "même nom et même date de naissance",
            Why::Phone => "même téléphone",
        }
    }
}

/// A card that another may double.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    pub contact: Contact,
    pub why: Why,
}

/// A family of this size behind one number is enough to look through.
const SHOWN_MAX: usize = 8;

/// The cards that what was typed may double, the likeliest first; `except` is the card being typed.
pub fn likely(
    tx: &impl Reads,
    subscriber: SubscriberId,
    typed: &NewContact,
    except: Option<ContactId>,
) -> Result<Vec<Likeness>> {
    let mut found: Vec<Likeness> = Vec::new();
    let mut take = |contact: Contact, why| {
        if Some(contact.id) != except && !found.iter().any(|other| other.contact.id == contact.id) {
            found.push(Likeness { contact, why });
        }
    };
    if let Some(birth) = typed.birth {
        let name = sort_name(&typed.last_name, &typed.first_name);
        if !name.is_empty() {
            for contact in store::by_sort_name(tx, subscriber, &name)? {
                if contact.birth == Some(birth) {
                    take(contact, Why::NameAndBirth);
                }
            }
        }
    }
    for line in &typed.phones {
        for contact in store::by_phone(tx, subscriber, &line.phone)? {
            take(contact, Why::Phone);
        }
    }
    found.truncate(SHOWN_MAX);
    Ok(found)
}
