//! A folder of files in one: a zip written as it goes out, never more of it in memory than a row. Each file's length and
//! digest are known when the next one begins, so that the last file can name them all.

use super::{csv, secret};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// A file of the folder, as its manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub nom: String,
    pub octets: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// A bundle being written; rooms add their files to it one after the other.
pub struct Bundle<'w> {
    zip: ZipWriter<StreamWriter<&'w mut (dyn Write + 'w)>>,
    /// What the names of files begin with: « abonnes/3/ », or nothing.
    within: String,
    files: Vec<Listed>,
    open: Option<(String, u64, Sha256)>,
}

impl<'w> Bundle<'w> {
    /// Begins; what is written goes out at once.
    pub fn new(out: &'w mut (dyn Write + 'w)) -> Bundle<'w> {
        Bundle { zip: ZipWriter::new_stream(out), within: String::new(), files: Vec::new(), open: None }
    }

    /// From now on names begin so.
    pub fn enter(&mut self, folder: &str) {
        self.within = folder.to_owned();
    }

    /// Begins a file; what is written next goes into it.
    pub fn begin(&mut self, name: &str) -> Result<()> {
        self.close();
        let name = format!("{}{name}", self.within);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(0o600)
            .large_file(true);
        self.zip.start_file(name.as_str(), options).map_err(unwritable)?;
        self.open = Some((name, 0, Sha256::new()));
        Ok(())
    }

    fn close(&mut self) {
        if let Some((nom, octets, digest)) = self.open.take() {
            self.files.push(Listed { nom, octets, sha256: secret::hex(&digest.finalize()) });
        }
    }

    pub fn text(&mut self, text: &str) -> Result<()> {
        Ok(self.write_all(text.as_bytes())?)
    }

    /// One line of a JSON Lines file.
    pub fn line(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut *self, value).map_err(|cause| Error::Internal(Box::new(io::Error::from(cause))))?;
        Ok(self.write_all(b"\n")?)
    }

    /// A file as it is.
    pub fn copy(&mut self, from: &mut impl io::Read) -> Result<()> {
        io::copy(from, self)?;
        Ok(())
    }

    /// Begins a table that spreadsheets open, with its head.
    pub fn begin_table(&mut self, name: &str, head: &[&str]) -> Result<()> {
        self.begin(name)?;
        self.text(csv::MARK)?;
        self.row(head)
    }

    pub fn row<C: AsRef<str>>(&mut self, cells: &[C]) -> Result<()> {
        Ok(csv::row(self, cells)?)
    }

    /// Every file so far.
    pub fn files(&mut self) -> &[Listed] {
        self.close();
        &self.files
    }

    /// Ends the bundle.
    pub fn end(mut self) -> Result<()> {
        self.close();
        self.zip.finish().map_err(unwritable)?;
        Ok(())
    }
}

impl Write for Bundle<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.zip.write(bytes)?;
        if let Some((_, octets, digest)) = &mut self.open {
            *octets += count as u64;
            digest.update(&bytes[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Who stops listening is told from what goes wrong by the kind of the cause, so it stays what it was.
fn unwritable(cause: zip::result::ZipError) -> Error {
    Error::Internal(Box::new(io::Error::from(cause)))
}
