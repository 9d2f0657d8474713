//! One card with all that is known of it, and what other rooms know of the person below.

use super::phones;
use crate::base::time::{date_in_words_without_weekday, moment_short};
use crate::base::{ContactId, Zone};
use crate::contacts::merge::Merge;
use crate::contacts::model::{Contact, Event};
use crate::http::form::encode;
use crate::ui::Icon;
use crate::ui::form::{Weight, link, post, submit, submit_about};
use crate::ui::table::facts;
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

/// What another room has to say of the person.
#[derive(Debug, Clone)]
pub struct Section<'a> {
    /// For its heading's id.
    pub id: &'a str,
    pub heading: &'a str,
    pub content: Markup,
}

/// Everything about one card.
#[derive(Debug, Clone)]
pub struct CardPage<'a> {
    pub base: &'a str,
    pub zone: Zone,
    pub clients_called: &'a str,
    pub today: NaiveDate,
    pub contact: &'a Contact,
    /// An outside map of the address.
    pub map_href: Option<&'a str>,
    /// Oldest first.
    pub history: &'a [Event],
    /// Merges that can still be undone.
    pub merges: &'a [Merge],
    /// Appointments, messages.
    pub below: &'a [Section<'a>],
}

/// The card's content, without its frame.
pub fn card(page: &CardPage<'_>) -> Markup {
    let contact = page.contact;
    let own = format!("{}/contacts/{}", page.base, contact.id);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tous les contacts", &format!("{}/contacts", page.base))) }
        article.contact-card {
            div.head {
                h1 dir="auto" { (contact.name()) }
                @if contact.new_patient { p { span.tag { "Nouveau " (page.clients_called) } } }
            }
            (facts(&known(page)))
            @if !contact.notes.is_empty() { h2 { "Notes" } p.text dir="auto" { (contact.notes) } }
            div.buttons {
                (link(Weight::Plain, Icon::Settings, "Modifier", &format!("{own}/modification")))
                @if contact.new_patient {
                    (post(&format!("{own}/premiere-visite"), &[], &submit(Weight::Plain, Icon::Check, "Vu pour la première fois")))
                }
                (link(Weight::Plain, Icon::Print, "Version imprimable", &format!("{own}/imprimable")))
                (link(Weight::Plain, Icon::Contacts, "Fusionner", &format!("{own}/fusion")))
                (link(Weight::Grave, Icon::Bin, "Supprimer", &format!("{own}/suppression")))
            }
        }
        @for section in page.below {
            section.below aria-labelledby=(section.id) {
                h2 id=(section.id) { (section.heading) }
                (section.content)
            }
        }
        (history(page))
    }
}

/// The same for paper: without what can be done with it.
pub fn card_on_paper(page: &CardPage<'_>) -> Markup {
    let contact = page.contact;
    html! {
        article.contact-card {
            h2 dir="auto" { (contact.name()) }
            @if contact.new_patient { p { span.tag { "Nouveau " (page.clients_called) } } }
            (facts(&known(page)))
            @if !contact.notes.is_empty() { h3 { "Notes" } p.text dir="auto" { (contact.notes) } }
        }
        @for section in page.below {
            section.below aria-labelledby=(section.id) {
                h2 id=(section.id) { (section.heading) }
                (section.content)
            }
        }
        (history(&CardPage { merges: &[], ..page.clone() }))
    }
}

fn known(page: &CardPage<'_>) -> Vec<(&'static str, Markup)> {
    let contact = page.contact;
    let mut known = Vec::new();
    if let Some(birth) = contact.birth {
        let date = birth.date();
        known.push(("Naissance", html! { (date_in_words_without_weekday(date)) (age(date, page.today)) }));
    }
    if !contact.phones.is_empty() {
        let label = if contact.phones.len() > 1 { "Téléphones" } else { "Téléphone" };
        known.push((label, phones(contact, usize::MAX)));
    }
    if !contact.email.is_empty() {
        let address = encode(&contact.email).replace("%40", "@");
        known.push(("E-mail", html! { a href={ "mailto:" (address) } { (contact.email) } }));
    }
    let address = contact.postal_address();
    if !address.is_empty() {
        known.push((
            "Adresse",
            html! {
                span dir="auto" { (address) }
                @if let Some(href) = page.map_href {
                    " " a href=(href) target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer" {
                        "plan" span.quiet { " de l’adresse, nouvel onglet" }
                    }
                }
            },
        ));
    }
    if known.is_empty() {
        known.push(("Coordonnées", html! { "aucune pour l’instant" }));
    }
    known
}

/// « (64 ans) »; in months below two years, as doctors count.
fn age(birth: NaiveDate, today: NaiveDate) -> String {
    let months = (today.year() - birth.year()) * 12 + today.month() as i32
        - birth.month() as i32
        - i32::from(today.day() < birth.day());
    match months {
        ..0 => String::new(),
        0..24 => format!(" ({months} mois)"),
        _ => format!(" ({} ans)", months / 12),
    }
}

fn history(page: &CardPage<'_>) -> Markup {
    html! {
        section.history aria-labelledby="historique" {
            h2 #historique { "Historique de la fiche" }
            ol {
                @for event in page.history {
                    li {
                        time { (moment_short(event.at.local(page.zone))) } " "
                        b { (event.what.label()) }
                        @if !event.who.is_empty() { " par " bdi { (event.who) } }
                    }
                }
            }
            @for merge in page.merges { (undo(page, &merge.merged)) }
        }
    }
}

/// For a day after a merge.
fn undo(page: &CardPage<'_>, merged: &Contact) -> Markup {
    let ContactId(number) = merged.id;
    let action = format!("{}/contacts/{number}/separation", page.base);
    html! {
        div.undo {
            p { "La fiche n° " (number) " (" bdi { (merged.name()) } ") a été fusionnée avec celle-ci ; cela peut s’annuler pendant un jour." }
            (post(&action, &[], &submit_about(Weight::Plain, Icon::Restore, "Annuler la fusion", &merged.name())))
        }
    }
}

/// Before a card is erased.
#[derive(Debug, Clone, Copy)]
pub struct RemovePage<'a> {
    pub base: &'a str,
    pub contact: &'a Contact,
}

/// What goes and what stays, and the button that does it.
pub fn remove(page: &RemovePage<'_>) -> Markup {
    let contact = page.contact;
    let own = format!("{}/contacts/{}", page.base, contact.id);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Garder la fiche", &own)) }
        div.narrow {
            h1 { "Supprimer la fiche de " bdi { (contact.name()) } " ?" }
            p { "La fiche et son historique seront effacés pour de bon." }
            p { "Ses rendez-vous et ses messages restent, avec le nom et le téléphone qu’ils portent, mais ne mèneront plus à une fiche." }
            (post(&format!("{own}/suppression"), &[], &submit(Weight::Grave, Icon::Bin, "Supprimer cette fiche")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_counted_on_birthdays() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert_eq!(age(day(1962, 11, 24), day(2026, 11, 24)), " (64 ans)");
        assert_eq!(age(day(1962, 11, 25), day(2026, 11, 24)), " (63 ans)");
        assert_eq!(age(day(2026, 2, 28), day(2026, 11, 24)), " (8 mois)");
        assert_eq!(age(day(2026, 12, 1), day(2026, 11, 24)), "");
    }
}
