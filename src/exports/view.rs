//! The three steps on screen: choose, look, take away; and the page of who waits for the third.

use super::Order;
use super::model::{Field, Format, Scope, Type};
use super::rows::Row;
use crate::base::french;
use crate::error::Problems;
use crate::http::Form;
use crate::messages::model::Message;
use crate::ui::form::{Choice, Weight, link, submit};
use crate::ui::pagination::{Pages, Place};
use crate::ui::table::{Column, table, text};
use crate::ui::{Fields, Icon};
use maud::{Markup, html};

/// What to export.
#[derive(Debug, Clone, Copy)]
pub struct ChoosePage<'a> {
    pub base: &'a str,
    pub form: &'a Form,
    pub problems: &'a Problems,
    /// Those chosen, in their order.
    pub fields: &'a [Field],
    /// The field that was moved last, and whether up: its button keeps the focus.
    pub moved: Option<(Field, bool)>,
    pub clients_called: &'a str,
}

/// The page's content, without its frame.
pub fn choose(page: &ChoosePage<'_>) -> Markup {
    let fields = Fields::new(page.form, page.problems);
    html! {
        h1 { "Exporter" }
        p { "Choisissez les appels et les champs : la liste s’affiche d’abord, puis s’enregistre pour Excel, pour Word ou en CSV." }
        p.hint { "Pour le jour où le serveur ne répond pas : " a href={ (page.base) "/kit" } { "Kit de secours" } "." }
        (fields.summary())
        form.export method="get" action={ (page.base) "/export/liste" } {
            // Enter in a date sends the form by its first button, which must not be one that moves a field.
            button.quiet tabindex="-1" aria-hidden="true" { "Exporter" }
            (group("type", "Types d’appels", page.problems, &html! {
                @for one in Type::ALL {
                    (fields.tick_value("type", one.word(), one.label(), page.form.all("type").any(|word| word == one.word())))
                }
            }))
            (scope(&fields))
            (group("champ", "Champs à exporter, dans l’ordre des colonnes", page.problems, &columns(page, &fields)))
            div.buttons { (submit(Weight::Main, Icon::Export, "Exporter")) }
        }
    }
}

fn group(id: &str, legend: &str, problems: &Problems, content: &Markup) -> Markup {
    let problem = problems.of(id);
    let problem_id = problem.map(|_| format!("{id}-erreur"));
    html! {
        fieldset.group id=(id) aria-describedby=[problem_id.as_deref()] {
            legend { (legend) }
            @if let (Some(problem), Some(id)) = (problem, &problem_id) { p.problem id=(id) { (Icon::Urgent) (problem) } }
            (content)
        }
    }
}

fn scope(fields: &Fields<'_>) -> Markup {
    let choice = |value, label| Choice { value, label, icon: None, access_key: None };
    let choices = [
        choice(Scope::PENDING, "Les messages non archivés"),
        choice(Scope::PERIOD, "Les messages reçus sur une période"),
    ];
    html! {
        div.group {
            (fields.radios("perimetre", "Lesquels", &choices, Scope::PENDING, &html! {}))
            div.row {
                (fields.date("du", "Du").hint("Pour une période").class("short"))
                (fields.date("au", "Au").hint("Ce jour compris").class("short"))
            }
        }
    }
}

/// Every field with its box; the chosen ones first, in their order.
fn columns(page: &ChoosePage<'_>, fields: &Fields<'_>) -> Markup {
    let others = Field::ALL.into_iter().filter(|field| !page.fields.contains(field));
    html! {
        ol.export-fields data-fields {
            @for field in page.fields.iter().copied().chain(others) {
                @let header = field.header(page.clients_called);
                li {
                    (fields.tick_value("champ", field.word(), &header, page.fields.contains(&field)))
                    @for (name, icon, label, up) in [("monter", "↑", "Monter", true), ("descendre", "↓", "Descendre", false)] {
                        button.button name=(name) value=(field.word()) formaction={ (page.base) "/export" }
                            autofocus[page.moved == Some((field, up))] {
                            span aria-hidden="true" { (icon) }
                            span.quiet { (label) " « " (header) " »" }
                        }
                    }
                }
            }
        }
        p.quiet role="status" data-fields-said {}
        button.button name="tous" value="1" formaction={ (page.base) "/export" } { (Icon::Restore) "Tous les champs, dans l’ordre habituel" }
    }
}

/// The calls that are asked for.
#[derive(Debug, Clone, Copy)]
pub struct ListPage<'a> {
    pub base: &'a str,
    pub order: &'a Order,
    /// What is asked for, as a query.
    pub query: &'a str,
    /// Those of this page.
    pub messages: &'a [Message],
    pub page: u64,
    pub pages: u64,
}

/// The page's content, without its frame.
pub fn list(page: &ListPage<'_>) -> Markup {
    let all = page.order.counts.all();
    let pages = Pages { page: page.page, pages: page.pages, query: page.query };
    html! {
        p.back { (link(Weight::Plain, Icon::Previous, "Changer le choix", &format!("{}/export?{}", page.base, page.query))) }
        h1 { @if all == 0 { "Aucun appel à exporter" } @else { (french::count(all, "appel", "appels")) " à exporter" } }
        p { (sentence(page.order)) }
        @if all == 0 {
            div.empty { (Icon::Export) p { "Rien ne correspond à ce choix : prenez une autre période, ou d’autres types d’appels." } }
        } @else {
            div.buttons.export-files {
                @for format in Format::ALL {
                    @let href = format!("{}/export/appels.{}?{}", page.base, format.ending(), page.query);
                    (link(if format == Format::Excel { Weight::Main } else { Weight::Plain }, Icon::Export, &format!("Exporter au format {}", format.label()), &href))
                }
            }
            @if page.pages > 1 { div.tools { (pages.links(Place::Above)) } }
            div.export-list role="region" aria-label="Liste des appels" tabindex="0" { (rows(page)) }
            @if page.pages > 1 { div.tools.below { (pages.links(Place::Below)) } }
        }
    }
}

/// « 35 messages et 2 visites, reçus du … au …, dans l’ordre où ils ont été pris. »
fn sentence(order: &Order) -> String {
    let mut parts: Vec<String> = Vec::new();
    for one in &order.asked.types {
        let (singular, plural) = one.counted();
        parts.push(french::count(order.counts.of(*one), singular, plural));
    }
    let last = parts.pop().unwrap_or_default();
    let listed = if parts.is_empty() { last } else { format!("{} et {last}", parts.join(", ")) };
    format!("{listed}, {}, dans l’ordre où ils ont été pris.", order.in_words())
}

fn rows(page: &ListPage<'_>) -> Markup {
    let fields = &page.order.asked.fields;
    let subscriber = &page.order.subscriber;
    let headers: Vec<String> = fields.iter().map(|field| field.header(&subscriber.clients_called)).collect();
    let columns: Vec<Column<'_>> = headers.iter().map(|header| text(header)).collect();
    let rows: Vec<Vec<Markup>> = page
        .messages
        .iter()
        .map(|message| {
            let row = Row::new(message, subscriber.zone);
            fields.iter().map(|field| cell(*field, &row.cell(*field).text())).collect()
        })
        .collect();
    table("Appels, comme ils seront enregistrés", &columns, &rows)
}

fn cell(field: Field, text: &str) -> Markup {
    html! {
        @if text.is_empty() {}
        @else if field == Field::Text { p.text dir="auto" { (text) } }
        @else { bdi { (text) } }
    }
}

/// Somebody who waits for a file.
#[derive(Debug, Clone, Copy)]
pub struct WaitPage<'a> {
    pub base: &'a str,
    pub query: &'a str,
    pub format: Format,
    /// Who is served before, besides those being served now.
    pub ahead: usize,
}

/// The page's content, without its frame.
pub fn wait(page: &WaitPage<'_>) -> Markup {
    let list = format!("{}/export/liste?{}", page.base, page.query);
    html! {
        h1 { "Votre fichier " (page.format.label()) " attend son tour" }
        p role="status" {
            "D’autres exports sont en cours"
            @match page.ahead {
                0 => { ", le vôtre est le suivant. " }
                1 => { ", et un autre passe avant le vôtre. " }
                ahead => { ", et " (ahead) " autres passent avant le vôtre. " }
            }
            "Gardez cette page ouverte : le téléchargement commencera de lui-même, sans rien faire."
        }
        div.buttons { (link(Weight::Plain, Icon::Previous, "Revenir à la liste", &list)) }
    }
}
