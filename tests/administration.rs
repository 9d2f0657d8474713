//! The house run without a command line (product, section 11; section 15 for the journal).

use crate::support::browser::{Browser, Page};
use crate::support::{LEFEVRE, MARTIN, Office, office};
use std::io::Write as _;
use std::process::{Command, Stdio};

fn subscriber_fields(name: &str) -> Vec<(&str, &str)> {
    vec![
        ("nom", name),
        ("metier", "Ostéopathe"),
        ("ville", "Dax"),
        ("lignes", "05 36 49 11 22\r\n05 36 49 11 23"),
        ("appellation", "patient"),
        ("conservation", "90"),
        ("fuseau", "Europe/Paris"),
    ]
}

#[test]
fn an_abonne_is_created_from_a_trade_and_found_by_name_trade_town_or_line() {
    let office = office();
    let mut admin = office.signed_in("admin");
    let form = admin.get("/administration/abonnes/nouveau?modele=medecin");
    let values = form.form("/administration/abonnes");
    for (name, value) in
        [("metier", "Médecin"), ("appellation", "patient"), ("conservation", "60"), ("modele", "medecin")]
    {
        assert!(values.contains(&(name.to_owned(), value.to_owned())), "{name} is {value} in {values:?}");
    }
    let wrong =
        admin.post("/administration/abonnes", &[("nom", ""), ("conservation", "3"), ("fuseau", "Europe/Paris")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Indiquez le nom de l’abonné") && wrong.text().contains("de 7 à 365 jours"));
    let added = admin.post("/administration/abonnes", &subscriber_fields("Cabinet Roux"));
    assert_eq!(added.status, 303);
    assert!(admin.follow(added).text().contains("Cabinet Roux"));
    for sought in ["roux", "osteo", "dax", "05.36.49.11.23", "%2B33536491122"] {
        let found = admin.get(&format!("/administration/abonnes?q={sought}"));
        assert_eq!(found.all("tbody th"), ["Cabinet Roux"], "{sought}");
    }
    assert!(admin.get("/administration/abonnes?q=zzz").text().contains("Aucun abonné ne correspond"));
    let twice = admin.post("/administration/abonnes", &subscriber_fields("CABINET ROUX"));
    assert_eq!(twice.status, 422, "two that can't be told apart");
}

#[test]
fn an_abonne_like_another_takes_its_settings_and_its_agenda_but_nothing_said_to_it() {
    use permanence::agenda::settings::{self, Settings};
    let office = office();
    office.message(MARTIN, "Confidentiel.");
    let store = &office.house().store;
    let martin = store.read(|tx| permanence::subscribers::store::subscriber(tx, MARTIN)).unwrap().unwrap();
    store
        .write(|tx| {
            let usual = settings::settings(tx, &martin)?;
            settings::set(tx, MARTIN, &Settings { slot_minutes: 25, forcing: true, ..usual })
        })
        .unwrap();
    let mut admin = office.signed_in("admin");
    let form = admin.get("/administration/abonnes/nouveau?modele=abonne-1");
    assert!(form.form("/administration/abonnes").contains(&("metier".into(), "Médecin généraliste".into())));
    let added = admin.submit(&form, "/administration/abonnes", &[("nom", "Cabinet Martin bis")]);
    assert_eq!(added.header("location"), Some("/administration/abonnes/3?fait"));
    let page = admin.follow(added);
    assert!(page.text().contains("En attente 0 message"), "{}", page.text());
    let new = store.read(|tx| permanence::subscribers::store::subscriber(tx, permanence::base::SubscriberId(3)));
    let copied = store.read(|tx| settings::settings(tx, new.as_ref().unwrap().as_ref().unwrap())).unwrap();
    assert_eq!((copied.slot_minutes, copied.forcing), (25, true));
}

/// The administrator's own screens tell how much there is, never what.
#[test]
fn an_administrator_sees_figures_and_no_content() {
    let office = office();
    office.message(MARTIN, "Une phrase que personne d’autre ne doit lire.");
    let mut admin = office.signed_in("admin");
    for path in ["/administration", "/administration/abonnes", "/administration/abonnes/1", "/administration/compteurs"]
    {
        let page = admin.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("Une phrase") && !page.text().contains("DUPONT"), "{path}");
    }
    assert!(admin.get("/administration/abonnes").text().contains("24/11/2026 à 10:00"), "the last message's time");
    assert_eq!(admin.get("/messages").status, 404);
}

fn look(office: &Office) -> Browser {
    let mut admin = office.signed_in("admin");
    let begun = admin.post("/administration/abonnes/1/vue", &[]);
    assert_eq!((begun.status, begun.header("location")), (303, Some("/messages")));
    admin
}

#[test]
fn seeing_as_an_abonne_shows_its_screens_and_changes_nothing() {
    let office = office();
    office.message(MARTIN, "Rappeler le laboratoire.");
    office.message(LEFEVRE, "Autre dossier.");
    let mut admin = look(&office);
    let page = admin.get("/messages");
    assert!(page.text().contains("Vous avez 1 message") && page.text().contains("Rappeler le laboratoire."));
    assert!(page.text().contains("Vous voyez les écrans de Cabinet Martin"), "the banner");
    assert!(!page.text().contains("Autre dossier."));
    assert_eq!(admin.get("/messages/1").status, 200);
    // A look is no reading: nothing in the history, the row is as new to the abonné as before.
    let history = office
        .house()
        .store
        .read(|tx| permanence::messages::store::history(tx, MARTIN, permanence::base::MessageNumber(1)));
    assert_eq!(history.unwrap().len(), 1, "taken, and no more");
    // Every form of a client is refused, whatever it is.
    for route in permanence::routes::ROUTES {
        if route.door.guard() == "client" && route.method == permanence::http::Method::Post {
            let path = crate::doors::example(route.pattern);
            let refused = admin.post(&path, &[("message", "1"), ("reponse", "x"), ("permis", "non"), ("abonne", "1")]);
            assert_eq!(refused.status, 403, "{path}");
            assert!(refused.text().contains("Vous regardez seulement"), "{path}");
        }
    }
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/messages").text().contains("Vous avez 1 message"));
    // The way out, and then there is nothing to see any more.
    let ended = admin.post("/administration/vue/fin", &[]);
    assert_eq!(ended.header("location"), Some("/administration/abonnes/1"));
    assert_eq!(admin.get("/messages").status, 404);
    // The abonné's own journal says who looked, and when it ended.
    let journal = martin.get("/journal");
    assert!(journal.text().contains("admin « Voir comme » commencé"), "{}", journal.text());
    assert!(journal.text().contains("admin « Voir comme » terminé"));
    assert!(journal.text().contains("admin message consulté message 1"));
    assert!(!office.signed_in("lefevre").get("/journal").text().contains("Voir comme » commencé"));
}

#[test]
fn a_look_ends_after_an_hour_with_the_session_and_when_the_abonne_forbids_it() {
    let office = office();
    let mut admin = look(&office);
    office.let_pass_s(59 * 60);
    assert_eq!(admin.get("/messages").status, 200);
    office.let_pass_s(2 * 60);
    assert_eq!(admin.get("/messages").status, 404);

    let mut admin = look(&office);
    let copy = admin.clone();
    admin.post("/deconnexion", &[]);
    assert_eq!({ copy }.get("/messages").status, 303, "to sign-in");

    let mut admin = look(&office);
    let mut martin = office.signed_in("martin");
    let journal = martin.get("/journal");
    let refused = martin.submit(&journal, "/journal/regard", &[]);
    assert!(martin.follow(refused).text().contains("ne peut plus voir vos écrans"));
    assert_eq!(admin.get("/messages").status, 404);
    assert_eq!(admin.post("/administration/abonnes/1/vue", &[]).status, 403);
    assert!(admin.get("/administration/abonnes/1").text().contains("L’abonné ne le permet pas"));
    // Secretaries have no such thing, and an abonné that is not there can't be looked at.
    assert_eq!(office.signed_in("aline").post("/administration/abonnes/1/vue", &[]).status, 404);
    assert_eq!(admin.post("/administration/abonnes/99/vue", &[]).status, 404);
}

/// What a page's table says, by its row's name.
fn figures(page: &Page, name: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.html());
    let selector = |text: &str| scraper::Selector::parse(text).unwrap();
    let row = html
        .select(&selector("tbody tr"))
        .find(|row| row.select(&selector("th")).any(|head| head.text().collect::<String>().trim() == name))
        .unwrap_or_else(|| panic!("no row {name}: {}", page.text()));
    row.select(&selector("td")).map(|cell| cell.text().collect::<String>().trim().to_owned()).collect()
}

#[test]
fn counters_stay_when_messages_are_erased() {
    use permanence::messages::model::Kind;
    let office = office();
    for (kind, urgent) in [
        (Kind::Information, false),
        (Kind::Information, true),
        (Kind::Sms, false),
        (Kind::Appointment, false),
        (Kind::Visit, true),
        (Kind::Fax, false),
    ] {
        office.message_with(MARTIN, |message| (message.kind, message.urgent) = (kind, urgent));
    }
    office.message(LEFEVRE, "Un seul.");
    office.signed_in("martin").post("/messages/archivage", &[("message", "1"), ("message", "2"), ("message", "3")]);
    let mut admin = office.signed_in("admin");
    let november = admin.get("/administration/compteurs");
    // Appels, informations, bips, rendez-vous, visites, fax, urgents, rendez-vous à l'agenda, SMS envoyés.
    assert_eq!(figures(&november, "Cabinet Martin"), ["5", "2", "1", "1", "1", "1", "2", "0", "0"]);
    assert_eq!(figures(&november, "Total"), ["6", "3", "1", "1", "1", "1", "2", "0", "0"]);
    // 62 days later the three are gone; November's figures are as they were, January's are none.
    office.let_pass_days(62);
    let erased = permanence::messages::expiry::run(office.house(), office.now(), || false, |_| Ok(())).unwrap();
    assert_eq!(erased.iter().map(|due| due.messages).sum::<u64>(), 3);
    let mut admin = office.signed_in("admin");
    assert_eq!(figures(&admin.get("/administration/compteurs"), "Cabinet Martin")[0], "0");
    let november = admin.get("/administration/compteurs?mois=2026-11");
    assert_eq!(figures(&november, "Cabinet Martin"), ["5", "2", "1", "1", "1", "1", "2", "0", "0"]);
    let own = admin.get("/administration/compteurs?abonne=1");
    assert_eq!(figures(&own, "novembre 2026")[0], "5");
    assert_eq!(figures(&own, "janvier 2027")[0], "0");
}

#[test]
fn a_corrected_kind_is_counted_once_and_as_what_it_is() {
    let office = office();
    let mut aline = office.signed_in("aline");
    aline.post("/standard/abonnes/1/messages", &[("type", "message"), ("urgent", "1"), ("texte", "Fièvre.")]);
    let mut admin = office.signed_in("admin");
    assert_eq!(
        figures(&admin.get("/administration/compteurs"), "Cabinet Martin")[..7],
        ["1", "1", "0", "0", "0", "0", "1"]
    );
    let fields = [("type", "visite"), ("texte", "Fièvre, demande une visite.")];
    assert_eq!(aline.post("/standard/abonnes/1/messages/1/correction", &fields).status, 303);
    assert_eq!(
        figures(&admin.get("/administration/compteurs"), "Cabinet Martin")[..7],
        ["1", "0", "0", "0", "1", "0", "0"]
    );
    // Corrected in its words alone, and sent twice.
    for _ in 0..2 {
        aline
            .post("/standard/abonnes/1/messages/1/correction", &[("type", "visite"), ("texte", "Fièvre depuis hier.")]);
    }
    assert_eq!(
        figures(&admin.get("/administration/compteurs"), "Cabinet Martin")[..7],
        ["1", "0", "0", "0", "1", "0", "0"]
    );
}

/// Told by a spreadsheet library of another language.
fn python(script: &str, input: &[u8]) -> String {
    let tools = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/python");
    let mut child = Command::new("python3")
        .args(["-c", script])
        .env("PYTHONPATH", tools)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is there");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "openpyxl is there: run tests/run once, which fetches it");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn counters_come_as_csv_and_as_a_workbook_with_real_numbers() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut admin = office.signed_in("admin");
    let renamed: Vec<(&str, &str)> =
        subscriber_fields("=SOMME(A1)").into_iter().filter(|(name, _)| *name != "lignes").collect();
    admin.post("/administration/abonnes/2", &[renamed.as_slice(), &[("actif", "1")]].concat());
    let csv = admin.get("/administration/compteurs/compteurs.csv?mois=2026-11");
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"compteurs-2026-11.csv\""));
    assert_eq!(
        csv.html(),
        "\u{feff}Abonné;Appels;Informations;Bips/SMS;Rendez-vous;Visites;Fax;Dont urgents;RDV à l’agenda;SMS envoyés\r\n\
         '=SOMME(A1);0;0;0;0;0;0;0;0;0\r\nCabinet Martin;3;3;0;0;0;0;0;0;0\r\nTotal;3;3;0;0;0;0;0;0;0\r\n"
    );
    let xlsx = admin.get("/administration/compteurs/compteurs.xlsx?mois=2026-11");
    let told = python(
        "import sys, io, openpyxl\n\
         b = openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read()), data_only=True)\n\
         s = b.active\n\
         print(b.sheetnames, s.freeze_panes, s.auto_filter.ref)\n\
         for row in s.iter_rows(min_row=2, max_col=3): print([(c.data_type, c.value) for c in row])\n",
        &xlsx.bytes,
    );
    assert_eq!(
        told,
        "['2026-11'] B2 A1:J3\n\
         [('s', '=SOMME(A1)'), ('n', 0), ('n', 0)]\n\
         [('s', 'Cabinet Martin'), ('n', 3), ('n', 3)]\n\
         [('s', 'Total'), ('n', 3), ('n', 3)]\n"
    );
}

#[test]
fn the_journal_is_searched_by_person_action_abonne_and_day_and_taken_away_as_a_file() {
    let office = office();
    office.message(MARTIN, "x");
    office.signed_in("martin").get("/messages");
    office.let_pass_days(2);
    office.signed_in("lefevre").get("/messages");
    let mut admin = office.signed_in("admin");
    let mut rows = |query: &str| admin.get(&format!("/administration/journal?{query}")).all("tbody tr");
    let signed_in = rows("action=connexion");
    assert!(signed_in.iter().all(|row| row.contains("connexion")) && signed_in.len() == 3, "{signed_in:?}");
    assert_eq!(rows("action=connexion&qui=martin").len(), 1);
    assert_eq!(rows("abonne=2").len(), 1);
    assert_eq!(rows("action=connexion&du=2026-11-24&au=2026-11-25").len(), 1, "both days included");
    assert_eq!(rows("action=connexion&du=26/11/2026").len(), 2);
    assert_eq!(rows("q=lef%C3%A8vre+consult%C3%A9s&qui=lefevre").len(), 1);
    let mut admin = office.signed_in("admin");
    let wrong = admin.get("/administration/journal?du=31/02/2026");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Cette date n’existe pas"));
    let csv = admin.get("/administration/journal/journal.csv?qui=martin&action=connexion");
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"journal-2026-11-26.csv\""));
    assert_eq!(
        csv.html(),
        "\u{feff}Date;Heure;Qui;Action;Abonné;Objet;Depuis\r\n24/11/2026;10:00:00;martin;connexion;;;127.0.0.1\r\n"
    );
    assert!(admin.get("/administration/journal").text().contains("journal exporté"));
}

#[test]
fn the_state_of_the_house_names_its_works_and_its_failures() {
    let office = office();
    let mut admin = office.signed_in("admin");
    let page = admin.get("/administration");
    for word in ["Version", "Taille des données", "Place libre", "En service depuis", "Travaux et incidents"] {
        assert!(page.text().contains(word), "{word}: {}", page.text());
    }
    let now = office.now();
    let failed =
        |tx: &permanence::store::Write<'_>| permanence::house::note_work_failed(tx, "expiry", now, "7f3a-91c2");
    office.house().store.write(failed).unwrap();
    assert!(admin.get("/administration").text().contains("échec le 24/11/2026 à 10:00, n° 7f3a-91c2"));
}

/// The card is one thing with three doors: what an administrator writes on it, the secretary reads while she speaks.
#[test]
fn an_administrator_writes_on_an_abonnes_card_and_sees_none_of_its_messages() {
    let office = office();
    office.message(MARTIN, "Rien pour l’administration.");
    let mut admin = office.signed_in("admin");
    let page = admin.get("/administration/abonnes/1");
    assert!(page.attributes("a", "href").contains(&"/administration/abonnes/1/consignes".to_owned()));
    let page = admin.get("/administration/abonnes/1/consignes");
    assert_eq!(page.status, 200);
    let rubrics = page.attributes("nav.column a", "href");
    assert_eq!(rubrics, ["/administration/abonnes", "/administration/abonnes/1/consignes", "/aide"]);
    let unique = page.attributes("input[name=unique]", "value").remove(0);
    let written = admin.post(
        "/administration/abonnes/1/consignes",
        &[("unique", &unique), ("texte", "Ne jamais donner le portable."), ("du", ""), ("au", "")],
    );
    let page = admin.follow(written).text();
    assert!(page.contains("Consigne enregistrée") && page.contains("Ne jamais donner le portable."), "{page}");
    let refused = admin.post("/administration/abonnes/1/consignes", &[("unique", &unique), ("texte", "")]);
    assert_eq!(refused.status, 422);
    let seen = office.signed_in("aline").get("/standard/abonnes/1").text();
    assert!(seen.contains("Ne jamais donner le portable."), "{seen}");
    // What an abonné received stays closed.
    for closed in ["messages", "archives", "contacts", "agenda", "export"] {
        assert_eq!(admin.get(&format!("/administration/abonnes/1/{closed}")).status, 404, "{closed}");
        assert_eq!(admin.get(&format!("/standard/abonnes/1/{closed}")).status, 404, "{closed}");
    }
    assert_eq!(admin.get("/administration/abonnes/99/consignes").status, 404);
    assert_eq!(office.signed_in("aline").get("/administration/abonnes/1/consignes").status, 404);
}
