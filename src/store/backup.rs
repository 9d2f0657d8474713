//! The rows of several stores, and files beside them, as one stream of bytes; and stores made of such a stream again.
//!
//! A stream is gzip (so that any machine can test it, `gzip -t`) around frames: a letter, a length of four bytes, so many
//! bytes. It ends with a seal that says how many rows of each table it holds: without the seal it is worth nothing. Rows are
//! bytes here, copied from one snapshot of each store; nobody who writes waits for that.
//!
//! Never here: where a stream goes, who may read it, how long it is kept.

use super::rewrite::sync_point;
use super::{AnyTable, Options, Schema, Store, internal, lineage, open_database};
use crate::error::{Error, Result};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use redb::{Database, Durability, ReadTransaction, ReadableDatabase};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::Ordering;

/// What every stream begins with, inside its gzip.
const MAGIC: &[u8; 16] = b"PERMANENCE SVG 1";
/// Rows go into a frame until it is so long.
const FRAME_BYTES: usize = 256 * 1024;
/// What a frame may hold: a row of the largest file that can come from outside, and then some. More is no stream of ours.
const FRAME_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Rows put in one transaction while a store is made: bounds the memory that redb holds for it.
const ROWS_A_STEP: usize = 20_000;

const PREAMBLE: u8 = b'P';
const STORE: u8 = b'S';
const TABLE: u8 = b'T';
const ROWS: u8 = b'R';
const FILE: u8 = b'F';
const DATA: u8 = b'D';
const SEAL: u8 = b'E';

/// Said of what can't be read to its end.
const DAMAGED: &str = "cette sauvegarde est incomplète ou abîmée : prenez-en une autre";
const FOREIGN: &str = "ce fichier n’est pas une sauvegarde de Permanence";

/// What stands before everything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preamble {
    /// The program's version, for people.
    pub program: String,
    /// Milliseconds since 1970.
    pub made_ms: i64,
}

/// How much a stream holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Rows by « store/table ».
    pub rows: BTreeMap<String, u64>,
    pub files: u64,
    /// Bytes of rows and files, uncompressed.
    pub bytes: u64,
}

impl Seal {
    pub fn rows_of_all(&self) -> u64 {
        self.rows.values().sum()
    }
}

/// Takes a table's name and the bytes of a row's key and value.
pub type EachRowOf<'a> = &'a mut dyn FnMut(&'static str, &[u8], &[u8]) -> Result<()>;

/// One state of a store, held still while everybody goes on.
pub struct Snapshot<'s> {
    store: &'s Store,
    transaction: ReadTransaction,
    openings: u64,
}

impl Store {
    /// Holds the state of this moment.
    pub fn freeze(&self) -> Result<Snapshot<'_>> {
        let openings = self.openings.load(Ordering::Acquire);
        let transaction = self.database()?.begin_read().map_err(internal)?;
        Ok(Snapshot { store: self, transaction, openings })
    }
}

impl Snapshot<'_> {
    /// Every row of every table: the table's name, the bytes of key and value.
    pub fn each(&self, visit: EachRowOf<'_>) -> Result<()> {
        for table in self.store.tables() {
            table.dump(&self.transaction, &mut |key, value| visit(table.name(), key, value))?;
        }
        Ok(())
    }
}

/// Writes a stream.
pub struct Streamed<W: Write> {
    out: GzEncoder<W>,
    seal: Seal,
    rows: Vec<u8>,
}

impl<W: Write> Streamed<W> {
    /// Begins a stream.
    pub fn begin(out: W, preamble: &Preamble) -> Result<Streamed<W>> {
        // The quickest compression takes off most of what the stronger ones do, and keeps up with a disk.
        let mut out = GzEncoder::new(out, Compression::fast());
        out.write_all(MAGIC)?;
        let mut streamed = Streamed { out, seal: Seal::default(), rows: Vec::new() };
        streamed.frame(PREAMBLE, &json(preamble)?)?;
        Ok(streamed)
    }

    /// Everything in a store. `on_the_way` hears the bytes so far and may call it off.
    pub fn store(
        &mut self,
        name: &str,
        snapshot: &Snapshot<'_>,
        on_the_way: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<()> {
        self.frame(STORE, name.as_bytes())?;
        for table in snapshot.store.tables() {
            self.frame(TABLE, table.name().as_bytes())?;
            let mut rows = 0;
            table.dump(&snapshot.transaction, &mut |key, value| {
                rows += 1;
                self.put_part(key);
                self.put_part(value);
                if self.rows.len() < FRAME_BYTES {
                    return Ok(());
                }
                // The file can only be opened anew when nobody holds it: whoever waits to write comes first.
                if snapshot.store.openings.load(Ordering::Acquire) != snapshot.openings {
                    return Err(Error::internal("le disque a refusé d’écrire pendant la sauvegarde"));
                }
                self.flush_rows()?;
                on_the_way(self.seal.bytes)
            })?;
            self.flush_rows()?;
            if rows != table.count(&snapshot.transaction)? {
                return Err(Error::internal(format!("{name}, {} : des lignes manquent", table.name())));
            }
            self.seal.rows.insert(format!("{name}/{}", table.name()), rows);
        }
        on_the_way(self.seal.bytes)
    }

    /// A file beside the stores, under its path within the data folder.
    pub fn file(
        &mut self,
        path: &str,
        from: &mut impl Read,
        on_the_way: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<()> {
        self.frame(FILE, path.as_bytes())?;
        let mut buffer = vec![0; FRAME_BYTES];
        loop {
            match from.read(&mut buffer)? {
                0 => break,
                count => {
                    self.frame(DATA, buffer.get(..count).unwrap_or_default())?;
                    self.seal.bytes += count as u64;
                    on_the_way(self.seal.bytes)?;
                }
            }
        }
        self.seal.files += 1;
        Ok(())
    }

    /// Sets the seal; with it what the stream holds.
    pub fn finish(mut self) -> Result<(W, Seal)> {
        let seal = json(&self.seal)?;
        self.frame(SEAL, &seal)?;
        Ok((self.out.finish()?, self.seal))
    }

    fn put_part(&mut self, bytes: &[u8]) {
        self.rows.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        self.rows.extend_from_slice(bytes);
    }

    fn flush_rows(&mut self) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rows);
        self.frame(ROWS, &rows)?;
        self.seal.bytes += rows.len() as u64;
        self.rows = rows;
        self.rows.clear();
        // One huge row must not stay for the rest of the stream.
        self.rows.shrink_to(2 * FRAME_BYTES);
        Ok(())
    }

    fn frame(&mut self, kind: u8, bytes: &[u8]) -> Result<()> {
        self.out.write_all(&[kind])?;
        self.out.write_all(&(bytes.len() as u32).to_le_bytes())?;
        self.out.write_all(bytes)?;
        Ok(())
    }
}

/// One part of a stream as it is read.
pub enum Frame<'r> {
    /// From here on it is about this store.
    Store(&'r str),
    /// Rows that follow are of this table.
    Table(&'r str),
    Rows(Rows<'r>),
    /// From here on it is about this file.
    File(&'r str),
    Data(&'r [u8]),
}

/// Some rows, each as the bytes of key and value.
pub struct Rows<'r>(&'r [u8]);

impl<'r> Iterator for Rows<'r> {
    type Item = (&'r [u8], &'r [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, rest) = part(self.0)?;
        let (value, rest) = part(rest)?;
        self.0 = rest;
        Some((key, value))
    }
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// Reads a stream. What comes out may be used before the seal is seen, but not believed.
pub struct Unstreamed<R: Read> {
    input: GzDecoder<R>,
    pub preamble: Preamble,
    buffer: Vec<u8>,
    place: String,
    store: String,
    found: Seal,
    sealed: bool,
}

impl<R: Read> Unstreamed<R> {
    /// Begins to read; errors are French sentences.
    pub fn begin(input: R) -> Result<Unstreamed<R>> {
        let mut input = GzDecoder::new(input);
        let mut magic = [0; MAGIC.len()];
        input.read_exact(&mut magic).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidInput => Error::internal(FOREIGN),
            _ => read_failure(&cause),
        })?;
        if &magic != MAGIC {
            return Err(Error::internal(FOREIGN));
        }
        let preamble = Preamble { program: String::new(), made_ms: 0 };
        let (place, store) = (String::new(), String::new());
        let mut stream =
            Unstreamed { input, preamble, buffer: Vec::new(), place, store, found: Seal::default(), sealed: false };
        if stream.fill()? != PREAMBLE {
            return Err(Error::internal(DAMAGED));
        }
        stream.preamble = serde_json::from_slice(&stream.buffer).map_err(|_| Error::internal(DAMAGED))?;
        Ok(stream)
    }

    /// The next part; nothing after the seal, once it and the stream's own sum were found right.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>> {
        if self.sealed {
            return Ok(None);
        }
        let kind = self.fill()?;
        let bytes = self.buffer.len() as u64;
        match kind {
            ROWS => {
                self.found.bytes += bytes;
                let rows = Rows(&self.buffer).count() as u64;
                *self.found.rows.entry(self.place.clone()).or_default() += rows;
                Ok(Some(Frame::Rows(Rows(&self.buffer))))
            }
            DATA => {
                self.found.bytes += bytes;
                Ok(Some(Frame::Data(&self.buffer)))
            }
            SEAL => {
                let seal: Seal = serde_json::from_slice(&self.buffer).map_err(|_| Error::internal(DAMAGED))?;
                // At the end of its input gzip compares its own sum.
                let mut beyond = [0];
                let ended = self.input.read(&mut beyond).map_err(|cause| read_failure(&cause))? == 0;
                if seal != self.found || !ended {
                    return Err(Error::internal(DAMAGED));
                }
                self.sealed = true;
                Ok(None)
            }
            STORE | TABLE | FILE => {
                let text = std::str::from_utf8(&self.buffer).map_err(|_| Error::internal(DAMAGED))?;
                Ok(Some(match kind {
                    STORE => {
                        text.clone_into(&mut self.store);
                        Frame::Store(text)
                    }
                    TABLE => {
                        self.place = format!("{}/{text}", self.store);
                        self.found.rows.insert(self.place.clone(), 0);
                        Frame::Table(text)
                    }
                    _ => {
                        self.found.files += 1;
                        Frame::File(text)
                    }
                }))
            }
            _ => Err(Error::internal(DAMAGED)),
        }
    }

    /// What the stream held; it has been read to its seal.
    pub fn seal(self) -> Result<Seal> {
        if self.sealed { Ok(self.found) } else { Err(Error::internal(DAMAGED)) }
    }

    /// Reads one frame into the buffer; its kind.
    fn fill(&mut self) -> Result<u8> {
        let mut head = [0; 5];
        self.input.read_exact(&mut head).map_err(|cause| read_failure(&cause))?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if length > FRAME_BYTES_MAX {
            return Err(Error::internal(DAMAGED));
        }
        self.buffer.clear();
        self.buffer.shrink_to(2 * FRAME_BYTES);
        let read = (&mut self.input).take(length as u64).read_to_end(&mut self.buffer);
        if read.map_err(|cause| read_failure(&cause))? != length {
            return Err(Error::internal(DAMAGED));
        }
        Ok(head[0])
    }
}

/// A disk that does not read is told from a stream that is not whole.
fn read_failure(cause: &std::io::Error) -> Error {
    use std::io::ErrorKind;
    match cause.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other => {
            Error::internal(DAMAGED)
        }
        _ => Error::internal(format!("la sauvegarde ne peut pas être lue : {}", super::folder::in_french(cause))),
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|cause| Error::internal(cause.to_string()))
}

/// Reads a stream to its end: that it is whole, that every row of every table is what its table holds.
pub fn verify(input: impl Read, schemas: &[(&str, &'static Schema)]) -> Result<Seal> {
    let mut stream = Unstreamed::begin(input)?;
    let mut schema: Option<&'static Schema> = None;
    let mut table: Option<&'static dyn AnyTable> = None;
    while let Some(frame) = stream.next_frame()? {
        match frame {
            Frame::Store(name) => schema = Some(named(schemas, name)?),
            Frame::Table(name) => table = Some(table_of(schema, name)?),
            Frame::Rows(mut rows) => {
                let table = table.ok_or_else(|| Error::internal(DAMAGED))?;
                if !rows.all(|(_, value)| table.decodes(value)) {
                    return Err(Error::internal(format!(
                        "cette sauvegarde est abîmée : des lignes de {} sont illisibles",
                        table.name()
                    )));
                }
            }
            Frame::File(_) | Frame::Data(_) => {}
        }
    }
    stream.seal()
}

/// The schema of a store of the stream; a store that this program does not know was written by a later one.
pub fn named(schemas: &[(&str, &'static Schema)], name: &str) -> Result<&'static Schema> {
    let found = schemas.iter().find(|(known, _)| *known == name);
    found.map(|(_, schema)| *schema).ok_or_else(|| Error::internal(lineage::TOO_NEW))
}

fn table_of(schema: Option<&'static Schema>, name: &str) -> Result<&'static dyn AnyTable> {
    let schema = schema.ok_or_else(|| Error::internal(DAMAGED))?;
    schema.all().find(|table| table.name() == name).ok_or_else(|| Error::internal(lineage::TOO_NEW))
}

/// A store's file being made of a stream.
pub struct Loader {
    database: Database,
    schema: &'static Schema,
    table: Option<&'static dyn AnyTable>,
    /// Rows put since the last step, and that step.
    step: Option<(usize, redb::WriteTransaction)>,
}

impl Loader {
    /// Makes the file; there must be none of that name.
    pub fn create(path: &Path, schema: &'static Schema, cache_bytes: usize) -> Result<Loader> {
        let database = open_database(path, Options::cached(cache_bytes))?;
        Ok(Loader { database, schema, table: None, step: None })
    }

    pub fn table(&mut self, name: &str) -> Result<()> {
        let table = table_of(Some(self.schema), name)?;
        table.create(&self.step()?.1)?;
        self.table = Some(table);
        Ok(())
    }

    pub fn rows(&mut self, rows: Rows<'_>) -> Result<()> {
        let table = self.table.ok_or_else(|| Error::internal(DAMAGED))?;
        let rows: Vec<_> = rows.collect();
        let step = self.step()?;
        table.load(&step.1, &rows)?;
        step.0 += rows.len();
        if step.0 >= ROWS_A_STEP
            && let Some((_, step)) = self.step.take()
        {
            step.commit().map_err(internal)?;
        }
        Ok(())
    }

    /// Brings all to the disk and counts it again.
    pub fn finish(mut self, name: &str, seal: &Seal) -> Result<()> {
        if let Some((_, step)) = self.step.take() {
            step.commit().map_err(internal)?;
        }
        sync_point(&self.database)?;
        let transaction = self.database.begin_read().map_err(internal)?;
        for table in self.schema.all() {
            // A table that is younger than the stream is made when the file is opened.
            let Some(rows) = seal.rows.get(&format!("{name}/{}", table.name())) else { continue };
            if table.count(&transaction)? != *rows {
                return Err(Error::internal(format!("{name}, {} : des lignes manquent", table.name())));
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<&mut (usize, redb::WriteTransaction)> {
        if self.step.is_none() {
            let mut step = self.database.begin_write().map_err(internal)?;
            step.set_durability(Durability::None).map_err(internal)?;
            self.step = Some((0, step));
        }
        self.step.as_mut().ok_or_else(|| Error::internal("a step that was just begun"))
    }
}
