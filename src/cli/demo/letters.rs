//! What abonnés are told by e-mail and SMS, and letters that wait: a demonstration has no mail server.

use super::cast::ABONNES;
use crate::agenda::appointments;
use crate::agenda::model::{Actor, NewAppointment};
use crate::base::time::{DAY_MS, Day};
use crate::base::{Instant, MessageNumber, Phone, SubscriberId};
use crate::contacts::model::By;
use crate::contacts::{consent, store as contacts};
use crate::continuity::store::{self as kits, Wish};
use crate::error::Result;
use crate::house::House;
use crate::messages::model::Kind;
use crate::messages::store as messages;
use crate::notices::letter::{Body, Item, NewLetter, Purpose, Way};
use crate::notices::wishes::{BySms, Consent, Rhythm, Wishes};
use crate::notices::{outbox, wishes};
use crate::reminders::meetings;
use crate::reminders::settings::Settings;
use crate::reminders::times::Lead;
use crate::store::Write;
use crate::subscribers::{Side, store as subscribers};

const MARTIN: SubscriberId = SubscriberId(1);
const LEFEVRE: SubscriberId = SubscriberId(2);
/// Appointments of which the contact is told.
const REMINDED: u32 = 12;

/// Doctor Martin's patients are reminded the evening before and two hours before; Maître Lefèvre's clients are not.
fn remind(house: &House, now: Instant) -> Result<()> {
    let settings = Settings {
        on: true,
        by_email: true,
        by_sms: true,
        leads: vec![Lead::Days { days: 1, minute: 18 * 60 }, Lead::Hours { hours: 2 }],
        place: "au cabinet, 3 place des Tilleuls, 1er étage".into(),
        ..Settings::default()
    };
    let nobody = By { person: None, name: "Aline" };
    let herself = Actor { person: None, name: "Dr Hélène Martin", side: Side::Subscriber };
    house.store.write(|tx| {
        let Some(martin) = subscribers::subscriber(tx, MARTIN)? else { return Ok(()) };
        meetings::set(tx, &martin, &settings.clone().checked()?, &[], now)?;
        let mut told = 0;
        for kept in appointments::coming(tx, MARTIN, now.plus_ms(DAY_MS))? {
            let Some(id) = kept.contact else { continue };
            let known = contacts::contact(tx, MARTIN, id)?.is_some_and(|card| !card.email.is_empty());
            if !known || told == REMINDED {
                continue;
            }
            consent::add(tx, MARTIN, id, (true, told % 2 == 0), nobody, now.plus_ms(-9 * DAY_MS))?;
            let new = NewAppointment { reminder_email: true, reminder_sms: told % 2 == 0, ..kept.as_new() };
            appointments::change(tx, &martin, kept.id, new, None, herself, now)?;
            told += 1;
        }
        Ok(())
    })
}

/// Doctor Martin wants the urgent ones at once and the others together; Maître Lefèvre a digest with content each morning.
pub(super) fn write(house: &House, now: Instant) -> Result<()> {
    let kinds: Vec<String> = Kind::ALL.into_iter().map(|kind| kind.word().to_owned()).collect();
    let weekdays = [true, true, true, true, true, true, false];
    let martin = Wishes {
        addresses: vec!["martin@example.org".into()],
        numbers: vec![Phone::read("06 39 98 10 10")],
        by_sms: BySms::Pressing,
        kinds: kinds.clone(),
        rhythm: Rhythm::Grouped { minutes: 30 },
        from: 8 * 60,
        to: 20 * 60,
        days: weekdays,
        ..Wishes::default()
    };
    let asked_on = Day::from(now.local(house.zone).date() - chrono::Duration::days(40));
    let lefevre = Wishes {
        addresses: vec!["lefevre@example.org".into()],
        kinds,
        rhythm: Rhythm::Digest { minute: 7 * 60 + 30 },
        days: weekdays,
        content: Some(Consent { asked_on, asked_by: "Me Noé Lefèvre".into() }),
        ..Wishes::default()
    };
    remind(house, now)?;
    house.store.write(|tx| {
        wishes::set(tx, MARTIN, &martin)?;
        wishes::set(tx, LEFEVRE, &lefevre)?;
        let consent = Consent { asked_on, asked_by: "Dr Hélène Martin".into() };
        kits::set_wish(tx, MARTIN, Some(&Wish { addresses: vec!["martin@example.org".into()], consent }))?;
        for number in messages::latest(tx, MARTIN, 3)?.iter().map(|message| message.number) {
            waits(tx, MARTIN, "martin@example.org", number, now)?;
        }
        // One that somebody stopped.
        let letter = waits(tx, LEFEVRE, "ancienne-adresse@example.org", MessageNumber(1), now)?;
        outbox::cancel(tx, letter, now).map(drop)
    })
}

fn waits(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    to: &str,
    number: MessageNumber,
    now: Instant,
) -> Result<crate::base::LetterId> {
    let name = ABONNES.get(subscriber.0 as usize - 1).map_or("", |abonne| abonne.name);
    let letter = NewLetter {
        way: Way::Mail,
        to: to.to_owned(),
        purpose: Purpose::Announcement,
        subscriber: Some(subscriber),
        body: Body::Announcement {
            subscriber_name: name.to_owned(),
            items: vec![Item { number, urgent: false, content: String::new() }],
        },
        due: now,
        expires: None,
    };
    Ok(outbox::put(tx, letter, now)?.id)
}
