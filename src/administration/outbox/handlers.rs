//! What the addresses of the outbox do.

use super::view::{self, LetterPage, OutboxPage};
use crate::administration::handlers::{Rubric, flash, frame, note, page};
use crate::base::LetterId;
use crate::error::Result;
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::notices::letter::Sender;
use crate::notices::{State, outbox, settings};
use crate::people::Administrator;
use crate::subscribers::store as subscribers;
use crate::ui::frame::Live;

/// `GET /administration/courrier?etat=&q=&page=`.
pub fn list(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let state = State::from_word(request.query.get("etat"));
    let query = request.query.get("q").trim();
    let asked = request.query.get("page").parse().unwrap_or(1);
    let (found, figures, secretariat, mail, sms) = house.store.read(|tx| {
        Ok((
            outbox::page(tx, state, query, asked)?,
            outbox::figures(tx)?,
            house::secretariat(tx)?,
            house.mail.is_some() || settings::mail(tx)?.is_some(),
            settings::sms(tx)?.is_some(),
        ))
    })?;
    let content = view::outbox(&OutboxPage {
        figures,
        state,
        query,
        rows: &found.rows,
        total: found.total,
        page: found.page,
        pages: found.pages,
        mail_is_set: mail,
        sms_is_set: sms,
        zone: house.zone,
    });
    let frame = frame(admin, &secretariat, "Courrier", Rubric::Outbox);
    Ok(page(200, &frame, &content))
}

/// `GET /administration/courrier/12`: one letter with its words and its tries.
pub fn letter(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: LetterId = request.part(0)?;
    let (letter, secretariat, mail, subscriber) = house.store.read(|tx| {
        let letter = outbox::letter(tx, id)?;
        let subscriber = match letter.subscriber {
            Some(id) => subscribers::subscriber(tx, id)?,
            None => None,
        };
        let mail = match &house.mail {
            Some(fixed) => Some(fixed.clone()),
            None => settings::mail(tx)?,
        };
        Ok((letter, house::secretariat(tx)?, mail, subscriber))
    })?;
    let (name, site, from) =
        mail.as_ref().map_or((secretariat.name.as_str(), "", ""), |mail| (&mail.from_name, &mail.site, &mail.from));
    let words = letter.words(Sender { name, site, from });
    let content = view::letter(&LetterPage {
        letter: &letter,
        words: words.as_ref(),
        subscriber_name: subscriber.as_ref().map(|subscriber| subscriber.name.as_str()),
        zone: house.zone,
    });
    // A letter may hold what a patient said, or a password: who opened it is written down.
    note(house, request, admin, Action::LetterRead, format!("courrier {id}"));
    let title = format!("Courrier n° {id}");
    let (address, version) = (format!("/administration/courrier/{id}/etat"), view::version(&letter));
    let mut frame = frame(admin, &secretariat, &title, Rubric::Outbox);
    frame.flash = flash(request, "C’est fait.");
    frame.live = Some(Live { state_href: address, version: &version, urgent: 0 });
    Ok(page(200, &frame, &content))
}

/// `GET /administration/courrier/12/etat?depuis=`: whether anything became of it.
pub fn letter_state(house: &House, request: &Request, _: &Administrator) -> Result<Answer> {
    let letter = house.store.read(|tx| outbox::letter(tx, request.part(0)?))?;
    let version = view::version(&letter);
    if request.query.get("depuis") == version {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    Ok(Answer::json(200, format!("{{\"version\":\"{version}\",\"pending\":0,\"urgent\":0}}")))
}

/// `POST /administration/courrier/12/renvoi`.
pub fn resend(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: LetterId = request.part(0)?;
    house.store.write(|tx| outbox::resend(tx, id, request.now))?;
    note(house, request, admin, Action::LetterResent, format!("courrier {id}"));
    Ok(Answer::see_other(format!("/administration/courrier/{id}?fait")))
}

/// `POST /administration/courrier/12/annulation`.
pub fn cancel(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: LetterId = request.part(0)?;
    house.store.write(|tx| outbox::cancel(tx, id, request.now))?;
    note(house, request, admin, Action::LetterCancelled, format!("courrier {id}"));
    Ok(Answer::see_other(format!("/administration/courrier/{id}?fait")))
}
