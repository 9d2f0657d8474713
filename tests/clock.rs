//! A clock that jumps, ahead or back: nothing is erased early, nobody is thrown out for good, no number comes twice.

use crate::support::{MARTIN, Office, office};
use permanence::jobs;
use std::time::{Duration, Instant};

const YEAR_S: i64 = 365 * 24 * 3600;

/// Lets the recurring works look at the clock, and waits until they have.
fn works_look(office: &mut Office) {
    office.restart();
    let patience = Instant::now() + Duration::from_secs(20);
    while jobs::clock::seen(office.house()).unwrap() != Some(office.now()) {
        assert!(Instant::now() < patience, "the works do not look at the clock");
        std::thread::yield_now();
    }
}

fn archives(office: &Office) -> String {
    office.signed_in("martin").get("/archives").text()
}

#[test]
fn ten_years_ahead_and_back_lose_nothing() {
    let mut office = office();
    office.messages(MARTIN, 3);
    let mut martin = office.signed_in("martin");
    assert_eq!(martin.post("/messages/archivage", &[("message", "1")]).status, 303);
    works_look(&mut office);
    martin.address = office.address();
    martin.origin = Some(format!("http://{}", office.address()));
    assert_eq!(martin.get("/messages").status, 200);

    office.let_pass_s(10 * YEAR_S);
    works_look(&mut office);
    let mut admin = office.signed_in("admin");
    let told = admin.get("/administration").text();
    assert!(told.contains("L’horloge du serveur a avancé d’un coup de 3 650 jours"), "{told}");
    assert!(archives(&office).contains("Vous avez 1 message archivé"), "nothing is erased on the word of one jump");
    let ahead = office.message(MARTIN, "Pris dans un faux futur.");

    office.let_pass_s(-10 * YEAR_S);
    works_look(&mut office);
    martin.address = office.address();
    martin.origin = Some(format!("http://{}", office.address()));
    assert_eq!(martin.get("/messages").status, 200, "the session of before goes on");
    assert!(!office.signed_in("admin").get("/administration").text().contains("L’horloge du serveur"));
    assert!(archives(&office).contains("Vous avez 1 message archivé"));
    let back = office.message(MARTIN, "Pris après.");
    assert_eq!((ahead.0, back.0), (4, 5), "numbers go on");
    // The works did not take the future for done: the next night comes as ever.
    office.let_pass_days(1);
    works_look(&mut office);
    let erased = || {
        let works = office.house().store.read(permanence::house::works).unwrap();
        works.into_iter().find(|(name, _)| name == "expiry").and_then(|(_, work)| work.done)
    };
    let patience = Instant::now() + Duration::from_secs(20);
    while erased() != Some(office.now()) {
        assert!(Instant::now() < patience, "the nights go on");
        std::thread::yield_now();
    }
}

#[test]
fn a_clock_set_back_throws_nobody_out() {
    let mut office = office();
    let mut aline = office.signed_in("aline");
    works_look(&mut office);
    for hours in [-2, -30, 31] {
        office.let_pass_s(hours * 3600);
        works_look(&mut office);
        aline.address = office.address();
        aline.origin = Some(format!("http://{}", office.address()));
        assert_eq!(aline.get("/standard").status, 200, "{hours} hours");
    }
    let first = office.message(MARTIN, "Un.");
    office.let_pass_s(-3600);
    assert_eq!(office.message(MARTIN, "Deux.").0, first.0 + 1);
}
