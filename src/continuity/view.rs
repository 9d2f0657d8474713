//! The pages of kits.

use super::model::CONTENTS;
use super::store::Wish;
use crate::base::french;
use crate::base::time::date_short;
use crate::ui::Icon;
use crate::ui::form::{Weight, link};
use maud::{Markup, html};

/// What is offered to an abonné, or to a secretary at its screens.
#[derive(Debug, Clone, Copy)]
pub struct KitPage<'a> {
    pub base: &'a str,
    pub of_client: bool,
    pub subscriber_name: &'a str,
    /// Where it goes each night, if it does.
    pub wish: Option<&'a Wish>,
}

pub fn kit(page: &KitPage<'_>) -> Markup {
    html! {
        div.head { h1 { "Kit de secours" } }
        section.panel aria-labelledby="telecharger" {
            h2 #telecharger { "Pour le jour où le serveur ne répond pas" }
            p { "Un fichier qui se lit sans Internet, avec l’agenda d’aujourd’hui et des sept jours qui suivent, fait à l’instant." }
            (downloads(&format!("{}/kit/kit", page.base)))
            (contents())
        }
        section.panel aria-labelledby="chaque-nuit" {
            h2 #chaque-nuit { "Chaque nuit par e-mail" }
            @match page.wish {
                Some(wish) => {
                    p { "Le kit part chaque nuit à " @for (place, address) in wish.addresses.iter().enumerate() { @if place > 0 { ", " } bdi { (address) } } ", à
                        la demande écrite de " bdi { (wish.consent.asked_by) } " du " (date_short(wish.consent.asked_on.date())) "." }
                }
                None => p { "Le kit n’est envoyé à personne." },
            }
            p.hint {
                @if page.of_client { "Votre secrétariat l’envoie, ou cesse de l’envoyer, sur votre demande écrite : un e-mail n’est pas confidentiel." }
                @else { "L’administrateur le règle, sur demande écrite de l’abonné : un e-mail n’est pas confidentiel." }
            }
        }
    }
}

/// What is offered to the switchboard.
#[derive(Debug, Clone, Copy)]
pub struct ConsolePage {
    /// How many it holds.
    pub subscribers: u64,
}

pub fn console(page: &ConsolePage) -> Markup {
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Le standard", "/standard")) }
        div.head { h1 { "Kit de secours du standard" } }
        section.panel aria-labelledby="telecharger" {
            h2 #telecharger { "Pour le jour où le serveur ne répond pas" }
            p { (french::count(page.subscribers, "abonné", "abonnés")) " dont vous répondez, dans un fichier qui se lit sans Internet : quoi annoncer,
                les consignes, qui appeler, l’agenda d’aujourd’hui et des sept jours qui suivent, fait à l’instant." }
            (downloads("/standard/kit"))
            (contents())
            p { a href="/aide/secours" { "Travailler pendant une panne" } }
        }
    }
}

fn downloads(address: &str) -> Markup {
    html! {
        div.buttons {
            a.button.main href={ (address) ".html" } download { (Icon::Export) "Télécharger le kit (HTML)" }
            a.button href={ (address) ".pdf" } download { (Icon::Print) "Télécharger le PDF" }
        }
    }
}

fn contents() -> Markup {
    html! {
        p.hint { (CONTENTS) }
        p.hint { "Gardez-le comme un dossier : sur un appareil à vous, verrouillé ; effacez celui de la veille." }
    }
}
