//! The outbox: 10,000 mails to a mail server of the loopback while somebody reads messages; and what a forgotten password
//! takes for accounts that exist and for those that don't.

use crate::browser::Browser;
use crate::load::Load;
use crate::process::Served;
use crate::{generate, quantile, time};
use permanence::base::Instant;
use permanence::notices::letter::{NewLetter, Purpose};
use permanence::notices::outbox;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const MAILS: u64 = 10_000;
const LOAD_SECONDS: u32 = 6;

/// A mail server that takes everything (RFC 5321, as little of it as will do).
struct Sink {
    address: SocketAddr,
    taken: Arc<AtomicU64>,
}

impl Sink {
    fn start() -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let taken = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = Arc::clone(&count);
                std::thread::spawn(move || serve(stream, &count));
            }
        });
        Sink { address, taken }
    }
}

fn serve(stream: TcpStream, taken: &AtomicU64) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    out.write_all(b"220 sink\r\n").ok()?;
    while let Some(Ok(line)) = lines.next() {
        let word = line.get(..4).unwrap_or("").to_ascii_uppercase();
        let answer = match word.as_str() {
            "EHLO" | "HELO" => "250 sink\r\n",
            "DATA" => {
                out.write_all(b"354 go on\r\n").ok()?;
                while lines.next()?.ok()? != "." {}
                taken.fetch_add(1, Ordering::SeqCst);
                "250 taken\r\n"
            }
            "QUIT" => return out.write_all(b"221 bye\r\n").ok(),
            _ => "250 ok\r\n",
        };
        out.write_all(answer.as_bytes()).ok()?;
    }
    Some(())
}

/// How fast 10,000 mails leave, and what that does to who reads messages.
pub fn drain(folder: &Path) {
    println!("\n== The outbox: {MAILS} mails to a server of the loopback ==");
    let data = generate::data(&folder.join("courrier"), 4, 20_000);
    let sink = Sink::start();
    generate::with_house(&data, |house| {
        let now: Instant = chrono_now();
        house.store.write(|tx| {
            for number in 0..MAILS {
                let to = format!("n{number}@d{}.example", number % 200);
                let text = "Bonjour,\n\nUn message vous attend.\n\nCordialement,\nAccueil";
                outbox::put(tx, NewLetter::mail(&to, Purpose::Test, "Un message vous attend", text, now), now)?;
            }
            Ok(())
        })
    });
    let quiet = Served::start(&data);
    let cookie = cookie_of(&mut quiet.sign_in("banc"));
    let before = Load::run(quiet.address, "/messages", &cookie, LOAD_SECONDS);
    quiet.stop();
    let server = format!("smtp://{}", sink.address);
    let environment = [("PERMANENCE_MAIL_SERVER", server.as_str()), ("PERMANENCE_MAIL_FROM", "a@example.org")];
    let started = std::time::Instant::now();
    let busy = Served::start_in(&data, &[], &environment);
    let meanwhile = Load::run(busy.address, "/messages", &cookie, LOAD_SECONDS);
    let during_load = sink.taken.load(Ordering::SeqCst);
    while sink.taken.load(Ordering::SeqCst) < MAILS {
        assert!(started.elapsed().as_secs() < 300, "{} mails only", sink.taken.load(Ordering::SeqCst));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    println!(
        "all sent in {:.1} s, {:.0}/s; under full load of readers {:.0}/s",
        started.elapsed().as_secs_f64(),
        MAILS as f64 / started.elapsed().as_secs_f64(),
        during_load as f64 / f64::from(LOAD_SECONDS)
    );
    println!("/messages p99 before {}, meanwhile {}", before.p99, meanwhile.p99);
    println!("resident afterwards {:.1} MB", busy.resident_mb());
    busy.stop();
    let _ = std::fs::remove_dir_all(&data);
}

/// A forgotten password: the same time whether the account exists or not.
pub fn forgotten(folder: &Path) {
    println!("\n== A forgotten password ==");
    let data = generate::data(&folder.join("oublie"), 1, 1000);
    let served = Served::start(&data);
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    // One network asks twenty times an hour: each round comes from another address of the loopback.
    for round in 0..40u8 {
        for (login, times) in [("banc", &mut known), ("personne", &mut unknown)] {
            times.push(time(|| ask(served.address, round, login)));
        }
    }
    let (known, unknown) = (quantile(&mut known, 0.5), quantile(&mut unknown, 0.5));
    println!("median {known:.2} ms for an account, {unknown:.2} ms for none: ratio {:.2}", known / unknown);
    served.stop();
    let _ = std::fs::remove_dir_all(&data);
}

fn ask(address: SocketAddr, round: u8, login: &str) {
    use std::io::Read;
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from(([127, 0, 1, round + 1], 0)).into()).expect("a loopback address");
    socket.connect(&address.into()).expect("the server listens");
    let mut stream: TcpStream = socket.into();
    let body = format!("identifiant={login}&email=banc%40example.org");
    let head = format!(
        "POST /mot-de-passe-oublie HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
}

fn cookie_of(browser: &mut Browser) -> String {
    browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

fn chrono_now() -> Instant {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Instant(now as i64)
}
