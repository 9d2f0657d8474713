//! Faxes from their arrival to their erasure: brought by a secretary, put into the watched folder, attributed at the switchboard,
//! read by the abonné, and gone with their message.

use crate::support::faxes::{HEIGHT, WIDTH, tiff};
use crate::support::{LEFEVRE, MARTIN, Office, office, office_set};
use permanence::fax::model::State;
use permanence::journal::{Action, Filter};
use permanence::messages::expiry;
use std::path::Path;
use std::time::{Duration, Instant};

const AT_MARTIN: &str = "/standard/abonnes/1/fax";

fn wait_for(what: &str, mut ready: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !ready() {
        assert!(Instant::now() < end, "{what} never came");
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Files of all papers of the house.
fn kept_files(office: &Office) -> usize {
    let Ok(folders) = std::fs::read_dir(office.data_folder().join("documents")) else { return 0 };
    folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).map_or(0, Iterator::count)).sum()
}

/// Sides of a PNG, from its own header (PNG specification, 11.2.2).
fn sides(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |place: usize| u32::from_be_bytes(png[place..place + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn a_fax_that_a_secretary_brings_is_read_by_the_abonne_and_by_nobody_else() {
    let office = office();
    let original = tiff(3, 1);
    let mut aline = office.signed_in("aline");
    let fields =
        [("nom", "Laboratoire du Lac"), ("telephone", "01 99 00 11 22"), ("objet", "Résultats"), ("urgent", "1")];
    let sent = aline.upload_all(AT_MARTIN, &fields, "fichier", &[("radio.tif", &original)]);
    assert_eq!(sent.header("location"), Some("/standard/abonnes/1/fax?recus=1&connus="), "{}", sent.text());
    let shown = aline.follow(sent).text();
    assert!(shown.contains("1 fichier reçu") && shown.contains("radio.tif"), "{shown}");
    office.read_fax(permanence::base::FaxId(1));

    let mut martin = office.signed_in("martin");
    let list = martin.get("/messages");
    let text = list.text();
    for said in ["Fax", "Urgent", "LABORATOIRE DU LAC", "01 99 00 11 22", "Résultats", "3 pages", "Pris par Aline"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    // « cliquez sur le lien créé dans le corps du message » (guide of 2010).
    assert_eq!(list.attributes(".paper a", "href"), ["/fax/1"]);
    let fax = martin.get("/fax/1");
    assert_eq!(fax.count(".fax-thumbs img"), 3, "« les différentes pages de votre fax »");
    assert_eq!(fax.attributes(".fax-thumbs a", "href")[1], "/fax/1?page=2", "« Pour les agrandir, cliquez »");
    let page = martin.get("/fax/1?page=2");
    assert_eq!(page.attributes(".fax-page img", "src"), ["/fax/1/pages/2.png"]);
    assert_eq!(page.attributes("a[rel=prev]", "href"), ["/fax/1?page=1"]);
    assert_eq!(page.attributes("a[rel=next]", "href"), ["/fax/1?page=3"]);
    let turned = martin.get(&page.attributes("a[data-key=r]", "href")[0]);
    assert_eq!(
        turned.attributes(".fax-page svg", "viewbox").len() + turned.attributes(".fax-page svg", "viewBox").len(),
        1
    );
    let picture = martin.get("/fax/1/pages/2.png");
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert_eq!(sides(&picture.bytes), (WIDTH, HEIGHT));
    assert!(sides(&martin.get("/fax/1/vignettes/2.png").bytes).0 < WIDTH);
    let paper = martin.get("/fax/1/imprimable?tourne=2-90");
    assert_eq!((paper.count(".fax-sheet"), paper.count(".fax-sheet svg"), paper.count("nav")), (3, 1, 0));
    let kept = martin.get("/fax/1/original");
    assert_eq!(kept.header("content-disposition"), Some("attachment; filename=\"fax-1.tif\""));
    assert!(kept.header("x-content-type-options").is_some());
    assert_eq!(kept.bytes, original);

    let addresses = [
        "/fax/1",
        "/fax/1/imprimable",
        "/fax/1/pages/1.png",
        "/fax/1/vignettes/1.png",
        "/fax/1/original",
        "/fax/1?page=2",
    ];
    let mut lefevre = office.signed_in("lefevre");
    let mut basile = office.signed_in("basile");
    for address in addresses {
        assert_eq!(lefevre.get(address).status, 404, "{address}");
        assert_eq!(aline.get(&format!("/standard/abonnes/2{address}")).status, 404, "at the other abonné");
        assert_eq!(basile.get(&format!("/standard/abonnes/1{address}")).status, 200, "who answers for it");
        assert_eq!(aline.get(&format!("/standard{address}")).status, 404, "it waits for nobody");
    }
    for address in
        ["/fax/1/pages/0.png", "/fax/1/pages/4.png", "/fax/1/pages/01.png", "/fax/1/pages/1.gif", "/fax/0", "/fax/2"]
    {
        assert_eq!(martin.get(address).status, 404, "{address}");
    }
    let (lines, _) = office.house().journal.lines(&Filter::default(), 0, 100, |_| String::new()).unwrap();
    for action in [Action::FaxReceived, Action::FaxSeen, Action::FaxDownloaded, Action::Printed] {
        assert!(lines.iter().any(|line| line.action == action && line.object == "fax 1"), "{action:?}");
    }
}

#[test]
fn several_files_come_at_once_and_the_same_again_is_said_and_not_doubled() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let (one, two) = (tiff(1, 1), tiff(2, 2));
    let sent = aline.upload_all(AT_MARTIN, &[], "fichier", &[("un.tif", &one), ("deux.tif", &two)]);
    assert_eq!(sent.header("location"), Some("/standard/abonnes/1/fax?recus=1-2&connus="));
    office.read_fax(permanence::base::FaxId(2));
    let again = aline.upload_all(AT_MARTIN, &[], "fichier", &[("encore.tif", &two), ("trois.tif", &tiff(1, 3))]);
    let shown = aline.follow(again).text();
    assert!(shown.contains("Ce fichier était déjà arrivé : fax n° 2. Rien n’a été doublé."), "{shown}");
    office.read_fax(permanence::base::FaxId(3));
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 3 messages"));
    // For another abonné it is another fax.
    let other = aline.upload("/standard/abonnes/2/fax", "fichier", "deux.tif", &two);
    assert!(other.header("location").unwrap().contains("recus=4"), "{}", other.text());

    let nothing = aline.upload_all(AT_MARTIN, &[("objet", "gardé")], "fichier", &[]);
    assert_eq!(nothing.status, 422);
    assert!(nothing.text().contains("Choisissez au moins un fichier"));
    assert_eq!(nothing.attributes("#objet", "value"), ["gardé"]);
    let empty = aline.upload(AT_MARTIN, "fichier", "vide.pdf", b"");
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("« vide.pdf » : Ce fichier est vide."), "{}", empty.text());
}

#[test]
fn what_is_no_fax_is_refused_with_a_sentence_and_leaves_no_message() {
    let office = office();
    let mut aline = office.signed_in("aline");
    let sent = aline.upload(AT_MARTIN, "fichier", "lettre.docx", b"PK\x03\x04 no fax at all");
    let number = permanence::base::FaxId(1);
    assert_eq!(sent.status, 303);
    let fax = office.read_fax(number);
    let State::Refused { why } = fax.state else { panic!("{fax:?}") };
    assert!(aline.get(AT_MARTIN).text().contains(&why), "it says why");
    assert!(aline.get("/standard/abonnes/1/fax/1").text().contains(&why));
    assert!(office.signed_in("martin").get("/messages").text().contains("Aucun message en attente"));
    assert_eq!(office.signed_in("martin").get("/fax/1").status, 404);
    assert_eq!(aline.get("/standard/abonnes/1/fax/1/original").status, 404);
    wait_for("the end of its file", || kept_files(&office) == 0);
    // The same file may be tried again, and is judged again.
    let again = aline.upload(AT_MARTIN, "fichier", "lettre.docx", b"PK\x03\x04 no fax at all");
    assert!(again.header("location").unwrap().contains("recus=2"));
}

#[test]
fn a_fax_for_nobody_in_particular_waits_until_a_secretary_gives_it_to_its_abonne() {
    let office = office();
    let fax = office.fax(None, 2, 7);
    let href = format!("/standard/fax/{}", fax.number);
    let mut aline = office.signed_in("aline");
    let mut basile = office.signed_in("basile");
    let console = aline.get("/standard");
    assert!(console.text().contains("Fax à attribuer") && console.html().contains(&href), "{}", console.text());
    assert!(aline.get("/standard/attente").text().contains("scan.tif"));
    // It may be any abonné's: who answers for some only does not see it.
    assert_eq!(basile.get(&href).status, 404);
    assert!(!basile.get("/standard/attente").text().contains("scan.tif"));
    for address in
        [&href, &format!("{href}/pages/1.png"), &format!("{href}/vignettes/2.png"), &format!("{href}/original")]
    {
        assert_eq!(aline.get(address).status, 200, "{address}");
        for login in ["martin", "admin"] {
            assert_eq!(office.signed_in(login).get(address).status, 404, "{login} at {address}");
        }
    }
    assert_eq!(aline.post(&format!("{href}/attente"), &[("geste", "prendre"), ("retour", "fax")]).status, 303);
    assert!(aline.get("/standard/attente").text().contains("pris par Aline"));
    assert_eq!(aline.post(&format!("{href}/attribution"), &[("abonne", "")]).status, 422);
    assert_eq!(aline.post(&format!("{href}/attribution"), &[("abonne", "99")]).status, 404);
    let given = aline.post(&format!("{href}/attribution"), &[("abonne", "2")]);
    assert_eq!(given.header("location"), Some("/standard/abonnes/2/messages/1"));
    let mut lefevre = office.signed_in("lefevre");
    let list = lefevre.get("/messages");
    assert!(list.text().contains("2 pages") && list.attributes(".paper a", "href") == [format!("/fax/{}", fax.number)]);
    assert_eq!(lefevre.get(&format!("/fax/{}/pages/2.png", fax.number)).status, 200);
    assert_eq!(aline.get(&href).status, 404, "it waits no more");
    let late = aline.post(&format!("{href}/attribution"), &[("abonne", "1")]);
    assert_eq!(late.status, 409);
    assert!(late.text().contains("quelqu’un vient de s’en occuper"), "{}", late.text());
    assert!(office.signed_in("martin").get("/messages").text().contains("Aucun message"));
}

#[test]
fn a_fax_that_nobody_wants_is_deleted_after_a_question_files_and_all() {
    let office = office();
    let fax = office.fax(None, 1, 9);
    assert_eq!(kept_files(&office), 3, "what came, its page and its thumbnail");
    let mut aline = office.signed_in("aline");
    let question = aline.get(&format!("/standard/fax/{}/suppression", fax.number));
    assert!(question.text().contains("Supprimer ce fax ?") && question.text().contains("scan.tif"));
    assert_eq!(kept_files(&office), 3, "a question erases nothing");
    let done = aline.post(&format!("/standard/fax/{}/suppression", fax.number), &[]);
    assert_eq!(done.header("location"), Some("/standard/attente"));
    assert_eq!(kept_files(&office), 0);
    assert!(aline.get("/standard/attente").text().contains("Rien n’attend le secrétariat"));
    let (lines, _) = office.house().journal.lines(&Filter::default(), 0, 20, |_| String::new()).unwrap();
    assert!(lines.iter().any(|line| line.action == Action::FaxErased && line.object == "fax 1"));
}

#[test]
fn a_fax_goes_with_its_message_when_its_time_has_come() {
    let office = office();
    let fax = office.fax(Some(MARTIN), 2, 3);
    let other = office.fax(Some(MARTIN), 1, 4);
    let mut martin = office.signed_in("martin");
    let number = fax.message.unwrap().to_string();
    assert_eq!(martin.post("/messages/archivage", &[("message", &number)]).status, 303);
    office.let_pass_days(62);
    expiry::run(office.house(), office.now(), || false, permanence::fax::store::sweep).unwrap();
    let mut martin = office.signed_in("martin");
    assert_eq!(martin.get(&format!("/fax/{}", fax.number)).status, 404);
    assert_eq!(martin.get(&format!("/fax/{}", other.number)).status, 200);
    assert_eq!(kept_files(&office), 3, "the other's");
    let gone = office.house().store.read(|tx| permanence::fax::store::fax(tx, fax.number)).unwrap();
    assert!(gone.is_none());
    assert_eq!(office.house().store.read(permanence::fax::store::bytes).unwrap(), other.bytes);
}

#[test]
fn a_message_that_moves_to_its_true_abonne_takes_its_fax_along() {
    let office = office();
    for (seed, seen) in [(1, false), (2, true)] {
        let fax = office.fax(Some(MARTIN), 1, seed);
        let message = fax.message.unwrap();
        if seen {
            office.signed_in("martin").get("/messages");
        }
        let mut aline = office.signed_in("aline");
        let form = format!("/standard/abonnes/1/messages/{message}/transfert");
        let moved = aline.post(&form, &[("vers", "2")]);
        assert_eq!(moved.status, 303, "{}", moved.text());
        let href = format!("/fax/{}", fax.number);
        assert_eq!(office.signed_in("martin").get(&href).status, 404, "seen before: {seen}");
        assert_eq!(office.signed_in("lefevre").get(&href).status, 200, "seen before: {seen}");
        assert_eq!(kept_files(&office), 3 * usize::from(seed));
    }
}

#[test]
fn what_came_before_the_power_went_is_read_afterwards() {
    let mut office = office();
    let folder = office.data_folder().to_owned();
    let mut aline = office.signed_in("aline");
    let files: Vec<(String, Vec<u8>)> = (1..=6).map(|seed| (format!("{seed}.tif"), tiff(2, seed))).collect();
    let named: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(aline.upload_all(AT_MARTIN, &[], "fichier", &named).status, 303);
    // A file that was on the disk when its row was not yet.
    let orphan = folder.join("documents").join("0123456789abcdef0123456789abcdef");
    std::fs::create_dir_all(&orphan).unwrap();
    std::fs::write(orphan.join("original"), b"x").unwrap();
    office.restart();
    office.read_fax(permanence::base::FaxId(6));
    assert!(!orphan.exists(), "what no row names is swept");
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 6 messages"));
    assert_eq!(kept_files(&office), 6 * 5);
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_watched_folder_takes_what_has_stopped_growing_and_keeps_aside_what_can_not_be_read() {
    let watched = tempfile::tempdir().unwrap();
    let folder = watched.path().to_owned();
    for within in ["cabinet-martin", "2", "nulle part"] {
        std::fs::create_dir(folder.join(within)).unwrap();
    }
    std::fs::write(folder.join("cabinet-martin/a.tif"), tiff(1, 1)).unwrap();
    std::fs::write(folder.join("2/b.tif"), tiff(2, 2)).unwrap();
    std::fs::write(folder.join("nulle part/c.tif"), tiff(3, 3)).unwrap();
    std::fs::write(folder.join("seul.tif"), tiff(4, 4)).unwrap();
    std::fs::write(folder.join("2/note.txt"), b"no fax").unwrap();
    std::fs::write(folder.join("2/.cache"), b"hidden").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("2/lien.tif")).unwrap();
    let growing = folder.join("cabinet-martin/long.tif");
    let whole = tiff(5, 5);
    std::fs::write(&growing, &whole[..1000]).unwrap();
    let office = office_set(|settings| settings.fax_folder = Some(folder.clone()));
    // A machine that is still writing: the file is longer at every look.
    let mut written = 1000;
    wait_for("all but the one that grows", || {
        written += 10;
        std::fs::write(&growing, &whole[..written]).unwrap();
        names(&folder.join("refusés")).len() == 2 && names(&folder.join("traités")).len() == 4
    });
    assert_eq!(names(&folder.join("refusés")), ["2 — note.txt", "2 — note.txt.txt"]);
    let why = std::fs::read_to_string(folder.join("refusés/2 — note.txt.txt")).unwrap();
    assert!(why.contains("TIFF, PDF, PNG ou JPEG"), "{why}");
    assert!(growing.exists() && folder.join("2/lien.tif").exists() && folder.join("2/.cache").exists());
    std::fs::write(&growing, &whole).unwrap();
    wait_for("the one that grew", || !growing.exists());
    wait_for("their pages", || {
        office.last_fax(MARTIN).is_some_and(|fax| fax.pages().len() == 5) && office.last_fax(LEFEVRE).is_some()
    });
    assert!(office.signed_in("martin").get("/messages").text().contains("Vous avez 2 messages"));
    assert!(
        office.signed_in("lefevre").get("/messages").text().contains("Fax de 2 pages, reçu par le dossier surveillé.")
    );
    let waiting = office.signed_in("aline").get("/standard/attente").text();
    for name in ["c.tif", "seul.tif", "note.txt", "Fax illisible"] {
        assert!(waiting.contains(name), "{name} in {waiting}");
    }
}
