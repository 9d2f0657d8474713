//! Webhooks: what happens at an abonné is told to other software, at an address that an administrator chose (Standard
//! Webhooks 1.0).
//!
//! An event is a letter of the outbox like any other: written with its cause, in the same write, delivered after, tried again
//! with growing delays. It holds identifiers alone; what else may be said is looked up when it leaves, so that nothing erased
//! is ever sent. An address that fails for five days is no longer called, and the administration says so.
//!
//! - `address` says where a request may go; `send` signs and sends it.

mod address;
pub(super) mod send;

use super::letter::{Body, NewLetter, Purpose, Way};
use super::outbox::{self, Outcome};
use super::settings::TOPIC;
use crate::base::text::clean_line;
use crate::base::{Instant, LetterId, SubscriberId, secret, time};
use crate::error::{Error, Problems, Result};
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By number.
pub(super) static HOOKS: Collection<u64, Hook> = Collection::new("notices.hooks");
/// `last`: the number given last.
pub(super) static NUMBERS: Collection<&'static str, u64> = Collection::new("notices.hook_numbers");

/// Webhooks of a house.
pub const HOOKS_MAX: usize = 50;
/// « Logiciel du cabinet ».
pub const NAME_CHARS_MAX: usize = 60;
pub const ADDRESS_CHARS_MAX: usize = 500;
/// An address that has only failed for so long is called no more.
const FAILING_MS: i64 = 5 * time::DAY_MS;
/// A trial that finds nobody is not tried again.
pub(super) const TRIAL_MS: i64 = 45 * time::SECOND_MS;
/// Bytes of a secret; the specification asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// What may be told. New ones go to the end: their place is what the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    MessageCreated,
    MessageArchived,
    AppointmentBooked,
    AppointmentMoved,
    AppointmentCancelled,
    ContactChanged,
    /// « Envoyer un essai ».
    Trial,
}

impl Kind {
    /// Those that can be chosen.
    pub const ALL: [Kind; 6] = [
        Kind::MessageCreated,
        Kind::MessageArchived,
        Kind::AppointmentBooked,
        Kind::AppointmentMoved,
        Kind::AppointmentCancelled,
        Kind::ContactChanged,
    ];

    /// What other software reads.
    pub fn word(self) -> &'static str {
        match self {
            Kind::MessageCreated => "message.created",
            Kind::MessageArchived => "message.archived",
            Kind::AppointmentBooked => "appointment.booked",
            Kind::AppointmentMoved => "appointment.moved",
            Kind::AppointmentCancelled => "appointment.cancelled",
            Kind::ContactChanged => "contact.changed",
            Kind::Trial => "webhook.test",
        }
    }

    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The words of the screen.
    pub fn label(self) -> &'static str {
        match self {
            Kind::MessageCreated => "Message pris",
            Kind::MessageArchived => "Message archivé",
            Kind::AppointmentBooked => "Rendez-vous pris",
            Kind::AppointmentMoved => "Rendez-vous déplacé",
            Kind::AppointmentCancelled => "Rendez-vous annulé",
            Kind::ContactChanged => "Fiche contact créée, modifiée ou supprimée",
            Kind::Trial => "Essai",
        }
    }

    /// The noun of the thing in the interface's addresses.
    fn noun(self) -> &'static str {
        match self {
            Kind::MessageCreated | Kind::MessageArchived => "messages",
            Kind::AppointmentBooked | Kind::AppointmentMoved | Kind::AppointmentCancelled => "rendez-vous",
            Kind::ContactChanged => "contacts",
            Kind::Trial => "",
        }
    }
}

/// Something that happened, as a letter keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    pub hook: u64,
    pub kind: Kind,
    pub at: Instant,
    /// `None` for a trial.
    pub subscriber: Option<SubscriberId>,
    /// The message's, appointment's or contact's; `None` for many at once.
    pub number: Option<u64>,
}

impl Occurrence {
    /// Where the interface shows the thing.
    pub fn path(&self) -> Option<String> {
        let base = format!("/api/v1/abonnes/{}/{}", self.subscriber?, self.kind.noun());
        Some(self.number.map_or(base.clone(), |number| format!("{base}/{number}")))
    }

    /// What is sent (Standard Webhooks, « Payload structure »): identifiers, and what the administrator chose besides.
    pub fn payload(&self, site: &str, content: Option<serde_json::Value>) -> serde_json::Value {
        let mut data = serde_json::json!({});
        if let Some(subscriber) = self.subscriber {
            data["abonne"] = subscriber.0.into();
            data["numero"] = self.number.into();
            data["adresse"] = self.path().map(|path| format!("{site}{path}")).into();
        }
        if let Some(content) = content {
            data["contenu"] = content;
        }
        serde_json::json!({ "type": self.kind.word(), "timestamp": self.at.rfc3339(), "data": data })
    }
}

/// Who is told what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    pub name: String,
    pub address: String,
    pub subscribers: Vec<SubscriberId>,
    pub kinds: Vec<Kind>,
    /// Who chose, and when, that what happened is sent itself and not only its number.
    pub content: Option<(Instant, String)>,
    /// May lead to this machine and to its own network, in clear too.
    pub local: bool,
    pub secret: Vec<u8>,
    pub made: Instant,
    pub made_by: String,
    pub last_sent: Option<Instant>,
    /// Since when nothing arrived.
    pub failing: Option<Instant>,
    /// Called no more since.
    pub stopped: Option<Instant>,
}

impl Record for Hook {}

/// A webhook about to be made.
#[derive(Debug, Clone)]
pub struct NewHook {
    pub name: String,
    pub address: String,
    pub subscribers: Vec<SubscriberId>,
    pub kinds: Vec<Kind>,
    pub content: bool,
    pub local: bool,
}

impl NewHook {
    /// Checks all that can be known without asking anybody.
    pub fn checked(mut self) -> Result<NewHook> {
        let mut problems = Problems::default();
        clean_line(&mut self.name);
        self.address = self.address.trim().to_owned();
        if self.name.is_empty() {
            problems.add("nom", "Donnez un nom à ce webhook, par exemple celui du logiciel qui l’écoute.");
        } else if self.name.chars().count() > NAME_CHARS_MAX {
            problems.add("nom", format!("Ce nom dépasse {NAME_CHARS_MAX} caractères."));
        }
        if let Err(sentence) = address::check(&self.address, self.local) {
            problems.add("adresse", sentence);
        }
        if self.subscribers.is_empty() {
            problems.add("abonne", "Choisissez au moins un abonné.");
        }
        if self.kinds.is_empty() {
            problems.add("evenement", "Choisissez au moins un événement.");
        }
        problems.into_result()?;
        Ok(self)
    }
}

/// Every webhook, the oldest first.
pub fn all(tx: &impl Reads) -> Result<Vec<(u64, Hook)>> {
    let mut found = Vec::new();
    HOOKS.each(tx, 0.., Direction::Ascending, |id, hook| {
        found.push((id, hook));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

pub fn hook(tx: &impl Reads, id: u64) -> Result<Hook> {
    HOOKS.get(tx, id)?.ok_or(Error::NotFound)
}

/// Makes one; its number, and its secret as receivers take it, which is not shown again.
pub fn add(tx: &Write<'_>, new: NewHook, by: &str, now: Instant) -> Result<(u64, String)> {
    if HOOKS.len(tx)? >= HOOKS_MAX as u64 {
        return Err(Error::invalid("nom", format!("Il y a déjà {HOOKS_MAX} webhooks : révoquez-en un d’abord.")));
    }
    let id = NUMBERS.get(tx, "last")?.unwrap_or(0) + 1;
    NUMBERS.put(tx, "last", &id)?;
    let secret = secret::random::<SECRET_BYTES>()?.to_vec();
    let shown = format!("whsec_{}", send::base64(&secret));
    let NewHook { name, address, subscribers, kinds, content, local } = new;
    let content = content.then(|| (now, by.to_owned()));
    let (made_by, last_sent, failing, stopped) = (by.to_owned(), None, None, None);
    let hook = Hook {
        name,
        address,
        subscribers,
        kinds,
        content,
        local,
        secret,
        made: now,
        made_by,
        last_sent,
        failing,
        stopped,
    };
    HOOKS.put(tx, id, &hook)?;
    tx.touch(TOPIC);
    Ok((id, shown))
}

/// Ends one. What still waits for it finds nobody.
pub fn revoke(tx: &Write<'_>, id: u64) -> Result<()> {
    if !HOOKS.remove(tx, id)? {
        return Err(Error::NotFound);
    }
    // Its secret was in the row.
    tx.note_erased(1)
}

/// Calls one again that was stopped.
pub fn resume(tx: &Write<'_>, id: u64) -> Result<()> {
    let hook = hook(tx, id)?;
    HOOKS.put(tx, id, &Hook { failing: None, stopped: None, ..hook })?;
    tx.touch(TOPIC);
    Ok(())
}

/// « Envoyer un essai »: one call, which is not made again. The letter whose page shows the answer.
pub fn try_out(tx: &Write<'_>, id: u64, now: Instant) -> Result<LetterId> {
    let hook = hook(tx, id)?;
    let occurrence = Occurrence { hook: id, kind: Kind::Trial, at: now, subscriber: None, number: None };
    let letter = NewLetter { expires: Some(now.plus_ms(TRIAL_MS)), ..letter(&hook, occurrence, now) };
    Ok(outbox::put(tx, NewLetter { purpose: Purpose::Test, ..letter }, now)?.id)
}

fn letter(hook: &Hook, occurrence: Occurrence, now: Instant) -> NewLetter {
    NewLetter {
        way: Way::Hook,
        to: hook.address.clone(),
        purpose: Purpose::Event,
        subscriber: occurrence.subscriber,
        body: Body::Event(occurrence),
        due: now,
        expires: None,
    }
}

/// Tells those who want to know, within the write that makes it so.
pub fn tell(tx: &Write<'_>, subscriber: SubscriberId, kind: Kind, number: Option<u64>, now: Instant) -> Result<()> {
    for (id, hook) in all(tx)? {
        if hook.stopped.is_some() || !hook.kinds.contains(&kind) || !hook.subscribers.contains(&subscriber) {
            continue;
        }
        let occurrence = Occurrence { hook: id, kind, at: now, subscriber: Some(subscriber), number };
        outbox::put(tx, letter(&hook, occurrence, now), now)?;
    }
    Ok(())
}

/// Notes how a call went: what fails for long enough is stopped, and what is gone at once (RFC 9110, 15.5.11).
pub(super) fn note(tx: &Write<'_>, id: u64, outcome: &Outcome, now: Instant) -> Result<()> {
    let Some(mut hook) = HOOKS.get(tx, id)? else { return Ok(()) };
    match outcome {
        Outcome::Sent(_) => (hook.last_sent, hook.failing) = (Some(now), None),
        Outcome::Never(_) => hook.stopped = hook.stopped.or(Some(now)),
        Outcome::Later(_) | Outcome::Unreachable(_) => {
            let since = *hook.failing.get_or_insert(now);
            if now.ms_since(since) >= FAILING_MS {
                hook.stopped = hook.stopped.or(Some(now));
            }
        }
    }
    HOOKS.put(tx, id, &hook)
}

/// An abonné that is deleted is told to nobody; a webhook of nobody's ends.
pub fn forget(tx: &Write<'_>, subscriber: SubscriberId) -> Result<()> {
    for (id, mut hook) in all(tx)? {
        if !hook.subscribers.contains(&subscriber) {
            continue;
        }
        hook.subscribers.retain(|one| *one != subscriber);
        if hook.subscribers.is_empty() { revoke(tx, id)? } else { HOOKS.put(tx, id, &hook)? }
    }
    Ok(())
}
