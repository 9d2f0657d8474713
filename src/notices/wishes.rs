//! What an abonné wants to be told: of which messages, to which addresses and numbers, when. Pure, but for its table.

use crate::base::text::{clean_line, looks_like_email};
use crate::base::{Instant, Phone, SubscriberId, Zone, limits, time, time::Day};
use crate::error::{Problems, Result};
use crate::http::Form;
use crate::store::carried::{Carried, Rows};
use crate::store::{Collection, Reads, Record, Write};
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

pub(super) static WISHES: Collection<u64, Wishes> = Collection::new("notices.wishes");

impl Record for Wishes {}

/// What goes to another house as it is. Letters stay where they were written.
pub static CARRIED: [&dyn Carried; 1] = [&Rows::of(&WISHES)];

/// Recipients of each way: a practice with more has a list of its own.
const RECIPIENTS_MAX: usize = 10;
/// The longest that messages are gathered.
pub const GROUP_MINUTES_MAX: u16 = 240;

/// Which messages go by SMS, each of which is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BySms {
    All,
    /// Urgent ones and those of kind bip/SMS.
    Pressing,
}

/// When what is not urgent is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rhythm {
    AtOnce,
    /// Gathered for so many minutes.
    Grouped {
        minutes: u16,
    },
    /// Once a day at this minute of the day.
    Digest {
        minute: u16,
    },
}

/// Who asked in writing that what messages or agendas say leaves the house, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub asked_on: Day,
    pub asked_by: String,
}

impl Consent {
    /// As a form says it; what `check` looks at is not judged yet.
    pub fn read(form: &Form, problems: &mut Problems) -> Consent {
        let asked_on = time::parse_date(form.get("demande-le"));
        if asked_on.is_none() {
            problems.add("demande-le", "Indiquez la date de la demande écrite, par exemple 24/11/2026.");
        }
        Consent { asked_on: asked_on.unwrap_or_default().into(), asked_by: form.get("demande-par").to_owned() }
    }

    /// Trims and checks.
    pub fn check(&mut self, problems: &mut Problems) {
        clean_line(&mut self.asked_by);
        if self.asked_by.is_empty() {
            problems.add("demande-par", "Indiquez qui l’a demandé par écrit.");
        }
        if self.asked_by.chars().count() > limits::NAME_CHARS_MAX {
            problems.add("demande-par", format!("Ce nom dépasse {} caractères.", limits::NAME_CHARS_MAX));
        }
    }
}

/// Trims addresses of letters; drops empty and repeated ones.
pub fn trim_addresses(addresses: &mut Vec<String>) {
    addresses.iter_mut().for_each(clean_line);
    addresses.retain(|address| !address.is_empty());
    addresses.dedup();
}

/// Whether each is an address that letters can go to.
pub fn check_addresses(addresses: &[String], problems: &mut Problems) {
    for address in addresses {
        if !looks_like_email(address) || address.len() > limits::EMAIL_CHARS_MAX {
            problems.add("adresses", format!("« {address} » n’est pas une adresse e-mail complète."));
        }
    }
}

/// An abonné's wishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    pub addresses: Vec<String>,
    pub numbers: Vec<Phone>,
    pub by_sms: BySms,
    /// Words of the kinds that are announced.
    pub kinds: Vec<String>,
    pub rhythm: Rhythm,
    /// Minutes of the day between which letters leave; `from` = `to` for the whole day.
    pub from: u16,
    pub to: u16,
    /// Monday first.
    pub days: [bool; 7],
    /// Urgent messages leave at any hour of any day.
    pub urgent_always: bool,
    /// `None`: letters say that a message waits, and no more.
    pub content: Option<Consent>,
}

impl Default for Wishes {
    /// Nobody is told anything.
    fn default() -> Wishes {
        Wishes {
            addresses: Vec::new(),
            numbers: Vec::new(),
            by_sms: BySms::Pressing,
            kinds: Vec::new(),
            rhythm: Rhythm::AtOnce,
            from: 0,
            to: 0,
            days: [true; 7],
            urgent_always: true,
            content: None,
        }
    }
}

pub fn of(tx: &impl Reads, subscriber: SubscriberId) -> Result<Wishes> {
    Ok(WISHES.get(tx, subscriber.0)?.unwrap_or_default())
}

pub fn set(tx: &Write<'_>, subscriber: SubscriberId, wishes: &Wishes) -> Result<()> {
    tx.touch(subscriber.0);
    WISHES.put(tx, subscriber.0, wishes)
}

/// An abonné goes, with all that was its own.
pub fn remove(tx: &Write<'_>, subscriber: SubscriberId) -> Result<()> {
    WISHES.remove(tx, subscriber.0)?;
    tx.note_erased(1)
}

impl Wishes {
    /// Trims and checks. Problems are tied to the form's names.
    pub fn checked(mut self) -> Result<Wishes> {
        let mut problems = Problems::default();
        trim_addresses(&mut self.addresses);
        self.numbers.retain(|number| !number.is_empty());
        self.numbers.dedup();
        check_addresses(&self.addresses, &mut problems);
        for number in &self.numbers {
            if !super::settings::is_mobile_or_other(number) {
                problems.add(
                    "numeros",
                    format!("« {} » n’est pas un numéro que l’on peut joindre par SMS.", number.shown()),
                );
            }
        }
        for (field, count) in [("adresses", self.addresses.len()), ("numeros", self.numbers.len())] {
            if count > RECIPIENTS_MAX {
                problems.add(field, format!("Il y en a {count} ; la limite est de {RECIPIENTS_MAX}."));
            }
        }
        let told = !self.addresses.is_empty() || !self.numbers.is_empty();
        if told && self.kinds.is_empty() {
            problems
                .add("type", "Cochez au moins un type de message à annoncer, ou videz les adresses et les numéros.");
        }
        if told && !self.days.contains(&true) {
            problems.add("jour", "Cochez au moins un jour.");
        }
        if let Rhythm::Grouped { minutes } = self.rhythm
            && !(1..=GROUP_MINUTES_MAX).contains(&minutes)
        {
            problems.add("minutes", format!("On regroupe de 1 à {GROUP_MINUTES_MAX} minutes."));
        }
        if let Some(consent) = &mut self.content {
            consent.check(&mut problems);
        }
        problems.into_result()?;
        Ok(self)
    }

    /// When a letter about a message taken now leaves.
    pub fn due(&self, zone: Zone, now: Instant, urgent: bool) -> Instant {
        if urgent {
            return if self.urgent_always { now } else { self.next_open(zone, now) };
        }
        match self.rhythm {
            Rhythm::AtOnce => self.next_open(zone, now),
            Rhythm::Grouped { minutes } => self.next_open(zone, now.plus_ms(i64::from(minutes) * time::MINUTE_MS)),
            Rhythm::Digest { minute } => self.next_digest(zone, now, minute),
        }
    }

    fn is_day(&self, date: NaiveDate) -> bool {
        self.days[date.weekday().num_days_from_monday() as usize]
    }

    /// Whether letters leave at a minute of the day; hours may go past midnight.
    fn is_hour(&self, minute: u16) -> bool {
        match self.from.cmp(&self.to) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Less => (self.from..self.to).contains(&minute),
            std::cmp::Ordering::Greater => minute >= self.from || minute < self.to,
        }
    }

    /// The first moment at or after `at` within the hours and days.
    fn next_open(&self, zone: Zone, at: Instant) -> Instant {
        let local = at.local(zone);
        let minute = (local.hour() * 60 + local.minute()) as u16;
        if self.is_day(local.date()) && self.is_hour(minute) {
            return at;
        }
        let mut date = local.date();
        for _ in 0..9 {
            // A day that begins at midnight opens then, another at its hour.
            let opens = if self.from >= self.to { [0, self.from] } else { [self.from; 2] };
            for open in opens {
                let moment = zone.instant_at_or_after(date.and_time(clock(open)));
                if moment >= at && self.is_day(date) && self.is_hour(open) {
                    return moment;
                }
            }
            date = date.succ_opt().unwrap_or(date);
        }
        at
    }

    fn next_digest(&self, zone: Zone, now: Instant, minute: u16) -> Instant {
        let mut date = now.local(zone).date();
        for _ in 0..9 {
            let moment = zone.instant_at_or_after(date.and_time(clock(minute)));
            if moment > now && self.is_day(date) {
                return moment;
            }
            date = date.succ_opt().unwrap_or(date);
        }
        now
    }
}

fn clock(minute: u16) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) * 60, 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Zone::PARIS.instant(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()).unwrap()
    }

    /// 24 November 2026 is a Tuesday.
    #[test]
    fn letters_leave_within_the_hours_and_days() {
        let weekdays = [true, true, true, true, true, false, false];
        let wishes = Wishes { from: 8 * 60, to: 19 * 60, days: weekdays, ..Wishes::default() };
        for (now, due) in [
            ("2026-11-24 10:00", "2026-11-24 10:00"),
            ("2026-11-24 07:59", "2026-11-24 08:00"),
            ("2026-11-24 19:00", "2026-11-25 08:00"),
            ("2026-11-27 19:00", "2026-11-30 08:00"),
            ("2026-11-28 12:00", "2026-11-30 08:00"),
        ] {
            assert_eq!(wishes.due(Zone::PARIS, at(now), false), at(due), "{now}");
            assert_eq!(wishes.due(Zone::PARIS, at(now), true), at(now), "urgent, {now}");
        }
        let patient = Wishes { urgent_always: false, ..wishes.clone() };
        assert_eq!(patient.due(Zone::PARIS, at("2026-11-28 12:00"), true), at("2026-11-30 08:00"));
        let night = Wishes { from: 20 * 60, to: 6 * 60, days: [true; 7], ..wishes.clone() };
        assert_eq!(night.due(Zone::PARIS, at("2026-11-24 03:00"), false), at("2026-11-24 03:00"));
        assert_eq!(night.due(Zone::PARIS, at("2026-11-24 10:00"), false), at("2026-11-24 20:00"));
        let saturdays = Wishes { from: 0, to: 0, days: [false, false, false, false, false, true, false], ..wishes };
        assert_eq!(saturdays.due(Zone::PARIS, at("2026-11-24 10:00"), false), at("2026-11-28 00:00"));
    }

    #[test]
    fn a_digest_leaves_in_the_morning_and_groups_after_their_minutes() {
        let weekdays = [true, true, true, true, true, false, false];
        let digest = Wishes { rhythm: Rhythm::Digest { minute: 7 * 60 }, days: weekdays, ..Wishes::default() };
        assert_eq!(digest.due(Zone::PARIS, at("2026-11-24 06:00"), false), at("2026-11-24 07:00"));
        assert_eq!(digest.due(Zone::PARIS, at("2026-11-24 07:00"), false), at("2026-11-25 07:00"));
        assert_eq!(digest.due(Zone::PARIS, at("2026-11-27 10:00"), false), at("2026-11-30 07:00"));
        let grouped = Wishes { rhythm: Rhythm::Grouped { minutes: 30 }, from: 480, to: 1140, ..Wishes::default() };
        assert_eq!(grouped.due(Zone::PARIS, at("2026-11-24 10:00"), false), at("2026-11-24 10:30"));
        assert_eq!(grouped.due(Zone::PARIS, at("2026-11-24 18:45"), false), at("2026-11-25 08:00"));
    }

    /// Across the change to summer time: 02:30 does not exist on 29 March 2026, and the digest comes at 03:00.
    #[test]
    fn an_hour_that_the_clock_skips_is_the_next_one() {
        let digest = Wishes { rhythm: Rhythm::Digest { minute: 150 }, ..Wishes::default() };
        assert_eq!(digest.due(Zone::PARIS, at("2026-03-29 00:10"), false), at("2026-03-29 03:00"));
    }
}
