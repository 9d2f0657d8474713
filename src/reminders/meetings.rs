//! Appointments whose contact is to be told, and when the next reminder of each is due.

use super::letters::{self, Errand};
use super::links::{self, Whose};
use super::settings::{self, Settings};
use super::times::Lead;
use crate::base::time::{self, Day};
use crate::base::{AppointmentId, ContactId, Instant, MessageNumber, SubscriberId, Zone, secret};
use crate::error::Result;
use crate::notices::{Letter, State, Way, outbox};
use crate::store::{Collection, Direction, Reads, Record, Write};
use crate::subscribers::Subscriber;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Abonné, appointment.
pub(super) static WATCHED: Collection<(u64, u64), Watched> = Collection::new("reminders.watched");
/// When there is something to do next, abonné, appointment.
pub(super) static PLANNED: Collection<(u64, u64, u64), ()> = Collection::new("reminders.planned");

impl Record for Watched {}

/// That something was sent stays known so long after an appointment: as long as the outbox knows its letters.
const KEPT_MS: i64 = 61 * time::DAY_MS;
/// Reminders of one appointment that are remembered, of times it had before too.
const REMINDED_MAX: usize = 48;

/// An appointment as the agenda tells of it.
#[derive(Debug, Clone, Copy)]
pub struct Meeting {
    pub id: AppointmentId,
    pub day: Day,
    /// Of the day, by the abonné's clock.
    pub minute: u16,
    pub start: Instant,
    pub end: Instant,
    pub visit: bool,
    pub contact: Option<ContactId>,
    /// « Rappel » of the slot's window.
    pub by_email: bool,
    pub by_sms: bool,
    pub message: Option<MessageNumber>,
}

/// What became of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It stands: booked, changed, moved, or back.
    Stands,
    Cancelled,
    /// By the contact's own link.
    CancelledByContact,
}

/// What a contact has been told by one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub start: Instant,
    pub gone: bool,
}

/// An appointment that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    pub day: Day,
    pub minute: u16,
    pub start: Instant,
    pub end: Instant,
    pub visit: bool,
    pub contact: Option<ContactId>,
    pub by_email: bool,
    pub by_sms: bool,
    pub message: Option<MessageNumber>,
    pub gone: bool,
    /// For calendars: one name for all of its life, and a number that grows.
    pub uid: String,
    pub sequence: u32,
    /// What has left by e-mail, by SMS.
    pub told: [Option<Told>; 2],
    /// Reminders that have been dealt with, each for the time that the appointment had.
    pub reminded: Vec<(Instant, Lead)>,
    pub planned: Option<Instant>,
    /// The contact has said that it comes.
    pub confirmed: Option<Instant>,
    /// Hashes of the addresses by which the contact answers.
    pub links: Vec<Vec<u8>>,
    /// What letters said of it has been erased: it is over.
    pub erased: bool,
}

impl Watched {
    fn new(meeting: &Meeting) -> Result<Watched> {
        Ok(Watched {
            day: meeting.day,
            minute: meeting.minute,
            start: meeting.start,
            end: meeting.end,
            visit: meeting.visit,
            contact: meeting.contact,
            by_email: meeting.by_email,
            by_sms: meeting.by_sms,
            message: meeting.message,
            gone: false,
            uid: format!("{}@permanence", secret::base64url(&secret::random::<12>()?)),
            sequence: 0,
            told: [None; 2],
            reminded: Vec::new(),
            planned: None,
            confirmed: None,
            links: Vec::new(),
            erased: false,
        })
    }

    pub fn goes_by(&self, way: Way) -> bool {
        match way {
            Way::Mail => self.by_email,
            Way::Sms => self.by_sms,
            Way::Hook => false,
        }
    }

    /// What contacts should know of it.
    pub(super) fn truth(&self) -> Told {
        Told { start: self.start, gone: self.gone }
    }

    pub(super) fn told(&mut self, way: Way) -> &mut Option<Told> {
        &mut self.told[usize::from(way == Way::Sms)]
    }

    /// Takes over what the agenda says; whether letters that wait may be wrong now.
    fn take_over(&mut self, meeting: &Meeting, gone: bool) -> bool {
        let before = (self.start, self.end, self.gone, self.visit, self.contact, self.by_email, self.by_sms);
        if (self.start, self.end, self.gone) != (meeting.start, meeting.end, gone) {
            self.sequence += 1;
            self.erased = false;
        }
        if (self.start, self.gone) != (meeting.start, gone) {
            self.confirmed = None;
        }
        (self.day, self.minute, self.start, self.end) = (meeting.day, meeting.minute, meeting.start, meeting.end);
        (self.visit, self.contact, self.gone) = (meeting.visit, meeting.contact, gone);
        (self.by_email, self.by_sms) = (meeting.by_email, meeting.by_sms);
        self.message = meeting.message;
        before != (self.start, self.end, self.gone, self.visit, self.contact, self.by_email, self.by_sms)
    }

    /// Reminders that are due by now and have not been dealt with for this time; from now on they have.
    pub(super) fn take_due(&mut self, settings: &Settings, zone: Zone, now: Instant) -> bool {
        let start = self.start;
        let mut any = false;
        for lead in &settings.leads {
            if lead.due(start, zone) <= now && !self.reminded.contains(&(start, *lead)) {
                self.reminded.push((start, *lead));
                any = true;
            }
        }
        let spare = self.reminded.len().saturating_sub(REMINDED_MAX);
        self.reminded.drain(..spare);
        any
    }

    /// When there is something to do next.
    fn next(&self, settings: &Settings, zone: Zone) -> Instant {
        if self.erased {
            return self.end.plus_ms(KEPT_MS);
        }
        let reminds = settings.on && !self.gone && self.contact.is_some() && (self.by_email || self.by_sms);
        let open = settings.leads.iter().filter(|lead| reminds && !self.reminded.contains(&(self.start, **lead)));
        open.map(|lead| lead.due(self.start, zone)).min().map_or(self.end, |due| due.min(self.end))
    }
}

pub(super) fn key_of(at: Instant) -> u64 {
    u64::try_from(at.0).unwrap_or(0)
}

/// Plans what comes next, and keeps the row.
pub(super) fn keep(
    tx: &Write<'_>,
    whose: Whose,
    mut watched: Watched,
    next: Option<Instant>,
    settings: &Settings,
    zone: Zone,
) -> Result<()> {
    let (subscriber, appointment) = whose.key();
    if let Some(before) = watched.planned {
        PLANNED.remove(tx, (key_of(before), subscriber, appointment))?;
    }
    let next = next.unwrap_or_else(|| watched.next(settings, zone));
    watched.planned = Some(next);
    PLANNED.put(tx, (key_of(next), subscriber, appointment), &())?;
    WATCHED.put(tx, whose.key(), &watched)
}

/// What is planned by now, soonest first.
pub(super) fn due(tx: &impl Reads, now: Instant, most: usize) -> Result<Vec<Whose>> {
    let mut found = Vec::new();
    PLANNED.open(tx)?.keys(
        (0, 0, 0)..=(key_of(now), u64::MAX, u64::MAX),
        Direction::Ascending,
        0,
        |(_, subscriber, appointment)| {
            let whose = Whose { subscriber: SubscriberId(subscriber), appointment: AppointmentId(appointment) };
            found.push(whose);
            if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    )?;
    Ok(found)
}

/// When the next thing is planned.
pub(super) fn next_planned(tx: &impl Reads) -> Result<Option<Instant>> {
    let mut next = None;
    PLANNED.open(tx)?.keys((0, 0, 0).., Direction::Ascending, 0, |(at, _, _)| {
        next = Some(Instant(at as i64));
        ControlFlow::Break(())
    })?;
    Ok(next)
}

/// The agenda says what became of an appointment, in the write that does it: letters that wait are stopped where they no
/// longer hold, what there is to say is written, and the next reminder is planned anew.
pub fn follow(tx: &Write<'_>, subscriber: &Subscriber, meeting: &Meeting, became: Became, now: Instant) -> Result<()> {
    let whose = Whose { subscriber: subscriber.id, appointment: meeting.id };
    let gone = became != Became::Stands;
    let mut watched = match WATCHED.get(tx, whose.key())? {
        Some(watched) => watched,
        None if !is_wished(meeting) || gone || meeting.end <= now => return Ok(()),
        None => Watched::new(meeting)?,
    };
    let fresh = watched.planned.is_none();
    if !watched.take_over(meeting, gone) && !fresh {
        return WATCHED.put(tx, whose.key(), &watched);
    }
    stop_waiting(tx, whose, now)?;
    if became == Became::CancelledByContact {
        // Who has just done it needs no SMS about it; a mail takes it out of the calendar.
        let truth = watched.truth();
        if let Some(told) = watched.told(Way::Sms) {
            *told = truth;
        }
    }
    let settings = settings::of(tx, subscriber.id)?;
    letters::speak(tx, subscriber, &settings, whose, &mut watched, now)?;
    // What was due before needs no reminder now: the contact hears of it at this moment, or has just booked.
    watched.take_due(&settings, subscriber.zone, now);
    keep(tx, whose, watched, None, &settings, subscriber.zone)
}

/// The slot's window asked for a reminder, and there is a card on which consent can stand.
fn is_wished(meeting: &Meeting) -> bool {
    meeting.contact.is_some() && (meeting.by_email || meeting.by_sms)
}

/// Writes an abonné's settings; `coming` are its appointments to come, of which some may not have been watched yet.
/// Nothing is sent on account of this: only reminders to come are planned anew.
pub fn set(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    settings: &Settings,
    coming: &[Meeting],
    now: Instant,
) -> Result<()> {
    settings::set(tx, subscriber.id, settings)?;
    for meeting in coming.iter().filter(|meeting| is_wished(meeting)) {
        let whose = Whose { subscriber: subscriber.id, appointment: meeting.id };
        if !WATCHED.has(tx, whose.key())? {
            keep(tx, whose, Watched::new(meeting)?, None, settings, subscriber.zone)?;
        }
    }
    let mut all = Vec::new();
    let id = subscriber.id.0;
    WATCHED.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |(_, appointment), watched| {
        if watched.end > now {
            all.push((Whose { subscriber: subscriber.id, appointment: AppointmentId(appointment) }, watched));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (whose, mut watched) in all {
        if !settings.on {
            stop_waiting(tx, whose, now)?;
        }
        watched.take_due(settings, subscriber.zone, now);
        keep(tx, whose, watched, None, settings, subscriber.zone)?;
    }
    Ok(())
}

/// Stops the letters about an appointment that have not left.
pub(super) fn stop_waiting(tx: &Write<'_>, whose: Whose, now: Instant) -> Result<()> {
    for (_, letter) in letters_of(tx, whose.subscriber, whose.appointment)? {
        if letter.state == State::Waiting {
            outbox::erase(tx, letter.id, now)?;
        }
    }
    Ok(())
}

/// An appointment as it is watched.
pub fn watched(tx: &impl Reads, subscriber: SubscriberId, appointment: AppointmentId) -> Result<Option<Watched>> {
    WATCHED.get(tx, (subscriber.0, appointment.0))
}

/// Every letter about an appointment that the outbox still knows, oldest first.
pub fn letters_of(
    tx: &impl Reads,
    subscriber: SubscriberId,
    appointment: AppointmentId,
) -> Result<Vec<(Errand, Letter)>> {
    letters::errands(tx, Whose { subscriber, appointment })?
        .into_iter()
        .filter_map(|(id, errand)| match outbox::letter(tx, id) {
            Ok(letter) => Some(Ok((errand, letter))),
            Err(crate::error::Error::NotFound) => None,
            Err(other) => Some(Err(other)),
        })
        .collect()
}

/// An appointment is over: what letters said of it is erased, its addresses lead nowhere.
pub(super) fn erase_content(tx: &Write<'_>, whose: Whose, watched: &mut Watched, now: Instant) -> Result<()> {
    for (id, _) in letters::errands(tx, whose)? {
        outbox::erase(tx, id, now)?;
    }
    links::forget(tx, watched)?;
    watched.erased = true;
    Ok(())
}

/// Nothing is known of it any more.
pub(super) fn forget(tx: &Write<'_>, whose: Whose, mut watched: Watched, now: Instant) -> Result<()> {
    erase_content(tx, whose, &mut watched, now)?;
    letters::forget(tx, whose)?;
    if let Some(planned) = watched.planned {
        PLANNED.remove(tx, (key_of(planned), whose.subscriber.0, whose.appointment.0))?;
    }
    WATCHED.remove(tx, whose.key())?;
    tx.note_erased(1)
}
