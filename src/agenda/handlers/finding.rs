//! « Trouver un créneau », « Chercher un rendez-vous », and the cards that are proposed while a name is typed.

use super::{page, read_date, today};
use crate::agenda::find::{self as finder, Half, Wanted};
use crate::agenda::model::{Appointment, Kind};
use crate::agenda::reminding::view::{self as reminding, AgreementOf};
use crate::agenda::view::{self, AppointmentsOf, Card, FindPage, FoundAppointment, SearchPage};
use crate::agenda::{appointments, search as searching, settings};
use crate::base::time;
use crate::contacts::handlers::{On, show_card};
use crate::contacts::model::Contact;
use crate::contacts::view::Section;
use crate::contacts::{consent, search as cards_search, store as contacts};
use crate::error::{Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::messages::contact as messages;
use crate::store::Reads;
use crate::subscribers::Desk;

/// Free times on a page: some days' worth.
const TIMES_MAX: usize = 60;
/// Cards in the list to choose from.
const CARDS_MAX: usize = 40;
/// Cards under the field of the name.
const PROPOSED_MAX: usize = 8;

/// `GET /agenda/libres`: « Trouver un créneau ».
pub fn find(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (settings, card, secretariat) = house.store.read(|tx| {
        let card = match request.query.get("contact").parse() {
            Ok(id) => contacts::contact(tx, desk.id(), id)?,
            Err(()) => None,
        };
        Ok((settings::settings(tx, desk.subscriber())?, card, house::secretariat(tx)?))
    })?;
    let typed = |name, usual: String| match request.query.find(name) {
        Some(said) => said.to_owned(),
        None => usual,
    };
    let form: Form = [
        ("duree", typed("duree", settings.slot_minutes.to_string())),
        ("type", typed("type", Kind::Consultation.word().into())),
        ("du", typed("du", today(desk, request.now).to_string())),
        ("moment", typed("moment", String::new())),
    ]
    .into_iter()
    .collect();
    let mut problems = Problems::default();
    let minutes = form.get("duree").trim().parse::<u16>().ok().filter(|minutes| *minutes > 0);
    if minutes.is_none() {
        problems.add("duree", "Indiquez la durée en minutes, par exemple 15.");
    }
    let from = read_date(form.get("du"));
    if from.is_none() {
        problems.add("du", "Indiquez une date, par exemple 23/11/2026.");
    }
    let mut found = None;
    if let (Some(minutes), Some(from)) = (minutes, from) {
        let wanted = Wanted {
            minutes,
            kind: Kind::from_word(form.get("type")),
            from,
            half: Half::from_word(form.get("moment")).unwrap_or_default(),
            days: finder::DAYS_MAX,
            most: TIMES_MAX,
        };
        found = Some(house.store.read(|tx| finder::find(tx, desk.subscriber(), wanted, request.now))?);
    }
    let base = desk.base();
    let status = if problems.is_empty() { 200 } else { 422 };
    let content = view::find(&FindPage {
        base: &base,
        form: &form,
        problems: &problems,
        found,
        duration: minutes.unwrap_or(0),
        contact: card.map(|card| (card.id, card.name())),
    });
    Ok(page::page_with(desk, &secretariat, "Trouver un créneau", status, &content))
}

/// `GET /agenda/recherche?q=`: « Chercher un rendez-vous ».
pub fn search(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let typed = request.query.get("q");
    let (found, secretariat) =
        house.store.read(|tx| Ok((searching::find(tx, desk.id(), typed, request.now)?, house::secretariat(tx)?)))?;
    let base = desk.base();
    let coming = found.coming.iter().map(|one| line(one, false));
    let past = found.past.iter().map(|one| line(one, true));
    let content =
        view::search(&SearchPage { base: &base, query: typed, found: coming.chain(past).collect(), cut: found.cut });
    house.journal.note_look(desk.entry(request.now, Action::Searched).object("agenda").from(request.client));
    Ok(page::page(desk, &secretariat, "Chercher un rendez-vous", &content))
}

/// An appointment as lists show it.
pub(super) fn line(kept: &Appointment, past: bool) -> FoundAppointment<'_> {
    FoundAppointment {
        id: kept.id,
        date: kept.day(),
        from: kept.start.0,
        name: kept.label(),
        phone: &kept.phone,
        reason: &kept.reason,
        kind: kept.kind,
        past,
    }
}

/// `GET /agenda/contacts?q=`: the cards proposed while a name or a number is typed.
pub fn cards(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let typed = request.query.get("q").trim();
    let mut found = Vec::new();
    if typed.chars().count() >= 2 {
        found = house.store.read(|tx| cards_search::search(tx, desk.id(), typed, PROPOSED_MAX))?;
    }
    let cards: Vec<Card> = found.iter().map(card).collect();
    house.journal.note_look(desk.entry(request.now, Action::Searched).object("contacts").from(request.client));
    Ok(Answer::page(200, view::cards(&cards).into_string()))
}

/// The cards of the list to choose from, and whether there are more.
pub(super) fn found_cards(tx: &impl Reads, desk: &Desk, typed: &str) -> Result<(Vec<Card>, bool)> {
    let mut found = if typed.trim().is_empty() {
        contacts::page(tx, desk.id(), 1)?.rows
    } else {
        cards_search::search(tx, desk.id(), typed, CARDS_MAX + 1)?
    };
    let more = found.len() > CARDS_MAX;
    found.truncate(CARDS_MAX);
    Ok((found.iter().map(card).collect(), more))
}

fn card(contact: &Contact) -> Card {
    Card {
        id: contact.id,
        last_name: contact.last_name.clone(),
        first_name: contact.first_name.clone(),
        name: contact.name(),
        phone: contact.phone().clone(),
        address: contact.postal_address(),
        born: contact.birth.map(|birth| time::date_in_words_without_weekday(birth.date())).unwrap_or_default(),
        new_patient: contact.new_patient,
    }
}

/// `GET /contacts/5`: the card with its appointments, then its messages.
pub fn contact(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    card_on(house, request, desk, On::Screen)
}

/// `GET /contacts/5/imprimable`.
pub fn contact_printable(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    card_on(house, request, desk, On::Paper)
}

fn card_on(house: &House, request: &Request, desk: &Desk, on: On) -> Result<Answer> {
    show_card(house, request, desk, on, |tx, card, ids| {
        let kept = appointments::of_contacts(tx, desk.id(), ids)?;
        let base = desk.base();
        let (past, coming): (Vec<_>, Vec<_>) = kept.iter().partition(|one| one.is_over(request.now));
        let page = AppointmentsOf {
            base: &base,
            contact: card.id,
            // Kept latest first; what is to come is read from the next one on.
            coming: coming.into_iter().rev().map(|one| line(one, false)).collect(),
            past: past.into_iter().map(|one| line(one, true)).collect(),
        };
        let content = view::appointments_of(&page);
        let own = Section { id: "rendez-vous-de-la-fiche", heading: "Rendez-vous", content };
        let agreed = consent::of(tx, desk.id(), card.id)?;
        let (contact, zone) = (card.id, desk.subscriber().zone);
        let content = reminding::agreement(&AgreementOf { base: &base, contact, zone, agreed: &agreed });
        let agreement = Section { id: "rappels-de-la-fiche", heading: "Rappels de rendez-vous", content };
        Ok(vec![own, agreement, messages::section(tx, desk, card, ids)?])
    })
}
