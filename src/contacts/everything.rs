//! All contact cards of one abonné: handed over whole, or erased whole.

use super::consent::{self, CONSENTS, Consents};
use super::model::Contact;
use super::search::{BEGINNINGS, WORDS};
use super::store::{self, ALIASED, ALIASES, CARDS, COUNTS, HISTORY, MERGES, NAMES, PHONES};
use crate::base::bundle::Bundle;
use crate::base::time;
use crate::error::Result;
use crate::store::{Reads, Write};
use crate::subscribers::Subscriber;
use serde::Serialize;
use std::ops::ControlFlow;

const HEAD: [&str; 12] = [
    "Numéro",
    "Civilité",
    "Nom",
    "Prénom",
    "Date de naissance",
    "Adresse",
    "Code postal",
    "Ville",
    "Téléphones",
    "E-mail",
    "Notes",
    "Nouveau",
];

/// A card as a line of the file.
#[derive(Serialize)]
struct Line<'a> {
    numero: u64,
    civilite: &'a str,
    nom: &'a str,
    prenom: &'a str,
    naissance: Option<String>,
    adresse: &'a str,
    code_postal: &'a str,
    ville: &'a str,
    telephones: Vec<Phone<'a>>,
    email: &'a str,
    notes: &'a str,
    nouveau: bool,
    /// Since when the person agrees to be told of appointments.
    accord_email: Option<String>,
    accord_sms: Option<String>,
    historique: Vec<Step>,
}

#[derive(Serialize)]
struct Phone<'a> {
    numero: &'a str,
    libelle: &'a str,
}

#[derive(Serialize)]
struct Step {
    quand: String,
    qui: String,
    quoi: String,
}

/// Adds `contacts.jsonl`, with every history, and `contacts.csv`.
pub fn write(tx: &impl Reads, subscriber: &Subscriber, bundle: &mut Bundle) -> Result<()> {
    bundle.begin("contacts.jsonl")?;
    store::each(tx, subscriber.id, |card| {
        let steps = store::history(tx, subscriber.id, card.id)?
            .into_iter()
            .map(|event| Step { quand: event.at.rfc3339(), qui: event.who, quoi: event.what.label() })
            .collect();
        bundle.line(&line(&card, consent::of(tx, subscriber.id, card.id)?, steps))?;
        Ok(ControlFlow::Continue(()))
    })?;
    bundle.begin_table("contacts.csv", &HEAD)?;
    store::each(tx, subscriber.id, |card| {
        bundle.row(&cells(&card))?;
        Ok(ControlFlow::Continue(()))
    })
}

fn line(card: &Contact, agreed: Consents, historique: Vec<Step>) -> Line<'_> {
    Line {
        numero: card.id.0,
        civilite: &card.civility,
        nom: &card.last_name,
        prenom: &card.first_name,
        naissance: card.birth.map(|birth| birth.date().to_string()),
        adresse: &card.address,
        code_postal: &card.postal_code,
        ville: &card.town,
        telephones: card.phones.iter().map(|line| Phone { numero: line.phone.kept(), libelle: &line.word }).collect(),
        email: &card.email,
        notes: &card.notes,
        nouveau: card.new_patient,
        accord_email: agreed.by_email.map(|consent| consent.at.rfc3339()),
        accord_sms: agreed.by_sms.map(|consent| consent.at.rfc3339()),
        historique,
    }
}

fn cells(card: &Contact) -> [String; 12] {
    let phones: Vec<String> = card.phones.iter().map(|line| line.phone.shown()).collect();
    [
        card.id.to_string(),
        card.civility.clone(),
        card.last_name.clone(),
        card.first_name.clone(),
        card.birth.map(|birth| time::date_short(birth.date())).unwrap_or_default(),
        card.address.clone(),
        card.postal_code.clone(),
        card.town.clone(),
        phones.join(", "),
        card.email.clone(),
        card.notes.clone(),
        if card.new_patient { "oui" } else { "" }.to_owned(),
    ]
}

/// Erases up to `most` rows of the cards, of their histories and of their search; how many of what. Nothing left: nothing
/// comes back.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, most: usize) -> Result<Vec<(&'static str, u64)>> {
    let id = subscriber.id.0;
    let cards = CARDS.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    let mut others = NAMES.remove_some(tx, (id, "", 0)..(id + 1, "", 0), most)?;
    others += PHONES.remove_some(tx, (id, "", 0)..(id + 1, "", 0), most)?;
    others += HISTORY.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
    others += ALIASES.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    others += ALIASED.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
    others += CONSENTS.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    others += MERGES.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    others += WORDS.remove_some(tx, (id, "")..(id + 1, ""), most)?;
    others += BEGINNINGS.remove_some(tx, (id, "")..(id + 1, ""), most)?;
    if cards + others == 0 {
        COUNTS.remove(tx, id)?;
        return Ok(Vec::new());
    }
    tx.note_erased(cards + others)?;
    Ok(vec![("fiches contact", cards), ("lignes d’histoire et de recherche des contacts", others)])
}
