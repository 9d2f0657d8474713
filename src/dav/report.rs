//! REPORT: queries, many things by name, what changed since the last look, when somebody is busy.

use super::answers::{Many, document, refused};
use super::filter::{self, Cards, Events};
use super::guard::Key;
use super::listing::minimal;
use super::place::Place;
use super::properties::{Asked, read_sync_token};
use super::xml::{self, CALDAV, CARDDAV, DAV, Node};
use super::{contacts, events};
use crate::agenda::objects as agenda;
use crate::base::lines::{fold_into, utc};
use crate::contacts::vcard::Dialect;
use crate::error::Result;
use crate::house::House;
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::people::tokens::{self, Right};
use crate::store::Read;
use crate::subscribers::Desk;

/// Answers a report, by what its body is.
pub fn answer(house: &House, request: &Request, key: &Key, place: &Place) -> Result<Answer> {
    let Some(node) = xml::read(&request.body) else {
        return Ok(refused(400, "", "Le corps de la demande n’est pas compris."));
    };
    let (answer, looked) = house.store.read(|tx| match place {
        Place::Agenda(id) => {
            let desk = key.desk(tx, *id, Right::ReadAgenda)?;
            let (answer, count) = of_agenda(tx, request, key, &desk, &node)?;
            Ok((answer, (count > 0).then(|| desk.entry(request.now, Action::AgendaSeen))))
        }
        Place::Book(id) => {
            let desk = key.desk(tx, *id, Right::ReadContacts)?;
            let (answer, count) = of_book(tx, request, key, &desk, &node)?;
            Ok((answer, (count > 0).then(|| desk.entry(request.now, Action::ContactsSeen))))
        }
        // Asked everywhere by programs that look for people; here is nobody but oneself.
        _ if node.is(DAV, "principal-property-search") => Ok((Many::new(true).answer(None), None)),
        _ if node.is(DAV, "principal-search-property-set") => {
            let set = format!("{}</d:principal-search-property-set>", xml::begin("d:principal-search-property-set"));
            Ok((document(200, set), None))
        }
        _ => Ok((unsupported(), None)),
    })?;
    if let Some(entry) = looked {
        house.journal.note_look(entry.object(tokens::shown(key.bearer.id)).from(request.client));
    }
    Ok(answer)
}

fn unsupported() -> Answer {
    refused(403, "<d:supported-report/>", "Ce rapport n’existe pas à cette adresse.")
}

fn hrefs(node: &Node) -> Vec<String> {
    node.all(DAV, "href").map(|href| href.text.clone()).collect()
}

/// The answer, and how much of the agenda it tells.
fn of_agenda(tx: &Read, request: &Request, key: &Key, desk: &Desk, node: &Node) -> Result<(Answer, usize)> {
    let asked = Asked::read(node);
    let mut many = Many::new(minimal(request));
    match (node.space.as_str(), node.name.as_str()) {
        (CALDAV, "calendar-query") => match Events::read(node.child(CALDAV, "filter")) {
            Ok(wanted) => events::query(&mut many, tx, key, desk, &asked, &wanted)?,
            Err(filter::Unknown) => {
                let sentence = "Ce filtre n’est pas compris.";
                return Ok((refused(403, "<c:valid-filter/>", sentence), 0));
            }
        },
        (CALDAV, "calendar-multiget") => events::named(&mut many, tx, key, desk, &asked, &hrefs(node))?,
        (DAV, "sync-collection") => {
            let Some(since) = since(node) else { return Ok((unknown_token(), 0)) };
            let token = events::changed(&mut many, tx, key, desk, &asked, since)?;
            return Ok(synced(node, many, token));
        }
        (CALDAV, "free-busy-query") => return Ok((busy(tx, request, desk, node)?, 1)),
        _ => return Ok((unsupported(), 0)),
    }
    let count = many.count;
    Ok((many.answer(None), count))
}

/// Where a client was; `None` for what was never a token, nothing for a first look.
fn since(node: &Node) -> Option<Option<u64>> {
    match node.child(DAV, "sync-token").map(|token| token.text.trim()).filter(|token| !token.is_empty()) {
        None => Some(None),
        Some(token) => read_sync_token(token).map(Some),
    }
}

fn unknown_token() -> Answer {
    let sentence = "Trop de temps a passé depuis la dernière synchronisation : recommencez-la du début.";
    refused(403, "<d:valid-sync-token/>", sentence)
}

fn synced(node: &Node, many: Many, token: Option<String>) -> (Answer, usize) {
    let Some(token) = token else { return (unknown_token(), 0) };
    let limit = node.child(DAV, "limit").and_then(|limit| limit.child(DAV, "nresults"));
    let limit = limit.and_then(|most| most.text.trim().parse::<usize>().ok());
    if limit.is_some_and(|most| many.count > most) {
        let sentence = "Il y a davantage de changements que demandé.";
        return (refused(507, "<d:number-of-matches-within-limits/>", sentence), 0);
    }
    let count = many.count;
    (many.answer(Some(&token)), count)
}

/// VFREEBUSY (RFC 4791, 7.10).
fn busy(tx: &Read, request: &Request, desk: &Desk, node: &Node) -> Result<Answer> {
    let range = node.child(CALDAV, "time-range").and_then(|range| filter::window(range).ok());
    let Some((Some(from), Some(until))) = range else {
        return Ok(refused(403, "<c:valid-filter/>", "La période manque ou n’est pas comprise."));
    };
    let mut out = String::new();
    crate::agenda::calendar::begin(&mut out);
    out.push_str("BEGIN:VFREEBUSY\r\n");
    fold_into(&mut out, &format!("DTSTAMP:{}", utc(request.now)));
    fold_into(&mut out, &format!("DTSTART:{}", utc(from)));
    fold_into(&mut out, &format!("DTEND:{}", utc(until)));
    for (start, end) in agenda::busy(tx, desk.subscriber(), from, until)? {
        fold_into(&mut out, &format!("FREEBUSY;FBTYPE=BUSY:{}/{}", utc(start), utc(end)));
    }
    out.push_str("END:VFREEBUSY\r\nEND:VCALENDAR\r\n");
    let mut answer = Answer::text(200, out);
    answer.set("Content-Type", "text/calendar; charset=utf-8");
    Ok(answer)
}

/// In which version cards are wanted; `None` for one that is not written here.
fn dialect(node: &Node) -> Option<Dialect> {
    let data = node.child(DAV, "prop").and_then(|prop| prop.child(CARDDAV, "address-data"));
    let kind = data.and_then(|data| data.attribute("content-type")).unwrap_or("text/vcard");
    match data.and_then(|data| data.attribute("version")).unwrap_or("3.0") {
        "3.0" if kind == "text/vcard" => Some(Dialect::V3),
        "4.0" if kind == "text/vcard" => Some(Dialect::V4),
        _ => None,
    }
}

/// The answer, and how many cards it tells.
fn of_book(tx: &Read, request: &Request, key: &Key, desk: &Desk, node: &Node) -> Result<(Answer, usize)> {
    let asked = Asked::read(node);
    let Some(dialect) = dialect(node) else {
        let sentence = "Les fiches s’écrivent en vCard 3.0 ou 4.0.";
        return Ok((refused(403, "<r:supported-address-data/>", sentence), 0));
    };
    let mut many = Many::new(minimal(request));
    match (node.space.as_str(), node.name.as_str()) {
        (CARDDAV, "addressbook-query") => {
            let Ok(wanted) = Cards::read(node.child(CARDDAV, "filter")) else {
                return Ok((refused(403, "<r:supported-filter/>", "Ce filtre n’est pas compris."), 0));
            };
            let limit = node.child(CARDDAV, "limit").and_then(|limit| limit.child(CARDDAV, "nresults"));
            let most = limit.and_then(|most| most.text.trim().parse().ok()).unwrap_or(usize::MAX);
            if !contacts::query(&mut many, tx, (key, desk), (&asked, dialect), &wanted, most)? {
                let more = "<d:status>HTTP/1.1 507 Insufficient Storage</d:status>\
                    <d:error><d:number-of-matches-within-limits/></d:error>";
                many.push(&format!(
                    "<d:response><d:href>{}</d:href>{more}</d:response>",
                    xml::escape(&Place::Book(desk.id()).href())
                ));
            }
        }
        (CARDDAV, "addressbook-multiget") => {
            contacts::named(&mut many, tx, (key, desk), (&asked, dialect), &hrefs(node))?;
        }
        (DAV, "sync-collection") => {
            let Some(since) = since(node) else { return Ok((unknown_token(), 0)) };
            let token = contacts::changed(&mut many, tx, key, desk, &asked, since)?;
            return Ok(synced(node, many, token));
        }
        _ => return Ok((unsupported(), 0)),
    }
    let count = many.count;
    Ok((many.answer(None), count))
}
