//! « Jours fériés et réglages ».

use super::tabs;
use crate::agenda::holidays::Region;
use crate::base::time::date_in_words;
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, post, submit, submit_about};
use crate::ui::table::or_dash;
use crate::ui::{Fields, Icon, table};
use chrono::NaiveDate;
use maud::{Markup, html};

/// A public holiday to come, or a date opened or closed by hand.
#[derive(Debug, Clone)]
pub struct DateRow {
    pub date: NaiveDate,
    /// « Toussaint »; empty for an ordinary date.
    pub name: String,
    pub closed: bool,
    pub by_hand: bool,
}

/// The page.
#[derive(Debug, Clone)]
pub struct SettingsPage<'a> {
    pub base: &'a str,
    pub dates: Vec<DateRow>,
    /// `region`, `feries-travailles`, `forcer`, `affiche-de`, `affiche-a`, `creneau`; `date`, `etat`.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

pub fn settings(page: &SettingsPage<'_>) -> Markup {
    let base = page.base;
    let fields = Fields::new(page.form, page.problems);
    let regions: Vec<(&str, &str)> = Region::ALL.iter().map(|region| (region.word(), region.label())).collect();
    html! {
        div.head { h1 { "Jours fériés et réglages" } }
        (tabs(base, "reglages"))
        form method="post" action={ (base) "/agenda/reglages" } {
            (fields.summary())
            (fields.select("region", "Jours fériés de", &regions).class("wide"))
            (fields.tick("feries-travailles", "Les jours fériés sont travaillés comme les autres"))
            (fields.tick("forcer", "« Forcer le rendez-vous » est permis : deux rendez-vous à la même heure, exprès"))
            div.row {
                (fields.time("affiche-de", "Heures affichées, de").hint("Le reste de la journée est replié."))
                (fields.time("affiche-a", "à"))
                (fields.number("creneau", "Créneau hors semaine type (minutes)"))
            }
            (submit(Weight::Main, Icon::Check, "Enregistrer"))
        }
        section aria-labelledby="jours" {
            h2 #jours { "Jours fériés, et jours fermés ou ouverts à la main" }
            (dates(page))
            form method="post" action={ (base) "/agenda/reglages/dates" } {
                div.row {
                    (fields.date("date", "Jour").required())
                    (fields.select("etat", "Ce jour est", &[("ferme", "fermé"), ("ouvert", "ouvert")]))
                }
                (submit(Weight::Plain, Icon::Check, "Fermer ou ouvrir ce jour"))
            }
        }
    }
}

fn dates(page: &SettingsPage<'_>) -> Markup {
    let columns = [table::text("Jour"), table::text("Jour férié"), table::text("État"), table::text("Changer")];
    let rows: Vec<Vec<Markup>> = page
        .dates
        .iter()
        .map(|row| {
            let words = date_in_words(row.date);
            let date = row.date.to_string();
            let (label, state) = match (row.by_hand, row.closed) {
                (true, _) => ("Comme prévu", "regle"),
                (false, true) => ("Ouvrir", "ouvert"),
                (false, false) => ("Fermer", "ferme"),
            };
            let button = submit_about(Weight::Plain, Icon::Restore, label, &words);
            vec![
                html! { (words) },
                or_dash(&row.name),
                html! { @if row.closed { "Fermé" } @else { "Ouvert" } @if row.by_hand { ", à la main" } },
                post(&format!("{}/agenda/reglages/dates", page.base), &[("date", &date), ("etat", state)], &button),
            ]
        })
        .collect();
    html! { @if !rows.is_empty() { (table::table("Jours fériés des douze mois à venir", &columns, &rows)) } }
}
