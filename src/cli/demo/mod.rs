//! The invented secretariat of `permanence demo`: the same one each time, with dates around today.
//!
//! Every person, number and street is invented; telephone numbers lie in the ranges that ARCEP keeps for fiction.

mod agenda;
mod cards;
mod cast;
mod chance;
mod contacts;
mod faxes;
mod letters;
mod texts;
mod waits;

use crate::backup::keeper;
use crate::base::{Instant, MessageNumber, SubscriberId, time};
use crate::error::Result;
use crate::house::{self, House, Secretariat};
use crate::messages::model::{AppointmentNote, Caller, Kind, NewMessage};
use crate::messages::store::By;
use crate::messages::{archive, store as messages};
use crate::people::model::NewPerson;
use crate::people::model::Opening;
use crate::people::sessions::{self, Start};
use crate::people::tokens::{self, Right, Token};
use crate::people::{Person, feeds, links, passwords, store as people};
use crate::schema::FILES;
use crate::store::Write;
use crate::subscribers::store as subscribers;
use cast::{ABONNES, Abonne};
use chance::Chance;
use chrono::{Datelike, NaiveDateTime, NaiveTime, Weekday};

/// The password of all.
pub(super) const PASSWORD: &str = "permanence-demo";

/// Who may be tried, and as what.
pub(super) const SIGN_INS: [(&str, &str); 6] = [
    ("martin", "cliente du Cabinet Martin, plusieurs pages de messages"),
    ("lefevre", "cliente d’un autre abonné, Maître Lefèvre"),
    ("aline", "secrétaire de tous les abonnés"),
    ("basile", "secrétaire de certains abonnés"),
    ("chloe", "secrétaire de tous les abonnés"),
    ("admin", "administrateur"),
];

/// How far back the calls go.
const DAYS: i64 = 90;
/// Messages that are written at once.
const STEP: usize = 400;
/// After this many days nearly everything is archived.
const ARCHIVED_AFTER_DAYS: i64 = 6;

/// A call of the past.
struct Call {
    message: NewMessage,
    archived: Option<Instant>,
    read: Option<Instant>,
    answer: Option<&'static str>,
}

/// Fills an empty house.
pub(super) fn fill(house: &House, now: Instant) -> Result<()> {
    let hash = passwords::hash(PASSWORD)?;
    let persons = house.store.write(|tx| {
        house::set_secretariat(tx, &secretariat(tx)?)?;
        for abonne in &ABONNES {
            subscribers::add(tx, abonne.settings()?)?;
        }
        let mut persons = Vec::new();
        for (login, name, role) in cast::persons() {
            let mut new = NewPerson::checked(login, name, &format!("{login}@example.org"), role)?;
            new.password.clone_from(&hash);
            persons.push(people::add(tx, new, now.plus_ms(-DAYS * time::DAY_MS))?);
        }
        cards::fill(tx, now, &persons)?;
        Ok(persons)
    })?;
    devices(house, &persons, now)?;
    for (place, abonne) in ABONNES.iter().enumerate() {
        let subscriber = SubscriberId(place as u64 + 1);
        let cards = contacts::add(house, subscriber, abonne, now)?;
        let mut calls = calls(abonne, place as u64, now, &persons);
        contacts::tie(&mut calls, &cards, subscriber);
        let reader = persons.iter().find(|person| people::subscribers_of(person).contains(&subscriber));
        for step in calls.chunks(STEP) {
            house.store.write(|tx| {
                for call in step {
                    play(tx, subscriber, call, reader)?;
                }
                Ok(())
            })?;
        }
        let answering = answering_for(&persons, subscriber);
        house.store.write(|tx| {
            let Some(subscriber) = subscribers::subscriber(tx, subscriber)? else { return Ok(()) };
            agenda::fill(tx, &subscriber, abonne, place, &answering, now)
        })?;
    }
    house.store.write(|tx| waits::fill(tx, now, &persons))?;
    faxes::fill(house, now, &persons)?;
    letters::write(house, now)?;
    // Last night’s, so that the page of backups has one.
    keeper::run(house, &FILES, house.night().last_before(now), &|| false).map(drop)
}

/// The secretaries who answer for an abonné.
fn answering_for(persons: &[Person], subscriber: SubscriberId) -> Vec<&Person> {
    let answers = |person: &&Person| matches!(&person.role, crate::people::Role::Secretary { answers_for } if answers_for.includes(subscriber));
    persons.iter().filter(answers).collect()
}

/// Doctor Martin's devices: one at the practice, a telephone by a personal link.
fn devices(house: &House, persons: &[Person], now: Instant) -> Result<()> {
    let Some(martin) = persons.iter().find(|person| person.login == "martin") else { return Ok(()) };
    house.store.write(|tx| {
        let made = now.plus_ms(-20 * time::DAY_MS);
        let (id, _) = links::add(tx, martin.id, "Téléphone de garde".into(), made)?;
        links::add(tx, martin.id, "Tablette du cabinet".into(), made)?;
        tokens::add(tx, &token_of_practice(martin, made))?;
        feeds::add(tx, &feed_of_doctor(martin, made))?;
        tokens::add_typed(tx, &telephone_of_doctor(martin, made))?;
        for (device, opened_by) in [(&cast::DEVICES[0], Opening::Password), (&cast::DEVICES[1], Opening::Link(id))] {
            let request = device.request(now);
            if opened_by == Opening::Link(id) {
                links::note_use(tx, martin.id, id, &request)?;
            }
            sessions::start(tx, &request, martin, Start { remembered: true, opened_by, confirmed: None })?;
        }
        Ok(())
    })
}

/// What the practice's own software reads with.
fn token_of_practice(martin: &Person, made: Instant) -> Token {
    let subscribers = match &martin.role {
        crate::people::Role::Client { subscribers } => subscribers.clone(),
        _ => Vec::new(),
    };
    Token {
        person: martin.id,
        name: "Logiciel du cabinet".into(),
        subscribers,
        rights: vec![Right::ReadMessages, Right::ReadContacts, Right::ReadAgenda],
        made,
        ends: Some(made.plus_ms(365 * time::DAY_MS)),
        last_use: None,
    }
}

/// The telephone that keeps her agenda and contacts in step.
fn telephone_of_doctor(martin: &Person, made: Instant) -> Token {
    Token {
        name: "iPhone du Dr Martin".into(),
        rights: vec![Right::ReadAgenda, Right::WriteAgenda, Right::ReadContacts, Right::WriteContacts],
        ends: None,
        ..token_of_practice(martin, made)
    }
}

/// The doctor's agenda in the calendar of her telephone.
fn feed_of_doctor(martin: &Person, made: Instant) -> feeds::Feed {
    feeds::Feed {
        subscriber: people::subscribers_of(martin).first().copied().unwrap_or(SubscriberId(1)),
        person: Some(martin.id),
        made_by: martin.name.clone(),
        name: "Téléphone du Dr Martin".into(),
        busy: false,
        made,
        last_use: None,
    }
}

fn secretariat(tx: &Write<'_>) -> Result<Secretariat> {
    Ok(Secretariat {
        name: "Accueil & Compagnie".into(),
        phone: crate::base::Phone::read("01 99 00 40 40"),
        hours: "Du lundi au vendredi de 8 h à 19 h, le samedi de 8 h à 12 h.\nUrgences transmises jour et nuit.".into(),
        ..house::secretariat(tx)?
    })
}

/// One call with what became of it.
fn play(tx: &Write<'_>, subscriber: SubscriberId, call: &Call, reader: Option<&Person>) -> Result<()> {
    let message = messages::take(tx, subscriber, call.message.clone().checked()?)?;
    let Some(reader) = reader else { return Ok(()) };
    let by = By { person: reader.id, name: &reader.name };
    let number: &[MessageNumber] = &[message.number];
    if let Some(at) = call.read {
        messages::mark_read(tx, subscriber, number, by, at)?;
    }
    if let (Some(answer), Some(at)) = (call.answer, call.read) {
        messages::answer(tx, subscriber, message.number, answer.to_owned(), by, at.plus_ms(2 * time::MINUTE_MS))?;
    }
    if let Some(at) = call.archived {
        archive::archive(tx, subscriber, number, by, at)?;
    }
    Ok(())
}

/// The calls of one abonné, oldest first.
fn calls(abonne: &Abonne, seed: u64, now: Instant, persons: &[Person]) -> Vec<Call> {
    let mut chance = Chance::new(seed);
    let zone = abonne.zone();
    let today = now.local(zone).date();
    let secretaries = answering_for(persons, SubscriberId(seed + 1));
    let mut all = Vec::new();
    for back in (0..=DAYS).rev() {
        let Some(date) = today.checked_sub_signed(chrono::Duration::days(back)) else { continue };
        let usual = match date.weekday() {
            Weekday::Sun => abonne.calls_a_day / 8,
            Weekday::Sat => abonne.calls_a_day / 3,
            Weekday::Mon => abonne.calls_a_day * 3 / 2,
            _ => abonne.calls_a_day,
        };
        let count = chance.between(usual / 2, usual + usual / 2);
        let mut minutes: Vec<u64> = (0..count).map(|_| chance.between(8 * 60, 19 * 60 - 1)).collect();
        minutes.sort_unstable();
        for minute in minutes {
            let clock = NaiveTime::from_num_seconds_from_midnight_opt(minute as u32 * 60, 0).unwrap_or_default();
            let Some(received) = zone.instant(date.and_time(clock)).filter(|received| *received <= now) else {
                continue;
            };
            let taken_by = chance.pick(&secretaries);
            all.push(call(abonne, &mut chance, received, date.and_time(clock), taken_by));
        }
    }
    let count = all.len();
    for (place, call) in all.iter_mut().enumerate() {
        settle(abonne, &mut chance, call, now, count - place);
    }
    all
}

fn call(abonne: &Abonne, chance: &mut Chance, received: Instant, civil: NaiveDateTime, taken_by: &Person) -> Call {
    let kind = match chance.below(100) {
        0..=57 => Kind::Information,
        58..=79 => Kind::Appointment,
        80..=87 => Kind::Visit,
        88..=95 => Kind::Sms,
        _ => Kind::Fax,
    };
    // A fax or an appointment can wait for its turn.
    let urgent = chance.below(100) < abonne.urgent_percent && !matches!(kind, Kind::Fax | Kind::Appointment);
    let text = texts::of(abonne.trade_texts, kind, urgent, chance);
    let woman = chance.below(2) == 0;
    let (last_name, first_name) = texts::name(woman, chance);
    let phone = if chance.below(12) == 0 { String::new() } else { texts::phone(chance) };
    let (subject, address) = (chance.pick(abonne.subjects), texts::street(chance));
    let message = NewMessage {
        received,
        kind,
        urgent,
        caller: Caller {
            civility: if woman { "Mme" } else { "M." }.into(),
            last_name,
            first_name,
            address: if kind == Kind::Visit || chance.below(4) == 0 { address } else { String::new() },
            postal_code: abonne.postal_code.into(),
            town: abonne.town.into(),
            phone: crate::base::Phone::read(&phone),
            email: String::new(),
        },
        subject: if chance.below(3) > 0 { String::new() } else { subject.to_owned() },
        text,
        appointment: appointment(abonne, kind, chance, civil),
        taken_by: taken_by.name.clone(),
        taken_by_person: Some(taken_by.id),
        contact: None,
        appointment_id: None,
    };
    Call { message, archived: None, read: None, answer: None }
}

fn appointment(abonne: &Abonne, kind: Kind, chance: &mut Chance, civil: NaiveDateTime) -> Option<AppointmentNote> {
    if !matches!(kind, Kind::Appointment | Kind::Visit) {
        return None;
    }
    let mut date = civil.date() + chrono::Duration::days(1 + chance.below(12) as i64);
    if date.weekday() == Weekday::Sun {
        date += chrono::Duration::days(1);
    }
    Some(AppointmentNote {
        day: Some(date.into()),
        minute: Some((9 * 60 + 15 * chance.below(36)) as u16),
        reason: chance.pick(abonne.reasons).to_owned(),
        new_patient: chance.below(6) == 0,
    })
}

/// What became of a call: old ones are read and archived, recent ones wait; the last few nobody has seen.
fn settle(abonne: &Abonne, chance: &mut Chance, call: &mut Call, now: Instant, from_the_end: usize) {
    let received = call.message.received;
    let age_days = now.ms_since(received) / time::DAY_MS;
    if from_the_end <= abonne.unread {
        return;
    }
    let read = received.plus_ms((20 + chance.below(300) as i64) * time::MINUTE_MS);
    if read > now {
        return;
    }
    call.read = Some(read);
    let waits = age_days < ARCHIVED_AFTER_DAYS || from_the_end <= abonne.kept_pending;
    if !waits || (from_the_end > abonne.kept_pending && chance.below(3) == 0) {
        call.archived = Some(read.plus_ms((5 + chance.below(200) as i64) * time::MINUTE_MS).min(now));
    }
    // A handful of answers that the switchboard has still to deal with.
    if age_days < 2 && chance.below(14) == 0 {
        call.answer = Some(chance.pick(&texts::ANSWERS));
    }
}
