//! What would come of another software's file: shown before anything is written.

use super::table::{Column, Guessed};
use super::{BadRow, LISTED_MAX, Parcel, Share};
use crate::base::french;
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, link, submit};
use crate::ui::table::{facts, table, text};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// What a file would become.
#[derive(Debug, Clone, Copy)]
pub struct ParcelPage<'a> {
    /// The file's, as the person calls it.
    pub name: &'a str,
    pub mark: &'a str,
    pub parcel: &'a Parcel,
    /// Of each of its abonnés.
    pub shares: &'a [Share],
}

/// The page's content, without its frame.
pub fn preview(page: &ParcelPage<'_>) -> Markup {
    let parcel = page.parcel;
    let own = format!("/administration/dossiers/reprise/{}", page.mark);
    let coming = page.shares.iter().any(|share| !share.is_empty());
    let rows: Vec<Vec<Markup>> = page.shares.iter().map(share).collect();
    let conflicts: Vec<&BadRow> = page.shares.iter().flat_map(|share| &share.conflicts).collect();
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Choisir un autre fichier", "/administration/dossiers")) }
        div.head { h1 { "Aperçu de la reprise" } }
        @if let Some(problem) = &parcel.problem {
            div.flash.problem role="alert" { (Icon::Urgent) p { (problem) } }
        }
        section aria-label="Le fichier" {
            (facts(&[
                ("Fichier", html! { bdi { (page.name) } }),
                ("Reconnu comme", html! { (parcel.software) }),
            ]))
        }
        @if !rows.is_empty() {
            (table("Abonnés du fichier", &[text("Abonné"), text("Ce qui vient"), text("Ici")], &rows))
        }
        form.import-form method="post" action=(own) {
            @if !parcel.columns.is_empty() {
                h2 { "Ce que contient chaque colonne" }
                div.columns { @for (place, column) in parcel.columns.iter().enumerate() { (chosen(place, column)) } }
            }
            div.buttons {
                @if coming { (submit(Weight::Main, Icon::Check, "Reprendre")) }
                @if !parcel.columns.is_empty() {
                    button.button formmethod="get" { (Icon::Restore) "Mettre l’aperçu à jour" }
                }
            }
        }
        @if !coming && parcel.problem.is_none() { p.hint { "Il n’y a rien à reprendre : tout est déjà là, ou rien ne peut être pris." } }
        div.beside {
            (listed("Ce que l’agenda ne peut pas prendre", &conflicts))
            (listed("Lignes incorrectes", &parcel.bad.iter().collect::<Vec<_>>()))
            @if !parcel.left_out.is_empty() {
                section {
                    h2 { "Laissé de côté" }
                    ul.bad-rows { @for sentence in &parcel.left_out { li { (sentence) } } }
                }
            }
        }
    }
}

fn share(share: &Share) -> Vec<Markup> {
    let here = html! {
        @match share.known {
            Some(id) => { "dans l’" a href={ "/administration/abonnes/" (id) } { "abonné n° " (id) } },
            None => "nouveau",
        }
        @if share.already > 0 { " ; " (french::count(share.already, "ligne déjà là", "lignes déjà là")) }
    };
    vec![html! { bdi { (share.name) } }, html! { (share.in_words()) }, here]
}

/// A column with what it is taken for.
fn chosen(place: usize, column: &Guessed) -> Markup {
    let name = format!("colonne-{place}");
    let typed = Form::from_iter([(name.as_str(), column.column.word())]);
    let none = Problems::default();
    let options: Vec<(&str, &str)> = Column::all().map(|column| (column.word(), column.label())).collect();
    let label = if column.name.is_empty() { "(sans nom)" } else { &column.name };
    html! { (Fields::new(&typed, &none).select(&name, label, &options).hint(&column.sample)) }
}

fn listed(title: &str, rows: &[&BadRow]) -> Markup {
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (title) }
                ul.bad-rows {
                    @for row in rows.iter().take(LISTED_MAX) { li { (row.place) " : " bdi { (row.reasons.join(" ")) } } }
                    @if rows.len() > LISTED_MAX { li { "… et " (french::grouped((rows.len() - LISTED_MAX) as u64)) " de plus." } }
                }
            }
        }
    }
}
