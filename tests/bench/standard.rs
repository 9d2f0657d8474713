//! The switchboard at work: what open pages cost while nothing happens, how fast an abonné is found, how soon the card of a
//! call is there.

use crate::browser::Page;
use crate::crowd::{connect_from, read_one};
use crate::process::{PASSWORD, Served};
use crate::{generate, quantile, time};
use permanence::base::{Instant, Phone, SubscriberId};
use permanence::contacts::model::{By, NewContact, PhoneLine};
use permanence::contacts::store as contacts;
use permanence::people::model::{Assignment, NewPerson, Role};
use permanence::people::{passwords, store as people};
use permanence::subscribers::model::NewSubscriber;
use permanence::subscribers::store as subscribers;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

const ABONNES: u64 = 200;
const SECRETARIES: usize = 30;
const CLIENTS: usize = 200;
const SECONDS: u64 = 30;
/// How often an open page asks (`live.js`), and how often a console asks what rings (`ringing.js`).
const PAGE_ASKS: Duration = Duration::from_millis(2000);
const CONSOLE_ASKS: Duration = Duration::from_millis(450);

/// What a secretary types to find an abonné, letter by letter.
const TYPED: [&str; 8] =
    ["abonné 117", "cabinet", "plomb", "mâcon", "01405060", "0140506017", "avocat creteil", "introuvable"];
const TRADES: [&str; 5] = ["Médecin généraliste", "Avocate", "Plombier", "Ostéopathe", "Notaire"];
const TOWNS: [&str; 4] = ["Créteil", "Mâcon", "Pau", "Saint-Denis"];

/// 200 abonnés with trades, towns and lines; a person for every open page.
fn data(folder: &Path) -> PathBuf {
    let data = generate::data(&folder.join("standard"), ABONNES, 20_000);
    if data.join("peopled").exists() {
        return data;
    }
    generate::with_house(&data, |house| {
        let now: Instant = chrono::Utc::now().into();
        let hash = passwords::hash(PASSWORD)?;
        house.store.write(|tx| {
            for number in 1..=ABONNES {
                let new = NewSubscriber {
                    trade: TRADES[number as usize % TRADES.len()].into(),
                    town: TOWNS[number as usize % TOWNS.len()].into(),
                    lines: vec![Phone::read(&format!("0140506{number:03}"))],
                    ..NewSubscriber::named(format!("Cabinet Abonné {number}"))
                };
                subscribers::change(tx, SubscriberId(number), new, true)?;
                let card = NewContact {
                    last_name: "Dupont".into(),
                    first_name: "Marie".into(),
                    phones: vec![PhoneLine { word: String::new(), phone: Phone::read(&format!("0639981{number:03}")) }],
                    ..NewContact::default()
                };
                let by = By { person: None, name: "banc" };
                contacts::add(tx, SubscriberId(number), card, by, now)?;
            }
            let secretaries =
                (0..SECRETARIES).map(|one| (format!("s{one}"), Role::Secretary { answers_for: Assignment::All }));
            let own = |one: usize| Role::Client { subscribers: vec![SubscriberId(one as u64 % ABONNES + 1)] };
            let clients = (0..CLIENTS).map(|one| (format!("c{one}"), own(one)));
            for (login, role) in secretaries.chain(clients) {
                let mut person = NewPerson::checked(&login, &login, "banc@example.org", role)?;
                person.password.clone_from(&hash);
                people::add(tx, person, now)?;
            }
            Ok(())
        })
    });
    std::fs::write(data.join("peopled"), "").expect("a mark");
    data
}

/// What asks again and again for one open page.
struct Asker {
    stream: TcpStream,
    request: Vec<u8>,
    each: Duration,
    next: std::time::Instant,
}

impl Asker {
    /// From another place of the loopback each time: one place holds so many connections and no more.
    fn new(address: SocketAddr, cookie: &str, target: &str, each: Duration) -> Asker {
        static PLACE: AtomicU8 = AtomicU8::new(0);
        let place = PLACE.fetch_add(1, Ordering::Relaxed) % 100 + 1;
        let stream = connect_from(7, place, address).expect("a connection");
        stream.set_nodelay(true).expect("an option");
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\n\r\n");
        Asker { stream, request: request.into_bytes(), each, next: std::time::Instant::now() }
    }

    fn ask(&mut self) -> Page {
        self.stream.write_all(&self.request).expect("it is asked");
        read_one(&mut self.stream)
    }
}

/// The figures of the switchboard, printed.
pub fn figures(folder: &Path) {
    println!("\n== The switchboard: {ABONNES} abonnés, {SECRETARIES} consoles, {CLIENTS} clients ==");
    let data = data(folder);
    let served = Served::start(&data);
    let mut askers = Vec::new();
    for one in 0..SECRETARIES + CLIENTS {
        let (login, page) = if one < SECRETARIES {
            (format!("s{one}"), "/standard")
        } else {
            (format!("c{one}", one = one - SECRETARIES), "/messages")
        };
        let mut browser = served.sign_in(&login);
        let cookie =
            browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let shown = browser.get(page);
        let ask = |selector: &str, state: &str, version: &str| {
            let state = shown.attributes(selector, state)[0].clone();
            format!("{state}?depuis={}", shown.attributes(selector, version)[0])
        };
        let target = ask("[data-live-state]", "data-live-state", "data-version");
        askers.push(Asker::new(served.address, &cookie, &target, PAGE_ASKS));
        if one < SECRETARIES {
            let target = ask("[data-ringing]", "data-ringing", "data-version");
            askers.push(Asker::new(served.address, &cookie, &target, CONSOLE_ASKS));
        }
    }
    served.idle();
    let start = std::time::Instant::now();
    // Spread as pages that were opened at their own times are.
    let pages = askers.len() as u32;
    for (place, asker) in askers.iter_mut().enumerate() {
        asker.next = start + asker.each * place as u32 / pages;
    }
    let (before, mut asked, mut changed) = (served.cpu_seconds(), 0u64, 0u64);
    while start.elapsed() < Duration::from_secs(SECONDS) {
        let due = askers.iter_mut().min_by_key(|asker| asker.next).expect("somebody");
        std::thread::sleep(due.next.saturating_duration_since(std::time::Instant::now()));
        due.next += due.each;
        let answer = due.ask();
        asked += 1;
        changed += u64::from(answer.status != 204);
    }
    let used = (served.cpu_seconds() - before) / start.elapsed().as_secs_f64();
    println!(
        "open pages: {:.0} questions a second, {changed} of {asked} answered with news; {:.1} % of one core; resident {:.1} MB",
        asked as f64 / SECONDS as f64,
        used * 100.0,
        served.resident_mb()
    );

    let secretary = served.sign_in("s0");
    let cookie = secretary.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let mut times = Vec::new();
    for _ in 0..12 {
        for typed in TYPED {
            let letters: Vec<char> = typed.chars().collect();
            for end in 1..=letters.len() {
                let query: String = letters[..end].iter().collect();
                let target = format!("/standard?q={}", permanence::http::form::encode(&query));
                let mut asker = Asker::new(served.address, &cookie, &target, PAGE_ASKS);
                times.push(time(|| asker.ask().bytes.len()));
            }
        }
    }
    let (half, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    println!("an abonné found, letter by letter: p50 {half:.1} ms, p99 {most:.1} ms of {}", times.len());

    // The first call of the day: the server has only just started, the browser has nothing yet.
    served.stop();
    let (mut first, mut bytes) = (Vec::new(), 0);
    for start in 0..5 {
        let served = Served::start(&data);
        let mut asker = Asker::new(
            served.address,
            &cookie,
            &format!("/standard/appel?vers=0140506{start:03}&de=06%2039%2098%201{start:03}", start = 101 + start),
            PAGE_ASKS,
        );
        let mut page = None;
        first.push(time(|| {
            let answer = asker.ask();
            if answer.status != 303 {
                page = Some(answer);
                return;
            }
            let target = answer.header("location").expect("an address").to_owned();
            page = Some(Asker::new(served.address, &cookie, &target, PAGE_ASKS).ask());
        }));
        let page = page.expect("a page");
        assert_eq!(page.status, 200);
        bytes = page.bytes.len();
        served.stop();
    }
    println!(
        "the card of a call, first of a fresh server: {:.1} ms at most, {bytes} bytes compressed",
        quantile(&mut first, 1.0)
    );
}
