//! What a secretary does with a message after she took it: corrects a slip, moves it to the abonné it was meant for, hands it
//! over to another secretary.

use super::call;
use super::view::after::{self as view, CorrectionPage, TransferPage};
use crate::base::text::clean_line;
use crate::base::{MessageNumber, PersonId, SubscriberId, limits};
use crate::error::{Error, Problems, Result};
use crate::fax;
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::messages::correct::{self, is_correctable};
use crate::messages::store::{self as messages, By};
use crate::messages::transfer;
use crate::messages::waiting::{self, Handed};
use crate::people::{Assignment, Person, Role, once, store as people};
use crate::store::Reads;
use crate::subscribers::view::{Rubric, frame};
use crate::subscribers::{self, Desk, Subscriber};

fn by(desk: &Desk) -> By<'_> {
    By { person: desk.who().person.id, name: &desk.who().person.name }
}

fn message_href(desk: &Desk, number: MessageNumber) -> String {
    format!("{}/messages/{number}", desk.base())
}

/// `GET …/messages/12/correction`: the call form with what was taken.
pub fn correction(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let message = house.store.read(|tx| messages::message(tx, desk.id(), number))?;
    show_correction(house, request, desk, 200, &call::as_form(&message), &Problems::default())
}

fn show_correction(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let (message, secretariat) =
        house.store.read(|tx| Ok((messages::message(tx, desk.id(), number)?, house::secretariat(tx)?)))?;
    if !is_correctable(&message, request.now) {
        return Err(Error::Conflict(correct::TOO_LATE.into()));
    }
    let href = message_href(desk, number);
    let content = view::correction(&CorrectionPage {
        href: &href,
        message: &message,
        clients_called: &desk.subscriber().clients_called,
        until: message.received.plus_ms(correct::CORRECTABLE_MS).local(desk.subscriber().zone),
        form,
        problems,
    });
    let title = format!("Corriger le message n° {number}");
    let frame = frame(desk, &secretariat, &title, Rubric::Messages);
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// `POST …/messages/12/correction`.
pub fn correct(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let new = match call::read(request, &desk.who().person, desk.subscriber().zone) {
        Ok(call) => call.message,
        Err(Error::Invalid(problems)) => return show_correction(house, request, desk, 422, &request.form, &problems),
        Err(other) => return Err(other),
    };
    house.store.write(|tx| correct::correct(tx, desk.id(), number, new, by(desk), request.now))?;
    let entry = desk.entry(request.now, Action::MessageCorrected).object(format!("message {number}"));
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other(message_href(desk, number)))
}

/// The abonnés that a secretary may move a message to, and the secretaries she may hand it to.
fn choices(tx: &impl Reads, desk: &Desk) -> Result<(Vec<Subscriber>, Vec<Person>)> {
    let mut abonnes = subscribers::store::answered_by(tx, assignment(desk)?)?;
    abonnes.retain(|subscriber| subscriber.id != desk.id());
    let mut secretaries = people::everybody(tx)?;
    let me = desk.who().person.id;
    secretaries.retain(|person| {
        let answers = matches!(&person.role, Role::Secretary { answers_for } if answers_for.includes(desk.id()));
        person.active && person.id != me && answers
    });
    Ok((abonnes, secretaries))
}

fn assignment(desk: &Desk) -> Result<&Assignment> {
    match &desk.who().person.role {
        Role::Secretary { answers_for } => Ok(answers_for),
        Role::Client { .. } | Role::Administrator => Err(Error::NotFound),
    }
}

/// `GET …/messages/12/transfert`.
pub fn transfer_form(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    show_transfer(house, request, desk, 200, &Form::default(), &Problems::default())
}

fn show_transfer(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let (message, (abonnes, secretaries), secretariat) = house
        .store
        .read(|tx| Ok((messages::message(tx, desk.id(), number)?, choices(tx, desk)?, house::secretariat(tx)?)))?;
    let (href, unique) = (message_href(desk, number), once::number()?);
    let content = view::transfer(&TransferPage {
        href: &href,
        message: &message,
        abonnes: &abonnes,
        secretaries: &secretaries,
        unique: &unique,
        form,
        problems,
    });
    let title = format!("Transférer le message n° {number}");
    let frame = frame(desk, &secretariat, &title, Rubric::Messages);
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// `POST …/messages/12/transfert`: to the abonné it was meant for.
pub fn transfer(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let Ok(to) = request.form.get("vers").parse::<SubscriberId>() else {
        let mut problems = Problems::default();
        problems.add("vers", "Choisissez l’abonné à qui ce message est destiné.");
        return show_transfer(house, request, desk, 422, &request.form, &problems);
    };
    let (unique, person) = (once::read(request.form.get("unique")), desk.who().person.id);
    let (address, moved) = house.store.write(|tx| {
        if let Some(address) = once::done(tx, person, unique)? {
            return Ok((address, None));
        }
        // Only where she answers, and not where it is already.
        let known = choices(tx, desk)?.0.iter().any(|subscriber| subscriber.id == to);
        if !known {
            return Err(Error::NotFound);
        }
        let moved = transfer::transfer(tx, desk.id(), number, to, by(desk), request.now)?;
        fax::store::follow(tx, to, moved.number)?;
        let address = format!("/standard/abonnes/{to}/messages/{}", moved.number);
        once::note(tx, person, unique, request.now, &address)?;
        Ok((address, Some(moved.number)))
    })?;
    if let Some(moved) = moved {
        let entry = desk.entry(request.now, Action::MessageTransferred);
        let object = format!("message {number}, devenu le n° {moved} de l’abonné {to}");
        house.journal.note(entry.object(object).from(request.client));
    }
    Ok(Answer::see_other(address))
}

/// `POST …/messages/12/remise`: « à reprendre » by another secretary.
pub fn hand_over(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let mut problems = Problems::default();
    let to = request.form.get("secretaire").parse::<PersonId>();
    if to.is_err() {
        problems.add("secretaire", "Choisissez la secrétaire qui reprendra ce message.");
    }
    let mut note = request.form.get("mot").to_owned();
    clean_line(&mut note);
    if note.chars().count() > limits::LINE_CHARS_MAX {
        problems.add("mot", format!("Ce mot dépasse {} caractères.", limits::LINE_CHARS_MAX));
    }
    let (Ok(to), true) = (to, problems.is_empty()) else {
        return show_transfer(house, request, desk, 422, &request.form, &problems);
    };
    house.store.write(|tx| {
        let (_, secretaries) = choices(tx, desk)?;
        let to = secretaries.into_iter().find(|person| person.id == to).ok_or(Error::NotFound)?;
        let from = desk.who().person.name.clone();
        let handed = Handed { at: request.now, from, to: to.id, to_name: to.name, note };
        waiting::hand_over(tx, desk.id(), number, handed, by(desk))
    })?;
    let entry = desk.entry(request.now, Action::WaitingHandled).object(format!("message {number}, à reprendre"));
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other("/standard/attente"))
}
