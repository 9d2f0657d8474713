//! Cards for other software: a spreadsheet's file, or vCards. Pure.

use super::form::PHONE_FIELDS;
use super::model::Contact;
use super::vcard;
use crate::base::sheet::harmless;
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
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    // Writing into memory does not fail.
    let _ = writer.write_record(&header);
    for contact in contacts {
        let birth = contact.birth.map(|birth| date_short(birth.date())).unwrap_or_default();
        let mut row: Vec<String> = vec![
            harmless(&contact.civility),
            harmless(&contact.last_name),
            harmless(&contact.first_name),
            birth,
            harmless(&contact.address),
            harmless(&contact.postal_code),
            harmless(&contact.town),
        ];
        for place in 0..phones {
            let line = contact.phones.get(place);
            row.push(line.map(|line| harmless(&line.phone.shown())).unwrap_or_default());
            row.push(line.map(|line| harmless(&line.word)).unwrap_or_default());
        }
        row.extend([harmless(&contact.email), harmless(&contact.notes)]);
        row.push(if contact.new_patient { "oui" } else { "" }.into());
        let _ = writer.write_record(&row);
    }
    writer.into_inner().unwrap_or_default()
}

/// vCard 4.0, one card after the other.
pub fn vcards(contacts: &[Contact]) -> String {
    let mut out = String::new();
    for contact in contacts {
        vcard::write(contact, &mut out);
    }
    out
}
