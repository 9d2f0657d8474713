//! Two cards made one: choose the other, compare, merge, undo.

use super::{asked, by, note, page, today};
use crate::base::ContactId;
use crate::contacts::model::Contact;
use crate::contacts::view::{self, ChoosePage, ComparePage};
use crate::contacts::{duplicates, merge, search, store};
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::store::Read;
use crate::subscribers::Desk;

/// Cards offered by one search.
const FOUND_MAX: usize = 20;

/// `GET /contacts/5/fusion?q=`: which other card is the same person's.
pub fn choose(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let typed = request.query.get("q").trim();
    let (contact, likenesses, mut found) = house.store.read(|tx| {
        let contact = asked(tx, request, desk)?;
        let likely = duplicates::likely(tx, desk.id(), &contact.as_new(), Some(contact.id))?;
        Ok((contact, likely, search::search(tx, desk.id(), typed, FOUND_MAX + 1)?))
    })?;
    found.retain(|other| other.id != contact.id);
    found.truncate(FOUND_MAX);
    let base = desk.base();
    let content = view::choose(&ChoosePage {
        base: &base,
        contact: &contact,
        likenesses: &likenesses,
        query: typed,
        found: &found,
    });
    page(house, desk, 200, "Fusionner une fiche", &content)
}

/// Both cards of an address; one alone merges with nothing.
fn pair(tx: &Read, request: &Request, desk: &Desk) -> Result<(Contact, Contact)> {
    let kept = asked(tx, request, desk)?;
    let gone = store::contact(tx, desk.id(), request.part(1)?)?.ok_or(Error::NotFound)?;
    if kept.id == gone.id { Err(Error::NotFound) } else { Ok((kept, gone)) }
}

/// `GET /contacts/5/fusion/9`: both side by side.
pub fn compare(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (kept, gone) = house.store.read(|tx| pair(tx, request, desk))?;
    show(house, desk, 200, (&kept, &gone), &Form::default(), None)
}

fn show(
    house: &House,
    desk: &Desk,
    status: u16,
    (kept, gone): (&Contact, &Contact),
    form: &Form,
    notice: Option<&str>,
) -> Result<Answer> {
    let content = view::compare(&ComparePage { base: &desk.base(), kept, gone, form, notice });
    page(house, desk, status, "Fusionner deux fiches", &content)
}

/// `POST /contacts/5/fusion/9`. Sent twice, it was done the first time.
pub fn merge(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let form = &request.form;
    let (kept_id, gone_id): (ContactId, ContactId) = (request.part(0)?, request.part(1)?);
    let address = format!("{}/contacts/{kept_id}?fait=fusion", desk.base());
    if house.store.read(|tx| Ok(kept_id != gone_id && store::current(tx, desk.id(), gone_id)? == kept_id))? {
        return Ok(Answer::see_other(address));
    }
    let (kept, gone) = house.store.read(|tx| pair(tx, request, desk))?;
    let fields = merge::together(&kept, &gone, |name| form.get(name) == "autre");
    let seen = |name: &str| form.get(name).parse().unwrap_or(0);
    let sides = ((kept.id, seen("revision")), (gone.id, seen("autre-revision")));
    let merged = fields.checked(today(desk, request.now)).and_then(|fields| {
        house.store.write(|tx| merge::merge(tx, desk.id(), sides.0, sides.1, fields, by(desk), request.now))
    });
    match merged {
        Ok(contact) => {
            let entry = desk.entry(request.now, Action::ContactsMerged);
            house.journal.note(entry.object(format!("fiches {} et {}", contact.id, gone.id)).from(request.client));
            Ok(Answer::see_other(address))
        }
        Err(cause @ (Error::Conflict(_) | Error::Invalid(_))) => {
            let (kept, gone) = house.store.read(|tx| pair(tx, request, desk))?;
            show(house, desk, 422, (&kept, &gone), form, Some(&cause.to_string()))
        }
        Err(other) => Err(other),
    }
}

/// `POST /contacts/9/separation`: undoes the merge by which that card went.
pub fn part(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let gone: ContactId = request.part(0)?;
    let back = house.store.write(|tx| merge::undo(tx, desk.id(), gone, by(desk), request.now))?;
    note(house, request, desk, Action::ContactsParted, back.id);
    Ok(Answer::see_other(format!("{}/contacts/{}?fait=separation", desk.base(), back.id)))
}
