//! GET, PUT and DELETE of one event or card, guarded by their tags (RFC 9110, 13).

use super::answers::refused;
use super::guard::Key;
use super::place::Place;
use super::xml;
use crate::agenda::model::Actor;
use crate::agenda::objects::{self as agenda, Done, Thing, Written};
use crate::contacts::model::{By, Contact};
use crate::contacts::objects as cards;
use crate::contacts::vcard::Dialect;
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Body, Request};
use crate::journal::Action;
use crate::people::tokens::{self, Right};
use crate::subscribers::Desk;

/// GET and HEAD.
pub fn get(house: &House, request: &Request, key: &Key, place: &Place) -> Result<Answer> {
    let (kind, tag, text, entry) = house.store.read(|tx| match place {
        Place::Event(id, name) => {
            let desk = key.desk(tx, *id, Right::ReadAgenda)?;
            let resource = agenda::find(tx, *id, name)?.ok_or(Error::NotFound)?;
            let text = agenda::Writer::new(desk.subscriber()).text(tx, &resource)?;
            let entry = desk.entry(request.now, Action::AgendaSeen).object(resource.thing.shown());
            Ok(("text/calendar; charset=utf-8", resource.tag(), text, entry))
        }
        Place::Card(id, name) => {
            let desk = key.desk(tx, *id, Right::ReadContacts)?;
            let resource = cards::find(tx, *id, name)?.ok_or(Error::NotFound)?;
            let text = resource.text(tx, desk.id(), Dialect::V3)?;
            let entry = desk.entry(request.now, Action::ContactSeen).object(format!("contact {}", resource.card.id));
            Ok(("text/vcard; charset=utf-8", resource.tag(), text, entry))
        }
        _ => Err(Error::NotFound),
    })?;
    house.journal.note_look(entry.from(request.client));
    let known = request.header("if-none-match").is_some_and(|tags| lists(tags, &tag));
    let mut answer = Answer::status(if known { 304 } else { 200 })
        .with("Content-Type", kind)
        .with("Cache-Control", "private, no-cache")
        .with("ETag", tag);
    if !known {
        answer.body = Body::Text(text);
    }
    Ok(answer)
}

/// Whether a list of tags names this one.
fn lists(tags: &str, tag: &str) -> bool {
    tags.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// Whether the request may act on what is there: `If-Match` names it, or `If-None-Match` says that nothing may be.
fn may_act(request: &Request) -> impl Fn(Option<&str>) -> bool + '_ {
    |there| {
        let matches = request.header("if-match").is_none_or(|tags| there.is_some_and(|tag| lists(tags, tag)));
        let none = request.header("if-none-match").is_none_or(|tags| !there.is_some_and(|tag| lists(tags, tag)));
        matches && none
    }
}

fn stale() -> Answer {
    refused(412, "", "Ce qui est à cette adresse a changé entre-temps, ou existe déjà : relisez avant d’écrire.")
}

/// PUT.
pub fn put(house: &House, request: &Request, key: &Key, place: &Place) -> Result<Answer> {
    match place {
        Place::Event(id, name) => {
            let desk = house.store.read(|tx| key.desk(tx, *id, Right::ReadAgenda))?;
            key.must(Right::WriteAgenda)?;
            if request.body.len() > agenda::OBJECT_BYTES_MAX {
                return Ok(refused(403, "<c:max-resource-size/>", "Ce rendez-vous est trop volumineux."));
            }
            put_event(house, request, key, &desk, name)
        }
        Place::Card(id, name) => {
            let desk = house.store.read(|tx| key.desk(tx, *id, Right::ReadContacts))?;
            key.must(Right::WriteContacts)?;
            if request.body.len() > cards::OBJECT_BYTES_MAX {
                return Ok(refused(403, "<r:max-resource-size/>", "Cette fiche est trop volumineuse."));
            }
            put_card(house, request, key, &desk, name)
        }
        _ => {
            Ok(refused(403, "", "On ne peut écrire qu’un rendez-vous dans un agenda, ou une fiche parmi les contacts."))
        }
    }
}

fn put_event(house: &House, request: &Request, key: &Key, desk: &Desk, name: &str) -> Result<Answer> {
    let written = house.store.write(|tx| {
        agenda::put(tx, desk.subscriber(), name, &request.body, &may_act(request), Actor::at(desk), request.now)
    });
    let (done, status) = match written {
        Ok(Written::Made(done)) => (done, 201),
        Ok(Written::Changed(done)) => (done, 204),
        Ok(Written::Stale) => return Ok(stale()),
        Ok(Written::UidTaken(other)) => {
            let there = xml::escape(&Place::Event(desk.id(), other).href());
            let condition = format!("<c:no-uid-conflict><d:href>{there}</d:href></c:no-uid-conflict>");
            return Ok(refused(409, &condition, "Ce rendez-vous existe déjà sous une autre adresse."));
        }
        Err(Error::Invalid(problems)) => {
            let sentence = Error::Invalid(problems).to_string();
            return Ok(refused(403, "<c:valid-calendar-object-resource/>", &sentence));
        }
        Err(other) => return Err(other),
    };
    note(house, request, key, desk, action_of(&done), done.thing.shown());
    Ok(written_as(status, done.tag))
}

fn action_of(done: &Done) -> Action {
    match (&done.before, &done.thing) {
        (_, Thing::Absence(_)) => Action::AbsenceAdded,
        (Some(Thing::Appointment(before)), Thing::Appointment(after)) if before.start_utc == after.start_utc => {
            Action::AppointmentChanged
        }
        (Some(Thing::Appointment(_)), Thing::Appointment(_)) => Action::AppointmentMoved,
        (_, Thing::Appointment(_)) => Action::AppointmentBooked,
    }
}

fn written_as(status: u16, tag: Option<String>) -> Answer {
    let answer = Answer::status(status);
    match tag {
        Some(tag) => answer.with("ETag", tag),
        None => answer,
    }
}

fn put_card(house: &House, request: &Request, key: &Key, desk: &Desk, name: &str) -> Result<Answer> {
    let person = &desk.who().person;
    let by = By { person: Some(person.id), name: &person.name };
    let today = request.now.local(desk.subscriber().zone).date();
    let written = house
        .store
        .write(|tx| cards::put(tx, desk.id(), name, &request.body, &may_act(request), today, by, request.now));
    let (card, tag, status, action): (Contact, _, _, _) = match written {
        Ok(cards::Written::Made(card, tag)) => (card, tag, 201, Action::ContactAdded),
        Ok(cards::Written::Changed(card, tag)) => (card, tag, 204, Action::ContactChanged),
        Ok(cards::Written::Stale) => return Ok(stale()),
        Ok(cards::Written::UidTaken(other)) => {
            let there = xml::escape(&Place::Card(desk.id(), other).href());
            let condition = format!("<r:no-uid-conflict><d:href>{there}</d:href></r:no-uid-conflict>");
            return Ok(refused(409, &condition, "Cette fiche existe déjà sous une autre adresse."));
        }
        Err(Error::Invalid(problems)) => {
            let sentence = Error::Invalid(problems).to_string();
            return Ok(refused(403, "<r:valid-address-data/>", &sentence));
        }
        Err(other) => return Err(other),
    };
    note(house, request, key, desk, action, format!("contact {}", card.id));
    Ok(written_as(status, tag))
}

/// DELETE: cancels an appointment, removes an absence, erases a card.
pub fn delete(house: &House, request: &Request, key: &Key, place: &Place) -> Result<Answer> {
    let may = may_act(request);
    let (desk, action, object) = match place {
        Place::Event(id, name) => {
            let desk = house.store.read(|tx| key.desk(tx, *id, Right::ReadAgenda))?;
            key.must(Right::WriteAgenda)?;
            let gone = house
                .store
                .write(|tx| agenda::delete(tx, desk.subscriber(), name, &may, Actor::at(&desk), request.now))?;
            let Some(thing) = gone else { return Ok(stale()) };
            let action = match thing {
                Thing::Appointment(_) => Action::AppointmentCancelled,
                Thing::Absence(_) => Action::AbsenceRemoved,
            };
            (desk, action, thing.shown())
        }
        Place::Card(id, name) => {
            let desk = house.store.read(|tx| key.desk(tx, *id, Right::ReadContacts))?;
            key.must(Right::WriteContacts)?;
            let Some(card) = house.store.write(|tx| cards::delete(tx, *id, name, &may, request.now))? else {
                return Ok(stale());
            };
            (desk, Action::ContactErased, format!("contact {}", card.id))
        }
        _ => return Ok(refused(403, "", "Un agenda ou un carnet de contacts ne se supprime pas d’ici.")),
    };
    note(house, request, key, &desk, action, object);
    Ok(Answer::status(204))
}

fn note(house: &House, request: &Request, key: &Key, desk: &Desk, action: Action, object: String) {
    let object = format!("{object}, {}", tokens::shown(key.bearer.id));
    house.journal.note(desk.entry(request.now, action).object(object).from(request.client));
}
