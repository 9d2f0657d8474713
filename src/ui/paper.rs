//! Sheets of several pages: each says on its top whose it is, what, and when it was printed. Its number is the style's to say
//! (`@page`, where browsers know margin boxes: Chromium from 131, Firefox and Safari print their own instead).

use super::frame::sheet;
use crate::base::time::moment_short;
use chrono::NaiveDateTime;
use maud::{Markup, html};

/// What a sheet is.
#[derive(Debug, Clone, Copy)]
pub struct Paper<'a> {
    /// The abonné, or the secretariat.
    pub owner: &'a str,
    /// « Messages en attente ».
    pub what: &'a str,
    /// Local time of whoever prints.
    pub printed: NaiveDateTime,
}

impl Paper<'_> {
    /// « Messages en attente · Cabinet Martin »: browsers propose it as the file's name.
    pub fn title(&self) -> String {
        format!("{} · {}", self.what, self.owner)
    }

    /// A whole page around a content that has its own letterhead.
    pub fn bare(&self, content: &Markup) -> Markup {
        let running = html! {
            // A table's head comes again on each page, and this is shown as one; the letterhead says the same for ears.
            div.running aria-hidden="true" { p { (self.owner) " · " (self.what) " · imprimé le " (moment_short(self.printed)) } }
        };
        sheet(&self.title(), &["print"], &html! { div.leaf { (running) div { (content) } } })
    }

    /// A whole page: the letterhead, the button that prints, the content.
    pub fn sheet(&self, content: &Markup) -> Markup {
        self.bare(&html! {
            header.letterhead {
                h1 { (self.owner) }
                p { (self.what) }
                p.hint { "Imprimé le " (moment_short(self.printed)) }
            }
            // `print.js` puts a button here; without it the browser's own command does the same.
            div.tools data-print {}
            (content)
        })
    }
}
