//! Appointments that come again: each week, every other, or each month, N times; each obstacle shown before anything is
//! written, then all that were chosen in one write.

use super::model::{Actor, Appointment, NewAppointment, UndoToken};
use super::undo::{self, Step};
use super::{absences, announce, appointments, day, following, history, rules};
use crate::base::{AppointmentId, Instant, time};
use crate::error::{Error, Result};
use crate::store::{Reads, Write};
use crate::subscribers::Subscriber;
use chrono::{Datelike, Duration, NaiveDate};

/// Two years of weeks.
pub const TIMES_MAX: u16 = 104;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Week,
    TwoWeeks,
    /// The same weekday of each month, counted from its beginning: each second Tuesday.
    Month,
}

impl Every {
    pub const ALL: [Every; 3] = [Every::Week, Every::TwoWeeks, Every::Month];

    /// The word of forms.
    pub fn word(self) -> &'static str {
        match self {
            Every::Week => "semaine",
            Every::TwoWeeks => "quinzaine",
            Every::Month => "mois",
        }
    }

    pub fn from_word(word: &str) -> Option<Every> {
        Every::ALL.into_iter().find(|every| every.word() == word)
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Every::Week => "chaque semaine",
            Every::TwoWeeks => "toutes les deux semaines",
            Every::Month => "chaque mois, le même jour de la semaine",
        }
    }
}

/// What stands in the way of one of them. Only `Taken` and `Impossible` keep it from being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    Taken(Vec<Appointment>),
    /// That time does not exist on that day, or it is too far away: the sentence says which.
    Impossible(String),
    Holiday(String),
    Absence(String),
    Unworked,
}

impl Obstacle {
    /// It can't be written, whatever one wants.
    pub fn is_final(&self) -> bool {
        matches!(self, Obstacle::Taken(_) | Obstacle::Impossible(_))
    }

    /// « pris par DUPONT Marie », « jour férié : Toussaint ».
    pub fn in_words(&self) -> String {
        match self {
            Obstacle::Taken(holders) => {
                let names: Vec<String> = holders.iter().map(Appointment::label).collect();
                format!("pris : {}", names.join(", "))
            }
            Obstacle::Impossible(sentence) => sentence.clone(),
            Obstacle::Holiday(name) => format!("jour férié : {name}"),
            Obstacle::Absence(reason) => format!("absence : {reason}"),
            Obstacle::Unworked => "non travaillé".into(),
        }
    }
}

/// One of a series, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    pub date: NaiveDate,
    pub obstacle: Option<Obstacle>,
}

/// The dates of a series, the first included. A month without a fifth such weekday is left out.
pub fn dates(first: NaiveDate, every: Every, times: u16) -> Vec<NaiveDate> {
    let times = times.clamp(1, TIMES_MAX);
    match every {
        Every::Week => (0..times).map(|place| first + Duration::weeks(i64::from(place))).collect(),
        Every::TwoWeeks => (0..times).map(|place| first + Duration::weeks(2 * i64::from(place))).collect(),
        Every::Month => {
            let nth = (first.day0() / 7 + 1) as u8;
            let months = (0..).map(|place| first.month0() as i32 + place);
            let dates = months.filter_map(|month| {
                let year = first.year() + month.div_euclid(12);
                NaiveDate::from_weekday_of_month_opt(year, month.rem_euclid(12) as u32 + 1, first.weekday(), nth)
            });
            dates.take(usize::from(times)).collect()
        }
    }
}

/// What would become of a series: each date with what stands in its way.
pub fn plan(
    tx: &impl Reads,
    subscriber: &Subscriber,
    new: &NewAppointment,
    dates: &[NaiveDate],
    now: Instant,
) -> Result<Vec<Occurrence>> {
    let mut planned = Vec::with_capacity(dates.len());
    for date in dates {
        let one = NewAppointment { date: *date, ..new.clone() };
        planned.push(Occurrence { date: *date, obstacle: obstacle(tx, subscriber, &one, now)? });
    }
    Ok(planned)
}

fn obstacle(tx: &impl Reads, subscriber: &Subscriber, new: &NewAppointment, now: Instant) -> Result<Option<Obstacle>> {
    let start = match appointments::moment(subscriber.zone, new.date, new.start, new.fold, now) {
        Ok(start) => start,
        Err(cause @ Error::Invalid(_)) => return Ok(Some(Obstacle::Impossible(cause.to_string()))),
        Err(other) => return Err(other),
    };
    let end = start.plus_ms(i64::from(new.minutes) * time::MINUTE_MS);
    let holding = appointments::holders(tx, subscriber.id, start, end, None)?;
    if !holding.is_empty() {
        let mut holders = Vec::with_capacity(holding.len());
        for (begins, id) in holding {
            holders.extend(appointments::at(tx, subscriber.id, begins, id)?);
        }
        return Ok(Some(Obstacle::Taken(holders)));
    }
    if let Some(absence) = absences::over(tx, subscriber, new.place())?.first() {
        return Ok(Some(Obstacle::Absence(absence.label().to_owned())));
    }
    let rules = rules::load(tx, subscriber, new.date, new.date)?;
    let (names, closed) = rules.holiday_on(new.date);
    if closed && !names.is_empty() {
        return Ok(Some(Obstacle::Holiday(names.join(" et "))));
    }
    let day = day::day(&rules, new.date, subscriber.zone, &[]);
    let worked = day.slot_at(new.start).is_some_and(|slot| slot.opening.is_worked());
    Ok((!worked).then_some(Obstacle::Unworked))
}

/// Books a series on these dates, all or none: `Conflict` names the first date that was taken meanwhile. One undo takes
/// them all back; the abonné gets one message.
pub fn book(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    new: &NewAppointment,
    dates: &[NaiveDate],
    actor: Actor<'_>,
    now: Instant,
) -> Result<(Vec<Appointment>, UndoToken)> {
    if dates.is_empty() || dates.len() > usize::from(TIMES_MAX) {
        return Err(Error::invalid("fois", format!("Choisissez de 1 à {TIMES_MAX} dates.")));
    }
    let mut booked: Vec<Appointment> = Vec::with_capacity(dates.len());
    for date in dates {
        let one = NewAppointment { date: *date, ..new.clone() };
        let series: Option<AppointmentId> = booked.first().map(|first| first.id);
        let made = appointments::insert(tx, subscriber, one, false, series, actor, now);
        let made = made.map_err(|cause| match cause {
            Error::Conflict(_) => {
                let place = NewAppointment { date: *date, ..new.clone() }.place();
                Error::Conflict(format!("Le créneau du {} vient d’être pris.", place.in_words()))
            }
            other => other,
        })?;
        let what = if made.forced { history::What::Forced } else { history::What::Booked };
        history::note(tx, subscriber.id, actor, now, Some(made.id), &[made.slot()], what)?;
        booked.push(made);
    }
    let mut message = None;
    if let Some(first) = booked.first_mut() {
        first.series = (dates.len() > 1).then_some(first.id);
        let news = match dates.len() as u64 - 1 {
            0 => announce::News::Booked,
            more => announce::News::BookedSeries { more },
        };
        message = announce::announce(tx, subscriber.id, first, news, actor, now)?;
        first.message = message;
        appointments::put(tx, subscriber.id, first)?;
    }
    for one in &booked {
        following::stands(tx, subscriber, one, now)?;
    }
    let step = Step::Booked(booked.iter().map(|one| (one.id, one.version)).collect());
    let undo = undo::keep(tx, subscriber.id, actor, now, step, message)?;
    Ok((booked, undo))
}
