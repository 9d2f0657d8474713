//! Appointments: read by time, booked, changed, moved, cancelled. Every path that writes one passes `claim`, which decides
//! in UTC, inside the write, whether the time is free.

use super::model::{
    APPOINTMENT_MINUTES_MAX, Actor, Appointment, BLOCKED, Booked, Conflict, Fold, Minute, NewAppointment, Place, TAKEN,
    UndoToken, YEARS_AHEAD_MAX,
};
use super::objects::of_appointment;
use super::store::{self, APPOINTMENTS, BY_CONTACT, CANCELLED, SHELF, SPANS, STARTS, key};
use super::undo::{self, Step};
use super::{announce, find, following, history, search, settings};
use crate::base::{AppointmentId, ContactId, Instant, MessageNumber, SubscriberId, Zone, time};
use crate::counters::{self, Counted, Month};
use crate::error::{Error, Result};
use crate::store::{Direction, Reads, Write};
use crate::subscribers::{Side, Subscriber};
use chrono::{Datelike, Duration, LocalResult, NaiveDate, TimeZone};
use std::ops::ControlFlow;

/// How far back a look-up of overlaps reaches: what began before is over.
pub(super) const REACH_MS: u64 = APPOINTMENT_MINUTES_MAX as u64 * time::MINUTE_MS as u64;

/// The moment of a civil time. Problems are tied to `heure` and `date`.
pub fn moment(zone: Zone, date: NaiveDate, start: Minute, fold: Fold, now: Instant) -> Result<Instant> {
    let today = now.local(zone).date();
    if date.year() < 1970 || date.year() > today.year() + YEARS_AHEAD_MAX {
        return Err(Error::invalid("date", "Cette date est trop loin : vérifiez l’année."));
    }
    match zone.0.from_local_datetime(&start.on(date)) {
        LocalResult::Single(moment) => Ok(Instant(moment.timestamp_millis())),
        LocalResult::Ambiguous(first, second) => {
            let moment = if fold == Fold::Second { second } else { first };
            Ok(Instant(moment.timestamp_millis()))
        }
        LocalResult::None => Err(Error::invalid(
            "heure",
            format!("{start} n’existe pas ce jour-là : les horloges avancent. Choisissez une autre heure."),
        )),
    }
}

/// Whether a civil time comes twice, when clocks go back: the form then asks which.
pub fn is_doubled(zone: Zone, date: NaiveDate, start: Minute) -> bool {
    matches!(zone.0.from_local_datetime(&start.on(date)), LocalResult::Ambiguous(..))
}

/// An appointment of an abonné; `NotFound` when there is none of that number, or it was cancelled.
pub fn appointment(tx: &impl Reads, subscriber: SubscriberId, id: AppointmentId) -> Result<Appointment> {
    let start = STARTS.get(tx, (subscriber.0, id.0))?.ok_or(Error::NotFound)?;
    at(tx, subscriber, start, id)?.ok_or_else(|| Error::internal("an appointment is not where it should start"))
}

/// As `appointment`, cancelled ones too; with whether it was.
pub fn appointment_or_cancelled(
    tx: &impl Reads,
    subscriber: SubscriberId,
    id: AppointmentId,
) -> Result<(Appointment, bool)> {
    match appointment(tx, subscriber, id) {
        Ok(found) => Ok((found, false)),
        Err(Error::NotFound) => {
            let cancelled = CANCELLED.get(tx, (subscriber.0, id.0))?;
            Ok((cancelled.ok_or(Error::NotFound)?, true))
        }
        Err(other) => Err(other),
    }
}

pub(super) fn at(
    tx: &impl Reads,
    subscriber: SubscriberId,
    start: u64,
    id: AppointmentId,
) -> Result<Option<Appointment>> {
    APPOINTMENTS.get(tx, (subscriber.0, start, id.0))
}

/// The appointments that touch the days between two, both included, by start.
pub fn between(tx: &impl Reads, subscriber: &Subscriber, from: NaiveDate, to: NaiveDate) -> Result<Vec<Appointment>> {
    let zone = subscriber.zone;
    let midnight = |date: NaiveDate| zone.instant_at_or_after(Minute::START.on(date));
    let (start, end) = (key(midnight(from)), key(midnight(to + Duration::days(1))));
    let mut found = Vec::new();
    let range = (subscriber.id.0, start.saturating_sub(REACH_MS), 0)..(subscriber.id.0, end, 0);
    APPOINTMENTS.each(tx, range, Direction::Ascending, |_, appointment| {
        // By the wall clock a doubled hour can end later than it does: the day decides what touches it.
        if key(appointment.end_utc) + time::HOUR_MS as u64 > start {
            found.push(appointment);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// The appointments of contact cards (one, with those merged into it), latest first, cancelled ones left out.
pub fn of_contacts(tx: &impl Reads, subscriber: SubscriberId, cards: &[ContactId]) -> Result<Vec<Appointment>> {
    /// More than a patient has in a life; what is older is not shown.
    const SHOWN_MAX: usize = 1000;
    let mut found = Vec::new();
    let index = BY_CONTACT.open(tx)?;
    for card in cards {
        let mut places = Vec::new();
        let range = (subscriber.0, card.0, 0, 0)..=(subscriber.0, card.0, u64::MAX, u64::MAX);
        index.keys(range, Direction::Descending, 0, |(_, _, start, id)| {
            places.push((start, id));
            if places.len() == SHOWN_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        for (start, id) in places {
            found.extend(at(tx, subscriber, start, AppointmentId(id))?);
        }
    }
    found.sort_by_key(|appointment| std::cmp::Reverse((appointment.start_utc, appointment.id)));
    Ok(found)
}

/// Everything from now on, by start.
pub fn coming(tx: &impl Reads, subscriber: SubscriberId, now: Instant) -> Result<Vec<Appointment>> {
    let mut found = Vec::new();
    let range = (subscriber.0, key(now), 0)..(subscriber.0 + 1, 0, 0);
    APPOINTMENTS.each(tx, range, Direction::Ascending, |_, appointment| {
        found.push(appointment);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// What holds some of a time, in UTC: start, number. `except` may stay where it is.
pub(super) fn holders(
    tx: &impl Reads,
    subscriber: SubscriberId,
    start: Instant,
    end: Instant,
    except: Option<AppointmentId>,
) -> Result<Vec<(u64, AppointmentId)>> {
    let (start, end) = (key(start), key(end));
    let mut found = Vec::new();
    let range = (subscriber.0, start.saturating_sub(REACH_MS), 0)..(subscriber.0, end, 0);
    SPANS.each(tx, range, Direction::Ascending, |(_, begins, id), ends| {
        if ends > start && except != Some(AppointmentId(id)) {
            found.push((begins, AppointmentId(id)));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Whether a time may be written; whether it had to be forced.
fn claim(
    tx: &impl Reads,
    subscriber: &Subscriber,
    start: Instant,
    end: Instant,
    except: Option<AppointmentId>,
    forced: bool,
) -> Result<bool> {
    if holders(tx, subscriber.id, start, end, except)?.is_empty() {
        return Ok(false);
    }
    if forced && settings::settings(tx, subscriber)?.forcing {
        return Ok(true);
    }
    Err(Error::Conflict(TAKEN.into()))
}

/// What a form that came second is told: who holds the time, and what is free nearby.
pub fn conflict(
    tx: &impl Reads,
    subscriber: &Subscriber,
    wanted: &NewAppointment,
    except: Option<AppointmentId>,
    now: Instant,
) -> Result<Conflict> {
    let start = moment(subscriber.zone, wanted.date, wanted.start, wanted.fold, now)?;
    let end = start.plus_ms(i64::from(wanted.minutes) * time::MINUTE_MS);
    let mut holding = Vec::new();
    for (begins, id) in holders(tx, subscriber.id, start, end, except)? {
        holding.extend(at(tx, subscriber.id, begins, id)?);
    }
    Ok(Conflict {
        sentence: TAKEN,
        holders: holding,
        nearest: find::nearest(tx, subscriber, start, wanted.minutes, wanted.kind, now)?,
        can_force: settings::settings(tx, subscriber)?.forcing,
    })
}

/// Books an appointment. `Conflict` when somebody was first: ask `conflict` for what to offer, in a read of its own.
pub fn book(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    new: NewAppointment,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Booked> {
    let booked = insert(tx, subscriber, new, false, None, actor, now)?;
    let what = if booked.forced { history::What::Forced } else { history::What::Booked };
    finish(tx, subscriber, booked, what, actor, now)
}

/// The padlock: blocks a time at once, worked or not.
pub fn block(tx: &Write<'_>, subscriber: &Subscriber, place: Place, actor: Actor<'_>, now: Instant) -> Result<Booked> {
    let new = NewAppointment::at(place.date.date(), place.start, place.minutes).checked()?;
    let booked = insert(tx, subscriber, new, true, None, actor, now)?;
    finish(tx, subscriber, booked, history::What::Blocked, actor, now)
}

fn finish(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    booked: Appointment,
    what: history::What,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Booked> {
    let booked = announced(tx, subscriber, booked, announce::News::Booked, actor, now)?;
    following::stands(tx, subscriber, &booked, now)?;
    history::note(tx, subscriber.id, actor, now, Some(booked.id), &[booked.slot()], what)?;
    let undo =
        undo::keep(tx, subscriber.id, actor, now, Step::Booked(vec![(booked.id, booked.version)]), booked.message)?;
    Ok(Booked { appointment: booked, undo })
}

/// Writes what was checked, without telling anybody yet.
pub(super) fn insert(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    new: NewAppointment,
    blocked: bool,
    series: Option<AppointmentId>,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Appointment> {
    let start_utc = moment(subscriber.zone, new.date, new.start, new.fold, now)?;
    let end_utc = start_utc.plus_ms(i64::from(new.minutes) * time::MINUTE_MS);
    let forced = claim(tx, subscriber, start_utc, end_utc, None, new.forced)?;
    let id = AppointmentId(store::next(tx, subscriber.id, |numbers| &mut numbers.appointment)?);
    let appointment = Appointment {
        id,
        date: new.date.into(),
        start: new.start,
        minutes: new.minutes,
        start_utc,
        end_utc,
        kind: new.kind,
        blocked,
        last_name: new.last_name,
        first_name: new.first_name,
        phone: new.phone,
        contact: new.contact,
        reason: new.reason,
        new_patient: new.new_patient,
        address: new.address,
        note: new.note,
        reminder_email: new.reminder_email,
        reminder_sms: new.reminder_sms,
        forced,
        series,
        created: now,
        created_by: actor.name.to_owned(),
        created_by_person: actor.person,
        version: 0,
        message: None,
    };
    put(tx, subscriber.id, &appointment)?;
    if actor.side == Side::Secretariat && !blocked {
        counters::count(tx, subscriber.id, Month::at(now, subscriber.zone), Counted::Booked)?;
    }
    Ok(appointment)
}

/// Announces news of an appointment to the abonné, where the secretariat made them, and notes by which message.
fn announced(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    appointment: Appointment,
    news: announce::News,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Appointment> {
    let message = announce::announce(tx, subscriber.id, &appointment, news, actor, now)?;
    if message.is_none() {
        return Ok(appointment);
    }
    let appointment = Appointment { message, ..appointment };
    APPOINTMENTS.put(tx, place_key(subscriber.id, &appointment), &appointment)?;
    Ok(appointment)
}

/// Which version of an appointment a form was made from; a form that says nothing takes what is there.
fn unchanged(appointment: &Appointment, seen: Option<u32>) -> Result<()> {
    match seen {
        Some(version) if version != appointment.version => {
            Err(Error::Conflict("Ce rendez-vous a été modifié entre-temps. Voici ce qu’il est devenu.".into()))
        }
        _ => Ok(()),
    }
}

/// Writes everything of an appointment anew: what is in it, and when it is. One that is blocked becomes an ordinary one
/// when it is given a name.
pub fn change(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    id: AppointmentId,
    new: NewAppointment,
    seen: Option<u32>,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Booked> {
    let before = appointment(tx, subscriber.id, id)?;
    unchanged(&before, seen)?;
    let start_utc = moment(subscriber.zone, new.date, new.start, new.fold, now)?;
    let end_utc = start_utc.plus_ms(i64::from(new.minutes) * time::MINUTE_MS);
    let moved = (start_utc, end_utc) != (before.start_utc, before.end_utc);
    let forced = if moved { claim(tx, subscriber, start_utc, end_utc, Some(id), new.forced)? } else { before.forced };
    let after = Appointment {
        date: new.date.into(),
        start: new.start,
        minutes: new.minutes,
        start_utc,
        end_utc,
        kind: new.kind,
        blocked: before.blocked && new.label() == BLOCKED,
        last_name: new.last_name,
        first_name: new.first_name,
        phone: new.phone,
        contact: new.contact,
        reason: new.reason,
        new_patient: new.new_patient,
        address: new.address,
        note: new.note,
        reminder_email: new.reminder_email,
        reminder_sms: new.reminder_sms,
        forced,
        version: before.version + 1,
        ..before.clone()
    };
    rewrite(tx, subscriber, before, after, actor, now)
}

/// Moves an appointment to any day, in one write. Its length may change with it.
#[allow(clippy::too_many_arguments)]
pub fn move_to(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    id: AppointmentId,
    to: Place,
    fold: Fold,
    forced: bool,
    seen: Option<u32>,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Booked> {
    let before = appointment(tx, subscriber.id, id)?;
    unchanged(&before, seen)?;
    NewAppointment::at(to.date.date(), to.start, to.minutes).checked()?;
    let start_utc = moment(subscriber.zone, to.date.date(), to.start, fold, now)?;
    let end_utc = start_utc.plus_ms(i64::from(to.minutes) * time::MINUTE_MS);
    let forced = claim(tx, subscriber, start_utc, end_utc, Some(id), forced)?;
    let (date, start, minutes) = (to.date, to.start, to.minutes);
    let version = before.version + 1;
    let after = Appointment { date, start, minutes, start_utc, end_utc, forced, version, ..before.clone() };
    rewrite(tx, subscriber, before, after, actor, now)
}

fn rewrite(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    before: Appointment,
    after: Appointment,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Booked> {
    let moved = before.slot() != after.slot() || before.start_utc != after.start_utc;
    take_away(tx, subscriber.id, &before)?;
    put(tx, subscriber.id, &after)?;
    let mut message: Option<MessageNumber> = None;
    let mut after = after;
    if moved {
        let known = after.message;
        after = announced(tx, subscriber, after, announce::News::Moved { from: before.slot() }, actor, now)?;
        message = after.message.filter(|_| after.message != known);
    }
    following::stands(tx, subscriber, &after, now)?;
    let (places, what) = if moved {
        (vec![before.slot(), after.slot()], history::What::Moved)
    } else {
        (vec![after.slot()], history::What::Changed)
    };
    history::note(tx, subscriber.id, actor, now, Some(after.id), &places, what)?;
    let step = Step::Changed { before: Box::new(before), version: after.version };
    let undo = undo::keep(tx, subscriber.id, actor, now, step, message)?;
    Ok(Booked { appointment: after, undo })
}

/// The bin on a taken slot: cancels the appointment and frees its time. It stays in the history.
pub fn cancel(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    id: AppointmentId,
    seen: Option<u32>,
    actor: Actor<'_>,
    now: Instant,
) -> Result<(Appointment, UndoToken)> {
    cancel_with(tx, subscriber, id, seen, announce::News::Cancelled, actor, now)
}

/// The contact cancels by the link that it was sent: the abonné has a message of it, as of what a secretary does.
pub fn cancel_by_contact(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    id: AppointmentId,
    now: Instant,
) -> Result<Appointment> {
    let contact = Actor { person: None, name: "le contact, par son lien", side: Side::Secretariat };
    Ok(cancel_with(tx, subscriber, id, None, announce::News::CancelledByContact, contact, now)?.0)
}

fn cancel_with(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    id: AppointmentId,
    seen: Option<u32>,
    news: announce::News,
    actor: Actor<'_>,
    now: Instant,
) -> Result<(Appointment, UndoToken)> {
    let before = appointment(tx, subscriber.id, id)?;
    unchanged(&before, seen)?;
    take_away(tx, subscriber.id, &before)?;
    CANCELLED.put(tx, (subscriber.id.0, id.0), &before)?;
    let message = announce::announce(tx, subscriber.id, &before, news, actor, now)?;
    following::gone(tx, subscriber, &before, news == announce::News::CancelledByContact, now)?;
    history::note(tx, subscriber.id, actor, now, Some(id), &[before.slot()], history::What::Cancelled)?;
    let undo = undo::keep(tx, subscriber.id, actor, now, Step::Cancelled(id), message)?;
    Ok((before, undo))
}

/// Puts an appointment back at its time, if that is still free; nothing is announced.
pub(super) fn restore(tx: &Write<'_>, subscriber: &Subscriber, appointment: &Appointment, now: Instant) -> Result<()> {
    claim(tx, subscriber, appointment.start_utc, appointment.end_utc, Some(appointment.id), appointment.forced)?;
    CANCELLED.remove(tx, (subscriber.id.0, appointment.id.0))?;
    put(tx, subscriber.id, appointment)?;
    following::stands(tx, subscriber, appointment, now)
}

fn place_key(subscriber: SubscriberId, appointment: &Appointment) -> (u64, u64, u64) {
    (subscriber.0, key(appointment.start_utc), appointment.id.0)
}

/// Lists an appointment everywhere it is looked for.
pub(super) fn put(tx: &Write<'_>, subscriber: SubscriberId, appointment: &Appointment) -> Result<()> {
    let place = place_key(subscriber, appointment);
    APPOINTMENTS.put(tx, place, appointment)?;
    SPANS.put(tx, place, &key(appointment.end_utc))?;
    STARTS.put(tx, (subscriber.0, appointment.id.0), &key(appointment.start_utc))?;
    if let Some(contact) = appointment.contact {
        BY_CONTACT.put(tx, (subscriber.0, contact.0, place.1, place.2), &())?;
    }
    search::index(tx, subscriber, appointment)?;
    SHELF.note(tx, subscriber.0, of_appointment(appointment.id), false)?;
    tx.touch(subscriber.0);
    Ok(())
}

/// Takes an appointment out of every list.
pub(super) fn take_away(tx: &Write<'_>, subscriber: SubscriberId, appointment: &Appointment) -> Result<()> {
    let place = place_key(subscriber, appointment);
    if !APPOINTMENTS.remove(tx, place)? || !SPANS.remove(tx, place)? {
        return Err(Error::internal("an appointment was missing from its list"));
    }
    STARTS.remove(tx, (subscriber.0, appointment.id.0))?;
    if let Some(contact) = appointment.contact {
        BY_CONTACT.remove(tx, (subscriber.0, contact.0, place.1, place.2))?;
    }
    search::unindex(tx, subscriber, appointment)?;
    SHELF.note(tx, subscriber.0, of_appointment(appointment.id), true)?;
    tx.touch(subscriber.0);
    Ok(())
}
