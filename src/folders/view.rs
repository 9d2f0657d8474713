//! The screens of folders: everything out, everything in.

use super::bring::{Fate, Plan, in_words};
use super::model::Manifest;
use crate::base::time::moment_short;
use crate::base::{Instant, Zone, french};
use crate::subscribers::Subscriber;
use crate::ui::Icon;
use crate::ui::form::{Weight, link, post, submit, submit_about, upload};
use crate::ui::table::{facts, table, text};
use maud::{Markup, html};

/// Everything out, everything in.
#[derive(Debug, Clone, Copy)]
pub struct FoldersPage<'a> {
    pub subscribers: &'a [Subscriber],
    /// What the house takes on the disk, faxes included.
    pub bytes: u64,
    /// What was wrong with the file that was sent.
    pub problem: Option<&'a str>,
}

/// What a folder is, said to whoever takes one away.
fn what_it_is() -> Markup {
    html! {
        p {
            "Un fichier zip : des pages à lire dans n’importe quel navigateur (ouvrez «\u{a0}index.html\u{a0}»), des tableaux pour Excel, "
            "un carnet d’adresses (vCard), un agenda (iCalendar), les fax et documents, et de quoi tout reprendre dans un autre Permanence."
        }
        p.hint { "Ce fichier contient tout ce qui a été dit : gardez-le en lieu sûr. Ni mot de passe, ni lien, ni jeton n’y figure." }
    }
}

/// The administrator's page.
pub fn folders(page: &FoldersPage<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = page
        .subscribers
        .iter()
        .map(|one| {
            let button = submit_about(Weight::Plain, Icon::Export, "Télécharger", &one.name);
            let address = format!("/administration/abonnes/{}/telechargement", one.id);
            vec![html! { bdi { (one.name) } }, post(&address, &[], &button)]
        })
        .collect();
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Revenir à la maison", "/administration")) }
        div.head { h1 { "Dossiers" } }
        div.beside {
            section aria-labelledby="titre-maison" {
                h2 #titre-maison { "Emporter la maison entière" }
                (what_it_is())
                p { "La maison occupe " (french::size(page.bytes)) " sur le disque ; le téléchargement commence aussitôt." }
                (post("/administration/dossiers", &[], &submit(Weight::Main, Icon::Export, "Télécharger toute la maison")))
                p.hint { "Sur le serveur : «\u{a0}permanence export --everything --output maison.zip\u{a0}»." }
            }
            section aria-labelledby="titre-reprise" {
                h2 #titre-reprise { "Reprendre un dossier, ou un autre logiciel" }
                p { "Le dossier d’un abonné ou d’une maison, fait par un autre Permanence\u{a0}; la base d’Easy!Appointments (sauvegarde SQL, ou ses tables en CSV dans un zip)\u{a0}; un tableau CSV d’abonnés, de contacts, de rendez-vous ou de messages, avec une colonne «\u{a0}Abonné\u{a0}». Vous verrez d’abord ce qu’il contient\u{a0}; rien n’est écrit avant que vous l’ayez dit." }
                (upload("/administration/dossiers/reprise", "fichier", "Fichier", ".zip,.sql,.csv,.txt", page.problem,
                    &submit(Weight::Main, Icon::Eye, "Voir ce qu’il contient")))
                p.hint { "25 Mo au plus. Un fichier plus grand se reprend sur le serveur, à l’arrêt : «\u{a0}permanence import FICHIER\u{a0}»." }
            }
            section aria-labelledby="titre-abonne" {
                h2 #titre-abonne { "Emporter un abonné" }
                @if page.subscribers.is_empty() {
                    div.empty { (Icon::Office) p { "Il n’y a pas encore d’abonné." } }
                } @else {
                    (table("Un dossier par abonné", &[text("Abonné"), text("Dossier")], &rows))
                }
            }
        }
    }
}

/// What would come of a folder.
#[derive(Debug, Clone, Copy)]
pub struct PreviewPage<'a> {
    /// The file's, as the person calls it.
    pub name: &'a str,
    pub mark: &'a str,
    pub manifest: &'a Manifest,
    pub plan: &'a Plan,
    pub zone: Zone,
}

/// Shown before anything is written.
pub fn preview(page: &PreviewPage<'_>) -> Markup {
    let (manifest, plan) = (page.manifest, page.plan);
    let made = chrono::DateTime::parse_from_rfc3339(&manifest.fait).ok();
    let made = made.map(|at| moment_short(Instant(at.timestamp_millis()).local(page.zone)));
    let parts: Vec<Vec<Markup>> = plan
        .parts
        .iter()
        .map(|(part, fate)| {
            let fate = match fate {
                Fate::New(name) if *name == part.nom => html! { "nouveau" },
                Fate::New(name) => html! { "nouveau, sous le nom « " bdi { (name) } " »" },
                Fate::Known(id) => {
                    html! { "déjà repris : " a href={ "/administration/abonnes/" (id) } { "abonné n° " (id) } }
                }
            };
            vec![html! { bdi { (part.nom) } }, html! { (in_words(part)) }, fate]
        })
        .collect();
    let accounts: Vec<Vec<Markup>> = plan
        .accounts
        .iter()
        .map(|(account, login)| {
            let login = if *login == account.identifiant {
                html! { (login) }
            } else {
                html! { (login) " (« " (account.identifiant) " » est déjà pris)" }
            };
            vec![html! { bdi { (account.nom) } }, login, html! { (account.role.label()) }]
        })
        .collect();
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Choisir un autre fichier", "/administration/dossiers")) }
        div.head { h1 { "Aperçu du dossier" } }
        section aria-label="Le dossier" { (facts(&[
            ("Fichier", html! { bdi { (page.name) } }),
            ("Vient de", html! { bdi { (manifest.secretariat) } @if manifest.entier { ", la maison entière" } }),
            ("Fait le", html! { (made.as_deref().unwrap_or("(date illisible)")) }),
            ("Contrôle", html! { (french::count(manifest.fichiers.len() as u64, "fichier conforme", "fichiers conformes")) " au manifeste" }),
        ])) }
        @if parts.is_empty() {
            div.empty { (Icon::Office) p { "Ce dossier ne contient aucun abonné." } }
        } @else {
            (table("Abonnés du dossier", &[text("Abonné"), text("Contenu"), text("Ici")], &parts))
        }
        @if !accounts.is_empty() {
            (table("Comptes qui viennent avec eux", &[text("Nom"), text("Identifiant ici"), text("Rôle")], &accounts))
            p.hint { "Les comptes arrivent désactivés et sans mot de passe : activez ceux qui doivent servir, et donnez à chacun le sien." }
        }
        @if plan.with_house { p { "Cette maison est neuve : le nom, le téléphone, les horaires, les jours fermés, les modèles communs et les compteurs du dossier viennent aussi." } }
        p.hint { "Restent dans l’autre maison : mots de passe, liens, jetons, courriers, journal. Les rappels aux contacts partiront d’ici dès que le courrier est réglé : arrêtez-les là-bas." }
        div.buttons {
            @if plan.new_parts() > 0 || plan.with_house {
                (post(&format!("/administration/dossiers/reprise/{}", page.mark), &[], &submit(Weight::Main, Icon::Check,
                    &format!("Reprendre {}", french::count(plan.new_parts(), "abonné", "abonnés")))))
            } @else {
                p.hint { "Tout est déjà là : il n’y a rien à reprendre." }
            }
        }
    }
}

/// A client's page.
#[derive(Debug, Clone, Copy)]
pub struct OwnPage<'a> {
    pub subscribers: &'a [Subscriber],
}

/// « Tout télécharger ».
pub fn own(page: &OwnPage<'_>) -> Markup {
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Revenir à mon compte", "/mon-compte")) }
        div.head { h1 { "Tout télécharger" } }
        div.beside {
            section aria-labelledby="titre-dossier" {
                h2 #titre-dossier { "Un dossier" }
                (what_it_is())
                p.hint { "Votre mot de passe est redemandé avant le téléchargement, et celui-ci est noté dans votre journal." }
            }
        @for one in page.subscribers {
            section aria-label=(one.name) {
                h2 { bdi { (one.name) } }
                (post(
                    "/mon-compte/telechargement",
                    &[("abonne", &one.id.to_string())],
                    &submit(Weight::Main, Icon::Export, "Tout télécharger"),
                ))
            }
        }
        }
    }
}
