//! « Semaine type »: the form, a group of rows for each weekday; the weeks that are known; the repeated changes.

use super::super::week::{PARTS, ROWS_MAX, name};
use super::tabs;
use crate::agenda::model::Opening;
use crate::agenda::overrides::Override;
use crate::agenda::week::{WEEKDAYS, Weeks, weekday_name, weekday_of};
use crate::base::time::{date_in_words, date_short};
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, post, submit, submit_about};
use crate::ui::{Fields, Icon, table};
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

/// A typical week that is known.
#[derive(Debug, Clone, Copy)]
pub struct WeekRow {
    pub valid_from: NaiveDate,
    /// The one that counts today.
    pub current: bool,
    pub coming: bool,
}

/// The page.
#[derive(Debug, Clone)]
pub struct WeekPage<'a> {
    pub base: &'a str,
    pub weeks: Vec<WeekRow>,
    pub repeated: &'a [Override],
    /// `valable`, and a row's fields as `name` makes them.
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// Rows that the form shows for a weekday: those that are filled in, and one more.
pub fn rows_shown(form: &Form, weekday: u8) -> usize {
    let named = |row: &usize| PARTS.iter().any(|part| form.find(&name(weekday, *row, part)).is_some());
    let filled = (0..ROWS_MAX).rev().find(named).map_or(0, |row| row + 1);
    filled.clamp(1, ROWS_MAX)
}

pub fn week(page: &WeekPage<'_>) -> Markup {
    let base = page.base;
    let fields = Fields::new(page.form, page.problems);
    let action = format!("{base}/agenda/semaine-type");
    html! {
        div.head { h1 { "Semaine type" } }
        (tabs(base, "semaine-type"))
        @if page.weeks.is_empty() {
            p.hint { "Rien n’est encore réglé : l’agenda compte du lundi au vendredi, de 9 h à 12 h et de 14 h à 18 h, par quarts d’heure." }
        } @else { (known(page)) }
        form.week-form method="post" action=(action) {
            (fields.summary())
            // The first button of a form is the one that Enter presses.
            button.quiet tabindex="-1" aria-hidden="true" { "Enregistrer" }
            (fields.date("valable", "Valable à partir du").required()
                .hint("Une autre date prépare un changement : la semaine actuelle reste valable jusque-là."))
            @for weekday in 0..7u8 { (weekday_rows(&fields, weekday)) }
            div.buttons {
                (submit(Weight::Main, Icon::Check, "Enregistrer la semaine type"))
                button.button name="copier" value="lundi" { (Icon::Calendar) "Copier le lundi du mardi au vendredi" }
            }
        }
        (repeated(page))
    }
}

fn known(page: &WeekPage<'_>) -> Markup {
    let columns = [table::text("Valable à partir du"), table::text("État"), table::text("Supprimer")];
    let rows: Vec<Vec<Markup>> = page
        .weeks
        .iter()
        .map(|week| {
            let words = date_in_words(week.valid_from);
            let date = week.valid_from.to_string();
            let remove = submit_about(Weight::Grave, Icon::Bin, "Supprimer", &words);
            vec![
                html! { a href={ (page.base) "/agenda/semaine-type?du=" (date) } { (words) } },
                html! { @if week.current { "En cours" } @else if week.coming { "À venir" } @else { "Passée" } },
                post(&format!("{}/agenda/semaine-type/suppression", page.base), &[("du", &date)], &remove),
            ]
        })
        .collect();
    table::table("Semaines types", &columns, &rows)
}

fn weekday_rows(fields: &Fields<'_>, weekday: u8) -> Markup {
    let day = WEEKDAYS[usize::from(weekday)];
    let problem = fields.problems.of(day);
    let described_by = problem.map(|_| format!("{day}-erreur"));
    let rows = rows_shown(fields.form, weekday);
    html! {
        fieldset.weekday id=(day) aria-describedby=[described_by.as_deref()] {
            legend { (day) }
            @if let (Some(problem), Some(id)) = (problem, &described_by) { p.problem id=(id) { (Icon::Urgent) (problem) } }
            @for row in 0..rows { (period(fields, weekday, row)) }
            @if rows < ROWS_MAX {
                button.button name="ajouter" value=(day) data-add-row=(day) {
                    (Icon::Plus) span { "Ajouter une période" span.quiet { " : " (day) } }
                }
            }
        }
    }
}

fn period(fields: &Fields<'_>, weekday: u8, row: usize) -> Markup {
    let options: Vec<(&str, &str)> = Weeks::ALL.iter().map(|weeks| (weeks.word(), weeks_label(*weeks))).collect();
    let kinds = [("consultation", "consultation"), ("visite", "visite"), ("pause", "pause")];
    let [weeks, from, to, kind, slot] = PARTS.map(|part| name(weekday, row, part));
    html! {
        div.period data-row=(row) {
            (fields.time(&from, "De"))
            (fields.time(&to, "À"))
            (fields.select(&kind, "Type", &kinds))
            (fields.number(&slot, "Créneau (min)"))
            (fields.select(&weeks, "Semaines", &options))
        }
    }
}

fn weeks_label(weeks: Weeks) -> &'static str {
    match weeks {
        Weeks::Every => "toutes",
        Weeks::Even => "paires",
        Weeks::Odd => "impaires",
    }
}

fn repeated(page: &WeekPage<'_>) -> Markup {
    let columns = [
        table::text("Jour"),
        table::text("Heures"),
        table::text("Devient"),
        table::text("Depuis"),
        table::text("Jusqu’au"),
        table::text("Terminer"),
    ];
    let rows: Vec<Vec<Markup>> = page
        .repeated
        .iter()
        .map(|made| {
            let day = weekday_name(weekday_of(made.from.date().weekday()));
            let about = format!("{day} {}", made.start);
            let end = submit_about(Weight::Grave, Icon::Bin, "Terminer", &about);
            vec![
                html! { (day) },
                html! { (made.start) " – " (made.end) },
                html! {
                    (opening_label(made.opening))
                    @if let Some(minutes) = made.slot_minutes { ", créneaux de " (minutes) " min" }
                },
                html! { (date_short(made.from.date())) },
                html! { @match made.until { Some(until) => (date_short(until.date())), None => "toujours" } },
                post(
                    &format!("{}/agenda/semaine-type/repetitions", page.base),
                    &[("numero", &made.number.to_string())],
                    &end,
                ),
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            section aria-labelledby="repetitions" {
                h2 #repetitions { "Changements répétés" }
                p.hint { "Faits depuis un créneau, « pour tous les jours semblables ». Une nouvelle semaine type y met fin." }
                (table::table("Changements répétés", &columns, &rows))
            }
        }
    }
}

fn opening_label(opening: Opening) -> &'static str {
    match opening {
        Opening::Worked(kind) => match kind {
            crate::agenda::model::Kind::Consultation => "travaillé (consultation)",
            crate::agenda::model::Kind::Visit => "travaillé (visite)",
        },
        Opening::Unworked => "non travaillé",
    }
}
