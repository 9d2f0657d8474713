//! Faxes brought by other software: the same reception as on screen, by the same reader of pages.

use super::guard::or_null;
use super::schema::{Kind, Schema, may, moment, must, null};
use super::{Act, Ask, Gives, Operation, Shown, change, show};
use crate::base::{FaxId, Zone, limits};
use crate::error::{Error, Result};
use crate::fax::model::{Fax, State};
use crate::fax::receive::{Arrival, Received, receive};
use crate::fax::{model, store, upload};
use crate::journal::Action;
use crate::people::tokens::Right;
use crate::store::Read;
use crate::subscribers::Side;
use serde_json::{Value, json};

const NUMBER_MAX: i64 = 1 << 53;
const STATES: &[&str] = &["en-lecture", "lu", "refuse"];

static FAX: Schema = Schema {
    name: "Fax",
    fields: &[
        must("numero", Kind::Whole(1, NUMBER_MAX), "", "7"),
        must("recu", Kind::Moment, "", "\"2026-11-24T10:00:00+01:00\""),
        must("nom-du-fichier", Kind::Text(limits::NAME_CHARS_MAX), "", "\"ordonnance.pdf\""),
        must("etat", Kind::OneOf(STATES), "", "\"lu\""),
        must("pages", Kind::Whole(0, 10_000), "Zéro tant qu’elles ne sont pas lues.", "2"),
        null("message", Kind::Whole(1, NUMBER_MAX), "Le message que l’abonné en a, une fois lu.", "1350"),
        null("refus", Kind::Text(limits::TEXT_CHARS_MAX), "Pourquoi il ne peut pas être lu.", "null"),
    ],
};

pub static BRING: Operation = Operation {
    title: "Déposer un fax",
    about: "Pour le secrétariat : un fichier PDF, TIFF, PNG ou JPEG, 25 Mo et 200 pages au plus, envoyé comme un formulaire \
        (multipart/form-data) sous le nom « fichier ». Ses pages sont lues ensuite, et l’abonné a un message. Le même fichier, \
        envoyé de nouveau, est le même fax (200).",
    body: &[
        may("nom", Kind::Text(limits::NAME_CHARS_MAX), "De qui.", "\"Pharmacie du Port\""),
        may("telephone", Kind::Text(limits::PHONE_CHARS_MAX), "", "\"01 99 00 20 20\""),
        may("objet", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Ordonnance\""),
        may("urgent", Kind::OneOf(&["oui"]), "Laissé de côté s’il ne l’est pas.", "\"oui\""),
    ],
    status: 201,
    ..change("deposerFax", "/api/v1/abonnes/{abonne}/fax", Right::BringFaxes, Act::Bring(bring), Gives::One(&FAX))
};

pub static ONE: Operation = Operation {
    title: "Suivre un fax",
    about: "S’il est lu, et sous quel message.",
    ..show("lireFax", "/api/v1/abonnes/{abonne}/fax/{fax}", Right::BringFaxes, Act::Show(one), Gives::One(&FAX))
};

fn bring(ask: &Ask<'_>) -> Result<(u16, String)> {
    if ask.desk.side() != Side::Secretariat {
        return Err(Error::Forbidden);
    }
    let (request, person) = (ask.request, &ask.desk.who().person);
    let mut problems = upload::too_long(&request.form);
    let files: Vec<_> = request.files.all("fichier").collect();
    let [file] = files.as_slice() else {
        problems.add("fichier", "Envoyez un fichier à la fois, sous le nom « fichier ».");
        return Err(Error::Invalid(problems));
    };
    problems.into_result()?;
    let arrival = Arrival {
        bytes: file.bytes,
        name: file.name,
        way: model::Way::Upload,
        by: Some((person.id, &person.name)),
        subscriber: Some(ask.desk.id()),
        about: upload::about(&request.form),
    };
    let at = |number: FaxId| format!("{}/abonnes/{}/fax/{number}", super::BASE, ask.desk.id());
    match receive(ask.house, arrival, request.now)? {
        Received::New(number) => {
            let entry = ask.desk.entry(request.now, Action::FaxReceived).object(format!("fax {number}, interface"));
            ask.house.journal.note(entry.from(request.client));
            Ok((201, at(number)))
        }
        Received::Known(number) => Ok((200, at(number))),
        Received::Refused(why) => Err(Error::invalid("fichier", why)),
    }
}

fn one(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let fax = store::at(tx, ask.desk, ask.request.part(0)?)?;
    let entry = ask.desk.entry(ask.request.now, Action::FaxSeen).object(format!("fax {}, interface", fax.number));
    ask.house.journal.note_look(entry.from(ask.request.client));
    Ok(Shown::of(value(&fax, ask.desk.subscriber().zone)))
}

fn value(fax: &Fax, zone: Zone) -> Value {
    let (state, why) = match &fax.state {
        State::Coming => ("en-lecture", ""),
        State::Ready { .. } => ("lu", ""),
        State::Refused { why } => ("refuse", why.as_str()),
    };
    json!({
        "numero": fax.number.0,
        "recu": moment(fax.received, zone),
        "nom-du-fichier": fax.name,
        "etat": state,
        "pages": fax.pages().len(),
        "message": fax.message.map(|number| number.0),
        "refus": or_null(why),
    })
}
