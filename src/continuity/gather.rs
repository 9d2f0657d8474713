//! Reads what a kit shows: by the same look-ups as the screens.

use super::model::{DAYS_AFTER, HouseWords, Kit, KitDay, KitPerson, KitRow, Part};
use crate::agenda::day;
use crate::agenda::model::{Appointment, Day, Kind};
use crate::base::Instant;
use crate::contacts::store as contacts;
use crate::error::Result;
use crate::house::{self, House};
use crate::store::Reads;
use crate::subscribers::Subscriber;
use crate::subscribers::card::store as cards;

/// The kit of one abonné.
pub fn of_subscriber(tx: &impl Reads, subscriber: &Subscriber, now: Instant) -> Result<Kit> {
    Ok(Kit {
        title: subscriber.name.clone(),
        made: now.local(subscriber.zone),
        house: house_words(tx, now.local(subscriber.zone).date())?,
        parts: vec![part(tx, subscriber, now)?],
    })
}

/// The switchboard's: these abonnés, one after the other.
pub fn of_console(tx: &impl Reads, house: &House, subscribers: &[Subscriber], now: Instant) -> Result<Kit> {
    let made = now.local(house.zone);
    let parts =
        subscribers.iter().filter(|one| one.active).map(|one| part(tx, one, now)).collect::<Result<Vec<_>>>()?;
    Ok(Kit { title: "Le standard".into(), made, house: house_words(tx, made.date())?, parts })
}

fn last_day(today: chrono::NaiveDate) -> chrono::NaiveDate {
    today + chrono::Days::new(u64::from(DAYS_AFTER))
}

fn house_words(tx: &impl Reads, today: chrono::NaiveDate) -> Result<HouseWords> {
    let secretariat = house::secretariat(tx)?;
    let last = last_day(today);
    let closed = house::customs(tx)?.closed;
    Ok(HouseWords {
        name: secretariat.name,
        phone: secretariat.phone.shown(),
        hours: secretariat.hours,
        closed: closed
            .iter()
            .filter(|closed| closed.from.date() <= last && closed.until.date() >= today)
            .map(house::Closed::in_words)
            .collect(),
    })
}

fn part(tx: &impl Reads, subscriber: &Subscriber, now: Instant) -> Result<Part> {
    let (id, today) = (subscriber.id, now.local(subscriber.zone).date());
    let card = cards::card(tx, id)?;
    let unavailable = cards::unavailable(tx, id, now)?.map(|one| {
        let sentence = one.sentence(subscriber.zone, now);
        if one.reason.is_empty() { sentence } else { format!("{sentence} : {}", one.reason) }
    });
    let days = day::days(tx, subscriber, today, DAYS_AFTER + 1)?;
    Ok(Part {
        name: subscriber.name.clone(),
        about: [subscriber.trade.as_str(), &subscriber.town]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        lines: subscriber.lines.iter().map(crate::base::Phone::shown).collect(),
        greeting: card.greeting_for(&subscriber.name),
        unavailable: unavailable.unwrap_or_default(),
        instructions: cards::open(tx, id, today)?
            .into_iter()
            .filter(|one| one.from.is_none_or(|from| from.date() <= last_day(today)))
            .map(|one| (one.text.clone(), one.period()))
            .collect(),
        urgent: card
            .urgent_calls
            .iter()
            .map(|call| [call.name.clone(), call.phone.shown(), call.hours.clone()])
            .collect(),
        people: people(tx, subscriber, &days)?,
        days: days.iter().map(kit_day).collect(),
        fees: card.fees,
        access: card.access,
    })
}

fn kit_day(day: &Day) -> KitDay {
    let mut remarks = Vec::new();
    remarks.extend(day.holiday.as_ref().map(crate::agenda::model::Holiday::name));
    remarks.extend(day.absences.iter().map(|absence| match absence.reason.as_str() {
        "" => "Absence".to_owned(),
        reason => format!("Absence : {reason}"),
    }));
    KitDay { date: day.date, remarks, rows: day.appointments.iter().map(|one| row(one, day.date)).collect() }
}

fn row(one: &Appointment, date: chrono::NaiveDate) -> KitRow {
    // A long one may have begun the day before.
    let start = if one.day() < date { format!("depuis {}", one.start) } else { one.start.to_string() };
    let mut what = match one.kind {
        Kind::Visit if one.address.is_empty() => "visite".to_owned(),
        Kind::Visit => format!("visite : {}", one.address),
        Kind::Consultation => "consultation".to_owned(),
    };
    if one.new_patient {
        what.push_str(", première fois");
    }
    // A padlock, or a time that somebody only holds: it says « Rendez-vous pris », and there is nothing to add.
    if one.blocked || (one.last_name.is_empty() && one.first_name.is_empty() && one.kind == Kind::Consultation) {
        what.clear();
    }
    KitRow { when: format!("{start} ({} min)", one.minutes), who: one.label(), phone: one.phone.shown(), what }
}

/// Everybody whose card an appointment of these days holds, by name.
fn people(tx: &impl Reads, subscriber: &Subscriber, days: &[Day]) -> Result<Vec<KitPerson>> {
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for id in days.iter().flat_map(|day| &day.appointments).filter_map(|one| one.contact) {
        let id = contacts::current(tx, subscriber.id, id)?;
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let Some(card) = contacts::contact(tx, subscriber.id, id)? else { continue };
        let phones = card.phones.iter().map(|line| format!("{} {}", line.word, line.phone.shown()).trim().to_owned());
        found.push(KitPerson { name: card.name(), phones: phones.collect() });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}
