//! « Annuler »: each change leaves what brings the agenda back to what it was, for a day, to whoever made it.

use super::model::{Absence, Actor, Appointment, Place, UndoToken};
use super::overrides::{self, Override};
use super::store::{self, UNDOS};
use super::{absences, announce, appointments, following, history};
use crate::base::{AppointmentId, Instant, MessageNumber, PersonId, SubscriberId, time};
use crate::counters::{self, Counted, Month};
use crate::error::{Error, Result};
use crate::notices::hooks;
use crate::store::carried::Numbers;
use crate::store::{Direction, Record, Write};
use crate::subscribers::{Side, Subscriber};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// How long a change can be taken back.
const KEPT_MS: i64 = time::DAY_MS;
/// Old ones dropped with each new one: more than come, so that they don't pile up.
const DROPPED_AT_ONCE: usize = 8;

/// How a change is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Undo {
    at: Instant,
    person: Option<PersonId>,
    step: Step,
    /// What announced it to the abonné.
    message: Option<MessageNumber>,
}

impl Record for Undo {}

impl Undo {
    /// Exchanges the numbers of another house.
    pub(super) fn carry(&mut self, numbers: &Numbers) {
        self.person = numbers.person(self.person);
        if let Step::Changed { before, .. } = &mut self.step {
            before.created_by_person = numbers.person(before.created_by_person);
        }
    }
}

/// What was done. New kinds go to the end: their place is what the file keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    /// These were booked, each in that version.
    Booked(Vec<(AppointmentId, u32)>),
    Cancelled(AppointmentId),
    Changed {
        before: Box<Appointment>,
        version: u32,
    },
    Overridden {
        made: Override,
        removed: Vec<Override>,
    },
    AbsenceAdded(Absence),
    AbsenceRemoved(Absence),
}

/// What an undo led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// « Rendez-vous remis à sa place. »
    pub sentence: &'static str,
    /// Where to look now.
    pub place: Place,
}

/// Keeps what takes a change back.
pub(super) fn keep(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    actor: Actor<'_>,
    now: Instant,
    step: Step,
    message: Option<MessageNumber>,
) -> Result<UndoToken> {
    let mut old = Vec::new();
    let range = (subscriber.0, 0)..=(subscriber.0, u64::MAX);
    UNDOS.each(tx, range, Direction::Ascending, |(_, token), undo| {
        if now.ms_since(undo.at) <= KEPT_MS || old.len() == DROPPED_AT_ONCE {
            return Ok(ControlFlow::Break(()));
        }
        old.push(token);
        Ok(ControlFlow::Continue(()))
    })?;
    for token in old {
        UNDOS.remove(tx, (subscriber.0, token))?;
    }
    let token = store::next(tx, subscriber, |numbers| &mut numbers.undo)?;
    UNDOS.put(tx, (subscriber.0, token), &Undo { at: now, person: actor.person, step, message })?;
    Ok(UndoToken(token))
}

/// Takes a change back, exactly, or says in a `Conflict` why it can't be. `NotFound` for what somebody else did, what was
/// taken back before, and what is older than a day.
pub fn undo(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    token: UndoToken,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Undone> {
    let id = subscriber.id;
    let undo = UNDOS.get(tx, (id.0, token.0))?.ok_or(Error::NotFound)?;
    if undo.person != actor.person || now.ms_since(undo.at) > KEPT_MS {
        return Err(Error::NotFound);
    }
    let undone = match &undo.step {
        Step::Booked(booked) => unbook(tx, subscriber, booked, actor, now)?,
        Step::Cancelled(appointment) => uncancel(tx, subscriber, *appointment, actor, now)?,
        Step::Changed { before, version } => change_back(tx, subscriber, before, *version, actor, now)?,
        Step::Overridden { made, removed } => reopen(tx, id, made, removed, actor, now)?,
        Step::AbsenceAdded(absence) => {
            if !absences::take_away(tx, id, absence)? {
                return Err(Error::Conflict("Cette absence a déjà été supprimée.".into()));
            }
            history::note(tx, id, actor, now, None, &[absence_place(absence)], history::What::AbsenceRemoved)?;
            Undone { sentence: "L’absence est retirée.", place: absence_place(absence) }
        }
        Step::AbsenceRemoved(absence) => {
            absences::put(tx, id, absence)?;
            history::note(tx, id, actor, now, None, &[absence_place(absence)], history::What::AbsenceAdded)?;
            Undone { sentence: "L’absence est rétablie.", place: absence_place(absence) }
        }
    };
    if let Some(message) = undo.message
        && !announce::take_back(tx, id, message)?
    {
        tell_again(tx, subscriber, &undo.step, actor, now)?;
    }
    UNDOS.remove(tx, (id.0, token.0))?;
    tx.touch(id.0);
    Ok(undone)
}

fn absence_place(absence: &Absence) -> Place {
    let minutes = absence.on(absence.from.date()).map_or(0, |(start, end)| end.0 - start.0);
    Place { date: absence.from, start: absence.from_minute, minutes }
}

const CHANGED_SINCE: &str = "Ce rendez-vous a changé entre-temps : l’annulation n’est plus possible.";
const TAKEN_SINCE: &str = "Le créneau a été pris entre-temps : le rendez-vous ne peut pas y revenir.";

fn taken_since(cause: Error) -> Error {
    match cause {
        Error::Conflict(_) => Error::Conflict(TAKEN_SINCE.into()),
        other => other,
    }
}

fn unbook(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    booked: &[(AppointmentId, u32)],
    actor: Actor<'_>,
    now: Instant,
) -> Result<Undone> {
    let mut place = None;
    for (id, version) in booked {
        let appointment = match appointments::appointment(tx, subscriber.id, *id) {
            Ok(appointment) if appointment.version == *version => appointment,
            Ok(_) | Err(Error::NotFound) => return Err(Error::Conflict(CHANGED_SINCE.into())),
            Err(other) => return Err(other),
        };
        appointments::take_away(tx, subscriber.id, &appointment)?;
        if actor.side == Side::Secretariat && !appointment.blocked {
            counters::uncount(tx, subscriber.id, Month::at(appointment.created, subscriber.zone), Counted::Booked)?;
        }
        store::CANCELLED.put(tx, (subscriber.id.0, id.0), &appointment)?;
        following::gone(tx, subscriber, &appointment, false, now)?;
        hooks::tell(tx, subscriber.id, hooks::Kind::AppointmentCancelled, Some(id.0), now)?;
        history::note(tx, subscriber.id, actor, now, Some(*id), &[appointment.slot()], history::What::Undone)?;
        place = place.or(Some(appointment.slot()));
    }
    let sentence = if booked.len() > 1 {
        "Les rendez-vous sont retirés de l’agenda."
    } else {
        "Le rendez-vous est retiré de l’agenda."
    };
    Ok(Undone { sentence, place: place.ok_or(Error::NotFound)? })
}

fn uncancel(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    id: AppointmentId,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Undone> {
    let cancelled = store::CANCELLED.get(tx, (subscriber.id.0, id.0))?.ok_or(Error::NotFound)?;
    appointments::restore(tx, subscriber, &cancelled, now).map_err(taken_since)?;
    hooks::tell(tx, subscriber.id, hooks::Kind::AppointmentBooked, Some(id.0), now)?;
    history::note(tx, subscriber.id, actor, now, Some(id), &[cancelled.slot()], history::What::Undone)?;
    Ok(Undone { sentence: "Le rendez-vous est remis à sa place.", place: cancelled.slot() })
}

fn change_back(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    before: &Appointment,
    version: u32,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Undone> {
    let current = match appointments::appointment(tx, subscriber.id, before.id) {
        Ok(current) if current.version == version => current,
        Ok(_) | Err(Error::NotFound) => return Err(Error::Conflict(CHANGED_SINCE.into())),
        Err(other) => return Err(other),
    };
    appointments::take_away(tx, subscriber.id, &current)?;
    let restored = Appointment { version: version + 1, ..before.clone() };
    appointments::restore(tx, subscriber, &restored, now).map_err(taken_since)?;
    let mut places = vec![current.slot()];
    if restored.slot() != current.slot() {
        places.push(restored.slot());
        hooks::tell(tx, subscriber.id, hooks::Kind::AppointmentMoved, Some(restored.id.0), now)?;
    }
    history::note(tx, subscriber.id, actor, now, Some(before.id), &places, history::What::Undone)?;
    Ok(Undone { sentence: "Le rendez-vous est comme avant.", place: restored.slot() })
}

fn reopen(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    made: &Override,
    removed: &[Override],
    actor: Actor<'_>,
    now: Instant,
) -> Result<Undone> {
    if !overrides::take_away(tx, subscriber, made)? {
        return Err(Error::Conflict("Ce créneau a changé entre-temps : l’annulation n’est plus possible.".into()));
    }
    for old in removed {
        overrides::put_back(tx, subscriber, old)?;
    }
    let place = Place { date: made.from, start: made.start, minutes: made.end.0 - made.start.0 };
    history::note(tx, subscriber, actor, now, None, &[place], history::What::OpeningUndone)?;
    Ok(Undone { sentence: "Le créneau est comme avant.", place })
}

/// The abonné has read of a change that is no more: a message says so.
fn tell_again(tx: &Write<'_>, subscriber: &Subscriber, step: &Step, actor: Actor<'_>, now: Instant) -> Result<()> {
    let id = subscriber.id;
    let (appointment, news) = match step {
        Step::Booked(booked) => {
            let Some((first, _)) = booked.first() else { return Ok(()) };
            (appointments::appointment_or_cancelled(tx, id, *first)?.0, announce::News::Cancelled)
        }
        Step::Cancelled(appointment) => (appointments::appointment(tx, id, *appointment)?, announce::News::Booked),
        Step::Changed { before, .. } => {
            let current = appointments::appointment(tx, id, before.id)?;
            (current, announce::News::Restored)
        }
        _ => return Ok(()),
    };
    announce::announce(tx, id, &appointment, news, actor, now)?;
    Ok(())
}
