//! What people print: turned into PDF by a real browser, and read by a program that knows nothing of browsers.

use crate::exports::Pdf;
use crate::support::screen::{Screen, from_base64, sign_in};
use crate::support::{LEFEVRE, MARTIN, Office, office};
use permanence::base::Phone;
use permanence::contacts::model::PhoneLine;
use permanence::messages::model::Kind;
use serde_json::json;

/// A page as it comes out of the printer.
fn printed(screen: &mut Screen, office: &Office, target: &str) -> Pdf {
    screen.go(office.address(), target);
    let answer = screen.ask("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": false }));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, from_base64(answer["data"].as_str().expect("a PDF"))).unwrap();
    if let Some(kept) = std::env::var_os("KEEP_PDF") {
        let name = target.replace(['/', '?', '&', '='], "-");
        std::fs::copy(&path, std::path::Path::new(&kept).join(format!("page{name}.pdf"))).unwrap();
    }
    Pdf::read(&path)
}

/// Every page says whose it is, of when, and which it is of how many.
fn check(pdf: &Pdf, whose: &str, what: &str) {
    let count = pdf.pages.len();
    for (place, page) in pdf.pages.iter().enumerate() {
        // Programs differ in how wide a space must be to be one.
        let text =
            page.split_whitespace().collect::<Vec<_>>().join(" ").replace(" / ", "/").replace("Imprimé", "imprimé");
        let number = format!("{}/{count}", place + 1);
        for said in [whose, "imprimé le 24/11/2026", &number] {
            assert!(text.contains(said), "{what}, page {}: « {said} » in {text}", place + 1);
        }
    }
}

const STANDING: &str = "595 x 842";
const LYING: &str = "842 x 595";

fn is_a4(pdf: &Pdf, size: &str, what: &str) {
    assert!(pdf.size.iter().all(|one| one == size), "{what}: {:?}", pdf.size);
}

#[test]
fn every_sheet_is_a4_with_its_owner_its_date_and_its_number_on_each_page() {
    let office = office();
    office.messages(MARTIN, 70);
    office.message_with(MARTIN, |message| {
        message.kind = Kind::Visit;
        message.text = "Une longue histoire. ".repeat(150);
    });
    office.messages(LEFEVRE, 3);
    let card = office.contact(MARTIN, "Dupont", "Marie", |card| {
        card.phones = vec![PhoneLine { word: "portable".into(), phone: Phone::read("06 39 98 12 34") }];
        card.notes = "Préfère l’après-midi.".into();
    });
    for quarter in 0..44 {
        let minute = 480 + quarter * 15;
        let time = format!("{:02}:{:02}", minute / 60, minute % 60);
        office.appointment(MARTIN, "2026-12-02", &time, 15, "Roux");
    }
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    let list = printed(&mut screen, &office, "/messages/imprimable");
    assert!(list.pages.len() > 1, "fifty messages take several pages");
    check(&list, "Cabinet Martin", "messages");
    is_a4(&list, STANDING, "messages");
    for (place, page) in list.pages.iter().enumerate() {
        assert!(page.contains("Reçu") && page.contains("Message"), "the headers repeat on page {}: {page}", place + 1);
        assert!(!page.contains("Déconnexion") && !page.contains("Version imprimable"), "the messages alone");
    }
    // A row is never torn: its number and its words are on one page.
    for number in 22..=70 {
        let (no, words) = (format!("n° {number} "), format!("Appel numéro {number}."));
        let spaced = |page: &String| page.replace('\u{a0}', " ");
        let of = |what: &str| list.pages.iter().position(|page| spaced(page).contains(what));
        assert!(of(&words).is_some() && of(&words) == of(&no), "row {number}: {:?} and {:?}", of(&no), of(&words));
    }
    for (target, whose, what, said) in [
        ("/archives/imprimable".to_owned(), "Cabinet Martin", "archives", "Aucun message"),
        ("/messages/71/imprimable".to_owned(), "Cabinet Martin", "one message", "Historique"),
        (format!("/contacts/{card}/imprimable"), "Cabinet Martin", "a card", "DUPONT Marie"),
        ("/agenda/feuille?date=2026-12-02".to_owned(), "Cabinet Martin", "the day’s list", "ROUX Paul"),
        ("/agenda/feuille?date=2026-12-03".to_owned(), "Cabinet Martin", "an empty day", "Aucun rendez-vous"),
    ] {
        let pdf = printed(&mut screen, &office, &target);
        check(&pdf, whose, what);
        is_a4(&pdf, STANDING, what);
        assert!(pdf.pages.concat().contains(said), "{what}: {:?}", pdf.pages);
    }
    let list = printed(&mut screen, &office, "/agenda/feuille?date=2026-12-02");
    assert!(list.pages.len() > 1 && list.pages.iter().all(|page| page.contains("Téléphone")), "headers repeat");
    assert_eq!(list.pages.concat().matches("ROUX Paul").count(), 44);
    for (target, size) in [
        ("/agenda/imprimable?date=2026-12-02&vue=jour", STANDING),
        ("/agenda/imprimable?date=2026-12-02&vue=semaine", LYING),
    ] {
        let pdf = printed(&mut screen, &office, target);
        assert_eq!(pdf.pages.len(), 1, "{target}");
        check(&pdf, "Cabinet Martin", target);
        is_a4(&pdf, size, target);
    }
}

#[test]
fn the_house_prints_its_counters_and_a_secretary_an_abonnes_sheets() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "admin", "/administration");
    for (target, said) in [
        ("/administration/compteurs/imprimable?mois=2026-11", "Cabinet"),
        ("/administration/compteurs/imprimable?abonne=1", "novembre"),
    ] {
        let pdf = printed(&mut screen, &office, target);
        check(&pdf, "Permanence", target);
        is_a4(&pdf, STANDING, target);
        assert!(pdf.pages[0].contains(said) && pdf.pages[0].contains("Appels"), "{}", pdf.pages[0]);
    }
    let mut aline = office.signed_in("aline");
    for target in ["messages/imprimable", "messages/1/imprimable", "agenda/feuille", "agenda/imprimable"] {
        let page = aline.get(&format!("/standard/abonnes/1/{target}"));
        assert!(page.status == 200 && page.text().contains("Cabinet Martin"), "{target}: {}", page.text());
    }
    let page = aline.get("/standard/abonnes/1/messages/1");
    assert!(page.attributes("main a", "href").contains(&"/standard/abonnes/1/messages/1/imprimable".to_owned()));
}
