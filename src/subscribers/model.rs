//! What an abonné is. Pure.

use crate::base::{Phone, SubscriberId, Zone, limits};
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
