//! What the addresses of an abonné's own journal do.

use super::super::look::{self, Permissions};
use super::super::view::{Rubric, frame};
use super::super::{Desk, Side};
use super::view::{self, Line, OwnJournalPage};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::{Action, Filter};
use crate::ui::frame::{Flash, FlashKind};

/// Lines on a page.
const ROWS: u64 = 100;

/// `GET /journal?page=`: an abonné sees its own (product, section 15).
pub fn journal(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let page: u64 = request.query.get("page").parse().unwrap_or(1).clamp(1, 1_000_000);
    let filter = Filter { subscriber: Some(desk.id()), ..Filter::default() };
    let (entries, more) = house.journal.lines(&filter, (page - 1) * ROWS, ROWS as usize, |_| String::new())?;
    let (secretariat, permissions) =
        house.store.read(|tx| Ok((house::secretariat(tx)?, look::permissions(tx, desk.id())?)))?;
    let content = view::own_journal(&OwnJournalPage {
        lines: entries
            .iter()
            .map(|entry| Line { at: entry.at, who: &entry.login, action: entry.action.label(), object: &entry.object })
            .collect(),
        page,
        pages: page + u64::from(more),
        zone: desk.subscriber().zone,
        looks: permissions.looks,
    });
    house.journal.note_look(desk.entry(request.now, Action::JournalRead).from(request.client));
    let mut frame = frame(desk, &secretariat, "Journal", Rubric::None);
    frame.flash = request.query.find("fait").map(|_| Flash {
        kind: FlashKind::Done,
        sentence: if permissions.looks {
            "Le secrétariat peut voir vos écrans."
        } else {
            "Le secrétariat ne peut plus voir vos écrans."
        },
        undo: None,
    });
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// `POST /journal/regard`: whether administrators may « Voir comme » this abonné.
pub fn allow_looks(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    if desk.side() != Side::Subscriber {
        return Err(Error::NotFound);
    }
    let looks = request.form.get("permis") == "oui";
    let ended = house.store.write(|tx| look::set_permissions(tx, desk.id(), Permissions { looks }))?;
    let action = if looks { Action::LookAllowed } else { Action::LookForbidden };
    house.journal.note(desk.entry(request.now, action).from(request.client));
    for look in ended {
        house.journal.note(look.end_entry(request.now));
    }
    Ok(Answer::see_other("/journal?fait"))
}
