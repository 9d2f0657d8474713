//! Cards for other software: a spreadsheet's file, or vCards. Pure.

use super::form::PHONE_FIELDS;
use super::model::Contact;
use super::vcard;
use crate::base::csv::Table;
use crate::base::time::date_short;

/// Numbers that a spreadsheet has columns for, at the least.
const PHONES_MIN: usize = 2;

/// CSV that a French spreadsheet opens by a double click: UTF-8 with its mark, « ; », CRLF; no cell is a formula.
pub fn csv(contacts: &[Contact]) -> Vec<u8> {
    let phones = contacts.iter().map(|contact| contact.phones.len()).max().unwrap_or(0).max(PHONES_MIN);
    let mut header = vec!["Civilité", "Nom", "Prénom", "Date de naissance", "Adresse", "Code postal", "Ville"];
    for (_, number, _, word) in PHONE_FIELDS.iter().take(phones) {
        header.extend([*number, *word]);
    }
    header.extend(["E-mail", "Notes", "Nouveau"]);
    let mut out = Vec::new();
    // Writing into memory does not fail.
    let _ = write(&mut out, &header, contacts, phones);
    out
}

fn write(out: &mut Vec<u8>, header: &[&str], contacts: &[Contact], phones: usize) -> std::io::Result<()> {
    let mut table = Table::new(out)?;
    table.row(header)?;
    for contact in contacts {
        let mut row: Vec<String> = vec![
            contact.civility.clone(),
            contact.last_name.clone(),
            contact.first_name.clone(),
            contact.birth.map(|birth| date_short(birth.date())).unwrap_or_default(),
            contact.address.clone(),
            contact.postal_code.clone(),
            contact.town.clone(),
        ];
        for place in 0..phones {
            let line = contact.phones.get(place);
            row.push(line.map(|line| line.phone.shown()).unwrap_or_default());
            row.push(line.map(|line| line.word.clone()).unwrap_or_default());
        }
        row.extend([contact.email.clone(), contact.notes.clone()]);
        row.push(if contact.new_patient { "oui" } else { "" }.into());
        table.row(&row)?;
    }
    table.end()
}

/// vCard 4.0, one card after the other.
pub fn vcards(contacts: &[Contact]) -> String {
    let mut out = String::new();
    for contact in contacts {
        vcard::write(contact, &mut out);
    }
    out
}
