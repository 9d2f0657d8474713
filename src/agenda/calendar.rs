//! An agenda as other software reads it (iCalendar, RFC 5545): what the calendar subscription and CalDAV write. Pure.
//!
//! Never here: what other software sends (`ics` reads that).

use super::model::{Absence, Appointment};
use super::zone_rules;
use crate::base::lines::{escaped, fold_into, utc};
use crate::base::{Instant, SubscriberId, Zone};
use crate::subscribers::Subscriber;
use chrono::{Datelike, NaiveDateTime};
use std::fmt::Write as _;

/// How much is told of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Full,
    /// « Occupé »: when, and nothing else.
    Busy,
}

/// How often those who read by subscription should come back.
const REFRESH: &str = "PT15M";

/// What an appointment that was booked here is called by: the moment of its making tells it from those of other houses.
pub fn appointment_uid(subscriber: SubscriberId, appointment: &Appointment) -> String {
    format!("rdv-{subscriber}-{}-{:x}@permanence", appointment.id, appointment.created.0)
}

pub fn absence_uid(subscriber: &Subscriber, absence: &Absence) -> String {
    format!("absence-{}-{}-{:x}@permanence", subscriber.id, absence.id, absence.from.0)
}

/// A whole calendar for subscribers: the abonné's name, the zone's rules, then the events.
pub fn feed(
    subscriber: &Subscriber,
    appointments: &[Appointment],
    absences: &[Absence],
    detail: Detail,
    now: Instant,
) -> String {
    let zone = subscriber.zone;
    let mut out = String::with_capacity(1024 + 512 * (appointments.len() + absences.len()));
    let name = match detail {
        Detail::Full => subscriber.name.clone(),
        Detail::Busy => format!("{} (occupé)", subscriber.name),
    };
    begin(&mut out);
    for line in [
        format!("NAME:{}", escaped(&name)),
        format!("X-WR-CALNAME:{}", escaped(&name)),
        format!("X-WR-TIMEZONE:{}", zone.name()),
        format!("REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"),
        format!("X-PUBLISHED-TTL:{REFRESH}"),
    ] {
        fold_into(&mut out, &line);
    }
    let year = |date: chrono::NaiveDate| date.year();
    let today = now.local(zone).date();
    let days = || appointments.iter().map(|one| one.day()).chain(absences.iter().map(|one| one.until.date()));
    let first = days().map(year).min().unwrap_or(year(today)).min(year(today));
    let last = days().map(year).max().unwrap_or(year(today)).max(year(today));
    zone_rules::component(zone, first, last, &mut out);
    for appointment in appointments {
        let uid = appointment_uid(subscriber.id, appointment);
        event(&mut out, appointment, &uid, zone, detail, "");
    }
    for absence in absences {
        absence_event(&mut out, absence, &absence_uid(subscriber, absence), zone, detail, "");
    }
    out.push_str("END:VCALENDAR\r\n");
    out
}

/// The head of every calendar of ours.
pub fn begin(out: &mut String) {
    out.push_str("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Permanence//Agenda//FR\r\nCALSCALE:GREGORIAN\r\n");
}

/// A calendar of nothing but a zone's rules.
pub fn zone(zone: Zone, year: i32) -> String {
    let mut out = String::new();
    begin(&mut out);
    zone_rules::component(zone, year, year, &mut out);
    out.push_str("END:VCALENDAR\r\n");
    out
}

/// One appointment. `more` are whole lines of another program, kept for it.
pub fn event(out: &mut String, appointment: &Appointment, uid: &str, zone: Zone, detail: Detail, more: &str) {
    out.push_str("BEGIN:VEVENT\r\n");
    fold_into(out, &format!("UID:{}", escaped(uid)));
    let _ = write!(out, "SEQUENCE:{}\r\nDTSTAMP:{}\r\n", appointment.version, utc(appointment.created));
    moment(out, "DTSTART", appointment.start_civil(), appointment.start_utc, zone);
    moment(out, "DTEND", appointment.end_civil(zone), appointment.end_utc, zone);
    match detail {
        Detail::Busy => out.push_str("SUMMARY:Occupé\r\nCLASS:PRIVATE\r\n"),
        Detail::Full => {
            fold_into(out, &format!("SUMMARY:{}", escaped(&appointment.label())));
            let about = description(appointment);
            if !about.is_empty() {
                fold_into(out, &format!("DESCRIPTION:{}", escaped(&about)));
            }
            if !appointment.address.is_empty() {
                fold_into(out, &format!("LOCATION:{}", escaped(&appointment.address)));
            }
            if !appointment.blocked && !more.contains("CATEGORIES") {
                let _ = write!(out, "CATEGORIES:{}\r\n", appointment.kind.label());
            }
        }
    }
    out.push_str("STATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\n");
    out.push_str(more);
    out.push_str("END:VEVENT\r\n");
}

/// What a telephone shows below the name, a line each: reason, number, and the note after them.
pub fn description(appointment: &Appointment) -> String {
    let mut lines = Vec::new();
    if !appointment.reason.is_empty() {
        lines.push(format!("{REASON}{}", appointment.reason));
    }
    if !appointment.phone.is_empty() {
        lines.push(format!("{PHONE}{}", appointment.phone.shown()));
    }
    if appointment.new_patient {
        lines.push(NEW.to_owned());
    }
    if !appointment.note.is_empty() {
        lines.push(appointment.note.clone());
    }
    lines.join("\n")
}

pub(super) const REASON: &str = "Motif : ";
pub(super) const PHONE: &str = "Téléphone : ";
pub(super) const NEW: &str = "Nouveau patient";

/// An absence: of whole days where its days are whole.
pub fn absence_event(out: &mut String, absence: &Absence, uid: &str, zone: Zone, detail: Detail, more: &str) {
    out.push_str("BEGIN:VEVENT\r\n");
    fold_into(out, &format!("UID:{}", escaped(uid)));
    let (from, until) = (absence.from_minute.on(absence.from.date()), absence.until_minute.on(absence.until.date()));
    let _ = write!(out, "SEQUENCE:0\r\nDTSTAMP:{}\r\n", utc(zone.instant_at_or_after(from)));
    if absence.is_whole_days() {
        let _ = write!(
            out,
            "DTSTART;VALUE=DATE:{}\r\nDTEND;VALUE=DATE:{}\r\n",
            from.format("%Y%m%d"),
            until.format("%Y%m%d")
        );
    } else {
        moment(out, "DTSTART", from, zone.instant_at_or_after(from), zone);
        moment(out, "DTEND", until, zone.instant_at_or_after(until), zone);
    }
    let label = if detail == Detail::Busy { "Occupé" } else { absence.label() };
    fold_into(out, &format!("SUMMARY:{}", escaped(label)));
    out.push_str("STATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\n");
    out.push_str(more);
    out.push_str("END:VEVENT\r\n");
}

/// A time of the zone's clock; in UTC where that would mean another moment (the second of a doubled hour).
fn moment(out: &mut String, name: &str, civil: NaiveDateTime, at: Instant, zone: Zone) {
    let _ = if zone.instant(civil) == Some(at) {
        write!(out, "{name};TZID={}:{}\r\n", zone.name(), civil.format("%Y%m%dT%H%M%S"))
    } else {
        write!(out, "{name}:{}\r\n", utc(at))
    };
}
