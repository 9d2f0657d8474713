//! The record of one message. Pure: what is known goes in, a signed JSON document comes out.
//!
//! Version 1, as `/aide/preuves` tells it: `depart` is the SHA-256 of what was taken (abonné's number, message, instructions);
//! each step holds the hash before it (`precedente`) and its own (`empreinte`, of itself without that member); `signature` is
//! Ed25519 over the whole document without that member. All of it in the form of RFC 8785.

use super::keys::{Key, hex};
use crate::base::canonical;
use crate::base::time::{Day, date_short};
use crate::base::{Instant, Phone};
use crate::error::Result;
use crate::messages::correct::said;
use crate::messages::deliveries::{Answer, Delivery};
use crate::messages::model::{Event, Message, What};
use crate::messages::view::recipient;
use crate::subscribers::Subscriber;
use crate::subscribers::card::Instruction;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// What marks such a document.
pub const KIND: &str = "permanence/preuve-de-transmission";
pub const VERSION: u64 = 1;

/// Everything that a proof tells.
pub struct Facts<'a> {
    pub house_name: &'a str,
    pub house_phone: &'a Phone,
    pub subscriber: &'a Subscriber,
    pub message: &'a Message,
    /// Oldest first, each with what servers said of the letter it tells of.
    pub history: &'a [(Event, Option<Delivery>)],
    /// The instructions that the secretary had on screen.
    pub instructions: &'a [Instruction],
    pub papers: &'a [Paper],
    pub made: Instant,
    /// For whom it was made, and what that person is here.
    pub made_for: (&'a str, &'a str),
}

/// A fax or document under the message.
pub struct Paper {
    pub number: u64,
    pub name: String,
    /// The first 128 bits of SHA-256 of what came.
    pub digest: Option<u128>,
}

/// « 2026-11-24T09:00:00.000Z ».
pub fn moment(at: Instant) -> String {
    chrono::DateTime::from_timestamp_millis(at.0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// SHA-256 of the canonical form, in hexadecimal.
pub fn hash(value: &Value) -> Result<String> {
    Ok(hex(&Sha256::digest(canonical::bytes(value)?)))
}

/// What the first step builds on.
pub fn departure(subscriber_number: &Value, message: &Value, instructions: &Value) -> Result<String> {
    hash(&json!({ "abonne": subscriber_number, "message": message, "consignes": instructions }))
}

/// The whole document, signed.
pub fn signed(facts: &Facts<'_>, key: &Key) -> Result<Value> {
    let message = json!({ "numero": facts.message.number.0, "contenu": as_taken(facts) });
    let instructions = Value::Array(facts.instructions.iter().map(instruction).collect());
    let departure = departure(&json!(facts.subscriber.id.0), &message, &instructions)?;
    let mut before = departure.clone();
    let mut steps = Vec::new();
    for (place, (event, delivery)) in facts.history.iter().enumerate() {
        let step = step(place + 1, &before, event, delivery.as_ref())?;
        before = step["empreinte"].as_str().unwrap_or_default().to_owned();
        steps.push(step);
    }
    let mut document = json!({
        "type": KIND,
        "version": VERSION,
        "maison": { "nom": facts.house_name, "telephone": facts.house_phone.shown() },
        "abonne": {
            "numero": facts.subscriber.id.0,
            "nom": facts.subscriber.name,
            "fuseau": facts.subscriber.zone.name(),
        },
        "message": message,
        "consignes": instructions,
        "pieces": facts.papers.iter().map(paper).collect::<Vec<_>>(),
        "depart": departure,
        "etapes": steps,
        "etabli": { "quand": moment(facts.made), "pour": facts.made_for.0, "role": facts.made_for.1 },
        "cle": {
            "algorithme": "Ed25519",
            "publique": hex(&key.public.0),
            "empreinte": key.public.fingerprint(),
        },
    });
    let signature = key.sign(&canonical::bytes(&document)?)?;
    if let Value::Object(members) = &mut document {
        members.insert("signature".into(), json!(hex(&signature)));
    }
    Ok(document)
}

/// What the message said when it was taken: what it says now, its corrections undone, the last one first.
fn as_taken(facts: &Facts<'_>) -> Vec<Value> {
    let mut fields: Vec<(&str, String)> = said(facts.message).into_iter().collect();
    for (event, _) in facts.history.iter().rev() {
        let What::Corrected { changes } = &event.what else { continue };
        for change in changes {
            if let Some((_, text)) = fields.iter_mut().find(|(field, _)| *field == change.field) {
                text.clone_from(&change.before);
            }
        }
    }
    fields
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| json!({ "champ": field, "texte": text }))
        .collect()
}

fn instruction(one: &Instruction) -> Value {
    let day = |day: Option<Day>| day.map(|day| date_short(day.date()));
    json!({
        "numero": one.id,
        "texte": one.text,
        "du": day(one.from),
        "au": day(one.to),
        "ecrite": moment(one.written),
        "par": one.who,
    })
}

fn paper(paper: &Paper) -> Value {
    json!({
        "numero": paper.number,
        "nom": paper.name,
        "empreinte": paper.digest.map(|digest| format!("{digest:032x}")),
    })
}

fn step(rank: usize, before: &str, event: &Event, delivery: Option<&Delivery>) -> Result<Value> {
    let mut step = json!({
        "rang": rank,
        "precedente": before,
        "quand": moment(event.at),
        "quoi": event.what.label(),
        "qui": event.who,
        "compte": event.person.map(|person| person.0),
        "details": details(event, delivery),
    });
    let own = hash(&step)?;
    if let Value::Object(members) = &mut step {
        members.insert("empreinte".into(), json!(own));
    }
    Ok(step)
}

/// What the word of a step leaves to say.
fn details(event: &Event, delivery: Option<&Delivery>) -> Value {
    let mut details = Map::new();
    let mut say = |name: &str, value: Value| {
        details.insert(name.to_owned(), value);
    };
    match &event.what {
        What::Answered { text } => say("texte", json!(text)),
        What::Corrected { changes } => {
            let changes = changes
                .iter()
                .map(|change| json!({ "champ": change.field, "avant": change.before, "apres": change.after }));
            say("changements", Value::Array(changes.collect()));
        }
        What::CallPromised { at } => say("pour", json!(moment(*at))),
        What::HandedOver { to } => say("a", json!(to)),
        What::Called { phone, .. } => say("telephone", json!(phone.shown())),
        What::Transmitted { to, .. } | What::ContactTold { to, .. } => {
            say("destinataire", json!(recipient(to)));
            if let Some(delivery) = delivery {
                say("courrier", json!(delivery.letter));
                say("essais", Value::Array(delivery.attempts.iter().map(answer).collect()));
                say("accuse", delivery.receipt.as_ref().map_or(Value::Null, answer));
            }
        }
        What::Taken
        | What::Imported
        | What::Read
        | What::Archived
        | What::Restored
        | What::AnswerHandled
        | What::Tied
        | What::TransferredHere
        | What::TransferredAway
        | What::CalledBack
        | What::TakenUp => {}
    }
    Value::Object(details)
}

fn answer(answer: &Answer) -> Value {
    json!({ "quand": moment(answer.at), "reponse": answer.said })
}
