//! What the addresses of the administration do.

use super::encryption::Https;
use super::person::view::security_form;
use super::view::{self, PersonRow, PersonsPage, SlipPage, StatePage};
use crate::backup;
use crate::base::{PersonId, Phone, SubscriberId, limits, text};
use crate::continuity::store as continuity;
use crate::error::{Error, Problems, Result};
use crate::fax;
use crate::house::{self, House, Secretariat};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry, Filter};
use crate::messages::store as messages;
use crate::people::model::NewPerson;
use crate::people::{Administrator, Assignment, Person, Role, factor, passwords, sessions, store as people};
use crate::subscribers::{Subscriber, store as subscribers};
use crate::ui::frame::{Advice, Flash, FlashKind, NavItem, Who};
use crate::ui::{Frame, Icon};
use maud::Markup;

/// Failures that the state of the house names.
const ERRORS_SHOWN: usize = 5;

/// Which entry of the left column.
#[derive(PartialEq, Eq, Clone, Copy)]
pub enum Rubric {
    State,
    Subscribers,
    Persons,
    Counters,
    Outbox,
    Journal,
}

pub fn frame<'a>(admin: &'a Administrator, secretariat: &'a Secretariat, title: &'a str, current: Rubric) -> Frame<'a> {
    let person = &admin.who().person;
    let item = |label, icon, href: &str, rubric| NavItem {
        label,
        icon,
        href: href.to_owned(),
        current: current == rubric,
        count: None,
    };
    Frame {
        person: Some(Who { name: &person.name, role: person.role.label() }),
        nav: vec![
            item("La maison", Icon::Settings, "/administration", Rubric::State),
            item("Abonnés", Icon::Office, "/administration/abonnes", Rubric::Subscribers),
            item("Comptes", Icon::User, "/administration/personnes", Rubric::Persons),
            item("Compteurs", Icon::Counters, "/administration/compteurs", Rubric::Counters),
            item("Courrier", Icon::Mail, "/administration/courrier", Rubric::Outbox),
            item("Journal", Icon::Journal, "/administration/journal", Rubric::Journal),
            NavItem { label: "Aide", icon: Icon::Help, href: "/aide".into(), current: false, count: None },
        ],
        advice: admin.warning().map(|warning| Advice {
            sentence: &warning.sentence,
            label: warning.label,
            href: warning.href,
        }),
        ..Frame::new(&secretariat.name, title)
    }
}

pub fn page(status: u16, frame: &Frame<'_>, content: &Markup) -> Answer {
    Answer::page(status, frame.page(content).into_string())
}

/// What the last action did, said after the redirect.
pub fn flash<'a>(request: &Request, sentence: &'a str) -> Option<Flash<'a>> {
    request.query.find("fait").map(|_| Flash { kind: FlashKind::Done, sentence, undo: None })
}

pub fn note(house: &House, request: &Request, admin: &Administrator, action: Action, object: String) {
    let person = &admin.who().person;
    let entry = Entry::new(request.now, action).by(person.id, &person.login);
    house.journal.note(entry.object(object).from(request.client));
}

/// `GET /administration`: the state of the house.
pub fn state(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let form = Form::from_iter([
        ("nom", secretariat.name.clone()),
        ("telephone", secretariat.phone.shown()),
        ("horaires", secretariat.hours.clone()),
    ]);
    show_state(house, request, admin, 200, &form, &Problems::default())
}

fn show_state(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let data = house.store.read(|tx| {
        let all = subscribers::all(tx)?;
        let (mut pending, mut archived) = (0, 0);
        for subscriber in &all {
            let counts = messages::counts(tx, subscriber.id)?;
            pending += counts.pending;
            archived += counts.archived;
        }
        let persons = people::everybody(tx)?.len() as u64;
        let counted = (all.len() as u64, persons, pending, archived, sessions::count(tx)?);
        Ok((house::secretariat(tx)?, counted, house::works(tx)?, backup::store::last(tx, 1)?))
    })?;
    let security = house.store.read(house::security)?;
    let (secretariat, (abonnes, persons, pending, archived, sessions), works, last_backup) = data;
    let last_backup = last_backup.into_iter().next();
    let kits = house.store.read(continuity::night)?;
    let (papers_bytes, mailbox) = house.store.read(|tx| {
        let mailbox = fax::mailbox::mailbox(tx)?.map(|_| fax::mailbox::state(tx)).transpose()?;
        Ok((fax::store::bytes(tx)?, mailbox))
    })?;
    let errors = Filter { action: Some(Action::ErrorShown), ..Filter::default() };
    let (errors, _) = house.journal.lines(&errors, 0, ERRORS_SHOWN, |_| String::new())?;
    let content = view::state(&StatePage {
        security: &security_form(&secretariat, security),
        version: env!("CARGO_PKG_VERSION"),
        up_s: house.started.elapsed().as_secs(),
        data_bytes: house.store.file_bytes(),
        papers_bytes,
        mailbox: mailbox.as_ref(),
        journal_bytes: house.journal.file_bytes(),
        free_bytes: house.store.free_bytes(),
        last_expiry: last_expiry(house)?,
        works: &works,
        errors: errors.iter().map(|entry| (entry.at, entry.object.as_str())).collect(),
        subscribers: abonnes,
        persons,
        pending,
        archived,
        sessions,
        last_backup: last_backup.as_ref(),
        kits_failed: kits.is_some_and(|night| !night.failure.is_empty()),
        zone: house.zone,
        https: Https { known: house.https.known(), encrypted: request.https, now: request.now, zone: house.zone },
        form,
        problems,
    });
    let mut frame = frame(admin, &secretariat, "Administration", Rubric::State);
    frame.sheets = &["house"];
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// When the night's erasure last took something, and how much; the journal knows.
fn last_expiry(house: &House) -> Result<Option<(crate::base::Instant, u64)>> {
    let filter = Filter { action: Some(Action::Expired), ..Filter::default() };
    let (lines, _) = house.journal.lines(&filter, 0, 200, |_| String::new())?;
    let Some(at) = lines.first().map(|entry| entry.at) else { return Ok(None) };
    let messages = lines
        .iter()
        .filter(|entry| entry.at == at)
        .filter_map(|entry| entry.object.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u64>().ok())
        .sum();
    Ok(Some((at, messages)))
}

/// `POST /administration/maison`: the secretariat's name, telephone and hours.
pub fn change_house(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let mut name = form.get("nom").to_owned();
    text::clean_line(&mut name);
    let mut hours = form.get("horaires").to_owned();
    text::clean_text(&mut hours);
    let mut problems = Problems::default();
    if name.is_empty() {
        problems.add("nom", "Indiquez le nom du secrétariat.");
    }
    for (field, value, most) in
        [("nom", &name, limits::NAME_CHARS_MAX), ("horaires", &hours, 2 * limits::LINE_CHARS_MAX)]
    {
        if value.chars().count() > most {
            problems.add(field, format!("Ce texte dépasse {most} caractères."));
        }
    }
    if form.get("telephone").chars().count() > limits::PHONE_CHARS_MAX {
        problems.add("telephone", format!("Ce numéro dépasse {} caractères.", limits::PHONE_CHARS_MAX));
    }
    if !problems.is_empty() {
        return show_state(house, request, admin, 422, form, &problems);
    }
    house.store.write(|tx| {
        let before = house::secretariat(tx)?;
        let phone = Phone::read(form.get("telephone"));
        house::set_secretariat(tx, &Secretariat { name, hours, phone, ..before })
    })?;
    note(house, request, admin, Action::HouseChanged, String::new());
    Ok(Answer::see_other("/administration?fait"))
}

/// `GET /administration/personnes`.
pub fn persons(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    show_persons(house, request, admin, 200, &Form::default(), &Problems::default())
}

fn show_persons(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (persons, all, secretariat) = house.store.read(|tx| {
        let mut persons = Vec::new();
        for person in people::everybody(tx)? {
            let second_factor = factor::of(tx, person.id)?.is_some();
            persons.push((person, second_factor));
        }
        Ok((persons, subscribers::all(tx)?, house::secretariat(tx)?))
    })?;
    let rows = persons
        .iter()
        .map(|(person, second_factor)| PersonRow { person, of: names_of(person, &all), second_factor: *second_factor })
        .collect();
    let content = view::persons(&PersonsPage {
        rows,
        subscribers: all.iter().filter(|subscriber| subscriber.active).collect(),
        form,
        problems,
        own: admin.who().person.id,
    });
    let mut frame = frame(admin, &secretariat, "Comptes", Rubric::Persons);
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// The abonnés that a person is here for; none where it is all of them.
fn names_of<'a>(person: &Person, all: &'a [Subscriber]) -> Vec<&'a str> {
    let of: &[SubscriberId] = match &person.role {
        Role::Client { subscribers } => subscribers,
        Role::Secretary { answers_for: Assignment::Some(some) } => some,
        Role::Secretary { answers_for: Assignment::All } | Role::Administrator => &[],
    };
    all.iter().filter(|subscriber| of.contains(&subscriber.id)).map(|subscriber| subscriber.name.as_str()).collect()
}

/// `POST /administration/personnes`: adds a person, and shows the first password once.
pub fn add_person(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let password = passwords::invent()?;
    let added = read_person(house, form).and_then(|mut new| {
        new.password = passwords::hash(&password)?;
        house.store.write(|tx| people::add(tx, new, request.now))
    });
    match added {
        Ok(person) => {
            note(house, request, admin, Action::PersonAdded, format!("compte {}", person.id));
            show_slip(house, request, admin, &person, &password, true)
        }
        Err(Error::Invalid(problems)) => show_persons(house, request, admin, 422, form, &problems),
        Err(other) => Err(other),
    }
}

fn read_person(house: &House, form: &Form) -> Result<NewPerson> {
    NewPerson::checked(form.get("identifiant"), form.get("nom"), form.get("email"), read_role(house, form)?)
}

/// A role with its abonnés, as the form says them.
pub(super) fn read_role(house: &House, form: &Form) -> Result<Role> {
    let ticked: Vec<SubscriberId> = form.all("abonne").filter_map(|id| id.parse().ok()).collect();
    let all = house.store.read(subscribers::all)?;
    let named: Vec<SubscriberId> =
        ticked.into_iter().filter(|id| all.iter().any(|subscriber| subscriber.id == *id)).collect();
    Ok(match form.get("role") {
        "client" if named.is_empty() => {
            return Err(Error::invalid("role", "Cochez plus bas l’abonné dont cette personne est cliente."));
        }
        "client" => Role::Client { subscribers: named },
        "secretaire" if named.is_empty() => Role::Secretary { answers_for: Assignment::All },
        "secretaire" => Role::Secretary { answers_for: Assignment::Some(named) },
        "administrateur" => Role::Administrator,
        _ => return Err(Error::invalid("role", "Choisissez l’un des rôles proposés.")),
    })
}

fn show_slip(
    house: &House,
    request: &Request,
    admin: &Administrator,
    person: &Person,
    password: &str,
    new_person: bool,
) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let scheme = if request.https { "https" } else { "http" };
    let address = format!("{scheme}://{}/connexion", request.header("host").unwrap_or_default());
    let content = view::slip(&SlipPage {
        house_name: &secretariat.name,
        house_phone: &secretariat.phone,
        address: &address,
        name: &person.name,
        login: &person.login,
        password,
        new_person,
    });
    let mut frame = frame(admin, &secretariat, "Mot de passe", Rubric::Persons);
    frame.scripts = &["print"];
    Ok(page(200, &frame, &content))
}

/// `POST /administration/personnes/4/mot-de-passe`: a new password, shown once; sessions and links end.
pub fn reset_password(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id = another(request, admin)?;
    house.store.read(|tx| people::person(tx, id))?.ok_or(Error::NotFound)?;
    let password = passwords::invent()?;
    let hash = passwords::hash(&password)?;
    let person = house.store.write(|tx| people::set_password(tx, id, hash, request.now))?;
    note(house, request, admin, Action::PasswordChanged, format!("compte {id}"));
    show_slip(house, request, admin, &person, &password, false)
}

/// `POST /administration/personnes/4/desactivation`.
pub fn deactivate(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    set_active(house, request, admin, false)
}

/// `POST /administration/personnes/4/reactivation`.
pub fn reactivate(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    set_active(house, request, admin, true)
}

fn set_active(house: &House, request: &Request, admin: &Administrator, active: bool) -> Result<Answer> {
    let id = another(request, admin)?;
    house.store.write(|tx| people::set_active(tx, id, active))?;
    note(house, request, admin, Action::PersonChanged, format!("compte {id}"));
    Ok(Answer::see_other("/administration/personnes?fait"))
}

/// The person named, who can't be oneself: nobody locks the house with the key inside.
pub(super) fn another(request: &Request, admin: &Administrator) -> Result<PersonId> {
    let id: PersonId = request.part(0)?;
    if id == admin.who().person.id { Err(Error::Forbidden) } else { Ok(id) }
}
