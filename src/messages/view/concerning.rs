//! The messages about one person, below their card.

use super::row::icon;
use crate::base::time::moment_short;
use crate::base::{Zone, french};
use crate::contacts::model::Contact;
use crate::http::form::encode;
use crate::messages::model::Message;
use crate::ui::Icon;
use maud::{Markup, html};

/// The newest of them, and how many there are.
#[derive(Debug, Clone, Copy)]
pub struct Concerning<'a> {
    pub base: &'a str,
    pub zone: Zone,
    pub contact: &'a Contact,
    pub messages: &'a [Message],
    pub total: u64,
}

/// The section's content, without its heading.
pub fn concerning(page: &Concerning<'_>) -> Markup {
    let base = page.base;
    // Calls from before there was a card are found by the number.
    let phone = page.contact.phone();
    let sought = if phone.dialled().is_some() { phone.shown() } else { page.contact.last_name.clone() };
    html! {
        @if page.messages.is_empty() {
            p.hint { "Aucun message n’est relié à cette fiche." }
        } @else {
            @if page.total > page.messages.len() as u64 {
                p.hint { "Les " (page.messages.len()) " derniers de " (french::count(page.total, "message", "messages")) "." }
            }
            ol.recent {
                @for message in page.messages {
                    li class=[message.urgent.then_some("urgent")] {
                        p {
                            a href={ (base) "/messages/" (message.number) } { "n° " (message.number) }
                            " " time { (moment_short(message.received.local(page.zone))) }
                            " " span.kind { (icon(message.kind)) (message.kind.label()) }
                            @if message.urgent { " " span.urgent { (Icon::Urgent) "Urgent" } }
                            @if !message.is_pending() { " " span.tag.soft { "archivé" } }
                        }
                        @if !message.subject.is_empty() { p.subject dir="auto" { (message.subject) } }
                        @if !message.text.is_empty() { p.text.short dir="auto" { (message.text) } }
                    }
                }
            }
        }
        p.links { a href={ (base) "/messages?q=" (encode(&sought)) } { (Icon::Search) " Chercher « " (sought) " » dans tous les messages" } }
    }
}
