//! The agenda in a real browser: the keyboard alone, the window as a dialog, two people at once, the mouse, paper.

use crate::support::screen::{DESK, Screen};
use crate::support::{MARTIN, Office, PASSWORD, office};
use serde_json::json;

const FRIDAY: &str = "2026-11-27";

fn signed_in(office: &Office, login: &str, first: &str) -> Screen {
    let mut screen = Screen::open();
    screen.go(office.address(), "/connexion");
    screen.value("document.querySelector('[name=identifiant]').focus()");
    screen.write(login);
    screen.value("document.querySelector('[name=pass]').focus()");
    screen.write(PASSWORD);
    screen.press("Enter");
    screen.wait_for(&format!("location.pathname === '{first}' && document.readyState === 'complete'"));
    screen
}

/// A key that types nothing.
fn key(screen: &mut Screen, name: &str) {
    let code = match name {
        "ArrowDown" => 40,
        "ArrowUp" => 38,
        "ArrowLeft" => 37,
        "ArrowRight" => 39,
        "Delete" => 46,
        "Escape" => 27,
        other => panic!("say which code {other} has"),
    };
    for kind in ["keyDown", "keyUp"] {
        screen.ask(
            "Input.dispatchKeyEvent",
            json!({ "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code }),
        );
    }
}

fn focus(screen: &mut Screen, slot: &str) {
    screen.value(&format!("document.querySelector('a[data-slot=\"{slot}\"]').focus()"));
}

const FOCUSED: &str = "document.activeElement.dataset.slot";

#[test]
fn ten_calls_are_booked_with_the_keyboard_alone() {
    let office = office();
    let mut martin = office.signed_in("martin");
    for (place, name) in ["Dupont", "Martin", "Petit", "Roux", "Moreau"].iter().enumerate() {
        let window = martin.get(&format!("/agenda/creneau?date=2027-01-0{}&heure=09:00", place + 4));
        let made = martin.submit(&window, "/agenda/rendez-vous", &[("nom", name), ("prenom", "Anne"), ("fiche", "1")]);
        assert_eq!(made.status, 303, "{}", made.text());
    }
    let mut screen = signed_in(&office, "martin", "/messages");
    screen.go(office.address(), &format!("/agenda?date={FRIDAY}"));
    screen.value("window.witness = true");
    focus(&mut screen, &format!("{FRIDAY}T09:00"));
    let mut keys = 0;
    let quarters = ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00", "11:15"];
    for (place, time) in quarters.iter().enumerate() {
        screen.wait_for(&format!("{FOCUSED} === '{FRIDAY}T{time}'"));
        screen.press("Enter");
        screen.wait_for("document.querySelector('dialog[open] [name=nom]') === document.activeElement");
        let known = ["dup", "mar", "pet", "rou", "mor"];
        let typed = known[place % 5];
        screen.write(typed);
        // Each second one is somebody new.
        if place % 2 == 0 {
            screen.wait_for("document.querySelectorAll('.suggestions li').length === 1");
            key(&mut screen, "ArrowDown");
            screen.press("Enter");
            screen.wait_for("document.querySelector('dialog [name=contact]').value !== ''");
            keys += 2;
        }
        screen.press("Enter");
        screen.wait_for("!document.querySelector('dialog[open]')");
        screen.wait_for(&format!("{FOCUSED} === '{FRIDAY}T{time}'"));
        key(&mut screen, "ArrowDown");
        keys += 1 + typed.len() + 1 + 1;
    }
    let booked = screen.value("document.querySelectorAll('#agenda-grille td.taken').length");
    assert_eq!(booked, 10);
    assert_eq!(screen.value("window.witness"), true, "the page was never left");
    assert!(keys <= 70, "{keys} keystrokes for ten calls");
    assert_eq!(screen.complaints, Vec::<String>::new());
}

#[test]
fn keys_go_from_slot_to_slot_and_act_on_the_one_that_has_the_focus() {
    let office = office();
    office.appointment(MARTIN, FRIDAY, "09:30", 30, "Roux");
    let mut screen = signed_in(&office, "martin", "/messages");
    screen.go(office.address(), &format!("/agenda?date={FRIDAY}&vue=semaine"));
    focus(&mut screen, &format!("{FRIDAY}T09:00"));
    for (arrow, slot) in [
        ("ArrowDown", "2026-11-27T09:15"),
        ("ArrowDown", "2026-11-27T09:30"),
        ("ArrowDown", "2026-11-27T10:00"),
        ("ArrowLeft", "2026-11-26T10:00"),
        ("ArrowUp", "2026-11-26T09:45"),
        ("ArrowRight", "2026-11-27T09:30"),
    ] {
        key(&mut screen, arrow);
        assert_eq!(screen.value(FOCUSED), json!(slot), "after {arrow}");
    }
    assert_eq!(
        screen.value(
            "[...document.querySelectorAll('#agenda-grille td a[data-slot]')].filter(one => one.tabIndex === 0).length"
        ),
        1,
        "one stop for Tab"
    );
    // Suppr asks before it cancels; Escape leaves everything as it is.
    key(&mut screen, "Delete");
    screen.wait_for("document.querySelector('dialog[open]')?.innerText.includes('Annuler ce rendez-vous')");
    key(&mut screen, "Escape");
    screen.wait_for("!document.querySelector('dialog[open]')");
    screen.wait_for(&format!("{FOCUSED} === '{FRIDAY}T09:30'"));
    key(&mut screen, "Delete");
    screen.wait_for("document.querySelector('dialog[open] button.grave')");
    screen.value("document.querySelector('dialog button.grave').focus()");
    screen.press("Enter");
    screen.wait_for("document.querySelector('main > .flash')?.innerText.includes('rendez-vous annulé')");
    screen.wait_for(&format!("{FOCUSED} === '{FRIDAY}T09:30'"));
    // On a free slot it is the bin.
    key(&mut screen, "Delete");
    screen.wait_for("document.querySelector('main > .flash')?.innerText.includes('non travaillé')");
    screen.press("j");
    screen.wait_for("location.search.includes('vue=jour') && document.readyState === 'complete'");
    screen.press("?");
    screen.wait_for("document.getElementById('agenda-touches').open");
    key(&mut screen, "Escape");
    // Nothing steals a letter from a field.
    screen.value("document.getElementById('q').focus()");
    screen.press("s");
    assert_eq!(screen.value("document.getElementById('q').value"), json!("s"));
    assert!(screen.value("location.search").as_str().unwrap().contains("vue=jour"));
    screen.value("document.activeElement.blur()");
    screen.press("t");
    screen.wait_for("location.search.includes('date=2026-11-24')");
    assert_eq!(screen.complaints, Vec::<String>::new());
}

#[test]
fn two_people_on_the_same_week_see_each_others_change() {
    let office = office();
    let mut martin = signed_in(&office, "martin", "/messages");
    martin.go(office.address(), &format!("/agenda?date={FRIDAY}&vue=semaine"));
    focus(&mut martin, &format!("{FRIDAY}T14:00"));
    martin.value("window.witness = true");
    let started = std::time::Instant::now();
    office.appointment(MARTIN, FRIDAY, "09:30", 30, "Roux");
    martin.wait_for("document.getElementById('agenda-grille').innerText.includes('ROUX Paul')");
    assert!(started.elapsed().as_secs_f64() < 3.5, "{:?}", started.elapsed());
    assert_eq!(martin.value(FOCUSED), json!(format!("{FRIDAY}T14:00")), "the focus stays");
    // An open window keeps what is typed, and says that its slot was taken.
    martin.press("Enter");
    martin.wait_for("document.querySelector('dialog[open] [name=nom]') === document.activeElement");
    martin.write("À moitié tap");
    office.appointment(MARTIN, FRIDAY, "14:00", 15, "Rapide");
    martin.wait_for("document.querySelector('dialog slot-watch').innerText.includes('Ce créneau vient d’être pris.')");
    assert_eq!(martin.value("document.querySelector('dialog [name=nom]').value"), json!("À moitié tap"));
    assert_eq!(martin.value("window.witness"), json!(true));
    martin.press("Enter");
    martin.wait_for("document.querySelectorAll('dialog[open] button[name=vers]').length > 1");
    martin.value("document.querySelector('dialog button[name=vers]').click()");
    martin.wait_for("document.querySelector('main > .flash')?.innerText.includes('rendez-vous enregistré')");
    // The browser writes refusals of forms to its console.
    assert!(martin.complaints.iter().all(|one| one.contains("status of 409")), "{:?}", martin.complaints);
}

#[test]
fn an_appointment_is_dragged_with_the_mouse() {
    let office = office();
    office.appointment(MARTIN, FRIDAY, "09:00", 15, "Roux");
    let mut screen = signed_in(&office, "martin", "/messages");
    screen.size((1600, 1200), false);
    screen.go(office.address(), &format!("/agenda?date={FRIDAY}&vue=semaine"));
    let middle = |screen: &mut Screen, slot: &str| -> (f64, f64) {
        let place = screen.value(&format!(
            "(() => {{ const box = document.querySelector('a[data-slot=\"{slot}\"]').getBoundingClientRect();
             return [box.left + Math.min(box.width / 2, 20), box.top + box.height / 2]; }})()"
        ));
        (place[0].as_f64().unwrap(), place[1].as_f64().unwrap())
    };
    let from = middle(&mut screen, "2026-11-27T09:00");
    let to = middle(&mut screen, "2026-11-26T11:00");
    for (kind, (x, y), buttons) in [
        ("mouseMoved", from, 0),
        ("mousePressed", from, 1),
        ("mouseMoved", ((from.0 + to.0) / 2.0, to.1), 1),
        ("mouseMoved", to, 1),
        ("mouseReleased", to, 0),
    ] {
        let button = if kind == "mouseMoved" && buttons == 0 { "none" } else { "left" };
        screen.ask(
            "Input.dispatchMouseEvent",
            json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 }),
        );
    }
    screen.wait_for("document.querySelector('main > .flash')?.innerText.includes('rendez-vous déplacé')");
    screen
        .wait_for("document.querySelector('td:has([data-slot=\"2026-11-26T11:00\"])').innerText.includes('ROUX Paul')");
    assert_eq!(screen.value("Boolean(document.querySelector('dialog[open]'))"), json!(false), "a drag is no click");
    // A plain click still opens.
    screen.value("document.querySelector('[data-appointment]').click()");
    screen.wait_for("document.querySelector('dialog[open] h1')?.innerText === 'ROUX Paul'");
    screen.size(DESK, false);
    assert_eq!(screen.complaints, Vec::<String>::new());
}

/// « Déplacer »: the whole slot is the button, by keyboard too.
#[test]
fn an_appointment_is_moved_with_the_keyboard_alone() {
    let office = office();
    let id = office.appointment(MARTIN, FRIDAY, "09:00", 15, "Roux");
    let mut screen = signed_in(&office, "martin", "/messages");
    screen.go(office.address(), &format!("/agenda?date={FRIDAY}&vue=semaine&deplacer={id}"));
    screen.value("document.querySelector('[data-slot=\"2026-11-27T09:00\"]').focus()");
    key(&mut screen, "ArrowDown");
    key(&mut screen, "ArrowLeft");
    assert_eq!(screen.value(FOCUSED), json!("2026-11-26T09:15"));
    screen.press("Enter");
    screen.wait_for("document.querySelector('main > .flash')?.innerText.includes('rendez-vous déplacé')");
    screen
        .wait_for("document.querySelector('td:has([data-slot=\"2026-11-26T09:15\"])').innerText.includes('ROUX Paul')");
    assert_eq!(screen.value("document.querySelector('.moving')"), json!(null), "the banner is gone");
    assert_eq!(screen.complaints, Vec::<String>::new());
}

#[test]
fn without_scripts_the_same_links_and_forms_do_everything() {
    let office = office();
    let mut screen = Screen::open();
    screen.without_scripts();
    screen.go(office.address(), "/connexion");
    screen.value("document.querySelector('[name=identifiant]').focus()");
    screen.write("martin");
    screen.value("document.querySelector('[name=pass]').focus()");
    screen.write(PASSWORD);
    screen.press("Enter");
    screen.wait_for("location.pathname === '/messages' && document.readyState === 'complete'");
    screen.go(office.address(), &format!("/agenda?date={FRIDAY}"));
    screen.value("document.querySelector('a[data-slot=\"2026-11-27T09:00\"]').click()");
    screen.wait_for("location.pathname === '/agenda/creneau' && document.readyState === 'complete'");
    assert_eq!(screen.value("getComputedStyle(document.getElementById('parametres')).display !== 'none'"), json!(true));
    screen.value("document.querySelector('[name=nom]').focus()");
    screen.write("Sans script");
    screen.press("Enter");
    screen.wait_for("location.pathname === '/agenda' && document.body.innerText.includes('SANS SCRIPT')");
    screen.value("document.querySelector('button[value=\"2026-11-27T09:15\"][name=bloquer]').click()");
    screen.wait_for("location.search.includes('fait=bloque') && document.body.innerText.includes('Rendez-vous pris')");
    screen.value("document.querySelector('.flash button').click()");
    screen.wait_for("location.search.includes('fait=retabli') && document.readyState === 'complete'");
    assert_eq!(screen.complaints, Vec::<String>::new());
}

/// Pages of a PDF: its objects of that type (ISO 32000-1, 7.7.3.3).
fn pages_of(screen: &mut Screen) -> usize {
    let answer = screen.ask("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": false }));
    let pdf = crate::support::screen::from_base64(answer["data"].as_str().expect("a PDF"));
    let count = |what: &[u8]| pdf.windows(what.len()).filter(|found| *found == what).count();
    count(b"/Type /Page") - count(b"/Type /Pages")
}

#[test]
fn a_day_is_one_sheet_of_paper_and_so_is_a_week() {
    let office = office();
    let mut martin = office.signed_in("martin");
    // Monday the 30th is normal; Wednesday the 2nd is full from eight to eight.
    for time in ["09:00", "10:30", "14:00", "16:45"] {
        office.appointment(MARTIN, "2026-11-30", time, 15, "Roux");
    }
    let window = martin.get("/agenda/creneau?date=2026-12-02&heure=09:00");
    let fields =
        [("ouverture", "consultation"), ("de", "08:00"), ("a", "20:00"), ("duree-creneau", "15"), ("portee", "jour")];
    assert_eq!(martin.submit(&window, "/agenda/creneau", &fields).status, 303);
    for quarter in 0..48 {
        let minute = 480 + quarter * 15;
        let time = format!("{:02}:{:02}", minute / 60, minute % 60);
        office.appointment(MARTIN, "2026-12-02", &time, 15, "Anticonstitutionnellement-Interminable");
    }
    let mut screen = signed_in(&office, "martin", "/messages");
    for (target, what) in [
        ("date=2026-11-29&vue=jour", "an empty day"),
        ("date=2026-11-30&vue=jour", "a normal day"),
        ("date=2026-12-02&vue=jour", "a full day"),
        ("date=2027-01-11&vue=semaine", "an empty week"),
        ("date=2026-12-02&vue=semaine", "a full week"),
    ] {
        screen.go(office.address(), &format!("/agenda/imprimable?{target}"));
        assert_eq!(pages_of(&mut screen), 1, "{what} is one sheet");
        let text = screen.value("document.querySelector('.letterhead').innerText");
        assert!(text.as_str().unwrap().contains("Cabinet Martin"), "{what}: {text}");
    }
}
