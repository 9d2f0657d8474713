//! Calls from another software's CSV file, read into messages. Pure: bytes in, rows out; writing them is the caller's.
//!
//! Columns are found by their names in any order; dates and telephones are read as offices write them; what can't be read
//! is a bad row with its line and a reason, never a guess.

use super::model::{AppointmentNote, Caller, Kind, NewMessage};
use crate::base::sheet::{self, LineCounter, ROW_BYTES_MAX};
use crate::base::{Instant, Phone, Zone, fold, secret, time};
use crate::error::Error;
use chrono::Timelike;
use std::collections::HashMap;

/// A file is read whole; ten years of a busy secretariat are some 100 MB.
pub const FILE_BYTES_MAX: u64 = 200 * 1024 * 1024;
/// How much of a value a reason quotes.
const QUOTED_CHARS_MAX: usize = 40;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Column {
    Subscriber,
    Date,
    Time,
    Kind,
    Urgent,
    Civility,
    LastName,
    FirstName,
    Address,
    PostalCode,
    Town,
    Phone,
    Email,
    Subject,
    Text,
    TakenBy,
    State,
    AppointmentDate,
    AppointmentTime,
    Reason,
    NewPatient,
}

/// The names under which a column is known, folded, words apart by one space.
const NAMES: [(Column, &[&str]); 21] = [
    (Column::Subscriber, &["abonne", "cabinet", "compte abonne", "nom abonne"]),
    (Column::Date, &["date", "date appel", "date de l appel", "recu le", "date de reception"]),
    (Column::Time, &["heure", "heure appel", "heure de l appel", "heure de reception"]),
    (Column::Kind, &["type", "type d appel", "nature"]),
    (Column::Urgent, &["urgent", "urgence"]),
    (Column::Civility, &["civilite", "civ", "titre"]),
    (Column::LastName, &["nom", "nom de famille"]),
    (Column::FirstName, &["prenom"]),
    (Column::Address, &["adresse", "rue"]),
    (Column::PostalCode, &["code postal", "cp"]),
    (Column::Town, &["ville", "commune"]),
    (Column::Phone, &["telephone", "tel", "tel portable", "portable", "numero de telephone"]),
    (Column::Email, &["e mail", "email", "mail", "courriel", "adresse e mail"]),
    (Column::Subject, &["objet", "sujet"]),
    (Column::Text, &["texte", "message", "contenu"]),
    (Column::TakenBy, &["pris par", "secretaire", "operatrice"]),
    (Column::State, &["etat", "statut"]),
    (Column::AppointmentDate, &["date du rdv", "date rdv", "date du rendez vous"]),
    (Column::AppointmentTime, &["heure du rdv", "heure rdv", "heure du rendez vous"]),
    (Column::Reason, &["motif"]),
    (Column::NewPatient, &["nouveau patient", "nouveau client"]),
];

const REQUIRED: [(Column, &str); 3] = [(Column::Subscriber, "abonné"), (Column::Date, "date"), (Column::Time, "heure")];

/// A row that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCall {
    /// Where the row begins in the file, from 1; the header is line 1.
    pub line: u64,
    pub subscriber_name: String,
    pub message: NewMessage,
    pub archived: bool,
    /// The same for the same row of the same file, however often it is read; rows that are alike differ by their order.
    pub fingerprint: u128,
}

/// A row that can't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    pub line: u64,
    /// French sentences.
    pub reasons: Vec<String>,
}

/// A file that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportFile {
    pub calls: Vec<ImportedCall>,
    pub bad: Vec<BadRow>,
    /// Names of columns that nothing is read from.
    pub unknown_columns: Vec<String>,
}

/// Reads a file. `Err` is a French sentence: the file as a whole can't be read.
pub fn read(bytes: &[u8], zone: Zone) -> Result<ImportFile, String> {
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("ce fichier dépasse {}", crate::base::french::size(FILE_BYTES_MAX)));
    }
    let text = sheet::decoded(bytes);
    let header = text.lines().next().unwrap_or("");
    if header.trim().is_empty() {
        return Err("ce fichier est vide, ou sa première ligne ne nomme pas les colonnes".into());
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(sheet::delimiter(header))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = reader.records();
    let names = rows.next().transpose().map_err(|cause| format!("la première ligne est illisible : {cause}"))?;
    let names = names.unwrap_or_default();
    let mut file = ImportFile::default();
    let mut columns: HashMap<Column, usize> = HashMap::new();
    for (place, name) in names.iter().enumerate() {
        match column(name) {
            Some(column) if !columns.contains_key(&column) => {
                columns.insert(column, place);
            }
            _ if name.trim().is_empty() => {}
            _ => file.unknown_columns.push(name.trim().to_owned()),
        }
    }
    let missing: Vec<&str> =
        REQUIRED.iter().filter(|(column, _)| !columns.contains_key(column)).map(|(_, name)| *name).collect();
    if !missing.is_empty() {
        let found: Vec<&str> = names.iter().map(str::trim).collect();
        return Err(format!(
            "il manque {} « {} » ; le fichier a les colonnes « {} »",
            crate::base::french::agree(missing.len() as u64, "la colonne", "les colonnes"),
            missing.join(" », « "),
            found.join(" », « ")
        ));
    }
    let mut alike: HashMap<u128, u32> = HashMap::new();
    let mut lines = LineCounter::new(&text);
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err(cause) => {
                let line = cause.position().map_or(0, csv::Position::line);
                file.bad.push(BadRow { line, reasons: vec!["Cette ligne est illisible.".into()] });
                continue;
            }
        };
        let line = row.position().map_or(0, |position| lines.at(position.byte() as usize));
        if row.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        match call(&row, &columns, names.len(), zone) {
            Ok((subscriber_name, message, archived)) => {
                let digest = digest(&row, &columns);
                let before = alike.entry(digest).or_insert(0);
                let fingerprint = secret::digest128(format!("{digest:032x} {before}").as_bytes());
                *before += 1;
                file.calls.push(ImportedCall { line, subscriber_name, message, archived, fingerprint });
            }
            Err(reasons) => file.bad.push(BadRow { line, reasons }),
        }
    }
    Ok(file)
}

fn column(name: &str) -> Option<Column> {
    let name = sheet::column_name(name);
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
}

/// What makes a row the same row: the values of the columns that are read, not their order.
fn digest(row: &csv::StringRecord, columns: &HashMap<Column, usize>) -> u128 {
    let mut text = String::new();
    for (column, _) in NAMES {
        let value = columns.get(&column).and_then(|place| row.get(*place)).unwrap_or("").trim();
        // State and secretary may be filled in later by the other software; the call is the same call.
        if column != Column::State {
            text.push_str(value);
        }
        text.push('\u{1f}');
    }
    secret::digest128(text.as_bytes())
}

type Call = (String, NewMessage, bool);

fn call(
    row: &csv::StringRecord,
    columns: &HashMap<Column, usize>,
    width: usize,
    zone: Zone,
) -> Result<Call, Vec<String>> {
    let mut reasons = Vec::new();
    if row.as_slice().len() > ROW_BYTES_MAX {
        return Err(vec!["Cette ligne est démesurée : un guillemet ouvert n’est sans doute jamais fermé.".into()]);
    }
    if row.len() != width {
        reasons.push(format!("{} valeurs pour {width} colonnes.", row.len()));
        return Err(reasons);
    }
    let value = |column| columns.get(&column).and_then(|place| row.get(*place)).unwrap_or("").trim();
    let subscriber = value(Column::Subscriber).to_owned();
    if subscriber.is_empty() {
        reasons.push("Il n’y a pas d’abonné.".to_owned());
    }
    let received = received(value(Column::Date), value(Column::Time), zone, &mut reasons);
    let kind = match fold::fold(value(Column::Kind)).as_str() {
        "" => Kind::Information,
        word => Kind::from_word(word).unwrap_or_else(|| {
            let accepted = "message, rendez-vous, visite, sms, fax";
            reasons.push(format!("Type {} inconnu : on attend {accepted}.", quoted(value(Column::Kind))));
            Kind::Information
        }),
    };
    let urgent = yes(value(Column::Urgent), "Urgent", &mut reasons);
    let archived = match fold::fold(value(Column::State)).as_str() {
        "" | "en attente" | "attente" | "non archive" => false,
        "archive" | "archivee" => true,
        _ => {
            reasons.push(format!(
                "État {} inconnu : on attend « en attente » ou « archivé ».",
                quoted(value(Column::State))
            ));
            false
        }
    };
    let appointment = appointment(&value, &mut reasons);
    let text = |column| value(column).to_owned();
    let message = NewMessage {
        received: received.unwrap_or(Instant(0)),
        kind,
        urgent,
        caller: Caller {
            civility: text(Column::Civility),
            last_name: text(Column::LastName),
            first_name: text(Column::FirstName),
            address: text(Column::Address),
            postal_code: text(Column::PostalCode),
            town: text(Column::Town),
            phone: Phone::read(value(Column::Phone)),
            email: text(Column::Email),
        },
        subject: text(Column::Subject),
        text: text(Column::Text),
        appointment,
        taken_by: text(Column::TakenBy),
        taken_by_person: None,
        contact: None,
        appointment_id: None,
    };
    match message.checked() {
        Ok(message) if reasons.is_empty() => Ok((subscriber, message, archived)),
        Ok(_) => Err(reasons),
        Err(Error::Invalid(problems)) => {
            reasons.extend(problems.iter().map(|problem| problem.sentence.clone()));
            Err(reasons)
        }
        Err(other) => {
            reasons.push(other.to_string());
            Err(reasons)
        }
    }
}

fn received(date: &str, hour: &str, zone: Zone, reasons: &mut Vec<String>) -> Option<Instant> {
    let day = time::parse_date(date);
    let clock = time::parse_time(hour);
    if day.is_none() {
        reasons.push(format!("Date {} illisible : on attend par exemple 16/08/2026.", quoted(date)));
    }
    if clock.is_none() {
        reasons.push(format!("Heure {} illisible : on attend par exemple 09:15.", quoted(hour)));
    }
    let instant = zone.instant(day?.and_time(clock?));
    if instant.is_none() {
        reasons.push(format!("Le {date} à {hour} n’existe pas : c’est l’heure que le passage à l’heure d’été saute."));
    }
    instant
}

fn appointment<'r>(value: &impl Fn(Column) -> &'r str, reasons: &mut Vec<String>) -> Option<AppointmentNote> {
    let (date, hour) = (value(Column::AppointmentDate), value(Column::AppointmentTime));
    let day = time::parse_date(date);
    if day.is_none() && !date.is_empty() {
        reasons.push(format!("Date du RDV {} illisible.", quoted(date)));
    }
    let clock = time::parse_time(hour);
    if clock.is_none() && !hour.is_empty() {
        reasons.push(format!("Heure du RDV {} illisible.", quoted(hour)));
    }
    let note = AppointmentNote {
        day: day.map(Into::into),
        minute: clock.map(|clock| (clock.hour() * 60 + clock.minute()) as u16),
        reason: value(Column::Reason).to_owned(),
        new_patient: yes(value(Column::NewPatient), "Nouveau patient", reasons),
    };
    (note != AppointmentNote::default()).then_some(note)
}

fn yes(word: &str, what: &str, reasons: &mut Vec<String>) -> bool {
    match fold::fold(word).as_str() {
        "oui" | "o" | "1" | "x" | "vrai" | "true" => true,
        "" | "non" | "n" | "0" | "faux" | "false" => false,
        _ => {
            reasons.push(format!("{what} vaut {} : on attend « oui » ou « non ».", quoted(word)));
            false
        }
    }
}

fn quoted(value: &str) -> String {
    let mut short: String = value.chars().take(QUOTED_CHARS_MAX).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    format!("« {short} »")
}
