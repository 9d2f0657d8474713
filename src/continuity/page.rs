//! A kit as one HTML file: no script, nothing to load, readable on any telephone and on paper.

use super::model::{Kit, KitDay, Part};
use crate::base::time::{date_in_words, moment_short};
use crate::base::{Phone, french};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Written into the file: it has nobody to ask for a style.
const STYLE: &str = include_str!("kit.css");

/// « Kit de secours · Cabinet Martin ».
pub fn title(kit: &Kit) -> String {
    format!("Kit de secours · {}", kit.title)
}

/// The file.
pub fn html(kit: &Kit) -> String {
    let several = kit.parts.len() > 1;
    html! {
        (DOCTYPE)
        html lang="fr" {
            head {
                meta charset="utf-8";
                title { (title(kit)) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "Kit de secours : " bdi { (kit.title) } }
                    p { "Fait le " b { (moment_short(kit.made)) } ". Ce qui a changé depuis n’y est pas." }
                    (house(kit))
                    @if kit.parts.is_empty() { p { "Aucun abonné." } }
                    @if several {
                        nav aria-label="Abonnés" {
                            ul { @for (place, part) in kit.parts.iter().enumerate() { li { a href={ "#abonne-" (place + 1) } { bdi { (part.name) } } } } }
                        }
                    }
                    @for (place, one) in kit.parts.iter().enumerate() { (part(one, place)) }
                }
            }
        }
    }
    .into_string()
}

fn house(kit: &Kit) -> Markup {
    let house = &kit.house;
    html! {
        p { "Secrétariat : " b { bdi { (house.name) } } @if !house.phone.is_empty() { ", " (phone(&house.phone)) } }
        @if !house.hours.is_empty() { p.text { (house.hours) } }
        @for closed in &house.closed { p { "Fermé " (closed) "." } }
    }
}

/// A number that a touch dials.
fn phone(shown: &str) -> Markup {
    html! {
        @match Phone::read(shown).dialled() {
            Some(number) => a href={ "tel:" (number) } { (shown) },
            None => (shown),
        }
    }
}

fn part(one: &Part, place: usize) -> Markup {
    html! {
        h2 id={ "abonne-" (place + 1) } { bdi { (one.name) } }
        @if !one.about.is_empty() { p.quiet { bdi { (one.about) } } }
        @if !one.lines.is_empty() { p { "Lignes : " @for (place, line) in one.lines.iter().enumerate() { @if place > 0 { ", " } (phone(line)) } } }
        p { "On annonce : « " bdi { (one.greeting) } " »" }
        @if !one.unavailable.is_empty() { p.away { bdi { (one.unavailable) } } }
        h3 { "Consignes" }
        @if one.instructions.is_empty() { p { "Aucune consigne." } }
        @else { ul { @for (text, period) in &one.instructions { li { span.text dir="auto" { (text) } " " span.quiet { "(" (period) ")" } } } } }
        @if !one.urgent.is_empty() {
            h3 { "En cas d’urgence, appeler" }
            ol { @for [name, number, hours] in &one.urgent { li { bdi { (name) } " " (phone(number)) " " span.quiet { bdi { (hours) } } } } }
        }
        @for (title, text) in [("Tarifs", &one.fees), ("Accès", &one.access)] {
            @if !text.is_empty() { h3 { (title) } p.text dir="auto" { (text) } }
        }
        h3 { "Agenda" }
        @for day in &one.days { (agenda_day(day)) }
        @if !one.people.is_empty() {
            table {
                caption { "Fiches concernées" }
                thead { tr { th scope="col" { "Nom" } th scope="col" { "Téléphones" } } }
                tbody { @for person in &one.people {
                    tr { th scope="row" { bdi { (person.name) } } td { @for (place, line) in person.phones.iter().enumerate() { @if place > 0 { ", " } (phone_line(line)) } } }
                } }
            }
        }
    }
}

/// « portable 06 12 34 56 78 », the number alone dialled.
fn phone_line(line: &str) -> Markup {
    let start = line.find(|c: char| c.is_ascii_digit() || c == '+').unwrap_or(0);
    html! { bdi { (line[..start]) } (phone(&line[start..])) }
}

fn agenda_day(day: &KitDay) -> Markup {
    let count = day.rows.len() as u64;
    let caption = format!("{} : {}", date_in_words(day.date), french::count(count, "rendez-vous", "rendez-vous"));
    html! {
        @if day.rows.is_empty() {
            p { b { (date_in_words(day.date)) } " : aucun rendez-vous" @for remark in &day.remarks { ", " bdi { (remark) } } "." }
        } @else {
            table {
                caption { (caption) @for remark in &day.remarks { ", " bdi { (remark) } } }
                thead { tr { th scope="col" { "Heure" } th scope="col" { "Nom" } th scope="col" { "Téléphone" } th scope="col" { "Quoi" } } }
                tbody { @for row in &day.rows {
                    tr { th scope="row" { (row.when) } td { bdi { (row.who) } } td.phone { (phone(&row.phone)) } td { bdi { (row.what) } } }
                } }
            }
        }
    }
}
