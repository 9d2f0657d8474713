//! Agendas as collections: what is listed, found and changed in them.

use super::answers::Many;
use super::filter::Events;
use super::guard::Key;
use super::place::Place;
use super::properties::{Asked, Subject, sync_token, tell};
use super::xml::CALDAV;
use crate::agenda::objects::{self, Resource, Writer};
use crate::error::Result;
use crate::store::Reads;
use crate::subscribers::Desk;

/// Adds one event to an answer, its words only where they are asked for.
fn push(
    many: &mut Many,
    tx: &impl Reads,
    (key, desk): (&Key, &Desk),
    writer: &mut Writer<'_>,
    resource: &Resource,
    asked: &Asked,
    text: Option<String>,
) -> Result<()> {
    let wants_text = asked.names(CALDAV, "calendar-data") || asked.names(super::xml::DAV, "getcontentlength");
    let text = match text {
        None if wants_text => Some(writer.text(tx, resource)?),
        text => text,
    };
    let subject = Subject::Event { tag: resource.tag(), text };
    let (found, missing) = tell(key, &subject, asked, &|_| None);
    many.found(&Place::Event(desk.id(), resource.name()).href(), &found, &missing);
    Ok(())
}

/// Every event: what PROPFIND of an agenda lists.
pub fn all(many: &mut Many, tx: &impl Reads, key: &Key, desk: &Desk, asked: &Asked) -> Result<()> {
    let mut writer = Writer::new(desk.subscriber());
    for resource in objects::list(tx, desk.subscriber(), (None, None))? {
        push(many, tx, (key, desk), &mut writer, &resource, asked, None)?;
    }
    Ok(())
}

/// The events that a query wants.
pub fn query(many: &mut Many, tx: &impl Reads, key: &Key, desk: &Desk, asked: &Asked, wanted: &Events) -> Result<()> {
    if wanted.none {
        return Ok(());
    }
    let mut writer = Writer::new(desk.subscriber());
    for resource in objects::list(tx, desk.subscriber(), wanted.window)? {
        let text = if wanted.looks_inside() { Some(writer.text(tx, &resource)?) } else { None };
        if text.as_deref().is_none_or(|text| wanted.fits(text)) {
            push(many, tx, (key, desk), &mut writer, &resource, asked, text)?;
        }
    }
    Ok(())
}

/// The events that a request names.
pub fn named(many: &mut Many, tx: &impl Reads, key: &Key, desk: &Desk, asked: &Asked, hrefs: &[String]) -> Result<()> {
    let mut writer = Writer::new(desk.subscriber());
    let find = |place| match place {
        Place::Event(id, name) if id == desk.id() => objects::find(tx, id, &name),
        _ => Ok(None),
    };
    many.named(hrefs, find, |many, resource| push(many, tx, (key, desk), &mut writer, resource, asked, None))
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
            let mut writer = Writer::new(desk.subscriber());
            let place = |name| Place::Event(desk.id(), name);
            many.changed(changes, place, |many, resource| {
                push(many, tx, (key, desk), &mut writer, resource, asked, None)
            })?;
        }
    }
    Ok(Some(sync_token(last)))
}
