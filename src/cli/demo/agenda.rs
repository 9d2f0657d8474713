//! The agendas of the demonstration: typical weeks by trade, filled around today, with an absence and blocked hours.

use super::cast::Abonne;
use super::chance::Chance;
use super::texts;
use crate::agenda::absences::{self, NewAbsence};
use crate::agenda::model::{Actor, Kind, Minute, NewAppointment, Opening, Slot};
use crate::agenda::week::{self, Period, TypicalWeek, Weeks};
use crate::agenda::{appointments, day, settings};
use crate::base::{Instant, Phone, limits, time};
use crate::contacts::model::Contact;
use crate::contacts::store as contacts;
use crate::error::{Error, Result};
use crate::people::Person;
use crate::store::Write;
use crate::subscribers::{Side, Subscriber};
use chrono::{Datelike, Duration, NaiveDate, Weekday};

/// Days before and after today that hold appointments.
const DAYS_BACK: i64 = 10;
const DAYS: u16 = 45;
/// Cards that come to appointments.
const CARDS_PAGES: u64 = 6;

/// One line of a typical week: weekdays (0 for Monday), weeks, from, to, kind, minutes of a slot.
type Line = (&'static [u8], Weeks, (u16, u16), (u16, u16), Kind, u16);

const EVERY: Weeks = Weeks::Every;
const OFFICE: Kind = Kind::Consultation;
const HOME: Kind = Kind::Visit;

/// Typical weeks in the order of the cast.
#[rustfmt::skip]
static WEEKS: [&[Line]; 7] = [
    &[(&[0, 1, 3, 4], EVERY, (8, 30), (12, 0), OFFICE, 15), (&[0, 3, 4], EVERY, (14, 0), (18, 30), OFFICE, 15),
      (&[1], EVERY, (14, 0), (17, 30), HOME, 30), (&[2], EVERY, (9, 0), (12, 0), OFFICE, 20),
      (&[5], Weeks::Even, (9, 0), (12, 0), OFFICE, 15)],
    &[(&[0, 1, 2, 3, 4], EVERY, (9, 30), (12, 30), OFFICE, 30), (&[0, 1, 3], EVERY, (14, 0), (18, 30), OFFICE, 45)],
    &[(&[0, 1, 2, 3, 4], EVERY, (8, 0), (12, 0), HOME, 60), (&[0, 1, 2, 3, 4], EVERY, (13, 0), (17, 0), HOME, 60)],
    &[(&[0, 1, 2, 3, 4, 5, 6], EVERY, (6, 30), (12, 0), HOME, 20), (&[0, 1, 2, 3, 4, 5], EVERY, (16, 0), (19, 30), HOME, 20)],
    &[(&[0, 1, 2, 3, 4], EVERY, (9, 0), (12, 0), OFFICE, 20), (&[0, 1, 3, 4], EVERY, (14, 0), (19, 0), OFFICE, 20),
      (&[5], EVERY, (9, 0), (13, 0), OFFICE, 20)],
    &[(&[1, 2, 3, 4], EVERY, (10, 0), (12, 0), OFFICE, 60), (&[1, 3], EVERY, (14, 0), (18, 0), HOME, 120)],
    &[(&[0, 1, 2, 3], EVERY, (7, 30), (12, 0), OFFICE, 30), (&[0, 1, 3, 4], EVERY, (13, 30), (17, 0), OFFICE, 30)],
];

/// Fills the agenda of the abonné at this place of the cast.
pub(super) fn fill(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    abonne: &Abonne,
    place: usize,
    taken_by: &[&Person],
    now: Instant,
) -> Result<()> {
    let mut chance = Chance::new(100 + place as u64);
    let today = now.local(subscriber.zone).date();
    week::set(tx, subscriber.id, typical_week(WEEKS[place % WEEKS.len()]))?;
    let mut own = settings::settings(tx, subscriber)?;
    // Nurses come on holidays too; the vet squeezes emergencies in.
    own.works_holidays = place == 3;
    own.forcing = place == 4;
    own.shown_from = Minute::at(if place == 3 { 6 } else { 8 }, 0);
    settings::set(tx, subscriber.id, &own)?;
    let herself = Actor { person: None, name: abonne.name, side: Side::Subscriber };
    leave(tx, subscriber, place, today, herself, now)?;
    let mut cards = Vec::new();
    for page in 1..=CARDS_PAGES {
        let found = contacts::page(tx, subscriber.id, page)?;
        if found.page == page {
            cards.extend(found.rows);
        }
    }
    let days = day::days(tx, subscriber, today - Duration::days(DAYS_BACK), DAYS)?;
    for one in days {
        let ahead = one.date.signed_duration_since(today).num_days();
        let percent = match ahead {
            ..0 => 88,
            0..=1 => 78,
            2..=4 => 62,
            5..=14 => 38,
            _ => 14,
        };
        for slot in one.slots.iter().filter(|slot| slot.opening.is_worked()) {
            if chance.below(100) >= percent {
                continue;
            }
            let by = chance.pick(taken_by);
            // Booked some days before, by one of those who answer. The calls of the demonstration tell their own story.
            let actor = Actor { person: Some(by.id), name: &by.name, side: Side::Subscriber };
            let booked = now.plus_ms(-(1 + chance.below(9) as i64) * time::DAY_MS);
            let new = appointment(abonne, &mut chance, one.date, slot, &cards);
            match appointments::book(tx, subscriber, new.checked()?, actor, booked) {
                // The one before was longer than its slot.
                Err(Error::Conflict(_)) => {}
                other => {
                    other?;
                }
            }
        }
    }
    Ok(())
}

fn typical_week(lines: &[Line]) -> TypicalWeek {
    let mut periods = Vec::new();
    for (weekdays, weeks, (from_hour, from_minute), (to_hour, to_minute), kind, slot_minutes) in lines {
        for weekday in *weekdays {
            periods.push(Period {
                weekday: *weekday,
                weeks: *weeks,
                from: Minute::at(*from_hour, *from_minute),
                to: Minute::at(*to_hour, *to_minute),
                opening: Opening::Worked(*kind),
                slot_minutes: *slot_minutes,
            });
        }
    }
    TypicalWeek { valid_from: NaiveDate::from_ymd_opt(2020, 1, 6).unwrap_or_default().into(), periods, number: 0 }
}

/// Who is away, and when: one next week, one at the turn of the month, one for an afternoon.
fn leave(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    place: usize,
    today: NaiveDate,
    actor: Actor<'_>,
    now: Instant,
) -> Result<()> {
    let monday = today - Duration::days(i64::from(today.weekday().num_days_from_monday()));
    let new = match place % 3 {
        0 => {
            let thursday = monday + Duration::days(10);
            NewAbsence { from_minute: Minute::at(12, 0), ..NewAbsence::days(thursday, thursday, "Formation") }
        }
        1 => NewAbsence::days(monday + Duration::days(14), monday + Duration::days(18), "Congés"),
        _ => return Ok(()),
    };
    absences::add(tx, subscriber, new.checked()?, actor, now)?;
    Ok(())
}

fn appointment(
    abonne: &Abonne,
    chance: &mut Chance,
    date: NaiveDate,
    slot: &Slot,
    cards: &[Contact],
) -> NewAppointment {
    let minutes = if chance.below(7) == 0 && slot.slot_minutes <= 30 { 2 * slot.minutes() } else { slot.minutes() };
    let kind = slot.opening.kind().unwrap_or(Kind::Consultation);
    let mut new = NewAppointment { kind, ..NewAppointment::at(date, slot.start, minutes) };
    // Lunch with a colleague, a parcel to wait for: no name at all.
    if chance.below(25) == 0 && date.weekday() != Weekday::Sun {
        return new;
    }
    new.reason = if chance.below(5) > 0 { chance.pick(abonne.reasons).to_owned() } else { String::new() };
    let street = texts::street(chance);
    if cards.is_empty() || chance.below(6) == 0 {
        (new.last_name, new.first_name) = texts::name(chance.below(2) == 0, chance);
        new.phone = Phone::read(&texts::phone(chance));
        new.new_patient = chance.below(3) == 0;
        new.address = if kind == Kind::Visit {
            format!("{street}, {} {}", abonne.postal_code, abonne.town)
        } else {
            String::new()
        };
    } else {
        let card = &cards[chance.below(cards.len() as u64) as usize];
        new.contact = Some(card.id);
        new.last_name.clone_from(&card.last_name);
        new.first_name.clone_from(&card.first_name);
        new.phone = card.phone().clone();
        new.new_patient = card.new_patient;
        if kind == Kind::Visit {
            new.address = card.postal_address();
        }
    }
    new.address = new.address.chars().take(limits::LINE_CHARS_MAX).collect();
    if chance.below(12) == 0 {
        new.note = "Rappeler la veille pour confirmer.".into();
    }
    new
}
