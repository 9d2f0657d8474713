//! What the addresses of removals do.

use super::super::handlers::{Rubric, another, frame, note, page};
use super::store;
use super::view::{self, AskPage, CertificatePage, ListPage, PersonAskPage};
use crate::base::{SubscriberId, fold};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::messages::store as messages;
use crate::people::{Administrator, store as people};
use crate::subscribers::store as subscribers;

/// `GET /administration/abonnes/3/suppression`: what will go, the download before it, and the form that asks for it.
pub fn ask(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    show_ask(house, request, admin, 200, &Form::default(), &Problems::default())
}

fn show_ask(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let (subscriber, secretariat, under_way) = house.store.read(|tx| {
        let subscriber = subscribers::subscriber(tx, id)?.ok_or(Error::NotFound)?;
        Ok((subscriber, house::secretariat(tx)?, store::under_way(tx, id)?))
    })?;
    if let Some(number) = under_way {
        return Ok(Answer::see_other(format!("/administration/suppressions/{number}")));
    }
    let (counts, download, persons) = house.store.read(|tx| {
        let mut persons = people::everybody(tx)?;
        persons.retain(|person| people::subscribers_of(person) == [id]);
        Ok((messages::counts(tx, id)?, store::last_download(tx, id)?, persons))
    })?;
    let content = view::ask(&AskPage {
        subscriber: &subscriber,
        messages: counts.pending + counts.archived,
        persons: persons.iter().map(|person| person.name.as_str()).collect(),
        download: download.as_ref(),
        zone: house.zone,
        form,
        problems,
    });
    Ok(page(status, &frame(admin, &secretariat, "Supprimer un abonné", Rubric::Subscribers), &content))
}

/// `POST /administration/abonnes/3/suppression`: with the name typed, and a download or the wish to do without.
pub fn begin(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let (subscriber, download) = house
        .store
        .read(|tx| Ok((subscribers::subscriber(tx, id)?.ok_or(Error::NotFound)?, store::last_download(tx, id)?)))?;
    let mut problems = Problems::default();
    if fold::words(request.form.get("nom")) != fold::words(&subscriber.name) {
        problems.add("nom", format!("Écrivez le nom de l’abonné en entier : {}.", subscriber.name));
    }
    if download.is_none() && !request.form.ticked("sans-telechargement") {
        problems.add("sans-telechargement", "Téléchargez d’abord ses données, ou cochez que vous n’en voulez pas.");
    }
    if !problems.is_empty() {
        return show_ask(house, request, admin, 422, &request.form, &problems);
    }
    let person = &admin.who().person;
    let (removal, looks) = house.store.write(|tx| store::begin(tx, &subscriber, person, request.now))?;
    let entry = Entry::new(request.now, Action::RemovalAsked).by(person.id, &person.login).about(id);
    house.journal.note(entry.object(format!("abonné {id}")).from(request.client));
    for look in looks {
        house.journal.note(look.end_entry(request.now));
    }
    house.alarm.ring();
    Ok(Answer::see_other(format!("/administration/suppressions/{}", removal.number)))
}

/// `GET /administration/personnes/4/suppression`.
pub fn ask_person(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    show_ask_person(house, request, admin, 200, &Form::default(), &Problems::default())
}

fn show_ask_person(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let id = another(request, admin)?;
    let (person, secretariat) =
        house.store.read(|tx| Ok((people::person(tx, id)?.ok_or(Error::NotFound)?, house::secretariat(tx)?)))?;
    let content = view::ask_person(&PersonAskPage { person: &person, form, problems });
    Ok(page(status, &frame(admin, &secretariat, "Supprimer un compte", Rubric::Persons), &content))
}

/// `POST /administration/personnes/4/suppression`: with the login typed.
pub fn remove_person(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id = another(request, admin)?;
    let person = house.store.read(|tx| people::person(tx, id))?.ok_or(Error::NotFound)?;
    if request.form.get("identifiant").trim().to_lowercase() != person.login {
        let mut problems = Problems::default();
        problems.add("identifiant", format!("Écrivez l’identifiant du compte : {}.", person.login));
        return show_ask_person(house, request, admin, 422, &request.form, &problems);
    }
    let removal = house.store.write(|tx| store::remove_person(tx, id, &admin.who().person, request.now))?;
    note(house, request, admin, Action::Removed, format!("compte {id}, certificat {}", removal.number));
    Ok(Answer::see_other(format!("/administration/suppressions/{}", removal.number)))
}

/// `GET /administration/suppressions`.
pub fn list(house: &House, _: &Request, admin: &Administrator) -> Result<Answer> {
    let (all, secretariat) = house.store.read(|tx| Ok((store::all(tx)?, house::secretariat(tx)?)))?;
    let content = view::list(&ListPage { removals: &all, zone: house.zone });
    Ok(page(200, &frame(admin, &secretariat, "Suppressions", Rubric::Subscribers), &content))
}

/// `GET /administration/suppressions/3`: how far it is, then the certificate.
pub fn certificate(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let number: SubscriberId = request.part(0)?;
    let (removal, secretariat) =
        house.store.read(|tx| Ok((store::removal(tx, number.0)?.ok_or(Error::NotFound)?, house::secretariat(tx)?)))?;
    let content =
        view::certificate(&CertificatePage { removal: &removal, house_name: &secretariat.name, zone: house.zone });
    let title = if removal.done.is_some() { "Certificat d’effacement" } else { "Suppression en cours" };
    let mut frame = frame(admin, &secretariat, title, Rubric::Subscribers);
    frame.scripts = if removal.done.is_some() { &["print"] } else { &["progress"] };
    Ok(page(200, &frame, &content))
}
