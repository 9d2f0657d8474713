//! What the addresses of webhooks do. A secret is shown once, when it is made.

use super::view::{self, MadePage, WebhooksPage};
use crate::administration::handlers::{Rubric, frame, note, page};
use crate::base::SubscriberId;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::notices::hooks::{self, Kind, NewHook};
use crate::people::guard::Warning;
use crate::people::{Administrator, once};
use crate::subscribers::store as subscribers;
use crate::ui::frame::{Flash, FlashKind};

const HERE: &str = "/administration/webhooks";

/// `GET /administration/webhooks`.
pub fn list(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    show(house, request, admin, 200, &Form::default(), &Problems::default())
}

fn show(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let (hooks, abonnes, secretariat) =
        house.store.read(|tx| Ok((hooks::all(tx)?, subscribers::all(tx)?, house::secretariat(tx)?)))?;
    let unique = once::number()?;
    let content = view::webhooks(&WebhooksPage {
        hooks: &hooks,
        abonnes: &abonnes,
        zone: house.zone,
        unique: &unique,
        form,
        problems,
    });
    let mut frame = frame(admin, &secretariat, "Webhooks", Rubric::Outbox);
    let sentence = match (request.query.find("revoque"), request.query.find("repris")) {
        (Some(_), _) => Some("Ce webhook est révoqué : plus rien ne lui est envoyé."),
        (_, Some(_)) => Some("Ce webhook est de nouveau appelé."),
        _ => None,
    };
    frame.flash = sentence.map(|sentence| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(page(status, &frame, &content))
}

/// `POST /administration/webhooks`: makes one and shows its secret, this once.
pub fn add(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let known = house.store.read(subscribers::all)?;
    let asked: Vec<SubscriberId> = form.all("abonne").filter_map(|id| id.parse().ok()).collect();
    let new = NewHook {
        name: form.get("nom").to_owned(),
        address: form.get("adresse").to_owned(),
        subscribers: known.iter().map(|one| one.id).filter(|id| asked.contains(id)).collect(),
        kinds: Kind::ALL.into_iter().filter(|kind| form.all("evenement").any(|word| word == kind.word())).collect(),
        content: form.ticked("avec-contenu"),
        local: form.ticked("reseau-local"),
    };
    let person = &admin.who().person;
    let unique = once::read(form.get("unique"));
    let made = new.checked().and_then(|new| {
        house.store.write(|tx| {
            if once::done(tx, person.id, unique)?.is_some() {
                return Ok(None);
            }
            once::note(tx, person.id, unique, request.now, HERE)?;
            hooks::add(tx, new, &person.name, request.now).map(Some)
        })
    });
    let (id, secret) = match made {
        Ok(Some(made)) => made,
        // Sent twice: the secret was on the first answer, and is not shown again.
        Ok(None) => return Ok(Answer::see_other(HERE)),
        Err(Error::Invalid(problems)) => return show(house, request, admin, 422, form, &problems),
        Err(other) => return Err(other),
    };
    note(house, request, admin, Action::HookAdded, format!("webhook {id}"));
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(admin, &secretariat, "Secret du webhook", Rubric::Outbox);
    frame.scripts = &["copy"];
    Ok(page(200, &frame, &view::made(&MadePage { id, name: form.get("nom"), secret: &secret })))
}

/// `POST /administration/webhooks/3/essai`: one call; the letter's page shows the answer.
pub fn try_out(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: u64 = request.part(0)?;
    let letter = house.store.write(|tx| hooks::try_out(tx, id, request.now))?;
    note(house, request, admin, Action::LetterTried, format!("webhook {id}, courrier {letter}"));
    Ok(Answer::see_other(format!("/administration/courrier/{letter}")))
}

/// `POST /administration/webhooks/3/reprise`.
pub fn resume(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: u64 = request.part(0)?;
    house.store.write(|tx| hooks::resume(tx, id))?;
    note(house, request, admin, Action::HookChanged, format!("webhook {id} repris"));
    Ok(Answer::see_other(format!("{HERE}?repris")))
}

/// `POST /administration/webhooks/3/revocation`.
pub fn revoke(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: u64 = request.part(0)?;
    house.store.write_into_reserve(|tx| hooks::revoke(tx, id))?;
    note(house, request, admin, Action::HookRevoked, format!("webhook {id}"));
    Ok(Answer::see_other(format!("{HERE}?revoque")))
}

/// What every page of the administration says while an address is called no more.
pub fn warning(house: &House) -> Result<Option<Warning>> {
    let stopped = house.store.read(hooks::all)?.into_iter().find(|(_, hook)| hook.stopped.is_some());
    Ok(stopped.map(|(_, hook)| Warning {
        sentence: format!("Le webhook « {} » ne répondait plus : il est arrêté.", hook.name),
        label: "Voir les webhooks",
        href: HERE,
    }))
}
