//! The file made anew, without the bytes of what was erased, while the office goes on.
//!
//! redb frees a page without wiping it, and a leaf that loses a row may keep its bytes behind its end; so nothing short of
//! copying the living rows is sure. A snapshot is copied table by table while writers work and their writes are noted by
//! table and key; then, with writers held for a moment, the rows noted are brought up to date, the new file is synced and
//! takes the old one's name. Cut short at any point, one whole file is there. The copy is the compaction too.
//!
//! Held writers wait for the rows written meanwhile only: milliseconds, whatever the size of the file.

use super::{AnyTable, FACTS, Store, internal, open_database, sync_folder};
use crate::error::Result;
use redb::{Database, Durability, ReadableDatabase};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

/// Rows copied in one transaction: bounds the memory that redb holds for it.
const ROWS_A_STEP: usize = 20_000;

/// Where a rewrite writes until it is whole.
pub(super) fn unfinished(path: &Path) -> PathBuf {
    path.with_extension("redb.neuf")
}

/// What a rewrite did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rewritten {
    pub bytes_before: u64,
    pub bytes_after: u64,
}

impl Store {
    /// How many erased rows may still have bytes in the file.
    pub fn erased_rows(&self) -> Result<u64> {
        self.read(|tx| Ok(FACTS.get(tx, "erased")?.unwrap_or(0)))
    }

    /// Makes the file anew. Others read and write meanwhile.
    pub fn rewrite(&self) -> Result<Rewritten> {
        let bytes_before = self.file_bytes();
        let outcome = self.rewrite_recorded();
        if outcome.is_err() {
            self.writer().recording = None;
            let _ = std::fs::remove_file(unfinished(&self.path));
        }
        outcome?;
        Ok(Rewritten { bytes_before, bytes_after: self.file_bytes() })
    }

    fn rewrite_recorded(&self) -> Result<()> {
        let path = unfinished(&self.path);
        let _ = std::fs::remove_file(&path);
        let (database, snapshot) = {
            let mut writer = self.writer();
            let database = self.database()?;
            let snapshot = database.begin_read().map_err(internal)?;
            writer.recording = Some(Vec::new());
            (database, snapshot)
        };
        let copy = open_database(&path, self.options)?;
        for table in self.tables() {
            let mut after: Option<Vec<u8>> = None;
            loop {
                let mut step = copy.begin_write().map_err(internal)?;
                step.set_durability(Durability::None).map_err(internal)?;
                table.create(&step)?;
                after = table.copy_after(&snapshot, &step, after.as_deref(), ROWS_A_STEP)?;
                step.commit().map_err(internal)?;
                if after.is_none() {
                    break;
                }
            }
        }
        drop(snapshot);
        // A first sync while writers still work, so that the one they wait for has little left to do.
        sync_point(&copy)?;

        let mut writer = self.writer();
        let touched = writer.recording.take().unwrap_or_default();
        let latest = database.begin_read().map_err(internal)?;
        let mut step = copy.begin_write().map_err(internal)?;
        step.set_quick_repair(true);
        for (name, key) in &touched {
            if let Some(table) = self.tables().find(|table| table.name() == *name) {
                table.copy_row(&latest, &step, key)?;
            }
        }
        // What was erased while we copied may have left bytes in the copy: its note stays, for the next rewrite.
        let erased_meanwhile = touched.iter().any(|(name, key)| *name == FACTS.name() && key == b"erased");
        if !erased_meanwhile {
            FACTS.forget(&step, "erased")?;
        }
        step.commit().map_err(internal)?;
        drop(latest);
        std::fs::rename(&path, &self.path)?;
        if let Some(folder) = self.path.parent() {
            sync_folder(folder)?;
        }
        *self.database.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(copy));
        drop(writer);
        Ok(())
    }
}

pub(super) fn sync_point(database: &Database) -> Result<()> {
    let mut step = database.begin_write().map_err(internal)?;
    step.set_quick_repair(true);
    step.commit().map_err(internal)
}
