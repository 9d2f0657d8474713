//! Contact cards as resources of other software (CardDAV, RFC 6352): under which name and UID each goes, what was sent of it, and
//! how what is sent is written. Every write passes the same functions as the screens do.
//!
//! What a program sent is given back word for word as long as the card says the same; changed here, it is told anew, with the
//! lines that a card of ours has no place for (pictures, other addresses) kept.

use super::model::{By, Contact, NewContact};
use super::store::{self, CARDS, SHELF};
use super::vcard::{self, Dialect};
use crate::base::lines::{Property, fold_into, unfold};
use crate::base::{ContactId, Instant, SubscriberId};
use crate::error::{Error, Result};
use crate::store::shelf::Named;
use crate::store::{Direction, Reads, Write};
use chrono::NaiveDate;
use std::ops::ControlFlow;

/// What is sent of one card, in bytes: with a picture of the size of a thumb.
pub const OBJECT_BYTES_MAX: usize = 256 * 1024;
/// The last part of an address, and a UID, in bytes.
const NAME_BYTES_MAX: usize = 255;

/// A card with what other software calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    pub card: Contact,
    named: Option<Named>,
}

impl Resource {
    fn new(tx: &impl Reads, subscriber: SubscriberId, card: Contact) -> Result<Resource> {
        let named = SHELF.named.get(tx, (subscriber.0, card.id.0))?;
        Ok(Resource { card, named })
    }

    /// The last part of its address.
    pub fn name(&self) -> String {
        self.named.as_ref().map_or_else(|| usual_name(self.card.id), |named| named.name.clone())
    }

    pub fn uid(&self, subscriber: SubscriberId) -> String {
        match &self.named {
            Some(named) => named.identity.clone(),
            None => format!("contact-{subscriber}-{}@permanence", self.card.id),
        }
    }

    /// Changes whenever what it says does (RFC 9110, 8.8.3).
    pub fn tag(&self) -> String {
        format!("\"{}-{}\"", self.card.revision, self.named.as_ref().map_or(0, |named| named.stamp))
    }

    /// The card as text/vcard.
    pub fn text(&self, tx: &impl Reads, subscriber: SubscriberId, dialect: Dialect) -> Result<String> {
        let mut more = String::new();
        if let Some(named) = &self.named {
            let sent =
                SHELF.sent.get(tx, (subscriber.0, named.name.as_str()))?.map(|sent| sent.text).unwrap_or_default();
            if named.exact == Some(self.card.revision) && dialect_of(&sent) == Some(dialect) {
                return Ok(sent);
            }
            more = kept_lines(&sent);
        }
        let mut out = String::with_capacity(512);
        vcard::write_as(&self.card, dialect, &self.uid(subscriber), &more, &mut out);
        Ok(out)
    }
}

fn usual_name(id: ContactId) -> String {
    format!("contact-{id}.vcf")
}

fn usual_number(name: &str) -> Option<ContactId> {
    let id = ContactId(name.strip_prefix("contact-")?.strip_suffix(".vcf")?.parse().ok()?);
    (usual_name(id) == name).then_some(id)
}

/// The resource of a name. A card that was merged into another is no more.
pub fn find(tx: &impl Reads, subscriber: SubscriberId, name: &str) -> Result<Option<Resource>> {
    let usual = usual_number(name).map(|id| id.0);
    let Some(id) = SHELF.thing_of(tx, subscriber.0, name, usual)? else { return Ok(None) };
    let card = CARDS.get(tx, (subscriber.0, id))?;
    card.map(|card| Resource::new(tx, subscriber, card)).transpose()
}

/// The name under which a UID is in use.
fn name_of_uid(tx: &impl Reads, subscriber: SubscriberId, uid: &str) -> Result<Option<String>> {
    let Some(name) = SHELF.identities.get(tx, (subscriber.0, uid))? else { return Ok(None) };
    Ok(find(tx, subscriber, &name)?.map(|_| name))
}

/// Every card, by number.
pub fn list(tx: &impl Reads, subscriber: SubscriberId) -> Result<Vec<Resource>> {
    let named = SHELF.named.open(tx)?;
    let mut found = Vec::new();
    CARDS.each(tx, (subscriber.0, 0)..(subscriber.0 + 1, 0), Direction::Ascending, |_, card| {
        let name = named.get((subscriber.0, card.id.0))?;
        found.push(Resource { card, named: name });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Names with what stands there now, if anything does.
pub type Changed = Vec<(String, Option<Resource>)>;

/// What changed since a place: the name, and the resource unless it is gone. `None` for a place too far back.
pub fn changed(tx: &impl Reads, subscriber: SubscriberId, since: u64) -> Result<Option<Changed>> {
    let Some(changes) = SHELF.since(tx, subscriber.0, since)? else { return Ok(None) };
    let mut found = Vec::with_capacity(changes.len());
    for change in changes {
        let card = CARDS.get(tx, (subscriber.0, change.thing))?;
        let name = match SHELF.named.get(tx, (subscriber.0, change.thing))? {
            Some(named) => named.name,
            None => usual_name(ContactId(change.thing)),
        };
        found.push((name, card.map(|card| Resource::new(tx, subscriber, card)).transpose()?));
    }
    Ok(Some(found))
}

/// The place of the last change.
pub fn last_change(tx: &impl Reads, subscriber: SubscriberId) -> Result<u64> {
    SHELF.last(tx, subscriber.0)
}

/// The version that a card says it is of.
fn dialect_of(text: &str) -> Option<Dialect> {
    let value = unfold(text).iter().filter_map(|line| Property::read(line)).find(|one| one.name == "VERSION")?.value;
    match value.trim() {
        "3.0" => Some(Dialect::V3),
        "4.0" => Some(Dialect::V4),
        _ => None,
    }
}

/// A line's group and name: « item1.TEL ».
fn group_and_name(property: &Property) -> (&str, &str) {
    property.name.rsplit_once('.').unwrap_or(("", property.name.as_str()))
}

/// The lines that a card of ours has no place for. Their groups get names that ours don't have.
fn kept_lines(sent: &str) -> String {
    const OURS: [&str; 11] =
        ["BEGIN", "END", "VERSION", "UID", "REV", "PRODID", "N", "FN", "BDAY", "NOTE", "X-PERMANENCE-NOUVEAU"];
    let lines: Vec<(String, Property)> =
        unfold(sent).into_iter().filter_map(|line| Property::read(&line).map(|property| (line, property))).collect();
    // Of e-mail and postal addresses the first is ours.
    let mut first: Vec<&str> = Vec::new();
    let mut taken_groups: Vec<&str> = Vec::new();
    let mut kept: Vec<&(String, Property)> = Vec::new();
    for line in &lines {
        let (group, name) = group_and_name(&line.1);
        let ours = OURS.contains(&name) || name == "TEL" || (matches!(name, "EMAIL" | "ADR") && !first.contains(&name));
        if ours {
            first.push(name);
            taken_groups.push(group);
        } else {
            kept.push(line);
        }
    }
    let mut out = String::new();
    for (line, property) in kept {
        let (group, name) = group_and_name(property);
        if group.is_empty() {
            fold_into(&mut out, line);
        } else if !(name == "X-ABLABEL" && taken_groups.contains(&group)) {
            fold_into(&mut out, &format!("autre-{line}"));
        }
    }
    out
}

/// What came of something sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Made(Contact, Option<String>),
    /// With the tag of what was sent, if it is given back word for word.
    Changed(Contact, Option<String>),
    /// Somebody else was there since the sender last looked (412).
    Stale,
    /// The UID is in use under this name.
    UidTaken(String),
}

/// Whether the sender may write, given the tag of what is there.
pub type Condition<'a> = &'a dyn Fn(Option<&str>) -> bool;

/// Writes what other software sends under a name. `Invalid` for what is no card of a person.
#[allow(clippy::too_many_arguments)]
pub fn put(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    name: &str,
    text: &str,
    may: Condition<'_>,
    today: NaiveDate,
    by: By<'_>,
    now: Instant,
) -> Result<Written> {
    let there = find(tx, subscriber, name)?;
    if !may(there.as_ref().map(Resource::tag).as_deref()) {
        return Ok(Written::Stale);
    }
    if there.is_none() && usual_number(name).is_some() {
        return Err(Error::Conflict("Ce nom est celui d’une fiche faite ici, qui n’est plus là.".into()));
    }
    let (uid, new, says_new) = read(text, today)?;
    if uid.is_empty() || uid.len() > NAME_BYTES_MAX || name.len() > NAME_BYTES_MAX {
        return Err(Error::invalid("fichier", "Cette fiche n’a pas d’UID, ou son nom est trop long."));
    }
    match name_of_uid(tx, subscriber, &uid)? {
        Some(other) if other != name => return Ok(Written::UidTaken(other)),
        _ => {}
    }
    if let Some(resource) = there.as_ref().filter(|resource| resource.uid(subscriber) != uid) {
        return Ok(Written::UidTaken(resource.name()));
    }
    let made = there.is_none();
    let card = match there {
        None => store::add(tx, subscriber, new, by, now)?,
        Some(Resource { card, .. }) => {
            // Programs that don't know the mark drop it; that is no word of theirs about it.
            let new_patient = if says_new { new.new_patient } else { card.new_patient };
            store::change(tx, subscriber, card.id, NewContact { new_patient, ..new }, None, by, now)?
        }
    };
    let text = if text.contains("\r\n") { text.to_owned() } else { text.replace('\n', "\r\n") };
    // Told in the version of telephones, a card of the other is not what was sent.
    let word_for_word = dialect_of(&text) == Some(Dialect::V3);
    SHELF.keep(tx, subscriber.0, card.id.0, name, &uid, text, Some(card.revision))?;
    let resource = Resource::new(tx, subscriber, card)?;
    let tag = word_for_word.then(|| resource.tag());
    Ok(if made { Written::Made(resource.card, tag) } else { Written::Changed(resource.card, tag) })
}

/// The UID, the card, and whether it says anything of new patients.
fn read(text: &str, today: NaiveDate) -> Result<(String, NewContact, bool)> {
    let refused = |sentence: &str| Error::invalid("fichier", sentence);
    let mut cards = vcard::read(text, today);
    let (Some(read), true) = (cards.pop(), cards.is_empty()) else {
        return Err(refused("Ce n’est pas une fiche au format vCard, ou il y en a plusieurs."));
    };
    let mut uid = String::new();
    let mut says_new = false;
    for property in unfold(text).iter().filter_map(|line| Property::read(line)) {
        match (group_and_name(&property).1, property.value.trim()) {
            ("UID", value) => uid = value.to_owned(),
            ("X-PERMANENCE-NOUVEAU", _) => says_new = true,
            ("KIND" | "X-ADDRESSBOOKSERVER-KIND", kind) if kind.eq_ignore_ascii_case("group") => {
                return Err(refused(
                    "Les groupes de contacts n’existent pas ici : seules les fiches de personnes sont gardées.",
                ));
            }
            _ => {}
        }
    }
    Ok((uid, read.card.checked(today)?, says_new))
}

/// Erases the card that other software takes away.
pub fn delete(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    name: &str,
    may: Condition<'_>,
    now: Instant,
) -> Result<Option<Contact>> {
    let resource = find(tx, subscriber, name)?.ok_or(Error::NotFound)?;
    if !may(Some(&resource.tag())) {
        return Ok(None);
    }
    store::remove(tx, subscriber, resource.card.id, now).map(Some)
}
