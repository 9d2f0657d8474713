//! What the addresses of the journal do.

use super::super::handlers::{Rubric, frame, note, page};
use super::view::{self, JournalLine, JournalPage};
use crate::base::{Instant, SubscriberId, Zone, csv, fold, time};
use crate::error::{Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Body, Form, Request};
use crate::journal::{Action, Entry, Filter};
use crate::people::{Administrator, store as people};
use crate::subscribers::{Subscriber, store as subscribers};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::ops::ControlFlow;

/// Lines on a page.
const ROWS: u64 = 100;

/// Names of abonnés by number, as the journal shows them.
struct Names(HashMap<SubscriberId, String>);

impl Names {
    fn new(all: &[Subscriber]) -> Names {
        Names(all.iter().map(|subscriber| (subscriber.id, subscriber.name.clone())).collect())
    }

    /// The abonné's name; its number when it is no longer there.
    fn of(&self, id: Option<SubscriberId>) -> String {
        let Some(id) = id else { return String::new() };
        self.0.get(&id).cloned().unwrap_or_else(|| format!("abonné {id}"))
    }

    /// The folded text of a line that words are looked up in.
    fn line(&self, entry: &Entry) -> String {
        let about = self.of(entry.subscriber);
        let from = address(entry);
        fold::words(&format!("{} {} {about} {} {from}", entry.login, entry.action.label(), entry.object)).join(" ")
    }
}

fn address(entry: &Entry) -> String {
    entry.from.map(|address| address.to_string()).unwrap_or_default()
}

/// `GET /administration/journal?q=&qui=&action=&abonne=&du=&au=&page=`.
pub fn journal(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (all, persons, secretariat) =
        house.store.read(|tx| Ok((subscribers::all(tx)?, people::everybody(tx)?, house::secretariat(tx)?)))?;
    let names = Names::new(&all);
    let mut problems = Problems::default();
    let filter = read(&request.query, house.zone, &mut problems);
    let asked: u64 = request.query.get("page").parse().unwrap_or(1).clamp(1, 1_000_000);
    let (entries, more) = house.journal.lines(&filter, (asked - 1) * ROWS, ROWS as usize, |entry| names.line(entry))?;
    let abouts: Vec<String> = entries.iter().map(|entry| names.of(entry.subscriber)).collect();
    let lines = entries
        .iter()
        .zip(&abouts)
        .map(|(entry, about)| JournalLine {
            at: entry.at,
            who: &entry.login,
            action: entry.action.label(),
            about,
            object: &entry.object,
            from: address(entry),
        })
        .collect();
    let choices = choices(&all, persons.iter().map(|person| person.login.as_str()));
    let query = asked_for(&request.query);
    let content = view::journal(&JournalPage {
        query: &query,
        actions: &choices.actions,
        persons: &choices.persons,
        subscribers: &choices.subscribers,
        problems: &problems,
        lines,
        page: asked,
        pages: asked + u64::from(more),
        zone: house.zone,
    });
    let person = &admin.who().person;
    let entry = Entry::new(request.now, Action::JournalRead).by(person.id, &person.login);
    house.journal.note_look(entry.from(request.client));
    let status = if problems.is_empty() { 200 } else { 422 };
    Ok(page(status, &frame(admin, &secretariat, "Journal", Rubric::Journal), &content))
}

/// What the selects offer.
struct Choices {
    actions: Vec<(String, String)>,
    persons: Vec<(String, String)>,
    subscribers: Vec<(String, String)>,
}

fn choices<'a>(all: &[Subscriber], logins: impl Iterator<Item = &'a str>) -> Choices {
    let any = |word: &str| (String::new(), word.to_owned());
    let mut actions: Vec<(String, String)> =
        Action::all().map(|action| (action.word(), action.label().to_owned())).collect();
    actions.sort_by_cached_key(|(_, label)| fold::fold(label));
    actions.insert(0, any("Toutes"));
    let mut persons: Vec<(String, String)> = logins.map(|login| (login.to_owned(), login.to_owned())).collect();
    persons.sort();
    persons.insert(0, any("Tous"));
    let mut subscribers: Vec<(String, String)> =
        all.iter().map(|subscriber| (subscriber.id.to_string(), subscriber.name.clone())).collect();
    subscribers.insert(0, any("Tous"));
    Choices { actions, persons, subscribers }
}

/// The fields that narrow the journal, without the page.
fn asked_for(query: &Form) -> Form {
    const FIELDS: [&str; 6] = ["q", "qui", "action", "abonne", "du", "au"];
    FIELDS.into_iter().map(|field| (field, query.get(field).trim())).filter(|(_, value)| !value.is_empty()).collect()
}

/// What is asked for; a day that is none is a problem, and left out.
fn read(query: &Form, zone: Zone, problems: &mut Problems) -> Filter {
    let some = |field: &str| Some(query.get(field).trim().to_owned()).filter(|text| !text.is_empty());
    let mut day = |field: &'static str| -> Option<NaiveDate> {
        let typed = some(field)?;
        let date = time::parse_date(&typed);
        if date.is_none() {
            problems.add(field, "Cette date n’existe pas ou n’est pas complète ; par exemple 24/11/2026.");
        }
        date
    };
    let midnight = |date: NaiveDate| -> Instant { zone.instant_at_or_after(date.and_time(chrono::NaiveTime::MIN)) };
    let (from, until) = (day("du"), day("au"));
    Filter {
        subscriber: some("abonne").and_then(|id| id.parse().ok()),
        login: some("qui"),
        action: some("action").and_then(|word| Action::from_word(&word)),
        from: from.map(midnight),
        // The last day is included.
        before: until.and_then(|date| date.succ_opt()).map(midnight),
        words: fold::words(query.get("q")),
    }
}

/// `GET /administration/journal/journal.csv`: what the page's search finds, whole; its size in memory is a row's.
pub fn csv(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let mut problems = Problems::default();
    let filter = read(&request.query, house.zone, &mut problems);
    problems.into_result()?;
    let names = Names::new(&house.store.read(subscribers::all)?);
    let mut out = BufWriter::new(house.store.scratch_file()?);
    out.write_all(csv::MARK.as_bytes())?;
    csv::row(&mut out, &["Date", "Heure", "Qui", "Action", "Abonné", "Objet", "Depuis"])?;
    house.journal.each(
        &filter,
        |entry| names.line(entry),
        |entry| {
            let local = entry.at.local(house.zone);
            csv::row(
                &mut out,
                &[
                    local.format("%d/%m/%Y").to_string(),
                    local.format("%H:%M:%S").to_string(),
                    entry.login.clone(),
                    entry.action.label().to_owned(),
                    names.of(entry.subscriber),
                    entry.object.clone(),
                    address(&entry),
                ],
            )?;
            Ok(ControlFlow::Continue(()))
        },
    )?;
    let mut file = out.into_inner().map_err(|cause| crate::error::Error::from(cause.into_error()))?;
    file.seek(SeekFrom::Start(0))?;
    note(house, request, admin, Action::JournalExported, String::new());
    let name = format!("journal-{}.csv", request.now.local(house.zone).date());
    let mut answer = Answer::download("text/csv; charset=utf-8", &name);
    answer.body = Body::Stream(Box::new(file));
    Ok(answer)
}
