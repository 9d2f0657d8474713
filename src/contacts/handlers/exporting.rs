//! All cards of an abonné as a file.

use super::page;
use crate::base::{fold, french};
use crate::contacts::model::Contact;
use crate::contacts::{export, store, view};
use crate::error::Result;
use crate::house::House;
use crate::http::{Answer, Body, Request};
use crate::journal::Action;
use crate::subscribers::Desk;
use std::ops::ControlFlow;

/// `GET /contacts/export`: in which shape.
pub fn choose(house: &House, _: &Request, desk: &Desk) -> Result<Answer> {
    let counts = house.store.read(|tx| store::counts(tx, desk.id()))?;
    page(house, desk, 200, "Exporter les contacts", &view::export(&desk.base(), counts.cards))
}

/// `GET /contacts/export.csv`.
pub fn csv(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let contacts = all(house, request, desk)?;
    Ok(download(desk, "csv", "text/csv; charset=utf-8", export::csv(&contacts)))
}

/// `GET /contacts/export.vcf`.
pub fn vcards(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let contacts = all(house, request, desk)?;
    Ok(download(desk, "vcf", "text/vcard; charset=utf-8", export::vcards(&contacts).into_bytes()))
}

fn all(house: &House, request: &Request, desk: &Desk) -> Result<Vec<Contact>> {
    let contacts = house.store.read(|tx| {
        let mut all = Vec::new();
        store::each(tx, desk.id(), |contact| {
            all.push(contact);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    })?;
    let object = french::count(contacts.len() as u64, "fiche", "fiches");
    house.journal.note(desk.entry(request.now, Action::ContactsExported).object(object).from(request.client));
    Ok(contacts)
}

/// « contacts-cabinet-martin.csv ».
fn download(desk: &Desk, extension: &str, content_type: &str, bytes: Vec<u8>) -> Answer {
    let folded = fold::fold(&desk.subscriber().name);
    let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name = format!("contacts-{}.{extension}", words.join("-"));
    let mut answer = Answer::status(200)
        .with("Content-Type", content_type)
        .with("Content-Disposition", format!("attachment; filename=\"{name}\""))
        .with("Cache-Control", "no-store");
    answer.body = Body::Bytes(bytes.into());
    answer
}
