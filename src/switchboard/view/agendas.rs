//! Several agendas side by side, and the first free time among them.

use crate::agenda::model::{FreeTime, Kind};
use crate::agenda::view::{TeamGrid, capital, clock, moment_in_words, team};
use crate::base::{SubscriberId, french, time};
use crate::error::Problems;
use crate::http::Form;
use crate::subscribers::Subscriber;
use crate::ui::Icon;
use crate::ui::form::{Fields, Weight, hidden, link};
use chrono::{Days, NaiveDate, NaiveDateTime};
use maud::{Markup, html};

/// The page.
#[derive(Debug, Clone)]
pub struct AgendasPage<'a> {
    pub date: NaiveDate,
    pub today: NaiveDate,
    /// « abonne=3&abonne=5 »: those shown.
    pub query: &'a str,
    /// `None` before anybody was chosen.
    pub grid: Option<TeamGrid<'a>>,
    /// Everybody who can be chosen.
    pub all: &'a [Subscriber],
    pub ticked: &'a [SubscriberId],
    pub problems: &'a Problems,
    /// Former choices.
    pub presets: Vec<Preset>,
    /// « Toute l’équipe »: how many, and the query that shows them.
    pub whole: Option<(u64, String)>,
    pub finder: &'a Form,
}

/// A former choice.
#[derive(Debug, Clone)]
pub struct Preset {
    /// « Cabinet Martin, Dr Roche ».
    pub names: String,
    pub query: String,
}

/// The content, without its frame. Names and ids are those of an abonné's own agenda, whose scripts serve here too.
pub fn page(page: &AgendasPage<'_>) -> Markup {
    html! {
        div.agenda data-agenda="equipe" {
            div.head #agenda-tete data-live {
                div {
                    h1 { (capital(&time::date_in_words(page.date))) }
                    p.soft { "Agendas côte à côte" @if page.date == page.today { " · aujourd’hui" } }
                }
            }
            div.tools.agenda-tools #agenda-outils data-live { (tools(page)) }
            (picker(page))
            @match &page.grid {
                None => div.empty {
                    (Icon::Calendar)
                    p {
                        @if page.all.is_empty() { "Aucun abonné ne vous est confié pour l’instant." }
                        @else { "Cochez les abonnés dont vous voulez les agendas, puis «\u{a0}Afficher\u{a0}»." }
                    }
                },
                Some(grid) => {
                    (switch(page, grid))
                    div #agenda-grille data-live { (team(grid)) }
                    (finder(page.finder, &Problems::default(), page.query, "Premier créneau parmi ces abonnés"))
                }
            }
        }
    }
}

fn tools(page: &AgendasPage<'_>) -> Markup {
    let before = page.date.checked_sub_days(Days::new(1)).unwrap_or(page.date);
    let after = page.date.checked_add_days(Days::new(1)).unwrap_or(page.date);
    let href = |date: NaiveDate| format!("/standard/agendas?date={date}&{}", page.query);
    html! {
        nav.buttons aria-label="Dates" {
            a.button href=(href(before)) rel="prev" aria-label="Jour précédent" title="Jour précédent" { (Icon::Previous) }
            a.button href=(href(page.today)) data-key="t" { "Aujourd’hui" }
            a.button href=(href(after)) rel="next" aria-label="Jour suivant" title="Jour suivant" { (Icon::Next) }
        }
        form.buttons method="get" action="/standard/agendas" {
            @if page.grid.is_some() { @for id in page.ticked { (hidden("abonne", &id.to_string())) } }
            label.quiet for="aller" { "Aller au" }
            input id="aller" name="date" type="date" value=(page.date);
            button.button { "Aller" }
        }
        @if page.grid.is_some() {
            p.buttons.apart {
                a.button href={ "/standard/agendas/imprimable?date=" (page.date) "&" (page.query) } { (Icon::Print) span { "Imprimer" } }
            }
        }
    }
}

/// Who is shown: boxes to tick, and former choices by one click.
fn picker(page: &AgendasPage<'_>) -> Markup {
    let form = Form::default();
    let fields = Fields::new(&form, page.problems);
    let open = page.grid.is_none() || !page.problems.is_empty();
    let href = |query: &str| format!("/standard/agendas?date={}&{query}", page.date);
    html! {
        @if !page.all.is_empty() {
            details.team-picker open[open] {
                summary { "Choisir les abonnés" }
                form method="get" action="/standard/agendas" {
                    (fields.summary())
                    (hidden("date", &page.date.to_string()))
                    fieldset {
                        legend.quiet { "Abonnés à afficher côte à côte" }
                        @for one in page.all {
                            (fields.tick_value("abonne", &one.id.to_string(), &one.name, page.ticked.contains(&one.id)))
                        }
                    }
                    div.buttons { button.button.main { (Icon::Check) "Afficher" } }
                }
            }
        }
        @if page.whole.is_some() || !page.presets.is_empty() {
            nav.team-presets aria-label="Choix précédents" {
                @if let Some((count, query)) = &page.whole {
                    a.button href=(href(query)) { (Icon::Contacts) "Toute l’équipe (" (count) ")" }
                }
                @for preset in &page.presets { a href=(href(&preset.query)) { (preset.names) } }
            }
        }
    }
}

/// On a telephone one abonné at a time.
fn switch(page: &AgendasPage<'_>, grid: &TeamGrid<'_>) -> Markup {
    html! {
        nav.tabs.team-switch aria-label="Abonné affiché" {
            @for member in &grid.members {
                a href={ "/standard/agendas?date=" (page.date) "&" (page.query) "&colonne=" (member.id) } aria-current=[member.in_front.then_some("true")] {
                    bdi { (member.name) }
                }
            }
        }
    }
}

fn finder(form: &Form, problems: &Problems, query: &str, legend: &str) -> Markup {
    let fields = Fields::new(form, problems);
    html! {
        form.paper.finder method="get" action="/standard/agendas/libres" aria-label=(legend) {
            h2 { (legend) }
            (fields.summary())
            @for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) { (hidden(name, value)) }
            div.row {
                (fields.number("duree", "Durée (minutes)").class("short"))
                (fields.select("type", "Type", &[("consultation", "Consultation"), ("visite", "Visite")]).class("short"))
                (fields.date("du", "À partir du").class("short"))
                (fields.select("moment", "Moment", &[("", "Toute la journée"), ("matin", "Matin"), ("apres-midi", "Après-midi")]).class("short"))
                button.button.main { (Icon::Search) "Trouver" }
            }
        }
    }
}

/// « Premier créneau parmi ».
#[derive(Debug, Clone)]
pub struct FreePage<'a> {
    pub form: &'a Form,
    pub problems: &'a Problems,
    pub shown: &'a [Subscriber],
    pub query: &'a str,
    /// `None` when nothing could be asked.
    pub found: Option<Vec<Found<'a>>>,
    pub minutes: u16,
}

/// A free time, and whose.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    pub owner: &'a Subscriber,
    pub free: FreeTime,
    /// The zone its clock is in, where it is not the house's.
    pub local: Option<&'a str>,
}

/// The content of « Premier créneau parmi », without its frame.
pub fn free(page: &FreePage<'_>) -> Markup {
    let names: Vec<&str> = page.shown.iter().map(|one| one.name.as_str()).collect();
    html! {
        div.head {
            h1 { "Premier créneau" }
            (link(Weight::Plain, Icon::Calendar, "Agendas", &format!("/standard/agendas?{}", page.query)))
        }
        @if page.shown.is_empty() {
            div.empty {
                (Icon::Calendar)
                p { "Choisissez d’abord des abonnés : " a href="/standard/agendas" { "agendas côte à côte" } "." }
            }
        } @else {
            p.soft { "Parmi " (names.join(", ")) }
            (finder(page.form, page.problems, page.query, "Quel créneau cherchez-vous ?"))
            @if let Some(found) = &page.found { (times(page, found)) }
        }
    }
}

fn times(page: &FreePage<'_>, found: &[Found<'_>]) -> Markup {
    html! {
        section.paper aria-label="Créneaux libres" {
            @match found.split_first() {
                None => p.empty.small { "Aucun créneau libre de cette durée dans les douze mois." },
                Some((first, others)) => {
                    p { "Le premier : " b { bdi { (first.owner.name) } } ", " (moment_in_words(first.free.date, first.free.start.0)) (local(first)) }
                    p.buttons { (book(page, first, "button main")) }
                    @if !others.is_empty() {
                        p.soft { (french::count(others.len() as u64, "autre créneau", "autres créneaux")) ", du plus proche au plus lointain." }
                        ul.team-times {
                            @for one in others {
                                li {
                                    span { (time::date_with_weekday(one.free.date)) " " b { (clock(one.free.start.0)) } (local(one)) }
                                    bdi { (one.owner.name) }
                                    (book(page, one, "button"))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn local(found: &Found<'_>) -> Markup {
    html! { @if let Some(zone) = found.local { span.soft { " (heure locale, " (zone) ")" } } }
}

fn book(page: &FreePage<'_>, found: &Found<'_>, class: &str) -> Markup {
    let free = found.free;
    html! {
        a class=(class) data-window href={
            "/standard/abonnes/" (found.owner.id) "/agenda/creneau?date=" (free.date) "&heure=" (clock(free.start.0))
            "&duree=" (page.minutes) "&type=" (free.kind.word()) "&vue=equipe"
        } {
            (Icon::Calendar) "Réserver"
            @if free.kind == Kind::Visit { " la visite" }
            span.quiet { " : " (found.owner.name) ", " (moment_in_words(free.date, free.start.0)) }
        }
    }
}

/// The sheet's content.
pub fn paper(grid: Option<&TeamGrid<'_>>, date: NaiveDate, printed: NaiveDateTime) -> Markup {
    html! {
        div.planning.semaine {
            div.letterhead {
                h1 { "Agendas" }
                p { (time::date_in_words(date)) }
                p.hint { "Imprimé le " (time::moment_short(printed)) }
            }
            p data-print {}
            @match grid {
                None => p { "Aucun abonné n’est choisi." },
                Some(grid) => (team(grid)),
            }
        }
    }
}
