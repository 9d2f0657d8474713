//! What the addresses of the guide do.

use super::view::{self, ChapterPage};
use super::{CHAPTERS, chapter as by_name};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::people::Visitor;
use crate::people::account::handlers::first_pages;
use crate::ui::Frame;
use crate::ui::frame::Who;
use maud::Markup;

/// `GET /aide`: the chapters. Open to anybody: it helps those who can't sign in, too.
pub fn contents(house: &House, _: &Request, visitor: &Visitor) -> Result<Answer> {
    show(house, visitor, "Aide", &view::contents(CHAPTERS))
}

/// `GET /aide/agenda`: one chapter.
pub fn chapter(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    let name: String = request.part(0)?;
    let (place, chapter) = by_name(&name).ok_or(Error::NotFound)?;
    let page = ChapterPage {
        chapter,
        previous: place.checked_sub(1).and_then(|before| CHAPTERS.get(before)),
        next: CHAPTERS.get(place + 1),
    };
    show(house, visitor, chapter.title, &view::chapter(&page))
}

/// Around the guide stands the way back to one's work, where there is somebody.
fn show(house: &House, visitor: &Visitor, title: &str, content: &Markup) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = Frame::new(&secretariat.name, title);
    if let Some(who) = visitor.signed_in() {
        frame.person = Some(Who { name: &who.person.name, role: who.person.role.label() });
        frame.nav = first_pages(&who.person);
        for item in &mut frame.nav {
            item.current = item.href == "/aide";
        }
    }
    Ok(Answer::page(200, frame.page(content).into_string()))
}
