//! An agenda of 5,000 events by CalDAV, beside Radicale and Xandikos on the same machine: all of it by one REPORT, one event put,
//! and what changed since a moment ago.
//!
//! Both come from PyPI: `python3 -m pip install --target target/test-tools/dav-servers radicale==3.9.0 xandikos==0.4.10`.

use crate::browser::{Browser, basic};
use crate::process::{Served, free_port};
use crate::{generate, quantile, time};
use chrono::{Duration, NaiveDate};
use permanence::base::{Instant, SubscriberId};
use permanence::people::store as people;
use permanence::people::tokens::{self, Right, Token};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const EVENTS: usize = 5_000;
const PUTS: usize = 60;
const REPORTS: usize = 9;

/// A server of calendars, and where its calendar is.
struct Calendars {
    name: &'static str,
    browser: Browser,
    path: String,
    key: String,
    child: Option<Child>,
    /// Where it keeps one file an event, which is quicker to fill than by thousands of requests that it answers ever more slowly.
    files: Option<PathBuf>,
}

impl Drop for Calendars {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Calendars {
    fn ask(&mut self, method: &str, path: &str, depth: &str, body: &str) -> (u16, String) {
        let headers = [("Authorization", self.key.as_str()), ("Depth", depth), ("Content-Type", content_type(method))];
        let page = self.browser.send(method, path, &headers, Some(body.as_bytes()));
        (page.status, page.html())
    }

    fn put(&mut self, place: usize, minutes: i64) {
        let path = format!("{}e{place}.ics", self.path);
        let (status, said) = self.ask("PUT", &path, "0", &event(place, minutes));
        assert!(matches!(status, 201 | 204), "{}: {status} {said}", self.name);
    }

    fn fill(&mut self) {
        let Some(files) = &self.files else {
            return (0..EVENTS).for_each(|place| self.put(place, 0));
        };
        for place in 0..EVENTS {
            std::fs::write(files.join(format!("e{place}.ics")), event(place, 0)).expect("an event");
        }
        // Xandikos keeps them in Git.
        if files.join(".git").exists() {
            for arguments in [
                &["add", "-A"][..],
                &["-c", "user.name=banc", "-c", "user.email=banc@example.org", "commit", "-qm", "banc"],
            ] {
                let done = Command::new("git").arg("-C").arg(files).args(arguments).status();
                assert!(done.expect("git runs").success());
            }
        }
    }

    fn query(&mut self) -> usize {
        const BODY: &str = "<c:calendar-query xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\"><d:prop><d:getetag/>\
            <c:calendar-data/></d:prop><c:filter><c:comp-filter name=\"VCALENDAR\"><c:comp-filter name=\"VEVENT\"/></c:comp-filter>\
            </c:filter></c:calendar-query>";
        let path = self.path.clone();
        let (status, said) = self.ask("REPORT", &path, "1", BODY);
        assert_eq!(status, 207, "{}: {said}", self.name);
        said.matches("BEGIN:VEVENT").count()
    }

    /// What changed since a token; the next one.
    fn sync(&mut self, token: &str) -> (usize, String) {
        let body = format!(
            "<d:sync-collection xmlns:d=\"DAV:\"><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/>\
            </d:prop></d:sync-collection>"
        );
        let path = self.path.clone();
        let (status, said) = self.ask("REPORT", &path, "0", &body);
        assert_eq!(status, 207, "{}: {said}", self.name);
        let next =
            said.split("sync-token>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned();
        (said.matches("getetag").count(), next)
    }
}

fn content_type(method: &str) -> &'static str {
    if method == "PUT" { "text/calendar" } else { "application/xml" }
}

/// A quarter of an hour among those of the weeks to come; moved by some minutes within it when it is put again.
fn event(place: usize, minutes: i64) -> String {
    let day = NaiveDate::from_ymd_opt(2027, 1, 4).unwrap_or_default() + Duration::days((place / 48) as i64);
    let start = day.and_hms_opt(7, 0, 0).unwrap_or_default() + Duration::minutes((place % 48) as i64 * 15 + minutes);
    let end = start + Duration::minutes(10);
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Banc//FR\r\nBEGIN:VEVENT\r\nUID:banc-{place}\r\nDTSTAMP:20261201T080000Z\r\n\
        DTSTART:{}\r\nDTEND:{}\r\nSUMMARY:DUPONT Marie {place}\r\nDESCRIPTION:Contrôle\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        start.format("%Y%m%dT%H%M%SZ"),
        end.format("%Y%m%dT%H%M%SZ"),
    )
}

pub fn figures(folder: &Path) {
    let data = generate::data(&folder.join("dav"), 1, 1000);
    let mut password = String::new();
    generate::with_house(&data, |house| {
        let now: Instant = chrono::Utc::now().into();
        house.store.write(|tx| {
            let person = people::by_login(tx, "banc")?.expect("the person of the bench").id;
            let rights = vec![Right::ReadAgenda, Right::WriteAgenda];
            let subscribers = vec![SubscriberId(1)];
            let new = Token { person, name: "Banc".into(), subscribers, rights, made: now, ends: None, last_use: None };
            tokens::revoke_all(tx, person)?;
            password = tokens::add_typed(tx, &new)?.1;
            Ok(())
        })
    });
    let served = Served::start(&data);
    let ours = Calendars {
        name: "Permanence",
        browser: Browser { origin: None, ..Browser::new(served.address) },
        path: "/dav/agendas/1/".into(),
        key: basic("banc", &password),
        child: None,
        files: None,
    };
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/dav-servers");
    let mut all = vec![ours];
    if tools.exists() {
        all.extend([radicale(folder, &tools), xandikos(folder, &tools)]);
    } else {
        println!("Radicale and Xandikos are not installed: Permanence alone");
    }
    println!("\n== An agenda of {EVENTS} events by CalDAV ==");
    let mut rates: Vec<(f64, f64)> = Vec::new();
    for server in &mut all {
        server.fill();
        assert_eq!(server.query(), EVENTS, "{} has them all", server.name);
        let mut puts: Vec<f64> = (0..PUTS).map(|place| time(|| server.put(place * 31, 3))).collect();
        let mut reports: Vec<f64> =
            (0..REPORTS).map(|_| time(|| assert_eq!(server.query(), EVENTS, "{} has them all", server.name))).collect();
        let (_, mut token) = server.sync("");
        let mut syncs: Vec<f64> = Vec::new();
        for place in 0..30 {
            server.put(place * 17, 4);
            let mut changed = 0;
            syncs.push(time(|| (changed, token) = server.sync(&token)));
            assert!(changed >= 1, "{} tells the change", server.name);
        }
        let (put, report) = (quantile(&mut puts, 0.5), quantile(&mut reports, 0.5));
        let sync = quantile(&mut syncs, 0.5);
        println!(
            "{:12} PUT {put:8.2} ms   REPORT of all {report:9.1} ms   sync after one change {sync:8.2} ms",
            server.name
        );
        rates.push((put, report));
    }
    if let [(put, report), others @ ..] = rates.as_slice() {
        for (server, (other_put, other_report)) in all.iter().skip(1).zip(others) {
            println!(
                "rate against {:10} PUT {:.1} ×, REPORT {:.1} ×",
                server.name,
                other_put / put,
                other_report / report
            );
        }
    }
}

/// Starts a server of Python's and waits until it answers.
fn python(arguments: &[&str], tools: &Path, address: SocketAddr) -> Child {
    let mut child = Command::new("python3")
        .args(arguments)
        .env("PYTHONPATH", tools)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("python3 runs");
    for _ in 0..2_000 {
        if std::net::TcpStream::connect(address).is_ok() {
            return child;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let _ = child.kill();
    let _ = child.wait();
    panic!("{arguments:?} does not answer");
}

fn radicale(folder: &Path, tools: &Path) -> Calendars {
    let (address, storage) = (free_port(), folder.join("radicale"));
    let _ = std::fs::remove_dir_all(&storage);
    let storage = storage.display().to_string();
    let arguments = ["-m", "radicale", "--hosts", &address.to_string(), "--auth-type", "none"];
    let mut arguments: Vec<&str> = arguments.to_vec();
    arguments.extend(["--storage-filesystem-folder", &storage]);
    let child = python(&arguments, tools, address);
    let browser = Browser { origin: None, ..Browser::new(address) };
    let path = "/banc/agenda/".to_owned();
    let files = Some(Path::new(&storage).join("collection-root/banc/agenda"));
    let mut server =
        Calendars { name: "Radicale", browser, path, key: basic("banc", "banc"), child: Some(child), files };
    let (status, said) = server.ask("MKCALENDAR", "/banc/agenda/", "0", "");
    assert_eq!(status, 201, "{said}");
    server
}

fn xandikos(folder: &Path, tools: &Path) -> Calendars {
    let (address, storage) = (free_port(), folder.join("xandikos"));
    let _ = std::fs::remove_dir_all(&storage);
    let (storage, port) = (storage.display().to_string(), address.port().to_string());
    let arguments = ["-m", "xandikos", "serve", "-l", "127.0.0.1", "-p", &port, "--defaults", "-d", &storage];
    let child = python(&arguments, tools, address);
    let browser = Browser { origin: None, ..Browser::new(address) };
    let path = "/user/calendars/calendar/".to_owned();
    let files = Some(Path::new(&storage).join("user/calendars/calendar"));
    Calendars { name: "Xandikos", browser, path, key: basic("user", "user"), child: Some(child), files }
}
