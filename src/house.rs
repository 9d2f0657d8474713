//! What every handler works with: the data, the journal, the settings; and the secretariat itself.

pub mod appearance;
pub mod backups;

use crate::base::cache::Cache;
use crate::base::calls::Calls;
use crate::base::holds::Holds;
use crate::base::pace::Paces;
use crate::base::time::{Day, date_in_words};
use crate::base::turns::Turns;
use crate::base::{Instant, PersonId, Phone, Zone, limits, secret};
use crate::decode::Decoder;
use crate::error::Result;
use crate::http::edge::tls::board::Board;
use crate::http::inside::gzipped;
use crate::journal::Journal;
use crate::notices::settings::Mail;
use crate::store::papers::Papers;
use crate::store::uploads::Uploads;
use crate::store::{Collection, Direction, Reads, Record, Store, Version, Write};
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The one row of this table has key 1.
static SECRETARIAT: Collection<u64, Secretariat> = Collection::new("house.secretariat");

/// The one row of this table has key 1.
static SECURITY: Collection<u64, Security> = Collection::new("house.security");

/// The one row of this table has key 1.
static CUSTOMS: Collection<u64, Customs> = Collection::new("house.customs");

/// By the work's name.
static WORKS: Collection<&'static str, Work> = Collection::new("house.works");

pub static TABLES: [&dyn crate::store::AnyTable; 6] =
    [&SECRETARIAT, &SECURITY, &CUSTOMS, &WORKS, &appearance::APPEARANCE, &appearance::LOGO];

/// The topic of changes that concern everybody: the secretariat's name, abonnés, persons.
pub const TOPIC: u64 = 0;
/// The topic of everything that the secretaries' console shows: calls, archives and answers of any abonné.
pub const CONSOLE: u64 = u64::MAX;

/// Memory that finished pages may take: those of some hundred people.
pub const PAGES_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A finished, compressed page: whose, and its address; and what it was made from: the versions of its abonné and of the
/// house, and the minute since 1970 where it shows the time (0 otherwise).
pub type Pages = Cache<(PersonId, String), (Version, Version, i64)>;

/// Exports that are streamed at once; each keeps a processor busy, and a small machine answers the telephone with the others.
pub const EXPORTS_AT_ONCE: usize = 2;

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
    /// Files between their preview and what is done with them.
    pub uploads: Uploads,
    /// Makes pages of files that come from outside.
    pub decoder: Decoder,
    /// Faxes and documents, as they came and page by page.
    pub papers: Papers,
    /// Where a scanner or another program puts faxes.
    pub watched: Option<PathBuf>,
    /// Where kits are copied to each night.
    pub kits: Option<PathBuf>,
    /// Who has which slot of an agenda open.
    pub holds: Holds,
    /// What rings now.
    pub calls: Calls,
    /// When this process began to serve.
    pub started: std::time::Instant,
    /// The mail server that the configuration names; it outweighs the one chosen on screen.
    pub mail: Option<Mail>,
    /// Who may read `/metrics`: « local », or a token; nobody when there is none.
    pub metrics: Option<String>,
    /// Whether passwords of programs may come in clear over a network.
    pub dav_in_clear: bool,
    /// How HTTPS goes: its certificate, and what went wrong with it.
    pub https: Arc<Board>,
    /// Wakes the recurring works before their time.
    pub alarm: Alarm,
    /// Who may stream an export now, and who waits.
    pub exports: Turns,
    /// What each token has asked in this minute.
    pub paces: Paces,
    pub backups: backups::Backups,
}

/// Rung when there is work that nobody waits for.
#[derive(Default)]
pub struct Alarm {
    rung: Mutex<bool>,
    wake: Condvar,
}

impl Alarm {
    pub fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.wake.notify_all();
    }

    /// Waits until it rings, or this long; whether it rang since the last time.
    pub fn wait(&self, most: Duration) -> bool {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) =
            self.wake.wait_timeout_while(rung, most, |rung| !*rung).unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *rung)
    }
}

impl House {
    /// Compresses what was made and keeps it under a key; `None` where it goes out as it is.
    pub fn keep(&self, key: (PersonId, String), stamp: (Version, Version, i64), made: &str) -> Option<Arc<[u8]>> {
        let bytes: Arc<[u8]> = gzipped(made.as_bytes())?.into();
        self.pages.put(key, stamp, Arc::clone(&bytes));
        Some(bytes)
    }
}

impl AsRef<Store> for House {
    fn as_ref(&self) -> &Store {
        &self.store
    }
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

/// What is usual in the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customs {
    /// What a new abonné starts with.
    pub retention_days: u32,
    /// Days on which nobody answers, by date.
    pub closed: Vec<Closed>,
}

/// Days on which the secretariat is closed, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub from: Day,
    pub until: Day,
    /// « Noël », « congés »; may be empty.
    pub reason: String,
}

impl Closed {
    /// « le vendredi 25 décembre 2026 », « du lundi … au vendredi … : congés ».
    pub fn in_words(&self) -> String {
        let (from, until) = (date_in_words(self.from.date()), date_in_words(self.until.date()));
        let when = if self.from == self.until { format!("le {from}") } else { format!("du {from} au {until}") };
        if self.reason.is_empty() { when } else { format!("{when} : {}", self.reason) }
    }
}

impl Record for Customs {
    const VERSION: u8 = 2;

    /// Version 1 knew no closed days.
    fn upgrade(_: u8, bytes: &[u8]) -> Result<Customs> {
        Ok(postcard::from_bytes(&[bytes, &[0]].concat())?)
    }
}

impl Default for Customs {
    fn default() -> Customs {
        Customs { retention_days: limits::RETENTION_DAYS, closed: Vec::new() }
    }
}

/// What is usual in the house, or everywhere until its administrator has chosen.
pub fn customs(tx: &impl Reads) -> Result<Customs> {
    Ok(CUSTOMS.get(tx, 1)?.unwrap_or_default())
}

pub fn set_customs(tx: &Write<'_>, customs: &Customs) -> Result<()> {
    tx.touch(TOPIC);
    CUSTOMS.put(tx, 1, customs)
}

/// How a recurring work went: for the screen that shows the state of the house.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    pub done: Option<Instant>,
    /// The last failure that no success has followed, with its reference.
    pub failed: Option<(Instant, String)>,
}

impl Record for Work {}

/// Every recurring work that has run, by name.
pub fn works(tx: &impl Reads) -> Result<Vec<(String, Work)>> {
    let mut works = Vec::new();
    WORKS.each(tx, "".., Direction::Ascending, |name, work| {
        works.push((name.to_owned(), work));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(works)
}

/// Notes that a work was done.
pub fn note_work_done(tx: &Write<'_>, name: &str, now: Instant) -> Result<()> {
    WORKS.put(tx, name, &Work { done: Some(now), failed: None })
}

/// Notes that a work failed.
pub fn note_work_failed(tx: &Write<'_>, name: &str, now: Instant, reference: &str) -> Result<()> {
    let work = WORKS.get(tx, name)?.unwrap_or_default();
    WORKS.put(tx, name, &Work { failed: Some((now, reference.to_owned())), ..work })
}
