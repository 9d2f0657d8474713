//! What is said to a contact: written into the outbox, once, if the abonné wants it, the window of the appointment asked for
//! it, and the contact has agreed to it.

use super::links::{self, Whose};
use super::meetings::{Told, WATCHED, Watched};
use super::settings::{self, Settings};
use super::text::{self, Values};
use super::times;
use crate::base::{Instant, LetterId, Phone, SubscriberId, time};
use crate::contacts::model::Contact;
use crate::contacts::{consent, store as contacts};
use crate::error::Result;
use crate::house;
use crate::notices::invitation::{Event, Invitation};
use crate::notices::letter::{Body, NewLetter, Purpose};
use crate::notices::{Letter, State, Way, outbox, settings as servers};
use crate::store::{Collection, Direction, Reads, Record, Write};
use crate::subscribers::{Subscriber, store as subscribers};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Abonné, appointment, letter.
pub(super) static ERRANDS: Collection<(u64, u64, u64), Errand> = Collection::new("reminders.errands");
/// Letter → its appointment.
pub(super) static OF_LETTER: Collection<u64, Whose> = Collection::new("reminders.of_letter");
/// Letters that have not left, as far as this room knows.
pub(super) static WAITING: Collection<u64, ()> = Collection::new("reminders.waiting");

impl Record for Errand {}

const WAYS: [Way; 2] = [Way::Mail, Way::Sms];
/// A booking is announced this much later: a slip is taken back before anybody is told of it.
const GRACE_MS: i64 = 2 * time::MINUTE_MS;

/// What a letter was sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    pub way: Way,
    pub purpose: Purpose,
    /// What it says of the appointment.
    pub says: Told,
}

/// Letters about an appointment, oldest first.
pub(super) fn errands(tx: &impl Reads, whose: Whose) -> Result<Vec<(LetterId, Errand)>> {
    let (subscriber, appointment) = whose.key();
    let mut found = Vec::new();
    let range = (subscriber, appointment, 0)..=(subscriber, appointment, u64::MAX);
    ERRANDS.each(tx, range, Direction::Ascending, |(_, _, id), errand| {
        found.push((LetterId(id), errand));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

pub(super) fn forget(tx: &Write<'_>, whose: Whose) -> Result<()> {
    for (id, _) in errands(tx, whose)? {
        ERRANDS.remove(tx, (whose.subscriber.0, whose.appointment.0, id.0))?;
        OF_LETTER.remove(tx, id.0)?;
        WAITING.remove(tx, id.0)?;
    }
    Ok(())
}

/// Says what a contact does not know yet: that it is booked, moved, or no more. Nothing where a letter already waits.
pub(super) fn speak(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    settings: &Settings,
    whose: Whose,
    watched: &mut Watched,
    now: Instant,
) -> Result<()> {
    if !settings.on || watched.start <= now {
        return Ok(());
    }
    for way in WAYS {
        let Some(purpose) = needed(watched, settings, way) else { continue };
        if waits(tx, whose, way)? {
            continue;
        }
        let soon = now.plus_ms(GRACE_MS);
        let due = if way == Way::Sms { times::next_day_time(soon, subscriber.zone) } else { soon };
        if due < watched.start {
            write(tx, subscriber, settings, whose, watched, (way, purpose), due, now)?;
        }
    }
    Ok(())
}

/// What has to be said by a way.
fn needed(watched: &mut Watched, settings: &Settings, way: Way) -> Option<Purpose> {
    if !watched.goes_by(way) || !settings.goes_by(way) {
        return None;
    }
    let truth = watched.truth();
    match *watched.told(way) {
        Some(told) if told == truth || (told.gone && truth.gone) => None,
        Some(_) if truth.gone => Some(Purpose::Cancelled),
        Some(_) => Some(Purpose::Moved),
        None if truth.gone || !settings.confirmations => None,
        None => Some(Purpose::Confirmation),
    }
}

fn waits(tx: &impl Reads, whose: Whose, way: Way) -> Result<bool> {
    for (id, errand) in errands(tx, whose)? {
        if errand.way == way && outbox::letter(tx, id).is_ok_and(|letter| letter.state == State::Waiting) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The reminder that is due, by each way; what still waited to be said is said by it.
pub(super) fn remind(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    settings: &Settings,
    whose: Whose,
    watched: &mut Watched,
    now: Instant,
) -> Result<()> {
    super::meetings::stop_waiting(tx, whose, now)?;
    for way in WAYS {
        if watched.goes_by(way) && settings.goes_by(way) {
            write(tx, subscriber, settings, whose, watched, (way, Purpose::Reminder), now, now)?;
        }
    }
    Ok(())
}

/// Where a contact can be reached by a way that it has agreed to.
fn address(tx: &impl Reads, subscriber: SubscriberId, contact: &Contact, way: Way) -> Result<Option<String>> {
    let agreed = consent::of(tx, subscriber, contact.id)?;
    Ok(match way {
        Way::Mail => agreed.by_email.map(|_| contact.email.clone()).filter(|email| !email.is_empty()),
        Way::Sms => agreed.by_sms.and_then(|_| mobile(contact)).map(|phone| phone.kept().to_owned()),
        Way::Hook => None,
    })
}

/// The number that an SMS reaches: a mobile of France or its overseas departments (numbering plan of the ARCEP), or what
/// the card calls one.
pub fn mobile(contact: &Contact) -> Option<&Phone> {
    const MOBILE: [&str; 10] =
        ["+336", "+337", "+590690", "+590691", "+594694", "+596696", "+596697", "+262692", "+262693", "+262639"];
    let by_number = contact.phones.iter().find(|line| MOBILE.iter().any(|start| line.phone.kept().starts_with(start)));
    let by_word = || {
        contact.phones.iter().find(|line| {
            line.phone.dialled().is_some_and(|dialled| dialled.starts_with('+'))
                && crate::base::fold::words(&line.word).iter().any(|word| word == "portable" || word == "mobile")
        })
    };
    by_number.or_else(by_word).map(|line| &line.phone)
}

#[allow(clippy::too_many_arguments)]
fn write(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    settings: &Settings,
    whose: Whose,
    watched: &mut Watched,
    (way, purpose): (Way, Purpose),
    due: Instant,
    now: Instant,
) -> Result<()> {
    if !subscriber.active || (way == Way::Sms && servers::sms(tx)?.is_none()) {
        return Ok(());
    }
    let Some(id) = watched.contact else { return Ok(()) };
    let Some(contact) = contacts::contact(tx, subscriber.id, id)? else { return Ok(()) };
    let Some(to) = address(tx, subscriber.id, &contact, way)? else { return Ok(()) };
    let phone = match subscriber.lines.first() {
        Some(line) => line.shown(),
        None => house::secretariat(tx)?.phone.shown(),
    };
    let values = values(subscriber, settings, watched, &contact, phone);
    let own = match purpose {
        Purpose::Reminder => settings.reminder.as_str(),
        Purpose::Moved => text::MOVED,
        Purpose::Cancelled => text::CANCELLED,
        _ => settings.confirmation.as_str(),
    };
    let path = if watched.gone { String::new() } else { links::make(tx, whose, watched)? };
    let invitation = Invitation {
        subject: subject(purpose, &values),
        text: text::filled(own, &values),
        path,
        event: Event {
            uid: watched.uid.clone(),
            sequence: watched.sequence,
            start: watched.start,
            end: watched.end,
            place: values.place.clone(),
            cancelled: watched.gone,
        },
        message: watched.message,
    };
    let letter = NewLetter {
        way,
        to,
        purpose,
        subscriber: Some(subscriber.id),
        body: Body::Invitation(Box::new(invitation)),
        due,
        expires: Some(watched.start),
    };
    let letter = outbox::put(tx, letter, now)?;
    let errand = Errand { way, purpose, says: watched.truth() };
    ERRANDS.put(tx, (whose.subscriber.0, whose.appointment.0, letter.id.0), &errand)?;
    OF_LETTER.put(tx, letter.id.0, &whose)?;
    WAITING.put(tx, letter.id.0, &())
}

fn values(subscriber: &Subscriber, settings: &Settings, watched: &Watched, contact: &Contact, phone: String) -> Values {
    Values {
        name: contact.name(),
        first_name: contact.first_name.clone(),
        date: time::date_in_words(watched.day.date()),
        hour: time::minute_of_day(watched.minute),
        place: if watched.visit { "à votre domicile".into() } else { settings.place.clone() },
        subscriber: subscriber.name.clone(),
        phone,
    }
}

fn subject(purpose: Purpose, values: &Values) -> String {
    let (date, hour) = (&values.date, &values.hour);
    match purpose {
        Purpose::Reminder => format!("Rappel : rendez-vous le {date} à {hour}"),
        Purpose::Moved => format!("Rendez-vous déplacé au {date} à {hour}"),
        Purpose::Cancelled => format!("Rendez-vous annulé : {date} à {hour}"),
        _ => format!("Rendez-vous le {date} à {hour}"),
    }
}

/// The courier says, within the write that settles a letter, what became of it. One that was on its way while its
/// appointment changed is put right by the next.
pub fn note(tx: &Write<'_>, letter: &Letter, now: Instant) -> Result<()> {
    let Some(whose) = OF_LETTER.get(tx, letter.id.0)? else { return Ok(()) };
    WAITING.remove(tx, letter.id.0)?;
    tx.touch(whose.subscriber.0);
    let errand = ERRANDS.get(tx, (whose.subscriber.0, whose.appointment.0, letter.id.0))?;
    let (Some(errand), Some(mut watched)) = (errand, WATCHED.get(tx, whose.key())?) else { return Ok(()) };
    if letter.state != State::Sent {
        return Ok(());
    }
    *watched.told(errand.way) = Some(errand.says);
    say(tx, whose, &mut watched, now)?;
    WATCHED.put(tx, whose.key(), &watched)
}

/// Says what is still unsaid.
fn say(tx: &Write<'_>, whose: Whose, watched: &mut Watched, now: Instant) -> Result<()> {
    if let Some(subscriber) = subscribers::subscriber(tx, whose.subscriber)? {
        let settings = settings::of(tx, subscriber.id)?;
        speak(tx, &subscriber, &settings, whose, watched, now)?;
    }
    Ok(())
}

/// Letters that wait to somebody who has taken back the consent, has another address now, or whose card is gone: they are
/// stopped, and said again where there is somebody to say it to.
pub(super) fn check_waiting(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut waiting = Vec::new();
    WAITING.open(tx)?.keys(0.., Direction::Ascending, 0, |id| {
        waiting.push(LetterId(id));
        ControlFlow::Continue(())
    })?;
    for id in waiting {
        let whose = OF_LETTER.get(tx, id.0)?;
        let letter = outbox::letter(tx, id).ok().filter(|letter| letter.state == State::Waiting);
        let (Some(whose), Some(letter)) = (whose, letter) else {
            WAITING.remove(tx, id.0)?;
            continue;
        };
        let Some(mut watched) = WATCHED.get(tx, whose.key())? else { continue };
        let contact = match watched.contact {
            Some(contact) => contacts::contact(tx, whose.subscriber, contact)?,
            None => None,
        };
        let address = match contact {
            Some(contact) => address(tx, whose.subscriber, &contact, letter.way)?,
            None => None,
        };
        if address.as_deref() != Some(letter.to.as_str()) {
            outbox::erase(tx, id, now)?;
            WAITING.remove(tx, id.0)?;
            say(tx, whose, &mut watched, now)?;
            WATCHED.put(tx, whose.key(), &watched)?;
        }
    }
    Ok(())
}
