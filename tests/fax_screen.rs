//! Faxes in a real browser: the keyboard, a finger on a telephone, files dropped onto the form; and documents that a secretary
//! joins to a call, by the form alone.

use crate::support::faxes::tiff;
use crate::support::screen::{Screen, TELEPHONE, sign_in};
use crate::support::{MARTIN, Office, office};
use permanence::base::FaxId;
use serde_json::json;

/// A fax of four pages for the Cabinet Martin, and Martin before its first page.
fn reading(office: &Office) -> (Screen, FaxId) {
    let fax = office.fax(Some(MARTIN), 4, 1);
    let mut screen = Screen::open();
    sign_in(&mut screen, office, "martin", "/messages");
    screen.go(office.address(), &format!("/fax/{}", fax.number));
    (screen, fax.number)
}

/// The page that is shown large: its picture has come, and the document is still the first one.
fn shows(screen: &mut Screen, number: FaxId, page: u32) {
    screen.wait_for(&format!(
        "(() => {{ const one = document.querySelector('.fax-page img, .fax-page image'); \
         return (one?.src ?? one?.href.baseVal)?.endsWith('/fax/{number}/pages/{page}.png') && (one.naturalWidth ?? 1) > 0 \
         && window.same === true; }})()"
    ));
}

#[test]
fn a_fax_is_read_by_the_keyboard_alone_without_a_new_screen() {
    let office = office();
    let (mut screen, number) = reading(&office);
    screen.value("window.same = true");
    // « Pour les agrandir, cliquez » (guide of 2010): the keyboard does the same.
    screen.value("document.querySelector('.fax-thumbs a').focus()");
    screen.press("Enter");
    shows(&mut screen, number, 1);
    for (key, page) in [
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", 4),
        ("ArrowRight", 4),
        ("Home", 1),
        ("ArrowLeft", 1),
    ] {
        screen.press(key);
        shows(&mut screen, number, page);
    }
    let sides = "(() => { const box = document.querySelector('.fax-page svg, .fax-page img').getBoundingClientRect(); \
                 return box.width > box.height; })()";
    assert_eq!(screen.value(sides), json!(false), "a page stands");
    screen.press("r");
    screen.wait_for(sides);
    shows(&mut screen, number, 1);
    screen.press("ArrowRight");
    shows(&mut screen, number, 2);
    assert_eq!(screen.value(sides), json!(false), "each page is turned by itself");
    screen.value("history.back()");
    screen.wait_for("!location.search.includes('page=2')");
    shows(&mut screen, number, 1);
    screen.press("Escape");
    screen.wait_for("document.querySelectorAll('.fax-thumbs a').length === 4 && !document.querySelector('.fax-page')");
    screen.wait_for("document.activeElement === document.querySelectorAll('.fax-thumbs a')[0]");
    screen.press("p");
    screen.wait_for(&format!("location.pathname === '/fax/{number}/imprimable' && document.readyState === 'complete'"));
    assert_eq!(screen.value("document.querySelectorAll('.fax-sheet').length"), json!(4));
    assert_eq!(screen.complaints, Vec::<String>::new());
}

/// The middle of what is seen of the page, once it has come to rest there.
fn middle(screen: &mut Screen) -> i32 {
    screen.value("document.querySelector('.fax-page').scrollIntoView({ block: 'center', behavior: 'instant' })");
    let middle = screen.value(
        "new Promise((rest) => { let last = NaN; const look = () => { const box = \
         document.querySelector('.fax-page').getBoundingClientRect(); if (box.top === last) return rest(Math.round(( \
         Math.max(0, box.top) + Math.min(innerHeight, box.bottom)) / 2)); last = box.top; \
         requestAnimationFrame(() => requestAnimationFrame(look)); }; look(); })",
    );
    middle.as_i64().expect("a height") as i32
}

/// A finger that goes over the page from one point to another.
fn swipe(screen: &mut Screen, from: (i32, i32), to: (i32, i32)) {
    let point = |(x, y): (i32, i32)| json!([{ "x": x, "y": y }]);
    screen.ask("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": point(from) }));
    let middle = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
    for place in [middle, to] {
        screen.ask("Input.dispatchTouchEvent", json!({ "type": "touchMove", "touchPoints": point(place) }));
    }
    screen.ask("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }));
}

#[test]
fn on_a_telephone_a_swipe_turns_the_pages_of_a_fax() {
    let office = office();
    let (mut screen, number) = reading(&office);
    screen.size(TELEPHONE, false);
    screen.ask("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }));
    screen.go(office.address(), &format!("/fax/{number}?page=2"));
    screen.value("window.same = true");
    shows(&mut screen, number, 2);
    let wide = screen.value("document.documentElement.scrollWidth <= innerWidth");
    assert_eq!(wide, json!(true), "nothing is wider than a telephone");
    let y = middle(&mut screen);
    swipe(&mut screen, (300, y), (60, y + 8));
    shows(&mut screen, number, 3);
    let y = middle(&mut screen);
    swipe(&mut screen, (60, y), (300, y - 8));
    shows(&mut screen, number, 2);
    // Who scrolls, or only touches, stays where they are.
    let y = middle(&mut screen);
    swipe(&mut screen, (200, y), (150, y - 120));
    let y = middle(&mut screen);
    swipe(&mut screen, (200, y), (180, y));
    let y = middle(&mut screen);
    swipe(&mut screen, (300, y), (60, y));
    shows(&mut screen, number, 3);
    assert_eq!(screen.complaints, Vec::<String>::new());
}

#[test]
fn files_are_dropped_onto_the_form_and_a_bad_one_keeps_no_other_from_arriving() {
    let office = office();
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "aline", "/standard");
    screen.go(office.address(), "/standard/abonnes/1/fax");
    let drop = |names: &[(&str, Vec<u8>)]| {
        let files: Vec<String> =
            names.iter().map(|(name, bytes)| format!("new File([new Uint8Array({bytes:?})], '{name}')")).collect();
        format!(
            "(() => {{ const carried = new DataTransfer(); for (const file of [{}]) carried.items.add(file); \
             const form = document.querySelector('form[data-fax-drop]'); const event = kind => \
             form.dispatchEvent(new DragEvent(kind, {{ bubbles: true, cancelable: true, dataTransfer: carried }})); \
             event('dragenter'); const lit = form.classList.contains('over'); event('drop'); \
             return lit && !form.classList.contains('over') && document.querySelector('#fichier').files.length; }})()",
            files.join(", ")
        )
    };
    let taken = screen.value(&drop(&[("un.tif", tiff(1, 1)), ("vide.pdf", Vec::new()), ("deux.tif", tiff(2, 2))]));
    assert_eq!(taken, json!(3));
    screen.value("document.querySelector('form[data-fax-drop] button.main').click()");
    screen.wait_for("document.querySelector('[data-fax-sending]')?.textContent.includes('Ce fichier est vide.')");
    screen.wait_for("document.querySelectorAll('[data-fax-sending] progress').length === 0");
    let said = screen.value("[...document.querySelectorAll('[data-fax-sending] li')].map(one => one.textContent)");
    assert!(said[0].as_str().unwrap().ends_with("envoyé") && said[2].as_str().unwrap().ends_with("envoyé"), "{said}");
    // Only what did not arrive is left to be sent, and a good one leads on.
    assert_eq!(screen.value(&drop(&[("trois.tif", tiff(3, 3))])), json!(1));
    screen.value("document.querySelector('form[data-fax-drop] button.main').click()");
    screen.wait_for("location.search.includes('recus=') && document.readyState === 'complete'");
    for number in 1..=3 {
        assert_eq!(office.read_fax(FaxId(number)).pages().len() as u64, number);
    }
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 3 messages"));
}

const CALL: [(&str, &str); 3] = [("type", "message"), ("nom", "Vasseur"), ("texte", "Voici mes analyses.")];

#[test]
fn documents_go_with_a_call_through_every_mishap_of_its_form() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1");
    let typed: Vec<(String, String)> = page
        .form("/standard/abonnes/1/messages")
        .into_iter()
        .filter(|(name, _)| name != "email" && name != "document" && !CALL.iter().any(|(own, _)| own == name))
        .chain(CALL.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
        .collect();
    let fields: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let bring = "/standard/abonnes/1/documents";
    let none = aline.upload_all(bring, &fields, "document", &[]);
    assert_eq!(none.status, 422);
    assert!(none.text().contains("Choisissez un fichier"), "{}", none.text());
    let brought = aline.upload_all(bring, &fields, "document", &[("analyses.tif", &tiff(2, 1)), ("vide.png", b"")]);
    assert_eq!(brought.status, 422, "one of the two is no document");
    assert!(brought.text().contains("« vide.png » : Ce fichier est vide."), "{}", brought.text());
    assert_eq!(brought.attributes("[name=piece]", "value"), ["1"], "the good one is kept");
    assert_eq!(brought.attributes("#nom", "value"), ["Vasseur"]);
    assert!(brought.html().contains("Voici mes analyses."), "what was typed is there");
    // A second one, and the first is taken back.
    let with = |extra: &[(&'static str, &'static str)]| [fields.as_slice(), extra].concat();
    let two = aline.upload_all(bring, &with(&[("piece", "1")]), "document", &[("ordonnance.tif", &tiff(1, 2))]);
    assert_eq!((two.status, two.attributes("[name=piece]", "value")), (200, vec!["1".to_owned(), "2".to_owned()]));
    let one = aline.upload_all(bring, &with(&[("piece", "1"), ("piece", "2"), ("retirer", "1")]), "document", &[]);
    assert_eq!(one.attributes("[name=piece]", "value"), ["2"]);
    // A fault of the form loses neither the document nor the words.
    let send = "/standard/abonnes/1/messages";
    let faulty = aline.post(send, &with(&[("piece", "2"), ("email", "pas une adresse")]));
    assert_eq!((faulty.status, faulty.attributes("[name=piece]", "value")), (422, vec!["2".to_owned()]));
    // A file that was chosen and never brought is not forgotten in silence; nor is one that is gone.
    let chosen = aline.post(send, &with(&[("piece", "2"), ("document", "scan.pdf")]));
    assert_eq!(chosen.status, 422);
    assert!(chosen.text().contains("« scan.pdf » n’est pas encore joint"), "{}", chosen.text());
    let gone = aline.post(send, &with(&[("piece", "1"), ("piece", "2")]));
    assert_eq!(gone.status, 422);
    assert!(gone.text().contains("Un document joint n’est plus là"), "{}", gone.text());
    assert!(office.signed_in("martin").get("/messages").text().contains("Aucun message"), "nothing left so far");
    assert_eq!(office.signed_in("martin").get("/fax/2").status, 404, "nor its document");

    let sent = aline.post(send, &with(&[("piece", "2")]));
    assert_eq!(sent.header("location"), Some("/standard/abonnes/1?pris=1"), "{}", sent.text());
    let again = aline.post(send, &with(&[("piece", "2")]));
    assert_eq!(again.header("location"), Some("/standard/abonnes/1?pris=1"), "sent twice, taken once");
    office.read_fax(FaxId(2));
    let mut martin = office.signed_in("martin");
    let list = martin.get("/messages");
    assert!(list.text().contains("Vous avez 1 message") && list.text().contains("ordonnance.tif"), "{}", list.text());
    assert_eq!(list.attributes(".paper a", "href"), ["/fax/2"]);
    assert_eq!(martin.get("/fax/2?page=1").attributes(".fax-page img", "src"), ["/fax/2/pages/1.png"]);
    assert_eq!(office.signed_in("lefevre").get("/fax/2").status, 404);
    // Another abonné's call cannot carry it off.
    let other = aline.post("/standard/abonnes/2/messages", &[("type", "message"), ("texte", "x"), ("piece", "2")]);
    assert_eq!(other.status, 422);
    assert_eq!(office.signed_in("lefevre").get("/fax/2").status, 404);
}
