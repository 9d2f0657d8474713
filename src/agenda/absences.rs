//! Absences of the abonné, and the warnings both ways: the appointments under one, the ones over an appointment.

use super::appointments;
use super::model::{Absence, Actor, Appointment, Minute, Place, UndoToken};
use super::objects::of_absence;
use super::store::{self, ABSENCES, SHELF};
use super::{history, undo};
use crate::base::text::clean_line;
use crate::base::{Instant, SubscriberId, limits, time};
use crate::error::{Error, Problems, Result};
use crate::store::{Direction, Reads, Write};
use crate::subscribers::Subscriber;
use chrono::{Duration, NaiveDate, NaiveDateTime};
use std::ops::ControlFlow;

/// The longest absence, in days: a parental leave.
const DAYS_MAX: i64 = 3 * 366;
/// Absences to come of one abonné.
const ABSENCES_MAX: usize = 500;

/// An absence as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAbsence {
    pub from: NaiveDate,
    pub from_minute: Minute,
    /// The last day, included.
    pub until: NaiveDate,
    /// 24:00 for a whole last day.
    pub until_minute: Minute,
    pub reason: String,
}

impl NewAbsence {
    pub fn days(from: NaiveDate, until: NaiveDate, reason: impl Into<String>) -> NewAbsence {
        NewAbsence { from, from_minute: Minute::START, until, until_minute: Minute::END, reason: reason.into() }
    }

    /// The same as one that is kept.
    pub fn of(absence: &Absence) -> NewAbsence {
        NewAbsence {
            from: absence.from.date(),
            from_minute: absence.from_minute,
            until: absence.until.date(),
            until_minute: absence.until_minute,
            reason: absence.reason.clone(),
        }
    }

    /// Problems are tied to the form's names: `au`, `raison`.
    pub fn checked(mut self) -> Result<NewAbsence> {
        let mut problems = Problems::default();
        clean_line(&mut self.reason);
        if self.reason.chars().count() > limits::NAME_CHARS_MAX {
            problems.add("raison", format!("Le motif dépasse {} caractères.", limits::NAME_CHARS_MAX));
        }
        if (self.from, self.from_minute) >= (self.until, self.until_minute) {
            problems.add("au", "L’absence finit avant de commencer.");
        } else if self.until.signed_duration_since(self.from).num_days() > DAYS_MAX {
            problems.add("au", "Une absence dure trois ans au plus.");
        }
        problems.into_result()?;
        Ok(self)
    }

    fn as_absence(&self, id: u64) -> Absence {
        Absence {
            id,
            from: self.from.into(),
            from_minute: self.from_minute,
            until: self.until.into(),
            until_minute: self.until_minute,
            reason: self.reason.clone(),
        }
    }
}

/// The absences that touch the days between two, both included, in the order they end.
pub fn between(tx: &impl Reads, subscriber: SubscriberId, from: NaiveDate, to: NaiveDate) -> Result<Vec<Absence>> {
    let (from, to) = (time::Day::from(from), time::Day::from(to));
    let mut found = Vec::new();
    ABSENCES.each(
        tx,
        (subscriber.0, from.0, 0)..=(subscriber.0, i32::MAX, u64::MAX),
        Direction::Ascending,
        |_, absence| {
            if absence.from <= to {
                found.push(absence);
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    Ok(found)
}

/// The absences that end on a date or later, by their beginning.
pub fn from(tx: &impl Reads, subscriber: SubscriberId, date: NaiveDate) -> Result<Vec<Absence>> {
    let mut found = between(tx, subscriber, date, NaiveDate::MAX)?;
    found.sort_by_key(|absence| (absence.from, absence.from_minute, absence.id));
    Ok(found)
}

/// An absence by number.
pub fn absence(tx: &impl Reads, subscriber: SubscriberId, id: u64) -> Result<Absence> {
    let mut found = None;
    ABSENCES.each(
        tx,
        (subscriber.0, i32::MIN, 0)..=(subscriber.0, i32::MAX, u64::MAX),
        Direction::Descending,
        |_, one| {
            let here = one.id == id;
            if here {
                found = Some(one);
            }
            Ok(if here { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        },
    )?;
    found.ok_or(Error::NotFound)
}

/// The absences that lie over a time: what to warn of before booking there.
pub fn over(tx: &impl Reads, subscriber: &Subscriber, place: Place) -> Result<Vec<Absence>> {
    let date = place.date.date();
    let start = place.start.on(date);
    let end = start + Duration::minutes(i64::from(place.minutes));
    let mut found = between(tx, subscriber.id, date, end.date())?;
    found.retain(|absence| begins(absence) < end && start < ends(absence));
    Ok(found)
}

fn begins(absence: &Absence) -> NaiveDateTime {
    absence.from_minute.on(absence.from.date())
}

fn ends(absence: &Absence) -> NaiveDateTime {
    absence.until_minute.on(absence.until.date())
}

/// The appointments to come under an absence, by time: the list to call through. Blocked times are left out.
pub fn under(tx: &impl Reads, subscriber: &Subscriber, new: &NewAbsence, now: Instant) -> Result<Vec<Appointment>> {
    let absence = new.as_absence(0);
    let mut found = appointments::between(tx, subscriber, new.from, new.until)?;
    found.retain(|appointment| {
        appointment.start_civil() < ends(&absence)
            && begins(&absence) < appointment.end_civil(subscriber.zone)
            && !appointment.is_over(now)
            && !appointment.blocked
    });
    Ok(found)
}

/// Adds an absence. The appointments under it stay: calling people is for people.
pub fn add(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    new: NewAbsence,
    actor: Actor<'_>,
    now: Instant,
) -> Result<(Absence, UndoToken)> {
    let id = subscriber.id;
    if from(tx, id, now.local(subscriber.zone).date())?.len() >= ABSENCES_MAX {
        return Err(Error::invalid("du", "Il y a trop d’absences à venir : supprimez-en d’abord."));
    }
    let absence = new.as_absence(store::next(tx, id, |numbers| &mut numbers.absence)?);
    put(tx, id, &absence)?;
    history::note(tx, id, actor, now, None, &[first_place(&absence)], history::What::AbsenceAdded)?;
    let undo = undo::keep(tx, id, actor, now, undo::Step::AbsenceAdded(absence.clone()), None)?;
    Ok((absence, undo))
}

/// Takes an absence away; undone, it is there again.
pub fn remove(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    absence: &Absence,
    actor: Actor<'_>,
    now: Instant,
) -> Result<UndoToken> {
    if !take_away(tx, subscriber.id, absence)? {
        return Err(Error::NotFound);
    }
    history::note(tx, subscriber.id, actor, now, None, &[first_place(absence)], history::What::AbsenceRemoved)?;
    undo::keep(tx, subscriber.id, actor, now, undo::Step::AbsenceRemoved(absence.clone()), None)
}

/// Where the history of a day shows an absence: at its beginning.
fn first_place(absence: &Absence) -> Place {
    let minutes = absence.on(absence.from.date()).map_or(0, |(start, end)| end.0 - start.0);
    Place { date: absence.from, start: absence.from_minute, minutes }
}

pub(super) fn put(tx: &Write<'_>, subscriber: SubscriberId, absence: &Absence) -> Result<()> {
    tx.touch(subscriber.0);
    SHELF.note(tx, subscriber.0, of_absence(absence.id), false)?;
    ABSENCES.put(tx, (subscriber.0, absence.until.0, absence.id), absence)
}

pub(super) fn take_away(tx: &Write<'_>, subscriber: SubscriberId, absence: &Absence) -> Result<bool> {
    tx.touch(subscriber.0);
    SHELF.note(tx, subscriber.0, of_absence(absence.id), true)?;
    ABSENCES.remove(tx, (subscriber.0, absence.until.0, absence.id))
}
