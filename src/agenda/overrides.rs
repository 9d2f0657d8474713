//! Slots changed by hand: for one day, for every such weekday from now on, or until a date.
//!
//! A change lies over the typical week as a piece of paper over a page: of several, the one made last shows. One that is
//! repeated counts as part of the typical week, so that holidays and absences lie over it and a new typical week ends it;
//! one for a single day lies over everything.

use super::model::{Actor, Kind, Minute, Opening, Place, SLOT_MINUTES_MAX, SLOT_MINUTES_MIN, UndoToken};
use super::store::{self, OVERRIDES, REPEATED};
use super::week::weekday_of;
use super::{day, history, rules, undo};
use crate::base::{Instant, SubscriberId, time};
use crate::error::{Error, Result};
use crate::store::{Direction, Reads, Record, Write};
use crate::subscribers::Subscriber;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Changes of one day, and repeated ones of one abonné: nobody reaches this by hand.
const OVERRIDES_MAX: usize = 400;

/// A stretch of a day whose opening, and perhaps slot length, was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Orders changes, and them with typical weeks, by when they were made.
    pub number: u64,
    /// The first day.
    pub from: time::Day,
    /// The last one; `None` from now on for ever.
    pub until: Option<time::Day>,
    pub start: Minute,
    pub end: Minute,
    pub opening: Opening,
    /// A new slot length in minutes; the grid stays where it is otherwise.
    pub slot_minutes: Option<u16>,
}

impl Record for Override {}

/// A change of a slot as somebody wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub date: NaiveDate,
    pub start: Minute,
    pub end: Minute,
    pub opening: Opening,
    pub slot_minutes: Option<u16>,
    pub reach: Reach,
}

/// For which days a change holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    ThisDay,
    /// All such weekdays from this one on.
    FromNowOn,
    /// All such weekdays until a date, included.
    Until(NaiveDate),
}

impl Reach {
    /// The word of forms: `jour`, `toujours`, `jusqu-au`.
    pub fn word(self) -> &'static str {
        match self {
            Reach::ThisDay => "jour",
            Reach::FromNowOn => "toujours",
            Reach::Until(_) => "jusqu-au",
        }
    }
}

impl Change {
    /// Problems are tied to `heure`, `duree-creneau`, `jusqu-au`.
    pub fn checked(self) -> Result<Change> {
        if self.start >= self.end || self.end > Minute::END {
            return Err(Error::invalid("heure", "Ce créneau finit avant de commencer."));
        }
        if self.slot_minutes.is_some_and(|minutes| !(SLOT_MINUTES_MIN..=SLOT_MINUTES_MAX).contains(&minutes)) {
            let sentence = format!("Un créneau dure de {SLOT_MINUTES_MIN} à {SLOT_MINUTES_MAX} minutes.");
            return Err(Error::invalid("duree-creneau", sentence));
        }
        if matches!(self.reach, Reach::Until(date) if date < self.date) {
            return Err(Error::invalid("jusqu-au", "Cette date vient avant le jour du créneau."));
        }
        Ok(self)
    }
}

/// Changes a slot. The change shows over older ones of the same time.
pub fn change(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    change: Change,
    actor: Actor<'_>,
    now: Instant,
) -> Result<UndoToken> {
    let change = change.checked()?;
    let id = subscriber.id;
    let number = store::next(tx, id, |numbers| &mut numbers.rule)?;
    let date = time::Day::from(change.date);
    let until = match change.reach {
        Reach::ThisDay => Some(date),
        Reach::FromNowOn => None,
        Reach::Until(date) => Some(date.into()),
    };
    let made = Override {
        number,
        from: date,
        until,
        start: change.start,
        end: change.end,
        opening: change.opening,
        slot_minutes: change.slot_minutes,
    };
    let mut removed = Vec::new();
    if change.reach == Reach::ThisDay {
        removed = covered(tx, id, &made)?;
        for old in &removed {
            OVERRIDES.remove(tx, (id.0, date.0, old.number))?;
        }
        OVERRIDES.put(tx, (id.0, date.0, number), &made)?;
    } else {
        if repeated(tx, id)?.len() >= OVERRIDES_MAX {
            return Err(Error::invalid("jusqu-au", TOO_MANY));
        }
        REPEATED.put(tx, (id.0, number), &made)?;
    }
    let place = Place { date, start: change.start, minutes: change.end.0 - change.start.0 };
    let what = history::What::Opened { opening: change.opening, repeated: change.reach != Reach::ThisDay };
    history::note(tx, id, actor, now, None, &[place], what)?;
    tx.touch(id.0);
    undo::keep(tx, id, actor, now, undo::Step::Overridden { made, removed }, None)
}

const TOO_MANY: &str = "L’agenda porte trop de changements répétés : modifiez plutôt la semaine type.";

/// Older changes of the day that a new one hides entirely, so that toggling a slot does not pile up rows.
fn covered(tx: &impl Reads, subscriber: SubscriberId, made: &Override) -> Result<Vec<Override>> {
    let of_day = of_days(tx, subscriber, made.from, made.from)?;
    if of_day.len() >= OVERRIDES_MAX {
        return Err(Error::invalid("heure", "Ce jour porte trop de changements."));
    }
    let hidden = |old: &Override| old.slot_minutes.is_none() && made.start <= old.start && old.end <= made.end;
    Ok(of_day.into_iter().filter(hidden).collect())
}

/// The blue arrow: worked again, as the typical week has it, or as a consultation where it has nothing.
pub fn work_again(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    date: NaiveDate,
    start: Minute,
    end: Minute,
    actor: Actor<'_>,
    now: Instant,
) -> Result<UndoToken> {
    let rules = rules::load(tx, subscriber, date, date)?;
    let by_rule = day::opening_by_rule(&rules, date, start);
    let opening = if by_rule.is_worked() { by_rule } else { Opening::Worked(Kind::Consultation) };
    let wanted = Change { date, start, end, opening, slot_minutes: None, reach: Reach::ThisDay };
    change(tx, subscriber, wanted, actor, now)
}

/// The changes made for single days, between two (both included), by day and in the order they were made.
pub(super) fn of_days(
    tx: &impl Reads,
    subscriber: SubscriberId,
    from: time::Day,
    to: time::Day,
) -> Result<Vec<Override>> {
    let mut found = Vec::new();
    let range = (subscriber.0, from.0, 0)..=(subscriber.0, to.0, u64::MAX);
    OVERRIDES.each(tx, range, Direction::Ascending, |_, made| {
        found.push(made);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// The repeated changes of an abonné, in the order they were made.
pub fn repeated(tx: &impl Reads, subscriber: SubscriberId) -> Result<Vec<Override>> {
    let mut found = Vec::new();
    REPEATED.each(tx, (subscriber.0, 0)..=(subscriber.0, u64::MAX), Direction::Ascending, |_, made| {
        found.push(made);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Ends a repeated change; whether it was there.
pub fn remove_repeated(tx: &Write<'_>, subscriber: SubscriberId, number: u64) -> Result<bool> {
    tx.touch(subscriber.0);
    REPEATED.remove(tx, (subscriber.0, number))
}

/// Brings an override back, or takes it away, as it was.
pub(super) fn put_back(tx: &Write<'_>, subscriber: SubscriberId, made: &Override) -> Result<()> {
    if made.is_for_one_day() {
        OVERRIDES.put(tx, (subscriber.0, made.from.0, made.number), made)
    } else {
        REPEATED.put(tx, (subscriber.0, made.number), made)
    }
}

pub(super) fn take_away(tx: &Write<'_>, subscriber: SubscriberId, made: &Override) -> Result<bool> {
    if made.is_for_one_day() {
        OVERRIDES.remove(tx, (subscriber.0, made.from.0, made.number))
    } else {
        REPEATED.remove(tx, (subscriber.0, made.number))
    }
}

impl Override {
    /// A change until its own first day is one for that day.
    fn is_for_one_day(&self) -> bool {
        self.until == Some(self.from)
    }

    /// Whether it counts on a date of its weekday.
    pub fn reaches(&self, date: NaiveDate) -> bool {
        let day = time::Day::from(date);
        self.from <= day
            && self.until.is_none_or(|until| day <= until)
            && weekday_of(self.from.date().weekday()) == weekday_of(date.weekday())
    }
}
