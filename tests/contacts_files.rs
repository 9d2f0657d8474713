//! Cards brought from an office's spreadsheet and from telephones, shown before anything is written; and handed over to
//! programs of others, which read them as they are.

use crate::support::browser::{Browser, Page};
use crate::support::command::permanence;
use crate::support::{MARTIN, Office, office};
use permanence::base::Phone;
use permanence::contacts::model::{Contact, PhoneLine};
use permanence::contacts::store;
use std::path::Path;
use std::process::Command;

const SHEET: &str = "tests/samples/contacts-tableur.csv";
const PHONE: &str = "tests/samples/contacts-telephone.vcf";

fn count(office: &Office) -> u64 {
    office.house().store.read(|tx| store::counts(tx, MARTIN)).unwrap().cards
}

fn all(office: &Office) -> Vec<Contact> {
    let look = office.house().store.read(|tx| {
        let mut found = Vec::new();
        store::each(tx, MARTIN, |contact| {
            found.push(contact);
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        Ok(found)
    });
    look.unwrap()
}

/// Sends a file and comes to its preview.
fn bring(browser: &mut Browser, name: &str, bytes: &[u8]) -> (String, Page) {
    let answer = browser.upload("/contacts/import", "fichier", name, bytes);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let address = answer.header("location").unwrap().to_owned();
    let page = browser.get(&address);
    assert_eq!(page.status, 200, "{}", page.text());
    (address, page)
}

#[test]
fn the_spreadsheet_of_an_office_is_understood_and_its_forty_doubles_are_found() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let (address, page) = bring(&mut martin, "contacts.csv", &std::fs::read(SHEET).unwrap());
    let text = page.text();
    for said in ["1 960 nouvelles fiches", "40 doublons", "Windows-1252", "contacts.csv"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    // Each column of this office's own names is guessed.
    let guessed = [
        "civilite",
        "nom",
        "prenom",
        "naissance",
        "fixe",
        "portable",
        "adresse",
        "code-postal",
        "ville",
        "email",
        "notes",
    ];
    for (place, word) in guessed.iter().enumerate() {
        let chosen = page.attributes(&format!("#colonne-{place} option[selected]"), "value");
        assert_eq!(chosen, [*word], "column {place}");
    }
    assert!(text.contains("M. ROBIN Nicolas") && text.contains("13/05/1929"), "{text}");
    assert_eq!(count(&office), 0, "nothing is written before « Importer »");
    let done = martin.submit(&page, &address, &[("doublons", "ignorer")]);
    assert_eq!(done.header("location"), Some("/contacts?import=1960-0-40-0"));
    let list = martin.follow(done);
    assert!(list.text().contains("fiches reprises, 40 laissées de côté."), "{}", list.text());
    assert_eq!(count(&office), 1960);
    // A double click finds the file used; the same file again is known.
    assert_eq!(martin.submit(&page, &address, &[]).status, 404);
    assert_eq!(count(&office), 1960);
    let (_, again) = bring(&mut martin, "contacts.csv", &std::fs::read(SHEET).unwrap());
    assert!(again.text().contains("0 nouvelle fiche"), "{}", again.text());
    assert!(martin.get("/contacts?q=robin+nico").text().contains("04 58 35 96 90"));
}

#[test]
fn doubles_complete_the_cards_that_are_there_when_one_says_so() {
    let office = office();
    office.contact(MARTIN, "Robin", "Nicolas", |card| {
        card.phones = vec![PhoneLine { word: String::new(), phone: Phone::read("04 58 35 96 90") }];
    });
    let sheet = "Nom;Prénom;Tél.;Portable;Né(e) le\nROBIN;Nicolas;0458359690;06 39 98 12 34;13/05/1929\n\
        DUPONT;Marie;01 99 00 55 66;;\nDupont;Marie;01.99.00.55.66;06 39 98 12 35;01/02/1950\n;;;;\nX;Y;;;31/02/1950\n";
    let mut martin = office.signed_in("martin");
    let (address, page) = bring(&mut martin, "a.csv", sheet.as_bytes());
    let text = page.text();
    assert!(
        text.contains("1 nouvelle fiche") && text.contains("2 doublons") && text.contains("1 ligne incorrecte"),
        "{text}"
    );
    assert!(text.contains("Ligne 6 : Date de naissance « 31/02/1950 » illisible"), "{text}");
    assert!(text.contains("même téléphone que la fiche n° 1"), "{text}");
    assert!(text.contains("même téléphone que la ligne 3"), "{text}");
    let done = martin.submit(&page, &address, &[("doublons", "completer")]);
    assert_eq!(done.header("location"), Some("/contacts?import=1-1-1-1"), "{}", done.text());
    let robin = martin.get("/contacts/1").text();
    assert!(robin.contains("06 39 98 12 34") && robin.contains("13 mai 1929"), "{robin}");
    let marie = martin.get("/contacts/2").text();
    assert!(marie.contains("06 39 98 12 35") && marie.contains("1er février 1950"), "{marie}");
}

#[test]
fn columns_that_nobody_named_are_guessed_and_can_be_corrected() {
    let office = office();
    let sheet = "DUPONT\tMarie\t06 39 98 12 34\t13/05/1962\t94000\tmarie@example.org\n\
        DURAND\tLuc\t06 39 98 12 35\t14/05/1962\t94000\tluc@example.org\n";
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(sheet.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mut martin = office.signed_in("martin");
    let (address, page) = bring(&mut martin, "sans-titres.txt", &utf_16);
    assert!(page.text().contains("Aucune colonne n’est prise pour le nom"), "{}", page.text());
    for (place, word) in [(2, "portable"), (3, "naissance"), (4, "code-postal"), (5, "email")] {
        assert_eq!(page.attributes(&format!("#colonne-{place} option[selected]"), "value"), [word]);
    }
    let better = martin.get(&format!("{address}?colonne-0=nom&colonne-1=prenom"));
    assert!(
        better.text().contains("2 nouvelles fiches") && better.text().contains("DUPONT Marie"),
        "{}",
        better.text()
    );
    let done = martin.submit(&better, &address, &[]);
    assert_eq!(done.header("location"), Some("/contacts?import=2-0-0-0"));
}

#[test]
fn telephones_of_three_generations_hand_their_cards_over() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let (address, page) = bring(&mut martin, "telephone.vcf", &std::fs::read(PHONE).unwrap());
    assert!(page.text().contains("300 nouvelles fiches") && !page.text().contains("incorrecte"), "{}", page.text());
    martin.submit(&page, &address, &[]);
    assert_eq!(count(&office), 300);
    for (name, said) in
        [("robin nicolas", "04 58 35 96 90"), ("simon julien", "29/01/2021"), ("auger hortense", "26/01/2018")]
    {
        let page = martin.get(&format!("/contacts?q={}", name.replace(' ', "+")));
        assert!(page.text().contains(said), "{name}: {}", page.text());
    }
    let simon = all(&office).into_iter().find(|card| card.last_name == "Simon" && card.first_name == "Julien").unwrap();
    assert_eq!(
        simon.notes,
        "Allergie, pénicilline; voir dossier\nDeuxième ligne, assez longue pour être pliée par le téléphone qui l'écrit"
    );
    assert_eq!(
        (simon.address.as_str(), simon.town.as_str(), simon.postal_code.as_str()),
        ("rue Laetitia Hamel", "Pineaunec", "43901")
    );
}

#[test]
fn files_of_other_kinds_are_refused_with_a_sentence() {
    let office = office();
    let mut martin = office.signed_in("martin");
    for (name, bytes, said) in [
        ("rien.csv", b"".as_slice(), "Choisissez un fichier"),
        ("classeur.xlsx", b"PK\x03\x04\x14\x00\x00\x00".as_slice(), "ni un tableau CSV ni une suite de fiches vCard"),
        ("blancs.csv", b" \r\n \r\n".as_slice(), "Ce fichier est vide"),
    ] {
        let page = martin.upload("/contacts/import", "fichier", name, bytes);
        assert_eq!(page.status, 422, "{name}");
        assert!(page.text().contains(said), "{name}: {}", page.text());
    }
    assert_eq!(martin.post("/contacts/import", &[("fichier", "x")]).status, 422, "a form without a file");
    let kind = [("Content-Type", "multipart/form-data; boundary=x")];
    assert_eq!(martin.send("POST", "/contacts/import", &kind, Some(b"--y\r\n")).status, 400);
    // Elsewhere a body of that size is too much, and here more than 25 MB.
    let large = vec![b'x'; 26 * 1024 * 1024];
    assert_eq!(martin.upload("/contacts/import", "fichier", "x.csv", &large).status, 413);
    assert_eq!(martin.upload("/contacts", "fichier", "x.csv", &large[..100_000]).status, 413);
    // A file from a foreign page changes nothing.
    martin.origin = Some("https://ailleurs.example".into());
    assert_eq!(martin.upload("/contacts/import", "fichier", "x.csv", b"Nom\nX\n").status, 403);
}

#[test]
fn nobody_sees_the_file_of_another() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let (address, _) = bring(&mut martin, "a.csv", b"Nom\nDupont\n");
    let mark = address.rsplit('/').next().unwrap().to_owned();
    assert_eq!(office.signed_in("lefevre").get(&address).status, 404);
    assert_eq!(office.signed_in("double").get(&address).status, 404, "of the same abonné, but another person");
    assert_eq!(office.signed_in("aline").get(&format!("/standard/abonnes/1/contacts/import/{mark}")).status, 404);
    let hostile = martin.upload("/contacts/import", "fichier", "../../../etc/passwd%0d%0aX: 1.csv", b"Nom\nDupont\n");
    let page = martin.follow(hostile);
    assert!(page.text().contains("passwd") && !page.text().contains("etc/"), "{}", page.text());
    assert_eq!(martin.get(&address).status, 404, "the next file took its place");
    office.let_pass_days(1);
    let mut martin = office.signed_in("martin");
    let files = || std::fs::read_dir(office.data_folder().join("imports")).unwrap().count();
    assert_eq!(files(), 1);
    let (address, _) = bring(&mut martin, "a.csv", b"Nom\nDupont\n");
    assert_eq!((martin.get(&address).status, files()), (200, 1));
}

/// Five cards with everything that breaks weak writers.
fn difficult(office: &Office) {
    let phones = |list: &[(&str, &str)]| {
        list.iter().map(|(word, phone)| PhoneLine { word: (*word).into(), phone: Phone::read(phone) }).collect()
    };
    office.contact(MARTIN, "Dupont; \"Marie\"", "Ánh, 王小明 👩🏽‍⚕️", |card| {
        card.civility = "Mme".into();
        card.birth = chrono::NaiveDate::from_ymd_opt(1962, 5, 13).map(Into::into);
        card.address = "12 bis, rue des Trois-Frères\\Barthélemy".into();
        card.postal_code = "01000".into();
        card.town = "Bourg-en-Bresse".into();
        card.phones = phones(&[("portable", "06 39 98 12 34"), ("fille, le soir", "+32 475 12 34 56")]);
        card.email = "marie@example.org".into();
        card.notes = "Une ligne ; deux,\ntrois \\n \"quatre\"".into();
        card.new_patient = true;
    });
    office.contact(MARTIN, "=1+1", "@SUM(A1)", |card| card.notes = "-2+3 'apostrophe'".into());
    office.contact(MARTIN, "'=déjà", "+cmd|' /C calc'!A0", |card| card.phones = phones(&[("", "poste 204")]));
    office.contact(MARTIN, "Bref", "", |_| ());
    office.contact(MARTIN, "Longue", "Note", |card| card.notes = "Très longue phrase, pliée. ".repeat(60));
}

fn read_by_others(kind: &str, bytes: &[u8]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("contacts.{kind}"));
    std::fs::write(&path, bytes).unwrap();
    let tools = Path::new("target/test-tools/python");
    assert!(tools.exists(), "vobject is there: run tests/run once, which fetches it");
    let run = Command::new("python3")
        .env("PYTHONPATH", tools)
        .args(["tests/samples/contacts.py", kind])
        .arg(&path)
        .output()
        .expect("python runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

/// What a reader should find: as the card says it, formulas behind an apostrophe in spreadsheets.
fn expected(office: &Office, sheet: bool) -> Vec<Vec<String>> {
    let cell = |text: &str| {
        let formula = text.starts_with(['=', '@', '-']) || text.starts_with("+cmd") || text.starts_with("'=");
        if sheet && formula { format!("'{text}") } else { text.to_owned() }
    };
    let phone = |card: &Contact, place: usize| {
        card.phones.get(place).map_or(String::new(), |line| match line.phone.dialled() {
            Some(number) if !sheet => format!("tel:{number}"),
            _ => line.phone.shown(),
        })
    };
    all(office)
        .iter()
        .map(|card| {
            vec![
                card.civility.clone(),
                cell(&card.last_name),
                cell(&card.first_name),
                card.birth.map_or(String::new(), |birth| birth.date().format("%d/%m/%Y").to_string()),
                card.address.clone(),
                card.postal_code.clone(),
                card.town.clone(),
                phone(card, 0),
                card.phones.first().map_or(String::new(), |line| line.word.clone()),
                phone(card, 1),
                card.email.clone(),
                cell(&card.notes),
                if card.new_patient { "oui".into() } else { String::new() },
            ]
        })
        .collect()
}

#[test]
fn readers_of_others_take_the_exports_back_equal() {
    let office = office();
    difficult(&office);
    let mut martin = office.signed_in("martin");
    let csv = martin.get("/contacts/export.csv");
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"contacts-cabinet-martin.csv\""));
    assert!(csv.bytes.starts_with(b"\xef\xbb\xbf") && csv.bytes.windows(2).any(|two| two == b"\r\n"));
    assert_eq!(read_by_others("csv", &csv.bytes), expected(&office, true));
    let vcf = martin.get("/contacts/export.vcf");
    assert_eq!(vcf.header("content-type"), Some("text/vcard; charset=utf-8"));
    assert_eq!(read_by_others("vcf", &vcf.bytes), expected(&office, false));
    let journal = office.signed_in("admin").get("/administration/journal").text();
    assert!(journal.contains("contacts exportés") && journal.contains("5 fiches"), "{journal}");
}

#[test]
fn our_own_exports_come_back_as_the_same_cards() {
    for kind in ["csv", "vcf"] {
        let office = office();
        difficult(&office);
        let mut martin = office.signed_in("martin");
        let before: Vec<_> = all(&office).iter().map(Contact::as_new).collect();
        let bytes = martin.get(&format!("/contacts/export.{kind}")).bytes;
        let (_, known) = bring(&mut martin, "export", &bytes);
        assert!(known.text().contains("5 fiches déjà là, à l’identique"), "{kind}: {}", known.text());
        for card in all(&office) {
            martin.post(&format!("/contacts/{}/suppression", card.id), &[]);
        }
        assert_eq!(count(&office), 0);
        let (address, page) = bring(&mut martin, "export", &bytes);
        martin.submit(&page, &address, &[]);
        let after: Vec<_> = all(&office).iter().map(Contact::as_new).collect();
        assert_eq!(after, before, "{kind}");
    }
}

#[test]
fn the_command_line_brings_cards_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Martin"]).code, 0);
    let unknown = permanence(&data, &["import", "contacts", SHEET, "--subscriber", "Personne"]);
    assert!(unknown.code == 1 && unknown.err.contains("« Personne » n’existe pas"), "{}", unknown.err);
    let tried = permanence(&data, &["import", "contacts", SHEET, "--subscriber", "Cabinet Martin", "--dry-run"]);
    assert!(tried.code == 0 && tried.out.contains("40 doublons"), "{} {}", tried.out, tried.err);
    let done = permanence(&data, &["import", "contacts", SHEET, "--subscriber", "Cabinet Martin"]);
    assert!(done.out.contains("960 fiches reprises"), "{} {}", done.out, done.err);
    let more =
        permanence(&data, &["import", "contacts", PHONE, "--subscriber", "cabinet martin", "--doubles", "completer"]);
    assert!(more.out.contains("0 fiche reprise"), "{} {}", more.out, more.err);
}
