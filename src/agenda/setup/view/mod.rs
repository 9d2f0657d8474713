//! What the screens of an agenda's rules show. Pure.

pub mod absence;
pub mod import;
pub mod settings;
pub mod week;

use crate::ui::Icon;
use crate::ui::form::{Weight, link};
use maud::{Markup, html};

/// The screens of the rules, and the way back to the agenda; `current` is the last part of one's address.
pub(in crate::agenda) fn tabs(base: &str, current: &str) -> Markup {
    let screens = [
        ("semaine-type", "Semaine type"),
        ("absences", "Absences"),
        ("reglages", "Jours fériés et réglages"),
        ("rappels", "Rappels"),
        ("import", "Importer"),
    ];
    html! {
        nav.tabs.rules aria-label="Règles de l’agenda" {
            @for (word, label) in screens {
                a href={ (base) "/agenda/" (word) } aria-current=[(word == current).then_some("page")] { (label) }
            }
            // A client has these under « Mon compte ».
            @if !base.is_empty() { a href={ (base) "/calendriers" } { "Abonnements" } }
            (link(Weight::Plain, Icon::Calendar, "Agenda", &format!("{base}/agenda")))
        }
    }
}
