//! A folder of files in one: a zip written as it comes, never more of it in memory than a row.

use super::csv;
use crate::error::{Error, Result};
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Written at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// A bundle being written; rooms add their files to it one after the other.
pub struct Bundle {
    zip: ZipWriter<BufWriter<File>>,
}

impl Bundle {
    /// Begins in an empty file.
    pub fn new(file: File) -> Bundle {
        Bundle { zip: ZipWriter::new(BufWriter::with_capacity(BUFFER_BYTES, file)) }
    }

    /// Begins a file; what is written next goes into it.
    pub fn begin(&mut self, name: &str) -> Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(0o600)
            .large_file(true);
        self.zip.start_file(name, options).map_err(unwritable)
    }

    pub fn text(&mut self, text: &str) -> Result<()> {
        Ok(self.zip.write_all(text.as_bytes())?)
    }

    /// One line of a JSON Lines file.
    pub fn line(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.zip, value).map_err(|cause| Error::Internal(Box::new(cause)))?;
        Ok(self.zip.write_all(b"\n")?)
    }

    /// A file as it is.
    pub fn copy(&mut self, from: &mut impl std::io::Read) -> Result<()> {
        std::io::copy(from, &mut self.zip)?;
        Ok(())
    }

    /// Begins a table that spreadsheets open, with its head.
    pub fn begin_table(&mut self, name: &str, head: &[&str]) -> Result<()> {
        self.begin(name)?;
        self.text(csv::MARK)?;
        self.row(head)
    }

    pub fn row<C: AsRef<str>>(&mut self, cells: &[C]) -> Result<()> {
        Ok(csv::row(&mut self.zip, cells)?)
    }

    /// Ends the bundle; the file again, at its beginning.
    pub fn end(self) -> Result<File> {
        let writer = self.zip.finish().map_err(unwritable)?;
        let mut file = writer.into_inner().map_err(|cause| Error::Internal(Box::new(cause.into_error())))?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

fn unwritable(cause: zip::result::ZipError) -> Error {
    Error::Internal(Box::new(cause))
}
