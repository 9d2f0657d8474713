//! The binary as the README starts it: first start, demonstration, refusals at the terminal, the orderly end.

use crate::support::Browser;
use crate::support::command::{Process, permanence};

#[test]
fn the_first_start_prints_an_address_at_which_the_administrator_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("neuf");
    let server = Process::start(&["serve"], Some(&data));
    let line = server.said.lines().find(|line| line.contains("/installation/")).expect("a set-up address");
    let path = &line[line.find("/installation/").unwrap()..];
    let mut browser = Browser::new(server.address);
    let fields =
        [("identifiant", "camille"), ("nom", "Camille"), ("pass", "une longue phrase"), ("pass2", "une longue phrase")];
    assert_eq!(browser.get(path).status, 200);
    assert_eq!(browser.post(path, &fields).header("location"), Some("/administration"));
    assert_eq!(Browser::new(server.address).get(path).status, 410);

    let second = permanence(&data, &["check"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("un autre processus de Permanence"), "{}", second.err);
    assert_eq!(server.end(), Some(0), "SIGTERM ends it in order");
    let again = Process::start(&["serve"], Some(&data));
    assert!(!again.said.contains("/installation/"), "there is an administrator: {}", again.said);
}

#[test]
fn the_demonstration_is_lively() {
    let demo = Process::start(&["demo"], None);
    for login in ["martin", "lefevre", "aline", "basile", "admin"] {
        assert!(demo.said.contains(login), "{}", demo.said);
        let mut browser = Browser::new(demo.address);
        let page = browser.post("/connexion", &[("identifiant", login), ("pass", "permanence-demo")]);
        assert_eq!(page.status, 303, "{login}");
    }
    let mut martin = Browser::new(demo.address);
    martin.post("/connexion", &[("identifiant", "martin"), ("pass", "permanence-demo")]);
    let page = martin.get("/messages");
    let heading = page.all("h1")[0].clone();
    let count: u64 = heading.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap();
    assert!(count > 150, "several pages: {heading}");
    for word in ["Urgent", "Rendez-vous", "Visite", "Bip/SMS", "Information"] {
        let anywhere = (1..=4).any(|number| martin.get(&format!("/messages?page={number}")).text().contains(word));
        assert!(anywhere, "{word}");
    }
    let mut aline = Browser::new(demo.address);
    aline.post("/connexion", &[("identifiant", "aline"), ("pass", "permanence-demo")]);
    assert!(aline.get("/standard").count("tbody tr") >= 5, "at least five abonnés");
    let mut admin = Browser::new(demo.address);
    admin.post("/connexion", &[("identifiant", "admin"), ("pass", "permanence-demo")]);
    let persons = admin.get("/administration/personnes").text();
    assert!(persons.matches("secrétaire").count() >= 3, "three secretaries");
    assert_eq!(demo.end(), Some(0));
}

#[test]
fn what_can_not_be_done_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().to_string();
    let occupied = permanence(&data, &["serve", "--listen", &port]);
    assert_eq!(occupied.code, 1);
    assert!(
        occupied.err.contains(&port) && occupied.err.contains("un autre programme l’occupe déjà"),
        "{}",
        occupied.err
    );

    let nowhere = permanence(std::path::Path::new("/proc/permanence"), &["serve"]);
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.err.contains("/proc/permanence"), "{}", nowhere.err);

    std::fs::write(data.join("permanence.toml"), "cache-mb = \"beaucoup\"\n").unwrap();
    let misconfigured = permanence(&data, &["serve"]);
    assert_eq!(misconfigured.code, 2);
    assert!(misconfigured.err.contains("permanence.toml, ligne 1") && misconfigured.err.contains("cache-mb"));
    std::fs::remove_file(data.join("permanence.toml")).unwrap();

    std::fs::write(data.join("permanence.redb"), b"ceci n'est pas une base").unwrap();
    let damaged = permanence(&data, &["check"]);
    assert_eq!(damaged.code, 1);
    assert!(damaged.err.contains("est abîmé"), "{}", damaged.err);
    for run in [&occupied, &nowhere, &misconfigured, &damaged] {
        assert!(run.err.starts_with("permanence : ") && !run.err.contains("panicked"), "{}", run.err);
        assert_eq!(run.err.trim().lines().count(), 1, "one sentence: {}", run.err);
    }
    for words in [&["voler"][..], &["import"], &["person", "add"], &["serve", "--vite"]] {
        let run = permanence(&data, words);
        assert_eq!(run.code, 2, "{words:?}");
        assert!(run.err.contains("--help"), "{}", run.err);
    }
}

#[test]
fn settings_show_where_they_come_from_and_help_is_in_french() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("permanence.toml"), "# le soir\nexpiry-time = \"23:15\"\n").unwrap();
    let shown = permanence(folder.path(), &["config"]).out;
    assert!(shown.contains("permanence.toml, ligne 2") && shown.contains("expiry-time = \"23:15\""), "{shown}");
    assert!(shown.contains("option --data-dir"));
    let help = permanence(folder.path(), &["--help"]).out;
    for word in ["Usage", "Commandes", "serve", "demo", "import", "expire", "check", "completions", "man"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let man = permanence(folder.path(), &["man"]).out;
    assert!(man.contains(".TH") && man.contains("permanence"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(permanence(folder.path(), &["completions", shell]).out.contains("permanence"));
    }
}

#[test]
fn persons_are_added_and_changed_at_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Martin", "--trade", "Médecin"]).code, 0);
    let nobody = permanence(&data, &["person", "add", "martin", "--role", "client", "--abonne", "Inconnu"]);
    assert!(nobody.code == 1 && nobody.err.contains("Inconnu"), "{}", nobody.err);
    let added = permanence(&data, &["person", "add", "martin", "--role", "client", "--abonne", "cabinet martin"]);
    assert_eq!(added.code, 0, "{}", added.err);
    let password = added.out.rsplit(" : ").next().unwrap().trim().to_owned();
    let twice = permanence(&data, &["person", "add", "Martin", "--role", "administrateur"]);
    assert!(twice.code == 1 && twice.err.contains("déjà pris"), "{}", twice.err);
    let list = permanence(&data, &["person", "list"]).out;
    assert!(list.contains("martin") && list.contains("Cabinet Martin"), "{list}");
    let server = Process::start(&["serve"], Some(&data));
    let mut browser = Browser::new(server.address);
    assert_eq!(browser.post("/connexion", &[("identifiant", "martin"), ("pass", &password)]).status, 303);
}

#[test]
fn the_terminal_says_what_a_night_would_erase_and_erases_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["import", "messages", "tests/samples/appels.csv", "--create"]).code, 0);
    assert!(permanence(&data, &["expire", "--dry-run"]).out.contains("Rien ne serait effacé"));
    let far = (chrono::Local::now() + chrono::Duration::days(62)).format("%Y-%m-%d").to_string();
    let tried = permanence(&data, &["expire", "--dry-run", "--now", &far]);
    assert!(tried.out.contains("Cabinet Martin : 643 messages"), "{}", tried.out);
    assert!(permanence(&data, &["subscriber", "list"]).out.contains("643 archivés"), "nothing was touched");
    let done = permanence(&data, &["expire", "--now", &far]);
    assert_eq!(done.code, 0, "{}", done.err);
    let list = permanence(&data, &["subscriber", "list"]).out;
    assert!(list.contains("258 en attente, 0 archivé"), "{list}");
    assert_eq!(permanence(&data, &["check"]).code, 0);
}

/// With hardly any descriptors the edge takes fewer connections, sheds the silent ones, and is itself again afterwards.
#[test]
fn few_descriptors_do_not_end_the_service() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start_limited(&["serve"], &folder.path().join("data"), 256);
    let mut silent = Vec::new();
    for number in 0..300u16 {
        let mut stream = crate::support::crowd::connect_from(1 + (number % 10) as u8, 1, server.address).unwrap();
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ");
        silent.push(stream);
        if number % 20 == 0 {
            assert_eq!(Browser::new(server.address).get("/connexion").status, 200, "after {number} silent ones");
        }
    }
    assert_eq!(Browser::new(server.address).get("/connexion").status, 200);
    drop(silent);
    assert_eq!(Browser::new(server.address).get("/sante").status, 200);
    assert_eq!(server.end(), Some(0));
}
