//! Typed collections over redb's tables: keys of redb's own types, values as versioned `postcard` bytes.

use super::{Read, Write, internal};
use crate::error::{Error, Result};
use redb::{Key, ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Serialize, de::DeserializeOwned};
use std::borrow::Borrow;
use std::marker::PhantomData;
use std::ops::{ControlFlow, RangeBounds};

/// A value that can be kept. The first byte on disk is its version; a type that changes its shape raises it and says in
/// `upgrade` how the older bytes are read, so that old rows need no rewriting.
pub trait Record: Serialize + DeserializeOwned {
    const VERSION: u8 = 1;

    /// Reads what an earlier version wrote.
    fn upgrade(version: u8, _bytes: &[u8]) -> Result<Self> {
        Err(Error::internal(format!("a row has version {version}, this program knows {}", Self::VERSION)))
    }

    fn encode(&self) -> Result<Vec<u8>> {
        let mut bytes = vec![Self::VERSION];
        bytes = postcard::to_extend(self, bytes)?;
        Ok(bytes)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((version, rest)) if *version == Self::VERSION => Ok(postcard::from_bytes(rest)?),
            Some((version, rest)) => Self::upgrade(*version, rest),
            None => Err(Error::internal("an empty row")),
        }
    }
}

impl Record for () {}
impl Record for u64 {}
impl Record for String {}

/// What a look-up can run on: a read, or a write that sees its own changes.
pub trait Reads {
    type Table<'t, K: Key + 'static>: ReadableTable<K, &'static [u8]>
    where
        Self: 't;

    fn table<K: Key + 'static>(
        &self,
        definition: TableDefinition<'static, K, &'static [u8]>,
    ) -> Result<Self::Table<'_, K>>;
}

impl Reads for Read {
    type Table<'t, K: Key + 'static> = redb::ReadOnlyTable<K, &'static [u8]>;

    fn table<K: Key + 'static>(
        &self,
        definition: TableDefinition<'static, K, &'static [u8]>,
    ) -> Result<Self::Table<'_, K>> {
        self.transaction.open_table(definition).map_err(internal)
    }
}

impl Reads for Write<'_> {
    type Table<'t, K: Key + 'static>
        = redb::Table<'t, K, &'static [u8]>
    where
        Self: 't;

    fn table<K: Key + 'static>(
        &self,
        definition: TableDefinition<'static, K, &'static [u8]>,
    ) -> Result<Self::Table<'_, K>> {
        self.transaction.open_table(definition).map_err(internal)
    }
}

/// Which end of a range comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// A table with its types: `K` one of redb's key types, `V` a record.
pub struct Collection<K: Key + 'static, V> {
    name: &'static str,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K: Key + 'static, V: Record> Collection<K, V> {
    /// A collection of this name, which must be listed in `schema.rs`.
    pub const fn new(name: &'static str) -> Collection<K, V> {
        Collection { name, types: PhantomData }
    }

    pub(super) fn definition(&self) -> TableDefinition<'static, K, &'static [u8]> {
        TableDefinition::new(self.name)
    }

    /// The collection opened once for many look-ups.
    pub fn open<'t, T: Reads>(&self, tx: &'t T) -> Result<Opened<T::Table<'t, K>, K, V>> {
        Ok(Opened { table: tx.table(self.definition())?, types: PhantomData })
    }

    pub fn get<'k>(&self, tx: &impl Reads, key: impl Borrow<K::SelfType<'k>>) -> Result<Option<V>> {
        self.open(tx)?.get(key)
    }

    pub fn has<'k>(&self, tx: &impl Reads, key: impl Borrow<K::SelfType<'k>>) -> Result<bool> {
        Ok(tx.table(self.definition())?.get(key).map_err(internal)?.is_some())
    }

    /// Rows of a range, in order, until the closure breaks.
    pub fn each<'a, KR, F>(
        &self,
        tx: &impl Reads,
        range: impl RangeBounds<KR> + 'a,
        direction: Direction,
        visit: F,
    ) -> Result<()>
    where
        KR: Borrow<K::SelfType<'a>> + 'a,
        F: FnMut(K::SelfType<'_>, V) -> Result<ControlFlow<()>>,
    {
        self.open(tx)?.each(range, direction, visit)
    }

    pub fn put<'k>(&self, tx: &Write<'_>, key: impl Borrow<K::SelfType<'k>>, value: &V) -> Result<()> {
        tx.record(self.name, K::as_bytes(key.borrow()).as_ref());
        let bytes = value.encode()?;
        tx.table(self.definition())?.insert(key.borrow(), bytes.as_slice()).map_err(internal)?;
        Ok(())
    }

    /// Takes a row away; whether it was there.
    pub fn remove<'k>(&self, tx: &Write<'_>, key: impl Borrow<K::SelfType<'k>>) -> Result<bool> {
        tx.record(self.name, K::as_bytes(key.borrow()).as_ref());
        let there = tx.table(self.definition())?.remove(key.borrow()).map_err(internal)?.is_some();
        Ok(there)
    }

    /// Takes away up to `most` rows of a range, from its beginning; how many that was.
    pub fn remove_some<'a, KR>(&self, tx: &Write<'_>, range: impl RangeBounds<KR> + 'a, most: usize) -> Result<u64>
    where
        KR: Borrow<K::SelfType<'a>> + 'a,
    {
        let mut table = tx.table(self.definition())?;
        let mut keys: Vec<Vec<u8>> = Vec::new();
        for row in table.range(range).map_err(internal)?.take(most) {
            let (key, _) = row.map_err(internal)?;
            keys.push(K::as_bytes(&key.value()).as_ref().to_vec());
        }
        for key in &keys {
            tx.record(self.name, key);
            table.remove(K::from_bytes(key)).map_err(internal)?;
        }
        Ok(keys.len() as u64)
    }

    /// Takes a row away in a file that no office uses yet.
    pub(super) fn forget<'k>(&self, tx: &WriteTransaction, key: impl Borrow<K::SelfType<'k>>) -> Result<()> {
        tx.open_table(self.definition()).map_err(internal)?.remove(key).map_err(internal)?;
        Ok(())
    }

    /// How many rows there are. Quick: redb keeps the number.
    pub fn len(&self, tx: &impl Reads) -> Result<u64> {
        use redb::ReadableTableMetadata;
        tx.table(self.definition())?.len().map_err(internal)
    }
}

/// A collection opened within a transaction.
pub struct Opened<T, K, V> {
    table: T,
    types: PhantomData<fn() -> (K, V)>,
}

impl<T, K, V> Opened<T, K, V>
where
    K: Key + 'static,
    V: Record,
    T: ReadableTable<K, &'static [u8]>,
{
    pub fn get<'k>(&self, key: impl Borrow<K::SelfType<'k>>) -> Result<Option<V>> {
        match self.table.get(key).map_err(internal)? {
            Some(bytes) => V::decode(bytes.value()).map(Some),
            None => Ok(None),
        }
    }

    pub fn each<'a, KR, F>(&self, range: impl RangeBounds<KR> + 'a, direction: Direction, mut visit: F) -> Result<()>
    where
        KR: Borrow<K::SelfType<'a>> + 'a,
        F: FnMut(K::SelfType<'_>, V) -> Result<ControlFlow<()>>,
    {
        let mut rows = self.table.range(range).map_err(internal)?;
        loop {
            let row = match direction {
                Direction::Ascending => rows.next(),
                Direction::Descending => rows.next_back(),
            };
            let Some(row) = row else { return Ok(()) };
            let (key, bytes) = row.map_err(internal)?;
            if visit(key.value(), V::decode(bytes.value())?)?.is_break() {
                return Ok(());
            }
        }
    }

    /// As `each`, without decoding values, starting after `skip` rows: for pages of an index.
    pub fn keys<'a, KR, F>(
        &self,
        range: impl RangeBounds<KR> + 'a,
        direction: Direction,
        skip: u64,
        mut visit: F,
    ) -> Result<()>
    where
        KR: Borrow<K::SelfType<'a>> + 'a,
        F: FnMut(K::SelfType<'_>) -> ControlFlow<()>,
    {
        let mut rows = self.table.range(range).map_err(internal)?;
        let mut skip = skip;
        loop {
            let row = match direction {
                Direction::Ascending => rows.next(),
                Direction::Descending => rows.next_back(),
            };
            let Some(row) = row else { return Ok(()) };
            let (key, _) = row.map_err(internal)?;
            if skip > 0 {
                skip -= 1;
            } else if visit(key.value()).is_break() {
                return Ok(());
            }
        }
    }
}

/// Takes the bytes of a row's key and value.
pub type EachRow<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<()>;

/// A collection whose types no longer matter: for making, copying and checking all of them.
pub trait AnyTable: Sync {
    fn name(&self) -> &'static str;
    /// Makes the table if it is not there yet.
    fn create(&self, tx: &WriteTransaction) -> Result<()>;
    /// Copies up to `most` rows that come after `after` (a key's bytes; from the start when `None`); the last key copied,
    /// or `None` when there was nothing left.
    fn copy_after(
        &self,
        from: &ReadTransaction,
        to: &WriteTransaction,
        after: Option<&[u8]>,
        most: usize,
    ) -> Result<Option<Vec<u8>>>;
    /// Brings one row of `to` to what it is in `from`: its value, or its absence.
    fn copy_row(&self, from: &ReadTransaction, to: &WriteTransaction, key: &[u8]) -> Result<()>;
    /// Counts the rows, and those that can't be decoded.
    fn verify(&self, tx: &Read) -> Result<Verified>;
    /// The version of the rows that are written today.
    fn version(&self) -> u8;
    /// Hands over every row in the order of its keys, as the bytes of key and value.
    fn dump(&self, from: &ReadTransaction, row: EachRow<'_>) -> Result<()>;
    /// Puts rows that were dumped.
    fn load(&self, to: &WriteTransaction, rows: &[(&[u8], &[u8])]) -> Result<()>;
    /// How many rows a file has in it.
    fn count(&self, from: &ReadTransaction) -> Result<u64>;
    /// Whether these are the bytes of a value.
    fn decodes(&self, bytes: &[u8]) -> bool;
}

/// What a check found in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    pub rows: u64,
    pub undecodable: u64,
}

impl<K: Key + 'static, V: Record> AnyTable for Collection<K, V> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn create(&self, tx: &WriteTransaction) -> Result<()> {
        tx.open_table(self.definition()).map_err(internal)?;
        Ok(())
    }

    fn copy_after(
        &self,
        from: &ReadTransaction,
        to: &WriteTransaction,
        after: Option<&[u8]>,
        most: usize,
    ) -> Result<Option<Vec<u8>>> {
        use std::ops::Bound;
        let source = from.open_table(self.definition()).map_err(internal)?;
        let mut target = to.open_table(self.definition()).map_err(internal)?;
        let start = after.map_or(Bound::Unbounded, |key| Bound::Excluded(K::from_bytes(key)));
        let mut last = None;
        for row in source.range::<K::SelfType<'_>>((start, Bound::Unbounded)).map_err(internal)?.take(most) {
            let (key, bytes) = row.map_err(internal)?;
            target.insert(key.value(), bytes.value()).map_err(internal)?;
            last = Some(K::as_bytes(&key.value()).as_ref().to_vec());
        }
        Ok(last)
    }

    fn copy_row(&self, from: &ReadTransaction, to: &WriteTransaction, key: &[u8]) -> Result<()> {
        let source = from.open_table(self.definition()).map_err(internal)?;
        let mut target = to.open_table(self.definition()).map_err(internal)?;
        match source.get(K::from_bytes(key)).map_err(internal)? {
            Some(bytes) => target.insert(K::from_bytes(key), bytes.value()).map_err(internal)?,
            None => target.remove(K::from_bytes(key)).map_err(internal)?,
        };
        Ok(())
    }

    fn verify(&self, tx: &Read) -> Result<Verified> {
        let table = tx.table(self.definition())?;
        let mut found = Verified { rows: 0, undecodable: 0 };
        for row in table.iter().map_err(internal)? {
            let (_, bytes) = row.map_err(internal)?;
            found.rows += 1;
            found.undecodable += u64::from(V::decode(bytes.value()).is_err());
        }
        Ok(found)
    }

    fn version(&self) -> u8 {
        V::VERSION
    }

    fn dump(&self, from: &ReadTransaction, row: EachRow<'_>) -> Result<()> {
        let table = from.open_table(self.definition()).map_err(internal)?;
        for found in table.iter().map_err(internal)? {
            let (key, bytes) = found.map_err(internal)?;
            row(K::as_bytes(&key.value()).as_ref(), bytes.value())?;
        }
        Ok(())
    }

    fn load(&self, to: &WriteTransaction, rows: &[(&[u8], &[u8])]) -> Result<()> {
        let mut table = to.open_table(self.definition()).map_err(internal)?;
        for (key, bytes) in rows {
            table.insert(K::from_bytes(key), *bytes).map_err(internal)?;
        }
        Ok(())
    }

    fn count(&self, from: &ReadTransaction) -> Result<u64> {
        use redb::ReadableTableMetadata;
        from.open_table(self.definition()).map_err(internal)?.len().map_err(internal)
    }

    fn decodes(&self, bytes: &[u8]) -> bool {
        V::decode(bytes).is_ok()
    }
}
