//! The agenda's arithmetic against models that are obviously right, an independent package, and every clock of France.

use chrono::{Datelike, Duration, NaiveDate};
use permanence::agenda::day;
use permanence::agenda::find::{self, Half, Wanted};
use permanence::agenda::holidays::{self, Region};
use permanence::agenda::model::{
    Absence, Actor, Appointment, Fold, Kind, Minute, NewAppointment, Opening, Place, SLOT_MINUTES_MIN,
};
use permanence::agenda::overrides::{self, Change, Override, Reach};
use permanence::agenda::rules::Rules;
use permanence::agenda::settings::{Mark, Settings};
use permanence::agenda::week::{Period, TypicalWeek, Weeks};
use permanence::agenda::{absences, appointments, week};
use permanence::base::time::Day;
use permanence::base::{AppointmentId, Instant, Phone, SubscriberId, Zone};
use permanence::error::{Error, Result};
use permanence::schema::SCHEMA;
use permanence::store::{Options, Store};
use permanence::subscribers::{Side, Subscriber};
use proptest::prelude::*;
use std::collections::BTreeMap;

const NOBODY: Actor<'static> = Actor { person: None, name: "Essai", side: Side::Subscriber };

/// The zones of every French territory (IANA names).
const ZONES: [&str; 15] = [
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "Indian/Reunion",
    "Indian/Mayotte",
    "America/St_Barthelemy",
    "America/Marigot",
    "America/Miquelon",
    "Pacific/Tahiti",
    "Pacific/Marquesas",
    "Pacific/Gambier",
    "Pacific/Noumea",
    "Pacific/Wallis",
    "Indian/Kerguelen",
];

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap_or_else(|| panic!("{name} is no zone"))
}

/// A store on a folder that goes away; durable like the real one.
fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(&folder.path().join("permanence.redb"), &SCHEMA, Options::cached(1024 * 1024));
    (store.expect("a store"), folder)
}

#[test]
fn public_holidays_are_those_of_an_independent_package() {
    let data = include_str!("samples/agenda/public_holidays.txt");
    let mut lines = 0;
    for line in data.lines() {
        let mut words = line.split(' ');
        let region = Region::from_word(words.next().unwrap()).unwrap_or_else(|| panic!("{line}"));
        let year: i32 = words.next().unwrap().parse().unwrap();
        let expected: Vec<&str> = words.collect();
        let mut ours: Vec<String> =
            holidays::of_year(year, region).iter().map(|(day, _)| day.format("%m%d").to_string()).collect();
        ours.dedup();
        assert_eq!(ours, expected, "{} {year}", region.label());
        lines += 1;
    }
    assert_eq!(lines, 51 * Region::ALL.len());
}

/// What a minute of a date is, said the slow way: each minute looked up alone.
fn opening_of(rules: &Rules, on: NaiveDate, minute: u16) -> Opening {
    let within = |from: Minute, to: Minute| from.0 <= minute && minute < to.0;
    let parity = if on.iso_week().week().is_multiple_of(2) { Weeks::Even } else { Weeks::Odd };
    let weekday = on.weekday().num_days_from_monday() as u8;
    let week = rules.weeks.iter().rfind(|week| week.valid_from.date() <= on).unwrap_or(&rules.usual);
    let periods = week.periods.iter().filter(|period| {
        period.weekday == weekday
            && (period.weeks == Weeks::Every || period.weeks == parity)
            && within(period.from, period.to)
    });
    let mut opening = Opening::Unworked;
    let mut pause = false;
    for period in periods {
        match period.opening {
            Opening::Unworked => pause = true,
            worked => opening = worked,
        }
    }
    if pause {
        opening = Opening::Unworked;
    }
    for made in &rules.repeated {
        let reached = made.from.date() <= on
            && made.until.is_none_or(|until| on <= until.date())
            && made.from.date().weekday() == on.weekday()
            && (made.number > week.number || made.from >= week.valid_from);
        if reached && within(made.start, made.end) {
            opening = made.opening;
        }
    }
    let names = holidays::names(on, rules.settings.region);
    let closed = match rules.marks.get(&Day::from(on)) {
        Some(Mark::Opened) => false,
        Some(Mark::Closed) => true,
        None => !names.is_empty() && !rules.settings.works_holidays,
    };
    let civil = Minute(minute).on(on);
    let absent = rules.absences.iter().any(|absence| {
        absence.from_minute.on(absence.from.date()) <= civil && civil < absence.until_minute.on(absence.until.date())
    });
    if closed || absent {
        opening = Opening::Unworked;
    }
    for made in rules.overrides.get(&Day::from(on)).into_iter().flatten() {
        if within(made.start, made.end) {
            opening = made.opening;
        }
    }
    opening
}

fn any_opening() -> impl Strategy<Value = Opening> {
    prop_oneof![Just(Opening::Worked(Kind::Consultation)), Just(Opening::Worked(Kind::Visit)), Just(Opening::Unworked)]
}

fn any_stretch() -> impl Strategy<Value = (Minute, Minute)> {
    (0u16..1440, 1u16..600).prop_map(|(start, length)| (Minute(start), Minute((start + length).min(1440))))
}

/// Around a Monday, so that weeks and parities change.
fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0i64..21).prop_map(|days| date(2026, 10, 19) + Duration::days(days))
}

fn any_week() -> impl Strategy<Value = TypicalWeek> {
    let period = (
        0u8..7,
        prop_oneof![Just(Weeks::Every), Just(Weeks::Even), Just(Weeks::Odd)],
        any_stretch(),
        any_opening(),
        SLOT_MINUTES_MIN..90,
    );
    (any_date(), prop::collection::vec(period, 0..24)).prop_map(|(from, periods)| {
        // Only what a form would take: those that overlap another are left out.
        let mut kept: Vec<Period> = Vec::new();
        for (weekday, weeks, (from, to), opening, slot_minutes) in periods {
            let mut tried = kept.clone();
            tried.push(Period { weekday, weeks, from, to, opening, slot_minutes });
            if TypicalWeek::checked(date(2026, 10, 19), tried.clone()).is_ok() {
                kept = tried;
            }
        }
        TypicalWeek { valid_from: from.into(), periods: kept, number: 3 }
    })
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let made = (any_date(), any_stretch(), any_opening(), prop::option::of(SLOT_MINUTES_MIN..60), 0u64..6);
    let made = prop::collection::vec(made, 0..6);
    let repeated = (any_date(), prop::option::of(0i64..20), any_stretch(), any_opening(), 0u64..6);
    let repeated = prop::collection::vec(repeated, 0..4);
    let absence = (any_date(), any_stretch(), 0i64..3);
    let absences = prop::collection::vec(absence, 0..3);
    let marks = prop::collection::vec((any_date(), any::<bool>()), 0..3);
    (prop::collection::vec(any_week(), 0..3), made, repeated, absences, marks).prop_map(
        |(mut weeks, made, repeated, absences, marks)| {
            let mut rules = Rules::new(Settings::usual(Zone::PARIS));
            weeks.sort_by_key(|week| week.valid_from);
            weeks.dedup_by_key(|week| week.valid_from);
            rules.weeks = weeks;
            for (on, (start, end), opening, slot_minutes, number) in made {
                let day = Day::from(on);
                let made = Override { number, from: day, until: Some(day), start, end, opening, slot_minutes };
                rules.overrides.entry(day).or_default().push(made);
            }
            for (from, length, (start, end), opening, number) in repeated {
                let until = length.map(|days| Day::from(from + Duration::days(days)));
                let made = Override { number, from: from.into(), until, start, end, opening, slot_minutes: None };
                rules.repeated.push(made);
            }
            for (id, (from, (start, end), days)) in absences.into_iter().enumerate() {
                let until = from + Duration::days(days);
                rules.absences.push(Absence {
                    id: id as u64,
                    from: from.into(),
                    from_minute: start,
                    until: until.into(),
                    until_minute: if days == 0 { end } else { Minute(end.0) },
                    reason: String::new(),
                });
            }
            rules.marks = marks
                .into_iter()
                .map(|(on, opened)| (Day::from(on), if opened { Mark::Opened } else { Mark::Closed }))
                .collect::<BTreeMap<_, _>>();
            rules
        },
    )
}

fn appointment(id: u64, zone: Zone, start: Instant, minutes: u16) -> Appointment {
    let civil = start.local(zone);
    Appointment {
        id: AppointmentId(id),
        date: civil.date().into(),
        start: Minute::of(civil.time()),
        minutes,
        start_utc: start,
        end_utc: start.plus_ms(i64::from(minutes) * 60_000),
        kind: Kind::Consultation,
        blocked: true,
        last_name: String::new(),
        first_name: String::new(),
        phone: Phone::default(),
        contact: None,
        reason: String::new(),
        new_patient: false,
        address: String::new(),
        note: String::new(),
        reminder_email: false,
        reminder_sms: false,
        forced: false,
        series: None,
        created: start,
        created_by: String::new(),
        created_by_person: None,
        version: 0,
        message: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_day_is_what_each_of_its_minutes_is(
        rules in any_rules(),
        on in any_date(),
        laid in prop::collection::vec((0i64..(26 * 60), 1u16..300), 0..12),
    ) {
        let midnight = Zone::PARIS.instant_at_or_after(Minute::START.on(on));
        let appointments: Vec<Appointment> = laid
            .iter()
            .enumerate()
            .map(|(id, (minute, length))| {
                // From two hours before midnight on, so that some reach in from the day before and some don't touch it.
                appointment(id as u64 + 1, Zone::PARIS, midnight.plus_ms((minute - 120) * 60_000), *length)
            })
            .collect();
        let day = day::day(&rules, on, Zone::PARIS, &appointments);
        let mut at = 0;
        let mut shown: Vec<AppointmentId> = Vec::new();
        for slot in &day.slots {
            prop_assert_eq!(slot.start.0, at, "slots touch");
            prop_assert!(slot.end > slot.start);
            at = slot.end.0;
            shown.extend(&slot.appointments);
            prop_assert_eq!(slot.opening, opening_of(&rules, on, slot.start.0));
            if slot.is_free() {
                for minute in slot.start.0..slot.end.0 {
                    prop_assert_eq!(slot.opening, opening_of(&rules, on, minute), "minute {}", minute);
                }
                prop_assert!(slot.minutes() <= slot.slot_minutes);
            }
        }
        prop_assert_eq!(at, 1440, "the whole civil day");
        let touching: Vec<&Appointment> = appointments
            .iter()
            .filter(|one| {
                one.start_civil() < Minute::END.on(on) && one.end_civil(Zone::PARIS) > Minute::START.on(on)
            })
            .collect();
        shown.sort();
        let mut expected: Vec<AppointmentId> = touching.iter().map(|one| one.id).collect();
        expected.sort();
        prop_assert_eq!(&shown, &expected, "each appointment once");
        for one in touching {
            let slot = day.slots.iter().find(|slot| slot.appointments.contains(&one.id)).expect("shown");
            let start = one.start_civil().max(Minute::START.on(on));
            let end = one.end_civil(Zone::PARIS).min(Minute::END.on(on));
            prop_assert!(slot.start.on(on) <= start && end <= slot.end.on(on), "all of its minutes are covered");
        }
    }
}

/// A step of somebody at an agenda.
#[derive(Debug, Clone)]
enum Step {
    Book { minute: u16, minutes: u16, day: u8 },
    Move { which: usize, minute: u16, minutes: u16, day: u8 },
    Cancel { which: usize },
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0u16..1440, 1u16..=1440, 0u8..3).prop_map(|(minute, minutes, day)| Step::Book {
            minute,
            minutes: if minute.is_multiple_of(3) { minutes } else { minutes % 90 + 1 },
            day,
        }),
        2 => (any::<usize>(), 0u16..1440, 1u16..120, 0u8..3)
            .prop_map(|(which, minute, minutes, day)| Step::Move { which, minute, minutes, day }),
        1 => any::<usize>().prop_map(|which| Step::Cancel { which }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The model: every minute of the world that is taken, one by one.
    #[test]
    fn booking_takes_minutes_that_nobody_has_and_no_others(
        steps in prop::collection::vec(any_step(), 1..40),
        change in 0usize..3,
    ) {
        let (store, _folder) = store();
        let subscriber = Subscriber::new(SubscriberId(1), "Essai");
        // An ordinary day, the spring gap and the doubled hour of 2027, each with the days beside it.
        let first = [date(2027, 2, 2), date(2027, 3, 27), date(2027, 10, 30)][change];
        let now = Instant(1_795_510_800_000);
        let mut taken: BTreeMap<u64, (i64, i64)> = BTreeMap::new();
        let free = |taken: &BTreeMap<u64, (i64, i64)>, start: i64, end: i64, except: Option<u64>| {
            taken.iter().all(|(id, (from, to))| Some(*id) == except || (start..end).all(|minute| !(*from..*to).contains(&minute)))
        };
        for step in steps {
            match step {
                Step::Book { minute, minutes, day } => {
                    let on = first + Duration::days(i64::from(day));
                    let new = NewAppointment::at(on, Minute(minute), minutes);
                    let outcome = store.write(|tx| appointments::book(tx, &subscriber, new, NOBODY, now));
                    let Some(start) = Zone::PARIS.instant(Minute(minute).on(on)).map(|at| at.0 / 60_000) else {
                        prop_assert!(matches!(outcome, Err(Error::Invalid(_))), "a skipped time is refused");
                        continue;
                    };
                    let end = start + i64::from(minutes);
                    match outcome {
                        Ok(booked) => {
                            prop_assert!(free(&taken, start, end, None), "taken twice");
                            taken.insert(booked.appointment.id.0, (start, end));
                        }
                        Err(Error::Conflict(_)) => prop_assert!(!free(&taken, start, end, None), "refused for nothing"),
                        Err(other) => panic!("{other}"),
                    }
                }
                Step::Move { which, minute, minutes, day } => {
                    let Some(id) = taken.keys().nth(which % taken.len().max(1)).copied() else { continue };
                    let on = first + Duration::days(i64::from(day));
                    let place = Place::new(on, Minute(minute), minutes);
                    let outcome = store.write(|tx| {
                        let id = AppointmentId(id);
                        appointments::move_to(tx, &subscriber, id, place, Fold::First, false, None, NOBODY, now)
                    });
                    let Some(start) = Zone::PARIS.instant(Minute(minute).on(on)).map(|at| at.0 / 60_000) else {
                        prop_assert!(matches!(outcome, Err(Error::Invalid(_))));
                        continue;
                    };
                    let end = start + i64::from(minutes);
                    match outcome {
                        Ok(_) => {
                            prop_assert!(free(&taken, start, end, Some(id)));
                            taken.insert(id, (start, end));
                        }
                        Err(Error::Conflict(_)) => prop_assert!(!free(&taken, start, end, Some(id))),
                        Err(other) => panic!("{other}"),
                    }
                }
                Step::Cancel { which } => {
                    let Some(id) = taken.keys().nth(which % taken.len().max(1)).copied() else { continue };
                    store
                        .write(|tx| appointments::cancel(tx, &subscriber, AppointmentId(id), None, NOBODY, now))
                        .expect("it is there");
                    taken.remove(&id);
                }
            }
        }
        // What is found free can be booked, to the last one.
        let wanted = Wanted { minutes: 45, kind: None, from: first, half: Half::Any, days: 3, most: 400 };
        let found = store.read(|tx| find::find(tx, &subscriber, wanted, now)).expect("a search");
        for free_time in &found {
            let new = NewAppointment::at(free_time.date, free_time.start, 45);
            // Booked, and dropped again with its write.
            let booked = store.write(|tx| {
                appointments::book(tx, &subscriber, new, NOBODY, now).and(Err::<(), Error>(Error::Forbidden))
            });
            prop_assert!(matches!(booked, Err(Error::Forbidden)), "{free_time:?}: {booked:?}");
        }
    }
}

/// The changes of a zone's clocks in a year: the first minute in UTC that has another offset than the one before.
fn clock_changes(zone: Zone, year: i32) -> Vec<Instant> {
    let offset = |at: i64| Instant(at).local(zone).and_utc().timestamp_millis() - at;
    let mut changes = Vec::new();
    let mut at = date(year, 1, 1).and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis();
    let end = date(year + 1, 1, 1).and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis();
    while at < end {
        if offset(at) != offset(at + 3_600_000) {
            changes.push(Instant(at + 3_600_000));
        }
        at += 3_600_000;
    }
    changes
}

#[test]
fn nine_oclock_stays_nine_oclock_in_every_territory() {
    let (store, _folder) = store();
    let now = Instant(1_795_510_800_000);
    let mut changes = 0;
    for (place, name) in ZONES.iter().enumerate() {
        let mut subscriber = Subscriber::new(SubscriberId(place as u64 + 1), *name);
        subscriber.zone = zone(name);
        let mut days: Vec<NaiveDate> = Vec::new();
        for year in 2026..=2030 {
            days.extend([1, 7].map(|month| date(year, month, 20)));
            for change in clock_changes(subscriber.zone, year) {
                changes += 1;
                let around = [-1, 0, 1].map(|days| change.plus_ms(days * 86_400_000));
                days.extend(around.map(|at| at.local(subscriber.zone).date()));
            }
        }
        let book = |on: &NaiveDate| NewAppointment::at(*on, Minute::at(9, 0), 20);
        let booked = store.write(|tx| {
            days.iter().map(|on| appointments::book(tx, &subscriber, book(on), NOBODY, now)).collect::<Result<Vec<_>>>()
        });
        for (on, booked) in days.iter().zip(booked.expect("all are booked")) {
            let kept = booked.appointment;
            assert_eq!(kept.start_utc.local(subscriber.zone), Minute::at(9, 0).on(*on), "{name} {on}");
            let shown = store.read(|tx| day::days(tx, &subscriber, *on, 1)).unwrap().remove(0);
            let slot = shown.slot_at(Minute::at(9, 0)).expect("a slot");
            assert_eq!((slot.start, slot.end, slot.appointments.len()), (Minute::at(9, 0), Minute::at(9, 20), 1));
        }
    }
    // Metropolitan France and Saint-Pierre-et-Miquelon change twice a year, nobody else does.
    assert_eq!(changes, 2 * 2 * 5);
}

#[test]
fn skipped_times_are_refused_and_doubled_ones_told_apart() {
    let (store, _folder) = store();
    let now = Instant(1_795_510_800_000);
    for (place, name) in ["Europe/Paris", "America/Miquelon"].iter().enumerate() {
        let mut subscriber = Subscriber::new(SubscriberId(place as u64 + 1), *name);
        subscriber.zone = zone(name);
        for year in 2027..=2030 {
            let changes = clock_changes(subscriber.zone, year);
            let book = |new: NewAppointment| store.write(|tx| appointments::book(tx, &subscriber, new, NOBODY, now));
            let spring = changes[0].local(subscriber.zone).date();
            let refused = book(NewAppointment::at(spring, Minute::at(2, 30), 15));
            let Err(Error::Invalid(problems)) = refused else { panic!("{name} {year}: {refused:?}") };
            assert!(problems.of("heure").unwrap().contains("n’existe pas"), "{problems:?}");
            let autumn = changes[1].local(subscriber.zone).date();
            let doubled = changes[1].local(subscriber.zone).time();
            let half_past = Minute::of(doubled).plus(30);
            assert!(appointments::is_doubled(subscriber.zone, autumn, half_past));
            let first = NewAppointment::at(autumn, half_past, 30);
            let second = NewAppointment { fold: Fold::Second, ..first.clone() };
            let (one, other) = (book(first.clone()).unwrap(), book(second.clone()).unwrap());
            let apart = other.appointment.start_utc.0 - one.appointment.start_utc.0;
            assert_eq!(apart, 3_600_000, "an hour apart, at the same time on the wall");
            assert!(matches!((book(first), book(second)), (Err(Error::Conflict(_)), Err(Error::Conflict(_)))));
            let shown = store.read(|tx| day::days(tx, &subscriber, autumn, 1)).unwrap().remove(0);
            assert_eq!(shown.slot_at(half_past).unwrap().appointments.len(), 2, "both are shown");
        }
    }
}

#[test]
fn a_watch_over_midnight_and_the_clock_change_takes_its_real_hours() {
    let (store, _folder) = store();
    let subscriber = Subscriber::new(SubscriberId(1), "Garde");
    let now = Instant(1_795_510_800_000);
    let book = |new: NewAppointment| store.write(|tx| appointments::book(tx, &subscriber, new, NOBODY, now));
    // 27 March 2027, 23:30, three hours that pass: until 03:30 by the clock, which skips from 2 to 3.
    let watch = book(NewAppointment::at(date(2027, 3, 27), Minute::at(23, 30), 180)).unwrap().appointment;
    assert_eq!(watch.end_civil(subscriber.zone), Minute::at(3, 30).on(date(2027, 3, 28)));
    let sunday = store.read(|tx| day::days(tx, &subscriber, date(2027, 3, 28), 1)).unwrap().remove(0);
    assert_eq!((sunday.slots[0].start, sunday.slots[0].end), (Minute::START, Minute::at(3, 30)));
    assert!(book(NewAppointment::at(date(2027, 3, 28), Minute::at(3, 29), 5)).is_err());
    book(NewAppointment::at(date(2027, 3, 28), Minute::at(3, 30), 5)).expect("free again");
}

#[test]
fn repeated_changes_follow_their_weekday_until_a_new_week_begins() {
    let (store, _folder) = store();
    let subscriber = Subscriber::new(SubscriberId(1), "Essai");
    let now = Instant(1_795_510_800_000);
    let wednesday = date(2026, 11, 25);
    let worked = |on: NaiveDate| {
        let day = store.read(|tx| day::days(tx, &subscriber, on, 1)).unwrap().remove(0);
        day.slot_at(Minute::at(9, 0)).unwrap().opening.is_worked()
    };
    let change = Change {
        date: wednesday,
        start: Minute::at(9, 0),
        end: Minute::at(10, 0),
        opening: Opening::Unworked,
        slot_minutes: None,
        reach: Reach::Until(date(2026, 12, 9)),
    };
    store.write(|tx| overrides::change(tx, &subscriber, change, NOBODY, now)).unwrap();
    let weeks = |count: i64| wednesday + Duration::weeks(count);
    assert_eq!([-1, 0, 1, 2, 3].map(|count| worked(weeks(count))), [true, false, false, false, true]);
    assert!(worked(date(2026, 11, 26)), "Thursday");
    let forever = Change { reach: Reach::FromNowOn, ..change };
    store.write(|tx| overrides::change(tx, &subscriber, forever, NOBODY, now)).unwrap();
    assert!(!worked(weeks(20)));
    let new_week = TypicalWeek { valid_from: date(2027, 1, 4).into(), ..TypicalWeek::usual() };
    store.write(|tx| week::set(tx, subscriber.id, new_week)).unwrap();
    assert!(!worked(weeks(5)) && worked(date(2027, 1, 6)), "what was made before does not reach into the new week");
}

#[test]
fn an_absence_of_half_a_day_leaves_the_other_half() {
    let (store, _folder) = store();
    let subscriber = Subscriber::new(SubscriberId(1), "Essai");
    let now = Instant(1_795_510_800_000);
    let mut leave = absences::NewAbsence::days(date(2026, 11, 25), date(2026, 11, 26), "Formation");
    leave.from_minute = Minute::at(14, 0);
    leave.until_minute = Minute::at(12, 0);
    store.write(|tx| absences::add(tx, &subscriber, leave.checked()?, NOBODY, now)).unwrap();
    let days = store.read(|tx| day::days(tx, &subscriber, date(2026, 11, 25), 2)).unwrap();
    let span = |place: usize| days[place].busy_span().unwrap();
    assert_eq!(span(0), (Minute::at(9, 0), Minute::at(12, 0)));
    assert_eq!(span(1), (Minute::at(14, 0), Minute::at(18, 0)));
}
