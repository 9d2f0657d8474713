//! What rings now, on top of the console's pages.

use crate::base::calls::{Call, Post};
use crate::base::time::time_short;
use crate::base::{PersonId, Zone};
use crate::ui::Icon;
use crate::ui::form::{Weight, link, post, submit_about};
use maud::{Markup, html};

/// What rings for somebody.
#[derive(Debug, Clone, Copy)]
pub struct RingingPage<'a> {
    pub lines: &'a [Ringing],
    pub person: PersonId,
    pub zone: Zone,
    pub version: &'a str,
    /// Beside the page instead of above it, so that nothing moves under who types.
    pub beside: bool,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Ringing {
    pub call: Call,
    /// The card, or the choice among those who share the line.
    pub href: String,
    /// The abonnés of the line that she answers for.
    pub names: Vec<String>,
    /// Who has that number among their contacts.
    pub callers: Vec<String>,
}

/// The block that `ringing.js` keeps true; empty and unseen while nothing rings.
pub fn block(page: &RingingPage<'_>) -> Markup {
    let state = if page.beside { "/standard/appels/etat?beside" } else { "/standard/appels/etat" };
    html! {
        div.ringing.beside[page.beside] #appels data-ringing=(state) data-version=(page.version) role="status" {
            @if !page.lines.is_empty() {
                ul aria-label="Appels en cours" { @for line in page.lines { (ringing(page, line)) } }
            }
        }
    }
}

fn ringing(page: &RingingPage<'_>, line: &Ringing) -> Markup {
    let call = &line.call;
    let mine = |post: &Post| post.person == Some(page.person);
    let name = line.names.join(", ");
    let action = format!("/standard/appels/{}/prise", call.number);
    html! {
        li.taken[call.taken.is_some()] {
            p {
                (Icon::Phone) b { bdi { (name) } } " "
                @match (&call.taken, &call.rings_at) {
                    (Some(post), _) if mine(post) => span.tag { "pris par vous" },
                    (Some(post), _) => span.tag { "pris : " bdi { (post.name) } },
                    (None, Some(post)) if mine(post) => span.tag { "sonne à votre poste" },
                    (None, Some(post)) => span.tag { "sonne : " bdi { (post.name) } },
                    (None, None) => span.tag { "sonne" },
                }
            }
            p {
                @if call.from.is_empty() { "Numéro masqué" } @else { span.phone { bdi { (call.from.shown()) } } }
                @for caller in &line.callers { " " b { bdi { (caller) } } }
                " " span.soft { "depuis " time { (time_short(call.since.local(page.zone))) } }
            }
            div.buttons {
                @match &call.taken {
                    None => {
                        (post(&action, &[("geste", "prendre")], &submit_about(Weight::Main, Icon::Phone, "Je prends", &name)))
                        (link(Weight::Plain, Icon::Information, "Ouvrir la fiche", &line.href))
                    }
                    Some(post_of) if mine(post_of) => {
                        (link(Weight::Main, Icon::Information, "Ouvrir la fiche", &line.href))
                        (post(&action, &[("geste", "rendre")], &submit_about(Weight::Plain, Icon::Restore, "Rendre", &name)))
                    }
                    Some(_) => (link(Weight::Plain, Icon::Information, "Ouvrir la fiche", &line.href)),
                }
            }
        }
    }
}
