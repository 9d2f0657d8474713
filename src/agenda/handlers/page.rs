//! The agenda's page itself: day or week, on screen and on paper, what is new in it, and who changed what.

use super::{Days, Whereabouts, read_date, read_slot, today};
use crate::agenda::model::{Appointment, Conflict, Minute};
use crate::agenda::view::{self, AgendaPage, Change, DayList, HistoryPage, Month, Moving, PrintPage, View};
use crate::agenda::{appointments, counts, history as log, holidays, settings};
use crate::base::{AppointmentId, Instant, time};
use crate::error::{Error, Result};
use crate::house::{self, House, Secretariat};
use crate::http::{Answer, Body, Request};
use crate::journal::Action;
use crate::store::Reads;
use crate::subscribers::view::{Rubric, frame};
use crate::subscribers::{Desk, Side};
use crate::ui::frame::{Flash, FlashKind, Live, Undo, sheet};
use crate::ui::paper::Paper;
use chrono::{Days as Span, NaiveDate, Timelike};

/// Minutes after which a page that nothing happened to is drawn anew, so that the past is dimmed as it passes.
const REDRAWN_MINUTES: i64 = 5;

/// The names of a query that says where to look, and nothing of what was done.
const KEPT_QUERY: [&str; 3] = ["date", "vue", "tout"];

/// Modules of the page.
const SCRIPTS: [&str; 6] = ["agenda-window", "agenda-keys", "agenda-drag", "contact-field", "slot-watch", "slot-tabs"];

/// `GET /agenda`: the day, or the week.
pub fn agenda(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let at = Whereabouts::read(&request.query, desk, request.now);
    let plain = request.takes_gzip() && request.query.iter().all(|(name, _)| KEPT_QUERY.contains(&name));
    if plain {
        return kept(house, request, desk, at);
    }
    let moving = request.query.find("deplacer").map(|id| id.parse().map_err(|()| Error::NotFound)).transpose()?;
    show(house, request, desk, &Shown { at, moving, status: 200, problem: None, conflict: None })
}

/// A page without anything of the moment is made once for each person, minute and change, and kept compressed: those who
/// work in an agenda look at the same week again and again. The minute counts for the line of « now », and for what
/// others have in hand, which ends by itself.
fn kept(house: &House, request: &Request, desk: &Desk, at: Whereabouts) -> Result<Answer> {
    // Before the data: what changes in between then shows as news.
    let live = house.store.live();
    let minute = request.now.0.div_euclid(time::MINUTE_MS);
    let stamp = (live.version(desk.id().0), live.version(house::TOPIC), minute);
    let key = (desk.who().person.id, format!("{} {}", desk.id(), request.target()));
    if let Some(page) = house.pages.get(&key, &stamp) {
        house
            .journal
            .note_look(desk.entry(request.now, Action::AgendaSeen).object(at.view.word()).from(request.client));
        return Ok(Answer::kept_page(page));
    }
    let answer = show(house, request, desk, &Shown { at, moving: None, status: 200, problem: None, conflict: None })?;
    let Body::Text(html) = &answer.body else { return Ok(answer) };
    Ok(house.keep(key, stamp, html).map_or(answer, Answer::kept_page))
}

/// What a page of the agenda is to show.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub at: Whereabouts,
    pub moving: Option<AppointmentId>,
    pub status: u16,
    /// Why something could not be done.
    pub problem: Option<&'a str>,
    pub conflict: Option<&'a Conflict>,
}

/// The page as it stands now, and what became of the last action.
pub(super) fn show(house: &House, request: &Request, desk: &Desk, what: &Shown<'_>) -> Result<Answer> {
    let version = version(house, desk, request.now);
    let at = Whereabouts { view: what.at.view.alone(), ..what.at };
    let what = &Shown { at, ..*what };
    let Whereabouts { date, view, unfolded } = at;
    let (data, secretariat) =
        house.store.read(|tx| Ok((Data::read(tx, house, desk, what, request.now)?, house::secretariat(tx)?)))?;
    let base = desk.base();
    let name = data.moving.as_ref().map(Appointment::label).unwrap_or_default();
    let now = request.now.local(desk.subscriber().zone);
    let content = view::agenda(&AgendaPage {
        base: &base,
        clients_called: &desk.subscriber().clients_called,
        view,
        date,
        today: today(desk, request.now),
        now: (now.hour() * 60 + now.minute()) as u16,
        days: data.days.columns(),
        hours: data.days.hours,
        unfolded,
        month: Month { date, today: today(desk, request.now), busy: data.busy, holidays: data.holidays },
        moving: data.moving.as_ref().map(|kept| Moving {
            id: kept.id,
            name: &name,
            date: kept.day(),
            from: kept.start.0,
        }),
        conflict: what.conflict.map(|conflict| super::shown(conflict, desk.subscriber().zone)),
    });
    house.journal.note_look(desk.entry(request.now, Action::AgendaSeen).object(view.word()).from(request.client));
    let title = view::title(view, date);
    let sentence = sentence(request, what);
    let mut frame = frame(desk, &secretariat, &title, Rubric::Agenda);
    frame.scripts = &SCRIPTS;
    frame.live = Some(live(desk, &version));
    frame.flash = sentence.as_ref().map(|(kind, sentence)| Flash {
        kind: *kind,
        sentence,
        undo: request.query.find("jeton").filter(|_| *kind == FlashKind::Done).map(|token| undo(desk, what.at, token)),
    });
    Ok(Answer::page(what.status, frame.page(&content).into_string()))
}

/// Everything a page reads.
struct Data {
    days: Days,
    busy: Vec<(NaiveDate, u64)>,
    holidays: Vec<(NaiveDate, String)>,
    moving: Option<Appointment>,
}

impl Data {
    fn read(tx: &impl Reads, house: &House, desk: &Desk, what: &Shown<'_>, now: Instant) -> Result<Data> {
        let (first, count) = match what.at.view {
            View::Week => (view::monday(what.at.date), 7),
            View::Day | View::Team | View::Call => (what.at.date, 1),
        };
        let (from, end) = (Month::first(what.at.date), Month::end(what.at.date));
        let region = settings::settings(tx, desk.subscriber())?.region;
        let mut holidays = Vec::new();
        let mut date = from;
        while date < end {
            let names = holidays::names(date, region);
            if !names.is_empty() {
                holidays.push((date, names.join(" et ")));
            }
            date = date.checked_add_days(Span::new(1)).unwrap_or(end);
        }
        Ok(Data {
            days: Days::read(tx, house, desk, first, count, now)?,
            busy: counts::by_day(tx, desk.subscriber(), from, end)?,
            holidays,
            moving: what.moving.map(|id| appointments::appointment(tx, desk.id(), id)).transpose()?,
        })
    }
}

/// What is said on top: what was done, or why it was not.
fn sentence(request: &Request, what: &Shown<'_>) -> Option<(FlashKind, String)> {
    if let Some(problem) = what.problem {
        return Some((FlashKind::Problem, problem.to_owned()));
    }
    let done = super::what_was_done(&request.query, read_slot(request.query.get("creneau")))?;
    Some((FlashKind::Done, done))
}

fn undo(desk: &Desk, at: Whereabouts, token: &str) -> Undo {
    let mut fields = vec![
        ("jeton".to_owned(), token.to_owned()),
        ("vue".to_owned(), at.view.word().to_owned()),
        ("retour".to_owned(), at.date.to_string()),
    ];
    if at.unfolded {
        fields.push(("tout".into(), "1".into()));
    }
    Undo { action: format!("{}/agenda/annulations", desk.base()), fields }
}

/// What a page of the agenda is made from: the abonné's data, and how late it is.
pub(super) fn version(house: &House, desk: &Desk, now: Instant) -> String {
    let step = now.0.div_euclid(REDRAWN_MINUTES * time::MINUTE_MS);
    format!("{}-{step}", house.store.live().version(desk.id().0))
}

fn live<'a>(desk: &Desk, version: &'a str) -> Live<'a> {
    Live { state_href: format!("{}/agenda/etat", desk.base()), version, urgent: desk.waiting().urgent }
}

/// `GET /agenda/etat?depuis=VERSION`: 204 while nothing changed.
pub fn state(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let version = version(house, desk, request.now);
    if request.query.get("depuis") == version {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    let waiting = desk.waiting();
    Ok(Answer::json(
        200,
        format!("{{\"version\":\"{version}\",\"pending\":{},\"urgent\":{}}}", waiting.messages, waiting.urgent),
    ))
}

/// `GET /agenda/imprimable`: one sheet.
pub fn printable(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let Whereabouts { date, view, .. } = Whereabouts::read(&request.query, desk, request.now);
    let view = view.alone();
    let (first, count) = if view == View::Day { (date, 1) } else { (view::monday(date), 7) };
    let days = house.store.read(|tx| Days::read(tx, house, desk, first, count, request.now))?;
    let page = PrintPage {
        subscriber_name: &desk.subscriber().name,
        view,
        date,
        days: days.columns(),
        hours: days.hours,
        clients_called: &desk.subscriber().clients_called,
        printed: request.now.local(desk.subscriber().zone),
    };
    house.journal.note_look(desk.entry(request.now, Action::Printed).object("agenda").from(request.client));
    Ok(Answer::page(200, sheet(&view::print_title(&page), &["print"], &view::print(&page)).into_string()))
}

/// `GET /agenda/feuille?date=`: « feuille du jour ».
pub fn day_sheet(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let Whereabouts { date, .. } = Whereabouts::read(&request.query, desk, request.now);
    let (days, appointments) = house.store.read(|tx| {
        let days = Days::read(tx, house, desk, date, 1, request.now)?;
        Ok((days, appointments::between(tx, desk.subscriber(), date, date)?))
    })?;
    let mut remarks = Vec::new();
    for day in days.columns() {
        remarks.extend(day.holiday);
        remarks.extend(day.absence.map(|reason| match reason.as_str() {
            "" => "Absence".to_owned(),
            reason => format!("Absence : {reason}"),
        }));
    }
    let content = view::day_list(&DayList {
        date,
        appointments: &appointments,
        clients_called: &desk.subscriber().clients_called,
        remarks: &remarks,
    });
    house.journal.note_look(desk.entry(request.now, Action::Printed).object("feuille du jour").from(request.client));
    let paper = Paper {
        owner: &desk.subscriber().name,
        what: &view::day_list_title(date),
        printed: request.now.local(desk.subscriber().zone),
    };
    Ok(Answer::page(200, paper.sheet(&content).into_string()))
}

/// `GET /agenda/historique?date=`: who changed what on a day, or with `heure=` at a slot of it.
pub fn history(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let date = read_date(request.query.get("date")).unwrap_or_else(|| today(desk, request.now));
    let from = Minute::read(request.query.get("heure")).filter(|from| *from < Minute::END);
    let (changes, secretariat) = house.store.read(|tx| {
        let events = match from {
            None => log::of_day(tx, desk.id(), date)?,
            Some(from) => {
                let day = crate::agenda::day::days(tx, desk.subscriber(), date, 1)?;
                let end = day.first().and_then(|day| day.slot_at(from)).map_or(from.plus(1), |slot| slot.end);
                log::of_slot(tx, desk.id(), date, from, end)?
            }
        };
        Ok((changes(tx, desk, events)?, house::secretariat(tx)?))
    })?;
    let base = desk.base();
    let content = view::history(&HistoryPage { base: &base, date, from: from.map(|from| from.0), changes });
    house.journal.note_look(desk.entry(request.now, Action::AgendaSeen).object("historique").from(request.client));
    Ok(page(desk, &secretariat, "Historique de l’agenda", &content))
}

/// Events in words. The history itself holds no names: they come from the appointments, cancelled ones too.
pub(super) fn changes(tx: &impl Reads, desk: &Desk, events: Vec<log::Event>) -> Result<Vec<Change>> {
    let zone = desk.subscriber().zone;
    let mut changes = Vec::with_capacity(events.len());
    for event in events {
        let name = match event.appointment {
            Some(id) => match appointments::appointment_or_cancelled(tx, desk.id(), id) {
                Ok((appointment, _)) => format!(" : {}", appointment.label()),
                Err(Error::NotFound) => String::new(),
                Err(other) => return Err(other),
            },
            None => String::new(),
        };
        let places: Vec<String> = event.places.iter().map(|place| place.in_words()).collect();
        changes.push(Change {
            at: event.at,
            zone,
            what: format!("{}{name}", event.what.label()),
            who: match (event.who.as_str(), event.by_secretariat && desk.side() == Side::Subscriber) {
                (who, true) => format!("{who} (secrétariat)"),
                (who, false) => who.to_owned(),
            },
            more: places.join(" → "),
        });
    }
    Ok(changes)
}

/// A page of the agenda without its table.
pub(super) fn page(desk: &Desk, secretariat: &Secretariat, title: &str, content: &maud::Markup) -> Answer {
    page_with(desk, secretariat, title, 200, content)
}

/// The same with a status of its own.
pub(super) fn page_with(
    desk: &Desk,
    secretariat: &Secretariat,
    title: &str,
    status: u16,
    content: &maud::Markup,
) -> Answer {
    let mut frame = frame(desk, secretariat, title, Rubric::Agenda);
    frame.scripts = &["agenda-window", "contact-field", "slot-watch", "slot-tabs"];
    Answer::page(status, frame.page(content).into_string())
}
