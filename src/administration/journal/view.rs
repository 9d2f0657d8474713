//! The journal as a page.

use crate::base::time::moment_short;
use crate::base::{Instant, Zone};
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, link, submit};
use crate::ui::pagination::{Pages, Place};
use crate::ui::table::{self, or_dash};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// A page of the journal.
#[derive(Debug, Clone)]
pub struct JournalPage<'a> {
    /// `q`, `qui`, `action`, `abonne`, `du`, `au`: those that were asked for.
    pub query: &'a Form,
    pub actions: &'a [(String, String)],
    pub persons: &'a [(String, String)],
    pub subscribers: &'a [(String, String)],
    pub problems: &'a Problems,
    pub lines: Vec<JournalLine<'a>>,
    pub page: u64,
    pub pages: u64,
    pub zone: Zone,
}

/// One line: identifiers, never content.
#[derive(Debug, Clone)]
pub struct JournalLine<'a> {
    pub at: Instant,
    /// A login; empty for what the server did, or nobody known.
    pub who: &'a str,
    /// « messages archivés ».
    pub action: &'a str,
    /// An abonné's name.
    pub about: &'a str,
    /// « message 12 ».
    pub object: &'a str,
    /// A network address.
    pub from: String,
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(value, label)| (value.as_str(), label.as_str())).collect()
}

/// The journal as a table, with what narrows it.
pub fn journal(page: &JournalPage<'_>) -> Markup {
    let query = page.query.encoded();
    let pages = Pages { page: page.page, pages: page.pages, query: &query };
    let columns = [
        table::text("Quand"),
        table::text("Qui"),
        table::text("Action"),
        table::text("Abonné"),
        table::text("Objet"),
        table::text("Depuis"),
    ];
    let rows: Vec<Vec<Markup>> = page.lines.iter().map(|line| cells(line, page.zone)).collect();
    let file = if query.is_empty() { String::new() } else { format!("?{query}") };
    html! {
        div.head {
            h1 { "Journal" }
            (link(Weight::Plain, Icon::Export, "Exporter (CSV)", &format!("/administration/journal/journal.csv{file}")))
        }
        (filter(page))
        @if rows.is_empty() {
            div.empty {
                (Icon::Journal)
                p { @if query.is_empty() { "Le journal est vide." } @else { "Rien dans le journal ne correspond à votre recherche." } }
            }
        } @else {
            div.tools { (pages.links(Place::Above)) }
            (table::table("Qui a fait quoi, et quand ; le plus récent d’abord", &columns, &rows))
            div.tools.below { (pages.links(Place::Below)) }
        }
    }
}

fn filter(page: &JournalPage<'_>) -> Markup {
    let fields = Fields::new(page.query, page.problems);
    let (persons, actions, subscribers) = (borrowed(page.persons), borrowed(page.actions), borrowed(page.subscribers));
    html! {
        search {
            form.filter method="get" action="/administration/journal" {
                (fields.summary())
                div.row {
                    (fields.text("q", "Mots").class("wide"))
                    (fields.select("qui", "Qui", &persons))
                    (fields.select("action", "Action", &actions))
                    (fields.select("abonne", "Abonné", &subscribers))
                    (fields.date("du", "Du"))
                    (fields.date("au", "Au"))
                }
                div.buttons {
                    (submit(Weight::Main, Icon::Search, "Chercher"))
                    @if !page.query.is_empty() { (link(Weight::Plain, Icon::Cross, "Tout montrer", "/administration/journal")) }
                }
            }
        }
    }
}

fn cells(line: &JournalLine<'_>, zone: Zone) -> Vec<Markup> {
    let local = line.at.local(zone);
    vec![
        html! { time { (moment_short(local)) (local.format(":%S")) } },
        or_dash(line.who),
        html! { (line.action) },
        html! { @if line.about.is_empty() { (or_dash("")) } @else { bdi { (line.about) } } },
        or_dash(line.object),
        or_dash(&line.from),
    ]
}
