//! Cards from another software's file: read, compared with the cards that are there, and only then written.
//!
//! - `columns`: a spreadsheet's columns, guessed by their names and by what is in them; a person may correct them.
//! - `read` here: bytes in, cards out; what can't be read is a bad row with its line and a reason, never a guess.
//! - `plan`: which of them are new, and which double a card or an earlier row.

pub mod columns;
pub mod plan;

use super::model::NewContact;
use super::vcard;
use crate::base::sheet::{self, LineCounter, ROW_BYTES_MAX};
use crate::error::Error;
use chrono::NaiveDate;
use columns::{Column, Table};

/// A file is read whole; 100,000 cards of an office are some 12 MB. What a browser may send, and the command line too.
pub const FILE_BYTES_MAX: u64 = crate::base::limits::UPLOAD_BYTES_MAX;
/// More rows are several offices.
pub const ROWS_MAX: usize = 200_000;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Vcard,
}

/// A card of a file, with the line at which it begins, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub card: NewContact,
}

/// A row that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    pub line: u64,
    /// French sentences.
    pub reasons: Vec<String>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub format: Format,
    /// « Windows-1252 ».
    pub encoding: &'static str,
    /// What each column of a spreadsheet is taken for; none for vCards.
    pub table: Option<Table>,
    pub rows: Vec<Row>,
    pub bad: Vec<BadRow>,
}

/// Reads a file; `chosen` is what a person said of its columns, by their place. `Err` is a French sentence: the file as a
/// whole can't be read.
pub fn read(bytes: &[u8], chosen: &[Option<Column>], today: NaiveDate) -> Result<File, String> {
    let encoding = sheet::encoding(bytes);
    let text = sheet::decoded(bytes);
    if vcard::is_vcard(&text) {
        return Ok(of_vcards(&text, encoding, today));
    }
    if text.contains('\0') {
        return Err("Ce fichier n’est ni un tableau CSV ni une suite de fiches vCard. Dans votre tableur, choisissez \
            « Enregistrer sous », puis le type « CSV »."
            .into());
    }
    if text.trim().is_empty() {
        return Err("Ce fichier est vide.".into());
    }
    of_csv(&text, encoding, chosen, today)
}

fn of_vcards(text: &str, encoding: &'static str, today: NaiveDate) -> File {
    let mut file = File { format: Format::Vcard, encoding, table: None, rows: Vec::new(), bad: Vec::new() };
    for read in vcard::read(text, today).into_iter().take(ROWS_MAX) {
        file.take(read.line, read.card, Vec::new(), today);
    }
    file
}

fn of_csv(text: &str, encoding: &'static str, chosen: &[Option<Column>], today: NaiveDate) -> Result<File, String> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(sheet::delimiter(first))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = LineCounter::new(text);
    let mut records = Vec::new();
    let mut bad = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else {
            bad.push(BadRow { line: 0, reasons: vec!["Cette ligne est illisible.".into()] });
            continue;
        };
        if records.len() > ROWS_MAX {
            return Err(format!(
                "Ce fichier a plus de {} lignes : partagez-le.",
                crate::base::french::grouped(ROWS_MAX as u64)
            ));
        }
        let line = record.position().map_or(0, |position| lines.at(position.byte() as usize));
        if !record.iter().all(|value| value.trim().is_empty()) {
            records.push((line, record));
        }
    }
    let table = Table::guess(records.iter().map(|(_, record)| record), chosen);
    let mut file = File { format: Format::Csv, encoding, rows: Vec::new(), bad, table: None };
    for (line, record) in records.iter().skip(usize::from(table.has_header)) {
        if record.as_slice().len() > ROW_BYTES_MAX {
            let reason = "Cette ligne est démesurée : un guillemet ouvert n’est sans doute jamais fermé.";
            file.bad.push(BadRow { line: *line, reasons: vec![reason.into()] });
            continue;
        }
        let (card, reasons) = table.card(record, today);
        file.take(*line, card, reasons, today);
    }
    file.table = Some(table);
    Ok(file)
}

impl File {
    fn take(&mut self, line: u64, card: NewContact, mut reasons: Vec<String>, today: NaiveDate) {
        match card.checked(today) {
            Ok(card) if reasons.is_empty() => self.rows.push(Row { line, card }),
            Ok(_) => self.bad.push(BadRow { line, reasons }),
            Err(Error::Invalid(problems)) => {
                reasons.extend(problems.iter().map(|problem| problem.sentence.clone()));
                self.bad.push(BadRow { line, reasons });
            }
            Err(other) => {
                reasons.push(other.to_string());
                self.bad.push(BadRow { line, reasons });
            }
        }
    }
}
