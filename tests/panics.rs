//! What breaks in one place harms nobody else: a page with a reference, the next request served, nothing half written.

use crate::support::browser::exchange_raw;
use crate::support::{MARTIN, Office, new_message, office_with};
use permanence::base::{Instant, time};
use permanence::error::Result;
use permanence::house::House;
use permanence::http::{Answer, Body, Method, Request};
use permanence::jobs::{JOBS, Job};
use permanence::messages::store as messages;
use permanence::people::{Administrator, SignedIn, Visitor};
use permanence::routes::{Door, ROUTES, Route};
use permanence::server::Duties;
use permanence::subscribers::Desk;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

const fn door(method: Method, pattern: &'static str, door: Door) -> Route {
    Route {
        method,
        pattern,
        door,
        quiet: false,
        slow: false,
        fresh: false,
        enrolling: false,
        upload: false,
        foreign: false,
    }
}

fn in_a_handler(_: &House, _: &Request, _: &Visitor) -> Result<Answer> {
    panic!("a secret that no page and no journal may show");
}

struct BrokenView;

impl maud::Render for BrokenView {
    fn render(&self) -> maud::Markup {
        panic!("while a page is made");
    }
}

fn in_a_view(_: &House, _: &Request, _: &SignedIn) -> Result<Answer> {
    Ok(Answer::page(200, maud::html! { h1 { "À moitié" } (BrokenView) }.into_string()))
}

/// Takes a message, and breaks before the write is done.
fn in_a_write(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    house.store.write(|tx| {
        messages::take(tx, desk.id(), new_message(request.now).checked()?)?;
        panic!("in the midst of a write")
    })
}

fn in_the_slow_lane(_: &House, _: &Request, _: &Administrator) -> Result<Answer> {
    panic!("in the slow lane");
}

/// A body that breaks after 100,000 bytes.
struct BrokenBody(usize);

impl std::io::Read for BrokenBody {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        assert!(self.0 < 100_000, "while a file is sent");
        let count = buffer.len().min(100_000 - self.0);
        buffer[..count].fill(b'z');
        self.0 += count;
        Ok(count)
    }
}

fn in_a_body(_: &House, _: &Request, _: &Visitor) -> Result<Answer> {
    let mut answer = Answer::status(200).with("Content-Type", "text/csv");
    answer.body = Body::Stream(Box::new(BrokenBody(0)));
    Ok(answer)
}

static BREAKING: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut routes: Vec<Route> = ROUTES
        .iter()
        .map(|route| Route { quiet: route.quiet, slow: route.slow, ..door(route.method, route.pattern, route.door) })
        .collect();
    routes.push(door(Method::Get, "/casse/geste", Door::Open(in_a_handler)));
    routes.push(door(Method::Get, "/casse/page", Door::SignedIn(in_a_view)));
    routes.push(door(Method::Post, "/casse/ecriture", Door::Client(in_a_write)));
    routes.push(Route { slow: true, ..door(Method::Post, "/casse/lent", Door::Administrator(in_the_slow_lane)) });
    routes.push(door(Method::Get, "/casse/fichier", Door::Open(in_a_body)));
    routes
});

fn breaking() -> Office {
    office_with(Duties { routes: &BREAKING, jobs: JOBS })
}

fn reference_of(text: &str) -> String {
    let at = text.split_whitespace().find(|word| {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        word.len() == 17 && word.as_bytes()[8] == b'-' || word.len() == 9 && word.as_bytes()[4] == b'-'
    });
    at.unwrap_or_else(|| panic!("no reference in: {text}"))
        .trim_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_owned()
}

#[test]
fn a_broken_handler_view_or_write_gets_a_reference_that_the_journal_knows() {
    let office = breaking();
    office.message(MARTIN, "Avant.");
    let mut martin = office.signed_in("martin");
    let mut admin = office.signed_in("admin");
    let mut stranger = office.stranger();
    // Far more often than there are workers: none of them may be lost.
    let mut references = Vec::new();
    for _ in 0..20 {
        for page in [
            stranger.get("/casse/geste"),
            martin.get("/casse/page"),
            martin.post("/casse/ecriture", &[("nom", "Durand")]),
            admin.post("/casse/lent", &[]),
        ] {
            assert_eq!(page.status, 500, "{}", page.text());
            assert_eq!(page.header("cache-control"), Some("no-store"));
            assert!(page.header("content-security-policy").is_some());
            let text = page.text();
            assert!(!text.contains("secret") && !text.contains("À moitié") && !text.contains("panic"), "{text}");
            references.push(reference_of(&text));
        }
        assert_eq!(martin.get("/messages").status, 200, "the next request is served");
    }
    let page = martin.get("/messages").text();
    assert!(page.contains("Vous avez 1 message "), "nothing half written: {page}");
    assert_eq!(office.message(MARTIN, "Après.").0, 2, "no number is lost to a write that broke");
    let journal = admin.get(&format!("/administration/journal?q={}", references[2])).text();
    assert!(journal.contains("erreur interne") && journal.contains(&references[2]), "{journal}");
    assert!(!journal.contains("secret"));
}

#[test]
fn half_a_file_is_never_taken_for_a_whole_one() {
    let office = breaking();
    for _ in 0..12 {
        let request = b"GET /casse/fichier HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = exchange_raw(office.address(), request);
        assert!(answer.starts_with(b"HTTP/1.1 200 "));
        let chunked = b"Transfer-Encoding: chunked\r\n";
        assert!(answer.windows(chunked.len()).any(|bytes| bytes == chunked));
        assert!(!answer.ends_with(b"0\r\n\r\n"), "the last chunk says that all is there");
        assert!(answer.iter().filter(|byte| **byte == b'z').count() <= 100_000);
    }
    assert_eq!(office.stranger().get("/sante").status, 200);
}

static TRIES: AtomicU32 = AtomicU32::new(0);

fn breaks_once(house: &House, now: Instant, _: &dyn Fn() -> bool) -> Result<()> {
    if TRIES.fetch_add(1, Ordering::SeqCst) > 0 {
        return Ok(());
    }
    house.store.write(|tx| {
        messages::take(tx, MARTIN, new_message(now).checked()?)?;
        panic!("in a job")
    })
}

static BROKEN_JOBS: [Job; 1] = [Job { name: "essai", next: |_, last| last.plus_ms(time::HOUR_MS), work: breaks_once }];

#[test]
fn a_broken_job_is_in_the_journal_and_is_tried_again() {
    let office = office_with(Duties { routes: ROUTES, jobs: &BROKEN_JOBS });
    let mut admin = office.signed_in("admin");
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let line = loop {
        let journal = admin.get("/administration/journal?q=erreur").text();
        if journal.contains("travail « essai »") {
            break journal;
        }
        assert!(std::time::Instant::now() < patience, "{journal}");
    };
    assert!(line.contains("erreur interne"), "{line}");
    assert!(office.signed_in("martin").get("/messages").text().contains("Aucun message en attente"));
    // After five minutes it is tried again; a restart looks at the clock at once.
    let mut office = office;
    office.let_pass_s(301);
    office.restart();
    while TRIES.load(Ordering::SeqCst) < 2 {
        assert!(std::time::Instant::now() < patience, "it is never tried again");
        std::thread::yield_now();
    }
}
