//! Taking a call: the form of the switchboard (product, section 10).

use crate::support::{MARTIN, office};

const CALL: [(&str, &str); 6] = [
    ("type", "message"),
    ("civilite", "Mme"),
    ("nom", "Vasseur"),
    ("prenom", "Inès"),
    ("telephone", "+33 (0)6 39 98 12 34"),
    ("texte", "Demande à être rappelée."),
];

#[test]
fn a_call_reaches_its_abonne_with_everything_that_was_typed() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1");
    assert!(page.text().contains("Cabinet Martin"), "the abonné's name is in sight");
    let sent = aline.submit(
        &page,
        "/standard/abonnes/1/messages",
        &[
            ("type", "visite"),
            ("urgent", "1"),
            ("civilite", "M."),
            ("nom", "de La Tour"),
            ("prenom", "Noé"),
            ("telephone", "06.39.98.55.66"),
            ("email", "noe@example.org"),
            ("adresse", "5, rue du Four"),
            ("code-postal", "94000"),
            ("ville", "Créteil"),
            ("objet", "Fièvre"),
            ("texte", "Ligne une.\r\nLigne deux."),
            ("date-rdv", "2026-11-25"),
            ("heure-rdv", "18:30"),
            ("motif", "Fièvre"),
            ("nouveau-patient", "1"),
        ],
    );
    assert_eq!((sent.status, sent.header("location")), (303, Some("/standard/abonnes/1?pris=1")));
    assert!(aline.follow(sent).text().contains("Message n° 1 enregistré pour Cabinet Martin"));
    let seen = office.signed_in("martin").get("/messages").text();
    for expected in [
        "Visite",
        "Urgent",
        "M. DE LA TOUR Noé",
        "06 39 98 55 66",
        "noe@example.org",
        "5, rue du Four, 94000 Créteil",
        "Fièvre",
        "Ligne une. Ligne deux.",
        "mercredi 25 novembre 2026",
        "18:30",
        "Nouveau patient",
        "Pris par Aline",
    ] {
        assert!(seen.contains(expected), "{expected} in: {seen}");
    }
}

#[test]
fn sent_twice_it_is_taken_once() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1");
    let action = "/standard/abonnes/1/messages";
    let first = aline.submit(&page, action, &CALL);
    let second = aline.submit(&page, action, &CALL);
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.header("location"), second.header("location"), "answered as the first time");
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 1 message"));
    let fresh = aline.get("/standard/abonnes/1");
    aline.submit(&fresh, action, &CALL);
    assert!(
        office.signed_in("martin").get("/messages").text().contains("Vous avez 2 messages"),
        "a new form is a new call"
    );
}

#[test]
fn a_double_click_at_the_same_moment_is_one_call() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let (mut browser, page) = (aline.clone(), &page);
            scope.spawn(move || browser.submit(page, "/standard/abonnes/1/messages", &CALL));
        }
    });
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 1 message"));
}

#[test]
fn what_can_not_be_taken_comes_back_with_what_was_typed() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let page = aline.get("/standard/abonnes/1");
    let action = "/standard/abonnes/1/messages";
    let long = "x".repeat(4001);
    for (fields, sentence) in [
        (vec![("texte", "  ")], "Ce message est vide"),
        (vec![("texte", long.as_str())], "Le texte compte 4001 caractères"),
        (vec![("texte", "ok"), ("email", "pas une adresse")], "adresse e-mail"),
        (vec![("texte", "ok"), ("type", "pigeon")], "types d’appel"),
        (vec![("texte", "ok"), ("type", "rendez-vous"), ("date-rdv", "31/02/2026")], "date"),
        (vec![("texte", "ok"), ("type", "visite"), ("heure-rdv", "midi")], "heure"),
    ] {
        let mut typed = vec![("objet", ""), ("telephone", "")];
        if fields != [("texte", "  ")] {
            typed.push(("nom", "Vasseur-Typé"));
        }
        typed.extend(&fields);
        let refused = aline.submit(&page, action, &typed);
        assert_eq!(refused.status, 422, "{sentence}");
        assert!(refused.text().contains(sentence), "{sentence}: {}", refused.text());
        if fields.len() > 1 {
            assert_eq!(refused.attributes("input[name=nom]", "value"), ["Vasseur-Typé"]);
        }
        assert!(refused.count("[aria-invalid=true]") > 0 || refused.count("[role=alert]") > 0);
    }
    assert!(office.signed_in("martin").get("/messages").text().contains("Aucun message en attente"));
}

#[test]
fn the_console_finds_abonnes_by_any_word() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut aline = office.signed_in("aline");
    for (query, found, hidden) in [
        ("martin", "Cabinet Martin", "Maître Lefèvre"),
        ("LEFEVRE", "Maître Lefèvre", "Cabinet Martin"),
        ("avoc", "Maître Lefèvre", "Cabinet Martin"),
    ] {
        let page = aline.get(&format!("/standard?q={query}"));
        let names = page.all("tbody a").join(" ");
        assert!(names.contains(found) && !names.contains(hidden), "{query}: {names}");
    }
    assert!(aline.get("/standard?q=personne").text().contains("Aucun abonné ne correspond"));
    let found = aline.get("/standard/recherche?q=dupont");
    assert!(found.text().contains("3 messages trouvés") && found.text().contains("Cabinet Martin"), "{}", found.text());
    assert!(office.signed_in("basile").get("/standard").all("tbody a").join(" ").contains("Cabinet Martin"));
}

#[test]
fn the_console_says_since_when_something_is_unread() {
    let office = office();
    office.messages(MARTIN, 120);
    let mut aline = office.signed_in("aline");
    // 120 calls a minute apart, the last at 10:00.
    assert!(aline.get("/standard").text().contains("24/11/2026 à 08:01"), "{}", aline.get("/standard").text());
    let mut martin = office.signed_in("martin");
    for page in 1..=2 {
        martin.get(&format!("/messages?page={page}"));
    }
    let oldest = aline.get("/standard").text();
    assert!(
        oldest.contains("24/11/2026 à 08:01") && !oldest.contains("10:00"),
        "the oldest are still unread: {oldest}"
    );
    martin.get("/messages?page=3");
    assert!(!aline.get("/standard").text().contains("24/11/2026"), "all were shown");
    martin.post("/messages/archivage", &[("message", "1")]);
    martin.post("/messages/remise-en-attente", &[("message", "1")]);
    assert!(!aline.get("/standard").text().contains("24/11/2026"), "what was read stays read");
}
