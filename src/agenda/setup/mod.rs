//! The screens of an agenda's rules: « Semaine type », « Absences », « Réglages ». The same for the abonné and for the
//! secretariat at its desk.

mod absence;
mod importing;
mod settings;
pub mod view;
mod week;

pub use absence::{absence, absences, add_absence, remove_absence, undo_absence};
pub use importing::{bring_file, choose_file, preview_file, write_file};
pub use settings::{change_settings, mark_date, settings};
pub use week::{end_repeated, remove_week, set_week, week};

use crate::error::Result;
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::subscribers::Desk;
use crate::subscribers::view::{Rubric, frame};
use crate::ui::frame::{Flash, FlashKind, Undo};
use maud::Markup;

/// What a page says of the last action, and how it is taken back.
#[derive(Default)]
struct Said<'a> {
    sentence: Option<&'a str>,
    undo: Option<Undo>,
}

fn page(house: &House, desk: &Desk, status: u16, title: &str, said: Said<'_>, content: &Markup) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(desk, &secretariat, title, Rubric::Agenda);
    frame.scripts = &["rows"];
    frame.sheets = &["agenda-rules"];
    frame.flash = said.sentence.map(|sentence| Flash { kind: FlashKind::Done, sentence, undo: said.undo });
    Ok(Answer::page(status, frame.page(content).into_string()))
}

fn note(house: &House, request: &Request, desk: &Desk, action: Action, object: impl Into<String>) {
    house.journal.note(desk.entry(request.now, action).object(object).from(request.client));
}
