//! The typical week: which hours of which weekdays are worked, and in slots of what length.

use super::model::{Kind, Minute, Opening, SLOT_MINUTES_MAX, SLOT_MINUTES_MIN};
use super::store::{self, WEEKS};
use crate::base::{SubscriberId, time};
use crate::error::{Error, Problems, Result};
use crate::store::{Direction, Reads, Record, Write};
use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Periods of one week: seven days of eight, for even and odd weeks.
pub const PERIODS_MAX: usize = 112;
/// Typical weeks of one abonné, past ones included.
const WEEKS_MAX: usize = 100;

/// Which ISO weeks a period is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weeks {
    Every,
    Even,
    Odd,
}

impl Weeks {
    pub const ALL: [Weeks; 3] = [Weeks::Every, Weeks::Even, Weeks::Odd];

    /// The word of forms.
    pub fn word(self) -> &'static str {
        match self {
            Weeks::Every => "toutes",
            Weeks::Even => "paires",
            Weeks::Odd => "impaires",
        }
    }

    pub fn from_word(word: &str) -> Option<Weeks> {
        Weeks::ALL.into_iter().find(|weeks| weeks.word() == word)
    }

    fn includes(self, date: NaiveDate) -> bool {
        match self {
            Weeks::Every => true,
            Weeks::Even => date.iso_week().week().is_multiple_of(2),
            Weeks::Odd => !date.iso_week().week().is_multiple_of(2),
        }
    }

    fn meets(self, other: Weeks) -> bool {
        self == other || self == Weeks::Every || other == Weeks::Every
    }
}

/// Hours of a weekday; `Unworked` is a pause, which cuts the worked periods that it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// 0 for Monday.
    pub weekday: u8,
    pub weeks: Weeks,
    pub from: Minute,
    pub to: Minute,
    pub opening: Opening,
    /// The length of its slots, in minutes.
    pub slot_minutes: u16,
}

/// A typical week, valid from a date until that of the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypicalWeek {
    pub valid_from: time::Day,
    pub periods: Vec<Period>,
    /// Made after the overrides with a lower number.
    pub number: u64,
}

impl Record for TypicalWeek {}

impl TypicalWeek {
    /// What an abonné has who never said: Monday to Friday, 9 to 12 and 14 to 18, a quarter of an hour each.
    pub fn usual() -> TypicalWeek {
        let mut periods = Vec::new();
        for weekday in 0..5 {
            for (from, to) in [(Minute::at(9, 0), Minute::at(12, 0)), (Minute::at(14, 0), Minute::at(18, 0))] {
                let opening = Opening::Worked(Kind::Consultation);
                periods.push(Period { weekday, weeks: Weeks::Every, from, to, opening, slot_minutes: 15 });
            }
        }
        TypicalWeek { valid_from: time::Day(i32::MIN), periods, number: 0 }
    }

    /// The periods of a date, worked ones first, pauses after.
    pub fn on(&self, date: NaiveDate) -> impl Iterator<Item = &Period> {
        let weekday = date.weekday().num_days_from_monday() as u8;
        let of_day = move |period: &&Period| period.weekday == weekday && period.weeks.includes(date);
        let worked = self.periods.iter().filter(of_day).filter(|period| period.opening.is_worked());
        worked.chain(self.periods.iter().filter(of_day).filter(|period| !period.opening.is_worked()))
    }

    /// Checks periods. Problems are tied to `periode-N`, N from 0 in the order given.
    pub fn checked(
        valid_from: NaiveDate,
        periods: Vec<Period>,
    ) -> std::result::Result<TypicalWeek, Vec<(usize, String)>> {
        let mut wrong = Vec::new();
        if periods.len() > PERIODS_MAX {
            wrong.push((PERIODS_MAX, format!("Une semaine compte {PERIODS_MAX} périodes au plus.")));
        }
        for (place, period) in periods.iter().enumerate() {
            if period.from >= period.to {
                wrong.push((place, format!("{} : la fin vient avant le début.", weekday_name(period.weekday))));
            }
            if !(SLOT_MINUTES_MIN..=SLOT_MINUTES_MAX).contains(&period.slot_minutes) {
                wrong.push((place, format!("Un créneau dure de {SLOT_MINUTES_MIN} à {SLOT_MINUTES_MAX} minutes.")));
            }
            let overlapped = periods[..place].iter().find(|other| {
                other.weekday == period.weekday
                    && other.weeks.meets(period.weeks)
                    && other.opening.is_worked() == period.opening.is_worked()
                    && other.from < period.to
                    && period.from < other.to
            });
            if let Some(other) = overlapped {
                let day = weekday_name(period.weekday);
                wrong.push((
                    place,
                    format!("{day} : {} – {} chevauche {} – {}.", period.from, period.to, other.from, other.to),
                ));
            }
        }
        if wrong.is_empty() {
            Ok(TypicalWeek { valid_from: valid_from.into(), periods, number: 0 })
        } else {
            Err(wrong)
        }
    }
}

/// The weekdays from Monday; the words of forms too.
pub const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/// « lundi », from 0.
pub fn weekday_name(weekday: u8) -> &'static str {
    WEEKDAYS[usize::from(weekday) % 7]
}

/// The number of a weekday, from 0 for Monday.
pub fn weekday_of(weekday: Weekday) -> u8 {
    weekday.num_days_from_monday() as u8
}

/// The typical weeks of an abonné, by date; the usual one where there is none.
pub fn weeks(tx: &impl Reads, subscriber: SubscriberId) -> Result<Vec<TypicalWeek>> {
    let mut weeks = Vec::new();
    WEEKS.each(tx, (subscriber.0, i32::MIN)..=(subscriber.0, i32::MAX), Direction::Ascending, |_, week| {
        weeks.push(week);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(weeks)
}

/// The week that is valid on a date.
pub fn valid_on(weeks: &[TypicalWeek], date: NaiveDate) -> Option<&TypicalWeek> {
    let day = time::Day::from(date);
    weeks.iter().rev().find(|week| week.valid_from <= day)
}

/// Writes a typical week, in place of one that is valid from the same date.
pub fn set(tx: &Write<'_>, subscriber: SubscriberId, week: TypicalWeek) -> Result<()> {
    let known = weeks(tx, subscriber)?;
    if known.len() >= WEEKS_MAX && !known.iter().any(|other| other.valid_from == week.valid_from) {
        let mut problems = Problems::default();
        problems.add("valable", "Supprimez d’abord d’anciennes semaines types.");
        return Err(Error::Invalid(problems));
    }
    let number = store::next(tx, subscriber, |numbers| &mut numbers.rule)?;
    WEEKS.put(tx, (subscriber.0, week.valid_from.0), &TypicalWeek { number, ..week })?;
    tx.touch(subscriber.0);
    Ok(())
}

/// Takes a typical week away; whether it was there.
pub fn remove(tx: &Write<'_>, subscriber: SubscriberId, valid_from: NaiveDate) -> Result<bool> {
    tx.touch(subscriber.0);
    WEEKS.remove(tx, (subscriber.0, time::Day::from(valid_from).0))
}
