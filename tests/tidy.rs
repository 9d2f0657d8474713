//! The house in order: floors, file lengths, no stray marks, a word why beside each dependency.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// From the roof down; what stands on one line may use what stands below, never what stands above or beside.
const FLOORS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["server"],
    &["app"],
    &["failures"],
    &["routes"],
    &["schema"],
    &["public"],
    &["jobs"],
    &["help"],
    &["switchboard"],
    &["administration"],
    &["backup"],
    &["exports"],
    &["agenda"],
    &["reminders"],
    &["messages"],
    &["contacts"],
    &["subscribers"],
    &["people"],
    &["house"],
    &["counters"],
    &["notices"],
    &["journal"],
    &["decode"],
    &["ui"],
    &["http"],
    &["store"],
    &["config"],
    &["base"],
    &["error"],
];

/// `base` and `error` speak each other's words: a problem is a sentence, and parsing yields problems.
const GROUND_FLOOR: [&str; 2] = ["base", "error"];

const FILE_LINES_MAX: usize = 650;

fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new("src"), &mut found);
    found.sort();
    assert!(found.len() > 30, "the sources are found");
    found
}

fn room_of(path: &Path) -> String {
    let first = path.components().nth(1).unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn nothing_points_up() {
    let floor: BTreeMap<&str, usize> =
        FLOORS.iter().enumerate().flat_map(|(place, rooms)| rooms.iter().map(move |room| (*room, place))).collect();
    let mut wrong = Vec::new();
    for path in sources() {
        let room = room_of(&path);
        if room == "lib" {
            continue;
        }
        let own = *floor.get(room.as_str()).unwrap_or_else(|| panic!("{} is on no floor", path.display()));
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let mut rest = line;
            while let Some(place) = rest.find("crate::") {
                rest = &rest[place + "crate::".len()..];
                let names: Vec<String> = if let Some(group) = rest.strip_prefix('{') {
                    let group = group.split('}').next().unwrap_or("");
                    group.split(',').map(|name| name.trim().split(':').next().unwrap_or("").to_owned()).collect()
                } else {
                    vec![rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_owned()]
                };
                for name in names.iter().filter(|name| **name != room) {
                    let Some(other) = floor.get(name.as_str()) else { continue };
                    let ground = GROUND_FLOOR.contains(&room.as_str()) && GROUND_FLOOR.contains(&name.as_str());
                    if *other <= own && !ground {
                        wrong.push(format!("{}:{}: {room} uses {name}", path.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "what stands higher is used from below:\n{}", wrong.join("\n"));
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > FILE_LINES_MAX)
        .map(|(lines, path)| format!("{}: {lines}", path.display()))
        .collect();
    assert!(long.is_empty(), "split by capability:\n{}", long.join("\n"));
}

#[test]
fn no_loose_ends() {
    let marks =
        ["TO".to_owned() + "DO", "FIX".to_owned() + "ME", "unimplemented".to_owned() + "!", "to".to_owned() + "do!"];
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} has a {mark}", path.display());
        }
        let before_tests = if path.ends_with("tests.rs") { "" } else { text.split("#[cfg(test)]").next().unwrap() };
        assert!(!before_tests.contains(".unwrap()"), "{}: unwrap outside tests", path.display());
        assert!(
            text.starts_with("//!") || text.starts_with("#![doc"),
            "{} does not say what it is for",
            path.display()
        );
    }
}

#[test]
fn every_dependency_has_a_word_why() {
    let manifest = std::fs::read_to_string("Cargo.toml").unwrap();
    let mut within = false;
    let mut seen = 0;
    for line in manifest.lines() {
        if line.starts_with('[') {
            within = line.ends_with("dependencies]");
        } else if within && line.contains('=') {
            seen += 1;
            assert!(line.contains(" # "), "without a word why: {line}");
        }
    }
    assert!(seen > 20);
}

#[test]
fn the_map_names_every_room() {
    let map = std::fs::read_to_string("src/README.md").unwrap();
    for rooms in FLOORS {
        for room in *rooms {
            assert!(map.contains(&format!("`{room}`")), "src/README.md does not name `{room}`");
        }
    }
}
