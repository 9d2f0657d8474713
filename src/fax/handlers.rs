//! What the addresses of a fax do: its pages, one page, on paper, as it came. The same for clients, for secretaries at a desk,
//! and for what waits at the switchboard.

use super::model::{self, Fax, State, Turned};
use super::store;
use super::view::{self, FaxPage};
use crate::base::{FaxId, Zone};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::http::{Answer, Body, Request};
use crate::journal::Action;
use crate::store::papers::ORIGINAL;
use crate::subscribers::Desk;
use crate::subscribers::view::{Rubric, frame};
use crate::ui::frame::{Live, sheet_styled};

/// The style sheet of these pages alone.
pub(super) const SHEETS: &[&str] = &["fax"];

fn seen(house: &House, request: &Request, desk: &Desk) -> Result<Fax> {
    let number: FaxId = request.part(0)?;
    house.store.read(|tx| store::at(tx, desk, number))
}

/// `GET /fax/7`: its pages as thumbnails; `?page=2` is one of them to be read, `?tourne=2-90` turns it.
pub fn fax(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let version = house.store.live().version(desk.id().0).to_string();
    let fax = seen(house, request, desk)?;
    let secretariat = house.store.read(house::secretariat)?;
    let (base, title) = (desk.base(), fax.title());
    let page = FaxPage {
        message_href: fax.message.map(|message| format!("{base}/messages/{message}")),
        ..FaxPage::of(&fax, &format!("{base}/fax/{}", fax.number), request, desk.subscriber().zone)
    };
    let entry = desk.entry(request.now, Action::FaxSeen).object(format!("fax {}", fax.number));
    house.journal.note_look(entry.from(request.client));
    let mut frame = frame(desk, &secretariat, &title, Rubric::Messages);
    frame.live =
        Some(Live { state_href: format!("{base}/messages/etat"), version: &version, urgent: desk.waiting().urgent });
    frame.scripts = &["fax"];
    frame.sheets = SHEETS;
    Ok(Answer::page(200, frame.page(&view::fax(&page)).into_string()))
}

/// `GET /fax/7/imprimable`: every page on a sheet of its own.
pub fn printable(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let fax = seen(house, request, desk)?;
    let entry = desk.entry(request.now, Action::Printed).object(format!("fax {}", fax.number));
    house.journal.note_look(entry.from(request.client));
    Ok(on_paper(&fax, &format!("{}/fax/{}", desk.base(), fax.number), request, desk.subscriber().zone))
}

pub(super) fn on_paper(fax: &Fax, href: &str, request: &Request, zone: Zone) -> Answer {
    let page = FaxPage::of(fax, href, request, zone);
    let html = sheet_styled(&fax.title(), &["print"], SHEETS, &view::print(&page));
    Answer::page(200, html.into_string())
}

/// `GET /fax/7/pages/1.png`.
pub fn page(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    picture(house, &seen(house, request, desk)?, request.parts.get(1), model::page_name)
}

/// `GET /fax/7/vignettes/1.png`.
pub fn thumb(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    picture(house, &seen(house, request, desk)?, request.parts.get(1), model::thumb_name)
}

/// A page as we encoded it. Like all that only one person may see it is never stored by the browser.
pub(super) fn picture(
    house: &House,
    fax: &Fax,
    name: Option<&String>,
    file_name: fn(usize) -> String,
) -> Result<Answer> {
    let place = name.and_then(|name| name.strip_suffix(".png")).filter(|place| !place.starts_with('0'));
    let place = place.and_then(|place| place.parse::<usize>().ok()).ok_or(Error::NotFound)?;
    if !(1..=fax.pages().len()).contains(&place) {
        return Err(Error::NotFound);
    }
    let bytes = house.papers.read(&fax.key, &file_name(place))?;
    let mut answer = Answer::status(200).with("Content-Type", "image/png").with("Cache-Control", "no-store");
    answer.body = Body::Bytes(bytes.into());
    Ok(answer)
}

/// `GET /fax/7/original`: what came, to be kept; never shown by the browser as anything.
pub fn original(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let fax = seen(house, request, desk)?;
    let answer = download(house, &fax)?;
    let entry = desk.entry(request.now, Action::FaxDownloaded).object(format!("fax {}", fax.number));
    house.journal.note(entry.from(request.client));
    Ok(answer)
}

pub(super) fn download(house: &House, fax: &Fax) -> Result<Answer> {
    // Of what a secretary brought and could not be read, nothing is kept.
    if matches!(fax.state, State::Refused { .. }) && !fax.way.is_unattended() {
        return Err(Error::NotFound);
    }
    let (file, _) = house.papers.open(&fax.key, ORIGINAL)?;
    let what = if fax.is_document() { "document" } else { "fax" };
    let kind = fax.kind.map_or("application/octet-stream", |kind| kind.media_type());
    let extension = fax.kind.map_or("bin", |kind| kind.extension());
    let mut answer = Answer::download(kind, &format!("{what}-{}.{extension}", fax.number));
    answer.body = Body::Stream(Box::new(file));
    Ok(answer)
}

impl<'a> FaxPage<'a> {
    /// What an address asks to see of a fax.
    pub(super) fn of(fax: &'a Fax, href: &str, request: &Request, zone: Zone) -> FaxPage<'a> {
        let count = fax.pages().len();
        let asked = request.query.find("page").and_then(|page| page.parse::<usize>().ok());
        FaxPage {
            fax,
            href: href.to_owned(),
            // A single page has nothing to choose from.
            page: if count == 1 { Some(1) } else { asked.filter(|page| (1..=count).contains(page)) },
            turned: Turned::read(request.query.get("tourne"), count),
            message_href: None,
            zone,
        }
    }
}
