//! The pages of kits for an administrator.

use crate::base::time::{date_short, moment_short};
use crate::base::{Zone, french};
use crate::continuity::model::CONTENTS;
use crate::continuity::store::{Night, Wish};
use crate::error::Problems;
use crate::http::Form;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, link, submit};
use crate::ui::table::{self, facts, or_dash};
use crate::ui::{Fields, Icon};
use chrono::{NaiveTime, Timelike};
use maud::{Markup, html};

/// How kits go.
#[derive(Debug, Clone)]
pub struct KitsPage<'a> {
    /// Where they are copied to, if anywhere.
    pub folder: Option<&'a str>,
    pub night: Option<&'a Night>,
    pub subscribers: Vec<(&'a Subscriber, Option<&'a Wish>)>,
    /// When they are made.
    pub time: NaiveTime,
    pub zone: Zone,
}

pub fn kits(page: &KitsPage<'_>) -> Markup {
    let columns = [table::text("Abonné"), table::text("Envoyé à"), table::text("Demandé par écrit")];
    let rows: Vec<Vec<Markup>> = page
        .subscribers
        .iter()
        .map(|(subscriber, wish)| {
            vec![
                html! { a href={ "/administration/abonnes/" (subscriber.id) "/kit" } { bdi { (subscriber.name) } } },
                wish.map_or_else(|| or_dash(""), |wish| html! { bdi { (wish.addresses.join(", ")) } }),
                wish.map_or_else(
                    || or_dash(""),
                    |wish| {
                        html! {
                            "le " (date_short(wish.consent.asked_on.date())) " par " bdi { (wish.consent.asked_by) }
                        }
                    },
                ),
            ]
        })
        .collect();
    html! {
        div.head { h1 { "Kits de secours" } }
        div.beside {
            section aria-labelledby="kit" {
                h2 #kit { "Ce que c’est" }
                p { "Un fichier par abonné, et un pour le standard, à lire quand le serveur ne répond pas. Chacun télécharge le sien à tout
                    moment ; la nuit, il part par e-mail aux abonnés qui l’ont demandé par écrit, et dans un dossier si vous en réglez un." }
                p.hint { (CONTENTS) }
                p { a href="/aide/secours" { "Travailler pendant une panne" } }
            }
            section aria-labelledby="nuit" {
                h2 #nuit { "La dernière nuit" }
                (facts(&[
                    ("Quand", html! { @match page.night {
                        Some(night) => { "Le " (moment_short(night.at.local(page.zone))) }
                        None => { "Pas encore : chaque nuit à " (page.time.hour()) " h " (format!("{:02}", page.time.minute())) }
                    } }),
                    ("Par e-mail", html! { (french::count(page.night.map_or(0, |night| night.mailed), "kit", "kits")) }),
                    ("Dossier", html! { @match page.folder {
                        Some(folder) => { code { (folder) } ", " (french::count(page.night.map_or(0, |night| night.files), "fichier", "fichiers")) }
                        None => "aucun",
                    } }),
                ]))
                @if let Some(night) = page.night.filter(|night| !night.failure.is_empty()) {
                    p.problem { (Icon::Urgent) (night.failure) " Un nouvel essai a lieu dans l’heure." }
                }
                p.hint { "Le réglage " code { "kit-folder" } " du serveur nomme le dossier, par exemple une clé USB ou un partage. Les kits de la veille y sont
                    remplacés. Ces fichiers ne sont pas chiffrés : choisissez un dossier que seul le secrétariat lit." }
            }
        }
        (table::table(&french::count(rows.len() as u64, "abonné", "abonnés"), &columns, &rows))
        p.back { (link(Weight::Plain, Icon::Previous, "La maison", "/administration")) }
    }
}

/// One abonné's.
#[derive(Debug, Clone, Copy)]
pub struct WishPage<'a> {
    pub subscriber: &'a Subscriber,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The wish as the form's values.
pub fn form_of(wish: Option<&Wish>) -> Form {
    let Some(wish) = wish else { return Form::default() };
    Form::from_iter([
        ("envoyer", "1".to_owned()),
        ("adresses", wish.addresses.join("\n")),
        ("demande-le", wish.consent.asked_on.date().to_string()),
        ("demande-par", wish.consent.asked_by.clone()),
    ])
}

pub fn wish(page: &WishPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let base = format!("/administration/abonnes/{}", page.subscriber.id);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "L’abonné", &base)) }
        div.head { h1 { "Kit de secours de " bdi { (page.subscriber.name) } } }
        p.hint { (CONTENTS) }
        form method="post" action={ (base) "/kit" } {
            (fields.summary())
            fieldset.group {
                legend { "Chaque nuit par e-mail" }
                p.hint { "Un e-mail n’est pas confidentiel : le kit ne part que si l’abonné l’a demandé par écrit. Gardez sa demande." }
                (fields.tick("envoyer", "Envoyer le kit chaque nuit"))
                (fields.area("adresses", "Adresses e-mail", 2).hint("Une par ligne."))
                div.row {
                    (fields.date("demande-le", "Demandé par écrit le"))
                    (fields.text("demande-par", "Par"))
                }
            }
            (submit(Weight::Main, Icon::Check, "Enregistrer"))
        }
        p { (link(Weight::Plain, Icon::Archive, "Tous les kits", "/administration/kits")) }
    }
}
