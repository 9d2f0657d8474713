//! Calendars of other software: unrolled as two independent packages unroll them, and brought in once.

use crate::support::{MARTIN, office};
use permanence::agenda::ics::{self, Span};
use permanence::agenda::import::{self, Plan};
use permanence::agenda::model::{Actor, Minute, NewAppointment};
use permanence::agenda::{appointments, day, history};
use permanence::base::Zone;
use permanence::error::Error;
use permanence::subscribers::{Side, store as subscribers};

const AGENDA: &[u8] = include_bytes!("samples/agenda/agenda.ics");
const NOBODY: Actor<'static> = Actor { person: None, name: "Reprise", side: Side::Subscriber };

fn expanded(bytes: &[u8]) -> Vec<String> {
    let calendar = ics::read(bytes, Zone::PARIS, "2026-11-24".parse().unwrap()).expect("a calendar");
    assert_eq!(calendar.bad, []);
    let minutes = |at: permanence::base::Instant| at.rfc3339().replace(['-', ':'], "").replace("00Z", "Z");
    let mut lines: Vec<String> = calendar
        .events
        .iter()
        .map(|event| match event.span {
            Span::Days(from, until) => {
                format!("{} {} {}", from.format("%Y%m%d"), until.format("%Y%m%d"), event.summary)
            }
            Span::Timed(start, end) => format!("{} {} {}", minutes(start), minutes(end), event.summary),
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn calendars_unroll_as_independent_packages_unroll_them() {
    for (bytes, expected) in [
        (AGENDA, include_str!("samples/agenda/agenda-expanded.txt")),
        (include_bytes!("samples/agenda/series.ics"), include_str!("samples/agenda/series-expanded.txt")),
    ] {
        let ours = expanded(bytes);
        let theirs: Vec<&str> = expected.lines().collect();
        for line in &ours {
            assert!(theirs.contains(&line.as_str()), "only ours: {line}");
        }
        for line in &theirs {
            assert!(ours.iter().any(|own| own == line), "only theirs: {line}");
        }
        assert_eq!(ours.len(), theirs.len());
    }
}

#[test]
fn an_agenda_is_brought_in_once_with_its_conflicts_shown() {
    let office = office();
    let (store, now) = (&office.house().store, office.now());
    let martin = store.read(|tx| subscribers::subscriber(tx, MARTIN)).unwrap().unwrap();
    // Somebody is there already when one of the file wants to come.
    let own = NewAppointment {
        last_name: "Dupont".into(),
        ..NewAppointment::at("2026-12-01".parse().unwrap(), Minute::at(9, 10), 5)
    };
    store.write(|tx| appointments::book(tx, &martin, own, NOBODY, now)).unwrap();
    let plan = |label: &str| -> Plan {
        store.read(|tx| import::plan(tx, &martin, AGENDA, now)).unwrap_or_else(|cause| panic!("{label}: {cause}"))
    };
    let first = plan("first");
    assert_eq!((first.cancelled, first.absences(), first.known()), (1, 1, 0));
    let conflicts: Vec<(&str, &str)> = first.conflicts().map(|(event, who)| (event.summary.as_str(), who)).collect();
    assert!(conflicts.contains(&("En UTC", "DUPONT")), "{conflicts:?}");
    assert!(conflicts.contains(&("En conflit avec le précédent", "SANS FIN, AVEC DURÉE")), "{conflicts:?}");
    // 809 occurrences: one absence, and what lies over another.
    assert_eq!(first.appointments() as usize + 1 + conflicts.len(), 809);
    let mut written = import::Written::default();
    for step in first.events.chunks(import::STEP) {
        let of_step = store.write(|tx| import::write(tx, &martin, step, NOBODY, now)).unwrap();
        written.appointments += of_step.appointments;
        written.absences += of_step.absences;
        assert_eq!(of_step.taken, 0, "the plan knew of every conflict");
    }
    assert_eq!((written.appointments, written.absences), (first.appointments(), 1));
    let again = plan("again");
    assert_eq!((again.appointments(), again.absences()), (0, 0));
    assert_eq!(again.known(), written.appointments + 1);

    let day = |on: &str| {
        let days = store.read(|tx| day::days(tx, &martin, on.parse().unwrap(), 1)).unwrap();
        days.into_iter().next().unwrap()
    };
    let october = day("2026-10-25");
    assert_eq!(october.appointments[0].minutes, 90, "from the first half past two to three o’clock");
    let march = day("2027-03-28");
    assert_eq!((march.slots[0].start, march.slots[0].end), (Minute::START, Minute::at(3, 30)));
    let named = day("2027-04-19");
    let visit = named.appointments.iter().find(|one| one.last_name == "DA SILVA").expect("taken apart");
    assert_eq!((visit.first_name.as_str(), visit.address.as_str()), ("Michèle", "rue Michèle Samson"));
    let events = store.read(|tx| history::of_appointment(tx, MARTIN, visit.id)).unwrap();
    assert_eq!(events[0].what.label(), "rendez-vous importé");
    assert_eq!(day("2026-12-31").absences[0].label(), "Congés");
}

#[test]
fn what_is_no_calendar_is_refused_and_what_is_odd_is_said() {
    let today = "2026-11-24".parse().unwrap();
    let read = |text: &str| ics::read(text.as_bytes(), Zone::PARIS, today);
    for text in ["", "nom;prénom\r\nDupont;Marie", "BEGIN:VCARD\nEND:VCARD"] {
        assert!(read(text).unwrap_err().contains("n’est pas un calendrier"), "{text}");
    }
    assert!(ics::read(b"BEGIN:VCALENDAR\n\xff", Zone::PARIS, today).unwrap_err().contains("UTF-8"));
    assert!(read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261201T080000Z").unwrap_err().contains("coupé"));
    let event = |lines: &str| read(&format!("BEGIN:VCALENDAR\n{lines}\nEND:VCALENDAR")).expect("a calendar");
    let odd = event(
        "BEGIN:VEVENT\nSUMMARY:Sans début\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nSUMMARY:À rebours\nDTSTART:20261201T080000Z\n\
         DTEND:20261201T070000Z\nEND:VEVENT\nBEGIN:VEVENT\nUID:3\nSUMMARY:Étrange\nDTSTART:20261201T080000Z\n\
         RRULE:FREQ=FORTNIGHTLY\nEND:VEVENT",
    );
    assert_eq!((odd.events.len(), odd.bad.len()), (0, 3), "{odd:?}");
    let endless = event(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Chaque jour\nDTSTART:20261201T080000Z\nRRULE:FREQ=DAILY\nBEGIN:VALARM\n\
         TRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT",
    );
    assert_eq!(endless.endless, 1);
    assert!((700..=740).contains(&endless.events.len()), "two years of days: {}", endless.events.len());
    let hostile = event("BEGIN:VEVENT\nUID:1\nDTSTART:20261201T080000Z\nRRULE:FREQ=SECONDLY\nEND:VEVENT");
    assert!(hostile.events.len() < 4_000);
    let office = office();
    let refused = office.house().store.read(|tx| {
        let martin = subscribers::subscriber(tx, MARTIN)?.expect("the cast");
        import::plan(tx, &martin, b"PK\x03\x04", office.now())
    });
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
}

#[test]
fn the_command_line_brings_a_calendar_in_once() {
    use crate::support::command::permanence;
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| permanence(&folder.path().join("data"), arguments);
    const FILE: &str = "tests/samples/agenda/agenda.ics";
    assert_eq!(run(&["import", "agenda", FILE, "--subscriber", "Cabinet Martin"]).code, 1, "nobody of that name yet");
    assert_eq!(run(&["import", "messages", "tests/samples/appels.csv", "--create"]).code, 0);
    let tried = run(&["import", "agenda", FILE, "--subscriber", "cabinet martin", "--dry-run"]);
    assert!(
        tried.out.contains("1 annulé, laissé de côté") && tried.out.contains("rien n’a été écrit"),
        "{}",
        tried.out
    );
    assert!(tried.out.contains("02/12/2026 à 10:10, En conflit avec le précédent : pris par"), "{}", tried.out);
    let brought = run(&["import", "agenda", FILE, "--subscriber", "Cabinet Martin"]);
    assert_eq!(brought.code, 0, "{}", brought.err);
    let again = run(&["import", "agenda", FILE, "--subscriber", "Cabinet Martin"]);
    assert!(again.out.contains("0 rendez-vous et 0 absence repris"), "{}", again.out);
    assert_eq!(run(&["import", "agenda", "Cargo.toml", "--subscriber", "Cabinet Martin"]).code, 1);
    assert_eq!(run(&["check"]).code, 0);
}

#[test]
fn a_file_is_shown_before_it_is_written_and_then_written_once() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let base = "/standard/abonnes/1/agenda/import";
    let refused = aline.upload(base, "fichier", "photo.jpg", b"\xff\xd8\xff");
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("n’est pas un calendrier iCalendar"), "{}", refused.text());
    assert_eq!(aline.upload(base, "fichier", "vide.ics", b"").status, 422);
    let brought = aline.upload(base, "fichier", "agenda.ics", AGENDA);
    assert_eq!(brought.status, 303, "{}", brought.text());
    let address = brought.header("location").expect("the preview").to_owned();
    let preview = aline.follow(brought);
    for part in ["agenda.ics", "En conflit avec le précédent", "pris : SANS FIN, AVEC DURÉE", "Absences à reprendre 1"]
    {
        assert!(preview.text().contains(part), "{part}: {}", preview.text());
    }
    let day = |office: &crate::support::Office| {
        let store = &office.house().store;
        let martin = store.read(|tx| subscribers::subscriber(tx, MARTIN)).unwrap().unwrap();
        let days = store.read(|tx| day::days(tx, &martin, "2027-04-19".parse().unwrap(), 1)).unwrap();
        days[0].appointments.len()
    };
    assert_eq!(day(&office), 0, "nothing is written before « Importer »");
    assert_eq!(office.signed_in("martin").get("/agenda/import/0123456789abcdef").status, 404);
    assert_eq!(office.signed_in("basile").get(&address).status, 404, "another person’s file");
    let written = aline.post(&address, &[]);
    let after = aline.follow(written);
    assert!(after.text().contains("1 absence reprise") && after.text().contains("laissé"), "{}", after.text());
    assert!(day(&office) > 5);
    assert_eq!(aline.post(&address, &[]).status, 404, "the file is used up");
    let again = aline.upload(base, "fichier", "agenda.ics", AGENDA);
    assert!(aline.follow(again).text().contains("n’apporte rien de nouveau"));
}
