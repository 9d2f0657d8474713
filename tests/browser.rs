//! What only a real browser can show: news without reloading, ticking by keyboard and range, pages without complaints.

use crate::support::screen::{DESK, Screen, TELEPHONE, sign_in};
use crate::support::{MARTIN, office};
use permanence::base::Phone;
use permanence::contacts::model::PhoneLine;
use std::path::Path;

#[test]
fn a_new_message_shows_within_three_seconds_without_reloading() {
    let office = office();
    office.messages(MARTIN, 2);
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    screen.value("window.witness = true; document.querySelector('input[name=message]:not([type=hidden])').click()");
    let started = std::time::Instant::now();
    office.message(MARTIN, "Tout juste arrivé.");
    screen.wait_for("document.body.innerText.includes('Tout juste arrivé.')");
    assert!(started.elapsed().as_secs_f64() < 3.5, "{:?}", started.elapsed());
    assert_eq!(screen.value("window.witness"), true, "the page was not loaded anew");
    assert_eq!(screen.value("document.querySelectorAll('input[name=message]:checked').length"), 1, "the tick is kept");
    assert!(screen.value("document.title").as_str().unwrap().starts_with("(3)"));
    assert!(screen.value("document.body.innerText").as_str().unwrap().contains("Vous avez 3 messages"));
    assert_eq!(screen.complaints, Vec::<String>::new());
}

#[test]
fn boxes_are_ticked_all_at_once_and_by_range() {
    let office = office();
    office.messages(MARTIN, 6);
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    let ticked = "document.querySelectorAll('input[name=message]:checked').length";
    let button =
        "[...document.querySelectorAll('button, a')].find(one => one.innerText.includes('Cocher/Décocher Tout'))";
    screen.value(&format!("{button}.click()"));
    screen.wait_for(&format!("{ticked} === 6"));
    screen.value(&format!("{button}.click()"));
    screen.wait_for(&format!("{ticked} === 0"));
    screen.value(
        "(() => { const boxes = document.querySelectorAll('input[name=message][type=checkbox]'); boxes[1].click();
         boxes[4].dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true, cancelable: true })); })()",
    );
    screen.wait_for(&format!("{ticked} === 4"));
}

#[test]
fn a_lost_connection_is_said_and_got_over() {
    let mut office = office();
    office.messages(MARTIN, 1);
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    office.stop();
    screen.wait_for("document.body.innerText.includes('Connexion perdue')");
}

/// Every page, wide and narrow, light and dark: no complaint in the console, nothing from elsewhere, nothing that axe-core
/// finds against WCAG 2.2 AA, no page wider than its window.
#[test]
fn pages_are_clean_and_accessible() {
    let axe_path = Path::new("target/test-tools/axe.min.js");
    let axe = std::fs::read_to_string(axe_path).expect("axe-core is there: run tests/run once, which fetches it");
    let office = office();
    office.messages(MARTIN, 60);
    office.message_with(MARTIN, |message| {
        message.urgent = true;
        message.caller.last_name = "Anticonstitutionnellement-Interminable".repeat(3);
        message.text = "https://exemple.invalid/".to_owned() + &"x".repeat(300);
    });
    office.signed_in("martin").post("/messages/archivage", &[("message", "1"), ("message", "2")]);
    office.signed_in("martin").post("/messages/3/reponses", &[("reponse", "Bien reçu.")]);
    for first in ["Marie", "Marie-Anne"] {
        office.contact(MARTIN, "Dupont", first, |card| {
            card.phones = vec![PhoneLine { word: "portable".into(), phone: Phone::read("06 39 98 12 34") }];
            card.town = "Anticonstitutionnellement-Interminable".repeat(3);
            card.notes = "x".repeat(300);
        });
    }
    office.appointment(MARTIN, "2026-11-25", "09:30", 30, &"Anticonstitutionnellement-Interminable".repeat(3));
    let sheet = std::fs::read("tests/samples/contacts-tableur.csv").unwrap();
    let brought = office.signed_in("martin").upload("/contacts/import", "fichier", "contacts.csv", &sheet);
    let preview = brought.header("location").unwrap().to_owned();
    let mut screen = Screen::open();
    let pages: [(&str, &str, &[&str]); 4] = [
        ("", "", &["/", "/connexion", "/nulle-part"]),
        (
            "martin",
            "/messages",
            &[
                "/messages",
                "/messages?page=2",
                "/messages?q=dupont",
                "/messages?q=rien",
                "/messages/3",
                "/archives",
                "/messages/imprimable",
                "/consignes",
                "/mon-compte",
                "/mon-compte/favori",
                "/mon-compte/second-facteur",
                "/acces/inconnu",
                "/journal",
                "/messages/999",
                "/contacts",
                "/contacts?q=du+ma",
                "/contacts?q=rien",
                "/contacts/nouveau",
                "/contacts/1",
                "/contacts/1/modification",
                "/contacts/1/suppression",
                "/contacts/1/fusion",
                "/contacts/1/fusion/2",
                "/messages/4/fiche",
                "/agenda?date=2026-11-25",
                "/agenda?date=2026-11-25&vue=semaine",
                "/agenda?date=2026-11-25&deplacer=1",
                "/agenda/creneau?date=2026-11-25&heure=09:00",
                "/agenda/rendez-vous/1",
                "/agenda/rendez-vous/1/annulation",
                "/agenda/historique?date=2026-11-25",
                "/agenda/libres",
                "/agenda/recherche?q=roux",
                "/agenda/imprimable?date=2026-11-25&vue=semaine",
                "/contacts/1/imprimable",
                "/messages/3/imprimable",
                "/agenda/feuille?date=2026-11-25",
                "/export",
                "/export/liste?type=messages&perimetre=periode&du=2026-11-24",
                "/export/liste?type=messages&perimetre=non-archives&champ=numero&champ=nom&champ=telephone&champ=texte",
                "/contacts/export",
                "/contacts/import",
                &preview,
            ],
        ),
        (
            "aline",
            "/standard",
            &[
                "/standard",
                "/standard/abonnes/1",
                "/standard/abonnes/1/consignes",
                "/standard/abonnes/1/modeles",
                "/standard/abonnes/1/messages/3/transfert",
                "/standard/attente",
                "/standard/telephone",
                "/standard/appel?vers=0199009999&de=0612345678",
                "/standard/abonnes/1/messages",
                "/standard/recherche?q=dupont",
                "/standard/abonnes/1/messages/3",
                "/standard/abonnes/1?de=0639981234",
                "/standard/abonnes/1/contacts/1",
                "/standard/abonnes/1/agenda",
            ],
        ),
        (
            "admin",
            "/administration",
            &[
                "/administration",
                "/administration/abonnes",
                "/administration/apparence",
                "/administration/apparence?accent=%23ffd400",
                "/administration/abonnes/nouveau",
                "/administration/abonnes/1",
                "/administration/abonnes/1/suppression",
                "/administration/suppressions",
                "/administration/personnes/1",
                "/administration/compteurs",
                "/administration/compteurs?abonne=1",
                "/administration/compteurs/imprimable",
                "/administration/journal",
                "/administration/courrier",
                "/administration/courrier/1",
                "/administration/serveur-de-courrier",
                "/administration/passerelle-sms",
                "/administration/abonnes/1/avis",
            ],
        ),
    ];
    let mut wrong = Vec::new();
    for (login, first, targets) in pages {
        if !login.is_empty() {
            screen.ask("Network.clearBrowserCookies", serde_json::json!({}));
            sign_in(&mut screen, &office, login, first);
        }
        for target in targets {
            for (size, dark) in [(DESK, false), (TELEPHONE, true)] {
                screen.size(size, dark);
                screen.complaints.clear();
                screen.go(office.address(), target);
                let wide = screen.value("document.documentElement.scrollWidth - innerWidth");
                if wide.as_i64() > Some(0) {
                    wrong.push(format!("{target} at {size:?} is {wide} px too wide"));
                }
                let foreign = screen.value(
                    "performance.getEntriesByType('resource').map(one => one.name).filter(name => !name.startsWith(location.origin))",
                );
                if foreign.as_array().is_some_and(|list| !list.is_empty()) {
                    wrong.push(format!("{target} asks elsewhere: {foreign}"));
                }
                // An answer 404 or 422 is itself an entry of the console.
                let expected =
                    |complaint: &&String| ["status of 404", "status of 422"].iter().any(|one| complaint.contains(one));
                for complaint in screen.complaints.iter().filter(|complaint| !expected(complaint)) {
                    wrong.push(format!("{target}: {complaint}"));
                }
                screen.value(&format!("(() => {{ {axe} }})()"));
                let found = screen.value(
                    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                     .then(result => result.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 120) + ' ' + (node.any[0] ? node.any[0].message : '')).slice(0, 3).join(' | ')))",
                );
                for one in found.as_array().into_iter().flatten() {
                    wrong.push(format!("{target} {size:?}: {one}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_first_visit_takes_six_requests_and_thirty_kilobytes() {
    let office = office();
    office.messages(MARTIN, 60);
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    let mut fresh = Screen::open();
    let cookies = screen.ask("Network.getCookies", serde_json::json!({}));
    fresh.ask("Network.setCookies", serde_json::json!({ "cookies": cookies["cookies"] }));
    fresh.go(office.address(), "/messages");
    // What the page asks for later, to stay up to date, is no part of the visit.
    let asked = fresh.value(
        "performance.getEntriesByType('resource').filter(one => one.initiatorType !== 'fetch').map(one => one.name)",
    );
    assert!(asked.as_array().is_some_and(|asked| asked.len() < 6), "the page and {asked}");
    let bytes = fresh.value(
        "performance.getEntriesByType('navigation')[0].encodedBodySize
         + performance.getEntriesByType('resource').filter(one => one.name.endsWith('.css')).reduce((sum, one) => sum + one.encodedBodySize, 0)",
    );
    assert!(bytes.as_f64() <= Some(30_000.0), "{bytes} bytes of page and styles");
}

/// Everything of the guide works with scripts off: tick, archive, undo.
#[test]
fn without_scripts_nothing_is_lost() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut screen = Screen::open();
    screen.without_scripts();
    sign_in(&mut screen, &office, "martin", "/messages");
    screen.value("document.querySelector('[data-tick-all]').click()");
    screen.wait_for("location.search.includes('cocher=tout') && document.readyState === 'complete'");
    screen.value(
        "[...document.querySelectorAll('button')].find(one => one.innerText.includes('Archiver les messages')).click()",
    );
    screen.wait_for("document.body.innerText.includes('3 messages archivés.')");
    screen.value("[...document.querySelectorAll('button')].find(one => one.innerText.includes('Annuler')).click()");
    screen.wait_for("document.body.innerText.includes('Vous avez 3 messages')");
    assert_eq!(screen.complaints, Vec::<String>::new());
}

/// The keyboard alone goes from the sign-in form to an archived message.
#[test]
fn the_keyboard_alone_archives_a_message() {
    let office = office();
    office.messages(MARTIN, 2);
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    let mut steps = 0;
    while screen.value("document.activeElement.matches('input[name=message]')") != true {
        screen.press("Tab");
        steps += 1;
        assert!(steps < 40, "the first box is reached by tabbing");
    }
    screen.press("Space");
    screen.wait_for("document.querySelectorAll('input[name=message]:checked').length === 1");
    screen.press("Enter");
    screen.wait_for("document.body.innerText.includes('1 message archivé.')");
}

/// The picture of the README, taken anew; `PICTURES=1` puts it in its place.
#[test]
fn the_readme_shows_the_page_as_it_is() {
    let demo = crate::support::command::Process::start(&["demo"], None);
    let mut screen = Screen::open();
    screen.go(demo.address, "/connexion");
    screen.value("document.querySelector('[name=identifiant]').focus()");
    screen.write("martin");
    screen.value("document.querySelector('[name=pass]').focus()");
    screen.write("permanence-demo");
    screen.press("Enter");
    screen.wait_for("location.pathname === '/messages' && document.readyState === 'complete'");
    let place = if std::env::var_os("PICTURES").is_some() { "packaging/pictures" } else { env!("CARGO_TARGET_TMPDIR") };
    let path = Path::new(place).join("messages.png");
    screen.picture(&path);
    let bytes = std::fs::read(&path).expect("the picture is written");
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 20_000, "{} bytes", bytes.len());
}

/// An urgent message rings and notifies whoever asked for it, and says nothing of what it is about.
#[test]
fn an_urgent_message_notifies_whoever_asked_for_it() {
    let office = office();
    office.messages(MARTIN, 1);
    let mut screen = Screen::open();
    let witness = "window.notices = []; window.tones = 0;
        window.Notification = class { static permission = 'granted'; constructor(title, options) { notices.push(title + ' ' + options.body); }
            addEventListener() {} close() {} };
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };";
    screen.ask("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({ "source": witness }));
    sign_in(&mut screen, &office, "martin", "/messages");
    office.message_with(MARTIN, |message| message.urgent = true);
    screen.wait_for("document.querySelectorAll('tbody tr').length === 2");
    assert_eq!(screen.value("notices.length + tones"), 0, "not before somebody asks for it");
    screen.value(
        "[...document.querySelectorAll('button')].find(one => one.innerText.includes('Activer les alertes')).click()",
    );
    screen.wait_for("tones === 2");
    office.message(MARTIN, "Sans urgence.");
    screen.wait_for("document.querySelectorAll('tbody tr').length === 3");
    assert_eq!(screen.value("notices.length"), 0, "an ordinary one is quiet");
    office.message_with(MARTIN, |message| {
        message.urgent = true;
        message.text = "Un secret.".into();
    });
    screen.wait_for("notices.length === 1 && tones === 4");
    let said = screen.value("notices[0]");
    assert!(said.as_str().is_some_and(|said| said.contains("urgent") && !said.contains("secret")), "{said}");
    assert_eq!(screen.complaints, Vec::<String>::new());
}

/// What is being typed at the call form is there again after the page is lost, on any device, until the call is sent.
#[test]
fn a_draft_survives_a_lost_page_and_goes_with_the_call() {
    let office = office();
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "aline", "/standard");
    screen.go(office.address(), "/standard/abonnes/1");
    screen.value("document.querySelector('[name=texte]').focus()");
    screen.write("À moitié tapé");
    screen.wait_for("document.querySelector('[data-draft]').textContent.includes('Brouillon enregistré')");
    // Another device of hers has it; a colleague has not.
    let text = |login| office.signed_in(login).get("/standard/abonnes/1").all("textarea[name=texte]").join("");
    assert!(text("aline").contains("À moitié tapé") && !text("basile").contains("À moitié tapé"));
    screen.go(office.address(), "/standard");
    screen.go(office.address(), "/standard/abonnes/1");
    screen.wait_for("document.querySelector('[name=texte]').value === 'À moitié tapé'");
    screen.value("document.querySelector('form.call-form button.main').click()");
    screen.wait_for("location.search === '?pris=1' && document.readyState === 'complete'");
    screen.wait_for("document.querySelector('[name=texte]').value === ''");
    assert!(office.signed_in("martin").get("/messages").text().contains("À moitié tapé"));
    assert!(!text("aline").contains("À moitié tapé"), "sent, it is no draft");
}

/// While the server can't be reached the draft stays in the tab, and is kept as soon as it can.
#[test]
fn a_draft_outlives_a_lost_connection() {
    let mut office = office();
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "aline", "/standard");
    screen.go(office.address(), "/standard/abonnes/1");
    office.stop();
    screen.value("document.querySelector('[name=texte]').focus()");
    screen.write("Tapé hors ligne");
    screen.wait_for("document.querySelector('[data-draft]').textContent.includes('Connexion perdue')");
    let kept = screen.value("Object.values(sessionStorage).join('')");
    assert!(kept.as_str().is_some_and(|kept| kept.contains("Tapé hors ligne")), "{kept}");
}

/// A model's holes are filled one after the other by Tab, which then leaves the field as ever.
#[test]
fn tab_goes_from_hole_to_hole_of_a_model() {
    let office = office();
    office
        .signed_in("aline")
        .post("/standard/modeles", &[("nom", "Rappel"), ("texte", "Rappeler entre … et … demain.")]);
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "aline", "/standard");
    screen.go(office.address(), "/standard/abonnes/1");
    screen.value(
        "(() => { const list = document.querySelector('[name=modele]'); list.selectedIndex = 1; list.focus(); })()",
    );
    screen.press("Enter");
    screen.write("14 h");
    screen.press("Tab");
    screen.write("15 h");
    assert_eq!(screen.value("document.querySelector('[name=texte]').value"), "Rappeler entre 14 h et 15 h demain.");
    screen.press("Tab");
    assert_eq!(screen.value("document.activeElement.name === 'texte'"), false, "no hole is left: Tab goes on");
}
