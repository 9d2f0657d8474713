//! Data made of a backup: whole or not at all, with what it replaces kept beside it.
//!
//! The backup is read to its end before anything is written; then its data is made in a folder of its own, opened and
//! brought up to date there; then a mark says that it is complete. From that mark on it will take the old data's place
//! whatever happens: cut short, the next opening of the data folder goes on. Before it nothing has changed.

use super::keeper::Schemas;
use super::{cipher, parts};
use crate::base::Instant;
use crate::error::{Error, Result};
use crate::store::backup::{self, Frame, Loader, Preamble, Seal, Unstreamed};
use crate::store::folder::in_french;
use crate::store::papers::Papers;
use crate::store::{Options, Store, sync_folder};
use chrono::NaiveDateTime;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Where the data is made.
const UNDER_WAY: &str = "restauration";
/// In it, once all is there: the name of the folder that takes what is replaced.
const MARK: &str = "complet";
/// What every file of age begins with.
const ENCRYPTED: &[u8] = b"age-encryption.org/v1";
/// Making is done by one process alone: it may have more cache than a server.
const CACHE_BYTES: usize = 64 * 1024 * 1024;

/// What to make data of.
pub struct Backup<'a> {
    pub file: &'a Path,
    /// The file of the private key, for an encrypted one.
    pub keys: Option<&'a Path>,
    pub schemas: Schemas,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Restored {
    /// When the backup was made.
    pub made: Instant,
    pub rows: u64,
    /// Where what was replaced is kept now.
    pub replaced: Option<PathBuf>,
}

/// Makes the data. `prepare` works on the data file before it is anybody's; `heard` hears the bytes of the backup that were
/// read, twice all of it in the end.
pub fn restore(
    data: &Path,
    from: &Backup<'_>,
    now: NaiveDateTime,
    prepare: &dyn Fn(&Store) -> Result<()>,
    heard: &dyn Fn(u64),
) -> Result<Restored> {
    finish(data)?;
    let seal = verify(from, heard)?;
    let folder = data.join(UNDER_WAY);
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    let made = make(&folder, from, &seal, prepare, heard);
    if made.is_err() {
        let _ = fs::remove_dir_all(&folder);
    }
    let preamble = made?;
    let kept = format!("remplacé-{}", now.format("%Y-%m-%d-%H%M%S"));
    let mark = folder.join(MARK);
    fs::write(&mark, &kept)?;
    File::open(&mark)?.sync_all()?;
    sync_folder(&folder)?;
    finish(data)?;
    let replaced = Some(data.join(kept)).filter(|folder| folder.exists());
    Ok(Restored { made: Instant(preamble.made_ms), rows: seal.rows_of_all(), replaced })
}

/// Whether data that was made waits to take its place.
pub fn is_pending(data: &Path) -> bool {
    data.join(UNDER_WAY).join(MARK).exists()
}

/// Finishes what was cut short: gives complete data its place, clears incomplete data away.
pub fn finish(data: &Path) -> Result<()> {
    let folder = data.join(UNDER_WAY);
    if !folder.exists() {
        return Ok(());
    }
    let kept = match fs::read_to_string(folder.join(MARK)) {
        Ok(kept) => data.join(kept),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(fs::remove_dir_all(&folder)?),
        Err(cause) => return Err(cause.into()),
    };
    for name in parts::NAMES {
        let (old, new) = (data.join(name), folder.join(name));
        // What is no longer in the folder has its place already.
        if !new.exists() {
            continue;
        }
        if old.exists() {
            fs::DirBuilder::new().mode(0o700).recursive(true).create(&kept)?;
            fs::rename(&old, kept.join(name))?;
            sync_folder(&kept)?;
        }
        fs::rename(&new, &old)?;
        sync_folder(data)?;
    }
    fs::remove_dir_all(&folder)?;
    sync_folder(data)
}

fn verify(from: &Backup<'_>, heard: &dyn Fn(u64)) -> Result<Seal> {
    backup::verify(open(from, heard)?, from.schemas)
}

fn make(
    folder: &Path,
    from: &Backup<'_>,
    seal: &Seal,
    prepare: &dyn Fn(&Store) -> Result<()>,
    heard: &dyn Fn(u64),
) -> Result<Preamble> {
    let mut stream = Unstreamed::begin(open(from, heard)?)?;
    let preamble = stream.preamble.clone();
    let mut loader: Option<(String, Loader)> = None;
    let (papers, mut file) = (Papers::within(folder), None::<File>);
    while let Some(frame) = stream.next_frame()? {
        match frame {
            Frame::Store(name) => {
                let schema = backup::named(from.schemas, name)?;
                if let Some((name, done)) = loader.take() {
                    done.finish(&name, seal)?;
                }
                loader = Some((name.to_owned(), Loader::create(&folder.join(name), schema, CACHE_BYTES)?));
            }
            Frame::Table(name) => within(&mut loader)?.table(name)?,
            Frame::Rows(rows) => within(&mut loader)?.rows(rows)?,
            Frame::File(path) => {
                if let Some(done) = file.replace(papers.create(path)?) {
                    done.sync_all()?;
                }
            }
            Frame::Data(bytes) => match &mut file {
                Some(file) => file.write_all(bytes)?,
                None => return Err(Error::internal("bytes of no file")),
            },
        }
    }
    if let Some((name, done)) = loader.take() {
        done.finish(&name, seal)?;
    }
    if let Some(done) = file {
        done.sync_all()?;
    }
    // Opening brings older data up to date, and refuses what only a later program reads.
    for (name, schema) in from.schemas {
        let store = Store::open(&folder.join(name), schema, Options::cached(CACHE_BYTES))?;
        if *name == parts::DATA {
            prepare(&store)?;
        }
    }
    sync_folder(folder)?;
    Ok(preamble)
}

fn within(loader: &mut Option<(String, Loader)>) -> Result<&mut Loader> {
    loader.as_mut().map(|(_, loader)| loader).ok_or_else(|| Error::internal("rows of no store"))
}

/// The bytes of a backup, decrypted where need be.
fn open<'a>(from: &Backup<'a>, heard: &'a dyn Fn(u64)) -> Result<Box<dyn Read + 'a>> {
    let shown = from.file.display();
    let said = |cause: &std::io::Error| Error::internal(format!("{shown} ne peut pas être lu : {}", in_french(cause)));
    let mut file = File::open(from.file).map_err(|cause| said(&cause))?;
    let mut beginning = Vec::new();
    (&mut file).take(ENCRYPTED.len() as u64).read_to_end(&mut beginning).map_err(|cause| said(&cause))?;
    file.rewind()?;
    let input = BufReader::with_capacity(256 * 1024, Heard { file, heard });
    if beginning != ENCRYPTED {
        return Ok(Box::new(input));
    }
    let Some(keys) = from.keys else {
        return Err(Error::internal(format!(
            "{shown} est chiffrée : donnez le fichier de la clé privée avec --identity"
        )));
    };
    cipher::decrypt(input, &cipher::read_keys(keys)?)
}

/// A file that says how much of it is read.
struct Heard<'a> {
    file: File,
    heard: &'a dyn Fn(u64),
}

impl Read for Heard<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        (self.heard)(count as u64);
        Ok(count)
    }
}
