//! Notices that did not arrive: an abonné who does not know that a message waits has to be called. Listed until a secretary
//! says that it is settled, and taken by one at a time.

use super::waiting;
use crate::base::{Instant, LetterId};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::messages::store::By;
use crate::messages::waiting::Claim;
use crate::notices::letter::Letter;
use crate::notices::outbox;
use crate::people::Role;
use crate::store::{AnyTable, Collection, Direction, Reads, Write};
use crate::subscribers::{Desk, Subscriber};
use std::ops::ControlFlow;

/// By letter: who sees to it.
static TAKEN: Collection<u64, Claim> = Collection::new("switchboard.failures_taken");

pub static TABLES: [&dyn AnyTable; 1] = [&TAKEN];

/// Failures that the list shows; a server that is down fails them all, and the outbox has every one.
const SHOWN_MAX: usize = 30;

/// A notice that did not arrive.
#[derive(Debug, Clone)]
pub struct Failure {
    pub subscriber: Subscriber,
    pub letter: Letter,
    pub claim: Option<Claim>,
}

impl Failure {
    /// What the other side said last.
    pub fn said(&self) -> &str {
        let receipt = self.letter.receipt.as_ref().filter(|receipt| !receipt.delivered);
        receipt
            .map(|receipt| receipt.said.as_str())
            .or(self.letter.attempts.last().map(|last| last.said.as_str()))
            .unwrap_or("")
    }

    /// Since when it is known.
    pub fn at(&self) -> Instant {
        let receipt = self.letter.receipt.as_ref().filter(|receipt| !receipt.delivered);
        receipt.map_or(self.letter.since, |receipt| receipt.at)
    }
}

/// What did not arrive for these abonnés, newest first.
pub fn list(tx: &impl Reads, subscribers: &[Subscriber]) -> Result<Vec<Failure>> {
    let mut found = Vec::new();
    let answered = |id| subscribers.iter().any(|one| one.id == id);
    for letter in outbox::failures(tx, answered)?.into_iter().take(SHOWN_MAX) {
        let Some(subscriber) = subscribers.iter().find(|one| Some(one.id) == letter.subscriber) else { continue };
        let claim = TAKEN.get(tx, letter.id.0)?;
        found.push(Failure { subscriber: subscriber.clone(), letter, claim });
    }
    Ok(found)
}

/// Forgets who saw to letters that are listed no more: sent again, erased with their abonné, purged.
pub fn purge(tx: &Write<'_>) -> Result<()> {
    let mut taken = Vec::new();
    TAKEN.open(tx)?.keys(0.., Direction::Ascending, 0, |id| {
        taken.push(id);
        ControlFlow::Continue(())
    })?;
    if taken.is_empty() {
        return Ok(());
    }
    let listed: Vec<u64> = outbox::failures(tx, |_| true)?.iter().map(|letter| letter.id.0).collect();
    for id in taken.into_iter().filter(|id| !listed.contains(id)) {
        TAKEN.remove(tx, id)?;
    }
    Ok(())
}

/// What a secretary does with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gesture {
    Take,
    TakeOver,
    GiveBack,
    Settle,
}

impl Gesture {
    fn read(word: &str) -> Option<Gesture> {
        Some(match word {
            "prendre" => Gesture::Take,
            "reprendre" => Gesture::TakeOver,
            "rendre" => Gesture::GiveBack,
            "regle" => Gesture::Settle,
            _ => return None,
        })
    }
}

/// Does it; a conflict for who comes second.
fn act(tx: &Write<'_>, desk: &Desk, id: LetterId, gesture: Gesture, by: By<'_>, now: Instant) -> Result<()> {
    let own = outbox::failures(tx, |subscriber| subscriber == desk.id())?;
    if !own.iter().any(|letter| letter.id == id) {
        // Another abonné's letter, or none, is as if it were not there; one of her own was settled by somebody quicker.
        let known = outbox::letter(tx, id)?.subscriber == Some(desk.id());
        let sentence = "Ce n’est plus en attente : quelqu’un vient de s’en occuper.";
        return Err(if known { Error::Conflict(sentence.into()) } else { Error::NotFound });
    }
    let claim = TAKEN.get(tx, id.0)?;
    let others = claim.as_ref().filter(|claim| claim.person != by.person);
    match (gesture, others) {
        (Gesture::Take, Some(claim)) => return Err(Error::Conflict(format!("Déjà pris par {}.", claim.name))),
        (Gesture::Settle, Some(claim)) => {
            return Err(Error::Conflict(format!("{} s’en occupe : reprenez-le d’abord, ou laissez-lui.", claim.name)));
        }
        (Gesture::Take | Gesture::TakeOver, _) => {
            TAKEN.put(tx, id.0, &Claim { at: now, person: by.person, name: by.name.to_owned() })?;
        }
        (Gesture::GiveBack, None) => drop(TAKEN.remove(tx, id.0)?),
        (Gesture::GiveBack, Some(_)) => {}
        (Gesture::Settle, None) => {
            outbox::acknowledge(tx, id)?;
            TAKEN.remove(tx, id.0)?;
        }
    }
    tx.touch(house::CONSOLE);
    Ok(())
}

/// `POST /standard/abonnes/3/courriers/12`: « Je m’en occupe », « Reprendre », « Rendre », « Réglé ».
pub fn handle(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id: LetterId = request.part(0)?;
    let word = request.form.get("geste");
    let gesture = Gesture::read(word).ok_or(Error::NotFound)?;
    let person = &desk.who().person;
    let by = By { person: person.id, name: &person.name };
    match house.store.write(|tx| act(tx, desk, id, gesture, by, request.now)) {
        Ok(()) => {}
        Err(Error::Conflict(sentence)) => {
            let Role::Secretary { answers_for } = &person.role else { return Err(Error::NotFound) };
            return waiting::show(house, request, person, answers_for, Some(&sentence));
        }
        Err(other) => return Err(other),
    }
    let entry = desk.entry(request.now, Action::WaitingHandled).object(format!("courrier {id}, échec : {word}"));
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other(if request.form.get("retour") == "/standard" { "/standard" } else { "/standard/attente" }))
}
