//! Office files (ECMA-376) by halves: a library makes a small one with a row as a pattern, and the real rows are written
//! between what stood before the pattern and what stood after, straight into the zip, while it is sent.

use crate::error::{Error, Result};
use std::io::{Cursor, Read, Write};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Rows are written over and over in the same words: the quick end of deflate takes them to a twelfth.
const COMPRESSION: i64 = 1;

/// The parts of a small file, by name, in its order.
pub(super) struct Package(Vec<(String, Vec<u8>)>);

impl Package {
    pub(super) fn read(bytes: &[u8]) -> Result<Package> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unwritable)?;
        let mut parts = Vec::with_capacity(archive.len());
        for place in 0..archive.len() {
            let mut part = archive.by_index(place).map_err(unwritable)?;
            if part.is_file() {
                let mut bytes = Vec::new();
                part.read_to_end(&mut bytes)?;
                let name = part.name().map_err(unwritable)?.into_owned();
                parts.push((name, bytes));
            }
        }
        Ok(Package(parts))
    }

    /// Writes the file: parts that `stream` takes by itself (it answers whether it did), the others as they are.
    pub(super) fn write<W: Write>(
        self,
        out: W,
        mut stream: impl FnMut(&str, &str, &mut Zip<W>) -> Result<bool>,
    ) -> Result<()> {
        let mut zip = Zip(ZipWriter::new_stream(out));
        for (name, bytes) in self.0 {
            zip.begin(&name)?;
            let streamed = match std::str::from_utf8(&bytes) {
                Ok(text) => stream(&name, text, &mut zip)?,
                Err(_) => false,
            };
            if !streamed {
                zip.write_all(&bytes)?;
            }
        }
        zip.0.finish().map_err(unwritable)?.into_inner().flush()?;
        Ok(())
    }
}

/// A zip that goes out as it is written.
pub(super) struct Zip<W: Write>(ZipWriter<StreamWriter<W>>);

impl<W: Write> Zip<W> {
    fn begin(&mut self, name: &str) -> Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(COMPRESSION));
        self.0.start_file(name, options).map_err(unwritable)
    }
}

impl<W: Write> Write for Zip<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn unwritable(cause: zip::result::ZipError) -> Error {
    match cause {
        zip::result::ZipError::Io(cause) => Error::from(cause),
        other => Error::Internal(Box::new(other)),
    }
}

/// A piece of a part that the library should have written.
pub(super) fn missing(what: &str) -> Error {
    Error::internal(format!("the pattern of an office file has no {what}"))
}

/// Adds text to XML, escaped; characters that XML 1.0 does not have (section 2.2) are left out.
pub(super) fn escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}' => out.push(c),
            _ => {}
        }
    }
}
