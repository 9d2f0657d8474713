//! What the addresses of abonnés do.

use super::super::handlers::{Rubric, flash, frame, note, page};
use super::super::removal::store as removals;
use super::models::{self, Model};
use super::view::{self, ListPage, NewPage, PersonOf, Row, SubscriberPage};
use crate::base::{Phone, SubscriberId, Zone, limits};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::messages::handlers::page_asked;
use crate::messages::store as messages;
use crate::people::{Administrator, store as people};
use crate::subscribers::model::NewSubscriber;
use crate::subscribers::{Subscriber, look, store as subscribers};

/// `GET /administration/abonnes?q=&page=`.
pub fn list(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let typed = request.query.get("q").trim();
    let (all, secretariat) = house.store.read(|tx| Ok((subscribers::all(tx)?, house::secretariat(tx)?)))?;
    let found: Vec<&Subscriber> = all.iter().filter(|subscriber| subscriber.fits(typed)).collect();
    let total = found.len() as u64;
    let pages = total.div_ceil(limits::PAGE_ROWS).max(1);
    let asked = page_asked(request).clamp(1, pages);
    let most = limits::PAGE_ROWS as usize;
    let shown: Vec<&Subscriber> = found.into_iter().skip((asked as usize - 1) * most).take(most).collect();
    let counts = house.store.read(|tx| {
        let mut counts = Vec::with_capacity(shown.len());
        for subscriber in &shown {
            counts.push((messages::counts(tx, subscriber.id)?, messages::last_received(tx, subscriber.id)?));
        }
        Ok(counts)
    })?;
    let rows = shown
        .into_iter()
        .zip(counts)
        .map(|(subscriber, (counts, last))| Row {
            subscriber,
            pending: counts.pending,
            archived: counts.archived,
            last_message: last,
        })
        .collect();
    let content = view::list(&ListPage { query: typed, rows, total, page: asked, pages });
    let mut frame = frame(admin, &secretariat, "Abonnés", Rubric::Subscribers);
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(200, &frame, &content))
}

/// `GET /administration/abonnes/nouveau?modele=`: the form, filled in from a model.
pub fn new(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let word = request.query.get("modele");
    let (model, customs) = house.store.read(|tx| Ok((Model::read(tx, word)?, house::customs(tx)?)))?;
    let usual = [
        ("appellation", "client".to_owned()),
        ("conservation", customs.retention_days.to_string()),
        ("fuseau", house.zone.name().to_owned()),
    ];
    let mut form = match &model {
        Some(model) => model.fill(usual),
        None => Form::from_iter(usual),
    };
    form.push("modele", if model.is_some() { word } else { "" });
    show_new(house, admin, 200, &form, &Problems::default())
}

fn show_new(house: &House, admin: &Administrator, status: u16, form: &Form, problems: &Problems) -> Result<Answer> {
    let (all, secretariat) = house.store.read(|tx| Ok((subscribers::all(tx)?, house::secretariat(tx)?)))?;
    let choices = models::choices(&all);
    let content = view::new(&NewPage { choices: &choices, form, problems });
    Ok(page(status, &frame(admin, &secretariat, "Ajouter un abonné", Rubric::Subscribers), &content))
}

/// An abonné's settings as its form says them.
fn read(form: &Form) -> Result<NewSubscriber> {
    let text = |name: &str| form.get(name).to_owned();
    let zone = Zone::named(form.get("fuseau"))
        .ok_or_else(|| Error::invalid("fuseau", "Choisissez l’un des fuseaux proposés."))?;
    NewSubscriber {
        name: text("nom"),
        trade: text("metier"),
        town: text("ville"),
        lines: form.get("lignes").lines().map(Phone::read).collect(),
        clients_called: text("appellation"),
        zone,
        // What is no number is out of bounds, and the check says so.
        retention_days: form.get("conservation").trim().parse().unwrap_or(0),
    }
    .checked()
}

/// `POST /administration/abonnes`.
pub fn add(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let added = read(&request.form).and_then(|new| {
        house.store.write(|tx| {
            let model = Model::read(tx, request.form.get("modele"))?;
            let subscriber = subscribers::add(tx, new)?;
            if let Some(model) = model {
                model.apply(tx, &subscriber)?;
            }
            Ok(subscriber)
        })
    });
    match added {
        Ok(subscriber) => {
            note(house, request, admin, Action::SubscriberAdded, format!("abonné {}", subscriber.id));
            Ok(Answer::see_other(format!("/administration/abonnes/{}?fait", subscriber.id)))
        }
        Err(Error::Invalid(problems)) => show_new(house, admin, 422, &request.form, &problems),
        Err(other) => Err(other),
    }
}

/// `GET /administration/abonnes/3`.
pub fn subscriber(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let subscriber = house.store.read(|tx| subscribers::subscriber(tx, id))?.ok_or(Error::NotFound)?;
    let form = view::form_of(&subscriber);
    show(house, request, admin, 200, &subscriber, &form, &Problems::default())
}

fn show(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    subscriber: &Subscriber,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let id = subscriber.id;
    let (secretariat, counts, last, persons, permissions) = house.store.read(|tx| {
        let mut persons = people::everybody(tx)?;
        persons.retain(|person| people::subscribers_of(person).contains(&id));
        Ok((
            house::secretariat(tx)?,
            messages::counts(tx, id)?,
            messages::last_received(tx, id)?,
            persons,
            look::permissions(tx, id)?,
        ))
    })?;
    let content = view::subscriber(&SubscriberPage {
        row: Row { subscriber, pending: counts.pending, archived: counts.archived, last_message: last },
        persons: persons
            .iter()
            .map(|person| PersonOf { login: &person.login, name: &person.name, active: person.active })
            .collect(),
        may_look: permissions.looks,
        form,
        problems,
    });
    let mut frame = frame(admin, &secretariat, &subscriber.name, Rubric::Subscribers);
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// `POST /administration/abonnes/3`.
pub fn change(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let before = house.store.read(|tx| subscribers::subscriber(tx, id))?.ok_or(Error::NotFound)?;
    if house.store.read(|tx| removals::under_way(tx, id))?.is_some() {
        return Err(Error::Conflict(
            "La suppression de cet abonné est en cours : rien ne peut plus y être changé.".into(),
        ));
    }
    let active = request.form.ticked("actif");
    let changed = read(&request.form).and_then(|new| house.store.write(|tx| subscribers::change(tx, id, new, active)));
    match changed {
        Ok(_) => {
            note(house, request, admin, Action::SubscriberChanged, format!("abonné {id}"));
            Ok(Answer::see_other(format!("/administration/abonnes/{id}?fait")))
        }
        Err(Error::Invalid(problems)) => show(house, request, admin, 422, &before, &request.form, &problems),
        Err(other) => Err(other),
    }
}
