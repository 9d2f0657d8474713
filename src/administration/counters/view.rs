//! The counters as a page.

use crate::base::{SubscriberId, french};
use crate::counters::{Counted, Counts, Month};
use crate::error::Problems;
use crate::http::Form;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, link, submit};
use crate::ui::table;
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// Whose counters.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// Every abonné's in one month.
    Month(Month),
    /// One abonné's, month by month.
    Subscriber(&'a Subscriber),
}

/// A table of counters.
#[derive(Debug, Clone)]
pub struct CountersPage<'a> {
    pub of: Of<'a>,
    /// Values and words of the choice.
    pub months: &'a [(String, String)],
    pub rows: Vec<Row<'a>>,
    pub total: &'a Counts,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// An abonné or a month.
    pub name: &'a str,
    /// Leads to its own counters.
    pub subscriber: Option<SubscriberId>,
    pub counts: &'a Counts,
}

/// « Ce qui a été fait en novembre 2026 ».
pub fn caption(of: Of<'_>) -> String {
    match of {
        Of::Month(month) => format!("Ce qui a été fait en {}", month.in_words()),
        Of::Subscriber(subscriber) => format!("{}, mois par mois", subscriber.name),
    }
}

/// The table with its total, for paper.
pub fn on_paper(page: &CountersPage<'_>) -> Markup {
    html! {
        @if page.rows.is_empty() { p { "Aucun abonné pour l’instant : il n’y a rien à compter." } }
        @else { (figures_table(page)) }
    }
}

fn figures_table(page: &CountersPage<'_>) -> Markup {
    let first = if matches!(page.of, Of::Month(_)) { "Abonné" } else { "Mois" };
    let mut columns = vec![table::text(first), table::figures("Appels")];
    columns.extend(Counted::ALL.map(|what| table::figures(what.label())));
    let mut rows: Vec<Vec<Markup>> = page.rows.iter().map(cells).collect();
    rows.push(figures(html! { strong { "Total" } }, page.total, true));
    table::table(&caption(page.of), &columns, &rows)
}

/// The table with its total and its files.
pub fn counters(page: &CountersPage<'_>) -> Markup {
    let query = match page.of {
        Of::Month(month) => format!("mois={month}"),
        Of::Subscriber(subscriber) => format!("abonne={}", subscriber.id),
    };
    html! {
        div.head {
            h1 { "Compteurs" @if let Of::Subscriber(subscriber) = page.of { " : " bdi { (subscriber.name) } } }
            div.buttons {
                (link(Weight::Plain, Icon::Print, "Version imprimable", &format!("/administration/compteurs/imprimable?{query}")))
                (link(Weight::Plain, Icon::Export, "Excel", &format!("/administration/compteurs/compteurs.xlsx?{query}")))
                (link(Weight::Plain, Icon::Export, "CSV", &format!("/administration/compteurs/compteurs.csv?{query}")))
            }
        }
        (choice(page))
        @if page.rows.is_empty() {
            div.empty { (Icon::Counters) p { "Aucun abonné pour l’instant : il n’y a rien à compter." } }
        } @else {
            (figures_table(page))
            p.hint {
                "Comptés au moment où l’appel est pris, et gardés après l’effacement des messages. « Appels » : tous les messages hors fax. "
                "Ce qui est repris d’un autre logiciel n’est pas compté."
            }
        }
    }
}

fn choice(page: &CountersPage<'_>) -> Markup {
    let none = Problems::default();
    match page.of {
        Of::Month(month) => {
            let months: Vec<(&str, &str)> =
                page.months.iter().map(|(value, label)| (value.as_str(), label.as_str())).collect();
            let form = Form::from_iter([("mois", month.to_string())]);
            html! {
                form.inline method="get" action="/administration/compteurs" {
                    (Fields::new(&form, &none).select("mois", "Mois", &months))
                    (submit(Weight::Plain, Icon::Calendar, "Afficher"))
                }
            }
        }
        Of::Subscriber(_) => html! {
            p.back { (link(Weight::Plain, Icon::Previous, "Tous les abonnés", "/administration/compteurs")) }
        },
    }
}

fn cells(row: &Row<'_>) -> Vec<Markup> {
    let name = match row.subscriber {
        Some(id) => html! { a href={ "/administration/compteurs?abonne=" (id) } { bdi { (row.name) } } },
        None => html! { bdi { (row.name) } },
    };
    figures(name, row.counts, false)
}

fn figures(name: Markup, counts: &Counts, strong: bool) -> Vec<Markup> {
    let figure = |count: u64| {
        let shown = french::grouped(count);
        if strong {
            html! { strong { (shown) } }
        } else {
            html! { (shown) }
        }
    };
    let mut cells = vec![name, figure(counts.calls())];
    cells.extend(Counted::ALL.map(|what| figure(counts.of(what))));
    cells
}
