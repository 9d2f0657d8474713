//! A kit as a PDF, for the printer and for who opens no web page.

use super::model::{Kit, Part};
use super::page::title;
use crate::base::time::{date_in_words, moment_short};
use crate::ui::pdf::Document;

/// The file.
pub fn pdf(kit: &Kit) -> Vec<u8> {
    let mut out = Document::new(title(kit), &kit.house.name, kit.made);
    out.heading_one(&format!("Kit de secours : {}", kit.title));
    out.text(&format!("Fait le {}. Ce qui a changé depuis n’y est pas.", moment_short(kit.made)));
    let house = &kit.house;
    out.strong(&format!("Secrétariat : {}", [house.name.as_str(), &house.phone].join("  ").trim_end()));
    if !house.hours.is_empty() {
        out.text(&house.hours);
    }
    for closed in &house.closed {
        out.text(&format!("Fermé {closed}."));
    }
    for (place, one) in kit.parts.iter().enumerate() {
        if place == 0 {
            out.heading(&one.name)
        } else {
            out.heading_on_new_page(&one.name)
        }
        part(&mut out, one);
    }
    if out.has_numbered_letters() {
        out.small(
            "Certaines lettres n’existent pas dans la police de ces pages : leur numéro Unicode est écrit à leur place, entre crochets. \
             Le fichier HTML du kit les montre.",
        );
    }
    out.bytes(None)
}

fn part(out: &mut Document, one: &Part) {
    if !one.about.is_empty() {
        out.small(&one.about);
    }
    if !one.lines.is_empty() {
        out.text(&format!("Lignes : {}", one.lines.join(", ")));
    }
    out.text(&format!("On annonce : « {} »", one.greeting));
    if !one.unavailable.is_empty() {
        out.strong(&one.unavailable);
    }
    out.strong("Consignes");
    if one.instructions.is_empty() {
        out.text("Aucune consigne.");
    }
    for (text, period) in &one.instructions {
        out.text(&format!("• {text} ({period})"));
    }
    if !one.urgent.is_empty() {
        out.strong("En cas d’urgence, appeler");
        for [name, number, hours] in &one.urgent {
            out.row(&[(3, name), (2, number), (3, hours)]);
        }
    }
    for (title, text) in [("Tarifs", &one.fees), ("Accès", &one.access)] {
        if !text.is_empty() {
            out.strong(title);
            out.text(text);
        }
    }
    for day in &one.days {
        let remarks: String = day.remarks.iter().map(|remark| format!(", {remark}")).collect();
        if day.rows.is_empty() {
            out.strong(&format!("{} : aucun rendez-vous{remarks}", date_in_words(day.date)));
            continue;
        }
        out.strong(&format!("{}{remarks}", date_in_words(day.date)));
        out.table_head(&[(4, "Heure"), (6, "Nom"), (4, "Téléphone"), (7, "Quoi")]);
        for row in &day.rows {
            out.row(&[(4, &row.when), (6, &row.who), (4, &row.phone), (7, &row.what)]);
        }
    }
    if !one.people.is_empty() {
        out.strong("Fiches concernées");
        for person in &one.people {
            out.row(&[(3, &person.name), (5, &person.phones.join(", "))]);
        }
    }
}
