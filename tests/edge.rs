//! The edge alone, before a small echo: its limits, its strictness, and the honest visitor meanwhile.

use crate::support::browser::{Page, exchange};
use crate::support::crowd::{connect_from, read_one as one_answer};
use permanence::http::edge::{Edge, Settings, limits, tls};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// An edge with an echo behind it. `/echo` gives back the body's length and sum, `/large` eight megabytes, `/stream`
/// chunks, `/slow` an answer after 300 ms, anything else its own method, target and client.
pub struct Echo {
    edge: Option<Edge>,
    server: Arc<tiny_http::Server>,
    workers: Vec<std::thread::JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

pub const LARGE_BYTES: usize = 8 * 1024 * 1024;

fn echo(inside_connections: usize) -> Echo {
    echo_with(inside_connections, None)
}

/// As `echo`, by HTTPS too.
pub fn echo_with(inside_connections: usize, tls: Option<tls::Settings>) -> Echo {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("edge");
    let server = Arc::new(tiny_http::Server::http_unix(&socket).unwrap());
    let workers = (0..inside_connections)
        .map(|_| {
            let server = Arc::clone(&server);
            std::thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    answer(request);
                }
            })
        })
        .collect();
    let edge = Edge::start(Settings {
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        tls,
        challenges: Arc::default(),
        board: Arc::default(),
        stays_plain: |_| false,
        inside: socket,
        inside_connections,
        public_name: None,
        trusted_proxies: Vec::new(),
        body_bytes_max: |_, path| if path == "/echo" { 25 << 20 } else { 64 << 10 },
    });
    Echo { edge: Some(edge.unwrap()), server, workers, _folder: folder }
}

fn answer(mut request: tiny_http::Request) {
    let path = request.url().split('?').next().unwrap().to_owned();
    let _ = match path.as_str() {
        "/echo" => {
            let mut body = Vec::new();
            request.as_reader().read_to_end(&mut body).unwrap();
            request.respond(tiny_http::Response::from_string(format!("{} {}", body.len(), sum(&body))))
        }
        "/large" => {
            let large = tiny_http::Response::from_data(vec![b'x'; LARGE_BYTES]);
            request.respond(large.with_chunked_threshold(usize::MAX))
        }
        "/stream" => {
            let data = std::io::Cursor::new(vec![b'y'; 200_000]);
            request.respond(tiny_http::Response::new(tiny_http::StatusCode(200), Vec::new(), data, None, None))
        }
        "/slow" => {
            std::thread::sleep(Duration::from_millis(300));
            request.respond(tiny_http::Response::from_string("slowly"))
        }
        _ => {
            let client = request.headers().iter().find(|header| header.field.equiv("X-Permanence-Client"));
            let client = client.map(|header| header.value.to_string()).unwrap_or_default();
            let words = format!("{} {} {client}", request.method(), request.url());
            request.respond(tiny_http::Response::from_string(words))
        }
    };
}

pub fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)))
}

impl Echo {
    fn address(&self) -> SocketAddr {
        self.edge.as_ref().unwrap().addresses()[0]
    }

    pub fn secure_address(&self) -> SocketAddr {
        self.edge.as_ref().unwrap().secure_addresses()[0]
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn ask(&self, raw: &str) -> Page {
        exchange(self.address(), raw.as_bytes())
    }

    /// The honest visitor: one request on a connection of its own; how long it took.
    fn visit(&self) -> Duration {
        let started = Instant::now();
        let page = self.ask("GET /honest HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assert_eq!((page.status, page.html().starts_with("GET /honest")), (200, true));
        started.elapsed()
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some(edge) = self.edge.take() {
            edge.stop(Duration::from_secs(1));
        }
        for _ in &self.workers {
            self.server.unblock();
        }
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

#[test]
fn a_connection_serves_many_requests_in_order() {
    let echo = echo(2);
    let mut stream = echo.connect();
    for number in 0..50 {
        stream.write_all(format!("GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).unwrap();
        let page = one_answer(&mut stream);
        assert!(page.html().starts_with(&format!("GET /{number} 127.0.0.1")), "{}", page.html());
        assert!(page.header("server").is_none() && page.header("connection").is_none());
    }
    // Sent ahead, all at once: answered one by one, in order, with a body among them.
    let mut ahead = String::new();
    for number in 0..500 {
        ahead.push_str(&format!("GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    ahead.push_str(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /last HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    stream.write_all(ahead.as_bytes()).unwrap();
    for number in 0..500 {
        assert!(one_answer(&mut stream).html().starts_with(&format!("GET /{number} ")));
    }
    assert_eq!(one_answer(&mut stream).html(), format!("3 {}", sum(b"abc")));
    assert!(one_answer(&mut stream).html().starts_with("GET /last "));
}

#[test]
fn what_is_refused_gets_a_page_and_a_closed_connection() {
    let echo = echo(2);
    let post = |lines: &str| format!("POST /x HTTP/1.1\r\nHost: a\r\n{lines}\r\nabcdef");
    for (raw, status) in [
        (post("Content-Length: 5\r\nContent-Length: 5\r\n"), 400),
        (post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400),
        (post("Transfer-Encoding: chunked\r\n"), 411),
        (post("Content-Length: 65537\r\n"), 413),
        (post("Content-Length : 3\r\n"), 400),
        ("GET / HTTP/1.1\nHost: a\n\n".into(), 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n".into(), 400),
        ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n".into(), 400),
        (format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(5000)), 414),
        (format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "a: b\r\n".repeat(10_000)), 431),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nA: {}", "x".repeat(100_000)), 431),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n".into(), 501),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(), 505),
        ("\x16\x03\x01\x02\0\x01".into(), 400),
    ] {
        // What follows a refusal is never taken for a request.
        let page = echo.ask(&format!("{raw}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_eq!(page.status, status, "{:?}", &raw[..raw.len().min(80)]);
        assert_eq!(page.header("connection"), Some("close"));
        assert!(page.html().contains("lang=\"fr\"") && !page.html().contains("smuggled"));
        assert!(page.header("content-security-policy").is_some());
    }
    assert!(echo.visit() < PATIENCE);
}

#[test]
fn bodies_pass_whole_small_and_large() {
    let echo = echo(2);
    for size in [0, 1, 70_000, 300_000, 5_000_000] {
        let body: Vec<u8> = (0..size).map(|number: u32| (number % 251) as u8).collect();
        let mut raw = format!("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n")
            .into_bytes();
        raw.extend_from_slice(&body);
        assert_eq!(exchange(echo.address(), &raw).html(), format!("{size} {}", sum(&body)));
    }
}

#[test]
fn who_asks_first_is_told_to_continue() {
    let echo = echo(1);
    let mut stream = echo.connect();
    stream.write_all(b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n").unwrap();
    let mut line = [0; 25];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"abc").unwrap();
    assert_eq!(one_answer(&mut stream).html(), format!("3 {}", sum(b"abc")));
}

#[test]
fn answers_of_unknown_length_come_whole_to_new_and_old_clients() {
    let echo = echo(2);
    let new = echo.ask("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!(new.header("transfer-encoding"), Some("chunked"));
    assert_eq!(new.bytes.iter().filter(|byte| **byte == b'y').count(), 200_000);
    let old = echo.ask("GET /stream HTTP/1.0\r\n\r\n");
    assert!(old.header("transfer-encoding").is_none());
    assert_eq!((old.bytes.len(), old.header("connection")), (200_000, Some("close")));
    let head = echo.ask("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}

#[test]
fn a_half_closed_connection_still_gets_its_answer() {
    let echo = echo(1);
    let mut stream = echo.connect();
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(one_answer(&mut stream).html(), "slowly");
}

#[test]
fn slow_heads_hold_up_nobody_and_are_ended() {
    let echo = echo(2);
    let mut slow: Vec<TcpStream> = (0..100).map(|_| echo.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-").unwrap();
    }
    for _ in 0..20 {
        assert!(echo.visit() < Duration::from_secs(2));
    }
    let started = Instant::now();
    let mut answer = Vec::new();
    slow[0].read_to_end(&mut answer).unwrap();
    assert_eq!(Page::parse(&answer).status, 408);
    let waited = started.elapsed();
    assert!(
        waited > limits::HEAD_TIME_MAX - Duration::from_secs(3) && waited < limits::HEAD_TIME_MAX * 2,
        "{waited:?}"
    );
}

#[test]
fn slow_readers_of_large_answers_do_not_keep_the_workers() {
    let echo = echo(2);
    let mut slow: Vec<TcpStream> = (0..10).map(|_| echo.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    }
    for _ in 0..20 {
        assert!(echo.visit() < Duration::from_secs(5), "two workers, ten readers who do not read");
    }
    let mut whole = Vec::new();
    slow[3].read_to_end(&mut whole).unwrap();
    assert_eq!(Page::parse(&whole).bytes.len(), LARGE_BYTES, "and when they do read, all is there");
}

/// A machine gone wild must not keep out who sits behind the same router: its oldest silent connection makes room.
#[test]
fn one_address_gets_its_share_and_the_newcomer_a_place_in_it() {
    let echo = echo(1);
    let mut held: Vec<TcpStream> = (0..limits::CONNECTIONS_PER_ADDRESS_MAX).map(|_| echo.connect()).collect();
    let ask = |stream: &mut TcpStream| {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        one_answer(stream).status
    };
    assert_eq!(ask(&mut held[0]), 200, "all are accepted once the first is served");
    assert_eq!(ask(&mut echo.connect()), 200, "one too many is served");
    assert_eq!(held[1].read(&mut [0]).unwrap_or(0), 0, "the oldest that never asked for anything has gone");
    assert_eq!(ask(&mut held[0]), 200, "who did has not");
    assert_eq!(ask(&mut held[127]), 200, "nor has a later one");
    let mut other = connect_from(0, 2, echo.address()).unwrap();
    other.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert!(one_answer(&mut other).html().contains("127.0.0.2"), "another address has a share of its own");
}

#[test]
fn the_end_waits_for_what_is_in_flight() {
    let mut echo = echo(2);
    let mut stream = echo.connect();
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut idle = echo.connect();
    let asked = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&asked);
    let reader = std::thread::spawn(move || {
        let page = one_answer(&mut stream);
        flag.store(true, Ordering::SeqCst);
        page
    });
    std::thread::sleep(Duration::from_millis(100));
    echo.edge.take().unwrap().stop(Duration::from_secs(5));
    let page = reader.join().unwrap();
    assert_eq!((page.html().as_str(), page.header("connection")), ("slowly", Some("close")));
    assert!(asked.load(Ordering::SeqCst));
    let mut nothing = Vec::new();
    let _ = idle.read_to_end(&mut nothing);
    assert!(nothing.is_empty(), "an idle connection is simply closed");
}

/// tiny_http may leave a connection without a thread when several come at once; the edge must not fall for it.
#[test]
fn many_at_once_are_all_answered() {
    let echo = echo(40);
    let address = echo.address();
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(move || {
                    exchange(address, b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").html()
                })
            })
            .collect();
        for one in asking {
            assert_eq!(one.join().unwrap(), "slowly");
        }
    });
}

/// What is spooled is given back when it has been read, however reading and writing take turns.
#[test]
fn spooled_answers_leave_nothing_behind() {
    let echo = echo(2);
    // 300 × 8 MB pass through readers of every pace; were each to leave a part in the count, 512 MB would be reached.
    for round in 0..300u64 {
        let mut stream = echo.connect();
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = vec![0; 4096 << (round % 6)];
        let mut total = 0;
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            total += count;
        }
        assert!(total > LARGE_BYTES);
    }
    let mut slow: Vec<TcpStream> = (0..4).map(|_| echo.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    }
    for _ in 0..10 {
        assert!(echo.visit() < Duration::from_secs(5), "the workers are still free of slow readers");
    }
}
