//! Several agendas side by side on the switchboard, and the day beside a call (product, sections 9 and 10).

use crate::support::browser::Page;
use crate::support::screen::{DESK, Screen, TELEPHONE, sign_in};
use crate::support::{LEFEVRE, MARTIN, Office, office};
use permanence::agenda::model::{Kind, Minute, Opening};
use permanence::agenda::week::{self, Period, TypicalWeek, Weeks};
use permanence::base::SubscriberId;

/// The last working day of the stage's week: all of it is to come.
const FRIDAY: &str = "2026-11-27";
const BOTH: &str = "/standard/agendas?date=2026-11-27&abonne=1&abonne=2";

/// Cabinet Martin has the usual quarters of an hour; Maître Lefèvre half hours from half past nine, and visits after four.
fn two_agendas() -> Office {
    let office = office();
    let period = |from: (u16, u16), to: (u16, u16), kind| Period {
        weekday: 4,
        weeks: Weeks::Every,
        from: Minute::at(from.0, from.1),
        to: Minute::at(to.0, to.1),
        opening: Opening::Worked(kind),
        slot_minutes: 30,
    };
    let periods = vec![period((9, 30), (11, 0), Kind::Consultation), period((16, 0), (17, 0), Kind::Visit)];
    let week = TypicalWeek::checked("2026-01-01".parse().unwrap(), periods).unwrap();
    office.house().store.write(|tx| week::set(tx, LEFEVRE, week)).unwrap();
    office
}

/// The cell of one of several abonnés.
fn slot(page: &Page, of: SubscriberId, time: &str) -> String {
    page.all(&format!("td:has([data-slot='{of}~{FRIDAY}T{time}'])")).join(" | ")
}

#[test]
fn one_day_of_several_stands_side_by_side_and_is_booked_from_there() {
    let office = two_agendas();
    office.appointment(MARTIN, FRIDAY, "09:00", 15, "Roux");
    let mut aline = office.signed_in("aline");
    let empty = aline.get("/standard/agendas");
    assert!(empty.text().contains("Cochez les abonnés dont vous voulez les agendas"), "{}", empty.text());
    let page = aline.get(BOTH);
    assert_eq!(page.all("h1"), ["Vendredi 27 novembre 2026"]);
    assert_eq!(page.all("table.slots thead th"), ["Heure", "Cabinet Martin", "Maître Lefèvre"]);
    assert_eq!(page.attributes("table.slots thead th", "scope"), ["col", "col", "col"]);
    // The same words as each agenda of its own, under the right name.
    assert!(slot(&page, MARTIN, "09:00").contains("ROUX Paul"));
    assert_eq!(slot(&page, MARTIN, "09:30"), "Cabinet Martin, 09:30 : libre");
    assert_eq!(slot(&page, LEFEVRE, "09:30"), "Maître Lefèvre, 09:30 : libre");
    assert_eq!(slot(&page, LEFEVRE, "16:00"), "Maître Lefèvre, 16:00 : visite");
    // Half an hour reaches over two rows of a quarter: the rows follow the clock.
    let spans = page.attributes(&format!("td:has([data-slot='2~{FRIDAY}T09:30'])"), "rowspan");
    assert_eq!(spans, ["2"]);

    let window = aline.get(&page.attributes(&format!("a[data-slot='2~{FRIDAY}T10:00']"), "href")[0]);
    assert!(window.text().contains("Maître Lefèvre · vendredi 27 novembre 2026 à 10:00"), "{}", window.text());
    let booked = aline.submit(&window, "/standard/abonnes/2/agenda/rendez-vous", &[("nom", "Durand")]);
    let page = aline.follow(booked);
    assert!(page.text().contains("Maître Lefèvre : vendredi 27 novembre 2026 à 10:00 : rendez-vous enregistré."));
    assert!(slot(&page, LEFEVRE, "10:00").contains("DURAND"), "{}", page.text());
    assert_eq!(slot(&page, MARTIN, "10:00"), "Cabinet Martin, 10:00 : libre");
    assert_eq!(page.count("table.slots thead th"), 3, "the choice is remembered");
    let undone = aline.submit(&page, "/standard/abonnes/2/agenda/annulations", &[]);
    let page = aline.follow(undone);
    assert_eq!(slot(&page, LEFEVRE, "10:00"), "Maître Lefèvre, 10:00 : libre");
    let paper = aline.get("/standard/agendas/imprimable?date=2026-11-27");
    assert_eq!(paper.all("thead th"), ["Heure", "Cabinet Martin", "Maître Lefèvre"]);
    assert!(paper.text().contains("ROUX Paul") && paper.count("nav") == 0);
    // Whoever looks at an agenda leaves a trace in that abonné's journal.
    let journal = office.signed_in("lefevre").get("/journal").text();
    assert!(journal.contains("aline"), "{journal}");
}

#[test]
fn a_choice_is_kept_for_each_and_only_among_those_she_answers_for() {
    let office = two_agendas();
    let mut aline = office.signed_in("aline");
    aline.get(BOTH);
    let alone = aline.get("/standard/agendas?date=2026-11-27&abonne=2");
    assert_eq!(alone.all("table.slots thead th"), ["Heure", "Maître Lefèvre"]);
    assert!(alone.text().contains("Toute l’équipe (2)"), "{}", alone.text());
    let again = office.signed_in("aline").get("/standard/agendas?date=2026-11-27");
    assert_eq!(again.all("table.slots thead th"), ["Heure", "Maître Lefèvre"]);
    let team = aline.get(&alone.attributes(".team-presets a.button", "href")[0]);
    assert_eq!(team.all("table.slots thead th"), ["Heure", "Cabinet Martin", "Maître Lefèvre"]);
    // Basile answers for Cabinet Martin alone.
    let mut basile = office.signed_in("basile");
    for address in [BOTH, "/standard/agendas?abonne=2", "/standard/agendas?abonne=99", "/standard/agendas?abonne=x"] {
        assert_eq!(basile.get(address).status, 404, "{address}");
    }
    for part in ["etat", "libres", "imprimable"] {
        assert_eq!(basile.get(&format!("/standard/agendas/{part}?abonne=2")).status, 404, "{part}");
    }
    assert_eq!(basile.get("/standard/agendas?abonne=1").status, 200);
    // The words of the switchboard's own returns mean nothing at a client's agenda.
    let own = office.signed_in("lefevre").get("/agenda/creneau?date=2026-11-27&heure=10:00&vue=equipe");
    assert!(!own.html().contains("/standard"), "{}", own.html());
}

#[test]
fn more_than_eight_columns_are_refused_with_what_was_ticked() {
    let office = two_agendas();
    let store = &office.house().store;
    for name in ["A", "B", "C", "D", "E", "F", "G"] {
        let new = permanence::subscribers::model::NewSubscriber::named(format!("Cabinet {name}"));
        store.write(|tx| permanence::subscribers::store::add(tx, new)).unwrap();
    }
    let query: Vec<String> = (1..=9).map(|id| format!("abonne={id}")).collect();
    let page = office.signed_in("aline").get(&format!("/standard/agendas?{}", query.join("&")));
    assert_eq!(page.status, 422);
    assert!(page.text().contains("Cochez 8 abonnés au plus"), "{}", page.text());
    assert_eq!(page.count("input[name=abonne][checked]"), 9);
}

#[test]
fn the_first_free_time_among_several_names_its_abonne() {
    let office = two_agendas();
    let mut aline = office.signed_in("aline");
    aline.get(BOTH);
    // Cabinet Martin is taken until eleven.
    office.appointment(MARTIN, FRIDAY, "09:00", 120, "Roux");
    let page = aline.get("/standard/agendas/libres?duree=30&type=consultation&du=2026-11-27&moment=matin");
    let first = "Réserver : Maître Lefèvre, vendredi 27 novembre 2026 à 09:30";
    assert_eq!(page.all("a.main"), [first], "{}", page.text());
    let visit = aline.get("/standard/agendas/libres?duree=60&type=visite&du=2026-11-27");
    assert!(visit.all("a.main").concat().contains("Maître Lefèvre, vendredi 27 novembre 2026 à 16:00"));
    let window = aline.get(&visit.attributes("a.main", "href")[0]);
    let booked = aline.submit(&window, "/standard/abonnes/2/agenda/rendez-vous", &[("nom", "Durand")]);
    let page = aline.follow(booked);
    assert!(slot(&page, LEFEVRE, "16:00").contains("DURAND"), "{}", page.text());
    let wrong = aline.get("/standard/agendas/libres?duree=longtemps");
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.attributes("#duree", "value"), ["longtemps"]);
}

#[test]
fn what_one_books_the_other_sees_at_once_and_a_telephone_shows_one_at_a_time() {
    let office = two_agendas();
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "aline", "/standard");
    screen.go(office.address(), BOTH);
    let mut martin = office.signed_in("martin");
    let window = martin.get("/agenda/creneau?date=2026-11-27&heure=11:00");
    martin.submit(&window, "/agenda/rendez-vous", &[("nom", "Petit")]);
    screen.wait_for("document.body.innerText.includes('PETIT')");

    // A slot opens in a dialog, is booked, and the page stays where it was.
    screen.value(&format!("document.querySelector('[data-slot=\"2~{FRIDAY}T10:30\"]').click()"));
    screen.wait_for("document.querySelector('dialog[open] [name=nom]') === document.activeElement");
    screen.write("Blanc");
    screen.press("Enter");
    screen.wait_for("!document.querySelector('dialog[open]') && document.body.innerText.includes('BLANC')");
    screen.wait_for(&format!("document.activeElement.dataset.slot === '2~{FRIDAY}T10:30'"));
    assert!(screen.text().contains("Maître Lefèvre : vendredi 27 novembre 2026 à 10:30 : rendez-vous enregistré."));
    // Arrows go from column to column.
    screen.value(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }))",
    );
    screen.wait_for(&format!("document.activeElement.dataset.slot === '1~{FRIDAY}T10:30'"));
    for (size, columns) in [(DESK, 3), (TELEPHONE, 2)] {
        screen.size(size, false);
        let seen = "[...document.querySelectorAll('.team thead th')].filter((th) => th.offsetWidth > 0).length";
        assert_eq!(screen.value(seen), columns, "{size:?}");
        assert_eq!(screen.value("document.documentElement.scrollWidth <= innerWidth"), true, "{size:?}");
    }
    screen.value("document.querySelector('.team-switch a:last-child').click()");
    screen.wait_for("location.search.includes('colonne=2') && document.readyState === 'complete'");
    assert_eq!(
        screen.value("[...document.querySelectorAll('.team thead th')].filter((th) => th.offsetWidth > 0).at(-1).innerText.trim()"),
        "Maître Lefèvre"
    );
    assert_eq!(screen.complaints, Vec::<String>::new());
}

#[test]
fn the_day_beside_a_call_is_booked_without_losing_the_call() {
    let office = office();
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "aline", "/standard");
    screen.go(office.address(), "/standard/abonnes/1");
    // The afternoon is to come; what is past stands in the agenda itself.
    let hours =
        screen.value("[...document.querySelectorAll('#agenda-jour th time')].map((one) => one.innerText).join(' ')");
    let hours = hours.as_str().unwrap();
    assert!(hours.starts_with("10:00 10:15") && hours.ends_with("17:30 17:45"), "{hours}");
    screen.value("document.querySelector('[name=nom]').focus()");
    screen.write("Moreau");
    screen.value("document.querySelector('#agenda [rel=next]').click()");
    screen.wait_for("document.getElementById('agenda').innerText.includes('Mercredi 25 novembre 2026')");
    assert_eq!(screen.value("document.querySelector('[name=nom]').value"), "Moreau");
    // The window knows who is on the telephone.
    screen.value("document.querySelector('#agenda-jour [data-slot=\"2026-11-25T09:30\"]').click()");
    screen.wait_for("document.querySelector('dialog[open] [name=nom]')?.value === 'Moreau'");
    screen.press("Enter");
    screen.wait_for(
        "!document.querySelector('dialog[open]') && document.getElementById('agenda').innerText.includes('MOREAU')",
    );
    assert!(screen.text().contains("rendez-vous enregistré"));
    assert_eq!(
        screen.value("document.querySelector('[data-call-form] [name=nom]').value"),
        "Moreau",
        "the call goes on"
    );
    // What others do shows without reloading.
    office.appointment(MARTIN, "2026-11-25", "10:00", 15, "Petit");
    screen.wait_for("document.getElementById('agenda').innerText.includes('PETIT')");
    assert_eq!(screen.complaints, Vec::<String>::new());

    // Without scripts the same links lead back to the call.
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1?jour=2026-11-26");
    let window = aline.get(&page.attributes("#agenda-jour [data-slot='2026-11-26T09:00']", "href")[0]);
    let booked = aline.submit(&window, "/standard/abonnes/1/agenda/rendez-vous", &[("nom", "Blanc")]);
    let page = aline.follow(booked);
    assert!(page.text().contains("Prendre un message") && page.text().contains("BLANC"), "{}", page.text());
    let undone = aline.submit(&page, "/standard/abonnes/1/agenda/annulations", &[]);
    let page = aline.follow(undone);
    assert!(page.text().contains("Prendre un message") && !page.all("#agenda-jour").concat().contains("BLANC"));
}
