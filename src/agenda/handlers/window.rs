//! The window of a slot or appointment, and what an open one asks for.

use super::page::{self, changes};
use super::{Whereabouts, owner, read_place, see};
use crate::agenda::model::{Actor, Appointment, Conflict, Kind, Minute, Opening, Place, Slot};
use crate::agenda::view::{self, HistoryPage, Series, View, WindowPage};
use crate::agenda::{appointments, day, history as log, holds, reminding};
use crate::base::{AppointmentId, ContactId};
use crate::contacts::store as contacts;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::once;
use crate::store::{Reads, Version};
use crate::subscribers::Desk;
use chrono::NaiveDate;

/// A window with what was typed into it and what became of that.
pub(super) struct Open<'a> {
    pub place: (NaiveDate, Minute),
    pub appointment: Option<AppointmentId>,
    pub form: &'a Form,
    pub problems: Option<&'a Problems>,
    pub status: u16,
    pub conflict: Option<&'a Conflict>,
    pub absences: Vec<String>,
    pub series: Option<Series>,
    /// The settings as typed, when they came back wrong.
    pub settings: Option<(&'a Form, &'a Problems)>,
}

impl<'a> Open<'a> {
    pub fn new(place: (NaiveDate, Minute), form: &'a Form) -> Open<'a> {
        Open {
            place,
            appointment: None,
            form,
            problems: None,
            status: 200,
            conflict: None,
            absences: Vec::new(),
            series: None,
            settings: None,
        }
    }
}

/// `GET /agenda/creneau?date=&heure=`: the window of a slot; of its appointment when it is taken.
pub fn slot(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let at = Whereabouts::read(&request.query, desk, request.now);
    let Some(place) = read_place(&request.query) else { return Ok(see(at.href(desk))) };
    let (slot, card) = house.store.read(|tx| {
        let card = match request.query.get("contact").parse() {
            Ok(id) => contacts::contact(tx, desk.id(), id)?,
            Err(()) => None,
        };
        Ok((slot_at(tx, desk, place)?, card))
    })?;
    if let [id] = slot.appointments[..] {
        return Ok(see(format!("{}/agenda/rendez-vous/{id}?vue={}", desk.base(), at.view.word())));
    }
    let mut form = new_form(place, &slot, &request.query);
    if let Some(card) = card {
        super::booking::fill(&mut form, &card);
    }
    show(house, request, desk, &Open::new(place, &form))
}

/// `GET /agenda/rendez-vous/12`: its window; what happened to it when it was cancelled.
pub fn appointment(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: AppointmentId = request.part(0)?;
    let ((kept, cancelled), secretariat) = house
        .store
        .read(|tx| Ok((appointments::appointment_or_cancelled(tx, desk.id(), id)?, house::secretariat(tx)?)))?;
    let place = (kept.day(), kept.start);
    if cancelled {
        let mut changes = house.store.read(|tx| changes(tx, desk, log::of_appointment(tx, desk.id(), id)?))?;
        changes.reverse();
        let base = desk.base();
        let content = view::history(&HistoryPage { base: &base, date: place.0, from: Some(place.1.0), changes });
        return Ok(page::page(desk, &secretariat, "Rendez-vous annulé", &content));
    }
    let form = form_of(&kept);
    let open = Open { appointment: Some(id), ..Open::new(place, &form) };
    show(house, request, desk, &open)
}

/// The window again with its settings as typed and what is wrong with them.
pub(super) fn settings_again(
    house: &House,
    request: &Request,
    desk: &Desk,
    place: (NaiveDate, Minute),
    typed: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (slot, kept) = house.store.read(|tx| {
        let slot = slot_at(tx, desk, place)?;
        let kept = match slot.appointments[..] {
            [id] => Some(appointments::appointment(tx, desk.id(), id)?),
            _ => None,
        };
        Ok((slot, kept))
    })?;
    let form = match &kept {
        Some(kept) => form_of(kept),
        None => new_form(place, &slot, &Form::default()),
    };
    let open = Open {
        appointment: kept.map(|kept| kept.id),
        status: 422,
        settings: Some((typed, problems)),
        ..Open::new(place, &form)
    };
    show(house, request, desk, &open)
}

/// The window as it stands.
pub(super) fn show(house: &House, request: &Request, desk: &Desk, open: &Open<'_>) -> Result<Answer> {
    let (date, start) = open.place;
    let vue = if request.form.is_empty() { request.query.get("vue") } else { request.form.get("vue") };
    let view = View::read(vue, desk.side());
    let (slot, kept, lines, card, told, secretariat) = house.store.read(|tx| {
        let kept = open.appointment.map(|id| appointments::appointment(tx, desk.id(), id)).transpose()?;
        let lines = match open.appointment {
            Some(id) => changes(tx, desk, log::of_appointment(tx, desk.id(), id)?)?,
            None => Vec::new(),
        };
        let card = match open.form.get("contact").parse::<ContactId>() {
            Ok(id) => contacts::contact(tx, desk.id(), id)?,
            Err(()) => None,
        };
        let told = reminding::of_window(tx, desk, kept.as_ref(), card.as_ref())?;
        Ok((slot_at(tx, desk, open.place)?, kept, lines, card, told, house::secretariat(tx)?))
    })?;
    let place = spot(open.place, &slot, kept.as_ref());
    hold(house, request, desk, place);
    let held = holds::on(house, desk.subscriber(), date, Actor::at(desk), request.now);
    let end = kept.as_ref().map_or(slot.end, |kept| Minute::of(kept.end_civil(desk.subscriber().zone).time()));
    let fresh = once::number()?;
    let unique = if once::read(open.form.get("unique")).is_some() { open.form.get("unique") } else { &fresh };
    let base = desk.base();
    let name = card.as_ref().map(|card| card.name()).unwrap_or_default();
    let usual = settings_form(&slot);
    let none = Problems::default();
    let (settings, settings_problems) = open.settings.unwrap_or((&usual, &none));
    let content = view::window(&WindowPage {
        base: &base,
        clients_called: &desk.subscriber().clients_called,
        view,
        date,
        from: start.0,
        to: end.0,
        state: view::Ground::of(slot.opening).label(),
        appointment: kept.as_ref(),
        owner: owner(desk),
        form: open.form,
        problems: open.problems.unwrap_or(&none),
        unique,
        card: card.as_ref().map(|card| (name.as_str(), format!("{base}/contacts/{}", card.id))),
        held_by: held.iter().find(|(_, from, to)| *from < slot.end && slot.start < *to).map(|(name, ..)| name.as_str()),
        conflict: open.conflict.map(|conflict| super::shown(conflict, desk.subscriber().zone)),
        absences: open.absences.iter().map(String::as_str).collect(),
        series: open.series.clone(),
        settings,
        settings_problems,
        settings_first: open.settings.is_some(),
        told,
        changes: lines,
        state_href: state_href(&base, place, kept.as_ref()),
    });
    let seen = open.appointment.map_or_else(|| "créneau".to_owned(), super::object);
    house.journal.note_look(desk.entry(request.now, Action::AgendaSeen).object(seen).from(request.client));
    let title = kept.as_ref().map_or_else(|| "Nouveau rendez-vous".to_owned(), Appointment::label);
    Ok(page::page_with(desk, &secretariat, &title, open.status, &content))
}

/// Where an open window asks, and so says that it is open.
fn state_href(base: &str, place: Place, kept: Option<&Appointment>) -> String {
    let own = kept.map(|kept| format!("&rdv={}&version={}", kept.id, kept.version)).unwrap_or_default();
    format!("{base}/agenda/creneau/etat?date={}&heure={}&duree={}{own}", place.date.date(), place.start, place.minutes)
}

/// What a window holds: its appointment, or its slot.
fn spot((date, start): (NaiveDate, Minute), slot: &Slot, kept: Option<&Appointment>) -> Place {
    match kept {
        Some(kept) => kept.slot(),
        None => Place::new(date, start, (slot.end.0 - start.0).max(1)),
    }
}

/// A time that does not exist can't be held; booking it says so. Who only looks holds nothing.
fn hold(house: &House, request: &Request, desk: &Desk, place: Place) {
    if desk.looks_only() {
        return;
    }
    let _ = holds::hold(house, desk.subscriber(), place, Actor::at(desk), request.now);
}

/// `GET /agenda/creneau/etat?date=&heure=&duree=`: says that a window is still open, and learns what happened to its slot.
pub fn slot_state(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let query = &request.query;
    let (Some((date, start)), Ok(minutes)) = (read_place(query), query.get("duree").parse::<u16>()) else {
        return Err(Error::NotFound);
    };
    if query.ticked("fini") {
        holds::release(house, desk.id(), Actor::at(desk));
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    let place = Place::new(date, start, minutes.clamp(1, crate::agenda::model::APPOINTMENT_MINUTES_MAX));
    hold(house, request, desk, place);
    let version = house.store.live().version(desk.id().0);
    if query.get("depuis").parse::<Version>() == Ok(version) {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    let own = query.get("rdv").parse::<AppointmentId>().ok();
    let gone = house.store.read(|tx| what_happened(tx, desk, place, own, query.get("version")))?;
    let held = holds::on(house, desk.subscriber(), date, Actor::at(desk), request.now);
    let sentence =
        match (gone, held.iter().find(|(_, from, to)| *from < place.start.plus(place.minutes) && start < *to)) {
            (Some(sentence), _) => (sentence.to_owned(), true),
            (None, Some((name, ..))) => (format!("En cours de saisie par {name}."), false),
            (None, None) => (String::new(), false),
        };
    let (sentence, taken) = (json_text(&sentence.0), sentence.1);
    Ok(Answer::json(200, format!("{{\"version\":\"{version}\",\"sentence\":{sentence},\"taken\":{taken}}}")))
}

/// What an open window has to be told.
fn what_happened(
    tx: &impl Reads,
    desk: &Desk,
    place: Place,
    own: Option<AppointmentId>,
    version: &str,
) -> Result<Option<&'static str>> {
    if let Some(id) = own {
        return Ok(match appointments::appointment(tx, desk.id(), id) {
            Ok(kept) if kept.version.to_string() == version => None,
            Ok(_) => Some("Ce rendez-vous vient d’être modifié."),
            Err(Error::NotFound) => Some("Ce rendez-vous vient d’être annulé."),
            Err(other) => return Err(other),
        });
    }
    let days = day::days(tx, desk.subscriber(), place.date.date(), 1)?;
    let end = place.start.plus(place.minutes);
    let taken = days
        .iter()
        .flat_map(|day| &day.slots)
        .any(|slot| slot.start < end && place.start < slot.end && !slot.is_free());
    Ok(taken.then_some(crate::agenda::model::TAKEN))
}

/// A text as JSON (RFC 8259, section 7).
fn json_text(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The slot that a place lies in.
pub(super) fn slot_at(tx: &impl Reads, desk: &Desk, (date, start): (NaiveDate, Minute)) -> Result<Slot> {
    let days = day::days(tx, desk.subscriber(), date, 1)?;
    days.first().and_then(|day| day.slot_at(start)).cloned().ok_or(Error::NotFound)
}

/// The form of a new appointment, with what the address already says.
fn new_form((date, start): (NaiveDate, Minute), slot: &Slot, query: &Form) -> Form {
    let mut form = Form::default();
    form.push("date", date.to_string());
    form.push("heure", start.to_string());
    let minutes = query.get("duree").parse::<u16>().unwrap_or(slot.slot_minutes);
    form.push("duree", minutes.to_string());
    let asked = Kind::from_word(query.get("type"));
    let visit = slot.opening == Opening::Worked(Kind::Visit);
    let kind = asked.unwrap_or(if visit { Kind::Visit } else { Kind::Consultation });
    form.push("type", kind.word());
    form
}

/// The form of an appointment as it stands.
pub(super) fn form_of(kept: &Appointment) -> Form {
    let mut form = Form::default();
    let contact = kept.contact.map(|contact| contact.to_string()).unwrap_or_default();
    for (name, value) in [
        ("nom", kept.last_name.as_str()),
        ("prenom", &kept.first_name),
        ("telephone", &kept.phone.shown()),
        ("motif", &kept.reason),
        ("duree", &kept.minutes.to_string()),
        ("type", kept.kind.word()),
        ("adresse", &kept.address),
        ("note", &kept.note),
        ("contact", &contact),
    ] {
        form.push(name, value);
    }
    for (name, is) in [
        ("nouveau-patient", kept.new_patient),
        ("rappel-email", kept.reminder_email),
        ("rappel-sms", kept.reminder_sms),
    ] {
        if is {
            form.push(name, "1");
        }
    }
    form
}

/// The settings of a slot as it stands.
fn settings_form(slot: &Slot) -> Form {
    // A time field has no 24:00; the end of the day reads as midnight.
    let end = if slot.end == Minute::END { Minute::START } else { slot.end };
    [
        ("ouverture", slot.opening.word().to_owned()),
        ("de", slot.start.to_string()),
        ("a", end.to_string()),
        ("duree-creneau", slot.slot_minutes.to_string()),
        ("portee", "jour".to_owned()),
    ]
    .into_iter()
    .collect()
}
