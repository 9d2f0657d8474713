//! Where a secretary brings faxes for an abonné, and what became of the last ones.

use crate::base::Zone;
use crate::base::time::moment_short;
use crate::error::Problems;
use crate::fax::model::{Fax, State};
use crate::http::Form;
use crate::ui::form::{Weight, submit};
use crate::ui::{Fields, Icon, table};
use maud::{Markup, html};

/// What browsers offer first; what comes is judged by its content.
pub const ACCEPT: &str = ".tif,.tiff,.pdf,.png,.jpg,.jpeg,image/tiff,application/pdf,image/png,image/jpeg";

/// The faxes of one abonné, and the form that brings some.
#[derive(Debug, Clone)]
pub struct ArrivalsPage<'a> {
    pub base: &'a str,
    /// Newest first.
    pub faxes: &'a [Fax],
    pub zone: Zone,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

pub fn arrivals(page: &ArrivalsPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let problem = page.problems.of("fichier");
    let described = if problem.is_some() { "fichier-erreur fichier-indication" } else { "fichier-indication" };
    html! {
        div.head { h1 { "Déposer un fax" } }
        form.fax-drop method="post" action={ (page.base) "/fax" } enctype="multipart/form-data" data-fax-drop {
            (fields.summary())
            div class={ "field" @if problem.is_some() { " wrong" } } {
                label for="fichier" { "Fichiers" }
                p.hint #fichier-indication { "TIFF, PDF, PNG ou JPEG ; 25 Mo et 200 pages au plus. Chaque fichier devient un message." }
                @if let Some(problem) = problem { p.problem #fichier-erreur { (Icon::Urgent) (problem) } }
                input #fichier name="fichier" type="file" multiple accept=(ACCEPT) aria-describedby=(described)
                    aria-invalid=[problem.map(|_| "true")];
            }
            div.row {
                (fields.text("nom", "Expéditeur"))
                (fields.phone("telephone", "Son numéro"))
                (fields.text("objet", "Objet").class("wide"))
            }
            (fields.tick("urgent", "Urgent"))
            // `fax-drop.js` shows here how far each file is.
            ul.fax-sending data-fax-sending aria-live="polite" {}
            (submit(Weight::Main, Icon::Send, "Envoyer à l’abonné"))
        }
        section aria-labelledby="derniers" {
            h2 #derniers { "Derniers fax et documents" }
            div #arrives data-live { (list(page)) }
        }
    }
}

fn list(page: &ArrivalsPage<'_>) -> Markup {
    if page.faxes.is_empty() {
        return html! { div.empty { (Icon::Fax) p { "Aucun fax pour cet abonné. Déposez le premier ci-dessus." } } };
    }
    let rows: Vec<Vec<Markup>> = page
        .faxes
        .iter()
        .map(|fax| {
            vec![
                html! { a href={ (page.base) "/fax/" (fax.number) } { (fax.title()) } },
                html! { time { (moment_short(fax.received.local(page.zone))) } },
                html! { bdi { (fax.name) } },
                html! { (fax.way.in_words()) },
                html! {
                    (state(fax))
                    @if let Some(message) = fax.message {
                        " " a href={ (page.base) "/messages/" (message) } { "message n° " (message) }
                    }
                },
            ]
        })
        .collect();
    let columns = ["Numéro", "Reçu", "Fichier", "Provenance", "État"].map(table::text);
    table::table("Les derniers d’abord", &columns, &rows)
}

/// How far a fax is, in a few words.
pub fn state(fax: &Fax) -> Markup {
    html! {
        @match &fax.state {
            State::Coming => span.tag { "en cours de lecture" },
            State::Ready { .. } => { (fax.page_count()) },
            State::Refused { why } => span.problem { (Icon::Urgent) (why) },
        }
    }
}
