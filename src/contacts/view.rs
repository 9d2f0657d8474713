//! The list of cards. One card, its form, merging and importing are beside.
//!
//! Secretaries see the same screens with their own `base`.

mod card;
mod form;
mod import;
mod merge;

pub use card::{CardPage, RemovePage, Section, card, card_on_paper, remove};
pub use form::{CIVILITIES, FormPage, form, likenesses};
pub use import::{PreviewPage, UploadPage, preview, upload};
pub use merge::{ChoosePage, ComparePage, choose, compare};

use super::model::Contact;
use crate::base::french;
use crate::base::time::date_short;
use crate::ui::Icon;
use crate::ui::form::{Weight, link, search as search_box};
use crate::ui::pagination::{Pages, Place};
use crate::ui::table::{Column, or_dash, table, text};
use maud::{Markup, html};

/// A page of cards, all of them or those that a search found.
#[derive(Debug, Clone, Copy)]
pub struct ListPage<'a> {
    /// What stands before « /contacts » in addresses: empty for clients.
    pub base: &'a str,
    /// How the abonné's clients are called: « patient ».
    pub clients_called: &'a str,
    /// What was searched for; empty for all.
    pub query: &'a str,
    /// The same as a part of an address: « q=dup »; empty for all.
    pub query_encoded: &'a str,
    pub rows: &'a [Contact],
    /// Cards in the whole list.
    pub total: u64,
    pub page: u64,
    pub pages: u64,
}

/// The list's content, without its frame.
pub fn list(page: &ListPage<'_>) -> Markup {
    let address = format!("{}/contacts", page.base);
    html! {
        div.head {
            h1 { "Contacts" }
            div.find data-find={ (address) "/recherche" } {
                (search_box(&address, page.query, "Nom, prénom, téléphone, ville"))
            }
        }
        p.buttons {
            (link(Weight::Main, Icon::Plus, "Nouvelle fiche", &format!("{address}/nouveau")))
            (link(Weight::Plain, Icon::Contacts, "Importer", &format!("{address}/import")))
            @if page.total > 0 || !page.query.is_empty() {
                (link(Weight::Plain, Icon::Export, "Exporter", &format!("{address}/export")))
            }
        }
        div #fiches { (rows(page)) }
    }
}

/// The part of the list that changes with each letter typed.
pub fn rows(page: &ListPage<'_>) -> Markup {
    let pages = Pages { page: page.page, pages: page.pages, query: page.query_encoded };
    html! {
        p.hint role="status" { (count(page)) }
        @if page.rows.is_empty() {
            div.empty {
                (Icon::Contacts)
                @if page.query.is_empty() {
                    p { "Aucune fiche pour l’instant. Créez la première, ou reprenez celles d’un autre logiciel avec « Importer »." }
                } @else {
                    p { "Essayez les premières lettres du nom et du prénom, un numéro de téléphone ou la ville." }
                }
            }
        } @else {
            @if page.pages > 1 { div.tools { (pages.links(Place::Above)) } }
            (directory(page.base, page.clients_called, page.rows))
            @if page.pages > 1 { div.tools.below { (pages.links(Place::Below)) } }
        }
    }
}

/// « 2 000 fiches », « 3 fiches pour « dup » ».
fn count(page: &ListPage<'_>) -> String {
    let found = french::count(page.total, "fiche", "fiches");
    match (page.query, page.total) {
        ("", 0) => String::new(),
        ("", _) => format!("{found}, par ordre alphabétique"),
        (query, 0) => format!("Aucune fiche pour « {query} »"),
        (query, _) => format!("{found} pour « {query} »"),
    }
}

const COLUMNS: [&str; 4] = ["Nom", "Naissance", "Téléphone", "Ville"];

fn directory(base: &str, clients_called: &str, contacts: &[Contact]) -> Markup {
    let columns: Vec<Column<'_>> = COLUMNS.into_iter().map(text).collect();
    let rows: Vec<Vec<Markup>> = contacts
        .iter()
        .map(|contact| {
            vec![
                html! {
                    a dir="auto" href={ (base) "/contacts/" (contact.id) } { (contact.name()) }
                    @if contact.new_patient { " " span.tag { "nouveau " (clients_called) } }
                },
                birth(contact),
                phones(contact, 2),
                html! { bdi { (or_dash(&contact.town)) } },
            ]
        })
        .collect();
    html! { div.directory { (table("Fiches contact", &columns, &rows)) } }
}

/// « 13/05/1962 », or a dash.
fn birth(contact: &Contact) -> Markup {
    match contact.birth {
        Some(birth) => html! { time datetime=(birth.date()) { (date_short(birth.date())) } },
        None => or_dash(""),
    }
}

/// The first numbers of a card, as links that dial.
fn phones(contact: &Contact, most: usize) -> Markup {
    html! {
        @if contact.phones.is_empty() { (or_dash("")) }
        @for line in contact.phones.iter().take(most) {
            span.line {
                @match line.phone.dialled() {
                    Some(number) => a.phone href={ "tel:" (number) } { (line.phone.shown()) },
                    None => span.phone { (line.phone.shown()) },
                }
                @if !line.word.is_empty() { " " small dir="auto" { (line.word) } }
            }
        }
    }
}

/// The title of a page about one card.
pub fn title(contact: &Contact) -> String {
    format!("Fiche de {}", contact.name())
}

/// Exporting: what there is, and in which shapes.
pub fn export(base: &str, total: u64) -> Markup {
    let address = format!("{base}/contacts");
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Tous les contacts", &address)) }
        h1 { "Exporter les contacts" }
        p { (french::count(total, "fiche", "fiches")) ", avec tout ce qu’elles contiennent, notes comprises." }
        div.buttons {
            (link(Weight::Main, Icon::Export, "Tableur (CSV)", &format!("{address}/export.csv")))
            (link(Weight::Plain, Icon::Export, "Téléphone ou messagerie (vCard)", &format!("{address}/export.vcf")))
        }
        p.hint { "Le fichier CSV s’ouvre d’un double clic dans un tableur ; « Importer » reprend l’un et l’autre." }
        p.hint { "Ces fichiers contiennent des données personnelles : gardez-les en lieu sûr, effacez-les dès qu’ils ont servi." }
    }
}

/// The field by which cards are looked for on a page that is about something else.
fn finder(action: &str, query: &str) -> Markup {
    search_box(action, query, "Nom, prénom, téléphone, ville")
}
