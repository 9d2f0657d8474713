//! The screen of the appearance.

use super::handlers::ratio;
use crate::base::colour::{Colour, READABLE};
use crate::base::{french, limits};
use crate::error::Problems;
use crate::house::Closed;
use crate::house::appearance::PALETTE;
use crate::http::Form;
use crate::ui::form::{Weight, link, post, submit, submit_about, upload};
use crate::ui::{Fields, Icon, dress};
use maud::{Markup, html};

/// Map services: the word of the form, the name, what an address is put behind. Each takes an address as text by a way that
/// it documents.
pub const MAPS: [(&str, &str, &str); 5] = [
    ("osm", "OpenStreetMap", "https://www.openstreetmap.org/search?query="),
    ("google", "Google Maps", "https://www.google.com/maps/search/?api=1&query="),
    ("apple", "Apple Plans", "https://maps.apple.com/?q="),
    ("bing", "Bing Cartes", "https://www.bing.com/maps?q="),
    ("aucun", "Aucun : pas de lien « plan »", ""),
];

/// The word of a kept service.
pub fn map_word(service: Option<&str>) -> &'static str {
    let address = service.unwrap_or_default();
    MAPS.iter().find(|(_, _, known)| *known == address).map_or("osm", |(word, ..)| word)
}

/// What a colour is worth.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    pub colour: Colour,
    /// The least on any ground, by day.
    pub contrast: f64,
    /// The nearest that can be read, where it can't.
    pub nearest: Option<Colour>,
}

/// Colours, logo, usual things, closed days.
#[derive(Debug, Clone)]
pub struct AppearancePage<'a> {
    /// `accent`, `couleur`.
    pub colours: &'a Form,
    pub colour_problems: &'a Problems,
    pub verdict: Verdict,
    /// Whether the page wears a colour that has not been chosen yet.
    pub is_tried: bool,
    pub logo: bool,
    pub logo_problem: Option<&'a str>,
    /// `carte`, `conservation`.
    pub customs: (&'a Form, &'a Problems),
    /// `du`, `au`, `motif`.
    pub closing: (&'a Form, &'a Problems),
    pub closed: &'a [Closed],
}

/// The whole screen.
pub fn appearance(page: &AppearancePage<'_>) -> Markup {
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "La maison", "/administration")) }
        div.head { h1 { "Apparence et usages" } }
        div.beside {
            (colours(page))
            (logo(page))
            (customs(page))
            (closed(page))
        }
    }
}

fn colours(page: &AppearancePage<'_>) -> Markup {
    let fields = Fields::new(page.colours, page.colour_problems);
    let mut options: Vec<(String, &str)> = PALETTE.iter().map(|(name, colour)| (colour.to_string(), *name)).collect();
    options.push(("autre".into(), "Autre"));
    let options: Vec<(&str, &str)> = options.iter().map(|(value, name)| (value.as_str(), *name)).collect();
    html! {
        section aria-labelledby="titre-couleurs" {
            h2 #titre-couleurs { "Couleur" }
            p.hint { "Celle des boutons, des liens et du bandeau. Une couleur claire de la même teinte est choisie pour les écrans sombres. Le rouge reste aux urgences." }
            form #couleurs method="post" action="/administration/apparence" {
                (fields.summary())
                (fields.colours("accent", "Couleur", &options))
                (fields.login("couleur", "Autre couleur").hint("Par exemple #1d4f91, avec « Autre ».").class("short"))
                div.buttons {
                    (submit(Weight::Main, Icon::Check, "Adopter"))
                    button.button formmethod="get" formaction="/administration/apparence" { (Icon::Eye) "Aperçu" }
                }
            }
            (verdict(page))
        }
    }
}

fn verdict(page: &AppearancePage<'_>) -> Markup {
    let verdict = &page.verdict;
    html! {
        div #verdict role="status" {
            @if page.is_tried { p.hint { "Cette page montre l’aperçu ; rien n’est encore adopté." } }
            @match verdict.nearest {
                None => p { (Icon::Check) " Lisible : contraste de " (ratio(verdict.contrast)) " au moins, il faut " (ratio(READABLE)) "." },
                Some(nearest) => {
                    p.problem { (Icon::Urgent) "Trop claire : contraste de " (ratio(verdict.contrast)) ", il faut " (ratio(READABLE)) "." }
                    p { a.button href={ "?accent=%23" (nearest.to_string().trim_start_matches('#')) } { (Icon::Arrow) "Essayer " (nearest) ", la plus proche qui convienne" } }
                }
            }
            p.sample { span.button.main { "Un bouton" } " " span.button { "Un autre" } " " span.link { "un lien" } }
        }
    }
}

fn logo(page: &AppearancePage<'_>) -> Markup {
    html! {
        section aria-labelledby="titre-logo" {
            h2 #titre-logo { "Logo" }
            p.hint { "Sur l’accueil, la connexion, les codes de connexion et les impressions. PNG ou JPEG, 4 Mo au plus ; il est redessiné en petit." }
            @if page.logo {
                p.logo-shown { (dress::logo()) }
                (post("/administration/apparence/logo/suppression", &[], &submit(Weight::Grave, Icon::Bin, "Retirer le logo")))
            } @else {
                p { "Aucun logo : la marque de Permanence le remplace." }
            }
            (upload("/administration/apparence/logo", "logo", "Image", "image/png,image/jpeg", page.logo_problem,
                &submit(Weight::Plain, Icon::Send, "Envoyer l’image")))
        }
    }
}

fn customs(page: &AppearancePage<'_>) -> Markup {
    let fields = Fields::new(page.customs.0, page.customs.1);
    let maps: Vec<(&str, &str)> = MAPS.iter().map(|(word, name, _)| (*word, *name)).collect();
    html! {
        section aria-labelledby="titre-usages" {
            h2 #titre-usages { "Usages" }
            form method="post" action="/administration/usages" {
                (fields.summary())
                (fields.select("carte", "Plan d’une adresse", &maps).hint("Un site extérieur, ouvert seulement quand on clique sur « plan »."))
                (fields.number("conservation", "Conservation des archives d’un nouvel abonné (jours)").class("short")
                    .hint("De 7 à 365 ; se règle ensuite pour chacun."))
                (submit(Weight::Main, Icon::Check, "Enregistrer"))
            }
        }
    }
}

fn closed(page: &AppearancePage<'_>) -> Markup {
    let fields = Fields::new(page.closing.0, page.closing.1).prefixed("fermeture-");
    html! {
        section aria-labelledby="fermetures" {
            h2 #fermetures { "Jours de fermeture du secrétariat" }
            p.hint { "Annoncés sur la page d’accueil un mois avant." }
            @if page.closed.is_empty() {
                p { "Aucune fermeture prévue." }
            } @else {
                p { (french::count(page.closed.len() as u64, "fermeture", "fermetures")) }
                ul.closed {
                    @for closed in page.closed {
                        @let words = closed.in_words();
                        li {
                            span { (words) }
                            (post("/administration/fermetures/suppression",
                                &[("du", &closed.from.date().to_string()), ("au", &closed.until.date().to_string())],
                                &submit_about(Weight::Plain, Icon::Bin, "Retirer", &words)))
                        }
                    }
                }
            }
            form method="post" action="/administration/fermetures" {
                (fields.summary())
                div.row {
                    (fields.date("du", "Premier jour").required())
                    (fields.date("au", "Dernier jour"))
                    (fields.text("motif", "Motif").chars_max(limits::NAME_CHARS_MAX))
                }
                (submit(Weight::Main, Icon::Plus, "Ajouter"))
            }
        }
    }
}
