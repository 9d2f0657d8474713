//! What a contact agreed to, written from its card or from an appointment's window; and what was sent about an appointment.

use super::view::{Said, Told};
use crate::agenda::appointments;
use crate::agenda::model::{Appointment, NewAppointment};
use crate::base::{AppointmentId, ContactId, Instant, time};
use crate::contacts::consent;
use crate::contacts::handlers::by;
use crate::contacts::model::Contact;
use crate::error::Result;
use crate::house::House;
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::notices::{Letter, Way};
use crate::reminders::{letters, links, meetings, settings};
use crate::store::{Reads, Write};
use crate::subscribers::Desk;

/// `POST /contacts/5/rappels`: what the person agrees to from now on.
pub fn agree(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: ContactId = request.part(0)?;
    let wanted = (request.form.ticked("accord-email"), request.form.ticked("accord-sms"));
    let changed = house.store.write(|tx| consent::set(tx, desk.id(), id, wanted, by(desk), request.now))?;
    if changed {
        let entry =
            desk.entry(request.now, Action::ContactChanged).object(format!("fiche {id}, accord pour les rappels"));
        house.journal.note(entry.from(request.client));
    }
    Ok(Answer::see_other(format!("{}/contacts/{id}?fait=modifiee", desk.base())))
}

/// `POST /agenda/rendez-vous/12/lien/revocation`: what was sent leads nowhere any more.
pub fn revoke(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: AppointmentId = request.part(0)?;
    house.store.write(|tx| {
        appointments::appointment_or_cancelled(tx, desk.id(), id)?;
        links::revoke(tx, desk.id(), id)
    })?;
    let entry = desk.entry(request.now, Action::AppointmentChanged).object(format!("rendez-vous {id}, lien révoqué"));
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other(format!("{}/agenda/rendez-vous/{id}", desk.base())))
}

/// Who ticks « Rappel » has just asked the contact: its card says so, where it did not yet.
pub fn note_agreement(
    tx: &Write<'_>,
    desk: &Desk,
    new: &NewAppointment,
    before: Option<&Appointment>,
    now: Instant,
) -> Result<()> {
    let Some(contact) = new.contact else { return Ok(()) };
    let before = before.filter(|before| before.contact == new.contact);
    let by_email = new.reminder_email && !before.is_some_and(|before| before.reminder_email);
    let by_sms = new.reminder_sms && !before.is_some_and(|before| before.reminder_sms);
    if by_email || by_sms {
        consent::add(tx, desk.id(), contact, (by_email, by_sms), by(desk), now)?;
    }
    Ok(())
}

/// What a window says of reminders: what stands in their way, and what was sent.
pub(in crate::agenda) fn of_window(
    tx: &impl Reads,
    desk: &Desk,
    kept: Option<&Appointment>,
    card: Option<&Contact>,
) -> Result<Told> {
    let settings = settings::of(tx, desk.id())?;
    let mut told = Told { on: settings.on, obstacle: obstacle(&settings, card), ..Told::default() };
    let Some(kept) = kept else { return Ok(told) };
    let zone = desk.subscriber().zone;
    let moment = |at: Instant| time::moment_short(at.local(zone));
    if let Some(watched) = meetings::watched(tx, desk.id(), kept.id)? {
        told.confirmed = watched.confirmed.map(moment);
        told.revocable = !watched.links.is_empty();
    }
    for (_, letter) in meetings::letters_of(tx, desk.id(), kept.id)? {
        told.said.extend(said(&letter, moment));
    }
    Ok(told)
}

/// Each attempt and receipt of a letter, in lines.
fn said(letter: &Letter, moment: impl Fn(Instant) -> String) -> Vec<Said> {
    let head = format!("{} par {}, {}", capital(letter.purpose.label()), letter.way.label(), letter.state.label());
    let mut lines = vec![Said { when: moment(letter.since), what: head, to: shown(letter), detail: String::new() }];
    for attempt in &letter.attempts {
        lines.push(Said {
            when: moment(attempt.at),
            what: "essai".into(),
            to: String::new(),
            detail: attempt.said.clone(),
        });
    }
    if let Some(receipt) = &letter.receipt {
        let what = if receipt.delivered { "reçu par le téléphone" } else { "non remis" };
        lines.push(Said {
            when: moment(receipt.at),
            what: what.into(),
            to: String::new(),
            detail: receipt.said.clone(),
        });
    }
    lines
}

fn shown(letter: &Letter) -> String {
    match letter.way {
        Way::Mail | Way::Hook => letter.to.clone(),
        Way::Sms => crate::base::Phone::read(&letter.to).shown(),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// Why nothing would reach the contact, in a sentence; `None` when something would.
fn obstacle(settings: &settings::Settings, card: Option<&Contact>) -> Option<&'static str> {
    let Some(card) = card else { return Some("Sans fiche contact, rien ne part : choisissez-en une ou créez-la.") };
    let mail = settings.by_email && !card.email.is_empty();
    let sms = settings.by_sms && letters::mobile(card).is_some();
    match (mail, sms) {
        (true, true) => None,
        (true, false) if settings.by_sms => Some("La fiche n’a pas de téléphone portable : pas de SMS."),
        (false, true) if settings.by_email => Some("La fiche n’a pas d’adresse e-mail : pas de courrier."),
        (false, false) => Some("La fiche n’a ni l’adresse e-mail ni le portable qu’il faudrait : rien ne partira."),
        (true, false) | (false, true) => None,
    }
}
