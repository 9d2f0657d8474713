//! What the addresses of tokens do.

use super::view::{self, AllPage, MadePage, TokensPage};
use crate::administration::{self, handlers::Rubric};
use crate::base::text::clean_line;
use crate::base::{Instant, SubscriberId, time};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::account::handlers::{frame, note, page};
use crate::people::tokens::{self, NAME_CHARS_MAX, Right, Token};
use crate::people::{Administrator, SignedIn, once};
use crate::subscribers::{Subscriber, desk, store as subscribers};
use crate::ui::frame::{Flash, FlashKind};

/// `GET /mon-compte/jetons`.
pub fn list(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    show(house, request, who, 200, &request.form, &Problems::default())
}

fn show(
    house: &House,
    request: &Request,
    who: &SignedIn,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (tokens, subscribers, secretariat) = house.store.read(|tx| {
        Ok((tokens::of(tx, who.person.id)?, desk::within_reach(tx, &who.person.role)?, house::secretariat(tx)?))
    })?;
    let unique = once::number()?;
    let content = view::tokens(&TokensPage {
        tokens: &tokens,
        subscribers: &subscribers,
        zone: house.zone,
        now: request.now,
        unique: &unique,
        form,
        problems,
    });
    let mut frame = frame(who, &secretariat.name, "Jetons d’accès");
    let sentence = "Ce jeton est révoqué : il n’ouvre plus rien.";
    frame.flash = request.query.find("revoque").map(|_| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(page(status, &frame, &content))
}

/// `POST /mon-compte/jetons`: makes a token and shows it, this once.
pub fn add(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let reach = house.store.read(|tx| desk::within_reach(tx, &who.person.role))?;
    let refused = |problems: &Problems| show(house, request, who, 422, &request.form, problems);
    let new = match read(&request.form, who, &reach, request.now) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return refused(&problems),
        Err(other) => return Err(other),
    };
    let unique = once::read(request.form.get("unique"));
    let made = house.store.write(|tx| {
        if once::done(tx, who.person.id, unique)?.is_some() {
            return Ok(None);
        }
        once::note(tx, who.person.id, unique, request.now, "/mon-compte/jetons")?;
        tokens::add(tx, &new).map(Some)
    });
    let (id, token) = match made {
        Ok(Some(made)) => made,
        // Sent twice: the token was on the first answer, and is not kept.
        Ok(None) => return Ok(Answer::see_other("/mon-compte/jetons")),
        Err(Error::Invalid(problems)) => return refused(&problems),
        Err(other) => return Err(other),
    };
    note(house, request, who, Action::TokenMade, tokens::shown(id));
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(who, &secretariat.name, "Votre jeton d’accès");
    frame.scripts = &["copy"];
    Ok(page(200, &frame, &view::made(&MadePage { name: &new.name, token: &token })))
}

fn read(form: &Form, who: &SignedIn, reach: &[Subscriber], now: Instant) -> Result<Token> {
    let mut problems = Problems::default();
    let mut name = form.get("nom-du-jeton").to_owned();
    clean_line(&mut name);
    if name.is_empty() {
        problems.add("nom-du-jeton", "Donnez un nom à ce jeton, par exemple celui du logiciel qui s’en servira.");
    } else if name.chars().count() > NAME_CHARS_MAX {
        problems.add("nom-du-jeton", format!("Ce nom dépasse {NAME_CHARS_MAX} caractères."));
    }
    let asked: Vec<SubscriberId> = form.all("abonne").filter_map(|id| id.parse().ok()).collect();
    let subscribers: Vec<SubscriberId> =
        reach.iter().map(|subscriber| subscriber.id).filter(|id| asked.contains(id)).collect();
    if subscribers.is_empty() {
        problems.add("abonne", "Choisissez au moins un abonné.");
    }
    let words: Vec<&str> = form.all("droit").collect();
    let rights: Vec<Right> = Right::ALL.into_iter().filter(|right| words.contains(&right.word())).collect();
    if rights.is_empty() {
        problems.add("droit", "Choisissez au moins un droit.");
    }
    let days = match form.get("duree") {
        "30" => Some(30),
        "90" => Some(90),
        "365" => Some(365),
        "sans" => None,
        _ => {
            problems.add("duree", "Choisissez l’une des durées proposées.");
            None
        }
    };
    problems.into_result()?;
    let ends = days.map(|days| now.plus_ms(days * time::DAY_MS));
    Ok(Token { person: who.person.id, name, subscribers, rights, made: now, ends, last_use: None })
}

/// `POST /mon-compte/jetons/revocation`.
pub fn revoke(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let id = u64::from_str_radix(request.form.get("jeton"), 16).map_err(|_| Error::NotFound)?;
    house.store.write_into_reserve(|tx| tokens::revoke(tx, who.person.id, id))?;
    note(house, request, who, Action::TokenRevoked, tokens::shown(id));
    Ok(Answer::see_other("/mon-compte/jetons?revoque"))
}

/// `GET /administration/jetons`: everybody's tokens.
pub fn of_all(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (tokens, subscribers, secretariat) =
        house.store.read(|tx| Ok((tokens::all(tx)?, subscribers::all(tx)?, house::secretariat(tx)?)))?;
    let content =
        view::of_all(&AllPage { tokens: &tokens, subscribers: &subscribers, zone: house.zone, now: request.now });
    let mut frame = administration::handlers::frame(admin, &secretariat, "Jetons d’accès", Rubric::Persons);
    let sentence = "Ce jeton est révoqué : il n’ouvre plus rien.";
    frame.flash = request.query.find("revoque").map(|_| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// `POST /administration/jetons/revocation`: somebody's token, at once.
pub fn revoke_any(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id = u64::from_str_radix(request.form.get("jeton"), 16).map_err(|_| Error::NotFound)?;
    let person = request.form.get("personne").parse().map_err(|()| Error::NotFound)?;
    house.store.write_into_reserve(|tx| tokens::revoke(tx, person, id))?;
    administration::handlers::note(house, request, admin, Action::TokenRevoked, tokens::shown(id));
    Ok(Answer::see_other("/administration/jetons?revoque"))
}
