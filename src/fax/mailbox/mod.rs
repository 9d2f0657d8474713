//! The fax mailbox: fax services deliver what they receive as attachments of mails. It is looked into every few minutes, by IMAP;
//! rules say whose each mail is, and what no rule knows waits at the switchboard.
//!
//! A mail is marked as read, or moved, only after all it brought is kept on the disk; so whatever breaks off in between is
//! fetched again, and what came before is known by its digest and not doubled.

mod fetch;
mod mail;

pub use fetch::poll;
pub use mail::{Attachment, Mail, read};

use crate::base::fold::fold;
use crate::base::text::clean_line;
use crate::base::{Instant, SubscriberId, limits, time};
use crate::error::{Problems, Result};
use crate::notices::settings::Protection;
use crate::store::{AnyTable, Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

/// The one row of each has key 1.
static MAILBOX: Collection<u64, Mailbox> = Collection::new("fax.mailbox");
static STATE: Collection<u64, State> = Collection::new("fax.mailbox_state");

pub static TABLES: [&dyn AnyTable; 2] = [&MAILBOX, &STATE];

impl Record for Mailbox {}
impl Record for State {}

/// Rules of one mailbox.
pub const RULES_MAX: usize = 200;
/// After a failure the next look waits longer each time, up to an hour.
const REST_MAX_MS: i64 = time::HOUR_MS;

/// A mailbox, as an administrator chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    pub host: String,
    pub port: u16,
    pub protection: Protection,
    pub login: String,
    pub password: String,
    /// « INBOX ».
    pub folder: String,
    /// Where what was taken goes; empty: it stays, marked as read.
    pub done_folder: String,
    pub every_minutes: u32,
    pub rules: Vec<Rule>,
}

/// « L’objet contient 0199001122 → Cabinet Martin ».
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub field: Field,
    pub contains: String,
    pub subscriber: SubscriberId,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    From,
    To,
    Subject,
}

impl Field {
    pub const ALL: [Field; 3] = [Field::Subject, Field::From, Field::To];

    pub fn word(self) -> &'static str {
        match self {
            Field::From => "expediteur",
            Field::To => "destinataire",
            Field::Subject => "objet",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Field::From => "L’expéditeur",
            Field::To => "Le destinataire",
            Field::Subject => "L’objet",
        }
    }

    pub fn from_word(word: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.word() == word)
    }
}

impl Mailbox {
    /// Trims and checks. Problems are tied to the form's names.
    pub fn checked(mut self) -> Result<Mailbox> {
        let mut problems = Problems::default();
        for (field, value) in [
            ("serveur", &mut self.host),
            ("compte", &mut self.login),
            ("dossier", &mut self.folder),
            ("dossier-traites", &mut self.done_folder),
        ] {
            clean_line(value);
            if value.chars().count() > limits::EMAIL_CHARS_MAX {
                problems.add(field, format!("Ce texte dépasse {} caractères.", limits::EMAIL_CHARS_MAX));
            }
        }
        let host_like = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if self.host.is_empty() || !self.host.chars().all(host_like) {
            problems.add("serveur", "Indiquez le nom du serveur, par exemple « imap.exemple.fr ».");
        }
        if self.port == 0 {
            problems.add("port", "Un port est un nombre de 1 à 65535 ; 993 d’ordinaire.");
        }
        let here = self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if self.protection == Protection::None && !here {
            problems.add(
                "protection",
                "Sans protection, les fax et le mot de passe passeraient en clair sur le réseau : choisissez TLS.",
            );
        }
        if self.login.is_empty() {
            problems.add("compte", "Indiquez le compte de cette boîte, souvent son adresse e-mail.");
        }
        if self.password.is_empty() {
            problems.add("secret", "Indiquez le mot de passe de ce compte.");
        }
        if self.folder.is_empty() {
            self.folder = "INBOX".into();
        }
        if self.folder == self.done_folder {
            problems.add("dossier-traites", "Choisissez un autre dossier que celui qui est relevé, ou aucun.");
        }
        if self.protection == Protection::StartTls {
            problems
                .add("protection", "Choisissez TLS : une boîte de fax se relève par une ligne protégée dès le début.");
        }
        if !(1..=24 * 60).contains(&self.every_minutes) {
            problems.add("minutes", "Relevez la boîte toutes les 1 à 1440 minutes.");
        }
        problems.into_result()?;
        Ok(self)
    }

    /// Whose a mail is by the first rule that fits.
    pub fn subscriber_of(&self, mail: &Mail) -> Option<SubscriberId> {
        let within = |text: &str, part: &str| fold(text).contains(&fold(part));
        let fits = |rule: &&Rule| match rule.field {
            Field::From => within(&mail.from, &rule.contains),
            Field::To => within(&mail.to, &rule.contains),
            Field::Subject => within(&mail.subject, &rule.contains),
        };
        self.rules.iter().find(fits).map(|rule| rule.subscriber)
    }
}

/// How the mailbox was found last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// « Essayer » was pressed and nobody has looked yet.
    pub asked: bool,
    pub tried: Option<Instant>,
    pub succeeded: Option<Instant>,
    /// What went wrong at the last try, in a sentence.
    pub failure: Option<String>,
    /// Tries that failed one after another.
    pub failures: u32,
    /// Faxes taken so far.
    pub taken: u64,
    /// Mails that stay in the mailbox because they are too large or can't be read.
    pub left: u64,
}

impl State {
    /// When the mailbox is due again.
    pub fn due(&self, mailbox: &Mailbox) -> Option<Instant> {
        if self.asked {
            return Some(Instant(0));
        }
        let every = i64::from(mailbox.every_minutes) * time::MINUTE_MS;
        let rest = every.saturating_mul(1 << self.failures.min(10)).min(REST_MAX_MS.max(every));
        Some(self.tried.map_or(Instant(0), |tried| tried.plus_ms(rest)))
    }
}

pub fn mailbox(tx: &impl Reads) -> Result<Option<Mailbox>> {
    MAILBOX.get(tx, 1)
}

pub fn state(tx: &impl Reads) -> Result<State> {
    Ok(STATE.get(tx, 1)?.unwrap_or_default())
}

pub fn set_mailbox(tx: &Write<'_>, mailbox: &Mailbox) -> Result<()> {
    MAILBOX.put(tx, 1, mailbox)?;
    // What was wrong with other settings says nothing of these.
    let state = state(tx)?;
    set_state(tx, &State { failure: None, failures: 0, tried: None, ..state })
}

/// The password goes with it.
pub fn remove_mailbox(tx: &Write<'_>) -> Result<()> {
    MAILBOX.remove(tx, 1)?;
    STATE.remove(tx, 1)?;
    tx.touch(crate::house::TOPIC);
    tx.note_erased(1)
}

pub fn set_state(tx: &Write<'_>, state: &State) -> Result<()> {
    tx.touch(crate::house::TOPIC);
    STATE.put(tx, 1, state)
}

/// « Essayer »: the mailbox is looked into at once.
pub fn ask(tx: &Write<'_>) -> Result<()> {
    let state = state(tx)?;
    set_state(tx, &State { asked: true, ..state })
}
