//! What the addresses of proofs do: the page under a message, its two files, and the house's keys for anybody.

use super::keys;
use super::paper;
use super::record::{self, Facts, Paper};
use super::view::{self, KeysPage, ProofPage};
use crate::base::{FaxId, MessageNumber, canonical, fold};
use crate::error::Result;
use crate::fax;
use crate::house::{self, House};
use crate::http::answer::Body;
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::messages::{deliveries, handlers as messages, papers, shown, store};
use crate::people::Visitor;
use crate::store::Reads;
use crate::subscribers::Desk;
use crate::subscribers::view::{Rubric, frame};
use crate::ui::Frame;
use serde_json::Value;

/// `GET /messages/12/preuve`: what a proof is, and its two files.
pub fn page(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let (message, steps, key, secretariat) = house.store.read(|tx| {
        let message = store::message(tx, desk.id(), number)?;
        let steps = store::history(tx, desk.id(), number)?.len();
        Ok((message, steps, keys::current(tx)?, house::secretariat(tx)?))
    })?;
    let base = desk.base();
    let fingerprint = key.public.fingerprint();
    let content = view::proof(&ProofPage { base: &base, number, steps: steps as u64, fingerprint: &fingerprint });
    let title = format!("Preuve de transmission, message n° {number}");
    let rubric = if message.is_pending() { Rubric::Messages } else { Rubric::Archives };
    Ok(Answer::page(200, frame(desk, &secretariat, &title, rubric).page(&content).into_string()))
}

/// `GET /messages/12/preuve.pdf`.
pub fn pdf(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (record, key, name) = made(house, request, desk)?;
    let mut answer = Answer::download("application/pdf", &format!("{name}.pdf"));
    answer.body = Body::Bytes(paper::signed(&record, &key)?.into());
    Ok(answer)
}

/// `GET /messages/12/preuve.json`.
pub fn json(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (record, _, name) = made(house, request, desk)?;
    let mut answer = Answer::download("application/json", &format!("{name}.json"));
    answer.body = Body::Bytes(canonical::bytes(&record)?.into());
    Ok(answer)
}

/// The signed record, its key, and what its file is called. What is handed over has been read: its history says so first.
fn made(house: &House, request: &Request, desk: &Desk) -> Result<(Value, keys::Key, String)> {
    let number: MessageNumber = request.part(0)?;
    let seen = house.store.read(|tx| store::message(tx, desk.id(), number))?;
    messages::note_shown(house, request, desk, std::slice::from_ref(&seen));
    let (record, key) = house.store.read(|tx| {
        let key = keys::current(tx)?;
        Ok((record_of(tx, request, desk, number, &key)?, key))
    })?;
    let entry = desk.entry(request.now, Action::ProofMade).object(format!("message {number}"));
    house.journal.note(entry.from(request.client));
    let subscriber = fold::words(&desk.subscriber().name).join("-");
    Ok((record, key, format!("preuve-{subscriber}-{number}")))
}

fn record_of(tx: &impl Reads, request: &Request, desk: &Desk, number: MessageNumber, key: &keys::Key) -> Result<Value> {
    let id = desk.id();
    let secretariat = house::secretariat(tx)?;
    let mut history = Vec::new();
    for (place, event) in store::history(tx, id, number)?.into_iter().enumerate() {
        history.push((event, deliveries::of_line(tx, id, number, place as u64)?));
    }
    let mut papers = Vec::new();
    for paper in papers::of(tx, id, number)? {
        let fax = fax::store::fax(tx, FaxId(paper.number.0))?;
        papers.push(Paper { number: paper.number.0, name: paper.name, digest: fax.map(|fax| fax.digest) });
    }
    let person = &desk.who().person;
    let facts = Facts {
        house_name: &secretariat.name,
        house_phone: &secretariat.phone,
        subscriber: desk.subscriber(),
        message: &store::message(tx, id, number)?,
        history: &history,
        instructions: &shown::with_message(tx, id, number)?,
        papers: &papers,
        made: request.now,
        made_for: (&person.name, person.role.label()),
    };
    record::signed(&facts, key)
}

/// `GET /preuves`: how proofs are checked, and with which keys.
pub fn public(house: &House, _: &Request, _: &Visitor) -> Result<Answer> {
    let (keys, secretariat) = house.store.read(|tx| Ok((keys::all(tx)?, house::secretariat(tx)?)))?;
    let content = view::public(&KeysPage { house_name: &secretariat.name, keys: &keys, zone: house.zone });
    let frame = Frame::new(&secretariat.name, "Vérifier une preuve");
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// `GET /preuves/cles.pem`: every public key, the one that signs now first.
pub fn pem(house: &House, _: &Request, _: &Visitor) -> Result<Answer> {
    let keys = house.store.read(keys::all)?;
    let text: String = keys.iter().map(|key| key.public.pem()).collect();
    let mut answer = Answer::text(200, text);
    answer.set("Content-Type", "application/x-pem-file");
    Ok(answer)
}
