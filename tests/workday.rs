//! A scripted working day: three secretaries take 150 calls, book 60 appointments and move 20 while clients read and archive,
//! all at once; at its end everything adds up against the script's own model. Once with a quiet server, once with one that is
//! killed at random moments and everything resent that was not answered: nothing lost, nothing doubled.

use crate::support::browser::Page;
use crate::support::command::{Process, permanence};
use crate::support::{Browser, LEFEVRE, MARTIN, Office, PASSWORD, office};
use permanence::agenda::appointments;
use permanence::base::SubscriberId;
use permanence::counters::{self, Counted, Month};
use permanence::messages::model::What;
use permanence::messages::store as messages;
use permanence::subscribers::store as subscribers;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const CALLS: usize = 150;
const BOOKINGS: usize = 60;
const MOVES: usize = 20;
/// Tries of one request: a killed server is back within a second.
const TRIES: u32 = 600;

/// The days of the script: Monday to Friday of a week that is to come whenever the test runs, in the usual typical week.
const DAYS: [&str; 5] = ["2034-03-06", "2034-03-07", "2034-03-08", "2034-03-09", "2034-03-10"];

/// A number between 0 and `below`, the same in each run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % below as u64) as usize
    }
}

/// Where the server is at the moment, and whether anybody must wait for it.
struct Stage {
    address: Mutex<SocketAddr>,
    resent: AtomicUsize,
}

impl Stage {
    fn at(address: SocketAddr) -> Stage {
        Stage { address: Mutex::new(address), resent: AtomicUsize::new(0) }
    }

    fn address(&self) -> SocketAddr {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody at work: sends until there is an answer.
struct Hand<'s> {
    stage: &'s Stage,
    cookies: String,
}

impl<'s> Hand<'s> {
    fn of(stage: &'s Stage, login: &str) -> Hand<'s> {
        let mut browser = Browser::new(stage.address());
        let page = browser.post("/connexion", &[("identifiant", login), ("pass", PASSWORD)]);
        assert_eq!(page.status, 303, "{login} signs in");
        let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Hand { stage, cookies: cookies.join("; ") }
    }

    fn get(&self, target: &str) -> Page {
        self.until_answered("GET", target, "")
    }

    fn post(&self, target: &str, fields: &[(&str, &str)]) -> Page {
        let body = permanence::http::Form::from_iter(fields.iter().copied()).encoded();
        self.until_answered("POST", target, &body)
    }

    fn until_answered(&self, method: &str, target: &str, body: &str) -> Page {
        for attempt in 0..TRIES {
            if let Some(page) = self.try_once(method, target, body) {
                return page;
            }
            if attempt == 0 {
                self.stage.resent.fetch_add(1, Ordering::Relaxed);
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("{method} {target} is never answered");
    }

    fn try_once(&self, method: &str, target: &str, body: &str) -> Option<Page> {
        let address = self.stage.address();
        let mut stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.cookies,
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok()?;
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let page = Page::parse(&bytes);
        // What a killed server had begun to say is no answer; neither is that it is closing.
        let length = page.header("content-length").map(|length| length.parse::<usize>().ok());
        let whole = length.is_none_or(|length| length == Some(bytes.len() - end - 4));
        (whole && page.status != 503).then_some(page)
    }
}

/// What the script did, by what it was told.
#[derive(Default)]
struct Model {
    /// Abonné, kind, urgent, mark.
    calls: Vec<(u64, &'static str, bool, String)>,
    /// Abonné, « 2034-03-06T09:15 », name.
    booked: Vec<(u64, String, String)>,
    refused: usize,
    moved: Vec<u64>,
    /// Abonné, message.
    archived: BTreeSet<(u64, u64)>,
}

impl Model {
    fn with<T>(model: &Mutex<Model>, change: impl FnOnce(&mut Model) -> T) -> T {
        change(&mut model.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn messages_of(&self, of: u64) -> usize {
        let calls = self.calls.iter().filter(|(abonne, ..)| *abonne == of).count();
        let booked = self.booked.iter().filter(|(abonne, ..)| *abonne == of).count();
        calls + booked + self.moved.iter().filter(|abonne| **abonne == of).count()
    }
}

const KINDS: [(&str, Counted); 4] = [
    ("message", Counted::Information),
    ("bip", Counted::Sms),
    ("rendez-vous", Counted::Appointment),
    ("visite", Counted::Visit),
];

/// One secretary's share of the day.
fn secretary(hand: &Hand<'_>, model: &Mutex<Model>, (login, seed): (&str, u64), abonnes: &[u64], pace: Duration) {
    let mut chance = Chance(seed);
    // Her own day in the agenda of each, besides one slot that all three want.
    let mut own: Vec<(u64, String, String)> = Vec::new();
    let (mut bookings, mut moves) = (0, 0);
    for call in 0..CALLS / 3 {
        let abonne = abonnes[chance.below(abonnes.len())];
        let (kind, urgent) = (chance.below(KINDS.len()), chance.below(8) == 0);
        let mark = format!("marque{login}{call:03}x");
        let unique = format!("{:032x}", u128::from(seed) << 64 | call as u128);
        let mut fields = vec![("unique", unique.as_str()), ("type", KINDS[kind].0), ("texte", mark.as_str())];
        if urgent {
            fields.push(("urgent", "1"));
        }
        let page = hand.post(&format!("/standard/abonnes/{abonne}/messages"), &fields);
        assert_eq!(page.status, 303, "{}", page.text());
        Model::with(model, |model| model.calls.push((abonne, KINDS[kind].0, urgent, mark)));
        if bookings < BOOKINGS / 3 && call % 2 == 0 {
            bookings += 1;
            let (day, quarter) = (DAYS[chance.below(4)], chance.below(12));
            let slot = format!("{day}T{:02}:{:02}", 9 + quarter / 4, quarter % 4 * 15);
            let name = format!("{login}{bookings:02}").to_uppercase();
            if book(hand, model, abonne, &slot, &name, seed) {
                own.push((abonne, slot, name));
            }
        }
        if moves < MOVES.div_ceil(3) && call % 7 == 6 && !own.is_empty() {
            let (abonne, slot, name) = own.remove(0);
            // Friday is for what was moved: each secretary has two hours of her own there.
            let hour = if moves < 4 { 14 } else { 9 } + seed % 3;
            let to = format!("{}T{hour:02}:{:02}", DAYS[4], moves % 4 * 15);
            move_it(hand, model, (abonne, &slot, &name), &to);
            moves += 1;
        }
        std::thread::sleep(pace);
    }
}

fn book(hand: &Hand<'_>, model: &Mutex<Model>, abonne: u64, slot: &str, name: &str, seed: u64) -> bool {
    let (date, hour) = slot.split_once('T').unwrap();
    let number = name.bytes().fold(u128::from(seed) << 32, |sum, byte| sum * 131 + u128::from(byte));
    let unique = format!("{number:032x}");
    let fields = [
        ("unique", unique.as_str()),
        ("date", date),
        ("heure", hour),
        ("duree", "15"),
        ("type", "consultation"),
        ("nom", name),
    ];
    let page = hand.post(&format!("/standard/abonnes/{abonne}/agenda/rendez-vous"), &fields);
    match page.status {
        303 => Model::with(model, |model| model.booked.push((abonne, slot.to_owned(), name.to_owned()))),
        409 => {
            assert!(page.text().contains("Ce créneau vient d’être pris."), "{}", page.text());
            Model::with(model, |model| model.refused += 1);
        }
        other => panic!("{other}: {}", page.text()),
    }
    page.status == 303
}

fn move_it(hand: &Hand<'_>, model: &Mutex<Model>, (abonne, from, name): (u64, &str, &str), to: &str) {
    let agenda = format!("/standard/abonnes/{abonne}/agenda");
    let day = hand.get(&format!("{agenda}?date={}", from.split_once('T').unwrap().0));
    let id = day.attributes(&format!("[data-slot='{from}'][data-appointment]"), "data-appointment");
    let page = hand.post(&format!("{agenda}/rendez-vous/{}/deplacement", id[0]), &[("vers", to)]);
    assert_eq!(page.status, 303, "{to}: {}", page.text());
    Model::with(model, |model| {
        let one = model.booked.iter_mut().find(|(of, _, booked)| *of == abonne && booked == name).unwrap();
        one.1 = to.to_owned();
        model.moved.push(abonne);
    });
}

/// A client reads, and archives every third of what she sees, until the secretaries go home.
fn client(hand: &Hand<'_>, model: &Mutex<Model>, of: u64, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        let page = hand.get("/messages");
        assert_eq!(page.status, 200);
        let shown = page.attributes("input[name=message]", "value");
        let chosen: Vec<&str> = shown.iter().map(String::as_str).step_by(3).collect();
        if !chosen.is_empty() {
            let fields: Vec<(&str, &str)> = chosen.iter().map(|number| ("message", *number)).collect();
            assert_eq!(hand.post("/messages/archivage", &fields).status, 303);
            Model::with(model, |model| {
                model.archived.extend(chosen.iter().map(|number| (of, number.parse::<u64>().unwrap())));
            });
        }
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// The day, with an axe or without.
fn work(stage: &Stage, pace: Duration, axe: impl FnOnce(&AtomicBool) + Send) -> Model {
    let model = Mutex::new(Model::default());
    let over = AtomicBool::new(false);
    // Everybody signs in before anything happens.
    let secretaries = [("aline", 1, &[1, 2][..]), ("basile", 2, &[1]), ("partie", 3, &[2, 1])]
        .map(|who| (Hand::of(stage, who.0), who));
    let clients = [("martin", 1), ("lefevre", 2)].map(|(login, of)| (Hand::of(stage, login), of));
    std::thread::scope(|scope| {
        let (model, over) = (&model, &over);
        let secretaries = secretaries.map(|(hand, (login, seed, abonnes))| {
            scope.spawn(move || secretary(&hand, model, (login, seed), abonnes, pace))
        });
        let clients = clients.map(|(hand, of)| scope.spawn(move || client(&hand, model, of, over)));
        let axe = scope.spawn(move || axe(over));
        let ended: Vec<bool> = secretaries.into_iter().map(|one| one.join().is_ok()).collect();
        over.store(true, Ordering::Relaxed);
        axe.join().expect("the axe is laid down");
        clients.into_iter().for_each(|one| one.join().expect("a client reads to the end"));
        assert!(ended.into_iter().all(|ended| ended), "every secretary comes to the end of her day");
    });
    model.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Looked at in the data itself: numbers, lists, histories, counters, agenda.
fn add_up(office: &Office, model: &Model) {
    assert_eq!(model.calls.len(), CALLS);
    assert_eq!(model.booked.len() + model.refused, BOOKINGS);
    assert!(
        model.moved.len() >= MOVES - 1 && model.refused > 0,
        "{} moved, {} refused",
        model.moved.len(),
        model.refused
    );
    let store = &office.house().store;
    for of in [MARTIN, LEFEVRE] {
        let all: Vec<_> = model.calls.iter().filter(|(abonne, ..)| *abonne == of.0).collect();
        let archived = model.archived.iter().filter(|(abonne, _)| *abonne == of.0).count();
        store
            .read(|tx| {
                let counts = messages::counts(tx, of)?;
                let total = model.messages_of(of.0);
                assert_eq!((counts.pending as usize, counts.archived as usize), (total - archived, archived), "{of}");
                // Numbered from 1 without a gap, each call once and with its mark.
                let mut texts = Vec::new();
                for number in 1..=total as u64 {
                    let message = messages::message(tx, of, permanence::base::MessageNumber(number))?;
                    let history = messages::history(tx, of, message.number)?;
                    let times = |what: fn(&What) -> bool| history.iter().filter(|event| what(&event.what)).count();
                    assert_eq!(times(|what| matches!(what, What::Taken)), 1, "{of} {number}");
                    let put_away = usize::from(model.archived.contains(&(of.0, number)));
                    assert_eq!(times(|what| matches!(what, What::Archived)), put_away, "{of} {number}");
                    assert_eq!(message.is_pending(), put_away == 0);
                    texts.push(message.text);
                }
                for (.., mark) in &all {
                    assert_eq!(texts.iter().filter(|text| *text == mark).count(), 1, "{mark}");
                }
                counted(tx, office, of, model)?;
                booked(tx, of, model)
            })
            .unwrap();
    }
    assert!(store.check_rows().unwrap().iter().all(|table| table.undecodable == 0));
}

fn counted(
    tx: &permanence::store::Read,
    office: &Office,
    of: SubscriberId,
    model: &Model,
) -> permanence::error::Result<()> {
    let mut sums = counters::Counts::default();
    // A month may end while the day goes on.
    let now = permanence::base::Instant(std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis() as i64));
    let zone = permanence::base::Zone::PARIS;
    let mut months = vec![Month::at(office.now(), zone), Month::at(now, zone), Month::at(now, zone).before(1)];
    months.sort();
    months.dedup();
    for month in months {
        sums.add(&counters::of_subscriber(tx, month, of)?);
    }
    let calls = |fits: &dyn Fn(&str, bool) -> bool| {
        model.calls.iter().filter(|(abonne, kind, urgent, _)| *abonne == of.0 && fits(kind, *urgent)).count() as u64
    };
    let booked = model.booked.iter().filter(|(abonne, ..)| *abonne == of.0).count() as u64;
    let moved = model.moved.iter().filter(|abonne| **abonne == of.0).count() as u64;
    for (word, what) in KINDS {
        // What is booked or moved leaves a message of its kind.
        let more = if what == Counted::Appointment { booked + moved } else { 0 };
        assert_eq!(sums.of(what), calls(&|kind, _| kind == word) + more, "{of}: {}", what.label());
    }
    assert_eq!(sums.of(Counted::Urgent), calls(&|_, urgent| urgent), "{of}: urgent");
    assert_eq!(sums.of(Counted::Booked), booked, "{of}: booked");
    Ok(())
}

fn booked(tx: &permanence::store::Read, of: SubscriberId, model: &Model) -> permanence::error::Result<()> {
    let subscriber = subscribers::subscriber(tx, of)?.expect("an abonné of the cast");
    let (first, last) = (DAYS[0].parse().unwrap(), DAYS[4].parse().unwrap());
    let kept = appointments::between(tx, &subscriber, first, last)?;
    let mut found: Vec<(String, String)> =
        kept.iter().map(|one| (format!("{}T{}", one.day(), one.start), one.label())).collect();
    let mut wanted: Vec<(String, String)> = model
        .booked
        .iter()
        .filter(|(abonne, ..)| *abonne == of.0)
        .map(|(_, slot, name)| (slot.clone(), name.clone()))
        .collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted, "{of}");
    Ok(())
}

#[test]
fn a_working_day_adds_up() {
    let office = office();
    office.set_active("partie", true);
    let stage = Stage::at(office.address());
    let model = work(&stage, Duration::ZERO, |_| ());
    add_up(&office, &model);
    // And on the screens of those it was done for.
    let pending = |of: SubscriberId| {
        model.messages_of(of.0) - model.archived.iter().filter(|(abonne, _)| *abonne == of.0).count()
    };
    for (login, of) in [("martin", MARTIN), ("lefevre", LEFEVRE)] {
        let page = office.signed_in(login).get("/messages").text();
        assert!(page.contains(&format!("Vous avez {} message", pending(of))), "{login}: {page}");
    }
    let journal = office.house();
    journal.journal.flush();
    let mut taken = 0;
    let filter =
        permanence::journal::Filter { action: Some(permanence::journal::Action::MessageTaken), ..Default::default() };
    journal
        .journal
        .each(
            &filter,
            |_| String::new(),
            |_| {
                taken += 1;
                Ok(std::ops::ControlFlow::Continue(()))
            },
        )
        .unwrap();
    assert_eq!(taken, CALLS, "each call is in the journal once");
}

#[test]
fn a_working_day_with_kill_9_at_random_moments_loses_and_doubles_nothing() {
    let mut office = office();
    office.set_active("partie", true);
    office.stop();
    let data = office.data_folder().to_owned();
    let server = Mutex::new(Some(Process::start(&["serve"], Some(&data))));
    let running = || server.lock().unwrap_or_else(PoisonError::into_inner);
    let stage = Stage::at(running().as_ref().expect("it runs").address);
    let mut kills = 0;
    // A day long enough for kills enough, however quick the machine.
    let model = work(&stage, Duration::from_millis(60), |over| {
        let mut chance = Chance(2034);
        while !over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(150 + chance.below(500) as u64));
            running().take().expect("it runs").kill();
            kills += 1;
            let next = Process::start(&["serve"], Some(&data));
            *stage.address.lock().unwrap_or_else(PoisonError::into_inner) = next.address;
            *running() = Some(next);
        }
    });
    running().take().expect("it runs").end();
    println!("{kills} kills, {} resent", stage.resent.load(Ordering::Relaxed));
    assert!(
        kills >= 3 && stage.resent.load(Ordering::Relaxed) >= 3,
        "{kills} kills, {} resent",
        stage.resent.load(Ordering::Relaxed)
    );
    let checked = permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    office.restart();
    add_up(&office, &model);
}
