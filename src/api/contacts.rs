//! Contact cards for other software: the same form, the same doubles, the same versions as on screen.

use super::guard::{or_null, seen};
use super::schema::{Field, Kind, Schema, may, must, null};
use super::{Act, Ask, Done, Gives, Operation, Shown, change, show};
use crate::base::{ContactId, limits};
use crate::contacts::handlers::{by, today};
use crate::contacts::model::{Contact, PHONE_WORD_CHARS_MAX, PHONES_MAX};
use crate::contacts::{duplicates, form, search, store};
use crate::error::{Error, Result};
use crate::journal::Action;
use crate::messages::handlers::page_asked;
use crate::people::tokens::Right;
use crate::store::{Read, Write};
use serde_json::{Value, json};

const NUMBER_MAX: i64 = 1 << 53;

static PHONE: Schema = Schema {
    name: "Téléphone",
    fields: &[
        must("telephone", Kind::Text(limits::PHONE_CHARS_MAX), "E.164 quand c’est un numéro.", "\"+33639981234\""),
        may("usage", Kind::Text(PHONE_WORD_CHARS_MAX), "« portable », « travail »…", "\"portable\""),
    ],
};

static CONTACT: Schema = Schema {
    name: "Contact",
    fields: &[
        must("numero", Kind::Whole(1, NUMBER_MAX), "", "12"),
        null("civilite", Kind::Text(limits::POSTAL_CODE_CHARS_MAX), "", "\"Mme\""),
        null("nom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Dupont\""),
        null("prenom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Marie\""),
        null("naissance", Kind::Date, "", "\"1962-05-13\""),
        null("adresse", Kind::Text(limits::LINE_CHARS_MAX), "", "null"),
        null("code-postal", Kind::Text(limits::POSTAL_CODE_CHARS_MAX), "", "null"),
        null("ville", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Godard\""),
        must("telephones", Kind::Many(&PHONE, PHONES_MAX), "", ""),
        null("email", Kind::Text(limits::EMAIL_CHARS_MAX), "", "null"),
        null("notes", Kind::Text(limits::TEXT_CHARS_MAX), "", "null"),
        must("nouveau", Kind::Flag, "Pas encore vu.", "false"),
        must("version", Kind::Whole(1, NUMBER_MAX), "Croît à chaque modification ; l’ETag la porte.", "3"),
    ],
};

static WRITTEN: &[Field] = &[
    may("civilite", Kind::Text(limits::POSTAL_CODE_CHARS_MAX), "", "\"Mme\""),
    may("nom", Kind::Text(limits::NAME_CHARS_MAX), "Un nom ou un prénom au moins.", "\"Dupont\""),
    may("prenom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Marie\""),
    may("naissance", Kind::Date, "", "\"1962-05-13\""),
    may("adresse", Kind::Text(limits::LINE_CHARS_MAX), "", "null"),
    may("code-postal", Kind::Text(limits::POSTAL_CODE_CHARS_MAX), "", "null"),
    may("ville", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Godard\""),
    may("telephones", Kind::Many(&PHONE, PHONES_MAX), "Le premier est celui des listes.", ""),
    may("email", Kind::Text(limits::EMAIL_CHARS_MAX), "", "null"),
    may("notes", Kind::Text(limits::TEXT_CHARS_MAX), "", "null"),
    may("nouveau", Kind::Flag, "", "true"),
    may("malgre", Kind::Flag, "Créer malgré une fiche qui lui ressemble.", "false"),
];

pub static LIST: Operation = Operation {
    title: "Lister ou chercher des contacts",
    about: "Sans « q », toutes les fiches par numéro ; avec lui, celles qui y répondent, par nom. 50 au plus ; l’en-tête Link mène \
        à la suite. Une fiche créée pendant la lecture n’en décale aucune autre.",
    query: &[
        may(
            "q",
            Kind::Text(limits::QUERY_CHARS_MAX),
            "Nom, prénom, téléphone, ville, naissance : comme à l’écran.",
            "\"dup\"",
        ),
        may(
            "apres",
            Kind::Whole(0, NUMBER_MAX),
            "Sans « q » : le numéro après lequel continuer, donné par Link.",
            "50",
        ),
        may("page", Kind::Whole(1, 1_000_000), "Avec « q » : donnée par Link.", "1"),
    ],
    ..show(
        "chercherContacts",
        "/api/v1/abonnes/{abonne}/contacts",
        Right::ReadContacts,
        Act::Show(list),
        Gives::Many(&CONTACT),
    )
};

pub static ONE: Operation = Operation {
    title: "Lire une fiche contact",
    about: "Une fiche fusionnée se lit sous son ancien numéro aussi.",
    ..show(
        "lireContact",
        "/api/v1/abonnes/{abonne}/contacts/{contact}",
        Right::ReadContacts,
        Act::Show(one),
        Gives::One(&CONTACT),
    )
};

pub static ADD: Operation = Operation {
    title: "Créer une fiche contact",
    about: "409 quand une fiche lui ressemble (même téléphone, ou mêmes nom et date de naissance), sauf avec « malgre ».",
    body: WRITTEN,
    status: 201,
    ..change(
        "creerContact",
        "/api/v1/abonnes/{abonne}/contacts",
        Right::WriteContacts,
        Act::Change(add),
        Gives::One(&CONTACT),
    )
};

pub static CHANGE: Operation = Operation {
    title: "Modifier une fiche contact",
    about: "La fiche entière : ce qui n’est pas envoyé s’efface. Avec If-Match, 412 si quelqu’un l’a modifiée entre-temps.",
    body: WRITTEN,
    guarded: true,
    ..change(
        "modifierContact",
        "/api/v1/abonnes/{abonne}/contacts/{contact}",
        Right::WriteContacts,
        Act::Change(write),
        Gives::One(&CONTACT),
    )
};

pub static ERASE: Operation = Operation {
    title: "Supprimer une fiche contact",
    about: "Pour toujours, avec son historique ; messages et rendez-vous gardent ce qu’ils disent eux-mêmes.",
    status: 204,
    guarded: true,
    ..change(
        "supprimerContact",
        "/api/v1/abonnes/{abonne}/contacts/{contact}/suppression",
        Right::WriteContacts,
        Act::Change(erase),
        Gives::Nothing,
    )
};

fn list(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let (query, typed) = (&ask.request.query, ask.request.query.get("q").trim());
    let (rows, next) = if typed.is_empty() { all(tx, ask)? } else { found(tx, ask, typed)? };
    let entry = ask.desk.entry(ask.request.now, Action::ContactsSeen).object("interface");
    ask.house.journal.note_look(entry.from(ask.request.client));
    let next = next.map(|(name, value)| {
        let mut next = query.clone().without(&["page", "apres"]);
        next.push(name, value);
        next.encoded()
    });
    let rows: Vec<Value> = rows.iter().map(value).collect();
    Ok(Shown { next, ..Shown::of(json!({ "donnees": rows })) })
}

/// Cards, and the member of the query that goes on.
type Cards = (Vec<Contact>, Option<(&'static str, String)>);

fn all(tx: &Read, ask: &Ask<'_>) -> Result<Cards> {
    let after = ask.request.query.get("apres").parse().unwrap_or(0);
    let (rows, last) = store::after(tx, ask.desk.id(), after, limits::PAGE_ROWS as usize)?;
    Ok((rows, last.map(|id| ("apres", id.to_string()))))
}

fn found(tx: &Read, ask: &Ask<'_>, typed: &str) -> Result<Cards> {
    let asked = page_asked(ask.request);
    let Some(words) = search::read(typed) else { return Ok((Vec::new(), None)) };
    let page = search::find_page(tx, ask.desk.id(), &words, asked)?;
    // Beyond the last page there is nothing, whatever a screen would show.
    let rows = if asked > page.pages.max(1) { Vec::new() } else { page.rows };
    Ok((rows, (asked < page.pages).then(|| ("page", (asked + 1).to_string()))))
}

fn one(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let id: ContactId = ask.request.part(0)?;
    let contact = store::contact(tx, ask.desk.id(), id)?.ok_or(Error::NotFound)?;
    let entry = ask.desk.entry(ask.request.now, Action::ContactSeen).object(format!("contact {id}, interface"));
    ask.house.journal.note_look(entry.from(ask.request.client));
    Ok(Shown { version: Some(format!("c{}", contact.revision)), ..Shown::of(value(&contact)) })
}

fn add(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let new = form::read(&ask.request.form, today(ask.desk, ask.request.now))?;
    if !ask.request.form.ticked("malgre") && !duplicates::likely(tx, ask.desk.id(), &new, None)?.is_empty() {
        let sentence = "Une fiche lui ressemble déjà ; envoyez « malgre » à vrai pour en créer une autre.";
        return Err(Error::Conflict(sentence.into()));
    }
    let contact = store::add(tx, ask.desk.id(), new, by(ask.desk), ask.request.now)?;
    Ok(done(ask, contact.id, 201, Action::ContactAdded))
}

fn write(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let id: ContactId = ask.request.part(0)?;
    store::contact(tx, ask.desk.id(), id)?.ok_or(Error::NotFound)?;
    let new = form::read(&ask.request.form, today(ask.desk, ask.request.now))?;
    let seen = seen(ask.request, 'c')?;
    let contact = store::change(tx, ask.desk.id(), id, new, seen, by(ask.desk), ask.request.now)?;
    Ok(done(ask, contact.id, 200, Action::ContactChanged))
}

/// As on screen: the card goes for good, messages and appointments keep what they say themselves.
fn erase(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let id: ContactId = ask.request.part(0)?;
    let contact = store::contact(tx, ask.desk.id(), id)?.ok_or(Error::NotFound)?;
    if seen(ask.request, 'c')?.is_some_and(|seen| seen != contact.revision) {
        return Err(Error::Conflict(
            "Cette fiche a été modifiée entre-temps : relisez-la avant de la supprimer.".into(),
        ));
    }
    let contact = store::remove(tx, ask.desk.id(), id, ask.request.now)?;
    Ok(done(ask, contact.id, 204, Action::ContactErased))
}

fn done(ask: &Ask<'_>, id: ContactId, status: u16, action: Action) -> Done {
    let location = format!("{}/abonnes/{}/contacts/{id}", super::BASE, ask.desk.id());
    Done { status, location, action, object: format!("contact {id}") }
}

pub(super) fn value(contact: &Contact) -> Value {
    let phones: Vec<Value> = contact
        .phones
        .iter()
        .map(|line| json!({ "telephone": line.phone.kept(), "usage": or_null(&line.word) }))
        .collect();
    json!({
        "numero": contact.id.0,
        "civilite": or_null(&contact.civility),
        "nom": or_null(&contact.last_name),
        "prenom": or_null(&contact.first_name),
        "naissance": contact.birth.map(|birth| birth.date().to_string()),
        "adresse": or_null(&contact.address),
        "code-postal": or_null(&contact.postal_code),
        "ville": or_null(&contact.town),
        "telephones": phones,
        "email": or_null(&contact.email),
        "notes": or_null(&contact.notes),
        "nouveau": contact.new_patient,
        "version": contact.revision,
    })
}
