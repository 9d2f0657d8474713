//! Faxes that wait for the secretariat: on the console, on the page that attributes one, and before one is deleted.

use super::pages::{FaxPage, content};
use super::state;
use crate::base::time::moment_short;
use crate::base::{PersonId, Zone};
use crate::error::Problems;
use crate::fax::model::{Fax, State};
use crate::http::Form;
use crate::messages::waiting::Claim;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about, submit_as};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// One that waits, and who has taken it up.
pub type WaitingFax = (Fax, Option<Claim>);

/// Those that wait, above everything else that waits; nothing at all where none does.
pub fn block(waiting: &[WaitingFax], person: PersonId, back: &str, zone: Zone) -> Markup {
    html! {
        @if !waiting.is_empty() {
            ul.waits aria-label="Fax à attribuer" {
                @for (fax, claim) in waiting {
                    @let href = format!("/standard/fax/{}", fax.number);
                    li.wait {
                        div.about {
                            p.from {
                                span.kind { (Icon::Fax) (what_waits(fax)) ", " time { (moment_short(fax.received.local(zone))) } }
                                " " a href=(href) { (fax.title()) } " « " bdi { (fax.name) } " »"
                            }
                            p { (fax.way.in_words()) " : " (state(fax)) }
                            @if !fax.about.subject.is_empty() { p.text.short dir="auto" { (fax.about.subject) } }
                            (claimed(claim.as_ref(), zone))
                        }
                        div.gestures {
                            (link(Weight::Main, Icon::Eye, if is_refused(fax) { "Regarder" } else { "Attribuer" }, &href))
                            (gestures(fax, claim.as_ref(), person, back))
                        }
                    }
                }
            }
        }
    }
}

fn is_refused(fax: &Fax) -> bool {
    matches!(fax.state, State::Refused { .. })
}

fn what_waits(fax: &Fax) -> &'static str {
    if is_refused(fax) { "Fax illisible" } else { "Fax à attribuer" }
}

fn claimed(claim: Option<&Claim>, zone: Zone) -> Markup {
    html! {
        @if let Some(claim) = claim {
            p.claim { (Icon::User) "pris par " bdi { (claim.name) } " à " (crate::base::time::time_short(claim.at.local(zone))) }
        }
    }
}

/// « Je m’en occupe », « Reprendre à Aline », « Rendre ».
fn gestures(fax: &Fax, claim: Option<&Claim>, person: PersonId, back: &str) -> Markup {
    html! {
        form method="post" action={ "/standard/fax/" (fax.number) "/attente" } {
            (hidden("retour", back))
            @match claim {
                None => (submit_as(Weight::Plain, Icon::User, "Je m’en occupe", "geste", "prendre")),
                Some(claim) if claim.person == person => (submit_as(Weight::Plain, Icon::Restore, "Rendre", "geste", "rendre")),
                Some(claim) => (submit_as(Weight::Plain, Icon::User, &format!("Reprendre à {}", claim.name), "geste", "reprendre")),
            }
        }
    }
}

/// A fax that waits, with what can be done with it.
#[derive(Debug, Clone)]
pub struct AttributionPage<'a> {
    pub shown: FaxPage<'a>,
    pub claim: Option<&'a Claim>,
    pub person: PersonId,
    /// Those that this secretary answers for.
    pub abonnes: &'a [Subscriber],
    pub form: &'a Form,
    pub problems: &'a Problems,
}

pub fn attribution(page: &AttributionPage<'_>) -> Markup {
    let fax = page.shown.fax;
    let fields = Fields::new(page.form, page.problems);
    let names: Vec<(String, &str)> =
        page.abonnes.iter().map(|subscriber| (subscriber.id.to_string(), subscriber.name.as_str())).collect();
    let mut options = vec![("", "Choisissez…")];
    options.extend(names.iter().map(|(id, name)| (id.as_str(), *name)));
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "En attente", "/standard/attente")) }
        div.head { h1 { (fax.title()) " : " (what_waits(fax).trim_start_matches("Fax ")) } }
        p.hint {
            (moment_short(fax.received.local(page.shown.zone))) ", " (fax.way.in_words()) " : « " bdi { (fax.name) } " »"
            @if !fax.about.name.is_empty() { ", de " bdi { (fax.about.name) } }
            @if !fax.about.subject.is_empty() { ", objet « " bdi { (fax.about.subject) } " »" }
        }
        (claimed(page.claim, page.shown.zone))
        section.panel aria-labelledby="attribuer" {
            h2 #attribuer { "Que faire de ce fax ?" }
            @if !is_refused(fax) {
                form.row method="post" action={ (page.shown.href) "/attribution" } {
                    (fields.summary())
                    (fields.select("abonne", "Le remettre à", &options).required())
                    (submit(Weight::Main, Icon::Send, "Remettre à l’abonné"))
                }
            }
            div.buttons {
                (gestures(fax, page.claim, page.person, "fax"))
                (link(Weight::Grave, Icon::Bin, "Supprimer ce fax", &format!("{}/suppression", page.shown.href)))
            }
        }
        div #fax data-live { (content(&page.shown)) }
    }
}

/// The question before a fax is deleted for good.
#[derive(Debug, Clone)]
pub struct RemovalPage<'a> {
    pub fax: &'a Fax,
    pub zone: Zone,
}

pub fn removal(page: &RemovalPage<'_>) -> Markup {
    let fax = page.fax;
    let href = format!("/standard/fax/{}", fax.number);
    html! {
        h1 { "Supprimer ce fax ?" }
        p {
            (fax.title()) ", « " bdi { (fax.name) } " », reçu le "
            (moment_short(fax.received.local(page.zone))) " : " (state(fax))
        }
        p { "Ses pages et l’original sont effacés tout de suite et ne pourront pas être retrouvés." }
        div.buttons {
            (post(&format!("{href}/suppression"), &[], &submit_about(Weight::Grave, Icon::Bin, "Supprimer", &fax.title())))
            (link(Weight::Plain, Icon::Previous, "Le garder", &href))
        }
    }
}
