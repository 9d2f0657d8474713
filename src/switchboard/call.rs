//! A call as its form says it. Pure.

use crate::base::text::clean_line;
use crate::base::{Instant, Phone, Zone, time};
use crate::error::{Problems, Result};
use crate::http::{Form, Request};
use crate::messages::model::{AppointmentNote, Caller, Kind, Message, NewMessage};
use crate::people::Person;

/// A call that can be taken.
#[derive(Debug)]
pub struct Call {
    pub message: NewMessage,
    /// When somebody promised to call back.
    pub promised: Option<Instant>,
}

/// Reads the call form (`type`, `urgent`, `civilite`, `nom`, …). All that is wrong comes back at once, by field.
pub fn read(request: &Request, taken_by: &Person, zone: Zone) -> Result<Call> {
    let form = &request.form;
    let mut problems = Problems::default();
    let kind = match form.find("type") {
        None => Kind::Information,
        Some(word) => Kind::from_word(word).unwrap_or_else(|| {
            problems.add("type", "Choisissez l’un des types d’appel proposés.");
            Kind::Information
        }),
    };
    let text = |name: &str| form.get(name).to_owned();
    let message = NewMessage {
        received: request.now,
        kind,
        urgent: form.ticked("urgent"),
        caller: Caller {
            civility: text("civilite"),
            last_name: text("nom"),
            first_name: text("prenom"),
            address: text("adresse"),
            postal_code: text("code-postal"),
            town: text("ville"),
            phone: phone(form),
            email: text("email"),
        },
        subject: text("objet"),
        text: text("texte"),
        appointment: appointment(form, kind, &mut problems),
        taken_by: taken_by.name.clone(),
        taken_by_person: Some(taken_by.id),
        contact: None,
        appointment_id: None,
    };
    let promised = promised(form, zone, request.now, &mut problems);
    problems.and(message.checked()).map(|message| Call { message, promised })
}

/// « Rappel promis », at an hour to come: today where no date is given.
fn promised(form: &Form, zone: Zone, now: Instant, problems: &mut Problems) -> Option<Instant> {
    let (date, hour) = (form.get("rappel-date").trim(), form.get("rappel-heure").trim());
    if date.is_empty() && hour.is_empty() {
        return None;
    }
    let day = if date.is_empty() { Some(now.local(zone).date()) } else { time::parse_date(date) };
    if day.is_none() {
        problems.add("rappel-date", "Cette date n’existe pas ou n’est pas complète ; par exemple 03/12/2026.");
    }
    let clock = time::parse_time(hour);
    if clock.is_none() {
        problems.add("rappel-heure", "Indiquez l’heure du rappel promis ; par exemple 15:00.");
    }
    let at = zone.instant_at_or_after(day?.and_time(clock?));
    if at <= now {
        problems.add("rappel-heure", "Cette heure est passée : indiquez aussi la date, ou une heure à venir.");
    }
    Some(at)
}

/// A message as the form that took it, to be corrected.
pub fn as_form(message: &Message) -> Form {
    let caller = &message.caller;
    let phone = caller.phone.shown();
    let mut form = Form::from_iter([
        ("type", message.kind.word()),
        ("civilite", &caller.civility),
        ("nom", &caller.last_name),
        ("prenom", &caller.first_name),
        ("telephone", &phone),
        ("adresse", &caller.address),
        ("code-postal", &caller.postal_code),
        ("ville", &caller.town),
        ("email", &caller.email),
        ("objet", &message.subject),
        ("texte", &message.text),
    ]);
    if message.urgent {
        form.push("urgent", "1");
    }
    if let Some(note) = &message.appointment {
        form.push("date-rdv", note.day.map(|day| day.date().to_string()).unwrap_or_default());
        let hour = note.minute.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60));
        form.push("heure-rdv", hour.unwrap_or_default());
        form.push("motif", note.reason.as_str());
        if note.new_patient {
            form.push("nouveau-patient", "1");
        }
    }
    form
}

fn phone(form: &Form) -> Phone {
    let mut typed = form.get("telephone").to_owned();
    clean_line(&mut typed);
    Phone::read(&typed)
}

/// What a rendez-vous or visite says of its time; nothing for other kinds, whose fields are out of sight.
fn appointment(form: &Form, kind: Kind, problems: &mut Problems) -> Option<AppointmentNote> {
    if !matches!(kind, Kind::Appointment | Kind::Visit) {
        return None;
    }
    let (date, hour) = (form.get("date-rdv").trim(), form.get("heure-rdv").trim());
    let day = time::parse_date(date);
    if day.is_none() && !date.is_empty() {
        problems.add("date-rdv", "Cette date n’existe pas ou n’est pas complète ; par exemple 03/12/2026.");
    }
    let clock = time::parse_time(hour);
    if clock.is_none() && !hour.is_empty() {
        problems.add("heure-rdv", "Cette heure n’est pas complète ; par exemple 09:15.");
    }
    let note = AppointmentNote {
        day: day.map(Into::into),
        minute: clock.map(|clock| {
            use chrono::Timelike;
            (clock.hour() * 60 + clock.minute()) as u16
        }),
        reason: form.get("motif").to_owned(),
        new_patient: form.ticked("nouveau-patient"),
    };
    (note != AppointmentNote::default()).then_some(note)
}
