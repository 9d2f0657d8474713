//! A folder that somebody brings: opened, bounded and checked before anything of it is believed.
//!
//! Nothing is ever unpacked to a disk under a name of its own, so that no name leads anywhere; all the same a folder with
//! names that would is refused, for it is none of ours.

use super::carried;
use super::model::{ACCOUNTS, Account, FORMAT, MANIFEST, Manifest, VERSION};
use crate::base::{limits, secret};
use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::result::ZipError;

/// Files of one folder: ten thousand faxes of a few pages.
const FILES_MAX: u64 = 100_000;
/// A manifest of so many files.
const MANIFEST_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// All files together, unpacked.
const BYTES_MAX: u64 = 64 * 1024 * 1024 * 1024;
/// How much larger than the zip its files may be, and what small folders have besides: texts shrink to a tenth.
const GROWTH_MAX: u64 = 250;
const GROWTH_FREE_BYTES: u64 = 64 * 1024 * 1024;
/// One row; the longest that this program writes has some 100 KB.
const LINE_BYTES_MAX: u64 = 1024 * 1024;
/// Accounts of one house.
const ACCOUNTS_MAX: usize = 20_000;
/// The end of a zip, with the longest comment.
const END_BYTES_MAX: u64 = 64 * 1024 + 22 + 76;

/// Where a folder is read from.
pub trait Source: Read + Seek {}

impl<S: Read + Seek> Source for S {}

/// A folder whose every byte is what its manifest says.
pub struct Folder<'s> {
    zip: ZipArchive<BufReader<Box<dyn Source + 's>>>,
    pub manifest: Manifest,
    /// Length by name.
    files: HashMap<String, u64>,
}

/// A sentence that says why a folder is not taken.
pub fn refused(sentence: impl Into<String>) -> Error {
    Error::invalid("fichier", sentence)
}

const NO_FOLDER: &str = "Ce fichier n’est pas un dossier de Permanence : il n’a pas de manifeste lisible.";
const NEWER: &str = "Ce dossier vient d’une version plus récente de Permanence que celle-ci : installez la version récente, puis \
    recommencez.";

impl<'s> Folder<'s> {
    /// Opens and checks a whole folder. What is wrong with it is a problem of the field `fichier`.
    pub fn open(source: impl Source + 's) -> Result<Folder<'s>> {
        let mut source = source;
        let length = source.seek(SeekFrom::End(0))?;
        if entries(&mut source, length)? > FILES_MAX {
            return Err(refused("Ce fichier zip contient trop de fichiers pour être un dossier de Permanence."));
        }
        source.seek(SeekFrom::Start(0))?;
        let boxed: Box<dyn Source + 's> = Box::new(source);
        let mut zip =
            ZipArchive::new(BufReader::new(boxed)).map_err(|_| refused("Ce fichier n’est pas un zip lisible."))?;
        let manifest = manifest(&mut zip)?;
        let files = listed(&zip, &manifest, length)?;
        let mut folder = Folder { zip, manifest, files };
        folder.verify()?;
        Ok(folder)
    }

    /// Reads every file once: its length and digest are what the manifest says.
    fn verify(&mut self) -> Result<()> {
        let mut piece = vec![0; 64 * 1024];
        for listed in &self.manifest.fichiers {
            let changed = || {
                let name = shown(&listed.nom);
                refused(format!(
                    "Dans ce dossier, « {name} » a été modifié ou abîmé : sa somme de contrôle ne correspond pas."
                ))
            };
            let mut file = self.zip.by_name(&listed.nom).map_err(|_| changed())?;
            let (mut octets, mut digest) = (0, Sha256::new());
            loop {
                let count = file.read(&mut piece).map_err(|_| changed())?;
                if count == 0 {
                    break;
                }
                octets += count as u64;
                if octets > listed.octets {
                    return Err(changed());
                }
                digest.update(&piece[..count]);
            }
            if octets != listed.octets || secret::hex(&digest.finalize()) != listed.sha256 {
                return Err(changed());
            }
        }
        Ok(())
    }

    /// Hands over the lines of a file; none where it is not there, as before a table existed. A line for which `visit` says
    /// `false` is no row, and the folder is refused.
    pub fn lines(&mut self, name: &str, mut visit: impl FnMut(&[u8]) -> Result<bool>) -> Result<()> {
        if !self.files.contains_key(name) {
            return Ok(());
        }
        let file = self.zip.by_name(name).map_err(|_| refused(NO_FOLDER))?;
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            let count = (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
            if count == 0 {
                break;
            }
            if line.last() != Some(&b'\n') || !visit(&line[..count - 1])? {
                return Err(refused(format!(
                    "Dans ce dossier, la ligne {number} de « {} » ne se lit pas.",
                    shown(name)
                )));
            }
        }
        Ok(())
    }

    /// A file as it is: a fax as it came.
    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>> {
        let too_large = || refused(format!("Dans ce dossier, « {} » manque ou est trop grand.", shown(name)));
        let length = *self.files.get(name).ok_or_else(too_large)?;
        if length > limits::UPLOAD_BYTES_MAX {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(length as usize);
        let file = self.zip.by_name(name).map_err(|_| too_large())?;
        file.take(limits::UPLOAD_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The one value of a file of one line.
    pub fn value<T: serde::de::DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>> {
        let mut found = None;
        self.lines(name, |line| {
            found = serde_json::from_slice(line).ok();
            Ok(found.is_some())
        })?;
        Ok(found)
    }

    /// Every account of the folder.
    pub fn accounts(&mut self) -> Result<Vec<Account>> {
        let mut found = Vec::new();
        self.lines(ACCOUNTS, |line| {
            found.extend(serde_json::from_slice::<Account>(line).ok());
            Ok(found.len() <= ACCOUNTS_MAX)
        })?;
        Ok(found)
    }
}

/// How many files a zip says that it has, before anything makes room for them (APPNOTE 4.3.14 to 4.3.16).
fn entries(source: &mut impl Source, length: u64) -> Result<u64> {
    let start = length.saturating_sub(END_BYTES_MAX);
    source.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    source.take(END_BYTES_MAX).read_to_end(&mut end)?;
    let last = |mark: &[u8]| end.windows(4).rposition(|bytes| bytes == mark);
    let at = |place: usize, bytes: usize| {
        let field = end.get(place..place + bytes).unwrap_or_default();
        field.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    let short = last(b"PK\x05\x06").map(|place| at(place + 10, 2));
    Ok(match (short, last(b"PK\x06\x06")) {
        (_, Some(place)) => at(place + 32, 8).max(short.filter(|count| *count < 0xffff).unwrap_or(0)),
        (Some(count), None) => count,
        (None, None) => 0,
    })
}

fn manifest(zip: &mut ZipArchive<BufReader<Box<dyn Source + '_>>>) -> Result<Manifest> {
    let mut text = Vec::new();
    let file = zip.by_name(MANIFEST).map_err(|cause| match cause {
        ZipError::Io(cause) => cause.into(),
        _ => refused(NO_FOLDER),
    })?;
    file.take(MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(|_| refused(NO_FOLDER))?;
    // Who wrote it, before the shape of the rest is asked for: a later one may have another.
    let first: serde_json::Value = serde_json::from_slice(&text).map_err(|_| refused(NO_FOLDER))?;
    if first["format"] != FORMAT {
        return Err(refused(NO_FOLDER));
    }
    if first["version"].as_u64().is_none_or(|version| version > u64::from(VERSION)) {
        return Err(refused(NEWER));
    }
    let manifest: Manifest = serde_json::from_value(first).map_err(|_| refused(NO_FOLDER))?;
    let known: HashMap<&str, u8> = carried().map(|table| (table.name(), table.version())).collect();
    let later = |(name, version): (&String, &u8)| known.get(name.as_str()).is_none_or(|ours| version > ours);
    if manifest.tables.iter().any(later) {
        return Err(refused(NEWER));
    }
    Ok(manifest)
}

/// Lengths by name, when the manifest names every file of the zip, once, and no more than can be.
fn listed(
    zip: &ZipArchive<BufReader<Box<dyn Source + '_>>>,
    manifest: &Manifest,
    length: u64,
) -> Result<HashMap<String, u64>> {
    let mut files = HashMap::new();
    let mut sum: u64 = 0;
    for one in &manifest.fichiers {
        if !is_plain(&one.nom) || files.insert(one.nom.clone(), one.octets).is_some() {
            return Err(refused(format!(
                "Ce dossier nomme un fichier qui ne peut pas être : « {} ».",
                shown(&one.nom)
            )));
        }
        sum = sum.saturating_add(one.octets);
    }
    if sum > BYTES_MAX || sum > length.saturating_mul(GROWTH_MAX).saturating_add(GROWTH_FREE_BYTES) {
        return Err(refused("Ce dossier deviendrait démesuré une fois décompressé : il est refusé."));
    }
    for name in zip.file_names() {
        let name = name.map_err(|_| refused("Ce fichier zip nomme un fichier qui ne peut pas être."))?;
        if name != MANIFEST && !files.contains_key(&*name) {
            let name = shown(&name);
            return Err(refused(format!(
                "Ce dossier contient un fichier que son manifeste ne nomme pas : « {name} »."
            )));
        }
    }
    let mut numbers = HashSet::new();
    let folders_fit = manifest.abonnes.iter().all(|part| {
        let own = if manifest.entier { format!("abonnes/{}/", part.numero) } else { String::new() };
        part.dossier == own && numbers.insert(part.numero)
    });
    if !folders_fit || (!manifest.entier && manifest.abonnes.len() != 1) {
        return Err(refused(NO_FOLDER));
    }
    Ok(files)
}

/// A name as this program gives them.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 200
        && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
}

/// A name of somebody else's making, for a sentence.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}
