//! Instants and civil time. Nothing here knows what time it is: « now » is always an argument.

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A moment, in milliseconds since 1970-01-01T00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(pub i64);

pub const SECOND_MS: i64 = 1000;
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Instant {
    /// This moment, some milliseconds later (earlier when negative).
    pub fn plus_ms(self, ms: i64) -> Instant {
        Instant(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is later.
    pub fn ms_since(self, earlier: Instant) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The civil date and time of this moment in a zone.
    pub fn local(self, zone: Zone) -> NaiveDateTime {
        DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default().with_timezone(&zone.0).naive_local()
    }

    /// « 2026-11-23T14:05:00Z », for logs, `datetime` attributes and machines.
    pub fn rfc3339(self) -> String {
        DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(moment: DateTime<Utc>) -> Instant {
        Instant(moment.timestamp_millis())
    }
}

/// A time zone of the IANA database; kept by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(pub chrono_tz::Tz);

impl Zone {
    pub const PARIS: Zone = Zone(chrono_tz::Europe::Paris);

    pub fn named(name: &str) -> Option<Zone> {
        name.parse().ok().map(Zone)
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The moment of a civil time. A time that the clock change skips is `None`; of a doubled one, the first.
    pub fn instant(self, civil: NaiveDateTime) -> Option<Instant> {
        match self.0.from_local_datetime(&civil) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Some(Instant(moment.timestamp_millis())),
            LocalResult::None => None,
        }
    }

    /// The first moment at or after a civil time that exists: what a nightly job means by « 03:00 ».
    pub fn instant_at_or_after(self, civil: NaiveDateTime) -> Instant {
        let mut civil = civil;
        // No zone has ever skipped more than a day (Samoa, 2011).
        for _ in 0..(25 * 60) {
            if let Some(moment) = self.instant(civil) {
                return moment;
            }
            civil += chrono::Duration::minutes(1);
        }
        Instant(civil.and_utc().timestamp_millis())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
        let name = String::deserialize(deserializer)?;
        Zone::named(&name).ok_or_else(|| serde::de::Error::custom("unknown time zone"))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A civil date kept as days since 0001-01-01 (chrono's count from the common era).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

impl Day {
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0).unwrap_or_default()
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Day {
        Day(date.num_days_from_ce())
    }
}

const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// « mardi 3 mars 2026 »; the first of a month is « 1er ».
pub fn date_in_words(date: NaiveDate) -> String {
    format!("{} {}", WEEKDAYS[date.weekday().num_days_from_monday() as usize], date_in_words_without_weekday(date))
}

/// « 3 mars 2026 ».
pub fn date_in_words_without_weekday(date: NaiveDate) -> String {
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day} {} {}", MONTHS[date.month0() as usize], date.year())
}

/// « 03/03/2026 ».
pub fn date_short(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// « mar. 03/03/2026 », for columns.
pub fn date_with_weekday(date: NaiveDate) -> String {
    const WEEKDAYS_SHORT: [&str; 7] = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."];
    format!("{} {}", WEEKDAYS_SHORT[date.weekday().num_days_from_monday() as usize], date_short(date))
}

/// « 14:05 ».
pub fn time_short(civil: NaiveDateTime) -> String {
    format!("{:02}:{:02}", civil.hour(), civil.minute())
}

/// « 08:30 », of minutes since midnight.
pub fn minute_of_day(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// « 03/03/2026 à 14:05 ».
pub fn moment_short(civil: NaiveDateTime) -> String {
    format!("{} à {}", date_short(civil.date()), time_short(civil))
}

/// A wait as people say it: « 12 s », « 5 min », rounded up.
pub fn wait_in_words(seconds: i64) -> String {
    if seconds <= 90 {
        crate::base::french::count(seconds.max(1) as u64, "seconde", "secondes")
    } else {
        crate::base::french::count((seconds as u64).div_ceil(60), "minute", "minutes")
    }
}

/// A date as offices write it: « 16/08/2026 », « 16-08-2026 », « 16.8.26 » or « 2026-08-16 ». Two-digit years are 1930 to 2029.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    if parts.iter().any(|part| part.is_empty() || part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let number = |part: &str| part.parse::<u32>().ok();
    if first.len() == 4 {
        return NaiveDate::from_ymd_opt(first.parse().ok()?, number(second)?, number(third)?);
    }
    let year = match third.len() {
        4 => number(third)? as i32,
        2 => {
            let short = number(third)? as i32;
            if short < 30 { 2000 + short } else { 1900 + short }
        }
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, number(second)?, number(first)?)
}

/// A time as offices write it: « 9:05 », « 09:05:30 », « 9h05 », « 9 h 05 », « 9h ».
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let parts: Vec<&str> = text.split([':', 'h']).collect();
    if parts.len() < 2 || parts.len() > 3 {
        return None;
    }
    let number = |part: &str| -> Option<u32> {
        if part.is_empty() {
            return Some(0);
        }
        if part.len() > 2 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        part.parse().ok()
    };
    if parts[0].is_empty() || (parts[1].is_empty() && !text.ends_with('h')) {
        return None;
    }
    NaiveTime::from_hms_opt(number(parts[0])?, number(parts[1])?, parts.get(2).map_or(Some(0), |part| number(part))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn dates_read_as_the_house_writes_them() {
        assert_eq!(date_in_words(day(2026, 3, 3)), "mardi 3 mars 2026");
        assert_eq!(date_in_words(day(2026, 3, 1)), "dimanche 1er mars 2026");
    }

    #[test]
    fn dates_and_times_are_read_in_every_office_notation() {
        for text in ["16/08/2026", "16-08-2026", "16.8.26", "2026-08-16", " 16/8/2026 "] {
            assert_eq!(parse_date(text), Some(day(2026, 8, 16)), "{text}");
        }
        for text in ["", "32/01/2026", "16/13/2026", "29/02/2026", "demain", "16/08", "1/2/3/4", "+1/2/2026"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
        for text in ["9:05", "09:05", "9h05", "9 h 05", "09:05:00"] {
            assert_eq!(parse_time(text), NaiveTime::from_hms_opt(9, 5, 0), "{text}");
        }
        assert_eq!(parse_time("9h"), NaiveTime::from_hms_opt(9, 0, 0));
        for text in ["", "9", "24:00", "9:60", "9:", ":30", "neuf heures", "1:2:3:4"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_skipped_hour_has_no_instant_and_a_doubled_one_means_the_first() {
        let skipped = day(2026, 3, 29).and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(Zone::PARIS.instant(skipped), None);
        let after = day(2026, 3, 29).and_hms_opt(3, 0, 0).unwrap();
        assert_eq!(Some(Zone::PARIS.instant_at_or_after(skipped)), Zone::PARIS.instant(after));
        let doubled = day(2026, 10, 25).and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(Zone::PARIS.instant(doubled).unwrap().rfc3339(), "2026-10-25T00:30:00Z");
    }
}
