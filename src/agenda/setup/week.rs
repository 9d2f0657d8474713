//! « Semaine type »: its form read, kept, copied from day to day; and the repeated changes of slots that lie over it.

use super::view::week::{WeekPage, WeekRow};
use super::{Said, note, page, view};
use crate::agenda::model::{Minute, Opening};
use crate::agenda::overrides;
use crate::agenda::week::{self as weeks, Period, TypicalWeek, WEEKDAYS, Weeks};
use crate::base::time;
use crate::error::{Error, Problems, Result};
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::subscribers::Desk;
use chrono::NaiveDate;

/// Rows of one weekday: a morning and an afternoon, for even and odd weeks, with their pauses.
pub const ROWS_MAX: usize = 8;
/// The parts of a row, as its fields' names end.
pub const PARTS: [&str; 5] = ["semaines", "de", "a", "type", "creneau"];

/// The name of a row's field: « lundi-0-de ».
pub fn name(weekday: u8, row: usize, part: &str) -> String {
    format!("{}-{row}-{part}", WEEKDAYS[usize::from(weekday) % 7])
}

/// `GET /agenda/semaine-type?du=2027-01-04`: the week that is valid now, or the one that begins on a date.
pub fn week(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let today = request.now.local(desk.subscriber().zone).date();
    let asked = time::parse_date(request.query.get("du"));
    let known = house.store.read(|tx| weeks::weeks(tx, desk.id()))?;
    let usual = TypicalWeek::usual();
    let exact = asked.and_then(|date| known.iter().find(|week| week.valid_from.date() == date));
    let shown = exact.or(weeks::valid_on(&known, today)).unwrap_or(&usual);
    let valid_from = if shown.number == 0 { today } else { shown.valid_from.date() };
    show(house, request, desk, 200, &form_of(shown, valid_from), &Problems::default())
}

fn show(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let today = request.now.local(desk.subscriber().zone).date();
    let (known, repeated) =
        house.store.read(|tx| Ok((weeks::weeks(tx, desk.id())?, overrides::repeated(tx, desk.id())?)))?;
    let current = weeks::valid_on(&known, today).map(|week| week.valid_from);
    let rows = known
        .iter()
        .map(|week| WeekRow {
            valid_from: week.valid_from.date(),
            current: Some(week.valid_from) == current,
            coming: week.valid_from.date() > today,
        })
        .collect();
    let base = desk.base();
    let content = view::week::week(&WeekPage { base: &base, weeks: rows, repeated: &repeated, form, problems });
    let sentence = request.query.find("fait").map(|word| match word {
        "supprimee" => "La semaine type est supprimée.",
        "repetition" => "Le changement répété est terminé.",
        _ => "La semaine type est enregistrée.",
    });
    page(house, desk, status, "Semaine type", Said { sentence, undo: None }, &content)
}

/// What the form says of a week.
fn form_of(week: &TypicalWeek, valid_from: NaiveDate) -> Form {
    let mut form = Form::from_iter([("valable", valid_from.to_string())]);
    for weekday in 0..7u8 {
        let periods = week.periods.iter().filter(|period| period.weekday == weekday);
        for (row, period) in periods.enumerate() {
            put_row(&mut form, weekday, row, period);
        }
    }
    form
}

fn put_row(form: &mut Form, weekday: u8, row: usize, period: &Period) {
    let kind = if period.opening == Opening::Unworked { "pause" } else { period.opening.word() };
    for (part, value) in PARTS.iter().zip([
        period.weeks.word().to_owned(),
        period.from.to_string(),
        period.to.to_string(),
        kind.to_owned(),
        period.slot_minutes.to_string(),
    ]) {
        form.push(name(weekday, row, part), value);
    }
}

/// `POST /agenda/semaine-type`: keeps the week; with `ajouter` or `copier` it only fills the form in, for who has no
/// script.
pub fn set_week(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let form = &request.form;
    if let Some(day) = form.find("ajouter") {
        let rows = view::week::rows_shown(form, weekday_named(day));
        let mut longer = form.clone();
        longer.push(name(weekday_named(day), rows, "type"), "consultation");
        return show(house, request, desk, 200, &longer, &Problems::default());
    }
    if form.find("copier").is_some() {
        return show(house, request, desk, 200, &copied(form), &Problems::default());
    }
    let week = match read(form) {
        Ok(week) => week,
        Err(Error::Invalid(problems)) => return show(house, request, desk, 422, form, &problems),
        Err(other) => return Err(other),
    };
    let valid_from = week.valid_from.date();
    match house.store.write(|tx| weeks::set(tx, desk.id(), week)) {
        Ok(()) => {}
        Err(Error::Invalid(problems)) => return show(house, request, desk, 422, form, &problems),
        Err(other) => return Err(other),
    }
    note(house, request, desk, Action::AgendaRulesChanged, "semaine type");
    Ok(Answer::see_other(format!("{}/agenda/semaine-type?du={valid_from}&fait=1", desk.base())))
}

fn weekday_named(word: &str) -> u8 {
    WEEKDAYS.iter().position(|name| *name == word).unwrap_or(0) as u8
}

/// The form with Monday's rows from Tuesday to Friday.
fn copied(form: &Form) -> Form {
    let of_weekdays = |field: &str| WEEKDAYS[1..5].iter().any(|day| field.starts_with(&format!("{day}-")));
    let mut copy: Form = form.iter().filter(|(field, _)| !of_weekdays(field) && *field != "copier").collect();
    for (field, value) in form.iter().filter(|(field, _)| field.starts_with("lundi-")) {
        for day in &WEEKDAYS[1..5] {
            copy.push(field.replacen("lundi", day, 1), value);
        }
    }
    copy
}

/// Reads the form: rows without hours are none. Problems are tied to the weekday's group.
fn read(form: &Form) -> Result<TypicalWeek> {
    let mut problems = Problems::default();
    let valid_from = time::parse_date(form.get("valable"));
    if valid_from.is_none() {
        problems.add("valable", "Indiquez à partir de quel jour cette semaine est valable.");
    }
    let mut periods = Vec::new();
    for weekday in 0..7u8 {
        for row in 0..ROWS_MAX {
            match read_row(form, weekday, row) {
                Ok(None) => {}
                Ok(Some(period)) => periods.push(period),
                Err(sentence) => problems.add(WEEKDAYS[usize::from(weekday)], sentence),
            }
        }
    }
    let weekdays: Vec<u8> = periods.iter().map(|period| period.weekday).collect();
    match TypicalWeek::checked(valid_from.unwrap_or_default(), periods) {
        Ok(week) => problems.into_result().map(|()| week),
        Err(wrong) => {
            for (place, sentence) in wrong {
                let weekday = weekdays.get(place).copied().unwrap_or(0);
                problems.add(WEEKDAYS[usize::from(weekday)], sentence);
            }
            Err(Error::Invalid(problems))
        }
    }
}

fn read_row(form: &Form, weekday: u8, row: usize) -> std::result::Result<Option<Period>, String> {
    let day = WEEKDAYS[usize::from(weekday)];
    let get = |part: &str| form.get(&name(weekday, row, part)).trim().to_owned();
    let (from, to) = (get("de"), get("a"));
    if from.is_empty() && to.is_empty() {
        return Ok(None);
    }
    let (Some(from), Some(to)) = (Minute::read(&from), Minute::read(&to)) else {
        return Err(format!("{day} : il manque le début ou la fin d’une période ; par exemple 09:00 et 12:00."));
    };
    let opening = match get("type").as_str() {
        "pause" => Opening::Unworked,
        word => Opening::from_word(word).unwrap_or(Opening::ALL[0]),
    };
    let slot_minutes = match get("creneau").as_str() {
        "" => 15,
        typed => typed.parse().map_err(|_| format!("{day} : la durée d’un créneau est un nombre de minutes."))?,
    };
    let weeks = Weeks::from_word(&get("semaines")).unwrap_or(Weeks::Every);
    Ok(Some(Period { weekday, weeks, from, to, opening, slot_minutes }))
}

/// `POST /agenda/semaine-type/suppression`.
pub fn remove_week(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let date = time::parse_date(request.form.get("du")).ok_or(Error::NotFound)?;
    if !house.store.write(|tx| weeks::remove(tx, desk.id(), date))? {
        return Err(Error::NotFound);
    }
    note(house, request, desk, Action::AgendaRulesChanged, "semaine type supprimée");
    Ok(Answer::see_other(format!("{}/agenda/semaine-type?fait=supprimee", desk.base())))
}

/// `POST /agenda/semaine-type/repetitions`: ends a change that was made « pour tous les jours semblables ».
pub fn end_repeated(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number = request.form.get("numero").parse().map_err(|_| Error::NotFound)?;
    if !house.store.write(|tx| overrides::remove_repeated(tx, desk.id(), number))? {
        return Err(Error::NotFound);
    }
    note(house, request, desk, Action::AgendaRulesChanged, "changement répété terminé");
    Ok(Answer::see_other(format!("{}/agenda/semaine-type?fait=repetition", desk.base())))
}
