//! A day or a week on one sheet of A4, black on white. How many rows there are decides how small they are.

use super::cell::{Cell, Ground};
use super::grid::{Column, Hours, Line, Place, lines};
use super::page::{column_title, title};
use super::{View, clock};
use crate::base::time;
use chrono::NaiveDateTime;
use maud::{Markup, html};

/// What goes on the sheet.
#[derive(Debug, Clone)]
pub struct PrintPage<'a> {
    pub subscriber_name: &'a str,
    pub view: View,
    pub date: chrono::NaiveDate,
    pub days: Vec<Column<'a>>,
    pub hours: Hours,
    /// « patient ».
    pub clients_called: &'a str,
    pub printed: NaiveDateTime,
}

/// The sheet's title, which browsers propose as the name of a file.
pub fn print_title(page: &PrintPage<'_>) -> String {
    format!("{} · {}", page.subscriber_name, title(page.view, page.date))
}

/// The sheet's content.
pub fn print(page: &PrintPage<'_>) -> Markup {
    let lines = lines(&page.days, Some(page.hours));
    html! {
        div class={ "planning " (page.view.word()) " " (size(lines.len())) } {
            div.letterhead {
                h1 { (page.subscriber_name) }
                p { (title(page.view, page.date)) }
                p.hint { "Imprimé le " (time::moment_short(page.printed)) }
            }
            p data-print {}
            table {
                caption.quiet { "Agenda : " (title(page.view, page.date)) }
                thead {
                    tr {
                        th scope="col" { "Heure" }
                        @for day in &page.days {
                            th scope="col" {
                                (column_title(day.date))
                                @if let Some(name) = &day.holiday { " · " (name) }
                                @if let Some(reason) = &day.absence { " · Absence" @if !reason.is_empty() { " : " (reason) } }
                            }
                        }
                    }
                }
                tbody { @for line in &lines { (row(page, line)) } }
            }
        }
    }
}

/// How small the rows of a sheet are: an office's usual day of quarters fits at ease, a day of five minutes just so.
fn size(rows: usize) -> &'static str {
    match rows {
        0..=24 => "roomy",
        25..=40 => "usual",
        41..=60 => "small",
        61..=90 => "tight",
        _ => "tiny",
    }
}

fn row(page: &PrintPage<'_>, line: &Line<'_, '_>) -> Markup {
    match line {
        Line::Fold { from, to } => html! {
            tr.fold { th scope="row" colspan=(page.days.len() + 1) { (clock(*from)) " – " (clock(*to)) " non travaillé" } }
        },
        Line::Row { from, places } => html! {
            tr.hour[from % 60 == 0] {
                th scope="row" { (clock(*from)) }
                @for place in places {
                    @match place {
                        Place::Covered => {},
                        Place::Block { rows, .. } => td.off rowspan=[(*rows > 1).then_some(*rows)] { "non travaillé" },
                        Place::Cell { cell, rows, .. } => (slot(page, cell, *rows)),
                    }
                }
            }
        },
    }
}

fn slot(page: &PrintPage<'_>, cell: &Cell<'_>, rows: usize) -> Markup {
    let off = cell.taken.is_empty() && cell.ground == Ground::Unworked;
    html! {
        td.off[off].tall[rows > 1 && cell.taken.len() == 1] rowspan=[(rows > 1).then_some(rows)] {
            @if cell.taken.is_empty() { span { (cell.ground.label()) } }
            @for taken in &cell.taken {
                @let kept = taken.appointment;
                div {
                    b { (taken.name) }
                    @if !kept.phone.is_empty() { " " span.keep { (kept.phone.shown()) } }
                    @if !kept.reason.is_empty() { " · " (kept.reason) }
                    @if kept.kind == crate::agenda::model::Kind::Visit { " · visite" @if !kept.address.is_empty() { " : " (kept.address) } }
                    @if kept.new_patient { " · nouveau " (page.clients_called) }
                }
            }
        }
    }
}
