//! « Qui a changé quoi »: of an appointment, a slot, a day.

use super::{View, agenda_href, clock};
use crate::base::Instant;
use crate::base::{Zone, time};
use crate::ui::Icon;
use crate::ui::form::{Weight, link};
use chrono::{Days, NaiveDate};
use maud::{Markup, html};

/// One change, in words.
#[derive(Debug, Clone)]
pub struct Change {
    pub at: Instant,
    pub zone: Zone,
    /// Empty for what the server did by itself.
    pub who: String,
    /// « rendez-vous pris : DUPONT Marie ».
    pub what: String,
    /// Before and after, where both are worth saying; may be empty.
    pub more: String,
}

/// The changes of a day, or of one slot of it.
#[derive(Debug, Clone)]
pub struct HistoryPage<'a> {
    pub base: &'a str,
    pub date: NaiveDate,
    /// Of this slot alone.
    pub from: Option<u16>,
    pub changes: Vec<Change>,
}

/// A list of changes, newest first.
pub fn changes(changes: &[Change]) -> Markup {
    html! {
        ol.changes {
            @for change in changes {
                li {
                    time datetime=(change.at.rfc3339()) { (time::moment_short(change.at.local(change.zone))) }
                    " : " b { (change.what) }
                    @if !change.who.is_empty() { " par " (change.who) }
                    @if !change.more.is_empty() { br; span.soft { (change.more) } }
                }
            }
        }
    }
}

/// The history's content, without its frame.
pub fn history(page: &HistoryPage<'_>) -> Markup {
    let day = time::date_in_words(page.date);
    let before = page.date.checked_sub_days(Days::new(1)).unwrap_or(page.date);
    let after = page.date.checked_add_days(Days::new(1)).unwrap_or(page.date);
    let href = |date: NaiveDate| format!("{}/agenda/historique?date={date}", page.base);
    html! {
        div.head {
            h1 {
                "Historique du " (day)
                @if let Some(from) = page.from { " à " (clock(from)) }
            }
        }
        p.buttons {
            (link(Weight::Plain, Icon::Calendar, "Agenda de ce jour", &agenda_href(page.base, page.date, View::Day)))
            @if page.from.is_some() { (link(Weight::Plain, Icon::Journal, "Tout le jour", &href(page.date))) }
            (link(Weight::Plain, Icon::Previous, "Jour précédent", &href(before)))
            (link(Weight::Plain, Icon::Next, "Jour suivant", &href(after)))
        }
        section.history.paper {
            @if page.changes.is_empty() { p.empty.small { "Aucun changement." } } @else { (changes(&page.changes)) }
        }
    }
}
