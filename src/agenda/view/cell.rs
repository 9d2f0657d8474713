//! A slot of the agenda as a cell: its ground by word and colour, who has it, and what can be done with it by one click.
//!
//! All buttons belong to the one form around the table: a slot is the button's value, so a week of slots stays light.

use super::{Grid, View, clock, slot_value};
use crate::agenda::model::{Appointment, DAY_MINUTES, Kind, Minute, Opening};
use crate::base::Zone;
use crate::ui::Icon;
use chrono::NaiveDate;
use maud::{Markup, html};

/// What the ground of a slot says, by colour and word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// White: « libre ».
    Free,
    /// Green: « visite ».
    Visit,
    /// Grey: « non travaillé ».
    Unworked,
}

impl Ground {
    pub fn of(opening: Opening) -> Ground {
        match opening {
            Opening::Worked(Kind::Consultation) => Ground::Free,
            Opening::Worked(Kind::Visit) => Ground::Visit,
            Opening::Unworked => Ground::Unworked,
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Ground::Free => "libre",
            Ground::Visit => "visite",
            Ground::Unworked => "non travaillé",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Ground::Free => "free",
            Ground::Visit => "visit",
            Ground::Unworked => "off",
        }
    }
}

/// A slot. Minutes are those of the civil day; 1440 is its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell<'a> {
    pub from: u16,
    pub to: u16,
    pub ground: Ground,
    pub past: bool,
    /// Unworked because somebody said so for this day: stays in sight with its blue arrow.
    pub changed: bool,
    /// More than one only where an appointment was forced.
    pub taken: Vec<Taken<'a>>,
    /// Who has the window of this slot open at the moment.
    pub held_by: Option<&'a str>,
}

impl Cell<'_> {
    /// Nothing to see here: neither work, nor an appointment, nor somebody's doing.
    pub fn is_plain(&self) -> bool {
        self.ground == Ground::Unworked && self.taken.is_empty() && !self.changed && self.held_by.is_none()
    }
}

/// An appointment in its slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken<'a> {
    pub appointment: &'a Appointment,
    /// « DUPONT Marie »; « Rendez-vous pris » behind a padlock.
    pub name: String,
    /// Minutes of the day shown; before it began when the appointment began yesterday.
    pub from: u16,
    pub to: u16,
}

impl<'a> Taken<'a> {
    /// The part of an appointment that lies on a day.
    pub fn on(appointment: &'a Appointment, date: NaiveDate, zone: Zone) -> Taken<'a> {
        let end = appointment.end_civil(zone);
        let from = if appointment.day() < date { 0 } else { appointment.start.0 };
        let to = if end.date() > date { DAY_MINUTES } else { Minute::of(end.time()).0 };
        Taken { appointment, name: appointment.label(), from, to }
    }
}

/// The cell in its table.
pub(super) fn show(grid: &Grid<'_>, date: NaiveDate, cell: &Cell<'_>, from: u16, rows: usize) -> Markup {
    show_beside(grid, date, cell, from, rows, false)
}

/// The same; `aside` where a telephone shows another column.
pub(super) fn show_beside(
    grid: &Grid<'_>,
    date: NaiveDate,
    cell: &Cell<'_>,
    from: u16,
    rows: usize,
    aside: bool,
) -> Markup {
    let visit = cell.taken.iter().any(|taken| taken.appointment.kind == Kind::Visit);
    let class = match (cell.taken.is_empty(), visit) {
        (true, _) => cell.ground.class(),
        (false, true) => "taken visit",
        (false, false) => "taken",
    };
    html! {
        td class={
            (class)
            @if cell.past { " past" }
            @if cell.held_by.is_some() { " held" }
            @if aside { " team-behind" }
        } rowspan=[(rows > 1).then_some(rows)] {
            @if cell.taken.is_empty() { (free(grid, date, cell, from)) }
            @else {
                @for (place, taken) in cell.taken.iter().enumerate() { (appointment(grid, date, cell, taken, place)) }
            }
            @if let Some(name) = cell.held_by { p.hold { "en cours de saisie par " (name) } }
        }
    }
}

fn free(grid: &Grid<'_>, date: NaiveDate, cell: &Cell<'_>, from: u16) -> Markup {
    let about = grid.about(date, from);
    let (id, value) = (grid.slot_id(date, from), grid.slot_value(date, from));
    let label = cell.ground.label();
    html! {
        div.slot {
            @if grid.moving.is_some() && !cell.past {
                // Anywhere in the slot is the right place to click.
                button.choose id=(id) name="vers" value=(value) data-slot=(value) {
                    span.quiet { "Déplacer ici : " (about) ", " } (label) (Icon::Check)
                }
            } @else {
                a id=(id) href=(grid.slot_href(date, from)) data-window data-slot=(value) {
                    span.quiet { (about) " : " } (label)
                }
                @if !cell.past && grid.has_buttons() {
                    (button("bloquer", date, from, Icon::Padlock, "Bloquer", &about))
                    @if cell.ground == Ground::Unworked { (button("ouvrir", date, from, Icon::Arrow, "Rendre travaillé", &about)) }
                    @else { (button("fermer", date, from, Icon::Bin, "Rendre non travaillé", &about)) }
                }
            }
        }
    }
}

fn button(name: &str, date: NaiveDate, from: u16, icon: Icon, act: &str, about: &str) -> Markup {
    let says = format!("{act} : {about}");
    html! {
        button.icon.arrow[name == "ouvrir"] name=(name) value=(slot_value(date, from)) aria-label=(says) title=(says) { (icon) }
    }
}

fn appointment(grid: &Grid<'_>, date: NaiveDate, cell: &Cell<'_>, taken: &Taken<'_>, place: usize) -> Markup {
    let kept = taken.appointment;
    let moving = grid.moving.is_some_and(|moving| moving.id == kept.id);
    let slot = grid.slot_id(date, cell.from);
    let id = if place == 0 { slot } else { format!("{slot}-{place}") };
    let window = format!("{}/agenda/rendez-vous/{}?vue={}", grid.base, kept.id, grid.view.word());
    let about = grid.about(date, taken.from);
    html! {
        div.slot.moved[moving] {
            a id=(id) href=(window) data-window data-slot=(grid.slot_value(date, cell.from)) data-appointment=(kept.id) {
                span.quiet { (about) " : " }
                b { (taken.name) }
                // A time of its own where the row does not say it.
                @if place > 0 || taken.from != cell.from || taken.to != cell.to {
                    " " span.keep { (clock(taken.from)) " – " (clock(taken.to)) }
                }
                @if !kept.reason.is_empty() { " " span.reason { (kept.reason) } }
            }
            @if !kept.phone.is_empty() { (super::phone(&kept.phone)) }
            @if kept.kind == Kind::Visit { span.tag { (Icon::Visit) "visite" } }
            @if !kept.address.is_empty() { span.address { (kept.address) } }
            @if kept.new_patient {
                // A week's columns have room for the word alone.
                @let short = matches!(grid.view, View::Week | View::Team);
                span.new { "Nouveau" span.quiet[short] { " " (grid.clients_called) } }
            }
            @if !kept.note.is_empty() { span.tag { "note" } }
            @if kept.forced { span.tag { "forcé" } }
            @if moving { span.tag { "à déplacer" } }
            @if grid.moving.is_none() && grid.has_buttons() && !cell.past {
                @let says = format!("Annuler le rendez-vous : {}, {about}", taken.name);
                a.icon href={ (grid.base) "/agenda/rendez-vous/" (kept.id) "/annulation?vue=" (grid.view.word()) }
                    data-window data-cancel aria-label=(says) title=(says) { (Icon::Bin) }
            }
        }
    }
}
