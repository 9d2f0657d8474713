//! When a reminder is due. Pure.

use crate::base::{Instant, Zone, time};
use chrono::{Duration, NaiveDateTime, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

/// Nobody is told anything at night: letters leave between these minutes of the contact's day.
const DAY_FROM: u16 = 8 * 60;
const DAY_TO: u16 = 20 * 60;

/// How long before an appointment somebody is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lead {
    /// So many days before, at this minute of that day: « la veille à 18:00 ».
    Days {
        days: u8,
        minute: u16,
    },
    Hours {
        hours: u8,
    },
}

impl Lead {
    /// When it is due for an appointment: by the clock of the abonné's zone, and moved back to the evening before where that
    /// would be at night.
    pub fn due(self, start: Instant, zone: Zone) -> Instant {
        let civil = match self {
            Lead::Days { days, minute } => {
                let date = start.local(zone).date() - Duration::days(i64::from(days));
                date.and_time(clock(minute))
            }
            Lead::Hours { hours } => {
                let moment = start.plus_ms(-i64::from(hours) * time::HOUR_MS);
                if is_day(moment.local(zone)) {
                    return moment;
                }
                moment.local(zone)
            }
        };
        zone.instant_at_or_after(not_at_night(civil))
    }

    /// « la veille à 18:00 », « 2 heures avant ».
    pub fn in_words(self) -> String {
        match self {
            Lead::Days { days: 0, minute } => format!("le jour même à {}", time::minute_of_day(minute)),
            Lead::Days { days: 1, minute } => format!("la veille à {}", time::minute_of_day(minute)),
            Lead::Days { days, minute } => format!("{days} jours avant à {}", time::minute_of_day(minute)),
            Lead::Hours { hours: 1 } => "1 heure avant".into(),
            Lead::Hours { hours } => format!("{hours} heures avant"),
        }
    }
}

fn clock(minute: u16) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) * 60, 0).unwrap_or_default()
}

fn minute(civil: NaiveDateTime) -> u16 {
    (civil.hour() * 60 + civil.minute()) as u16
}

fn is_day(civil: NaiveDateTime) -> bool {
    (DAY_FROM..=DAY_TO).contains(&minute(civil))
}

fn not_at_night(civil: NaiveDateTime) -> NaiveDateTime {
    match minute(civil) {
        at if at < DAY_FROM => (civil.date() - Duration::days(1)).and_time(clock(DAY_TO)),
        at if at > DAY_TO => civil.date().and_time(clock(DAY_TO)),
        _ => civil,
    }
}

/// This moment, or the next morning where it is night.
pub fn next_day_time(now: Instant, zone: Zone) -> Instant {
    let civil = now.local(zone);
    let date = match minute(civil) {
        at if at < DAY_FROM => civil.date(),
        at if at > DAY_TO => civil.date() + Duration::days(1),
        _ => return now,
    };
    zone.instant_at_or_after(date.and_time(clock(DAY_FROM)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: Zone, text: &str) -> Instant {
        zone.instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()).unwrap()
    }

    #[test]
    fn reminders_are_due_by_the_abonnes_clock_and_never_at_night() {
        let eve = Lead::Days { days: 1, minute: 18 * 60 };
        let late = Lead::Days { days: 1, minute: 22 * 60 };
        let early = Lead::Days { days: 0, minute: 6 * 60 };
        let two_hours = Lead::Hours { hours: 2 };
        for (lead, start, due) in [
            (eve, "2026-11-25 09:15", "2026-11-24 18:00"),
            (late, "2026-11-25 09:15", "2026-11-24 20:00"),
            (early, "2026-11-25 09:15", "2026-11-24 20:00"),
            (two_hours, "2026-11-25 10:15", "2026-11-25 08:15"),
            (two_hours, "2026-11-25 09:15", "2026-11-24 20:00"),
            (two_hours, "2026-11-25 23:00", "2026-11-25 20:00"),
            // Clocks go forward on 29 March 2026 at 02:00, back on 25 October at 03:00: the evening stays 18:00.
            (eve, "2026-03-29 09:00", "2026-03-28 18:00"),
            (eve, "2026-10-25 09:00", "2026-10-24 18:00"),
        ] {
            assert_eq!(lead.due(at(Zone::PARIS, start), Zone::PARIS), at(Zone::PARIS, due), "{lead:?} {start}");
        }
        let reunion = Zone::named("Indian/Reunion").unwrap();
        assert_eq!(eve.due(at(reunion, "2026-11-25 09:15"), reunion), at(reunion, "2026-11-24 18:00"));
    }

    #[test]
    fn what_is_ready_at_night_waits_for_the_morning() {
        for (now, then) in [
            ("2026-11-24 10:00", "2026-11-24 10:00"),
            ("2026-11-24 20:01", "2026-11-25 08:00"),
            ("2026-11-24 03:00", "2026-11-24 08:00"),
        ] {
            assert_eq!(next_day_time(at(Zone::PARIS, now), Zone::PARIS), at(Zone::PARIS, then), "{now}");
        }
    }
}
