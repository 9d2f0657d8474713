//! Names of backups, and which of them stay. Pure.

use crate::house::backups::Kept;
use chrono::{Datelike, NaiveDateTime, TimeDelta};
use std::collections::BTreeSet;
use std::ffi::OsStr;

const BEGINNING: &str = "permanence-";
const TIME: &str = "%Y-%m-%d-%H%M%S";
const PLAIN: &str = ".sauvegarde";
const ENCRYPTED: &str = ".sauvegarde.age";
/// What is still being written ends so.
pub const UNFINISHED: &str = ".partiel";

/// What a backup's name says: when it was begun, in the house's own time, and whether it is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    pub at: NaiveDateTime,
    pub encrypted: bool,
}

impl Name {
    /// « permanence-2026-11-25-030004.sauvegarde ».
    pub fn file_name(self) -> String {
        format!("{BEGINNING}{}{}", self.at.format(TIME), if self.encrypted { ENCRYPTED } else { PLAIN })
    }

    /// Reads a file's name; what is not ours is left alone.
    pub fn read(file_name: &OsStr) -> Option<Name> {
        let rest = file_name.to_str()?.strip_prefix(BEGINNING)?;
        let (time, encrypted) = match rest.strip_suffix(ENCRYPTED) {
            Some(time) => (time, true),
            None => (rest.strip_suffix(PLAIN)?, false),
        };
        Some(Name { at: NaiveDateTime::parse_from_str(time, TIME).ok()?, encrypted })
    }
}

/// Those that no rule keeps. A rule keeps the last backup of each of the last so many days (weeks, months) that have one, so
/// that a machine which was off for a month loses nothing by it. What is younger than a day beside the newest always stays:
/// nobody makes a backup by hand to see it vanish.
pub fn superfluous(all: &[Name], kept: Kept) -> Vec<Name> {
    let mut newest_first = all.to_vec();
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    let Some(newest) = newest_first.first().copied() else { return Vec::new() };
    let mut stay: BTreeSet<Name> =
        newest_first.iter().copied().filter(|name| newest.at - name.at < TimeDelta::days(1)).collect();
    keep(&newest_first, kept.days, |at| (at.year(), at.ordinal()), &mut stay);
    keep(&newest_first, kept.weeks, |at| (at.iso_week().year(), at.iso_week().week()), &mut stay);
    keep(&newest_first, kept.months, |at| (at.year(), at.month()), &mut stay);
    newest_first.retain(|name| !stay.contains(name));
    newest_first
}

fn keep(newest_first: &[Name], most: u32, period: impl Fn(NaiveDateTime) -> (i32, u32), stay: &mut BTreeSet<Name>) {
    let mut periods = BTreeSet::new();
    for name in newest_first {
        if periods.len() as u32 >= most && !periods.contains(&period(name.at)) {
            return;
        }
        if periods.insert(period(name.at)) {
            stay.insert(*name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn at(date: NaiveDate) -> Name {
        Name { at: date.and_hms_opt(3, 0, 4).unwrap(), encrypted: false }
    }

    #[test]
    fn a_name_says_when_and_whether_one_can_read_it() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        let name = Name { encrypted: true, ..at(date) };
        assert_eq!(name.file_name(), "permanence-2026-11-25-030004.sauvegarde.age");
        assert_eq!(Name::read(OsStr::new("permanence-2026-11-25-030004.sauvegarde.age")), Some(name));
        assert_eq!(Name::read(OsStr::new("permanence-2026-11-25-030004.sauvegarde")), Some(at(date)));
        for other in ["permanence.redb", "permanence-2026-11-25-030004.sauvegarde.partiel", "permanence-x.sauvegarde"] {
            assert_eq!(Name::read(OsStr::new(other)), None, "{other}");
        }
    }

    /// A night after the other for three years: what stays was written down from the calendar, by hand.
    #[test]
    fn after_years_of_nights_a_week_a_month_and_a_year_are_left() {
        let first = NaiveDate::from_ymd_opt(2023, 11, 26).unwrap();
        let mut there: Vec<Name> = Vec::new();
        for night in 0..1096 {
            there.push(at(first + TimeDelta::days(night)));
            let go = superfluous(&there, Kept::USUAL);
            there.retain(|name| !go.contains(name));
        }
        let dates: Vec<String> = there.iter().map(|name| name.at.date().to_string()).collect();
        // Wednesday 25 November 2026. Sundays end weeks (ISO 8601), the last days of months end months; this week and this
        // month are the 25th itself.
        assert_eq!(
            dates,
            [
                "2025-12-31",
                "2026-01-31",
                "2026-02-28",
                "2026-03-31",
                "2026-04-30",
                "2026-05-31",
                "2026-06-30",
                "2026-07-31",
                "2026-08-31",
                "2026-09-30",
                "2026-10-31",
                "2026-11-08",
                "2026-11-15",
                "2026-11-19",
                "2026-11-20",
                "2026-11-21",
                "2026-11-22",
                "2026-11-23",
                "2026-11-24",
                "2026-11-25",
            ]
        );
    }

    #[test]
    fn a_machine_that_was_off_loses_nothing_by_it() {
        let day = |month, day| at(NaiveDate::from_ymd_opt(2026, month, day).unwrap());
        let there = [day(1, 5), day(1, 6), day(3, 2), day(11, 25)];
        assert_eq!(superfluous(&there, Kept::USUAL), []);
        assert_eq!(superfluous(&there, Kept { days: 1, weeks: 2, months: 0 }), [day(1, 6), day(1, 5)]);
        let twice = [day(11, 25), Name { at: day(11, 25).at + TimeDelta::hours(9), encrypted: false }];
        assert_eq!(superfluous(&twice, Kept { days: 1, weeks: 0, months: 0 }), [], "made by hand an hour ago");
    }
}
