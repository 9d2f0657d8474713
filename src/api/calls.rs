//! What a telephone system says of a call: it rings, somebody answers, it has ended. Shown on the console, kept nowhere.

use super::schema::{Field, Kind, Schema, may, moment, must, null, wrong};
use super::{Act, Gives, Operation, Shown, change};
use crate::base::calls::{Call, Heard};
use crate::base::{Phone, SubscriberId, limits};
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::Request;
use crate::journal::{Action, Entry};
use crate::people::Role;
use crate::people::tokens::{self, Bearer, Right};
use crate::subscribers::{Subscriber, desk};
use crate::switchboard::{popup, ringing};
use serde_json::{Value, json};

const STAGES: &[&str] = &["sonne", "decroche", "raccroche"];
const KEY_CHARS_MAX: usize = 120;

static SUBSCRIBER: Schema = Schema {
    name: "Abonné appelé",
    fields: &[
        must("numero", Kind::Whole(1, 1 << 53), "", "3"),
        must("nom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Cabinet Martin\""),
    ],
};

static CALL: Schema = Schema {
    name: "Appel",
    fields: &[
        must("etat", Kind::OneOf(STAGES), "", "\"sonne\""),
        must("abonnes", Kind::Many(&SUBSCRIBER, 1000), "Ceux du jeton dont c’est la ligne.", ""),
        null("jusque", Kind::Moment, "Quand il disparaît sans autre nouvelle.", "\"2026-11-24T10:01:00+01:00\""),
    ],
};

static HEARD: &[Field] = &[
    must("etat", Kind::OneOf(STAGES), "", "\"sonne\""),
    may(
        "appel",
        Kind::Text(KEY_CHARS_MAX),
        "Le nom de l’appel chez le système ; il lie les trois états.",
        "\"1764000000.42\"",
    ),
    may(
        "vers",
        Kind::Text(limits::PHONE_CHARS_MAX),
        "La ligne appelée, dans toute notation, ou le nom de l’abonné. Nécessaire quand il sonne.",
        "\"01 40 50 60 70\"",
    ),
    may(
        "de",
        Kind::Text(limits::PHONE_CHARS_MAX),
        "Le numéro de l’appelant ; rien s’il est masqué.",
        "\"06 39 98 12 34\"",
    ),
    may(
        "poste",
        Kind::Text(60),
        "Le poste ou l’identifiant de la secrétaire chez qui il sonne ou qui répond.",
        "\"204\"",
    ),
];

pub static SIGNAL: Operation = Operation {
    title: "Signaler un appel",
    about: "Pour le système téléphonique du secrétariat : l’appel se montre aussitôt au standard, et disparaît quand il est \
        raccroché, ou une minute après la dernière nouvelle. Répéter ne double rien. 404 quand aucun abonné du jeton n’a \
        cette ligne.",
    body: HEARD,
    ..change("signalerAppel", "/api/v1/appels", Right::SignalCalls, Act::Hear(hear), Gives::One(&CALL))
};

fn hear(house: &House, bearer: &Bearer, request: &Request) -> Result<Shown> {
    let who = bearer.signed_in(request);
    if matches!(who.person.role, Role::Client { .. }) {
        return Err(Error::Forbidden);
    }
    let (form, now) = (&request.form, request.now);
    let (line, from) = (popup::number(form.get("vers")), popup::number(form.get("de")));
    let key = match form.find("appel").map(str::trim).filter(|key| !key.is_empty()) {
        Some(key) => key.to_owned(),
        None => format!("{} {}", line.kept(), from.kept()),
    };
    let (abonnes, post) = house.store.read(|tx| {
        let mut abonnes = Vec::new();
        for id in &bearer.token.subscribers {
            match desk::software(tx, who.clone(), *id) {
                Ok(desk) => abonnes.push(desk.subscriber().clone()),
                Err(Error::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Ok((abonnes, ringing::post(tx, form.get("poste"))?))
    })?;
    let among: Vec<SubscriberId> = abonnes.iter().map(|one| one.id).collect();
    let heard = heard(&abonnes, key.clone(), line, from);
    let call = match form.get("etat") {
        "raccroche" => house.calls.hang_up(&key, &among, now),
        "decroche" => Some(house.calls.answer(&key, &among, heard, post, now).ok_or(Error::NotFound)?),
        _ if form.get("vers").trim().is_empty() => {
            return Err(wrong("vers", "« vers » est nécessaire quand l’appel sonne."));
        }
        _ => {
            let (call, new) = house.calls.ring(heard.ok_or(Error::NotFound)?, post, now);
            if new {
                note(house, bearer, request, &call);
            }
            Some(call)
        }
    };
    house.store.live().bump(ringing::TOPIC);
    Ok(Shown::of(value(form.get("etat"), call.as_ref(), &abonnes, house)))
}

/// What the console is told of a call that it may not know; `None` where the line is nobody's.
fn heard(abonnes: &[Subscriber], key: String, line: Phone, from: Phone) -> Option<Heard> {
    let subscribers: Vec<SubscriberId> =
        abonnes.iter().filter(|one| ringing::is_of(one, &line)).map(|one| one.id).collect();
    (!subscribers.is_empty()).then_some(Heard { key, subscribers, line, from })
}

fn note(house: &House, bearer: &Bearer, request: &Request, call: &Call) {
    let person = bearer.signed_in(request).person;
    for id in &call.subscribers {
        let entry = Entry::new(request.now, Action::CallHeard).by(person.id, &person.login).about(*id);
        house.journal.note(entry.object(tokens::shown(bearer.id)).from(request.client));
    }
}

fn value(stage: &str, call: Option<&Call>, abonnes: &[Subscriber], house: &House) -> Value {
    let of_call = |one: &&Subscriber| call.is_some_and(|call| call.subscribers.contains(&one.id));
    let shown: Vec<Value> =
        abonnes.iter().filter(of_call).map(|one| json!({ "numero": one.id.0, "nom": one.name })).collect();
    let until = call.filter(|_| stage != "raccroche").map(|call| moment(call.until, house.zone));
    json!({ "etat": stage, "abonnes": shown, "jusque": until })
}
