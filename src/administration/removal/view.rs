//! The screens of removals: the asking, the progress, the certificate.

use super::store::{Download, Removal, Subject};
use crate::base::time::moment_short;
use crate::base::{Zone, french};
use crate::error::Problems;
use crate::http::Form;
use crate::people::Person;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, link, post, submit};
use crate::ui::table::{self, facts};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// Before an abonné is deleted.
#[derive(Debug, Clone)]
pub struct AskPage<'a> {
    pub subscriber: &'a Subscriber,
    pub messages: u64,
    /// Whose accounts go along.
    pub persons: Vec<&'a str>,
    pub download: Option<&'a Download>,
    pub zone: Zone,
    /// `nom`, `sans-telechargement`.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// First the download, then the deletion.
pub fn ask(page: &AskPage<'_>) -> Markup {
    let subscriber = page.subscriber;
    let base = format!("/administration/abonnes/{}", subscriber.id);
    let fields = Fields::new(page.form, page.problems);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Revenir à l’abonné", &base)) }
        div.head { h1 { "Supprimer " bdi { (subscriber.name) } } }
        div.beside {
            section aria-labelledby="titre-fichier" {
                h2 #titre-fichier { "1. Télécharger tout" }
                p { "Un fichier zip avec ses messages et leur histoire, ses contacts, son agenda, ses réglages, ses compteurs et son journal, lisible par un tableur." }
                @match page.download {
                    Some(download) => p { (Icon::Check) " Téléchargé le " (moment_short(download.at.local(page.zone))) " par " (download.login) "." },
                    None => p.hint { "Pas encore téléchargé." },
                }
                (post(&format!("{base}/telechargement"), &[], &submit(Weight::Plain, Icon::Export, "Télécharger tout")))
                p.hint { "Ce fichier contient tout ce qui a été dit : remettez-le à l’abonné, et ne le gardez pas." }
            }
            section aria-labelledby="titre-suppression" {
                h2 #titre-suppression { "2. Supprimer" }
                p {
                    "Disparaissent pour toujours : l’abonné, "
                    (french::count(page.messages, "message", "messages"))
                    ", ses contacts, son agenda"
                    @if !page.persons.is_empty() {
                        ", et " (french::agree(page.persons.len() as u64, "le compte de ", "les comptes de "))
                        @for (place, name) in page.persons.iter().enumerate() { @if place > 0 { ", " } bdi { (name) } }
                    }
                    ". Les sessions prennent fin aussitôt."
                }
                p.hint { "Restent : les compteurs, pour vos factures, et un certificat qui dit quoi, combien, quand et par qui." }
                form method="post" action={ (base) "/suppression" } {
                    (fields.summary())
                    (fields.text("nom", "Nom de l’abonné, pour confirmer").required())
                    @if page.download.is_none() {
                        (fields.tick("sans-telechargement", "Supprimer sans avoir rien téléchargé"))
                    }
                    (submit(Weight::Grave, Icon::Bin, "Supprimer pour toujours"))
                }
            }
        }
    }
}

/// Before a person is deleted.
#[derive(Debug, Clone, Copy)]
pub struct PersonAskPage<'a> {
    pub person: &'a Person,
    /// `identifiant`.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The same for one account.
pub fn ask_person(page: &PersonAskPage<'_>) -> Markup {
    let base = format!("/administration/personnes/{}", page.person.id);
    let fields = Fields::new(page.form, page.problems);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Revenir au compte", &base)) }
        div.head { h1 { "Supprimer le compte de " bdi { (page.person.name) } } }
        div.beside {
            section aria-labelledby="titre-fichier" {
                h2 #titre-fichier { "1. Télécharger tout" }
                p { "Un fichier zip avec ce que le compte contient, et ce que le journal dit de lui." }
                (post(&format!("{base}/telechargement"), &[], &submit(Weight::Plain, Icon::Export, "Télécharger tout")))
            }
            section aria-labelledby="titre-suppression" {
                h2 #titre-suppression { "2. Supprimer" }
                p { "Le compte, ses sessions, ses liens et son second facteur disparaissent pour toujours, et son identifiant redevient libre. Son nom reste dans l’histoire des messages qu’il a pris." }
                p.hint { "Pour empêcher seulement la connexion, désactivez le compte : cela se défait." }
                form method="post" action={ (base) "/suppression" } {
                    (fields.summary())
                    (fields.login("identifiant", "Identifiant, pour confirmer").required())
                    (submit(Weight::Grave, Icon::Bin, "Supprimer pour toujours"))
                }
            }
        }
    }
}

/// Every removal.
#[derive(Debug, Clone, Copy)]
pub struct ListPage<'a> {
    pub removals: &'a [Removal],
    pub zone: Zone,
}

/// Every certificate, the newest first.
pub fn list(page: &ListPage<'_>) -> Markup {
    let columns = [
        table::text("Certificat"),
        table::text("Supprimé"),
        table::text("Demandé le"),
        table::text("Par"),
        table::text("État"),
    ];
    let rows: Vec<Vec<Markup>> = page
        .removals
        .iter()
        .map(|removal| {
            vec![
                html! { a href={ "/administration/suppressions/" (removal.number) } { "n° " (removal.number) } },
                subject(&removal.subject),
                html! { time { (moment_short(removal.asked.local(page.zone))) } },
                html! { bdi { (removal.asked_by.0) } },
                state(removal, page.zone),
            ]
        })
        .collect();
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tous les abonnés", "/administration/abonnes")) }
        div.head { h1 { "Suppressions" } }
        @if rows.is_empty() {
            div.empty { (Icon::Bin) p { "Rien n’a été supprimé." } }
        } @else {
            (table::table("Certificats d’effacement, le plus récent d’abord", &columns, &rows))
        }
    }
}

fn subject(subject: &Subject) -> Markup {
    match subject {
        Subject::Subscriber { id, name } => html! { "Abonné " bdi { (name) } " (n° " (id) ")" },
        Subject::Person { id, name, login } => html! { "Compte " bdi { (name) } " (" (login) ", n° " (id) ")" },
    }
}

fn state(removal: &Removal, zone: Zone) -> Markup {
    match removal.done {
        Some(at) => html! { "achevée le " time { (moment_short(at.local(zone))) } },
        None => html! { "en cours" },
    }
}

/// One removal.
#[derive(Debug, Clone, Copy)]
pub struct CertificatePage<'a> {
    pub removal: &'a Removal,
    pub house_name: &'a str,
    pub zone: Zone,
}

/// How far it is; once done, the certificate, to print and hand over.
pub fn certificate(page: &CertificatePage<'_>) -> Markup {
    let removal = page.removal;
    html! {
        @if removal.done.is_none() {
            div.flash.notice role="status" data-progress {
                (Icon::Clock)
                p { "La suppression est en cours ; plus personne n’a accès à cet abonné. Elle continue même si vous quittez cette page." }
                (link(Weight::Plain, Icon::Restore, "Actualiser", &format!("/administration/suppressions/{}", removal.number)))
            }
        }
        article.slip.certificate {
            (crate::ui::dress::logo())
            h1 { @if removal.done.is_some() { "Certificat d’effacement n° " (removal.number) } @else { "Suppression n° " (removal.number) } }
            p { (page.house_name) }
            (facts(&[
                ("Supprimé", subject(&removal.subject)),
                ("Demandé", html! { "le " (moment_short(removal.asked.local(page.zone))) " par " bdi { (removal.asked_by.0) } " (" (removal.asked_by.1) ")" }),
                ("État", state(removal, page.zone)),
            ]))
            @if !removal.erased.is_empty() {
                h2 { "Effacé" }
                dl.facts {
                    @for (what, count) in &removal.erased { div { dt { (what) } dd { (french::grouped(*count)) } } }
                }
            }
            p.hint {
                "Ce qui est effacé n’est plus lisible dans Permanence. Les octets eux-mêmes quittent le fichier de données au travail de la nuit suivante, "
                "et les sauvegardes avec leur échéance. Les compteurs de facturation, sans contenu, sont conservés."
            }
        }
        div.buttons {
            @if removal.done.is_some() { div data-print {} }
            (link(Weight::Plain, Icon::Previous, "Toutes les suppressions", "/administration/suppressions"))
        }
    }
}
