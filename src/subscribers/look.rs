//! « Voir comme »: an administrator on an abonné's screens, for an hour at most, never able to act.
//!
//! A look belongs to one session of the administrator and ends with it. The abonné decides whether there may be any, and
//! finds each in its own journal. What keeps the hands still is not here: `app` refuses every form of such a desk, and the
//! store refuses every write while its pages are made.

use super::model::Subscriber;
use super::store;
use crate::base::{Instant, PersonId, SubscriberId, time};
use crate::error::{Error, Result};
use crate::journal::{Action, Entry};
use crate::people::SignedIn;
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Long enough to follow somebody on the telephone through a question, short enough not to be forgotten.
pub const LONGEST_MS: i64 = time::HOUR_MS;

/// By session.
pub(super) static LOOKS: Collection<u64, Look> = Collection::new("subscribers.looks");
/// By abonné; without a row, what is usual.
pub(super) static PERMISSIONS: Collection<u64, Permissions> = Collection::new("subscribers.permissions");

impl Record for Look {}
impl Record for Permissions {}

/// A look under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub subscriber: SubscriberId,
    pub person: PersonId,
    pub login: String,
    pub since: Instant,
}

impl Look {
    fn is_over(&self, now: Instant) -> bool {
        !(0..LONGEST_MS).contains(&now.ms_since(self.since))
    }

    /// The line that says it ended.
    pub fn end_entry(&self, at: Instant) -> Entry {
        Entry::new(at, Action::LookEnded).by(self.person, &self.login).about(self.subscriber)
    }
}

/// What an abonné allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    /// « Voir comme ».
    pub looks: bool,
}

impl Default for Permissions {
    fn default() -> Permissions {
        Permissions { looks: true }
    }
}

pub fn permissions(tx: &impl Reads, subscriber: SubscriberId) -> Result<Permissions> {
    Ok(PERMISSIONS.get(tx, subscriber.0)?.unwrap_or_default())
}

/// Writes what an abonné allows; forbidding looks ends those under way, which come back to be noted.
pub fn set_permissions(tx: &Write<'_>, subscriber: SubscriberId, permissions: Permissions) -> Result<Vec<Look>> {
    PERMISSIONS.put(tx, subscriber.0, &permissions)?;
    tx.touch(subscriber.0);
    if permissions.looks { Ok(Vec::new()) } else { end_where(tx, |look| look.subscriber == subscriber) }
}

/// Begins a look in this session, in place of one that it may have: that one comes back to be noted. `NotFound` for an
/// abonné that is not there or not active, `Forbidden` where it does not allow it.
pub fn begin(tx: &Write<'_>, who: &SignedIn, id: SubscriberId, now: Instant) -> Result<Option<Look>> {
    store::subscriber(tx, id)?.filter(|subscriber| subscriber.active).ok_or(Error::NotFound)?;
    if !permissions(tx, id)?.looks {
        return Err(Error::Forbidden);
    }
    let before = LOOKS.get(tx, who.session_id())?;
    let person = &who.person;
    let look = Look { subscriber: id, person: person.id, login: person.login.clone(), since: now };
    LOOKS.put(tx, who.session_id(), &look)?;
    Ok(before)
}

/// Ends this session's look; it comes back to be noted.
pub fn end(tx: &Write<'_>, who: &SignedIn) -> Result<Option<Look>> {
    let look = LOOKS.get(tx, who.session_id())?.filter(|look| look.person == who.person.id);
    if look.is_some() {
        LOOKS.remove(tx, who.session_id())?;
    }
    Ok(look)
}

/// The abonné that this session looks at, if it does.
pub fn at(tx: &impl Reads, who: &SignedIn, now: Instant) -> Result<Option<Subscriber>> {
    let Some(look) = LOOKS.get(tx, who.session_id())? else { return Ok(None) };
    if look.person != who.person.id || look.is_over(now) || !permissions(tx, look.subscriber)?.looks {
        return Ok(None);
    }
    Ok(store::subscriber(tx, look.subscriber)?.filter(|subscriber| subscriber.active))
}

/// Drops looks that have lasted their hour, with the moment at which each ended.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<Vec<Look>> {
    end_where(tx, |look| look.is_over(now))
}

/// Ends every look at an abonné.
pub fn end_all(tx: &Write<'_>, subscriber: SubscriberId) -> Result<Vec<Look>> {
    end_where(tx, |look| look.subscriber == subscriber)
}

/// Drops what an abonné allowed, when it is deleted.
pub fn forget(tx: &Write<'_>, subscriber: SubscriberId) -> Result<()> {
    PERMISSIONS.remove(tx, subscriber.0)?;
    Ok(())
}

fn end_where(tx: &Write<'_>, fits: impl Fn(&Look) -> bool) -> Result<Vec<Look>> {
    let mut ended = Vec::new();
    LOOKS.each(tx, 0.., Direction::Ascending, |session, look| {
        if fits(&look) {
            ended.push((session, look));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (session, _) in &ended {
        LOOKS.remove(tx, *session)?;
    }
    Ok(ended.into_iter().map(|(_, look)| look).collect())
}
