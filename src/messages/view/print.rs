//! « Version imprimable »: the messages alone, as many as fit well on A4.

use super::row::{Around, Row, kind};
use super::{List, table_head};
use crate::base::french;
use crate::base::time::{date_in_words, moment_short};
use crate::ui::pagination::{Pages, Place};
use crate::ui::paper::Paper;
use chrono::NaiveDateTime;
use maud::{Markup, html};

/// A list for paper.
#[derive(Debug, Clone)]
pub struct PrintPage<'a> {
    pub around: Around<'a>,
    pub list: List,
    pub subscriber_name: &'a str,
    pub rows: Vec<Row<'a>>,
    /// Messages in the whole list.
    pub total: u64,
    /// Where the rows stand in the list, when they are not all of it.
    pub page: u64,
    pub pages: u64,
    /// Local time of the abonné.
    pub printed: NaiveDateTime,
}

fn what(list: List) -> &'static str {
    match list {
        List::Pending => "Messages en attente",
        List::Archived => "Messages archivés",
    }
}

/// The whole sheet.
pub fn print(page: &PrintPage<'_>) -> Markup {
    let paper = Paper { owner: page.subscriber_name, what: what(page.list), printed: page.printed };
    paper.bare(&content(page))
}

fn content(page: &PrintPage<'_>) -> Markup {
    html! {
        header.letterhead {
            h1 { (page.subscriber_name) }
            p {
                (what(page.list)) " : " (french::count(page.rows.len() as u64, "message", "messages"))
                @if page.pages > 1 { " sur " (french::grouped(page.total)) " (page " (page.page) " sur " (page.pages) ")" }
                @if let Some((first, last)) = range(page) { ", reçus du " (first) " au " (last) }
            }
            p.hint { "Imprimé le " (moment_short(page.printed)) }
        }
        div.tools {
            // `print.js` puts a button here; without it the browser's own command does the same.
            div data-print {}
            (Pages { page: page.page, pages: page.pages, query: "" }.links(Place::Above))
        }
        @if page.rows.is_empty() {
            p { "Aucun message." }
        } @else {
            table.messages role="table" {
                caption.quiet { (what(page.list)) }
                (table_head(None))
                tbody role="rowgroup" {
                    @for row in &page.rows {
                        tr class=[row.message.urgent.then_some("urgent")] role="row" {
                            th.no scope="row" role="rowheader" { b { "n°\u{a0}" (row.message.number) } (kind(row.message)) }
                            td.when role="cell" {
                                (page.around.when(row.message))
                                @if !row.message.taken_by.is_empty() { p.hint { "par " bdi { (row.message.taken_by) } } }
                            }
                            td.what role="cell" { div.says { (page.around.says(row, false)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The first and last day of reception among the rows.
fn range(page: &PrintPage<'_>) -> Option<(String, String)> {
    let first = page.rows.iter().map(|row| row.message.received).min()?;
    let last = page.rows.iter().map(|row| row.message.received).max()?;
    let day = |instant: crate::base::Instant| date_in_words(instant.local(page.around.zone).date());
    Some((day(first), day(last)))
}
