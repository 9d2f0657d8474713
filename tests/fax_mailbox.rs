//! The fax mailbox, looked into at a mail server that is not ours: what fax services send becomes faxes, whatever else lies there
//! is left in peace, and nothing is marked before it is kept.

use crate::support::command::{Process, permanence};
use crate::support::dovecot::{self, Dovecot};
use crate::support::faxes::tiff;
use crate::support::{Browser, Office, office};
use permanence::fax::mailbox;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

const HERE: &str = "/administration/boite-de-fax";

/// RFC 2045, 6.8: lines of 76 characters.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 28);
    for line in bytes.chunks(57) {
        for three in line.chunks(3) {
            let word = three.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            for place in 0..4 {
                let letter = LETTERS[(word >> (18 - 6 * place)) as usize & 63] as char;
                out.push(if place <= three.len() { letter } else { '=' });
            }
        }
        out.push_str("\r\n");
    }
    out
}

fn mail(from: &str, to: &str, subject: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut mail = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Tue, 24 Nov 2026 09:55:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"=-1\"\r\n\r\n--=-1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Vous avez reçu un fax.\r\n"
    );
    for (name, bytes) in files {
        mail += &format!(
            "--=-1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}",
            base64(bytes)
        );
    }
    (mail + "--=-1--\r\n").into_bytes()
}

fn wait_for(what: &str, mut ready: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(40);
    while !ready() {
        assert!(Instant::now() < end, "{what} never came");
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Settings as an administrator types them; they are tried at once.
fn set(office: &Office, admin: &mut Browser, at: SocketAddr, password: &str, done_folder: &str) -> String {
    let port = at.port().to_string();
    let answer = admin.post(
        HERE,
        &[
            ("serveur", "127.0.0.1"),
            ("port", &port),
            ("protection", "aucune"),
            ("compte", dovecot::LOGIN),
            ("secret", password),
            ("dossier", "INBOX"),
            ("dossier-traites", done_folder),
            ("minutes", "5"),
        ],
    );
    assert_eq!(answer.status, 303, "{}", answer.text());
    looked(office, admin)
}

/// « Essayer ».
fn again(office: &Office, admin: &mut Browser) -> String {
    assert_eq!(admin.post(&format!("{HERE}/essai"), &[]).status, 303);
    looked(office, admin)
}

/// Waits for the look that was asked for; what the screen says of it.
fn looked(office: &Office, admin: &mut Browser) -> String {
    wait_for("the look", || !office.house().store.read(mailbox::state).unwrap().asked);
    admin.get(HERE).text()
}

#[test]
fn what_a_fax_service_sends_becomes_faxes_by_rules_and_the_rest_is_left_in_peace() {
    let mut dovecot = Dovecot::start();
    let office = office();
    let mut admin = office.signed_in("admin");
    let said = set(&office, &mut admin, dovecot.address, dovecot::PASSWORD, "");
    assert!(said.contains("La boîte se relève bien."), "{said} {}", dovecot.log());
    for (field, contains, abonne) in
        [("objet", "01 99 00 40 01", "1"), ("expediteur", "LABO@", "2"), ("destinataire", "lefèvre", "2")]
    {
        let fields = [("champ", field), ("contient", contains), ("abonne", abonne)];
        assert_eq!(admin.post(&format!("{HERE}/regles"), &fields).status, 303);
    }
    assert_eq!(
        admin.post(&format!("{HERE}/regles"), &[("champ", "objet"), ("contient", "x"), ("abonne", "")]).status,
        422
    );

    let service = "Service de fax <fax@example.org>";
    let ours = "secretariat@example.org";
    dovecot.deliver(&mail(service, ours, "Fax recu sur le 01 99 00 40 01", &[("a.tif", &tiff(2, 1))]));
    dovecot.deliver(&mail("labo@example.org", ours, "Resultats", &[("b.tiff", &tiff(1, 2)), ("c.tif", &tiff(3, 3))]));
    dovecot.deliver(&mail(
        service,
        "=?utf-8?q?Ma=C3=AEtre_Lef=C3=A8vre?= <a@example.org>",
        "Sans regle",
        &[("d.tif", &tiff(1, 4))],
    ));
    dovecot.deliver(&mail(service, ours, "Pour personne", &[("e.tif", &tiff(1, 5))]));
    dovecot.deliver(&mail("lettre@example.org", ours, "Votre facture", &[]));
    dovecot.deliver(&mail(service, ours, "Illisible", &[("f.pdf", b"no pdf at all")]));
    dovecot.deliver(b"Subject: abime\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%\r\n--y");
    dovecot.deliver(b"\xff\xfe\x00 no mail at all");
    let said = again(&office, &mut admin);
    assert!(said.contains("Fax reçus ainsi 6"), "{said} {}", dovecot.log());
    assert_eq!(dovecot.flags(), ["S"; 8], "all are read, none is lost");
    wait_for("their pages", || office.signed_in("aline").get("/standard/attente").text().contains("Fax illisible"));
    let martin = office.signed_in("martin").get("/messages").text();
    assert!(martin.contains("Vous avez 1 message") && martin.contains("Fax de 2 pages, reçu par e-mail."), "{martin}");
    assert!(martin.contains("Fax recu sur le 01 99 00 40 01"), "{martin}");
    assert!(office.signed_in("lefevre").get("/messages").text().contains("Vous avez 3 messages"));
    let waiting = office.signed_in("aline").get("/standard/attente").text();
    for said in ["e.tif", "Pour personne", "f.pdf"] {
        assert!(waiting.contains(said), "{said} in {waiting}");
    }
    // What was taken is not taken again.
    assert!(again(&office, &mut admin).contains("Fax reçus ainsi 6"));
}

#[test]
fn a_wrong_password_is_said_and_tried_less_and_less_often() {
    let dovecot = Dovecot::start();
    let office = office();
    let mut admin = office.signed_in("admin");
    let said = set(&office, &mut admin, dovecot.address, "faux", "");
    assert!(said.contains("Le compte est refusé"), "{said}");
    assert!(!admin.get(HERE).html().contains("faux"), "a password is never shown");
    assert!(admin.get("/administration").text().contains("relève en échec"));
    let failures = || office.house().store.read(mailbox::state).unwrap().failures;
    assert_eq!(failures(), 1);
    let kept = office.house().store.read(mailbox::mailbox).unwrap().unwrap();
    let state = office.house().store.read(mailbox::state).unwrap();
    assert_eq!(state.due(&kept), Some(office.now().plus_ms(10 * 60_000)), "after one failure twice as long");
    let many = mailbox::State { failures: 40, ..state };
    assert_eq!(many.due(&kept), Some(office.now().plus_ms(3_600_000)), "an hour at the most");
    // The right one again.
    let said = set(&office, &mut admin, dovecot.address, dovecot::PASSWORD, "");
    assert!(said.contains("La boîte se relève bien.") && failures() == 0, "{said}");
    let gone = admin.post(&format!("{HERE}/retrait"), &[]);
    assert!(admin.follow(gone).text().contains("Aucune boîte n’est réglée."));
}

#[test]
fn large_mails_are_taken_and_those_beyond_measure_stay_in_the_mailbox() {
    let mut dovecot = Dovecot::start();
    let office = office();
    let mut admin = office.signed_in("admin");
    let padded = |seed, megabytes: usize| {
        let mut bytes = tiff(1, seed);
        bytes.resize(megabytes * 1_000_000, 0);
        bytes
    };
    // 19 MB of fax are a mail of 26 MB.
    dovecot.deliver(&mail("fax@example.org", "a@example.org", "Lourd", &[("lourd.tif", &padded(1, 19))]));
    dovecot.deliver(&mail("fax@example.org", "a@example.org", "Trop lourd", &[("trop.tif", &padded(2, 27))]));
    dovecot.deliver(&mail("fax@example.org", "a@example.org", "Enorme", &[("enorme.tif", &padded(3, 40))]));
    let said = set(&office, &mut admin, dovecot.address, dovecot::PASSWORD, "Traites");
    assert!(said.contains("Fax reçus ainsi 1") && said.contains("Laissés dans la boîte 2"), "{said} {}", dovecot.log());
    assert_eq!((dovecot.flags(), dovecot.moved()), (vec!["FS".to_owned(); 2], 1));
    wait_for("its page", || office.signed_in("aline").get("/standard/attente").text().contains("1 page"));
}

/// Passes everything on between one client after another and the server; the first connection is cut after so many bytes.
fn cutting_line(to: SocketAddr, after: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for (place, client) in listener.incoming().take(2).enumerate() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(to).unwrap());
            let (mut up, mut out) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let upward = std::thread::spawn(move || std::io::copy(&mut up, &mut out).map(drop));
            let mut most = if place == 0 { after } else { usize::MAX };
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = server.read(&mut piece) {
                if count > most || client.write_all(&piece[..count]).is_err() {
                    break;
                }
                most -= count;
            }
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.shutdown(Shutdown::Both);
            let _ = upward.join();
        }
    });
    address
}

#[test]
fn a_line_that_breaks_in_the_middle_of_a_mail_loses_and_doubles_nothing() {
    let mut dovecot = Dovecot::start();
    let office = office();
    let mut admin = office.signed_in("admin");
    let files = [tiff(3, 1), tiff(2, 2)];
    dovecot.deliver(&mail("fax@example.org", "a@example.org", "Un", &[("un.tif", &files[0]), ("deux.tif", &files[1])]));
    let line = cutting_line(dovecot.address, 60_000);
    let said = set(&office, &mut admin, line, dovecot::PASSWORD, "");
    assert!(said.contains("Un e-mail n’a pas pu être relevé : la connexion a été coupée."), "{said}");
    assert_eq!(dovecot.flags(), [""], "what was not kept is not marked");
    let said = again(&office, &mut admin);
    assert!(said.contains("La boîte se relève bien.") && said.contains("Fax reçus ainsi 2"), "{said}");
    assert_eq!(dovecot.flags(), ["S"]);
}

#[test]
fn a_mailbox_by_tls_is_read_where_its_certificate_is_trusted_and_not_asked_for_a_password_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let authority = crate::support::tls::Authority::new();
    let files = authority.issue(folder.path(), 90);
    let trusted = folder.path().join("authority.pem");
    std::fs::write(&trusted, authority.pem()).unwrap();
    let mut dovecot = Dovecot::start_tls(&files.certificate, &files.key);
    dovecot.deliver(&mail("fax@example.org", "secretariat@example.org", "Fax", &[("a.tif", &tiff(2, 1))]));
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Martin"]).code, 0);
    let added = permanence(&data, &["person", "add", "chef", "--role", "administrateur"]);
    let password = added.out.rsplit(" : ").next().unwrap().trim().to_owned();
    let port = dovecot.address.port().to_string();
    let look = |environment: &[(&str, &str)], sentence: &str| {
        let server = Process::start_with(&["serve"], Some(&data), environment);
        let mut chef = Browser::new(server.address);
        assert_eq!(chef.post("/connexion", &[("identifiant", "chef"), ("pass", &password)]).status, 303);
        let set = [
            ("serveur", "localhost"),
            ("port", port.as_str()),
            ("protection", "tls"),
            ("compte", dovecot::LOGIN),
            ("secret", dovecot::PASSWORD),
            ("dossier", "INBOX"),
            ("dossier-traites", ""),
            ("minutes", "5"),
        ];
        assert_eq!(chef.post(HERE, &set).status, 303);
        wait_for(sentence, || chef.get(HERE).text().contains(sentence));
        assert_eq!(server.end(), Some(0));
    };
    look(&[], "invalid peer certificate");
    assert!(!dovecot.log().contains("Login:"), "nobody signs in before the certificate is known: {}", dovecot.log());
    look(&[("SSL_CERT_FILE", trusted.to_str().unwrap())], "La boîte se relève bien.");
    assert!(dovecot.log().contains("TLS"), "{}", dovecot.log());
    let checked = permanence(&data, &["check"]);
    let faxes =
        checked.out.lines().find(|line| line.starts_with("fax.faxes")).map(|line| line.split_whitespace().nth(1));
    assert_eq!(faxes, Some(Some("1")), "{}", checked.out);
}
