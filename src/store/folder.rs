//! The data folder: made private, proven writable, held by one process at a time.

use crate::error::{Error, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A data folder held by this process until it is dropped; the system lets go of it however the process ends.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if need be and takes it. Errors are French sentences for a terminal.
    pub fn take(path: &Path) -> Result<DataFolder> {
        let shown = path.display();
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|cause| {
            Error::internal(format!("le dossier de données {shown} ne peut pas être créé : {}", in_french(&cause)))
        })?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path.join("lock"));
        let lock = lock.map_err(|cause| {
            Error::internal(format!(
                "le dossier de données {shown} n’est pas accessible en écriture : {}",
                in_french(&cause)
            ))
        })?;
        match lock.try_lock() {
            Ok(()) => Ok(DataFolder { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::internal(format!(
                "un autre processus de Permanence se sert déjà du dossier de données {shown} : arrêtez-le d’abord, ou choisissez un autre dossier avec --data-dir"
            ))),
            Err(TryLockError::Error(cause)) => Err(Error::internal(format!(
                "le dossier de données {shown} ne peut pas être réservé : {}",
                in_french(&cause)
            ))),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Whether a process, a server most likely, has the data folder now.
pub fn is_held(path: &Path) -> bool {
    let lock = OpenOptions::new().write(true).open(path.join("lock"));
    lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

/// The usual causes in the reader's language, the system's own words for the rest.
pub fn in_french(cause: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match cause.kind() {
        ErrorKind::PermissionDenied => "l’accès est refusé à cet utilisateur".into(),
        ErrorKind::NotFound => "il n’existe pas".into(),
        ErrorKind::NotADirectory => "une partie de ce chemin n’est pas un dossier".into(),
        ErrorKind::AlreadyExists => "un fichier porte déjà ce nom".into(),
        ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule".into(),
        ErrorKind::StorageFull => "le disque est plein".into(),
        ErrorKind::AddrInUse => "un autre programme l’occupe déjà".into(),
        ErrorKind::AddrNotAvailable => "cette machine n’a pas cette adresse".into(),
        ErrorKind::IsADirectory => "c’est un dossier".into(),
        _ => cause.to_string(),
    }
}
