//! The guide: its list of chapters, a chapter with pictures between its neighbours, the first and the last.

use super::pages::{HOUSE, Pages, client};
use permanence::help::view::{self, ChapterPage};
use permanence::help::{CHAPTERS, chapter};
use permanence::ui::Frame;

pub fn pages(pages: &mut Pages) {
    pages.push(("help", Frame::new(HOUSE, "Aide").page(&view::contents(CHAPTERS)).into_string()));
    for (name, page) in [("help-chapter", "agenda"), ("help-first", "connexion")] {
        let (place, chapter) = chapter(page).expect("a chapter");
        let previous = place.checked_sub(1).and_then(|before| CHAPTERS.get(before));
        let content = view::chapter(&ChapterPage { chapter, previous, next: CHAPTERS.get(place + 1) });
        pages.push((name, client(chapter.title, 3, 9).page(&content).into_string()));
    }
}
