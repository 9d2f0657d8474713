//! What an abonné decided about its agenda as a whole, and the dates opened or closed by hand.

use super::holidays::Region;
use super::model::Minute;
use super::store::{MARKS, SETTINGS};
use crate::base::time;
use crate::base::{SubscriberId, Zone};
use crate::error::Result;
use crate::store::{Direction, Reads, Record, Write};
use crate::subscribers::Subscriber;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// An agenda's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whose public holidays.
    pub region: Region,
    /// Public holidays are worked like other days.
    pub works_holidays: bool,
    /// « Forcer le rendez-vous » is allowed.
    pub forcing: bool,
    /// The hours that the screen shows unfolded, whatever is worked.
    pub shown_from: Minute,
    pub shown_to: Minute,
    /// The length of slots that no period gives one, in minutes.
    pub slot_minutes: u16,
}

impl Record for Settings {}
impl Record for Mark {}

impl Settings {
    /// What an abonné of a zone has who never said.
    pub fn usual(zone: Zone) -> Settings {
        Settings {
            region: Region::of(zone),
            works_holidays: false,
            forcing: false,
            shown_from: Minute::at(8, 0),
            shown_to: Minute::at(19, 0),
            slot_minutes: 15,
        }
    }
}

/// What was said by hand of one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// Worked, public holiday or not.
    Opened,
    Closed,
}

pub fn settings(tx: &impl Reads, subscriber: &Subscriber) -> Result<Settings> {
    Ok(SETTINGS.get(tx, subscriber.id.0)?.unwrap_or_else(|| Settings::usual(subscriber.zone)))
}

pub fn set(tx: &Write<'_>, subscriber: SubscriberId, settings: &Settings) -> Result<()> {
    tx.touch(subscriber.0);
    SETTINGS.put(tx, subscriber.0, settings)
}

/// The dates between two (both included) that were opened or closed by hand.
pub fn marks(
    tx: &impl Reads,
    subscriber: SubscriberId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<time::Day, Mark>> {
    let mut marks = BTreeMap::new();
    let (from, to) = (time::Day::from(from).0, time::Day::from(to).0);
    MARKS.each(tx, (subscriber.0, from)..=(subscriber.0, to), Direction::Ascending, |(_, day), mark| {
        marks.insert(time::Day(day), mark);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(marks)
}

/// Opens or closes a date by hand, or leaves it to the rules again.
pub fn mark(tx: &Write<'_>, subscriber: SubscriberId, date: NaiveDate, mark: Option<Mark>) -> Result<()> {
    let key = (subscriber.0, time::Day::from(date).0);
    match mark {
        Some(mark) => MARKS.put(tx, key, &mark)?,
        None => {
            MARKS.remove(tx, key)?;
        }
    }
    tx.touch(subscriber.0);
    Ok(())
}
