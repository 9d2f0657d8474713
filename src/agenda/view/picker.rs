//! « Voir la liste des contacts »: the cards to choose from. One form carries what was typed in the slot's window, so that
//! nothing is lost on the way there and back.

use crate::base::{ContactId, Phone};
use crate::http::Form;
use crate::ui::Icon;
use crate::ui::form::hidden;
use maud::{Markup, html};

/// A card in the list.
#[derive(Debug, Clone)]
pub struct Card {
    pub id: ContactId,
    pub last_name: String,
    pub first_name: String,
    /// « DUPONT Marie ».
    pub name: String,
    pub phone: Phone,
    /// « 5, rue Colette, 94000 Créteil ».
    pub address: String,
    /// « 3 mars 1970 »; empty when nobody knows.
    pub born: String,
    pub new_patient: bool,
}

/// What the picker shows.
#[derive(Debug, Clone)]
pub struct PickerPage<'a> {
    /// The window's form as it was typed.
    pub form: &'a Form,
    /// Where the window's form goes.
    pub action: &'a str,
    pub query: &'a str,
    pub cards: Vec<Card>,
    /// Whether there are more than these.
    pub more: bool,
}

/// Names of the picker's own: they are not carried along.
const OWN: [&str; 4] = ["recherche", "choisi", "etape", "vers"];

/// The picker's content, without its frame.
pub fn picker(page: &PickerPage<'_>) -> Markup {
    html! {
        section.window.picker data-window-content {
            header.head { h1 { "Liste des contacts" } }
            form method="post" action=(page.action) data-in-place {
                @for (name, value) in page.form.iter().filter(|(name, _)| !OWN.contains(name)) { (hidden(name, value)) }
                // The first button is what Enter presses.
                div.search {
                    label.quiet for="recherche" { "Chercher un contact" }
                    input id="recherche" name="recherche" type="search" value=(page.query) placeholder="Nom, prénom, téléphone, ville"
                        autocomplete="off" spellcheck="false" autofocus;
                    button.button name="etape" value="contacts" { (Icon::Search) span { "Chercher" } }
                }
                @if page.cards.is_empty() {
                    p.empty.small {
                        @if page.query.trim().is_empty() { "Aucune fiche contact pour l’instant." }
                        @else { "Aucun contact ne correspond à « " (page.query.trim()) " »." }
                    }
                } @else {
                    table.cards {
                        caption.quiet { "Contacts" }
                        thead.quiet { tr { th scope="col" { "Contact" } th scope="col" { "Coordonnées" } th scope="col" { "Choix" } } }
                        tbody {
                            @for card in &page.cards {
                                tr {
                                    th scope="row" { b { (card.name) } @if !card.born.is_empty() { " " span.soft { "né(e) le " (card.born) } } }
                                    td { @if !card.phone.is_empty() { span.phone { (card.phone.shown()) } " " } span.soft { (card.address) } }
                                    td {
                                        button.button name="choisi" value=(card.id) {
                                            (Icon::Check) span { "Sélectionner" span.quiet { " : " (card.name) } }
                                        }
                                    }
                                }
                            }
                        }
                    }
                    @if page.more { p.hint { "Il y en a d’autres : précisez la recherche." } }
                }
                p.links { button.button name="etape" value="retour" { (Icon::Previous) "Revenir au rendez-vous" } }
            }
        }
    }
}

/// The same cards for `contact-field.js`, as it shows them under the field of the name.
pub fn cards(cards: &[Card]) -> Markup {
    html! {
        @for card in cards {
            li role="option" id={ "contact-" (card.id) } data-contact=(card.id) data-last-name=(card.last_name)
                data-first-name=(card.first_name) data-phone=(card.phone.shown()) data-address=(card.address) {
                b { (card.name) }
                @if !card.phone.is_empty() { " " span.phone { (card.phone.shown()) } }
                @if !card.address.is_empty() { " " span.soft { (card.address) } }
            }
        }
    }
}
