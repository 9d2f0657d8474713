//! Calendar subscriptions (product, section 13): an agenda in the calendar of a telephone, read by programs that are not ours.

use crate::support::outside::{Pair, events};
use crate::support::{Browser, MARTIN, Office, PASSWORD, office};
use permanence::agenda::appointments;
use permanence::agenda::model::{Actor, Fold, Minute, Place};
use permanence::base::AppointmentId;
use permanence::subscribers::{Side, store as subscribers};
use serde_json::Value;

/// Makes a subscription on a page that has the form for it; its path.
fn subscribe(browser: &mut Browser, page: &str, fields: &[(&str, &str)]) -> String {
    let form = browser.get(page);
    let mut all = vec![("nom-du-calendrier", "Téléphone du Dr Martin")];
    all.extend(fields);
    let made = browser.submit(&form, page, &all);
    assert_eq!(made.status, 200, "{}", made.text());
    let address = made.all("code.once").remove(0);
    address[address.find("/calendrier/").unwrap()..].to_owned()
}

const OWN: &str = "/mon-compte/calendriers";

fn telephone(office: &Office) -> Browser {
    Browser { origin: None, ..office.stranger() }
}

fn move_to(office: &Office, id: AppointmentId, date: &str, time: &str) {
    let to = Place::new(date.parse().unwrap(), Minute::read(time).unwrap(), 15);
    let actor = Actor { person: None, name: "La régie", side: Side::Subscriber };
    let moved = office.house().store.write(|tx| {
        let subscriber = subscribers::subscriber(tx, MARTIN)?.unwrap();
        appointments::move_to(tx, &subscriber, id, to, Fold::First, false, None, actor, office.now())
    });
    moved.unwrap();
}

fn of_summary<'a>(events: &'a [Value], summary: &str) -> &'a Value {
    events.iter().find(|event| event["summary"] == summary).unwrap_or_else(|| panic!("{summary}: {events:?}"))
}

#[test]
fn a_telephone_reads_the_agenda_and_follows_each_change() {
    let office = office();
    let id = office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    // After the clocks have gone forward.
    office.appointment(MARTIN, "2027-04-01", "09:00", 30, "Roux");
    office.absence(MARTIN, "2026-12-24");
    let path = subscribe(&mut office.signed_in("martin"), OWN, &[]);
    let mut telephone = telephone(&office);
    let answer = telephone.get(&path);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    let text = answer.html();
    assert!(text.contains("REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n") && text.contains("X-WR-CALNAME:Cabinet Martin"));
    let read = events(&text);
    assert_eq!(read.len(), 3, "{read:?}");
    let dupont = of_summary(&read, "DUPONT Paul");
    assert_eq!(
        (&dupont["start"], &dupont["end"]),
        (&"2026-11-27T08:00:00+00:00".into(), &"2026-11-27T08:15:00+00:00".into())
    );
    assert_eq!(dupont["description"], "Motif : Contrôle\nTéléphone : 06 39 98 77 77");
    assert_eq!((&dupont["status"], &dupont["sequence"]), (&"CONFIRMED".into(), &0.into()));
    assert_eq!(of_summary(&read, "ROUX Paul")["start"], "2027-04-01T07:00:00+00:00", "9:00 stays 9:00");
    let absence = of_summary(&read, "Congés");
    assert_eq!((&absence["start"], &absence["end"]), (&"2026-12-24".into(), &"2026-12-25".into()));

    let tag = answer.header("etag").unwrap().to_owned();
    let same = telephone.get_with(&path, &[("If-None-Match", &tag)]);
    assert_eq!((same.status, same.bytes.len()), (304, 0));
    move_to(&office, id, "2026-11-27", "10:30");
    let changed = telephone.get_with(&path, &[("If-None-Match", &tag)]);
    assert_eq!(changed.status, 200);
    let read = events(&changed.html());
    let moved = of_summary(&read, "DUPONT Paul");
    assert_eq!((&moved["uid"], &moved["start"]), (&dupont["uid"], &"2026-11-27T09:30:00+00:00".into()));
    assert_eq!(moved["sequence"], 1, "calendars take over what has a higher number");
    let zipped = telephone.get_with(&path, &[("Accept-Encoding", "gzip")]);
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
}

#[test]
fn a_busy_one_says_when_and_nothing_else() {
    let office = office();
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    office.absence(MARTIN, "2026-12-24");
    let path = subscribe(&mut office.signed_in("martin"), OWN, &[("occupe", "1")]);
    let text = telephone(&office).get(&path).html();
    for secret in ["Dupont", "DUPONT", "Paul", "Contrôle", "06 39", "Congés"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let read = events(&text);
    assert_eq!(read.len(), 2);
    assert!(read.iter().all(|event| event["summary"] == "Occupé" && event["description"] == ""), "{read:?}");
}

#[test]
fn vdirsyncer_keeps_a_folder_in_step() {
    let office = office();
    let id = office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    office.appointment(MARTIN, "2026-11-27", "11:00", 15, "Roux");
    let path = subscribe(&mut office.signed_in("martin"), OWN, &[]);
    let pair = Pair::new(&format!("type = \"http\"\nurl = \"http://{}{path}\"", office.address()), ".ics");
    pair.sync();
    assert_eq!(pair.files().len(), 2);
    assert!(pair.sync().lines().all(|line| !line.contains("Copying")), "nothing is new");
    move_to(&office, id, "2026-11-28", "10:30");
    pair.sync();
    let files = pair.files();
    assert_eq!(files.len(), 2);
    assert!(files.iter().any(|(_, text)| text.contains("20261128T103000")), "{files:?}");
}

#[test]
fn it_is_shown_once_seen_in_use_and_revoked() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let path = subscribe(&mut martin, OWN, &[]);
    let token = path.strip_prefix("/calendrier/").unwrap().strip_suffix(".ics").unwrap();
    assert!(token.len() * 6 >= 128, "{token}");
    let seen = martin.get(OWN);
    assert!(!seen.html().contains(token) && seen.text().contains("Jamais utilisé"), "{}", seen.text());
    let data = std::fs::read(office.data_folder().join("permanence.redb")).unwrap();
    assert!(!data.windows(token.len()).any(|bytes| bytes == token.as_bytes()), "the server keeps a hash only");
    let mut telephone = telephone(&office);
    assert_eq!(telephone.get(&path).status, 200);
    let seen = martin.get(OWN);
    assert!(seen.text().contains("24/11/2026 à 10:00"), "{}", seen.text());
    assert!(!telephone.get(path.strip_suffix(".ics").unwrap()).text().contains("VCALENDAR"));

    let id = seen.attributes("input[name=abonnement]", "value").remove(0);
    let revocation = format!("{OWN}/revocation");
    assert_eq!(office.signed_in("lefevre").post(&revocation, &[("abonnement", &id)]).status, 404);
    assert_eq!(telephone.get(&path).status, 200);
    assert_eq!(martin.submit(&seen, &revocation, &[]).status, 303);
    assert_eq!(telephone.get(&path).status, 404);
    let journal = office.signed_in("admin").get("/administration/journal").text();
    for line in ["abonnement de calendrier créé", "abonnement de calendrier révoqué", "agenda consulté"] {
        assert!(journal.contains(line), "{line} in {journal}");
    }
    assert!(!journal.contains(token));
    // What was revoked is asked for until somebody takes it out of the telephone: the disk is spared.
    let answers: Vec<u16> = (0..12).map(|_| telephone.get(&path).status).collect();
    assert_eq!(answers.last(), Some(&429), "{answers:?}");
    let other = subscribe(&mut martin, OWN, &[]);
    assert_eq!(telephone.get(&other).status, 200, "a good one is never held up");
}

#[test]
fn a_form_without_a_name_comes_back_and_ten_are_enough() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let page = martin.get(OWN);
    let refused = martin.submit(&page, OWN, &[("nom-du-calendrier", " ")]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Donnez un nom"), "{}", refused.text());
    let foreign = martin.submit(&page, OWN, &[("nom-du-calendrier", "Voisin"), ("abonne", "2")]);
    assert_eq!(foreign.status, 422, "another's agenda can't be chosen");
    let first = martin.submit(&page, OWN, &[("nom-du-calendrier", "Un")]);
    assert_eq!(first.status, 200);
    let again = martin.submit(&page, OWN, &[("nom-du-calendrier", "Un")]);
    assert_eq!((again.status, again.header("location")), (303, Some(OWN)), "sent twice, made once");
    for _ in 1..10 {
        subscribe(&mut martin, OWN, &[]);
    }
    let eleventh = martin.post(OWN, &[("nom-du-calendrier", "Onze"), ("abonne", "1")]);
    assert_eq!(eleventh.status, 422);
    assert!(eleventh.text().contains("déjà 10 abonnements"), "{}", eleventh.text());
}

#[test]
fn the_secretariat_makes_one_for_the_abonne_and_it_outlives_who_made_it() {
    let office = office();
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Dupont");
    let desk = "/standard/abonnes/1/calendriers";
    let path = subscribe(&mut office.signed_in("basile"), desk, &[]);
    office.set_active("basile", false);
    let mut telephone = telephone(&office);
    assert!(telephone.get(&path).html().contains("DUPONT Paul"));
    let mut admin = office.signed_in("admin");
    let page = admin.get("/administration/abonnes/1/calendriers");
    assert!(page.text().contains("par Basile"), "{}", page.text());
    let other = admin.get("/administration/abonnes/2/calendriers");
    let id = page.attributes("input[name=abonnement]", "value").remove(0);
    assert!(other.attributes("input[name=abonnement]", "value").is_empty());
    assert_eq!(admin.post("/administration/abonnes/2/calendriers/revocation", &[("abonnement", &id)]).status, 404);
    assert_eq!(admin.submit(&page, "/administration/abonnes/1/calendriers/revocation", &[]).status, 303);
    assert_eq!(telephone.get(&path).status, 404);
}

#[test]
fn it_ends_with_its_person_the_password_and_what_the_person_may_see() {
    let office = office();
    let mut telephone = telephone(&office);
    let of_double = subscribe(&mut office.signed_in("double"), OWN, &[("abonne", "2")]);
    assert_eq!(telephone.get(&of_double).status, 200);
    office.set_active("double", false);
    assert_eq!(telephone.get(&of_double).status, 404);

    let of_martin = subscribe(&mut office.signed_in("martin"), OWN, &[]);
    let chosen = "une toute autre phrase";
    let fields = [("actuel", PASSWORD), ("nouveau", chosen), ("nouveau2", chosen)];
    assert_eq!(office.signed_in("martin").post("/mon-compte", &fields).status, 303);
    assert_eq!(telephone.get(&of_martin).status, 404);
}
