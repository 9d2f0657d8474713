//! The agenda on screen: day and week, the window of a slot, and what leads to them. Pure functions of what they show.
//!
//! Secretaries see the same screens under their own `base`.

mod beside;
mod cell;
mod confirm;
mod day_list;
mod find;
mod grid;
mod history;
mod month;
mod page;
mod picker;
mod print;
mod team;
mod window;

pub use beside::{Beside, beside};
pub use cell::{Cell, Ground, Taken};
pub use confirm::{CancelPage, cancel};
pub use day_list::{DayList, day_list, day_list_title};
pub use find::{AppointmentsOf, FindPage, FoundAppointment, SearchPage, appointments_of, find, search};
pub use grid::Column;
pub use history::{Change, HistoryPage, changes, history};
pub use month::Month;
pub use page::{AgendaPage, agenda, capital, title};
pub use picker::{Card, PickerPage, cards, picker};
pub use print::{PrintPage, print, print_title};
pub use team::{Member, TeamGrid, team};
pub use window::{Conflict, Occurrence, Series, WindowPage, window};

use crate::agenda::model::Minute;
use crate::base::{AppointmentId, Phone, SubscriberId, time};
use crate::subscribers::Side;
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

/// How much of the agenda is shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Day,
    Week,
    /// One day of several abonnés side by side, on the switchboard.
    Team,
    /// The day beside a call, on the switchboard.
    Call,
}

impl View {
    /// As addresses have it.
    pub fn word(self) -> &'static str {
        match self {
            View::Day => "jour",
            View::Week => "semaine",
            View::Team => "equipe",
            View::Call => "appel",
        }
    }

    /// What an address asks for; the day unless it says something else. The switchboard's own are for desks of the switchboard.
    pub fn read(text: &str, side: Side) -> View {
        match (text, side) {
            ("semaine", _) => View::Week,
            ("equipe", Side::Secretariat) => View::Team,
            ("appel", Side::Secretariat) => View::Call,
            _ => View::Day,
        }
    }

    /// What the agenda's own page shows to who came from elsewhere.
    pub fn alone(self) -> View {
        if self == View::Week { View::Week } else { View::Day }
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
    /// Whose slots they are, where several abonnés stand side by side; the number tells their slots apart.
    pub owner: Option<(SubscriberId, &'a str)>,
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

    /// Whether a slot bears its padlock and bin: not where columns are narrow, and a click aside would do something to the
    /// wrong abonné or in the midst of a call.
    fn has_buttons(&self) -> bool {
        matches!(self.view, View::Day | View::Week)
    }

    fn slot_id(&self, date: NaiveDate, from: u16) -> String {
        match self.owner {
            Some((id, _)) => team_slot_id(id, date, from),
            None => slot_id(date, from),
        }
    }

    fn slot_value(&self, date: NaiveDate, from: u16) -> String {
        match self.owner {
            Some((id, _)) => team_slot_value(id, date, from),
            None => slot_value(date, from),
        }
    }

    /// « 09:15 », « mardi 24 à 09:15 », « Cabinet Martin, 09:15 »: never under the wrong name.
    fn about(&self, date: NaiveDate, from: u16) -> String {
        match self.owner {
            Some((_, name)) => format!("{name}, {}", clock(from)),
            None => slot_name(self.view, date, from),
        }
    }
}

/// « 3~2026-11-23T09:15 »: a slot of one of several abonnés.
pub fn team_slot_value(id: SubscriberId, date: NaiveDate, from: u16) -> String {
    format!("{id}~{}", slot_value(date, from))
}

/// What `team_slot_value` wrote.
pub fn read_team_slot(text: &str) -> Option<(SubscriberId, NaiveDate, u16)> {
    let (id, slot) = text.split_once('~')?;
    let (date, from) = read_slot(slot)?;
    Some((id.parse().ok()?, date, from))
}

/// The id of a cell of one of several abonnés.
pub fn team_slot_id(id: SubscriberId, date: NaiveDate, from: u16) -> String {
    format!("a{id}-{}", slot_id(date, from))
}

/// The agenda of a date; kept in every link that leads about in it.
pub fn agenda_href(base: &str, date: NaiveDate, view: View) -> String {
    match view {
        View::Team => format!("/standard/agendas?date={date}"),
        View::Call => format!("{base}?jour={date}"),
        View::Day | View::Week => format!("{base}/agenda?date={date}&vue={}", view.word()),
    }
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
        View::Day | View::Team | View::Call => clock(from),
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
pub(super) fn phone(phone: &Phone) -> Markup {
    html! {
        @match phone.dialled() {
            Some(number) => a.phone href={ "tel:" (number) } { (phone.shown()) },
            None => span.phone { (phone.shown()) },
        }
    }
}
