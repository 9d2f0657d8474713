//! A plain CSV of another secretariat: abonnés, contacts, messages or appointments, each row with the abonné it belongs to.
//! Columns are guessed by their names, and a person may correct them. Pure.
//!
//! Contacts and messages are read by their own rooms' readers, from the same rows under names that those know.

use super::{AgendaEntry, BadRow, Kind as Entry, Parcel, Practice};
use crate::agenda::model::{Kind, Minute, NewAppointment};
use crate::base::sheet::{self, LineCounter, ROW_BYTES_MAX, column_name, plain};
use crate::base::{Phone, Zone, fold, french, secret, time};
use crate::contacts::import as contacts;
use crate::messages::import as messages;
use crate::subscribers::model::NewSubscriber;
use chrono::NaiveDate;
use csv::StringRecord;
use std::collections::BTreeMap;

/// More rows are several offices.
const ROWS_MAX: usize = 200_000;
/// Columns that can be chosen.
pub const COLUMNS_MAX: usize = 60;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Ignored,
    Subscriber,
    Trade,
    Line,
    Civility,
    LastName,
    FirstName,
    Birth,
    Address,
    PostalCode,
    Town,
    Phone,
    Email,
    Notes,
    Date,
    Time,
    Minutes,
    Reason,
    Visit,
    Kind,
    Urgent,
    Subject,
    Text,
    TakenBy,
    State,
}

/// Every column: the word of forms, what the select shows (which is also a name that other readers know), its names, folded.
const ALL: [(Column, &str, &str, &[&str]); 25] = [
    (Column::Ignored, "ignorer", "(laisser de côté)", &[]),
    (
        Column::Subscriber,
        "abonne",
        "Abonné",
        &["abonne", "cabinet", "client du secretariat", "compte", "praticien", "nom abonne"],
    ),
    (Column::Trade, "metier", "Métier", &["metier", "profession", "specialite", "activite"]),
    (Column::Line, "ligne", "Ligne", &["ligne", "numero de ligne", "sda", "numero appele"]),
    (Column::Civility, "civilite", "Civilité", &["civilite", "civ", "titre"]),
    (Column::LastName, "nom", "Nom", &["nom", "nom de famille", "nom patient", "nom client", "patient"]),
    (Column::FirstName, "prenom", "Prénom", &["prenom", "prenom patient", "prenom client"]),
    (Column::Birth, "naissance", "Date de naissance", &["date de naissance", "naissance", "ne e le", "ddn"]),
    (Column::Address, "adresse", "Adresse", &["adresse", "rue", "voie"]),
    (Column::PostalCode, "code-postal", "Code postal", &["code postal", "cp"]),
    (Column::Town, "ville", "Ville", &["ville", "commune"]),
    (Column::Phone, "telephone", "Téléphone", &["telephone", "tel", "portable", "mobile", "numero de telephone"]),
    (Column::Email, "email", "E-mail", &["e mail", "email", "mail", "courriel"]),
    (Column::Notes, "notes", "Notes", &["notes", "note", "remarques", "commentaire"]),
    (Column::Date, "date", "Date", &["date", "jour", "date appel", "date du rdv", "date rdv"]),
    (Column::Time, "heure", "Heure", &["heure", "heure appel", "heure du rdv", "heure rdv", "debut"]),
    (Column::Minutes, "duree", "Durée", &["duree", "duree minutes", "duree en minutes", "minutes"]),
    (Column::Reason, "motif", "Motif", &["motif", "raison"]),
    (Column::Visit, "visite", "Visite", &["visite", "a domicile", "domicile"]),
    (Column::Kind, "type", "Type", &["type", "nature"]),
    (Column::Urgent, "urgent", "Urgent", &["urgent", "urgence"]),
    (Column::Subject, "objet", "Objet", &["objet", "sujet"]),
    (Column::Text, "texte", "Texte", &["texte", "message", "contenu"]),
    (Column::TakenBy, "pris-par", "Pris par", &["pris par", "secretaire", "operatrice"]),
    (Column::State, "etat", "État", &["etat", "statut"]),
];

impl Column {
    pub fn all() -> impl Iterator<Item = Column> {
        ALL.iter().map(|(column, ..)| *column)
    }

    /// The word of forms.
    pub fn word(self) -> &'static str {
        ALL.iter().find(|(column, ..)| *column == self).map_or("", |(_, word, ..)| word)
    }

    pub fn label(self) -> &'static str {
        ALL.iter().find(|(column, ..)| *column == self).map_or("", |(_, _, label, _)| label)
    }

    pub fn from_word(word: &str) -> Option<Column> {
        ALL.iter().find(|(_, known, ..)| *known == word).map(|(column, ..)| *column)
    }
}

/// A column of the file, with what it is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guessed {
    pub name: String,
    /// The first value in it.
    pub sample: String,
    pub column: Column,
}

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    Subscribers,
    Contacts,
    Messages,
    Appointments,
}

struct Sheet {
    columns: Vec<Guessed>,
    /// With the line at which each begins.
    rows: Vec<(u64, StringRecord)>,
}

/// Reads a file; `chosen` is what a person said of its columns, by their place. `Err` is a French sentence.
pub fn read(bytes: &[u8], chosen: &[Option<Column>], zone: Zone, today: NaiveDate) -> Result<Parcel, String> {
    let text = sheet::decoded(bytes);
    if text.contains('\0') || bytes.starts_with(b"PK") {
        let known = "un dossier de Permanence (zip), une sauvegarde d’Easy!Appointments (SQL, ou ses tables en CSV dans un zip), un tableau CSV";
        return Err(format!("Ce fichier n’est rien de ce qui se reprend ici : {known}."));
    }
    let mut parcel = Parcel { software: "tableau CSV", source: "tableau".into(), ..Parcel::default() };
    let sheet = Sheet::of(&text, chosen, &mut parcel.bad)?;
    let has = |column| sheet.place(column).is_some();
    if !has(Column::Subscriber) {
        let sentence =
            "Aucune colonne n’est prise pour l’abonné : dites ci-dessous laquelle l’est, puis mettez l’aperçu à jour.";
        return Ok(Parcel { problem: Some(sentence.into()), columns: sheet.columns, ..parcel });
    }
    let rows = match () {
        () if has(Column::Text) || has(Column::Subject) => Rows::Messages,
        () if has(Column::Date) && has(Column::Time) => Rows::Appointments,
        () if has(Column::LastName) || has(Column::FirstName) => Rows::Contacts,
        () => Rows::Subscribers,
    };
    match rows {
        Rows::Messages => {
            // Its reader says which column it misses.
            if let Err(why) = sheet.messages(zone, &mut parcel) {
                parcel.problem = Some(format!("Ces messages ne se lisent pas : {why}."));
            }
        }
        _ => sheet.by_subscriber(rows, zone, today, &mut parcel)?,
    }
    parcel.columns = sheet.columns;
    Ok(parcel)
}

impl Sheet {
    fn of(text: &str, chosen: &[Option<Column>], bad: &mut Vec<BadRow>) -> Result<Sheet, String> {
        let header = text.lines().next().unwrap_or_default();
        if header.trim().is_empty() {
            return Err("Ce fichier est vide, ou sa première ligne ne nomme pas les colonnes.".into());
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(sheet::delimiter(header))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut lines = LineCounter::new(text);
        let mut rows = Vec::new();
        for record in reader.records() {
            let Ok(record) = record else {
                bad.push(BadRow { place: "Une ligne".into(), reasons: vec!["Elle est illisible.".into()] });
                continue;
            };
            let line = record.position().map_or(0, |position| lines.at(position.byte() as usize));
            if record.as_slice().len() > ROW_BYTES_MAX {
                let reason = "Cette ligne est démesurée : un guillemet ouvert n’est sans doute jamais fermé.";
                bad.push(BadRow { place: place(line), reasons: vec![reason.into()] });
            } else if !record.iter().all(|value| value.trim().is_empty()) {
                rows.push((line, record));
            }
            if rows.len() > ROWS_MAX {
                return Err(format!("Ce fichier a plus de {} lignes : partagez-le.", french::grouped(ROWS_MAX as u64)));
            }
        }
        if rows.is_empty() {
            return Err("Ce fichier n’a aucune ligne.".into());
        }
        let (_, names) = rows.remove(0);
        let mut columns: Vec<Guessed> = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let folded = column_name(name);
            let known =
                ALL.iter().find(|(_, _, _, names)| names.contains(&folded.as_str())).map(|(column, ..)| *column);
            let guessed = known.filter(|column| !columns.iter().any(|other| other.column == *column));
            let column = chosen.get(at).copied().flatten().or(guessed).unwrap_or(Column::Ignored);
            let sample = rows.iter().filter_map(|(_, row)| row.get(at)).find(|value| !value.trim().is_empty());
            let sample = sample.unwrap_or_default().trim().chars().take(60).collect();
            columns.push(Guessed { name: name.trim().to_owned(), sample, column });
        }
        Ok(Sheet { columns, rows })
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|one| one.column == column)
    }

    fn value<'r>(&self, row: &'r StringRecord, column: Column) -> &'r str {
        self.place(column).and_then(|place| row.get(place)).map(plain).unwrap_or_default().trim()
    }

    /// Some rows again, under names that every reader knows, and the line at which each began: by its line here.
    fn renamed(&self, rows: &[&(u64, StringRecord)], without: &[Column]) -> (Vec<u8>, BTreeMap<u64, u64>) {
        let kept: Vec<(usize, &'static str)> = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, one)| one.column != Column::Ignored && !without.contains(&one.column))
            .map(|(at, one)| (at, one.column.label()))
            .collect();
        let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        // Writing into memory does not fail.
        let _ = out.write_record(kept.iter().map(|(_, label)| *label));
        let mut lines = BTreeMap::new();
        let mut line = 2;
        for (original, row) in rows {
            lines.insert(line, *original);
            let values: Vec<&str> = kept.iter().map(|(at, _)| row.get(*at).map(plain).unwrap_or_default()).collect();
            line += 1 + values.iter().map(|value| value.matches('\n').count() as u64).sum::<u64>();
            let _ = out.write_record(values);
        }
        (out.into_inner().unwrap_or_default(), lines)
    }

    fn messages(&self, zone: Zone, parcel: &mut Parcel) -> Result<(), String> {
        let all: Vec<&(u64, StringRecord)> = self.rows.iter().collect();
        let (bytes, lines) = self.renamed(&all, &[]);
        let file = messages::read(&bytes, zone)?;
        let at = |line: u64| place(lines.get(&line).copied().unwrap_or(line));
        parcel.bad.extend(file.bad.into_iter().map(|bad| BadRow { place: at(bad.line), reasons: bad.reasons }));
        for call in file.calls {
            let found = self.practice(&call.subscriber_name.clone(), zone, parcel);
            match found {
                Ok(practice) => practice.calls.push(call),
                Err(why) => parcel.bad.push(BadRow { place: at(call.line), reasons: vec![why] }),
            }
        }
        Ok(())
    }

    fn by_subscriber(&self, rows: Rows, zone: Zone, today: NaiveDate, parcel: &mut Parcel) -> Result<(), String> {
        let mut of_each: BTreeMap<Vec<String>, Vec<&(u64, StringRecord)>> = BTreeMap::new();
        for one in &self.rows {
            let name = self.value(&one.1, Column::Subscriber);
            if name.is_empty() {
                parcel.bad.push(BadRow { place: place(one.0), reasons: vec!["Il n’y a pas d’abonné.".into()] });
            } else {
                of_each.entry(fold::words(name)).or_default().push(one);
            }
        }
        for of_one in of_each.into_values() {
            let Some((line, first)) = of_one.first() else { continue };
            let name = self.value(first, Column::Subscriber).to_owned();
            if let Err(why) = self.practice(&name, zone, parcel) {
                parcel.bad.push(BadRow { place: place(*line), reasons: vec![why] });
                continue;
            }
            match rows {
                Rows::Contacts => self.contacts(&name, &of_one, zone, today, parcel)?,
                Rows::Appointments => self.appointments(&name, &of_one, zone, parcel),
                Rows::Subscribers | Rows::Messages => self.settings(&name, first, *line, zone, parcel),
            }
        }
        Ok(())
    }

    /// The abonné of a name, made when it is first named.
    fn practice<'p>(&self, name: &str, zone: Zone, parcel: &'p mut Parcel) -> Result<&'p mut Practice, String> {
        let mark = fold::words(name).join(" ");
        let at = match parcel.practices.iter().position(|one| one.mark == mark) {
            Some(at) => at,
            None => {
                let new = NewSubscriber { zone, ..NewSubscriber::named(name) };
                let settings = new.checked().map_err(|cause| cause.to_string())?;
                parcel.practices.push(Practice {
                    mark,
                    settings,
                    by_name: true,
                    week: Vec::new(),
                    cards: Vec::new(),
                    entries: Vec::new(),
                    calls: Vec::new(),
                });
                parcel.practices.len() - 1
            }
        };
        Ok(&mut parcel.practices[at])
    }

    fn settings(&self, name: &str, row: &StringRecord, line: u64, zone: Zone, parcel: &mut Parcel) {
        let lines = [Column::Line, Column::Phone].map(|column| self.value(row, column));
        let new = NewSubscriber {
            trade: self.value(row, Column::Trade).to_owned(),
            town: self.value(row, Column::Town).to_owned(),
            lines: lines.iter().filter(|number| !number.is_empty()).map(|number| Phone::read(number)).collect(),
            zone,
            ..NewSubscriber::named(name)
        };
        match new.checked() {
            Ok(settings) => {
                if let Ok(practice) = self.practice(name, zone, parcel) {
                    practice.settings = settings;
                }
            }
            Err(cause) => parcel.bad.push(BadRow { place: place(line), reasons: vec![cause.to_string()] }),
        }
    }

    fn contacts(
        &self,
        name: &str,
        rows: &[&(u64, StringRecord)],
        zone: Zone,
        today: NaiveDate,
        parcel: &mut Parcel,
    ) -> Result<(), String> {
        let (bytes, lines) = self.renamed(rows, &[Column::Subscriber]);
        let file = contacts::read(&bytes, &[], today)?;
        let at = |line: u64| lines.get(&line).copied().unwrap_or(line);
        parcel.bad.extend(file.bad.into_iter().map(|bad| BadRow { place: place(at(bad.line)), reasons: bad.reasons }));
        let practice = self.practice(name, zone, parcel)?;
        for mut row in file.rows {
            row.line = at(row.line);
            practice.cards.push((format!("{:032x}", secret::digest128(format!("{:?}", row.card).as_bytes())), row));
        }
        Ok(())
    }

    fn appointments(&self, name: &str, rows: &[&(u64, StringRecord)], zone: Zone, parcel: &mut Parcel) {
        for (line, row) in rows {
            let made = self.appointment(row, zone);
            let (new, start) = match made {
                Ok(made) => made,
                Err(reasons) => {
                    parcel.bad.push(BadRow { place: place(*line), reasons });
                    continue;
                }
            };
            let mark = format!("rendez-vous {name} {} {}", start.rfc3339(), new.label());
            let what = Entry::Appointment { new: Box::new(new), card: None, start };
            if let Ok(practice) = self.practice(name, zone, parcel) {
                practice.entries.push(AgendaEntry { mark, place: place(*line), what });
            }
        }
    }

    fn appointment(
        &self,
        row: &StringRecord,
        zone: Zone,
    ) -> Result<(NewAppointment, crate::base::Instant), Vec<String>> {
        let value = |column| self.value(row, column);
        let mut reasons = Vec::new();
        let date = time::parse_date(value(Column::Date));
        if date.is_none() {
            reasons.push(format!("La date « {} » ne se lit pas.", value(Column::Date)));
        }
        let clock = time::parse_time(value(Column::Time));
        if clock.is_none() {
            reasons.push(format!("L’heure « {} » ne se lit pas.", value(Column::Time)));
        }
        let minutes: String = value(Column::Minutes).chars().filter(char::is_ascii_digit).collect();
        let minutes = if minutes.is_empty() { Some(15) } else { minutes.parse().ok() };
        if minutes.is_none() {
            reasons.push("La durée ne se lit pas.".into());
        }
        let (Some(date), Some(clock), Some(minutes)) = (date, clock, minutes) else { return Err(reasons) };
        let Some(start) = zone.instant(date.and_time(clock)) else {
            return Err(vec!["Cette heure n’existe pas : les horloges avancent ce jour-là.".into()]);
        };
        let visit = !["", "non", "0", "n"].contains(&fold::fold(value(Column::Visit)).as_str())
            || fold::fold(value(Column::Kind)).starts_with("visite");
        let new = NewAppointment {
            kind: if visit { Kind::Visit } else { Kind::Consultation },
            last_name: value(Column::LastName).to_owned(),
            first_name: value(Column::FirstName).to_owned(),
            phone: Phone::read(value(Column::Phone)),
            reason: value(Column::Reason).to_owned(),
            address: if visit { value(Column::Address).to_owned() } else { String::new() },
            note: value(Column::Notes).to_owned(),
            ..NewAppointment::at(date, Minute::of(clock), minutes)
        };
        new.checked().map(|new| (new, start)).map_err(|cause| vec![cause.to_string()])
    }
}

fn place(line: u64) -> String {
    format!("Ligne {line}")
}
