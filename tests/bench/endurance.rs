//! A day's load in some minutes: calls taken, read and archived, agendas looked at and booked, cards, searches, sign-ins, prints,
//! files; and what the server's memory does meanwhile. `cargo bench --bench figures -- endurance 600` (seconds).

use crate::browser::Browser;
use crate::generate;
use crate::process::{PASSWORD, Served};
use chrono::{Datelike, Days, Local, Weekday};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A secretariat of twenty abonnés takes some 1,500 calls on a long day; each kind of work at its own pace, in ten minutes.
const PACES_MS: [(Work, u64); 9] = [
    (Work::Call, 400),
    (Work::Read, 300),
    (Work::Archive, 800),
    (Work::Agenda, 500),
    (Work::Book, 1000),
    (Work::Card, 1500),
    (Work::Search, 700),
    (Work::SignIn, 5000),
    (Work::Files, 4000),
];

#[derive(Debug, Clone, Copy)]
enum Work {
    Call,
    Read,
    Archive,
    Agenda,
    Book,
    Card,
    Search,
    SignIn,
    Files,
}

/// What was done and what failed.
#[derive(Default)]
struct Tally {
    done: AtomicU64,
    failed: AtomicU64,
}

/// Runs the day and prints how memory went.
pub fn day(folder: &Path, seconds: u64) {
    println!("\n== A day's load in {seconds} s ==");
    let data = generate::data(&folder.join("endurance"), 20, 20_000);
    let served = Served::start(&data);
    let (ended, tally) = (AtomicBool::new(false), Tally::default());
    let mut samples = Vec::new();
    std::thread::scope(|scope| {
        for (work, pace_ms) in PACES_MS {
            let (ended, tally, address) = (&ended, &tally, served.address);
            scope.spawn(move || work_all_day(work, pace_ms, address, ended, tally));
        }
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(seconds) {
            std::thread::sleep(Duration::from_millis(500));
            samples.push(served.resident_mb());
        }
        ended.store(true, Ordering::SeqCst);
    });
    let tenth = (samples.len() / 10).max(1);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len().max(1) as f64;
    let means: Vec<f64> = samples.chunks(tenth).map(mean).collect();
    let shown: Vec<String> = means.iter().map(|mean| format!("{mean:.1}")).collect();
    let (second, last) = (means.get(1).copied().unwrap_or(1.0), means.get(9).or(means.last()).copied().unwrap_or(0.0));
    println!(
        "{} requests, {} failed; memory by tenths, MB: {}; last tenth / second {:.3}",
        tally.done.load(Ordering::SeqCst),
        tally.failed.load(Ordering::SeqCst),
        shown.join(" "),
        last / second
    );
    served.stop();
    // The next run begins with the same data.
    let _ = std::fs::remove_dir_all(&data);
}

fn sign_in(address: SocketAddr, login: &str) -> Browser {
    let mut browser = Browser::new(address);
    browser.post("/connexion", &[("identifiant", login), ("pass", PASSWORD)]);
    browser
}

fn work_all_day(work: Work, pace_ms: u64, address: SocketAddr, ended: &AtomicBool, tally: &Tally) {
    let login = if matches!(work, Work::Call | Work::Search) { "banc-secretaire" } else { "banc" };
    let mut browser = sign_in(address, login);
    let mut number = 0;
    while !ended.load(Ordering::SeqCst) {
        let started = Instant::now();
        for status in once(work, number, &mut browser) {
            tally.done.fetch_add(1, Ordering::SeqCst);
            if !matches!(status, 200 | 303 | 304 | 409 | 422) {
                tally.failed.fetch_add(1, Ordering::SeqCst);
                println!("{work:?}: {status}");
            }
        }
        number += 1;
        std::thread::sleep(Duration::from_millis(pace_ms).saturating_sub(started.elapsed()));
    }
}

/// One piece of work; the statuses it met.
fn once(work: Work, number: u64, browser: &mut Browser) -> Vec<u16> {
    match work {
        Work::Call => {
            let abonne = number % 20 + 1;
            let form = browser.get(&format!("/standard/abonnes/{abonne}"));
            let text = format!("Appel {number} : souhaite être rappelée au sujet de ses résultats.");
            let fields = [("nom", "Dupont"), ("telephone", "06 39 98 12 34"), ("texte", text.as_str())];
            let taken = browser.post(&format!("/standard/abonnes/{abonne}/messages"), &fields);
            vec![form.status, taken.status]
        }
        Work::Read => ["/messages", "/messages?page=3", "/archives", "/messages/imprimable"]
            .map(|target| browser.get_with(target, &[("Accept-Encoding", "gzip")]).status)
            .to_vec(),
        Work::Archive => {
            let page = browser.get("/messages");
            let numbers = page.attributes("input[name='message']", "value");
            let fields: Vec<(&str, &str)> = numbers.iter().take(2).map(|one| ("message", one.as_str())).collect();
            vec![page.status, browser.post("/messages/archivage", &fields).status]
        }
        Work::Agenda => {
            let date = workday(number % 60);
            ["jour", "semaine"].map(|view| browser.get(&format!("/agenda?date={date}&vue={view}")).status).to_vec()
        }
        Work::Book => {
            // Each slot once, from tomorrow on: most are free, some taken in the run before.
            let (date, minute) = (workday(number / 24 + 1), 9 * 60 + number % 24 * 15);
            let window =
                browser.get(&format!("/agenda/creneau?date={date}&heure={:02}:{:02}", minute / 60, minute % 60));
            // A slot that is taken already leads to its appointment.
            if window.status != 200 {
                return vec![window.status];
            }
            let name = format!("Patient {number}");
            vec![window.status, browser.submit(&window, "/agenda/rendez-vous", &[("nom", &name)]).status]
        }
        Work::Card => {
            let name = format!("Martin{}", number % 5000);
            let added =
                browser.post("/contacts", &[("nom", &name), ("prenom", "Zoé"), ("telephone", "01 40 50 60 70")]);
            vec![added.status, browser.get("/contacts?q=mart").status]
        }
        Work::Search => {
            let query = generate::QUERIES[number as usize % generate::QUERIES.len()].replace(' ', "+");
            vec![browser.get(&format!("/standard/recherche?q={query}")).status]
        }
        Work::SignIn => {
            let mut other = sign_in(browser.address, "banc");
            vec![other.get("/mon-compte").status, other.post("/deconnexion", &[]).status]
        }
        Work::Files => {
            let csv = "Nom;Prénom;Téléphone\r\nDurand;Inès;06 39 98 00 01\r\n".repeat(200);
            let preview = browser.upload("/contacts/import", "fichier", "cartes.csv", csv.as_bytes());
            let list = "/export/appels.xlsx?type=messages&perimetre=non-archives&champ=nom&champ=texte";
            let export = browser.get(list);
            // A build without exports answers that there are none.
            let export = if export.status == 404 { browser.get("/contacts/export.csv") } else { export };
            vec![preview.status, export.status]
        }
    }
}

/// A day on which somebody works, so many days from now or a little later.
fn workday(ahead: u64) -> chrono::NaiveDate {
    let mut date = Local::now().date_naive() + Days::new(ahead);
    while matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        date = date + Days::new(1);
    }
    date
}
