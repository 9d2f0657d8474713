//! A folder of another house comes in: equal table by table, once however often it is brought, and never half.

use crate::support::rows::{Rows, rows};
use crate::support::{LEFEVRE, MARTIN, Office, command, office};
use permanence::base::{ContactId, PersonId, Phone};
use permanence::contacts::model::{By, PhoneLine};
use permanence::contacts::{merge, store as contacts};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Who sends what where.
type Post<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// Two practices that have lived in every room.
fn lived() -> Office {
    let office = office();
    office.messages(MARTIN, 60);
    office.message_with(MARTIN, |message| message.urgent = true);
    office.message(LEFEVRE, "À Maître Lefèvre seule : « é; \"à\" ».");
    for (first, email) in [("Zoé", "zoe@example.org"), ("Zoe", ""), ("Anne", "")] {
        office.contact(MARTIN, "Lécuyer-Roux", first, |card| {
            card.email = email.into();
            card.phones = vec![PhoneLine { word: "portable".into(), phone: Phone::read("06 39 98 12 34") }];
        });
    }
    merged(&office);
    let mut admin = office.signed_in("admin");
    let mut aline = office.signed_in("aline");
    let mut martin = office.signed_in("martin");
    let settings = [
        ("actif", "1"),
        ("par-email", "1"),
        ("confirmation", "1"),
        ("quand-1", "j1"),
        ("heure-1", "18:00"),
        ("lieu", "au 12, rue Colette"),
        ("texte-rappel", "Rappel : {date} à {heure}, {lieu}."),
        ("texte-confirmation", "C’est noté : {date} à {heure}, {lieu}."),
        ("annulation", "24"),
    ];
    let wishes =
        [("adresses", "c@example.org"), ("type", "message"), ("jour", "2"), ("rythme", "groupes"), ("minutes", "30")];
    let booked = [
        ("date", "2026-11-27"),
        ("heure", "09:00"),
        ("duree", "15"),
        ("nom", "Lécuyer"),
        ("contact", "1"),
        ("type", "consultation"),
        ("rappel-email", "1"),
    ];
    let posts: [Post<'_>; 15] = [
        ("admin", "/administration/abonnes/1/avis", &wishes),
        ("admin", "/administration/usages", &[("carte", "google"), ("conservation", "45")]),
        (
            "admin",
            "/administration/maison",
            &[("nom", "Secrétariat des Tilleuls"), ("telephone", "01 40 50 60 70"), ("horaires", "8 h à 19 h")],
        ),
        (
            "aline",
            "/standard/abonnes/1/messages",
            &[("texte", "Rappeler."), ("rappel-heure", "15:00"), ("urgent", "1")],
        ),
        ("aline", "/standard/abonnes/1/modeles", &[("nom", "Rappel"), ("texte", "Rappeler entre … et …")]),
        ("aline", "/standard/modeles", &[("nom", "Absent"), ("texte", "Est absent jusqu’à …")]),
        ("aline", "/standard/abonnes/1/consignes", &[("texte", "Dire bonjour.")]),
        ("aline", "/standard/abonnes/1/consignes", &[("texte", "Dire bonsoir."), ("remplace", "1")]),
        ("martin", "/disponibilite", &[("jusqu-a", "ordre")]),
        ("martin", "/messages/archivage", &[("message", "3"), ("message", "4")]),
        ("martin", "/messages/5/reponses", &[("reponse", "Je rappelle ce soir.")]),
        ("martin", "/agenda/rappels", &settings),
        ("martin", "/contacts/1/rappels", &[("email", "1")]),
        ("aline", "/standard/abonnes/1/agenda/rendez-vous", &booked),
        (
            "aline",
            "/standard/abonnes/1/agenda/absences",
            &[("du", "2027-01-04"), ("au", "2027-01-08"), ("raison", "Congés")],
        ),
    ];
    for (who, address, fields) in posts {
        let browser = match who {
            "admin" => &mut admin,
            "aline" => &mut aline,
            _ => &mut martin,
        };
        let page = browser.post(address, fields);
        assert!(page.status < 400, "{address}: {} {}", page.status, page.text());
    }
    let take = [("quoi", "rappel"), ("geste", "prendre")];
    assert!(aline.post("/standard/abonnes/1/messages/62/attente", &take).status < 400);
    office.appointment(MARTIN, "2026-11-28", "10:00", 45, "D’Artagnan");
    office.appointment(LEFEVRE, "2026-11-28", "10:00", 30, "Athos");
    office.unworked_each_week(MARTIN, "2026-11-26");
    office.fax(Some(MARTIN), 2, 1);
    office
}

/// Two cards of one person, made one.
fn merged(office: &Office) {
    let store = &office.house().store;
    let by = By { person: Some(PersonId(4)), name: "Aline" };
    let done = store.write(|tx| {
        let kept = contacts::contact(tx, MARTIN, ContactId(1))?.expect("a card");
        merge::merge(tx, MARTIN, (kept.id, kept.revision), (ContactId(2), 1), kept.as_new(), by, office.now())
    });
    done.expect("they are merged");
}

/// The folder of a house that stands still, made by the binary.
fn folder_of(office: &mut Office) -> PathBuf {
    office.stop();
    let file = office.data_folder().with_file_name("maison.zip");
    let run =
        command::permanence(office.data_folder(), &["export", "--everything", "--output", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    file
}

fn import(data: &Path, file: &Path) -> command::Run {
    command::permanence(data, &["import", file.to_str().unwrap()])
}

/// What goes along, table by table: a new table of these rooms goes too, or says below why it stays.
const GOES: [&str; 12] = [
    "agenda.",
    "contacts.",
    "continuity.wishes",
    "counters.",
    "house.customs",
    "house.secretariat",
    "messages.",
    "notices.wishes",
    "people.logins",
    "reminders.",
    "subscribers.",
    "switchboard.",
];
/// Letters are the house's that wrote them; who saw to one, what was being typed and whose agendas stood side by side are
/// somebody's there.
const STAYS: [&str; 14] = [
    "reminders.errands",
    "reminders.of_letter",
    "reminders.waiting",
    "subscribers.looks",
    "switchboard.drafts",
    "switchboard.extensions",
    "switchboard.failures_taken",
    "switchboard.teams",
    // Telephones are set up anew: how they call things, and what changed since they last asked, is between them and one house.
    "agenda.change",
    "agenda.last_change",
    "agenda.outside_",
    "contacts.change",
    "contacts.last_change",
    "contacts.outside_",
];

fn carried(all: Rows) -> Rows {
    let goes = |name: &str| {
        let Some(table) = name.strip_prefix("permanence.redb/") else { return false };
        GOES.iter().any(|room| table.starts_with(room)) && !STAYS.iter().any(|stays| table.starts_with(stays))
    };
    all.into_iter().filter(|(name, _)| goes(name)).collect()
}

/// A table's rows by key.
type Table = std::collections::BTreeMap<Vec<u8>, Vec<u8>>;

fn differences(left: &Rows, right: &Rows) -> Vec<String> {
    let mut names: Vec<&String> = left.keys().chain(right.keys()).collect();
    names.sort();
    names.dedup();
    let none = Default::default();
    let differs = |name: &&String| left.get(*name).unwrap_or(&none) != right.get(*name).unwrap_or(&none);
    let said = |name: &String| {
        let (here, there) = (left.get(name).unwrap_or(&none), right.get(name).unwrap_or(&none));
        let only = |a: &Table, b: &Table| {
            a.iter().find(|(key, value)| b.get(*key) != Some(value)).map(|(key, value)| format!("{key:?} {value:?}"))
        };
        format!("{name}: {} and {} rows: {:?} {:?}", here.len(), there.len(), only(here, there), only(there, here))
    };
    names.into_iter().filter(differs).map(said).collect()
}

#[test]
fn a_house_is_read_back_equal_table_by_table_and_twice_is_once() {
    let mut office = lived();
    let file = folder_of(&mut office);
    let elsewhere = tempfile::tempdir().unwrap();
    let data = elsewhere.path().join("data");
    let tried = command::permanence(&data, &["import", file.to_str().unwrap(), "--dry-run"]);
    assert_eq!(tried.code, 0, "{}{}", tried.out, tried.err);
    assert!(
        tried.out.contains("Essai seulement")
            && tried.out.contains("Cabinet Martin : 64 messages, 2 fiches contact, 2 rendez-vous, 1 fax (nouveau)"),
        "{}",
        tried.out
    );
    let run = import(&data, &file);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("2 abonnés repris, 7 comptes à ouvrir."), "{}", run.out);
    let (before, after) = (carried(rows(office.data_folder())), carried(rows(&data)));
    for table in [
        "messages.postings",
        "contacts.words",
        "agenda.spans",
        "agenda.undos",
        "messages.claims",
        "reminders.planned",
        "counters.months",
    ] {
        assert!(before.contains_key(&format!("permanence.redb/{table}")), "{table} is compared");
    }
    assert_eq!(differences(&before, &after), Vec::<String>::new());
    let again = import(&data, &file);
    assert!(again.out.contains("déjà repris") && again.out.contains("0 abonné repris, 0 compte"), "{}", again.out);
    assert_eq!(differences(&after, &carried(rows(&data))), Vec::<String>::new(), "twice is once");
    let checked = command::permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    // Nobody gets in by what a folder says.
    let listed = command::permanence(&data, &["person", "list"]);
    assert_eq!(listed.out.matches("désactivé").count(), 7, "{}", listed.out);
}

#[test]
fn pages_of_faxes_are_read_anew_and_are_the_same() {
    let office = lived();
    let zip = office.signed_in("admin").post("/administration/abonnes/1/telechargement", &[]);
    let other = self::office();
    bring(&other, &zip.bytes);
    let (before, after) =
        (office.last_fax(MARTIN).unwrap(), other.last_fax(permanence::base::SubscriberId(3)).unwrap());
    let after = other.read_fax(after.number);
    assert_eq!((before.state, before.message, before.received), (after.state, after.message, after.received));
    for page in ["original", "1.png", "2.png", "2.vignette.png"] {
        let (ours, theirs) = (&office.house().papers, &other.house().papers);
        assert_eq!(ours.read(&before.key, page).unwrap(), theirs.read(&after.key, page).unwrap(), "{page}");
    }
}

/// Brings a folder in as an administrator does; the page that says so.
fn bring(office: &Office, zip: &[u8]) -> String {
    let mut admin = office.signed_in("admin");
    let sent = admin.upload("/administration/dossiers/reprise", "fichier", "dossier.zip", zip);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let address = sent.header("location").unwrap().to_owned();
    let before = tables(office);
    let preview = admin.get(&address);
    assert!(preview.text().contains("Aperçu du dossier"), "{}", preview.text());
    assert_eq!(before, tables(office), "a preview writes nothing");
    let done = admin.post(&address, &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(admin.post(&address, &[]).status, 404, "the file is used");
    admin.follow(done).text()
}

fn tables(office: &Office) -> Vec<(String, u64)> {
    let rooms =
        ["messages.", "contacts.", "agenda.", "subscribers.", "people.persons", "fax.", "folders.", "reminders."];
    let all = office.house().store.check_rows().unwrap().into_iter();
    all.filter(|table| rooms.iter().any(|room| table.name.starts_with(room)))
        .map(|table| (table.name.to_owned(), table.rows))
        .collect()
}

#[test]
fn an_abonne_moves_to_a_house_that_has_others_under_new_numbers() {
    let office = lived();
    let zip = office.signed_in("martin").post("/mon-compte/telechargement", &[("abonne", "1")]);
    let other = self::office();
    other.message(MARTIN, "À l’autre Cabinet Martin.");
    let said = bring(&other, &zip.bytes);
    assert!(said.contains("1 abonné repris, avec 2 comptes à ouvrir."), "{said}");
    let mut admin = other.signed_in("admin");
    let listed = admin.get("/administration/abonnes").text();
    assert!(listed.contains("Cabinet Martin (2)"), "{listed}");
    let persons = admin.get("/administration/personnes").text();
    assert!(persons.contains("martin-2") && persons.contains("double-2") && !persons.contains("aline-2"), "{persons}");
    // Everything is found as it was, and new numbers go on after the old ones.
    let mut aline = other.signed_in("aline");
    let message = aline.get("/standard/abonnes/3/messages/62").text();
    assert!(message.contains("Rappeler.") && message.contains("Aline"), "{message}");
    assert!(aline.get("/standard/abonnes/3/contacts?q=0639981234").text().contains("LÉCUYER-ROUX"));
    let found = aline.get("/standard/recherche?q=souhaite").text();
    assert!(found.contains("Cabinet Martin (2)"), "{found}");
    assert!(aline.get("/standard/abonnes/3/agenda?date=2026-11-28").text().contains("D’ARTAGNAN"));
    let next = other.message(permanence::base::SubscriberId(3), "Le suivant.");
    assert_eq!(next.0, 65);
    assert!(aline.get("/standard/abonnes/1/messages").text().contains("À l’autre Cabinet Martin."));
    let again = bring(&other, &zip.bytes);
    assert!(again.contains("était déjà là"), "{again}");
    // What left this very house is at home.
    let own = office.signed_in("admin").post("/administration/abonnes/1/telechargement", &[]);
    assert!(bring(&office, &own.bytes).contains("était déjà là"));
}

/// A folder changed by a program that is not ours; digests follow if `honest`.
fn remade(zip: &[u8], honest: bool, change: &str) -> Vec<u8> {
    let program = format!(
        "import sys, io, json, zipfile, hashlib\n\
         z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\n\
         files = {{n: z.read(n) for n in z.namelist()}}\n\
         m = json.loads(files.pop('manifeste.json'))\n\
         {change}\n\
         if {honest}:\n\
         \x20   m['fichiers'] = [dict(nom=n, octets=len(b), sha256=hashlib.sha256(b).hexdigest()) for n, b in files.items()]\n\
         out = io.BytesIO()\n\
         w = zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED)\n\
         for n, b in files.items(): w.writestr(n, b)\n\
         w.writestr('manifeste.json', json.dumps(m))\n\
         w.close()\n\
         sys.stdout.buffer.write(out.getvalue())\n",
        honest = if honest { "True" } else { "False" },
    );
    let mut child =
        Command::new("python3").args(["-c", &program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = zip.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{change}");
    output.stdout
}

#[test]
fn a_changed_byte_is_found_and_hostile_folders_are_refused_in_a_sentence() {
    let office = lived();
    let zip = office.signed_in("admin").post("/administration/abonnes/1/telechargement", &[]).bytes;
    let other = self::office();
    let before = tables(&other);
    let mut admin = other.signed_in("admin");
    let mut refused = |bytes: &[u8], sentence: &str| {
        let page = admin.upload("/administration/dossiers/reprise", "fichier", "dossier.zip", bytes);
        assert_eq!(page.status, 422, "{sentence}");
        assert!(page.text().contains(sentence), "« {sentence} » in {}", page.text());
    };
    let text = "files['donnees/messages.messages.jsonl'] = files['donnees/messages.messages.jsonl'].replace(b'Souhaite', b'Refuse  ', 1) + b''";
    refused(&remade(&zip, false, text), "« donnees/messages.messages.jsonl » a été modifié ou abîmé");
    refused(
        &remade(&zip, false, "files['fax/1/original.tif'] = files['fax/1/original.tif'][:-1] + b'x'"),
        "« fax/1/original.tif » a été modifié",
    );
    refused(&remade(&zip, false, "files.pop('agenda.ics')"), "« agenda.ics » a été modifié ou abîmé");
    refused(
        &remade(&zip, false, "files['plus.txt'] = b'x'"),
        "un fichier que son manifeste ne nomme pas : « plus.txt »",
    );
    for newer in ["m['version'] = 2", "m['tables']['messages.messages'] = 99", "m['tables']['avenir.lignes'] = 1"] {
        refused(&remade(&zip, true, newer), "vient d’une version plus récente");
    }
    for name in ["../../etc/passwd", "/etc/passwd", "a//b", "a\\\\b", "é"] {
        refused(&remade(&zip, true, &format!("files['{name}'] = b'x'")), "un fichier qui ne peut pas être");
    }
    refused(&remade(&zip, true, "files['gros.bin'] = b'\\0' * 400_000_000"), "démesuré une fois décompressé");
    refused(&remade(&zip, true, "m['format'] = 'autre'"), "n’est pas un dossier de Permanence");
    refused(&remade(&zip, true, "m['abonnes'] = []"), "n’est pas un dossier de Permanence");
    refused(b"PK\x03\x04 rien", "n’est pas un zip lisible");
    refused(&zip[..zip.len() / 2], "n’est pas un zip lisible");
    refused(&remade(&zip, true, "for i in range(100_001): files['x%d' % i] = b''"), "trop de fichiers");
    // Flipped where it lies: in the packed bytes of whichever file is there.
    for place in (100..zip.len() / 2).step_by(zip.len() / 20) {
        let mut flipped = zip.clone();
        flipped[place] ^= 0x40;
        let page = admin.upload("/administration/dossiers/reprise", "fichier", "dossier.zip", &flipped);
        assert!(page.status == 422 || is_idle(&zip, place), "byte {place}: {}", page.status);
    }
    assert_eq!(before, tables(&other), "nothing came of any");
}

/// Whether a byte stands in a local header, which the directory at the end repeats and readers don't look at.
fn is_idle(zip: &[u8], place: usize) -> bool {
    let start = zip[..place].windows(4).rposition(|bytes| bytes == b"PK\x03\x04").unwrap_or(0);
    let length = |at: usize| usize::from(u16::from_le_bytes([zip[start + at], zip[start + at + 1]]));
    let body = start + 30 + length(26) + length(28);
    let described = zip[start + 4..=place].windows(4).any(|bytes| bytes == b"PK\x07\x08");
    place < body || described
}

#[test]
fn a_folder_whose_rows_make_no_sense_leaves_nothing_behind() {
    let office = lived();
    let zip = office.signed_in("admin").post("/administration/abonnes/1/telechargement", &[]).bytes;
    let other = self::office();
    let papers = || other.house().papers.bytes_of_all().unwrap();
    let (before, bytes) = (tables(&other), papers());
    let change = |file: &str, from: &str, to: &str| {
        format!("files['donnees/{file}.jsonl'] = files['donnees/{file}.jsonl'].replace(b'{from}', b'{to}', 1)")
    };
    for (change, sentence) in [
        (change("notices.wishes", "{", "["), "la ligne 1 de « donnees/notices.wishes.jsonl » ne se lit pas"),
        (
            change("messages.messages", "[[7]", "[[8]"),
            "la ligne 7 de « donnees/messages.messages.jsonl » ne se lit pas",
        ),
        (change("messages.counts", "last_number\":", "last_number\":1,\"x\":"), "un numéro qui n’a jamais été donné"),
        (change("agenda.numbers", "appointment\":", "appointment\":0,\"x\":"), "un numéro qui n’a jamais été donné"),
        (change("fax.faxes", "\"message\":", "\"message\":999,\"x\":"), "a perdu son message"),
        ("files['donnees/messages.history.jsonl'] = b'[' * 2_000_000".to_owned(), "ne se lit pas"),
        (
            "files['comptes.jsonl'] = files['comptes.jsonl'].replace(b'\"martin\"', b'\"mar tin\"')".to_owned(),
            "un identifiant qui ne peut pas être",
        ),
    ] {
        let mut admin = other.signed_in("admin");
        let sent = admin.upload("/administration/dossiers/reprise", "fichier", "d.zip", &remade(&zip, true, &change));
        assert_eq!(sent.status, 303, "{change}");
        let page = admin.post(sent.header("location").unwrap(), &[]);
        assert_eq!(page.status, 422, "{change}: {}", page.text());
        assert!(page.text().contains(sentence), "« {sentence} » in {}", page.text());
        assert_eq!((&before, bytes), (&tables(&other), papers()), "{change}");
    }
}

/// Killed while it is written, at whatever point that is, nothing of a folder is there, or all of it.
#[test]
fn kill_9_in_the_midst_leaves_nothing_half() {
    let mut office = lived();
    office.stop();
    let file = folder_of(&mut office);
    let elsewhere = tempfile::tempdir().unwrap();
    let data = elsewhere.path().join("data");
    let binary = env!("CARGO_BIN_EXE_permanence");
    for more in [0, 20, 60, 120] {
        let mut child = Command::new(binary)
            .args(["import", file.to_str().unwrap(), "--data-dir", data.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Its preview is out: from now on it writes.
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        std::io::BufRead::read_line(&mut out, &mut line).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(more));
        child.kill().unwrap();
        child.wait().unwrap();
        let checked = command::permanence(&data, &["check"]);
        assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
        let listed = command::permanence(&data, &["subscriber", "list"]);
        let there = listed.out.matches("Cabinet Martin").count() + listed.out.matches("Maître Lefèvre").count();
        assert!(there == 0 || there == 2, "{}", listed.out);
    }
    assert_eq!(import(&data, &file).code, 0);
    let (before, after) = (carried(rows(office.data_folder())), carried(rows(&data)));
    assert_eq!(differences(&before, &after), Vec::<String>::new());
}
