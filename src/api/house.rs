//! What a token is, which abonnés it may see, and what the secretariat knows of each: instructions, availability, counters.

use super::guard::or_null;
use super::schema::{Kind, Schema, may, moment, must, null, wrong};
use super::{Act, Ask, Gives, Operation, Shown, show};
use crate::base::{Zone, limits};
use crate::counters::{self, Counted, Month};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::people::tokens::{Bearer, Right};
use crate::store::Read;
use crate::subscribers::card::store as card;
use crate::subscribers::desk;
use chrono::NaiveDate;
use serde_json::{Value, json};

const NUMBER_MAX: i64 = 1 << 53;

static LINE: Schema =
    Schema { name: "Ligne", fields: &[must("telephone", Kind::Text(limits::PHONE_CHARS_MAX), "", "\"+33140506070\"")] };

static SUBSCRIBER: Schema = Schema {
    name: "Abonné",
    fields: &[
        must("numero", Kind::Whole(1, NUMBER_MAX), "", "3"),
        must("nom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Cabinet Martin\""),
        null("metier", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Médecin généraliste\""),
        null("ville", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Godard\""),
        must("fuseau", Kind::Text(60), "Nom de la base IANA.", "\"Europe/Paris\""),
        must("clients", Kind::Text(limits::NAME_CHARS_MAX), "Comment ses clients sont appelés.", "\"patient\""),
        must("lignes", Kind::Many(&LINE, 100), "Les numéros qui sonnent au secrétariat pour lui.", ""),
    ],
};

pub static SUBSCRIBERS: Operation = Operation {
    title: "Lister les abonnés du jeton",
    right: None,
    ..show("listerAbonnes", "/api/v1/abonnes", Right::ReadMessages, Act::Common(subscribers), Gives::Many(&SUBSCRIBER))
};

static WORD: Schema = Schema { name: "Droit", fields: &[must("droit", Kind::Text(60), "", "\"messages-lecture\"")] };

static TOKEN: Schema = Schema {
    name: "Jeton",
    fields: &[
        must("nom", Kind::Text(60), "", "\"Logiciel du cabinet\""),
        must("droits", Kind::Many(&WORD, 20), "", ""),
        must("cree", Kind::Moment, "", "\"2026-11-24T10:00:00+01:00\""),
        null("expire", Kind::Moment, "", "null"),
    ],
};

pub static SELF: Operation = Operation {
    title: "Lire le jeton lui-même",
    about: "Ce qu’il peut, et jusqu’à quand : de quoi vérifier une installation.",
    right: None,
    ..show("lireJeton", "/api/v1/jeton", Right::ReadMessages, Act::Common(token), Gives::One(&TOKEN))
};

static INSTRUCTION: Schema = Schema {
    name: "Consigne",
    fields: &[
        must("numero", Kind::Whole(1, NUMBER_MAX), "", "1"),
        must("texte", Kind::Text(limits::TEXT_CHARS_MAX), "", "\"Demander la date de naissance.\""),
        null("du", Kind::Date, "Null pour une consigne permanente.", "null"),
        null("au", Kind::Date, "", "null"),
        must("ecrite", Kind::Moment, "", "\"2026-11-24T10:00:00+01:00\""),
        null("par", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Dr Martin\""),
    ],
};

static INSTRUCTIONS_SHOWN: Schema = Schema {
    name: "Consignes",
    fields: &[
        must(
            "accueil",
            Kind::Text(limits::LINE_CHARS_MAX * 2),
            "Ce que la secrétaire dit d’abord.",
            "\"Cabinet Martin, bonjour\"",
        ),
        must("disponible", Kind::Flag, "", "true"),
        null("indisponible-jusque", Kind::Moment, "", "null"),
        must("consignes", Kind::Many(&INSTRUCTION, 1000), "Celles qui comptent aujourd’hui ou plus tard.", ""),
    ],
};

pub static INSTRUCTIONS: Operation = Operation {
    title: "Lire les consignes",
    about: "Avec la disponibilité de l’abonné.",
    ..show(
        "lireConsignes",
        "/api/v1/abonnes/{abonne}/consignes",
        Right::ReadInstructions,
        Act::Show(instructions),
        Gives::One(&INSTRUCTIONS_SHOWN),
    )
};

static COUNTER: Schema = Schema {
    name: "Compteur",
    fields: &[
        must("nom", Kind::Text(60), "", "\"Informations\""),
        must("nombre", Kind::Whole(0, NUMBER_MAX), "", "42"),
    ],
};

static COUNTERS_SHOWN: Schema = Schema {
    name: "Compteurs",
    fields: &[must("mois", Kind::Text(7), "", "\"2026-11\""), must("compteurs", Kind::Many(&COUNTER, 20), "", "")],
};

pub static COUNTERS: Operation = Operation {
    title: "Lire les compteurs d’un mois",
    about: "Ce qui a été fait pour l’abonné, pour ses factures.",
    query: &[may("jour", Kind::Date, "Un jour du mois voulu ; le mois en cours si rien n’est dit.", "\"2026-11-01\"")],
    ..show(
        "lireCompteurs",
        "/api/v1/abonnes/{abonne}/compteurs",
        Right::ReadCounters,
        Act::Show(counted),
        Gives::One(&COUNTERS_SHOWN),
    )
};

fn subscribers(tx: &Read, bearer: &Bearer, request: &Request) -> Result<Shown> {
    let mut rows = Vec::new();
    for id in &bearer.token.subscribers {
        let desk = match desk::software(tx, bearer.signed_in(request), *id) {
            Ok(desk) => desk,
            Err(Error::NotFound) => continue,
            Err(other) => return Err(other),
        };
        let subscriber = desk.subscriber();
        let lines: Vec<Value> = subscriber.lines.iter().map(|line| json!({ "telephone": line.kept() })).collect();
        rows.push(json!({
            "numero": subscriber.id.0,
            "nom": subscriber.name,
            "metier": or_null(&subscriber.trade),
            "ville": or_null(&subscriber.town),
            "fuseau": subscriber.zone.name(),
            "clients": subscriber.clients_called,
            "lignes": lines,
        }));
    }
    Ok(Shown::of(json!({ "donnees": rows })))
}

fn token(_: &Read, bearer: &Bearer, _: &Request) -> Result<Shown> {
    let token = &bearer.token;
    let rights: Vec<Value> = token.rights.iter().map(|right| json!({ "droit": right.word() })).collect();
    Ok(Shown::of(json!({
        "nom": token.name,
        "droits": rights,
        "cree": moment(token.made, Zone::PARIS),
        "expire": token.ends.map(|ends| moment(ends, Zone::PARIS)),
    })))
}

fn instructions(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let (subscriber, now) = (ask.desk.subscriber(), ask.request.now);
    let zone = subscriber.zone;
    let rows: Vec<Value> = card::open(tx, subscriber.id, now.local(zone).date())?
        .iter()
        .map(|one| {
            json!({
                "numero": one.id,
                "texte": one.text,
                "du": one.from.map(|day| day.date().to_string()),
                "au": one.to.map(|day| day.date().to_string()),
                "ecrite": moment(one.written, zone),
                "par": or_null(&one.who),
            })
        })
        .collect();
    let unavailable = card::unavailable(tx, subscriber.id, now)?;
    Ok(Shown::of(json!({
        "accueil": card::card(tx, subscriber.id)?.greeting_for(&subscriber.name),
        "disponible": unavailable.is_none(),
        "indisponible-jusque": unavailable.and_then(|one| one.until).map(|until| moment(until, zone)),
        "consignes": rows,
    })))
}

fn counted(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    use chrono::Datelike;
    let subscriber = ask.desk.subscriber();
    let day: Option<NaiveDate> = ask.request.query.find("jour").and_then(crate::base::time::parse_date);
    let month = day.map_or_else(|| Month::at(ask.request.now, subscriber.zone), Month::of);
    if !(1970..2200).contains(&month.first_day().year()) {
        return Err(wrong("jour", "Cette date est trop loin : vérifiez l’année."));
    }
    let counts = counters::of_subscriber(tx, month, subscriber.id)?;
    let rows: Vec<Value> =
        Counted::ALL.into_iter().map(|what| json!({ "nom": what.label(), "nombre": counts.of(what) })).collect();
    Ok(Shown::of(json!({ "mois": month.first_day().format("%Y-%m").to_string(), "compteurs": rows })))
}
