//! What the addresses of the agenda do: read a form, act, answer. The same for clients and secretaries at a desk.

mod booking;
mod finding;
mod page;
mod slots;
mod window;

pub use booking::{book, cancel, cancel_form, change, move_to, read as read_booking, with_card};
pub use finding::{cards, contact as card, contact_printable as card_printable, find, search};
pub use page::{agenda, day_sheet, history, printable, state};
pub use slots::{act, set, undo};
pub use window::{appointment, slot, slot_state};

use super::model::{Appointment, Conflict, DAY_MINUTES, Day, Minute};
use super::view::{self, Cell, Column, Ground, Taken, View};
use super::{day, holds, overrides, settings};
use crate::agenda::model::{Actor, Opening};
use crate::base::{AppointmentId, Instant, Zone};
use crate::error::Result;
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::store::Reads;
use crate::subscribers::{Desk, Side};
use chrono::{Datelike, NaiveDate};

/// Which agenda page somebody is on: every form and link of it says so, and every answer leads back.
#[derive(Debug, Clone, Copy)]
struct Whereabouts {
    date: NaiveDate,
    view: View,
    unfolded: bool,
}

impl Whereabouts {
    /// What a query or form says; today, by day, otherwise.
    fn read(form: &Form, desk: &Desk, now: Instant) -> Whereabouts {
        let said = ["date", "retour"].iter().find_map(|name| read_date(form.get(name)));
        Whereabouts {
            date: said.unwrap_or_else(|| today(desk, now)),
            view: View::read(form.get("vue"), desk.side()),
            unfolded: form.ticked("tout"),
        }
    }

    /// The page's own address under a desk.
    fn href(&self, desk: &Desk) -> String {
        let unfolded = if self.unfolded { "&tout=1" } else { "" };
        format!("{}{unfolded}", view::agenda_href(&desk.base(), self.date, self.view))
    }

    /// Leads back to the page after something was done to a slot of it.
    fn back(&self, desk: &Desk, done: Done, slot: (NaiveDate, Minute), undo: Option<String>) -> String {
        let (date, start) = slot;
        // A day's page shows the slot's day; a week's shows its week.
        let here = Whereabouts { date, ..*self };
        let undo = undo.map(|token| format!("&jeton={token}")).unwrap_or_default();
        let (slot, id) = match self.view {
            View::Team => {
                (view::team_slot_value(desk.id(), date, start.0), view::team_slot_id(desk.id(), date, start.0))
            }
            // The block of the call page; on a telephone its tab.
            View::Call => (view::slot_value(date, start.0), "agenda".to_owned()),
            View::Day | View::Week => (view::slot_value(date, start.0), view::slot_id(date, start.0)),
        };
        format!("{}&fait={}{undo}&creneau={slot}#{id}", here.href(desk), done.word())
    }
}

/// Whose agenda it is, where a secretary has to be told.
fn owner(desk: &Desk) -> Option<&str> {
    (desk.side() == Side::Secretariat).then_some(desk.subscriber().name.as_str())
}

/// What a query says was done, in words: « Mardi 24 novembre 2026 à 09:15 : rendez-vous enregistré. »
pub fn what_was_done(query: &Form, slot: Option<(NaiveDate, Minute)>) -> Option<String> {
    let word = query.find("fait")?;
    let done = Done::ALL.into_iter().find(|done| done.word() == word)?;
    let sentence = match slot {
        Some((date, start)) => format!("{} : {}.", view::moment_in_words(date, start.0), done.sentence()),
        None => format!("{}.", done.sentence()),
    };
    Some(view::capital(&sentence))
}

/// What was done, as the page says it afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Blocked,
    Closed,
    Opened,
    Booked,
    BookedSeries,
    Changed,
    Moved,
    Cancelled,
    Set,
    Undone,
}

impl Done {
    const ALL: [Done; 10] = [
        Done::Blocked,
        Done::Closed,
        Done::Opened,
        Done::Booked,
        Done::BookedSeries,
        Done::Changed,
        Done::Moved,
        Done::Cancelled,
        Done::Set,
        Done::Undone,
    ];

    fn word(self) -> &'static str {
        match self {
            Done::Blocked => "bloque",
            Done::Closed => "ferme",
            Done::Opened => "ouvert",
            Done::Booked => "pris",
            Done::BookedSeries => "serie",
            Done::Changed => "modifie",
            Done::Moved => "deplace",
            Done::Cancelled => "annule",
            Done::Set => "regle",
            Done::Undone => "retabli",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Done::Blocked => "créneau bloqué, « Rendez-vous pris »",
            Done::Closed => "créneau rendu non travaillé",
            Done::Opened => "créneau rendu travaillé",
            Done::Booked => "rendez-vous enregistré",
            Done::BookedSeries => "série de rendez-vous enregistrée",
            Done::Changed => "rendez-vous modifié",
            Done::Moved => "rendez-vous déplacé",
            Done::Cancelled => "rendez-vous annulé, le créneau est libre",
            Done::Set => "créneau modifié",
            Done::Undone => "c’est remis comme avant",
        }
    }
}

pub fn read_date(text: &str) -> Option<NaiveDate> {
    // Years that the calendar's arithmetic and the appointments' own limits can bear.
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| (1970..=2200).contains(&date.year()))
}

fn today(desk: &Desk, now: Instant) -> NaiveDate {
    now.local(desk.subscriber().zone).date()
}

/// A slot that a query or form names by `date` and `heure`.
fn read_place(form: &Form) -> Option<(NaiveDate, Minute)> {
    let start = Minute::read(form.get("heure")).filter(|start| *start < Minute::END)?;
    Some((read_date(form.get("date"))?, start))
}

/// A slot that a button names: « 2026-11-23T09:15 ».
pub fn read_slot(value: &str) -> Option<(NaiveDate, Minute)> {
    let (date, minute) = view::read_slot(value)?;
    Some((read_date(&date.to_string())?, Minute(minute))).filter(|(_, start)| *start < Minute::END)
}

/// Notes in the journal what somebody did to an agenda.
fn note(house: &House, request: &Request, desk: &Desk, action: Action, object: impl Into<String>) {
    house.journal.note(desk.entry(request.now, action).object(object).from(request.client));
}

fn object(id: AppointmentId) -> String {
    format!("rendez-vous {id}")
}

/// Days with everything that their columns show.
pub struct Days {
    pub days: Vec<Day>,
    changed: Vec<overrides::Override>,
    held: Vec<Vec<(String, Minute, Minute)>>,
    pub hours: (u16, u16),
    now: Instant,
    zone: Zone,
}

impl Days {
    pub fn read(
        tx: &impl Reads,
        house: &House,
        desk: &Desk,
        first: NaiveDate,
        count: u16,
        now: Instant,
    ) -> Result<Days> {
        let subscriber = desk.subscriber();
        let days = day::days(tx, subscriber, first, count)?;
        let last = days.last().map_or(first, |day| day.date);
        let settings = settings::settings(tx, subscriber)?;
        Ok(Days {
            changed: overrides::of_days(tx, desk.id(), first.into(), last.into())?,
            held: days.iter().map(|day| holds::on(house, subscriber, day.date, Actor::at(desk), now)).collect(),
            hours: (settings.shown_from.0, settings.shown_to.0.min(DAY_MINUTES)),
            days,
            now,
            zone: subscriber.zone,
        })
    }

    pub fn columns(&self) -> Vec<Column<'_>> {
        self.days.iter().zip(&self.held).map(|(day, held)| self.column(day, held)).collect()
    }

    fn column<'a>(&'a self, day: &'a Day, held: &'a [(String, Minute, Minute)]) -> Column<'a> {
        let past = day.past_until(self.now, self.zone);
        let cells = day.slots.iter().map(|slot| {
            let by_hand = |made: &&overrides::Override| {
                made.from.date() == day.date && made.start <= slot.start && slot.end <= made.end
            };
            Cell {
                from: slot.start.0,
                to: slot.end.0,
                ground: Ground::of(slot.opening),
                past: slot.end <= past,
                changed: self.changed.iter().filter(by_hand).any(|made| made.opening == Opening::Unworked),
                taken: slot
                    .appointments
                    .iter()
                    .filter_map(|id| day.appointment(*id))
                    .map(|appointment| Taken::on(appointment, day.date, self.zone))
                    .collect(),
                held_by: held
                    .iter()
                    .find(|(_, start, end)| *start < slot.end && slot.start < *end)
                    .map(|(name, ..)| name.as_str()),
            }
        });
        Column {
            date: day.date,
            holiday: day.holiday.as_ref().map(|holiday| holiday.name()),
            absence: absences(day),
            cells: cells.collect(),
        }
    }
}

/// « Congés », « Formation (14:00 – 18:00) »; `None` when nobody is away.
fn absences(day: &Day) -> Option<String> {
    let words: Vec<String> = day
        .absences
        .iter()
        .filter_map(|absence| {
            let (start, end) = absence.on(day.date)?;
            let whole = (start, end) == (Minute::START, Minute::END);
            let times = if whole { String::new() } else { format!("({start} – {end})") };
            Some(format!("{} {times}", absence.reason).trim().to_owned())
        })
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// A conflict as the screens show it.
fn shown(conflict: &Conflict, zone: Zone) -> view::Conflict<'_> {
    view::Conflict {
        sentence: conflict.sentence,
        holders: conflict.holders.iter().map(|holder| in_words(holder, zone)).collect(),
        nearest: conflict.nearest.clone(),
        can_force: conflict.can_force,
    }
}

/// « DUPONT Marie, 09:15 – 09:30 ».
fn in_words(appointment: &Appointment, zone: Zone) -> String {
    let end = crate::base::time::time_short(appointment.end_civil(zone));
    format!("{}, {} – {end}", appointment.label(), appointment.start)
}

/// Leads on after something was done.
fn done(
    desk: &Desk,
    at: Whereabouts,
    what: Done,
    slot: (NaiveDate, Minute),
    undo: Option<super::model::UndoToken>,
) -> String {
    at.back(desk, what, slot, undo.map(|token| token.to_string()))
}

/// The same as an answer.
fn see(address: String) -> Answer {
    Answer::see_other(address)
}
