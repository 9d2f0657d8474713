//! `permanence check`: every page of the file, every row of every table.

use super::Store;
use crate::error::Result;

/// One table's count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReport {
    pub name: &'static str,
    pub rows: u64,
    /// Rows whose bytes are not what their table holds.
    pub undecodable: u64,
}

impl Store {
    /// Reads every row of every table. Rooms check what their rows mean.
    pub fn check_rows(&self) -> Result<Vec<TableReport>> {
        self.read(|tx| {
            self.tables()
                .map(|table| {
                    let found = table.verify(tx)?;
                    Ok(TableReport { name: table.name(), rows: found.rows, undecodable: found.undecodable })
                })
                .collect()
        })
    }

    /// Verifies the checksum of every page, on a file that nobody serves. `false`: damage was found and mended as far as it could be.
    pub fn check_pages(path: &std::path::Path, cache_bytes: usize) -> Result<bool> {
        let mut database = super::open_database(path, super::Options::cached(cache_bytes))?;
        database.check_integrity().map_err(super::internal)
    }
}
