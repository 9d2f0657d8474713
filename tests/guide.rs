//! The user guide: open to everybody, true to the words of 2010, with pictures of the screens as they are.
//!
//! `PICTURES=1 tests/run guide` takes the pictures anew.

use crate::gallery::check;
use crate::support::command::Process;
use crate::support::office;
use crate::support::screen::Screen;
use permanence::help::CHAPTERS;
use permanence::help::view::PICTURE_PX;
use permanence::ui::assets;
use std::collections::BTreeSet;
use std::path::Path;

/// What the pictures of the guide may weigh together: they lie in the binary.
const PICTURES_BYTES_MAX: usize = 600_000;

#[test]
fn everybody_reads_every_chapter() {
    let office = office();
    for login in ["", "martin", "aline", "admin"] {
        let mut reader = if login.is_empty() { office.stranger() } else { office.signed_in(login) };
        let contents = reader.get("/aide");
        assert_eq!(contents.status, 200);
        let chapters: Vec<String> =
            contents.attributes("main a", "href").into_iter().filter(|href| href.starts_with("/aide/")).collect();
        assert_eq!(chapters.len(), CHAPTERS.len());
        for href in chapters {
            let page = reader.get(&href);
            assert_eq!(page.status, 200, "{href}");
            assert_eq!(check::problems(&page.html()), Vec::<String>::new(), "{href}");
            for to in page.attributes("main a", "href") {
                let (path, place) = to.split_once('#').unwrap_or((&to, ""));
                let there = if path.is_empty() { page.clone() } else { reader.get(path) };
                assert_eq!(there.status, 200, "{href} leads to {to}");
                assert!(place.is_empty() || there.count(&format!("#{place}")) == 1, "{href} leads to {to}");
            }
        }
        assert_eq!(reader.get("/aide/nulle-part").status, 404);
    }
    for (login, first) in [("martin", "/messages"), ("aline", "/standard"), ("admin", "/administration")] {
        let mut reader = office.signed_in(login);
        let ways = reader.get("/aide/agenda").attributes("nav.column a", "href");
        assert!(ways.contains(&first.to_owned()), "{login} finds back to work: {ways:?}");
        assert!(reader.get(first).attributes("nav.column a", "href").contains(&"/aide".to_owned()), "{login}");
    }
}

/// The words of the guide of 2010 that somebody may look for, page by page.
#[test]
fn the_guide_of_2010_is_found_again_in_its_words() {
    let office = office();
    let mut reader = office.stranger();
    for (chapter, words) in [
        (
            "connexion",
            &[
                "Accès clients",
                "Mémoriser le mot de passe",
                "Déconnexion",
                "identifiant=VOTRE_IDENTIFIANT&pass=VOTRE_MOT_DE_PASSE",
                "Mot de passe oublié ?",
                "Envoyer",
                "Mot de passe Agenda Web",
            ][..],
        ),
        (
            "messages",
            &[
                "Vous avez 65 messages",
                "Archiver les messages cochés",
                "Cocher/Décocher Tout",
                "Version imprimable",
                "Numéro et type",
                "Date et heure de réception",
                "Case à cocher",
                "fiche",
            ],
        ),
        ("archives", &["Vos archives", "60 jours"]),
        ("export", &["Les messages, les rendez-vous, les visites", "Excel", "Word", "CSV", "champs"]),
        ("fax", &["pages", "agrandi"]),
        (
            "agenda",
            &[
                "« Jour »",
                "« Semaine »",
                "libre",
                "visite",
                "Cadenas",
                "Corbeille",
                "Flèche bleue",
                "Rendez-vous pris",
                "Paramètres",
                "Voir la liste des contacts",
                "Sélectionner",
                "Motif",
                "Durée (minutes)",
                "Nouveau patient",
            ],
        ),
    ] {
        let text = reader.get(&format!("/aide/{chapter}")).text().to_lowercase();
        for word in words {
            assert!(text.contains(&word.to_lowercase()), "{word} in {chapter}");
        }
    }
}

/// Every number of the limits that the product names, as the product names it.
#[test]
fn the_limits_are_those_of_the_product() {
    let office = office();
    let page = office.stranger().get("/aide/limites");
    let rows: Vec<String> = page.all("tbody tr");
    for (what, limit) in [
        ("Mot de passe ", "de 12 à"),
        ("Session sans utilisation", "12 heures ; 30 jours"),
        ("Courriers « Mot de passe Agenda Web »", "3 par heure"),
        ("Mot de passe provisoire", "1 heure"),
        ("Messages par page", "50"),
        ("Archives", "60 jours d’ordinaire, de 7 à 365"),
        ("Fichier envoyé", "26,2 Mo"),
        ("Connexions ouvertes", "2 048"),
        ("Connexions d’une même adresse", "128"),
        ("En-tête d’une demande", "16,4 ko, 64 lignes"),
        ("Temps pour envoyer un en-tête", "10 s"),
        ("Connexion silencieuse", "60 s"),
        ("Lecteur qui ne prend plus rien", "20 s"),
        ("Demandes en attente", "512"),
    ] {
        let row = rows.iter().find(|row| row.starts_with(what)).unwrap_or_else(|| panic!("no {what}: {rows:#?}"));
        assert!(row.contains(limit), "{row}");
    }
}

#[test]
fn every_picture_of_the_guide_is_there_and_none_besides() {
    let mut shown = BTreeSet::new();
    let office = office();
    let mut reader = office.stranger();
    for chapter in CHAPTERS {
        let page = reader.get(&format!("/aide/{}", chapter.name));
        for src in page.attributes("img", "src") {
            let picture = reader.get(&src);
            assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/webp")), "{src}");
            shown.insert(src.rsplit('/').next().expect("a name").to_owned());
        }
    }
    let mut bytes = 0;
    let mut kept = BTreeSet::new();
    for file in std::fs::read_dir("assets/guide").expect("the pictures") {
        let file = file.expect("a file");
        let content = std::fs::read(file.path()).expect("a picture");
        assert_eq!(size_of_webp(&content), PICTURE_PX, "{}", file.path().display());
        bytes += content.len();
        kept.insert(file.file_name().to_string_lossy().into_owned());
    }
    assert_eq!(kept, shown);
    assert!(bytes < PICTURES_BYTES_MAX, "{bytes} bytes");
}

/// The sides of a lossy WebP (RFC 9649): 14 bits each in the simple format (2.5), 24 bits less one in the extended (2.7).
fn size_of_webp(file: &[u8]) -> (u32, u32) {
    let number =
        |at: usize, bytes: usize| (0..bytes).fold(0, |sum, byte| sum | u32::from(file[at + byte]) << (8 * byte));
    match &file[..4] {
        b"RIFF" if &file[8..16] == b"WEBPVP8 " => (number(26, 2) & 0x3fff, number(28, 2) & 0x3fff),
        b"RIFF" if &file[8..16] == b"WEBPVP8X" => (number(24, 3) + 1, number(27, 3) + 1),
        other => panic!("no lossy WebP: {other:?} {:?}", String::from_utf8_lossy(&file[8..16])),
    }
}

/// What is put before a picture is taken: a number in the corner of each part that the text speaks of.
const NUMBERS: &str = "(parts) => parts.forEach(([number, selector]) => {
    const box = document.querySelector(selector).getBoundingClientRect();
    const badge = document.createElement('b');
    badge.textContent = number;
    const top = box.width < 60 ? box.bottom - 30 : box.top + 5;
    Object.assign(badge.style, { position: 'absolute', zIndex: 9, left: `${box.right + scrollX - 31}px`, top: `${top + scrollY}px`,
        width: '26px', height: '26px', borderRadius: '50%', background: '#b3261a', color: '#fff',
        font: '700 16px/26px sans-serif', textAlign: 'center' });
    document.body.append(badge);
})";

/// Opens the window of the first free slot.
const SLOT: &str = "document.querySelector('dialog[open] [name=motif]') ||
    ([...document.querySelectorAll('.slots a')].find((one) => one.textContent.includes('libre')).click(), false)";

/// A desk wide enough for the widest pages; its pictures are made smaller.
const WIDE_PX: (u32, u32) = (1280, 794);

/// A picture: its name, who looks, where, and what is done on the page before it is taken (an expression that becomes true).
type Picture = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const PICTURES: &[Picture] = &[
    ("connexion", "", "/connexion", "true"),
    ("messages", "martin", "/messages", "(NUMBERS([[1, '.messages tbody .no'], [2, '.messages tbody .when'], [3, '.messages tbody .what'], [4, '.messages tbody .tick']]), true)"),
    ("agenda-jour", "martin", "/agenda", "true"),
    ("agenda-semaine", "martin", "/agenda?vue=semaine", "true"),
    ("creneau", "martin", "/agenda", "SLOT"),
    ("contacts", "martin", "/contacts", "true"),
    ("consignes", "martin", "/consignes", "true"),
    ("standard", "aline", "/standard", "true"),
    ("appel", "aline", "/standard/abonnes/1", "true"),
    ("attente", "aline", "/standard/attente", "true"),
    ("administration", "admin", "/administration", "true"),
];

/// Each picture is taken from the demonstration; `PICTURES=1` puts it in its place.
#[test]
fn the_pictures_can_be_taken_anew() {
    let place = if std::env::var_os("PICTURES").is_some() { "assets/guide" } else { env!("CARGO_TARGET_TMPDIR") };
    std::fs::create_dir_all(place).expect("a folder");
    let demo = Process::start(&["demo"], None);
    let mut screen = Screen::open();
    let mut inside = "";
    for (name, login, target, ready) in PICTURES {
        if *login != inside {
            if !inside.is_empty() {
                screen.value("document.querySelector('form[action=\"/deconnexion\"] button').click()");
                screen.wait_for("location.pathname === '/connexion' && document.readyState === 'complete'");
            }
            screen.go(demo.address, "/connexion");
            for (field, value) in [("identifiant", *login), ("pass", "permanence-demo")] {
                screen.value(&format!("document.querySelector('[name={field}]').focus()"));
                screen.write(value);
            }
            screen.press("Enter");
            screen.wait_for("location.pathname !== '/connexion' && document.readyState === 'complete'");
            inside = login;
        }
        let size = if matches!(*name, "agenda-semaine" | "contacts") { WIDE_PX } else { PICTURE_PX };
        screen.size(size, false);
        screen.go(demo.address, target);
        screen.wait_for(&ready.replace("NUMBERS", &format!("({NUMBERS})")).replace("SLOT", SLOT));
        let picture = screen.picture_webp(size, PICTURE_PX);
        assert_eq!(size_of_webp(&picture), PICTURE_PX, "{name}");
        assert!(picture.len() > 8_000, "{name} shows something: {} bytes", picture.len());
        std::fs::write(Path::new(place).join(format!("{name}.webp")), picture).expect("it is written");
    }
    assert!(assets::address("guide/agenda-jour.webp").ends_with("/guide/agenda-jour.webp"));
}
