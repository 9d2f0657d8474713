//! An agenda of other software brought in: what it holds, what stands in the way, and then the writing. Importing the same
//! file again brings nothing twice.

use super::ics::{self, Calendar, Event, Span};
use super::model::{
    APPOINTMENT_MINUTES_MAX, Absence, Actor, Appointment, Fold, Kind, Minute, NewAppointment, YEARS_AHEAD_MAX,
};
use super::store::IMPORTED;
use super::{absences, appointments, history, settings};
use crate::base::{AppointmentId, Instant, limits, secret, text, time};
use crate::error::{Error, Result};
use crate::notices::hooks;
use crate::store::{Reads, Write};
use crate::subscribers::Subscriber;
use chrono::{Datelike, Duration};

/// The largest file, in bytes: some ten thousand events.
pub const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Appointments of one write: another writer waits no longer than a step of the night's work.
pub const STEP: usize = 100;

/// What becomes of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    Appointment(Box<NewAppointment>),
    Absence(absences::NewAbsence),
    /// Nothing, and why: « déjà repris », « 09:00 pris par DUPONT Marie ».
    Nothing(Refusal),
}

/// Why an event is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Known,
    /// What holds the time: an appointment of the agenda, or one of the file before it.
    Taken(String),
    /// It takes nobody's time.
    Transparent,
    Bad(String),
}

/// One event with what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub event: Event,
    pub fingerprint: u128,
    pub becomes: Becomes,
}

/// A whole file, before anything is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub events: Vec<Planned>,
    pub cancelled: u64,
    pub bad: Vec<(String, String)>,
    pub endless: u64,
}

impl Plan {
    pub fn count(&self, which: impl Fn(&Becomes) -> bool) -> u64 {
        self.events.iter().filter(|planned| which(&planned.becomes)).count() as u64
    }

    pub fn appointments(&self) -> u64 {
        self.count(|becomes| matches!(becomes, Becomes::Appointment(_)))
    }

    pub fn absences(&self) -> u64 {
        self.count(|becomes| matches!(becomes, Becomes::Absence(_)))
    }

    pub fn known(&self) -> u64 {
        self.count(|becomes| *becomes == Becomes::Nothing(Refusal::Known))
    }

    /// What could not be placed, with why: for people to place by hand.
    pub fn conflicts(&self) -> impl Iterator<Item = (&Event, &str)> {
        self.events.iter().filter_map(|planned| match &planned.becomes {
            Becomes::Nothing(Refusal::Taken(who)) => Some((&planned.event, who.as_str())),
            _ => None,
        })
    }
}

/// Reads a file and says what would become of each event. `Err(Error::Invalid)` for what is no calendar.
pub fn plan(tx: &impl Reads, subscriber: &Subscriber, bytes: &[u8], now: Instant) -> Result<Plan> {
    let today = now.local(subscriber.zone).date();
    let calendar = ics::read(bytes, subscriber.zone, today).map_err(|why| Error::invalid("fichier", sentence(&why)))?;
    let Calendar { events, cancelled, bad, endless } = calendar;
    let usual_minutes = settings::settings(tx, subscriber)?.slot_minutes;
    let mut plan = Plan { events: Vec::with_capacity(events.len()), cancelled, bad, endless };
    // By start: where the last one that was accepted ends, and who it is.
    let mut before: Vec<(Instant, Instant, String)> = Vec::new();
    for event in events {
        let fingerprint = fingerprint(&event);
        let becomes = if IMPORTED.has(tx, (subscriber.id.0, fingerprint))? {
            Becomes::Nothing(Refusal::Known)
        } else if event.transparent {
            Becomes::Nothing(Refusal::Transparent)
        } else {
            becomes(tx, subscriber, &event, usual_minutes, now, &mut before)?
        };
        plan.events.push(Planned { event, fingerprint, becomes });
    }
    Ok(plan)
}

pub(super) fn sentence(why: &str) -> String {
    let mut chars = why.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// What marks an event as brought in: its name within its calendar, and when it was there.
fn fingerprint(event: &Event) -> u128 {
    let when = match event.span {
        Span::Days(from, _) => from.to_string(),
        Span::Timed(start, _) => start.rfc3339(),
    };
    secret::digest128(format!("{}\n{when}", event.uid).as_bytes())
}

fn becomes(
    tx: &impl Reads,
    subscriber: &Subscriber,
    event: &Event,
    usual_minutes: u16,
    now: Instant,
    before: &mut Vec<(Instant, Instant, String)>,
) -> Result<Becomes> {
    let (start, minutes) = match shape(subscriber, event, usual_minutes) {
        Shape::Absence(absence) => return Ok(checked_absence(absence)),
        Shape::Timed { start, minutes, .. } => (start, minutes),
    };
    let new = match appointment(subscriber, event, start, minutes).checked() {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return Ok(bad(&Error::Invalid(problems))),
        Err(other) => return Err(other),
    };
    place(tx, subscriber, new, start, now, before)
}

/// Whether an entry of another software's agenda has been brought in before.
pub fn is_known(tx: &impl Reads, subscriber: &Subscriber, fingerprint: u128) -> Result<bool> {
    IMPORTED.has(tx, (subscriber.id.0, fingerprint))
}

/// What becomes of an appointment that was checked, beside those that are there and those of the file before it.
pub fn place(
    tx: &impl Reads,
    subscriber: &Subscriber,
    new: NewAppointment,
    start: Instant,
    now: Instant,
    before: &mut Vec<(Instant, Instant, String)>,
) -> Result<Becomes> {
    let years =
        now.local(subscriber.zone).year() - YEARS_AHEAD_MAX..=now.local(subscriber.zone).year() + YEARS_AHEAD_MAX;
    if !years.contains(&new.date.year()) {
        return Ok(Becomes::Nothing(Refusal::Bad("sa date est trop loin".into())));
    }
    let end = start.plus_ms(i64::from(new.minutes) * time::MINUTE_MS);
    if let Some((begins, id)) = appointments::holders(tx, subscriber.id, start, end, None)?.first() {
        let holder = appointments::at(tx, subscriber.id, *begins, *id)?;
        return Ok(Becomes::Nothing(Refusal::Taken(holder.as_ref().map(Appointment::label).unwrap_or_default())));
    }
    before.retain(|(_, ends, _)| *ends > start);
    if let Some((.., name)) = before.iter().find(|(begins, ends, _)| *begins < end && *ends > start) {
        return Ok(Becomes::Nothing(Refusal::Taken(name.clone())));
    }
    before.push((start, end, new.label()));
    Ok(Becomes::Appointment(Box::new(new)))
}

/// What an event is in an agenda of ours.
pub(super) enum Shape {
    /// Whole days, and what is longer than an appointment can be.
    Absence(absences::NewAbsence),
    /// `exact`: its own times are whole minutes, and it takes some.
    Timed { start: Instant, minutes: u16, exact: bool },
}

/// `usual_minutes` is how long an event takes that does not say.
pub(super) fn shape(subscriber: &Subscriber, event: &Event, usual_minutes: u16) -> Shape {
    let (start, end) = match event.span {
        Span::Days(from, until) => {
            return Shape::Absence(absences::NewAbsence::days(from, until - Duration::days(1), line(&event.summary)));
        }
        Span::Timed(start, end) => (start, end),
    };
    let seconds = end.ms_since(start) / 1000;
    if seconds > i64::from(APPOINTMENT_MINUTES_MAX) * 60 {
        return Shape::Absence(long(subscriber, event, start, end));
    }
    let minutes = if seconds == 0 { usual_minutes } else { ((seconds + 59) / 60) as u16 };
    let whole = start.0 % time::MINUTE_MS == 0 && seconds % 60 == 0;
    Shape::Timed { start, minutes, exact: whole && seconds > 0 }
}

fn bad(cause: &Error) -> Becomes {
    Becomes::Nothing(Refusal::Bad(cause.to_string()))
}

fn checked_absence(new: absences::NewAbsence) -> Becomes {
    match new.checked() {
        Ok(new) => Becomes::Absence(new),
        Err(cause) => bad(&cause),
    }
}

/// What is longer than an appointment can be is an absence.
fn long(subscriber: &Subscriber, event: &Event, start: Instant, end: Instant) -> absences::NewAbsence {
    let (from, until) = (start.local(subscriber.zone), end.local(subscriber.zone));
    absences::NewAbsence {
        from: from.date(),
        from_minute: Minute::of(from.time()),
        until: until.date(),
        until_minute: Minute::of(until.time()),
        reason: line(&event.summary),
    }
}

fn line(typed: &str) -> String {
    let mut typed: String = typed.chars().take(limits::NAME_CHARS_MAX).collect();
    text::clean_line(&mut typed);
    typed
}

pub(super) fn appointment(subscriber: &Subscriber, event: &Event, start: Instant, minutes: u16) -> NewAppointment {
    let civil = start.local(subscriber.zone);
    let first = subscriber.zone.instant(civil).is_none_or(|first| first == start);
    let (last_name, first_name) = name(&line(&event.summary));
    let (reason, note) = reason_and_note(&event.description);
    let address: String = event.location.chars().take(limits::LINE_CHARS_MAX).collect();
    NewAppointment {
        fold: if first { Fold::First } else { Fold::Second },
        kind: if address.trim().is_empty() { Kind::Consultation } else { Kind::Visit },
        last_name,
        first_name,
        reason,
        note,
        address,
        ..NewAppointment::at(civil.date(), Minute::of(civil.time()), minutes)
    }
}

/// A short line says why; more is a note.
pub(super) fn reason_and_note(text: &str) -> (String, String) {
    let text = text.trim();
    if text.contains('\n') || text.chars().count() > limits::LINE_CHARS_MAX {
        return (String::new(), text.chars().take(limits::TEXT_CHARS_MAX).collect());
    }
    (text.to_owned(), String::new())
}

/// « DA SILVA Michèle » taken apart: the words in capitals are the name. What is no person's name is kept whole.
fn name(summary: &str) -> (String, String) {
    let capital = |word: &&str| word.chars().any(char::is_alphabetic) && word.chars().all(|c| !c.is_lowercase());
    let words: Vec<&str> = summary.split(' ').collect();
    let of_name = words.iter().take_while(|word| capital(word)).count();
    if of_name == 0 || of_name == words.len() {
        return (summary.to_owned(), String::new());
    }
    (words[..of_name].join(" "), words[of_name..].join(" "))
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    pub appointments: u64,
    pub absences: u64,
    /// Taken by somebody between the plan and the writing.
    pub taken: u64,
}

/// Writes some planned events; call it with `STEP` at a time. What somebody took meanwhile is counted and left out.
pub fn write(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    planned: &[Planned],
    actor: Actor<'_>,
    now: Instant,
) -> Result<Written> {
    let mut written = Written::default();
    for one in planned {
        let key = (subscriber.id.0, one.fingerprint);
        if IMPORTED.has(tx, key)? {
            continue;
        }
        match &one.becomes {
            Becomes::Nothing(_) => continue,
            Becomes::Absence(new) => {
                let (absence, _): (Absence, _) = absences::add(tx, subscriber, new.clone(), actor, now)?;
                IMPORTED.put(tx, key, &absence.id)?;
                written.absences += 1;
            }
            Becomes::Appointment(new) => {
                match appointments::insert(tx, subscriber, (**new).clone(), false, None, actor, now) {
                    Ok(made) => {
                        let AppointmentId(id) = made.id;
                        history::note(
                            tx,
                            subscriber.id,
                            actor,
                            now,
                            Some(made.id),
                            &[made.slot()],
                            history::What::Imported,
                        )?;
                        IMPORTED.put(tx, key, &id)?;
                        written.appointments += 1;
                    }
                    Err(Error::Conflict(_)) => written.taken += 1,
                    Err(other) => return Err(other),
                }
            }
        }
    }
    if written.appointments > 0 {
        hooks::tell(tx, subscriber.id, hooks::Kind::AppointmentBooked, None, now)?;
    }
    Ok(written)
}
