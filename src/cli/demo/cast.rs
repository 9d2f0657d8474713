//! Who plays: seven abonnés of different trades, and those who sign in.

use super::texts::{self, Texts};
use crate::base::{Instant, Phone, SubscriberId, Zone, limits, time};
use crate::error::Result;
use crate::http::{Form, Method, Request};
use crate::people::{Assignment, Role};
use crate::subscribers::model::NewSubscriber;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A device that somebody uses.
pub(super) struct Device {
    agent: &'static str,
    /// Addresses that RFC 1918 and RFC 3849 keep for private use and for examples.
    from: IpAddr,
    hours_ago: i64,
}

pub(super) static DEVICES: [Device; 2] = [
    Device {
        agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
        from: IpAddr::V4(Ipv4Addr::new(192, 168, 1, 20)),
        hours_ago: 3,
    },
    Device {
        agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
        from: IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x12, 0x34, 0, 0, 0, 0x1f)),
        hours_ago: 26,
    },
];

impl Device {
    /// What the device asks when its person signs in.
    pub(super) fn request(&self, now: Instant) -> Request {
        Request {
            now: now.plus_ms(-self.hours_ago * time::HOUR_MS),
            method: Method::Post,
            path: "/connexion".into(),
            raw_query: String::new(),
            query: Form::default(),
            form: Form::default(),
            files: crate::http::Files::default(),
            json: String::new(),
            body: String::new(),
            client: self.from,
            https: true,
            headers: vec![("user-agent".into(), self.agent.into())],
            parts: Vec::new(),
        }
    }
}

/// An abonné with the calls it gets.
pub(super) struct Abonne {
    pub name: &'static str,
    pub trade: &'static str,
    pub town: &'static str,
    pub postal_code: &'static str,
    pub lines: &'static [&'static str],
    pub clients_called: &'static str,
    pub zone: &'static str,
    /// On an ordinary weekday.
    pub calls_a_day: u64,
    /// Cards of its patients or clients.
    pub contacts: u64,
    pub urgent_percent: u64,
    /// The last messages that it has not seen, and those that it keeps waiting.
    pub unread: usize,
    pub kept_pending: usize,
    pub trade_texts: &'static Texts,
    pub subjects: &'static [&'static str],
    pub reasons: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) static ABONNES: [Abonne; 7] = [
    Abonne { name: "Cabinet Martin", trade: "Médecin généraliste", town: "Créteil", postal_code: "94000",
        lines: &["01 99 00 10 10", "01 99 00 10 11"], clients_called: "patient", zone: "Europe/Paris",
        calls_a_day: 18, contacts: 640, urgent_percent: 4, unread: 7, kept_pending: 178, trade_texts: &texts::DOCTOR,
        subjects: &["Rappel", "Question", "Dossier en cours", "Pour information"],
        reasons: &["Suivi tension", "Renouvellement", "Fièvre", "Vaccin", "Certificat de sport", "Première consultation", "Douleur au dos"] },
    Abonne { name: "Maître Lefèvre", trade: "Avocate", town: "Saint-Denis", postal_code: "93200",
        lines: &["01 99 00 20 20"], clients_called: "client", zone: "Europe/Paris",
        calls_a_day: 7, contacts: 120, urgent_percent: 5, unread: 4, kept_pending: 31, trade_texts: &texts::LAWYER,
        subjects: &["Rappel", "Question", "Dossier en cours", "Pour information"],
        reasons: &["Premier entretien", "Divorce", "Licenciement", "Succession", "Litige avec un voisin", "Signature"] },
    Abonne { name: "Plomberie d’Artagnan", trade: "Plombier-chauffagiste", town: "Auch", postal_code: "32000",
        lines: &["05 36 49 30 30"], clients_called: "client", zone: "Europe/Paris",
        calls_a_day: 9, contacts: 210, urgent_percent: 12, unread: 3, kept_pending: 24, trade_texts: &texts::PLUMBER,
        subjects: &["Rappel", "Question", "Dossier en cours", "Pour information"],
        reasons: &["Entretien de chaudière", "Fuite sous évier", "Devis salle de bains", "Chauffe-eau", "Débouchage"] },
    Abonne { name: "Infirmières du Vieux-Port", trade: "Soins à domicile", town: "Marseille", postal_code: "13002",
        lines: &["04 65 71 40 40"], clients_called: "patient", zone: "Europe/Paris",
        calls_a_day: 12, contacts: 180, urgent_percent: 6, unread: 5, kept_pending: 40, trade_texts: &texts::NURSES,
        subjects: &["Rappel", "Question", "Dossier en cours", "Pour information"],
        reasons: &["Pansement", "Prise de sang", "Injection", "Perfusion", "Ablation de fils"] },
    Abonne { name: "Clinique vétérinaire des Tilleuls", trade: "Vétérinaire", town: "Angers", postal_code: "49000",
        lines: &["02 61 91 50 50"], clients_called: "client", zone: "Europe/Paris",
        calls_a_day: 10, contacts: 260, urgent_percent: 8, unread: 2, kept_pending: 18, trade_texts: &texts::VET,
        subjects: &["Rappel", "Question", "Dossier en cours", "Pour information"],
        reasons: &["Vaccin annuel", "Boiterie", "Stérilisation", "Détartrage", "Contrôle"] },
    Abonne { name: "Atelier Morel", trade: "Architecte", town: "Nancy", postal_code: "54000",
        lines: &["03 53 01 60 60"], clients_called: "client", zone: "Europe/Paris",
        calls_a_day: 5, contacts: 70, urgent_percent: 2, unread: 1, kept_pending: 9, trade_texts: &texts::ARCHITECT,
        subjects: &["Rappel", "Question", "Dossier en cours", "Pour information"],
        reasons: &["Visite de chantier", "Premier rendez-vous", "Choix des matériaux", "Réception des travaux"] },
    Abonne { name: "Cabinet dentaire des Filaos", trade: "Dentiste", town: "Saint-Pierre", postal_code: "97410",
        lines: &["02 61 91 70 70"], clients_called: "patient", zone: "Indian/Reunion",
        calls_a_day: 8, contacts: 150, urgent_percent: 7, unread: 2, kept_pending: 15, trade_texts: &texts::DENTIST,
        subjects: &["Rappel", "Question", "Dossier en cours", "Pour information"],
        reasons: &["Détartrage", "Couronne", "Douleur", "Contrôle annuel", "Appareil"] },
];

impl Abonne {
    pub fn zone(&self) -> Zone {
        Zone::named(self.zone).unwrap_or(Zone::PARIS)
    }

    pub fn settings(&self) -> Result<NewSubscriber> {
        NewSubscriber {
            name: self.name.into(),
            trade: self.trade.into(),
            town: self.town.into(),
            lines: self.lines.iter().map(|line| Phone::read(line)).collect(),
            clients_called: self.clients_called.into(),
            zone: self.zone(),
            // A demonstration shows its 90 days.
            retention_days: limits::RETENTION_DAYS.max(120),
        }
        .checked()
    }
}

/// Login, name shown, role.
pub(super) fn persons() -> [(&'static str, &'static str, Role); 11] {
    let client = |number| Role::Client { subscribers: vec![SubscriberId(number)] };
    let some = |numbers: &[u64]| Role::Secretary {
        answers_for: Assignment::Some(numbers.iter().map(|number| SubscriberId(*number)).collect()),
    };
    let all = || Role::Secretary { answers_for: Assignment::All };
    [
        ("martin", "Dr Hélène Martin", client(1)),
        ("lefevre", "Me Noé Lefèvre", client(2)),
        ("dartagnan", "Loïc d’Artagnan", client(3)),
        ("infirmieres", "Les infirmières", client(4)),
        ("tilleuls", "Dr Inès Roux", client(5)),
        ("morel", "Atelier Morel", client(6)),
        ("filaos", "Dr Payet", client(7)),
        ("aline", "Aline", all()),
        ("basile", "Basile", some(&[1, 3, 5, 7])),
        ("chloe", "Chloé", all()),
        ("admin", "Camille Petit", Role::Administrator),
    ]
}
