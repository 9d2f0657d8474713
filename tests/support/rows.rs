//! All rows of a data folder that nobody serves, as bytes: two folders hold the same when these are equal.

use permanence::schema::FILES;
use permanence::store::{Options, Store};
use std::collections::BTreeMap;
use std::path::Path;

/// By « file/table », then by key.
pub type Rows = BTreeMap<String, BTreeMap<Vec<u8>, Vec<u8>>>;

/// Every row of every table of every file.
pub fn rows(folder: &Path) -> Rows {
    let mut all = Rows::new();
    for (name, schema) in FILES {
        let store = Store::open(&folder.join(name), schema, Options::cached(4 << 20)).expect("it opens");
        all.extend(rows_of(&store).into_iter().map(|(table, rows)| (format!("{name}/{table}"), rows)));
    }
    all
}

/// Every row of every table of a store.
pub fn rows_of(store: &Store) -> Rows {
    let mut all = Rows::new();
    let snapshot = store.freeze().expect("a snapshot");
    snapshot
        .each(&mut |table, key, value| {
            all.entry(table.to_owned()).or_default().insert(key.to_vec(), value.to_vec());
            Ok(())
        })
        .expect("all rows are read");
    all
}
