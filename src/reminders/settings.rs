//! What an abonné decided of reminders. Off at first.

use super::text;
use super::times::Lead;
use crate::base::text::{clean_line, clean_text};
use crate::base::{SubscriberId, limits};
use crate::error::{Problems, Result};
use crate::notices::Way;
use crate::store::{Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

pub(super) static SETTINGS: Collection<u64, Settings> = Collection::new("reminders.settings");

impl Record for Settings {}

/// Reminders of one appointment: more is a nuisance.
pub const LEADS_MAX: usize = 3;
/// Three parts of an SMS; each is paid for.
pub const TEXT_CHARS_MAX: usize = 400;
pub const DAYS_MAX: u8 = 14;
pub const HOURS_MAX: u8 = 48;

/// An abonné's own settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub on: bool,
    pub by_email: bool,
    pub by_sms: bool,
    /// Whether a booking is confirmed at once.
    pub confirmations: bool,
    pub leads: Vec<Lead>,
    /// Where one comes to.
    pub place: String,
    pub reminder: String,
    pub confirmation: String,
    /// Until how many hours before contacts may cancel by themselves; `None`: never.
    pub cancel_hours: Option<u16>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            on: false,
            by_email: true,
            by_sms: false,
            confirmations: true,
            leads: vec![Lead::Days { days: 1, minute: 18 * 60 }],
            place: String::new(),
            reminder: text::REMINDER.into(),
            confirmation: text::CONFIRMATION.into(),
            cancel_hours: Some(24),
        }
    }
}

pub fn of(tx: &impl Reads, subscriber: SubscriberId) -> Result<Settings> {
    Ok(SETTINGS.get(tx, subscriber.0)?.unwrap_or_default())
}

pub(super) fn set(tx: &Write<'_>, subscriber: SubscriberId, settings: &Settings) -> Result<()> {
    tx.touch(subscriber.0);
    SETTINGS.put(tx, subscriber.0, settings)
}

impl Settings {
    pub fn goes_by(&self, way: Way) -> bool {
        match way {
            Way::Mail => self.by_email,
            Way::Sms => self.by_sms,
            Way::Hook => false,
        }
    }

    /// Trims and checks. Problems are tied to the form's names.
    pub fn checked(mut self) -> Result<Settings> {
        let mut problems = Problems::default();
        clean_line(&mut self.place);
        if self.place.chars().count() > limits::LINE_CHARS_MAX {
            problems.add("lieu", format!("Le lieu dépasse {} caractères.", limits::LINE_CHARS_MAX));
        }
        if self.on && self.place.is_empty() {
            problems.add("lieu", "Indiquez le lieu, par exemple « au 12, rue Colette à Créteil ».");
        }
        if self.on && !self.by_email && !self.by_sms {
            problems.add("par-email", "Cochez au moins une voie : e-mail ou SMS.");
        }
        if self.on && !self.confirmations && self.leads.is_empty() {
            problems.add("quand-1", "Choisissez au moins un rappel, ou cochez la confirmation.");
        }
        self.leads.dedup();
        for (field, words) in [("texte-rappel", &mut self.reminder), ("texte-confirmation", &mut self.confirmation)] {
            clean_text(words);
            let count = words.chars().count();
            if words.is_empty() {
                problems.add(field, "Ce texte est vide.");
            } else if count > TEXT_CHARS_MAX {
                problems.add(field, format!("Ce texte compte {count} caractères ; la limite est de {TEXT_CHARS_MAX}."));
            } else if let Some(problem) = text::problem(words) {
                problems.add(field, problem);
            }
        }
        problems.into_result()?;
        Ok(self)
    }
}
