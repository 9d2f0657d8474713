//! What the addresses of contacts do: read a form, act, answer. The same for clients and secretaries at a desk.
//! Merging and importing are beside.

pub mod exporting;
pub mod importing;
pub mod merging;

use super::duplicates::{self, Likeness};
use super::model::{By, Contact, NewContact};
use super::view::{self, CardPage, FormPage, ListPage, RemovePage, Section};
use super::{form, merge, search, store};
use crate::base::{ContactId, Instant};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House, Secretariat};
use crate::http::form::encode;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::once;
use crate::store::{Read, Write};
use crate::subscribers::Desk;
use crate::subscribers::view::{Rubric, frame};
use crate::ui::frame::{Flash, FlashKind};
use crate::ui::paper::Paper;
use chrono::NaiveDate;
use maud::Markup;

/// `GET /contacts?q=dup`: all cards, or those that a search finds.
pub fn list(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (found, secretariat) = found(house, request, desk)?;
    let base = desk.base();
    let content = view::list(&list_page(request, desk, &base, &query_encoded(request), &found));
    let mut frame = frame(desk, &secretariat, "Contacts", Rubric::Contacts);
    frame.scripts = &["find"];
    let sentence = match request.query.find("supprimee") {
        Some(_) => Some("La fiche est supprimée.".to_owned()),
        None => importing::sentence(request.query.get("import")),
    };
    frame.flash = sentence.as_deref().map(|sentence| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// `GET /contacts/recherche?q=du+ma`: the rows alone, for `find.js`.
pub fn rows(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (found, _) = found(house, request, desk)?;
    let base = desk.base();
    let rows = view::rows(&list_page(request, desk, &base, &query_encoded(request), &found));
    Ok(Answer::page(200, rows.into_string()))
}

fn found(house: &House, request: &Request, desk: &Desk) -> Result<(store::Page, Secretariat)> {
    let page = request.query.get("page").parse().unwrap_or(1);
    let typed = request.query.get("q").trim();
    let action = if typed.is_empty() { Action::ContactsSeen } else { Action::ContactsSearched };
    house.journal.note_look(desk.entry(request.now, action).from(request.client));
    house.store.read(|tx| {
        let found = match search::read(typed) {
            _ if typed.is_empty() => store::page(tx, desk.id(), page)?,
            Some(query) => search::find_page(tx, desk.id(), &query, page)?,
            None => store::Page { page: 1, pages: 1, ..store::Page::default() },
        };
        Ok((found, house::secretariat(tx)?))
    })
}

fn query_encoded(request: &Request) -> String {
    let typed = request.query.get("q").trim();
    if typed.is_empty() { String::new() } else { format!("q={}", encode(typed)) }
}

fn list_page<'a>(
    request: &'a Request,
    desk: &'a Desk,
    base: &'a str,
    query_encoded: &'a str,
    found: &'a store::Page,
) -> ListPage<'a> {
    ListPage {
        base,
        clients_called: &desk.subscriber().clients_called,
        query: request.query.get("q").trim(),
        query_encoded,
        rows: &found.rows,
        total: found.total,
        page: found.page,
        pages: found.pages,
    }
}

/// `GET /contacts/nouveau`: an empty form, or one that an address fills in.
pub fn new(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let typed = form::of(&form::read_so_far(&request.query, today(desk, request.now)));
    show_form(house, desk, 200, &Writing::new(desk, &typed, &Problems::default(), &[]))
}

/// `POST /contacts`: makes a card; a likely double is a question first.
pub fn create(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    if let Some(address) = done_before(house, request, desk)? {
        return Ok(Answer::see_other(address));
    }
    let new = match form::read(&request.form, today(desk, request.now)) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => {
            return show_form(house, desk, 422, &Writing::new(desk, &request.form, &problems, &[]));
        }
        Err(other) => return Err(other),
    };
    if !request.form.ticked("malgre") {
        let likely = house.store.read(|tx| duplicates::likely(tx, desk.id(), &new, None))?;
        if !likely.is_empty() {
            return show_form(house, desk, 422, &Writing::new(desk, &request.form, &Problems::default(), &likely));
        }
    }
    let address = add_once(house, request, desk, new, |_, contact| {
        Ok(format!("{}/contacts/{}?fait=creee", desk.base(), contact.id))
    })?;
    Ok(Answer::see_other(address))
}

/// Where this very form led, if it has made its card already: the card that it doubles would be its own.
pub fn done_before(house: &House, request: &Request, desk: &Desk) -> Result<Option<String>> {
    let unique = once::read(request.form.get("unique"));
    house.store.read(|tx| once::done(tx, desk.who().person.id, unique))
}

/// Makes a card, once however often its form is sent; `then` acts in the same write and says where to go.
pub fn add_once(
    house: &House,
    request: &Request,
    desk: &Desk,
    new: NewContact,
    then: impl FnOnce(&Write<'_>, &Contact) -> Result<String>,
) -> Result<String> {
    let unique = once::read(request.form.get("unique"));
    let person = desk.who().person.id;
    let (address, added) = house.store.write(|tx| {
        if let Some(address) = once::done(tx, person, unique)? {
            return Ok((address, None));
        }
        let contact = store::add(tx, desk.id(), new, by(desk), request.now)?;
        let address = then(tx, &contact)?;
        once::note(tx, person, unique, request.now, &address)?;
        Ok((address, Some(contact.id)))
    })?;
    if let Some(id) = added {
        note(house, request, desk, Action::ContactAdded, id);
    }
    Ok(address)
}

/// A form of a card on its way to the screen.
pub struct Writing<'a> {
    pub heading: String,
    pub action: String,
    pub back: (&'a str, String),
    pub form: &'a Form,
    pub problems: &'a Problems,
    pub notice: Option<&'a str>,
    pub likenesses: &'a [Likeness],
    pub except: Option<ContactId>,
}

impl<'a> Writing<'a> {
    /// A new card.
    pub fn new(desk: &Desk, form: &'a Form, problems: &'a Problems, likenesses: &'a [Likeness]) -> Writing<'a> {
        let address = format!("{}/contacts", desk.base());
        Writing {
            heading: "Nouvelle fiche".into(),
            action: address.clone(),
            back: ("Tous les contacts", address),
            form,
            problems,
            notice: None,
            likenesses,
            except: None,
        }
    }
}

/// The page of a form.
pub fn show_form(house: &House, desk: &Desk, status: u16, writing: &Writing<'_>) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let fresh = once::number()?;
    let sent = writing.form.get("unique");
    let content = view::form(&FormPage {
        base: &desk.base(),
        clients_called: &desk.subscriber().clients_called,
        heading: &writing.heading,
        action: &writing.action,
        back: (writing.back.0, &writing.back.1),
        form: writing.form,
        problems: writing.problems,
        notice: writing.notice,
        likenesses: writing.likenesses,
        // A form that comes back keeps its number: sent twice it still counts once.
        unique: if once::read(sent).is_some() { sent } else { &fresh },
        except: writing.except,
    });
    let mut frame = frame(desk, &secretariat, &writing.heading, Rubric::Contacts);
    frame.scripts = &["doubles"];
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// `GET /contacts/doublons?nom=…&telephone-1=…`: the cards that a half-filled form may double, for `doubles.js`.
pub fn likely(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let typed = form::read_so_far(&request.query, today(desk, request.now));
    let except = request.query.get("fiche").parse().ok();
    let likely = house.store.read(|tx| duplicates::likely(tx, desk.id(), &typed, except))?;
    if likely.is_empty() {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    house.journal.note_look(desk.entry(request.now, Action::ContactsSearched).from(request.client));
    let question = except.is_none();
    Ok(Answer::page(200, view::likenesses(&desk.base(), &likely, question).into_string()))
}

/// Where a card is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Screen,
    Paper,
}

/// The page of one card, with what rooms above know of the person (`below` gets every number the card answers to).
/// A number that was merged leads to the card it belongs to now.
pub fn show_card(
    house: &House,
    request: &Request,
    desk: &Desk,
    on: On,
    below: impl Fn(&Read, &Contact, &[ContactId]) -> Result<Vec<Section<'static>>>,
) -> Result<Answer> {
    let asked: ContactId = request.part(0)?;
    let (contact, history, merges, sections, secretariat) = house.store.read(|tx| {
        let contact = store::contact(tx, desk.id(), asked)?.ok_or(Error::NotFound)?;
        let ids = store::ids_of(tx, desk.id(), contact.id)?;
        let history = store::history(tx, desk.id(), contact.id)?;
        let merges = merge::undoable(tx, desk.id(), contact.id, request.now)?;
        let sections = below(tx, &contact, &ids)?;
        Ok((contact, history, merges, sections, house::secretariat(tx)?))
    })?;
    if contact.id != asked {
        let rest = if on == On::Paper { "/imprimable" } else { "" };
        return Ok(Answer::see_other(format!("{}/contacts/{}{rest}", desk.base(), contact.id)));
    }
    let map_href = map_href(&secretariat, &contact).filter(|_| on == On::Screen);
    let base = desk.base();
    let page = CardPage {
        base: &base,
        zone: desk.subscriber().zone,
        clients_called: &desk.subscriber().clients_called,
        today: today(desk, request.now),
        contact: &contact,
        map_href: map_href.as_deref(),
        history: &history,
        merges: &merges,
        below: &sections,
    };
    let entry = desk.entry(request.now, Action::ContactSeen).object(format!("fiche {}", contact.id));
    house.journal.note_look(entry.from(request.client));
    let title = view::title(&contact);
    if on == On::Paper {
        let printed = request.now.local(desk.subscriber().zone);
        let paper = Paper { owner: &desk.subscriber().name, what: &title, printed };
        house.journal.note_look(desk.entry(request.now, Action::Printed).object("fiche").from(request.client));
        return Ok(Answer::page(200, paper.sheet(&view::card_on_paper(&page)).into_string()));
    }
    let content = view::card(&page);
    let mut frame = frame(desk, &secretariat, &title, Rubric::Contacts);
    frame.flash = done(request).map(|sentence| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// What the last form did to the card, in a sentence.
fn done(request: &Request) -> Option<&'static str> {
    match request.query.get("fait") {
        "creee" => Some("La fiche est enregistrée."),
        "modifiee" => Some("Les modifications sont enregistrées."),
        "vu" => Some("C’est noté : ce n’est plus un nouveau venu."),
        "fusion" => Some(
            "Les deux fiches n’en font plus qu’une. « Annuler la fusion », au bas de la page, reste possible un jour.",
        ),
        "separation" => Some("La fusion est annulée : les deux fiches sont de nouveau là."),
        _ => None,
    }
}

/// Where the house's map service shows the card's address.
pub fn map_href(secretariat: &Secretariat, contact: &Contact) -> Option<String> {
    let known = !contact.address.is_empty() || !contact.town.is_empty();
    let service = secretariat.map_service.as_ref().filter(|_| known)?;
    Some(format!("{service}{}", encode(&contact.postal_address())))
}

/// A card of the desk's abonné, by the address.
fn asked(tx: &Read, request: &Request, desk: &Desk) -> Result<Contact> {
    store::contact(tx, desk.id(), request.part(0)?)?.ok_or(Error::NotFound)
}

/// `GET /contacts/5/modification`.
pub fn edit(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let contact = house.store.read(|tx| asked(tx, request, desk))?;
    show_edit(house, desk, 200, &contact, &form::filled(&contact), &Problems::default(), None)
}

fn show_edit(
    house: &House,
    desk: &Desk,
    status: u16,
    contact: &Contact,
    typed: &Form,
    problems: &Problems,
    notice: Option<&str>,
) -> Result<Answer> {
    let own = format!("{}/contacts/{}", desk.base(), contact.id);
    let writing = Writing {
        heading: format!("Modifier la fiche de {}", contact.name()),
        action: format!("{own}/modification"),
        back: ("La fiche", own),
        form: typed,
        problems,
        notice,
        likenesses: &[],
        except: Some(contact.id),
    };
    show_form(house, desk, status, &writing)
}

/// `POST /contacts/5/modification`. Somebody else's change in between is told, and what was typed is kept.
pub fn change(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let contact = house.store.read(|tx| asked(tx, request, desk))?;
    let typed = &request.form;
    let new = match form::read(typed, today(desk, request.now)) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return show_edit(house, desk, 422, &contact, typed, &problems, None),
        Err(other) => return Err(other),
    };
    let seen = typed.get("revision").parse().ok();
    match house.store.write(|tx| store::change(tx, desk.id(), contact.id, new, seen, by(desk), request.now)) {
        Ok(changed) => {
            note(house, request, desk, Action::ContactChanged, changed.id);
            Ok(Answer::see_other(format!("{}/contacts/{}?fait=modifiee", desk.base(), changed.id)))
        }
        Err(Error::Conflict(sentence)) => {
            let current = house.store.read(|tx| asked(tx, request, desk))?;
            let mut again: Form = typed.iter().filter(|(name, _)| *name != "revision").collect();
            again.push("revision", current.revision.to_string());
            show_edit(house, desk, 422, &current, &again, &Problems::default(), Some(&sentence))
        }
        Err(other) => Err(other),
    }
}

/// `POST /contacts/5/premiere-visite`: no longer a new patient.
pub fn seen(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let contact = house.store.read(|tx| asked(tx, request, desk))?;
    house.store.write(|tx| store::mark_seen(tx, desk.id(), contact.id, by(desk), request.now))?;
    note(house, request, desk, Action::ContactChanged, contact.id);
    Ok(Answer::see_other(format!("{}/contacts/{}?fait=vu", desk.base(), contact.id)))
}

/// `GET /contacts/5/suppression`: what would go and what would stay.
pub fn remove_form(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (contact, secretariat) = house.store.read(|tx| Ok((asked(tx, request, desk)?, house::secretariat(tx)?)))?;
    let content = view::remove(&RemovePage { base: &desk.base(), contact: &contact });
    let frame = frame(desk, &secretariat, "Supprimer une fiche", Rubric::Contacts);
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// `POST /contacts/5/suppression`. Twice is once.
pub fn remove(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: ContactId = request.part(0)?;
    let removed = house.store.write(|tx| store::remove(tx, desk.id(), id, request.now));
    if let Ok(contact) = &removed {
        note(house, request, desk, Action::ContactErased, contact.id);
    }
    removed.map(|_| Answer::see_other(format!("{}/contacts?supprimee=1", desk.base())))
}

/// A line in the journal about one card, without its name.
fn note(house: &House, request: &Request, desk: &Desk, action: Action, id: ContactId) {
    house.journal.note(desk.entry(request.now, action).object(format!("fiche {id}")).from(request.client));
}

/// Who acts, as a card's history names them.
pub fn by(desk: &Desk) -> By<'_> {
    let person = &desk.who().person;
    By { person: Some(person.id), name: &person.name }
}

/// The date in the abonné's zone.
pub fn today(desk: &Desk, now: Instant) -> NaiveDate {
    now.local(desk.subscriber().zone).date()
}

/// A page of the room in its frame.
fn page(house: &House, desk: &Desk, status: u16, title: &str, content: &Markup) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(desk, &secretariat, title, Rubric::Contacts);
    frame.sheets = &["contact-work"];
    Ok(Answer::page(status, frame.page(content).into_string()))
}
