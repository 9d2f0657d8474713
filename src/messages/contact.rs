//! Messages and the contact cards they concern: a card's page with its messages, a message's card made or found.

use super::model::{Caller, Message};
use super::store;
use super::view::{Concerning, concerning};
use crate::base::{ContactId, MessageNumber};
use crate::contacts::handlers::{Writing, add_once, by, done_before, show_form, today};
use crate::contacts::model::{Contact, NewContact, PhoneLine};
use crate::contacts::view::Section;
use crate::contacts::{duplicates, form, store as contacts};
use crate::error::{Error, Problems, Result};
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::store::{Reads, Write};
use crate::subscribers::Desk;
use std::collections::HashMap;

/// Messages shown below a card; older ones are found by the search.
const SHOWN_MAX: usize = 20;

/// What the messages know of a card, for its page. `ids` are all the numbers that the card answers to.
pub fn section(tx: &impl Reads, desk: &Desk, contact: &Contact, ids: &[ContactId]) -> Result<Section<'static>> {
    let (messages, total) = store::concerning(tx, desk.id(), ids, SHOWN_MAX)?;
    let base = desk.base();
    let content =
        concerning(&Concerning { base: &base, zone: desk.subscriber().zone, contact, messages: &messages, total });
    Ok(Section { id: "messages-de-la-fiche", heading: "Messages", content })
}

/// The cards of messages on a page, by the number that each message holds.
pub fn of_messages<'m>(
    tx: &impl Reads,
    desk: &Desk,
    messages: impl IntoIterator<Item = &'m Message>,
) -> Result<HashMap<ContactId, Contact>> {
    let mut cards = HashMap::new();
    for id in messages.into_iter().filter_map(|message| message.contact) {
        if !cards.contains_key(&id)
            && let Some(card) = contacts::contact(tx, desk.id(), id)?
        {
            cards.insert(id, card);
        }
    }
    Ok(cards)
}

/// What a call says of the person, as a card of their own.
pub fn card_of(caller: &Caller, new_patient: bool) -> NewContact {
    let phone = PhoneLine { word: String::new(), phone: caller.phone.clone() };
    NewContact {
        civility: caller.civility.clone(),
        last_name: caller.last_name.clone(),
        first_name: caller.first_name.clone(),
        birth: None,
        address: caller.address.clone(),
        postal_code: caller.postal_code.clone(),
        town: caller.town.clone(),
        phones: if phone.phone.is_empty() { Vec::new() } else { vec![phone] },
        email: caller.email.clone(),
        notes: String::new(),
        new_patient,
    }
}

/// The cards that a message without one may concern: those of its number.
pub fn candidates(tx: &impl Reads, desk: &Desk, message: &Message) -> Result<Vec<Contact>> {
    contacts::by_phone(tx, desk.id(), &message.caller.phone)
}

/// `GET /messages/12/fiche`: a new card, filled in with what the call said.
pub fn new_card(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let message = house.store.read(|tx| store::message(tx, desk.id(), request.part(0)?))?;
    let new_patient = message.appointment.as_ref().is_some_and(|note| note.new_patient);
    let typed = form::of(&card_of(&message.caller, new_patient));
    let none = Problems::default();
    let writing = Writing::new(desk, &typed, &none, &[]);
    show_form(house, desk, 200, &about(desk, message.number, writing))
}

/// The form of a card that a message will lead to.
fn about<'a>(desk: &Desk, number: MessageNumber, writing: Writing<'a>) -> Writing<'a> {
    let address = format!("{}/messages/{number}", desk.base());
    Writing {
        heading: format!("Nouvelle fiche d’après le message n° {number}"),
        action: format!("{address}/fiche"),
        back: ("Le message", address),
        ..writing
    }
}

/// `POST /messages/12/fiche`: makes the card and ties the message to it; or ties it to one that is there (`contact`).
pub fn add_card(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    house.store.read(|tx| store::message(tx, desk.id(), number))?;
    let address = format!("{}/messages/{number}", desk.base());
    if let Some(id) = request.form.find("contact") {
        let id: ContactId = id.parse().map_err(|()| Error::NotFound)?;
        house.store.write(|tx| {
            let contact = contacts::contact(tx, desk.id(), id)?.ok_or(Error::NotFound)?;
            tie(tx, desk, number, contact.id, request)
        })?;
        note(house, request, desk, number);
        return Ok(Answer::see_other(address));
    }
    if let Some(address) = done_before(house, request, desk)? {
        return Ok(Answer::see_other(address));
    }
    let refuse = |problems: &Problems, likely: &[_]| {
        let writing = Writing::new(desk, &request.form, problems, likely);
        show_form(house, desk, 422, &about(desk, number, writing))
    };
    let new = match form::read(&request.form, today(desk, request.now)) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return refuse(&problems, &[]),
        Err(other) => return Err(other),
    };
    if !request.form.ticked("malgre") {
        let likely = house.store.read(|tx| duplicates::likely(tx, desk.id(), &new, None))?;
        if !likely.is_empty() {
            return refuse(&Problems::default(), &likely);
        }
    }
    let address = add_once(house, request, desk, new, |tx, contact| {
        tie(tx, desk, number, contact.id, request)?;
        Ok(address)
    })?;
    note(house, request, desk, number);
    Ok(Answer::see_other(address))
}

fn tie(tx: &Write<'_>, desk: &Desk, number: MessageNumber, contact: ContactId, request: &Request) -> Result<()> {
    let by = by(desk);
    store::tie(tx, desk.id(), number, contact, by.name, by.person, request.now)
}

fn note(house: &House, request: &Request, desk: &Desk, number: MessageNumber) {
    let entry = desk.entry(request.now, Action::MessageTied).object(format!("message {number}"));
    house.journal.note(entry.from(request.client));
}

/// The caller of a form, known by number or by a card that was chosen: what is empty is filled in from the card.
pub fn known_caller(tx: &impl Reads, desk: &Desk, form: &Form, caller: &mut Caller) -> Result<Option<ContactId>> {
    let card = match form.get("contact") {
        "aucun" => None,
        chosen if !chosen.is_empty() => match chosen.parse() {
            Ok(id) => contacts::contact(tx, desk.id(), id)?,
            Err(()) => None,
        },
        _ => recognised(contacts::by_phone(tx, desk.id(), &caller.phone)?, caller),
    };
    let Some(card) = card else { return Ok(None) };
    fill(caller, &card);
    Ok(Some(card.id))
}

/// By number alone somebody is known only if it is one card's, and no other name was given.
fn recognised(mut cards: Vec<Contact>, caller: &Caller) -> Option<Contact> {
    use crate::contacts::model::sort_name;
    let typed = sort_name(&caller.last_name, &caller.first_name);
    if !typed.is_empty() {
        let last = sort_name(&caller.last_name, "");
        cards.retain(|card| {
            let name = sort_name(&card.last_name, &card.first_name);
            name == typed || (caller.first_name.is_empty() && sort_name(&card.last_name, "") == last)
        });
    }
    if cards.len() == 1 { cards.pop() } else { None }
}

/// Fills in what a call left empty from the card of whom it concerns.
pub fn fill(caller: &mut Caller, card: &Contact) {
    let nobody = caller.last_name.is_empty() && caller.first_name.is_empty();
    if nobody {
        (caller.last_name, caller.first_name) = (card.last_name.clone(), card.first_name.clone());
    }
    if caller.civility.is_empty() {
        caller.civility = card.civility.clone();
    }
    if caller.phone.is_empty() {
        caller.phone = card.phone().clone();
    }
    if caller.address.is_empty() && caller.postal_code.is_empty() && caller.town.is_empty() {
        (caller.address, caller.postal_code, caller.town) =
            (card.address.clone(), card.postal_code.clone(), card.town.clone());
    }
    if caller.email.is_empty() {
        caller.email = card.email.clone();
    }
}
