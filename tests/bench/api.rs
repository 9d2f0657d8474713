//! What the interface costs: a list of 50 messages beside nginx with the same bytes, and consoles that ask what rings.

use crate::generate;
use crate::load::Load;
use crate::process::{Nginx, Served, free_port};
use permanence::base::{Instant, SubscriberId};
use permanence::people::store as people;
use permanence::people::tokens::{self, Right, Token};
use permanence::server::{self, Duties, Server, Settings};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant as Stopwatch};

const SECONDS: u32 = 6;
/// A token asks 1,200 times a minute at most: each request of the load comes so much later, by the office's clock.
const BETWEEN_MS: i64 = 60;
/// Consoles that are open, and how often each asks (`ringing.js`).
const CONSOLES: u32 = 30;
const EACH_MS: u32 = 450;
const WATCHED_SECONDS: u32 = 10;

pub fn figures(folder: &Path) {
    let data = generate::data(&folder.join("1000"), 1, 1000);
    println!("\n== The interface: 50 messages, beside nginx serving the same bytes (asked: 0.15) ==");
    beside_nginx(&data, &folder.join("nginx-api"));
    println!("\n== What rings: {CONSOLES} consoles that wait (asked: under 10 % of a core) ==");
    consoles(&data);
}

fn beside_nginx(data: &Path, folder: &Path) {
    let settings = Settings { listen: vec![free_port()], ..generate::settings(data) };
    let open = server::open(&settings).expect("the data opens");
    let began = server::system_clock()();
    let asked = AtomicI64::new(0);
    let clock = Arc::new(move || began.plus_ms(asked.fetch_add(1, Ordering::Relaxed) * BETWEEN_MS));
    let server = Server::start_with(&settings, open, clock, Duties::default()).expect("it starts");
    let authorization = format!("Authorization: Bearer {}", token(&server, began));
    let url = format!("http://{}/api/v1/abonnes/1/messages", server.addresses()[0]);
    let bearer = authorization.trim_start_matches("Authorization: ");
    let mut browser = crate::browser::Browser::new(server.addresses()[0]);
    let list =
        browser.get_with("/api/v1/abonnes/1/messages", &[("Authorization", bearer), ("Accept-Encoding", "gzip")]);
    assert_eq!(list.status, 200, "{}", list.text());
    println!("list of 50: {} bytes as they travel", list.bytes.len());
    let nginx = Nginx::start(folder, &list.bytes);
    let before = Load::run(nginx.address, "/page", "", SECONDS);
    let of_list = Load::asked(&url, &authorization, SECONDS, 32, true);
    let after = Load::run(nginx.address, "/page", "", SECONDS);
    let rate = (before.rate + after.rate) / 2.0;
    before.print("nginx, static, same bytes", rate);
    of_list.print("/api/v1/…/messages (50)", rate);
    server.stop();
}

/// A token of the abonné's own person, made as a page makes it.
fn token(server: &Server, now: Instant) -> String {
    let made = server.house().store.write(|tx| {
        let person = people::by_login(tx, "banc")?.expect("the person of the benchmark");
        tokens::revoke_all(tx, person.id)?;
        let new = Token {
            person: person.id,
            name: "Banc".into(),
            subscribers: vec![SubscriberId(1)],
            rights: vec![Right::ReadMessages],
            made: now,
            ends: None,
            last_use: None,
        };
        tokens::add(tx, &new)
    });
    made.expect("a token").1
}

/// The processor's time that consoles cost while nothing rings.
fn consoles(data: &Path) {
    let served = Served::start(data);
    let mut secretary = served.sign_in("banc-secretaire");
    let version = secretary.get("/standard").attributes("#appels", "data-version").remove(0);
    let target = format!("/standard/appels/etat?depuis={version}");
    served.idle();
    let (before, began) = (served.cpu_seconds(), Stopwatch::now());
    let pause = Duration::from_millis(u64::from(EACH_MS / CONSOLES));
    let mut asked = 0u32;
    while began.elapsed() < Duration::from_secs(u64::from(WATCHED_SECONDS)) {
        assert_eq!(secretary.get(&target).status, 204);
        asked += 1;
        let next = began + pause * asked;
        std::thread::sleep(next.saturating_duration_since(Stopwatch::now()));
    }
    let share = (served.cpu_seconds() - before) / began.elapsed().as_secs_f64();
    println!("{asked} questions in {WATCHED_SECONDS} s: {:.1} % of a core", share * 100.0);
    served.stop();
}
