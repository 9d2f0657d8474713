//! « Qui a changé quoi »: of an appointment, of a slot, of a day. It holds places and numbers, no names of contacts.

use super::model::{Actor, Minute, Opening, Place};
use super::store::{self, EVENTS, EVENTS_BY_APPOINTMENT, EVENTS_BY_DAY, next};
use crate::base::{AppointmentId, Instant, PersonId, SubscriberId, time};
use crate::error::Result;
use crate::notices::hooks;
use crate::store::{Direction, Reads, Record, Write};
use crate::subscribers::Side;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Lines of a day or an appointment that are shown: the newest.
const LINES_MAX: usize = 200;

/// Something that happened to an agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Instant,
    /// The name shown, as it was.
    pub who: String,
    pub person: Option<PersonId>,
    /// Done by the secretariat, not by the abonné's own people.
    pub by_secretariat: bool,
    pub appointment: Option<AppointmentId>,
    /// Where: after a move, before and after.
    pub places: Vec<Place>,
    pub what: What,
}

impl Record for Event {}

/// What happened. New ones go to the end: their place is what the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    Booked,
    /// The padlock.
    Blocked,
    /// Over another, on purpose.
    Forced,
    /// What is written in it, not when it is.
    Changed,
    Moved,
    Cancelled,
    /// Taken back: the appointment is as it was before the last change.
    Undone,
    /// The slot's own opening.
    Opened {
        opening: Opening,
        repeated: bool,
    },
    OpeningUndone,
    AbsenceAdded,
    AbsenceRemoved,
    Imported,
}

impl What {
    /// The words of the history.
    pub fn label(self) -> &'static str {
        match self {
            What::Booked => "rendez-vous pris",
            What::Blocked => "créneau bloqué",
            What::Forced => "rendez-vous forcé",
            What::Changed => "rendez-vous modifié",
            What::Moved => "rendez-vous déplacé",
            What::Cancelled => "rendez-vous annulé",
            What::Undone => "changement annulé",
            What::Opened { opening: Opening::Unworked, repeated: false } => "créneau non travaillé",
            What::Opened { opening: Opening::Unworked, repeated: true } => "créneau non travaillé, chaque semaine",
            What::Opened { repeated: false, .. } => "créneau travaillé",
            What::Opened { repeated: true, .. } => "créneau travaillé, chaque semaine",
            What::OpeningUndone => "changement du créneau annulé",
            What::AbsenceAdded => "absence ajoutée",
            What::AbsenceRemoved => "absence supprimée",
            What::Imported => "rendez-vous importé",
        }
    }
}

/// As what other software hears of it. What was undone says itself which way it went; a file is told at once.
fn told_as(what: What) -> Option<hooks::Kind> {
    match what {
        What::Booked | What::Blocked | What::Forced => Some(hooks::Kind::AppointmentBooked),
        What::Moved => Some(hooks::Kind::AppointmentMoved),
        What::Cancelled => Some(hooks::Kind::AppointmentCancelled),
        _ => None,
    }
}

/// Adds a line.
pub(super) fn note(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    actor: Actor<'_>,
    now: Instant,
    appointment: Option<AppointmentId>,
    places: &[Place],
    what: What,
) -> Result<()> {
    let event = Event {
        at: now,
        who: actor.name.to_owned(),
        person: actor.person,
        by_secretariat: actor.side == Side::Secretariat,
        appointment,
        places: places.to_vec(),
        what,
    };
    if let (Some(appointment), Some(kind)) = (appointment, told_as(what)) {
        hooks::tell(tx, subscriber, kind, Some(appointment.0), now)?;
    }
    let id = subscriber.0;
    let number = next(tx, subscriber, |numbers| &mut numbers.event)?;
    EVENTS.put(tx, (id, number), &event)?;
    for place in places {
        EVENTS_BY_DAY.put(tx, (id, place.date.0, number), &())?;
    }
    if let Some(appointment) = appointment {
        EVENTS_BY_APPOINTMENT.put(tx, (id, appointment.0, number), &())?;
    }
    Ok(())
}

/// What happened to an appointment, oldest first.
pub fn of_appointment(tx: &impl Reads, subscriber: SubscriberId, appointment: AppointmentId) -> Result<Vec<Event>> {
    let id = subscriber.0;
    let mut numbers = Vec::new();
    let range = (id, appointment.0, 0)..=(id, appointment.0, u64::MAX);
    EVENTS_BY_APPOINTMENT.open(tx)?.keys(range, Direction::Descending, 0, |(_, _, number)| {
        numbers.push(number);
        if numbers.len() == LINES_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    numbers.reverse();
    read(tx, subscriber, &numbers)
}

/// What happened on a day, newest first.
pub fn of_day(tx: &impl Reads, subscriber: SubscriberId, date: NaiveDate) -> Result<Vec<Event>> {
    let (id, day) = (subscriber.0, time::Day::from(date).0);
    let mut numbers = Vec::new();
    let range = (id, day, 0)..=(id, day, u64::MAX);
    EVENTS_BY_DAY.open(tx)?.keys(range, Direction::Descending, 0, |(_, _, number)| {
        numbers.push(number);
        if numbers.len() == LINES_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    read(tx, subscriber, &numbers)
}

/// What happened to a stretch of a day, newest first.
pub fn of_slot(
    tx: &impl Reads,
    subscriber: SubscriberId,
    date: NaiveDate,
    start: Minute,
    end: Minute,
) -> Result<Vec<Event>> {
    let day = time::Day::from(date);
    let mut events = of_day(tx, subscriber, date)?;
    events.retain(|event| {
        event
            .places
            .iter()
            .any(|place| place.date == day && place.start < end && start < place.start.plus(place.minutes))
    });
    Ok(events)
}

fn read(tx: &impl Reads, subscriber: SubscriberId, numbers: &[u64]) -> Result<Vec<Event>> {
    let opened = store::EVENTS.open(tx)?;
    let mut events = Vec::with_capacity(numbers.len());
    for number in numbers {
        events.extend(opened.get((subscriber.0, *number))?);
    }
    Ok(events)
}
