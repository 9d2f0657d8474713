//! Encryption to a public key (age, <https://age-encryption.org/v1>): the server that makes a backup can't read it again.
//!
//! To read back what it has just written all the same, it encrypts to a second key that it makes for this one file and
//! forgets: what is tested is the very file that will be needed one day, not something like it.

use crate::error::{Error, Result};
use age::stream::StreamWriter;
use age::x25519::{Identity, Recipient};
use age::{Decryptor, Encryptor};
use std::io::{self, Read, Write};
use std::path::Path;

/// Where the bytes of a backup go.
pub enum Sink<W: Write> {
    Plain(W),
    Encrypted(StreamWriter<W>),
}

impl<W: Write> Sink<W> {
    /// A sink that encrypts where there is a key; and the other key, with which this one file can be read back.
    pub fn new(out: W, recipient: Option<&str>) -> Result<(Sink<W>, Option<Identity>)> {
        let Some(recipient) = recipient else { return Ok((Sink::Plain(out), None)) };
        let recipient: Recipient =
            recipient.parse().map_err(|_| Error::internal("la clé publique des sauvegardes n’est pas lisible"))?;
        let own = Identity::generate();
        let both: [&dyn age::Recipient; 2] = [&recipient, &own.to_public()];
        let encryptor =
            Encryptor::with_recipients(both.into_iter()).map_err(|cause| Error::internal(cause.to_string()))?;
        Ok((Sink::Encrypted(encryptor.wrap_output(out)?), Some(own)))
    }

    /// Ends the stream.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Sink::Plain(out) => Ok(out),
            Sink::Encrypted(stream) => stream.finish(),
        }
    }
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Plain(out) => out.write(bytes),
            Sink::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Plain(out) => out.flush(),
            Sink::Encrypted(stream) => stream.flush(),
        }
    }
}

/// Reads an encrypted file with one of some keys.
pub fn decrypt<'r>(input: impl Read + 'r, keys: &[Identity]) -> Result<Box<dyn Read + 'r>> {
    let decryptor = Decryptor::new(input).map_err(|cause| in_words(&cause))?;
    let keys = keys.iter().map(|key| key as &dyn age::Identity);
    Ok(Box::new(decryptor.decrypt(keys).map_err(|cause| in_words(&cause))?))
}

fn in_words(cause: &age::DecryptError) -> Error {
    Error::internal(match cause {
        age::DecryptError::NoMatchingKeys => {
            "aucune des clés données n’ouvre cette sauvegarde : elle a été chiffrée pour une autre".to_owned()
        }
        age::DecryptError::Io(cause) => {
            format!("la sauvegarde ne peut pas être lue : {}", crate::store::folder::in_french(cause))
        }
        _ => "cette sauvegarde chiffrée est incomplète ou abîmée : prenez-en une autre".to_owned(),
    })
}

/// The keys of an identity file (`age-keygen`): one a line, remarks after « # ».
pub fn read_keys(path: &Path) -> Result<Vec<Identity>> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|cause| {
        let why = crate::store::folder::in_french(&cause);
        Error::internal(format!("le fichier de clé {shown} ne peut pas être lu : {why}"))
    })?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: std::result::Result<Vec<Identity>, _> = lines.map(str::parse).collect();
    match keys {
        Ok(keys) if !keys.is_empty() => Ok(keys),
        _ => Err(Error::internal(format!(
            "{shown} n’est pas un fichier de clé d’age : il en faut un tel qu’age-keygen l’écrit"
        ))),
    }
}
