//! `GET /calendrier/TOKEN.ics`: an agenda for whoever holds the address (RFC 5545, RFC 7986), without signing in.

use super::calendar::{self, Detail};
use super::{absences, appointments};
use crate::base::secret;
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Body, Request};
use crate::journal::{Action, Entry};
use crate::people::feeds::{self, Opened};
use crate::people::{Visitor, guesses};
use crate::store::Read;
use crate::subscribers::store as subscribers;
use chrono::Duration;

/// What is told of the past, in days: last month's visits for the bills.
pub const PAST_DAYS: i64 = 60;
/// … and of what is to come: appointments of next year are known.
pub const AHEAD_DAYS: i64 = 400;

/// The calendar, or that nothing has changed since (RFC 9110, 13.1.2).
pub fn show(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let name: String = request.part(0)?;
    let found = house.store.read(|tx| {
        let Some(token) = name.strip_suffix(".ics") else { return Ok(None) };
        let Some(opened) = feeds::find(tx, token)? else { return Ok(None) };
        Ok(text(tx, &opened, request)?.map(|text| (opened, text)))
    })?;
    let Some((opened, text)) = found else { return unknown(house, request) };
    note_use(house, request, &opened);
    let tag = format!("\"{:032x}\"", secret::digest128(text.as_bytes()));
    let known = request.header("if-none-match").is_some_and(|tags| {
        tags.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
    });
    let mut answer = Answer::status(if known { 304 } else { 200 })
        .with("Content-Type", "text/calendar; charset=utf-8")
        .with("Content-Disposition", "inline; filename=\"agenda.ics\"")
        .with("Cache-Control", "private, no-cache")
        .with("Referrer-Policy", "no-referrer")
        .with("ETag", tag);
    if !known {
        answer.body = Body::Text(text);
    }
    Ok(answer)
}

/// `None` when the abonné is at rest.
fn text(tx: &Read, opened: &Opened, request: &Request) -> Result<Option<String>> {
    let subscriber = subscribers::subscriber(tx, opened.feed.subscriber)?.filter(|subscriber| subscriber.active);
    let Some(subscriber) = subscriber else { return Ok(None) };
    let today = request.now.local(subscriber.zone).date();
    let (from, to) = (today - Duration::days(PAST_DAYS), today + Duration::days(AHEAD_DAYS));
    let detail = if opened.feed.busy { Detail::Busy } else { Detail::Full };
    let appointments = appointments::between(tx, &subscriber, from, to)?;
    let absences = absences::between(tx, subscriber.id, from, to)?;
    Ok(Some(calendar::feed(&subscriber, &appointments, &absences, detail, request.now)))
}

/// A full disk must not keep anybody from reading.
fn note_use(house: &House, request: &Request, opened: &Opened) {
    if opened.is_first_of_day(request.now) {
        let entry = Entry::new(request.now, Action::AgendaSeen).about(opened.feed.subscriber);
        house.journal.note_look(entry.object(feeds::shown(opened.id)).from(request.client));
    }
    if opened.use_is_due(request.now)
        && let Err(cause) = house.store.write_into_reserve(|tx| opened.note_use(tx, request))
    {
        log::warn!("the use of a calendar subscription could not be noted: {cause}");
    }
}

/// Revoked, mistyped or guessed. Programs go on asking for what was revoked: beyond a few the network waits, and the
/// disk is spared.
fn unknown(house: &House, request: &Request) -> Result<Answer> {
    let wait = house.store.read(|tx| guesses::link_wait_s(tx, request.client, request.now))?;
    if wait > 0 {
        let sentence = "Trop d’adresses inconnues : réessayez dans un instant.\n";
        return Ok(Answer::text(429, sentence).with("Retry-After", wait.to_string()));
    }
    house.store.write_into_reserve(|tx| guesses::unknown_link(tx, request.client, request.now))?;
    Err(Error::NotFound)
}
