//! A certificate had by ourselves: the first, by both proofs; the next; and all that can go wrong on the way. The authority is
//! Pebble; expected words are those of RFC 8555, 8737 and 9773.

use crate::support::authority::{Asked, Between, Fate, NAME, Pebble, Ports, settings};
use crate::support::browser::{Page, exchange};
use crate::support::crowd::read_one as one_answer;
use crate::support::tls::{self, Authority};
use crate::support::{Office, PASSWORD, office_set};
use permanence::http::acme;
use permanence::http::edge::tls::Settings as Tls;
use permanence::http::edge::tls::board::Known;
use rustls::pki_types::CertificateDer;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
const DAYS_90_S: u64 = 90 * 24 * 3600;

/// What a story has before the curtain: ports, a folder, who vouches for the authority's own server.
struct Stage {
    folder: tempfile::TempDir,
    own: Authority,
    ports: Ports,
}

fn stage() -> Stage {
    Stage { folder: tempfile::tempdir().unwrap(), own: Authority::new(), ports: Ports::free() }
}

impl Stage {
    fn trusted(&self) -> PathBuf {
        let path = self.folder.path().join("trusted.pem");
        std::fs::write(&path, self.own.pem()).unwrap();
        path
    }

    fn pebble(&self, life_s: u64) -> Pebble {
        Pebble::start(self.folder.path(), self.own.clone(), self.ports, life_s)
    }

    /// An office that asks the authority on this port.
    fn office(&self, port: u16, change: impl FnOnce(&mut permanence::server::Settings)) -> Office {
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        office_set(|all| {
            let acme: acme::Settings = settings(&all.folder, self.trusted(), port);
            all.listen = vec![local(self.ports.page)];
            all.tls = Some(Tls { listen: vec![local(self.ports.handshake)], files: acme.files(), awaited: true });
            all.public_name = Some(NAME.into());
            all.acme = Some(acme);
            change(all);
        })
    }
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {NAME}\r\n\r\n")
}

/// By HTTPS, as a browser that trusts this root alone and asks for the public name.
fn secure(office: &Office, root: &CertificateDer<'static>, raw: &str) -> std::io::Result<Page> {
    let client = tls::client_of(root, rustls::ALL_VERSIONS, &["http/1.1"]);
    let mut stream = tls::connect_as(office.secure_address(), &client, NAME)?;
    stream.write_all(raw.as_bytes())?;
    Ok(one_answer(&mut stream))
}

/// Looks at the board until it shows what is waited for.
fn wait_for(office: &Office, what: &str, there: impl Fn(&Known) -> bool) -> Known {
    let end = Instant::now() + PATIENCE;
    loop {
        let known = office.house().https.known();
        if there(&known) {
            return known;
        }
        assert!(Instant::now() < end, "{what}: {known:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn private_files(folder: &Path, found: &mut Vec<(String, u32)>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        found.push((entry.file_name().into_string().unwrap(), mode));
        if entry.path().is_dir() {
            private_files(&entry.path(), found);
        }
    }
}

/// The first start: no certificate, then the authority is down, then it comes, by a page in clear.
#[test]
fn pages_wait_for_the_first_certificate_and_then_open_by_https() {
    let stage = stage();
    let office = stage.office(stage.ports.authority, |_| ());
    let page = exchange(office.address(), get("/connexion").as_bytes());
    assert_eq!((page.status, page.header("retry-after")), (503, Some("10")));
    assert!(page.html().contains("certificat"), "{}", page.html());
    let form = format!("POST /connexion HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 6\r\n\r\npass=x");
    assert_eq!(exchange(office.address(), form.as_bytes()).status, 403, "no password is taken in clear");
    let alive = "GET /sante HTTP/1.1\r\nHost: agenda.exemple.fr\r\nConnection: close\r\n\r\n";
    assert_eq!(exchange(office.address(), alive.as_bytes()).status, 200);
    let any = stage.own.usual_client();
    assert!(tls::connect(office.secure_address(), &any).is_err(), "there is nothing to shake hands with");
    let known = wait_for(&office, "a failure is said", |known| known.failure.is_some());
    let failure = known.failure.unwrap();
    assert!(failure.sentence.contains("ne répond pas") && failure.again_s.is_some(), "{failure:?}");
    assert!(known.certificate.is_none());

    let pebble = stage.pebble(DAYS_90_S);
    let known = wait_for(&office, "the certificate comes", |known| known.certificate.is_some());
    let certificate = known.certificate.unwrap();
    assert_eq!(certificate.names, [NAME]);
    assert!(certificate.issuer.contains("Pebble"), "{}", certificate.issuer);
    let known = wait_for(&office, "its renewal is foreseen", |known| known.failure.is_none());
    let after_s = known.renewal_s.unwrap() - certificate.starts_s;
    assert!((57 * 24 * 3600..=60 * 24 * 3600).contains(&after_s), "two thirds of 90 days, or a little less: {after_s}");

    let root = pebble.root();
    let page = secure(&office, &root, &get("/connexion")).unwrap();
    assert_eq!((page.status, page.header("strict-transport-security")), (200, Some("max-age=31536000")));
    let page = exchange(office.address(), get("/archives").as_bytes());
    assert_eq!((page.status, page.header("location")), (308, Some("https://agenda.exemple.fr/archives")));
    let gone = exchange(office.address(), get("/.well-known/acme-challenge/x").as_bytes());
    assert_eq!(gone.status, 308, "nothing is shown to authorities at other times");

    let mut found = Vec::new();
    private_files(&office.data_folder().join("certificates"), &mut found);
    assert!(found.iter().any(|(name, _)| name == "agenda.exemple.fr.pem"), "{found:?}");
    assert!(found.iter().any(|(name, _)| name == "account.json"), "{found:?}");
    assert!(!found.iter().any(|(name, _)| name == "order.json"), "nothing is left open: {found:?}");
    for (name, mode) in &found {
        assert!(mode & 0o077 == 0, "{name} is ours alone: {mode:o}");
    }

    // What the administrator sees.
    let form = format!("identifiant=admin&pass={}", PASSWORD.replace(' ', "+"));
    let sign_in = format!(
        "POST /connexion HTTP/1.1\r\nHost: {NAME}\r\nOrigin: https://{NAME}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let page = secure(&office, &root, &sign_in).unwrap();
    let cookie = page.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let asked = format!("GET /administration HTTP/1.1\r\nHost: {NAME}\r\nCookie: {cookie}\r\n\r\n");
    let page = secure(&office, &root, &asked).unwrap();
    let text = page.text();
    for words in ["demandé et renouvelé par ce serveur", "Délivré par", "Pebble", "Renouvellement"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// No door in clear: the name is proven in a handshake, over which nothing else is ever said.
#[test]
fn a_handshake_proves_the_name_where_there_is_no_door_in_clear() {
    let stage = stage();
    let pebble = stage.pebble(DAYS_90_S);
    let office = stage.office(stage.ports.authority, |all| all.listen = Vec::new());
    wait_for(&office, "the certificate comes", |known| known.certificate.is_some());
    let root = pebble.root();
    assert_eq!(secure(&office, &root, &get("/connexion")).unwrap().status, 200);
    let prover = tls::client_of(&root, rustls::ALL_VERSIONS, &["acme-tls/1"]);
    assert!(tls::connect_as(office.secure_address(), &prover, NAME).is_err(), "no proof is asked for any more");
}

/// A certificate of fifteen seconds: renewed after ten, and again, until the authority is down.
#[test]
fn a_certificate_is_renewed_in_time_and_no_visitor_notices() {
    let stage = stage();
    let pebble = stage.pebble(15);
    let office = stage.office(stage.ports.authority, |all| all.metrics = Some("un jeton assez long".into()));
    let first = wait_for(&office, "the first comes", |known| known.certificate.is_some()).certificate.unwrap();
    let client = tls::client_of(&pebble.root(), rustls::ALL_VERSIONS, &["http/1.1"]);
    let mut visitor = tls::connect_as(office.secure_address(), &client, NAME).unwrap();
    let mut ask = || {
        visitor.write_all(get("/connexion").as_bytes()).unwrap();
        assert_eq!(one_answer(&mut visitor).status, 200, "the connection of before goes on");
    };
    let end = Instant::now() + PATIENCE;
    let second = loop {
        ask();
        // And new ones, each shown a certificate that is good at this moment.
        tls::connect_as(office.secure_address(), &client, NAME).expect("a handshake at any moment");
        let now = office.house().https.known().certificate.unwrap();
        if now.serial != first.serial {
            break now;
        }
        assert!(Instant::now() < end, "the second comes");
        std::thread::sleep(Duration::from_millis(100));
    };
    let renewed_after_s = second.starts_s - first.starts_s;
    assert!((8..14).contains(&renewed_after_s), "at two thirds, before the first ended: {renewed_after_s}");
    pebble.end();
    let known = wait_for(&office, "the failure is said", |known| known.failure.is_some());
    assert!(known.failure.unwrap().sentence.contains("ne répond pas"));
    assert_eq!(known.certificate.unwrap().serial, second.serial, "the old one stays");
    ask();
    let asked = format!("GET /metrics HTTP/1.1\r\nHost: {NAME}\r\nAuthorization: Bearer un jeton assez long\r\n\r\n");
    visitor.write_all(asked.as_bytes()).unwrap();
    let figures = one_answer(&mut visitor).html();
    assert!(figures.contains("permanence_certificate_failing 1"), "{figures}");
    assert!(figures.contains(&format!("permanence_certificate_end_timestamp_seconds {}", second.ends_s)), "{figures}");
}

/// The authority knocks at a port that leads nowhere: it is said which, and the other proof is tried.
#[test]
fn a_closed_port_is_named_and_the_other_proof_is_tried() {
    let stage = stage();
    let _pebble = Pebble::start(
        stage.folder.path(),
        stage.own.clone(),
        Ports { page: crate::support::authority::free_port(), ..stage.ports },
        DAYS_90_S,
    );
    // Time enough to read what is said before the second try.
    let office = stage.office(stage.ports.authority, |all| {
        all.acme.as_mut().unwrap().pause = Duration::from_secs(2);
    });
    let known = wait_for(&office, "the closed port is said", |known| known.failure.is_some());
    let failure = known.failure.unwrap();
    assert!(failure.sentence.contains("joindre agenda.exemple.fr par le port 80"), "{failure:?}");
    assert!(failure.advice.contains("pare-feu"), "{failure:?}");
    wait_for(&office, "the handshake is proof enough", |known| known.certificate.is_some());
}

/// The answer to « sign this » is lost, and the server restarted: the order is taken up, not made again.
#[test]
fn an_order_that_was_interrupted_is_taken_up_after_a_restart() {
    let stage = stage();
    let _pebble = stage.pebble(DAYS_90_S);
    let mut lost = false;
    let between = Between::start(&stage.own, stage.folder.path(), stage.ports.authority, move |asked: &Asked| {
        if asked.path.starts_with("/finalize-order/") && !std::mem::replace(&mut lost, true) {
            return Fate::Answered(Box::new(|_| status("502 Bad Gateway", "")));
        }
        Fate::Passed
    });
    let mut office = stage.office(between.port, |all| {
        // Nothing more happens before the restart.
        all.acme.as_mut().unwrap().pause = Duration::from_secs(3);
    });
    let failure = wait_for(&office, "the loss is said", |known| known.failure.is_some()).failure.unwrap();
    assert!(failure.sentence.contains("502"), "{failure:?}");
    office.restart();
    wait_for(&office, "the certificate comes", |known| known.certificate.is_some());
    assert_eq!(between.count("POST", "/order-plz"), 1, "ordered once");
    assert_eq!(between.count("POST", "/sign-me-up"), 1, "by one account");
}

/// « Come again in an hour » is heeded, and outlives a restart.
#[test]
fn an_authority_that_asks_for_patience_is_left_alone() {
    let stage = stage();
    let _pebble = stage.pebble(DAYS_90_S);
    let between = Between::start(&stage.own, stage.folder.path(), stage.ports.authority, |asked: &Asked| {
        if asked.path.starts_with("/order-plz") {
            let problem = r#"{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many","status":429}"#;
            let head = "429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Type: application/problem+json";
            return Fate::Kept(status(head, problem));
        }
        Fate::Passed
    });
    let mut office = stage.office(between.port, |_| ());
    let failure = wait_for(&office, "the refusal is said", |known| known.failure.is_some()).failure.unwrap();
    assert!(failure.sentence.contains("trop de demandes") && failure.sentence.contains("too many"), "{failure:?}");
    let wait_s = failure.again_s.unwrap() - failure.at_s;
    assert!((3600..3700).contains(&wait_s), "{wait_s}");
    office.restart();
    let renewal_s = wait_for(&office, "a date", |known| known.renewal_s.is_some()).renewal_s.unwrap();
    assert!(renewal_s >= failure.again_s.unwrap(), "a restart is no reason to knock again");
    assert_eq!(between.count("POST", "/order-plz"), 1);
}

/// The authority wants a certificate replaced now (RFC 9773): it is asked by the certificate's own name, and obeyed.
#[test]
fn a_suggested_date_counts_more_than_two_thirds_of_a_life() {
    let stage = stage();
    // Two thirds are 200 s; a certificate has settled after 6.
    let _pebble = stage.pebble(300);
    let behind = stage.ports.authority;
    let between = Between::start(&stage.own, stage.folder.path(), behind, move |asked: &Asked| {
        if asked.path == "/dir" {
            return Fate::Answered(Box::new(|answer| {
                let text = String::from_utf8(answer).unwrap();
                let (_, body) = text.split_once("\r\n\r\n").unwrap();
                let mut directory: serde_json::Value = serde_json::from_str(body).unwrap();
                let order = directory["newOrder"].as_str().unwrap();
                let own = order.rsplit_once('/').unwrap().0.to_owned();
                directory["renewalInfo"] = format!("{own}/renewal-info").into();
                status("200 OK\r\nContent-Type: application/json", &directory.to_string())
            }));
        }
        if asked.path.starts_with("/renewal-info/") {
            let window = r#"{"suggestedWindow":{"start":"2020-01-01T00:00:00Z","end":"2020-01-02T00:00:00Z"}}"#;
            return Fate::Kept(status("200 OK\r\nRetry-After: 21600\r\nContent-Type: application/json", window));
        }
        Fate::Passed
    });
    let office = stage.office(between.port, |_| ());
    let first = wait_for(&office, "the first comes", |known| known.certificate.is_some()).certificate.unwrap();
    let other = |known: &Known| known.certificate.as_ref().is_some_and(|now| now.serial != first.serial);
    wait_for(&office, "it is replaced", other);
    // By the certificate's own numbers.
    let seen = between.seen.lock().unwrap().clone();
    let asked = seen.iter().find(|asked| asked.path.starts_with("/renewal-info/")).expect("it was asked");
    let name = asked.path.rsplit('/').next().unwrap();
    let (key, serial) = name.split_once('.').expect("two parts");
    assert_eq!(key.len(), 27, "twenty bytes in base64url: {name}");
    assert_eq!(serial.len(), first.serial.len().div_ceil(3) * 4 - (3 - first.serial.len() % 3) % 3, "{name}");
}

/// Another name in the settings: its own certificate is asked for, and the old one shown to nobody as if it were.
#[test]
fn another_name_has_another_certificate() {
    let stage = stage();
    let pebble = stage.pebble(DAYS_90_S);
    let mut office = stage.office(stage.ports.authority, |_| ());
    wait_for(&office, "the first comes", |known| known.certificate.is_some());
    const OTHER: &str = "rendez-vous.exemple.fr";
    office.change_settings(|all| {
        let acme = all.acme.as_mut().unwrap();
        acme.name = OTHER.into();
        all.tls.as_mut().unwrap().files = acme.files();
        all.public_name = Some(OTHER.into());
    });
    let known = wait_for(&office, "the other comes", |known| known.certificate.is_some());
    assert_eq!(known.certificate.unwrap().names, [OTHER]);
    let client = tls::client_of(&pebble.root(), rustls::ALL_VERSIONS, &["http/1.1"]);
    assert!(tls::connect_as(office.secure_address(), &client, OTHER).is_ok());
}

fn status(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).into_bytes()
}
