//! An abonné goes with everything, after a download of everything (product, section 11; section 15: erased means erased).

use crate::support::browser::Browser;
use crate::support::{LEFEVRE, MARTIN, Office, office};
use permanence::contacts::model::{By, NewContact};
use permanence::contacts::store as contacts;
use std::io::Write as _;
use std::process::{Command, Stdio};

const CONFIRM: [(&str, &str); 2] = [("nom", "cabinet martin"), ("sans-telechargement", "1")];

/// A practice with messages, cards and an appointment, and another that must not notice.
fn practices() -> Office {
    let office = office();
    office.messages(MARTIN, 250);
    office.message(MARTIN, "Mot-témoin-à-effacer; dit « =1+1 »");
    office.message(LEFEVRE, "À garder.");
    let now = office.now();
    let store = &office.house().store;
    store
        .write(|tx| {
            let by = By { person: None, name: "Aline" };
            for (subscriber, name) in [(MARTIN, "Durand-Témoin"), (LEFEVRE, "Gardé")] {
                let card = NewContact { last_name: name.into(), first_name: "Zoé".into(), ..NewContact::default() };
                contacts::add(tx, subscriber, card, by, now)?;
            }
            Ok(())
        })
        .unwrap();
    let date = now.local(permanence::base::Zone::PARIS).date().succ_opt().unwrap();
    book(&office, date);
    office
}

fn book(office: &Office, date: chrono::NaiveDate) {
    use permanence::agenda::appointments;
    use permanence::agenda::model::{Actor, Minute, NewAppointment};
    let store = &office.house().store;
    let martin = store.read(|tx| permanence::subscribers::store::subscriber(tx, MARTIN)).unwrap().unwrap();
    store
        .write(|tx| {
            let actor = Actor { person: None, name: "Aline", side: permanence::subscribers::Side::Secretariat };
            let mut new = NewAppointment::at(date, Minute::at(9, 0), 15);
            new.last_name = "Durand-Témoin".into();
            appointments::book(tx, &martin, new.checked()?, actor, office.now())
        })
        .unwrap();
}

/// The certificate, once there is one: the work goes on beside us, and each look is a request.
fn certificate(admin: &mut Browser, address: &str) -> String {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let text = admin.get(address).text();
        if text.contains("Certificat d’effacement n°") {
            return text;
        }
        assert!(std::time::Instant::now() < end, "the removal never ends");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn an_abonne_is_deleted_with_everything_and_a_certificate_says_so() {
    let office = practices();
    let mut martin = office.signed_in("martin");
    let mut double = office.signed_in("double");
    let mut basile = office.signed_in("basile");
    let mut admin = office.signed_in("admin");
    let asked = admin.get("/administration/abonnes/1/suppression");
    assert!(
        asked.text().contains("252 messages") && asked.text().contains("le compte de Dr Martin"),
        "{}",
        asked.text()
    );
    for wrong in [&[("nom", "Cabinet"), ("sans-telechargement", "1")][..], &[("nom", "Cabinet Martin")]] {
        assert_eq!(admin.post("/administration/abonnes/1/suppression", wrong).status, 422);
    }
    assert_eq!(martin.get("/messages").status, 200, "nothing has happened yet");
    let begun = admin.post("/administration/abonnes/1/suppression", &CONFIRM);
    assert_eq!((begun.status, begun.header("location")), (303, Some("/administration/suppressions/1")));
    assert_eq!(martin.get("/messages").status, 303, "out at once");
    assert_eq!(basile.get("/standard/abonnes/1").status, 404);
    assert!(double.get("/messages").text().contains("Maître Lefèvre"), "a client of two keeps the other");

    let text = certificate(&mut admin, "/administration/suppressions/1");
    for word in [
        "Certificat d’effacement n° 1",
        "Abonné Cabinet Martin (n° 1)",
        "le 24/11/2026 à 10:00 par Camille (admin)",
        "achevée le 24/11/2026 à 10:00",
        "messages avec leur histoire 252",
        "fiches contact 1",
        "rendez-vous 1",
        "comptes 1",
    ] {
        assert!(text.contains(word), "« {word} » in {text}");
    }
    assert!(!text.contains("Témoin"), "no content");
    assert_eq!(admin.get("/administration/abonnes/1").status, 404);
    assert!(admin.get("/administration/suppressions").text().contains("Cabinet Martin"));
    let journal = admin.get("/administration/journal?action=suppression-achevee").text();
    assert!(journal.contains("certificat 1 : 1 comptes, "), "{journal}");
    // Invoices outlive it, under its name.
    assert!(admin.get("/administration/compteurs").text().contains("Cabinet Martin (supprimé)"));
    // The other has lost nothing; the number is never given again.
    assert!(office.signed_in("lefevre").get("/messages").text().contains("À garder."));
    let fields = [("nom", "Nouveau"), ("conservation", "60"), ("fuseau", "Europe/Paris")];
    let added = admin.post("/administration/abonnes", &fields);
    assert_eq!(added.header("location"), Some("/administration/abonnes/3?fait"));
}

#[test]
fn after_the_night_the_file_holds_no_byte_of_it() {
    let mut office = practices();
    let mut admin = office.signed_in("admin");
    let begun = admin.post("/administration/abonnes/1/suppression", &CONFIRM);
    certificate(&mut admin, begun.header("location").unwrap());
    permanence::messages::expiry::run(office.house(), office.now(), || false, |_| Ok(())).unwrap();
    office.stop();
    let data = std::fs::read(office.data_folder().join("permanence.redb")).unwrap();
    let holds = |text: &str| data.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    for gone in ["Mot-témoin-à-effacer", "Durand-Témoin", "durand", "Appel numéro 7."] {
        assert!(!holds(gone), "{gone} is still in the file");
    }
    assert!(holds("À garder."), "the test can see what is there");
}

/// What stays on purpose: the certificate itself, figures of invoices, the number's former name, works done and forms sent.
const STAYS: [&str; 9] = [
    "administration.removals",
    "counters.months",
    "subscribers.former",
    "jobs.done",
    "house.works",
    "store.facts",
    "people.once",
    "people.sessions",
    "people.guesses",
];

/// Tables that hold rows beyond those that stay, by name.
fn tables(office: &Office) -> Vec<(String, u64)> {
    let report = office.house().store.check_rows().unwrap();
    let own = report.into_iter().filter(|table| !STAYS.contains(&table.name));
    own.map(|table| (table.name.to_owned(), table.rows)).collect()
}

#[test]
fn no_table_holds_a_row_of_a_deleted_abonne() {
    let office = office();
    let mut admin = office.signed_in("admin");
    let mut aline = office.signed_in("aline");
    // What the others have is there before; then an abonné comes, lives in every room, and goes.
    aline.get("/standard/agendas?abonne=1&abonne=2");
    let before = tables(&office);
    let fields = [("nom", "Cabinet Passage"), ("conservation", "60"), ("fuseau", "Europe/Paris")];
    let added = admin.post("/administration/abonnes", &fields);
    assert_eq!(added.header("location"), Some("/administration/abonnes/3?fait"));
    live_in_every_room(&office, &mut admin, &mut aline);
    let lived: Vec<String> = tables(&office)
        .into_iter()
        .filter(|(name, rows)| before.iter().any(|(known, had)| known == name && had < rows))
        .map(|(name, _)| name)
        .collect();
    for room in ["agenda.", "contacts.", "messages.", "notices.", "subscribers.", "switchboard."] {
        assert!(lived.iter().any(|name| name.starts_with(room)), "it lived in {room}: {lived:?}");
    }
    let begun = admin
        .post("/administration/abonnes/3/suppression", &[("nom", "Cabinet Passage"), ("sans-telechargement", "1")]);
    certificate(&mut admin, begun.header("location").expect("it began"));
    // Hers alone, and as it was before.
    aline.get("/standard/agendas?abonne=1&abonne=2");
    let left: Vec<(String, u64, u64)> = tables(&office)
        .into_iter()
        .zip(&before)
        // The outbox's totals are of nobody: how many letters there are in each state.
        .filter(|((name, rows), (_, had))| rows != had && name != "notices.counts")
        .map(|((name, rows), (_, had))| (name, *had, rows))
        .collect();
    assert_eq!(left, [], "table, rows before, rows after");
}

/// A call, a promise, a draft, a model, a booking, an absence, a card, wishes and a letter, an instruction, a choice.
fn live_in_every_room(office: &Office, admin: &mut Browser, aline: &mut Browser) {
    let at = "/standard/abonnes/3";
    let posts: [(&str, &[(&str, &str)]); 10] = [
        (
            "/administration/abonnes/3/avis",
            &[
                ("adresses", "c@example.org"),
                ("type", "message"),
                ("jour", "2"),
                ("rythme", "groupes"),
                ("minutes", "30"),
            ],
        ),
        ("/messages", &[("texte", "Rappeler."), ("rappel-heure", "15:00"), ("urgent", "1")]),
        ("/brouillon", &[("unique", "0123456789abcdef0123456789abcdef"), ("texte", "À moitié")]),
        ("/modeles", &[("nom", "Rappel"), ("texte", "Rappeler entre … et …")]),
        ("/consignes", &[("texte", "Dire bonjour.")]),
        ("/disponibilite", &[("jusqu-a", "ordre")]),
        ("/contacts", &[("nom", "Durand"), ("telephone", "06 39 98 12 34")]),
        (
            "/agenda/rendez-vous",
            &[("date", "2026-11-27"), ("heure", "09:00"), ("duree", "15"), ("nom", "Durand"), ("type", "consultation")],
        ),
        ("/agenda/absences", &[("du", "2027-01-04"), ("au", "2027-01-08"), ("raison", "Congés")]),
        ("/messages/1/attente", &[("quoi", "rappel"), ("geste", "prendre")]),
    ];
    for (address, fields) in posts {
        let page = if address.starts_with("/admin") {
            admin.post(address, fields)
        } else {
            aline.post(&format!("{at}{address}"), fields)
        };
        assert!(page.status < 400, "{address}: {} {}", page.status, page.text());
    }
    aline.get("/standard/agendas?abonne=1&abonne=2&abonne=3");
    office.house().alarm.ring();
}

/// Killed in the midst, the binary goes on with it at its next start.
#[test]
fn a_removal_survives_kill_9() {
    use crate::support::command::Process;
    let mut office = office();
    office.messages(MARTIN, 3_000);
    office.stop();
    let data = office.data_folder().to_owned();
    let mut server = Process::start(&["serve"], Some(&data));
    let mut admin = Browser::new(server.address);
    let signed = admin.post("/connexion", &[("identifiant", "admin"), ("pass", crate::support::PASSWORD)]);
    assert_eq!(signed.status, 303);
    let begun = admin.post("/administration/abonnes/1/suppression", &CONFIRM);
    assert_eq!(begun.status, 303, "{}", begun.text());
    for _ in 0..3 {
        server.kill();
        server = Process::start(&["serve"], Some(&data));
    }
    admin.address = server.address;
    admin.origin = Some(format!("http://{}", server.address));
    let text = certificate(&mut admin, "/administration/suppressions/1");
    assert!(text.contains("messages avec leur histoire 3 000"), "nothing is counted twice or lost: {text}");
    server.kill();
    let checked = crate::support::command::permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
}

/// Stopped in the midst, it goes on at the next start; each step is a write of its own, so a kill is no other case.
#[test]
fn a_removal_that_is_interrupted_goes_on_at_the_next_start() {
    let mut office = office();
    office.messages(MARTIN, 3_000);
    let mut admin = office.signed_in("admin");
    let begun = admin.post("/administration/abonnes/1/suppression", &CONFIRM);
    assert_eq!(begun.status, 303);
    office.restart();
    let mut admin = office.signed_in("admin");
    let text = certificate(&mut admin, "/administration/suppressions/1");
    assert!(text.contains("messages avec leur histoire 3 000"), "{text}");
    let report = office.house().store.check_rows().unwrap();
    assert!(report.iter().all(|table| table.undecodable == 0));
}

#[test]
fn everything_is_handed_over_as_files_that_other_programs_read() {
    let office = practices();
    let mut admin = office.signed_in("admin");
    let zip = admin.post("/administration/abonnes/1/telechargement", &[]);
    assert_eq!(zip.header("content-disposition"), Some("attachment; filename=\"cabinet-martin-2026-11-24.zip\""));
    let mut child = Command::new("python3")
        .args([
            "-c",
            "import sys, io, json, csv, zipfile\n\
             z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\n\
             assert z.testzip() is None\n\
             print(sorted(n for n in z.namelist() if '/' not in n))\n\
             lines = [json.loads(line) for line in z.read('messages.jsonl').decode().splitlines()]\n\
             print(len(lines), lines[250]['texte'], lines[250]['historique'][0]['quoi'], lines[250]['recu'])\n\
             rows = list(csv.reader(io.StringIO(z.read('messages.csv').decode('utf-8-sig'), newline=''), delimiter=';'))\n\
             print(len(rows), rows[0][:3], rows[251][14])\n\
             print([json.loads(line)['nom'] for line in z.read('contacts.jsonl').decode().splitlines()])\n\
             print([(a['nom'], a['heure'], a['annule']) for a in map(json.loads, z.read('rendez-vous.jsonl').decode().splitlines())])\n\
             print(json.loads(z.read('abonne.json'))['comptes'][0]['identifiant'])\n",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is there");
    child.stdin.take().unwrap().write_all(&zip.bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "['LISEZ-MOI.txt', 'abonne.json', 'agenda.ics', 'agenda.jsonl', 'avis.jsonl', 'brouillons.jsonl', 'comptes.jsonl', \
         'compteurs.csv', 'consignes.jsonl', 'contacts.csv', 'contacts.jsonl', 'contacts.vcf', 'courriers.jsonl', \
         'fax.jsonl', 'index.html', 'journal.csv', 'manifeste.json', 'messages.csv', 'messages.jsonl', 'modeles.jsonl', \
         'rappels.jsonl', 'rendez-vous.csv', 'rendez-vous.jsonl']\n\
         252 Mot-témoin-à-effacer; dit « =1+1 » pris 2026-11-24T09:00:00Z\n\
         253 ['Numéro', 'Date', 'Heure'] Mot-témoin-à-effacer; dit « =1+1 »\n\
         ['Durand-Témoin']\n\
         [('Durand-Témoin', '09:00', False)]\n\
         martin\n"
    );
    // It is known at the page that deletes, and the abonné reads of it.
    assert!(
        admin
            .get("/administration/abonnes/1/suppression")
            .text()
            .contains("Téléchargé le 24/11/2026 à 10:00 par admin")
    );
    assert!(office.signed_in("martin").get("/journal").text().contains("admin téléchargement de tout"));
    let begun = admin.post("/administration/abonnes/1/suppression", &[("nom", "Cabinet Martin")]);
    assert_eq!(begun.status, 303, "no tick is needed after it");
}

#[test]
fn a_person_is_deleted_with_sessions_and_login_and_nobody_deletes_themself() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let mut admin = office.signed_in("admin");
    let zip = admin.post("/administration/personnes/4/telechargement", &[]);
    assert_eq!((zip.status, &zip.bytes[..2]), (200, &b"PK"[..]));
    assert_eq!(admin.post("/administration/personnes/4/suppression", &[("identifiant", "basile")]).status, 422);
    let gone = admin.post("/administration/personnes/4/suppression", &[("identifiant", "aline")]);
    assert!(admin.follow(gone).text().contains("Compte Aline (aline, n° 4)"));
    assert_eq!(aline.get("/standard").status, 303, "out at the next request");
    assert_eq!(admin.get("/administration/personnes/4").status, 404);
    assert_eq!(admin.post("/administration/personnes/6/suppression", &[("identifiant", "admin")]).status, 403);
}
