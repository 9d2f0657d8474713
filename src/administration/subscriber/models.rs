//! What a new abonné starts from: a trade's usual settings, or another abonné's.

use crate::agenda::settings::{self as agenda_settings, Settings};
use crate::agenda::week;
use crate::base::SubscriberId;
use crate::error::Result;
use crate::http::Form;
use crate::store::{Reads, Write};
use crate::subscribers::{Subscriber, store as subscribers};

/// What is usual in a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    /// As addresses write it.
    pub word: &'static str,
    /// As lists show it, and as the form's first words.
    pub label: &'static str,
    pub clients_called: &'static str,
    /// A slot of the agenda.
    pub slot_minutes: u16,
}

pub const TRADES: [Trade; 12] = [
    Trade { word: "medecin", label: "Médecin", clients_called: "patient", slot_minutes: 15 },
    Trade { word: "dentiste", label: "Dentiste", clients_called: "patient", slot_minutes: 30 },
    Trade { word: "kinesitherapeute", label: "Kinésithérapeute", clients_called: "patient", slot_minutes: 30 },
    Trade { word: "infirmier", label: "Infirmier", clients_called: "patient", slot_minutes: 15 },
    Trade { word: "psychologue", label: "Psychologue", clients_called: "patient", slot_minutes: 60 },
    Trade { word: "veterinaire", label: "Vétérinaire", clients_called: "client", slot_minutes: 20 },
    Trade { word: "avocat", label: "Avocat", clients_called: "client", slot_minutes: 30 },
    Trade { word: "notaire", label: "Notaire", clients_called: "client", slot_minutes: 60 },
    Trade { word: "architecte", label: "Architecte", clients_called: "client", slot_minutes: 60 },
    Trade { word: "artisan", label: "Artisan", clients_called: "client", slot_minutes: 60 },
    Trade { word: "agence-immobiliere", label: "Agence immobilière", clients_called: "client", slot_minutes: 30 },
    Trade { word: "association", label: "Association", clients_called: "adhérent", slot_minutes: 30 },
];

/// Where the settings come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Model {
    Trade(Trade),
    /// Another abonné: all of its settings but what names it.
    Like(Box<Subscriber>),
}

/// What stands before an abonné's number in the field `modele`.
const LIKE: &str = "abonne-";

impl Model {
    /// Reads the field `modele`; `None` for no model, or one that is not there (any more).
    pub fn read(tx: &impl Reads, word: &str) -> Result<Option<Model>> {
        if let Some(id) = word.strip_prefix(LIKE).and_then(|id| id.parse::<SubscriberId>().ok()) {
            return Ok(subscribers::subscriber(tx, id)?.map(|subscriber| Model::Like(Box::new(subscriber))));
        }
        Ok(TRADES.into_iter().find(|trade| trade.word == word).map(Model::Trade))
    }

    /// Lays the model's values over those of a new form.
    pub fn fill(&self, usual: [(&'static str, String); 3]) -> Form {
        let mut form: Vec<(&'static str, String)> = usual.into();
        let mut set = |name: &'static str, value: String| {
            form.retain(|(found, _)| *found != name);
            form.push((name, value));
        };
        match self {
            Model::Trade(trade) => {
                set("metier", trade.label.into());
                set("appellation", trade.clients_called.into());
            }
            Model::Like(other) => {
                set("metier", other.trade.clone());
                set("ville", other.town.clone());
                set("appellation", other.clients_called.clone());
                set("conservation", other.retention_days.to_string());
                set("fuseau", other.zone.name().into());
            }
        }
        form.into_iter().collect()
    }

    /// Gives a new abonné the model's agenda.
    pub fn apply(&self, tx: &Write<'_>, new: &Subscriber) -> Result<()> {
        match self {
            Model::Trade(trade) => {
                let usual = agenda_settings::settings(tx, new)?;
                agenda_settings::set(tx, new.id, &Settings { slot_minutes: trade.slot_minutes, ..usual })
            }
            Model::Like(other) => {
                agenda_settings::set(tx, new.id, &agenda_settings::settings(tx, other)?)?;
                for week in week::weeks(tx, other.id)? {
                    week::set(tx, new.id, week)?;
                }
                Ok(())
            }
        }
    }
}

/// Every model for a select: trades, then abonnés.
pub fn choices(all: &[Subscriber]) -> Vec<(String, String)> {
    let none = (String::new(), "Sans modèle".to_owned());
    let trades = TRADES.iter().map(|trade| (trade.word.to_owned(), trade.label.to_owned()));
    let others = all.iter().map(|other| (format!("{LIKE}{}", other.id), format!("Comme {}", other.name)));
    std::iter::once(none).chain(trades).chain(others).collect()
}
