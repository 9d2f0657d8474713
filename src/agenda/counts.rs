//! How many appointments begin on each day: what the calendar of a month marks. Reads the index of times alone.

use super::model::Minute;
use super::store::{SPANS, key};
use crate::base::Instant;
use crate::error::Result;
use crate::store::{Direction, Reads};
use crate::subscribers::Subscriber;
use chrono::NaiveDate;
use std::ops::ControlFlow;

/// The days from one on, up to another that is left out, that have appointments; by date.
pub fn by_day(
    tx: &impl Reads,
    subscriber: &Subscriber,
    from: NaiveDate,
    end: NaiveDate,
) -> Result<Vec<(NaiveDate, u64)>> {
    let zone = subscriber.zone;
    let midnight = |date: NaiveDate| key(zone.instant_at_or_after(Minute::START.on(date)));
    let mut found: Vec<(NaiveDate, u64)> = Vec::new();
    let range = (subscriber.id.0, midnight(from), 0)..(subscriber.id.0, midnight(end), 0);
    SPANS.open(tx)?.keys(range, Direction::Ascending, 0, |(_, start, _)| {
        let date = Instant(start as i64).local(zone).date();
        match found.last_mut() {
            Some((last, count)) if *last == date => *count += 1,
            _ => found.push((date, 1)),
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}
