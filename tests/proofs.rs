//! Proofs of transmission: what a message went through, signed so that a stranger can check it. Python's `cryptography` and
//! `pypdf`, and qpdf, which know nothing of us, read what we wrote.

use crate::support::command::{Process, Run, permanence};
use crate::support::mail::{MailServer, until};
use crate::support::{Browser, MARTIN, Office, new_message, office};
use permanence::proofs::verify;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A message that was announced, read, answered and archived; taken with an instruction on screen, and corrected.
fn lived_through(office: &Office) {
    let server = MailServer::start(&[]);
    let mut admin = office.signed_in("admin");
    let port = server.port.to_string();
    let form = [
        ("serveur", "127.0.0.1"),
        ("port", port.as_str()),
        ("protection", "aucune"),
        ("expediteur", "secretariat@example.org"),
        ("adresse", "https://agenda.example.org"),
    ];
    assert_eq!(admin.post("/administration/serveur-de-courrier", &form).status, 303);
    let mut wishes =
        vec![("adresses", "cabinet@example.net"), ("type", "message"), ("rythme", "aussitot"), ("urgents", "1")];
    wishes.extend(["1", "2", "3", "4", "5", "6", "7"].map(|day| ("jour", day)));
    assert_eq!(admin.post("/administration/abonnes/1/avis", &wishes).status, 303);
    office.instruction(MARTIN, "Demander la date de naissance.");
    let mut aline = office.signed_in("aline");
    let call = [("nom", "Dupont"), ("prenom", "Zoé"), ("texte", "Rappeler avant midi."), ("consigne", "1")];
    assert_eq!(aline.post("/standard/abonnes/1/messages", &call).status, 303);
    server.mail();
    until("the history has it", || {
        office.signed_in("aline").get("/standard/abonnes/1/messages/1").text().contains("transmis par e-mail")
    });
    let page = aline.get("/standard/abonnes/1/messages/1/correction");
    let action = "/standard/abonnes/1/messages/1/correction";
    assert_eq!(aline.submit(&page, action, &[("texte", "Rappeler avant 11 heures.")]).status, 303);
    office.let_pass_s(60);
    let mut martin = office.signed_in("martin");
    martin.get("/messages");
    martin.post("/messages/1/reponses", &[("reponse", "Rappelée,\nc’est réglé.")]);
    martin.post("/messages/archivage", &[("message", "1")]);
}

/// The proof as both files, saved with the public keys.
struct Saved {
    folder: tempfile::TempDir,
    json: Vec<u8>,
    pdf: Vec<u8>,
}

impl Saved {
    fn by(browser: &mut Browser, message: &str) -> Saved {
        let folder = tempfile::tempdir().unwrap();
        let mut file = |kind: &str| {
            let page = browser.get(&format!("{message}/preuve.{kind}"));
            assert_eq!(page.status, 200, "{}", page.text());
            std::fs::write(folder.path().join(format!("preuve.{kind}")), &page.bytes).unwrap();
            page.bytes
        };
        let (json, pdf) = (file("json"), file("pdf"));
        let keys = Browser::new(browser.address).get("/preuves/cles.pem");
        std::fs::write(folder.path().join("cles.pem"), &keys.bytes).unwrap();
        Saved { folder, json, pdf }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn record(&self) -> Value {
        serde_json::from_slice(&self.json).unwrap()
    }

    /// What an independent reader finds.
    fn told(&self) -> Value {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = Command::new("python3")
            .arg(root.join("tests/support/proof.py"))
            .args(["preuve.json", "preuve.pdf", "cles.pem"].map(|name| self.path(name)))
            .env("PYTHONPATH", root.join("target/test-tools/python"))
            .output()
            .expect("python3 is there");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said} (tests/run installs cryptography, pypdf and qpdf)");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn check(file: &Path, more: &[&str]) -> Run {
    let nowhere = tempfile::tempdir().unwrap();
    permanence(nowhere.path(), &[&["verify", file.to_str().unwrap()], more].concat())
}

#[test]
fn a_proof_tells_all_that_happened_and_an_independent_reader_agrees() {
    let office = office();
    lived_through(&office);
    let mut martin = office.signed_in("martin");
    let page = martin.get("/messages/1");
    assert_eq!(page.attributes("a[href$='/preuve']", "href"), ["/messages/1/preuve"]);
    assert!(martin.get("/messages/1/preuve").text().contains("6 étapes à ce jour"));
    let saved = Saved::by(&mut martin, "/messages/1");
    let told = saved.told();
    for sound in ["canonical", "chained", "signed", "fingerprint", "pdf_signed", "offset", "tagged"] {
        assert_eq!(told[sound], true, "{sound}");
    }
    assert_eq!(told["qpdf"], 0, "{}", told["qpdf_said"]);
    assert_eq!(told["inside"]["etapes"], saved.record()["etapes"], "both files hold the same steps");
    let size: Vec<f64> = serde_json::from_value(told["size"].clone()).unwrap();
    // ISO 216: 210 × 297 mm, at 72 points an inch.
    assert!((size[0] - 595.28).abs() < 0.1 && (size[1] - 841.89).abs() < 0.1, "{size:?}");
    assert_eq!(told["title"], "Preuve de transmission · message n° 1 · Cabinet Martin");
    assert_eq!(told["lang"], "fr");

    let record = saved.record();
    let steps = record["etapes"].as_array().unwrap();
    let what: Vec<(&str, &str)> =
        steps.iter().map(|step| (step["quoi"].as_str().unwrap(), step["qui"].as_str().unwrap())).collect();
    let expected = [
        ("pris", "Aline"),
        ("transmis par e-mail", ""),
        ("corrigé", "Aline"),
        ("lu", "Dr Martin"),
        ("réponse au secrétariat", "Dr Martin"),
        ("archivé", "Dr Martin"),
    ];
    assert_eq!(what, expected);
    assert_eq!(steps[0]["quand"], "2026-11-24T09:00:00.000Z", "10:00 in Paris");
    assert_eq!(steps[3]["quand"], "2026-11-24T09:01:00.000Z");
    assert_eq!(steps[1]["details"]["destinataire"], "cabinet@example.net");
    let said = steps[1]["details"]["essais"][0]["reponse"].as_str().unwrap();
    assert!(said.contains("250 2.0.0 Accepte sous le numero 1"), "the server's own words: {said}");
    assert_eq!(steps[4]["details"]["texte"], "Rappelée,\nc’est réglé.");
    let change = json!([{ "champ": "texte", "avant": "Rappeler avant midi.", "apres": "Rappeler avant 11 heures." }]);
    assert_eq!(steps[2]["details"]["changements"], change);
    let contents = &record["message"]["contenu"];
    assert!(contents.to_string().contains("Rappeler avant midi."), "as it was taken: {contents}");
    assert_eq!(record["consignes"][0]["texte"], "Demander la date de naissance.");
    let text = told["text"].as_str().unwrap().replace(['\n', '\u{a0}'], " ");
    for said in [
        "DUPONT Zoé",
        "Rappeler avant midi.",
        "Rappeler avant 11 heures.",
        "250 2.0.0",
        "24/11/2026 à 10:01:00",
        "1 / 1",
    ] {
        assert!(text.contains(said), "« {said} » in {text}");
    }

    // The other side has the same, and the journal says who took it away.
    let aline = Saved::by(&mut office.signed_in("aline"), "/standard/abonnes/1/messages/1");
    assert_eq!(aline.record()["etapes"], record["etapes"]);
    assert_eq!(aline.record()["etabli"]["pour"], "Aline");
    let journal = martin.get("/journal").text();
    assert!(journal.contains("preuve de transmission établie") && journal.contains("message 1"), "{journal}");
}

#[test]
fn a_later_proof_goes_on_from_an_earlier_one() {
    let office = office();
    office.message(MARTIN, "Rappeler.");
    let mut aline = office.signed_in("aline");
    let first = Saved::by(&mut aline, "/standard/abonnes/1/messages/1").record();
    assert_eq!(first["etapes"].as_array().unwrap().len(), 1, "nobody has read it");
    let mut martin = office.signed_in("martin");
    let second = Saved::by(&mut martin, "/messages/1").record();
    assert_eq!(second["etapes"][1]["quoi"], "lu", "who takes a proof away has read the message");
    martin.post("/messages/archivage", &[("message", "1")]);
    let third = Saved::by(&mut martin, "/messages/1").record();
    for (earlier, later) in [(&first, &second), (&second, &third)] {
        let earlier = earlier["etapes"].as_array().unwrap();
        assert_eq!(earlier[..], later["etapes"].as_array().unwrap()[..earlier.len()]);
    }
}

#[test]
fn every_changed_byte_is_found() {
    // A short history: every byte of it costs a check.
    let office = office();
    office.message(MARTIN, "Rappeler.");
    let saved = Saved::by(&mut office.signed_in("martin"), "/messages/1");
    for (kind, bytes) in [("json", &saved.json), ("pdf", &saved.pdf)] {
        assert!(verify::file(bytes).is_valid(), "{kind}: {:?}", verify::file(bytes).problems);
        let mut changed = bytes.clone();
        for place in 0..bytes.len() {
            // In turn the case of a letter, its lowest bit, its highest.
            changed[place] = bytes[place] ^ [0x20, 0x01, 0x80][place % 3];
            assert!(!verify::file(&changed).is_valid(), "{kind}: byte {place}");
            changed[place] = bytes[place];
        }
        for (what, other) in [
            ("cut", bytes[..bytes.len() - 1].to_vec()),
            ("longer", [bytes.as_slice(), b"\n"].concat()),
            ("twice", [bytes.as_slice(), bytes.as_slice()].concat()),
            ("empty", Vec::new()),
        ] {
            assert!(!verify::file(&other).is_valid(), "{kind}, {what}");
        }
    }
}

#[test]
fn the_command_says_which_step_was_changed_and_whose_key_signed() {
    let office = office();
    lived_through(&office);
    let saved = Saved::by(&mut office.signed_in("martin"), "/messages/1");
    let keys = saved.path("cles.pem");
    for name in ["preuve.json", "preuve.pdf"] {
        let valid = check(&saved.path(name), &["--key", keys.to_str().unwrap()]);
        assert_eq!(valid.code, 0, "{}{}", valid.out, valid.err);
        assert!(
            valid.out.contains("Message n° 1 de Cabinet Martin, 6 étapes") && valid.out.contains("Valable"),
            "{}",
            valid.out
        );
        assert!(!valid.out.contains("Reste à savoir"), "{}", valid.out);
        let alone = check(&saved.path(name), &[]);
        assert!(alone.code == 0 && alone.out.contains("Reste à savoir"), "{}", alone.out);
    }
    // As the public page shows it, in groups.
    let shown = office.stranger().get("/preuves").all("code.fingerprint").remove(0);
    assert_eq!(check(&saved.path("preuve.pdf"), &["--key", &shown]).code, 0);
    let other = check(&saved.path("preuve.pdf"), &["--key", &"0".repeat(64)]);
    assert!(other.code == 1 && other.out.contains("Ce n’est pas la clé donnée"), "{}", other.out);
    assert_eq!(check(&saved.path("preuve.pdf"), &["--key", "rien"]).code, 2);
    assert_eq!(check(&saved.path("rien.pdf"), &[]).code, 1);

    let text = String::from_utf8(saved.json.clone()).unwrap();
    let changes = [
        ("Rappelée,", "Oubliée,", "L’étape 5 (« réponse au secrétariat ») a été changée."),
        ("Rappeler avant midi.\"}]", "Rappeler demain.\"}]", "Le message tel qu’il a été pris"),
        ("\"telephone\":\"\"", "\"telephone\":\"1\"", "La signature ne correspond pas : l’en-tête"),
        ("{\"abonne\"", "{ \"abonne\"", "L’écriture du fichier a été changée"),
    ];
    for (before, after, said) in changes {
        assert!(text.contains(before), "{before} in {text}");
        let path = saved.path("autre.json");
        std::fs::write(&path, text.replacen(before, after, 1)).unwrap();
        let found = check(&path, &[]);
        assert!(found.code == 1 && found.out.contains(said), "{before}: {}", found.out);
    }
    // A step left out, its neighbours as they were.
    let mut record = saved.record();
    record["etapes"].as_array_mut().unwrap().remove(3);
    let path = saved.path("autre.json");
    std::fs::write(&path, record.to_string()).unwrap();
    let found = check(&path, &[]);
    assert!(found.out.contains("L’étape 4 (« réponse au secrétariat ») a été changée."), "{}", found.out);
    // A PDF that some program has saved again: the record in it is whole, and is said to be.
    let again = saved.path("autre.pdf");
    let rewritten =
        Command::new("qpdf").arg(saved.path("preuve.pdf")).arg("--stream-data=uncompress").arg(&again).status();
    assert!(rewritten.unwrap().success());
    let found = check(&again, &[]);
    assert!(found.code == 1 && found.out.contains("L’enregistrement joint, lui, est intact"), "{}", found.out);
}

#[test]
fn no_letter_is_lost_on_paper() {
    let office = office();
    let long = "Une très longue histoire, ligne après ligne.\n".repeat(80);
    office.message_with(MARTIN, |message| {
        message.caller.last_name = "\u{645}\u{631}\u{64a}\u{645}".into();
        message.subject = "Œuvre à 5 € \u{1f600}".into();
        message.text = long.clone();
    });
    let saved = Saved::by(&mut office.signed_in("martin"), "/messages/1");
    let told = saved.told();
    assert_eq!(
        (told["signed"].clone(), told["pdf_signed"].clone(), told["qpdf"].clone()),
        (json!(true), json!(true), json!(0))
    );
    assert!(told["pages"].as_u64().unwrap() > 1);
    let text = told["text"].as_str().unwrap();
    for said in ["[U+0645][U+0631][U+064A][U+0645]", "Œuvre à 5 € [U+1F600]", "leur numéro Unicode", "1 / 3"] {
        assert!(text.contains(said), "« {said} » in {text}");
    }
    assert_eq!(text.matches("Une très longue histoire").count(), 80, "every line is there");
    let contents = told["inside"]["message"]["contenu"].to_string();
    assert!(contents.contains("\u{645}\u{631}\u{64a}\u{645}") && contents.contains("\u{1f600}"), "{contents}");
}

#[test]
fn a_key_is_renewed_and_what_the_former_one_signed_still_holds() {
    let office = office();
    office.message(MARTIN, "Rappeler.");
    let mut martin = office.signed_in("martin");
    let before = Saved::by(&mut martin, "/messages/1");
    let mut admin = office.signed_in("admin");
    let page = admin.get("/administration/preuves");
    let first = page.all("code.fingerprint");
    assert_eq!(first.len(), 1);
    assert!(before.record()["cle"]["empreinte"] == first[0].replace(' ', ""), "{first:?}");
    let done = admin.post("/administration/preuves", &[]);
    assert_eq!(done.header("location"), Some("/administration/preuves?fait"));
    let shown = admin.get("/administration/preuves").all("code.fingerprint");
    assert!(shown.len() == 2 && shown[1] == first[0] && shown[0] != first[0], "{shown:?}");
    assert!(admin.get("/administration/journal").text().contains("clé des preuves renouvelée"));
    let after = Saved::by(&mut martin, "/messages/1");
    assert!(after.record()["cle"]["empreinte"] == shown[0].replace(' ', ""));
    assert_eq!(office.stranger().get("/preuves").count("code.fingerprint"), 2);
    // Both with the file of all keys; each with its own alone.
    let keys = after.path("cles.pem");
    for file in [before.path("preuve.json"), after.path("preuve.json")] {
        assert_eq!(check(&file, &["--key", keys.to_str().unwrap()]).code, 0);
    }
    assert_eq!(check(&before.path("preuve.json"), &["--key", &shown[0]]).code, 1);
}

#[test]
fn the_key_is_in_backups_and_comes_back() {
    let mut office = office();
    let shown = |browser: &mut Browser| browser.get("/preuves").all("code.fingerprint");
    let before = shown(&mut office.stranger());
    office.restart();
    assert_eq!(shown(&mut office.stranger()), before, "it is made once");
    office.stop();
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    std::fs::create_dir(&kept).unwrap();
    assert_eq!(permanence(office.data_folder(), &["backup", "--to", kept.to_str().unwrap()]).code, 0);
    let file = std::fs::read_dir(&kept).unwrap().next().unwrap().unwrap().path();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["restore", file.to_str().unwrap()]).code, 0);
    let process = Process::start(&["serve"], Some(&data));
    assert_eq!(shown(&mut Browser::new(process.address)), before);
}

#[test]
fn a_proof_of_a_message_that_is_gone_or_anothers_is_not_there() {
    let office = office();
    office.message(MARTIN, "Rappeler.");
    for page in ["preuve", "preuve.pdf", "preuve.json"] {
        assert_eq!(office.signed_in("lefevre").get(&format!("/messages/1/{page}")).status, 404);
        assert_eq!(office.signed_in("martin").get(&format!("/messages/2/{page}")).status, 404);
    }
    // What servers said goes with the message.
    let message = office.house().store.write(|tx| {
        use permanence::messages::{expiry, store};
        let taken = store::take(tx, MARTIN, new_message(office.now()).checked()?)?;
        let letter = permanence::notices::letter::NewLetter::mail(
            "a@example.net",
            permanence::notices::letter::Purpose::Test,
            "Essai",
            "Essai",
            office.now(),
        );
        let mut letter = permanence::notices::outbox::put(tx, letter, office.now())?;
        letter.subscriber = Some(MARTIN);
        letter.state = permanence::notices::State::Sent;
        let items =
            vec![permanence::notices::letter::Item { number: taken.number, urgent: false, content: String::new() }];
        letter.body = permanence::notices::letter::Body::Announcement { subscriber_name: String::new(), items };
        permanence::messages::transmission::note(tx, &letter, office.now())?;
        let line = permanence::messages::deliveries::of_line(tx, MARTIN, taken.number, 1)?;
        assert!(line.is_some(), "it is kept beside the line");
        expiry::erase(tx, MARTIN, &taken)?;
        Ok(taken.number)
    });
    let line = office
        .house()
        .store
        .read(|tx| permanence::messages::deliveries::of_line(tx, MARTIN, *message.as_ref().unwrap(), 1));
    assert_eq!(line.unwrap(), None);
}
