//! What the secretariat did for each abonné, month by month, for its invoices.
//!
//! Counted in the write that does it and never recounted: messages are erased, invoices are not. What another software's
//! file brought in was done elsewhere and is not counted. Figures only; they outlive the abonné.

use crate::base::{Instant, SubscriberId, Zone, time};
use crate::error::Result;
use crate::store::{AnyTable, Collection, Direction, Reads, Write};
use chrono::{Datelike, Months, NaiveDate};
use std::fmt;
use std::ops::ControlFlow;
use std::str::FromStr;

/// Month, abonné, what: how many.
static COUNTERS: Collection<(u32, u64, u8), u64> = Collection::new("counters.months");

pub static TABLES: [&dyn AnyTable; 1] = [&COUNTERS];

/// What is counted. The place of each is what the file keeps: new ones go to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Information,
    Sms,
    Appointment,
    Visit,
    Fax,
    /// Of those above.
    Urgent,
    /// Appointments that the secretariat put into the agenda.
    Booked,
    /// SMS that a gateway took: each is paid for.
    SmsSent,
}

impl Counted {
    /// In the order of columns.
    pub const ALL: [Counted; 8] = [
        Counted::Information,
        Counted::Sms,
        Counted::Appointment,
        Counted::Visit,
        Counted::Fax,
        Counted::Urgent,
        Counted::Booked,
        Counted::SmsSent,
    ];

    /// The header of its column.
    pub fn label(self) -> &'static str {
        match self {
            Counted::Information => "Informations",
            Counted::Sms => "Bips/SMS",
            Counted::Appointment => "Rendez-vous",
            Counted::Visit => "Visites",
            Counted::Fax => "Fax",
            Counted::Urgent => "Dont urgents",
            Counted::Booked => "RDV à l’agenda",
            Counted::SmsSent => "SMS envoyés",
        }
    }
}

/// A month of the calendar, in the abonné's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Its first day.
    first: NaiveDate,
}

impl Month {
    pub fn of(date: NaiveDate) -> Month {
        Month { first: date.with_day(1).unwrap_or(date) }
    }

    pub fn at(now: Instant, zone: Zone) -> Month {
        Month::of(now.local(zone).date())
    }

    /// « novembre 2026 ».
    pub fn in_words(self) -> String {
        let words = time::date_in_words_without_weekday(self.first);
        words.split_once(' ').map(|(_, rest)| rest.to_owned()).unwrap_or(words)
    }

    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    pub fn before(self, months: u32) -> Month {
        Month { first: self.first.checked_sub_months(Months::new(months)).unwrap_or(self.first) }
    }

    /// 202611.
    fn key(self) -> u32 {
        u32::try_from(self.first.year()).unwrap_or(0) * 100 + self.first.month()
    }

    fn from_key(key: u32) -> Option<Month> {
        NaiveDate::from_ymd_opt(i32::try_from(key / 100).ok()?, key % 100, 1).map(|first| Month { first })
    }
}

impl fmt::Display for Month {
    /// « 2026-11 », as addresses write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Month, ()> {
        if text.len() != 7 || !text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(());
        }
        NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map(Month::of).map_err(|_| ())
    }
}

/// What was done in one month for one abonné.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u64; Counted::ALL.len()]);

impl Counts {
    /// Figures in the order of `Counted::ALL`.
    pub fn of_figures(figures: [u64; Counted::ALL.len()]) -> Counts {
        Counts(figures)
    }

    pub fn of(&self, what: Counted) -> u64 {
        self.0[what as usize]
    }

    /// Everything that was taken for the abonné by telephone: all kinds but faxes.
    pub fn calls(&self) -> u64 {
        [Counted::Information, Counted::Sms, Counted::Appointment, Counted::Visit]
            .into_iter()
            .map(|what| self.of(what))
            .sum()
    }

    pub fn add(&mut self, other: &Counts) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }

    fn set(&mut self, what: u8, count: u64) {
        if let Some(place) = self.0.get_mut(usize::from(what)) {
            *place = count;
        }
    }
}

/// Counts one more, in the write that does it.
pub fn count(tx: &Write<'_>, subscriber: SubscriberId, month: Month, what: Counted) -> Result<()> {
    let key = (month.key(), subscriber.0, what as u8);
    let so_far = COUNTERS.get(tx, key)?.unwrap_or(0);
    COUNTERS.put(tx, key, &(so_far + 1))
}

/// Takes back what was counted for something that was undone.
pub fn uncount(tx: &Write<'_>, subscriber: SubscriberId, month: Month, what: Counted) -> Result<()> {
    let key = (month.key(), subscriber.0, what as u8);
    let so_far = COUNTERS.get(tx, key)?.unwrap_or(0);
    COUNTERS.put(tx, key, &so_far.saturating_sub(1))
}

/// One month of every abonné for whom something was done, by number.
pub fn of_month(tx: &impl Reads, month: Month) -> Result<Vec<(SubscriberId, Counts)>> {
    let mut found: Vec<(SubscriberId, Counts)> = Vec::new();
    let key = month.key();
    COUNTERS.each(tx, (key, 0, 0)..(key + 1, 0, 0), Direction::Ascending, |(_, subscriber, what), count| {
        let id = SubscriberId(subscriber);
        if found.last().is_none_or(|(last, _)| *last != id) {
            found.push((id, Counts::default()));
        }
        if let Some((_, counts)) = found.last_mut() {
            counts.set(what, count);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// One month of one abonné.
pub fn of_subscriber(tx: &impl Reads, month: Month, subscriber: SubscriberId) -> Result<Counts> {
    let mut counts = Counts::default();
    let key = month.key();
    let range = (key, subscriber.0, 0)..=(key, subscriber.0, u8::MAX);
    COUNTERS.each(tx, range, Direction::Ascending, |(_, _, what), count| {
        counts.set(what, count);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(counts)
}

/// Every figure of an abonné as it is kept, for another house: month, what, how many.
pub fn all_of(tx: &impl Reads, subscriber: SubscriberId) -> Result<Vec<(u32, u8, u64)>> {
    let mut found = Vec::new();
    COUNTERS.each(tx, (0, 0, 0).., Direction::Ascending, |(month, of, what), count| {
        if of == subscriber.0 {
            found.push((month, what, count));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Puts a figure that came from another house; `false` for one that can't be.
pub fn carry(tx: &Write<'_>, subscriber: SubscriberId, (month, what, count): (u32, u8, u64)) -> Result<bool> {
    if Month::from_key(month).is_none() || usize::from(what) >= Counted::ALL.len() {
        return Ok(false);
    }
    COUNTERS.put(tx, (month, subscriber.0, what), &count)?;
    Ok(true)
}

/// The first month in which anything was counted.
pub fn first_month(tx: &impl Reads) -> Result<Option<Month>> {
    let mut first = None;
    COUNTERS.open(tx)?.keys((0, 0, 0).., Direction::Ascending, 0, |(month, _, _)| {
        first = Month::from_key(month);
        ControlFlow::Break(())
    })?;
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_written_and_read_as_addresses_have_them() {
        let month: Month = "2026-11".parse().unwrap();
        assert_eq!((month.to_string().as_str(), month.in_words().as_str()), ("2026-11", "novembre 2026"));
        assert_eq!(month.before(11).to_string(), "2025-12");
        assert_eq!(Month::from_key(month.key()), Some(month));
        for wrong in ["", "2026", "2026-13", "2026-1", "11-2026", "2026-11-01", "+026-11"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
