//! What is archived is erased when its time has come: each night, in small steps, at any point safe to interrupt.

use super::deliveries::DELIVERIES;
use super::model::{Message, State};
use super::store::{self, ANSWERED, ARCHIVED, CONCERNING, COUNTS, HISTORY, IMPORTED, MESSAGES};
use super::{papers, search, shown, waiting};
use crate::base::{Instant, MessageNumber, SubscriberId, Zone, time};
use crate::error::Result;
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::notices::outbox;
use crate::store::{Direction, Reads, Write};
use crate::subscribers::{self, Subscriber};
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Messages erased in one write: another writer then waits some 15 ms at the most (measured on a file of 1,000,000
/// messages: 12 ms a step, most of it the words of the search).
const STEP: usize = 100;
/// After each step, so that who waits for the writer gets it.
const GIVE_WAY: std::time::Duration = std::time::Duration::from_millis(1);

/// When the night's work comes round.
#[derive(Debug, Clone, Copy)]
pub struct Night {
    pub zone: Zone,
    pub time: NaiveTime,
}

impl House {
    /// The house's own night.
    pub fn night(&self) -> Night {
        Night { zone: self.zone, time: self.expiry_time }
    }
}

impl Night {
    /// The last time that the night's work was due, at or before `now`.
    pub fn last_before(self, now: Instant) -> Instant {
        let date = now.local(self.zone).date();
        let tonight = self.zone.instant_at_or_after(date.and_time(self.time));
        if tonight <= now { tonight } else { self.on(date.pred_opt().unwrap_or(date)) }
    }

    /// The next time, after `now`.
    pub fn next_after(self, now: Instant) -> Instant {
        let date = now.local(self.zone).date();
        let tonight = self.on(date);
        if tonight > now { tonight } else { self.on(date.succ_opt().unwrap_or(date)) }
    }

    /// The night's work of a date.
    pub fn on(self, date: NaiveDate) -> Instant {
        self.zone.instant_at_or_after(date.and_time(self.time))
    }

    /// The date in whose night a message is erased: the first night's work after the full period has passed.
    pub fn erased_on(self, archived: Instant, retention_days: u32) -> NaiveDate {
        let kept_until = archived.plus_ms(i64::from(retention_days) * time::DAY_MS);
        let date = kept_until.local(self.zone).date();
        if self.on(date) >= kept_until { date } else { date.succ_opt().unwrap_or(date) }
    }
}

/// How many messages of an abonné are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub subscriber: Subscriber,
    pub messages: u64,
}

/// What a run at `now` would erase.
pub fn due(tx: &impl Reads, night: Night, now: Instant) -> Result<Vec<Due>> {
    let mut all = Vec::new();
    for subscriber in subscribers::store::all(tx)? {
        let numbers = due_numbers(tx, &subscriber, night, now, usize::MAX)?;
        if !numbers.is_empty() {
            all.push(Due { subscriber, messages: numbers.len() as u64 });
        }
    }
    Ok(all)
}

/// The numbers of an abonné's messages that are due, the longest archived first, at most so many.
fn due_numbers(
    tx: &impl Reads,
    subscriber: &Subscriber,
    night: Night,
    now: Instant,
    most: usize,
) -> Result<Vec<MessageNumber>> {
    let id = subscriber.id.0;
    let mut numbers = Vec::new();
    ARCHIVED.open(tx)?.keys((id, 0, 0)..(id + 1, 0, 0), Direction::Descending, 0, |(_, at, number)| {
        let archived = Instant((u64::MAX - at) as i64);
        if numbers.len() == most || night.on(night.erased_on(archived, subscriber.retention_days)) > now {
            return ControlFlow::Break(());
        }
        numbers.push(MessageNumber(u64::MAX - number));
        ControlFlow::Continue(())
    })?;
    Ok(numbers)
}

/// What the rooms above erase of their own once messages have gone.
pub type After = fn(&House) -> Result<()>;

/// Erases everything that is due at `now`, then what `after` it goes, then lets the file lose the bytes. How many, for whom.
/// `stop` is asked between steps: what is left then is done the next time.
pub fn run(house: &House, now: Instant, stop: impl Fn() -> bool, after: After) -> Result<Vec<Due>> {
    let night = house.night();
    let mut erased: BTreeMap<SubscriberId, Due> = BTreeMap::new();
    let all = house.store.read(subscribers::store::all)?;
    for subscriber in all {
        while !stop() {
            let step = house.store.write_into_reserve(|tx| {
                let numbers = due_numbers(tx, &subscriber, night, now, STEP)?;
                for number in &numbers {
                    let message = store::message(tx, subscriber.id, *number)?;
                    erase(tx, subscriber.id, &message)?;
                }
                Ok(numbers.len())
            })?;
            if step > 0 {
                erased
                    .entry(subscriber.id)
                    .or_insert_with(|| Due { subscriber: subscriber.clone(), messages: 0 })
                    .messages += step as u64;
            }
            if step < STEP {
                break;
            }
            std::thread::sleep(GIVE_WAY);
        }
    }
    for due in erased.values() {
        let object = crate::base::french::count(due.messages, "message", "messages");
        house.journal.note(Entry::new(now, Action::Expired).about(due.subscriber.id).object(object));
    }
    after(house)?;
    if !stop() && house.store.erased_rows()? > 0 {
        let rewritten = house.store.rewrite()?;
        log::info!("data file rewritten: {} bytes before, {} after", rewritten.bytes_before, rewritten.bytes_after);
    }
    Ok(erased.into_values().collect())
}

/// Erases a message: its row, its place in every list, its history, its words in the search, its mark of import.
pub fn erase(tx: &Write<'_>, subscriber: SubscriberId, message: &Message) -> Result<()> {
    let mut counts = store::counts(tx, subscriber)?;
    store::unlist(tx, subscriber, message, &mut counts)?;
    COUNTS.put(tx, subscriber.0, &counts)?;
    let number = message.number.0;
    let mut places = Vec::new();
    HISTORY.open(tx)?.keys(
        (subscriber.0, number, 0)..=(subscriber.0, number, u64::MAX),
        Direction::Ascending,
        0,
        |key| {
            places.push(key);
            ControlFlow::Continue(())
        },
    )?;
    for key in &places {
        HISTORY.remove(tx, key)?;
        DELIVERIES.remove(tx, key)?;
    }
    search::unindex(tx, subscriber, message)?;
    if let Some(fingerprint) = message.fingerprint {
        IMPORTED.remove(tx, (subscriber.0, fingerprint))?;
    }
    if let Some(contact) = message.contact {
        CONCERNING.remove(tx, (subscriber.0, contact.0, number))?;
    }
    ANSWERED.remove(tx, (subscriber.0, number))?;
    shown::SHOWN.remove(tx, (subscriber.0, number))?;
    waiting::forget(tx, subscriber, message.number)?;
    papers::lose(tx, subscriber, message.number)?;
    outbox::erase_message(tx, subscriber, message.number)?;
    MESSAGES.remove(tx, (subscriber.0, number))?;
    tx.note_erased(1)?;
    tx.touch(subscriber.0);
    Ok(())
}

/// The date shown as « Sera supprimé le … », for an archived message.
pub fn erased_on(message: &Message, subscriber: &Subscriber, night: Night) -> Option<NaiveDate> {
    match message.state {
        State::Archived { at } => Some(night.erased_on(at, subscriber.retention_days)),
        State::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_days_are_sixty_whole_days() {
        let night = Night { zone: Zone::PARIS, time: NaiveTime::from_hms_opt(3, 0, 0).unwrap() };
        let at = |text: &str| {
            let civil = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
            Zone::PARIS.instant(civil).unwrap()
        };
        let date = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        // Archived by day: 60 days later at the same hour the night is over, so the next one erases.
        assert_eq!(night.erased_on(at("2026-11-24 10:00"), 60), date("2027-01-24"));
        // Archived before 3 in the morning: the sixtieth night itself is late enough.
        assert_eq!(night.erased_on(at("2026-11-24 02:00"), 60), date("2027-01-23"));
        assert_eq!(night.last_before(at("2026-11-24 10:00")), at("2026-11-24 03:00"));
        assert_eq!(night.last_before(at("2026-11-24 02:59")), at("2026-11-23 03:00"));
        assert_eq!(night.next_after(at("2026-11-24 03:00")), at("2026-11-25 03:00"));
    }
}
