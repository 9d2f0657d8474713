//! Data of earlier versions opens and keeps everything; data of a later one is refused in words and left as it is.
//! The samples are data folders as `tests/samples/states/make.sh` made them with the version of that day.

use crate::support::Browser;
use crate::support::command::{Process, permanence};
use redb::{Database, TableDefinition};
use std::path::Path;
use std::process::Command;

/// Something that only a later version would do to a file.
type Change<'a> = (&'a str, &'a dyn Fn(&Database));

/// Unpacks a sample; its data folder goes with the value.
fn state(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/states").join(name);
    let status = Command::new("tar").arg("-xzf").arg(sample).arg("-C").arg(folder.path()).status().unwrap();
    assert!(status.success());
    folder
}

/// Every sample that there is: before and after calendars of devices, proofs and folders.
const STATES: [&str; 2] = ["2026-11-24.tar.gz", "2026-11-25.tar.gz"];

#[test]
fn every_state_opens_and_shows_what_it_held() {
    let kept = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/states")).unwrap();
    let kept = kept.filter(|one| one.as_ref().unwrap().path().extension().is_some_and(|kind| kind == "gz")).count();
    assert_eq!(kept, STATES.len(), "no sample is forgotten");
    STATES.into_iter().for_each(opens_and_shows_what_it_held);
}

fn opens_and_shows_what_it_held(name: &str) {
    let folder = state(name);
    let checked = permanence(folder.path(), &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    let listed = permanence(folder.path(), &["subscriber", "list"]).out;
    assert!(listed.contains("Cabinet Martin") && listed.contains("6 en attente, 2 archivés"), "{listed}");
    assert!(listed.contains("Maître Lefèvre") && listed.contains("1 en attente, 0 archivé"), "{listed}");
    // An hour of the sample's own time: what is due long after is not what is asked here.
    let server = Process::start(&["serve"], Some(folder.path()));
    let mut browser = Browser::new(server.address);
    let fields = [("identifiant", "martin"), ("pass", "une phrase pour entrer")];
    assert_eq!(browser.post("/connexion", &fields).status, 303, "the password of then");
    let page = browser.get("/messages").text();
    assert!(page.contains("Vous avez 6 messages"), "{page}");
    for number in 3..=8 {
        assert!(page.contains(&format!("Appel conservé numéro {number}.")), "{number}: {page}");
    }
    assert!(page.contains("VAUQUELIN Zoé") && page.contains("06 39 98 12 38"), "{page}");
    assert!(browser.get("/messages?q=vauquelin").text().contains("VAUQUELIN"), "found by its words");
    let cards = browser.get("/contacts");
    assert!(cards.status == 200 && cards.text().contains("39"), "{}", cards.text());
    let day = browser.get("/agenda?date=2027-03-01&vue=jour").text();
    assert!(day.contains("MARTEL Zoé"), "{day}");
}

#[test]
fn what_a_later_version_wrote_is_refused_in_words_and_left_alone() {
    const FACTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("store.facts");
    let later_rows = |database: &Database| {
        let tx = database.begin_write().unwrap();
        // Version 1 of a fact is a postcard number: 99.
        tx.open_table(FACTS).unwrap().insert("rows messages.messages", [1, 99].as_slice()).unwrap();
        tx.commit().unwrap();
    };
    let later_table = |database: &Database| {
        let tx = database.begin_write().unwrap();
        tx.open_table(TableDefinition::<u64, &[u8]>::new("televersements.demain")).unwrap();
        tx.commit().unwrap();
    };
    let later_program = |database: &Database| {
        let tx = database.begin_write().unwrap();
        tx.open_table(FACTS).unwrap().insert("program", [1, 0xff, 0x7f].as_slice()).unwrap();
        tx.commit().unwrap();
    };
    let changes: [Change<'_>; 3] = [("rows", &later_rows), ("table", &later_table), ("program", &later_program)];
    for (name, change) in changes {
        let folder = state("2026-11-24.tar.gz");
        assert_eq!(permanence(folder.path(), &["subscriber", "list"]).code, 0);
        let file = folder.path().join("permanence.redb");
        change(&Database::open(&file).unwrap());
        let facts = || {
            use redb::{ReadableDatabase, ReadableTableMetadata};
            let database = Database::open(&file).unwrap();
            let tx = database.begin_read().unwrap();
            let tables = tx.list_tables().unwrap().count();
            (tables, tx.open_table(FACTS).unwrap().len().unwrap())
        };
        let before = facts();
        for command in [&["subscriber", "list"][..], &["serve"], &["backup"]] {
            let refused = permanence(folder.path(), command);
            assert_eq!(refused.code, 1, "{name}, {command:?}: {}{}", refused.out, refused.err);
            assert!(refused.err.contains("version plus récente de Permanence"), "{name}: {}", refused.err);
        }
        assert_eq!(before, facts(), "{name}: untouched");
    }
}
