//! One message with all that happened to it, and what both sides wrote to each other about it.

use super::row::{Around, Row, kind, state};
use crate::base::Instant;
use crate::base::time::{date_in_words, moment_short, time_short};
use crate::contacts::model::Contact;
use crate::error::Problems;
use crate::http::Form;
use crate::messages::model::{Event, State, What};
use crate::subscribers::card::{Instruction, view::shown_with_message};
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// Everything about one message.
#[derive(Debug, Clone)]
pub struct MessagePage<'a> {
    pub base: &'a str,
    pub around: Around<'a>,
    pub row: Row<'a>,
    /// Oldest first.
    pub history: &'a [Event],
    /// It leads to a contact card already.
    pub tied: bool,
    /// Cards with the caller's number, for a message that is not tied.
    pub candidates: &'a [Contact],
    pub can_archive: bool,
    pub can_restore: bool,
    /// The instructions that the secretary had on screen.
    pub shown: &'a [Instruction],
    pub work: Work,
    /// Clients answer; the secretariat reads.
    pub can_answer: bool,
    /// An answer that the secretariat has not dealt with, and may.
    pub can_handle_answers: bool,
    /// One-time number of the forms.
    pub unique: &'a str,
    /// The answer as it was typed.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// What the secretariat may still do with a message, and has promised.
#[derive(Debug, Clone, Default)]
pub struct Work {
    pub correctable: bool,
    pub transferable: bool,
    pub promised: Option<Instant>,
}

/// The message's content, without its frame.
pub fn message(page: &MessagePage<'_>) -> Markup {
    let message = page.row.message;
    let number = message.number.to_string();
    let (list_label, list_address) = match message.state {
        State::Pending => ("Tous les messages", "/messages"),
        State::Archived { .. } => ("Toutes les archives", "/archives"),
    };
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, list_label, &format!("{}{list_address}", page.base))) }
        article.message.urgent[message.urgent] {
            div.head {
                h1 { "Message n° " (number) }
                p.kinds { (kind(message)) (state(message)) @if page.row.new { span.new { "nouveau" } } }
            }
            p.when { "Reçu le " (received(page)) @if !message.taken_by.is_empty() { ", pris par " bdi { (message.taken_by) } } }
            div.what { (page.around.says(&page.row, true)) }
            @if let Some(date) = page.row.erased_on { p.hint { "Sera supprimé le " (date_in_words(date)) } }
            @if let Some(at) = page.work.promised {
                p.promised { (Icon::Clock) "Rappel promis le " (moment_short(at.local(page.around.zone))) }
            }
            div.buttons {
                (link(Weight::Plain, Icon::Print, "Version imprimable", &format!("{}/imprimable", page.around.href(message))))
                (link(Weight::Plain, Icon::Check, "Preuve de transmission", &format!("{}/preuve", page.around.href(message))))
                @if page.work.correctable {
                    (link(Weight::Plain, Icon::Instructions, "Corriger", &format!("{}/correction", page.around.href(message))))
                }
                @if page.work.transferable {
                    (link(Weight::Plain, Icon::Send, "Transférer", &format!("{}/transfert", page.around.href(message))))
                }
                @if page.can_archive && message.is_pending() {
                    (post(&format!("{}/messages/archivage", page.base), &[("message", &number)],
                        &submit(Weight::Main, Icon::Archive, "Archiver ce message")))
                }
                @if page.can_restore && !message.is_pending() {
                    (post(&format!("{}/remise-en-attente", page.around.href(message)), &[],
                        &submit(Weight::Plain, Icon::Restore, "Remettre en attente")))
                }
            }
        }
        @if !page.tied { (ties(page)) }
        div.beside {
            section.answers aria-labelledby="reponses" {
                h2 #reponses { "Réponses au secrétariat" }
                div #fil data-live { (thread(page)) }
                @if page.can_answer { (answer_form(page)) }
            }
            section.history aria-labelledby="historique" {
                h2 #historique { "Historique" }
                (events(page))
            }
            @if !page.shown.is_empty() {
                section aria-labelledby="affichees" {
                    h2 #affichees { "Consignes affichées pendant l’appel" }
                    (shown_with_message(page.shown, page.around.zone))
                }
            }
        }
    }
}

/// The same for paper: what was said, and what became of it.
pub fn message_on_paper(page: &MessagePage<'_>) -> Markup {
    let message = page.row.message;
    html! {
        article.message {
            h2 { "Message n° " (message.number) }
            p.kinds { (kind(message)) (state(message)) }
            p.when { "Reçu le " (received(page)) @if !message.taken_by.is_empty() { ", pris par " bdi { (message.taken_by) } } }
            div.what { (page.around.says(&page.row, false)) }
        }
        @if page.history.iter().any(|event| matches!(event.what, What::Answered { .. })) {
            section.answers { h2 { "Réponses au secrétariat" } (thread(&MessagePage { can_handle_answers: false, ..page.clone() })) }
        }
        section.history { h2 { "Historique" } (events(page)) }
    }
}

/// For a message without a card: those it may concern, and a new one.
fn ties(page: &MessagePage<'_>) -> Markup {
    let action = format!("{}/fiche", page.around.href(page.row.message));
    let caller = &page.row.message.caller;
    html! {
        @if !(page.candidates.is_empty() && caller.name().is_empty() && caller.phone.is_empty()) {
            section.ties aria-labelledby="fiche" {
                h2 #fiche { "Fiche contact" }
                @for contact in page.candidates {
                    @let id = contact.id.to_string();
                    div.candidate {
                        p {
                            "Ce numéro est celui de "
                            a href={ (page.base) "/contacts/" (id) } { b dir="auto" { (contact.name()) } }
                            @if !contact.town.is_empty() { ", " bdi { (contact.town) } }
                        }
                        (post(&action, &[("contact", &id)],
                            &submit_about(Weight::Plain, Icon::Check, "Relier à cette fiche", &contact.name())))
                    }
                }
                p { (link(Weight::Plain, Icon::Plus, "Créer la fiche", &action)) }
            }
        }
    }
}

fn thread(page: &MessagePage<'_>) -> Markup {
    let answers = || page.history.iter().filter(|event| matches!(event.what, What::Answered { .. }));
    html! {
        @if answers().next().is_none() {
            p.hint {
                @if page.can_answer { "Aucune réponse pour l’instant. Le secrétariat voit la vôtre aussitôt." }
                @else { "L’abonné n’a pas répondu à ce message." }
            }
        } @else {
            ol.thread {
                @for event in answers() {
                    @if let What::Answered { text } = &event.what {
                        li {
                            p.from { b { bdi { (event.who) } } " " (moment(page, event)) }
                            p.text dir="auto" { (text) }
                        }
                    }
                }
            }
            @if page.can_handle_answers {
                (post(&format!("{}/reponses/traitement", page.around.href(page.row.message)), &[],
                    &submit(Weight::Main, Icon::Check, "Marquer la réponse comme traitée")))
            } @else if page.history.iter().rev().find(|event| matches!(event.what, What::Answered { .. } | What::AnswerHandled))
                .is_some_and(|event| event.what == What::AnswerHandled) {
                p.hint { (Icon::Check) "Traité par le secrétariat." }
            }
        }
    }
}

fn answer_form(page: &MessagePage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        form method="post" action={ (page.around.href(page.row.message)) "/reponses" } {
            (fields.summary())
            (hidden("unique", page.unique))
            (fields.area("reponse", "Répondre au secrétariat", 4)
                .hint("Par exemple : « Rappelé, c’est réglé » ou « Donnez-lui rendez-vous jeudi »."))
            (submit(Weight::Plain, Icon::Send, "Envoyer la réponse"))
        }
    }
}

fn events(page: &MessagePage<'_>) -> Markup {
    html! {
        ol #etapes data-live {
            @for event in page.history {
                li {
                    (moment(page, event)) " "
                    b { (event.what.label()) }
                    @if let What::Transmitted { to, .. } | What::ContactTold { to, .. } = &event.what { " (" bdi { (recipient(to)) } ")" }
                    @if !event.who.is_empty() { " par " bdi { (event.who) } }
                    (detail(page, event))
                }
            }
        }
    }
}

/// What an event's word leaves to say.
fn detail(page: &MessagePage<'_>, event: &Event) -> Markup {
    html! {
        @match &event.what {
            What::CallPromised { at } => { " pour le " (moment_short(at.local(page.around.zone))) }
            What::HandedOver { to } => { " à " bdi { (to) } }
            What::Called { phone, .. } => { " au " span.phone { bdi { (phone.shown()) } } }
            What::Corrected { changes } => ul.changes {
                @for change in changes {
                    li {
                        (change.field) " : "
                        del { span.quiet { "avant : " } bdi { (if change.before.is_empty() { "—" } else { &change.before }) } }
                        " " ins { span.quiet { "maintenant : " } bdi { (if change.after.is_empty() { "—" } else { &change.after }) } }
                    }
                }
            },
            _ => {}
        }
    }
}

/// An address as it is, a number as people read it.
pub fn recipient(to: &str) -> String {
    if to.contains('@') { to.to_owned() } else { crate::base::Phone::read(to).shown() }
}

/// « mardi 24 novembre 2026 à 09:58 ».
fn received(page: &MessagePage<'_>) -> Markup {
    let local = page.row.message.received.local(page.around.zone);
    html! { time datetime=(local.format("%Y-%m-%dT%H:%M")) { (date_in_words(local.date())) " à " (time_short(local)) } }
}

fn moment(page: &MessagePage<'_>, event: &Event) -> Markup {
    let local = event.at.local(page.around.zone);
    html! { time datetime=(local.format("%Y-%m-%dT%H:%M")) { (moment_short(local)) } }
}
