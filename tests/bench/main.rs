//! The figures of the house, as ratios measured in one run: `cargo bench --bench figures`.
//!
//! Needs nginx and wrk (Debian: `apt-get install nginx-light wrk`). Makes a data file of 200 abonnés and 1,000,000 messages
//! (`FIGURES_MESSAGES` for another size; `-- edge` and `-- agenda` for these alone), serves it with the release binary on the loopback, and puts nginx with a static
//! file of the same bytes beside it. Absolute figures are noise on a shared machine; the ratios are what counts.

mod agenda;
mod api;
mod backup;
#[path = "../support/browser.rs"]
#[allow(dead_code)]
mod browser;
mod contacts;
#[path = "../support/crowd.rs"]
#[allow(dead_code)]
mod crowd;
mod dav;
mod edge;
mod endurance;
mod exports;
mod fax;
mod flood;
mod generate;
mod load;
mod outbox;
mod process;
mod standard;
#[path = "../support/tls.rs"]
#[allow(dead_code)]
mod tls;

use load::Load;
use process::{Nginx, Served};
use std::path::Path;
use std::time::Instant;

const LOAD_SECONDS: u32 = 6;
const FLOOD_SECONDS: u64 = 8;

fn main() {
    // `cargo test --benches` would run this: a benchmark is asked for by name only.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures");
    let asked = |word: &str| std::env::args().any(|argument| argument == word);
    // `cargo bench --bench figures -- dav`: this alone.
    if asked("dav") {
        return dav::figures(&folder);
    }
    // `cargo bench --bench figures -- fax`: this alone.
    if asked("fax") {
        return fax::figures(&folder);
    }
    // `cargo bench --bench figures -- backup`: this alone.
    if asked("backup") {
        return backup::figures(&folder);
    }
    // `cargo bench --bench figures -- api`: this alone.
    if asked("api") {
        return api::figures(&folder);
    }
    // `cargo bench --bench figures -- standard`: this alone.
    if asked("standard") {
        return standard::figures(&folder);
    }
    if !["edge", "outbox", "exports", "endurance"].into_iter().any(asked) {
        agenda::figures(&folder);
    }
    if asked("agenda") {
        return;
    }
    // `cargo bench --bench figures -- outbox`: these alone.
    if asked("outbox") {
        outbox::forgotten(&folder);
        outbox::drain(&folder);
        return;
    }
    // `cargo bench --bench figures -- endurance 600`: this alone, for so many seconds.
    if asked("endurance") {
        let seconds = std::env::args().filter_map(|argument| argument.parse().ok()).next_back();
        return endurance::day(&folder, seconds.unwrap_or(600));
    }
    // `cargo bench --bench figures -- contacts`: these alone.
    if asked("contacts") {
        return contacts::figures(&folder);
    }
    // `cargo bench --bench figures -- exports`: these alone.
    if asked("exports") {
        return exports::figures(&folder);
    }
    let messages = std::env::var("FIGURES_MESSAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let small = generate::data(&folder.join("1000"), 1, 1000);
    if asked("edge") {
        return edge::figures(&small);
    }
    let large = generate::data(&folder.join(format!("{messages}")), 200, messages);

    println!("\n== The page of messages, beside nginx serving the same bytes ==");
    let served = Served::start(&large);
    let mut browser = served.sign_in("banc");
    let page = browser.get_with("/messages", &[("Accept-Encoding", "gzip")]);
    println!("page of 50 rows: {} bytes compressed, {} not", page.bytes.len(), browser.get("/messages").bytes.len());
    let nginx = Nginx::start(&folder.join("nginx"), &page.bytes);
    let cookie = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let state = browser.get("/messages").attributes("[data-live-state]", "data-version")[0].clone();
    let state = format!("/messages/etat?depuis={state}");

    let static_load = Load::run(nginx.address, "/page", "", LOAD_SECONDS);
    let page_load = Load::run(served.address, "/messages", &cookie, LOAD_SECONDS);
    let state_load = Load::run(served.address, &state, &cookie, LOAD_SECONDS);
    let static_again = Load::run(nginx.address, "/page", "", LOAD_SECONDS);
    let nginx_rate = (static_load.rate + static_again.rate) / 2.0;
    static_load.print("nginx, static, same bytes", nginx_rate);
    page_load.print("/messages (50 rows)", nginx_rate);
    state_load.print("/messages/etat, unchanged", nginx_rate);

    println!("\n== Flat cost: 1,000,000 against 1,000 messages, one connection ==");
    let served_small = Served::start(&small);
    let mut browser_small = served_small.sign_in("banc");
    for (name, target) in [
        ("first page", "/messages"),
        ("last page", "/messages?page=9999"),
        ("archives, first page", "/archives"),
        ("archives, last page", "/archives?page=9999"),
    ] {
        let (mut of_large, mut of_small) = (Vec::new(), Vec::new());
        for _ in 0..120 {
            of_large.push(time(|| browser.get(target).bytes.len()));
            of_small.push(time(|| browser_small.get(target).bytes.len()));
        }
        println!("{name:24} ratio of medians {:.2}", median(&mut of_large) / median(&mut of_small));
    }
    drop(served_small);

    println!("\n== Search ==");
    let mut secretary = served.sign_in("banc-secretaire");
    for (name, searcher, path) in
        [("one abonné", &mut browser, "/messages?q="), ("all abonnés", &mut secretary, "/standard/recherche?q=")]
    {
        let mut times = Vec::new();
        for query in generate::QUERIES.iter().cycle().take(200) {
            let target = format!("{path}{}", query.replace(' ', "+"));
            times.push(time(|| searcher.get(&target).bytes.len()));
        }
        println!("{name:24} p50 {:.1} ms, p99 {:.1} ms", quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    }

    println!("\n== Durable writes, one after another ==");
    let writes = generate::writes_per_second(&folder.join("writes"), permanence::store::medium::Medium::file);
    let slow = generate::writes_per_second(&folder.join("writes-slow"), generate::slow_to_sync);
    println!("on this disk {writes:.0}/s; with each sync made to last 10 ms more {slow:.0}/s");

    contacts::figures(&folder);
    exports::figures(&folder);

    println!("\n== A flood of sign-ins ==");
    let quiet = pages_meanwhile(&mut browser, || std::thread::sleep(std::time::Duration::from_secs(FLOOD_SECONDS)));
    let mut knocks = flood::Knocks::default();
    let flooded = pages_meanwhile(&mut browser, || knocks = flood::knock(served.address, FLOOD_SECONDS));
    for (name, mut times) in [("/messages, quiet", quiet), ("/messages, in the flood", flooded)] {
        let (half, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
        println!("{name:24} p50 {half:.1} ms, p99 {most:.1} ms of {} pages", times.len());
    }
    println!("sign-ins checked and refused {}, sent away (503) {}", knocks.refused, knocks.sent_away);

    outbox::forgotten(&folder);
    outbox::drain(&folder);
    fax::figures(&folder);
    standard::figures(&folder);

    println!("\n== Memory and start ==");
    served.idle();
    println!("resident after the load {:.1} MB", served.resident_mb());
    let connections: Vec<_> =
        (0..500u16).map(|number| crowd::connect_from(0, (number % 5) as u8 + 1, served.address)).collect();
    served.idle();
    println!("with {} idle connections {:.1} MB", connections.len(), served.resident_mb());
    drop(connections);
    served.stop();
    let clean = Served::start(&large);
    println!("start to first answer after a clean end {:.0} ms", clean.first_answer.as_secs_f64() * 1000.0);
    println!("resident, idle {:.1} MB", clean.resident_mb());
    clean.write_something();
    clean.kill();
    let after_kill = Served::start(&large);
    println!("start to first answer after kill -9 {:.0} ms", after_kill.first_answer.as_secs_f64() * 1000.0);
    println!("binary {:.1} MB", std::fs::metadata(process::BINARY).map_or(0, |facts| facts.len()) as f64 / 1e6);
    drop(after_kill);
    edge::figures(&small);
}

/// How long each of the pages took that one person asked for while something else went on.
fn pages_meanwhile(browser: &mut browser::Browser, something: impl FnOnce() + Send) -> Vec<f64> {
    std::thread::scope(|scope| {
        let something = scope.spawn(something);
        let mut times = Vec::new();
        while !something.is_finished() {
            times.push(time(|| browser.get("/messages").bytes.len()));
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        times
    })
}

fn time<T>(what: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    std::hint::black_box(what());
    started.elapsed().as_secs_f64() * 1000.0
}

fn median(times: &mut [f64]) -> f64 {
    quantile(times, 0.5)
}

fn quantile(times: &mut [f64], part: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * part).round() as usize]
}
