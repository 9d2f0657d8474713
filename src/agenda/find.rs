//! « Trouver un créneau »: the next free times of a length and kind, of one or several abonnés. What it returns, `book`
//! accepts, as long as nobody is quicker.

use super::day::{self, Blocks};
use super::model::{APPOINTMENT_MINUTES_MAX, FreeTime, Kind, Minute, Slot};
use super::rules::{self, Rules};
use super::store::{SPANS, key};
use crate::base::{AppointmentId, Instant, SubscriberId, Zone, time};
use crate::error::Result;
use crate::store::{Direction, Reads};
use crate::subscribers::Subscriber;
use chrono::{Duration, NaiveDate};
use std::ops::ControlFlow;

/// How far « Trouver un créneau » looks, in days.
pub const DAYS_MAX: u16 = 366;
/// Days read at once: most questions are answered by the first stretch.
const STRETCH_DAYS: u16 = 28;
/// The nearest times offered to whoever came second.
const NEAREST_MAX: usize = 5;

/// Which half of the day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Half {
    #[default]
    Any,
    Morning,
    Afternoon,
}

impl Half {
    /// The word of forms.
    pub fn word(self) -> &'static str {
        match self {
            Half::Any => "",
            Half::Morning => "matin",
            Half::Afternoon => "apres-midi",
        }
    }

    pub fn from_word(word: &str) -> Option<Half> {
        [Half::Any, Half::Morning, Half::Afternoon].into_iter().find(|half| half.word() == word)
    }

    /// By when an appointment begins.
    fn includes(self, start: Minute) -> bool {
        match self {
            Half::Any => true,
            Half::Morning => start < Minute::at(12, 0),
            Half::Afternoon => start >= Minute::at(12, 0),
        }
    }
}

/// What somebody looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// At least 1, `APPOINTMENT_MINUTES_MAX` at most; what is outside is brought inside.
    pub minutes: u16,
    /// Time open for this; `None` for either.
    pub kind: Option<Kind>,
    pub from: NaiveDate,
    pub half: Half,
    /// Days to look at, `DAYS_MAX` at most.
    pub days: u16,
    /// Times to return.
    pub most: usize,
}

/// The next free times of one abonné, soonest first.
pub fn find(tx: &impl Reads, subscriber: &Subscriber, wanted: Wanted, now: Instant) -> Result<Vec<FreeTime>> {
    let found = find_among(tx, std::slice::from_ref(subscriber), wanted, now)?;
    Ok(found.into_iter().map(|(_, free)| free).collect())
}

/// The next free times of several abonnés, soonest first.
pub fn find_among(
    tx: &impl Reads,
    subscribers: &[Subscriber],
    wanted: Wanted,
    now: Instant,
) -> Result<Vec<(SubscriberId, FreeTime)>> {
    let days = wanted.days.clamp(1, DAYS_MAX);
    let wanted = Wanted { minutes: wanted.minutes.clamp(1, APPOINTMENT_MINUTES_MAX), ..wanted };
    let last = wanted.from + Duration::days(i64::from(days) - 1);
    let mut calendars = Vec::with_capacity(subscribers.len());
    for subscriber in subscribers {
        calendars.push((subscriber, rules::load(tx, subscriber, wanted.from, last)?));
    }
    let mut found = Vec::new();
    let mut offset = 0;
    while offset < days && found.len() < wanted.most {
        let count = STRETCH_DAYS.min(days - offset);
        let from = wanted.from + Duration::days(i64::from(offset));
        for (subscriber, rules) in &calendars {
            let busy = Busy::read(tx, subscriber, from, count)?;
            let mut own = 0;
            for place in 0..count {
                let date = from + Duration::days(i64::from(place));
                for free in free_on(rules, date, subscriber.zone, &busy, wanted, now) {
                    found.push((subscriber.id, free));
                    own += 1;
                }
                // More of this one can't be among the first that are wanted.
                if own >= wanted.most {
                    break;
                }
            }
        }
        offset += count;
    }
    found.sort_by_key(|(id, free)| (free.start_utc, *id));
    found.truncate(wanted.most);
    Ok(found)
}

/// What is offered to whoever came second: the free times nearest to the one wanted, by time.
pub(super) fn nearest(
    tx: &impl Reads,
    subscriber: &Subscriber,
    around: Instant,
    minutes: u16,
    kind: Kind,
    now: Instant,
) -> Result<Vec<FreeTime>> {
    let date = around.local(subscriber.zone).date();
    for kind in [Some(kind), None] {
        // A day holds 288 slots of five minutes at most.
        let wanted = Wanted { minutes, kind, from: date, half: Half::Any, days: 1, most: 288 };
        let mut found = find(tx, subscriber, wanted, now)?;
        if found.len() < NEAREST_MAX {
            let from = date + Duration::days(1);
            found.extend(find(tx, subscriber, Wanted { from, days: 60, most: NEAREST_MAX, ..wanted }, now)?);
        }
        found.sort_by_key(|free| (free.start_utc.0 - around.0).abs());
        found.truncate(NEAREST_MAX);
        found.sort_by_key(|free| free.start_utc);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// When an abonné is taken, in UTC milliseconds: start, end; by start.
struct Busy(Vec<(u64, u64)>);

impl Busy {
    fn read(tx: &impl Reads, subscriber: &Subscriber, from: NaiveDate, days: u16) -> Result<Busy> {
        let zone = subscriber.zone;
        let end = from + Duration::days(i64::from(days));
        let start = key(zone.instant_at_or_after(Minute::START.on(from)));
        let end = key(zone.instant_at_or_after(Minute::START.on(end)));
        let reach = u64::from(APPOINTMENT_MINUTES_MAX) * time::MINUTE_MS as u64;
        let mut spans = Vec::new();
        // An appointment of the last evening may have to be followed into the next day.
        let range = (subscriber.id.0, start.saturating_sub(reach), 0)..(subscriber.id.0, end + reach, 0);
        SPANS.each(tx, range, Direction::Ascending, |(_, begins, _), ends| {
            spans.push((begins, ends));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(Busy(spans))
    }

    /// Those that may touch a stretch.
    fn around(&self, start: u64, end: u64) -> &[(u64, u64)] {
        let reach = u64::from(APPOINTMENT_MINUTES_MAX) * time::MINUTE_MS as u64;
        let from = self.0.partition_point(|(begins, _)| *begins < start.saturating_sub(reach));
        let to = self.0.partition_point(|(begins, _)| *begins < end);
        &self.0[from..to]
    }

    fn is_free(&self, start: u64, end: u64) -> bool {
        self.around(start, end).iter().all(|(_, ends)| *ends <= start)
    }
}

/// The free times of one day: those at which a free row of the agenda begins, and enough free rows of the kind follow.
fn free_on(rules: &Rules, date: NaiveDate, zone: Zone, busy: &Busy, wanted: Wanted, now: Instant) -> Vec<FreeTime> {
    let midnight = zone.instant_at_or_after(Minute::START.on(date));
    let next = zone.instant_at_or_after(Minute::START.on(date + Duration::days(1)));
    if next <= now {
        return Vec::new();
    }
    // On nearly every day the clock on the wall runs with the world's.
    let even = next.ms_since(midnight) == time::DAY_MS;
    let minute_of = |at: u64| -> i64 {
        if even {
            (at as i64 - midnight.0).div_euclid(time::MINUTE_MS)
        } else {
            let civil = Instant(at as i64).local(zone);
            civil.signed_duration_since(Minute::START.on(date)).num_minutes()
        }
    };
    let mut laid = Vec::new();
    for (place, (begins, ends)) in busy.around(key(midnight), key(next)).iter().enumerate() {
        let start = minute_of(*begins).max(0);
        // Across a doubled hour the wall clock may show an end before the start.
        let end = minute_of(*ends).max(start + 1).min(i64::from(Minute::END.0));
        if *ends > key(midnight) && start < end {
            laid.push((Minute(start as u16), Minute(end as u16), AppointmentId(place as u64)));
        }
    }
    laid.sort_unstable();
    let slots = day::free_and_taken(rules, date, &Blocks::of(&laid));
    let open = |slot: &Slot| slot.is_free() && slot.opening.is_worked_for(wanted.kind);
    let mut found = Vec::new();
    for (place, slot) in slots.iter().enumerate() {
        if !open(slot) || !wanted.half.includes(slot.start) {
            continue;
        }
        let (Some(free), Some(kind)) = (room(&slots[place..], open), slot.opening.kind()) else { continue };
        if free < wanted.minutes {
            continue;
        }
        let start_utc = if even {
            midnight.plus_ms(i64::from(slot.start.0) * time::MINUTE_MS)
        } else {
            match zone.instant(slot.start.on(date)) {
                Some(moment) => moment,
                None => continue,
            }
        };
        let end_utc = start_utc.plus_ms(i64::from(wanted.minutes) * time::MINUTE_MS);
        if start_utc > now && busy.is_free(key(start_utc), key(end_utc)) {
            found.push(FreeTime { date, start: slot.start, minutes: wanted.minutes, kind, start_utc });
        }
    }
    found
}

/// Minutes from the first slot on that are open without a gap.
fn room(slots: &[Slot], open: impl Fn(&Slot) -> bool) -> Option<u16> {
    let first = slots.first()?;
    let last = slots.iter().take_while(|slot| open(slot) && slot.opening == first.opening).last()?;
    Some(last.end.0 - first.start.0)
}
