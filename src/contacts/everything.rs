//! All contact cards of one abonné: handed over whole, or erased whole.

use super::consent::{self, CONSENTS, Consents};
use super::export;
use super::model::Contact;
use super::search::{self, BEGINNINGS, WORDS};
use super::store::{self, ALIASED, ALIASES, CARDS, COUNTS, Counts, HISTORY, MERGES, NAMES, PHONES, SHELF};
use crate::base::bundle::Bundle;
use crate::base::time;
use crate::error::{Error, Result};
use crate::store::carried::{Carried, Rows};
use crate::store::{Direction, Reads, Write};
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

/// What goes to another house as it is. Lists and the search are made anew from it (`settle`).
pub static CARRIED: [&dyn Carried; 7] = [
    &Rows::of(&COUNTS),
    &Rows::of(&CARDS).fitting(|(number,), card| card.id.0 == number),
    &Rows::of(&HISTORY).mended(|numbers, event| {
        event.person = numbers.person(event.person);
        true
    }),
    &Rows::of(&ALIASES),
    &Rows::of(&ALIASED),
    &Rows::of(&MERGES),
    &Rows::of(&CONSENTS),
];

/// Cards listed at once: what they share in the search is written once.
const SETTLED_AT_ONCE: usize = 500;

/// Lists, counts and makes findable what was carried here.
pub fn settle(tx: &Write<'_>, subscriber: &Subscriber) -> Result<()> {
    let id = subscriber.id;
    let mut counts = Counts { last: store::counts(tx, id)?.last, cards: 0 };
    let mut from = 0;
    loop {
        let mut cards = Vec::new();
        CARDS.each(tx, (id.0, from)..(id.0 + 1, 0), Direction::Ascending, |_, card| {
            cards.push(card);
            let full = cards.len() == SETTLED_AT_ONCE;
            Ok(if full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        let Some(last) = cards.last() else { break };
        if last.id.0 > counts.last.min(u64::from(u32::MAX)) {
            return Err(Error::invalid("", "Une fiche de ce dossier porte un numéro qui n’a jamais été donné."));
        }
        from = last.id.0 + 1;
        counts.cards += cards.len() as u64;
        cards.iter().try_for_each(|card| store::put(tx, id, card))?;
        search::index(tx, id, &cards)?;
    }
    tx.touch(id.0);
    // Who never had a card has no row.
    if counts == Counts::default() { Ok(()) } else { COUNTS.put(tx, id.0, &counts) }
}

/// Adds `contacts.jsonl`, with every history, `contacts.csv` and `contacts.vcf`.
pub fn write(tx: &impl Reads, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
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
    })?;
    bundle.begin("contacts.vcf")?;
    store::each(tx, subscriber.id, |card| {
        bundle.text(&export::vcards(std::slice::from_ref(&card)))?;
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
    others += SHELF.erase(tx, id, most)?;
    if cards + others == 0 {
        COUNTS.remove(tx, id)?;
        return Ok(Vec::new());
    }
    tx.note_erased(cards + others)?;
    Ok(vec![("fiches contact", cards), ("lignes d’histoire et de recherche des contacts", others)])
}
