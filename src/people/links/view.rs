//! The screens of personal links.

use super::{LINKS_MAX, Link, NAME_CHARS_MAX};
use crate::base::time::moment_short;
use crate::base::{Zone, french};
use crate::error::Problems;
use crate::http::Form;
use crate::people::agent::{device_in_words, place_in_words};
use crate::people::view::wait_sentence;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about};
use crate::ui::once::shown_once;
use crate::ui::table;
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// One's own links, as a part of « Mon compte ».
#[derive(Debug, Clone, Copy)]
pub struct LinksPart<'a> {
    pub links: &'a [(u64, Link)],
    pub zone: Zone,
    pub unique: &'a str,
    /// A code is asked for after a link too.
    pub second_factor: bool,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The list of links and the form that makes one.
pub fn links(part: &LinksPart<'_>) -> Markup {
    let columns = [table::text("Nom"), table::text("Créé"), table::text("Dernière utilisation"), table::text("Action")];
    let rows: Vec<Vec<Markup>> = part.links.iter().map(|(id, link)| cells(*id, link, part.zone)).collect();
    let fields = Fields::new(part.form, part.problems);
    html! {
        section.panel aria-labelledby="liens" {
            h2 #liens { "Liens personnels" }
            p { "Un lien personnel vous connecte d’un geste, sans identifiant ni mot de passe : enregistrez-le dans les favoris d’un appareil, et d’un seul." }
            p { a href="/mon-compte/favori" { "Remplacer l’ancien favori, qui contient votre mot de passe" } }
            @if rows.is_empty() {
                p.none-yet { "Aucun lien pour l’instant." }
            } @else {
                (table::table(&french::count(rows.len() as u64, "lien", "liens"), &columns, &rows))
            }
            @if part.links.len() < LINKS_MAX {
                (new_link(fields, part.unique))
            } @else {
                p.hint { "Dix liens au plus : révoquez-en un pour en créer un autre." }
            }
            p.hint {
                "Ouvert sur un autre appareil, un lien se ferme sur le premier. Changer de mot de passe révoque tous vos liens."
                @if part.second_factor { " Le lien remplace le mot de passe ; le code de votre téléphone reste demandé." }
            }
        }
    }
}

fn new_link(fields: Fields<'_>, unique: &str) -> Markup {
    html! {
        form method="post" action="/mon-compte/liens" {
            (hidden("unique", unique))
            (fields.text("nom-du-lien", "Nom du nouveau lien").hint("L’appareil où il servira, par exemple « Tablette du cabinet ».")
                .required().chars_max(NAME_CHARS_MAX))
            (submit(Weight::Plain, Icon::Plus, "Créer un lien"))
        }
    }
}

fn cells(id: u64, link: &Link, zone: Zone) -> Vec<Markup> {
    vec![
        html! { bdi { (link.name) } },
        html! { time { (moment_short(link.made.local(zone))) } },
        html! {
            @match &link.last_use {
                Some(last) => {
                    time { (moment_short(last.at.local(zone))) } br;
                    (device_in_words(&last.agent)) ", " (place_in_words(&last.from))
                }
                None => "Jamais utilisé",
            }
        },
        post(
            "/mon-compte/liens/revocation",
            &[("lien", &format!("{id:016x}"))],
            &submit_about(Weight::Grave, Icon::Cross, "Révoquer", &link.name),
        ),
    ]
}

/// A link, shown once.
#[derive(Debug, Clone, Copy)]
pub struct MadePage<'a> {
    pub name: &'a str,
    pub address: &'a str,
}

/// The link in full, and how to keep it.
pub fn made(page: &MadePage<'_>) -> Markup {
    html! {
        (shown_once(
            "Ce lien n’est montré qu’une fois : enregistrez-le maintenant.",
            "Votre lien",
            page.name,
            page.address,
        ))
        ol.steps {
            li { "Copiez l’adresse ci-dessus, ou tapez-la sur l’appareil où elle servira." }
            li { "Ouvrez-la sur cet appareil : vous y êtes connecté·e." }
            li { "Pour la retrouver, enregistrez-la dans les favoris en la collant comme adresse : la page ouverte, elle, n’en garde rien." }
        }
        p.hint { "Qui possède ce lien entre à votre place : ne l’envoyez à personne. Vous pouvez le révoquer à tout moment." }
        p.back { (link(Weight::Plain, Icon::Previous, "Mon compte", "/mon-compte#liens")) }
    }
}

/// A link that leads nowhere; `wait_s` after too many of them.
pub fn unknown(wait_s: Option<i64>) -> Markup {
    html! {
        div.narrow {
            h1 { "Ce lien ne mène nulle part" }
            @if let Some(seconds) = wait_s {
                div.flash.problem role="alert" { (Icon::Clock) p { (wait_sentence(seconds)) } }
            }
            p { "Il a été révoqué, ou son adresse n’est pas complète. Un changement de mot de passe révoque aussi les liens." }
            p { "Connectez-vous avec votre identifiant et votre mot de passe ; vous pourrez créer un autre lien sous « Mon compte »." }
            p { (link(Weight::Main, Icon::Key, "Se connecter", "/connexion")) }
        }
    }
}

/// From the bookmark of 2010 to a link.
#[derive(Debug, Clone, Copy)]
pub struct BookmarkPage<'a> {
    /// Whether the secretariat lets the bookmark of 2010 work at all.
    pub open_for_all: bool,
    /// Whether it works for this person.
    pub open: bool,
    pub unique: &'a str,
}

/// Why, and how, in four steps.
pub fn bookmark(page: &BookmarkPage<'_>) -> Markup {
    let form = if page.open { Form::from_iter([("favori", "1")]) } else { Form::default() };
    let none = Problems::default();
    let fields = Fields::new(&form, &none);
    html! {
        div.head { h1 { "Remplacer l’ancien favori" } }
        div.beside {
            section aria-labelledby="pourquoi" {
                h2 #pourquoi { "Pourquoi" }
                p { "L’ancien favori contient votre identifiant et votre mot de passe, écrits dans l’adresse. Qui voit vos favoris, ou l’historique d’un navigateur, les lit et peut s’en servir partout." }
                p { "Un lien personnel ne contient ni l’un ni l’autre. Il sert sur un seul appareil, vous voyez quand il a servi, et vous le révoquez d’un geste sans changer de mot de passe." }
            }
            section aria-labelledby="comment" {
                h2 #comment { "Comment faire" }
                ol.steps {
                    li { "Créez un lien pour cet appareil." (new_link(fields, page.unique)) }
                    li { "Copiez l’adresse montrée, puis modifiez votre favori : collez-la à la place de l’ancienne adresse." }
                    li { "Essayez le favori : vous arrivez sur vos messages." }
                    li { "Fermez l’ancien chemin, ci-dessous, une fois tous vos appareils passés au nouveau." }
                }
            }
        }
        section.panel aria-labelledby="ancien" {
            h2 #ancien { "L’ancien favori" }
            @if page.open_for_all {
                form method="post" action="/mon-compte/favori" {
                    (fields.tick("favori", "L’ancien favori fonctionne encore pour moi"))
                    (submit(Weight::Plain, Icon::Check, "Enregistrer"))
                }
            } @else {
                p { "Votre secrétariat a fermé les anciens favoris : ils ne fonctionnent plus." }
            }
        }
        p.back { (link(Weight::Plain, Icon::Previous, "Mon compte", "/mon-compte")) }
    }
}
