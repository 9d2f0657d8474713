//! What a browser shows of a folder: plain pages that need no script, no server and nothing from outside.

use super::model::Part;
use crate::agenda::model::Appointment;
use crate::base::bundle::Bundle;
use crate::base::time::{date_in_words, moment_short, time_short};
use crate::base::{Zone, french};
use crate::contacts::model::Contact;
use crate::error::Result;
use crate::fax::everything as fax;
use crate::fax::model::{Fax, page_name, thumb_name};
use crate::messages::model::{Event, Message, What};
use crate::people::Person;
use crate::subscribers::Subscriber;
use crate::subscribers::card::{Card, Instruction};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The one style of all pages, within each: a page that is moved elsewhere stays as it is.
const STYLE: &str = include_str!("page.css");

/// Rows of one page: a telephone opens it at once.
pub const ROWS: u64 = 500;

/// A page's beginning, up to where its rows stand.
fn head(title: &str, owner: &str) -> String {
    html! {
        (DOCTYPE)
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="robots" content="noindex";
            title { (title) " · " (owner) }
            style { (PreEscaped(STYLE)) }
        }
    }
    .into_string()
    // `html` and `body` stay open while rows go out.
    .replacen("<!DOCTYPE html>", "<!DOCTYPE html><html lang=\"fr\">", 1)
        + "<body><main>"
}

const FOOT: &str = "</main></body></html>\n";

/// Takes a row.
pub type EachRow<'a> = &'a mut dyn FnMut(&Markup) -> Result<()>;

/// Writes `pages/NAME-1.html` and so on; how many rows that was.
pub fn rows(
    bundle: &mut Bundle<'_>,
    (name, title, owner): (&str, &str, &str),
    each: impl FnOnce(EachRow<'_>) -> Result<()>,
) -> Result<u64> {
    let mut count = 0;
    let mut row = |row: &Markup| {
        if count % ROWS == 0 {
            let page = count / ROWS + 1;
            if page > 1 {
                bundle.text(&around(name, page - 1, true).into_string())?;
                bundle.text(FOOT)?;
            }
            bundle.begin(&format!("pages/{name}-{page}.html"))?;
            bundle.text(&head(title, owner))?;
            bundle.text(&around(name, page, false).into_string())?;
            bundle.text(&html! { h1 { (title) } p.quiet { (owner) } }.into_string())?;
        }
        count += 1;
        bundle.text(&row.clone().into_string())
    };
    each(&mut row)?;
    if count > 0 {
        bundle.text(FOOT)?;
    }
    Ok(count)
}

fn around(name: &str, page: u64, more: bool) -> Markup {
    html! {
        nav aria-label="Pages" {
            a href="../index.html" { "Sommaire" }
            @if page > 1 && !more { a href={ (name) "-" (page - 1) ".html" } { "Page précédente" } }
            @if more { a href={ (name) "-" (page + 1) ".html" } { "Page suivante" } }
        }
    }
}

fn fact(term: &str, text: &str) -> Markup {
    html! { @if !text.is_empty() { dt { (term) } dd.text { (text) } } }
}

/// A message with its history.
pub fn message(message: &Message, history: &[Event], zone: Zone) -> Markup {
    let caller = &message.caller;
    let name = crate::contacts::model::full_name(&caller.civility, &caller.last_name, &caller.first_name);
    let booked = message.appointment.as_ref();
    html! {
        article id={ "m" (message.number) } {
            h3 { "N° " (message.number) " · " (message.kind.label()) @if message.urgent { " · urgent" } }
            p.quiet { (moment_short(message.received.local(zone))) " · " @if message.is_pending() { "en attente" } @else { "archivé" }
                @if !message.taken_by.is_empty() { " · pris par " (message.taken_by) } }
            dl {
                (fact("Nom", &name))
                (fact("Téléphone", &caller.phone.shown()))
                (fact("E-mail", &caller.email))
                (fact("Adresse", &crate::base::text::postal_address(&caller.address, &caller.postal_code, &caller.town)))
                (fact("Objet", &message.subject))
                (fact("Texte", &message.text))
                @if let Some(booked) = booked {
                    (fact("Rendez-vous", &booked.day.map(|day| date_in_words(day.date())).unwrap_or_default()))
                    (fact("Heure", &booked.minute.map(crate::base::time::minute_of_day).unwrap_or_default()))
                    (fact("Motif", &booked.reason))
                }
            }
            ul.quiet {
                @for event in history {
                    li {
                        (moment_short(event.at.local(zone))) " : " (event.what.label())
                        @if !event.who.is_empty() { ", " (event.who) }
                        @if let What::Answered { text } = &event.what { " : " span.text { (text) } }
                    }
                }
            }
        }
    }
}

/// A card.
pub fn contact(card: &Contact) -> Markup {
    html! {
        article id={ "c" (card.id) } {
            h3 { (card.name()) }
            dl {
                (fact("Né(e) le", &card.birth.map(|birth| crate::base::time::date_short(birth.date())).unwrap_or_default()))
                @for line in &card.phones { (fact(if line.word.is_empty() { "Téléphone" } else { &line.word }, &line.phone.shown())) }
                (fact("E-mail", &card.email))
                (fact("Adresse", &card.postal_address()))
                (fact("Notes", &card.notes))
                @if card.new_patient { (fact("Nouveau", "oui")) }
            }
        }
    }
}

/// An appointment.
pub fn appointment(one: &Appointment, cancelled: bool) -> Markup {
    html! {
        article {
            h3 { (date_in_words(one.day())) " à " (time_short(one.start_civil())) }
            p { b { (one.label()) } " · " (one.kind.label()) ", " (one.minutes) " min" @if cancelled { " · annulé" } }
            dl {
                (fact("Téléphone", &one.phone.shown()))
                (fact("Motif", &one.reason))
                (fact("Adresse", &one.address))
                (fact("Note", &one.note))
            }
        }
    }
}

/// A fax with its pages.
pub fn paper(one: &Fax, zone: Zone) -> Markup {
    let at = |file: &str| format!("../fax/{}/{file}", one.number);
    html! {
        article {
            h3 { (one.title()) }
            p.quiet { (moment_short(one.received.local(zone))) " · " (one.name) " · " (one.page_count()) }
            @if let Some(original) = fax::original(one) { p { a href={ "../" (original) } { "L’original, tel qu’il est arrivé" } } }
            div.leaves {
                @for (place, size) in (1..).zip(one.pages()) {
                    a href=(at(&page_name(place))) {
                        img src=(at(&thumb_name(place))) width="160" loading="lazy" alt={ (one.title()) ", page " (place) ", " (size.width) " × " (size.height) " points" };
                    }
                }
            }
        }
    }
}

/// What the first page of an abonné says.
pub struct Contents<'a> {
    pub subscriber: &'a Subscriber,
    pub part: &'a Part,
    pub card: &'a Card,
    pub instructions: &'a [Instruction],
    pub persons: &'a [Person],
    /// When it was made, in words.
    pub made: String,
    /// Where the whole house's first page is.
    pub up: Option<&'a str>,
    /// Where the journal is.
    pub journal: &'a str,
}

/// The first page of an abonné's part.
pub fn contents(page: &Contents<'_>) -> String {
    let one = page.subscriber;
    let pages = |name: &str, label: &str, count: u64| {
        let last = count.div_ceil(ROWS);
        html! {
            li {
                (label) " : " (french::grouped(count))
                @for number in 1..=last {
                    " " a href={ "pages/" (name) "-" (number) ".html" } {
                        @if last == 1 { "lire" } @else { "page " (number) }
                    }
                }
            }
        }
    };
    let body = html! {
        @if let Some(up) = page.up { nav { a href=(up) { "Tous les abonnés" } } }
        h1 { (one.name) }
        p.quiet { "Tout ce que Permanence garde de cet abonné, " (page.made) "." }
        dl {
            (fact("Métier", &one.trade))
            (fact("Ville", &one.town))
            (fact("Lignes", &one.lines.iter().map(|line| line.shown()).collect::<Vec<_>>().join(", ")))
            (fact("Fuseau horaire", one.zone.name()))
            (fact("Archives", &format!("visibles {} jours", one.retention_days)))
        }
        h2 { "À lire" }
        ul {
            (pages("messages", "Messages", page.part.messages))
            (pages("contacts", "Contacts", page.part.contacts))
            (pages("rendez-vous", "Rendez-vous", page.part.rendez_vous))
            (pages("fax", "Fax et documents", page.part.fax))
        }
        h2 { "Fiche du standard" }
        dl {
            (fact("Accueil", &page.card.greeting_for(&one.name)))
            @for call in &page.card.urgent_calls { (fact("En cas d’urgence", &format!("{} {} {}", call.name, call.phone.shown(), call.hours))) }
            (fact("Tarifs", &page.card.fees))
            (fact("Accès", &page.card.access))
        }
        h2 { "Consignes" }
        @if page.instructions.is_empty() { p.quiet { "Aucune consigne." } }
        @for one in page.instructions {
            article {
                p.text { (one.text) }
                p.quiet { (moment_short(one.written.local(page.subscriber.zone))) ", " (one.who) @if one.ended.is_some() { " · retirée ou remplacée" } }
            }
        }
        h2 { "Comptes" }
        @if page.persons.is_empty() { p.quiet { "Aucun compte." } }
        ul { @for person in page.persons { li { (person.name) " (" (person.login) ")" @if !person.active { ", désactivé" } } } }
        h2 { "Pour d’autres logiciels" }
        ul {
            li { "Tableurs : " a href="messages.csv" { "messages.csv" } ", " a href="contacts.csv" { "contacts.csv" } ", " a href="rendez-vous.csv" { "rendez-vous.csv" } ", " a href="compteurs.csv" { "compteurs.csv" } ", " a href=(page.journal) { "journal.csv" } }
            li { "Carnets d’adresses : " a href="contacts.vcf" { "contacts.vcf" } " ; agendas : " a href="agenda.ics" { "agenda.ics" } }
            li { "Un autre Permanence reprend le dossier entier : « Administration », « Dossiers »." }
        }
    };
    head(&one.name, "Permanence") + &body.into_string() + FOOT
}

/// The first page of a whole house.
pub fn house(name: &str, made: &str, parts: &[Part]) -> String {
    let body = html! {
        h1 { (name) }
        p.quiet { "Tout ce que Permanence garde de la maison, " (made) "." }
        h2 { "Abonnés" }
        @if parts.is_empty() { p.quiet { "Aucun abonné." } }
        ul {
            @for part in parts {
                li {
                    a href={ (part.dossier) "index.html" } { (part.nom) }
                    " : " (french::count(part.messages, "message", "messages")) ", "
                    (french::count(part.contacts, "fiche contact", "fiches contact")) ", "
                    (french::count(part.rendez_vous, "rendez-vous", "rendez-vous"))
                }
            }
        }
        p { "Qui a fait quoi, et quand : " a href="maison/journal.csv" { "journal.csv" } }
    };
    head(name, "Permanence") + &body.into_string() + FOOT
}
