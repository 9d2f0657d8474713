//! The fax mailbox: chosen here, tried out here. Its password goes in and never comes out again.

use super::view::{self, MailboxPage};
use crate::administration::handlers::{Rubric, flash, frame, note, page};
use crate::base::text::clean_line;
use crate::base::{SubscriberId, limits};
use crate::error::{Error, Problems, Result};
use crate::fax::mailbox::{self, Field, Mailbox, RULES_MAX, Rule};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::notices::settings::Protection;
use crate::people::Administrator;
use crate::subscribers::store as subscribers;

const HERE: &str = "/administration/boite-de-fax";

/// `GET /administration/boite-de-fax`.
pub fn show(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let kept = house.store.read(mailbox::mailbox)?;
    let form = kept.as_ref().map_or_else(view::blank_form, view::form_of);
    answer(house, request, admin, 200, &form, &Problems::default())
}

fn answer(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (kept, state, abonnes, secretariat) = house.store.read(|tx| {
        let abonnes = subscribers::all(tx)?;
        Ok((mailbox::mailbox(tx)?, mailbox::state(tx)?, abonnes, house::secretariat(tx)?))
    })?;
    let content = view::mailbox(&MailboxPage {
        kept: kept.as_ref(),
        state: &state,
        abonnes: &abonnes,
        zone: house.zone,
        form,
        problems,
    });
    let mut frame = frame(admin, &secretariat, "Boîte de fax", Rubric::State);
    frame.scripts = &["password", "progress"];
    frame.flash = flash(request, "C’est enregistré.");
    Ok(page(status, &frame, &content))
}

/// `POST /administration/boite-de-fax`: the server and the account; the rules stay.
pub fn change(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let text = |name: &str| form.get(name).to_owned();
    let before = house.store.read(mailbox::mailbox)?;
    let rules = before.as_ref().map(|before| before.rules.clone()).unwrap_or_default();
    // An empty field keeps the password of the same account on the same server; to another it must not go.
    let same = before.filter(|one| one.host == form.get("serveur").trim() && one.login == form.get("compte").trim());
    let typed = form.get("secret");
    let new = Mailbox {
        host: text("serveur"),
        port: form.get("port").trim().parse().unwrap_or(0),
        protection: Protection::from_word(form.get("protection")).unwrap_or(Protection::Tls),
        login: text("compte"),
        password: if typed.is_empty() { same.map(|one| one.password).unwrap_or_default() } else { typed.to_owned() },
        folder: text("dossier"),
        done_folder: text("dossier-traites"),
        every_minutes: form.get("minutes").trim().parse().unwrap_or(0),
        rules,
    };
    match new.checked() {
        Ok(new) => {
            house.store.write(|tx| {
                mailbox::set_mailbox(tx, &new)?;
                mailbox::ask(tx)
            })?;
            house.alarm.ring();
            note(house, request, admin, Action::HouseChanged, "boîte de fax".into());
            Ok(Answer::see_other(format!("{HERE}?fait")))
        }
        Err(Error::Invalid(problems)) => answer(house, request, admin, 422, form, &problems),
        Err(other) => Err(other),
    }
}

/// `POST /administration/boite-de-fax/retrait`.
pub fn remove(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    house.store.write(mailbox::remove_mailbox)?;
    note(house, request, admin, Action::HouseChanged, "boîte de fax retirée".into());
    Ok(Answer::see_other(format!("{HERE}?fait")))
}

/// `POST /administration/boite-de-fax/essai`: « Essayer » looks into it at once; the page says what came of it.
pub fn try_out(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    house.store.write(|tx| {
        mailbox::mailbox(tx)?.ok_or(Error::NotFound)?;
        mailbox::ask(tx)
    })?;
    house.alarm.ring();
    note(house, request, admin, Action::LetterTried, "boîte de fax".into());
    Ok(Answer::see_other(HERE))
}

/// `POST /administration/boite-de-fax/regles`: « l’objet contient … : à tel abonné ».
pub fn add_rule(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let mut contains = form.get("contient").to_owned();
    clean_line(&mut contains);
    let mut problems = Problems::default();
    let (field, subscriber) = (Field::from_word(form.get("champ")), form.get("abonne").parse::<SubscriberId>());
    if field.is_none() {
        problems.add("champ", "Choisissez ce que la règle regarde.");
    }
    if contains.chars().count() < 3 || contains.chars().count() > limits::LINE_CHARS_MAX {
        problems.add("contient", "Indiquez de 3 à 200 caractères, par exemple un numéro de fax.");
    }
    if subscriber.is_err() {
        problems.add("abonne", "Choisissez l’abonné à qui ces fax sont destinés.");
    }
    let (Some(field), Ok(subscriber), true) = (field, subscriber, problems.is_empty()) else {
        let kept = house.store.read(mailbox::mailbox)?;
        let mut shown = kept.as_ref().map_or_else(view::blank_form, view::form_of);
        for name in ["champ", "contient", "abonne"] {
            shown.push(name, form.get(name));
        }
        return answer(house, request, admin, 422, &shown, &problems);
    };
    house.store.write(|tx| {
        let mut kept = mailbox::mailbox(tx)?.ok_or(Error::NotFound)?;
        subscribers::subscriber(tx, subscriber)?.ok_or(Error::NotFound)?;
        if kept.rules.len() >= RULES_MAX {
            return Err(Error::Conflict(format!("Une boîte a {RULES_MAX} règles au plus.")));
        }
        kept.rules.push(Rule { field, contains: contains.clone(), subscriber });
        mailbox::set_mailbox(tx, &kept)
    })?;
    note(house, request, admin, Action::HouseChanged, "règle de la boîte de fax".into());
    Ok(Answer::see_other(format!("{HERE}?fait#regles")))
}

/// `POST /administration/boite-de-fax/regles/suppression`.
pub fn remove_rule(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let (word, contains) = (form.get("champ"), form.get("contient"));
    let subscriber = form.get("abonne").parse::<SubscriberId>().map_err(|()| Error::NotFound)?;
    house.store.write(|tx| {
        let mut kept = mailbox::mailbox(tx)?.ok_or(Error::NotFound)?;
        // By what it says, not by its place: an old tab must not take another away.
        kept.rules
            .retain(|rule| !(rule.field.word() == word && rule.contains == contains && rule.subscriber == subscriber));
        mailbox::set_mailbox(tx, &kept)
    })?;
    note(house, request, admin, Action::HouseChanged, "règle de la boîte de fax retirée".into());
    Ok(Answer::see_other(format!("{HERE}?fait#regles")))
}
