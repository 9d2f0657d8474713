//! What the addresses of the screens do.

use super::view::{self, FeedsPart, MadePage, OwnPage, PasswordPage};
use crate::base::SubscriberId;
use crate::base::text::clean_line;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::account::handlers::{frame, note, page};
use crate::people::feeds::{self, Feed, NAME_CHARS_MAX};
use crate::people::tokens::{self, Right, Token};
use crate::people::{SignedIn, once};
use crate::subscribers::view::{Rubric, frame as desk_frame};
use crate::subscribers::{Desk, Subscriber, desk};
use crate::ui::Frame;
use crate::ui::frame::{Flash, FlashKind};

/// Where one's own are.
pub const OWN: &str = "/mon-compte/calendriers";

/// `GET /mon-compte/calendriers`.
pub fn own(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    show_own(house, request, who, 200, &request.form, &Problems::default())
}

fn show_own(
    house: &House,
    request: &Request,
    who: &SignedIn,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (feeds, passwords, reach, secretariat) = house.store.read(|tx| {
        let reach = desk::within_reach(tx, &who.person.role)?;
        let mut passwords = tokens::of(tx, who.person.id)?;
        passwords.retain(|(_, token)| is_of_device(token));
        Ok((feeds::of_person(tx, who.person.id)?, passwords, reach, house::secretariat(tx)?))
    })?;
    let unique = once::number()?;
    let content = view::own(&OwnPage {
        feeds: FeedsPart {
            action: OWN,
            feeds: &feeds,
            choices: &reach,
            zone: house.zone,
            unique: &unique,
            form,
            problems,
        },
        passwords: &passwords,
        now: request.now,
    });
    let mut frame = frame(who, &secretariat.name, "Agenda et contacts sur vos appareils");
    frame.flash = done(request);
    Ok(page(status, &frame, &content))
}

fn done(request: &Request) -> Option<Flash<'static>> {
    let sentence = match request.query.find("revoque")? {
        "mot-de-passe" => "Ce mot de passe d’application est révoqué : l’appareil ne se synchronise plus.",
        _ => "Cet abonnement est révoqué : son adresse ne montre plus rien.",
    };
    Some(Flash { kind: FlashKind::Done, sentence, undo: None })
}

/// Whether a token is for agendas and contacts alone: it then shows here, whoever made it for what.
fn is_of_device(token: &Token) -> bool {
    let of_device = |right: &Right| [AGENDA, CONTACTS].iter().any(|pair| pair.contains(right));
    !token.rights.is_empty() && token.rights.iter().all(of_device)
}

const AGENDA: [Right; 2] = [Right::ReadAgenda, Right::WriteAgenda];
const CONTACTS: [Right; 2] = [Right::ReadContacts, Right::WriteContacts];

/// `POST /mon-compte/calendriers/mots-de-passe`: makes a password for one device and shows it, this once.
pub fn add_password(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let reach = house.store.read(|tx| desk::within_reach(tx, &who.person.role))?;
    let unique = once::read(request.form.get("unique"));
    let made = read_password(&request.form, &reach).and_then(|(name, subscribers, rights)| {
        let person = who.person.id;
        let new = Token { person, name, subscribers, rights, made: request.now, ends: None, last_use: None };
        house.store.write(|tx| {
            if once::done(tx, person, unique)?.is_some() {
                return Ok(None);
            }
            once::note(tx, person, unique, request.now, OWN)?;
            let made = tokens::add_typed(tx, &new).map_err(|cause| at_field(cause, "nom-de-l-appareil"))?;
            Ok(Some((new.clone(), made)))
        })
    });
    let (new, (id, password)) = match made {
        Ok(Some(made)) => made,
        // Sent twice: the password was on the first answer, and is not kept.
        Ok(None) => return Ok(Answer::see_other(OWN)),
        Err(Error::Invalid(problems)) => return show_own(house, request, who, 422, &request.form, &problems),
        Err(other) => return Err(other),
    };
    note(house, request, who, Action::TokenMade, tokens::shown(id));
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(who, &secretariat.name, "Votre mot de passe d’application");
    frame.scripts = &["copy"];
    let host = request.header("host").unwrap_or_default();
    let scheme = if request.https { "https" } else { "http" };
    let content = view::password_made(&PasswordPage {
        name: &new.name,
        login: &who.person.login,
        password: &password,
        host,
        address: &format!("{scheme}://{host}{}", crate::dav::BASE),
        encrypted: request.https,
    });
    Ok(page(200, &frame, &content))
}

/// A problem of the other page's form, at this one's field.
fn at_field(cause: Error, field: &'static str) -> Error {
    match cause {
        Error::Invalid(problems) => Error::invalid(field, Error::Invalid(problems).to_string()),
        other => other,
    }
}

fn read_password(form: &Form, reach: &[Subscriber]) -> Result<(String, Vec<SubscriberId>, Vec<Right>)> {
    let mut problems = Problems::default();
    let name = read_name(form, "nom-de-l-appareil", &mut problems);
    let asked: Vec<SubscriberId> = form.all("appareil-abonne").filter_map(|id| id.parse().ok()).collect();
    let subscribers: Vec<SubscriberId> = reach.iter().map(|one| one.id).filter(|id| asked.contains(id)).collect();
    if subscribers.is_empty() {
        problems.add("appareil-abonne", "Choisissez au moins un abonné.");
    }
    let writes = form.ticked("ecrire");
    let mut rights = Vec::new();
    for (word, [read, write]) in [("avec-agenda", AGENDA), ("avec-contacts", CONTACTS)] {
        if form.ticked(word) {
            rights.push(read);
            rights.extend(writes.then_some(write));
        }
    }
    if rights.is_empty() {
        problems.add("avec-agenda", "Choisissez l’agenda, les contacts, ou les deux.");
    }
    problems.into_result()?;
    Ok((name, subscribers, rights))
}

/// `POST /mon-compte/calendriers/mots-de-passe/revocation`.
pub fn revoke_password(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let id = u64::from_str_radix(request.form.get("mot-de-passe"), 16).map_err(|_| Error::NotFound)?;
    house.store.write_into_reserve(|tx| tokens::revoke(tx, who.person.id, id))?;
    note(house, request, who, Action::TokenRevoked, tokens::shown(id));
    Ok(Answer::see_other(format!("{OWN}?revoque=mot-de-passe")))
}

/// `POST /mon-compte/calendriers`: makes a subscription of one's own and shows its address, this once.
pub fn add_own(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let reach = house.store.read(|tx| desk::within_reach(tx, &who.person.role))?;
    let new = read(&request.form, &reach).map(|(subscriber, name)| Feed {
        subscriber,
        person: Some(who.person.id),
        made_by: who.person.name.clone(),
        name,
        busy: request.form.ticked("occupe"),
        made: request.now,
        last_use: None,
    });
    let made = new.and_then(|new| once_only(house, request, who, OWN, &new).map(|made| (new, made)));
    let (new, (id, token)) = match made {
        Ok((new, Some(made))) => (new, made),
        // Sent twice: the address was on the first answer, and is not kept.
        Ok((_, None)) => return Ok(Answer::see_other(OWN)),
        Err(Error::Invalid(problems)) => return show_own(house, request, who, 422, &request.form, &problems),
        Err(other) => return Err(other),
    };
    note(house, request, who, Action::FeedMade, feeds::shown(id));
    let secretariat = house.store.read(house::secretariat)?;
    Ok(made_page(request, frame(who, &secretariat.name, "Votre abonnement"), &new, &token, OWN))
}

fn made_page(request: &Request, mut frame: Frame<'_>, new: &Feed, token: &str, back: &str) -> Answer {
    let scheme = if request.https { "https" } else { "http" };
    let rest = format!("://{}/calendrier/{token}.ics", request.header("host").unwrap_or_default());
    frame.scripts = &["copy"];
    let (address, webcal) = (format!("{scheme}{rest}"), format!("webcal{rest}"));
    page(
        200,
        &frame,
        &view::made(&MadePage { name: &new.name, busy: new.busy, address: &address, webcal: &webcal, back }),
    )
}

fn once_only(
    house: &House,
    request: &Request,
    who: &SignedIn,
    back: &str,
    new: &Feed,
) -> Result<Option<(u64, String)>> {
    let unique = once::read(request.form.get("unique"));
    house.store.write(|tx| {
        if once::done(tx, who.person.id, unique)?.is_some() {
            return Ok(None);
        }
        once::note(tx, who.person.id, unique, request.now, back)?;
        feeds::add(tx, new).map(Some)
    })
}

/// Which abonné, under which name.
fn read(form: &Form, reach: &[Subscriber]) -> Result<(SubscriberId, String)> {
    let mut problems = Problems::default();
    let name = read_name(form, "nom-du-calendrier", &mut problems);
    let asked: Option<SubscriberId> = form.get("abonne").parse().ok();
    let subscriber = reach.iter().map(|one| one.id).find(|id| Some(*id) == asked);
    if subscriber.is_none() {
        problems.add("abonne", "Choisissez un abonné.");
    }
    problems.into_result()?;
    subscriber.map(|subscriber| (subscriber, name)).ok_or(Error::NotFound)
}

fn read_name(form: &Form, field: &'static str, problems: &mut Problems) -> String {
    let mut name = form.get(field).to_owned();
    clean_line(&mut name);
    if name.is_empty() {
        problems.add(field, "Donnez un nom, par exemple celui de l’appareil.");
    } else if name.chars().count() > NAME_CHARS_MAX {
        problems.add(field, format!("Ce nom dépasse {NAME_CHARS_MAX} caractères."));
    }
    name
}

/// `POST /mon-compte/calendriers/revocation`.
pub fn revoke_own(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let id = u64::from_str_radix(request.form.get("abonnement"), 16).map_err(|_| Error::NotFound)?;
    house.store.write_into_reserve(|tx| feeds::revoke(tx, who.person.id, id))?;
    note(house, request, who, Action::FeedRevoked, feeds::shown(id));
    Ok(Answer::see_other(format!("{OWN}?revoque")))
}

/// `GET …/calendriers`, at an abonné's desk: those that the secretariat made for it.
pub fn of_subscriber(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    show_of_subscriber(house, request, desk, 200, &Problems::default())
}

fn show_of_subscriber(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    problems: &Problems,
) -> Result<Answer> {
    let (feeds, secretariat) =
        house.store.read(|tx| Ok((feeds::of_subscriber(tx, desk.id())?, house::secretariat(tx)?)))?;
    let (unique, action) = (once::number()?, address(desk));
    let content = view::of_subscriber(&FeedsPart {
        action: &action,
        feeds: &feeds,
        choices: std::slice::from_ref(desk.subscriber()),
        zone: desk.subscriber().zone,
        unique: &unique,
        form: &request.form,
        problems,
    });
    let mut frame = desk_frame(desk, &secretariat, "Abonnements de calendrier", Rubric::Agenda);
    frame.flash = done(request);
    Ok(page(status, &frame, &content))
}

fn address(desk: &Desk) -> String {
    format!("{}/calendriers", desk.base())
}

/// `POST …/calendriers`: makes one for the abonné.
pub fn add_for_subscriber(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let mut problems = Problems::default();
    let name = read_name(&request.form, "nom-du-calendrier", &mut problems);
    let back = address(desk);
    let made = problems.into_result().and_then(|()| {
        let new = Feed {
            subscriber: desk.id(),
            person: None,
            made_by: desk.who().person.name.clone(),
            name,
            busy: request.form.ticked("occupe"),
            made: request.now,
            last_use: None,
        };
        once_only(house, request, desk.who(), &back, &new).map(|made| (new, made))
    });
    let (new, (id, token)) = match made {
        Ok((new, Some(made))) => (new, made),
        Ok((_, None)) => return Ok(Answer::see_other(back)),
        Err(Error::Invalid(problems)) => return show_of_subscriber(house, request, desk, 422, &problems),
        Err(other) => return Err(other),
    };
    house.journal.note(desk.entry(request.now, Action::FeedMade).object(feeds::shown(id)).from(request.client));
    let secretariat = house.store.read(house::secretariat)?;
    let frame = desk_frame(desk, &secretariat, "Abonnement créé", Rubric::Agenda);
    Ok(made_page(request, frame, &new, &token, &back))
}

/// `POST …/calendriers/revocation`.
pub fn revoke_of_subscriber(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id = u64::from_str_radix(request.form.get("abonnement"), 16).map_err(|_| Error::NotFound)?;
    house.store.write_into_reserve(|tx| feeds::revoke_of_subscriber(tx, desk.id(), id))?;
    house.journal.note(desk.entry(request.now, Action::FeedRevoked).object(feeds::shown(id)).from(request.client));
    Ok(Answer::see_other(format!("{}?revoque", address(desk))))
}
