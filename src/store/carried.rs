//! Rows that belong to an abonné, as lines of JSON that another house reads back: `[what is left of the key, value]`.
//!
//! The key's first part is the abonné's own number, which is another there; numbers of persons and faxes within a value are
//! exchanged by the room that knows where they stand. What only finds rows again (lists, searches) does not go along: its
//! room makes it anew from what came.
//!
//! A new field of a record that is carried also bears `#[serde(default)]`, so that folders of earlier versions can be read.

use super::{AnyTable, Collection, Direction, Read, Record, Write};
use crate::base::{PersonId, SubscriberId};
use crate::error::Result;
use redb::Key;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// What numbers of another house are here.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    pub persons: HashMap<u64, u64>,
    pub faxes: HashMap<u64, u64>,
}

impl Numbers {
    /// A person's number here; `None` for who did not come along: names stand beside it.
    pub fn person(&self, id: Option<PersonId>) -> Option<PersonId> {
        id.and_then(|id| self.persons.get(&id.0)).map(|id| PersonId(*id))
    }

    pub fn fax(&self, number: u64) -> Option<u64> {
        self.faxes.get(&number).copied()
    }
}

/// Takes a line's bytes.
pub type EachLine<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// A table whose rows go along with their abonné.
pub trait Carried: Sync {
    /// The table's name, and that of its file.
    fn name(&self) -> &'static str;
    /// The version of its rows.
    fn version(&self) -> u8;
    /// Hands over the abonné's rows in the order of their keys.
    fn each(&self, tx: &Read, owner: SubscriberId, line: EachLine<'_>) -> Result<()>;
    /// Puts the row of a line under its new owner; `false` for a line that is no row of this table.
    fn put(&self, tx: &Write<'_>, owner: SubscriberId, line: &[u8], numbers: &Numbers) -> Result<bool>;
}

/// A key that begins with the abonné whose row it is.
pub trait Owned: Key + 'static {
    /// The key without its owner.
    type Rest: Serialize + DeserializeOwned + Copy;
    fn first(owner: u64) -> Self::SelfType<'static>;
    fn last(owner: u64) -> Self::SelfType<'static>;
    fn rest(key: Self::SelfType<'_>) -> Self::Rest;
    fn of(owner: u64, rest: Self::Rest) -> Self::SelfType<'static>;
}

impl Owned for u64 {
    type Rest = ();

    fn first(owner: u64) -> u64 {
        owner
    }

    fn last(owner: u64) -> u64 {
        owner
    }

    fn rest(_: u64) {}

    fn of(owner: u64, (): ()) -> u64 {
        owner
    }
}

macro_rules! owned {
    ($($name:ident: $part:ty),+) => {
        impl Owned for (u64, $($part),+) {
            type Rest = ($($part,)+);

            fn first(owner: u64) -> (u64, $($part),+) {
                (owner, $(<$part>::MIN),+)
            }

            fn last(owner: u64) -> (u64, $($part),+) {
                (owner, $(<$part>::MAX),+)
            }

            fn rest((_, $($name),+): (u64, $($part),+)) -> ($($part,)+) {
                ($($name,)+)
            }

            fn of(owner: u64, ($($name,)+): ($($part,)+)) -> (u64, $($part),+) {
                (owner, $($name),+)
            }
        }
    };
}

owned!(a: u64);
owned!(a: u64, b: u64);
owned!(a: u64, b: u8);
owned!(a: i32);
owned!(a: i32, b: u64);
owned!(a: u128);

/// How the rows of a collection are carried.
pub struct Rows<K: Owned, V: 'static> {
    collection: &'static Collection<K, V>,
    fits: fn(K::Rest, &V) -> bool,
    mend: fn(&Numbers, &mut V) -> bool,
}

impl<K: Owned, V: Record> Rows<K, V> {
    /// Every row as it is.
    pub const fn of(collection: &'static Collection<K, V>) -> Rows<K, V> {
        Rows { collection, fits: |_, _| true, mend: |_, _| true }
    }

    /// A row whose key says another thing than its value is none.
    pub const fn fitting(self, fits: fn(K::Rest, &V) -> bool) -> Rows<K, V> {
        Rows { collection: self.collection, fits, mend: self.mend }
    }

    /// Exchanges the numbers within a value; `false` leaves the row out, as it means nothing without them.
    pub const fn mended(self, mend: fn(&Numbers, &mut V) -> bool) -> Rows<K, V> {
        Rows { collection: self.collection, fits: self.fits, mend }
    }
}

impl<K: Owned, V: Record + Sync> Carried for Rows<K, V> {
    fn name(&self) -> &'static str {
        self.collection.name()
    }

    fn version(&self) -> u8 {
        V::VERSION
    }

    fn each(&self, tx: &Read, owner: SubscriberId, line: EachLine<'_>) -> Result<()> {
        let range = K::first(owner.0)..=K::last(owner.0);
        self.collection.each(tx, range, Direction::Ascending, |key, value| {
            let mut bytes = serde_json::to_vec(&(K::rest(key), value)).map_err(unwritable)?;
            bytes.push(b'\n');
            line(&bytes)?;
            Ok(ControlFlow::Continue(()))
        })
    }

    fn put(&self, tx: &Write<'_>, owner: SubscriberId, line: &[u8], numbers: &Numbers) -> Result<bool> {
        let Ok((rest, mut value)) = serde_json::from_slice::<(K::Rest, V)>(line) else { return Ok(false) };
        if !(self.fits)(rest, &value) {
            return Ok(false);
        }
        if (self.mend)(numbers, &mut value) {
            self.collection.put(tx, K::of(owner.0, rest), &value)?;
        }
        Ok(true)
    }
}

fn unwritable(cause: serde_json::Error) -> crate::error::Error {
    crate::error::Error::Internal(Box::new(cause))
}
