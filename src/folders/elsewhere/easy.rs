//! Easy!Appointments (versions 1.0 to 1.6): a dump of its database, or its tables as CSV files in one zip. Pure.
//!
//! Each provider becomes an abonné with its working plan; its customers, those who ever had an appointment with it, become
//! its contacts; unavailabilities become absences. Times are the provider's own, as that software keeps them.

use super::sql::{self, Row, Table};
use super::{AgendaEntry, BadRow, FILE_BYTES_MAX, Kind, Parcel, Practice, civil};
use crate::agenda::absences::NewAbsence;
use crate::agenda::model::{self, Minute, NewAppointment, Opening, SLOT_MINUTES_MAX, SLOT_MINUTES_MIN};
use crate::agenda::week::{Period, Weeks};
use crate::base::{Phone, Zone, limits, sheet};
use crate::contacts::import::Row as CardRow;
use crate::contacts::model::{NewContact, PhoneLine};
use crate::error::Error;
use crate::subscribers::model::NewSubscriber;
use chrono::{NaiveDate, Timelike};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

/// Files of a zip that are looked at.
const FILES_MAX: usize = 200;
/// The numbers that its roles have from the start, for dumps without their table.
const ROLES: [(&str, &str); 2] = [("2", "provider"), ("3", "customer")];
/// Appointments of these states do not stand.
const DEAD: [&str; 6] = ["cancelled", "canceled", "annule", "annulee", "draft", "brouillon"];

/// Reads a file; `None` for what is none of this software's. `Err` is a French sentence.
pub fn read(bytes: &[u8], zone: Zone, today: NaiveDate) -> Option<Result<Parcel, String>> {
    let tables = match of_zip(bytes) {
        Some(tables) => tables,
        None => {
            let text = sheet::decoded(bytes);
            let dump = ["CREATE TABLE", "INSERT INTO"].iter().any(|word| text.contains(word));
            if !dump {
                return None;
            }
            sql::tables(&text)
        }
    };
    let tables = match tables {
        Ok(tables) => tables,
        Err(why) => return Some(Err(why)),
    };
    // « ea_users » or whatever was chosen in its place when it was installed.
    let prefix = tables.keys().find_map(|name| {
        let prefix = name.strip_suffix("appointments")?;
        tables.contains_key(&format!("{prefix}users")).then(|| prefix.to_owned())
    });
    let Some(prefix) = prefix else {
        let sentence = "Cette sauvegarde n’est pas celle d’Easy!Appointments : il y manque les tables « users » et « appointments ».";
        return Some(Err(sentence.into()));
    };
    Some(Office { tables, prefix, zone, today }.parcel())
}

/// The CSV files of a zip, each a table; `None` for what is no zip.
fn of_zip(bytes: &[u8]) -> Option<Result<BTreeMap<String, Table>, String>> {
    if !bytes.starts_with(b"PK") {
        return None;
    }
    let unreadable = || "Ce zip ne contient pas de fichiers CSV lisibles.".to_owned();
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Some(Err(unreadable())) };
    let mut tables = BTreeMap::new();
    let mut left = FILE_BYTES_MAX;
    for place in 0..zip.len().min(FILES_MAX) {
        let Ok(file) = zip.by_index(place) else { return Some(Err(unreadable())) };
        let name = file.name().map(|name| name.to_string()).unwrap_or_default();
        let Some(name) = name.rsplit('/').next().and_then(|name| name.strip_suffix(".csv")).map(str::to_owned) else {
            continue;
        };
        let mut text = Vec::new();
        if file.take(left + 1).read_to_end(&mut text).is_err() || text.len() as u64 > left {
            return Some(Err("Ce zip est abîmé, ou démesuré une fois décompressé.".into()));
        }
        left -= text.len() as u64;
        tables.insert(name, of_csv(&sheet::decoded(&text)));
    }
    Some(Ok(tables))
}

fn of_csv(text: &str) -> Table {
    let first = text.lines().next().unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(sheet::delimiter(first))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = sheet::LineCounter::new(text);
    let mut records = reader.records().filter_map(Result::ok);
    let columns = records.next().map(|names| names.iter().map(|name| name.trim().to_owned()).collect());
    let rows = records.map(|record| Row {
        line: record.position().map_or(0, |position| lines.at(position.byte() as usize)),
        // As phpMyAdmin and MariaDB write what is not there.
        values: record.iter().map(|value| (!["NULL", "\\N"].contains(&value)).then(|| value.to_owned())).collect(),
    });
    Table { rows: rows.collect(), columns: columns.unwrap_or_default() }
}

struct Office {
    tables: BTreeMap<String, Table>,
    prefix: String,
    zone: Zone,
    today: NaiveDate,
}

/// A row with the names of its columns.
#[derive(Clone, Copy)]
struct Line<'t> {
    table: &'t Table,
    row: &'t Row,
}

impl<'t> Line<'t> {
    /// What a column says; nothing for NULL and for columns of other versions.
    fn get(&self, column: &str) -> &'t str {
        let place = self.table.columns.iter().position(|name| name == column);
        place.and_then(|place| self.row.values.get(place)).and_then(Option::as_deref).unwrap_or_default().trim()
    }
}

impl Office {
    fn name(&self, table: &str) -> String {
        format!("{}{table}", self.prefix)
    }

    fn lines(&self, table: &str) -> impl Iterator<Item = Line<'_>> {
        self.tables
            .get(&self.name(table))
            .into_iter()
            .flat_map(|table| table.rows.iter().map(move |row| Line { table, row }))
    }

    fn place(&self, table: &str, line: Line<'_>) -> String {
        format!("{}, ligne {}", self.name(table), line.row.line)
    }

    fn parcel(&self) -> Result<Parcel, String> {
        let setting = |name: &str| {
            self.lines("settings")
                .find(|line| line.get("name") == name)
                .map(|line| line.get("value"))
                .unwrap_or_default()
        };
        let source = format!("easyappointments {} {}", setting("company_email"), setting("company_name"));
        let mut parcel = Parcel { software: "Easy!Appointments", source, ..Parcel::default() };
        let mut roles: BTreeMap<&str, &str> =
            self.lines("roles").map(|line| (line.get("id"), line.get("slug"))).collect();
        if roles.is_empty() {
            roles.extend(ROLES);
        }
        let is = |line: &Line<'_>, role: &str| roles.get(line.get("id_roles")).is_some_and(|slug| *slug == role);
        let users: Vec<Line<'_>> = self.lines("users").collect();
        let providers: Vec<Line<'_>> = users.iter().copied().filter(|line| is(line, "provider")).collect();
        let customers: BTreeMap<&str, Line<'_>> =
            users.iter().filter(|line| is(line, "customer")).map(|line| (line.get("id"), *line)).collect();
        if providers.is_empty() {
            return Err("Cette sauvegarde d’Easy!Appointments n’a aucun prestataire.".into());
        }
        for provider in &providers {
            let practice = self.practice(*provider, providers.len() == 1, &customers, &mut parcel.bad);
            parcel.practices.extend(practice);
        }
        self.left_out(&customers, &providers, &mut parcel);
        Ok(parcel)
    }

    /// What nobody of those who come knows.
    fn left_out(&self, customers: &BTreeMap<&str, Line<'_>>, providers: &[Line<'_>], parcel: &mut Parcel) {
        let known: BTreeSet<&str> = providers.iter().map(|line| line.get("id")).collect();
        let mut seen = BTreeSet::new();
        let mut dead = 0_u64;
        for line in self.lines("appointments") {
            seen.insert(line.get("id_users_customer"));
            dead += u64::from(is_dead(line));
            if !known.contains(line.get("id_users_provider")) {
                let reasons = vec!["Son prestataire n’est pas dans la sauvegarde.".to_owned()];
                parcel.bad.push(BadRow { place: self.place("appointments", line), reasons });
            }
        }
        let of_nobody = customers.keys().filter(|id| !seen.contains(*id)).count() as u64;
        for (count, one, several) in [
            (dead, "rendez-vous annulé ou en brouillon", "rendez-vous annulés ou en brouillon"),
            (
                if providers.len() > 1 { of_nobody } else { 0 },
                "client qui n’a jamais pris rendez-vous : on ne sait pas de qui il l’est",
                "clients qui n’ont jamais pris rendez-vous : on ne sait pas de qui ils le sont",
            ),
        ] {
            if count > 0 {
                parcel.left_out.push(crate::base::french::count(count, one, several));
            }
        }
    }

    /// A provider as an abonné.
    fn practice(
        &self,
        provider: Line<'_>,
        alone: bool,
        customers: &BTreeMap<&str, Line<'_>>,
        bad: &mut Vec<BadRow>,
    ) -> Option<Practice> {
        let id = provider.get("id");
        let zone = Zone::named(provider.get("timezone")).unwrap_or(self.zone);
        let name = format!("{} {}", provider.get("first_name"), provider.get("last_name"));
        let new = NewSubscriber { town: provider.get("city").to_owned(), zone, ..NewSubscriber::named(name.trim()) };
        let settings = match new.checked() {
            Ok(settings) => settings,
            Err(cause) => {
                bad.push(BadRow { place: self.place("users", provider), reasons: vec![cause.to_string()] });
                return None;
            }
        };
        let mut practice = Practice {
            mark: id.to_owned(),
            settings,
            by_name: false,
            week: self.week(id),
            cards: Vec::new(),
            entries: Vec::new(),
            calls: Vec::new(),
        };
        let mut wanted: BTreeSet<&str> = if alone { customers.keys().copied().collect() } else { BTreeSet::new() };
        for line in self.lines("appointments").filter(|line| line.get("id_users_provider") == id) {
            wanted.insert(line.get("id_users_customer"));
        }
        for (customer, line) in customers.iter().filter(|(customer, _)| wanted.contains(*customer)) {
            match card(*line).checked(self.today) {
                Ok(card) => practice.cards.push(((*customer).to_owned(), CardRow { line: line.row.line, card })),
                Err(cause) => bad.push(BadRow { place: self.place("users", *line), reasons: vec![cause.to_string()] }),
            }
        }
        for line in self.lines("appointments").filter(|line| line.get("id_users_provider") == id && !is_dead(*line)) {
            match self.entry(line, zone, customers) {
                Ok(what) => practice.entries.push(AgendaEntry {
                    mark: format!("rendez-vous {}", line.get("id")),
                    place: self.place("appointments", line),
                    what,
                }),
                Err(why) => bad.push(BadRow { place: self.place("appointments", line), reasons: vec![why] }),
            }
        }
        Some(practice)
    }

    fn entry(&self, line: Line<'_>, zone: Zone, customers: &BTreeMap<&str, Line<'_>>) -> Result<Kind, String> {
        let times = civil(line.get("start_datetime")).zip(civil(line.get("end_datetime")));
        let (start, end) = times.ok_or("Ses heures ne se lisent pas.")?;
        if ["is_unavailability", "is_unavailable"].iter().any(|column| line.get(column) == "1") {
            let new = NewAbsence {
                from: start.date(),
                from_minute: Minute::of(start.time()),
                until: end.date(),
                until_minute: Minute::of(end.time()),
                reason: line
                    .get("notes")
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .take(limits::NAME_CHARS_MAX)
                    .collect(),
            };
            return new.checked().map(Kind::Absence).map_err(|cause| cause.to_string());
        }
        let at = zone.instant(start).ok_or("Cette heure n’existe pas : les horloges avancent ce jour-là.")?;
        let seconds = zone.instant_at_or_after(end).ms_since(at) / 1000;
        let minutes =
            u16::try_from((seconds + 59) / 60).map_err(|_| "Il finit avant de commencer, ou bien plus tard.")?;
        let service = self.lines("services").find(|one| one.get("id") == line.get("id_services"));
        let customer = customers.get(line.get("id_users_customer"));
        let mut note = vec![line.get("notes")];
        note.push(line.get("location"));
        note.retain(|text| !text.is_empty());
        let new = NewAppointment {
            last_name: customer.map(|one| one.get("last_name")).unwrap_or_default().to_owned(),
            first_name: customer.map(|one| one.get("first_name")).unwrap_or_default().to_owned(),
            phone: customer
                .map(|one| card(*one).phones.into_iter().next().unwrap_or_default().phone)
                .unwrap_or_default(),
            reason: service.map(|one| one.get("name")).unwrap_or_default().to_owned(),
            note: note.join("\n"),
            ..NewAppointment::at(start.date(), Minute::of(start.time()), minutes)
        };
        let new = new.checked().map_err(|cause: Error| cause.to_string())?;
        let card = customer.map(|one| one.get("id").to_owned());
        Ok(Kind::Appointment { new: Box::new(new), card, start: at })
    }

    /// Its working plan as a typical week; none where it can't be read, and the usual one counts then.
    fn week(&self, provider: &str) -> Vec<Period> {
        const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let plan = self.lines("user_settings").find(|line| line.get("id_users") == provider);
        let plan = plan.map(|line| line.get("working_plan")).unwrap_or_default();
        let Ok(plan) = serde_json::from_str::<serde_json::Value>(plan) else { return Vec::new() };
        let offered = |service: &Line<'_>| {
            self.lines("services_providers")
                .any(|line| line.get("id_users") == provider && line.get("id_services") == service.get("id"))
        };
        let shortest =
            self.lines("services").filter(offered).filter_map(|line| line.get("duration").parse().ok()).min();
        let slot_minutes = shortest.unwrap_or(15).clamp(SLOT_MINUTES_MIN, SLOT_MINUTES_MAX);
        let minute = |value: &serde_json::Value| {
            let clock = crate::base::time::parse_time(value.as_str()?)?;
            Some(Minute::at(clock.hour() as u16, clock.minute() as u16))
        };
        let mut periods = Vec::new();
        for (weekday, day) in (0..).zip(DAYS) {
            let day = &plan[day];
            let mut add = |span: &serde_json::Value, opening| {
                if let (Some(from), Some(to)) = (minute(&span["start"]), minute(&span["end"])) {
                    periods.push(Period { weekday, weeks: Weeks::Every, from, to, opening, slot_minutes });
                }
            };
            add(day, Opening::Worked(model::Kind::Consultation));
            day["breaks"].as_array().into_iter().flatten().for_each(|pause| add(pause, Opening::Unworked));
        }
        periods
    }
}

fn is_dead(line: Line<'_>) -> bool {
    let state = crate::base::fold::fold(line.get("status"));
    DEAD.contains(&state.as_str())
}

fn card(line: Line<'_>) -> NewContact {
    let numbers = [("portable", "mobile_number"), ("", "phone_number")];
    NewContact {
        last_name: line.get("last_name").to_owned(),
        first_name: line.get("first_name").to_owned(),
        address: line.get("address").to_owned(),
        postal_code: line.get("zip_code").to_owned(),
        town: line.get("city").to_owned(),
        email: line.get("email").to_owned(),
        notes: line.get("notes").to_owned(),
        phones: numbers
            .iter()
            .filter(|(_, column)| !line.get(column).is_empty())
            .map(|(word, column)| PhoneLine { word: (*word).to_owned(), phone: Phone::read(line.get(column)) })
            .collect(),
        ..NewContact::default()
    }
}
