//! What a backup holds: one list, which a room that keeps something beside the data file joins.

use crate::base::Instant;
use crate::error::Result;
use crate::house::House;
use crate::store::backup::{Preamble, Seal, Streamed};
use crate::store::{Store, papers};
use std::io::Write;

/// The data file's name, in the data folder and in backups.
pub const DATA: &str = "permanence.redb";
/// The journal's.
pub const JOURNAL: &str = crate::journal::FILE;

/// Every name that a backup brings back.
pub const NAMES: [&str; 3] = [papers::FOLDER, JOURNAL, DATA];

/// A file of rows, by its name in the data folder.
struct Part {
    name: &'static str,
    store: fn(&House) -> &Store,
}

const PARTS: [Part; 2] =
    [Part { name: DATA, store: |house| &house.store }, Part { name: JOURNAL, store: |house| house.journal.store() }];

/// Bytes that there are to write, about.
pub fn bytes(house: &House) -> u64 {
    let rows: u64 = PARTS.iter().map(|part| (part.store)(house).file_bytes()).sum();
    rows + house.papers.bytes_of_all().unwrap_or(0)
}

/// Writes all parts as they are at this moment. `on_the_way` hears the bytes so far and may call it off.
pub fn write<W: Write>(
    house: &House,
    out: W,
    now: Instant,
    on_the_way: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<(W, Seal)> {
    house.journal.flush();
    let snapshots = PARTS.iter().map(|part| (part.store)(house).freeze()).collect::<Result<Vec<_>>>()?;
    let preamble = Preamble { program: env!("CARGO_PKG_VERSION").to_owned(), made_ms: now.0 };
    let mut stream = Streamed::begin(out, &preamble)?;
    for (part, snapshot) in PARTS.iter().zip(snapshots) {
        stream.store(part.name, &snapshot, on_the_way)?;
    }
    // After the rows: what came meanwhile is there beside them without a row, and is swept away once it is put back.
    house.papers.each(&mut |path, file| stream.file(path, file, on_the_way))?;
    stream.finish()
}
