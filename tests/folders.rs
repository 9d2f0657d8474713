//! Everything out, everything in: what leaves one house is read by people without any software, and by another house.

use crate::support::browser::Page;
use crate::support::{LEFEVRE, MARTIN, Office, PASSWORD, command, office};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs a Python program on a file's bytes, and what it printed.
fn python(program: &str, bytes: &[u8]) -> String {
    let mut child = Command::new("python3")
        .args(["-c", program])
        .env("PYTHONPATH", concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-tools/python"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is there");
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}");
    String::from_utf8(output.stdout).unwrap()
}

/// Opens the zip, checks what its manifest says with hashlib, and that its pages ask for nothing from outside and lead only
/// to files that are there; how many files that were.
const SOUND: &str = "import sys, io, json, zipfile, hashlib, posixpath\n\
    from html.parser import HTMLParser\n\
    z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\n\
    m = json.loads(z.read('manifeste.json'))\n\
    listed = {f['nom']: f for f in m['fichiers']}\n\
    assert sorted(listed) + ['manifeste.json'] == sorted(listed) + [n for n in z.namelist() if n not in listed]\n\
    for name, f in listed.items():\n\
    \x20   data = z.read(name)\n\
    \x20   assert len(data) == f['octets'] and hashlib.sha256(data).hexdigest() == f['sha256'], name\n\
    class Links(HTMLParser):\n\
    \x20   def handle_starttag(self, tag, attrs):\n\
    \x20       assert tag not in ('script', 'link', 'iframe', 'object', 'form'), tag\n\
    \x20       for key, value in attrs:\n\
    \x20           if key in ('href', 'src'):\n\
    \x20               target = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), value.split('#')[0]))\n\
    \x20               assert target in listed, (self.page, value)\n\
    \x20               self.seen.add(target)\n\
    seen = set()\n\
    for name in listed:\n\
    \x20   if name.endswith('.html'):\n\
    \x20       text = z.read(name).decode()\n\
    \x20       assert '://' not in text and 'url(' not in text, name\n\
    \x20       p = Links(); p.page = name; p.seen = seen; p.feed(text)\n\
    pages = [n for n in listed if n.endswith('.html') and n != 'index.html']\n\
    assert all(page in seen for page in pages), 'every page is reached'\n";

fn sound(zip: &Page, more: &str) -> String {
    python(&format!("{SOUND}{more}"), &zip.bytes)
}

/// Two practices with something in every room.
fn lively() -> Office {
    let office = office();
    office.messages(MARTIN, 620);
    office.message(MARTIN, "Texte, avec « ; », <b>balises</b> & é.\nSeconde ligne.");
    office.message(LEFEVRE, "À Maître Lefèvre seule.");
    office.contact(MARTIN, "Lécuyer", "Zoé", |card| card.notes = "Sonner deux fois ; 3e étage, gauche".into());
    office.appointment(MARTIN, "2026-11-27", "09:00", 15, "Roux, le fils");
    office.absence(MARTIN, "2027-02-01");
    office.instruction(MARTIN, "Demander la date de naissance.");
    office.fax(Some(MARTIN), 2, 1);
    office
}

#[test]
fn an_abonne_takes_everything_away_in_a_folder_that_needs_no_software() {
    let office = lively();
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/mon-compte").text().contains("Tout télécharger"));
    assert!(martin.get("/mon-compte/telechargement").text().contains("Cabinet Martin"));
    let zip = martin.post("/mon-compte/telechargement", &[("abonne", "1")]);
    assert_eq!(zip.header("content-disposition"), Some("attachment; filename=\"cabinet-martin-2026-11-24.zip\""));
    let said = sound(
        &zip,
        "print(m['entier'], [(a['nom'], a['messages'], a['contacts'], a['rendez_vous'], a['fax']) for a in m['abonnes']])\n\
         first, second = z.read('pages/messages-1.html').decode(), z.read('pages/messages-2.html').decode()\n\
         print(first.count('<article'), second.count('<article'))\n\
         print('&lt;b&gt;balises&lt;/b&gt; &amp; é.' in second, '<b>balises' in second)\n\
         print(sorted(n for n in listed if n.startswith('fax/')))\n\
         import icalendar, vobject\n\
         cards = list(vobject.readComponents(z.read('contacts.vcf').decode()))\n\
         print([(c.n.value.family, c.n.value.given, c.note.value) for c in cards])\n\
         calendar = icalendar.Calendar.from_ical(z.read('agenda.ics'))\n\
         events = calendar.walk('VEVENT')\n\
         assert not calendar.errors and not any(e.errors for e in events)\n\
         print([(str(e['SUMMARY']), e['DTSTART'].dt.astimezone(__import__('datetime').timezone.utc).isoformat()) for e in events])\n\
         everything = b''.join(z.read(n) for n in listed).decode('utf-8', 'replace')\n\
         print('Lefèvre seule' in everything, '$argon2' in everything)\n",
    );
    assert_eq!(
        said,
        "False [('Cabinet Martin', 622, 1, 1, 1)]\n\
         500 122\n\
         True False\n\
         ['fax/1/1.png', 'fax/1/1.vignette.png', 'fax/1/2.png', 'fax/1/2.vignette.png', 'fax/1/original.tif']\n\
         [('Lécuyer', 'Zoé', 'Sonner deux fois ; 3e étage, gauche')]\n\
         [('ROUX, LE FILS Paul', '2026-11-27T08:00:00+00:00')]\n\
         False False\n"
    );
    assert!(martin.get("/journal").text().contains("martin téléchargement de tout"));
}

#[test]
fn a_folder_is_given_to_whom_it_belongs_and_after_the_password() {
    let office = lively();
    let mut martin = office.signed_in("martin");
    for of_other in ["2", "99", "", "x"] {
        assert_eq!(martin.post("/mon-compte/telechargement", &[("abonne", of_other)]).status, 404, "{of_other}");
    }
    for other in ["aline", "admin"] {
        let mut other = office.signed_in(other);
        assert_eq!(other.get("/mon-compte/telechargement").status, 404);
        assert_eq!(other.post("/mon-compte/telechargement", &[("abonne", "1")]).status, 404);
    }
    office.let_pass_s(11 * 60);
    let asked = martin.post("/mon-compte/telechargement", &[("abonne", "1")]);
    assert_eq!(asked.status, 403);
    assert!(asked.text().contains("Confirmez votre mot de passe"));
    let zip = martin.post("/mon-compte/telechargement", &[("abonne", "1"), ("confirmation", PASSWORD)]);
    assert_eq!((zip.status, &zip.bytes[..2]), (200, &b"PK"[..]));
}

#[test]
fn the_whole_house_goes_out_from_the_screen_and_from_the_command_line() {
    let mut office = lively();
    let mut admin = office.signed_in("admin");
    assert!(admin.get("/administration").text().contains("Dossiers"));
    assert!(admin.get("/administration/dossiers").text().contains("Télécharger toute la maison"));
    let zip = admin.post("/administration/dossiers", &[]);
    let count = "print(m['entier'], [(a['nom'], a['dossier'], a['messages']) for a in m['abonnes']])\n\
        print([json.loads(line)['identifiant'] for line in z.read('comptes.jsonl').splitlines()])\n\
        print('$argon2' in z.read('comptes.jsonl').decode())\n";
    let expected = "True [('Cabinet Martin', 'abonnes/1/', 622), ('Maître Lefèvre', 'abonnes/2/', 1)]\n\
        ['martin', 'lefevre', 'double', 'aline', 'basile', 'admin', 'partie']\n\
        False\n";
    assert_eq!(sound(&zip, count), expected);
    office.stop();
    let data = office.data_folder().to_owned();
    let file = data.with_file_name("maison.zip");
    let run = command::permanence(&data, &["export", "--everything", "--output", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(python(&format!("{SOUND}{count}"), &std::fs::read(&file).unwrap()), expected);
    let run =
        command::permanence(&data, &["export", "--everything", "--subscriber", "Personne", "--output", "/dev/null"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("l’abonné « Personne » n’existe pas"), "{}", run.err);
    assert_eq!(command::permanence(&data, &["export"]).code, 2);
}
