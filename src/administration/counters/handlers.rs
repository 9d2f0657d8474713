//! What the addresses of the counters do.

use super::super::handlers::{Rubric, frame, note, page};
use super::excel;
use super::view::{self, CountersPage, Of, Row};
use crate::base::{SubscriberId, csv, fold};
use crate::counters::{self, Counted, Counts, Month};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::http::{Answer, Body, Request};
use crate::journal::Action;
use crate::people::Administrator;
use crate::store::Reads;
use crate::subscribers::{Subscriber, store as subscribers};
use crate::ui::paper::Paper;
use std::borrow::Cow;

/// Months that one abonné's page shows: a year, and the month to compare the first with.
const MONTHS: u32 = 13;
/// Months that the choice offers.
const MONTHS_OFFERED: u32 = 36;

/// What is asked for: a month of all abonnés, or the last months of one.
struct Asked {
    month: Month,
    this_month: Month,
    subscriber: Option<Subscriber>,
}

fn asked(tx: &impl Reads, house: &House, request: &Request) -> Result<Asked> {
    let this_month = Month::at(request.now, house.zone);
    let month = request.query.get("mois").parse().unwrap_or(this_month);
    let subscriber = match request.query.find("abonne") {
        Some(id) => {
            let id: SubscriberId = id.parse().map_err(|()| Error::NotFound)?;
            Some(subscribers::subscriber(tx, id)?.ok_or(Error::NotFound)?)
        }
        None => None,
    };
    Ok(Asked { month, this_month, subscriber })
}

/// The rows with the words before them, and their sum.
type Table = (Vec<(String, Option<SubscriberId>, Counts)>, Counts);

fn table(tx: &impl Reads, asked: &Asked) -> Result<Table> {
    let mut rows = Vec::new();
    match &asked.subscriber {
        Some(subscriber) => {
            for back in 0..MONTHS {
                let month = asked.this_month.before(back);
                rows.push((month.in_words(), None, counters::of_subscriber(tx, month, subscriber.id)?));
            }
        }
        None => {
            let counted = counters::of_month(tx, asked.month)?;
            let all = subscribers::all(tx)?;
            // Abonnés without a call stand in the table too: an invoice may have a fixed part.
            for subscriber in &all {
                let found = counted.iter().find(|(id, _)| *id == subscriber.id);
                if found.is_some() || subscriber.active {
                    let counts = found.map(|(_, counts)| *counts).unwrap_or_default();
                    rows.push((subscriber.name.clone(), Some(subscriber.id), counts));
                }
            }
            for (id, counts) in counted {
                if !all.iter().any(|subscriber| subscriber.id == id) {
                    let name = subscribers::former_name(tx, id)?.unwrap_or_else(|| format!("Abonné {id}"));
                    rows.push((format!("{name} (supprimé)"), None, counts));
                }
            }
            rows.sort_by_cached_key(|(name, _, _)| fold::fold(name));
        }
    }
    let mut total = Counts::default();
    for (_, _, counts) in &rows {
        total.add(counts);
    }
    Ok((rows, total))
}

/// `GET /administration/compteurs/imprimable`: the same choice, on paper.
pub fn printable(house: &House, request: &Request, _: &Administrator) -> Result<Answer> {
    let (asked, (rows, total)) = read(house, request)?;
    let secretariat = house.store.read(house::secretariat)?;
    let page = counters_page(&asked, &[], &rows, &total);
    let caption = view::caption(page.of);
    let paper = Paper { owner: &secretariat.name, what: &caption, printed: request.now.local(house.zone) };
    Ok(Answer::page(200, paper.sheet(&view::on_paper(&page)).into_string()))
}

fn counters_page<'a>(
    asked: &'a Asked,
    months: &'a [(String, String)],
    rows: &'a [(String, Option<SubscriberId>, Counts)],
    total: &'a Counts,
) -> CountersPage<'a> {
    CountersPage {
        of: match &asked.subscriber {
            Some(subscriber) => Of::Subscriber(subscriber),
            None => Of::Month(asked.month),
        },
        months,
        rows: rows.iter().map(|(name, subscriber, counts)| Row { name, subscriber: *subscriber, counts }).collect(),
        total,
    }
}

/// `GET /administration/compteurs?mois=2026-11`, or `?abonne=3`.
pub fn counters(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (asked, (rows, total), first, secretariat) = house.store.read(|tx| {
        let asked = asked(tx, house, request)?;
        let table = table(tx, &asked)?;
        Ok((asked, table, counters::first_month(tx)?, house::secretariat(tx)?))
    })?;
    let months = offered(&asked, first);
    let content = view::counters(&counters_page(&asked, &months, &rows, &total));
    Ok(page(200, &frame(admin, &secretariat, "Compteurs", Rubric::Counters), &content))
}

/// The months to choose from, newest first: from the first in which anything was counted.
fn offered(asked: &Asked, first: Option<Month>) -> Vec<(String, String)> {
    let first = first.unwrap_or(asked.this_month);
    let mut months: Vec<Month> =
        (0..MONTHS_OFFERED).map(|back| asked.this_month.before(back)).take_while(|month| *month >= first).collect();
    if !months.contains(&asked.month) {
        months.push(asked.month);
        months.sort_by(|one, other| other.cmp(one));
    }
    months.into_iter().map(|month| (month.to_string(), month.in_words())).collect()
}

/// The heads of a file's columns.
pub(super) fn heads(first: &str) -> Vec<Cow<'_, str>> {
    let mut heads = vec![Cow::Borrowed(first), Cow::Borrowed("Appels")];
    heads.extend(Counted::ALL.map(|what| Cow::Borrowed(what.label())));
    heads
}

/// The figures of a row, in the order of its heads.
pub(super) fn figures(counts: &Counts) -> Vec<u64> {
    let mut figures = vec![counts.calls()];
    figures.extend(Counted::ALL.map(|what| counts.of(what)));
    figures
}

/// `GET /administration/compteurs/compteurs.csv`.
pub fn csv(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (asked, (rows, total)) = read(house, request)?;
    let mut out = csv::MARK.as_bytes().to_vec();
    csv::row(&mut out, &heads(first_head(&asked)))?;
    for (name, counts) in rows.iter().map(|(name, _, counts)| (name.as_str(), counts)).chain([("Total", &total)]) {
        let mut cells = vec![name.to_owned()];
        cells.extend(figures(counts).iter().map(u64::to_string));
        csv::row(&mut out, &cells)?;
    }
    send(house, request, admin, &asked, "text/csv; charset=utf-8", "csv", out)
}

/// `GET /administration/compteurs/compteurs.xlsx`.
pub fn xlsx(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let (asked, (rows, total)) = read(house, request)?;
    let title = match &asked.subscriber {
        Some(subscriber) => format!("Abonné {}", subscriber.id),
        None => asked.month.to_string(),
    };
    let rows: Vec<(&str, &Counts)> = rows.iter().map(|(name, _, counts)| (name.as_str(), counts)).collect();
    let bytes = excel::workbook(&title, first_head(&asked), &rows, &total)?;
    send(house, request, admin, &asked, excel::CONTENT_TYPE, "xlsx", bytes)
}

fn read(house: &House, request: &Request) -> Result<(Asked, Table)> {
    house.store.read(|tx| {
        let asked = asked(tx, house, request)?;
        let table = table(tx, &asked)?;
        Ok((asked, table))
    })
}

fn first_head(asked: &Asked) -> &'static str {
    if asked.subscriber.is_some() { "Mois" } else { "Abonné" }
}

fn send(
    house: &House,
    request: &Request,
    admin: &Administrator,
    asked: &Asked,
    content_type: &'static str,
    ending: &str,
    bytes: Vec<u8>,
) -> Result<Answer> {
    let what = match &asked.subscriber {
        Some(subscriber) => fold::words(&subscriber.name).join("-"),
        None => asked.month.to_string(),
    };
    note(house, request, admin, Action::CountersExported, asked.month.to_string());
    let mut answer = Answer::download(content_type, &format!("compteurs-{what}.{ending}"));
    answer.body = Body::Bytes(bytes.into());
    Ok(answer)
}
