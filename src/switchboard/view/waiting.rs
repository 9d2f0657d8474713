//! What waits for the secretariat, on a page of its own and on top of the console.

use crate::base::time::{moment_short, time_short};
use crate::base::{Instant, PersonId, Zone};
use crate::fax::view as fax;
use crate::messages::view::recipient;
use crate::messages::waiting::{Claim, Item, Why};
use crate::notices::Letter;
use crate::notices::letter::{Purpose, Way};
use crate::subscribers::Subscriber;
use crate::subscribers::card::view::phone_link;
use crate::switchboard::failed::Failure;
use crate::switchboard::waiting::Waits;
use crate::ui::Icon;
use crate::ui::form::{Weight, hidden, link, submit_as};
use maud::{Markup, html};

/// What waits, and for whom it is shown.
#[derive(Debug, Clone)]
pub struct WaitingPage<'a> {
    pub waits: &'a Waits,
    pub person: PersonId,
    pub now: Instant,
    /// The house's own.
    pub zone: Zone,
    /// The page that its forms lead back to.
    pub back: &'a str,
}

/// The page of its own.
pub fn page(page: &WaitingPage<'_>) -> Markup {
    html! {
        div.head { h1 { "En attente" } (link(Weight::Plain, Icon::Headset, "Le standard", "/standard")) }
        div #attente data-live {
            @if page.waits.is_empty() {
                div.empty {
                    (Icon::Check)
                    p { "Rien n’attend le secrétariat : pas de réponse d’abonné, pas d’urgence non lue, pas de rappel promis, pas d’avis resté en route, pas de fax à attribuer." }
                }
            } @else { (list(page)) }
        }
    }
}

/// The block on the console: nothing at all where nothing waits.
pub fn block(page: &WaitingPage<'_>) -> Markup {
    html! {
        @if !page.waits.is_empty() {
            section.waiting aria-labelledby="attente-titre" {
                h2 #attente-titre { a href="/standard/attente" { "En attente" } " " span.count { (page.waits.len()) } }
                (list(page))
            }
        }
    }
}

fn list(page: &WaitingPage<'_>) -> Markup {
    let waits = page.waits;
    html! {
        (fax::block(&waits.faxes, page.person, page.back, page.zone))
        @if waits.len() > waits.faxes.len() { ul.waits #attente-liste tabindex="0" aria-label="En attente" {
            @for item in &page.waits.items {
                li class={ "wait" @if item.why == Why::Urgent { " urgent" } } { (one(page, item)) }
            }
            @for failure in &page.waits.failures { li.wait { (not_arrived(page, failure)) } }
        } }
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
            @if let Some(claim) = &item.claim { (taken_by(claim, &item.subscriber)) }
        }
        (gestures(page, item, &href))
    }
}

/// « Rappel non remis (SMS) »: what it was, for a missed reminder asks for a call, and a missed notice for another way.
fn lost(letter: &Letter) -> String {
    let by = letter.way.label();
    match letter.purpose {
        Purpose::Reminder => format!("Rappel non remis ({by})"),
        Purpose::Confirmation => format!("Confirmation non remise ({by})"),
        Purpose::Moved => format!("Avis de déplacement non remis ({by})"),
        Purpose::Cancelled => format!("Avis d’annulation non remis ({by})"),
        _ if letter.way == Way::Sms => "SMS non remis".into(),
        _ => "E-mail non remis".into(),
    }
}

/// A notice that did not arrive: for whom, by which way, and what the other side said.
fn not_arrived(page: &WaitingPage<'_>, failure: &Failure) -> Markup {
    let (subscriber, letter) = (&failure.subscriber, &failure.letter);
    let base = format!("/standard/abonnes/{}", subscriber.id);
    html! {
        div.about {
            p.from {
                span.urgent { (Icon::Mail) (lost(letter)) ", " time { (moment(page, failure.at(), subscriber)) } } " "
                b { a href=(base) { bdi { (subscriber.name) } } } " à " bdi { (recipient(&letter.to)) }
            }
            p {
                @for (place, number) in letter.messages().enumerate() {
                    @if place > 0 { ", " } a href={ (base) "/messages/" (number) } { "message n° " (number) }
                }
                @if !failure.said().is_empty() { " " span.soft { "Réponse reçue : " q dir="auto" { (failure.said()) } } }
            }
            @if let Some(claim) = &failure.claim { (taken_by(claim, subscriber)) }
        }
        form.gestures method="post" action={ (base) "/courriers/" (letter.id) } {
            (hidden("retour", page.back))
            (claiming(page, failure.claim.as_ref(), true, &[("regle", "Réglé")]))
        }
    }
}

fn taken_by(claim: &Claim, subscriber: &Subscriber) -> Markup {
    html! { p.claim { (Icon::User) "pris par " bdi { (claim.name) } " à " (time_short(claim.at.local(subscriber.zone))) } }
}

/// The buttons of who may take it, has taken it, or finds it taken.
fn claiming(page: &WaitingPage<'_>, claim: Option<&Claim>, ends: bool, done: &[(&str, &str)]) -> Markup {
    let mine = claim.is_some_and(|claim| claim.person == page.person);
    html! {
        @match claim {
            Some(claim) if !mine => {
                (submit_as(Weight::Plain, Icon::User, &format!("Reprendre à {}", claim.name), "geste", "reprendre"))
            }
            claim => {
                @if claim.is_none() { (submit_as(Weight::Plain, Icon::User, "Je m’en occupe", "geste", "prendre")) }
                @if ends { @for (word, label) in done { (submit_as(Weight::Main, Icon::Check, label, "geste", word)) } }
                @if mine { (submit_as(Weight::Plain, Icon::Restore, "Rendre", "geste", "rendre")) }
            }
        }
    }
}

/// The hour of today, the date besides of another day.
fn moment(page: &WaitingPage<'_>, at: Instant, subscriber: &Subscriber) -> String {
    let local = at.local(subscriber.zone);
    let today = local.date() == page.now.local(subscriber.zone).date();
    if today { time_short(local) } else { moment_short(local) }
}

/// Why it waits, and since or for when.
fn label(page: &WaitingPage<'_>, item: &Item) -> Markup {
    let moment = moment(page, item.at, &item.subscriber);
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
    html! {
        form.gestures method="post" action={ (href) "/attente" } {
            (hidden("quoi", item.why.word()))
            (hidden("retour", page.back))
            (claiming(page, item.claim.as_ref(), item.why != Why::Urgent, &[("fait", "Fait")]))
        }
    }
}
