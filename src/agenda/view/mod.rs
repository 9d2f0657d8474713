//! The agenda on screen: day and week, the window of a slot, and what leads to them. Pure functions of what they show.
//!
//! Secretaries see the same screens under their own `base`.

mod cell;
mod confirm;
mod find;
mod grid;
mod history;
mod month;
mod page;
mod picker;
mod print;
mod window;

pub use cell::{Cell, Ground, Taken};
pub use confirm::{CancelPage, cancel};
pub use find::{AppointmentsOf, FindPage, FoundAppointment, SearchPage, appointments_of, find, search};
pub use grid::Column;
pub use history::{Change, HistoryPage, changes, history};
pub use month::Month;
pub use page::{AgendaPage, agenda, capital, title};
pub use picker::{Card, PickerPage, cards, picker};
pub use print::{PrintPage, print, print_title};
pub use window::{Conflict, Occurrence, Series, WindowPage, window};

use crate::agenda::model::Minute;
use crate::base::{AppointmentId, Phone, time};
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

/// How much of the agenda is shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Day,
    Week,
}

impl View {
    /// As addresses have it.
    pub fn word(self) -> &'static str {
        match self {
            View::Day => "jour",
            View::Week => "semaine",
        }
    }

    /// What an address asks for; the day unless it says the week.
    pub fn read(text: &str) -> View {
        if text == "semaine" { View::Week } else { View::Day }
    }
}

/// What cells know of the table they stand in.
#[derive(Debug, Clone, Copy)]
pub struct Grid<'a> {
    /// What stands before « /agenda ».
    pub base: &'a str,
    pub view: View,
    /// « patient ».
    pub clients_called: &'a str,
    pub moving: Option<Moving<'a>>,
}

/// An appointment that looks for another slot.
#[derive(Debug, Clone, Copy)]
pub struct Moving<'a> {
    pub id: AppointmentId,
    /// « DUPONT Marie ».
    pub name: &'a str,
    pub date: NaiveDate,
    pub from: u16,
}

impl Grid<'_> {
    fn slot_href(&self, date: NaiveDate, from: u16) -> String {
        format!("{}/agenda/creneau?date={date}&heure={}&vue={}", self.base, clock(from), self.view.word())
    }
}

/// The agenda of a date; kept in every link that leads about in it.
pub fn agenda_href(base: &str, date: NaiveDate, view: View) -> String {
    format!("{base}/agenda?date={date}&vue={}", view.word())
}

/// « 09:15 »; minutes of the next day begin again at 00:00, its very end is 24:00.
pub fn clock(minute: u16) -> String {
    let minute = if minute > 1440 { minute % 1440 } else { minute };
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// « 2026-11-23T09:15 »: a slot as forms name it.
pub fn slot_value(date: NaiveDate, from: u16) -> String {
    format!("{date}T{}", clock(from))
}

/// What `slot_value` wrote.
pub fn read_slot(text: &str) -> Option<(NaiveDate, u16)> {
    let (date, minute) = text.split_once('T')?;
    Some((NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?, Minute::read(minute)?.0))
}

/// The id of a slot's cell, to come back to.
pub fn slot_id(date: NaiveDate, from: u16) -> String {
    format!("c{}-{:02}{:02}", date.format("%m%d"), from / 60, from % 60)
}

/// « 09:15 » on a day's screen, « mardi 24 à 09:15 » on a week's.
fn slot_name(view: View, date: NaiveDate, from: u16) -> String {
    match view {
        View::Day => clock(from),
        View::Week => format!("{} {} à {}", weekday(date), date.day(), clock(from)),
    }
}

/// « mardi ».
fn weekday(date: NaiveDate) -> String {
    time::date_in_words(date).split(' ').next().unwrap_or_default().to_owned()
}

/// « mardi 24 novembre 2026 à 09:15 ».
pub fn moment_in_words(date: NaiveDate, from: u16) -> String {
    format!("{} à {}", time::date_in_words(date), clock(from))
}

/// The Monday of a date's week.
pub fn monday(date: NaiveDate) -> NaiveDate {
    date.week(chrono::Weekday::Mon).checked_first_day().unwrap_or(date)
}

/// A number to call, or the note in its place.
fn phone(phone: &Phone) -> Markup {
    html! {
        @match phone.dialled() {
            Some(number) => a.phone href={ "tel:" (number) } { (phone.shown()) },
            None => span.phone { (phone.shown()) },
        }
    }
}
