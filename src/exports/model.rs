//! What can be exported, and what somebody asks for. Pure.

use crate::base::time::{date_in_words, parse_date};
use crate::error::{Problems, Result};
use crate::http::Form;
use crate::messages::model::Kind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The three types of calls (guide of 2010, « Vous pouvez choisir d’exporter 3 types d’appels »). New ones go to the end:
/// their place is what the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    Messages,
    Appointments,
    Visits,
}

impl Type {
    pub const ALL: [Type; 3] = [Type::Messages, Type::Appointments, Type::Visits];

    pub fn word(self) -> &'static str {
        match self {
            Type::Messages => "messages",
            Type::Appointments => "rendez-vous",
            Type::Visits => "visites",
        }
    }

    pub fn from_word(word: &str) -> Option<Type> {
        Type::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The guide's own words.
    pub fn label(self) -> &'static str {
        match self {
            Type::Messages => "Les messages",
            Type::Appointments => "Les rendez-vous",
            Type::Visits => "Les visites",
        }
    }

    /// The title of a sheet or a chapter.
    pub fn title(self) -> &'static str {
        match self {
            Type::Messages => "Messages",
            Type::Appointments => "Rendez-vous",
            Type::Visits => "Visites",
        }
    }

    /// One and several of them.
    pub fn counted(self) -> (&'static str, &'static str) {
        match self {
            Type::Messages => ("message", "messages"),
            Type::Appointments => ("rendez-vous", "rendez-vous"),
            Type::Visits => ("visite", "visites"),
        }
    }

    /// What a call is exported as: whatever is neither an appointment nor a visit is a message.
    pub fn of(kind: Kind) -> Type {
        match kind {
            Kind::Information | Kind::Sms | Kind::Fax => Type::Messages,
            Kind::Appointment => Type::Appointments,
            Kind::Visit => Type::Visits,
        }
    }

    pub fn place(self) -> usize {
        match self {
            Type::Messages => 0,
            Type::Appointments => 1,
            Type::Visits => 2,
        }
    }
}

macro_rules! fields {
    ($($field:ident = $word:literal, $label:literal, $chars:literal, $share:literal;)+) => {
        /// What a column may hold. New ones go to the end: their place is what the file keeps.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Field {
            $($field,)+
        }

        impl Field {
            /// In the order that stands until somebody chooses another.
            pub const ALL: [Field; 21] = [$(Field::$field),+];

            /// The word of forms and addresses.
            pub fn word(self) -> &'static str {
                match self {
                    $(Field::$field => $word,)+
                }
            }

            /// The header of a column.
            pub fn label(self) -> &'static str {
                match self {
                    $(Field::$field => $label,)+
                }
            }

            /// Characters that a spreadsheet's column is wide at the most.
            pub fn chars_max(self) -> usize {
                match self {
                    $(Field::$field => $chars,)+
                }
            }

            /// How much of a sheet of paper the column takes beside others.
            pub fn share(self) -> usize {
                match self {
                    $(Field::$field => $share,)+
                }
            }
        }
    };
}

fields! {
    Number = "numero", "Numéro", 10, 7;
    Date = "date", "Date", 12, 9;
    Time = "heure", "Heure", 8, 6;
    Kind = "type", "Type", 14, 9;
    Urgent = "urgent", "Urgent", 8, 6;
    Civility = "civilite", "Civilité", 12, 7;
    LastName = "nom", "Nom", 30, 10;
    FirstName = "prenom", "Prénom", 24, 9;
    Address = "adresse", "Adresse", 40, 12;
    PostalCode = "code-postal", "Code postal", 12, 7;
    Town = "ville", "Ville", 26, 10;
    Phone = "telephone", "Téléphone", 18, 9;
    Email = "email", "E-mail", 34, 12;
    Subject = "objet", "Objet", 34, 10;
    Text = "texte", "Texte", 70, 24;
    AppointmentDate = "date-rdv", "Date du RDV", 12, 9;
    AppointmentTime = "heure-rdv", "Heure du RDV", 13, 6;
    Reason = "motif", "Motif", 34, 10;
    NewPatient = "nouveau-patient", "Nouveau patient", 15, 8;
    TakenBy = "pris-par", "Pris par", 18, 8;
    State = "etat", "État", 12, 8;
}

impl Field {
    pub fn from_word(word: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The header as an abonné's own word has it: « Nouveau client ».
    pub fn header(self, clients_called: &str) -> String {
        match self {
            Field::NewPatient if !clients_called.is_empty() => format!("Nouveau {clients_called}"),
            other => other.label().to_owned(),
        }
    }

    /// Whether cells hold lines of their own, that a column must wrap.
    pub fn is_long(self) -> bool {
        matches!(self, Field::Text | Field::Subject | Field::Address | Field::Reason)
    }
}

/// Which calls, by where they stand or when they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// « les messages non archivés ».
    Pending,
    /// « les messages reçus sur une période donnée », both days included.
    Period { from: NaiveDate, to: NaiveDate },
}

impl Scope {
    pub const PENDING: &'static str = "non-archives";
    pub const PERIOD: &'static str = "periode";

    /// « non archivés », « reçus du lundi 2 au mardi 3 novembre 2026 ».
    pub fn in_words(self) -> String {
        match self {
            Scope::Pending => "non archivés".to_owned(),
            Scope::Period { from, to } if from == to => format!("reçus le {}", date_in_words(from)),
            Scope::Period { from, to } => format!("reçus du {} au {}", date_in_words(from), date_in_words(to)),
        }
    }

    pub(super) fn in_file_name(self, today: NaiveDate) -> String {
        match self {
            Scope::Pending => format!("non-archives-{today}"),
            Scope::Period { from, to } => format!("{from}-{to}"),
        }
    }
}

impl super::Order {
    /// « non archivés au mardi 24 novembre 2026 », « reçus du … au … ».
    pub fn in_words(&self) -> String {
        match self.asked.scope {
            Scope::Pending => format!("non archivés au {}", date_in_words(self.today)),
            period => period.in_words(),
        }
    }
}

/// The three files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Excel,
    Word,
    Csv,
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Excel, Format::Word, Format::Csv];

    pub fn ending(self) -> &'static str {
        match self {
            Format::Excel => "xlsx",
            Format::Word => "docx",
            Format::Csv => "csv",
        }
    }

    pub fn from_ending(ending: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|one| one.ending().eq_ignore_ascii_case(ending))
    }

    pub fn label(self) -> &'static str {
        match self {
            Format::Excel => "Excel",
            Format::Word => "Word",
            Format::Csv => "CSV",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Format::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Word => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Format::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The most rows of one type that its programs can hold: Excel's sheets end there, and Word opens no longer table.
    pub fn rows_max(self) -> u64 {
        match self {
            Format::Excel => 1_048_575,
            Format::Word => 200_000,
            Format::Csv => u64::MAX,
        }
    }
}

/// What somebody asks for, checked: at least one type and one field, no field twice, a period that does not end before it
/// begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub types: Vec<Type>,
    pub scope: Scope,
    /// In the order of the columns.
    pub fields: Vec<Field>,
}

impl Asked {
    /// Reads a query. Problems are tied to its names.
    pub fn read(query: &Form) -> Result<Asked> {
        let mut problems = Problems::default();
        let asked = Asked { types: types(query), scope: scope(query, &mut problems), fields: fields(query) };
        if asked.types.is_empty() {
            problems.add("type", "Cochez au moins un type d’appels.");
        }
        if asked.fields.is_empty() {
            problems.add("champ", "Cochez au moins un champ.");
        }
        problems.into_result()?;
        Ok(asked)
    }

    /// The query that asks for the same.
    pub fn query(&self) -> Form {
        let mut query = Form::default();
        for one in &self.types {
            query.push("type", one.word());
        }
        match self.scope {
            Scope::Pending => query.push("perimetre", Scope::PENDING),
            Scope::Period { from, to } => {
                query.push("perimetre", Scope::PERIOD);
                query.push("du", from.to_string());
                query.push("au", to.to_string());
            }
        }
        for field in &self.fields {
            query.push("champ", field.word());
        }
        query
    }

    pub fn includes(&self, one: Type) -> bool {
        self.types.contains(&one)
    }
}

/// The types that a form names, in their usual order.
pub fn types(form: &Form) -> Vec<Type> {
    Type::ALL.into_iter().filter(|one| form.all("type").any(|word| word == one.word())).collect()
}

/// The fields that a form names, in its order, each once.
pub fn fields(form: &Form) -> Vec<Field> {
    let mut fields = Vec::new();
    for field in form.all("champ").filter_map(Field::from_word) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}

fn scope(query: &Form, problems: &mut Problems) -> Scope {
    match query.get("perimetre") {
        Scope::PENDING => return Scope::Pending,
        Scope::PERIOD => {}
        _ => {
            problems.add("perimetre", "Choisissez les messages non archivés, ou une période.");
            return Scope::Pending;
        }
    }
    let mut day = |field: &'static str, empty: &str| {
        let typed = query.get(field).trim();
        let date = parse_date(typed);
        if typed.is_empty() {
            problems.add(field, empty);
        } else if date.is_none() {
            problems.add(field, "Cette date n’existe pas ou n’est pas complète ; par exemple 24/11/2026.");
        }
        date
    };
    let from = day("du", "Indiquez le premier jour de la période.");
    let to = day("au", "Indiquez le dernier jour de la période.");
    let (Some(from), Some(to)) = (from, to) else { return Scope::Pending };
    if to < from {
        problems.add("au", "Le dernier jour vient avant le premier : échangez les deux dates.");
    }
    Scope::Period { from, to }
}

/// Moves a chosen field one place up or down among those chosen; at an end it stays.
pub fn moved(fields: &mut [Field], field: Field, up: bool) {
    let Some(place) = fields.iter().position(|one| *one == field) else { return };
    let other = if up { place.checked_sub(1) } else { Some(place + 1) };
    if let Some(other) = other.filter(|other| *other < fields.len()) {
        fields.swap(place, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_read_checked_and_written_again() {
        let query = Form::parse("champ=nom&champ=numero&champ=nom&champ=x&type=visites&type=messages&perimetre=periode&du=01/11/2026&au=2026-11-30").unwrap();
        let asked = Asked::read(&query).unwrap();
        assert_eq!(asked.fields, [Field::LastName, Field::Number]);
        assert_eq!(
            asked.query().encoded(),
            "type=messages&type=visites&perimetre=periode&du=2026-11-01&au=2026-11-30&champ=nom&champ=numero"
        );
        let wrong = |text: &str| match Asked::read(&Form::parse(text).unwrap()) {
            Err(crate::error::Error::Invalid(problems)) => problems.iter().map(|one| one.field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong(""), ["perimetre", "type", "champ"]);
        assert_eq!(wrong("type=messages&champ=nom&perimetre=periode&du=31/02/2026"), ["du", "au"]);
        assert_eq!(wrong("type=messages&champ=nom&perimetre=periode&du=2026-11-02&au=2026-11-01"), ["au"]);
    }

    #[test]
    fn a_field_moves_by_one_and_stays_at_the_ends() {
        let mut fields = [Field::Number, Field::Date, Field::Time];
        moved(&mut fields, Field::Time, true);
        assert_eq!(fields, [Field::Number, Field::Time, Field::Date]);
        moved(&mut fields, Field::Number, true);
        moved(&mut fields, Field::Date, false);
        moved(&mut fields, Field::Text, false);
        assert_eq!(fields, [Field::Number, Field::Time, Field::Date]);
    }
}
