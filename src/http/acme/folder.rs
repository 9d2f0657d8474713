//! What is kept between two certificates, in a folder of one authority: the account with its key, the order under way with the
//! key that it is for, how many times it has failed, and a file a name with key and certificate. All of it private (0600), and
//! each file whole or not there.

use super::Settings;
use super::words::Failed;
use crate::http::edge::tls::certificate::{self, Files};
use crate::http::edge::tls::x509::Facts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const ACCOUNT: &str = "account.json";
const ORDER: &str = "order.json";
const ATTEMPTS: &str = "attempts.json";

/// How often it has failed in a row, and before which moment nobody asks again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    pub failures: u32,
    pub again_s: i64,
}

/// An order that was all but done.
#[derive(Serialize, Deserialize)]
pub struct OpenOrder {
    pub name: String,
    pub address: String,
    /// PEM; the certificate that comes is for it.
    pub key: String,
}

/// The folder of one authority.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// Another authority has another folder: its certificates are not renewed here, and its account is none of ours.
    pub fn of(settings: &Settings) -> Folder {
        let address = settings.directory.strip_prefix("https://").unwrap_or(&settings.directory);
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        Folder(settings.folder.join(address.chars().map(plain).collect::<String>()))
    }

    /// Where the key and the certificate of a name lie.
    pub fn certificate(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.pem"))
    }

    /// What the certificate of a name says, if there is one that can be used.
    pub fn facts(&self, name: &str) -> Option<Facts> {
        let path = self.certificate(name);
        let (_, facts) = certificate::read(&Files { certificate: path.clone(), key: path }).ok()?;
        facts.names.iter().any(|found| found.eq_ignore_ascii_case(name)).then_some(facts)
    }

    pub fn keep_certificate(&self, name: &str, key: &str, chain: &str) -> io::Result<()> {
        self.write(&self.certificate(name), format!("{}\n{chain}", key.trim_end()).as_bytes())
    }

    pub fn account<T: DeserializeOwned>(&self) -> Option<T> {
        self.json(ACCOUNT)
    }

    pub fn keep_account(&self, account: &impl Serialize) -> io::Result<()> {
        self.keep(ACCOUNT, account)
    }

    pub fn forget_account(&self) {
        self.remove(ACCOUNT);
    }

    pub fn order(&self) -> Option<OpenOrder> {
        self.json(ORDER)
    }

    pub fn keep_order(&self, order: &OpenOrder) -> io::Result<()> {
        self.keep(ORDER, order)
    }

    pub fn forget_order(&self) {
        self.remove(ORDER);
    }

    pub fn attempts(&self) -> Attempts {
        self.json(ATTEMPTS).unwrap_or_default()
    }

    pub fn keep_attempts(&self, attempts: Attempts) -> io::Result<()> {
        self.keep(ATTEMPTS, &attempts)
    }

    pub fn forget_attempts(&self) {
        self.remove(ATTEMPTS);
    }

    fn remove(&self, file: &str) {
        let _ = std::fs::remove_file(self.0.join(file));
    }

    /// What can't be read any more is as good as not there: all of it can be had again.
    fn json<T: DeserializeOwned>(&self, file: &str) -> Option<T> {
        serde_json::from_slice(&std::fs::read(self.0.join(file)).ok()?).ok()
    }

    fn keep(&self, file: &str, what: &impl Serialize) -> io::Result<()> {
        self.write(&self.0.join(file), &serde_json::to_vec(what)?)
    }

    /// Written beside, brought to the disk, then put in place.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let new = path.with_extension("new");
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&new, path)?;
        File::open(&self.0)?.sync_all()
    }
}

impl From<io::Error> for Failed {
    fn from(cause: io::Error) -> Failed {
        Failed {
            sentence: format!(
                "Le dossier des certificats n’est pas accessible en écriture : {}.",
                crate::store::folder::in_french(&cause)
            ),
            advice: "Vérifiez la place libre et les droits du dossier des données.".into(),
            wait_s: None,
        }
    }
}
