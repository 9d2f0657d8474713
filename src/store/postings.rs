//! Postings: the numbers of the things that hold a word, as one compressed bitmap a row.
//! Rooms own their tables of them and decide what a word is.

use super::{Collection, Record, Write};
use crate::error::{Error, Result};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

/// The numbers that hold a word, in roaring's portable format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Postings(Vec<u8>);

impl Record for Postings {
    // The bytes are their own encoding; postcard would copy them one by one.
    fn encode(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(1 + self.0.len());
        bytes.push(Self::VERSION);
        bytes.extend_from_slice(&self.0);
        Ok(bytes)
    }

    fn decode(bytes: &[u8]) -> Result<Postings> {
        match bytes.split_first() {
            Some((version, rest)) if *version == Self::VERSION => Ok(Postings(rest.to_owned())),
            Some((version, rest)) => Self::upgrade(*version, rest),
            None => Err(Error::internal("an empty row")),
        }
    }
}

impl Postings {
    pub fn bitmap(&self) -> Result<RoaringBitmap> {
        Ok(RoaringBitmap::deserialize_from(self.0.as_slice())?)
    }

    pub fn of(bitmap: &RoaringBitmap) -> Result<Postings> {
        let mut bytes = Vec::with_capacity(bitmap.serialized_size());
        bitmap.serialize_into(&mut bytes)?;
        Ok(Postings(bytes))
    }
}

/// Postings by owner and word.
pub type Index = Collection<(u64, &'static str), Postings>;

/// Adds a number to a word's postings.
pub fn add(index: &Index, tx: &Write<'_>, key: (u64, &str), number: u32) -> Result<()> {
    add_all(index, tx, key, &RoaringBitmap::from_iter([number]))
}

/// Adds many numbers to a word's postings.
pub fn add_all(index: &Index, tx: &Write<'_>, key: (u64, &str), more: &RoaringBitmap) -> Result<()> {
    let mut numbers = match index.get(tx, key)? {
        Some(postings) => postings.bitmap()?,
        None => RoaringBitmap::new(),
    };
    numbers |= more;
    index.put(tx, key, &Postings::of(&numbers)?)
}

/// Takes a number out of a word's postings, and the word with its last number.
pub fn remove(index: &Index, tx: &Write<'_>, key: (u64, &str), number: u32) -> Result<()> {
    let Some(postings) = index.get(tx, key)? else { return Ok(()) };
    let mut numbers = postings.bitmap()?;
    numbers.remove(number);
    if numbers.is_empty() {
        index.remove(tx, key)?;
        return Ok(());
    }
    index.put(tx, key, &Postings::of(&numbers)?)
}
