//! Which program wrote a file last, so that an older one refuses what it would misread, in words, before it touches anything.
//!
//! Three things tell: a table that this program does not know, rows of a later version in one that it knows, and the program's
//! own version (major and minor: what differs in the last number alone reads and writes the same). All are kept among the
//! facts of the file at the first opening by a later program, in the same write.

use super::{AnyTable, FACTS, Schema, Write, internal};
use crate::error::Result;
use redb::{ReadTransaction, ReadableTable, TableHandle};
use std::collections::{BTreeMap, BTreeSet};

/// Said instead of opening.
pub(super) const TOO_NEW: &str = "ces données viennent d’une version plus récente de Permanence que celle-ci : installez la \
    version récente, ou reprenez une sauvegarde faite par celle-ci";

/// What a file says of itself.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    /// A later program wrote it.
    pub newer: bool,
    /// Every table is there.
    pub complete: bool,
    /// The step of the schema that it is at; `None` when nothing was written yet.
    pub schema: Option<u64>,
    /// Some fact of ours is not in it yet.
    pub stale: bool,
}

/// Reads a file's facts without changing it.
pub(super) fn read(tx: &ReadTransaction, schema: &Schema) -> Result<Lineage> {
    let there: BTreeSet<String> = tx.list_tables().map_err(internal)?.map(|table| table.name().to_owned()).collect();
    let known: BTreeMap<&str, &dyn AnyTable> = schema.all().map(|table| (table.name(), table)).collect();
    let mut lineage =
        Lineage { complete: known.keys().all(|name| there.contains(*name)), stale: true, ..Lineage::default() };
    lineage.newer = there.iter().any(|name| !known.contains_key(name.as_str()));
    if !there.contains(FACTS.name()) {
        return Ok(lineage);
    }
    let mut facts: BTreeMap<String, u64> = BTreeMap::new();
    let table = tx.open_table(FACTS.definition()).map_err(internal)?;
    for row in table.iter().map_err(internal)? {
        let (key, value) = row.map_err(internal)?;
        facts.insert(key.value().to_owned(), <u64 as super::Record>::decode(value.value())?);
    }
    lineage.schema = facts.get("schema").copied();
    let ours = facts_of(schema);
    lineage.newer |= ours.iter().any(|(name, ours)| facts.get(name).is_some_and(|theirs| theirs > ours));
    lineage.stale = ours.iter().any(|(name, ours)| facts.get(name) != Some(ours));
    Ok(lineage)
}

/// Notes that this program writes the file.
pub(super) fn write(tx: &Write<'_>, schema: &Schema) -> Result<()> {
    for (name, value) in facts_of(schema) {
        FACTS.put(tx, name.as_str(), &value)?;
    }
    Ok(())
}

fn facts_of(schema: &Schema) -> Vec<(String, u64)> {
    let versions = schema.all().map(|table| (format!("rows {}", table.name()), u64::from(table.version())));
    let steps = schema.migrations.len() as u64;
    [("schema".to_owned(), steps), ("program".to_owned(), program())].into_iter().chain(versions).collect()
}

/// « 1.12.3 » as 1012.
fn program() -> u64 {
    let mut parts = env!("CARGO_PKG_VERSION").split('.').map(|part| part.parse::<u64>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    major * 1000 + minor
}
