//! The tables of agendas. Which file changes which is said beside each.

use super::history::Event;
use super::model::{Absence, Appointment};
use super::overrides::Override;
use super::settings::{Mark, Settings};
use super::undo::Undo;
use super::week::TypicalWeek;
use crate::base::{Instant, SubscriberId};
use crate::error::Result;
use crate::store::shelf::Shelf;
use crate::store::{AnyTable, Collection, Record, Write};
use serde::{Deserialize, Serialize};

/// By abonné (`settings`).
pub(super) static SETTINGS: Collection<u64, Settings> = Collection::new("agenda.settings");
/// Abonné, first day (`week`).
pub(super) static WEEKS: Collection<(u64, i32), TypicalWeek> = Collection::new("agenda.weeks");
/// Dates opened or closed by hand: abonné, day (`settings`).
pub(super) static MARKS: Collection<(u64, i32), Mark> = Collection::new("agenda.marks");
/// What holds for one day: abonné, day, number (`overrides`).
pub(super) static OVERRIDES: Collection<(u64, i32, u64), Override> = Collection::new("agenda.overrides");
/// What holds for every such weekday: abonné, number (`overrides`).
pub(super) static REPEATED: Collection<(u64, u64), Override> = Collection::new("agenda.repeated");
/// Abonné, last day, number: those of the past are never read for a day to come (`absences`).
pub(super) static ABSENCES: Collection<(u64, i32, u64), Absence> = Collection::new("agenda.absences");
/// Abonné, start in UTC milliseconds, number: a day is one range (`appointments`).
pub(super) static APPOINTMENTS: Collection<(u64, u64, u64), Appointment> = Collection::new("agenda.appointments");
/// The same key with the end alone, for deciding overlaps and finding free times.
pub(super) static SPANS: Collection<(u64, u64, u64), u64> = Collection::new("agenda.spans");
/// Abonné, number: where the appointment starts.
pub(super) static STARTS: Collection<(u64, u64), u64> = Collection::new("agenda.starts");
/// Appointments cancelled: abonné, number.
pub(super) static CANCELLED: Collection<(u64, u64), Appointment> = Collection::new("agenda.cancelled");
/// Abonné, contact card, start, number.
pub(super) static BY_CONTACT: Collection<(u64, u64, u64, u64), ()> = Collection::new("agenda.by_contact");
/// Folded words of names, digits of phones: abonné, word, start, number (`search`).
pub(super) static WORDS: Collection<(u64, &'static str, u64, u64), ()> = Collection::new("agenda.words");
/// Abonné, number (`history`).
pub(super) static EVENTS: Collection<(u64, u64), Event> = Collection::new("agenda.events");
/// Abonné, day, number.
pub(super) static EVENTS_BY_DAY: Collection<(u64, i32, u64), ()> = Collection::new("agenda.events_by_day");
/// Abonné, appointment, number.
pub(super) static EVENTS_BY_APPOINTMENT: Collection<(u64, u64, u64), ()> =
    Collection::new("agenda.events_by_appointment");
/// Abonné, token (`undo`).
pub(super) static UNDOS: Collection<(u64, u64), Undo> = Collection::new("agenda.undos");
/// Events of imported calendars, by abonné and fingerprint: the appointment or absence that each became (`import`).
pub(super) static IMPORTED: Collection<(u64, u128), u64> = Collection::new("agenda.imported");
/// The numbers given last, by abonné.
pub(super) static NUMBERS: Collection<u64, Numbers> = Collection::new("agenda.numbers");

/// What other software calls appointments and absences (`objects`): an appointment has twice its number, an absence twice its
/// number and one.
pub(super) static SHELF: Shelf = Shelf::new([
    "agenda.outside_names",
    "agenda.outside_sent",
    "agenda.outside_uids",
    "agenda.changes",
    "agenda.change_places",
    "agenda.last_change",
]);

pub static TABLES: [&dyn AnyTable; 24] = [
    &SETTINGS,
    &WEEKS,
    &MARKS,
    &OVERRIDES,
    &REPEATED,
    &ABSENCES,
    &APPOINTMENTS,
    &SPANS,
    &STARTS,
    &CANCELLED,
    &BY_CONTACT,
    &WORDS,
    &EVENTS,
    &EVENTS_BY_DAY,
    &EVENTS_BY_APPOINTMENT,
    &UNDOS,
    &IMPORTED,
    &NUMBERS,
    &SHELF.named,
    &SHELF.sent,
    &SHELF.identities,
    &SHELF.changes,
    &SHELF.places,
    &SHELF.last,
];

impl Record for Appointment {}
impl Record for Absence {}
impl Record for Numbers {}

/// What was given last; nothing is ever given twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbers {
    pub appointment: u64,
    pub absence: u64,
    /// Orders overrides and typical weeks by when they were made.
    pub rule: u64,
    pub event: u64,
    pub undo: u64,
}

/// The next number of the kind that `which` picks.
pub(super) fn next(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    which: impl FnOnce(&mut Numbers) -> &mut u64,
) -> Result<u64> {
    let mut numbers = NUMBERS.get(tx, subscriber.0)?.unwrap_or_default();
    let number = which(&mut numbers);
    *number += 1;
    let number = *number;
    NUMBERS.put(tx, subscriber.0, &numbers)?;
    Ok(number)
}

/// An instant as keys have it; what lies before 1970 sorts first.
pub(super) fn key(at: Instant) -> u64 {
    u64::try_from(at.0).unwrap_or(0)
}
