//! A spreadsheet's columns: what each holds, guessed by its name, or by what is in it where the name says nothing.

use crate::base::sheet::{column_name, plain};
use crate::base::{Phone, fold, text, time};
use crate::contacts::form;
use crate::contacts::model::{NewContact, PhoneLine};
use chrono::NaiveDate;
use csv::StringRecord;

/// Rows looked at to guess what a column holds.
const SAMPLE_ROWS: usize = 200;
/// How much of a value a reason quotes.
const QUOTED_CHARS_MAX: usize = 40;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    Ignored,
    Civility,
    LastName,
    FirstName,
    /// « DUPONT Marie » in one cell.
    FullName,
    Birth,
    Address,
    PostalCode,
    Town,
    /// « 94000 Créteil » in one cell.
    PostalCodeAndTown,
    Phone,
    Mobile,
    Landline,
    WorkPhone,
    /// The word for the number before it.
    PhoneWord,
    Email,
    Notes,
    NewPatient,
}

/// Every column with the word of forms, what the select shows, and the names under which offices have it, folded.
const ALL: [(Column, &str, &str, &[&str]); 18] = [
    (Column::Ignored, "ignorer", "(laisser de côté)", &[]),
    (Column::Civility, "civilite", "Civilité", &["civilite", "civ", "titre", "m mme", "prefixe", "title"]),
    (
        Column::LastName,
        "nom",
        "Nom",
        &[
            "nom",
            "nom de famille",
            "nom patient",
            "nom client",
            "nom du patient",
            "nom d usage",
            "nom usuel",
            "last name",
            "family name",
            "surname",
        ],
    ),
    (Column::FirstName, "prenom", "Prénom", &["prenom", "prenoms", "prenom patient", "first name", "given name"]),
    (
        Column::FullName,
        "nom-complet",
        "Nom et prénom",
        &[
            "nom prenom",
            "nom et prenom",
            "nom complet",
            "patient",
            "client",
            "contact",
            "nom prenoms",
            "name",
            "full name",
        ],
    ),
    (
        Column::Birth,
        "naissance",
        "Date de naissance",
        &[
            "ne e le",
            "ne le",
            "nee le",
            "date de naissance",
            "naissance",
            "date naissance",
            "ddn",
            "d naiss",
            "date naiss",
            "birthday",
            "date nais",
            "dn",
        ],
    ),
    (
        Column::Address,
        "adresse",
        "Adresse",
        &[
            "adresse",
            "rue",
            "adresse 1",
            "adresse 2",
            "adresse postale",
            "voie",
            "complement",
            "complement d adresse",
            "adresse1",
            "adresse2",
            "street",
        ],
    ),
    (Column::PostalCode, "code-postal", "Code postal", &["cp", "code postal", "codepostal", "c p", "zip"]),
    (Column::Town, "ville", "Ville", &["ville", "commune", "localite", "city"]),
    (
        Column::PostalCodeAndTown,
        "cp-ville",
        "Code postal et ville",
        &["cp ville", "code postal ville", "code postal et ville"],
    ),
    (
        Column::Phone,
        "telephone",
        "Téléphone",
        &[
            "telephone",
            "tel",
            "tel 1",
            "tel 2",
            "telephone 1",
            "telephone 2",
            "telephone 3",
            "telephone 4",
            "telephone 5",
            "telephone 6",
            "telephone 7",
            "telephone 8",
            "numero de telephone",
            "n de telephone",
            "phone",
            "autre tel",
            "autre telephone",
        ],
    ),
    (
        Column::Mobile,
        "portable",
        "Téléphone portable",
        &[
            "portable",
            "tel portable",
            "telephone portable",
            "mobile",
            "tel mobile",
            "gsm",
            "tel port",
            "port",
            "telephone mobile",
            "tel p",
        ],
    ),
    (
        Column::Landline,
        "fixe",
        "Téléphone fixe",
        &[
            "fixe",
            "tel fixe",
            "telephone fixe",
            "domicile",
            "tel domicile",
            "telephone domicile",
            "tel dom",
            "tel maison",
        ],
    ),
    (
        Column::WorkPhone,
        "travail",
        "Téléphone au travail",
        &[
            "tel travail",
            "telephone travail",
            "tel bureau",
            "bureau",
            "tel pro",
            "telephone professionnel",
            "tel professionnel",
            "travail",
        ],
    ),
    (
        Column::PhoneWord,
        "usage",
        "Usage du téléphone précédent",
        &[
            "usage",
            "usage 1",
            "usage 2",
            "usage 3",
            "usage 4",
            "usage 5",
            "usage 6",
            "usage 7",
            "usage 8",
            "type tel",
            "type de telephone",
        ],
    ),
    (
        Column::Email,
        "email",
        "E-mail",
        &["mail", "e mail", "email", "courriel", "adresse e mail", "adresse mail", "adresse email", "mel"],
    ),
    (
        Column::Notes,
        "notes",
        "Notes",
        &[
            "remarques",
            "remarque",
            "notes",
            "note",
            "commentaire",
            "commentaires",
            "observations",
            "observation",
            "memo",
            "divers",
            "infos",
            "informations",
        ],
    ),
    (Column::NewPatient, "nouveau", "Nouveau (oui ou non)", &["nouveau", "nouveau patient", "nouveau client"]),
];

impl Column {
    /// Values and words for a select.
    pub fn options() -> Vec<(&'static str, &'static str)> {
        ALL.iter().map(|(_, word, label, _)| (*word, *label)).collect()
    }

    pub fn word(self) -> &'static str {
        ALL.iter().find(|(column, ..)| *column == self).map_or("ignorer", |(_, word, ..)| *word)
    }

    pub fn from_word(word: &str) -> Option<Column> {
        ALL.iter().find(|(_, known, ..)| *known == word).map(|(column, ..)| *column)
    }

    fn named(name: &str) -> Option<Column> {
        let name = column_name(name);
        ALL.iter().find(|(_, _, _, names)| names.contains(&name.as_str())).map(|(column, ..)| *column)
    }

    /// What values look like, when nearly all of them do.
    fn of_values<'r>(values: impl Iterator<Item = &'r str>) -> Option<Column> {
        let values: Vec<&str> = values.map(str::trim).filter(|value| !value.is_empty()).take(SAMPLE_ROWS).collect();
        let mostly = |fits: &dyn Fn(&str) -> bool| {
            !values.is_empty() && values.iter().filter(|value| fits(value)).count() * 5 >= values.len() * 4
        };
        let digits =
            |value: &str, count: usize| value.len() == count && value.bytes().all(|byte| byte.is_ascii_digit());
        let phone = |value: &str| Phone::read(value).kept().starts_with('+');
        let mobile = |value: &str| matches!(Phone::read(value).kept().get(..4), Some("+336" | "+337"));
        let civility = |value: &str| {
            matches!(
                column_name(value).as_str(),
                "m" | "mr" | "mme" | "mlle" | "dr" | "me" | "pr" | "monsieur" | "madame"
            )
        };
        if mostly(&|value| text::looks_like_email(value)) {
            Some(Column::Email)
        } else if mostly(&mobile) {
            Some(Column::Mobile)
        } else if mostly(&phone) {
            Some(Column::Phone)
        } else if mostly(&|value| time::parse_date(value).is_some()) {
            Some(Column::Birth)
        } else if mostly(&|value| digits(value, 5)) {
            Some(Column::PostalCode)
        } else if mostly(&civility) {
            Some(Column::Civility)
        } else {
            None
        }
    }
}

/// One column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guessed {
    /// The file's own name, or « Colonne 3 ».
    pub name: String,
    pub column: Column,
    /// A few of its values, to know it by.
    pub examples: Vec<String>,
}

/// The columns of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Whether the first row names the columns.
    pub has_header: bool,
    pub columns: Vec<Guessed>,
}

/// Values of a column shown beside its select.
const EXAMPLES: usize = 3;

impl Table {
    /// What each column holds; what a person chose for one goes before any guess.
    pub fn guess<'r>(records: impl Iterator<Item = &'r StringRecord> + Clone, chosen: &[Option<Column>]) -> Table {
        let empty = StringRecord::new();
        let first = records.clone().next().unwrap_or(&empty);
        // Names of columns are no telephone numbers, dates or addresses.
        let is_value = |cell: &str| {
            let cell = cell.trim();
            Phone::read(cell).kept().starts_with('+')
                || time::parse_date(cell).is_some()
                || text::looks_like_email(cell)
        };
        let has_header = !first.iter().any(is_value);
        let rows = records.skip(usize::from(has_header)).take(SAMPLE_ROWS);
        let width = rows.clone().map(StringRecord::len).max().unwrap_or(0).max(first.len());
        let mut columns: Vec<Guessed> = Vec::with_capacity(width);
        for place in 0..width {
            let name = first.get(place).map(str::trim).filter(|name| has_header && !name.is_empty());
            let values = || rows.clone().filter_map(move |row| row.get(place));
            let known = |column: &Column| {
                let several = matches!(
                    column,
                    Column::Phone
                        | Column::Mobile
                        | Column::Landline
                        | Column::WorkPhone
                        | Column::PhoneWord
                        | Column::Notes
                        | Column::Address
                );
                several || !columns.iter().any(|other| other.column == *column)
            };
            let guessed = name.and_then(Column::named).or_else(|| Column::of_values(values())).filter(known);
            let column = chosen.get(place).copied().flatten().or(guessed).unwrap_or(Column::Ignored);
            let mut examples: Vec<String> = Vec::new();
            for value in values().map(str::trim).filter(|value| !value.is_empty()) {
                if examples.len() < EXAMPLES && !examples.iter().any(|example| example == value) {
                    examples.push(short(value));
                }
            }
            let name = name.map_or_else(|| format!("Colonne {}", place + 1), str::to_owned);
            columns.push(Guessed { name, column, examples });
        }
        Table { has_header, columns }
    }

    /// A row as a card, and what can't be read in it.
    pub fn card(&self, record: &StringRecord, today: NaiveDate) -> (NewContact, Vec<String>) {
        let mut card = NewContact::default();
        let mut reasons = Vec::new();
        for (guessed, value) in self.columns.iter().zip(record.iter()) {
            let value = plain(value.trim());
            if !value.is_empty() {
                put(&mut card, guessed.column, value, today, &mut reasons);
            }
        }
        if record.len() > self.columns.len() {
            reasons.push(format!("{} valeurs pour {} colonnes.", record.len(), self.columns.len()));
        }
        (card, reasons)
    }
}

fn put(card: &mut NewContact, column: Column, value: &str, today: NaiveDate, reasons: &mut Vec<String>) {
    let mut phone = |word: &str| card.phones.push(PhoneLine { word: word.into(), phone: Phone::read(value) });
    match column {
        Column::Ignored => {}
        Column::Civility => card.civility = civility(value),
        Column::LastName => card.last_name = value.into(),
        Column::FirstName => card.first_name = value.into(),
        Column::FullName => (card.last_name, card.first_name) = both_names(value),
        Column::Birth => match form::birth(value.split(' ').next().unwrap_or(value), today) {
            Some(birth) => card.birth = Some(birth.into()),
            None => reasons
                .push(format!("Date de naissance « {} » illisible : on attend par exemple 13/05/1962.", short(value))),
        },
        Column::Address => joined(&mut card.address, value, ", "),
        Column::PostalCode => card.postal_code = value.into(),
        Column::Town => card.town = value.into(),
        Column::PostalCodeAndTown => {
            let (code, town) = value
                .split_once(' ')
                .filter(|(code, _)| code.bytes().all(|byte| byte.is_ascii_digit()))
                .unwrap_or(("", value));
            (card.postal_code, card.town) = (code.into(), town.trim().into());
        }
        Column::Phone => phone(""),
        Column::Mobile => phone("portable"),
        Column::Landline => phone("fixe"),
        Column::WorkPhone => phone("travail"),
        Column::PhoneWord => {
            if let Some(line) = card.phones.last_mut() {
                line.word = value.into();
            }
        }
        Column::Email => card.email = value.into(),
        Column::Notes => joined(&mut card.notes, value, "\n"),
        Column::NewPatient => match fold::fold(value).as_str() {
            "oui" | "o" | "1" | "x" | "vrai" | "true" => card.new_patient = true,
            "non" | "n" | "0" | "faux" | "false" => {}
            _ => reasons.push(format!("Nouveau vaut « {} » : on attend « oui » ou « non ».", short(value))),
        },
    }
}

fn joined(text: &mut String, more: &str, between: &str) {
    if !text.is_empty() {
        text.push_str(between);
    }
    text.push_str(more);
}

/// Civilities in our own words where they are those of everybody.
fn civility(value: &str) -> String {
    match column_name(value).as_str() {
        "m" | "mr" | "monsieur" => "M.".into(),
        "mme" | "madame" | "mlle" | "mademoiselle" => "Mme".into(),
        "dr" | "docteur" => "Dr".into(),
        "me" | "maitre" => "Me".into(),
        _ => value.into(),
    }
}

/// « DUPONT Marie »: the words in capitals are the last name; without any, the first word is.
fn both_names(value: &str) -> (String, String) {
    let capital = |word: &&str| word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase);
    let words: Vec<&str> = value.split_whitespace().collect();
    let capitals = words.iter().take_while(|word| capital(word)).count();
    let last = if capitals == 0 { 1 } else { capitals }.min(words.len());
    (words[..last].join(" "), words[last..].join(" "))
}

fn short(value: &str) -> String {
    let mut short: String = value.chars().take(QUOTED_CHARS_MAX).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}
