//! A hundred clients at once want the same time, over and over, through HTTP: one gets it, all others are told, and nothing
//! that they typed is lost.

use crate::support::{Browser, MARTIN, Office, office};
use chrono::{Duration, NaiveDate};
use permanence::agenda::model::{Actor, Minute, NewAppointment};
use permanence::agenda::{appointments, day};
use permanence::base::AppointmentId;
use permanence::subscribers::{Side, store as subscribers};
use std::sync::Barrier;

const CLIENTS: usize = 100;
/// Slots that are raced for, one after another.
const ROUNDS: usize = 200;
const TOLD: &str = "Ce créneau vient d’être pris.";

/// What one client got.
#[derive(Debug, PartialEq, Eq)]
enum Got {
    It,
    /// Told, with what was typed still there.
    Told,
    Other(u16, String),
}

/// Lets every client act once in each round, all at the same moment; what each got, by round.
fn race(office: &Office, rounds: usize, act: impl Fn(&mut Browser, usize, usize) -> Got + Sync) -> Vec<Vec<Got>> {
    let seats = [office.signed_in("martin"), office.signed_in("aline")];
    let start = Barrier::new(CLIENTS);
    let (start, act) = (&start, &act);
    let by_client: Vec<Vec<Got>> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let mut browser = seats[client % 2].clone();
                scope.spawn(move || {
                    (0..rounds)
                        .map(|round| {
                            start.wait();
                            act(&mut browser, client, round)
                        })
                        .collect()
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().expect("a client")).collect()
    });
    let mut by_client: Vec<_> = by_client.into_iter().map(Vec::into_iter).collect();
    (0..rounds).map(|_| by_client.iter_mut().filter_map(Iterator::next).collect()).collect()
}

fn one_each(rounds: &[Vec<Got>]) {
    for (round, got) in rounds.iter().enumerate() {
        assert_eq!(got.len(), CLIENTS);
        let others: Vec<&Got> = got.iter().filter(|one| matches!(one, Got::Other(..))).collect();
        assert!(others.is_empty(), "round {round}: {:?}", others.first());
        assert_eq!(got.iter().filter(|one| **one == Got::It).count(), 1, "round {round}");
    }
}

/// Half past one of each second hour, day after day.
fn place(round: usize) -> (NaiveDate, Minute) {
    let date = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap() + Duration::days((round / 11) as i64);
    (date, Minute::at(1 + 2 * (round % 11) as u16, 30))
}

fn base(client: usize) -> &'static str {
    if client.is_multiple_of(2) { "" } else { "/standard/abonnes/1" }
}

/// How many appointments the days of the races hold.
fn held(office: &Office, days: u16) -> usize {
    let all = office.house().store.read(|tx| {
        let martin = subscribers::subscriber(tx, MARTIN)?.expect("the cast");
        day::days(tx, &martin, place(0).0, days)
    });
    let all = all.unwrap();
    for slot in all.iter().flat_map(|day| &day.slots) {
        assert!(slot.appointments.len() <= 1, "two at {}", slot.start);
    }
    all.iter().map(|day| day.appointments.len()).sum()
}

#[test]
fn a_hundred_clients_want_one_slot_two_hundred_times_over() {
    let office = office();
    let rounds = race(&office, ROUNDS, |browser, client, round| {
        let (date, middle) = place(round);
        // Different beginnings and lengths; all of them cover the middle.
        let start = Minute(middle.0 - 5 * (client % 3) as u16);
        let minutes = (15 + 5 * (client % 4)).to_string();
        let name = format!("Client {client}");
        let (date, start) = (date.to_string(), start.to_string());
        let typed =
            [("date", date.as_str()), ("heure", &start), ("duree", &minutes), ("nom", &name), ("motif", "Suivi & co")];
        let page = browser.post(&format!("{}/agenda/rendez-vous", base(client)), &typed);
        let html = page.html();
        let kept = || html.contains(&format!("value=\"{name}\"")) && html.contains("value=\"Suivi &amp; co\"");
        match page.status {
            303 => Got::It,
            409 if html.contains(TOLD) && kept() => Got::Told,
            status => Got::Other(status, page.text()),
        }
    });
    one_each(&rounds);
    assert_eq!(held(&office, 30), ROUNDS);
}

#[test]
fn a_hundred_appointments_are_moved_to_one_slot() {
    const MOVES: usize = 10;
    let office = office();
    let martin = office.house().store.read(|tx| subscribers::subscriber(tx, MARTIN)).unwrap().unwrap();
    let actor = Actor { person: None, name: "La régie", side: Side::Subscriber };
    let parked: NaiveDate = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
    let ids: Vec<AppointmentId> = (0..CLIENTS)
        .map(|client| {
            let on = parked + Duration::days(client as i64);
            let new = NewAppointment::at(on, Minute::at(10, 0), 15);
            let booked = office.house().store.write(|tx| appointments::book(tx, &martin, new, actor, office.now()));
            booked.unwrap().appointment.id
        })
        .collect();
    let rounds = race(&office, MOVES, |browser, client, round| {
        let (date, start) = place(round);
        let to = format!("{date}T{start}");
        let path = format!("{}/agenda/rendez-vous/{}/deplacement", base(client), ids[client]);
        let page = browser.post(&path, &[("vers", &to)]);
        match page.status {
            303 => Got::It,
            409 if page.html().contains(TOLD) => Got::Told,
            status => Got::Other(status, page.text()),
        }
    });
    one_each(&rounds);
    // Who won a round may win another: the appointment then leaves the slot that it had.
    let there = held(&office, 2);
    assert!((1..=MOVES).contains(&there), "{there}");
    let all =
        ids.iter().filter(|id| office.house().store.read(|tx| appointments::appointment(tx, MARTIN, **id)).is_ok());
    assert_eq!(all.count(), CLIENTS, "none is lost");
}

#[test]
fn a_hundred_series_want_the_same_weeks() {
    const SERIES: usize = 5;
    let office = office();
    let rounds = race(&office, SERIES, |browser, client, round| {
        let (date, start) = place(round);
        let dates: Vec<String> = (0..3).map(|week| format!("{}T{start}", date + Duration::weeks(week))).collect();
        let (on, at) = (date.to_string(), start.to_string());
        let mut typed = vec![("date", on.as_str()), ("heure", &at), ("duree", "20"), ("nom", "Kiné"), ("fois", "3")];
        typed.extend([("rythme", "semaine"), ("etape", "serie")]);
        typed.extend(dates.iter().map(|one| ("occurrence", one.as_str())));
        let page = browser.post(&format!("{}/agenda/rendez-vous", base(client)), &typed);
        match page.status {
            303 => Got::It,
            422 if page.text().contains("vient d’être pris") => Got::Told,
            status => Got::Other(status, page.text()),
        }
    });
    one_each(&rounds);
    assert_eq!(held(&office, 25), 3 * SERIES);
}
