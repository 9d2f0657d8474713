//! Faxes that wait for the secretariat: looked at, given to the abonné they are for, or deleted. The list of them is the
//! switchboard's, among all else that waits.

use super::handlers::{SHEETS, download, on_paper, picture};
use super::model::{self, Fax};
use super::store;
use super::view::{self, AttributionPage, FaxPage, RemovalPage};
use crate::base::{FaxId, SubscriberId};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::people::{Person, Secretary};
use crate::subscribers::store as subscribers;
use crate::ui::Icon;
use crate::ui::frame::{Frame, Live, NavItem, Who};

fn seen(house: &House, request: &Request, secretary: &Secretary) -> Result<Fax> {
    let number: FaxId = request.part(0)?;
    house.store.read(|tx| store::waiting(tx, &secretary.who().person, number))
}

fn href(fax: &Fax) -> String {
    format!("/standard/fax/{}", fax.number)
}

fn note(house: &House, request: &Request, person: &Person, action: Action, object: String) {
    let entry = Entry::new(request.now, action).by(person.id, &person.login);
    house.journal.note(entry.object(object).from(request.client));
}

/// `GET /standard/fax/7`.
pub fn fax(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    show(house, request, secretary, 200, &Form::default(), &Problems::default())
}

fn show(
    house: &House,
    request: &Request,
    secretary: &Secretary,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let version =
        format!("{}~{}", house.store.live().version(house::CONSOLE), request.now.0 / crate::base::time::MINUTE_MS);
    let person = &secretary.who().person;
    let fax = seen(house, request, secretary)?;
    let (abonnes, waiting, secretariat) = house.store.read(|tx| {
        let abonnes = subscribers::answered_by(tx, secretary.answers_for())?;
        Ok((abonnes, store::all_waiting(tx, secretary.answers_for())?, house::secretariat(tx)?))
    })?;
    let claim = waiting.iter().find(|(one, _)| one.number == fax.number).and_then(|(_, claim)| claim.as_ref());
    let content = view::attribution(&AttributionPage {
        shown: FaxPage::of(&fax, &href(&fax), request, house.zone),
        claim,
        person: person.id,
        abonnes: &abonnes,
        form,
        problems,
    });
    note(house, request, person, Action::FaxSeen, format!("fax {}", fax.number));
    let title = fax.title();
    let mut frame = frame(&secretariat.name, person, &title);
    frame.live = Some(Live { state_href: "/standard/etat".into(), version: &version, urgent: u64::MAX });
    frame.scripts = &["fax"];
    frame.sheets = SHEETS;
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

fn frame<'a>(house_name: &'a str, person: &'a Person, title: &'a str) -> Frame<'a> {
    Frame {
        person: Some(Who { name: &person.name, role: person.role.label() }),
        nav: vec![NavItem {
            label: "Le standard",
            icon: Icon::Headset,
            href: "/standard".into(),
            current: true,
            count: None,
        }],
        ..Frame::new(house_name, title)
    }
}

/// `GET /standard/fax/7/imprimable`.
pub fn printable(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let fax = seen(house, request, secretary)?;
    note(house, request, &secretary.who().person, Action::Printed, format!("fax {}", fax.number));
    Ok(on_paper(&fax, &href(&fax), request, house.zone))
}

/// `GET /standard/fax/7/pages/1.png`.
pub fn page(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    picture(house, &seen(house, request, secretary)?, request.parts.get(1), model::page_name)
}

/// `GET /standard/fax/7/vignettes/1.png`.
pub fn thumb(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    picture(house, &seen(house, request, secretary)?, request.parts.get(1), model::thumb_name)
}

/// `GET /standard/fax/7/original`.
pub fn original(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let fax = seen(house, request, secretary)?;
    let answer = download(house, &fax)?;
    note(house, request, &secretary.who().person, Action::FaxDownloaded, format!("fax {}", fax.number));
    Ok(answer)
}

/// `POST /standard/fax/7/attribution`: gives it to the abonné it is for.
pub fn attribute(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let number: FaxId = request.part(0)?;
    let chosen = request.form.get("abonne").parse::<SubscriberId>();
    let Ok(to) = chosen else {
        let mut problems = Problems::default();
        problems.add("abonne", "Choisissez l’abonné à qui ce fax est destiné.");
        return show(house, request, secretary, 422, &request.form, &problems);
    };
    let person = &secretary.who().person;
    let given = house.store.write(|tx| {
        // Only where she answers.
        let answered = subscribers::answered_by(tx, secretary.answers_for())?;
        if !answered.iter().any(|subscriber| subscriber.id == to) {
            return Err(Error::NotFound);
        }
        store::attribute(tx, person, number, to)
    })?;
    let entry = Entry::new(request.now, Action::FaxAttributed).by(person.id, &person.login).about(to);
    house.journal.note(entry.object(format!("fax {number}")).from(request.client));
    let base = format!("/standard/abonnes/{to}");
    Ok(Answer::see_other(match given.message {
        Some(message) => format!("{base}/messages/{message}"),
        None => format!("{base}/fax/{}", given.number),
    }))
}

/// `POST /standard/fax/7/attente`: « Je m’en occupe », « Reprendre », « Rendre ».
pub fn handle(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let number: FaxId = request.part(0)?;
    let person = &secretary.who().person;
    house.store.write(|tx| match request.form.get("geste") {
        "prendre" => store::claim(tx, person, number, false, request.now),
        "reprendre" => store::claim(tx, person, number, true, request.now),
        "rendre" => store::release(tx, person, number),
        _ => Err(Error::NotFound),
    })?;
    note(house, request, person, Action::WaitingHandled, format!("fax {number}"));
    Ok(Answer::see_other(match request.form.get("retour") {
        "fax" => format!("/standard/fax/{number}"),
        "/standard" => "/standard".into(),
        _ => "/standard/attente".into(),
    }))
}

/// `GET /standard/fax/7/suppression`: the question.
pub fn remove_form(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let fax = seen(house, request, secretary)?;
    let secretariat = house.store.read(house::secretariat)?;
    let content = view::removal(&RemovalPage { fax: &fax, zone: house.zone });
    let frame = frame(&secretariat.name, &secretary.who().person, "Supprimer un fax");
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// `POST /standard/fax/7/suppression`.
pub fn remove(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let number: FaxId = request.part(0)?;
    let person = &secretary.who().person;
    house.store.write(|tx| store::remove_waiting(tx, person, number))?;
    note(house, request, person, Action::FaxErased, format!("fax {number}"));
    store::sweep(house)?;
    Ok(Answer::see_other("/standard/attente"))
}
