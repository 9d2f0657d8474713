//! The form of a card, read and filled. Pure.

use super::model::{Contact, NewContact, PHONES_MAX, PhoneLine};
use crate::base::{Phone, text, time};
use crate::error::{Problems, Result};
use crate::http::Form;
use chrono::{Datelike, NaiveDate};

/// The fields of each number: its own, its label, that of its word, and its label.
pub const PHONE_FIELDS: [(&str, &str, &str, &str); PHONES_MAX] = [
    ("telephone-1", "Téléphone 1", "usage-1", "Usage 1"),
    ("telephone-2", "Téléphone 2", "usage-2", "Usage 2"),
    ("telephone-3", "Téléphone 3", "usage-3", "Usage 3"),
    ("telephone-4", "Téléphone 4", "usage-4", "Usage 4"),
    ("telephone-5", "Téléphone 5", "usage-5", "Usage 5"),
    ("telephone-6", "Téléphone 6", "usage-6", "Usage 6"),
    ("telephone-7", "Téléphone 7", "usage-7", "Usage 7"),
    ("telephone-8", "Téléphone 8", "usage-8", "Usage 8"),
];

/// Reads a form. All that is wrong comes back at once, by field.
pub fn read(form: &Form, today: NaiveDate) -> Result<NewContact> {
    let mut problems = Problems::default();
    let typed = form.get("naissance").trim();
    let birth = birth(typed, today);
    if birth.is_none() && !typed.is_empty() {
        problems.add("naissance", "Cette date n’existe pas ou n’est pas complète ; par exemple 13/05/1962.");
    }
    problems.and((NewContact { birth: birth.map(Into::into), ..as_typed(form) }).checked(today))
}

/// What a half-filled form says so far, nothing checked: enough to look for cards that it may double.
pub fn read_so_far(form: &Form, today: NaiveDate) -> NewContact {
    let birth = birth(form.get("naissance").trim(), today);
    NewContact { birth: birth.map(Into::into), ..as_typed(form) }
}

fn as_typed(form: &Form) -> NewContact {
    let text = |name: &str| form.get(name).to_owned();
    let phone = |(number, _, word, _): &(&str, &str, &str, &str)| {
        let mut typed = form.get(number).to_owned();
        text::clean_line(&mut typed);
        PhoneLine { word: text(word), phone: Phone::read(&typed) }
    };
    NewContact {
        civility: text("civilite"),
        last_name: text("nom"),
        first_name: text("prenom"),
        birth: None,
        address: text("adresse"),
        postal_code: text("code-postal"),
        town: text("ville"),
        phones: PHONE_FIELDS.iter().map(phone).filter(|line| !line.phone.is_empty()).collect(),
        email: text("email"),
        notes: text("notes"),
        new_patient: form.ticked("nouveau"),
    }
}

/// A birth date in any office notation. Of two digits, the year is the last one that is not in the future.
pub fn birth(typed: &str, today: NaiveDate) -> Option<NaiveDate> {
    let date = time::parse_date(typed)?;
    let short = typed.rsplit(['/', '-', '.', ' ']).next().is_some_and(|year| year.len() == 2);
    if short && date > today { date.with_year(date.year() - 100) } else { Some(date) }
}

/// The form as it shows a card.
pub fn filled(contact: &Contact) -> Form {
    let mut form = of(&contact.as_new());
    form.push("revision", contact.revision.to_string());
    form
}

/// The form as it shows what is known of somebody without a card.
pub fn of(contact: &NewContact) -> Form {
    let birth = contact.birth.map(|birth| time::date_short(birth.date())).unwrap_or_default();
    let mut form = Form::from_iter([
        ("civilite", contact.civility.as_str()),
        ("nom", &contact.last_name),
        ("prenom", &contact.first_name),
        ("naissance", &birth),
        ("adresse", &contact.address),
        ("code-postal", &contact.postal_code),
        ("ville", &contact.town),
        ("email", &contact.email),
        ("notes", &contact.notes),
    ]);
    for (line, (number, _, word, _)) in contact.phones.iter().zip(PHONE_FIELDS) {
        form.push(number, line.phone.shown());
        form.push(word, line.word.as_str());
    }
    if contact.new_patient {
        form.push("nouveau", "1");
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_born_in_the_future() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let today = day(2026, 11, 24);
        assert_eq!(birth("13/05/29", today), Some(day(1929, 5, 13)));
        assert_eq!(birth("13/05/24", today), Some(day(2024, 5, 13)));
        assert_eq!(birth("13.5.1962", today), Some(day(1962, 5, 13)));
        assert_eq!(birth("29/02/2025", today), None);
    }

    #[test]
    fn a_form_that_was_filled_reads_as_the_card() {
        let card = NewContact {
            civility: "Mme".into(),
            last_name: "N’Guyen Thị".into(),
            first_name: "Ánh".into(),
            birth: NaiveDate::from_ymd_opt(1962, 5, 13).map(Into::into),
            phones: vec![
                PhoneLine { word: "fille, le soir".into(), phone: Phone::read("0590 12 34 56") },
                PhoneLine { word: String::new(), phone: Phone::read("poste 204") },
            ],
            notes: "Sourde.\nÉcrire.".into(),
            new_patient: true,
            ..NewContact::default()
        };
        assert_eq!(read(&of(&card), NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()).unwrap(), card);
    }
}
