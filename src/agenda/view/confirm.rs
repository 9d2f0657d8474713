//! Before an appointment is cancelled: which one, in words.

use super::{View, agenda_href, clock, moment_in_words};
use crate::agenda::model::Appointment;
use crate::base::Zone;
use crate::ui::Icon;
use crate::ui::form::{Weight, hidden, submit};
use maud::{Markup, html};

/// What is about to be cancelled.
#[derive(Debug, Clone)]
pub struct CancelPage<'a> {
    pub base: &'a str,
    pub view: View,
    pub appointment: &'a Appointment,
    pub zone: Zone,
    /// Whose agenda it is, for a secretary.
    pub owner: Option<&'a str>,
}

/// The confirmation's content, without its frame.
pub fn cancel(page: &CancelPage<'_>) -> Markup {
    let kept = page.appointment;
    let end = crate::base::time::time_short(kept.end_civil(page.zone));
    html! {
        section.window.confirm data-window-content {
            header.head { h1 { "Annuler ce rendez-vous ?" } }
            div.moment {
                (Icon::Calendar)
                p {
                    b { (kept.label()) } @if let Some(owner) = page.owner { " chez " bdi { (owner) } } br;
                    (moment_in_words(kept.day(), kept.start.0)) " – " (end)
                    @if !kept.reason.is_empty() { br; span.soft { (kept.reason) } }
                }
            }
            p.hint { "Le créneau de " (clock(kept.start.0)) " sera de nouveau libre. Vous pourrez revenir en arrière." }
            form method="post" action={ (page.base) "/agenda/rendez-vous/" (kept.id) "/annulation" } data-in-place {
                (hidden("vue", page.view.word()))
                (hidden("version", &kept.version.to_string()))
                div.buttons {
                    (submit(Weight::Grave, Icon::Bin, "Annuler le rendez-vous"))
                    a.button data-close href=(agenda_href(page.base, kept.day(), page.view)) { "Le garder" }
                }
            }
        }
    }
}
