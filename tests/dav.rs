//! Agendas and contacts by CalDAV and CardDAV (RFC 4791, 6352, 6578), spoken to by programs that are not ours: Python's caldav,
//! vdirsyncer, vobject; and by hand, where a rule is what matters.

use crate::support::browser::{Page, basic};
use crate::support::outside::{Pair, events, python};
use crate::support::{Browser, MARTIN, Office, PASSWORD, office};
use std::net::IpAddr;

const OWN: &str = "/mon-compte/calendriers";

/// Somebody's device, with its login and application password.
#[derive(Clone)]
pub struct Device {
    browser: Browser,
    pub login: String,
    pub password: String,
}

impl Device {
    pub fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let key = basic(&self.login, &self.password);
        let mut all = vec![("Authorization", key.as_str())];
        all.extend(headers);
        self.browser.send(method, path, &all, (!body.is_empty()).then_some(body.as_bytes()))
    }

    pub fn get(&mut self, path: &str) -> Page {
        self.ask("GET", path, &[], "")
    }

    pub fn put(&mut self, path: &str, headers: &[(&str, &str)], text: &str) -> Page {
        self.ask("PUT", path, headers, text)
    }

    pub fn report(&mut self, path: &str, body: &str) -> Page {
        let body = format!("<?xml version=\"1.0\"?>{body}");
        self.ask("REPORT", path, &[("Depth", "1"), ("Content-Type", "application/xml")], &body)
    }

    /// What changed since a token: the addresses with their status, and the next token.
    pub fn sync(&mut self, path: &str, token: &str) -> (Vec<(String, bool)>, String) {
        let body = format!(
            "<d:sync-collection xmlns:d=\"DAV:\"><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level>\
            <d:prop><d:getetag/></d:prop></d:sync-collection>"
        );
        let page = self.report(path, &body);
        assert_eq!(page.status, 207, "{}", page.html());
        let text = page.html();
        let between = |text: &str, start: &str, end: &str| {
            text.split(start).nth(1).and_then(|rest| rest.split(end).next()).unwrap_or_default().to_owned()
        };
        let changes = text
            .split("<d:response>")
            .skip(1)
            .map(|one| (between(one, "<d:href>", "</d:href>"), !one.contains("404 Not Found")))
            .collect();
        (changes, between(&text, "<d:sync-token>", "</d:sync-token>"))
    }
}

/// Makes an application password on its page, as a person does.
pub fn device(office: &Office, login: &str, abonne: &str, ticks: &[&str]) -> Device {
    let mut person = office.signed_in(login);
    let page = person.get(OWN);
    let mut fields = vec![("nom-de-l-appareil", "Téléphone"), ("appareil-abonne", abonne)];
    for tick in ["avec-agenda", "avec-contacts", "ecrire"] {
        fields.push((tick, if ticks.contains(&tick) { "1" } else { "" }));
    }
    let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let mut all: Vec<(String, String)> = page.form(&format!("{OWN}/mots-de-passe"));
    all.retain(|(name, _)| name == "unique");
    let mut pairs: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.extend(fields);
    let made = person.post(&format!("{OWN}/mots-de-passe"), &pairs);
    assert_eq!(made.status, 200, "{}", made.text());
    let password = made.all("code.once").remove(0);
    Device { browser: Browser { origin: None, ..office.stranger() }, login: login.into(), password }
}

const ALL: [&str; 3] = ["avec-agenda", "avec-contacts", "ecrire"];

fn telephone(office: &Office) -> Device {
    device(office, "martin", "1", &ALL)
}

/// An event as telephones send it.
fn event(uid: &str, start: &str, end: &str, summary: &str, more: &str) -> String {
    let text = format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Essai//FR\nBEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20261124T080000Z\n\
        DTSTART;TZID=Europe/Paris:{start}\nDTEND;TZID=Europe/Paris:{end}\nSUMMARY:{summary}\n{more}END:VEVENT\nEND:VCALENDAR\n"
    );
    text.replace('\n', "\r\n")
}

fn day(office: &Office, login: &str) -> String {
    office.signed_in(login).get("/agenda?date=2026-11-27&vue=jour").text()
}

const AGENDA: &str = "/dav/agendas/1/";

#[test]
fn a_program_finds_its_way_from_the_bare_name() {
    let office = office();
    let mut device = telephone(&office);
    for (name, home) in [("caldav", "calendar-home-set"), ("carddav", "addressbook-home-set")] {
        for method in ["GET", "PROPFIND"] {
            let sign = device.ask(method, &format!("/.well-known/{name}"), &[], "");
            assert_eq!((sign.status, sign.header("location")), (301, Some("/dav/")), "{method}");
        }
        let body = "<d:propfind xmlns:d=\"DAV:\"><d:prop><d:current-user-principal/></d:prop></d:propfind>";
        let root = device.ask("PROPFIND", "/dav/", &[("Depth", "0")], body);
        assert_eq!(root.status, 207);
        assert!(root.header("dav").unwrap().contains("calendar-access"));
        assert!(root.html().contains("<d:href>/dav/comptes/1/</d:href>"), "{}", root.html());
        let body = format!(
            "<d:propfind xmlns:d=\"DAV:\"><d:prop><x:{home} xmlns:x=\"urn:ietf:params:xml:ns:{name}\"/></d:prop></d:propfind>"
        );
        let person = device.ask("PROPFIND", "/dav/comptes/1/", &[("Depth", "0")], &body);
        assert!(person.html().contains("<d:href>/dav/"), "{}", person.html());
    }
    let options = device.ask("OPTIONS", "/dav/", &[], "");
    assert!(options.header("allow").unwrap().contains("REPORT"));
    assert_eq!(device.ask("MKCALENDAR", "/dav/agendas/1/autre/", &[], "").status, 403);
    assert_eq!(device.ask("DELETE", AGENDA, &[], "").status, 403);
}

#[test]
fn pythons_caldav_books_moves_finds_and_cancels() {
    let office = office();
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    let device = telephone(&office);
    let program = r#"
import sys, json, caldav, datetime
from zoneinfo import ZoneInfo
url, login, password = sys.argv[1:4]
paris = ZoneInfo("Europe/Paris")
client = caldav.DAVClient(url=url, username=login, password=password)
calendars = client.principal().calendars()
calendar = calendars[0]
out = {"calendars": [str(c.get_display_name()) if hasattr(c, "get_display_name") else str(c.name) for c in calendars]}
made = calendar.save_event(dtstart=datetime.datetime(2026, 11, 27, 10, 0, tzinfo=paris), dtend=datetime.datetime(2026, 11, 27, 10, 30, tzinfo=paris), summary="ROUX Anne", uid="essai-1")
day = calendar.search(start=datetime.datetime(2026, 11, 27, tzinfo=paris), end=datetime.datetime(2026, 11, 28, tzinfo=paris), event=True, expand=False)
out["day"] = sorted(str(e.icalendar_component["SUMMARY"]) for e in day)
out["other"] = len(calendar.search(start=datetime.datetime(2026, 11, 28, tzinfo=paris), end=datetime.datetime(2026, 11, 29, tzinfo=paris), event=True, expand=False))
found = calendar.event_by_uid("essai-1")
out["found"] = str(found.icalendar_component["SUMMARY"])
updates = calendar.objects_by_sync_token(load_objects=True)
out["all"] = len(list(updates))
found.icalendar_component["DTSTART"].dt = datetime.datetime(2026, 11, 27, 11, 0, tzinfo=paris)
found.icalendar_component["DTEND"].dt = datetime.datetime(2026, 11, 27, 11, 30, tzinfo=paris)
found.save()
changed = calendar.objects_by_sync_token(sync_token=updates.sync_token, load_objects=True)
out["changed"] = [str(e.icalendar_component["UID"]) for e in changed]
try:
    calendar.save_event(dtstart=datetime.datetime(2026, 11, 27, 11, 15, tzinfo=paris), dtend=datetime.datetime(2026, 11, 27, 11, 45, tzinfo=paris), summary="Deux", uid="essai-2")
    out["taken"] = "booked"
except caldav.lib.error.DAVError as refused:
    out["taken"] = type(refused).__name__
found.delete()
out["left"] = [str(e.icalendar_component["SUMMARY"]) for e in calendar.events()]
print(json.dumps(out))
"#;
    let url = format!("http://{}/dav/", office.address());
    let said = python("dav", program, &[&url, "martin", &device.password], "");
    assert_eq!(said["calendars"], serde_json::json!(["Cabinet Martin"]));
    assert_eq!(said["day"], serde_json::json!(["DUPONT Paul", "ROUX Anne"]));
    assert_eq!((&said["other"], &said["found"], &said["all"]), (&0.into(), &"ROUX Anne".into(), &2.into()), "{said}");
    assert_eq!(said["changed"], serde_json::json!(["essai-1"]));
    assert_ne!(said["taken"], "booked", "never twice");
    assert_eq!(said["left"], serde_json::json!(["DUPONT Paul"]));
    let journal = office.signed_in("admin").get("/administration/journal").text();
    for line in ["rendez-vous pris", "rendez-vous déplacé", "rendez-vous annulé", "agenda consulté"] {
        assert!(journal.contains(line), "{line} in {journal}");
    }
    assert!(!journal.contains("ROUX") && !journal.contains(&device.password));
}

fn storage(office: &Office, device: &Device, kind: &str, path: &str) -> String {
    let (login, password) = (&device.login, &device.password);
    format!(
        "type = \"{kind}\"\nurl = \"http://{}{path}\"\nusername = \"{login}\"\npassword = \"{password}\"",
        office.address()
    )
}

#[test]
fn vdirsyncer_keeps_agendas_in_step_both_ways() {
    let office = office();
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    let mut device = telephone(&office);
    let pair = Pair::new(&storage(&office, &device, "caldav", AGENDA), ".ics");
    pair.sync();
    let files = pair.files();
    assert_eq!(files.len(), 1);
    assert_eq!(events(&files[0].1)[0]["summary"], "DUPONT Paul");
    // From here to there.
    pair.write("essai.ics", &event("essai", "20261127T100000", "20261127T103000", "ROUX Anne", ""));
    pair.sync();
    assert!(day(&office, "martin").contains("ROUX Anne"));
    // Moved there, by a telephone.
    let (all, _) = device.sync(AGENDA, "");
    let path = all.iter().find(|(path, _)| !path.contains("rdv-")).unwrap().0.clone();
    let moved = event("essai", "20261127T140000", "20261127T143000", "ROUX Anne", "");
    assert_eq!(device.put(&path, &[], &moved).status, 204);
    pair.sync();
    assert!(pair.files().iter().any(|(_, text)| text.contains("20261127T140000")), "{:?}", pair.files());
    // Gone there, gone here.
    assert_eq!(device.ask("DELETE", &path, &[], "").status, 204);
    pair.sync();
    assert_eq!(pair.files().len(), 1);
    // Gone here, gone there.
    office.appointment(MARTIN, "2026-11-30", "09:00", 15, "Petit");
    pair.sync();
    let (gone, _) = pair.files().into_iter().find(|(_, text)| text.contains("DUPONT")).unwrap();
    std::fs::remove_file(gone).unwrap();
    pair.sync();
    assert!(!day(&office, "martin").contains("DUPONT"));
    assert_eq!(pair.files().len(), 1);
}

#[test]
fn a_time_is_never_taken_twice_and_two_writers_are_told() {
    let office = office();
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    office.absence(MARTIN, "2026-12-24");
    let mut device = telephone(&office);
    let at = |name: &str| format!("{AGENDA}{name}.ics");
    let taken = device.put(&at("a"), &[], &event("a", "20261127T090500", "20261127T092000", "Roux", ""));
    assert_eq!(taken.status, 409);
    assert!(taken.html().contains("Ce créneau vient d’être pris."), "{}", taken.html());
    let absent = device.put(&at("a"), &[], &event("a", "20261224T090000", "20261224T091500", "Roux", ""));
    assert_eq!(absent.status, 409);
    assert!(absent.html().contains("absent"), "{}", absent.html());
    assert_eq!(device.get(&at("a")).status, 404, "what was refused is not there");

    let new = [("If-None-Match", "*")];
    let made = device.put(&at("a"), &new, &event("a", "20261127T100000", "20261127T101500", "Roux", ""));
    assert_eq!(made.status, 201, "{}", made.html());
    let tag = made.header("etag").unwrap().to_owned();
    assert_eq!(device.put(&at("a"), &new, &event("a", "20261127T110000", "20261127T111500", "Roux", "")).status, 412);
    let other = device.put(&at("b"), &[], &event("a", "20261127T110000", "20261127T111500", "Roux", ""));
    assert_eq!(other.status, 409);
    assert!(other.html().contains("no-uid-conflict"), "{}", other.html());

    let moved = event("a", "20261127T110000", "20261127T111500", "Roux", "");
    let seen = [("If-Match", tag.as_str())];
    let changed = device.put(&at("a"), &seen, &moved);
    assert_eq!(changed.status, 204);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
    assert_eq!(device.put(&at("a"), &seen, &moved).status, 412, "who looked before the change is told");
    assert_eq!(device.ask("DELETE", &at("a"), &seen, "").status, 412);
    assert!(day(&office, "martin").contains("ROUX"));
}

#[test]
fn of_two_telephones_at_once_one_gets_the_time() {
    let office = office();
    let device = telephone(&office);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let knocks: Vec<_> = (0..6)
            .map(|number| {
                let mut device = device.clone();
                scope.spawn(move || {
                    let text = event(&format!("u{number}"), "20261127T100000", "20261127T101500", "Roux", "");
                    device.put(&format!("{AGENDA}n{number}.ics"), &[], &text).status
                })
            })
            .collect();
        knocks.into_iter().map(|knock| knock.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
}

#[test]
fn what_a_telephone_put_comes_back_and_outlives_a_change_on_screen() {
    let office = office();
    let mut device = telephone(&office);
    let path = format!("{AGENDA}r.ics");
    let alarm = "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\nDESCRIPTION:Contrôle\nCATEGORIES:Rouge\nBEGIN:VALARM\nACTION:DISPLAY\n\
        DESCRIPTION:Bientôt\nTRIGGER:-PT15M\nEND:VALARM\n";
    let sent = event("r", "20261127T100000", "20261127T101500", "ROUX Anne", &alarm.replace('\n', "\r\n"));
    let sent = sent.replace("\r\r\n", "\r\n");
    assert_eq!(device.put(&path, &[], &sent).status, 201);
    assert_eq!(device.get(&path).html(), sent, "word for word");

    let mut martin = office.signed_in("martin");
    let page = martin.get("/agenda/rendez-vous/1");
    assert!(page.html().contains("Contrôle"), "{}", page.text());
    let moved =
        martin.post("/agenda/rendez-vous/1/deplacement", &[("vers", "2026-11-27T14:00"), ("date", "2026-11-27")]);
    assert_eq!(moved.status, 303, "{}", moved.text());
    let text = device.get(&path).html();
    let read = events(&text);
    assert_eq!((&read[0]["start"], &read[0]["summary"]), (&"2026-11-27T13:00:00+00:00".into(), &"ROUX Anne".into()));
    assert_eq!(read[0]["alarms"], 1, "{text}");
    assert_eq!(read[0]["uid"], "r");
    for kept in ["X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", "CATEGORIES:Rouge", "TRIGGER:-PT15M"] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
}

#[test]
fn a_change_of_one_thing_leaves_the_others_as_they_were() {
    let office = office();
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    let mut device = telephone(&office);
    let path = format!("{AGENDA}rdv-1.ics");
    let text = device.get(&path).html();
    let later = text.replace("20261127T090000", "20261127T093000").replace("20261127T091500", "20261127T094500");
    assert_eq!(device.put(&path, &[], &later).status, 204);
    let api = office.signed_in("martin").get("/agenda/rendez-vous/1").html();
    for kept in ["Dupont", "Paul", "06 39 98 77 77", "Contrôle"] {
        assert!(api.contains(kept), "{kept}");
    }
    // Written below the name, as telephones let people do.
    let text = device.get(&path).html();
    let noted = text.replace("Téléphone : 06 39 98 77 77", "Téléphone : 06 39 98 88 88\\nVient avec sa fille");
    assert_eq!(device.put(&path, &[], &noted).status, 204);
    let page = office.signed_in("martin").get("/agenda/rendez-vous/1").html();
    assert!(
        page.contains("06 39 98 88 88") && page.contains("Vient avec sa fille") && page.contains("Contrôle"),
        "{page}"
    );
}

#[test]
fn whole_days_are_absences_and_what_has_no_place_is_refused_with_a_sentence() {
    let office = office();
    let mut device = telephone(&office);
    let path = format!("{AGENDA}x.ics");
    let days = event("x", "20261221", "20261223", "Congés", "TRANSP:TRANSPARENT\r\n")
        .replace(";TZID=Europe/Paris", ";VALUE=DATE");
    assert_eq!(device.put(&path, &[], &days).status, 201);
    let absences = office.signed_in("martin").get("/agenda/absences").text();
    assert!(absences.contains("21 décembre 2026"), "{absences}");
    assert_eq!(device.put(&path, &[], &days.replace("20261223", "20261224")).status, 204);
    assert_eq!(device.ask("DELETE", &path, &[], "").status, 204);
    assert!(!office.signed_in("martin").get("/agenda/absences").text().contains("21 décembre 2026"));

    let good = event("y", "20261127T100000", "20261127T101500", "Roux", "");
    for (text, says) in [
        (good.replace("SUMMARY", "RRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY"), "répétition"),
        (good.replace("VEVENT", "VJOURNAL"), "ni tâches"),
        (good.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY"), "annulé"),
        (good.replace("SUMMARY", "TRANSP:TRANSPARENT\r\nSUMMARY"), "ne prend pas de temps"),
        (good.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"), "invitation"),
        (good.replace("UID:y\r\n", ""), "UID"),
        ("bonjour".to_owned(), "iCalendar"),
        (good.replace("20261127T100000", "21261127T100000").replace("20261127T101500", "21261127T101500"), "trop loin"),
    ] {
        let refused = device.put(&format!("{AGENDA}y.ics"), &[], &text);
        assert_eq!(refused.status, 403, "{says}: {}", refused.html());
        assert!(refused.html().contains(says), "{says}: {}", refused.html());
        assert!(refused.html().contains("valid-calendar-object-resource"));
    }
    let large = good.replace("SUMMARY", &format!("X-A:{}\r\nSUMMARY", "a".repeat(70_000)));
    let refused = device.put(&format!("{AGENDA}y.ics"), &[], &large);
    assert!(refused.status == 403 && refused.html().contains("max-resource-size"), "{}", refused.html());
    assert_eq!(device.sync(AGENDA, "").0.len(), 0);
}

#[test]
fn a_program_that_asks_what_changed_hears_that_and_no_more() {
    let office = office();
    let id = office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    office.appointment(MARTIN, "2026-11-27", "09:30", 15, "Roux");
    let mut device = telephone(&office);
    let (all, token) = device.sync(AGENDA, "");
    assert_eq!(all.len(), 2);
    assert_eq!(device.sync(AGENDA, &token).0, []);
    let mut martin = office.signed_in("martin");
    assert_eq!(martin.post(&format!("/agenda/rendez-vous/{id}/annulation"), &[("date", "2026-11-27")]).status, 303);
    office.appointment(MARTIN, "2026-11-27", "10:00", 15, "Petit");
    let (changes, next) = device.sync(AGENDA, &token);
    let expected = [(format!("{AGENDA}rdv-1.ics"), false), (format!("{AGENDA}rdv-3.ics"), true)];
    assert_eq!(changes, expected);
    assert_eq!(device.sync(AGENDA, &next).0, []);
    for token in ["data:,999999", "http://ailleurs.example/1", "x"] {
        let body = format!(
            "<d:sync-collection xmlns:d=\"DAV:\"><d:sync-token>{token}</d:sync-token><d:prop><d:getetag/></d:prop></d:sync-collection>"
        );
        let refused = device.report(AGENDA, &body);
        assert!(refused.status == 403 && refused.html().contains("valid-sync-token"), "{token}: {}", refused.html());
    }
    // Changes are remembered up to a bound: who comes later begins anew.
    let store = &office.house().store;
    store
        .write(|tx| {
            let card = permanence::contacts::model::NewContact { last_name: "Un".into(), ..Default::default() };
            let by = permanence::contacts::model::By { person: None, name: "La régie" };
            let made = permanence::contacts::store::add(tx, MARTIN, card, by, office.now())?;
            for number in 0..permanence::store::shelf::KEPT + 10 {
                let card =
                    permanence::contacts::model::NewContact { last_name: format!("Un {number}"), ..Default::default() };
                permanence::contacts::store::change(tx, MARTIN, made.id, card, None, by, office.now())?;
            }
            Ok(())
        })
        .unwrap();
    let body = "<d:sync-collection xmlns:d=\"DAV:\"><d:sync-token>data:,1</d:sync-token><d:prop><d:getetag/></d:prop></d:sync-collection>";
    let refused = device.report("/dav/contacts/1/", body);
    assert!(refused.status == 403 && refused.html().contains("valid-sync-token"), "{}", refused.html());
}

#[test]
fn an_absence_moved_by_a_telephone_is_one_change_under_one_name() {
    let office = office();
    office.absence(MARTIN, "2026-12-24");
    let mut device = telephone(&office);
    let (all, token) = device.sync(AGENDA, "");
    let path = all[0].0.clone();
    let text = device.get(&path).html();
    let later = text.replace("20261224", "20261228").replace("20261225", "20261230");
    assert_eq!(device.put(&path, &[], &later).status, 204);
    assert_eq!(device.sync(AGENDA, &token).0, [(path.clone(), true)]);
    assert_eq!(events(&device.get(&path).html())[0]["end"], "2026-12-30");
    // What is made here later goes by names of its own.
    let taken =
        device.put(&format!("{AGENDA}rdv-9.ics"), &[], &event("q", "20261127T100000", "20261127T101500", "Roux", ""));
    assert_eq!(taken.status, 409, "{}", taken.html());
}

#[test]
fn a_secretarys_telephone_makes_messages_and_the_abonnes_own_does_not() {
    let office = office();
    let mut of_aline = device(&office, "aline", "1", &ALL);
    let text = event("s", "20261127T100000", "20261127T101500", "ROUX Anne", "");
    assert_eq!(of_aline.put(&format!("{AGENDA}s.ics"), &[], &text).status, 201);
    let mut martin = office.signed_in("martin");
    let messages = martin.get("/messages").text();
    assert!(messages.contains("Vous avez 1 message") && messages.contains("Aline (Téléphone)"), "{messages}");
    let mut own = telephone(&office);
    let text = event("m", "20261127T110000", "20261127T111500", "PETIT Luc", "");
    assert_eq!(own.put(&format!("{AGENDA}m.ics"), &[], &text).status, 201);
    assert!(martin.get("/messages").text().contains("Vous avez 1 message"));
    assert_eq!(of_aline.ask("DELETE", &format!("{AGENDA}s.ics"), &[], "").status, 204);
    assert!(martin.get("/messages").text().contains("Rendez-vous annulé"));
}

#[test]
fn a_password_opens_what_it_is_for_and_nothing_else() {
    let office = office();
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    let mut reader = device(&office, "martin", "1", &["avec-agenda"]);
    let path = format!("{AGENDA}rdv-1.ics");
    assert_eq!(reader.get(&path).status, 200);
    let refused = reader.put(&path, &[], &event("a", "20261127T100000", "20261127T101500", "Roux", ""));
    assert!(refused.status == 403 && refused.html().contains("need-privileges"), "{}", refused.html());
    assert_eq!(reader.ask("DELETE", &path, &[], "").status, 403);
    for other in ["/dav/contacts/1/", "/dav/agendas/2/", "/dav/agendas/99/", "/dav/comptes/2/"] {
        assert_eq!(reader.ask("PROPFIND", other, &[("Depth", "0")], "").status, 404, "{other}");
    }
    assert_eq!(reader.browser.get("/messages").status, 303, "it opens no page");

    for (login, password) in [
        ("martin", PASSWORD),
        ("lefevre", reader.password.as_str()),
        ("martin", "abcd-efgh-ijkl-mnop-qrst-uvwx-yz"),
        ("", ""),
    ] {
        let mut other = Device { login: login.into(), password: password.into(), ..reader.clone() };
        let answer = other.get(&path);
        assert_eq!(answer.status, 401, "{login}");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic"), "{login}");
    }
    let mut typed = Device { password: reader.password.replace('-', " ").to_uppercase(), ..reader.clone() };
    assert_eq!(typed.get(&path).status, 200, "as people type it");
    let mut unknown = Device { password: "zzzz".into(), ..reader.clone() };
    let answers: Vec<u16> = (0..12).map(|_| unknown.get(&path).status).collect();
    assert_eq!(answers.last(), Some(&429), "{answers:?}");
    assert_eq!(reader.get(&path).status, 200, "a good one is never held up");

    let mut martin = office.signed_in("martin");
    let page = martin.get(OWN);
    assert!(page.text().contains("24/11/2026 à 10:00"), "last use: {}", page.text());
    assert_eq!(martin.submit(&page, &format!("{OWN}/mots-de-passe/revocation"), &[]).status, 303);
    office.let_pass_s(120);
    assert_eq!(reader.get(&path).status, 401);
}

#[test]
fn a_password_does_not_cross_a_network_in_clear() {
    let mut office = office();
    let mut device = telephone(&office);
    let proxy: IpAddr = [127, 0, 0, 1].into();
    office.change_settings(|settings| settings.trusted_proxies = vec![proxy]);
    device.browser.address = office.address();
    let mut from = |scheme: &str| {
        let headers = [("Depth", "0"), ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", scheme)];
        device.ask("PROPFIND", "/dav/", &headers, "").status
    };
    assert_eq!((from("http"), from("https")), (403, 207));
    office.change_settings(|settings| settings.dav_in_clear = true);
    device.browser.address = office.address();
    let headers = [("Depth", "0"), ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "http")];
    assert_eq!(device.ask("PROPFIND", "/dav/", &headers, "").status, 207, "where the settings say so");
}

#[test]
fn hostile_bodies_are_refused() {
    let office = office();
    let mut device = telephone(&office);
    let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
    let bomb = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><d:propfind xmlns:d=\"DAV:\">&b;</d:propfind>";
    let file = "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><d:propfind xmlns:d=\"DAV:\">&a;</d:propfind>";
    for body in ["<", "<a/>", "\u{0}", bomb, file, deep.as_str(), "<d:propfind xmlns:d=\"DAV:\">"] {
        let answer = device.ask("PROPFIND", AGENDA, &[("Depth", "0")], body);
        assert_eq!(answer.status, 400, "{}", &body[..body.len().min(60)]);
        assert_eq!(device.report(AGENDA, body).status / 100, 4);
        assert_eq!(device.ask("PROPPATCH", AGENDA, &[], body).status, 400);
    }
    assert_eq!(device.ask("PROPFIND", AGENDA, &[("Depth", "infinity")], "").status, 403);
    assert_eq!(device.put(&format!("{AGENDA}a.ics"), &[], &"a".repeat(1024 * 1024 + 1)).status, 413);
    for path in ["/dav/agendas/1/a/b", "/dav/rien", "/dav/agendas/-1/"] {
        assert_eq!(device.ask("PROPFIND", path, &[("Depth", "0")], "").status, 404, "{path}");
    }
    assert_eq!(device.ask("PROPFIND", AGENDA, &[("Depth", "1")], "").status, 207);
}

#[test]
fn a_device_keeps_its_own_colour() {
    let office = office();
    let mut device = telephone(&office);
    let set = "<d:propertyupdate xmlns:d=\"DAV:\" xmlns:a=\"http://apple.com/ns/ical/\"><d:set><d:prop>\
        <a:calendar-color>#FF0000FF</a:calendar-color></d:prop></d:set></d:propertyupdate>";
    let answer = device.ask("PROPPATCH", AGENDA, &[], set);
    assert!(answer.status == 207 && answer.html().contains("200 OK"), "{}", answer.html());
    let ask = "<d:propfind xmlns:d=\"DAV:\" xmlns:a=\"http://apple.com/ns/ical/\"><d:prop><a:calendar-color/></d:prop></d:propfind>";
    let look = |device: &mut Device| device.ask("PROPFIND", AGENDA, &[("Depth", "0")], ask).html();
    assert!(look(&mut device).contains("#FF0000FF"));
    let mut other = telephone(&office);
    assert!(!look(&mut other).contains("#FF0000FF"), "another device has its own");
    let own = set.replace("calendar-color", "calendar-colour").replace("http://apple.com/ns/ical/", "DAV:");
    assert!(device.ask("PROPPATCH", AGENDA, &[], &own).html().contains("403 Forbidden"));
}
