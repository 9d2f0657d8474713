//! Everything bad gets a clear answer, and loses nothing.

use crate::support::browser::exchange;
use crate::support::{MARTIN, office};

#[test]
fn bodies_that_are_no_ordinary_forms_are_refused_in_words() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let mut post = |kind: &str, coding: &str, body: &[u8]| {
        martin.send("POST", "/messages/archivage", &[("Content-Type", kind), ("Content-Encoding", coding)], Some(body))
    };
    let form = "application/x-www-form-urlencoded";
    for (kind, coding, body, status) in [
        ("application/json", "identity", &b"{}"[..], 415),
        (form, "gzip", b"x", 415),
        ("application/x-www-form-urlencoded; charset=iso-8859-1", "identity", b"a=%E9", 415),
        (form, "identity", b"a=%E9", 400),
        (form, "identity", b"a=%00", 400),
        (form, "identity", b"\xff\xfe", 400),
    ] {
        let page = post(kind, coding, body);
        assert_eq!(page.status, status, "{kind} {coding} {body:?}");
        assert!(!page.html().is_empty());
    }
    let huge = vec![b'a'; 70_000];
    assert_eq!(post(form, "identity", &huge).status, 413);
    let page = martin.get("/messages?q=%FF");
    assert_eq!(page.status, 400);
    let long = format!("GET /messages HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", "x".repeat(20_000));
    assert_eq!(exchange(office.address(), long.as_bytes()).status, 431);
}

#[test]
fn unknown_fields_are_ignored_and_absent_ones_are_empty() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let sent = aline.post("/standard/abonnes/1/messages", &[("texte", "ok"), ("inconnu", "1"), ("texte", "second")]);
    assert_eq!(sent.status, 303);
    let seen = office.signed_in("martin").get("/messages").text();
    assert!(seen.contains("ok") && !seen.contains("second"));
}

#[test]
fn too_many_ticks_are_refused_whole() {
    let office = office();
    office.messages(MARTIN, 2);
    let mut martin = office.signed_in("martin");
    let numbers: Vec<String> = (1..=501).map(|number| number.to_string()).collect();
    let ticks: Vec<(&str, &str)> = numbers.iter().map(|number| ("message", number.as_str())).collect();
    let refused = martin.post("/messages/archivage", &ticks);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("500 messages"), "{}", refused.text());
    assert!(martin.get("/messages").text().contains("Vous avez 2 messages"));
}

/// A disk without room, played by a limit on the size of files that the process may write.
#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    use crate::support::command::{Process, permanence};
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Martin"]).code, 0);
    let added = permanence(&data, &["person", "add", "aline", "--role", "secretaire"]);
    let password = added.out.rsplit(" : ").next().unwrap().trim().to_owned();
    let server = Process::start(&["serve"], Some(&data));
    let mut aline = crate::support::Browser::new(server.address);
    assert_eq!(aline.post("/connexion", &[("identifiant", "aline"), ("pass", &password)]).status, 303);
    let kept = aline.post("/standard/abonnes/1/messages", &[("texte", "Avant.")]);
    assert_eq!(kept.status, 303);

    let size = std::fs::metadata(data.join("permanence.redb")).unwrap().len();
    limit_file_size(server.id(), size);
    let text = "Trop long pour le disque. ".repeat(150);
    let mut refused = None;
    for _ in 0..600 {
        let page = aline.post("/standard/abonnes/1/messages", &[("texte", &text), ("nom", "Vasseur")]);
        if page.status != 303 {
            refused = Some(page);
            break;
        }
    }
    let refused = refused.expect("the file can't grow for ever");
    assert_eq!(refused.status, 503);
    assert!(refused.text().contains("disque") && refused.text().contains("Vasseur"), "{}", refused.text());
    assert!(refused.header("retry-after").is_some());
    assert_eq!(aline.get("/standard/abonnes/1/messages").status, 200, "reading goes on");

    limit_file_size(server.id(), u64::MAX);
    let again = aline.submit(&refused, "/standard/abonnes/1/messages", &[]);
    assert_eq!(again.status, 303, "with room again the same form is taken: {}", again.text());
    let found = aline.get("/standard/recherche?q=avant");
    assert!(found.text().contains("1 message trouvé"));
    assert_eq!(server.end(), Some(0));
    let checked = permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
}

/// setrlimit(RLIMIT_FSIZE) for another process.
fn limit_file_size(process: u32, bytes: u64) {
    let limit = if bytes == u64::MAX { "unlimited".to_owned() } else { bytes.to_string() };
    let status = std::process::Command::new("prlimit")
        .args([format!("--pid={process}"), format!("--fsize={limit}:unlimited")])
        .status()
        .expect("prlimit is there (util-linux)");
    assert!(status.success());
}
