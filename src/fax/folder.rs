//! The watched folder: a scanner, a fax machine or another program puts files into it, in one sub-folder per abonné, named by
//! its number or its name (« 3 », « cabinet-martin », « 3-cabinet-martin »). What lies in no such folder waits to be attributed.
//!
//! A file is taken when it has stopped growing, and moved to « traités » once it is kept; one that can't be read lies in
//! « refusés », with a text beside it that says why. A file is never deleted here, and a link is never followed.

use super::model::{About, Fax, Way};
use super::receive::{Arrival, Received, receive};
use crate::base::{Instant, SubscriberId, fold, limits};
use crate::error::Result;
use crate::house::House;
use crate::store::folder::in_french;
use crate::subscribers::{Subscriber, store as subscribers};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Stopwatch, SystemTime};

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// A file that has not changed for so long has stopped growing: writers over a network pause.
const QUIET: Duration = Duration::from_secs(3);
/// Files taken at one look; the faxes that wait have their turn in between.
const FILES_MAX: usize = 20;
/// The sub-folders of what was taken and of what could not be.
const DONE: &str = "traités";
const REFUSED: &str = "refusés";
/// Where `permanence fax add` leaves files while the server has the data: within the data folder, watched like the other.
pub const SPOOL: &str = "depot";

/// What is watched, and what its files were at the last look.
pub struct Folder {
    folders: Vec<PathBuf>,
    looked: Option<Stopwatch>,
    /// Size and time of each, and when it was first seen so.
    seen: HashMap<PathBuf, (u64, SystemTime, Stopwatch)>,
    /// What went wrong last, so that the log says it once.
    complained: String,
}

impl Folder {
    pub fn new(watched: Option<PathBuf>, house: &House) -> Folder {
        let spool = house.papers.folder().with_file_name(SPOOL);
        let folders = watched.into_iter().chain([spool]).collect();
        Folder { folders, looked: None, seen: HashMap::new(), complained: String::new() }
    }

    /// Takes what has stopped growing. What goes wrong is logged once, and tried again at the next look.
    pub fn look(&mut self, house: &House, now: Instant) {
        if self.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
            return;
        }
        self.looked = Some(Stopwatch::now());
        for folder in self.folders.clone() {
            let said = match self.look_into(&folder, house, now) {
                Ok(()) => continue,
                Err(cause) => format!("watched folder: {cause}"),
            };
            if said != self.complained {
                log::warn!("{said}");
                self.complained = said;
            }
        }
    }

    fn look_into(&mut self, folder: &Path, house: &House, now: Instant) -> Result<()> {
        let found = files(folder)?;
        self.seen.retain(|path, _| !path.starts_with(folder) || found.iter().any(|file| file.path == *path));
        let mut taken = 0;
        for file in found {
            let (size, changed, since) =
                *self.seen.entry(file.path.clone()).or_insert((file.size, file.changed, Stopwatch::now()));
            if (size, changed) != (file.size, file.changed) {
                self.seen.insert(file.path.clone(), (file.size, file.changed, Stopwatch::now()));
            } else if since.elapsed() >= QUIET && taken < FILES_MAX {
                take(folder, &file, house, now)?;
                self.seen.remove(&file.path);
                taken += 1;
            }
        }
        Ok(())
    }
}

/// A file of the folder.
struct File {
    path: PathBuf,
    /// The sub-folder in which it lies, if it does.
    within: Option<String>,
    size: u64,
    changed: SystemTime,
}

/// The files of the folder and of its sub-folders, in the order of their names.
fn files(folder: &Path) -> Result<Vec<File>> {
    let mut found = Vec::new();
    for (path, facts) in entries(folder)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        if facts.is_file() {
            found.extend(file(path, None, &facts));
        } else if facts.is_dir() && name != DONE && name != REFUSED {
            for (path, facts) in entries(&path)?.into_iter().filter(|(_, facts)| facts.is_file()) {
                found.extend(file(path, Some(name.clone()), &facts));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, fs::Metadata)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // It may be a disk that is not there yet.
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(cause.into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        // Links are not followed: whoever may write here must not have the server read what only it may.
        if let Ok(facts) = entry.path().symlink_metadata() {
            found.push((entry.path(), facts));
        }
    }
    Ok(found)
}

/// Names that begin with a dot, and those of half-written files, are left alone.
fn file(path: PathBuf, within: Option<String>, facts: &fs::Metadata) -> Option<File> {
    let name = path.file_name()?.to_str()?;
    let half = [".tmp", ".part", ".partial", ".crdownload", ".filepart"];
    let left_alone = name.starts_with(['.', '~']) || half.iter().any(|end| name.to_lowercase().ends_with(end));
    let changed = facts.modified().ok()?;
    (!left_alone).then_some(File { path, within, size: facts.len(), changed })
}

fn take(folder: &Path, file: &File, house: &House, now: Instant) -> Result<()> {
    let name = file.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if file.size > limits::UPLOAD_BYTES_MAX {
        let (size, most) = (crate::base::french::size(file.size), crate::base::french::size(limits::UPLOAD_BYTES_MAX));
        return refuse(folder, file, &format!("Ce fichier fait {size} ; la limite est de {most}."));
    }
    let bytes = fs::read(&file.path)?;
    let subscriber = match &file.within {
        Some(within) => house.store.read(|tx| Ok(named(&subscribers::all(tx)?, within)))?,
        None => None,
    };
    let about = About::default();
    let way = if folder.ends_with(SPOOL) { Way::Command } else { Way::Folder };
    let arrival = Arrival { bytes: &bytes, name: &name, way, by: None, subscriber, about };
    match receive(house, arrival, now)? {
        Received::New(_) | Received::Known(_) => put_by(folder, &folder.join(DONE), file),
        Received::Refused(why) => refuse(folder, file, &why),
    }
}

/// Leaves a file for the server that has the data, in the sub-folder of an abonné if one is named.
pub fn leave(data_folder: &Path, within: Option<&str>, name: &str, bytes: &[u8]) -> Result<()> {
    let mut folder = data_folder.join(SPOOL);
    if let Some(within) = within {
        folder.push(fold::words(within).join("-"));
    }
    fs::create_dir_all(&folder)?;
    let path = free_name(&folder, name);
    // Under another name until it is whole: what ends so is left alone.
    let half = path.with_extension("part");
    fs::write(&half, bytes)?;
    fs::File::open(&half)?.sync_all()?;
    fs::rename(&half, &path)?;
    Ok(())
}

/// The abonné that a sub-folder is named after.
pub fn named(all: &[Subscriber], within: &str) -> Option<SubscriberId> {
    let words = fold::words(within).join("-");
    let slug = |subscriber: &Subscriber| fold::words(&subscriber.name).join("-");
    all.iter()
        .filter(|subscriber| subscriber.active)
        .find(|subscriber| {
            let (number, slug) = (subscriber.id.to_string(), slug(subscriber));
            words == number || words == slug || words == format!("{number}-{slug}")
        })
        .map(|subscriber| subscriber.id)
}

/// Moves a file out of the way; what was put into the data folder for us alone has no further use.
fn put_by(folder: &Path, to: &Path, file: &File) -> Result<()> {
    if folder.ends_with(SPOOL) {
        return Ok(fs::remove_file(&file.path)?);
    }
    fs::create_dir_all(to)?;
    fs::rename(&file.path, free_name(to, &flat_name(file)))?;
    Ok(())
}

/// « cabinet-martin — scan.pdf » : the sub-folder's name stays readable.
fn flat_name(file: &File) -> String {
    let name = file.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match &file.within {
        Some(within) => format!("{within} — {name}"),
        None => name,
    }
}

/// A path in the folder that no file has yet.
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let mut path = folder.join(name);
    let mut more = 2;
    while path.exists() {
        path = folder.join(format!("{more} — {name}"));
        more += 1;
    }
    path
}

fn refuse(folder: &Path, file: &File, why: &str) -> Result<()> {
    let to = folder.join(REFUSED);
    fs::create_dir_all(&to)?;
    let path = free_name(&to, &flat_name(file));
    fs::rename(&file.path, &path)?;
    say_why(&path, why);
    Ok(())
}

fn say_why(path: &Path, why: &str) {
    let mut text = path.as_os_str().to_owned();
    text.push(".txt");
    if let Err(cause) = fs::write(PathBuf::from(text), format!("{why}\n")) {
        log::warn!("watched folder: {}", in_french(&cause));
    }
}

/// What was taken and then could not be read goes from « traités » to « refusés ».
pub(super) fn set_aside(house: &House, fax: &Fax, original: &[u8], why: &str) {
    let Some(folder) = &house.watched else { return };
    let done = entries(&folder.join(DONE)).unwrap_or_default();
    let same = |path: &Path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(&fax.name))
            && fs::read(path).is_ok_and(|bytes| bytes == original)
    };
    let Some((path, _)) = done.into_iter().find(|(path, facts)| facts.len() == original.len() as u64 && same(path))
    else {
        return;
    };
    let to = folder.join(REFUSED);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let moved = fs::create_dir_all(&to).and_then(|()| {
        let target = free_name(&to, &name);
        fs::rename(&path, &target).map(|()| target)
    });
    match moved {
        Ok(path) => say_why(&path, why),
        Err(cause) => log::warn!("watched folder: {}", in_french(&cause)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sub_folder_is_named_by_number_or_name() {
        let all =
            [Subscriber::new(SubscriberId(3), "Cabinet Martin"), Subscriber::new(SubscriberId(4), "Maître Lefèvre")];
        for (within, id) in [
            ("3", Some(3)),
            ("cabinet-martin", Some(3)),
            ("Cabinet Martin", Some(3)),
            ("3-cabinet-martin", Some(3)),
            ("maitre lefevre", Some(4)),
            ("4-cabinet-martin", None),
            ("33", None),
            ("", None),
        ] {
            assert_eq!(named(&all, within), id.map(SubscriberId), "{within}");
        }
    }
}
