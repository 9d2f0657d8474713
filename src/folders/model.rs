//! What a folder says of itself. Pure. Fields are French: people read these files too.

use crate::base::bundle::Listed;
use crate::base::{Instant, SubscriberId, fold};
use crate::house::{Customs, Secretariat};
use crate::people::{Person, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first word of a manifest.
pub const FORMAT: &str = "dossier-permanence";
/// The shape of folders that this program writes.
pub const VERSION: u32 = 1;

pub const MANIFEST: &str = "manifeste.json";
pub const ACCOUNTS: &str = "comptes.jsonl";
pub const HOUSE: &str = "maison/maison.json";
/// The abonné's settings, each in its abonné's part of the folder.
pub const SETTINGS: &str = "donnees/subscribers.subscribers.jsonl";
pub const MONTHS: &str = "donnees/counters.months.jsonl";
/// The parts of a whole house.
pub const OF_HOUSE: &str = "maison/";

/// Where a table's rows are, within its abonné's part.
pub fn file_of(table: &str) -> String {
    format!("donnees/{table}.jsonl")
}

/// The last file of a folder, which names all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: u32,
    pub programme: String,
    /// RFC 3339.
    pub fait: String,
    /// By which the house it comes from is known again.
    pub maison: String,
    pub secretariat: String,
    /// The whole house, not one abonné.
    pub entier: bool,
    /// The version of the rows of each table.
    pub tables: BTreeMap<String, u8>,
    pub abonnes: Vec<Part>,
    pub fichiers: Vec<Listed>,
}

/// An abonné of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its number there.
    pub numero: u64,
    pub nom: String,
    /// What the names of its files begin with.
    pub dossier: String,
    pub messages: u64,
    pub contacts: u64,
    pub rendez_vous: u64,
    pub fax: u64,
}

/// The whole house's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfHouse {
    pub secretariat: Secretariat,
    pub usages: Customs,
}

/// An account, without anything that opens a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub numero: u64,
    pub identifiant: String,
    pub nom: String,
    pub email: String,
    pub role: Role,
    pub favori: bool,
    pub actif: bool,
    pub cree: Instant,
}

impl Account {
    /// The account as it goes along: all of it with its house, or as far as it concerns one abonné.
    pub fn of(person: &Person, only: Option<SubscriberId>) -> Account {
        Account {
            numero: person.id.0,
            identifiant: person.login.clone(),
            nom: person.name.clone(),
            email: person.email.clone(),
            role: match only {
                Some(id) => Role::Client { subscribers: vec![id] },
                None => person.role.clone(),
            },
            favori: person.bookmark,
            actif: person.active,
            cree: person.created,
        }
    }
}

/// « cabinet-martin-2026-11-24.zip ».
pub fn file_name(what: &str, date: chrono::NaiveDate) -> String {
    format!("{}-{date}.zip", fold::words(what).join("-"))
}
