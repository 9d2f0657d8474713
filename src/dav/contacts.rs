//! Address books as collections: what is listed, found and changed in them.

use super::answers::Many;
use super::filter::Cards;
use super::guard::Key;
use super::place::Place;
use super::properties::{Asked, Subject, sync_token, tell};
use super::xml::CARDDAV;
use crate::contacts::objects::{self, Resource};
use crate::contacts::vcard::Dialect;
use crate::error::Result;
use crate::store::Reads;
use crate::subscribers::Desk;

/// Adds one card to an answer, its words only where they are asked for.
fn push(
    many: &mut Many,
    tx: &impl Reads,
    (key, desk): (&Key, &Desk),
    resource: &Resource,
    (asked, dialect): (&Asked, Dialect),
) -> Result<()> {
    let wants_text = asked.names(CARDDAV, "address-data") || asked.names(super::xml::DAV, "getcontentlength");
    let text = if wants_text { Some(resource.text(tx, desk.id(), dialect)?) } else { None };
    let subject = Subject::Card { tag: resource.tag(), text };
    let (found, missing) = tell(key, &subject, asked, &|_| None);
    many.found(&Place::Card(desk.id(), resource.name()).href(), &found, &missing);
    Ok(())
}

/// Every card: what PROPFIND of an address book lists.
pub fn all(many: &mut Many, tx: &impl Reads, key: &Key, desk: &Desk, asked: &Asked) -> Result<()> {
    for resource in objects::list(tx, desk.id())? {
        push(many, tx, (key, desk), &resource, (asked, Dialect::V3))?;
    }
    Ok(())
}

/// The cards that a query wants, so many at the most; whether that were all.
pub fn query(
    many: &mut Many,
    tx: &impl Reads,
    (key, desk): (&Key, &Desk),
    asked: (&Asked, Dialect),
    wanted: &Cards,
    most: usize,
) -> Result<bool> {
    for resource in objects::list(tx, desk.id())? {
        if wanted.looks_inside() && !wanted.fits(&resource.text(tx, desk.id(), Dialect::V3)?) {
            continue;
        }
        if many.count >= most {
            return Ok(false);
        }
        push(many, tx, (key, desk), &resource, asked)?;
    }
    Ok(true)
}

/// The cards that a request names.
pub fn named(
    many: &mut Many,
    tx: &impl Reads,
    (key, desk): (&Key, &Desk),
    asked: (&Asked, Dialect),
    hrefs: &[String],
) -> Result<()> {
    let find = |place| match place {
        Place::Card(id, name) if id == desk.id() => objects::find(tx, id, &name),
        _ => Ok(None),
    };
    many.named(hrefs, find, |many, resource| push(many, tx, (key, desk), resource, asked))
}

/// What changed since a place; where the next look begins. `None` for a place too far back.
pub fn changed(
    many: &mut Many,
    tx: &impl Reads,
    key: &Key,
    desk: &Desk,
    asked: &Asked,
    since: Option<u64>,
) -> Result<Option<String>> {
    let last = objects::last_change(tx, desk.id())?;
    match since {
        None => all(many, tx, key, desk, asked)?,
        Some(since) => {
            let Some(changes) = objects::changed(tx, desk.id(), since)? else { return Ok(None) };
            let place = |name| Place::Card(desk.id(), name);
            many.changed(changes, place, |many, resource| push(many, tx, (key, desk), resource, (asked, Dialect::V3)))?;
        }
    }
    Ok(Some(sync_token(last)))
}
