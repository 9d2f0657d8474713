//! Backups: made while everybody works, read back, kept by rule, encrypted, copied; and the way back, whole or not at all
//! (product, section 14). gzip and age, which know nothing of us, read what we wrote.

use crate::support::command::{Process, Run, permanence, permanence_with};
use crate::support::rows::{Rows, rows};
use crate::support::{Browser, LEFEVRE, MARTIN, Office, new_message, office, office_set};
use permanence::house::backups::{Kept, Standing};
use permanence::messages::store as messages;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What comes back other than it was: who is signed in, and what the way back itself writes down.
const OTHER: [&str; 3] =
    ["permanence.redb/people.sessions", "permanence.redb/people.sessions_by_person", "journal.redb/journal.entries"];

/// Asks for a backup and waits for its end.
fn back_up(office: &Office) -> Result<PathBuf, String> {
    let number = office.house().backups.ask();
    match office.house().backups.follow(number, Duration::from_secs(60)) {
        Standing::Ended(ended) => ended,
        other => panic!("it does not end: {other:?}"),
    }
}

fn passes(program: &str, arguments: &[&Path]) -> bool {
    Command::new(program).args(arguments).status().expect("the tool is there (tests/run installs it)").success()
}

/// An office in which something of every room has happened, ended in order; its data folder.
fn lived_in() -> Office {
    let mut office = office();
    office.messages(MARTIN, 120);
    office.messages(LEFEVRE, 30);
    let contact = office.contact(MARTIN, "Dupont", "Marie", |_| ());
    office.message_with(MARTIN, |message| message.contact = Some(contact));
    office.instruction(MARTIN, "Ne pas déranger le matin.");
    office.absence(MARTIN, "2026-12-24");
    office.unworked_each_week(MARTIN, "2026-11-26");
    let mut martin = office.signed_in("martin");
    assert_eq!(martin.post("/messages/archivage", &[("message", "1"), ("message", "2")]).status, 303);
    assert_eq!(martin.post("/messages/3/reponses", &[("reponse", "Merci.")]).status, 303);
    let slot = "/agenda/rendez-vous?date=2026-11-25&heure=09:15";
    martin.post(slot, &[("nom", "Vasseur"), ("date", "2026-11-25"), ("heure", "09:15"), ("duree", "15")]);
    office.stop();
    office
}

fn restore(data: &Path, file: &Path, more: &[&str]) -> Run {
    permanence(data, &[&["restore", file.to_str().unwrap()], more].concat())
}

#[test]
fn every_row_of_every_table_comes_back() {
    let office = lived_in();
    let folder = tempfile::tempdir().unwrap();
    let made = permanence(office.data_folder(), &["backup", "--to", folder.path().to_str().unwrap()]);
    assert_eq!(made.code, 0, "{}", made.err);
    let file = only_backup(folder.path());
    assert!(gzip_reads(&file), "gzip finds it whole");
    let before = rows(office.data_folder());
    let again = folder.path().join("neuf");
    let restored = restore(&again, &file, &[]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert!(restored.out.contains("sont reprises") && restored.out.contains("sessions"), "{}", restored.out);
    let after = rows(&again);
    let names = |rows: &Rows| rows.keys().filter(|table| !OTHER.contains(&table.as_str())).cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
    assert!(before.values().map(|rows| rows.len()).sum::<usize>() > 500, "there was something to lose");
    for table in before.keys().filter(|table| !OTHER.contains(&table.as_str())) {
        assert_eq!(before[table], after[table], "{table}");
    }
    assert!(!after.contains_key(OTHER[0]), "everybody signs in again");
    for (key, entry) in &before[OTHER[2]] {
        // What `backup` itself wrote down came after the state that it holds.
        assert!(after[OTHER[2]].get(key) == Some(entry) || entry.windows(7).any(|part| part == b"dossier"));
    }
    let checked = permanence(&again, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
}

fn gzip_reads(file: &Path) -> bool {
    let file = std::fs::File::open(file).unwrap();
    Command::new("gzip").arg("-t").stdin(file).status().expect("gzip is there").success()
}

fn only_backup(folder: &Path) -> PathBuf {
    let all: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".sauvegarde"))
        .collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

#[test]
fn an_administrator_makes_one_now_and_sees_that_it_is_good() {
    let office = office_set(|settings| settings.metrics = Some("local".into()));
    office.messages(MARTIN, 40);
    let mut admin = office.signed_in("admin");
    let page = admin.get("/administration/sauvegardes");
    assert!(page.text().contains("Aucune sauvegarde dans ce dossier"), "{}", page.text());
    assert_eq!(admin.post("/administration/sauvegardes", &[]).status, 303);
    let patience = Instant::now() + Duration::from_secs(30);
    while !admin.get("/administration/sauvegardes").text().contains("1 sauvegarde") {
        assert!(Instant::now() < patience, "{}", admin.get("/administration/sauvegardes").text());
    }
    let number = office.house().backups.follow(1, Duration::from_secs(30));
    assert!(matches!(number, Standing::Ended(Ok(_))), "{number:?}");
    let text = admin.get("/administration/sauvegardes").text();
    assert!(
        text.contains("24/11/2026 à 10:00") && text.contains("mar. 24/11/2026") && text.contains("relue en"),
        "{text}"
    );
    assert!(admin.get("/administration").text().contains("relue"));
    let file = only_backup(&office.house().backups.folder);
    assert!(gzip_reads(&file));
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700), "for this user alone");
    let journal = admin.get("/administration/journal").text();
    assert!(journal.contains("sauvegarde demandée") && journal.contains("permanence-2026-11-24-100000"), "{journal}");
    let figures = office.stranger().get("/metrics").html().to_owned();
    assert!(figures.contains("permanence_backup_last_success_timestamp_seconds 1795510800"), "{figures}");
    assert!(figures.contains("permanence_backup_failed 0"), "{figures}");
}

#[test]
fn the_night_makes_one_after_what_was_due_is_erased() {
    let office = office();
    let wake = |seconds: i64| {
        office.let_pass_s(seconds);
        office.house().alarm.ring();
        office.house().backups.alarm.ring();
    };
    assert!(!office.house().backups.folder.exists(), "not at the first start: in the night");
    // 10:00 → 03:00 and some seconds of the next night.
    wake(17 * 3600 + 5);
    let patience = Instant::now() + Duration::from_secs(30);
    let made = loop {
        // Woken too early, before the erasure, it looks again: as it does by itself every twenty seconds.
        office.house().backups.alarm.ring();
        if let Standing::Ended(ended) = office.house().backups.follow(1, Duration::from_millis(50)) {
            break ended.unwrap();
        }
        assert!(Instant::now() < patience, "no backup in the night");
    };
    assert!(made.to_string_lossy().contains("permanence-2026-11-25-0300"), "{}", made.display());
    let works = office.house().store.read(permanence::house::works).unwrap();
    let done = |name: &str| works.iter().find(|(work, _)| work == name).and_then(|(_, work)| work.done);
    assert!(done("expiry") <= done("backup"), "{works:?}");
    for _ in 0..3 {
        wake(3600);
        let again = office.house().backups.follow(2, Duration::from_millis(50));
        assert!(!matches!(again, Standing::Ended(_)), "one a night");
    }
}

#[test]
fn a_backup_is_one_state_however_much_is_written_meanwhile() {
    let office = office();
    office.messages(MARTIN, 2000);
    office.messages(LEFEVRE, 2000);
    let store = &office.house().store;
    let stop = std::sync::atomic::AtomicBool::new(false);
    let file = std::thread::scope(|scope| {
        // In each write a message for both: a state in between would have more of one.
        let writer = scope.spawn(|| {
            let mut written = 0;
            while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                let both = store.write(|tx| {
                    messages::take(tx, MARTIN, new_message(office.now()).checked()?)?;
                    messages::take(tx, LEFEVRE, new_message(office.now()).checked()?)
                });
                both.unwrap();
                written += 1;
            }
            written
        });
        let file = back_up(&office);
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(writer.join().unwrap() > 0);
        file.unwrap()
    });
    let folder = tempfile::tempdir().unwrap();
    let again = folder.path().join("data");
    let restored = restore(&again, &file, &[]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    let checked = permanence(&again, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    assert_eq!(rows_of_one(&again, 1), rows_of_one(&again, 2));
    assert!(rows_of_one(&again, 1) >= 2000);
}

/// Messages of an abonné in a folder: keys begin with the abonné, little-endian as redb keeps them.
fn rows_of_one(folder: &Path, subscriber: u64) -> usize {
    let all = rows(folder);
    all["permanence.redb/messages.messages"].keys().filter(|key| key.starts_with(&subscriber.to_le_bytes())).count()
}

#[test]
fn a_command_asks_the_server_that_holds_the_data() {
    let folder = tempfile::tempdir().unwrap();
    // So long that a socket's address does not hold it.
    let data = folder.path().join("un-dossier-dont-le-nom-est-long".repeat(3)).join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Martin"]).code, 0);
    let server = Process::start(&["serve"], Some(&data));
    let made = permanence(&data, &["backup"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.contains("Sauvegarde faite et relue"), "{}", made.out);
    assert!(gzip_reads(&only_backup(&data.join("sauvegardes"))));
    let elsewhere = folder.path().join("clé USB");
    let made = permanence(&data, &["backup", "--to", elsewhere.to_str().unwrap()]);
    assert_eq!(made.code, 0, "{}", made.err);
    let file = only_backup(&elsewhere);
    let refused = restore(&data, &file, &["--force"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("un autre processus"), "{}", refused.err);
    assert_eq!(server.end(), Some(0));
    let kept = restore(&data, &file, &[]);
    assert_eq!(kept.code, 1);
    assert!(kept.err.contains("--force"), "{}", kept.err);
    let replaced = restore(&data, &file, &["--force"]);
    assert_eq!(replaced.code, 0, "{}", replaced.err);
    let beside = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path());
    let beside: Vec<PathBuf> = beside.filter(|path| path.to_string_lossy().contains("remplacé-")).collect();
    assert_eq!(beside.len(), 1, "what was replaced is kept");
    assert!(beside[0].join("permanence.redb").exists() && beside[0].join("journal.redb").exists());
    // Killed, a server leaves its socket behind: nobody waits for it.
    let killed = Process::start(&["serve"], Some(&data));
    killed.kill();
    assert_eq!(permanence(&data, &["backup", "--to", elsewhere.to_str().unwrap()]).code, 0);
}

#[test]
fn what_is_encrypted_opens_with_the_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (data, key, other) = (folder.path().join("data"), folder.path().join("clé"), folder.path().join("autre"));
    for file in [&key, &other] {
        assert!(passes("age-keygen", &[Path::new("-o"), file]));
    }
    let text = std::fs::read_to_string(&key).unwrap();
    let public = text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap();
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Vauquelin"]).code, 0);
    let made = permanence_with(&data, &["backup"], &[("PERMANENCE_BACKUP_RECIPIENT", public)]);
    assert_eq!(made.code, 0, "{}", made.err);
    let file = only_backup(&data.join("sauvegardes"));
    assert!(file.to_string_lossy().ends_with(".sauvegarde.age"));
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(9).any(|part| part == b"Vauquelin"));
    // age itself opens it, and gzip reads what is in it.
    let plain = folder.path().join("clair.gz");
    assert!(passes("age", &[Path::new("-d"), Path::new("-i"), &key, Path::new("-o"), &plain, &file]));
    assert!(gzip_reads(&plain));

    let again = folder.path().join("neuf");
    let without_key = restore(&again, &file, &[]);
    assert!(without_key.code == 1 && without_key.err.contains("--identity"), "{}", without_key.err);
    let wrong = restore(&again, &file, &["--identity", other.to_str().unwrap()]);
    assert!(wrong.code == 1 && wrong.err.contains("aucune des clés"), "{}", wrong.err);
    assert!(!again.join("permanence.redb").exists(), "nothing was made");
    let right = restore(&again, &file, &["--identity", key.to_str().unwrap()]);
    assert_eq!(right.code, 0, "{}", right.err);
    assert!(permanence(&again, &["subscriber", "list"]).out.contains("Cabinet Vauquelin"));
    let refused = permanence_with(&data, &["backup"], &[("PERMANENCE_BACKUP_RECIPIENT", "age1faux")]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("backup-recipient") && refused.err.contains("age-keygen"), "{}", refused.err);
}

#[test]
fn what_is_damaged_or_foreign_is_refused_and_changes_nothing() {
    let office = lived_in();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(permanence(office.data_folder(), &["backup", "--to", folder.path().to_str().unwrap()]).code, 0);
    let file = only_backup(folder.path());
    let bytes = std::fs::read(&file).unwrap();
    let before = rows(office.data_folder());
    let bad = folder.path().join("mauvaise");
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    let without_end = &bytes[..bytes.len() - 9];
    let cases: [(&[u8], &str); 7] = [
        (&bytes[..bytes.len() / 2], "incomplète ou abîmée"),
        (without_end, "incomplète ou abîmée"),
        (&changed, "abîmée"),
        (b"", "n’est pas une sauvegarde"),
        (b"PK\x03\x04 autre chose", "n’est pas une sauvegarde"),
        (&gzip(b"PERMANENCE SVG 1"), "abîmée"),
        (&gzip(b"tout autre chose, et assez long"), "n’est pas une sauvegarde"),
    ];
    for (content, words) in cases {
        std::fs::write(&bad, content).unwrap();
        let refused = restore(office.data_folder(), &bad, &["--force"]);
        assert!(refused.code == 1 && refused.err.contains(words), "{words}: {}", refused.err);
        assert!(!refused.err.contains("panicked"), "{}", refused.err);
    }
    let absent = restore(office.data_folder(), &folder.path().join("absente"), &["--force"]);
    assert!(absent.code == 1 && absent.err.contains("il n’existe pas"), "{}", absent.err);
    assert_eq!(before, rows(office.data_folder()));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_data_or_the_new() {
    let office = lived_in();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Ancien"]).code, 0);
    assert_eq!(permanence(office.data_folder(), &["backup", "--to", folder.path().to_str().unwrap()]).code, 0);
    let file = only_backup(folder.path());
    let (mut old, mut new) = (0, 0);
    for kill in 0..14u64 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_permanence"))
            .args(["restore", file.to_str().unwrap(), "--force", "--data-dir", data.to_str().unwrap()])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Another moment each time, up to its end; the last one is let go.
        if kill < 13 {
            std::thread::sleep(Duration::from_millis(kill * 12));
            let _ = child.kill();
        }
        let _ = child.wait();
        let listed = permanence(&data, &["subscriber", "list"]);
        assert_eq!(listed.code, 0, "{}", listed.err);
        match listed.out.contains("Cabinet Martin") {
            true => new += 1,
            false => {
                assert!(listed.out.contains("Ancien"), "{}", listed.out);
                old += 1;
            }
        }
        let checked = permanence(&data, &["check"]);
        assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
        assert!(!data.join("restauration").exists(), "nothing half done stays");
    }
    assert!(old > 0 && new > 0, "{old} {new}");
}

#[test]
fn the_settings_command_takes_each_one_elsewhere_and_its_failure_shows() {
    let away = tempfile::tempdir().unwrap();
    let target = away.path().join("ailleurs.sauvegarde");
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let copy = format!("cp {{}} {}", target.display());
    let office = office_set(|settings| settings.backups.command = words(&copy));
    back_up(&office).unwrap();
    assert!(gzip_reads(&target));
    assert!(office.signed_in("admin").get("/administration/sauvegardes").text().contains("copiée"));

    let refused = office_set(|settings| settings.backups.command = words("ls --sans-telle-option"));
    let made = back_up(&refused).unwrap();
    assert!(made.exists(), "the backup itself is good");
    let page = refused.signed_in("admin").get("/administration/sauvegardes").text();
    assert!(page.contains("pas copiée") && page.contains("code 2") && page.contains("sans-telle-option"), "{page}");
    let state = refused.signed_in("admin").get("/administration").text();
    assert!(state.contains("échec le"), "{state}");
    let absent = office_set(|settings| settings.backups.command = words("/nulle/part {}"));
    back_up(&absent).unwrap();
    let page = absent.signed_in("admin").get("/administration/sauvegardes").text();
    assert!(page.contains("ne peut pas être lancée"), "{page}");
}

#[test]
fn after_a_day_and_a_half_without_one_administrators_are_told_on_every_page() {
    let office = office_set(|settings| {
        // A file stands where the folder should be.
        std::fs::create_dir_all(&settings.folder).unwrap();
        let place = settings.folder.join("pas-un-dossier");
        std::fs::write(&place, "").unwrap();
        settings.backups.folder = Some(place);
        settings.metrics = Some("local".into());
    });
    office.house().backups.alarm.ring();
    let why = back_up(&office).unwrap_err();
    assert!(why.contains("ne peut pas être créé"), "{why}");
    let mut admin = office.signed_in("admin");
    let page = admin.get("/administration/sauvegardes").text();
    assert!(page.contains("échec") && page.contains("ne peut pas être créé"), "{page}");
    assert!(!page.contains("Aucune sauvegarde n’a réussi depuis"), "not within 36 hours");
    assert!(office.stranger().get("/metrics").html().contains("permanence_backup_failed 1"));
    office.let_pass_s(36 * 3600 + 60);
    let mut admin = office.signed_in("admin");
    for path in ["/administration", "/administration/personnes", "/administration/journal"] {
        let text = admin.get(path).text();
        assert!(text.contains("Aucune sauvegarde n’a réussi depuis le 24/11/2026 à 10:00"), "{path}: {text}");
    }
    assert!(!office.signed_in("aline").get("/standard").text().contains("sauvegarde"), "administrators alone");
}

#[test]
fn a_disk_that_fills_ends_the_backup_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Martin"]).code, 0);
    let added = permanence(&data, &["person", "add", "aline", "--role", "secretaire"]);
    let password = added.out.rsplit(" : ").next().unwrap().trim().to_owned();
    let server = Process::start(&["serve"], Some(&data));
    let mut aline = Browser::new(server.address);
    assert_eq!(aline.post("/connexion", &[("identifiant", "aline"), ("pass", &password)]).status, 303);
    // No file may grow beyond 256 bytes: less than the smallest backup.
    let limit = |bytes: &str| {
        let arguments = [format!("--pid={}", server.id()), format!("--fsize={bytes}:unlimited")];
        assert!(Command::new("prlimit").args(arguments).status().unwrap().success());
    };
    limit("256");
    let refused = permanence(&data, &["backup"]);
    assert_eq!(refused.code, 1);
    limit("unlimited");
    assert_eq!(std::fs::read_dir(data.join("sauvegardes")).unwrap().count(), 0, "nothing half written stays");
    assert_eq!(aline.post("/standard/abonnes/1/messages", &[("texte", "Après.")]).status, 303);
    assert_eq!(permanence(&data, &["backup"]).code, 0);
}

#[test]
fn old_ones_go_and_what_is_not_ours_stays() {
    let office = office_set(|settings| settings.backups.kept = Kept { days: 2, weeks: 1, months: 0 });
    let folder = office.house().backups.folder.clone();
    for day in 0..4 {
        if day > 0 {
            office.let_pass_days(1);
        }
        back_up(&office).unwrap();
        std::fs::write(folder.join("permanence-2020-01-01-030000.sauvegarde.partiel"), "").unwrap();
        std::fs::write(folder.join("notes.txt"), "à garder").unwrap();
    }
    back_up_names(&folder, &["notes.txt", "permanence-2020-01-01-030000.sauvegarde.partiel"], 2);
    office.let_pass_s(1);
    back_up(&office).unwrap();
    back_up_names(&folder, &["notes.txt"], 3);
}

fn back_up_names(folder: &Path, others: &[&str], backups: usize) {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let (ours, rest): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.ends_with(".sauvegarde"));
    assert_eq!(ours.len(), backups, "{names:?}");
    assert_eq!(rest, others);
}

#[test]
fn a_server_whose_private_folder_was_swept_away_still_ends_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let process = Process::start(&["serve"], Some(&data));
    assert_eq!(Browser::new(process.address).get("/sante").status, 200);
    std::fs::remove_dir_all(data.join("run")).unwrap();
    assert_eq!(process.end(), Some(0));
    let checked = permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
}
