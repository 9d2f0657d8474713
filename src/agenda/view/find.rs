//! « Trouver un créneau » and « Chercher un rendez-vous »: two questions asked by GET, whose answers lead on by one click.

use super::{View, agenda_href, clock, moment_in_words, slot_value, weekday};
use crate::agenda::model::{FreeTime, Kind};
use crate::base::{AppointmentId, ContactId, Phone, french, time};
use crate::error::Problems;
use crate::http::Form;
use crate::ui::Icon;
use crate::ui::form::{Fields, Weight, hidden, link};
use chrono::NaiveDate;
use maud::{Markup, html};

/// « Trouver un créneau ».
#[derive(Debug, Clone)]
pub struct FindPage<'a> {
    pub base: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
    /// `None` before anybody asked.
    pub found: Option<Vec<FreeTime>>,
    pub duration: u16,
    /// The card to book for.
    pub contact: Option<(ContactId, String)>,
}

/// The content of « Trouver un créneau », without its frame.
pub fn find(page: &FindPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        div.head { h1 { "Trouver un créneau" } (link(Weight::Plain, Icon::Calendar, "Agenda", &format!("{}/agenda", page.base))) }
        form.paper.finder method="get" action={ (page.base) "/agenda/libres" } {
            (fields.summary())
            @if let Some((id, name)) = &page.contact {
                p { "Pour " b { (name) } }
                (hidden("contact", &id.to_string()))
            }
            div.row {
                (fields.number("duree", "Durée (minutes)").class("short"))
                (fields.select("type", "Type", &[("consultation", "Consultation"), ("visite", "Visite")]).class("short"))
                (fields.date("du", "À partir du").class("short"))
                (fields.select("moment", "Moment", &[("", "Toute la journée"), ("matin", "Matin"), ("apres-midi", "Après-midi")]).class("short"))
                button.button.main { (Icon::Search) "Trouver" }
            }
        }
        @if let Some(found) = &page.found {
            section.paper aria-label="Créneaux libres" {
                @if found.is_empty() { p.empty.small { "Aucun créneau libre de cette durée dans les douze mois." } }
                @else {
                    p.soft { (french::count(found.len() as u64, "créneau libre", "créneaux libres")) ", du plus proche au plus lointain." }
                    (days(page, found))
                }
            }
        }
    }
}

/// Times gathered by day, so that a day is read once.
fn days(page: &FindPage<'_>, found: &[FreeTime]) -> Markup {
    let mut dates: Vec<NaiveDate> = found.iter().map(|free| free.date).collect();
    dates.dedup();
    html! {
        ul.free-days {
            @for date in dates {
                li {
                    a href=(agenda_href(page.base, date, View::Day)) { (time::date_in_words(date)) }
                    div.buttons {
                        @for free in found.iter().filter(|free| free.date == date) {
                            a.button data-window href={
                                (page.base) "/agenda/creneau?date=" (free.date) "&heure=" (clock(free.start.0)) "&duree=" (page.duration) "&type=" (free.kind.word())
                                @if let Some((id, _)) = &page.contact { "&contact=" (id) }
                            } {
                                span.quiet { (weekday(free.date)) " " } (clock(free.start.0))
                                @if free.kind == Kind::Visit { " (visite)" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// An appointment that was found.
#[derive(Debug, Clone)]
pub struct FoundAppointment<'a> {
    pub id: AppointmentId,
    pub date: NaiveDate,
    pub from: u16,
    pub name: String,
    pub phone: &'a Phone,
    pub reason: &'a str,
    pub kind: Kind,
    pub past: bool,
}

/// « Chercher un rendez-vous ».
#[derive(Debug, Clone)]
pub struct SearchPage<'a> {
    pub base: &'a str,
    pub query: &'a str,
    /// To come first, then past ones; both nearest first.
    pub found: Vec<FoundAppointment<'a>>,
    /// Whether there are more than these.
    pub cut: bool,
}

/// The content of « Chercher un rendez-vous », without its frame.
pub fn search(page: &SearchPage<'_>) -> Markup {
    let asked = !page.query.trim().is_empty();
    html! {
        div.head {
            h1 { "Chercher un rendez-vous" }
            (crate::ui::form::search(&format!("{}/agenda/recherche", page.base), page.query, "Nom ou téléphone"))
        }
        p.back { a href={ (page.base) "/agenda" } { (Icon::Previous) "Agenda" } }
        @if !asked { p.empty { (Icon::Search) span { "Tapez un nom ou un numéro de téléphone." } } }
        @else if page.found.is_empty() { p.empty { (Icon::Search) span { "Aucun rendez-vous pour « " (page.query.trim()) " »." } } }
        @else {
            (list(page, "À venir", false))
            (list(page, "Passés", true))
            @if page.cut { p.hint { "Il y en a d’autres : précisez la recherche." } }
        }
    }
}

fn list(page: &SearchPage<'_>, title: &str, past: bool) -> Markup {
    let found: Vec<&FoundAppointment<'_>> = page.found.iter().filter(|one| one.past == past).collect();
    html! {
        @if !found.is_empty() {
            section.paper {
                h2 { (title) }
                ul.appointments { @for one in found { li { (line(page.base, one)) } } }
            }
        }
    }
}

/// One appointment as a line that leads to it.
fn line(base: &str, one: &FoundAppointment<'_>) -> Markup {
    html! {
        a data-window data-slot=(slot_value(one.date, one.from)) href={ (base) "/agenda/rendez-vous/" (one.id) } {
            time datetime=(slot_value(one.date, one.from)) { (moment_in_words(one.date, one.from)) }
            " : " b { (one.name) }
        }
        @if !one.reason.is_empty() { " " span.reason { (one.reason) } }
        @if one.kind == Kind::Visit { " " span.tag { "visite" } }
        @if !one.phone.is_empty() { " " (super::phone(one.phone)) }
    }
}

/// The appointments of a contact card.
#[derive(Debug, Clone)]
pub struct AppointmentsOf<'a> {
    pub base: &'a str,
    pub contact: ContactId,
    /// Soonest first.
    pub coming: Vec<FoundAppointment<'a>>,
    /// Latest first.
    pub past: Vec<FoundAppointment<'a>>,
}

/// Past appointments in sight; the others are folded away.
const PAST_SHOWN: usize = 5;

/// What stands below a contact card.
pub fn appointments_of(page: &AppointmentsOf<'_>) -> Markup {
    let (recent, older) = page.past.split_at(page.past.len().min(PAST_SHOWN));
    let lines = |found: &[FoundAppointment<'_>]| {
        html! { ul.appointments { @for one in found { li { (line(page.base, one)) } } } }
    };
    html! {
        @if page.coming.is_empty() { p.soft { "Aucun rendez-vous à venir." } }
        @else { p { b { "À venir" } } (lines(&page.coming)) }
        @if !recent.is_empty() { p { b { "Passés" } } (lines(recent)) }
        @if !older.is_empty() {
            details {
                summary { (french::count(older.len() as u64, "rendez-vous plus ancien", "rendez-vous plus anciens")) }
                (lines(older))
            }
        }
        p.links {
            a href={ (page.base) "/agenda/libres?contact=" (page.contact) } { (Icon::Calendar) "Prendre un rendez-vous" }
        }
    }
}
