//! What a contact card is, and what makes one acceptable. Pure: no store, no clock.

use crate::base::text::{self, clean_line, clean_text, looks_like_email};
use crate::base::{ContactId, Instant, PersonId, Phone, fold, french, limits, time::Day};
use crate::error::{Problems, Result};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Numbers on one card: home, work, mobile, those of the children; more is a directory.
pub const PHONES_MAX: usize = 8;
/// The word beside a number: « portable », « fille, le soir ».
pub const PHONE_WORD_CHARS_MAX: usize = 40;
/// The words that forms offer first.
pub const PHONE_WORDS: [&str; 6] = ["portable", "fixe", "domicile", "travail", "famille", "fax"];

/// A telephone number with the word that tells it from others; the word may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneLine {
    pub word: String,
    pub phone: Phone,
}

/// A card as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    /// « M. », « Mme », « Dr »…
    pub civility: String,
    pub last_name: String,
    pub first_name: String,
    pub birth: Option<Day>,
    pub address: String,
    pub postal_code: String,
    pub town: String,
    /// The first is the one shown in lists.
    pub phones: Vec<PhoneLine>,
    pub email: String,
    pub notes: String,
    /// « Nouveau patient », until first seen.
    pub new_patient: bool,
    /// Grows with every change, so that a form filled in beside another's is noticed.
    pub revision: u32,
}

/// A card about to be kept: checked, without a number yet. Every field may be empty, but not all that names somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewContact {
    pub civility: String,
    pub last_name: String,
    pub first_name: String,
    pub birth: Option<Day>,
    pub address: String,
    pub postal_code: String,
    pub town: String,
    pub phones: Vec<PhoneLine>,
    pub email: String,
    pub notes: String,
    pub new_patient: bool,
}

impl Contact {
    /// « Mme DUPONT Marie ».
    pub fn name(&self) -> String {
        full_name(&self.civility, &self.last_name, &self.first_name)
    }

    /// « 5, rue Colette, 92917 Godard », parts that are missing left out.
    pub fn postal_address(&self) -> String {
        text::postal_address(&self.address, &self.postal_code, &self.town)
    }

    /// The number to dial first; empty when there is none.
    pub fn phone(&self) -> &Phone {
        static NONE: Phone = Phone::NONE;
        self.phones.first().map_or(&NONE, |line| &line.phone)
    }

    /// What the card says, without its number.
    pub fn as_new(&self) -> NewContact {
        let card = self.clone();
        NewContact {
            civility: card.civility,
            last_name: card.last_name,
            first_name: card.first_name,
            birth: card.birth,
            address: card.address,
            postal_code: card.postal_code,
            town: card.town,
            phones: card.phones,
            email: card.email,
            notes: card.notes,
            new_patient: card.new_patient,
        }
    }
}

/// « Mme DUPONT Marie »; empty when there is no name.
pub fn full_name(civility: &str, last_name: &str, first_name: &str) -> String {
    let name = french::person_name(last_name, first_name);
    if civility.is_empty() || name.is_empty() { name } else { format!("{civility} {name}") }
}

impl NewContact {
    pub fn name(&self) -> String {
        full_name(&self.civility, &self.last_name, &self.first_name)
    }

    /// The card of that number.
    pub fn into_contact(self, id: ContactId, revision: u32) -> Contact {
        Contact {
            id,
            civility: self.civility,
            last_name: self.last_name,
            first_name: self.first_name,
            birth: self.birth,
            address: self.address,
            postal_code: self.postal_code,
            town: self.town,
            phones: self.phones,
            email: self.email,
            notes: self.notes,
            new_patient: self.new_patient,
            revision,
        }
    }

    /// Trims every field and drops empty and repeated numbers, then checks lengths and that the card names somebody.
    /// Problems are tied to the form's field names. A birth later than `today` is one.
    pub fn checked(mut self, today: NaiveDate) -> Result<NewContact> {
        let mut problems = Problems::default();
        for (field, text, most, what) in [
            ("civilite", &mut self.civility, limits::POSTAL_CODE_CHARS_MAX, "La civilité"),
            ("nom", &mut self.last_name, limits::NAME_CHARS_MAX, "Le nom"),
            ("prenom", &mut self.first_name, limits::NAME_CHARS_MAX, "Le prénom"),
            ("adresse", &mut self.address, limits::LINE_CHARS_MAX, "L’adresse"),
            ("code-postal", &mut self.postal_code, limits::POSTAL_CODE_CHARS_MAX, "Le code postal"),
            ("ville", &mut self.town, limits::LINE_CHARS_MAX, "La ville"),
            ("email", &mut self.email, limits::EMAIL_CHARS_MAX, "L’adresse e-mail"),
        ] {
            clean_line(text);
            too_long(&mut problems, field, text, most, what);
        }
        clean_text(&mut self.notes);
        too_long(&mut problems, "notes", &self.notes, limits::TEXT_CHARS_MAX, "Les notes");
        self.clean_phones(&mut problems);
        if !self.email.is_empty() && !looks_like_email(&self.email) {
            problems.add("email", "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine.");
        }
        if self.birth.is_some_and(|birth| birth.date() > today) {
            problems.add("naissance", "Cette date de naissance est dans l’avenir.");
        }
        if self.last_name.is_empty() && self.first_name.is_empty() {
            problems.add("nom", "Indiquez un nom ou un prénom : c’est sous lui que la fiche se retrouve.");
        }
        problems.into_result()?;
        Ok(self)
    }

    fn clean_phones(&mut self, problems: &mut Problems) {
        let mut kept: Vec<PhoneLine> = Vec::new();
        for mut line in std::mem::take(&mut self.phones) {
            clean_line(&mut line.word);
            let mut number = line.phone.kept().to_owned();
            clean_line(&mut number);
            line.phone = Phone::read(&number);
            if line.phone.is_empty() || kept.iter().any(|other| other.phone == line.phone) {
                continue;
            }
            too_long(problems, "telephone-1", line.phone.kept(), limits::PHONE_CHARS_MAX, "Un téléphone");
            too_long(problems, "telephone-1", &line.word, PHONE_WORD_CHARS_MAX, "Le mot à côté d’un téléphone");
            kept.push(line);
        }
        if kept.len() > PHONES_MAX {
            problems.add("telephone-1", format!("Une fiche a {PHONES_MAX} téléphones au plus."));
        }
        self.phones = kept;
    }
}

fn too_long(problems: &mut Problems, field: &'static str, text: &str, most: usize, what: &str) {
    let count = text.chars().count();
    if count > most {
        problems.add(field, format!("{what} compte {count} caractères ; la limite est de {most}."));
    }
}

/// A name as lists are sorted by: folded words, last name first.
pub fn sort_name(last_name: &str, first_name: &str) -> String {
    let words = |text: &str| {
        let folded = fold::fold(text);
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let (last, first) = (words(last_name), words(first_name));
    match (last.is_empty(), first.is_empty()) {
        (true, _) => first,
        (_, true) => last,
        // A tab sorts « Martin, Zoé » before « Martin Dupuis, Anne ».
        _ => format!("{last}\t{first}"),
    }
}

/// Who does something to a card, as its history names them.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// `None` for what a file or the server itself brought.
    pub person: Option<PersonId>,
    pub name: &'a str,
}

/// What happened to a card, and when, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Instant,
    /// The name shown; empty for what the server did by itself.
    pub who: String,
    pub person: Option<PersonId>,
    pub what: What,
}

/// The steps of a card's life. New kinds go to the end: their place is what the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    Added,
    Imported,
    Changed,
    /// Another card was merged into this one.
    MergedFrom(ContactId),
    /// A merge with that card was undone.
    Parted(ContactId),
    /// Seen for the first time: no longer a new patient.
    Seen,
    /// The person agrees to be told of appointments, or no longer does.
    RemindersAgreed,
    RemindersRefused,
}

impl What {
    /// The words of the history.
    pub fn label(self) -> String {
        match self {
            What::Added => "créée".into(),
            What::Imported => "reprise d’un fichier".into(),
            What::Changed => "modifiée".into(),
            What::MergedFrom(other) => format!("fusionnée avec la fiche n° {other}"),
            What::Parted(other) => format!("fusion avec la fiche n° {other} annulée"),
            What::Seen => "vue pour la première fois".into(),
            What::RemindersAgreed => "accord pour les rappels noté".into(),
            What::RemindersRefused => "accord pour les rappels retiré".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    #[test]
    fn a_card_names_somebody_and_keeps_each_number_once() {
        let line = |word: &str, phone: &str| PhoneLine { word: word.into(), phone: Phone::read(phone) };
        let card = NewContact {
            last_name: "  Dupont ".into(),
            phones: vec![line("portable", "06 39 98 12 34"), line("", ""), line("bis", "+33639981234")],
            ..NewContact::default()
        };
        let card = card.checked(today()).unwrap();
        assert_eq!((card.last_name.as_str(), card.phones.len()), ("Dupont", 1));
        assert!(NewContact::default().checked(today()).is_err());
        let tomorrow = today().succ_opt().unwrap();
        assert!(NewContact { birth: Some(tomorrow.into()), ..card }.checked(today()).is_err());
    }

    #[test]
    fn names_sort_as_a_directory_does() {
        let mut names = [("Martin Dupuis", "Anne"), ("MARTIN", "Zoé"), ("Lefèvre", "Noé"), ("d’Artagnan", "Charles")];
        names.sort_by_key(|(last, first)| sort_name(last, first));
        assert_eq!(names.map(|(last, _)| last), ["d’Artagnan", "Lefèvre", "MARTIN", "Martin Dupuis"]);
    }
}
