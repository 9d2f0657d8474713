//! PROPFIND and PROPPATCH (RFC 4918, 9.1 and 9.2): what is known of a place and of what lies in it, and words that clients
//! leave beside an agenda, such as its colour on that device.

use super::answers::{Many, Name, refused};
use super::guard::Key;
use super::place::Place;
use super::properties::{self, Asked, Subject, tell};
use super::xml::{self, DAV, Node};
use super::{contacts, events};
use crate::agenda::objects as agenda;
use crate::contacts::objects as cards;
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::people::tokens::{self, Right};
use crate::store::Read;

/// Whether the client wants to hear only of what is there.
pub fn minimal(request: &Request) -> bool {
    request.header("prefer").is_some_and(|wishes| wishes.split(',').any(|one| one.trim() == "return=minimal"))
}

/// PROPFIND.
pub fn find(house: &House, request: &Request, key: &Key, place: &Place) -> Result<Answer> {
    let asked = if request.body.trim().is_empty() {
        Asked::All
    } else {
        match xml::read(&request.body).filter(|node| node.is(DAV, "propfind")) {
            Some(node) => Asked::read(&node),
            None => return Ok(refused(400, "", "Le corps de la demande n’est pas compris.")),
        }
    };
    let deep = match request.header("depth").map(str::trim) {
        Some("0") => false,
        Some("1") => true,
        _ => {
            let sentence = "Demandez un dossier à la fois (« Depth: 0 » ou « 1 »).";
            return Ok(refused(403, "<d:propfind-finite-depth/>", sentence));
        }
    };
    house.store.read(|tx| {
        let mut many = Many::new(minimal(request));
        look(&mut many, tx, key, place, &asked)?;
        if deep {
            within(&mut many, tx, key, place, &asked)?;
        }
        Ok(many.answer(None))
    })
}

/// One place; `NotFound` where there is none for this key.
fn look(many: &mut Many, tx: &Read, key: &Key, place: &Place, asked: &Asked) -> Result<()> {
    let at = |subject: Subject<'_>, many: &mut Many| -> Result<()> {
        let kept = |name: &Name| tokens::word(tx, &key.bearer, &word_key(place, name)).ok().flatten();
        let (found, missing) = tell(key, &subject, asked, &kept);
        many.found(&place.href(), &found, &missing);
        Ok(())
    };
    match place {
        Place::Root => at(Subject::Root, many),
        Place::Principal(person) if *person == key.bearer.token.person => at(Subject::Principal, many),
        Place::Principal(_) => Err(Error::NotFound),
        Place::Agendas => at(Subject::Agendas, many),
        Place::Books => at(Subject::Books, many),
        Place::Agenda(id) => {
            let desk = key.desk(tx, *id, Right::ReadAgenda)?;
            at(Subject::Agenda(&desk, agenda::last_change(tx, *id)?), many)
        }
        Place::Book(id) => {
            let desk = key.desk(tx, *id, Right::ReadContacts)?;
            at(Subject::Book(&desk, cards::last_change(tx, *id)?), many)
        }
        Place::Event(id, name) => {
            let desk = key.desk(tx, *id, Right::ReadAgenda)?;
            let resource = agenda::find(tx, *id, name)?.ok_or(Error::NotFound)?;
            let text = agenda::Writer::new(desk.subscriber()).text(tx, &resource)?;
            at(Subject::Event { tag: resource.tag(), text: Some(text) }, many)
        }
        Place::Card(id, name) => {
            let desk = key.desk(tx, *id, Right::ReadContacts)?;
            let resource = cards::find(tx, *id, name)?.ok_or(Error::NotFound)?;
            let text = resource.text(tx, desk.id(), crate::contacts::vcard::Dialect::V3)?;
            at(Subject::Card { tag: resource.tag(), text: Some(text) }, many)
        }
    }
}

/// What lies in a place.
fn within(many: &mut Many, tx: &Read, key: &Key, place: &Place, asked: &Asked) -> Result<()> {
    match place {
        Place::Root => {
            for inner in [Place::Principal(key.bearer.token.person), Place::Agendas, Place::Books] {
                look(many, tx, key, &inner, asked)?;
            }
        }
        Place::Agendas => {
            for desk in key.desks(tx, Right::ReadAgenda)? {
                look(many, tx, key, &Place::Agenda(desk.id()), asked)?;
            }
        }
        Place::Books => {
            for desk in key.desks(tx, Right::ReadContacts)? {
                look(many, tx, key, &Place::Book(desk.id()), asked)?;
            }
        }
        Place::Agenda(id) => events::all(many, tx, key, &key.desk(tx, *id, Right::ReadAgenda)?, asked)?,
        Place::Book(id) => contacts::all(many, tx, key, &key.desk(tx, *id, Right::ReadContacts)?, asked)?,
        Place::Principal(_) | Place::Event(..) | Place::Card(..) => {}
    }
    Ok(())
}

/// Under which name a client's word about a place is kept.
fn word_key(place: &Place, (space, name): &Name) -> String {
    format!("{} {{{space}}}{name}", place.href())
}

/// PROPPATCH: all or nothing.
pub fn patch(house: &House, request: &Request, key: &Key, place: &Place) -> Result<Answer> {
    let Some(node) = xml::read(&request.body).filter(|node| node.is(DAV, "propertyupdate")) else {
        return Ok(refused(400, "", "Le corps de la demande n’est pas compris."));
    };
    // Only places that are there for this key can bear words.
    house.store.read(|tx| look(&mut Many::new(true), tx, key, place, &Asked::Names))?;
    let changes = changes(&node);
    let of_collection = matches!(place, Place::Agenda(_) | Place::Book(_));
    let refused = |name: &Name| !of_collection || !properties::may_be_kept(name);
    let accepted = !changes.iter().any(|(name, _)| refused(name));
    if accepted {
        house.store.write(|tx| {
            for (name, value) in &changes {
                tokens::keep_word(tx, &key.bearer, &word_key(place, name), value.as_deref())?;
            }
            Ok(())
        })?;
    }
    let mut many = Many::new(false);
    many.push(&format!("<d:response><d:href>{}</d:href>", xml::escape(&place.href())));
    for (name, _) in &changes {
        let status = match (accepted, refused(name)) {
            (true, _) => "200 OK",
            (false, true) => "403 Forbidden",
            (false, false) => "424 Failed Dependency",
        };
        let mut prop = String::new();
        xml::element_into(&mut prop, &name.0, &name.1, "");
        many.push(&format!("<d:propstat><d:prop>{prop}</d:prop><d:status>HTTP/1.1 {status}</d:status></d:propstat>"));
    }
    many.push("</d:response>");
    Ok(many.answer(None))
}

/// What is set, and what is taken away (`None`), in order.
fn changes(node: &Node) -> Vec<(Name, Option<String>)> {
    let mut found = Vec::new();
    for step in &node.children {
        let sets = step.is(DAV, "set");
        if !sets && !step.is(DAV, "remove") {
            continue;
        }
        for prop in step.all(DAV, "prop").flat_map(|prop| &prop.children) {
            let value = sets.then(|| prop.text.trim().to_owned());
            found.push(((prop.space.clone(), prop.name.clone()), value));
        }
    }
    found
}
