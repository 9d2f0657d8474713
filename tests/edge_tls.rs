//! HTTPS by files: what browsers meet, what becomes of those who come in clear, and a certificate that is replaced.

use crate::support::browser::exchange;
use crate::support::command::{Process, permanence};
use crate::support::crowd::read_one as one_answer;
use crate::support::tls::{self, Authority, NAME};
use crate::support::{Browser, PASSWORD, office_set};
use permanence::http::edge::limits;
use permanence::journal::Filter;
use rustls::version::{TLS12, TLS13};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: {NAME}\r\n\r\n")
}

#[test]
fn pages_come_by_both_versions_over_connections_that_last() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office_set(|settings| settings.tls = Some(authority.settings(folder.path())));
    for versions in [&[&TLS12][..], &[&TLS13][..]] {
        let client = authority.client(versions, &["h2", "http/1.1"]);
        for round in 0..3 {
            let mut stream = tls::connect(office.secure_address(), &client).unwrap();
            assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
            assert_eq!(tls::resumed(&stream), round > 0, "the ticket of the first is taken");
            for _ in 0..10 {
                stream.write_all(get("/connexion").as_bytes()).unwrap();
                let page = one_answer(&mut stream);
                assert_eq!(page.status, 200);
                assert_eq!(page.header("strict-transport-security"), Some("max-age=31536000"));
            }
        }
    }
    let strange = authority.client(&[&TLS13], &["h2"]);
    assert!(tls::connect(office.secure_address(), &strange).is_err(), "who speaks HTTP/2 alone is told so at once");
}

/// RFC 6265bis, 4.1.3.2: the prefix holds only with Secure, Path=/ and no Domain.
#[test]
fn the_cookie_of_a_session_is_bound_to_this_host() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office_set(|settings| settings.tls = Some(authority.settings(folder.path())));
    let client = authority.usual_client();
    let sign_in = |lasting: &str| {
        let body = format!("identifiant=martin&pass={}{lasting}", PASSWORD.replace(' ', "+"));
        let raw = format!(
            "POST /connexion HTTP/1.1\r\nHost: {NAME}\r\nOrigin: https://{NAME}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        tls::exchange(&mut tls::connect(office.secure_address(), &client).unwrap(), raw.as_bytes())
    };
    let page = sign_in("");
    assert_eq!((page.status, page.header("location")), (303, Some("/messages")));
    let cookie = page.header("set-cookie").unwrap().to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    let (name, token) = pair.split_once('=').unwrap();
    assert_eq!(name, "__Host-session");
    assert!(token.len() * 6 >= 128, "128 bits at least: {token}");
    let mut attributes: Vec<&str> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"], "it ends with the browser");
    let lasting = sign_in("&memoriser=1");
    assert!(lasting.header("set-cookie").unwrap().contains("; Max-Age="));

    let with = |name: &str, origin: &str, method: &str, target: &str| {
        let raw = format!(
            "{method} {target} HTTP/1.1\r\nHost: {NAME}\r\nOrigin: {origin}\r\nConnection: close\r\n\
             Content-Length: 0\r\nCookie: {name}={token}\r\n\r\n"
        );
        tls::exchange(&mut tls::connect(office.secure_address(), &client).unwrap(), raw.as_bytes())
    };
    assert_eq!(with("__Host-session", "https://localhost", "GET", "/messages").status, 200);
    assert_eq!(with("session", "https://localhost", "GET", "/messages").status, 303, "the name without its promise");
    let foreign = with("__Host-session", "http://localhost", "POST", "/deconnexion");
    assert_eq!(foreign.status, 403, "a page in clear is a foreign page");
    let out = with("__Host-session", "https://localhost", "POST", "/deconnexion");
    let gone = out.header("set-cookie").unwrap();
    assert!(gone.starts_with("__Host-session=;") && gone.contains("Max-Age=0") && gone.contains("Secure"), "{gone}");
}

#[test]
fn who_comes_in_clear_is_sent_on() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office_set(|settings| settings.tls = Some(authority.settings(folder.path())));
    let port = office.secure_address().port();
    let ask = |raw: &str| exchange(office.address(), raw.as_bytes());
    let page = ask("GET /messages?page=2 HTTP/1.1\r\nHost: Bureau.exemple.fr:8080\r\n\r\n");
    let there = format!("https://bureau.exemple.fr:{port}/messages?page=2");
    assert_eq!((page.status, page.header("location")), (308, Some(there.as_str())));
    assert!(page.header("strict-transport-security").is_none(), "not over a connection that anybody may change");
    let page = ask("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
    assert_eq!(page.header("location"), Some(format!("https://[::1]:{port}/").as_str()));
    let post = "POST /connexion HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nContent-Length: 6\r\n\r\npass=x";
    assert_eq!(ask(post).status, 403, "a password in clear is not sent once more in silence");
    assert_eq!(ask("GET /sante HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").status, 200);
    assert_eq!(ask("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n").bytes.len(), 0);
    assert_eq!(ask("GET / HTTP/1.0\r\n\r\n").status, 400, "without a name there is nowhere to go");
    // http:// with the port of https://.
    let page = exchange(office.secure_address(), get("/archives").as_bytes());
    let there = format!("https://{NAME}:{port}/archives");
    assert_eq!((page.status, page.header("location")), (308, Some(there.as_str())));
}

#[test]
fn the_public_name_is_where_they_are_sent() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office_set(|settings| {
        settings.tls = Some(authority.settings(folder.path()));
        settings.public_name = Some("agenda.exemple.fr".into());
    });
    let ask = |host: &str| exchange(office.address(), format!("GET /a HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    assert_eq!(ask("agenda.exemple.fr:8080").header("location"), Some("https://agenda.exemple.fr/a"));
    assert_eq!(ask("mechant.exemple").status, 421, "nobody is led to a name that a stranger chose");
    let client = authority.usual_client();
    let mut stream = tls::connect(office.secure_address(), &client).unwrap();
    assert_eq!(tls::exchange(&mut stream, get("/connexion").as_bytes()).status, 421);
}

/// Behind a proxy that speaks HTTPS itself: it is believed when it is ours, and nobody else is.
#[test]
fn a_proxy_is_believed_when_it_is_ours() {
    let ours = office_set(|settings| {
        settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
    });
    let other = office_set(|settings| settings.trusted_proxies = vec!["192.0.2.1".parse().unwrap()]);
    let sign_in = |office: &crate::support::Office, headers: &[(&str, &str)]| {
        let mut browser = office.stranger();
        browser.origin = None;
        let form = format!("identifiant=martin&pass={}", PASSWORD.replace(' ', "+"));
        let all =
            [headers, &[("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")]];
        let page = browser.send("POST", "/connexion", &all.concat(), Some(form.as_bytes()));
        assert_eq!(page.status, 303, "{}", page.text());
        let secure = page.header("set-cookie").unwrap().starts_with("__Host-session=");
        assert_eq!(page.header("strict-transport-security").is_some(), secure);
        let (lines, _) = office.house().journal.lines(&Filter::default(), 0, 1, |_| String::new()).unwrap();
        (lines[0].from.map(|from| from.to_string()), secure)
    };
    for (headers, client, secure) in [
        (vec![("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")], "203.0.113.9", true),
        (vec![("X-Forwarded-For", "6.6.6.6, 203.0.113.9")], "203.0.113.9", false),
        (
            vec![("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "2001:db8:7::9, 2001:db8::1")],
            "2001:db8:7::9",
            false,
        ),
        (vec![("X-Forwarded-For", "::ffff:203.0.113.9, 127.0.0.1")], "203.0.113.9", false),
        (vec![("X-Forwarded-For", "6.6.6.6, n’importe quoi")], "127.0.0.1", false),
        (vec![("X-Forwarded-For", "6.6.6.6, 203.0.113.9:4711")], "127.0.0.1", false),
        (vec![("X-Forwarded-For", ""), ("X-Forwarded-Proto", "ftp")], "127.0.0.1", false),
        (vec![("Forwarded", "for=6.6.6.6;proto=https"), ("X-Real-IP", "6.6.6.6")], "127.0.0.1", false),
    ] {
        assert_eq!(sign_in(&ours, &headers), (Some(client.to_owned()), secure), "{headers:?}");
        assert_eq!(sign_in(&other, &headers), (Some("127.0.0.1".to_owned()), false), "{headers:?}");
    }
}

/// The certificate that a new connection is shown.
fn shown(address: std::net::SocketAddr, client: &std::sync::Arc<rustls::ClientConfig>) -> Vec<u8> {
    let stream = tls::connect(address, client).unwrap();
    stream.conn.peer_certificates().unwrap()[0].to_vec()
}

#[test]
fn a_new_certificate_is_taken_and_a_broken_one_is_not() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office_set(|settings| settings.tls = Some(authority.settings(folder.path())));
    // Without tickets, so that each connection is shown the certificate.
    let client = || authority.client(&[&TLS13], &["http/1.1"]);
    let address = office.secure_address();
    let first = shown(address, &client());
    let mut old = tls::connect(address, &client()).unwrap();
    std::fs::write(folder.path().join("certificate.pem"), "-----BEGIN CERTIFICATE-----\nrien\n").unwrap();
    let looked_at = Instant::now() + Duration::from_secs(6);
    while Instant::now() < looked_at {
        assert_eq!(shown(address, &client()), first, "a broken file changes nothing");
        std::thread::sleep(Duration::from_millis(200));
    }
    authority.issue(folder.path(), 30);
    let end = Instant::now() + PATIENCE;
    while shown(address, &client()) == first {
        assert!(Instant::now() < end, "the new one is taken");
        std::thread::sleep(Duration::from_millis(100));
    }
    old.write_all(get("/connexion").as_bytes()).unwrap();
    assert_eq!(one_answer(&mut old).status, 200, "the old connection goes on");
}

#[test]
fn files_that_can_not_be_used_are_named_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("un"), folder.path().join("deux"));
    for other in [&one, &two] {
        std::fs::create_dir(other).unwrap();
    }
    let authority = Authority::new();
    let (files, others) = (authority.issue(&one, 90), authority.issue(&two, 90));
    let empty = folder.path().join("vide.pem");
    std::fs::write(&empty, "").unwrap();
    let locked = folder.path().join("chiffree.pem");
    std::fs::write(&locked, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
        .unwrap();
    let absent = folder.path().join("absent.pem");
    let cases: [(&Path, &Path, &str); 6] = [
        (&absent, &files.key, "absent.pem ne peut pas être lu : il n’existe pas"),
        (&empty, &files.key, "vide.pem ne contient pas de certificat au format PEM"),
        (&files.certificate, &empty, "vide.pem ne contient pas de clé privée au format PEM"),
        (&files.certificate, &locked, "chiffree.pem ne contient pas de clé privée sans mot de passe"),
        (&files.certificate, &others.key, "ne va pas avec le certificat"),
        (&files.certificate, &files.certificate, "ne contient pas de clé privée"),
    ];
    for (certificate, key, words) in cases {
        let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key];
        let run = permanence(&folder.path().join("data"), &arguments);
        assert_eq!((run.code, run.err.trim().lines().count()), (2, 1), "{}", run.err);
        assert!(run.err.contains(words) && run.err.contains("tls-key"), "{}", run.err);
    }
}

#[test]
fn the_binary_speaks_https_and_prints_where() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let files = authority.issue(folder.path(), 10);
    let secure = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let data = folder.path().join("data");
    let arguments = ["serve", "--listen-tls", &secure.to_string()];
    let paths = [files.certificate.to_str().unwrap(), files.key.to_str().unwrap()];
    let server = Process::start(
        &[&arguments[..], &["--tls-certificate", paths[0], "--tls-key", paths[1]]].concat(),
        Some(&data),
    );
    assert!(server.said.contains(&format!("https://{secure}/installation/")), "{}", server.said);
    let mut stream = tls::connect(secure, &authority.usual_client()).unwrap();
    stream.write_all(get("/sante").as_bytes()).unwrap();
    assert_eq!(one_answer(&mut stream).status, 200);
    assert_eq!(Browser::new(server.address).get("/connexion").status, 308);
    let shown = permanence(&data, &["config"]).out;
    for name in ["listen-tls", "tls-certificate", "tls-key"] {
        assert!(shown.contains(name), "{shown}");
    }
    assert_eq!(server.end(), Some(0));
}

/// Bodies and answers of every size pass through records whole, and a reader who is slow gets all of it.
#[test]
fn large_things_pass_through_records_whole() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let echo = crate::edge::echo_with(2, Some(authority.settings(folder.path())));
    let client = authority.usual_client();
    for size in [0u32, 1, 16_383, 70_000, 3_000_000] {
        let body: Vec<u8> = (0..size).map(|number| (number % 251) as u8).collect();
        let head = format!("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n");
        let raw = [head.as_bytes(), &body].concat();
        let mut stream = tls::connect(echo.secure_address(), &client).unwrap();
        assert_eq!(tls::exchange(&mut stream, &raw).html(), format!("{size} {}", crate::edge::sum(&body)));
    }
    let mut stream = tls::connect(echo.secure_address(), &client).unwrap();
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    for _ in 0..20 {
        let page = tls::exchange(
            &mut tls::connect(echo.secure_address(), &client).unwrap(),
            b"GET /meanwhile HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        );
        assert_eq!(page.status, 200);
    }
    let mut whole = Vec::new();
    stream.read_to_end(&mut whole).expect("ended in order, by a close_notify");
    assert_eq!(crate::support::browser::Page::parse(&whole).bytes.len(), crate::edge::LARGE_BYTES);
}

/// Who begins a handshake and leaves it has the time of a head, no more.
#[test]
fn handshakes_begun_and_left_are_ended() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office_set(|settings| settings.tls = Some(authority.settings(folder.path())));
    let mut begun = TcpStream::connect(office.secure_address()).unwrap();
    begun.set_read_timeout(Some(PATIENCE)).unwrap();
    // The beginning of a ClientHello: a record of 512 bytes, of which five have come.
    begun.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03").unwrap();
    let started = Instant::now();
    assert_eq!(begun.read_to_end(&mut Vec::new()).unwrap(), 0);
    let waited = started.elapsed();
    assert!(waited > limits::HEAD_TIME_MAX / 2 && waited < limits::HEAD_TIME_MAX * 2, "{waited:?}");
    // What is no handshake at all ends at once, with an alert at the most.
    let mut noise = TcpStream::connect(office.secure_address()).unwrap();
    noise.set_read_timeout(Some(PATIENCE)).unwrap();
    noise.write_all(&[0xff; 64]).unwrap();
    let mut alert = Vec::new();
    let _ = noise.read_to_end(&mut alert);
    assert!(alert.len() < 16, "{alert:?}");
}

/// An independent opinion: protocols, ciphers, certificate, headers and all known holes.
#[test]
fn testssl_finds_no_weakness() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office_set(|settings| settings.tls = Some(authority.settings(folder.path())));
    let (trusted, report) = (folder.path().join("authority.pem"), folder.path().join("report.json"));
    std::fs::write(&trusted, authority.pem()).unwrap();
    let run = std::process::Command::new("testssl")
        .args(["--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1", "--nodns", "none"])
        .args(["--protocols", "--std", "--fs", "--server-preference", "--server-defaults", "--headers", "--vulnerable"])
        .arg("--add-ca")
        .arg(&trusted)
        .arg("--jsonfile")
        .arg(&report)
        .arg(format!("https://{NAME}:{}/", office.secure_address().port()))
        .output()
        .expect("testssl runs (apt-get install testssl.sh)");
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    let found: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(&report).unwrap()).expect(&said);
    let find = |id: &str| found.iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("no {id}: {said}"));
    for id in ["TLS1_2", "TLS1_3", "cipher_order", "HSTS_time", "BREACH", "secure_client_renego"] {
        assert_eq!(find(id)["severity"], "OK", "{}", find(id));
    }
    let weak: Vec<_> = found
        .iter()
        .filter(|one| !["OK", "INFO", "WARN"].contains(&one["severity"].as_str().unwrap_or_default()))
        // A matter of the name's owner, not of the server.
        .filter(|one| one["id"] != "DNS_CAArecord")
        .collect();
    assert!(found.len() > 60 && weak.is_empty(), "{weak:#?}");
}
