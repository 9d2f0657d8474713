//! What waits for the secretariat, on a page of its own and on top of the console.

use crate::base::time::{moment_short, time_short};
use crate::base::{Instant, PersonId};
use crate::messages::waiting::{Item, Why};
use crate::subscribers::card::view::phone_link;
use crate::ui::Icon;
use crate::ui::form::{Weight, hidden, link, submit_as};
use maud::{Markup, html};

/// What waits, and for whom it is shown.
#[derive(Debug, Clone)]
pub struct WaitingPage<'a> {
    pub items: &'a [Item],
    pub person: PersonId,
    pub now: Instant,
    /// The page that its forms lead back to.
    pub back: &'a str,
}

/// The page of its own.
pub fn page(page: &WaitingPage<'_>) -> Markup {
    html! {
        div.head { h1 { "En attente" } (link(Weight::Plain, Icon::Headset, "Le standard", "/standard")) }
        div #attente data-live {
            @if page.items.is_empty() {
                div.empty {
                    (Icon::Check)
                    p { "Rien n’attend le secrétariat : pas de réponse d’abonné, pas d’urgence non lue, pas de rappel promis." }
                }
            } @else { (list(page)) }
        }
    }
}

/// The block on the console: nothing at all where nothing waits.
pub fn block(page: &WaitingPage<'_>) -> Markup {
    html! {
        @if !page.items.is_empty() {
            section.waiting aria-labelledby="attente-titre" {
                h2 #attente-titre { a href="/standard/attente" { "En attente" } " " span.count { (page.items.len()) } }
                (list(page))
            }
        }
    }
}

fn list(page: &WaitingPage<'_>) -> Markup {
    html! {
        ul.waits #attente-liste tabindex="0" aria-label="En attente" {
            @for item in page.items {
                li class={ "wait" @if item.why == Why::Urgent { " urgent" } } { (one(page, item)) }
            }
        }
    }
}

fn one(page: &WaitingPage<'_>, item: &Item) -> Markup {
    let base = format!("/standard/abonnes/{}", item.subscriber.id);
    let href = format!("{base}/messages/{}", item.message.number);
    let caller = &item.message.caller;
    let name = caller.name();
    html! {
        div.about {
            p.from {
                (label(page, item)) " "
                b { a href=(base) { bdi { (item.subscriber.name) } } } " "
                a href=(href) { "message n° " (item.message.number) }
                @if !name.is_empty() { " de " bdi { (name) } }
                @if !caller.phone.is_empty() { " " (phone_link(&caller.phone)) }
            }
            @match item.why {
                Why::Answer => p.text dir="auto" { (item.answer) },
                Why::Handed => {
                    @if let Some(handed) = &item.handed {
                        p {
                            "À reprendre par " b { bdi { (handed.to_name) } } " ; demandé par " bdi { (handed.from) }
                            @if !handed.note.is_empty() { " : " bdi { (handed.note) } }
                        }
                    }
                }
                Why::Urgent | Why::Promise => {
                    p.text.short dir="auto" { (item.message.subject) @if !item.message.subject.is_empty() { " " } (item.message.text) }
                }
            }
            @if item.why == Why::Urgent { (escalation(page, item, &href)) }
            @if let Some(claim) = &item.claim {
                p.claim { (Icon::User) "pris par " bdi { (claim.name) } " à " (time_short(claim.at.local(item.subscriber.zone))) }
            }
        }
        (gestures(page, item, &href))
    }
}

/// Why it waits, and since or for when.
fn label(page: &WaitingPage<'_>, item: &Item) -> Markup {
    let local = item.at.local(item.subscriber.zone);
    let today = local.date() == page.now.local(item.subscriber.zone).date();
    let moment = if today { time_short(local) } else { moment_short(local) };
    html! {
        @match item.why {
            Why::Urgent => span.urgent { (Icon::Urgent) "Urgent non lu depuis " time { (moment) } },
            Why::Promise => {
                @if item.at <= page.now { span.urgent { (Icon::Clock) "Rappel promis à " time { (moment) } } }
                @else { span.kind { (Icon::Clock) "Rappel promis à " time { (moment) } } }
            }
            Why::Handed => span.kind { (Icon::Arrow) "À reprendre, " time { (moment) } },
            Why::Answer => span.kind { (Icon::Answer) "Réponse, " time { (moment) } },
        }
    }
}

/// Who was called, and who is next.
fn escalation(page: &WaitingPage<'_>, item: &Item, href: &str) -> Markup {
    html! {
        @if !item.tried.is_empty() {
            ul.tried {
                @for tried in &item.tried {
                    li {
                        "Appelé le " (tried.phone.shown()) " par " bdi { (tried.who) } " à "
                        time { (time_short(tried.at.local(item.subscriber.zone))) }
                        (if tried.reached { ", joint" } else { ", sans réponse" })
                    }
                }
            }
        }
        @match item.next_call() {
            Some(next) => form.next-call method="post" action={ (href) "/appels" } {
                (hidden("numero", next.phone.kept()))
                (hidden("retour", page.back))
                span {
                    "Appeler " @if !next.name.is_empty() { b { bdi { (next.name) } } " " } (phone_link(&next.phone))
                    @if !next.hours.is_empty() { " " span.soft { (next.hours) } }
                }
                (submit_as(Weight::Plain, Icon::Cross, "Sans réponse", "resultat", "sans-reponse"))
                (submit_as(Weight::Plain, Icon::Check, "Joint", "resultat", "joint"))
            },
            None => p.hint { "Aucun numéro d’urgence sur la fiche de cet abonné." },
        }
    }
}

fn gestures(page: &WaitingPage<'_>, item: &Item, href: &str) -> Markup {
    let mine = item.claim.as_ref().is_some_and(|claim| claim.person == page.person);
    html! {
        form.gestures method="post" action={ (href) "/attente" } {
            (hidden("quoi", item.why.word()))
            (hidden("retour", page.back))
            @match &item.claim {
                Some(claim) if !mine => {
                    (submit_as(Weight::Plain, Icon::User, &format!("Reprendre à {}", claim.name), "geste", "reprendre"))
                }
                claim => {
                    @if claim.is_none() { (submit_as(Weight::Plain, Icon::User, "Je m’en occupe", "geste", "prendre")) }
                    @if item.why != Why::Urgent { (submit_as(Weight::Main, Icon::Check, "Fait", "geste", "fait")) }
                    @if mine { (submit_as(Weight::Plain, Icon::Restore, "Rendre", "geste", "rendre")) }
                }
            }
        }
    }
}
