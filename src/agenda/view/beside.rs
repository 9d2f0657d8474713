//! A day beside a call: what is still to come of it, and the next free times, each one click from being booked.

use super::cell;
use super::grid::{Column, Line, Place, lines};
use super::page::{capital, day_notes};
use super::{Grid, View, agenda_href, clock};
use crate::agenda::model::{FreeTime, Kind};
use crate::base::{ContactId, time};
use crate::ui::Icon;
use chrono::{Days, NaiveDate};
use maud::{Markup, html};

/// What stands beside the call.
#[derive(Debug, Clone)]
pub struct Beside<'a> {
    /// What stands before « /agenda ».
    pub base: &'a str,
    /// « patient ».
    pub clients_called: &'a str,
    pub today: NaiveDate,
    /// The day shown, whole.
    pub day: Column<'a>,
    /// The next free times.
    pub free: &'a [FreeTime],
    /// The caller's card, where one alone bears the number: goes with every free time.
    pub contact: Option<ContactId>,
}

/// The block. Its table has the names of the agenda's own page, so that the same scripts keep it.
pub fn beside(page: &Beside<'_>) -> Markup {
    html! {
        (free_times(page))
        (dates(page))
        div.agenda #agenda-grille { div.beside-day #agenda-jour tabindex="0" role="region" aria-label="Créneaux du jour" { (day(page)) } }
        p { a href={ (page.base) "/agenda" } { "Ouvrir l’agenda" } ", " a href={ (page.base) "/agenda/libres" } { "trouver un créneau" } }
    }
}

fn free_times(page: &Beside<'_>) -> Markup {
    html! {
        @if page.free.is_empty() { p.hint { "Aucun créneau libre dans les trois semaines." } }
        @else {
            p.label { "Prochains créneaux libres" }
            ul.free {
                @for free in page.free {
                    @let hour = clock(free.start.0);
                    li {
                        a.button data-window href={
                            (page.base) "/agenda/creneau?date=" (free.date) "&heure=" (hour) "&vue=appel"
                            @if let Some(contact) = page.contact { "&contact=" (contact) }
                        } {
                            // The year goes without saying within three weeks.
                            @if free.date != page.today { (time::date_with_weekday(free.date).trim_end_matches(|c| c != '/').trim_end_matches('/')) " " }
                            (hour)
                            @if free.kind == Kind::Visit { " visite" }
                        }
                    }
                }
            }
        }
    }
}

fn dates(page: &Beside<'_>) -> Markup {
    let date = page.day.date;
    let href = |date: NaiveDate| format!("{}#agenda", agenda_href(page.base, date, View::Call));
    let before = date.checked_sub_days(Days::new(1)).unwrap_or(date);
    let after = date.checked_add_days(Days::new(1)).unwrap_or(date);
    html! {
        nav.beside-dates aria-label="Jour de l’agenda" {
            a.button data-beside href=(href(before)) rel="prev" aria-label="Jour précédent" title="Jour précédent" { (Icon::Previous) }
            b { (capital(&time::date_in_words(date))) @if date == page.today { span.soft { " · aujourd’hui" } } (day_notes(&page.day, " · ")) }
            @if date != page.today { a.button data-beside href=(href(page.today)) { "Aujourd’hui" } }
            a.button data-beside href=(href(after)) rel="next" aria-label="Jour suivant" title="Jour suivant" { (Icon::Next) }
        }
    }
}

/// The slots that are not over: what is past can't be booked, and who came this morning is in the agenda itself.
fn day(page: &Beside<'_>) -> Markup {
    let grid =
        Grid { base: page.base, view: View::Call, clients_called: page.clients_called, moving: None, owner: None };
    let days = std::slice::from_ref(&page.day);
    let places = lines(days, Some((0, 0))).into_iter().filter_map(|line| match line {
        Line::Row { mut places, .. } => match places.pop() {
            Some(Place::Cell { cell, from, .. }) if !cell.past && !cell.is_plain() => Some((cell, from)),
            _ => None,
        },
        Line::Fold { .. } => None,
    });
    let places: Vec<_> = places.collect();
    html! {
        @if places.is_empty() {
            p.empty.small { @if page.day.date == page.today { "Plus aucun créneau aujourd’hui." } @else { "Aucun créneau travaillé ce jour." } }
        } @else {
            table.slots {
                caption.quiet { "Agenda : " (time::date_in_words(page.day.date)) }
                colgroup { col.hours; col; }
                thead.quiet { tr { th scope="col" { "Heure" } th scope="col" { "Créneau" } } }
                tbody {
                    @for (cell, from) in places {
                        tr.hour[from % 60 == 0] {
                            th scope="row" { time datetime=(clock(from)) { (clock(from)) } }
                            (cell::show(&grid, page.day.date, cell, from, 1))
                        }
                    }
                }
            }
        }
    }
}
