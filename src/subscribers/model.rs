//! What an abonné is. Pure.

use crate::base::{Phone, SubscriberId, Zone, fold, limits, text};
use crate::error::{Problems, Result};
use serde::{Deserialize, Serialize};

/// A client of the secretariat: a practice, a firm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    pub id: SubscriberId,
    pub name: String,
    /// « Médecin généraliste », « Avocate », « Plombier »; may be empty.
    pub trade: String,
    pub town: String,
    /// The numbers that ring at the secretariat for this abonné.
    pub lines: Vec<Phone>,
    /// How its clients are called on its screens: « patient », « client »; singular, lower case.
    pub clients_called: String,
    pub zone: Zone,
    /// Days that archived messages stay visible.
    pub retention_days: u32,
    pub active: bool,
}

impl Subscriber {
    /// An abonné with the settings of a new one.
    pub fn new(id: SubscriberId, name: impl Into<String>) -> Subscriber {
        Subscriber {
            id,
            name: name.into(),
            trade: String::new(),
            town: String::new(),
            lines: Vec::new(),
            clients_called: "client".into(),
            zone: Zone::PARIS,
            retention_days: limits::RETENTION_DAYS,
            active: true,
        }
    }
}

impl Subscriber {
    /// Whether this abonné is meant by what was typed: beginnings of words of its name, trade or town, or a line's number.
    pub fn fits(&self, typed: &str) -> bool {
        let phone = Phone::read(typed);
        if phone.kept().starts_with('+') {
            return self.lines.contains(&phone);
        }
        // The first or last digits of a line, as they are typed.
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= 3 && typed.chars().all(|c| c.is_ascii_digit() || " .+-".contains(c)) {
            return self.lines.iter().any(|line| line.searched().contains(&digits));
        }
        let mut words = fold::words(&self.name);
        words.extend(fold::words(&self.trade));
        words.extend(fold::words(&self.town));
        fold::words(typed).iter().all(|sought| words.iter().any(|word| word.starts_with(sought.as_str())))
    }
}

/// An abonné's settings, checked, without a number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscriber {
    pub name: String,
    pub trade: String,
    pub town: String,
    pub lines: Vec<Phone>,
    pub clients_called: String,
    pub zone: Zone,
    pub retention_days: u32,
}

impl NewSubscriber {
    /// An abonné with the usual settings.
    pub fn named(name: impl Into<String>) -> NewSubscriber {
        NewSubscriber {
            name: name.into(),
            trade: String::new(),
            town: String::new(),
            lines: Vec::new(),
            clients_called: "client".into(),
            zone: Zone::PARIS,
            retention_days: limits::RETENTION_DAYS,
        }
    }

    /// Trims and checks. Problems are tied to the form's names: `nom`, `metier`, `ville`, `appellation`, `conservation`.
    pub fn checked(mut self) -> Result<NewSubscriber> {
        let mut problems = Problems::default();
        for (field, value, what) in [
            ("nom", &mut self.name, "Le nom"),
            ("metier", &mut self.trade, "Le métier"),
            ("ville", &mut self.town, "La ville"),
            ("appellation", &mut self.clients_called, "L’appellation"),
        ] {
            text::clean_line(value);
            if value.chars().count() > limits::NAME_CHARS_MAX {
                problems.add(field, format!("{what} dépasse {} caractères.", limits::NAME_CHARS_MAX));
            }
        }
        if self.name.is_empty() {
            problems.add("nom", "Indiquez le nom de l’abonné, tel qu’on l’annonce au téléphone.");
        }
        if self.clients_called.is_empty() {
            self.clients_called = "client".into();
        }
        self.lines.retain(|line| !line.is_empty());
        let days = limits::RETENTION_DAYS_MIN..=limits::RETENTION_DAYS_MAX;
        if !days.contains(&self.retention_days) {
            problems.add(
                "conservation",
                format!("La conservation des archives va de {} à {} jours.", days.start(), days.end()),
            );
        }
        problems.into_result()?;
        Ok(self)
    }

    /// The abonné of that number with these settings, active.
    pub fn into_subscriber(self, id: SubscriberId) -> Subscriber {
        Subscriber {
            id,
            name: self.name,
            trade: self.trade,
            town: self.town,
            lines: self.lines,
            clients_called: self.clients_called,
            zone: self.zone,
            retention_days: self.retention_days,
            active: true,
        }
    }
}
