//! The pages that correct, move and hand over a message.

use super::call_fields;
use crate::base::limits;
use crate::base::time::time_short;
use crate::error::Problems;
use crate::http::Form;
use crate::messages::model::Message;
use crate::people::Person;
use crate::subscribers::Subscriber;
use crate::ui::form::{Weight, hidden, link, submit};
use crate::ui::{Fields, Icon};
use chrono::NaiveDateTime;
use maud::{Markup, html};

/// A message being corrected.
#[derive(Debug, Clone)]
pub struct CorrectionPage<'a> {
    /// The message's address.
    pub href: &'a str,
    pub message: &'a Message,
    pub clients_called: &'a str,
    /// Until when it may be, civil time of the abonné.
    pub until: NaiveDateTime,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// The call form with what was taken.
pub fn correction(page: &CorrectionPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Le message", page.href)) }
        div.head { h1 { "Corriger le message n° " (page.message.number) } }
        p.hint { "Possible jusqu’à " (time_short(page.until)) ". L’historique montre à l’abonné ce qui a changé." }
        section.add {
            form.call-form method="post" action={ (page.href) "/correction" } {
                (fields.summary())
                (call_fields(&fields, page.clients_called, "nom"))
                div.buttons {
                    (submit(Weight::Main, Icon::Check, "Enregistrer la correction"))
                    (link(Weight::Plain, Icon::Cross, "Ne rien changer", page.href))
                }
            }
        }
    }
}

/// A message being moved or handed over.
#[derive(Debug, Clone)]
pub struct TransferPage<'a> {
    pub href: &'a str,
    pub message: &'a Message,
    pub abonnes: &'a [Subscriber],
    pub secretaries: &'a [Person],
    /// One-time number of the form that moves.
    pub unique: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
}

/// « Transférer »: to the abonné it was meant for, or to another secretary.
pub fn transfer(page: &TransferPage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    let ids: Vec<String> = page.abonnes.iter().map(|subscriber| subscriber.id.to_string()).collect();
    let mut abonnes = vec![("", "—")];
    abonnes.extend(ids.iter().map(String::as_str).zip(page.abonnes.iter().map(|subscriber| subscriber.name.as_str())));
    let numbers: Vec<String> = page.secretaries.iter().map(|person| person.id.to_string()).collect();
    let mut secretaries = vec![("", "—")];
    secretaries
        .extend(numbers.iter().map(String::as_str).zip(page.secretaries.iter().map(|person| person.name.as_str())));
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Le message", page.href)) }
        div.head { h1 { "Transférer le message n° " (page.message.number) } }
        (fields.summary())
        div.beside {
            section aria-labelledby="autre-abonne" {
                h2 #autre-abonne { "Il est destiné à un autre abonné" }
                @if page.abonnes.is_empty() {
                    p.hint { "Aucun autre abonné ne vous est confié." }
                } @else {
                    form method="post" action={ (page.href) "/transfert" } {
                        (hidden("unique", page.unique))
                        (fields.select("vers", "Abonné", &abonnes)
                            .hint("Non lu, le message disparaît d’ici ; déjà lu, il y reste, archivé, et l’historique le dit."))
                        (submit(Weight::Main, Icon::Send, "Transférer à cet abonné"))
                    }
                }
            }
            section aria-labelledby="autre-secretaire" {
                h2 #autre-secretaire { "Une autre secrétaire le reprend" }
                @if page.secretaries.is_empty() {
                    p.hint { "Aucune autre secrétaire ne répond pour cet abonné." }
                } @else {
                    form method="post" action={ (page.href) "/remise" } {
                        (fields.select("secretaire", "Secrétaire", &secretaries))
                        (fields.text("mot", "Un mot pour elle").hint("Par exemple : « Rappeler après 14 h ».").chars_max(limits::LINE_CHARS_MAX))
                        (submit(Weight::Plain, Icon::Arrow, "Confier, à reprendre"))
                    }
                }
            }
        }
    }
}
