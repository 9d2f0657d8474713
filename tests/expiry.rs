//! What is archived is erased in its night, bytes and all (guide, « Vos archives »; product, sections 5 and 15).

use crate::support::{MARTIN, office};
use permanence::messages::expiry;

#[test]
fn messages_are_visible_for_sixty_days_and_gone_the_night_after() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut martin = office.signed_in("martin");
    martin.post("/messages/archivage", &[("message", "1"), ("message", "2")]);
    office.let_pass_days(60);
    expiry::run(office.house(), office.now(), || false, |_| Ok(())).unwrap();
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/archives").text().contains("Vous avez 2 messages archivés"), "sixty whole days");
    office.let_pass_days(1);
    let erased = expiry::run(office.house(), office.now(), || false, |_| Ok(())).unwrap();
    assert_eq!(erased.iter().map(|due| due.messages).collect::<Vec<_>>(), [2]);
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/archives").text().contains("Aucun message archivé"));
    assert_eq!(martin.get("/messages/1").status, 404);
    assert_eq!(martin.get("/messages/3").status, 200, "what waits is never erased");
    assert!(martin.get("/messages?q=dupont").attributes("a", "href").iter().all(|href| href != "/messages/1"));
    let next = office.message(MARTIN, "Après.");
    assert_eq!(next.0, 4, "numbers are never used again");
}

#[test]
fn erased_means_erased_from_the_file() {
    let mut office = office();
    let marker = "XylophoneVioletIntrouvable";
    office.messages(MARTIN, 400);
    for _ in 0..5 {
        office.message_with(MARTIN, |message| {
            message.text = format!("Texte : {marker}");
            message.caller.last_name = marker.into();
        });
    }
    let mut martin = office.signed_in("martin");
    let numbers: Vec<String> = (401..=405).map(|number| number.to_string()).collect();
    let ticked: Vec<(&str, &str)> = numbers.iter().map(|number| ("message", number.as_str())).collect();
    martin.post("/messages/archivage", &ticked);
    martin.post("/messages/405/reponses", &[("reponse", marker)]);
    let folder = office.data_folder().to_owned();
    assert!(holds(&folder, marker), "the marker is in the file while the message lives");
    office.let_pass_days(61);
    expiry::run(office.house(), office.now(), || false, |_| Ok(())).unwrap();
    assert!(!holds(&folder, marker), "while the server runs");
    office.stop();
    assert!(!holds(&folder, marker), "and after it has ended");
}

/// Whether a text, as written or folded for search, stands in any file of a folder.
fn holds(folder: &std::path::Path, text: &str) -> bool {
    let folded = text.to_lowercase();
    std::fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_file()).any(
        |entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            [text, &folded].iter().any(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
        },
    )
}

#[test]
fn a_missed_night_is_made_up_for_at_start() {
    let mut office = office();
    office.messages(MARTIN, 1);
    office.signed_in("martin").post("/messages/archivage", &[("message", "1")]);
    office.stop();
    office.let_pass_days(62);
    office.restart();
    // Two months at once: the clock may be wrong, so a day is waited; then the night that was missed is made up for.
    assert!(office.signed_in("martin").get("/archives").text().contains("Vous avez 1 message archivé"));
    office.let_pass_days(1);
    office.restart();
    let mut martin = office.signed_in("martin");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !martin.get("/archives").text().contains("Aucun message archivé") {
        assert!(std::time::Instant::now() < end, "the night was not made up for");
        std::thread::yield_now();
    }
}

#[test]
fn interrupted_it_goes_on_where_it_was() {
    let office = office();
    office.messages(MARTIN, 600);
    let mut martin = office.signed_in("martin");
    for page in (1..=600u32).collect::<Vec<_>>().chunks(300) {
        let numbers: Vec<String> = page.iter().map(u32::to_string).collect();
        let ticked: Vec<(&str, &str)> = numbers.iter().map(|number| ("message", number.as_str())).collect();
        martin.post("/messages/archivage", &ticked);
    }
    office.let_pass_days(61);
    let asked = std::cell::Cell::new(0);
    let stop_after_one_step = || {
        asked.set(asked.get() + 1);
        asked.get() > 1
    };
    let erased = expiry::run(office.house(), office.now(), stop_after_one_step, |_| Ok(())).unwrap();
    assert_eq!(erased[0].messages, 100, "one step was done");
    assert!(office.signed_in("martin").get("/archives").text().contains("Vous avez 500 messages archivés"));
    expiry::run(office.house(), office.now(), || false, |_| Ok(())).unwrap();
    assert!(office.signed_in("martin").get("/archives").text().contains("Aucun message archivé"));
}

#[test]
fn the_office_writes_on_while_the_file_is_made_anew() {
    let office = office();
    office.messages(MARTIN, 2000);
    let house = office.house();
    std::thread::scope(|scope| {
        let writing =
            scope.spawn(|| (0..40).map(|number| office.message(MARTIN, &format!("Pendant {number}."))).count());
        for _ in 0..5 {
            house.store.rewrite().unwrap();
        }
        assert_eq!(writing.join().unwrap(), 40);
    });
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 2 040 messages"));
    let reports = house.store.check_rows().unwrap();
    assert!(reports.iter().all(|report| report.undecodable == 0));
    let messages = reports.iter().find(|report| report.name == "messages.messages").unwrap();
    assert_eq!(messages.rows, 2040);
}

#[test]
fn the_journal_says_how_many_and_for_whom_and_nothing_more() {
    let office = office();
    office.message(MARTIN, "Un secret médical.");
    office.signed_in("martin").post("/messages/archivage", &[("message", "1")]);
    office.let_pass_days(61);
    expiry::run(office.house(), office.now(), || false, |_| Ok(())).unwrap();
    let journal = office.signed_in("admin").get("/administration/journal").text();
    assert!(journal.contains("effacement à l’échéance") && journal.contains("1 message"), "{journal}");
    assert!(journal.contains("Cabinet Martin") && !journal.contains("secret") && !journal.contains("DUPONT"));
}
