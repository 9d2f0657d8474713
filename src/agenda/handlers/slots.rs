//! One click on a slot: the padlock, the bin on a free one, the blue arrow; the slot's own settings; and taking back.

use super::page::{Shown, show};
use super::{Done, Whereabouts, done, note, object, read_date, read_place, read_slot, see, window};
use crate::agenda::model::{Actor, Minute, Opening, Place};
use crate::agenda::overrides::{self, Change, Reach};
use crate::agenda::{appointments, day, undo as undoing};
use crate::error::{Error, Problems, Result};
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::store::Reads;
use crate::subscribers::Desk;
use chrono::NaiveDate;

/// What a button of the table asks for.
#[derive(Clone, Copy)]
enum Click {
    Block,
    Close,
    Open,
}

const CLICKS: [(&str, Click); 3] = [("bloquer", Click::Block), ("fermer", Click::Close), ("ouvrir", Click::Open)];

/// `POST /agenda/creneaux`: the padlock, the bin or the arrow of one slot.
pub fn act(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let at = Whereabouts::read(&request.form, desk, request.now);
    let asked = CLICKS.iter().find_map(|(name, click)| Some((*click, read_slot(request.form.find(name)?)?)));
    let Some((click, (date, start))) = asked else { return Ok(see(at.href(desk))) };
    let acted = house.store.write(|tx| {
        let end = slot_end(tx, desk, date, start)?;
        let (subscriber, actor) = (desk.subscriber(), Actor::at(desk));
        match click {
            Click::Block => {
                let place = Place::new(date, start, end.0 - start.0);
                let booked = appointments::block(tx, subscriber, place, actor, request.now)?;
                Ok((booked.undo, Some(booked.appointment.id)))
            }
            Click::Close => {
                free(tx, desk, date, start)?;
                let change =
                    Change { date, start, end, opening: Opening::Unworked, slot_minutes: None, reach: Reach::ThisDay };
                Ok((overrides::change(tx, subscriber, change, actor, request.now)?, None))
            }
            Click::Open => Ok((overrides::work_again(tx, subscriber, date, start, end, actor, request.now)?, None)),
        }
    });
    let (token, booked) = match acted {
        Ok(acted) => acted,
        Err(Error::Conflict(sentence)) => return refused(house, request, desk, at, &sentence),
        Err(Error::Invalid(problems)) => {
            return refused(house, request, desk, at, &Error::Invalid(problems).to_string());
        }
        Err(other) => return Err(other),
    };
    match booked {
        Some(id) => note(house, request, desk, Action::AppointmentBooked, object(id)),
        None => note(house, request, desk, Action::SlotChanged, "1 créneau"),
    }
    let what = match click {
        Click::Block => Done::Blocked,
        Click::Close => Done::Closed,
        Click::Open => Done::Opened,
    };
    Ok(see(done(desk, at, what, (date, start), Some(token))))
}

/// The agenda as it is now, with why nothing was done.
pub(super) fn refused(
    house: &House,
    request: &Request,
    desk: &Desk,
    at: Whereabouts,
    sentence: &str,
) -> Result<Answer> {
    show(house, request, desk, &Shown { at, moving: None, status: 409, problem: Some(sentence), conflict: None })
}

/// Where the slot that a minute lies in ends, as it stands in this very write.
fn slot_end(tx: &impl Reads, desk: &Desk, date: NaiveDate, start: Minute) -> Result<Minute> {
    let days = day::days(tx, desk.subscriber(), date, 1)?;
    let slot = days.first().and_then(|day| day.slot_at(start)).ok_or(Error::NotFound)?;
    Ok(slot.end)
}

/// A slot that somebody has taken is not made unworked: its appointment would lose its ground unseen.
fn free(tx: &impl Reads, desk: &Desk, date: NaiveDate, start: Minute) -> Result<()> {
    let days = day::days(tx, desk.subscriber(), date, 1)?;
    match days.first().and_then(|day| day.slot_at(start)) {
        Some(slot) if slot.is_free() => Ok(()),
        _ => Err(Error::Conflict("Ce créneau vient d’être pris.".into())),
    }
}

/// `POST /agenda/annulations`: takes back what this person did last.
pub fn undo(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let at = Whereabouts::read(&request.form, desk, request.now);
    let Ok(token) = request.form.get("jeton").parse() else { return Ok(see(at.href(desk))) };
    let undone = house.store.write(|tx| undoing::undo(tx, desk.subscriber(), token, Actor::at(desk), request.now));
    let undone = match undone {
        Ok(undone) => undone,
        Err(Error::Conflict(sentence)) => return refused(house, request, desk, at, &sentence),
        Err(Error::NotFound) => {
            return refused(house, request, desk, at, "C’est déjà annulé, ou trop ancien pour l’être.");
        }
        Err(other) => return Err(other),
    };
    note(house, request, desk, Action::AgendaUndone, "1 changement");
    Ok(see(done(desk, at, Done::Undone, (undone.place.date.date(), undone.place.start), None)))
}

/// `POST /agenda/creneau`: « Paramètres », the slot itself.
pub fn set(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let at = Whereabouts::read(&request.form, desk, request.now);
    let Some((date, start)) = read_place(&request.form) else { return Ok(see(at.href(desk))) };
    let changed = read(&request.form, date).and_then(|change| {
        house.store.write(|tx| overrides::change(tx, desk.subscriber(), change, Actor::at(desk), request.now))
    });
    let token = match changed {
        Ok(token) => token,
        Err(Error::Invalid(problems)) => {
            return window::settings_again(house, request, desk, (date, start), &request.form, &problems);
        }
        Err(other) => return Err(other),
    };
    note(house, request, desk, Action::SlotChanged, "paramètres");
    Ok(see(done(desk, at, Done::Set, (date, start), Some(token))))
}

/// The settings as typed.
fn read(form: &Form, date: NaiveDate) -> Result<Change> {
    let mut problems = Problems::default();
    let start = Minute::read(form.get("de"));
    let end = Minute::read(form.get("a")).map(|end| if end == Minute::START { Minute::END } else { end });
    if start.is_none() {
        problems.add("de", "Indiquez à quelle heure le créneau commence.");
    }
    if end.is_none() {
        problems.add("a", "Indiquez à quelle heure le créneau finit.");
    }
    let opening = Opening::from_word(form.get("ouverture"));
    if opening.is_none() {
        problems.add("ouverture", "Choisissez si le créneau est travaillé ou non.");
    }
    let typed = form.get("duree-creneau").trim();
    let slot_minutes = typed.parse::<u16>().ok();
    if !typed.is_empty() && slot_minutes.is_none() {
        problems.add("duree-creneau", "Indiquez la durée en minutes, par exemple 15.");
    }
    let reach = match form.get("portee") {
        "toujours" => Reach::FromNowOn,
        "jusqu-au" => match read_date(form.get("jusqu-au")) {
            Some(until) => Reach::Until(until),
            None => {
                problems.add("jusqu-au", "Indiquez jusqu’à quelle date.");
                Reach::ThisDay
            }
        },
        _ => Reach::ThisDay,
    };
    problems.into_result()?;
    let (Some(start), Some(end), Some(opening)) = (start, end, opening) else { return Err(Error::NotFound) };
    // Unworked time has no slots of a length of its own.
    let slot_minutes = slot_minutes.filter(|_| opening.is_worked());
    Change { date, start, end, opening, slot_minutes, reach }.checked()
}
