//! « En cours de saisie par Aline »: who has the window of a slot open. Advice in memory, never a lock; gone after two
//! minutes, or with the process.

use super::appointments;
use super::model::{Actor, Fold, Minute, Place};
use crate::base::holds::{Hold, Spot};
use crate::base::{Instant, SubscriberId, time};
use crate::error::Result;
use crate::house::House;
use crate::subscribers::Subscriber;
use chrono::NaiveDate;

/// Says that somebody has a slot's window open, from now on for two minutes; called again, it lasts. Others' pages see it
/// at once.
pub fn hold(house: &House, subscriber: &Subscriber, place: Place, actor: Actor<'_>, now: Instant) -> Result<()> {
    let Some(person) = actor.person else { return Ok(()) };
    let spot = spot(subscriber, place, now)?;
    if house.holds.hold(subscriber.id.0, spot, person, actor.name, now) {
        house.store.live().bump(subscriber.id.0);
    }
    Ok(())
}

/// The window was closed.
pub fn release(house: &House, subscriber: SubscriberId, actor: Actor<'_>) {
    if actor.person.is_some_and(|person| house.holds.release(subscriber.0, person)) {
        house.store.live().bump(subscriber.0);
    }
}

/// The slots of a day that others than `actor` have open: name, and the minutes they cover.
pub fn on(
    house: &House,
    subscriber: &Subscriber,
    date: NaiveDate,
    actor: Actor<'_>,
    now: Instant,
) -> Vec<(String, Minute, Minute)> {
    let midnight = Minute::START.on(date);
    let held: Vec<Hold> = house.holds.held(subscriber.id.0, now);
    let others = held.into_iter().filter(|hold| Some(hold.person) != actor.person);
    others
        .filter_map(|hold| {
            let minute = |at: Instant| at.local(subscriber.zone).signed_duration_since(midnight).num_minutes();
            let (start, end) = (minute(hold.spot.start).max(0), minute(hold.spot.end).min(i64::from(Minute::END.0)));
            (start < end).then_some((hold.name, Minute(start as u16), Minute(end as u16)))
        })
        .collect()
}

fn spot(subscriber: &Subscriber, place: Place, now: Instant) -> Result<Spot> {
    let start = appointments::moment(subscriber.zone, place.date.date(), place.start, Fold::First, now)?;
    Ok(Spot { start, end: start.plus_ms(i64::from(place.minutes) * time::MINUTE_MS) })
}
