//! Every view with its empty, full, wrong and longest-words state: checked as HTML, and kept as files to look at.
//!
//! A difference fails; `UPDATE_GALLERY=1 cargo test gallery` writes the files anew, to be read in the change.
//! The assets' digest is written as DIGEST, so that a change of colour does not change every page.

mod administration;
mod agenda_rules;
mod backups;
pub mod check;
mod contacts;
mod continuity;
mod data;
mod diary;
mod exports;
mod fax;
mod folders;
mod help;
mod notices;
mod pages;
mod people;
mod proofs;
mod reminders;
mod switchboard;

use permanence::ui::assets;
use std::path::Path;

#[test]
fn every_screen_is_well_formed_and_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gallery/pages");
    let update = std::env::var_os("UPDATE_GALLERY").is_some();
    let mut wrong = Vec::new();
    let mut names = Vec::new();
    for (name, html) in pages::all() {
        assert!(!names.contains(&format!("{name}.html")), "two screens are called {name}");
        names.push(format!("{name}.html"));
        wrong.extend(check::problems(&html).into_iter().map(|problem| format!("{name}: {problem}")));
        let kept = html.replace(assets::digest(), "DIGEST") + "\n";
        let path = folder.join(format!("{name}.html"));
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &kept).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != kept {
            wrong.push(format!("{name}: differs from {}", path.display()));
        }
    }
    for file in std::fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        if !names.contains(&file.file_name().to_string_lossy().into_owned()) {
            wrong.push(format!("{}: no screen of that name", file.path().display()));
        }
    }
    assert!(wrong.is_empty(), "{} (UPDATE_GALLERY=1 writes the files anew)\n{}", wrong.len(), wrong.join("\n"));
}

/// The product's limit for the messages page: 30 KB compressed, together with its styles.
#[test]
fn fifty_full_rows_with_their_styles_stay_under_30_kb() {
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    let (_, html) = pages::all().into_iter().find(|(name, _)| *name == "messages-65").unwrap();
    assert_eq!(html.matches("name=\"message\"").count(), 50);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(html.as_bytes()).unwrap();
    let page = encoder.finish().unwrap().len();
    let styles = assets::find(assets::digest(), "app.css").unwrap().gzip.len();
    assert!(page + styles <= 30_000, "{page} + {styles} bytes");
}
