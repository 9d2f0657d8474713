//! The whole agenda of one abonné: handed over, or erased.

use super::calendar::{self, Detail};
use super::model::Appointment;
use super::store::{
    ABSENCES, APPOINTMENTS, BY_CONTACT, CANCELLED, EVENTS, EVENTS_BY_APPOINTMENT, EVENTS_BY_DAY, IMPORTED, MARKS,
    NUMBERS, OVERRIDES, REPEATED, SETTINGS, SHELF, SPANS, STARTS, UNDOS, WEEKS, WORDS, key,
};
use super::{appointments, settings, week};
use crate::base::bundle::Bundle;
use crate::base::{Zone, time};
use crate::error::{Error, Result};
use crate::store::carried::{Carried, Rows};
use crate::store::{Direction, Reads, Write};
use crate::subscribers::Subscriber;
use serde::Serialize;
use std::ops::ControlFlow;

const HEAD: [&str; 13] = [
    "Numéro",
    "Date",
    "Heure",
    "Durée (minutes)",
    "Type",
    "Nom",
    "Prénom",
    "Téléphone",
    "Motif",
    "Nouveau",
    "Adresse",
    "Note",
    "Annulé",
];

/// An appointment as a line of the file; times are the abonné's own.
#[derive(Serialize)]
struct Line<'a> {
    numero: u64,
    date: String,
    heure: String,
    debut: String,
    minutes: u16,
    r#type: &'static str,
    bloque: bool,
    nom: &'a str,
    prenom: &'a str,
    telephone: &'a str,
    fiche: Option<u64>,
    motif: &'a str,
    nouveau: bool,
    adresse: &'a str,
    note: &'a str,
    rappel_email: bool,
    rappel_sms: bool,
    pris_le: String,
    pris_par: &'a str,
    message: Option<u64>,
    annule: bool,
}

/// How the agenda is laid out, each in the shape of its own record.
#[derive(Serialize)]
#[serde(tag = "quoi", content = "valeur", rename_all = "kebab-case")]
enum Rule<T: Serialize> {
    Reglages(T),
    SemaineType(T),
    Absence(T),
    ChangementDuJour(T),
    ChangementRepete(T),
}

/// What goes to another house as it is. Lists and the search are made anew from it (`settle`).
pub static CARRIED: [&dyn Carried; 12] = [
    &Rows::of(&NUMBERS),
    &Rows::of(&SETTINGS),
    &Rows::of(&WEEKS).fitting(|(day,), week| week.valid_from.0 == day),
    &Rows::of(&MARKS),
    &Rows::of(&OVERRIDES).fitting(|(day, number), change| change.from.0 == day && change.number == number),
    &Rows::of(&REPEATED).fitting(|(number,), change| change.number == number),
    &Rows::of(&ABSENCES).fitting(|(_, number), absence| absence.id == number),
    &Rows::of(&APPOINTMENTS)
        .fitting(|(start, number), appointment| {
            key(appointment.start_utc) == start
                && appointment.id.0 == number
                && appointment.end_utc > appointment.start_utc
        })
        .mended(|numbers, appointment| {
            appointment.created_by_person = numbers.person(appointment.created_by_person);
            true
        }),
    &Rows::of(&CANCELLED).fitting(|(number,), appointment| appointment.id.0 == number).mended(
        |numbers, appointment| {
            appointment.created_by_person = numbers.person(appointment.created_by_person);
            true
        },
    ),
    &Rows::of(&EVENTS).mended(|numbers, event| {
        event.person = numbers.person(event.person);
        true
    }),
    // Whoever may take a change back for a day.
    &Rows::of(&UNDOS).mended(|numbers, undo| {
        undo.carry(numbers);
        true
    }),
    &Rows::of(&IMPORTED),
];

/// Appointments and events listed at once.
const SETTLED_AT_ONCE: usize = 500;

/// Lists and makes findable what was carried here.
pub fn settle(tx: &Write<'_>, subscriber: &Subscriber) -> Result<()> {
    let id = subscriber.id;
    let given = NUMBERS.get(tx, id.0)?.unwrap_or_default();
    let unknown = || Error::invalid("", "L’agenda de ce dossier porte un numéro qui n’a jamais été donné.");
    let mut from = (id.0, 0, 0);
    loop {
        let mut found = Vec::new();
        APPOINTMENTS.each(tx, from..(id.0 + 1, 0, 0), Direction::Ascending, |_, appointment| {
            found.push(appointment);
            let full = found.len() == SETTLED_AT_ONCE;
            Ok(if full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        let Some(last) = found.last() else { break };
        from = (id.0, key(last.start_utc), last.id.0 + 1);
        for appointment in &found {
            if appointment.id.0 == 0 || appointment.id.0 > given.appointment {
                return Err(unknown());
            }
            appointments::put(tx, id, appointment)?;
        }
    }
    EVENTS.each(tx, (id.0, 0)..(id.0 + 1, 0), Direction::Ascending, |(_, number), event| {
        if number > given.event {
            return Err(unknown());
        }
        for place in &event.places {
            EVENTS_BY_DAY.put(tx, (id.0, place.date.0, number), &())?;
        }
        if let Some(appointment) = event.appointment {
            EVENTS_BY_APPOINTMENT.put(tx, (id.0, appointment.0, number), &())?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    tx.touch(id.0);
    Ok(())
}

/// Adds `rendez-vous.jsonl`, `rendez-vous.csv`, `agenda.ics` (what stands) and `agenda.jsonl` (typical weeks, absences, changes, settings).
pub fn write(tx: &impl Reads, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    bundle.begin("rendez-vous.jsonl")?;
    each(tx, subscriber, |appointment, cancelled| bundle.line(&line(appointment, cancelled)))?;
    bundle.begin_table("rendez-vous.csv", &HEAD)?;
    each(tx, subscriber, |appointment, cancelled| bundle.row(&cells(appointment, cancelled)))?;
    bundle.begin("agenda.ics")?;
    let mut head = String::new();
    calendar::begin(&mut head);
    bundle.text(&head)?;
    each(tx, subscriber, |appointment, cancelled| match cancelled {
        true => Ok(()),
        false => bundle.text(&event(subscriber, appointment)),
    })?;
    bundle.text("END:VCALENDAR\r\n")?;
    bundle.begin("agenda.jsonl")?;
    let id = subscriber.id.0;
    bundle.line(&Rule::Reglages(settings::settings(tx, subscriber)?))?;
    for week in week::weeks(tx, subscriber.id)? {
        bundle.line(&Rule::SemaineType(week))?;
    }
    ABSENCES.each(tx, (id, i32::MIN, 0)..(id + 1, i32::MIN, 0), Direction::Ascending, |_, absence| {
        bundle.line(&Rule::Absence(absence))?;
        Ok(ControlFlow::Continue(()))
    })?;
    OVERRIDES.each(tx, (id, i32::MIN, 0)..(id + 1, i32::MIN, 0), Direction::Ascending, |_, change| {
        bundle.line(&Rule::ChangementDuJour(change))?;
        Ok(ControlFlow::Continue(()))
    })?;
    REPEATED.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |_, change| {
        bundle.line(&Rule::ChangementRepete(change))?;
        Ok(ControlFlow::Continue(()))
    })
}

/// An appointment as an event of RFC 5545, its times in UTC.
fn event(subscriber: &Subscriber, appointment: &Appointment) -> String {
    let mut out = String::new();
    let uid = calendar::appointment_uid(subscriber.id, appointment);
    calendar::event(&mut out, appointment, &uid, Zone(chrono_tz::UTC), Detail::Full, "");
    out
}

/// Every appointment by time, then those that were cancelled.
pub fn each(
    tx: &impl Reads,
    subscriber: &Subscriber,
    mut visit: impl FnMut(&Appointment, bool) -> Result<()>,
) -> Result<()> {
    let id = subscriber.id.0;
    APPOINTMENTS.each(tx, (id, 0, 0)..(id + 1, 0, 0), Direction::Ascending, |_, appointment| {
        visit(&appointment, false)?;
        Ok(ControlFlow::Continue(()))
    })?;
    CANCELLED.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |_, appointment| {
        visit(&appointment, true)?;
        Ok(ControlFlow::Continue(()))
    })
}

fn line(appointment: &Appointment, annule: bool) -> Line<'_> {
    Line {
        numero: appointment.id.0,
        date: appointment.date.date().to_string(),
        heure: time::time_short(appointment.start_civil()),
        debut: appointment.start_utc.rfc3339(),
        minutes: appointment.minutes,
        r#type: appointment.kind.word(),
        bloque: appointment.blocked,
        nom: &appointment.last_name,
        prenom: &appointment.first_name,
        telephone: appointment.phone.kept(),
        fiche: appointment.contact.map(|contact| contact.0),
        motif: &appointment.reason,
        nouveau: appointment.new_patient,
        adresse: &appointment.address,
        note: &appointment.note,
        rappel_email: appointment.reminder_email,
        rappel_sms: appointment.reminder_sms,
        pris_le: appointment.created.rfc3339(),
        pris_par: &appointment.created_by,
        message: appointment.message.map(|message| message.0),
        annule,
    }
}

fn cells(appointment: &Appointment, cancelled: bool) -> [String; 13] {
    let yes = |yes: bool| if yes { "oui" } else { "" }.to_owned();
    [
        appointment.id.to_string(),
        time::date_short(appointment.date.date()),
        time::time_short(appointment.start_civil()),
        appointment.minutes.to_string(),
        appointment.kind.label().to_owned(),
        appointment.last_name.clone(),
        appointment.first_name.clone(),
        appointment.phone.shown(),
        appointment.reason.clone(),
        yes(appointment.new_patient),
        appointment.address.clone(),
        appointment.note.clone(),
        yes(cancelled),
    ]
}

/// Erases up to `most` rows of each table; how many of what. Nothing left: nothing comes back.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, most: usize) -> Result<Vec<(&'static str, u64)>> {
    let id = subscriber.id.0;
    let mut appointments = APPOINTMENTS.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
    appointments += CANCELLED.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    let mut others = SPANS.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
    others += STARTS.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    others += BY_CONTACT.remove_some(tx, (id, 0, 0, 0)..(id + 1, 0, 0, 0), most)?;
    others += WORDS.remove_some(tx, (id, "", 0, 0)..(id + 1, "", 0, 0), most)?;
    others += WEEKS.remove_some(tx, (id, i32::MIN)..(id + 1, i32::MIN), most)?;
    others += MARKS.remove_some(tx, (id, i32::MIN)..(id + 1, i32::MIN), most)?;
    others += OVERRIDES.remove_some(tx, (id, i32::MIN, 0)..(id + 1, i32::MIN, 0), most)?;
    others += REPEATED.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    others += ABSENCES.remove_some(tx, (id, i32::MIN, 0)..(id + 1, i32::MIN, 0), most)?;
    others += EVENTS.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    others += EVENTS_BY_DAY.remove_some(tx, (id, i32::MIN, 0)..(id + 1, i32::MIN, 0), most)?;
    others += EVENTS_BY_APPOINTMENT.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
    others += UNDOS.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    others += IMPORTED.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    others += SHELF.erase(tx, id, most)?;
    if appointments + others == 0 {
        SETTINGS.remove(tx, id)?;
        NUMBERS.remove(tx, id)?;
        return Ok(Vec::new());
    }
    tx.note_erased(appointments + others)?;
    Ok(vec![("rendez-vous", appointments), ("réglages, histoire et recherche de l’agenda", others)])
}
