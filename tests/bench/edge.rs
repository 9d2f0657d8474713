//! What the edge costs, and what it holds: the figures of `http::edge`.

use crate::crowd::{connect_from, crowd, read_one};
use crate::generate;
use crate::load::Load;
use crate::process::{Served, free_port};
use crate::tls::Authority;
use permanence::app::App;
use permanence::http::inside::{Answering, Inside, Staff};
use permanence::server::{self, Duties, Server, Settings};
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const SECONDS: u32 = 5;

pub fn figures(data: &Path) {
    println!("\n== The edge: cost ==");
    let served = Served::start(data);
    let browser = served.sign_in("banc");
    let token = browser.cookies["session"].clone();
    let cookie = format!("session={token}");
    served.stop();
    beside_bare(data, &cookie);
    encrypted(data, &token);
    println!("\n== The edge: under attack ==");
    let served = Served::start(data);
    idle(&served);
    slow(&served, &cookie);
    endless(&served);
}

/// The same handler behind the edge and behind tiny_http that faces TCP by itself, in this process. tiny_http waits some 44 ms
/// with each answer on a kept connection (Nagle's algorithm meets delayed acknowledgements), so the two are compared where that
/// does not count: over connections made anew for each request, and over so many kept ones that both are busy all the time.
fn beside_bare(data: &Path, cookie: &str) {
    let mut all = Vec::new();
    for round in 0..2 {
        let bare = Bare::start(data);
        all.push((round, "bare", three(bare.address, cookie)));
        bare.stop();
        // One address is given 128 connections, unless it is a proxy's.
        let trusted_proxies = vec![std::net::IpAddr::from([127, 0, 0, 1])];
        let settings = Settings { listen: vec![free_port()], trusted_proxies, ..generate::settings(data) };
        let open = server::open(&settings).expect("the data opens");
        let whole = Server::start_with(&settings, open, server::system_clock(), Duties::default()).expect("it starts");
        all.push((round, "edge", three(whole.addresses()[0], cookie)));
        whole.stop();
    }
    for (place, name) in ["new connections, 32", "kept, 512 at once", "kept, 1"].iter().enumerate() {
        let mean = |who: &str| {
            let rates: Vec<f64> = all.iter().filter(|one| one.1 == who).map(|one| one.2[place].rate).collect();
            rates.iter().sum::<f64>() / rates.len() as f64
        };
        let (bare, edge) = (mean("bare"), mean("edge"));
        let errors = all.iter().any(|one| one.1 == "edge" && one.2[place].errors);
        println!(
            "{name:22} edge {edge:6.0}/s, bare tiny_http {bare:6.0}/s, ratio {:.2}{}",
            edge / bare,
            if errors { ", WITH ERRORS" } else { "" }
        );
    }
}

fn three(address: SocketAddr, cookie: &str) -> [Load; 3] {
    let url = format!("http://{address}/messages");
    [(32, false), (512, true), (1, true)].map(|(connections, kept)| Load::of(&url, cookie, SECONDS, connections, kept))
}

/// tiny_http over TCP before the app.
struct Bare {
    inside: Inside,
    address: SocketAddr,
}

impl Bare {
    fn start(data: &Path) -> Bare {
        let address = free_port();
        let open = server::open(&generate::settings(data)).expect("the data opens");
        let app = Arc::new(App::new(Arc::new(open.house), Duties::default().routes));
        let (slow, busy) = (Arc::clone(&app), Arc::clone(&app));
        let answering = Answering {
            answer: Box::new(move |request| app.answer(request)),
            is_slow: Box::new(move |request| slow.is_slow(request)),
            busy: Box::new(move |request| busy.busy(request)),
        };
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let staff = Staff { workers: (2 * cores).clamp(4, 16), slow: 2, slow_waiting: 64 };
        let clock = server::system_clock();
        let tiny = tiny_http::Server::http(address).expect("a port");
        let inside = Inside::of(tiny, staff, move || clock(), answering).expect("it starts");
        Bare { inside, address }
    }

    fn stop(self) {
        self.inside.stop();
    }
}

fn encrypted(data: &Path, token: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Authority::new().issue(folder.path(), 90);
    let secure = free_port();
    let (certificate, key) = (files.certificate.display().to_string(), files.key.display().to_string());
    let arguments = ["--listen-tls", &secure.to_string(), "--tls-certificate", &certificate, "--tls-key", &key];
    let mut rates = [0.0; 2];
    for _ in 0..2 {
        let plain = Served::start(data);
        let url = format!("http://{}/messages", plain.address);
        rates[0] += Load::of(&url, &format!("session={token}"), SECONDS, 32, true).rate / 2.0;
        plain.stop();
        let served = Served::start_with(data, &arguments);
        let cookie = format!("__Host-session={token}");
        let load = Load::of(&format!("https://{secure}/messages"), &cookie, SECONDS, 32, true);
        assert!(!load.errors, "pages come over TLS");
        rates[1] += load.rate / 2.0;
        let _held: Vec<TcpStream> = crowd(5, 5, 100, secure, b"");
        served.idle();
        println!("500 silent connections to HTTPS: {:.1} MB", served.resident_mb());
        served.stop();
    }
    println!("kept, 32: TLS {:.0}/s, in clear {:.0}/s, ratio {:.2}", rates[1], rates[0], rates[1] / rates[0]);
}

fn idle(served: &Served) {
    let before = served.resident_mb();
    let _held = crowd(6, 5, 100, served.address, b"GET /sante HTTP/1.1\r\nHost: a\r\n\r\n");
    served.idle();
    println!("500 idle kept connections: {:.1} MB ({before:.1} before)", served.resident_mb());
}

/// A thousand slow heads and a thousand slow bodies from twenty addresses, fed a byte a second; honest visitors ask for the
/// page of messages some fifty times a second, over kept and over new connections.
fn slow(served: &Served, cookie: &str) {
    let to = served.address;
    let mut slow = crowd(1, 10, 100, to, b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ");
    slow.extend(crowd(2, 10, 100, to, b"POST /connexion HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nx"));
    let ended = AtomicBool::new(false);
    let mut most = 0.0f64;
    let (mut times, failures) = std::thread::scope(|scope| {
        let honest = scope.spawn(|| honest(to, cookie, &ended));
        for _ in 0..8 {
            for stream in &mut slow {
                let _ = stream.write_all(b"x");
            }
            std::thread::sleep(Duration::from_secs(1));
            most = most.max(served.resident_mb());
        }
        ended.store(true, Ordering::SeqCst);
        honest.join().expect("honest visitors")
    });
    println!(
        "2,000 slow heads and bodies: {} honest pages, {failures} failed, p50 {:.1} ms, p99 {:.1} ms, most memory {most:.1} MB",
        times.len(),
        crate::quantile(&mut times, 0.5),
        crate::quantile(&mut times, 0.99),
    );
}

fn honest(to: SocketAddr, cookie: &str, ended: &AtomicBool) -> (Vec<f64>, usize) {
    let request = format!("GET /messages HTTP/1.1\r\nHost: {to}\r\nAccept-Encoding: gzip\r\nCookie: {cookie}\r\n\r\n");
    let mut kept = connect_from(9, 1, to).expect("it listens");
    let (mut times, mut failures) = (Vec::new(), 0);
    let ask = |stream: &mut TcpStream| stream.write_all(request.as_bytes()).is_ok() && read_one(stream).status == 200;
    while !ended.load(Ordering::SeqCst) {
        let started = Instant::now();
        failures += usize::from(!ask(&mut kept));
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        let started = Instant::now();
        let answered = connect_from(9, 2, to).is_ok_and(|mut stream| ask(&mut stream));
        failures += usize::from(!answered);
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        std::thread::sleep(Duration::from_millis(40));
    }
    (times, failures)
}

/// A head without end: at once, and a byte at a time.
fn endless(served: &Served) {
    let mut stream = connect_from(7, 1, served.address).expect("it listens");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ").expect("a beginning");
    stream.set_nonblocking(true).expect("a socket");
    let (mut bytes, started) = (32, Instant::now());
    let mut first = [0; 1];
    while stream.peek(&mut first).is_err() {
        if stream.write_all(&[b'x'; 512]).is_ok() {
            bytes += 512;
        }
        // The answer is given time to come, so that what is counted is what was taken and not what lay in between.
        std::thread::sleep(Duration::from_millis(2));
    }
    println!("endless head, fast: answered after {bytes} bytes, {:.2} s", started.elapsed().as_secs_f64());
    let mut stream = connect_from(7, 2, served.address).expect("it listens");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ").expect("a beginning");
    stream.set_nonblocking(true).expect("a socket");
    let (mut bytes, started) = (32, Instant::now());
    while stream.peek(&mut first).is_err() {
        bytes += usize::from(stream.write_all(b"x").is_ok());
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("endless head, slow: answered after {bytes} bytes, {:.2} s", started.elapsed().as_secs_f64());
}
