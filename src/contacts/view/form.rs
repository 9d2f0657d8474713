//! The form of a card, new or changed, with the cards that it may double.

use crate::base::limits;
use crate::base::time::date_short;
use crate::contacts::duplicates::Likeness;
use crate::contacts::form::PHONE_FIELDS;
use crate::contacts::model::{PHONE_WORD_CHARS_MAX, PHONE_WORDS};
use crate::error::Problems;
use crate::http::Form;
use crate::ui::form::{Weight, hidden, link, submit};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// Civilities that a select offers first; others that come in from files are kept.
pub const CIVILITIES: [(&str, &str); 7] =
    [("", "—"), ("M.", "M."), ("Mme", "Mme"), ("Dr", "Dr"), ("Me", "Me"), ("Pr", "Pr"), ("Sté", "Sté")];

/// A card being written.
#[derive(Debug, Clone, Copy)]
pub struct FormPage<'a> {
    pub base: &'a str,
    pub clients_called: &'a str,
    /// « Nouvelle fiche », « Modifier la fiche de DUPONT Marie ».
    pub heading: &'a str,
    /// Where the form goes.
    pub action: &'a str,
    /// The way out, with its label.
    pub back: (&'a str, &'a str),
    /// What was typed.
    pub form: &'a Form,
    pub problems: &'a Problems,
    /// What else happened: somebody changed the card meanwhile.
    pub notice: Option<&'a str>,
    /// The cards that it may double: the person is asked whether to make one all the same.
    pub likenesses: &'a [Likeness],
    /// One-time number of the form.
    pub unique: &'a str,
    /// The card being changed, which doubles nothing by being itself.
    pub except: Option<crate::base::ContactId>,
}

/// The page's content, without its frame.
pub fn form(page: &FormPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, page.back.0, page.back.1)) }
        h1 { (page.heading) }
        @if let Some(notice) = page.notice { div.flash.problem role="alert" { (Icon::Urgent) p { (notice) } } }
        form.contact-form method="post" action=(page.action) data-doubles={ (page.base) "/contacts/doublons" } {
            (fields.summary())
            (hidden("unique", page.unique))
            @if let Some(revision) = page.form.find("revision") { (hidden("revision", revision)) }
            @if let Some(except) = page.except { (hidden("fiche", &except.to_string())) }
            div.question #doublons aria-live="polite" {
                @if !page.likenesses.is_empty() { (likenesses(page.base, page.likenesses, true)) }
            }
            (identity(fields, page.clients_called))
            (numbers(fields))
            (whereabouts(fields))
            (fields.area("notes", "Notes", 4)
                .hint("Visibles de vous et du secrétariat : digicode, personne à prévenir, préférence d’horaire…")
                .chars_max(limits::TEXT_CHARS_MAX))
            div.buttons { (submit(Weight::Main, Icon::Check, "Enregistrer la fiche")) }
        }
    }
}

fn identity(fields: Fields<'_>, clients_called: &str) -> Markup {
    html! {
        div.row.identity {
            (fields.select("civilite", "Civilité", &CIVILITIES).class("short"))
            (fields.text("nom", "Nom").chars_max(limits::NAME_CHARS_MAX).autofocus())
            (fields.text("prenom", "Prénom").chars_max(limits::NAME_CHARS_MAX))
            (fields.text("naissance", "Date de naissance"))
        }
        (fields.tick("nouveau", &format!("Nouveau {clients_called}")))
    }
}

/// Those that are filled in and one more, two at least.
fn numbers(fields: Fields<'_>) -> Markup {
    let filled = PHONE_FIELDS
        .iter()
        .rposition(|(number, _, word, _)| !fields.form.get(number).is_empty() || !fields.form.get(word).is_empty());
    let shown = filled.map_or(2, |last| (last + 2).max(2)).min(PHONE_FIELDS.len());
    html! {
        datalist #usages { @for word in PHONE_WORDS { option value=(word) {} } }
        div.row.numbers {
            @for (number, label, word, word_label) in PHONE_FIELDS.iter().take(shown) {
                (fields.phone(number, label).chars_max(limits::PHONE_CHARS_MAX))
                (fields.text(word, word_label).list("usages").chars_max(PHONE_WORD_CHARS_MAX))
            }
        }
    }
}

fn whereabouts(fields: Fields<'_>) -> Markup {
    html! {
        div.row.more {
            (fields.text("adresse", "Adresse").class("wide").chars_max(limits::LINE_CHARS_MAX))
            (fields.text("code-postal", "Code postal").class("short").chars_max(limits::POSTAL_CODE_CHARS_MAX))
            (fields.text("ville", "Ville").chars_max(limits::LINE_CHARS_MAX))
            (fields.email("email", "E-mail").chars_max(limits::EMAIL_CHARS_MAX))
        }
    }
}

/// The cards that look like what is being typed; as a question it holds the button that goes on all the same.
pub fn likenesses(base: &str, found: &[Likeness], question: bool) -> Markup {
    html! {
        div.likenesses {
            p.title {
                (Icon::Notice)
                (if found.len() < 2 { "Une fiche ressemble à celle-ci" } else { "Des fiches ressemblent à celle-ci" })
            }
            ul {
                @for likeness in found {
                    @let contact = &likeness.contact;
                    li {
                        a href={ (base) "/contacts/" (contact.id) } target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer" {
                            b dir="auto" { (contact.name()) } span.quiet { ", nouvel onglet" }
                        }
                        @if let Some(birth) = contact.birth { ", né(e) le " (date_short(birth.date())) }
                        @if !contact.town.is_empty() { ", " bdi { (contact.town) } }
                        " " span.tag.soft { (likeness.why.label()) }
                    }
                }
            }
            @if question {
                button.button name="malgre" value="1" { (Icon::Plus) "Créer quand même" }
            }
        }
    }
}
