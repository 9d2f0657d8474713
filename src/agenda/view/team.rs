//! One day of several abonnés side by side: a column each, rows aligned by the clock though their slots differ in length.

use super::cell::{self, Ground};
use super::grid::{Column, Hours, Line, Place, lines};
use super::page::{day_notes, is_now};
use super::{Grid, View, clock};
use crate::base::{SubscriberId, time};
use crate::ui::Icon;
use chrono::NaiveDate;
use maud::{Markup, html};

/// One of the abonnés.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    pub id: SubscriberId,
    pub name: &'a str,
    /// What stands before « /agenda » in its addresses.
    pub base: &'a str,
    /// « patient ».
    pub clients_called: &'a str,
    /// « heure de Indian/Reunion », where its clock is not the house's.
    pub clock: Option<&'a str>,
    /// The one that a telephone shows.
    pub in_front: bool,
}

/// Their day.
#[derive(Debug, Clone)]
pub struct TeamGrid<'a> {
    pub date: NaiveDate,
    pub members: Vec<Member<'a>>,
    /// One for each, in the same order.
    pub days: Vec<Column<'a>>,
    /// Hours that are never folded.
    pub hours: Hours,
    /// Minutes of the day that have passed, where it is today.
    pub now: Option<u16>,
    pub paper: bool,
}

/// The table of their day.
pub fn team(grid: &TeamGrid<'_>) -> Markup {
    let lines = lines(&grid.days, Some(grid.hours));
    html! {
        table class=[(!grid.paper).then_some("slots week team")] {
            caption.quiet { "Agendas : " (time::date_in_words(grid.date)) }
            colgroup { col.hours; @for member in &grid.members { col.team-behind[!member.in_front]; } }
            thead {
                tr {
                    th scope="col" { "Heure" }
                    @for (member, day) in grid.members.iter().zip(&grid.days) {
                        th.team-behind[!member.in_front] scope="col" {
                            @if grid.paper { bdi { (member.name) } }
                            @else { a href={ (member.base) "/agenda?date=" (grid.date) } { bdi { (member.name) } } }
                            span.notes {
                                @if let Some(zone) = member.clock { (zone) }
                                (day_notes(day, " "))
                            }
                        }
                    }
                }
            }
            tbody { @for line in &lines { (row(grid, line)) } }
        }
    }
}

fn row(grid: &TeamGrid<'_>, line: &Line<'_, '_>) -> Markup {
    let now = grid.now.map(|now| (grid.days.as_slice(), now));
    match line {
        Line::Fold { from, to } => html! {
            tr.fold { th scope="row" colspan=(grid.days.len() + 1) { (clock(*from)) " – " (clock(*to)) " non travaillé" } }
        },
        Line::Row { from, places } => html! {
            tr.hour[from % 60 == 0].now[is_now(now, line)] {
                th scope="row" {
                    time datetime=(clock(*from)) { (clock(*from)) }
                    @if let Some(now) = grid.now && is_now(Some((&grid.days, now)), line) {
                        span.clock { (Icon::Clock) span.quiet { "maintenant, " } (clock(now)) }
                    }
                }
                @for (place, (member, day)) in places.iter().zip(grid.members.iter().zip(&grid.days)) {
                    (at(grid, member, day, place))
                }
            }
        },
    }
}

fn at(team: &TeamGrid<'_>, member: &Member<'_>, day: &Column<'_>, place: &Place<'_, '_>) -> Markup {
    let grid = Grid {
        base: member.base,
        view: View::Team,
        clients_called: member.clients_called,
        moving: None,
        owner: Some((member.id, member.name)),
    };
    match place {
        Place::Covered => html! {},
        Place::Block { from, to, rows, past } => html! {
            td.off.block.past[*past].team-behind[!member.in_front] rowspan=[(*rows > 1).then_some(*rows)] {
                span.quiet { (grid.about(day.date, *from)) " – " (clock(*to)) " : " }
                "non travaillé"
            }
        },
        Place::Cell { cell, rows, .. } if team.paper => on_paper(cell, *rows),
        Place::Cell { cell, from, rows } => cell::show_beside(&grid, day.date, cell, *from, *rows, !member.in_front),
    }
}

/// A cell for who carries the sheet about: words only.
fn on_paper(cell: &cell::Cell<'_>, rows: usize) -> Markup {
    let off = cell.taken.is_empty() && cell.ground == Ground::Unworked;
    html! {
        td.off[off] rowspan=[(rows > 1).then_some(rows)] {
            @if cell.taken.is_empty() { span { (cell.ground.label()) } }
            @for taken in &cell.taken {
                div { b { (taken.name) } @if !taken.appointment.reason.is_empty() { " · " (taken.appointment.reason) } }
            }
        }
    }
}
