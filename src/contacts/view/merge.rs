//! Two cards that are one person: choosing the other, and what the one that stays will say.

use super::{finder, phones};
use crate::base::time::date_short;
use crate::contacts::duplicates::Likeness;
use crate::contacts::model::Contact;
use crate::http::Form;
use crate::ui::Icon;
use crate::ui::form::{Weight, hidden, link, submit};
use crate::ui::table::or_dash;
use maud::{Markup, html};

/// With which card to merge.
#[derive(Debug, Clone, Copy)]
pub struct ChoosePage<'a> {
    pub base: &'a str,
    pub contact: &'a Contact,
    /// Cards that look like it.
    pub likenesses: &'a [Likeness],
    pub query: &'a str,
    /// What the search found, the card itself left out.
    pub found: &'a [Contact],
}

/// The page's content, without its frame.
pub fn choose(page: &ChoosePage<'_>) -> Markup {
    let own = format!("{}/contacts/{}", page.base, page.contact.id);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "La fiche", &own)) }
        h1 { "Fusionner la fiche de " bdi { (page.contact.name()) } }
        p.hint { "Choisissez l’autre fiche de la même personne. Rien n’est changé avant que vous ayez comparé les deux." }
        @if !page.likenesses.is_empty() {
            h2 { "Fiches qui lui ressemblent" }
            ul.candidates {
                @for likeness in page.likenesses {
                    li { (candidate(&own, &likeness.contact)) " " span.tag.soft { (likeness.why.label()) } }
                }
            }
        }
        h2 { "Chercher une autre fiche" }
        (finder(&format!("{own}/fusion"), page.query))
        @if !page.query.is_empty() {
            @if page.found.is_empty() {
                p role="status" { "Aucune autre fiche pour « " (page.query) " »." }
            } @else {
                ul.candidates { @for contact in page.found { li { (candidate(&own, contact)) } } }
            }
        }
    }
}

fn candidate(own: &str, contact: &Contact) -> Markup {
    html! {
        a href={ (own) "/fusion/" (contact.id) } { b dir="auto" { (contact.name()) } }
        @if let Some(birth) = contact.birth { ", né(e) le " (date_short(birth.date())) }
        @if !contact.phone().is_empty() { ", " (contact.phone().shown()) }
        @if !contact.town.is_empty() { ", " bdi { (contact.town) } }
    }
}

/// Two cards side by side.
#[derive(Debug, Clone, Copy)]
pub struct ComparePage<'a> {
    pub base: &'a str,
    /// The card whose number stays.
    pub kept: &'a Contact,
    pub gone: &'a Contact,
    /// What was chosen, when the page comes back.
    pub form: &'a Form,
    pub notice: Option<&'a str>,
}

/// Fields of which one or the other is kept: name in the form, label, value of each.
fn choices<'c>(kept: &'c Contact, gone: &'c Contact) -> Vec<(&'static str, &'static str, [String; 2])> {
    let birth = |contact: &Contact| contact.birth.map(|birth| date_short(birth.date())).unwrap_or_default();
    let pair = |of: &dyn Fn(&Contact) -> String| [of(kept), of(gone)];
    let mut all = vec![
        ("civilite", "Civilité", pair(&|contact| contact.civility.clone())),
        ("nom", "Nom", pair(&|contact| contact.last_name.clone())),
        ("prenom", "Prénom", pair(&|contact| contact.first_name.clone())),
        ("naissance", "Naissance", pair(&birth)),
        ("adresse", "Adresse", pair(&|contact| contact.postal_address())),
        ("email", "E-mail", pair(&|contact| contact.email.clone())),
    ];
    all.retain(|(_, _, [one, other])| one != other);
    all
}

/// The page's content, without its frame.
pub fn compare(page: &ComparePage<'_>) -> Markup {
    let own = format!("{}/contacts/{}", page.base, page.kept.id);
    let differing = choices(page.kept, page.gone);
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Choisir une autre fiche", &format!("{own}/fusion"))) }
        h1 { "Fusionner deux fiches" }
        @if let Some(notice) = page.notice { div.flash.problem role="alert" { (Icon::Urgent) p { (notice) } } }
        p.hint { "Tous les téléphones et les deux notes sont gardés. Rendez-vous et messages des deux fiches se retrouvent ensemble. La fusion peut s’annuler pendant un jour." }
        form.merge-form method="post" action={ (own) "/fusion/" (page.gone.id) } {
            (hidden("revision", &page.kept.revision.to_string()))
            (hidden("autre-revision", &page.gone.revision.to_string()))
            div.two {
                (side("Fiche gardée", page.kept))
                (side("Fiche fusionnée", page.gone))
            }
            @if differing.is_empty() {
                p { "Les deux fiches ne se contredisent sur rien." }
            } @else {
                h2 { "Ce qui diffère" }
                @for (name, label, values) in &differing { (choice(page.form, name, label, values)) }
            }
            div.buttons { (submit(Weight::Main, Icon::Contacts, "Fusionner ces deux fiches")) }
        }
    }
}

/// A filled field is offered before an empty one.
fn choice(form: &Form, name: &str, label: &str, values: &[String; 2]) -> Markup {
    let usual = if values[0].is_empty() { "autre" } else { "gardee" };
    let chosen = form.find(name).unwrap_or(usual);
    html! {
        fieldset.choice-of {
            legend { (label) }
            div.chips {
                @for (value, text) in ["gardee", "autre"].iter().zip(values) {
                    span.chip {
                        input type="radio" id={ (name) "-" (value) } name=(name) value=(value) checked[chosen == *value];
                        label for={ (name) "-" (value) } { bdi { (or_dash(text)) } }
                    }
                }
            }
        }
    }
}

fn side(heading: &str, contact: &Contact) -> Markup {
    html! {
        section.side {
            h2 { (heading) " (n° " (contact.id) ")" }
            p { b dir="auto" { (contact.name()) } }
            @if let Some(birth) = contact.birth { p { "Né(e) le " (date_short(birth.date())) } }
            p { (phones(contact, usize::MAX)) }
            @let address = contact.postal_address();
            @if !address.is_empty() { p dir="auto" { (address) } }
            @if !contact.email.is_empty() { p { (contact.email) } }
            @if !contact.notes.is_empty() { p.text dir="auto" { (contact.notes) } }
        }
    }
}
