//! The agenda as rooms above it use it: days computed, times booked, moved, cancelled, taken back; never twice.

use crate::support::{LEFEVRE, MARTIN, Office, office};
use chrono::NaiveDate;
use permanence::agenda::model::{
    Actor, Appointment, Booked, Day, Fold, Kind, Minute, NewAppointment, Opening, Place, TAKEN,
};
use permanence::agenda::overrides::{self, Change, Reach};
use permanence::agenda::{absences, appointments, day, find, history, recurrence, search, undo};
use permanence::base::{PersonId, Phone, SubscriberId};
use permanence::error::{Error, Result};
use permanence::messages::store as messages;
use permanence::subscribers::{Side, Subscriber, store as subscribers};

const ALINE: Actor<'static> = Actor { person: Some(PersonId(4)), name: "Aline", side: Side::Secretariat };
const MARTIN_HERSELF: Actor<'static> = Actor { person: Some(PersonId(1)), name: "Dr Martin", side: Side::Subscriber };

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn at(text: &str) -> Minute {
    Minute::read(text).expect("a time")
}

/// A stage with one abonné's agenda in hand.
struct Stage {
    office: Office,
    subscriber: Subscriber,
}

impl Stage {
    fn new() -> Stage {
        Stage::of(MARTIN)
    }

    fn of(id: SubscriberId) -> Stage {
        let office = office();
        let subscriber = office.house().store.read(|tx| subscribers::subscriber(tx, id)).unwrap().unwrap();
        Stage { office, subscriber }
    }

    fn day(&self, on: &str) -> Day {
        self.office.house().store.read(|tx| day::days(tx, &self.subscriber, date(on), 1)).unwrap().remove(0)
    }

    fn try_book(&self, new: NewAppointment, actor: Actor<'_>) -> Result<Booked> {
        let now = self.office.now();
        self.office.house().store.write(|tx| appointments::book(tx, &self.subscriber, new.checked()?, actor, now))
    }

    fn book(&self, on: &str, time: &str, minutes: u16, name: &str) -> Booked {
        let new = NewAppointment { last_name: name.into(), ..NewAppointment::at(date(on), at(time), minutes) };
        self.try_book(new, ALINE).expect("it is booked")
    }

    fn undo(&self, token: permanence::agenda::model::UndoToken, actor: Actor<'_>) -> Result<&'static str> {
        let now = self.office.now();
        self.office
            .house()
            .store
            .write(|tx| undo::undo(tx, &self.subscriber, token, actor, now))
            .map(|done| done.sentence)
    }

    fn pending(&self) -> Vec<permanence::messages::model::Message> {
        self.office.house().store.read(|tx| Ok(messages::pending_page(tx, self.subscriber.id, 1)?.rows)).unwrap()
    }
}

/// « 09:00 09:15 libre », a line a slot that is worked or taken.
fn lines(day: &Day) -> Vec<String> {
    let worked = day.slots.iter().filter(|slot| slot.opening.is_worked() || !slot.is_free());
    worked
        .map(|slot| {
            let what = match (slot.appointments.as_slice(), slot.opening) {
                ([], Opening::Worked(Kind::Consultation)) => "libre".to_owned(),
                ([], Opening::Worked(Kind::Visit)) => "visite".to_owned(),
                ([], Opening::Unworked) => "non travaillé".to_owned(),
                (taken, _) => taken.iter().map(|id| label(day.appointment(*id))).collect::<Vec<_>>().join(" + "),
            };
            format!("{} {} {what}", slot.start, slot.end)
        })
        .collect()
}

fn label(appointment: Option<&Appointment>) -> String {
    appointment.expect("the day holds it").label()
}

fn conflict<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::Conflict(sentence)) => sentence,
        other => panic!("a conflict was expected: {other:?}"),
    }
}

#[test]
fn an_agenda_is_never_empty_and_an_appointment_takes_the_slots_that_it_covers() {
    let stage = Stage::new();
    let tuesday = stage.day("2026-11-24");
    assert_eq!(lines(&tuesday).len(), 3 * 4 + 4 * 4, "9 to 12 and 14 to 18, a quarter of an hour each");
    assert_eq!(lines(&stage.day("2026-11-28")), Vec::<String>::new(), "a Saturday");
    stage.book("2026-11-24", "09:05", 40, "Dupont");
    let shown = lines(&stage.day("2026-11-24"));
    assert_eq!(
        shown[..4],
        ["09:00 09:05 libre", "09:05 09:45 DUPONT", "09:45 10:00 libre", "10:00 10:15 libre"].map(String::from)
    );
}

#[test]
fn who_comes_second_is_told_and_offered_the_nearest_times() {
    let stage = Stage::new();
    stage.book("2026-11-25", "10:00", 30, "Dupont");
    for (time, minutes) in [("10:00", 15), ("10:15", 15), ("09:45", 16), ("10:29", 1), ("09:00", 120)] {
        let new = NewAppointment::at(date("2026-11-25"), at(time), minutes);
        assert_eq!(conflict(stage.try_book(new, MARTIN_HERSELF)), TAKEN, "{time}");
    }
    let wanted = NewAppointment::at(date("2026-11-25"), at("10:00"), 30);
    let now = stage.office.now();
    let store = &stage.office.house().store;
    let told = store.read(|tx| appointments::conflict(tx, &stage.subscriber, &wanted, None, now)).unwrap();
    let offered: Vec<String> = told.nearest.iter().map(|free| free.start.to_string()).collect();
    assert_eq!(offered, ["09:00", "09:15", "09:30", "10:30", "10:45"]);
    assert_eq!(told.holders.iter().map(Appointment::label).collect::<Vec<_>>(), ["DUPONT"]);
    assert!(!told.can_force, "not unless the abonné allows it");
    stage.book("2026-11-25", "09:45", 15, "Avant");
    stage.book("2026-11-25", "10:30", 15, "Après");
}

#[test]
fn padlock_bin_and_arrow_each_do_and_undo() {
    let stage = Stage::new();
    let (store, now) = (&stage.office.house().store, stage.office.now());
    let on = date("2026-11-26");
    let slot = |time: &str| lines(&stage.day("2026-11-26")).into_iter().find(|line| line.starts_with(time));
    let blocked = store
        .write(|tx| appointments::block(tx, &stage.subscriber, Place::new(on, at("09:00"), 15), MARTIN_HERSELF, now))
        .unwrap();
    assert_eq!(slot("09:00").unwrap(), "09:00 09:15 Rendez-vous pris");
    stage.undo(blocked.undo, MARTIN_HERSELF).unwrap();
    assert_eq!(slot("09:00").unwrap(), "09:00 09:15 libre");
    assert!(matches!(stage.undo(blocked.undo, MARTIN_HERSELF), Err(Error::NotFound)), "once only");

    let bin = Change {
        date: on,
        start: at("09:15"),
        end: at("09:30"),
        opening: Opening::Unworked,
        slot_minutes: None,
        reach: Reach::ThisDay,
    };
    let emptied = store.write(|tx| overrides::change(tx, &stage.subscriber, bin, ALINE, now)).unwrap();
    assert_eq!(slot("09:15"), None);
    assert!(matches!(stage.undo(emptied, MARTIN_HERSELF), Err(Error::NotFound)), "another's change");
    let arrow = store
        .write(|tx| overrides::work_again(tx, &stage.subscriber, on, at("09:15"), at("09:30"), ALINE, now))
        .unwrap();
    assert_eq!(slot("09:15").unwrap(), "09:15 09:30 libre");
    stage.undo(arrow, ALINE).unwrap();
    assert_eq!(slot("09:15"), None);
    stage.undo(emptied, ALINE).unwrap();
    assert_eq!(slot("09:15").unwrap(), "09:15 09:30 libre");

    let booked = stage.book("2026-11-26", "10:00", 15, "Dupont");
    let cancelled =
        store.write(|tx| appointments::cancel(tx, &stage.subscriber, booked.appointment.id, None, ALINE, now)).unwrap();
    assert_eq!(slot("10:00").unwrap(), "10:00 10:15 libre");
    let other = stage.book("2026-11-26", "10:00", 15, "Second");
    assert!(conflict(stage.undo(cancelled.1, ALINE)).contains("pris entre-temps"));
    stage.undo(other.undo, ALINE).unwrap();
    stage.undo(cancelled.1, ALINE).unwrap();
    assert_eq!(slot("10:00").unwrap(), "10:00 10:15 DUPONT");
    let told: Vec<&str> = store
        .read(|tx| history::of_appointment(tx, MARTIN, booked.appointment.id))
        .unwrap()
        .iter()
        .map(|event| event.what.label())
        .collect();
    assert_eq!(told, ["rendez-vous pris", "rendez-vous annulé", "changement annulé"]);
}

#[test]
fn a_move_keeps_its_history_and_a_stale_form_moves_nothing() {
    let stage = Stage::new();
    let (store, now) = (&stage.office.house().store, stage.office.now());
    let booked = stage.book("2026-11-26", "10:00", 15, "Dupont");
    let id = booked.appointment.id;
    let to = |on: &str, time: &str| Place::new(date(on), at(time), 15);
    let go = |place: Place, seen: Option<u32>| {
        store.write(|tx| appointments::move_to(tx, &stage.subscriber, id, place, Fold::First, false, seen, ALINE, now))
    };
    let moved = go(to("2026-11-30", "09:00"), Some(0)).unwrap();
    assert!(lines(&stage.day("2026-11-26")).iter().all(|line| line.ends_with("libre")));
    assert_eq!(lines(&stage.day("2026-11-30"))[0], "09:00 09:15 DUPONT");
    assert!(conflict(go(to("2026-11-30", "11:00"), Some(0))).contains("modifié entre-temps"));
    stage.book("2026-11-30", "11:00", 15, "Second");
    assert_eq!(conflict(go(to("2026-11-30", "11:00"), Some(1))), TAKEN);
    let events = store.read(|tx| history::of_day(tx, MARTIN, date("2026-11-30"))).unwrap();
    let (last, place) = (&events[1], |on: &str, time: &str| to(on, time));
    assert_eq!(last.places, [place("2026-11-26", "10:00"), place("2026-11-30", "09:00")]);
    assert_eq!((last.who.as_str(), last.what.label()), ("Aline", "rendez-vous déplacé"));
    stage.undo(moved.undo, ALINE).unwrap();
    assert_eq!(lines(&stage.day("2026-11-26"))[4], "10:00 10:15 DUPONT");
}

#[test]
fn what_a_secretary_does_is_announced_and_what_the_abonne_does_is_not() {
    let stage = Stage::new();
    let (store, now) = (&stage.office.house().store, stage.office.now());
    let visit = NewAppointment {
        last_name: "Dupont".into(),
        first_name: "Marie".into(),
        phone: Phone::read("06 39 98 12 34"),
        kind: Kind::Visit,
        address: "5, rue Colette".into(),
        reason: "Fièvre".into(),
        ..NewAppointment::at(date("2026-11-26"), at("10:00"), 15)
    };
    stage.try_book(NewAppointment { start: at("11:00"), ..visit.clone() }, MARTIN_HERSELF).unwrap();
    assert_eq!(stage.pending(), []);
    let booked = stage.try_book(visit, ALINE).unwrap();
    let message = stage.pending().remove(0);
    assert_eq!(message.kind, permanence::messages::model::Kind::Visit);
    assert_eq!(message.caller.name(), "DUPONT Marie");
    assert_eq!(message.appointment_id, Some(booked.appointment.id));
    assert_eq!(message.appointment.unwrap().minute, Some(600));
    assert_eq!(booked.appointment.message, Some(message.number));
    stage.undo(booked.undo, ALINE).unwrap();
    assert_eq!(stage.pending(), [], "a slip of the fingers leaves nothing behind");
    let booked = stage.book("2026-11-27", "10:00", 15, "Durand");
    store.write(|tx| appointments::cancel(tx, &stage.subscriber, booked.appointment.id, None, ALINE, now)).unwrap();
    let subjects: Vec<String> = stage.pending().into_iter().map(|message| message.subject).collect();
    assert_eq!(subjects, ["Rendez-vous annulé", "Rendez-vous pris"]);
}

#[test]
fn absences_warn_both_ways() {
    let stage = Stage::new();
    let (store, now) = (&stage.office.house().store, stage.office.now());
    stage.book("2026-12-02", "10:00", 15, "Dupont");
    let leave = absences::NewAbsence::days(date("2026-12-01"), date("2026-12-04"), "Congés").checked().unwrap();
    let under = store.read(|tx| absences::under(tx, &stage.subscriber, &leave, now)).unwrap();
    assert_eq!(under.iter().map(Appointment::label).collect::<Vec<_>>(), ["DUPONT"]);
    let (absence, undone) = store.write(|tx| absences::add(tx, &stage.subscriber, leave, ALINE, now)).unwrap();
    let day = stage.day("2026-12-02");
    assert_eq!(lines(&day), ["10:00 10:15 DUPONT"]);
    assert_eq!(day.absences, [absence]);
    let over = |on: &str| store.read(|tx| absences::over(tx, &stage.subscriber, Place::new(date(on), at("09:00"), 15)));
    assert_eq!(over("2026-12-04").unwrap().len(), 1);
    assert_eq!(over("2026-12-05").unwrap().len(), 0);
    stage.undo(undone, ALINE).unwrap();
    assert_eq!(lines(&stage.day("2026-12-02")).len(), 28);
}

#[test]
fn a_series_shows_each_obstacle_and_is_written_whole_or_not_at_all() {
    let stage = Stage::new();
    let (store, now) = (&stage.office.house().store, stage.office.now());
    stage.book("2026-12-01", "10:00", 15, "Dupont");
    let new = NewAppointment { last_name: "Kiné".into(), ..NewAppointment::at(date("2026-11-24"), at("10:00"), 30) };
    let dates = recurrence::dates(date("2026-11-24"), recurrence::Every::Week, 6);
    let planned = store.read(|tx| recurrence::plan(tx, &stage.subscriber, &new, &dates, now)).unwrap();
    let obstacles: Vec<_> = planned.iter().map(|one| one.obstacle.as_ref().map(|one| one.in_words())).collect();
    assert_eq!(obstacles[..2], [None, Some("pris : DUPONT".to_owned())]);
    assert!(obstacles[2..].iter().all(Option::is_none), "{obstacles:?}");
    let all = store.write(|tx| recurrence::book(tx, &stage.subscriber, &new, &dates, ALINE, now));
    assert!(conflict(all).contains("mardi 1er décembre 2026"));
    assert_eq!(lines(&stage.day("2026-11-24")).len(), 28, "nothing was written");
    let chosen: Vec<NaiveDate> = planned.iter().filter(|one| one.obstacle.is_none()).map(|one| one.date).collect();
    let (made, token) = store.write(|tx| recurrence::book(tx, &stage.subscriber, &new, &chosen, ALINE, now)).unwrap();
    assert_eq!(made.len(), 5);
    assert!(made.iter().all(|one| one.series == Some(made[0].id)));
    assert_eq!(stage.pending().iter().filter(|message| message.text.contains("4 autres")).count(), 1);
    stage.undo(token, ALINE).unwrap();
    assert_eq!(lines(&stage.day("2026-12-08")).len(), 28);
}

#[test]
fn appointments_are_found_by_name_and_phone_in_any_notation() {
    let stage = Stage::new();
    let now = stage.office.now();
    let new = |on: &str, last: &str, phone: &str| NewAppointment {
        last_name: last.into(),
        first_name: "Noé".into(),
        phone: Phone::read(phone),
        ..NewAppointment::at(date(on), at("10:00"), 15)
    };
    stage.try_book(new("2026-11-20", "Lefèvre-Œuvrard", "06 39 98 12 34"), ALINE).unwrap();
    stage.try_book(new("2026-11-30", "Lefèvre-Œuvrard", "06 39 98 12 34"), ALINE).unwrap();
    stage.try_book(new("2026-12-01", "Lefebvre", "01 99 00 10 10"), ALINE).unwrap();
    let find = |typed: &str| {
        let found = stage.office.house().store.read(|tx| search::find(tx, MARTIN, typed, now)).unwrap();
        (found.coming.len(), found.past.len())
    };
    for typed in ["lefevre", "oeuv noe", "06.39.98.12", "+33 6 39 98 12 34", "0033639981234", "LEFÈVRE œuvrard"] {
        assert_eq!(find(typed), (1, 1), "{typed}");
    }
    assert_eq!(find("lef"), (2, 1));
    assert_eq!(find("dupont"), (0, 0));
    assert_eq!(find(" … "), (0, 0));
    let other = stage.office.house().store.read(|tx| search::find(tx, LEFEVRE, "lefevre", now)).unwrap();
    assert_eq!(other, search::Found::default(), "another abonné's");
}

#[test]
fn a_free_time_is_found_by_length_kind_and_half_of_the_day() {
    let stage = Stage::new();
    let now = stage.office.now();
    for time in ["14:00", "15:00", "16:00", "17:00"] {
        stage.book("2026-11-24", time, 30, "Pris");
    }
    let ask = |minutes, half, most| {
        let from = date("2026-11-24");
        let wanted = find::Wanted { minutes, kind: Some(Kind::Consultation), from, half, days: 366, most };
        let found = stage.office.house().store.read(|tx| find::find(tx, &stage.subscriber, wanted, now)).unwrap();
        found.iter().map(|free| format!("{} {}", free.date, free.start)).collect::<Vec<_>>()
    };
    // It is ten o'clock on the 24th.
    assert_eq!(ask(15, find::Half::Any, 2), ["2026-11-24 10:15", "2026-11-24 10:30"]);
    assert_eq!(ask(30, find::Half::Afternoon, 2), ["2026-11-24 14:30", "2026-11-24 15:30"]);
    assert_eq!(ask(45, find::Half::Afternoon, 1), ["2026-11-25 14:00"]);
    assert_eq!(ask(180, find::Half::Morning, 1), ["2026-11-25 09:00"]);
    assert_eq!(ask(241, find::Half::Any, 1), Vec::<String>::new(), "longer than any half day");
}
