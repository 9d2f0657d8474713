//! What the agenda is made of. Pure: no store, no clock.

use crate::base::text::{clean_line, clean_text};
use crate::base::{AppointmentId, ContactId, Instant, MessageNumber, PersonId, Phone, Zone, french, limits, time};
use crate::error::{Problems, Result};
use crate::subscribers::{Desk, Side};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Minutes of a civil day, whatever the clock changes do to it.
pub const DAY_MINUTES: u16 = 24 * 60;
/// The longest appointment, in minutes: a watch of a day and a night. Look-ups of overlaps reach back so far.
pub const APPOINTMENT_MINUTES_MAX: u16 = DAY_MINUTES;
/// The shortest and longest slot of a typical week, in minutes.
pub const SLOT_MINUTES_MIN: u16 = 5;
pub const SLOT_MINUTES_MAX: u16 = 8 * 60;
/// What a free slot is blocked with (guide of 2010, « Le cadenas »).
pub const BLOCKED: &str = "Rendez-vous pris";
/// What the second of two is told (product, section 9).
pub const TAKEN: &str = "Ce créneau vient d’être pris.";
/// Years ahead of today in which appointments can be: what lies further is a slip of the fingers.
pub const YEARS_AHEAD_MAX: i32 = 10;

/// A minute of the civil day, from 0 to 1440 (1440 as an end only).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Minute(pub u16);

impl Minute {
    pub const START: Minute = Minute(0);
    pub const END: Minute = Minute(DAY_MINUTES);

    pub const fn at(hour: u16, minute: u16) -> Minute {
        Minute(hour * 60 + minute)
    }

    /// Reads « 09:15 », « 9h15 » and the like; « 24:00 » is the end of the day.
    pub fn read(text: &str) -> Option<Minute> {
        if matches!(text.trim(), "24:00" | "24h00" | "24h") {
            return Some(Minute::END);
        }
        time::parse_time(text).map(Minute::of)
    }

    /// The minute of a clock, seconds dropped.
    pub fn of(time: NaiveTime) -> Minute {
        Minute((time.hour() * 60 + time.minute()) as u16)
    }

    /// This minute of a date; 24:00 is midnight of the next.
    pub fn on(self, date: NaiveDate) -> NaiveDateTime {
        date.and_time(NaiveTime::MIN) + chrono::Duration::minutes(i64::from(self.0))
    }

    /// Some minutes later, the end of the day at most.
    pub fn plus(self, minutes: u16) -> Minute {
        Minute(self.0.saturating_add(minutes).min(DAY_MINUTES))
    }
}

/// « 09:15 »; the end of the day is « 24:00 ».
impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// What time is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    Consultation,
    /// A home visit.
    Visit,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Consultation, Kind::Visit];

    /// The word of forms and addresses.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Consultation => "consultation",
            Kind::Visit => "visite",
        }
    }

    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word for people: « Consultation », « Visite ».
    pub fn label(self) -> &'static str {
        match self {
            Kind::Consultation => "Consultation",
            Kind::Visit => "Visite",
        }
    }
}

/// Whether time is open for appointments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Opening {
    /// « travaillé ».
    Worked(Kind),
    /// « non travaillé ».
    Unworked,
}

impl Opening {
    pub const ALL: [Opening; 3] =
        [Opening::Worked(Kind::Consultation), Opening::Worked(Kind::Visit), Opening::Unworked];

    /// The word of forms.
    pub fn word(self) -> &'static str {
        match self {
            Opening::Worked(kind) => kind.word(),
            Opening::Unworked => "non-travaille",
        }
    }

    pub fn from_word(word: &str) -> Option<Opening> {
        Opening::ALL.into_iter().find(|opening| opening.word() == word)
    }

    pub fn is_worked(self) -> bool {
        self != Opening::Unworked
    }

    /// What worked time is for.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Opening::Worked(kind) => Some(kind),
            Opening::Unworked => None,
        }
    }

    /// Worked, and for this kind where one is asked for.
    pub fn is_worked_for(self, wanted: Option<Kind>) -> bool {
        self.kind().is_some_and(|kind| wanted.is_none_or(|wanted| wanted == kind))
    }
}

/// One row of the agenda: free, or held by one appointment (several where one was forced over another).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub start: Minute,
    pub end: Minute,
    /// What it would be without appointments.
    pub opening: Opening,
    /// The slot length in force here, in minutes: what « Durée » proposes.
    pub slot_minutes: u16,
    /// What holds it, by start; empty when free. Each appointment stands in one slot of the day alone.
    pub appointments: Vec<AppointmentId>,
}

impl Slot {
    pub fn is_free(&self) -> bool {
        self.appointments.is_empty()
    }

    pub fn minutes(&self) -> u16 {
        self.end.0 - self.start.0
    }
}

/// A public holiday on its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// « Fête nationale »; two when two fall on the same day.
    pub names: Vec<&'static str>,
    /// The abonné works all the same.
    pub opened: bool,
}

impl Holiday {
    pub fn name(&self) -> String {
        self.names.join(" et ")
    }
}

/// One civil day of an abonné's agenda, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    /// They never overlap and cover the civil day from 00:00 to 24:00.
    pub slots: Vec<Slot>,
    /// All that touch the day, by start.
    pub appointments: Vec<Appointment>,
    pub holiday: Option<Holiday>,
    /// Those that touch the day.
    pub absences: Vec<Absence>,
    /// Nothing is worked by rule: a public holiday, or a date closed by hand.
    pub closed: bool,
}

impl Day {
    pub fn appointment(&self, id: AppointmentId) -> Option<&Appointment> {
        self.appointments.iter().find(|appointment| appointment.id == id)
    }

    /// The slot that a minute lies in.
    pub fn slot_at(&self, minute: Minute) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.start <= minute && minute < slot.end)
    }

    /// Up to which minute the day is over: `START` for a day to come, `END` for one gone by.
    pub fn past_until(&self, now: Instant, zone: Zone) -> Minute {
        let now = now.local(zone);
        match self.date.cmp(&now.date()) {
            std::cmp::Ordering::Less => Minute::END,
            std::cmp::Ordering::Equal => Minute::of(now.time()),
            std::cmp::Ordering::Greater => Minute::START,
        }
    }

    /// From the first to the last minute that is worked or taken; `None` for a day without either.
    pub fn busy_span(&self) -> Option<(Minute, Minute)> {
        let mut busy = self.slots.iter().filter(|slot| slot.opening.is_worked() || !slot.is_free());
        let first = busy.next()?;
        let last = busy.next_back().unwrap_or(first);
        Some((first.start, last.end))
    }
}

/// An appointment as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub id: AppointmentId,
    /// Civil date and time of the abonné's zone.
    pub date: time::Day,
    pub start: Minute,
    /// How long it takes, in minutes that pass (which differ from the clock's across a clock change).
    pub minutes: u16,
    pub start_utc: Instant,
    pub end_utc: Instant,
    pub kind: Kind,
    /// The padlock: « Rendez-vous pris », nothing else.
    pub blocked: bool,
    pub last_name: String,
    pub first_name: String,
    pub phone: Phone,
    pub contact: Option<ContactId>,
    /// « Motif ».
    pub reason: String,
    pub new_patient: bool,
    /// Where a visit goes.
    pub address: String,
    /// For the abonné and the secretariat only.
    pub note: String,
    pub reminder_email: bool,
    pub reminder_sms: bool,
    /// Set over another, on purpose.
    pub forced: bool,
    /// What repeats it shares this number: that of the first one.
    pub series: Option<AppointmentId>,
    pub created: Instant,
    pub created_by: String,
    pub created_by_person: Option<PersonId>,
    /// Counts the changes since it was made: a form says which one it was made from.
    pub version: u32,
    /// The message that announced it last.
    pub message: Option<MessageNumber>,
}

impl Appointment {
    /// What the agenda shows: « DUPONT Marie », « Rendez-vous pris ».
    pub fn label(&self) -> String {
        label(&self.last_name, &self.first_name)
    }

    pub fn day(&self) -> NaiveDate {
        self.date.date()
    }

    pub fn start_civil(&self) -> NaiveDateTime {
        self.start.on(self.day())
    }

    /// When it ends by the clock on the wall; across a doubled hour, where the clock falls back behind the start, as far
    /// after the start as it takes.
    pub fn end_civil(&self, zone: Zone) -> NaiveDateTime {
        end_civil(self.start_civil(), self.minutes, self.end_utc, zone)
    }

    /// What it says, as somebody would type it anew.
    pub fn as_new(&self) -> NewAppointment {
        let kept = self.clone();
        NewAppointment {
            date: kept.date.date(),
            start: kept.start,
            minutes: kept.minutes,
            fold: Fold::First,
            kind: kept.kind,
            last_name: kept.last_name,
            first_name: kept.first_name,
            phone: kept.phone,
            contact: kept.contact,
            reason: kept.reason,
            new_patient: kept.new_patient,
            address: kept.address,
            note: kept.note,
            reminder_email: kept.reminder_email,
            reminder_sms: kept.reminder_sms,
            forced: kept.forced,
        }
    }

    pub fn slot(&self) -> Place {
        Place { date: self.date, start: self.start, minutes: self.minutes }
    }

    pub fn is_over(&self, now: Instant) -> bool {
        self.end_utc <= now
    }
}

fn end_civil(start: NaiveDateTime, minutes: u16, end_utc: Instant, zone: Zone) -> NaiveDateTime {
    let end = end_utc.local(zone);
    if end > start { end } else { start + chrono::Duration::minutes(i64::from(minutes)) }
}

fn label(last_name: &str, first_name: &str) -> String {
    let name = french::person_name(last_name, first_name);
    if name.is_empty() { BLOCKED.to_owned() } else { name }
}

/// Where an appointment lies: civil date and minute, length in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub date: time::Day,
    pub start: Minute,
    pub minutes: u16,
}

impl Place {
    pub fn new(date: NaiveDate, start: Minute, minutes: u16) -> Place {
        Place { date: date.into(), start, minutes }
    }

    /// « mardi 24 novembre 2026 à 09:15 ».
    pub fn in_words(&self) -> String {
        format!("{} à {}", time::date_in_words(self.date.date()), self.start)
    }
}

/// Which of the two a doubled time means, when clocks go back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fold {
    #[default]
    First,
    Second,
}

/// An appointment as somebody wants it. `checked` before it is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAppointment {
    pub date: NaiveDate,
    pub start: Minute,
    pub minutes: u16,
    pub fold: Fold,
    pub kind: Kind,
    pub last_name: String,
    pub first_name: String,
    pub phone: Phone,
    pub contact: Option<ContactId>,
    pub reason: String,
    pub new_patient: bool,
    pub address: String,
    pub note: String,
    pub reminder_email: bool,
    pub reminder_sms: bool,
    /// « Forcer le rendez-vous »: over another, where the abonné allows it.
    pub forced: bool,
}

impl NewAppointment {
    /// A plain consultation without a name: « Rendez-vous pris ».
    pub fn at(date: NaiveDate, start: Minute, minutes: u16) -> NewAppointment {
        NewAppointment {
            date,
            start,
            minutes,
            fold: Fold::First,
            kind: Kind::Consultation,
            last_name: String::new(),
            first_name: String::new(),
            phone: Phone::default(),
            contact: None,
            reason: String::new(),
            new_patient: false,
            address: String::new(),
            note: String::new(),
            reminder_email: false,
            reminder_sms: false,
            forced: false,
        }
    }

    /// What the agenda will show.
    pub fn label(&self) -> String {
        label(&self.last_name, &self.first_name)
    }

    pub fn place(&self) -> Place {
        Place::new(self.date, self.start, self.minutes)
    }

    /// Trims and checks. Problems are tied to the form's names: `nom`, `prenom`, `telephone`, `motif`, `adresse`, `note`,
    /// `duree`, `heure`. Whether the time exists and is free is for the write to say.
    pub fn checked(mut self) -> Result<NewAppointment> {
        let mut problems = Problems::default();
        for (field, text, most, what) in [
            ("nom", &mut self.last_name, limits::NAME_CHARS_MAX, "Le nom"),
            ("prenom", &mut self.first_name, limits::NAME_CHARS_MAX, "Le prénom"),
            ("motif", &mut self.reason, limits::LINE_CHARS_MAX, "Le motif"),
            ("adresse", &mut self.address, limits::LINE_CHARS_MAX, "L’adresse"),
        ] {
            clean_line(text);
            too_long(&mut problems, field, text, most, what);
        }
        clean_text(&mut self.note);
        too_long(&mut problems, "note", &self.note, limits::TEXT_CHARS_MAX, "La note");
        too_long(&mut problems, "telephone", self.phone.kept(), limits::PHONE_CHARS_MAX, "Le téléphone");
        if self.minutes == 0 || self.minutes > APPOINTMENT_MINUTES_MAX {
            problems.add("duree", format!("La durée va de 1 à {APPOINTMENT_MINUTES_MAX} minutes."));
        }
        if self.start >= Minute::END {
            problems.add("heure", "L’heure va de 00:00 à 23:59.");
        }
        problems.into_result()?;
        Ok(self)
    }
}

fn too_long(problems: &mut Problems, field: &'static str, text: &str, most: usize, what: &str) {
    let count = text.chars().count();
    if count > most {
        problems.add(field, format!("{what} compte {count} caractères ; la limite est de {most}."));
    }
}

/// Who does something to an agenda.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    pub person: Option<PersonId>,
    pub name: &'a str,
    /// What a secretary books makes a message for the abonné; what the abonné's own people do does not.
    pub side: Side,
}

impl<'a> Actor<'a> {
    pub fn at(desk: &'a Desk) -> Actor<'a> {
        let person = &desk.who().person;
        Actor { person: Some(person.id), name: &person.name, side: desk.side() }
    }
}

/// Something that was written, and how it is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub appointment: Appointment,
    pub undo: UndoToken,
}

/// Why a time can't be had, and what can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// « Ce créneau vient d’être pris. »
    pub sentence: &'static str,
    /// What holds the time.
    pub holders: Vec<Appointment>,
    /// The nearest free times of that length and kind, by time.
    pub nearest: Vec<FreeTime>,
    /// The abonné allows « Forcer le rendez-vous ».
    pub can_force: bool,
}

/// A time that `book` accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeTime {
    pub date: NaiveDate,
    pub start: Minute,
    pub minutes: u16,
    pub kind: Kind,
    pub start_utc: Instant,
}

/// Names a change that can be taken back, per abonné.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoToken(pub u64);

impl fmt::Display for UndoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for UndoToken {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> std::result::Result<UndoToken, Self::Err> {
        text.parse().map(UndoToken)
    }
}

/// An absence of the abonné: from a civil time to another, the end excluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Per abonné from 1, never used again.
    pub id: u64,
    pub from: time::Day,
    pub from_minute: Minute,
    /// The last day; an absence of whole days ends at 24:00 of it.
    pub until: time::Day,
    pub until_minute: Minute,
    /// « Congés », « Formation »; may be empty.
    pub reason: String,
}

impl Absence {
    /// The part of a day that it covers, if any.
    pub fn on(&self, date: NaiveDate) -> Option<(Minute, Minute)> {
        let day = time::Day::from(date);
        if day < self.from || day > self.until {
            return None;
        }
        let start = if day == self.from { self.from_minute } else { Minute::START };
        let end = if day == self.until { self.until_minute } else { Minute::END };
        (start < end).then_some((start, end))
    }

    /// « Congés », or « Absence » when no word was given.
    pub fn label(&self) -> &str {
        if self.reason.is_empty() { "Absence" } else { &self.reason }
    }

    /// Whether all of its days are whole.
    pub fn is_whole_days(&self) -> bool {
        self.from_minute == Minute::START && self.until_minute == Minute::END
    }
}
