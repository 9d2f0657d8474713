//! Booking, changing, moving and cancelling. Whether a time is free is decided in the write; whoever comes second loses
//! nothing that was typed.

use super::page::{self, Shown};
use super::window::{self, Open};
use super::{Done, Whereabouts, done, note, object, read_date, read_slot, see};
use crate::agenda::model::{Actor, Appointment, Booked, Fold, Kind, Minute, NewAppointment, Place, TAKEN};
use crate::agenda::recurrence::{self, Every};
use crate::agenda::view::{self, CancelPage, Occurrence, PickerPage, Series, View};
use crate::agenda::{absences, appointments, holds, reminding};
use crate::base::{AppointmentId, ContactId, Phone};
use crate::contacts::model::{By, Contact, NewContact, PhoneLine};
use crate::contacts::store as contacts;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::once;
use crate::store::Write;
use crate::subscribers::Desk;
use chrono::NaiveDate;

/// `POST /agenda/rendez-vous`: books, once; or goes to the list of contacts and back with what was typed.
pub fn book(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    if let Some(step) = aside(house, request, desk, None) {
        return step;
    }
    let new = match read(&request.form, None) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return again(house, request, desk, None, 422, &problems),
        Err(other) => return Err(other),
    };
    let times = request.form.get("fois").trim().parse::<u16>().unwrap_or(1);
    if times > 1 {
        return book_series(house, request, desk, new, times);
    }
    if let Some(warned) = absent(house, request, desk, &new, None)? {
        return Ok(warned);
    }
    let wanted = new.clone();
    let at = Whereabouts::read(&request.form, desk, request.now);
    let booked = once_only(house, request, desk, |tx| {
        let new = with_card(tx, desk, request, new)?;
        reminding::note_agreement(tx, desk, &new, None, request.now)?;
        let booked = appointments::book(tx, desk.subscriber(), new, Actor::at(desk), request.now)?;
        let place = (booked.appointment.day(), booked.appointment.start);
        Ok((done(desk, at, Done::Booked, place, Some(booked.undo)), Some(booked.appointment.id)))
    });
    match booked {
        Ok((address, id)) => {
            holds::release(house, desk.id(), Actor::at(desk));
            if let Some(id) = id {
                note(house, request, desk, Action::AppointmentBooked, object(id));
            }
            Ok(see(address))
        }
        Err(Error::Conflict(_)) => taken(house, request, desk, &wanted, None),
        Err(Error::Invalid(problems)) => again(house, request, desk, None, 422, &problems),
        Err(other) => Err(other),
    }
}

/// Does what a form asks for unless it was done already; where it leads.
fn once_only(
    house: &House,
    request: &Request,
    desk: &Desk,
    act: impl FnOnce(&Write<'_>) -> Result<(String, Option<AppointmentId>)>,
) -> Result<(String, Option<AppointmentId>)> {
    let unique = once::read(request.form.get("unique"));
    let person = desk.who().person.id;
    house.store.write(|tx| {
        if let Some(address) = once::done(tx, person, unique)? {
            return Ok((address, None));
        }
        let (address, id) = act(tx)?;
        once::note(tx, person, unique, request.now, &address)?;
        Ok((address, id))
    })
}

/// A repetition: first every date with what stands in its way, then the chosen ones in one write.
fn book_series(house: &House, request: &Request, desk: &Desk, new: NewAppointment, times: u16) -> Result<Answer> {
    let every = Every::from_word(request.form.get("rythme")).unwrap_or(Every::Week);
    let dates = recurrence::dates(new.date, every, times);
    let chosen: Vec<NaiveDate> = request
        .form
        .all("occurrence")
        .filter_map(|value| read_slot(value).map(|(date, _)| date))
        .filter(|date| dates.contains(date))
        .collect();
    let mut problems = Problems::default();
    if request.form.get("etape") == "serie" {
        if chosen.is_empty() {
            problems.add("", "Cochez au moins une date.");
        } else {
            let at = Whereabouts::read(&request.form, desk, request.now);
            let written = once_only(house, request, desk, |tx| {
                let new = with_card(tx, desk, request, new.clone())?;
                reminding::note_agreement(tx, desk, &new, None, request.now)?;
                let (booked, undo) =
                    recurrence::book(tx, desk.subscriber(), &new, &chosen, Actor::at(desk), request.now)?;
                let first = booked.first().map_or((new.date, new.start), |first| (first.day(), first.start));
                Ok((done(desk, at, Done::BookedSeries, first, Some(undo)), booked.first().map(|first| first.id)))
            });
            match written {
                Ok((address, id)) => {
                    holds::release(house, desk.id(), Actor::at(desk));
                    if let Some(id) = id {
                        let object = format!("{} de {}", chosen.len(), object(id));
                        note(house, request, desk, Action::AppointmentBooked, object);
                    }
                    return Ok(see(address));
                }
                Err(Error::Conflict(sentence)) => problems.add("", sentence),
                Err(Error::Invalid(wrong)) => problems = wrong,
                Err(other) => return Err(other),
            }
        }
    }
    let planned = house.store.read(|tx| recurrence::plan(tx, desk.subscriber(), &new, &dates, request.now))?;
    let first_look = request.form.get("etape") != "serie";
    let occurrences = planned.into_iter().map(|one| Occurrence {
        date: one.date,
        from: new.start.0,
        chosen: if first_look { one.obstacle.is_none() } else { chosen.contains(&one.date) },
        impossible: one.obstacle.as_ref().is_some_and(|obstacle| obstacle.is_final()),
        obstacle: one.obstacle.map(|obstacle| obstacle.in_words()),
    });
    let open = Open {
        status: if problems.is_empty() { 200 } else { 422 },
        series: Some(Series { occurrences: occurrences.collect() }),
        problems: Some(&problems),
        ..Open::new((new.date, new.start), &request.form)
    };
    window::show(house, request, desk, &open)
}

/// `POST /agenda/rendez-vous/12`: changes what is written in it.
pub fn change(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: AppointmentId = request.part(0)?;
    let kept = house.store.read(|tx| appointments::appointment(tx, desk.id(), id))?;
    if let Some(step) = aside(house, request, desk, Some(&kept)) {
        return step;
    }
    let new = match read(&request.form, Some(&kept)) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return again(house, request, desk, Some(&kept), 422, &problems),
        Err(other) => return Err(other),
    };
    if new.place() != kept.slot()
        && let Some(warned) = absent(house, request, desk, &new, Some(&kept))?
    {
        return Ok(warned);
    }
    let (wanted, seen) = (new.clone(), request.form.get("version").parse().ok());
    let changed = house.store.write(|tx| {
        let new = with_card(tx, desk, request, new)?;
        reminding::note_agreement(tx, desk, &new, Some(&kept), request.now)?;
        appointments::change(tx, desk.subscriber(), id, new, seen, Actor::at(desk), request.now)
    });
    match changed {
        Ok(changed) => finished(house, request, desk, changed, Done::Changed, Action::AppointmentChanged),
        Err(Error::Conflict(sentence)) if sentence == TAKEN => taken(house, request, desk, &wanted, Some(&kept)),
        Err(Error::Conflict(sentence)) => {
            let mut problems = Problems::default();
            problems.add("", format!("{sentence} Vérifiez, puis enregistrez de nouveau."));
            again(house, request, desk, Some(&kept), 409, &problems)
        }
        Err(Error::Invalid(problems)) => again(house, request, desk, Some(&kept), 422, &problems),
        Err(other) => Err(other),
    }
}

fn finished(
    house: &House,
    request: &Request,
    desk: &Desk,
    booked: Booked,
    what: Done,
    action: Action,
) -> Result<Answer> {
    holds::release(house, desk.id(), Actor::at(desk));
    note(house, request, desk, action, object(booked.appointment.id));
    let at = Whereabouts::read(&request.form, desk, request.now);
    let place = (booked.appointment.day(), booked.appointment.start);
    Ok(see(done(desk, at, what, place, Some(booked.undo))))
}

/// `POST /agenda/rendez-vous/12/deplacement`: to another slot, of any day.
pub fn move_to(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: AppointmentId = request.part(0)?;
    let at = Whereabouts::read(&request.form, desk, request.now);
    let kept = house.store.read(|tx| appointments::appointment(tx, desk.id(), id))?;
    let Some((date, start)) = read_slot(request.form.get("vers")) else {
        return Ok(see(format!("{}&deplacer={id}", at.href(desk))));
    };
    if (date, start) == (kept.day(), kept.start) {
        return Ok(see(at.href(desk)));
    }
    let moved = house.store.write(|tx| {
        let minutes = appointments::appointment(tx, desk.id(), id)?.minutes;
        let to = Place::new(date, start, minutes);
        let forced = request.form.ticked("forcer");
        appointments::move_to(tx, desk.subscriber(), id, to, Fold::First, forced, None, Actor::at(desk), request.now)
    });
    let sentence = match moved {
        Ok(moved) => return finished(house, request, desk, moved, Done::Moved, Action::AppointmentMoved),
        Err(Error::Conflict(sentence)) => sentence,
        Err(Error::Invalid(problems)) => Error::Invalid(problems).to_string(),
        Err(other) => return Err(other),
    };
    let mut wanted = as_new(&kept);
    (wanted.date, wanted.start) = (date, start);
    let conflict = house.store.read(|tx| appointments::conflict(tx, desk.subscriber(), &wanted, Some(id), request.now));
    let (conflict, problem) = match conflict {
        Ok(conflict) => (Some(conflict), None),
        Err(Error::Invalid(_)) => (None, Some(sentence.as_str())),
        Err(other) => return Err(other),
    };
    let shown = Shown { at, moving: Some(id), status: 409, problem, conflict: conflict.as_ref() };
    page::show(house, request, desk, &shown)
}

/// `GET /agenda/rendez-vous/12/annulation`: which one, before it is cancelled.
pub fn cancel_form(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: AppointmentId = request.part(0)?;
    let (kept, secretariat) =
        house.store.read(|tx| Ok((appointments::appointment(tx, desk.id(), id)?, house::secretariat(tx)?)))?;
    let base = desk.base();
    let view = View::read(request.query.get("vue"), desk.side());
    let (zone, owner) = (desk.subscriber().zone, super::owner(desk));
    let content = view::cancel(&CancelPage { base: &base, view, appointment: &kept, zone, owner });
    Ok(page::page(desk, &secretariat, "Annuler un rendez-vous", &content))
}

/// `POST /agenda/rendez-vous/12/annulation`.
pub fn cancel(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: AppointmentId = request.part(0)?;
    let (kept, gone) = house.store.read(|tx| appointments::appointment_or_cancelled(tx, desk.id(), id))?;
    let at = Whereabouts { date: kept.day(), ..Whereabouts::read(&request.form, desk, request.now) };
    if gone {
        return Ok(see(done(desk, at, Done::Cancelled, (kept.day(), kept.start), None)));
    }
    let seen = request.form.get("version").parse().ok();
    let cancelled =
        house.store.write(|tx| appointments::cancel(tx, desk.subscriber(), id, seen, Actor::at(desk), request.now));
    match cancelled {
        Ok((kept, undo)) => {
            note(house, request, desk, Action::AppointmentCancelled, object(id));
            Ok(see(done(desk, at, Done::Cancelled, (kept.day(), kept.start), Some(undo))))
        }
        Err(Error::Conflict(sentence)) => super::slots::refused(house, request, desk, at, &sentence),
        Err(other) => Err(other),
    }
}

/// The steps beside booking: to the list of contacts, back from it with a card or without.
fn aside(house: &House, request: &Request, desk: &Desk, kept: Option<&Appointment>) -> Option<Result<Answer>> {
    let form = &request.form;
    if let Ok(id) = form.get("choisi").parse::<ContactId>() {
        return Some(chosen(house, request, desk, kept, id));
    }
    match form.get("etape") {
        "contacts" => Some(list(house, request, desk, kept)),
        "retour" => Some(reopened(house, request, desk, kept, form, 200, &Problems::default())),
        "sans-fiche" => {
            let form: Form = form.iter().filter(|(name, _)| *name != "contact").collect();
            Some(reopened(house, request, desk, kept, &form, 200, &Problems::default()))
        }
        _ => None,
    }
}

fn list(house: &House, request: &Request, desk: &Desk, kept: Option<&Appointment>) -> Result<Answer> {
    let typed = request.form.get("recherche");
    let ((cards, more), secretariat) =
        house.store.read(|tx| Ok((super::finding::found_cards(tx, desk, typed)?, house::secretariat(tx)?)))?;
    let base = desk.base();
    let action = match kept {
        Some(kept) => format!("{base}/agenda/rendez-vous/{}", kept.id),
        None => format!("{base}/agenda/rendez-vous"),
    };
    let content = view::picker(&PickerPage { form: &request.form, action: &action, query: typed, cards, more });
    Ok(page::page(desk, &secretariat, "Liste des contacts", &content))
}

fn chosen(house: &House, request: &Request, desk: &Desk, kept: Option<&Appointment>, id: ContactId) -> Result<Answer> {
    let card = house.store.read(|tx| contacts::contact(tx, desk.id(), id))?.ok_or(Error::NotFound)?;
    let mut form: Form = request.form.iter().filter(|(name, _)| *name != "fiche").collect();
    fill(&mut form, &card);
    reopened(house, request, desk, kept, &form, 200, &Problems::default())
}

/// Writes a card's own words into a form.
pub(super) fn fill(form: &mut Form, card: &Contact) {
    let address = card.postal_address();
    let mut named = vec![
        ("contact", card.id.to_string()),
        ("nom", card.last_name.clone()),
        ("prenom", card.first_name.clone()),
        ("telephone", card.phone().shown()),
    ];
    if form.get("adresse").trim().is_empty() {
        named.push(("adresse", address));
    }
    let kept: Form = form.iter().filter(|(name, _)| !named.iter().any(|(own, _)| own == name)).collect();
    *form = kept;
    for (name, value) in named {
        form.push(name, value);
    }
    if card.new_patient && !form.ticked("nouveau-patient") {
        form.push("nouveau-patient", "1");
    }
}

/// The window with what was typed.
fn again(
    house: &House,
    request: &Request,
    desk: &Desk,
    kept: Option<&Appointment>,
    status: u16,
    problems: &Problems,
) -> Result<Answer> {
    reopened(house, request, desk, kept, &request.form, status, problems)
}

fn reopened(
    house: &House,
    request: &Request,
    desk: &Desk,
    kept: Option<&Appointment>,
    form: &Form,
    status: u16,
    problems: &Problems,
) -> Result<Answer> {
    let place = typed_place(form, kept, desk, request);
    let open =
        Open { appointment: kept.map(|kept| kept.id), status, problems: Some(problems), ..Open::new(place, form) };
    window::show(house, request, desk, &open)
}

/// Where a form stands, even when its date or time can't be read.
fn typed_place(form: &Form, kept: Option<&Appointment>, desk: &Desk, request: &Request) -> (NaiveDate, Minute) {
    if let Some(kept) = kept {
        return (kept.day(), kept.start);
    }
    let date = read_date(form.get("date")).unwrap_or_else(|| super::today(desk, request.now));
    let start = Minute::read(form.get("heure")).filter(|start| *start < Minute::END);
    (date, start.unwrap_or(Minute::at(9, 0)))
}

/// « Ce créneau vient d’être pris. », with what was typed and the nearest free times.
fn taken(
    house: &House,
    request: &Request,
    desk: &Desk,
    wanted: &NewAppointment,
    kept: Option<&Appointment>,
) -> Result<Answer> {
    let except = kept.map(|kept| kept.id);
    let conflict = house.store.read(|tx| appointments::conflict(tx, desk.subscriber(), wanted, except, request.now))?;
    let open = Open {
        appointment: except,
        status: 409,
        conflict: Some(&conflict),
        ..Open::new(typed_place(&request.form, kept, desk, request), &request.form)
    };
    window::show(house, request, desk, &open)
}

/// The window with the absences over its time, unless they have been read already.
fn absent(
    house: &House,
    request: &Request,
    desk: &Desk,
    new: &NewAppointment,
    kept: Option<&Appointment>,
) -> Result<Option<Answer>> {
    if request.form.ticked("averti") {
        return Ok(None);
    }
    let over = house.store.read(|tx| absences::over(tx, desk.subscriber(), new.place()))?;
    if over.is_empty() {
        return Ok(None);
    }
    let words = over.iter().map(|absence| {
        format!(
            "{}, du {} au {}",
            absence.label(),
            day_in_words(absence.from.date()),
            day_in_words(absence.until.date())
        )
    });
    let open = Open {
        appointment: kept.map(|kept| kept.id),
        status: 409,
        absences: words.collect(),
        ..Open::new(typed_place(&request.form, kept, desk, request), &request.form)
    };
    window::show(house, request, desk, &open).map(Some)
}

fn day_in_words(date: NaiveDate) -> String {
    crate::base::time::date_in_words(date)
}

/// The appointment as typed; one that is changed keeps its time unless the form says another.
pub fn read(form: &Form, kept: Option<&Appointment>) -> Result<NewAppointment> {
    let mut problems = Problems::default();
    let (date, start) = match (read_slot(form.get("vers")), kept) {
        (Some((date, start)), _) => (Some(date), Some(start)),
        (None, Some(kept)) => (Some(kept.day()), Some(kept.start)),
        (None, None) => {
            (read_date(form.get("date")), Minute::read(form.get("heure")).filter(|start| *start < Minute::END))
        }
    };
    if date.is_none() {
        problems.add("date", "Indiquez la date du rendez-vous, par exemple 23/11/2026.");
    }
    if start.is_none() {
        problems.add("heure", "Indiquez l’heure du rendez-vous, par exemple 09:15.");
    }
    let minutes = form.get("duree").trim().parse::<u16>().ok();
    if minutes.is_none() {
        problems.add("duree", "Indiquez la durée en minutes, par exemple 15.");
    }
    let times = form.get("fois").trim();
    if !times.is_empty() && !times.parse::<u16>().is_ok_and(|times| (1..=recurrence::TIMES_MAX).contains(&times)) {
        problems.add("fois", format!("Indiquez un nombre de 1 à {}.", recurrence::TIMES_MAX));
    }
    problems.into_result()?;
    let (Some(date), Some(start), Some(minutes)) = (date, start, minutes) else { return Err(Error::NotFound) };
    let kind = Kind::from_word(form.get("type")).unwrap_or(Kind::Consultation);
    NewAppointment {
        fold: if form.ticked("seconde") { Fold::Second } else { Fold::First },
        kind,
        last_name: form.get("nom").into(),
        first_name: form.get("prenom").into(),
        phone: Phone::read(form.get("telephone")),
        contact: form.get("contact").parse().ok(),
        reason: form.get("motif").into(),
        new_patient: form.ticked("nouveau-patient"),
        // An address hidden behind « consultation » is not where anybody goes.
        address: if kind == Kind::Visit { form.get("adresse").into() } else { String::new() },
        note: form.get("note").into(),
        reminder_email: form.ticked("rappel-email"),
        reminder_sms: form.ticked("rappel-sms"),
        forced: form.ticked("forcer"),
        ..NewAppointment::at(date, start, minutes)
    }
    .checked()
}

/// What an appointment says, as somebody would type it.
fn as_new(kept: &Appointment) -> NewAppointment {
    NewAppointment { kind: kept.kind, ..NewAppointment::at(kept.day(), kept.start, kept.minutes) }
}

/// With the card that it names, if that is there; or with a new one, where that is wished.
pub fn with_card(tx: &Write<'_>, desk: &Desk, request: &Request, new: NewAppointment) -> Result<NewAppointment> {
    let known = match new.contact {
        Some(id) => contacts::contact(tx, desk.id(), id)?.map(|card| card.id),
        None => None,
    };
    if known.is_some() || !request.form.ticked("fiche") {
        return Ok(NewAppointment { contact: known, ..new });
    }
    let person = &desk.who().person;
    let card = NewContact {
        last_name: new.last_name.clone(),
        first_name: new.first_name.clone(),
        address: new.address.clone(),
        phones: vec![PhoneLine { word: String::new(), phone: new.phone.clone() }],
        new_patient: new.new_patient,
        ..NewContact::default()
    }
    .checked(super::today(desk, request.now))?;
    let by = By { person: Some(person.id), name: &person.name };
    let card = contacts::add(tx, desk.id(), card, by, request.now)?;
    Ok(NewAppointment { contact: Some(card.id), ..new })
}
