//! The agenda's page: what leads to other dates, the table of one day or week, what its marks mean, and the keys.

use super::cell;
use super::grid::{Column, Hours, Line, Place, lines};
use super::window::{Conflict, nearest};
use super::{Grid, Month, Moving, View, agenda_href, clock, moment_in_words, monday, slot_id, slot_value};
use crate::base::{french, time};
use crate::ui::Icon;
use crate::ui::form::{Weight, hidden, link};
use chrono::{Datelike, Days, NaiveDate};
use maud::{Markup, html};

/// What a page of the agenda shows.
#[derive(Debug, Clone)]
pub struct AgendaPage<'a> {
    pub base: &'a str,
    /// « patient ».
    pub clients_called: &'a str,
    pub view: View,
    pub date: NaiveDate,
    pub today: NaiveDate,
    /// Minutes of today that have passed.
    pub now: u16,
    /// One for the day, seven for the week.
    pub days: Vec<Column<'a>>,
    /// Hours that are never folded.
    pub hours: Hours,
    /// Whether every time has its row.
    pub unfolded: bool,
    pub month: Month,
    pub moving: Option<Moving<'a>>,
    /// A move that came second.
    pub conflict: Option<Conflict<'a>>,
}

/// The page's title: the date or the week in words.
pub fn title(view: View, date: NaiveDate) -> String {
    match view {
        View::Day | View::Team | View::Call => time::date_in_words(date),
        View::Week => {
            let first = monday(date);
            let last = first.checked_add_days(Days::new(6)).unwrap_or(first);
            format!(
                "Semaine {} : du {} au {}",
                first.iso_week().week(),
                time::date_short(first),
                time::date_short(last)
            )
        }
    }
}

/// The agenda's content, without its frame.
pub fn agenda(page: &AgendaPage<'_>) -> Markup {
    html! {
        div.agenda data-agenda=(page.view.word()) {
            div.head #agenda-tete data-live { (heading(page)) }
            div #agenda-deplacement data-live { @if let Some(moving) = &page.moving { (moving_banner(page, moving)) } }
            div.tools.agenda-tools #agenda-outils data-live { (tools(page)) }
            div.agenda-body.by-day[page.view == View::Day] {
                div #agenda-grille data-live { (table(page)) }
                aside aria-label="Calendrier et recherche" {
                    div #agenda-mois data-live { (page.month.show(page.base, page.view, &moving_query(page))) }
                    (searches(page))
                    (legend())
                }
            }
            (keys())
        }
    }
}

fn heading(page: &AgendaPage<'_>) -> Markup {
    let shown = page.days.iter().filter(|day| day.date == page.date);
    let count: u64 = page.days.iter().map(appointments).sum();
    html! {
        div {
            h1 { (capital(&title(page.view, page.date))) }
            p.soft {
                @if page.view == View::Day {
                    "Semaine " (page.date.iso_week().week())
                    @if page.date == page.today { " · aujourd’hui" }
                    @for day in shown { (day_notes(day, " · ")) }
                    " · "
                }
                @if count == 0 { "aucun rendez-vous" } @else { (french::count(count, "rendez-vous", "rendez-vous")) }
            }
        }
    }
}

/// Appointments that begin on a day.
fn appointments(day: &Column<'_>) -> u64 {
    day.cells.iter().flat_map(|cell| cell.taken.iter().filter(|taken| taken.appointment.day() == day.date)).count()
        as u64
}

/// What is to know of a whole day.
pub(super) fn day_notes(day: &Column<'_>, before: &str) -> Markup {
    html! {
        @if let Some(name) = &day.holiday { (before) span.holiday { (name) ", férié" } }
        @if let Some(reason) = &day.absence {
            (before) span.absence { "Absence" @if !reason.is_empty() { " : " (reason) } }
        }
    }
}

fn moving_query(page: &AgendaPage<'_>) -> String {
    page.moving.map(|moving| format!("&deplacer={}", moving.id)).unwrap_or_default()
}

fn moving_banner(page: &AgendaPage<'_>, moving: &Moving<'_>) -> Markup {
    html! {
        div.flash.notice.moving role="status" {
            (Icon::Calendar)
            p {
                "Choisissez le nouveau créneau de " b { (moving.name) }
                " (" (moment_in_words(moving.date, moving.from)) ")."
            }
            (link(Weight::Plain, Icon::Cross, "Ne pas déplacer", &agenda_href(page.base, moving.date, page.view)))
        }
        @if let Some(conflict) = &page.conflict {
            div.flash.problem role="alert" {
                (Icon::Urgent)
                p { (conflict.sentence) }
                form.nearest method="post" action={ (page.base) "/agenda/rendez-vous/" (moving.id) "/deplacement" } {
                    (hidden("vue", page.view.word()))
                    (nearest(conflict))
                }
            }
        }
    }
}

fn tools(page: &AgendaPage<'_>) -> Markup {
    let step = if page.view == View::Day { 1 } else { 7 };
    let before = page.date.checked_sub_days(Days::new(step)).unwrap_or(page.date);
    let after = page.date.checked_add_days(Days::new(step)).unwrap_or(page.date);
    let moving = moving_query(page);
    let href = |date, view| format!("{}{moving}", agenda_href(page.base, date, view));
    let (earlier, later) = if page.view == View::Day {
        ("Jour précédent", "Jour suivant")
    } else {
        ("Semaine précédente", "Semaine suivante")
    };
    html! {
            nav.buttons aria-label="Dates" {
                a.button href=(href(before, page.view)) rel="prev" aria-label=(earlier) title=(earlier) { (Icon::Previous) }
                a.button href=(href(page.today, page.view)) data-key="t" { "Aujourd’hui" }
                a.button href=(href(after, page.view)) rel="next" aria-label=(later) title=(later) { (Icon::Next) }
            }
            nav.buttons.switch aria-label="Affichage" {
                a.button href=(href(page.date, View::Day)) data-key="j" aria-current=[(page.view == View::Day).then_some("true")] { "Jour" }
                a.button href=(href(page.date, View::Week)) data-key="s" aria-current=[(page.view == View::Week).then_some("true")] { "Semaine" }
            }
            form.buttons method="get" action={ (page.base) "/agenda" } {
                (hidden("vue", page.view.word()))
                @if let Some(moving) = &page.moving { (hidden("deplacer", &moving.id.to_string())) }
                label.quiet for="aller" { "Aller au" }
                input id="aller" name="date" type="date" value=(page.date);
                button.button { "Aller" }
            }
            p.buttons.apart {
                a.button href={ (page.base) "/agenda/imprimable?date=" (page.date) "&vue=" (page.view.word()) } { (Icon::Print) span { "Imprimer" } }
                @if page.view == View::Day {
                    a.button href={ (page.base) "/agenda/feuille?date=" (page.date) } { (Icon::Journal) span { "Feuille du jour" } }
                }
            }
    }
}

fn table(page: &AgendaPage<'_>) -> Markup {
    let lines = lines(&page.days, (!page.unfolded).then_some(page.hours));
    let idle = page.days.iter().all(|day| day.cells.iter().all(cell::Cell::is_plain));
    let action = match &page.moving {
        Some(moving) => format!("{}/agenda/rendez-vous/{}/deplacement", page.base, moving.id),
        None => format!("{}/agenda/creneaux", page.base),
    };
    html! {
        @if idle {
            p.empty.small { "Aucun créneau travaillé " @if page.view == View::Day { "ce jour." } @else { "cette semaine." } }
        }
        form.grid method="post" action=(action) data-in-place {
            (hidden("vue", page.view.word()))
            (hidden("retour", &page.date.to_string()))
            @if page.unfolded { (hidden("tout", "1")) }
            table.slots.week[page.view == View::Week] {
                caption.quiet { "Agenda : " (title(page.view, page.date)) }
                colgroup {
                    col.hours;
                    // A day that nobody works leaves its room to the others.
                    @for day in &page.days { col.idle[day.cells.iter().all(cell::Cell::is_plain)]; }
                }
                (head(page))
                tbody { @for line in &lines { (row(page, line)) } }
            }
        }
        p.links {
            @let open = format!("{}{}", agenda_href(page.base, page.date, page.view), moving_query(page));
            @if page.unfolded { a href=(open) { "Replier les heures non travaillées" } }
            @else { a href={ (open) "&tout=1" } { "Montrer toutes les heures" } }
        }
    }
}

fn head(page: &AgendaPage<'_>) -> Markup {
    html! {
        thead class=[(page.view == View::Day).then_some("quiet")] {
            tr {
                th scope="col" { "Heure" }
                @if page.view == View::Day { th scope="col" { "Créneau" } }
                @else {
                    @for day in &page.days {
                        th.today[day.date == page.today].past[day.date < page.today] scope="col" {
                            a href={ (agenda_href(page.base, day.date, View::Day)) (moving_query(page)) } { (column_title(day.date)) }
                            @if day.date == page.today { span.quiet { " (aujourd’hui)" } }
                            span.notes { (day_notes(day, " ")) }
                        }
                    }
                }
            }
        }
    }
}

/// « mardi 24 », « mardi 1er décembre » where a month begins.
pub(super) fn column_title(date: NaiveDate) -> String {
    let words = time::date_in_words(date);
    let parts: Vec<&str> = words.split(' ').collect();
    parts[..if date.day() == 1 { 3 } else { 2 }].join(" ")
}

fn row(page: &AgendaPage<'_>, line: &Line<'_, '_>) -> Markup {
    let grid = Grid {
        base: page.base,
        view: page.view,
        clients_called: page.clients_called,
        moving: page.moving,
        owner: None,
    };
    match line {
        Line::Fold { from, to } => html! {
            tr.fold {
                th scope="row" colspan=(page.days.len() + 1) {
                    a id=(slot_id(page.date, *from)) data-slot=(slot_value(page.date, *from))
                        href={ (agenda_href(page.base, page.date, page.view)) (moving_query(page)) "&tout=1#" (slot_id(page.date, *from)) } {
                        span { (clock(*from)) " – " (clock(*to)) } " non travaillé"
                    }
                }
            }
        },
        Line::Row { from, places } => html! {
            tr.hour[from % 60 == 0].now[is_now(page.now_in(), line)] {
                th scope="row" {
                    time datetime=(clock(*from)) { (clock(*from)) }
                    @if is_now(page.now_in(), line) { span.clock { (Icon::Clock) span.quiet { "maintenant, " } (clock(page.now)) } }
                }
                @for (place, day) in places.iter().zip(&page.days) {
                    @match place {
                        Place::Covered => {},
                        Place::Cell { cell, from, rows } => (cell::show(&grid, day.date, cell, *from, *rows)),
                        Place::Block { from, to, rows, past } => td.off.block.past[*past] rowspan=[(*rows > 1).then_some(*rows)] {
                            a id=(slot_id(day.date, *from)) data-slot=(slot_value(day.date, *from))
                                href={ (agenda_href(page.base, day.date, View::Day)) (moving_query(page)) "&tout=1#" (slot_id(day.date, *from)) } {
                                span.quiet { (super::slot_name(page.view, day.date, *from)) " – " (clock(*to)) " : " }
                                "non travaillé"
                            }
                        },
                    }
                }
            }
        },
    }
}

impl AgendaPage<'_> {
    /// The day of today among those shown, and its minute.
    fn now_in(&self) -> Option<(&[Column<'_>], u16)> {
        self.days.iter().any(|day| day.date == self.today && !day.cells.is_empty()).then_some((&self.days, self.now))
    }
}

/// Whether the present falls into this row: `now` are the columns and the minute, where today is among them.
pub(super) fn is_now(now: Option<(&[Column<'_>], u16)>, line: &Line<'_, '_>) -> bool {
    let (Some((days, now)), Line::Row { from, .. }) = (now, line) else { return false };
    // The row's own end is the next beginning of any day's cell.
    let bounds = days.iter().flat_map(|day| &day.cells).flat_map(|cell| [cell.from, cell.to]);
    let to = bounds.filter(|bound| bound > from).min();
    *from <= now && to.is_some_and(|to| now < to)
}

fn searches(page: &AgendaPage<'_>) -> Markup {
    html! {
        section.finders aria-label="Chercher dans l’agenda" {
            search {
                form.search method="get" action={ (page.base) "/agenda/recherche" } {
                    label.quiet for="q" { "Chercher un rendez-vous" }
                    input id="q" name="q" type="search" placeholder="Chercher un rendez-vous" autocomplete="off" spellcheck="false";
                    button.button { (Icon::Search) span { "Chercher" } }
                }
            }
            (link(Weight::Plain, Icon::Calendar, "Trouver un créneau", &format!("{}/agenda/libres", page.base)))
            p.buttons data-keys {
                a.button href={ (page.base) "/agenda/historique?date=" (page.date) } { (Icon::Journal) "Historique" }
                a.button href={ (page.base) "/agenda/semaine-type" } { (Icon::Settings) "Semaine type" }
                a.button href={ (page.base) "/agenda/absences" } { (Icon::Clock) "Absences" }
            }
            form.other method="get" action={ (page.base) "/agenda/creneau" } data-window {
                (hidden("date", &page.date.to_string()))
                (hidden("vue", page.view.word()))
                label for="heure-libre" { "Rendez-vous à une autre heure" }
                span.with-button {
                    input id="heure-libre" name="heure" type="time" required;
                    button.button { "Ouvrir" }
                }
            }
        }
    }
}

fn legend() -> Markup {
    html! {
        dl.legend aria-label="Légende" {
            div { dt { span.swatch.free {} "libre" } dd { "créneau travaillé" } }
            div { dt { span.swatch.visit {} "visite" } dd { "créneau ou rendez-vous à domicile" } }
            div { dt { span.swatch.off {} "gris" } dd { "non travaillé" } }
            div { dt { (Icon::Padlock) "cadenas" } dd { "bloquer : « Rendez-vous pris »" } }
            div { dt { (Icon::Bin) "corbeille" } dd { "annuler, ou rendre non travaillé" } }
            div { dt { span.arrow { (Icon::Arrow) } "flèche" } dd { "rendre travaillé" } }
        }
    }
}

/// The sheet of keys; `agenda-keys.js` opens it on « ? », and nothing opens it where there are no keys.
fn keys() -> Markup {
    html! {
        dialog #agenda-touches aria-labelledby="agenda-touches-titre" {
            h2 #agenda-touches-titre { "Raccourcis clavier" }
            dl.facts {
                @for (key, what) in [
                    ("↑ ↓ ← →", "aller d’un créneau à l’autre"), ("Entrée", "ouvrir le créneau"),
                    ("Suppr", "annuler le rendez-vous, ou rendre le créneau non travaillé"),
                    ("b", "bloquer le créneau"), ("j", "vue du jour"), ("s", "vue de la semaine"), ("t", "aujourd’hui"),
                    ("p", "page précédente"), ("n", "page suivante"), ("Échap", "fermer la fenêtre"), ("?", "cette aide"),
                ] {
                    div { dt { kbd { (key) } } dd { (what) } }
                }
            }
            button.button type="button" data-close { "Fermer" }
        }
    }
}

/// With its first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default() + letters.as_str()
}
