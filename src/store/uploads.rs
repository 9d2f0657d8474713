//! Files that people brought, between their preview and what is done with them: in a folder of the data folder, never in
//! the data file, so that bytes which nobody may want lengthen no write.
//!
//! One file a person, abonné and purpose: a new one takes the place of the last, and none outlives a day.

use crate::base::{Instant, PersonId, SubscriberId, secret, time};
use crate::error::Result;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A preview that was left open over night is made again.
pub const KEPT_MS: i64 = time::DAY_MS;

/// The folder of such files.
#[derive(Debug, Clone)]
pub struct Uploads {
    folder: PathBuf,
}

/// Whose file it is, and what for.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub person: PersonId,
    pub subscriber: SubscriberId,
    /// « contacts »: a word of ours.
    pub purpose: &'static str,
}

/// A file that was kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// By which a form says that it means this very file.
    pub mark: String,
    /// As the person calls it.
    pub name: String,
    pub bytes: Vec<u8>,
    path: PathBuf,
}

/// A file that somebody is at work with, which nobody else finds.
#[derive(Debug)]
pub struct Taken {
    from: PathBuf,
    to: PathBuf,
}

impl Taken {
    /// The work is done.
    pub fn used(self) -> Result<()> {
        Ok(fs::remove_file(self.to)?)
    }

    /// It could not be done; the file may be asked for again.
    pub fn give_back(self) -> Result<()> {
        Ok(fs::rename(self.to, self.from)?)
    }
}

impl Uploads {
    /// The folder « imports » of a data folder, made when something is kept.
    pub fn within(data_folder: &Path) -> Uploads {
        Uploads { folder: data_folder.join("imports") }
    }

    /// Keeps a file in place of any other there; the mark by which it is asked for.
    pub fn keep(&self, place: Place, name: &str, bytes: &[u8], now: Instant) -> Result<String> {
        fs::DirBuilder::new().mode(0o700).recursive(true).create(&self.folder)?;
        for (path, _) in self.of(place)? {
            fs::remove_file(path)?;
        }
        let mark = format!("{:016x}", u64::from_be_bytes(secret::random::<8>()?));
        let path = self.folder.join(format!("{}{}-{mark}", prefix(place), now.0));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let written = file.write_all(&(name.len() as u32).to_be_bytes());
        let written = written.and_then(|()| file.write_all(name.as_bytes())).and_then(|()| file.write_all(bytes));
        if let Err(cause) = written {
            let _ = fs::remove_file(&path);
            return Err(cause.into());
        }
        Ok(mark)
    }

    /// The file of that mark; `None` when it was replaced, used or is too old.
    pub fn find(&self, place: Place, mark: &str, now: Instant) -> Result<Option<Kept>> {
        let found = self.of(place)?.into_iter().find(|(path, at)| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            now.ms_since(*at) < KEPT_MS && name.rsplit('-').next() == Some(mark)
        });
        let Some((path, _)) = found else { return Ok(None) };
        let mut whole = fs::read(&path)?;
        let Some(length) = whole.first_chunk::<4>().map(|length| u32::from_be_bytes(*length) as usize) else {
            return Ok(None);
        };
        let Some(name) = whole.get(4..4 + length).map(|name| String::from_utf8_lossy(name).into_owned()) else {
            return Ok(None);
        };
        let bytes = whole.split_off(4 + length);
        Ok(Some(Kept { mark: mark.to_owned(), name, bytes, path }))
    }

    /// Takes a file to work with it; `None` if somebody has done so before.
    pub fn take(&self, kept: &Kept) -> Result<Option<Taken>> {
        let taken = Taken { from: kept.path.clone(), to: kept.path.with_extension("pris") };
        match fs::rename(&taken.from, &taken.to) {
            Ok(()) => Ok(Some(taken)),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause.into()),
        }
    }

    /// Removes what nobody came back for.
    pub fn purge(&self, now: Instant) -> Result<()> {
        for (path, at) in self.all()? {
            if now.ms_since(at) >= KEPT_MS {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn of(&self, place: Place) -> Result<Vec<(PathBuf, Instant)>> {
        let mut all = self.all()?;
        let prefix = prefix(place);
        all.retain(|(path, _)| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix)));
        Ok(all)
    }

    /// Every file with when it came.
    fn all(&self) -> Result<Vec<(PathBuf, Instant)>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(cause.into()),
        };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // What is not ours is left alone.
            if let Some(at) = name.rsplit('-').nth(1).and_then(|at| at.parse().ok()) {
                all.push((path, Instant(at)));
            }
        }
        Ok(all)
    }
}

fn prefix(place: Place) -> String {
    format!("{}-{}-{}-", place.purpose, place.person, place.subscriber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_its_owners_replaced_by_the_next_and_gone_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::within(folder.path());
        let place = Place { person: PersonId(4), subscriber: SubscriberId(1), purpose: "contacts" };
        let now = Instant(1_795_510_800_000);
        let first = uploads.keep(place, "l’un.csv", b"one", now).unwrap();
        let kept = uploads.find(place, &first, now).unwrap().unwrap();
        assert_eq!((kept.name.as_str(), kept.bytes.as_slice()), ("l’un.csv", b"one".as_slice()));
        for other in [Place { person: PersonId(5), ..place }, Place { subscriber: SubscriberId(2), ..place }] {
            assert!(uploads.find(other, &first, now).unwrap().is_none());
        }
        let second = uploads.keep(place, "", b"", now).unwrap();
        assert!(uploads.find(place, &first, now).unwrap().is_none());
        let kept = uploads.find(place, &second, now).unwrap().unwrap();
        let taken = uploads.take(&kept).unwrap().unwrap();
        assert!(uploads.take(&kept).unwrap().is_none() && uploads.find(place, &second, now).unwrap().is_none(), "once");
        taken.give_back().unwrap();
        let kept = uploads.find(place, &second, now).unwrap().unwrap();
        uploads.take(&kept).unwrap().unwrap().used().unwrap();
        let third = uploads.keep(place, "x", b"x", now).unwrap();
        assert!(uploads.find(place, &third, now.plus_ms(KEPT_MS)).unwrap().is_none());
        uploads.purge(now.plus_ms(KEPT_MS)).unwrap();
        assert_eq!(fs::read_dir(folder.path().join("imports")).unwrap().count(), 0);
    }
}
