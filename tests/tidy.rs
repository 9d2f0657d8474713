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
    &["folders"],
    &["dav"],
    &["api"],
    &["switchboard"],
    &["administration"],
    &["backup"],
    &["exports"],
    &["continuity"],
    &["proofs"],
    &["fax"],
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

/// Licences that let a secretariat, or anybody, use and pass on the whole program.
const FREE_LICENCES: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Under MPL-2.0: read pages in tests, and are in no program that is passed on.
const ONLY_IN_TESTS: [&str; 4] = ["cssparser", "cssparser-macros", "dtoa-short", "selectors"];

/// Libraries that are there in two versions, since those who use them disagree; one more is a question, not an accident.
const DOUBLE_LIBRARIES_MAX: usize = 32;

/// What `cargo deny` would ask, without the network: licences, sources, doubles. (Known weaknesses are in a list of the
/// network: `cargo audit` before a release.)
#[test]
fn every_library_is_of_the_registry_and_freely_licensed() {
    let run = std::process::Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--locked",
            "--offline",
            "--format-version",
            "1",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    // Of an expression « A OR (B AND C) » we choose the first part that is all free.
    let free = |expression: &str| {
        expression.replace('/', " OR ").split(" OR ").any(|choice| {
            choice
                .split(" AND ")
                .all(|one| FREE_LICENCES.contains(&one.trim_matches(|c: char| c == '(' || c == ')' || c == ' ')))
        })
    };
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 150, "the libraries are found: {}", packages.len());
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(free(licence) || ONLY_IN_TESTS.contains(&name), "{name} is under {licence}");
        if name != "permanence" {
            let source = package["source"].as_str().unwrap_or("a folder");
            assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name} is from elsewhere");
            *versions.entry(name).or_default() += 1;
        }
    }
    let doubles: Vec<_> = versions.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect();
    assert!(doubles.len() <= DOUBLE_LIBRARIES_MAX, "{} libraries in two versions: {doubles:?}", doubles.len());
}

/// The table of ASVS speaks of every requirement of its levels once, and names only tests that there are.
#[test]
fn the_table_of_requirements_is_whole_and_names_real_tests() {
    let table = std::fs::read_to_string("packaging/doc/asvs.md").unwrap();
    let standard = std::fs::read_to_string("tests/samples/asvs-5.0.0.txt").unwrap();
    let chapters = table.split("\n## V1 ").nth(1).unwrap();
    for number in standard.lines().filter(|line| line.starts_with('V')) {
        let row = format!("| {number} |");
        // A chapter that applies to nothing here is one list.
        let listed = chapters.contains(&format!(" {number},")) || chapters.contains(&format!(" {number}.\n"));
        assert_eq!(chapters.matches(&row).count() + usize::from(listed), 1, "{number}");
    }
    let mut tests = String::new();
    for folder in ["tests", "src"] {
        let mut waiting = vec![PathBuf::from(folder)];
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                tests.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut named = 0;
    let is_name = |word: &str| {
        word.matches('_').count() >= 2 && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    for name in table.split('`').skip(1).step_by(2).filter(|word| is_name(word)) {
        named += 1;
        assert!(tests.contains(&format!("fn {name}(")), "no test is called {name}");
    }
    assert!(named > 100, "{named}");
}
