//! Two cards of one person made one, and undone for a day.
//!
//! The merged card's number becomes an alias of the other: nothing that holds it is rewritten.

use super::model::{By, Contact, NewContact, PHONES_MAX, What};
use super::store::{self, ALIASED, ALIASES, CARDS, MERGES, SHELF};
use crate::base::{ContactId, Instant, SubscriberId, time};
use crate::error::{Error, Result};
use crate::store::{Direction, Reads, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// How long a merge can be undone.
pub const UNDONE_WITHIN_MS: i64 = time::DAY_MS;

/// What a merge replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    pub at: Instant,
    /// The card that stayed, as it was before.
    pub before: Contact,
    /// Its revision right after: while it has it still, undoing gives it back its former words.
    pub revision: u32,
    /// The card that went.
    pub merged: Contact,
}

impl Merge {
    pub fn can_be_undone(&self, now: Instant) -> bool {
        now.ms_since(self.at) < UNDONE_WITHIN_MS
    }
}

/// Makes `gone` part of `kept`, which says `fields` from now on. Each comes with the revision that the person saw.
pub fn merge(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    (kept, kept_seen): (ContactId, u32),
    (gone, gone_seen): (ContactId, u32),
    fields: NewContact,
    by: By<'_>,
    now: Instant,
) -> Result<Contact> {
    let before = CARDS.get(tx, (subscriber.0, kept.0))?.ok_or(Error::NotFound)?;
    let merged = CARDS.get(tx, (subscriber.0, gone.0))?.ok_or(Error::NotFound)?;
    if kept == gone {
        return Err(Error::NotFound);
    }
    if before.revision != kept_seen || merged.revision != gone_seen {
        return Err(Error::Conflict(
            "L’une des deux fiches a été modifiée entre-temps : vérifiez le résultat, puis fusionnez de nouveau."
                .into(),
        ));
    }
    let after = fields.into_contact(before.id, before.revision + 1);
    store::take_away(tx, subscriber, &merged)?;
    store::replace(tx, subscriber, &before, &after)?;
    ALIASES.put(tx, (subscriber.0, gone.0), &kept.0)?;
    ALIASED.put(tx, (subscriber.0, kept.0, gone.0), &())?;
    let merge = Merge { at: now, before, revision: after.revision, merged };
    MERGES.put(tx, (subscriber.0, gone.0), &merge)?;
    store::note(tx, subscriber, kept, by, now, What::MergedFrom(gone))?;
    Ok(after)
}

/// The merges into a card that can still be undone, the last first.
pub fn undoable(tx: &impl Reads, subscriber: SubscriberId, kept: ContactId, now: Instant) -> Result<Vec<Merge>> {
    let mut gone = Vec::new();
    ALIASED.open(tx)?.keys(
        (subscriber.0, kept.0, 0)..=(subscriber.0, kept.0, u64::MAX),
        Direction::Ascending,
        0,
        |(_, _, id)| {
            gone.push(id);
            ControlFlow::Continue(())
        },
    )?;
    let mut found = Vec::new();
    for id in gone {
        found.extend(MERGES.get(tx, (subscriber.0, id))?.filter(|merge| merge.can_be_undone(now)));
    }
    found.sort_by_key(|merge| std::cmp::Reverse(merge.at));
    Ok(found)
}

/// Brings the merged card back, and the words that the other had before, unless somebody has changed them since.
/// The card that is back.
pub fn undo(tx: &Write<'_>, subscriber: SubscriberId, gone: ContactId, by: By<'_>, now: Instant) -> Result<Contact> {
    let merge = MERGES.get(tx, (subscriber.0, gone.0))?.filter(|merge| merge.can_be_undone(now));
    let merge = merge.ok_or(Error::NotFound)?;
    let kept = merge.before.id;
    let Some(now_kept) = CARDS.get(tx, (subscriber.0, kept.0))? else {
        return Err(Error::Conflict(
            "La fiche qui a été gardée a elle-même été fusionnée depuis : annulez d’abord cette fusion-là.".into(),
        ));
    };
    if now_kept.revision == merge.revision {
        let before = Contact { revision: now_kept.revision + 1, ..merge.before };
        store::replace(tx, subscriber, &now_kept, &before)?;
    }
    ALIASES.remove(tx, (subscriber.0, gone.0))?;
    ALIASED.remove(tx, (subscriber.0, kept.0, gone.0))?;
    MERGES.remove(tx, (subscriber.0, gone.0))?;
    store::bring_back(tx, subscriber, &merge.merged)?;
    store::note(tx, subscriber, kept, by, now, What::Parted(gone))?;
    store::note(tx, subscriber, gone, by, now, What::Parted(kept))?;
    Ok(merge.merged)
}

/// Drops what is kept of a card that was merged away, with its alias; for a card that is erased.
pub(super) fn forget(tx: &Write<'_>, subscriber: SubscriberId, id: ContactId) -> Result<()> {
    if let Some(kept) = ALIASES.get(tx, (subscriber.0, id.0))? {
        ALIASES.remove(tx, (subscriber.0, id.0))?;
        ALIASED.remove(tx, (subscriber.0, kept, id.0))?;
        MERGES.remove(tx, (subscriber.0, id.0))?;
    }
    Ok(())
}

/// Drops what merges replaced that can no longer be undone; the aliases stay.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old = Vec::new();
    MERGES.each(tx, (0, 0).., Direction::Ascending, |key, merge| {
        if !merge.can_be_undone(now) {
            old.push(key);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for key in &old {
        MERGES.remove(tx, key)?;
        SHELF.forget(tx, key.0, key.1)?;
    }
    if old.is_empty() { Ok(()) } else { tx.note_erased(old.len() as u64) }
}

/// What the card that stays will say: every number and note of both, and of each other field the one's or the other's.
/// `takes_other` is asked by the names of the form: `civilite`, `nom`, `prenom`, `naissance`, `adresse`, `email`.
pub fn together(kept: &Contact, gone: &Contact, takes_other: impl Fn(&str) -> bool) -> NewContact {
    let mut fields = kept.as_new();
    let other = gone.as_new();
    if takes_other("civilite") {
        fields.civility = other.civility;
    }
    if takes_other("nom") {
        fields.last_name = other.last_name;
    }
    if takes_other("prenom") {
        fields.first_name = other.first_name;
    }
    if takes_other("naissance") {
        fields.birth = other.birth;
    }
    if takes_other("adresse") {
        (fields.address, fields.postal_code, fields.town) = (other.address, other.postal_code, other.town);
    }
    if takes_other("email") {
        fields.email = other.email;
    }
    for line in other.phones {
        if !fields.phones.iter().any(|known| known.phone == line.phone) {
            fields.phones.push(line);
        }
    }
    if !other.notes.is_empty() && !fields.notes.contains(&other.notes) {
        if !fields.notes.is_empty() {
            fields.notes.push('\n');
        }
        fields.notes.push_str(&other.notes);
    }
    // Numbers beyond what a card holds are not lost.
    for line in fields.phones.split_off(fields.phones.len().min(PHONES_MAX)) {
        fields.notes.push_str(&format!("\nAutre téléphone : {} {}", line.phone.shown(), line.word));
    }
    fields.new_patient &= other.new_patient;
    fields
}
