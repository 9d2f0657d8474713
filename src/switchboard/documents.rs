//! Documents that a secretary brings for a call while she takes it: kept at once, read meanwhile, hung on the message when it
//! is sent. The form holds their numbers, so that they survive whatever the form goes through.

use super::handlers::show_card;
use crate::base::FaxId;
use crate::error::{Error, Problems, Result};
use crate::fax::model::{About, Fax, Way};
use crate::fax::receive::{Arrival, Received, receive};
use crate::fax::store;
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::store::Reads;
use crate::subscribers::Desk;

/// Documents of one call; who has more sends several messages.
const DOCUMENTS_MAX: usize = 10;

fn numbers(form: &Form) -> Vec<FaxId> {
    let mut numbers: Vec<FaxId> =
        form.all("piece").filter_map(|one| one.parse().ok()).take(2 * DOCUMENTS_MAX).collect();
    numbers.dedup();
    numbers
}

/// The documents that a form names, as far as they are this secretary's for this abonné and hang nowhere yet.
pub(super) fn of(tx: &impl Reads, desk: &Desk, form: &Form) -> Result<Vec<Fax>> {
    let mut found = Vec::new();
    for number in numbers(form) {
        match store::held(tx, desk, number) {
            Ok(fax) => found.push(fax),
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(found)
}

/// What keeps a call from being sent with its documents.
pub(super) fn problems(form: &Form, found: &[Fax]) -> Option<Problems> {
    let mut problems = Problems::default();
    // A file that was chosen and not brought comes as its name alone.
    if let Some(name) = form.find("document").filter(|name| !name.trim().is_empty()) {
        problems.add(
            "document",
            format!("« {name} » n’est pas encore joint : choisissez-le de nouveau, puis « Joindre »."),
        );
    }
    if numbers(form).len() > found.len() {
        problems.add("document", "Un document joint n’est plus là : joignez-le de nouveau.");
    }
    (!problems.is_empty()).then_some(problems)
}

/// `POST /standard/abonnes/3/documents`: brings documents, or takes one back; the form comes back as it was typed.
pub fn bring(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let person = &desk.who().person;
    let mut form = request.form.clone().without(&["joindre", "retirer", "document", "piece"]);
    let mut problems = Problems::default();
    let mut kept: Vec<FaxId> =
        house.store.read(|tx| of(tx, desk, &request.form))?.iter().map(|fax| fax.number).collect();
    if let Some(number) = request.form.find("retirer").and_then(|one| one.parse::<FaxId>().ok()) {
        if kept.contains(&number) {
            house.store.write(|tx| store::forget(tx, number))?;
            kept.retain(|one| *one != number);
        }
    } else {
        let files: Vec<_> = request.files.all("document").collect();
        if files.is_empty() {
            problems.add("document", "Choisissez un fichier, puis « Joindre ».");
        }
        for file in files {
            if kept.len() == DOCUMENTS_MAX {
                problems.add("document", format!("Un message porte {DOCUMENTS_MAX} documents au plus."));
                break;
            }
            let arrival = Arrival {
                bytes: file.bytes,
                name: file.name,
                way: Way::Document,
                by: Some((person.id, &person.name)),
                subscriber: Some(desk.id()),
                about: About::default(),
            };
            match receive(house, arrival, request.now)? {
                Received::New(number) | Received::Known(number) => {
                    kept.push(number);
                    let entry = desk.entry(request.now, Action::FaxReceived).object(format!("document {number}"));
                    house.journal.note(entry.from(request.client));
                }
                Received::Refused(why) => problems.add("document", format!("« {} » : {why}", file.name)),
            }
        }
    }
    for number in kept {
        form.push("piece", number.to_string());
    }
    show_card(house, request, desk, if problems.is_empty() { 200 } else { 422 }, &form, &problems)
}
