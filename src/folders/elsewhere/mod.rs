//! What comes from other software: its abonnés with their contacts, appointments and messages, in one shape whatever it was
//! read from; shown first, written whole or not at all, and never twice.
//!
//! Never here: a table of ours. Cards, appointments and messages are written by the same functions as every import.

pub mod easy;
pub mod sql;
pub mod table;
pub mod view;

use super::store;
use crate::agenda::absences::NewAbsence;
use crate::agenda::ics::{Event, Span};
use crate::agenda::import::{self, Becomes, Planned, Refusal};
use crate::agenda::model::{Actor, NewAppointment};
use crate::agenda::week::{self, Period, TypicalWeek};
use crate::base::{ContactId, Instant, SubscriberId, Zone, fold, french, secret, time};
use crate::contacts::import::Row;
use crate::contacts::import::plan::{self as cards, Fate};
use crate::contacts::model::{By, What as CardWas};
use crate::contacts::store as contacts;
use crate::error::{Error, Result};
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::messages::import::ImportedCall;
use crate::messages::store as messages;
use crate::people::Person;
use crate::store::{Reads, Write};
use crate::subscribers::model::NewSubscriber;
use crate::subscribers::{Side, Subscriber, store as subscribers};
use chrono::NaiveDate;
use std::collections::HashMap;

/// A file with all of it is read whole: what a browser may send, and more by the command line.
pub const FILE_BYTES_MAX: u64 = 200 * 1024 * 1024;
/// Rejected rows that are listed; a file of another kind would fill the screen.
pub const LISTED_MAX: usize = 200;

/// All that another software holds.
#[derive(Debug, Clone, Default)]
pub struct Parcel {
    /// « Easy!Appointments », « tableau CSV ».
    pub software: &'static str,
    /// What tells rows of one source from those of another.
    pub source: String,
    pub practices: Vec<Practice>,
    pub bad: Vec<BadRow>,
    /// Sentences about what stays behind on purpose.
    pub left_out: Vec<String>,
    /// A sentence on why nothing can be read until a column is corrected.
    pub problem: Option<String>,
    /// A spreadsheet's columns, to be corrected.
    pub columns: Vec<table::Guessed>,
}

/// One of its abonnés.
#[derive(Debug, Clone)]
pub struct Practice {
    /// What it is called there, for good.
    pub mark: String,
    pub settings: NewSubscriber,
    /// Goes into an abonné of that name where there is one.
    pub by_name: bool,
    pub week: Vec<Period>,
    pub cards: Vec<(String, Row)>,
    pub entries: Vec<AgendaEntry>,
    pub calls: Vec<ImportedCall>,
}

/// Something of an agenda.
#[derive(Debug, Clone)]
pub struct AgendaEntry {
    pub mark: String,
    pub place: String,
    pub what: Kind,
}

/// What it is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// With the mark of the card it is for, and when it starts.
    Appointment {
        new: Box<NewAppointment>,
        card: Option<String>,
        start: Instant,
    },
    Absence(NewAbsence),
}

/// A row that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// « ea_appointments, ligne 12 ».
    pub place: String,
    pub reasons: Vec<String>,
}

/// What would become of an abonné of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    pub name: String,
    /// The abonné that it goes into, if it is here.
    pub known: Option<SubscriberId>,
    pub cards: u64,
    pub appointments: u64,
    pub absences: u64,
    pub messages: u64,
    /// Rows that came before, or are there already.
    pub already: u64,
    /// What its agenda can't take, with why.
    pub conflicts: Vec<BadRow>,
}

impl Share {
    pub fn is_empty(&self) -> bool {
        self.known.is_some() && self.cards + self.appointments + self.absences + self.messages == 0
    }

    /// « 12 fiches contact, 30 rendez-vous, 2 absences »; « rien ».
    pub fn in_words(&self) -> String {
        let parts: Vec<String> = [
            (self.cards, "fiche contact", "fiches contact"),
            (self.appointments, "rendez-vous", "rendez-vous"),
            (self.absences, "absence", "absences"),
            (self.messages, "message", "messages"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, several)| french::count(count, one, several))
        .collect();
        if parts.is_empty() { "rien".into() } else { parts.join(", ") }
    }
}

/// Reads a file of another software, whichever it is. `Err` is a French sentence.
pub fn read(bytes: &[u8], chosen: &[Option<table::Column>], zone: Zone, today: NaiveDate) -> Result<Parcel> {
    let parcel = match easy::read(bytes, zone, today) {
        Some(read) => read,
        None => table::read(bytes, chosen, zone, today),
    };
    parcel.map_err(super::read::refused)
}

fn existing(tx: &impl Reads, parcel: &Parcel, practice: &Practice) -> Result<Option<Subscriber>> {
    if let Some(id) = store::row(tx, &parcel.source, &format!("abonné {}", practice.mark))?
        && let Some(found) = subscribers::subscriber(tx, SubscriberId(id))?
    {
        return Ok(Some(found));
    }
    if practice.by_name { subscribers::by_name(tx, &practice.settings.name) } else { Ok(None) }
}

/// What would become of each abonné of a file, in their order.
pub fn plan(tx: &impl Reads, parcel: &Parcel, now: Instant) -> Result<Vec<Share>> {
    let mut names: Vec<Vec<String>> = subscribers::all(tx)?.iter().map(|one| fold::words(&one.name)).collect();
    let mut shares = Vec::new();
    for practice in &parcel.practices {
        let known = existing(tx, parcel, practice)?;
        let name = match &known {
            Some(one) => one.name.clone(),
            None => free_name(&practice.settings.name, &mut names),
        };
        // Nobody has this number, so that nothing is found for who is not here yet.
        let nobody = || practice.settings.clone().into_subscriber(SubscriberId(u64::MAX));
        let subscriber = known.clone().unwrap_or_else(nobody);
        let mut share = Share { name, known: known.map(|one| one.id), ..Share::default() };
        let fresh = new_cards(tx, parcel, practice, &subscriber)?;
        share.cards = fresh.len() as u64;
        share.already = practice.cards.len() as u64 - share.cards;
        for one in planned(tx, parcel, practice, &subscriber, &HashMap::new(), now)? {
            match one.becomes {
                Becomes::Appointment(_) => share.appointments += 1,
                Becomes::Absence(_) => share.absences += 1,
                Becomes::Nothing(Refusal::Known | Refusal::Transparent) => share.already += 1,
                Becomes::Nothing(Refusal::Taken(who)) => {
                    share
                        .conflicts
                        .push(BadRow { place: one.event.uid, reasons: vec![format!("Ce temps est pris par {who}.")] });
                }
                Becomes::Nothing(Refusal::Bad(why)) => {
                    share.conflicts.push(BadRow { place: one.event.uid, reasons: vec![why] });
                }
            }
        }
        for call in &practice.calls {
            let known = messages::is_imported(tx, subscriber.id, call.fingerprint)?;
            *if known { &mut share.already } else { &mut share.messages } += 1;
        }
        shares.push(share);
    }
    Ok(shares)
}

fn free_name(name: &str, taken: &mut Vec<Vec<String>>) -> String {
    let mut number = 1;
    loop {
        let tried = if number == 1 { name.to_owned() } else { format!("{name} ({number})") };
        let words = fold::words(&tried);
        if !taken.contains(&words) {
            taken.push(words);
            return tried;
        }
        number += 1;
    }
}

/// The cards that neither came before nor double one that is there, with their marks.
fn new_cards<'p>(
    tx: &impl Reads,
    parcel: &Parcel,
    practice: &'p Practice,
    subscriber: &Subscriber,
) -> Result<Vec<&'p (String, Row)>> {
    let mut fresh = Vec::new();
    for one in &practice.cards {
        if card_here(tx, parcel, practice, &one.0, subscriber)?.is_none() {
            fresh.push(one);
        }
    }
    if !practice.by_name {
        return Ok(fresh);
    }
    let rows: Vec<Row> = fresh.iter().map(|(_, row)| row.clone()).collect();
    let fates = cards::fates(tx, subscriber.id, &rows)?;
    Ok(fresh.into_iter().zip(fates).filter(|(_, fate)| *fate == Fate::New).map(|(one, _)| one).collect())
}

fn card_here(
    tx: &impl Reads,
    parcel: &Parcel,
    practice: &Practice,
    mark: &str,
    subscriber: &Subscriber,
) -> Result<Option<ContactId>> {
    let Some(id) = store::row(tx, &parcel.source, &card_mark(practice, mark, subscriber))? else { return Ok(None) };
    Ok(contacts::contact(tx, subscriber.id, ContactId(id))?.map(|card| card.id))
}

/// An abonné that was deleted takes what is remembered of its cards along: its number is in their marks.
fn card_mark(practice: &Practice, mark: &str, subscriber: &Subscriber) -> String {
    format!("fiche {} {} {mark}", subscriber.id, practice.mark)
}

/// What becomes of each entry of the agenda, with the cards that they are for.
fn planned(
    tx: &impl Reads,
    parcel: &Parcel,
    practice: &Practice,
    subscriber: &Subscriber,
    of_cards: &HashMap<String, ContactId>,
    now: Instant,
) -> Result<Vec<Planned>> {
    let mut before = Vec::new();
    let mut all = Vec::new();
    for entry in &practice.entries {
        let fingerprint = secret::digest128(format!("{}\n{}", parcel.source, entry.mark).as_bytes());
        let becomes = if import::is_known(tx, subscriber, fingerprint)? {
            Becomes::Nothing(Refusal::Known)
        } else {
            match &entry.what {
                Kind::Absence(new) => Becomes::Absence(new.clone()),
                Kind::Appointment { new, card, start } => {
                    let mut new = (**new).clone();
                    new.contact = card.as_ref().and_then(|mark| of_cards.get(mark)).copied();
                    import::place(tx, subscriber, new, *start, now, &mut before)?
                }
            }
        };
        let event = Event { uid: entry.place.clone(), ..nothing() };
        all.push(Planned { event, fingerprint, becomes });
    }
    Ok(all)
}

/// What an entry says of itself here is its place in the file.
fn nothing() -> Event {
    Event {
        uid: String::new(),
        summary: String::new(),
        description: String::new(),
        location: String::new(),
        span: Span::Timed(Instant(0), Instant(0)),
        transparent: false,
    }
}

/// Writes all of a file in one write.
pub fn write(house: &House, parcel: &Parcel, by: Option<&Person>, now: Instant) -> Result<Vec<(SubscriberId, Share)>> {
    let written = house.store.write(|tx| {
        let mut written = Vec::new();
        for (practice, share) in parcel.practices.iter().zip(plan(tx, parcel, now)?) {
            if !share.is_empty() {
                written.push(write_one(tx, parcel, practice, share, now)?);
            }
        }
        Ok(written)
    })?;
    for (id, share) in &written {
        let entry = Entry::new(now, Action::Imported).about(*id);
        let entry = entry.object(format!("{} : {}", parcel.software, share.in_words()));
        house.journal.note(match by {
            Some(person) => entry.by(person.id, &person.login),
            None => entry,
        });
    }
    Ok(written)
}

fn write_one(
    tx: &Write<'_>,
    parcel: &Parcel,
    practice: &Practice,
    share: Share,
    now: Instant,
) -> Result<(SubscriberId, Share)> {
    let known = share.known.map(|id| subscribers::subscriber(tx, id)).transpose()?.flatten();
    let subscriber = match known {
        Some(known) => known,
        None => {
            let added = subscribers::add(tx, NewSubscriber { name: share.name.clone(), ..practice.settings.clone() })?;
            store::note_row(tx, &parcel.source, &format!("abonné {}", practice.mark), added.id.0, now)?;
            if let Ok(week) = TypicalWeek::checked(NaiveDate::default(), practice.week.clone())
                && !week.periods.is_empty()
            {
                week::set(tx, added.id, week)?;
            }
            added
        }
    };
    let mut of_cards = HashMap::new();
    for (mark, _) in &practice.cards {
        if let Some(id) = card_here(tx, parcel, practice, mark, &subscriber)? {
            of_cards.insert(mark.clone(), id);
        }
    }
    let fresh = new_cards(tx, parcel, practice, &subscriber)?;
    let new = fresh.iter().map(|(_, row)| row.card.clone()).collect();
    let by = By { person: None, name: "" };
    let added = contacts::add_all(tx, subscriber.id, new, by, now, CardWas::Imported)?;
    for ((mark, _), card) in fresh.iter().zip(&added) {
        store::note_row(tx, &parcel.source, &card_mark(practice, mark, &subscriber), card.id.0, now)?;
        of_cards.insert(mark.clone(), card.id);
    }
    let actor = Actor { person: None, name: "Reprise", side: Side::Subscriber };
    let all = planned(tx, parcel, practice, &subscriber, &of_cards, now)?;
    let written = import::write(tx, &subscriber, &all, actor, now)?;
    if (written.appointments, written.absences) != (share.appointments, share.absences) {
        return Err(Error::Conflict("L’agenda a changé entre-temps : regardez l’aperçu de nouveau.".into()));
    }
    for call in &practice.calls {
        messages::import(tx, subscriber.id, call.message.clone(), call.archived, call.fingerprint, now)?;
    }
    Ok((subscriber.id, share))
}

/// « 2026-11-27 09:00:00 », as databases write it.
pub(super) fn civil(text: &str) -> Option<chrono::NaiveDateTime> {
    let text = text.trim();
    let whole = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    whole.iter().find_map(|shape| chrono::NaiveDateTime::parse_from_str(text, shape).ok()).or_else(|| {
        let (date, clock) = text.split_once(' ')?;
        Some(time::parse_date(date)?.and_time(time::parse_time(clock)?))
    })
}
