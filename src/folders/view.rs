//! The screens of folders: everything out, everything in.

use crate::base::french;
use crate::subscribers::Subscriber;
use crate::ui::Icon;
use crate::ui::form::{Weight, link, post, submit};
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
            "Un fichier zip : des pages à lire dans n’importe quel navigateur (ouvrez « index.html »), des tableaux pour Excel, "
            "un carnet d’adresses (vCard), un agenda (iCalendar), les fax et documents, et de quoi tout reprendre dans un autre Permanence."
        }
        p.hint { "Ce fichier contient tout ce qui a été dit : gardez-le en lieu sûr. Ni mot de passe, ni lien, ni jeton n’y figure." }
    }
}

/// The administrator's page.
pub fn folders(page: &FoldersPage<'_>) -> Markup {
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Revenir à la maison", "/administration")) }
        div.head { h1 { "Dossiers" } }
        div.beside {
            section aria-labelledby="titre-maison" {
                h2 #titre-maison { "Emporter la maison entière" }
                (what_it_is())
                p { "La maison occupe " (french::size(page.bytes)) " sur le disque ; le téléchargement commence aussitôt." }
                (post("/administration/dossiers", &[], &submit(Weight::Main, Icon::Export, "Télécharger toute la maison")))
                p.hint { "Sur le serveur : « permanence export --everything --output maison.zip »." }
            }
            section aria-labelledby="titre-abonne" {
                h2 #titre-abonne { "Emporter un abonné" }
                @if page.subscribers.is_empty() {
                    div.empty { (Icon::Office) p { "Il n’y a pas encore d’abonné." } }
                } @else {
                    ul.plain {
                        @for one in page.subscribers {
                            li {
                                (post(
                                    &format!("/administration/abonnes/{}/telechargement", one.id),
                                    &[],
                                    &crate::ui::form::submit_about(Weight::Plain, Icon::Export, "Télécharger", &one.name),
                                ))
                                " " bdi { (one.name) }
                            }
                        }
                    }
                }
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
        h1 { "Tout télécharger" }
        (what_it_is())
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
        p.hint { "Votre mot de passe est redemandé avant le téléchargement, et celui-ci est noté dans votre journal." }
    }
}
