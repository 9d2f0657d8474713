//! « Feuille du jour »: a day's appointments one below the other, for the pocket or the desk.

use crate::agenda::model::{Appointment, Kind};
use crate::base::french;
use crate::base::time::date_in_words;
use crate::ui::table::{or_dash, table, text};
use chrono::NaiveDate;
use maud::{Markup, html};

/// A day's appointments.
#[derive(Debug, Clone, Copy)]
pub struct DayList<'a> {
    pub date: NaiveDate,
    /// By start.
    pub appointments: &'a [Appointment],
    /// « patient ».
    pub clients_called: &'a str,
    /// « Armistice », « Absence : congés ».
    pub remarks: &'a [String],
}

/// « Feuille du jour, mardi 24 novembre 2026 ».
pub fn day_list_title(date: NaiveDate) -> String {
    format!("Feuille du jour, {}", date_in_words(date))
}

/// The sheet's content.
pub fn day_list(page: &DayList<'_>) -> Markup {
    let count = page.appointments.len() as u64;
    let columns = ["Heure", "Nom", "Téléphone", "Motif", "Où"].map(text);
    let rows: Vec<Vec<Markup>> = page.appointments.iter().map(|one| row(page, one)).collect();
    html! {
        @for remark in page.remarks { p { b { (remark) } } }
        @if count == 0 {
            p { "Aucun rendez-vous ce jour-là." }
        } @else {
            (table(&french::count(count, "rendez-vous", "rendez-vous"), &columns, &rows))
        }
    }
}

fn row(page: &DayList<'_>, one: &Appointment) -> Vec<Markup> {
    // A long one may have begun the day before.
    let start = if one.day() < page.date { format!("depuis {}", one.start) } else { one.start.to_string() };
    vec![
        html! { (start) " (" (one.minutes) " min)" },
        html! {
            bdi { (one.label()) }
            @if one.new_patient { " · nouveau " (page.clients_called) }
        },
        html! { span.phone { (or_dash(&one.phone.shown())) } },
        html! { bdi { (or_dash(&one.reason)) } },
        html! {
            @if one.kind == Kind::Visit { "visite" @if !one.address.is_empty() { " : " bdi { (one.address) } } }
            @else { "consultation" }
        },
    ]
}
