//! The guide's pages: the list of chapters, one chapter, its pictures.

use super::{Chapter, Reader};
use crate::ui::{Icon, assets};
use maud::{Markup, html};

/// Every picture has this size in CSS pixels: room is kept for it before it has come.
pub const PICTURE_PX: (u32, u32) = (1000, 620);

/// A picture of the guide, by the name of its file in `assets/guide`: `(figure("agenda", "La vue « Jour »."))`.
pub(super) fn figure(name: &str, caption: &str) -> Markup {
    html! {
        figure {
            img src=(assets::address(&format!("guide/{name}.webp"))) alt="Capture d’écran" width=(PICTURE_PX.0) height=(PICTURE_PX.1) loading="lazy";
            figcaption.hint { (caption) }
        }
    }
}

/// What the numbers of a picture stand for.
pub(super) fn legend(points: &[(&str, &str)]) -> Markup {
    html! {
        ol {
            @for (what, said) in points { li { strong { (what) } " : " (said) } }
        }
    }
}

/// Every chapter, by who reads it first.
pub fn contents(chapters: &[Chapter]) -> Markup {
    html! {
        div.guide {
            h1 { "Aide" }
            @for (reader, heading) in [
                (Reader::Client, "Pour les abonnés"),
                (Reader::Secretary, "Pour les secrétaires"),
                (Reader::Administrator, "Pour les administrateurs"),
            ] {
                h2 { (heading) }
                ul {
                    @for chapter in chapters.iter().filter(|chapter| chapter.reader == reader) {
                        li { a href={ "/aide/" (chapter.name) } { (chapter.title) } " : " span.soft { (chapter.about) } }
                    }
                }
            }
            p.hint { "Les captures montrent un secrétariat inventé." }
        }
    }
}

/// One chapter between its neighbours.
pub struct ChapterPage<'a> {
    pub chapter: &'a Chapter,
    pub previous: Option<&'a Chapter>,
    pub next: Option<&'a Chapter>,
}

/// A chapter: its text, and the way on.
pub fn chapter(page: &ChapterPage<'_>) -> Markup {
    html! {
        p.back { a href="/aide" { (Icon::Previous) "Aide" } }
        article.guide {
            h1 { (page.chapter.title) }
            ((page.chapter.body)())
        }
        nav.links aria-label="Chapitres voisins" {
            @if let Some(previous) = page.previous { a href={ "/aide/" (previous.name) } { (Icon::Previous) (previous.title) } }
            @if let Some(next) = page.next { a href={ "/aide/" (next.name) } { (next.title) (Icon::Next) } }
        }
    }
}
