//! Everything that decides a day but its appointments, read once for a stretch of days.

use super::model::Absence;
use super::overrides::{self, Override};
use super::settings::{self, Mark, Settings};
use super::week::{self, TypicalWeek};
use super::{absences, holidays};
use crate::base::time;
use crate::error::Result;
use crate::store::Reads;
use crate::subscribers::Subscriber;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The rules of an abonné's agenda for a stretch of days.
#[derive(Debug, Clone)]
pub struct Rules {
    pub settings: Settings,
    pub weeks: Vec<TypicalWeek>,
    /// What an abonné has before its first typical week.
    pub usual: TypicalWeek,
    pub repeated: Vec<Override>,
    pub overrides: BTreeMap<time::Day, Vec<Override>>,
    pub absences: Vec<Absence>,
    pub marks: BTreeMap<time::Day, Mark>,
}

impl Rules {
    /// Rules with nothing said yet.
    pub fn new(settings: Settings) -> Rules {
        Rules {
            settings,
            weeks: Vec::new(),
            usual: TypicalWeek::usual(),
            repeated: Vec::new(),
            overrides: BTreeMap::new(),
            absences: Vec::new(),
            marks: BTreeMap::new(),
        }
    }

    /// The typical week of a date; the usual one before the first that was made.
    pub fn week_on(&self, date: NaiveDate) -> &TypicalWeek {
        week::valid_on(&self.weeks, date).unwrap_or(&self.usual)
    }

    /// The repeated changes that count on a date, in the order they were made. A typical week that was made later and
    /// begins later ends them.
    pub fn repeated_on(&self, date: NaiveDate) -> impl Iterator<Item = &Override> {
        let week = self.week_on(date);
        let outlives = |made: &Override| made.number > week.number || made.from >= week.valid_from;
        self.repeated.iter().filter(move |made| made.reaches(date) && outlives(made))
    }

    /// The public holidays of a date, by name, and whether it is closed: by them, or by hand.
    pub fn holiday_on(&self, date: NaiveDate) -> (Vec<&'static str>, bool) {
        let names = holidays::names(date, self.settings.region);
        let closed = match self.marks.get(&time::Day::from(date)) {
            Some(Mark::Opened) => false,
            Some(Mark::Closed) => true,
            None => !names.is_empty() && !self.settings.works_holidays,
        };
        (names, closed)
    }
}

/// Reads the rules for the days between two, both included.
pub fn load(tx: &impl Reads, subscriber: &Subscriber, from: NaiveDate, to: NaiveDate) -> Result<Rules> {
    let id = subscriber.id;
    let mut rules = Rules::new(settings::settings(tx, subscriber)?);
    rules.weeks = week::weeks(tx, id)?;
    rules.repeated = overrides::repeated(tx, id)?;
    for made in overrides::of_days(tx, id, from.into(), to.into())? {
        rules.overrides.entry(made.from).or_default().push(made);
    }
    rules.absences = absences::between(tx, id, from, to)?;
    rules.marks = settings::marks(tx, id, from, to)?;
    Ok(rules)
}
