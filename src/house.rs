//! What every handler works with: the data, the journal, the settings; and the secretariat itself.

use crate::base::cache::Cache;
use crate::base::holds::Holds;
use crate::base::{PersonId, Phone, Zone, secret};
use crate::error::Result;
use crate::journal::Journal;
use crate::store::{Collection, Reads, Record, Store, Version, Write};
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// The one row of this table has key 1.
static SECRETARIAT: Collection<u64, Secretariat> = Collection::new("house.secretariat");

/// The one row of this table has key 1.
static SECURITY: Collection<u64, Security> = Collection::new("house.security");

pub static TABLES: [&dyn crate::store::AnyTable; 2] = [&SECRETARIAT, &SECURITY];

/// The topic of changes that concern everybody: the secretariat's name, abonnés, persons.
pub const TOPIC: u64 = 0;
/// The topic of everything that the secretaries' console shows: calls, archives and answers of any abonné.
pub const CONSOLE: u64 = u64::MAX;

/// Memory that finished pages may take: those of some hundred people.
pub const PAGES_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A finished, compressed page: whose, and its address; and what it was made from: the versions of its abonné and of the
/// house.
pub type Pages = Cache<(PersonId, String), (Version, Version)>;

/// Everything a request may use.
pub struct House {
    pub store: Store,
    pub journal: Journal,
    /// When the night's work is done, local time of `zone`.
    pub expiry_time: NaiveTime,
    /// The secretariat's own zone.
    pub zone: Zone,
    pub set_up: SetUp,
    pub pages: Pages,
    /// Who has which slot of an agenda open.
    pub holds: Holds,
}

/// The one-time address at which the first administrator is made: printed at start, gone with the process.
pub struct SetUp {
    token: String,
}

impl SetUp {
    pub fn new() -> Result<SetUp> {
        Ok(SetUp { token: secret::token()? })
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn is(&self, token: &str) -> bool {
        secret::same(self.token.as_bytes(), token.as_bytes())
    }
}

/// Who the secretariat is, as its own administrator words it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secretariat {
    pub name: String,
    pub phone: Phone,
    /// « Du lundi au vendredi, de 8 h à 19 h ».
    pub hours: String,
    /// What an address leads to; `None` for no link.
    pub map_service: Option<String>,
    /// The bookmark of 2010, for all.
    pub bookmarks: bool,
}

impl Record for Secretariat {}

impl Default for Secretariat {
    fn default() -> Secretariat {
        Secretariat {
            name: "Permanence".into(),
            phone: Phone::default(),
            hours: String::new(),
            map_service: Some("https://www.openstreetmap.org/search?query=".into()),
            bookmarks: true,
        }
    }
}

/// The secretariat as it calls itself; the usual words until its administrator has chosen.
pub fn secretariat(tx: &impl Reads) -> Result<Secretariat> {
    Ok(SECRETARIAT.get(tx, 1)?.unwrap_or_default())
}

pub fn set_secretariat(tx: &Write<'_>, secretariat: &Secretariat) -> Result<()> {
    tx.touch(TOPIC);
    SECRETARIAT.put(tx, 1, secretariat)
}

/// What the house requires of those who sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// A second factor of every secretary, of every administrator.
    pub factor_of_secretaries: bool,
    pub factor_of_administrators: bool,
}

impl Record for Security {}

/// What the house requires; nothing until its administrator has chosen.
pub fn security(tx: &impl Reads) -> Result<Security> {
    Ok(SECURITY.get(tx, 1)?.unwrap_or_default())
}

pub fn set_security(tx: &Write<'_>, security: &Security) -> Result<()> {
    SECURITY.put(tx, 1, security)
}
