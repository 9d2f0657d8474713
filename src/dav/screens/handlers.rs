//! What the addresses of the screens do.

use super::view::{self, FeedsPart, MadePage, OwnPage};
use crate::base::SubscriberId;
use crate::base::text::clean_line;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::account::handlers::{frame, note, page};
use crate::people::feeds::{self, Feed, NAME_CHARS_MAX};
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
    let (feeds, reach, secretariat) = house.store.read(|tx| {
        let reach = desk::within_reach(tx, &who.person.role)?;
        Ok((feeds::of_person(tx, who.person.id)?, reach, house::secretariat(tx)?))
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
    });
    let mut frame = frame(who, &secretariat.name, "Agenda sur vos appareils");
    frame.flash = done(request);
    Ok(page(status, &frame, &content))
}

fn done(request: &Request) -> Option<Flash<'static>> {
    let sentence = "Cet abonnement est révoqué : son adresse ne montre plus rien.";
    request.query.find("revoque").map(|_| Flash { kind: FlashKind::Done, sentence, undo: None })
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
