//! kill -9 in the midst of writes: all that was acknowledged is there, nothing is half done.

use crate::support::Browser;
use crate::support::command::{Process, permanence};

/// Enough to meet a commit at every stage; more by `CRASHES`.
const CRASHES: u64 = 200;

#[test]
fn everything_acknowledged_survives_kill_9() {
    let crashes = std::env::var("CRASHES").ok().and_then(|text| text.parse().ok()).unwrap_or(CRASHES);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Martin"]).code, 0);
    let added = permanence(&data, &["person", "add", "aline", "--role", "secretaire"]);
    let password = added.out.rsplit(" : ").next().unwrap().trim().to_owned();
    let mut acknowledged: Vec<String> = Vec::new();
    let mut sent = 0u64;
    let mut aline: Option<Browser> = None;
    for crash in 0..crashes {
        let server = Process::start(&["serve"], Some(&data));
        let mut browser = aline.take().unwrap_or_else(|| {
            let mut browser = Browser::new(server.address);
            assert_eq!(browser.post("/connexion", &[("identifiant", "aline"), ("pass", &password)]).status, 303);
            browser
        });
        browser.address = server.address;
        browser.origin = Some(format!("http://{}", server.address));
        let process = server.id();
        std::thread::scope(|scope| {
            // The axe falls while a write is under way, each time at another moment.
            scope.spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(2 + crash * 17 % 61));
                let _ = std::process::Command::new("kill").args(["-9", &process.to_string()]).status();
            });
            while let Some(answer) = try_post(&mut browser, &format!("marque{sent:05}x")) {
                assert_eq!(answer, 303);
                acknowledged.push(format!("marque{sent:05}x"));
                sent += 1;
            }
            sent += 1;
        });
        server.kill();
        aline = Some(browser);
    }
    assert!(acknowledged.len() as u64 > crashes, "there was something to lose: {}", acknowledged.len());
    let checked = permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    let server = Process::start(&["serve"], Some(&data));
    let mut browser = aline.expect("signed in");
    browser.address = server.address;
    let mut there: Vec<String> = Vec::new();
    for page in 1.. {
        let shown = browser.get(&format!("/standard/abonnes/1/messages?page={page}")).text();
        let before = there.len();
        let words = shown.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.starts_with("marque"));
        there.extend(words.map(str::to_owned));
        // A page beyond the last shows the last again.
        if there.len() == before || there[before..].iter().all(|mark| there[..before].contains(mark)) {
            break;
        }
    }
    let there: std::collections::BTreeSet<&str> = there.iter().map(String::as_str).collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|mark| !there.contains(mark.as_str())).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let last = acknowledged.last().expect("something was acknowledged");
    let found = browser.get(&format!("/standard/recherche?q={last}"));
    assert!(found.text().contains("1 message trouvé"), "found by its words: {}", found.text());
}

/// The status, or nothing when the server is gone.
fn try_post(browser: &mut Browser, text: &str) -> Option<u16> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(browser.address).ok()?;
    let body = format!("texte={text}");
    let cookie = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let head = format!(
        "POST /standard/abonnes/1/messages HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {1}\r\nConnection: close\r\n\r\n{body}",
        browser.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    std::str::from_utf8(&answer).ok()?.split(' ').nth(1)?.parse().ok()
}
