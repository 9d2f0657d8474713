//! All messages of one abonné: handed over whole, or erased whole.

use super::deliveries::DELIVERIES;
use super::model::{Event, Message, State, What};
use super::store::{
    self, ANSWERED, ARCHIVED, CONCERNING, COUNTS, Counts, HISTORY, IMPORTED, MESSAGES, PENDING, UNREAD,
};
use super::waiting::{CLAIMS, HANDED, PROMISED, REACHED};
use super::{expiry, search, shown};
use crate::base::bundle::Bundle;
use crate::base::{Instant, Zone, time};
use crate::error::{Error, Result};
use crate::store::carried::{Carried, Rows};
use crate::store::{Direction, Reads, Write};
use crate::subscribers::Subscriber;
use serde::Serialize;
use std::ops::ControlFlow;

/// The head of the table, in the order of an export's fields (product, section 6).
const HEAD: [&str; 20] = [
    "Numéro",
    "Date",
    "Heure",
    "Type",
    "Urgent",
    "Civilité",
    "Nom",
    "Prénom",
    "Adresse",
    "Code postal",
    "Ville",
    "Téléphone",
    "E-mail",
    "Objet",
    "Texte",
    "Date du RDV",
    "Heure du RDV",
    "Motif",
    "Pris par",
    "État",
];

/// A message as a line of the file.
#[derive(Serialize)]
struct Line<'a> {
    numero: u64,
    recu: String,
    r#type: &'a str,
    urgent: bool,
    civilite: &'a str,
    nom: &'a str,
    prenom: &'a str,
    adresse: &'a str,
    code_postal: &'a str,
    ville: &'a str,
    telephone: &'a str,
    email: &'a str,
    objet: &'a str,
    texte: &'a str,
    rdv_date: Option<String>,
    rdv_heure: Option<String>,
    rdv_motif: Option<&'a str>,
    nouveau_patient: Option<bool>,
    pris_par: &'a str,
    archive: Option<String>,
    lu: Option<String>,
    fiche: Option<u64>,
    historique: Vec<Step<'a>>,
}

/// One step of its history.
#[derive(Serialize)]
struct Step<'a> {
    quand: String,
    qui: &'a str,
    quoi: &'static str,
    texte: Option<&'a str>,
}

/// What goes to another house as it is. Lists and the search are made anew from it (`settle`).
pub static CARRIED: [&dyn Carried; 11] = [
    &Rows::of(&COUNTS),
    &Rows::of(&MESSAGES).fitting(|(number,), message| message.number.0 == number).mended(|numbers, message| {
        message.taken_by_person = numbers.person(message.taken_by_person);
        message.fax = message.fax.and_then(|fax| numbers.fax(fax));
        true
    }),
    &Rows::of(&HISTORY).mended(|numbers, event| {
        event.person = numbers.person(event.person);
        true
    }),
    &Rows::of(&IMPORTED),
    &Rows::of(&shown::SHOWN),
    &Rows::of(&ANSWERED),
    &Rows::of(&PROMISED),
    // Who took something over, or is to, means nothing where nobody knows them.
    &Rows::of(&HANDED)
        .mended(|numbers, handed| numbers.person(Some(handed.to)).map(|person| handed.to = person).is_some()),
    &Rows::of(&CLAIMS)
        .mended(|numbers, claim| numbers.person(Some(claim.person)).map(|person| claim.person = person).is_some()),
    &Rows::of(&REACHED),
    &Rows::of(&DELIVERIES),
];

/// Lists, counts and makes findable what was carried here.
pub fn settle(tx: &Write<'_>, subscriber: &Subscriber) -> Result<()> {
    let id = subscriber.id;
    let mut counts = Counts { last_number: store::counts(tx, id)?.last_number, ..Counts::default() };
    let last = counts.last_number.min(u64::from(u32::MAX));
    each(tx, subscriber, |message| {
        if message.number.0 == 0 || message.number.0 > last {
            return Err(Error::invalid("", "Un message de ce dossier porte un numéro qui n’a jamais été donné."));
        }
        store::list(tx, id, message, &mut counts)?;
        search::index(tx, id, message)?;
        match message.contact {
            Some(contact) => CONCERNING.put(tx, (id.0, contact.0, message.number.0), &()),
            None => Ok(()),
        }
    })?;
    tx.touch(id.0);
    tx.touch(crate::house::CONSOLE);
    // Who never had a message has no row.
    if counts == Counts::default() { Ok(()) } else { COUNTS.put(tx, id.0, &counts) }
}

/// Adds `messages.jsonl`, with every history, and `messages.csv`.
pub fn write(tx: &impl Reads, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    bundle.begin("messages.jsonl")?;
    each(tx, subscriber, |message| {
        let history = store::history(tx, subscriber.id, message.number)?;
        bundle.line(&line(message, &history))
    })?;
    bundle.begin_table("messages.csv", &HEAD)?;
    each(tx, subscriber, |message| bundle.row(&cells(message, subscriber.zone)))
}

/// Every message by number.
pub fn each(tx: &impl Reads, subscriber: &Subscriber, mut visit: impl FnMut(&Message) -> Result<()>) -> Result<()> {
    let id = subscriber.id.0;
    MESSAGES.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |_, message| {
        visit(&message)?;
        Ok(ControlFlow::Continue(()))
    })
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn line<'a>(message: &'a Message, history: &'a [Event]) -> Line<'a> {
    let caller = &message.caller;
    let booked = message.appointment.as_ref();
    Line {
        numero: message.number.0,
        recu: message.received.rfc3339(),
        r#type: message.kind.word(),
        urgent: message.urgent,
        civilite: &caller.civility,
        nom: &caller.last_name,
        prenom: &caller.first_name,
        adresse: &caller.address,
        code_postal: &caller.postal_code,
        ville: &caller.town,
        telephone: caller.phone.kept(),
        email: &caller.email,
        objet: &message.subject,
        texte: &message.text,
        rdv_date: booked.and_then(|booked| booked.day).map(|day| day.date().to_string()),
        rdv_heure: booked.and_then(|booked| booked.minute).map(clock),
        rdv_motif: booked.map(|booked| booked.reason.as_str()),
        nouveau_patient: booked.map(|booked| booked.new_patient),
        pris_par: &message.taken_by,
        archive: archived(message).map(Instant::rfc3339),
        lu: message.read.map(Instant::rfc3339),
        fiche: message.contact.map(|contact| contact.0),
        historique: history.iter().map(step).collect(),
    }
}

fn archived(message: &Message) -> Option<Instant> {
    match message.state {
        State::Archived { at } => Some(at),
        State::Pending => None,
    }
}

fn step(event: &Event) -> Step<'_> {
    let texte = match &event.what {
        What::Answered { text } => Some(text.as_str()),
        _ => None,
    };
    Step { quand: event.at.rfc3339(), qui: &event.who, quoi: event.what.label(), texte }
}

fn cells(message: &Message, zone: Zone) -> [String; 20] {
    let (caller, local) = (&message.caller, message.received.local(zone));
    let booked = message.appointment.as_ref();
    [
        message.number.to_string(),
        time::date_short(local.date()),
        time::time_short(local),
        message.kind.label().to_owned(),
        if message.urgent { "oui" } else { "" }.to_owned(),
        caller.civility.clone(),
        caller.last_name.clone(),
        caller.first_name.clone(),
        caller.address.clone(),
        caller.postal_code.clone(),
        caller.town.clone(),
        caller.phone.shown(),
        caller.email.clone(),
        message.subject.clone(),
        message.text.clone(),
        booked.and_then(|booked| booked.day).map(|day| time::date_short(day.date())).unwrap_or_default(),
        booked.and_then(|booked| booked.minute).map(clock).unwrap_or_default(),
        booked.map(|booked| booked.reason.clone()).unwrap_or_default(),
        message.taken_by.clone(),
        if message.is_pending() { "en attente" } else { "archivé" }.to_owned(),
    ]
}

/// Erases up to `most` messages with every trace; how many that was, by what they are. Nothing left: nothing comes back.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, most: usize) -> Result<Vec<(&'static str, u64)>> {
    let id = subscriber.id.0;
    let mut found = Vec::new();
    MESSAGES.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |_, message| {
        found.push(message);
        Ok(if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    for message in &found {
        expiry::erase(tx, subscriber.id, message)?;
    }
    if found.is_empty() {
        // What a whole file has no more of; an unsound one may.
        PENDING.remove_some(tx, (id, 0, 0, 0)..(id + 1, 0, 0, 0), most)?;
        ARCHIVED.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
        UNREAD.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
        HISTORY.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
        DELIVERIES.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
        IMPORTED.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
        CONCERNING.remove_some(tx, (id, 0, 0)..(id + 1, 0, 0), most)?;
        ANSWERED.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
        COUNTS.remove(tx, id)?;
        return Ok(Vec::new());
    }
    Ok(vec![("messages avec leur histoire", found.len() as u64)])
}
