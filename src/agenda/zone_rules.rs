//! The rules of a time zone as calendars want them told (VTIMEZONE, RFC 5545, 3.6.5): when its clocks change around some
//! years, and by how much. Pure.

use crate::base::Zone;
use crate::base::lines::fold_into;
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{OffsetComponents, OffsetName};
use std::collections::BTreeMap;

/// One change of the clocks.
#[derive(Debug, Clone, Copy)]
struct Change {
    /// By the clock as it was before.
    at: NaiveDateTime,
    to_s: i32,
}

/// What tells kinds of changes apart: from, to, daylight, month.
type Kind = (i32, i32, bool, u32);

/// Writes the component: right for every moment from the first day of `first` on, through the end of `last` at least.
pub fn component(zone: Zone, first: i32, last: i32, out: &mut String) {
    // A year before, so that the first moment has a change behind it; two at least, so that a rule shows.
    let (from, to) = (first - 1, last.max(first + 1));
    let mut kinds: BTreeMap<Kind, Vec<Change>> = BTreeMap::new();
    let mut day = NaiveDate::from_ymd_opt(from, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
    while day.year() <= to {
        let next = day + Duration::days(1);
        if offset_s(zone, day) != offset_s(zone, next) {
            let at = change_between(zone, day, next);
            let (from_s, to_s) = (offset_s(zone, at - Duration::seconds(1)), offset_s(zone, at));
            let local = at + Duration::seconds(i64::from(from_s));
            let kind = (from_s, to_s, is_daylight(zone, at), local.month());
            kinds.entry(kind).or_default().push(Change { at: local, to_s });
        }
        day = next;
    }
    fold_into(out, "BEGIN:VTIMEZONE");
    fold_into(out, &format!("TZID:{}", zone.name()));
    if kinds.is_empty() {
        let offset = offset_s(zone, day);
        observance(zone, out, (offset, offset, false), &[Change { at: EPOCH, to_s: offset }], None);
    }
    for ((from_s, to_s, daylight, _), changes) in &kinds {
        observance(zone, out, (*from_s, *to_s, *daylight), changes, rule(changes, (to - from + 1) as usize));
    }
    fold_into(out, "END:VTIMEZONE");
}

const EPOCH: NaiveDateTime = chrono::DateTime::UNIX_EPOCH.naive_utc();

fn observance(
    zone: Zone,
    out: &mut String,
    (from_s, to_s, daylight): (i32, i32, bool),
    changes: &[Change],
    rule: Option<String>,
) {
    let Some(first) = changes.first() else { return };
    let kind = if daylight { "DAYLIGHT" } else { "STANDARD" };
    fold_into(out, &format!("BEGIN:{kind}"));
    fold_into(out, &format!("DTSTART:{}", first.at.format("%Y%m%dT%H%M%S")));
    fold_into(out, &format!("TZOFFSETFROM:{}", offset(from_s)));
    fold_into(out, &format!("TZOFFSETTO:{}", offset(to_s)));
    fold_into(out, &format!("TZNAME:{}", name(zone, *first, from_s)));
    match rule {
        Some(rule) => fold_into(out, &rule),
        None => {
            for change in changes.iter().skip(1) {
                fold_into(out, &format!("RDATE:{}", change.at.format("%Y%m%dT%H%M%S")));
            }
        }
    }
    fold_into(out, &format!("END:{kind}"));
}

/// « The last Sunday of March, each year », where all of them say so and no year is without.
fn rule(changes: &[Change], years: usize) -> Option<String> {
    let first = changes.first()?;
    if changes.len() != years {
        return None;
    }
    let weekday = first.at.weekday();
    let alike = changes.iter().all(|change| change.at.weekday() == weekday && change.at.time() == first.at.time());
    let is_last = |at: NaiveDateTime| (at + Duration::days(7)).month() != at.month();
    let nth = |at: NaiveDateTime| at.day0() / 7 + 1;
    let place = if changes.iter().all(|change| is_last(change.at)) {
        "-1".to_owned()
    } else if changes.iter().all(|change| nth(change.at) == nth(first.at)) {
        nth(first.at).to_string()
    } else {
        return None;
    };
    let day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][weekday.num_days_from_monday() as usize];
    alike.then(|| format!("RRULE:FREQ=YEARLY;BYMONTH={};BYDAY={place}{day}", first.at.month()))
}

fn offset_s(zone: Zone, utc: NaiveDateTime) -> i32 {
    zone.0.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

fn is_daylight(zone: Zone, utc: NaiveDateTime) -> bool {
    !zone.0.offset_from_utc_datetime(&utc).dst_offset().is_zero()
}

/// « CET »; the offset itself where a zone has no letters.
fn name(zone: Zone, change: Change, from_s: i32) -> String {
    let utc = change.at - Duration::seconds(i64::from(from_s));
    match zone.0.offset_from_utc_datetime(&utc).abbreviation() {
        Some(letters) => letters.to_owned(),
        None => offset(change.to_s),
    }
}

/// The moment, to the second, at which the clocks change between two.
fn change_between(zone: Zone, before: NaiveDateTime, after: NaiveDateTime) -> NaiveDateTime {
    let (old, mut low, mut high) = (offset_s(zone, before), before, after);
    while high - low > Duration::seconds(1) {
        let middle = low + Duration::seconds((high - low).num_seconds() / 2);
        if offset_s(zone, middle) == old { low = middle } else { high = middle }
    }
    high
}

/// « +0100 ».
fn offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(zone: &str) -> String {
        let mut out = String::new();
        component(Zone::named(zone).unwrap(), 2026, 2027, &mut out);
        out.replace("\r\n", "\n")
    }

    #[test]
    fn paris_changes_on_last_sundays() {
        // Directive 2000/84/EC: the last Sundays of March and October, at 01:00 UTC.
        let paris = rules("Europe/Paris");
        assert!(paris.contains("DTSTART:20250330T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"), "{paris}");
        assert!(paris.contains("DTSTART:20251026T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:CET\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"), "{paris}");
    }

    #[test]
    fn overseas_never_or_by_other_rules() {
        let reunion = rules("Indian/Reunion");
        assert!(
            reunion.contains("BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0400\nTZOFFSETTO:+0400"),
            "{reunion}"
        );
        // Saint-Pierre-et-Miquelon keeps the rules of North America.
        let miquelon = rules("America/Miquelon");
        assert!(miquelon.contains("BYMONTH=3;BYDAY=2SU") && miquelon.contains("BYMONTH=11;BYDAY=1SU"), "{miquelon}");
    }
}
