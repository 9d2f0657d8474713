//! The kit of who must work while the server is away: what it holds and what it never holds, by whom it is had, and the
//! night that sends it. Poppler and Chromium, which know nothing of us, read what we wrote.

use crate::exports::Pdf;
use crate::support::mail::{MailServer, until};
use crate::support::screen::Screen;
use crate::support::{Browser, LEFEVRE, MARTIN, Office, office, office_set};
use permanence::base::Phone;
use permanence::contacts::model::PhoneLine;

/// A practice with a week before it, and what must not leave it.
fn practice(office: &Office) {
    let mut admin = office.signed_in("admin");
    let house = [("nom", "Accueil & Compagnie"), ("telephone", "01 40 50 60 00"), ("horaires", "De 8 h à 19 h")];
    assert_eq!(admin.post("/administration/maison", &house).status, 303);
    office.contact(MARTIN, "Vasseur", "Inès", |card| {
        card.phones = vec![PhoneLine { word: "portable".into(), phone: Phone::read("06 39 98 12 34") }];
        card.notes = "Secret de la fiche.".into();
        card.email = "ines@example.net".into();
    });
    office.contact(MARTIN, "Absent", "Léo", |_| ());
    let mut aline = office.signed_in("aline");
    let slot = "/standard/abonnes/1/agenda/rendez-vous?date=2026-11-25&heure=09:15";
    let booked = [
        ("nom", "Vasseur"),
        ("prenom", "Inès"),
        ("telephone", "06 39 98 12 34"),
        ("contact", "1"),
        ("date", "2026-11-25"),
        ("heure", "09:15"),
        ("duree", "15"),
        ("motif", "Motif secret"),
        ("note", "Note secrète"),
    ];
    let answer = aline.post(slot, &booked);
    assert_eq!(answer.status, 303, "{}", answer.text());
    office.appointment(MARTIN, "2026-12-01", "10:00", 30, "Dernier");
    office.appointment(MARTIN, "2026-12-02", "10:00", 30, "Trop-Tard");
    office.appointment(LEFEVRE, "2026-11-24", "11:00", 15, "Client-Autre");
    office.absence(MARTIN, "2026-11-27");
    office.instruction(MARTIN, "Demander la date de naissance.\nToujours.");
    office.message(MARTIN, "Message secret.");
    let mut lines = office.signed_in("martin");
    let later = [("texte", "Consigne de Noël"), ("du", "2026-12-24"), ("au", "2026-12-26")];
    let form = lines.get("/consignes");
    assert_eq!(lines.submit(&form, "/consignes", &later).status, 303);
    let card = [
        ("accueil", "Cabinet Martin, bonjour"),
        ("urgence-nom-1", "Dr Martin"),
        ("urgence-telephone-1", "06 39 98 00 01"),
    ];
    let mut martin = office.signed_in("martin");
    let page = martin.get("/consignes");
    assert_eq!(martin.submit(&page, "/fiche", &card).status, 303);
}

/// What a kit of Cabinet Martin says.
const SAID: [&str; 11] = [
    "Accueil & Compagnie",
    "01 40 50 60 00",
    "De 8 h à 19 h",
    "Demander la date de naissance.",
    "Dr Martin",
    "06 39 98 00 01",
    "mercredi 25 novembre 2026",
    "09:15 (15 min)",
    "VASSEUR Inès",
    "06 39 98 12 34",
    "DERNIER",
];

/// What none ever says.
const NEVER: [&str; 10] = [
    "Motif secret",
    "Contrôle",
    "Note secrète",
    "Message secret",
    "Consigne de Noël",
    "Secret de la fiche",
    "ines@example.net",
    "ABSENT",
    "TROP-TARD",
    "CLIENT-AUTRE",
];

fn check(text: &str, what: &str) {
    let text = text.replace('\u{a0}', " ");
    for said in SAID {
        assert!(text.contains(said), "{what}: « {said} » in {text}");
    }
    for never in NEVER {
        assert!(!text.contains(never), "{what}: « {never} » in {text}");
    }
}

fn text_of_pdf(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit.pdf");
    std::fs::write(&path, bytes).unwrap();
    Pdf::read(&path).pages.join("\n")
}

#[test]
fn a_kit_holds_the_week_and_nothing_that_it_need_not() {
    let office = office();
    practice(&office);
    let mut martin = office.signed_in("martin");
    let mut basile = office.signed_in("basile");
    assert_eq!(martin.get("/export").attributes("main a[href='/kit']", "href").len(), 1);
    let page = martin.get("/kit").text();
    assert!(page.contains("Il ne contient ni motif, ni note") && page.contains("n’est envoyé à personne"), "{page}");
    for (browser, base) in [(&mut martin, ""), (&mut basile, "/standard/abonnes/1")] {
        let html = browser.get(&format!("{base}/kit/kit.html"));
        assert_eq!(
            html.header("content-disposition"),
            Some("attachment; filename=\"kit-cabinet-martin-2026-11-24.html\"")
        );
        check(&html.text(), "HTML");
        assert!(
            html.text().contains("vendredi 27 novembre 2026 : aucun rendez-vous, Absence : Congés"),
            "{}",
            html.text()
        );
        assert_eq!(html.count("script") + html.count("link") + html.count("img"), 0, "nothing to load");
        assert!(
            html.attributes("a", "href").contains(&"tel:+33639981234".to_owned()),
            "numbers are dialled by a touch"
        );
        let pdf = browser.get(&format!("{base}/kit/kit.pdf"));
        assert_eq!(pdf.header("content-type"), Some("application/pdf"));
        check(&text_of_pdf(&pdf.bytes), "PDF");
    }
    let journal = martin.get("/journal").text();
    assert_eq!(journal.matches("kit de secours téléchargé").count(), 4, "{journal}");
}

#[test]
fn the_switchboards_kit_holds_those_whom_a_secretary_answers_for() {
    let office = office();
    practice(&office);
    let all = office.signed_in("aline").get("/standard/kit.html");
    for said in ["Cabinet Martin", "Maître Lefèvre", "CLIENT-AUTRE", "VASSEUR Inès"] {
        assert!(all.text().contains(said), "{said}");
    }
    assert!(!all.text().contains("Motif secret"));
    let mut basile = office.signed_in("basile");
    assert!(basile.get("/standard").attributes("main a", "href").contains(&"/standard/kit".to_owned()));
    assert!(basile.get("/standard/kit").text().contains("1 abonné dont vous répondez"));
    let some = basile.get("/standard/kit.html");
    check(&some.text(), "of one abonné");
    assert!(!some.text().contains("Maître Lefèvre"));
    check(&text_of_pdf(&basile.get("/standard/kit.pdf").bytes), "PDF");
}

/// As somebody opens it from a stick: without a server, in a narrow window.
#[test]
fn a_kit_opens_without_a_server_and_fits_a_telephone() {
    let mut office = office();
    practice(&office);
    let html = office.signed_in("martin").get("/kit/kit.html");
    office.stop();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kit.html");
    std::fs::write(&path, &html.bytes).unwrap();
    let mut screen = Screen::open();
    screen.size((360, 640), false);
    screen.wander(&format!("file://{}", path.display()));
    assert!(screen.text().contains("VASSEUR Inès"));
    assert_eq!(screen.value("document.documentElement.scrollWidth"), serde_json::json!(360));
}

fn wish(admin: &mut Browser, address: &str) {
    let form = [("envoyer", "1"), ("adresses", address), ("demande-le", "2026-11-20"), ("demande-par", "Dr Martin")];
    let saved = admin.post("/administration/abonnes/1/kit", &form);
    assert_eq!(saved.status, 303, "{}", saved.text());
}

fn use_server(admin: &mut Browser, server: &MailServer) {
    let port = server.port.to_string();
    let form = [
        ("serveur", "127.0.0.1"),
        ("port", port.as_str()),
        ("protection", "aucune"),
        ("expediteur", "secretariat@example.org"),
        ("adresse", "https://agenda.example.org"),
    ];
    assert_eq!(admin.post("/administration/serveur-de-courrier", &form).status, 303);
}

/// Past three in the morning.
fn night(office: &Office) {
    office.let_pass_s(18 * 3600);
    office.house().alarm.ring();
}

#[test]
fn each_night_it_is_mailed_to_who_asked_in_writing_and_to_nobody_else() {
    let (office, server) = (office(), MailServer::start(&[]));
    practice(&office);
    let mut admin = office.signed_in("admin");
    use_server(&mut admin, &server);
    for (missing, sentence) in [
        ("adresses", "au moins une adresse"),
        ("demande-le", "la date de la demande"),
        ("demande-par", "qui l’a demandé"),
    ] {
        let form: Vec<(&str, &str)> = [
            ("envoyer", "1"),
            ("adresses", "a@example.net"),
            ("demande-le", "2026-11-20"),
            ("demande-par", "Dr Martin"),
        ]
        .into_iter()
        .filter(|(name, _)| *name != missing)
        .collect();
        let refused = admin.post("/administration/abonnes/1/kit", &form);
        assert!(refused.status == 422 && refused.text().contains(sentence), "{}", refused.text());
    }
    wish(&mut admin, "cabinet@example.net");
    assert!(office.signed_in("martin").get("/kit").text().contains("à la demande écrite de Dr Martin du 20/11/2026"));
    assert!(server.rest().is_empty(), "nothing leaves before the night");
    night(&office);
    let mail = server.mail();
    assert_eq!(mail["to"], "cabinet@example.net");
    assert_eq!(mail["headers"]["subject"], "Kit de secours du 25/11/2026");
    assert!(!mail["text"].as_str().unwrap().contains("VASSEUR"), "the letter itself says nothing");
    let files = mail["files"].as_object().unwrap();
    assert_eq!(files.len(), 2, "{mail}");
    let html = files["kit-cabinet-martin-2026-11-25.html"].as_str().unwrap();
    assert!(html.contains("VASSEUR Inès") && !html.contains("Motif secret"));
    let pdf = crate::support::screen::from_base64(files["kit-cabinet-martin-2026-11-25.pdf"].as_str().unwrap());
    assert!(text_of_pdf(&pdf).contains("VASSEUR Inès"));
    assert!(server.rest().is_empty(), "to nobody else, and once");
    // The outbox keeps what was done, and no longer what was in it.
    let mut admin = office.signed_in("admin");
    until("it is settled", || admin.clone().get("/administration/courrier").text().contains("envoyé"));
    let kept = office.house().store.read(|tx| {
        let page = permanence::notices::outbox::page(tx, None, "kit", 1)?;
        Ok(page.rows.into_iter().all(|letter| letter.body == permanence::notices::letter::Body::Erased))
    });
    assert!(kept.unwrap());
    assert!(admin.get("/administration/kits").text().contains("1 kit"));
    assert!(office.signed_in("martin").get("/journal").text().contains("kit de secours envoyé"));
    // A second look in the same night sends nothing; a wish withdrawn ends it.
    office.house().alarm.ring();
    assert!(server.rest().is_empty());
    assert_eq!(admin.post("/administration/abonnes/1/kit", &[]).status, 303);
    night(&office);
    assert!(server.rest().is_empty());
}

#[test]
fn each_night_the_folder_holds_all_kits_anew_and_its_absence_is_said_on_every_page() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("secours");
    let named = place.clone();
    let office = office_set(|settings| settings.kit_folder = Some(named));
    practice(&office);
    night(&office);
    let mut admin = office.signed_in("admin");
    until("it is said", || {
        admin.clone().get("/administration/journal").text().contains("Kits de secours : Le dossier")
    });
    assert!(!place.exists(), "it is not made where a disk is missing");
    assert!(admin.get("/administration/kits").text().contains("ou son disque n’est pas là"));
    std::fs::create_dir(&place).unwrap();
    for (name, text) in
        [("kit-9-parti.html", "ancien"), ("kit-ikea.pdf", "pas à nous"), ("kit-1-cabinet-martin.pdf", "hier")]
    {
        std::fs::write(place.join(name), text).unwrap();
    }
    // Tried again within the hour.
    office.let_pass_s(3700);
    office.house().alarm.ring();
    let listed = || {
        let mut names: Vec<String> = std::fs::read_dir(&place)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let expected = [
        "kit-1-cabinet-martin.html",
        "kit-1-cabinet-martin.pdf",
        "kit-2-maitre-lefevre.html",
        "kit-2-maitre-lefevre.pdf",
        "kit-ikea.pdf",
        "kit-standard.html",
        "kit-standard.pdf",
    ];
    until("the folder is as it should be", || listed() == expected);
    until("all is well again", || !admin.clone().get("/administration/journal").text().contains("Kits de secours : "));
    assert_eq!(std::fs::read(place.join("kit-ikea.pdf")).unwrap(), "pas à nous".as_bytes());
    assert!(text_of_pdf(&std::fs::read(place.join("kit-1-cabinet-martin.pdf")).unwrap()).contains("VASSEUR Inès"));
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(place.join("kit-standard.html")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "for the server's account alone");
    assert!(admin.get("/administration/kits").text().contains("6 fichiers"));
}

#[test]
fn who_is_deleted_is_sent_no_kit_any_more() {
    let office = office();
    let mut admin = office.signed_in("admin");
    wish(&mut admin, "cabinet@example.net");
    let asked = [("nom", "cabinet martin"), ("sans-telechargement", "1")];
    assert_eq!(admin.post("/administration/abonnes/1/suppression", &asked).status, 303);
    until("it is gone", || {
        admin.clone().get("/administration/suppressions/1").text().contains("réglages du kit de secours")
    });
    assert_eq!(office.house().store.read(|tx| permanence::continuity::store::wish(tx, MARTIN)).unwrap(), None);
}
