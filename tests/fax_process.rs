//! Faxes under the real binary: `fax add` with and without a running server, kill -9 while pages are read, and `check`, which
//! misses no file.

use crate::support::Browser;
use crate::support::command::{Process, permanence};
use crate::support::faxes::tiff;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Enough to fall into reading at every stage.
const KILLS: u64 = 12;

fn house() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(permanence(&data, &["subscriber", "add", "Cabinet Martin"]).code, 0);
    (folder, data)
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

#[test]
fn the_command_line_adds_faxes_whether_the_server_runs_or_not() {
    let (folder, data) = house();
    let (one, two) = (file(folder.path(), "un.tif", &tiff(2, 1)), file(folder.path(), "deux.tif", &tiff(1, 2)));
    let bad = file(folder.path(), "note.txt", b"no fax");
    let to = ["--subscriber", "cabinet martin"];
    let added = permanence(&data, &[&["fax", "add"], to.as_slice(), &[&one]].concat());
    assert_eq!((added.code, added.out.trim()), (0, "un.tif : fax n° 1, 2 pages, message n° 1"), "{}", added.err);
    let again = permanence(&data, &[&["fax", "add"], to.as_slice(), &[&one]].concat());
    assert_eq!((again.code, again.out.trim()), (0, "un.tif : déjà arrivé, fax n° 1"));
    let nobody = permanence(&data, &["fax", "add", &two]);
    assert_eq!((nobody.code, nobody.out.trim()), (0, "deux.tif : fax n° 2, 1 page, à attribuer au standard"));
    let mixed = permanence(&data, &[&["fax", "add"], to.as_slice(), &[&bad, &two]].concat());
    assert_eq!(mixed.code, 1, "{}", mixed.out);
    assert!(mixed.out.contains("note.txt : ") && mixed.out.contains("TIFF, PDF, PNG ou JPEG"), "{}", mixed.out);
    assert!(
        mixed.out.contains("deux.tif : fax n° 4, 1 page, message n° 2"),
        "one bad file keeps no other out: {}",
        mixed.out
    );
    let unknown = permanence(&data, &["fax", "add", "--subscriber", "Personne", &one]);
    assert!(unknown.code == 1 && unknown.err.contains("aucun abonné ne s’appelle « Personne »"), "{}", unknown.err);
    assert!(permanence(&data, &["fax", "add", "absent.tif"]).code == 1);

    // The server holds the data: it takes them from there.
    let three = file(folder.path(), "trois.tif", &tiff(3, 3));
    let server = Process::start(&["serve"], Some(&data));
    let left = permanence(&data, &[&["fax", "add"], to.as_slice(), &[&three]].concat());
    assert!(left.code == 0 && left.out.contains("Le serveur est en marche"), "{}{}", left.out, left.err);
    assert_eq!(server.end(), Some(0));
    let server = Process::start(&["serve"], Some(&data));
    let end = Instant::now() + Duration::from_secs(30);
    // What it tells of itself, without a person.
    let mut browser = Browser::new(server.address);
    assert_eq!(browser.get("/sante").status, 200);
    let left_behind = || {
        let mut files = Vec::new();
        let mut folders = vec![data.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
            }
        }
        files.into_iter().any(|path| path.ends_with("trois.tif"))
    };
    while left_behind() {
        assert!(Instant::now() < end, "the server never takes it");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.end(), Some(0));
    let checked = permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
}

#[test]
fn kill_9_while_pages_are_read_loses_no_fax_and_doubles_none() {
    let (_folder, data) = house();
    // As large as a fax is: reading takes longer than the shortest life of the server.
    let faxes: Vec<(String, Vec<u8>)> = (1..=4).map(|seed| (format!("{seed}.tif"), tiff(25, seed))).collect();
    let server = Process::start(&["serve"], Some(&data));
    assert_eq!(server.end(), Some(0));
    let added = permanence(&data, &["person", "add", "aline", "--role", "secretaire"]);
    let password = added.out.rsplit(" : ").next().unwrap().trim().to_owned();
    let server = Process::start(&["serve"], Some(&data));
    let mut browser = Browser::new(server.address);
    assert_eq!(browser.post("/connexion", &[("identifiant", "aline"), ("pass", &password)]).status, 303);
    let named: Vec<(&str, &[u8])> = faxes.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let sent = browser.upload_all("/standard/abonnes/1/fax", &[], "fichier", &named);
    assert_eq!(sent.header("location"), Some("/standard/abonnes/1/fax?recus=1-2-3-4&connus="), "{}", sent.text());
    server.kill();
    for kill in 0..KILLS {
        let server = Process::start(&["serve"], Some(&data));
        std::thread::sleep(Duration::from_millis(3 + kill * 29 % 131));
        server.kill();
    }
    let checked = permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    let server = Process::start(&["serve"], Some(&data));
    browser.address = server.address;
    browser.origin = Some(format!("http://{}", server.address));
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let shown = browser.get("/standard/abonnes/1/messages").text();
        if shown.matches("Voir le fax").count() == 4 {
            break;
        }
        assert!(Instant::now() < end, "not all were read: {shown}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let messages = browser.get("/standard/abonnes/1/messages");
    assert_eq!(messages.attributes(".paper a", "href").len(), 4, "four faxes, four messages: {}", messages.text());
    for (number, (_, bytes)) in (1..).zip(&faxes) {
        let fax = browser.get(&format!("/standard/abonnes/1/fax/{number}"));
        assert_eq!(fax.count(".fax-thumbs a"), 25, "fax {number}");
        assert_eq!(browser.get(&format!("/standard/abonnes/1/fax/{number}/original")).bytes, *bytes);
    }
    assert_eq!(server.end(), Some(0));
    let checked = permanence(&data, &["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
}

#[test]
fn the_check_misses_no_file_of_a_fax() {
    let (folder, data) = house();
    let path = file(folder.path(), "un.tif", &tiff(2, 1));
    assert_eq!(permanence(&data, &["fax", "add", "--subscriber", "1", &path]).code, 0);
    assert_eq!(permanence(&data, &["check"]).code, 0);
    let documents = data.join("documents");
    let of_fax = std::fs::read_dir(&documents).unwrap().next().unwrap().unwrap().path();
    for (name, fault) in [
        ("2.vignette.png", "la page 2 ou sa vignette manque"),
        ("1.png", "la page 1 ou sa vignette manque"),
        ("original", "le fichier d’origine manque"),
    ] {
        let aside = folder.path().join("aside");
        std::fs::rename(of_fax.join(name), &aside).unwrap();
        let checked = permanence(&data, &["check"]);
        assert_eq!(checked.code, 1, "{name}");
        assert!(checked.out.contains(&format!("Fax n° 1 : {fault}")), "{}", checked.out);
        std::fs::rename(&aside, of_fax.join(name)).unwrap();
    }
    let mut original = std::fs::read(of_fax.join("original")).unwrap();
    original[700] ^= 1;
    std::fs::write(of_fax.join("original"), original).unwrap();
    let checked = permanence(&data, &["check"]);
    assert!(checked.code == 1 && checked.out.contains("n’est plus celui qui est arrivé"), "{}", checked.out);
}
