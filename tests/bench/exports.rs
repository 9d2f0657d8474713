//! 100,000 calls of one abonné taken away in all 21 fields, by the three roads, one and two at once.

use crate::browser::Browser;
use crate::process::Served;
use crate::{generate, quantile, time};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

const ROWS: u64 = 100_000;
const FIELDS: &str = "&champ=numero&champ=date&champ=heure&champ=type&champ=urgent&champ=civilite&champ=nom&champ=prenom\
    &champ=adresse&champ=code-postal&champ=ville&champ=telephone&champ=email&champ=objet&champ=texte&champ=date-rdv\
    &champ=heure-rdv&champ=motif&champ=nouveau-patient&champ=pris-par&champ=etat";

/// How a download went.
struct Taken {
    /// To the first byte of the file itself.
    first: Duration,
    whole: Duration,
    bytes: usize,
    file: Vec<u8>,
}

fn take(browser: &Browser, ending: &str) -> Taken {
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query =
        format!("type=messages&type=rendez-vous&type=visites&perimetre=periode&du=2020-01-01&au=2039-12-31{FIELDS}");
    let head = format!(
        "GET /export/appels.{ending}?{query} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n\r\n",
        browser.address,
        cookies.join("; ")
    );
    let started = Instant::now();
    let mut stream = TcpStream::connect(browser.address).expect("the server listens");
    stream.write_all(head.as_bytes()).expect("it takes a request");
    let (mut all, mut piece, mut first) = (Vec::new(), vec![0; 256 * 1024], None);
    loop {
        let count = stream.read(&mut piece).expect("it answers");
        if count == 0 {
            break;
        }
        all.extend_from_slice(&piece[..count]);
        // A head, its empty line, and something after.
        if first.is_none() && all.windows(4).position(|four| four == b"\r\n\r\n").is_some_and(|end| all.len() > end + 4)
        {
            first = Some(started.elapsed());
        }
    }
    let whole = started.elapsed();
    assert!(all.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&all[..200.min(all.len())]));
    assert!(all.ends_with(b"0\r\n\r\n"), "the file is whole");
    Taken { first: first.unwrap_or(whole), whole, bytes: all.len(), file: all }
}

pub fn figures(folder: &Path) {
    println!("\n== 100,000 calls in 21 fields, taken away ==");
    let data = generate::data(&folder.join("exports"), 1, ROWS);
    let served = Served::start(&data);
    let mut browser = served.sign_in("banc");
    println!("resident before {:.1} MB", served.resident_mb());
    for ending in ["csv", "xlsx", "docx"] {
        served.forget_peak();
        let taken = take(&browser, ending);
        println!(
            "{ending:5} first byte {:.2} s, whole {:.2} s, {:.1} MB, peak of the server {:.1} MB",
            taken.first.as_secs_f64(),
            taken.whole.as_secs_f64(),
            taken.bytes as f64 / 1e6,
            served.peak_mb()
        );
        if let Some(kept) = std::env::var_os("KEEP_EXPORTS") {
            std::fs::write(Path::new(&kept).join(format!("appels.{ending}.http")), &taken.file).expect("kept");
        }
    }
    let mut quiet: Vec<f64> = (0..300).map(|_| page(&mut browser)).collect();
    let of_export = browser.clone();
    for (name, together) in [("one", vec!["xlsx"]), ("two at once", vec!["xlsx", "docx"])] {
        served.forget_peak();
        let started = Instant::now();
        let mut meanwhile = crate::pages_meanwhile(&mut browser, || {
            std::thread::scope(|scope| {
                for ending in &together {
                    scope.spawn(|| take(&of_export, ending));
                }
            });
        });
        println!(
            "{name:12} {:.2} s; /messages p50 {:.1} ms, p99 {:.1} ms of {} (quiet: p50 {:.1} ms, p99 {:.1} ms); peak {:.1} MB",
            started.elapsed().as_secs_f64(),
            quantile(&mut meanwhile, 0.5),
            quantile(&mut meanwhile, 0.99),
            meanwhile.len(),
            quantile(&mut quiet, 0.5),
            quantile(&mut quiet, 0.99),
            served.peak_mb()
        );
    }
}

fn page(browser: &mut Browser) -> f64 {
    let took = time(|| browser.get("/messages").bytes.len());
    std::thread::sleep(Duration::from_millis(10));
    took
}
