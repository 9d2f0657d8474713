//! One backup as a file: written beside its name, brought to the disk, read back to its last row, and only then named.

use super::cipher::{self, Sink};
use super::model::{Name, UNFINISHED, superfluous};
use crate::error::{Error, Result};
use crate::house::backups::Kept;
use crate::store::backup::{self, Seal};
use crate::store::folder::in_french;
use crate::store::{Schema, free_bytes, sync_folder};
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Written bytes go to the disk so often: a sync at the end alone would make everybody else's wait for all of it.
const SYNC_BYTES: u64 = 8 * 1024 * 1024;
/// A backup never takes the last of a disk: people need it more.
const LEFT_FREE_BYTES: u64 = 64 * 1024 * 1024;

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub path: PathBuf,
    pub bytes: u64,
    pub seal: Seal,
}

/// What a backup must be.
pub struct Order<'a> {
    pub folder: &'a Path,
    pub name: Name,
    pub recipient: Option<&'a str>,
    pub schemas: &'a [(&'static str, &'static Schema)],
}

/// Makes one of what `source` writes; whatever fails leaves nothing behind.
pub fn keep(order: &Order<'_>, source: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<Made> {
    make_folder(order.folder)?;
    let path = free_path(order);
    let unfinished = PathBuf::from(format!("{}{UNFINISHED}", path.display()));
    let made = write(order, &unfinished, source).and_then(|made| {
        std::fs::rename(&unfinished, &path)?;
        sync_folder(order.folder)?;
        Ok(Made { path, ..made })
    });
    if made.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    made
}

/// A name that none has yet: of two in one second, and in the hour that autumn has twice, the later one moves on.
fn free_path(order: &Order<'_>) -> PathBuf {
    let mut name = order.name;
    loop {
        let path = order.folder.join(name.file_name());
        if !path.exists() {
            return path;
        }
        name.at += chrono::TimeDelta::seconds(1);
    }
}

fn write(order: &Order<'_>, path: &Path, source: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<Made> {
    let said = |cause: io::Error| Error::internal(format!("{} : {}", path.display(), in_french(&cause)));
    let _ = std::fs::remove_file(path);
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(said)?;
    let out = Steady { file, path, bytes: 0, unsynced: 0 };
    let (mut sink, key) = Sink::new(out, order.recipient)?;
    source(&mut sink)?;
    let out = sink.finish().map_err(said)?;
    out.file.sync_all().map_err(said)?;
    let (bytes, file) = (out.bytes, File::open(path).map_err(said)?);
    let input = BufReader::with_capacity(256 * 1024, file);
    let seal = match key {
        Some(key) => backup::verify(cipher::decrypt(input, &[key])?, order.schemas)?,
        None => backup::verify(input, order.schemas)?,
    };
    Ok(Made { path: path.to_owned(), bytes, seal })
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|cause| {
        Error::internal(format!("le dossier {} ne peut pas être créé : {}", folder.display(), in_french(&cause)))
    })
}

/// The backups of a folder; what else lies there is not ours.
pub fn all(folder: &Path) -> Result<Vec<(Name, PathBuf, u64)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(cause.into()),
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry?;
        if let Some(name) = Name::read(&entry.file_name()) {
            // One that was just taken away is no reason to fail.
            let bytes = entry.metadata().map_or(0, |facts| facts.len());
            all.push((name, entry.path(), bytes));
        }
    }
    all.sort_by(|a, b| b.cmp(a));
    Ok(all)
}

/// Removes what no rule keeps, and what a killed server left half written; how many backups went.
pub fn rotate(folder: &Path, kept: Kept) -> Result<u64> {
    let names: Vec<Name> = all(folder)?.iter().map(|(name, _, _)| *name).collect();
    // Nothing kept by rule: then somebody else sees to it.
    let go = if kept.is_nothing() { Vec::new() } else { superfluous(&names, kept) };
    for name in &go {
        std::fs::remove_file(folder.join(name.file_name()))?;
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let file_name = entry.file_name();
        let whole = file_name.to_str().and_then(|name| name.strip_suffix(UNFINISHED));
        if whole.is_some_and(|whole| Name::read(whole.as_ref()).is_some()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(go.len() as u64)
}

/// A file that grows steadily on the disk and stops before the disk is full.
struct Steady<'p> {
    file: File,
    path: &'p Path,
    bytes: u64,
    unsynced: u64,
}

impl Write for Steady<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        self.unsynced += written as u64;
        if self.unsynced >= SYNC_BYTES {
            self.unsynced = 0;
            self.file.sync_data()?;
            if free_bytes(self.path).is_some_and(|free| free < LEFT_FREE_BYTES) {
                return Err(io::ErrorKind::StorageFull.into());
            }
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
