//! Faxes and documents as files beside the data file: a folder each, with what came and its pages.
//!
//! In the data file they would lengthen every night's rewriting and hold the one writer up while 25 MB are synced. What keeps
//! both in step at any power cut: a file is on the disk before the row that names its folder, and goes after that row has
//! gone; what no row names is swept at start. A file never changes, so that a backup may link to it.

use crate::base::secret;
use crate::error::{Error, Result};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Where they are, in the data folder and in backups.
pub const FOLDER: &str = "documents";
/// The name of what came.
pub const ORIGINAL: &str = "original";

/// The folder « documents » of a data folder.
#[derive(Debug, Clone)]
pub struct Papers {
    folder: PathBuf,
}

impl Papers {
    pub fn within(data_folder: &Path) -> Papers {
        Papers { folder: data_folder.join(FOLDER) }
    }

    /// Where they are, for who copies them all.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps what came, in a folder of its own; its key. On the disk when this returns.
    pub fn keep(&self, bytes: &[u8]) -> Result<String> {
        let key = format!("{:032x}", u128::from_be_bytes(secret::random::<16>()?));
        fs::DirBuilder::new().mode(0o700).recursive(true).create(self.place(&key)?)?;
        let kept = self.write(&key, ORIGINAL, bytes, true).and_then(|()| {
            sync(&self.place(&key)?)?;
            sync(&self.folder)
        });
        if let Err(cause) = kept {
            let _ = self.remove(&key);
            return Err(cause);
        }
        Ok(key)
    }

    /// Adds a page, in place of what an interrupted reading left there; on the disk after `settle`.
    pub fn add(&self, key: &str, name: &str, bytes: &[u8]) -> Result<()> {
        self.write(key, name, bytes, false)
    }

    /// Waits until all that was added is on the disk: one wait for all pages.
    pub fn settle(&self, key: &str) -> Result<()> {
        let folder = self.place(key)?;
        for entry in fs::read_dir(&folder)? {
            File::open(entry?.path())?.sync_data()?;
        }
        sync(&folder)
    }

    /// A file to be sent as it is, and its size.
    pub fn open(&self, key: &str, name: &str) -> Result<(File, u64)> {
        let file = File::open(self.place(key)?.join(name)).map_err(absent)?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes))
    }

    pub fn read(&self, key: &str, name: &str) -> Result<Vec<u8>> {
        fs::read(self.place(key)?.join(name)).map_err(absent)
    }

    /// Bytes of all files of a key.
    pub fn bytes(&self, key: &str) -> Result<u64> {
        let mut sum = 0;
        for entry in fs::read_dir(self.place(key)?).map_err(absent)? {
            sum += entry?.metadata()?.len();
        }
        Ok(sum)
    }

    /// Takes everything of a key away; nothing happens where it has gone.
    pub fn remove(&self, key: &str) -> Result<()> {
        match fs::remove_dir_all(self.place(key)?) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(cause.into()),
            _ => Ok(()),
        }
    }

    /// Removes every folder that no row names: what a power cut left between file and row. How many.
    pub fn sweep(&self, named: &HashSet<String>) -> Result<u64> {
        let unnamed: Vec<String> = self.keys()?.into_iter().filter(|key| !named.contains(key)).collect();
        unnamed.iter().try_for_each(|key| self.remove(key))?;
        Ok(unnamed.len() as u64)
    }

    /// Bytes of all papers, for who makes room for them elsewhere.
    pub fn bytes_of_all(&self) -> Result<u64> {
        self.keys()?.iter().map(|key| self.bytes(key)).sum()
    }

    /// Every file with its path within the data folder; one that goes meanwhile is left out.
    pub fn each(&self, visit: &mut dyn FnMut(&str, &mut File) -> Result<()>) -> Result<()> {
        for key in self.keys()? {
            let Ok(entries) = fs::read_dir(self.place(&key)?) else { continue };
            let mut names = entries.map(|one| Ok(one?.file_name())).collect::<std::io::Result<Vec<_>>>()?;
            names.sort();
            for name in names {
                let name = name.to_string_lossy();
                if let Ok(mut file) = File::open(self.place(&key)?.join(&*name)) {
                    visit(&format!("{FOLDER}/{key}/{name}"), &mut file)?;
                }
            }
        }
        Ok(())
    }

    /// A file that a backup names by its path within the data folder, made anew; no other path is ours to write.
    pub fn create(&self, path: &str) -> Result<File> {
        let named =
            path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/')).and_then(|rest| rest.split_once('/'));
        let plain = |name: &str| {
            !name.is_empty()
                && !name.starts_with('.')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        };
        let (key, name) = named
            .filter(|(key, name)| is_key(key) && plain(name))
            .ok_or_else(|| Error::internal("une sauvegarde nomme un fichier qui n’est pas un document"))?;
        let folder = self.place(key)?;
        fs::DirBuilder::new().mode(0o700).recursive(true).create(&folder)?;
        Ok(fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(name))?)
    }

    fn keys(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(cause.into()),
        };
        let mut keys = Vec::new();
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            // What is not ours is left alone.
            if is_key(&name) {
                keys.push(name);
            }
        }
        keys.sort();
        Ok(keys)
    }

    fn write(&self, key: &str, name: &str, bytes: &[u8], synced: bool) -> Result<()> {
        let path = self.place(key)?.join(name);
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        if synced {
            file.sync_all()?;
        }
        Ok(())
    }

    fn place(&self, key: &str) -> Result<PathBuf> {
        if is_key(key) { Ok(self.folder.join(key)) } else { Err(Error::internal("a key of no paper")) }
    }
}

fn is_key(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn sync(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}

/// A row that names a file which is not there is our fault, and no « 404 ».
fn absent(cause: std::io::Error) -> Error {
    Error::internal(format!("a paper can't be read: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_stays_until_it_is_removed_and_what_no_row_names_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let papers = Papers::within(folder.path());
        assert_eq!(papers.sweep(&HashSet::new()).unwrap(), 0, "before there is a folder");
        let (one, other) = (papers.keep(b"one").unwrap(), papers.keep(b"other").unwrap());
        papers.add(&one, "1.png", b"a page").unwrap();
        papers.settle(&one).unwrap();
        assert_eq!(papers.read(&one, ORIGINAL).unwrap(), b"one");
        assert_eq!(papers.bytes(&one).unwrap(), 9);
        assert_eq!(papers.sweep(&HashSet::from([one.clone()])).unwrap(), 1);
        assert!(papers.read(&other, ORIGINAL).is_err() && papers.read(&one, "1.png").is_ok());
        papers.remove(&one).unwrap();
        papers.remove(&one).unwrap();
        assert!(papers.open(&one, ORIGINAL).is_err());
        assert!(papers.read("../../etc", "passwd").is_err(), "a key is a key");
        let path = format!("documents/{one}/2.vignette.png");
        papers.create(&path).unwrap().write_all(b"from a backup").unwrap();
        let mut found = Vec::new();
        let heard = papers.each(&mut |path, _| {
            found.push(path.to_owned());
            Ok(())
        });
        heard.unwrap();
        assert_eq!(found, [path]);
        for bad in
            ["documents/x/1.png", "../lock", "documents/../x", "/etc/passwd", &format!("documents/{one}/../../x")]
        {
            assert!(papers.create(bad).is_err(), "{bad}");
        }
    }
}
