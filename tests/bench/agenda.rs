//! The agenda's figures: 20 abonnés with 500,000 appointments and 100,000 contacts between them, against one with 1,000.

use crate::load::Load;
use crate::process::{Nginx, Served};
use crate::{LOAD_SECONDS, generate, median, quantile, time};
use chrono::{Datelike, Duration, NaiveDate, Weekday};
use permanence::agenda::appointments;
use permanence::agenda::find::{self, Half, Wanted};
use permanence::agenda::model::{Actor, Kind, Minute, NewAppointment};
use permanence::base::{Instant, Phone, SubscriberId, Zone};
use permanence::contacts::model::{By, NewContact, PhoneLine, What};
use permanence::contacts::store as contacts;
use permanence::server::open;
use permanence::subscribers::{Side, store as subscribers};
use std::path::{Path, PathBuf};

/// Of each abonné, at twenty a working day: four years back, one ahead.
const EACH: usize = 25_000;
const A_DAY: usize = 20;
const CONTACTS_EACH: usize = 5_000;

pub fn figures(folder: &Path) {
    let large = fill(&folder.join("agenda-large"), 20, EACH, CONTACTS_EACH);
    let small = fill(&folder.join("agenda-small"), 1, 1000, 50);
    println!("\n== The agenda: 500,000 appointments of 20 abonnés ==");
    finding(&large);
    booking(&large, &small);
    pages(folder, &large, &small);
}

/// « Trouver un créneau » over twelve months for twenty abonnés: a time that is soon found, and one that never is.
fn finding(large: &Path) {
    let opened = open(&generate::settings(large)).expect("the folder opens");
    let store = &opened.house.store;
    let now: Instant = chrono::Utc::now().into();
    let all = store.read(subscribers::all).expect("abonnés");
    let from = now.local(Zone::PARIS).date();
    for (name, minutes, kind) in
        [("found soon", 15, Some(Kind::Consultation)), ("found by nobody in 12 months", 15, Some(Kind::Visit))]
    {
        let wanted = Wanted { minutes, kind, from, half: Half::Any, days: 366, most: 20 };
        let mut times: Vec<f64> = (0..60)
            .map(|_| time(|| store.read(|tx| find::find_among(tx, &all, wanted, now)).expect("a search").len()))
            .collect();
        let (half, most) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
        println!("find, {name:30} p50 {half:.1} ms, p99 {most:.1} ms");
    }
}

/// One durable write each; large and small in turn.
fn booking(large: &Path, small: &Path) {
    let actor = Actor { person: None, name: "Banc", side: Side::Subscriber };
    let houses =
        [open(&generate::settings(large)), open(&generate::settings(small))].map(|opened| opened.expect("it opens"));
    let now: Instant = chrono::Utc::now().into();
    let start = now.local(Zone::PARIS).date() + Duration::days(400);
    let mut times = [Vec::new(), Vec::new()];
    for place in 0..150u16 {
        for (opened, times) in houses.iter().zip(&mut times) {
            let store = &opened.house.store;
            let first = store.read(|tx| subscribers::subscriber(tx, SubscriberId(1))).expect("a read").expect("one");
            let on = start + Duration::days(i64::from(place));
            // An evening that no generated appointment has; a run leaves nothing for the next.
            let new = NewAppointment { last_name: "Banc".into(), ..NewAppointment::at(on, Minute::at(20, 0), 15) };
            let mut made = None;
            times.push(time(|| {
                made = Some(store.write(|tx| appointments::book(tx, &first, new, actor, now)).expect("it is free"));
            }));
            let id = made.expect("booked").appointment.id;
            store.write(|tx| appointments::cancel(tx, &first, id, None, actor, now)).expect("cancelled");
        }
    }
    let [of_large, of_small] = &mut times;
    let (large, small) = (median(of_large), median(of_small));
    println!("booking, one durable write       p50 {large:.1} ms, ratio of medians {:.2}", large / small);
}

fn pages(folder: &Path, large: &Path, small: &Path) {
    let (served, served_small) = (Served::start(large), Served::start(small));
    let (mut browser, mut browser_small) = (served.sign_in("banc"), served_small.sign_in("banc"));
    let today = chrono::Utc::now().date_naive();
    for (name, view) in [("day", "jour"), ("week", "semaine")] {
        let (mut of_large, mut of_small) = (Vec::new(), Vec::new());
        for place in 0..120 {
            // Each page another day, so that nothing is kept from the one before.
            let target = format!("/agenda?date={}&vue={view}", today + Duration::days(place % 20));
            of_large.push(time(|| browser.get(&target).bytes.len()));
            of_small.push(time(|| browser_small.get(&target).bytes.len()));
        }
        println!("{name:24} ratio of medians {:.2}", median(&mut of_large) / median(&mut of_small));
        let target = format!("/agenda?date={today}&vue={view}");
        let page = browser.get_with(&target, &[("Accept-Encoding", "gzip")]);
        println!("{name:24} {} bytes compressed", page.bytes.len());
        let nginx = Nginx::start(&folder.join("nginx-agenda"), &page.bytes);
        let cookie =
            browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let before = Load::run(nginx.address, "/page", "", LOAD_SECONDS);
        let ours = Load::run(served.address, &target, &cookie, LOAD_SECONDS);
        let after = Load::run(nginx.address, "/page", "", LOAD_SECONDS);
        let rate = (before.rate + after.rate) / 2.0;
        before.print("nginx, static, same bytes", rate);
        ours.print(&target, rate);
    }
}

/// Made once and kept for the next run.
fn fill(folder: &Path, abonnes: u64, each: usize, cards: usize) -> PathBuf {
    let folder = generate::data(folder, abonnes, abonnes * 20);
    if folder.join("agenda-complete").exists() {
        return folder;
    }
    let started = std::time::Instant::now();
    let opened = open(&generate::settings(&folder)).expect("the folder opens");
    let store = &opened.house.store;
    let now: Instant = chrono::Utc::now().into();
    let actor = Actor { person: None, name: "Banc", side: Side::Subscriber };
    for number in 1..=abonnes {
        let id = SubscriberId(number);
        let subscriber = store.read(|tx| subscribers::subscriber(tx, id)).expect("a read").expect("an abonné");
        for step in (0..cards).collect::<Vec<_>>().chunks(1000) {
            let new: Vec<NewContact> = step.iter().map(|place| card(*place)).collect();
            let by = By { person: None, name: "Banc" };
            store.write(|tx| contacts::add_all(tx, id, new, by, now, What::Added)).expect("cards");
        }
        for step in dates(now, each).chunks(100) {
            store
                .write(|tx| {
                    for (place, on) in step.iter().enumerate() {
                        for quarter in 0..A_DAY {
                            let seed = place * A_DAY + quarter;
                            appointments::book(tx, &subscriber, appointment(*on, quarter, seed), actor, now)?;
                        }
                    }
                    Ok(())
                })
                .expect("appointments");
        }
    }
    println!("{} appointments generated in {:.0} s", abonnes as usize * each, started.elapsed().as_secs_f64());
    drop(opened);
    std::fs::write(folder.join("agenda-complete"), "").expect("a mark");
    folder
}

/// Working days around today, four behind for one ahead, as many as hold so many appointments.
fn dates(now: Instant, each: usize) -> Vec<NaiveDate> {
    let days = each / A_DAY;
    let today = now.local(Zone::PARIS).date();
    let works = |date: &NaiveDate| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let ahead = (0..).map(|days| today + Duration::days(days)).filter(works).take(days.div_ceil(5).max(25));
    let behind = (1..).map(|days| today - Duration::days(days)).filter(works);
    let ahead: Vec<NaiveDate> = ahead.take(days).collect();
    let more = days - ahead.len();
    ahead.into_iter().chain(behind.take(more)).collect()
}

/// Twenty of the day's twenty-eight quarters of an hour.
fn appointment(on: NaiveDate, quarter: usize, seed: usize) -> NewAppointment {
    let start = if quarter < 9 { 9 * 60 + 15 * quarter } else { 14 * 60 + 15 * (quarter - 9) };
    let card = card(seed);
    NewAppointment {
        phone: card.phones[0].phone.clone(),
        last_name: card.last_name,
        first_name: card.first_name,
        reason: "Suivi tension".into(),
        ..NewAppointment::at(on, Minute(start as u16), 15)
    }
}

fn card(place: usize) -> NewContact {
    const NAMES: [&str; 8] = ["Dupont", "Lefèvre", "Œuvrard", "Martin", "Bernard", "Petit", "Durand", "Moreau"];
    const FIRST: [&str; 7] = ["Marie", "Jean-Luc", "Noé", "Chloé", "Émile", "Inès", "Paul"];
    NewContact {
        last_name: format!("{}{}", NAMES[place % NAMES.len()], place / 300),
        first_name: FIRST[place % FIRST.len()].into(),
        phones: vec![PhoneLine { word: String::new(), phone: Phone::read(&format!("0639981{:03}", place % 1000)) }],
        ..NewContact::default()
    }
}
