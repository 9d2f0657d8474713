//! « Réglages » of an agenda: whose public holidays, hours shown, forcing; dates opened or closed by hand.

use super::view::settings::{DateRow, SettingsPage};
use super::{Said, note, page, view};
use crate::agenda::holidays::{self, Region};
use crate::agenda::model::{Minute, SLOT_MINUTES_MAX, SLOT_MINUTES_MIN};
use crate::agenda::rules;
use crate::agenda::settings::{self as settings_of, Mark, Settings};
use crate::base::time::{self, Day};
use crate::error::{Error, Problems, Result};
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::subscribers::Desk;
use chrono::{Datelike, Duration};

/// Dates opened or closed by hand at once.
const MARKS_MAX: usize = 400;
/// How far ahead public holidays are listed, in days.
const DAYS_AHEAD: i64 = 366;

/// `GET /agenda/reglages`.
pub fn settings(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let settings = house.store.read(|tx| settings_of::settings(tx, desk.subscriber()))?;
    let mut form = Form::from_iter([
        ("region", settings.region.word().to_owned()),
        ("affiche-de", settings.shown_from.to_string()),
        ("affiche-a", settings.shown_to.to_string()),
        ("creneau", settings.slot_minutes.to_string()),
    ]);
    for (field, set) in [("feries-travailles", settings.works_holidays), ("forcer", settings.forcing)] {
        if set {
            form.push(field, "1");
        }
    }
    show(house, request, desk, 200, &form, &Problems::default())
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
    let last = today + Duration::days(DAYS_AHEAD);
    let rules = house.store.read(|tx| rules::load(tx, desk.subscriber(), today, last))?;
    let years = today.year()..=last.year();
    let mut dates: Vec<_> = years
        .flat_map(|year| holidays::of_year(year, rules.settings.region))
        .map(|(date, _)| date)
        .chain(rules.marks.keys().map(|day| day.date()))
        .filter(|date| (today..=last).contains(date))
        .collect();
    dates.sort_unstable();
    dates.dedup();
    let rows = dates
        .into_iter()
        .map(|date| {
            let (names, closed) = rules.holiday_on(date);
            let by_hand = rules.marks.contains_key(&Day::from(date));
            DateRow { date, name: names.join(" et "), closed, by_hand }
        })
        .collect();
    let base = desk.base();
    let content = view::settings::settings(&SettingsPage { base: &base, dates: rows, form, problems });
    let said = Said { sentence: request.query.find("fait").map(|_| "C’est enregistré."), undo: None };
    page(house, desk, status, "Réglages de l’agenda", said, &content)
}

/// `POST /agenda/reglages`.
pub fn change_settings(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let settings = match read(&request.form) {
        Ok(settings) => settings,
        Err(Error::Invalid(problems)) => return show(house, request, desk, 422, &request.form, &problems),
        Err(other) => return Err(other),
    };
    house.store.write(|tx| settings_of::set(tx, desk.id(), &settings))?;
    note(house, request, desk, Action::AgendaRulesChanged, "réglages");
    Ok(Answer::see_other(format!("{}/agenda/reglages?fait=1", desk.base())))
}

fn read(form: &Form) -> Result<Settings> {
    let mut problems = Problems::default();
    let region = Region::from_word(form.get("region")).unwrap_or_else(|| {
        problems.add("region", "Choisissez l’une des régions proposées.");
        Region::Metropole
    });
    let mut minute = |name: &'static str| {
        Minute::read(form.get(name)).unwrap_or_else(|| {
            problems.add(name, "Cette heure n’est pas complète ; par exemple 08:00.");
            Minute::START
        })
    };
    let (shown_from, shown_to) = (minute("affiche-de"), minute("affiche-a"));
    if problems.is_empty() && shown_from >= shown_to {
        problems.add("affiche-a", "La fin vient avant le début.");
    }
    let slot_minutes = form.get("creneau").trim().parse().unwrap_or(0);
    if !(SLOT_MINUTES_MIN..=SLOT_MINUTES_MAX).contains(&slot_minutes) {
        problems.add("creneau", format!("Un créneau dure de {SLOT_MINUTES_MIN} à {SLOT_MINUTES_MAX} minutes."));
    }
    problems.into_result()?;
    let (works_holidays, forcing) = (form.ticked("feries-travailles"), form.ticked("forcer"));
    Ok(Settings { region, works_holidays, forcing, shown_from, shown_to, slot_minutes })
}

/// `POST /agenda/reglages/dates`: opens or closes one date, or leaves it to the rules again.
pub fn mark_date(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let form = &request.form;
    let today = request.now.local(desk.subscriber().zone).date();
    let date = time::parse_date(form.get("date")).filter(|date| *date >= today);
    let Some(date) = date else {
        let mut problems = Problems::default();
        problems.add("date", "Indiquez un jour à venir ; par exemple 24/12/2026.");
        let kept = house.store.read(|tx| settings_of::settings(tx, desk.subscriber()))?;
        let mut shown = form.clone();
        shown.push("region", kept.region.word());
        return show(house, request, desk, 422, &shown, &problems);
    };
    let mark = match form.get("etat") {
        "ouvert" => Some(Mark::Opened),
        "ferme" => Some(Mark::Closed),
        _ => None,
    };
    house.store.write(|tx| {
        let known = settings_of::marks(tx, desk.id(), today, today + Duration::days(DAYS_AHEAD))?;
        if known.len() >= MARKS_MAX && mark.is_some() {
            return Err(Error::invalid(
                "date",
                "Trop de dates sont ouvertes ou fermées à la main : faites une absence.",
            ));
        }
        settings_of::mark(tx, desk.id(), date, mark)
    })?;
    note(house, request, desk, Action::AgendaRulesChanged, format!("jour {date}"));
    Ok(Answer::see_other(format!("{}/agenda/reglages?fait=1#jours", desk.base())))
}
