//! The recurring work: reminders that fall due are written into the outbox, what is over is erased.

use super::links::Whose;
use super::meetings::{self, WATCHED, Watched};
use super::settings::{self, Settings};
use super::{letters, times};
use crate::base::{Instant, time};
use crate::error::Result;
use crate::house::House;
use crate::store::Write;
use crate::subscribers::{Subscriber, store as subscribers};

/// Appointments dealt with in one write.
const STEP: usize = 25;
/// A reminder that comes later than this before its appointment is no help any more.
const TOO_LATE_MS: i64 = 15 * time::MINUTE_MS;
/// What is due in the last minute of the day may leave so much later.
const BELATED_MS: i64 = 15 * time::MINUTE_MS;
/// How often letters that wait are looked at again.
const LOOK_MS: i64 = 10 * time::MINUTE_MS;

/// When the work is due after it was done: at the next reminder, or to look again at what waits.
pub fn next(house: &House, last: Instant) -> Instant {
    let look = last.plus_ms(LOOK_MS);
    match house.store.read(meetings::next_planned) {
        Ok(Some(planned)) => planned.max(last).min(look),
        _ => look,
    }
}

/// Does what is due, in steps; ends early between two when the server stops.
pub fn run(house: &House, now: Instant, stop: &dyn Fn() -> bool) -> Result<()> {
    house.store.write_into_reserve(|tx| letters::check_waiting(tx, now))?;
    loop {
        let due = house.store.read(|tx| meetings::due(tx, now, STEP))?;
        if due.is_empty() || stop() {
            return Ok(());
        }
        house.store.write_into_reserve(|tx| {
            // Looked up again in the write: an appointment may have moved in between.
            for whose in meetings::due(tx, now, STEP)? {
                step(tx, whose, now)?;
            }
            Ok(())
        })?;
    }
}

fn step(tx: &Write<'_>, whose: Whose, now: Instant) -> Result<()> {
    let Some(mut watched) = WATCHED.get(tx, whose.key())? else { return Ok(()) };
    let Some(subscriber) = subscribers::subscriber(tx, whose.subscriber)? else {
        return meetings::forget(tx, whose, watched, now);
    };
    let settings = settings::of(tx, subscriber.id)?;
    if watched.end <= now {
        if watched.erased {
            return meetings::forget(tx, whose, watched, now);
        }
        meetings::erase_content(tx, whose, &mut watched, now)?;
        return meetings::keep(tx, whose, watched, None, &settings, subscriber.zone);
    }
    let later = remind(tx, &subscriber, &settings, whose, &mut watched, now)?;
    meetings::keep(tx, whose, watched, later, &settings, subscriber.zone)
}

/// Writes one reminder for all that are due; or says when, where that would be at night (the server may have been away).
fn remind(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    settings: &Settings,
    whose: Whose,
    watched: &mut Watched,
    now: Instant,
) -> Result<Option<Instant>> {
    let last = watched.start.plus_ms(-TOO_LATE_MS);
    let morning = times::next_day_time(now.plus_ms(-BELATED_MS), subscriber.zone);
    let night = morning > now;
    if night && morning < last {
        return Ok(Some(morning));
    }
    let due = watched.take_due(settings, subscriber.zone, now);
    if due && settings.on && !watched.gone && !night && now < last {
        letters::remind(tx, subscriber, settings, whose, watched, now)?;
    }
    Ok(None)
}
