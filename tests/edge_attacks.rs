//! The edge under attack, before the whole office: what an attacker sends, and an honest visitor who goes on working meanwhile.
//!
//! How fast she is served is measured by the benchmark; here she must be served at all, every time.

use crate::support::browser::{Page, exchange};
use crate::support::command::Process;
use crate::support::crowd::{Visitor, connect_from, crowd, read_one};
use crate::support::tls::{self, Authority};
use crate::support::{MARTIN, Office, office, office_set};
use permanence::http::edge::limits;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// Martin's cookie, as a header has it.
fn cookie(office: &Office) -> String {
    let browser = office.signed_in("martin");
    browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// Martin at work on the messages, from an address of his own.
fn martin(office: &Office) -> Visitor {
    Visitor::working(office.address(), "/messages", &cookie(office))
}

/// Does something again and again for a while.
fn go_on(time: Duration, mut what: impl FnMut()) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        what();
    }
}

/// All that a connection still says, until it ends.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

#[test]
fn two_thousand_slow_heads_and_bodies_hold_up_nobody() {
    let office = office();
    let visitor = martin(&office);
    let mut heads = crowd(1, 10, 100, office.address(), b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ");
    let body = b"POST /connexion HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nident";
    let mut bodies = crowd(2, 10, 100, office.address(), body);
    // A byte a second each is what keeps them alive in servers that only ask for some sign of life.
    go_on(Duration::from_secs(4), || {
        for stream in heads.iter_mut().chain(&mut bodies) {
            let _ = stream.write_all(b"x");
        }
        std::thread::sleep(Duration::from_secs(1));
    });
    visitor.went_home_content();
    assert_eq!(Page::parse(&rest(&mut heads[999])).status, 408, "and they are ended");
    assert_eq!(Page::parse(&rest(&mut bodies[999])).status, 408);
}

#[test]
fn two_hundred_slow_readers_hold_up_nobody() {
    let office = office();
    for _ in 0..50 {
        office.message(MARTIN, &"&".repeat(4000));
    }
    let visitor = martin(&office);
    let request = format!("GET /messages/imprimable HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", cookie(&office));
    let mut readers = Vec::new();
    for number in 0..200u8 {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        // The smallest window that the system gives.
        socket.set_recv_buffer_size(1).unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 3, 1 + number % 4], 0)).into()).unwrap();
        socket.connect(&office.address().into()).unwrap();
        let mut stream = TcpStream::from(socket);
        stream.write_all(request.as_bytes()).unwrap();
        readers.push(stream);
    }
    let mut waiting = readers.swap_remove(7);
    go_on(Duration::from_secs(4), || {
        for stream in &mut readers {
            let _ = stream.read(&mut [0; 5]);
        }
        std::thread::sleep(Duration::from_millis(500));
    });
    visitor.went_home_content();
    waiting.set_read_timeout(Some(PATIENCE)).unwrap();
    let page = read_one(&mut waiting);
    assert!(page.bytes.len() > 1_000_000, "who does read in the end has the whole page");
}

#[test]
fn a_head_without_end_is_refused_while_it_comes() {
    let office = office();
    let visitor = martin(&office);
    for (beginning, line, status) in [
        ("GET / HTTP/1.1\r\nHost: a\r\n", "X-Longer: and longer\r\n".to_owned(), 431),
        ("GET / HTTP/1.1\r\nHost: a\r\nX-A: ", "x".repeat(100), 431),
        ("GET /", "x".repeat(100), 414),
        ("", "x".repeat(100), 414),
        ("", "\r\n".to_owned(), 400),
    ] {
        let mut stream = connect_from(1, 1, office.address()).unwrap();
        stream.write_all(beginning.as_bytes()).unwrap();
        let started = Instant::now();
        // More than a head may have, by far; a server that swallowed it all would not answer before the end.
        for _ in 0..(64 * 1024 / line.len()) {
            if stream.write_all(line.as_bytes()).is_err() {
                break;
            }
        }
        assert_eq!(Page::parse(&rest(&mut stream)).status, status, "{beginning:?} {line:?}");
        assert!(started.elapsed() < limits::HEAD_TIME_MAX);
    }
    let lines = "a: b\r\n".repeat(10_000);
    let page = exchange(office.address(), format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n").as_bytes());
    assert_eq!((page.status, page.header("connection")), (431, Some("close")));
    visitor.went_home_content();
}

#[test]
fn a_hundred_thousand_requests_sent_ahead_are_answered_in_order_and_in_turn() {
    const REQUESTS: usize = 100_000;
    let office = office();
    let visitor = martin(&office);
    let reading = connect_from(1, 1, office.address()).unwrap();
    let mut writing = reading.try_clone().unwrap();
    writing.set_write_timeout(Some(Duration::from_secs(300))).unwrap();
    let writer = std::thread::spawn(move || {
        let hundred: String = (0..100)
            .map(|number| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", if number == 99 { "sante" } else { "x" }))
            .collect();
        for _ in 0..REQUESTS / 100 {
            writing.write_all(hundred.as_bytes()).unwrap();
        }
    });
    let mut buffered = std::io::BufReader::with_capacity(256 * 1024, reading);
    for number in 1..=REQUESTS {
        let status = read_one(&mut buffered).status;
        assert_eq!(status, if number % 100 == 0 { 200 } else { 404 }, "request {number}");
    }
    writer.join().unwrap();
    visitor.went_home_content();
}

/// New connections as fast as they can be made, held and let go, from one address or many.
fn flood(office: &Office, threads: u8, addresses: u8) {
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let to = office.address();
            scope.spawn(move || {
                let mut held = std::collections::VecDeque::new();
                let mut number = 0u32;
                go_on(Duration::from_secs(3), || {
                    number += 1;
                    let host = 1 + (number % u32::from(addresses)) as u8;
                    let Ok(mut stream) = connect_from(4 + thread, host, to) else { return };
                    if number.is_multiple_of(3) {
                        let _ = stream.write_all(b"GET /connexion HTTP/1.1\r\nHost: a\r\nX-");
                    }
                    held.push_back(stream);
                    if held.len() > 1500 {
                        held.pop_front();
                    }
                });
            });
        }
    });
}

#[test]
fn a_flood_of_connections_from_one_address_holds_up_nobody() {
    let office = office();
    let visitor = martin(&office);
    flood(&office, 1, 1);
    visitor.went_home_content();
    let mut same = connect_from(4, 1, office.address()).unwrap();
    same.write_all(b"GET /sante HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert_eq!(read_one(&mut same).status, 200, "nor who shares that address");
}

#[test]
fn a_flood_of_connections_from_fifty_addresses_holds_up_nobody() {
    let office = office();
    let visitor = martin(&office);
    flood(&office, 2, 50);
    visitor.went_home_content();
}

/// All places taken by those who were served once and stay: there is room for the newcomer all the same.
#[test]
fn whoever_holds_all_places_holds_up_nobody() {
    let office = office();
    let mut held = Vec::new();
    for (network, first) in [
        (1, &b"GET /sante HTTP/1.1\r\nHost: a\r\n\r\n"[..]),
        (2, b"POST /connexion HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nx"),
        (3, b"BREW / HTTP/1.1\r\n\r\n"),
    ] {
        held.extend(crowd(network, 20, 100, office.address(), first));
        // Two thousand questions at once may still be waiting for the workers; who is told so asks again.
        let end = Instant::now() + PATIENCE;
        let page = loop {
            let page = exchange(office.address(), b"GET /connexion HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            if page.status != 503 || Instant::now() > end {
                break page;
            }
            assert!(page.header("retry-after").is_some());
        };
        assert_eq!(page.status, 200);
    }
}

#[test]
fn half_closed_connections_are_ended_and_hold_up_nobody() {
    let office = office();
    let visitor = martin(&office);
    let mut in_heads = crowd(1, 4, 100, office.address(), b"GET / HTTP/1.1\r\nHost");
    let mut in_bodies =
        crowd(2, 4, 100, office.address(), b"POST /connexion HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx");
    for stream in in_heads.iter().chain(&in_bodies) {
        stream.shutdown(Shutdown::Write).unwrap();
    }
    for stream in in_heads.iter_mut().chain(&mut in_bodies) {
        assert_eq!(rest(stream), b"", "what can never become whole is let go, without an answer");
    }
    let mut whole = crowd(3, 1, 100, office.address(), b"GET /sante HTTP/1.1\r\nHost: a\r\n\r\n");
    for stream in &mut whole {
        stream.shutdown(Shutdown::Write).unwrap();
    }
    for stream in &mut whole {
        assert_eq!(Page::parse(&rest(stream)).status, 200, "what is whole is answered");
    }
    visitor.went_home_content();
}

/// Who is refused and goes on sending is listened to for a moment only, then has the door shut.
#[test]
fn who_talks_on_after_a_refusal_is_cut_off() {
    let office = office();
    let mut talker = connect_from(1, 1, office.address()).unwrap();
    talker.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let started = Instant::now();
    while talker.write_all(&[b'x'; 1000]).is_ok() {
        assert!(started.elapsed() < limits::LINGER_TIME_MAX + PATIENCE, "it is cut off");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn handshakes_begun_left_and_made_in_masses_hold_up_nobody() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office_set(|settings| settings.tls = Some(authority.settings(folder.path())));
    let secure = office.secure_address();
    let _begun = crowd(1, 10, 100, secure, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03");
    let _silent = crowd(2, 5, 100, secure, b"");
    let client = authority.usual_client();
    let mut kept = tls::connect(secure, &client).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let authority = &authority;
            scope.spawn(move || {
                // A client without memory makes the server sign each time.
                go_on(Duration::from_secs(3), || drop(tls::connect(secure, &authority.usual_client())));
            });
        }
        go_on(Duration::from_secs(3), || {
            kept.write_all(b"GET /connexion HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
            assert_eq!(read_one(&mut kept).status, 200);
            let mut new = tls::connect(secure, &client).unwrap();
            new.write_all(b"GET /connexion HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
            assert_eq!(read_one(&mut new).status, 200);
        });
    });
}

/// RFC 9112, sections 2.2, 3, 5, 6 and 11.2: what a proxy before us and we might cut differently. The answer and nothing else
/// comes back: what followed was not taken for a request.
#[test]
fn smuggled_requests_are_refused_in_clear_and_over_tls() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let office = office();
    let secure = office_set(|settings| settings.tls = Some(authority.settings(folder.path())));
    let client = authority.usual_client();
    let post = |lines: &str| format!("POST /connexion HTTP/1.1\r\nHost: a\r\n{lines}\r\n0\r\n\r\n");
    let cases = [
        (post("Content-Length: 5\r\nContent-Length: 5\r\n"), 400),
        (post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400),
        (post("Content-Length: 5, 5\r\n"), 400),
        (post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400),
        (post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400),
        (post("Transfer-Encoding: chunked\r\n"), 411),
        (post("Transfer-Encoding: xchunked\r\n"), 411),
        (post("Transfer-Encoding : chunked\r\n"), 400),
        (post("Transfer-Encoding: chunked\r\n") + "5;ext=\"\r\n\"\r\nhello\r\n0\r\n\r\n", 411),
        (post("Transfer-Encoding\n: chunked\r\n"), 400),
        (post("Content-Length : 5\r\n"), 400),
        (post("Content-Length\t: 5\r\n"), 400),
        (post("Content-Length: +5\r\n"), 400),
        (post("Content-Length: -5\r\n"), 400),
        (post("Content-Length: 0x5\r\n"), 400),
        (post("Content-Length: 5.0\r\n"), 400),
        (post("Content-Length: 18446744073709551621\r\n"), 400),
        (post("Content-Length: 00000000000000000000000005\r\n"), 400),
        (post("Content-Length: \r\n"), 400),
        (post("Content-Length: 5\0\r\n"), 400),
        (post("Content-Length: 5\n"), 400),
        (post("A: b\r\n folded\r\n"), 400),
        (post(" A: b\r\n"), 400),
        (post("A: b\r\nContent-Length\r\n"), 400),
        (post("A: b\rContent-Length: 5\r\n"), 400),
        (post("A\0: b\r\n"), 400),
        (post("A: b\0c\r\n"), 400),
        (post("Host: b\r\n"), 400),
        ("GET / HTTP/1.1\nHost: a\n\n".into(), 400),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n".into(), 400),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n".into(), 400),
        ("GET /\tHTTP/1.1\r\nHost: a\r\n\r\n".into(), 400),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n".into(), 400),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n".into(), 400),
        ("GET / http/1.1\r\nHost: a\r\n\r\n".into(), 400),
        ("GET /\r\n\r\n".into(), 400),
        ("\0GET / HTTP/1.1\r\nHost: a\r\n\r\n".into(), 400),
    ];
    for (raw, status) in &cases {
        let raw = format!("{raw}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
        let mut stream = tls::connect(secure.secure_address(), &client).unwrap();
        for page in [exchange(office.address(), raw.as_bytes()), tls::exchange(&mut stream, raw.as_bytes())] {
            assert_eq!((page.status, page.header("connection")), (*status, Some("close")), "{raw:?}");
            let length: usize = page.header("content-length").unwrap().parse().unwrap();
            assert_eq!(page.bytes.len(), length, "one answer alone: {raw:?}");
        }
    }
}

/// What an address may look like; RFC 3986, section 2.2: an encoded slash is no slash.
#[test]
fn targets_are_paths_and_nothing_else() {
    let office = office_set(|settings| settings.public_name = Some("agenda.exemple.fr".into()));
    let long = format!("/{}", "x".repeat(limits::TARGET_BYTES_MAX));
    for (target, host, status) in [
        ("/sante", "agenda.exemple.fr", 200),
        ("/sante", "AGENDA.exemple.fr:8443", 200),
        ("/%73ante", "agenda.exemple.fr", 200),
        ("http://agenda.exemple.fr/sante", "agenda.exemple.fr", 400),
        ("http://mechant.exemple/sante", "agenda.exemple.fr", 400),
        ("agenda.exemple.fr:443", "agenda.exemple.fr", 400),
        ("*", "agenda.exemple.fr", 400),
        ("sante", "agenda.exemple.fr", 400),
        ("/sante#a", "agenda.exemple.fr", 400),
        ("/assets%2fapp.css", "agenda.exemple.fr", 400),
        ("/standard%2Fabonnes/1", "agenda.exemple.fr", 400),
        ("/a%5cb", "agenda.exemple.fr", 400),
        ("/sante%00", "agenda.exemple.fr", 400),
        ("/x/%2e%2e/sante", "agenda.exemple.fr", 400),
        ("/x/..%2fsante", "agenda.exemple.fr", 400),
        ("/x/../sante", "agenda.exemple.fr", 400),
        ("/./sante", "agenda.exemple.fr", 400),
        ("/x/.%2E", "agenda.exemple.fr", 400),
        ("/%zz", "agenda.exemple.fr", 400),
        ("/%", "agenda.exemple.fr", 400),
        ("//sante", "agenda.exemple.fr", 404),
        ("/sante/", "agenda.exemple.fr", 404),
        ("/...", "agenda.exemple.fr", 404),
        ("/connexion?retour=%2Fmessages%2f..%2F", "agenda.exemple.fr", 200),
        (&long, "agenda.exemple.fr", 414),
        ("/sante", "mechant.exemple", 421),
        ("/sante", "agenda.exemple.fr.mechant.exemple", 421),
        ("/sante", "127.0.0.1", 421),
        ("/sante", "agenda.exemple.fr@mechant.exemple", 400),
        ("/sante", "agenda.exemple.fr/", 400),
        ("/sante", "", 421),
    ] {
        let raw = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let page = exchange(office.address(), raw.as_bytes());
        assert_eq!(page.status, status, "{} under {host:?}", &target[..target.len().min(60)]);
    }
    let connect =
        exchange(office.address(), b"CONNECT agenda.exemple.fr:443 HTTP/1.1\r\nHost: agenda.exemple.fr\r\n\r\n");
    assert_eq!(connect.status, 400);
}

/// An independent attacker, in its four ways. It comes from one address and judges by a visitor from that same address.
#[test]
fn slowhttptest_finds_the_service_available() {
    let office = office();
    let url = |path: &str| format!("http://{}{path}", office.address());
    let common = ["-c", "400", "-r", "200", "-l", "8", "-p", "3"];
    let asset = office.stranger().get("/connexion").attributes("link[rel=stylesheet]", "href")[0].clone();
    for (mode, path, more) in [
        ("-H", "/connexion", &["-i", "2", "-x", "24"][..]),
        ("-B", "/connexion", &["-i", "2", "-s", "8192"]),
        ("-R", "/connexion", &["-t", "HEAD", "-a", "10", "-b", "3000"]),
        ("-X", asset.as_str(), &["-w", "1", "-y", "32", "-n", "2", "-z", "5", "-k", "3"]),
    ] {
        let run = Command::new("slowhttptest").arg(mode).args(common).args(more).args(["-u", &url(path)]).output();
        let said = String::from_utf8_lossy(&run.expect("slowhttptest runs (apt-get install slowhttptest)").stdout)
            .into_owned();
        let verdicts: Vec<&str> = said.lines().filter(|line| line.contains("service available:")).collect();
        assert!(!verdicts.is_empty(), "{mode}: {said}");
        assert!(verdicts.iter().all(|verdict| verdict.contains("YES")), "{mode}: {verdicts:#?}");
    }
}

/// Files in which uploads wait are few on a machine with few descriptors: who only keeps one makes room for who works.
#[test]
fn who_keeps_a_place_for_an_upload_makes_room_for_who_comes() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start_limited(&["serve"], &folder.path().join("data"), 256);
    let head = "POST /contacts/import HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 400000\r\n\r\n";
    let begin = |bytes: usize| {
        let mut stream = connect_from(1, 1, server.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let _ = stream.write_all(&vec![b'x'; bytes]);
        stream
    };
    let refused = |stream: &TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        stream.peek(&mut [0]).is_ok()
    };
    let mut slowest = begin(280_000);
    let mut held = Vec::new();
    // As many as there are places; all are new, so the next one is asked to come again.
    let mut too_many = loop {
        let stream = begin(300_000);
        if refused(&stream) {
            break stream;
        }
        held.push(stream);
        assert!(held.len() < 200, "places are bounded");
    };
    assert_eq!(Page::parse(&rest(&mut too_many)).status, 503);
    assert!(held.len() > 4 && held.len() < limits::CONNECTIONS_PER_ADDRESS_MAX, "{}", held.len());
    std::thread::sleep(limits::BODY_GRACE);
    let mut newcomer = begin(400_000);
    let answer = Page::parse(&rest(&mut newcomer)).status;
    assert!(answer != 503 && answer != 408, "the newcomer is served: {answer}");
    assert_eq!(Page::parse(&rest(&mut slowest)).status, 408, "for the slowest");
    assert!(!refused(&held[0]), "and nobody else");
}

/// Neither what means nothing nor what is asked a thousand times fills the disk with lines.
#[test]
fn a_flood_writes_no_flood_of_lines() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let server = Process::start_logging(&["serve"], &folder.path().join("data"), &log);
    let lines = || std::fs::read_to_string(&log).unwrap().lines().count();
    let before = lines();
    for _ in 0..2000 {
        assert_eq!(exchange(server.address, b"BREW /\0 HTTP/9.9\r\n\r\n").status, 400);
    }
    assert!(lines() - before < 20, "what means nothing is worth no line: {}", lines() - before);
    let many = "GET /sante HTTP/1.1\r\nHost: a\r\n\r\n".repeat(6000);
    let mut stream = TcpStream::connect(server.address).unwrap();
    let mut other = stream.try_clone().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || other.write_all(many.as_bytes()));
        for _ in 0..6000 {
            assert_eq!(read_one(&mut stream).status, 200);
        }
    });
    let written = lines() - before;
    assert!((1000..5000).contains(&written), "some of 6,000: {written}");
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(exchange(server.address, b"GET /sante HTTP/1.0\r\nHost: a\r\n\r\n").status, 200);
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.contains("lines left out"), "and how many not");
}
