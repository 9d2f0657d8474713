//! The outbox under the real binary: settings from the environment, TLS, sign-in; and kill -9 in the midst of delivery.

use crate::support::command::{Process, permanence};
use crate::support::mail::{MailServer, until};
use crate::support::postfix::Postfix;
use permanence::base::{Instant, Zone};
use permanence::notices::letter::{NewLetter, Purpose};
use permanence::notices::outbox;
use permanence::server::{self, Settings};
use std::collections::HashMap;
use std::path::Path;

/// Enough to meet delivery at every stage; more by `CRASHES`.
const CRASHES: u64 = 50;
const LETTERS: u64 = 400;

fn settings(data: &Path) -> Settings {
    Settings { folder: data.to_owned(), ..crate::support::settings(data) }
}

/// Writes letters into the data of a server that does not run.
fn write(data: &Path, count: u64) {
    let open = server::open(&settings(data)).expect("the data opens");
    let now: Instant =
        Instant(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64);
    open.house
        .store
        .write(|tx| {
            for number in 0..count {
                let to = format!("n{number}@d{}.example", number % 40);
                outbox::put(tx, NewLetter::mail(&to, Purpose::Test, "Essai", "Bonjour.", now), now)?;
            }
            Ok(())
        })
        .expect("they are written");
    assert_eq!(open.house.zone, Zone::PARIS);
}

fn waiting(data: &Path) -> u64 {
    let open = server::open(&settings(data)).expect("the data opens");
    open.house.store.read(outbox::figures).expect("figures").waiting
}

#[test]
fn no_mail_is_lost_by_kill_9_and_doubles_are_known_by_their_message_id() {
    let crashes = std::env::var("CRASHES").ok().and_then(|text| text.parse().ok()).unwrap_or(CRASHES);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mail = MailServer::start(&["--quiet"]);
    let address = format!("smtp://127.0.0.1:{}", mail.port);
    let environment = [("PERMANENCE_MAIL_SERVER", address.as_str()), ("PERMANENCE_MAIL_FROM", "a@example.org")];
    let letters = LETTERS.max(crashes * 8);
    write(&data, letters);
    for crash in 0..crashes {
        let process = Process::start_with(&["serve"], Some(&data), &environment);
        // Each time at another moment of the delivery.
        std::thread::sleep(std::time::Duration::from_millis(5 + crash * 13 % 60));
        process.kill();
    }
    let process = Process::start_with(&["serve"], Some(&data), &environment);
    let mut seen: HashMap<String, (String, u32)> = HashMap::new();
    let mut count = |mail: &serde_json::Value| {
        let id = mail["id"].as_str().expect("an id").to_owned();
        let to = mail["to"].as_str().expect("a recipient").to_owned();
        let found = seen.entry(to).or_insert((id.clone(), 0));
        assert_eq!(found.0, id, "one letter has one Message-ID, however often it is sent");
        found.1 += 1;
        seen.len() as u64
    };
    while count(&mail.mail()) < letters {}
    for late in mail.rest() {
        count(&late);
    }
    assert_eq!(process.end(), Some(0));
    assert_eq!(waiting(&data), 0, "all are noted as sent");
    let doubles: u32 = seen.values().map(|(_, times)| times - 1).sum();
    // Four are under way at a time, but one at most is handed over and not yet noted.
    assert!(u64::from(doubles) <= crashes, "{doubles} doubles in {crashes} crashes");
    println!("{letters} letters, {crashes} crashes, {doubles} sent twice");
}

#[test]
fn tls_is_checked_and_the_configuration_outweighs_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let authority = crate::support::tls::Authority::new();
    let files = authority.issue(folder.path(), 90);
    let (certificate, key) = (files.certificate.display().to_string(), files.key.display().to_string());
    let trusted = folder.path().join("authority.pem");
    std::fs::write(&trusted, authority.pem()).unwrap();
    for (scheme, at_once) in [("starttls", false), ("tls", true)] {
        let mut arguments =
            vec!["--certificate", &certificate, "--key", &key, "--login", "aline", "--password", "mot-de-passe"];
        if at_once {
            arguments.push("--at-once");
        }
        let mail = MailServer::start(&arguments);
        let address = format!("{scheme}://localhost:{}", mail.port);
        let trusted = trusted.display().to_string();
        let environment = [
            ("PERMANENCE_MAIL_SERVER", address.as_str()),
            ("PERMANENCE_MAIL_LOGIN", "aline"),
            ("PERMANENCE_MAIL_PASSWORD", "mot-de-passe"),
            ("PERMANENCE_MAIL_FROM", "Accueil <secretariat@example.org>"),
        ];
        let _ = std::fs::remove_dir_all(&data);
        write(&data, 1);
        // An authority that this machine does not trust: nothing leaves, and the outbox says why.
        until("the certificate is refused, and the outbox says so", || {
            let process = Process::start_with(&["serve"], Some(&data), &environment);
            assert_eq!(crate::support::Browser::new(process.address).get("/sante").status, 200);
            assert_eq!(process.end(), Some(0));
            let listed = permanence(&data, &["outbox"]).out;
            assert!(listed.contains("1 en attente"), "{listed}");
            listed.to_lowercase().contains("certificate")
        });
        let _ = std::fs::remove_dir_all(&data);
        write(&data, 1);
        let mut with_trust = environment.to_vec();
        with_trust.push(("SSL_CERT_FILE", &trusted));
        let process = Process::start_with(&["serve"], Some(&data), &with_trust);
        let mail = mail.mail();
        assert_eq!((mail["tls"].as_bool(), mail["login"].as_str()), (Some(true), Some("aline")), "{scheme}");
        assert_eq!(mail["headers"]["from"], "Accueil <secretariat@example.org>");
        assert_eq!(process.end(), Some(0));
        let listed = permanence(&data, &["outbox", "--all"]);
        assert!(listed.out.contains("1 envoyés"), "{}", listed.out);
    }
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_permanence"))
        .args(["config", "--data-dir"])
        .arg(&data)
        .env("PERMANENCE_MAIL_SERVER", "tls://smtp.example.org")
        .env("PERMANENCE_MAIL_FROM", "a@example.org")
        .env("PERMANENCE_MAIL_PASSWORD", "tres-secret")
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(shown.contains("mail-server = \"tls://smtp.example.org\"") && !shown.contains("tres-secret"), "{shown}");
}

/// Mails as Python's own `email` reads them: one JSON object a line.
const READER: &str = "
import email, email.policy, json, sys
for path in sys.argv[1:]:
    mail = email.message_from_binary_file(open(path, 'rb'), policy=email.policy.default)
    text = mail.get_body(('plain',)).get_content().replace('\\r\\n', '\\n')
    print(json.dumps({'to': mail['To'], 'subject': mail['Subject'], 'id': mail['Message-ID'], 'text': text,
        'way': ' '.join(mail.get_all('Received')), 'faults': len(mail.defects)}))
";

#[test]
fn a_mail_server_of_others_takes_them_refuses_them_and_puts_them_off() {
    let folder = tempfile::tempdir().unwrap();
    let authority = crate::support::tls::Authority::new();
    let files = authority.issue(folder.path(), 90);
    let postfix = Postfix::start(&files.certificate, &files.key);
    let data = folder.path().join("data");
    let subject =
        "Un message attend le cabinet de l’Océan : œdème, 5 €, a\u{10348}b et d’autres mots que 76 signes ne tiennent";
    // A dot alone would end the mail (RFC 5321, 4.5.2); a line as long as this one must be folded or encoded (4.5.3.1.6).
    let text = format!("Bonjour,\n.\n..deux\nÉlodie {}\nFin", "très longue ligne ".repeat(80));
    let huge = "Trop long pour cette boîte. ".repeat(2000);
    let open = server::open(&settings(&data)).expect("the data opens");
    let now = Instant(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64);
    let letters = [("un", text.as_str()), ("deux", &text), ("refuse", &text), ("gris", &text), ("lourd", &huge)];
    let written = open.house.store.write(|tx| {
        for (name, text) in letters {
            let to = format!("{name}@example.org");
            outbox::put(tx, NewLetter::mail(&to, Purpose::Test, subject, text, now), now)?;
        }
        Ok(())
    });
    written.expect("they are written");
    drop(open);
    let trusted = postfix.folder().join("authority.pem");
    std::fs::write(&trusted, authority.pem()).unwrap();
    let address = format!("starttls://localhost:{}", postfix.port);
    let environment = [
        ("PERMANENCE_MAIL_SERVER", address.as_str()),
        ("PERMANENCE_MAIL_FROM", "Accueil <secretariat@example.org>"),
        ("SSL_CERT_FILE", trusted.to_str().unwrap()),
    ];
    let listed = || permanence(&data, &["outbox", "--all"]).out;
    until("Postfix delivers two and judges the others", || {
        let process = Process::start_with(&["serve"], Some(&data), &environment);
        assert_eq!(crate::support::Browser::new(process.address).get("/sante").status, 200);
        assert_eq!(process.end(), Some(0));
        let listed = listed();
        postfix.delivered().len() == 2 && ["5.1.1", "4.7.1", "5.3.4"].iter().all(|code| listed.contains(code))
    });
    let listed = listed();
    assert!(listed.contains("2 envoyés") && listed.contains("Boite inconnue"), "{listed}");
    assert!(listed.contains("1 en attente") && listed.contains("Liste grise"), "{listed}");
    // « Message too big for system » (RFC 3463, X.3.4) is for good, unlike a mailbox that is full.
    assert!(listed.contains("2 en échec"), "{listed}");
    let read = std::process::Command::new("python3").arg("-c").arg(READER).args(postfix.delivered()).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let mails: Vec<serde_json::Value> =
        read.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(mails.len(), 2);
    assert_ne!(mails[0]["id"], mails[1]["id"]);
    for mail in &mails {
        assert_eq!(mail["subject"], subject);
        assert_eq!(mail["text"].as_str().map(str::trim_end), Some(text.as_str()));
        assert_eq!(mail["faults"], 0);
        assert!(mail["way"].as_str().unwrap().contains("with ESMTPS"), "{}", mail["way"]);
    }
}
