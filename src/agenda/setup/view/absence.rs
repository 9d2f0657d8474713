//! « Absences » and whom to call because of one.

use super::tabs;
use crate::agenda::model::{Absence, Appointment, Minute};
use crate::base::french;
use crate::base::time::date_in_words;
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, hidden, link, post, submit, submit_about};
use crate::ui::table::or_dash;
use crate::ui::{Fields, Icon, table};
use maud::{Markup, html};

/// The page.
#[derive(Debug, Clone)]
pub struct AbsencesPage<'a> {
    pub base: &'a str,
    /// Not over, by their beginning, with how many appointments lie under each.
    pub coming: &'a [(Absence, u64)],
    /// `du`, `heure-debut`, `au`, `heure-fin`, `raison`.
    pub form: &'a Form,
    pub problems: &'a Problems,
    /// The appointments under what was typed: the question whether to go on.
    pub warned: Option<&'a [Appointment]>,
}

/// Whom to call.
#[derive(Debug, Clone, Copy)]
pub struct Called<'a> {
    pub base: &'a str,
    pub appointments: &'a [Appointment],
}

/// One absence with whom to call.
#[derive(Debug, Clone)]
pub struct AbsencePage<'a> {
    pub base: &'a str,
    pub absence: &'a Absence,
    pub called: Called<'a>,
}

pub fn absences(page: &AbsencesPage<'_>) -> Markup {
    let base = page.base;
    html! {
        div.head {
            h1 { "Absences" }
            @if page.warned.is_none() { (link(Weight::Plain, Icon::Plus, "Ajouter une absence", "#ajouter")) }
        }
        (tabs(base, "absences"))
        @if let Some(under) = page.warned { (question(page, under)) }
        @if page.coming.is_empty() {
            div.empty { (Icon::Calendar) p { "Aucune absence à venir." } }
        } @else { (coming(page)) }
        @if page.warned.is_none() {
            section.add aria-labelledby="ajouter" {
                h2 #ajouter { "Ajouter une absence" }
                form method="post" action={ (base) "/agenda/absences" } { (form_fields(page)) }
            }
        }
    }
}

fn form_fields(page: &AbsencesPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        (fields.summary())
        div.row {
            (fields.date("du", "Du").required())
            (fields.time("heure-debut", "À partir de").hint("Vide : toute la journée."))
            (fields.date("au", "Au (inclus)").hint("Vide : ce seul jour."))
            (fields.time("heure-fin", "Jusqu’à").hint("Vide : toute la journée."))
        }
        (fields.text("raison", "Motif").hint("Par exemple Congés, Formation. Il se voit sur l’agenda.").class("wide"))
        (submit(Weight::Main, Icon::Plus, "Ajouter l’absence"))
    }
}

/// Asked before anything is written; what was typed goes with the answer.
fn question(page: &AbsencesPage<'_>, under: &[Appointment]) -> Markup {
    let count = french::count(under.len() as u64, "rendez-vous est pris", "rendez-vous sont pris");
    html! {
        section.summary role="alert" tabindex="-1" autofocus aria-labelledby="question" {
            h2 #question.title { (Icon::Urgent) (count) " pendant cette absence" }
            p { "Ils restent à l’agenda : prévenez les personnes, puis déplacez ou annulez leurs rendez-vous." }
            (list(Called { base: page.base, appointments: under }))
            form method="post" action={ (page.base) "/agenda/absences" } {
                @for (name, value) in page.form.iter().filter(|(name, _)| *name != "confirme") { (hidden(name, value)) }
                (hidden("confirme", "1"))
                div.buttons {
                    (submit(Weight::Main, Icon::Check, "Enregistrer l’absence quand même"))
                    (link(Weight::Plain, Icon::Calendar, "Ne rien enregistrer", &format!("{}/agenda/absences", page.base)))
                }
            }
        }
    }
}

fn coming(page: &AbsencesPage<'_>) -> Markup {
    let columns =
        [table::text("Quand"), table::text("Motif"), table::figures("Rendez-vous dessous"), table::text("Supprimer")];
    let rows: Vec<Vec<Markup>> = page
        .coming
        .iter()
        .map(|(absence, under)| {
            let href = format!("{}/agenda/absences/{}", page.base, absence.id);
            let about = date_in_words(absence.from.date());
            let remove = submit_about(Weight::Grave, Icon::Bin, "Supprimer", &about);
            vec![
                html! { (when(absence)) },
                or_dash(&absence.reason),
                html! {
                    @if *under == 0 { "aucun" }
                    @else { a href=(href) { (french::count(*under, "personne à prévenir", "personnes à prévenir")) } }
                },
                post(&format!("{href}/suppression"), &[], &remove),
            ]
        })
        .collect();
    table::table("Absences à venir", &columns, &rows)
}

/// « du mardi 1er décembre 2026 à 14:00 au vendredi 4 décembre 2026 ».
fn when(absence: &Absence) -> String {
    let from = date_in_words(absence.from.date());
    let starts =
        if absence.from_minute == Minute::START { String::new() } else { format!(" à {}", absence.from_minute) };
    let ends =
        if absence.until_minute == Minute::END { String::new() } else { format!(" à {}", absence.until_minute) };
    match (absence.from == absence.until, absence.is_whole_days()) {
        (true, true) => format!("le {from}"),
        (true, false) => format!("le {from} de {} à {}", absence.from_minute, absence.until_minute),
        _ => format!("du {from}{starts} au {}{ends}", date_in_words(absence.until.date())),
    }
}

pub fn absence(page: &AbsencePage<'_>) -> Markup {
    html! {
        div.head { h1 { "Personnes à prévenir" } }
        (tabs(page.base, "absences"))
        p { (page.absence.label()) " " (when(page.absence)) "." }
        @if page.called.appointments.is_empty() {
            div.empty { (Icon::Check) p { "Aucun rendez-vous à venir pendant cette absence." } }
        } @else { (list(page.called)) }
    }
}

fn list(called: Called<'_>) -> Markup {
    let columns = [table::text("Nom"), table::text("Téléphone"), table::text("Rendez-vous"), table::text("Motif")];
    let rows: Vec<Vec<Markup>> = called
        .appointments
        .iter()
        .map(|appointment| {
            let phone = appointment.phone.shown();
            vec![
                html! { (appointment.label()) },
                html! {
                    @match appointment.phone.dialled() {
                        Some(dialled) => a.phone href={ "tel:" (dialled) } { (phone) },
                        None => (or_dash(&phone)),
                    }
                },
                html! {
                    a href={ (called.base) "/agenda/rendez-vous/" (appointment.id) } { (appointment.slot().in_words()) }
                },
                or_dash(&appointment.reason),
            ]
        })
        .collect();
    let count = french::count(called.appointments.len() as u64, "personne à prévenir", "personnes à prévenir");
    table::table(&count, &columns, &rows)
}
