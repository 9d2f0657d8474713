//! Another secretariat's calls come in whole, once, or not at all (`permanence import messages`).

use crate::support::command::{Run, permanence};
use std::path::{Path, PathBuf};

const SAMPLE: &str = "tests/samples/appels.csv";

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, arguments: &[&str]) -> Run {
        permanence(&self.data(), arguments)
    }

    fn file(&self, bytes: &[u8]) -> String {
        let path = self.folder.path().join("appels.csv");
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }
}

#[test]
fn the_whole_sample_comes_in_and_counts_agree_with_an_independent_count() {
    let desk = Desk::new();
    let refused = desk.run(&["import", "messages", SAMPLE]);
    assert_eq!(refused.code, 1);
    for abonne in ["Cabinet Martin", "Maître Lefèvre-Œuvrard", "Plomberie d'Artagnan"] {
        assert!(refused.err.contains(abonne), "abonnés that are not there are listed: {}", refused.err);
    }
    let tried = desk.run(&["import", "messages", SAMPLE, "--create", "--dry-run"]);
    assert_eq!((tried.code, desk.run(&["subscriber", "list"]).out.as_str()), (0, "Aucun abonné.\n"));
    assert!(tried.out.contains("901 appels, dont 258 en attente et 643 archivés"), "{}", tried.out);
    assert_eq!(desk.run(&["import", "messages", SAMPLE, "--create"]).code, 0);
    let counted: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string("tests/samples/appels-count.json").unwrap()).unwrap();
    let list = desk.run(&["subscriber", "list"]).out;
    for (abonne, states) in counted.as_object().unwrap() {
        let line = list.lines().find(|line| line.contains(abonne.as_str())).unwrap();
        let expected = format!("{} en attente, {} archivés", states["en attente"], states["archivé"]);
        assert!(line.contains(&expected), "{abonne}: {line}");
    }
    let again = desk.run(&["import", "messages", SAMPLE, "--create"]);
    assert!(again.out.contains("0 message repris"), "{}", again.out);
    assert_eq!(desk.run(&["subscriber", "list"]).out, list, "twice is once");
    let checked = desk.run(&["check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
}

#[test]
fn columns_come_in_any_order_encoding_and_delimiter() {
    let text = "Heure;T\u{e9}l.;Abonn\u{e9};Message;DATE;\u{c9}tat;Nom\r\n9h05;06.39.98.12.34;Atelier \u{8c}uvre;L'\u{e9}t\u{e9};3/9/26;archiv\u{e9};\u{c9}t\u{e9}\r\n";
    let windows: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for (bytes, name) in [
        (windows, "Windows-1252"),
        ("abonné,date,heure,texte\nAtelier Œuvre,2026-09-03,09:05,\"a, b\n\"\"c\"\"\"\n".as_bytes().to_vec(), "commas"),
        ("abonné\tdate\theure\ttexte\nAtelier Œuvre\t03.09.2026\t9 h 05\tx\n".as_bytes().to_vec(), "tabs"),
    ] {
        let desk = Desk::new();
        let run = desk.run(&["import", "messages", &desk.file(&bytes), "--create"]);
        assert_eq!(run.code, 0, "{name}: {}{}", run.out, run.err);
        assert!(run.out.contains("Atelier Œuvre : 1 appel"), "{name}: {}", run.out);
    }
}

#[test]
fn bad_rows_are_named_by_line_and_nothing_comes_in_unless_they_may_be_skipped() {
    let desk = Desk::new();
    let file = desk.file(
        "abonné;date;heure;type;urgent;état;texte\n\
         A;16/08/2026;09:09;message;non;;\"deux\nlignes\"\n\
         A;31/02/2026;09:09;message;non;;x\n\
         ;16/08/2026;09:09;message;non;;x\n\
         A;16/08/2026;25:09;pigeon;peut-être;perdu;x\n\
         A;29/03/2026;02:30;message;non;;x\n\
         A;16/08/2026\n"
            .as_bytes(),
    );
    let refused = desk.run(&["import", "messages", &file, "--create"]);
    assert_eq!(refused.code, 1);
    for line in [
        "Ligne 4 : Date « 31/02/2026 » illisible",
        "Ligne 5 : Il n’y a pas d’abonné.",
        "Ligne 6 : Heure « 25:09 » illisible",
        "Type « pigeon » inconnu",
        "Urgent vaut « peut-être »",
        "État « perdu » inconnu",
        "Ligne 7 : Le 29/03/2026 à 02:30 n’existe pas",
        "Ligne 8 : 2 valeurs pour 7 colonnes",
    ] {
        assert!(refused.out.contains(line), "{line} in:\n{}", refused.out);
    }
    assert!(refused.err.contains("--skip-bad"));
    assert_eq!(desk.run(&["subscriber", "list"]).out, "Aucun abonné.\n", "nothing was imported");
    let skipped = desk.run(&["import", "messages", &file, "--create", "--skip-bad"]);
    assert_eq!(skipped.code, 0);
    assert!(skipped.out.contains("1 message repris"));
}

#[test]
fn rows_that_are_alike_are_all_kept_and_still_come_once() {
    let desk = Desk::new();
    let file = desk.file(b"abonne;date;heure;texte\nA;1/9/2026;9:00;x\nA;1/9/2026;9:00;x\n");
    assert!(desk.run(&["import", "messages", &file, "--create"]).out.contains("2 messages repris"));
    assert!(desk.run(&["import", "messages", &file]).out.contains("0 message repris"));
}

#[test]
fn files_that_are_none_are_refused_in_a_sentence() {
    let desk = Desk::new();
    for (bytes, words) in [
        (&b""[..], "vide"),
        (b"nom;prenom\nx;y\n", "il manque les colonnes « abonné », « date », « heure »"),
        (b"\x89PNG\r\n\x1a\n", "il manque"),
    ] {
        let run = desk.run(&["import", "messages", &desk.file(bytes)]);
        assert_eq!(run.code, 1);
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
    let run = desk.run(&["import", "messages", "/nulle/part.csv"]);
    assert!(run.code == 1 && run.err.contains("/nulle/part.csv"), "{}", run.err);
    assert!(Path::new(SAMPLE).exists());
}
