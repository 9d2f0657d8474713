//! What becomes of each card of a file: new, or the double of a card that is there or of an earlier row.

use super::Row;
use crate::base::{ContactId, Instant, SubscriberId};
use crate::contacts::duplicates::{self, Why};
use crate::contacts::model::{By, Contact, NewContact, What, sort_name};
use crate::contacts::store;
use crate::error::Result;
use crate::store::{Reads, Write};
use std::collections::HashMap;

/// What to do with doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubles {
    /// They are left out.
    Skip,
    /// What they know and the card does not is added to it.
    Complete,
    /// They become cards of their own.
    Create,
}

impl Doubles {
    pub const ALL: [(Doubles, &'static str, &'static str); 3] = [
        (Doubles::Skip, "ignorer", "Ne pas les reprendre"),
        (Doubles::Complete, "completer", "Compléter la fiche existante"),
        (Doubles::Create, "creer", "En faire des fiches quand même"),
    ];

    pub fn word(self) -> &'static str {
        Doubles::ALL.iter().find(|(doubles, ..)| *doubles == self).map_or("ignorer", |(_, word, _)| *word)
    }

    pub fn from_word(word: &str) -> Doubles {
        Doubles::ALL.iter().find(|(_, known, _)| *known == word).map_or(Doubles::Skip, |(doubles, ..)| *doubles)
    }
}

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    New,
    /// The very card is there already: nothing to do, whatever was chosen.
    Known(ContactId),
    Double {
        of: ContactId,
        name: String,
        why: Why,
    },
    /// Of the row at this place, earlier in the file.
    DoubleOfRow {
        place: usize,
        why: Why,
    },
}

/// What each row is, in their order. A double of a double is one of the first.
pub fn fates(tx: &impl Reads, subscriber: SubscriberId, rows: &[Row]) -> Result<Vec<Fate>> {
    let mut by_phone: HashMap<&str, usize> = HashMap::new();
    let mut by_birth = HashMap::new();
    let mut fates = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let card = &row.card;
        let born = card.birth.map(|birth| (sort_name(&card.last_name, &card.first_name), birth));
        let phones = || card.phones.iter().map(|line| line.phone.kept()).filter(|kept| kept.starts_with('+'));
        let earlier = born
            .as_ref()
            .and_then(|born| by_birth.get(born).map(|place| (*place, Why::NameAndBirth)))
            .or_else(|| phones().find_map(|phone| by_phone.get(phone)).map(|place| (*place, Why::Phone)));
        let fate = match known(tx, subscriber, card)? {
            Some(fate) => fate,
            None => match earlier {
                Some((place, why)) => Fate::DoubleOfRow { place, why },
                None => Fate::New,
            },
        };
        if fate == Fate::New {
            born.map(|born| by_birth.entry(born).or_insert(place));
            for phone in phones() {
                by_phone.entry(phone).or_insert(place);
            }
        }
        fates.push(fate);
    }
    Ok(fates)
}

/// The card that a row is or doubles.
fn known(tx: &impl Reads, subscriber: SubscriberId, card: &NewContact) -> Result<Option<Fate>> {
    let name = sort_name(&card.last_name, &card.first_name);
    for contact in store::by_sort_name(tx, subscriber, &name)? {
        if contact.as_new() == *card {
            return Ok(Some(Fate::Known(contact.id)));
        }
    }
    let mut likely = duplicates::likely(tx, subscriber, card, None)?;
    if likely.is_empty() {
        return Ok(None);
    }
    let like = likely.swap_remove(0);
    Ok(Some(Fate::Double { of: like.contact.id, name: like.contact.name(), why: like.why }))
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub new: u64,
    pub known: u64,
    pub doubles: u64,
}

pub fn counts(fates: &[Fate]) -> Counts {
    let mut counts = Counts::default();
    for fate in fates {
        match fate {
            Fate::New => counts.new += 1,
            Fate::Known(_) => counts.known += 1,
            Fate::Double { .. } | Fate::DoubleOfRow { .. } => counts.doubles += 1,
        }
    }
    counts
}

/// What one write is to do.
#[derive(Debug, Clone, Default)]
pub struct Work {
    pub add: Vec<NewContact>,
    /// Cards that are there, with what a file knows besides.
    pub complete: Vec<(ContactId, NewContact)>,
}

impl Work {
    pub fn len(&self) -> usize {
        self.add.len() + self.complete.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same in steps, so that the one writer is soon free for others.
    pub fn steps(self, step: usize) -> Vec<Work> {
        let mut steps = Vec::new();
        let mut add = self.add.into_iter().peekable();
        while add.peek().is_some() {
            steps.push(Work { add: add.by_ref().take(step).collect(), complete: Vec::new() });
        }
        let mut complete = self.complete.into_iter().peekable();
        while complete.peek().is_some() {
            steps.push(Work { add: Vec::new(), complete: complete.by_ref().take(step).collect() });
        }
        steps
    }
}

/// What to do, given what to do with doubles.
pub fn work(rows: Vec<Row>, fates: &[Fate], doubles: Doubles) -> Work {
    let mut work = Work::default();
    // Where the card of a row went in the list of those to add.
    let mut added: HashMap<usize, usize> = HashMap::new();
    for ((place, row), fate) in rows.into_iter().enumerate().zip(fates) {
        match (fate, doubles) {
            (Fate::New, _) | (Fate::Double { .. } | Fate::DoubleOfRow { .. }, Doubles::Create) => {
                added.insert(place, work.add.len());
                work.add.push(row.card);
            }
            (Fate::Double { of, .. }, Doubles::Complete) => work.complete.push((*of, row.card)),
            (Fate::DoubleOfRow { place, .. }, Doubles::Complete) => {
                if let Some(card) = added.get(place).and_then(|place| work.add.get_mut(*place)) {
                    complete(card, row.card);
                }
            }
            (Fate::Known(_), _) | (_, Doubles::Skip) => {}
        }
    }
    work
}

/// Does one step in one write; how many cards were made and how many completed.
pub fn write(tx: &Write<'_>, subscriber: SubscriberId, work: Work, by: By<'_>, now: Instant) -> Result<(u64, u64)> {
    let added = store::add_all(tx, subscriber, work.add, by, now, What::Imported)?.len() as u64;
    let mut completed = 0;
    for (id, more) in work.complete {
        let Some(contact) = store::contact(tx, subscriber, id)? else { continue };
        let mut fields = contact.as_new();
        complete(&mut fields, more);
        let changed: Contact = store::change(tx, subscriber, id, fields, None, by, now)?;
        completed += u64::from(changed.revision != contact.revision);
    }
    Ok((added, completed))
}

/// Adds to a card what it does not know.
fn complete(card: &mut NewContact, more: NewContact) {
    let fill = |field: &mut String, value: String| {
        if field.is_empty() {
            *field = value;
        }
    };
    fill(&mut card.civility, more.civility);
    fill(&mut card.last_name, more.last_name);
    fill(&mut card.first_name, more.first_name);
    fill(&mut card.email, more.email);
    card.birth = card.birth.or(more.birth);
    if card.address.is_empty() && card.postal_code.is_empty() && card.town.is_empty() {
        (card.address, card.postal_code, card.town) = (more.address, more.postal_code, more.town);
    }
    for line in more.phones {
        let room = card.phones.len() < crate::contacts::model::PHONES_MAX;
        if room && !card.phones.iter().any(|known| known.phone == line.phone) {
            card.phones.push(line);
        }
    }
    let both = card.notes.chars().count() + more.notes.chars().count();
    if !more.notes.is_empty() && !card.notes.contains(&more.notes) && both < crate::base::limits::TEXT_CHARS_MAX {
        if !card.notes.is_empty() {
            card.notes.push('\n');
        }
        card.notes.push_str(&more.notes);
    }
}
