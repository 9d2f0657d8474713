//! What a kit holds. Pure.

use crate::base::{SubscriberId, fold};
use chrono::{NaiveDate, NaiveDateTime};

/// Today and so many days after it.
pub const DAYS_AFTER: u16 = 7;

/// What a kit contains, for those who decide whether it may leave the server.
pub const CONTENTS: &str = "Le kit contient, pour aujourd’hui et les sept jours qui suivent : date, heure, durée et nature des rendez-vous, nom et \
    téléphone des personnes, adresse des visites ; les fiches concernées (nom et téléphones) ; les consignes, les numéros à appeler en cas \
    d’urgence, la disponibilité, tarifs et accès ; comment joindre le secrétariat. Il ne contient ni motif, ni note, ni message, ni fax, ni date de \
    naissance.";

/// A kit: of one abonné, or of several for the switchboard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kit {
    /// « Cabinet Martin », « Le standard ».
    pub title: String,
    /// Local time of whom it is for.
    pub made: NaiveDateTime,
    pub house: HouseWords,
    pub parts: Vec<Part>,
}

/// How to reach the secretariat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseWords {
    pub name: String,
    pub phone: String,
    pub hours: String,
    /// « le vendredi 25 décembre 2026 : Noël ».
    pub closed: Vec<String>,
}

/// One abonné.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// « Médecin généraliste, Créteil ».
    pub about: String,
    /// The numbers that ring for it.
    pub lines: Vec<String>,
    pub greeting: String,
    /// « Indisponible jusqu’à 14:00 : … »; empty when available.
    pub unavailable: String,
    /// Text and « du … au … ».
    pub instructions: Vec<(String, String)>,
    /// Name, number, hours, in the order of calling.
    pub urgent: Vec<[String; 3]>,
    pub fees: String,
    pub access: String,
    pub days: Vec<KitDay>,
    pub people: Vec<KitPerson>,
}

/// A day of the agenda.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KitDay {
    pub date: NaiveDate,
    /// Public holidays, absences.
    pub remarks: Vec<String>,
    pub rows: Vec<KitRow>,
}

/// An appointment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KitRow {
    /// « 09:00 (15 min) ».
    pub when: String,
    pub who: String,
    pub phone: String,
    /// « consultation », « visite : 5, rue Colette ».
    pub what: String,
}

/// Somebody who has an appointment in these days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KitPerson {
    pub name: String,
    /// « portable 06 12 34 56 78 ».
    pub phones: Vec<String>,
}

/// Which form a kit takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Html,
    Pdf,
}

impl Format {
    pub const ALL: [Format; 2] = [Format::Html, Format::Pdf];

    pub fn extension(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Pdf => "pdf",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Format::Html => "text/html; charset=utf-8",
            Format::Pdf => "application/pdf",
        }
    }
}

/// The name of an abonné's kit in the folder: of two with one name, each keeps its own.
pub fn file_of(id: SubscriberId, name: &str, format: Format) -> String {
    format!("kit-{id}-{}.{}", fold::words(name).join("-"), format.extension())
}

/// The switchboard's.
pub fn file_of_console(format: Format) -> String {
    format!("kit-standard.{}", format.extension())
}

/// Whether a file of the folder is one of ours: « kit-3-cabinet-martin.html », « kit-standard.pdf ».
pub fn is_ours(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("kit-") else { return false };
    let Some((stem, extension)) = rest.rsplit_once('.') else { return false };
    let numbered =
        stem.split_once('-').is_some_and(|(id, _)| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
    Format::ALL.iter().any(|format| format.extension() == extension) && (stem == "standard" || numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_files_are_known_as_ours() {
        for format in Format::ALL {
            assert!(is_ours(&file_of(SubscriberId(3), "Maître Lefèvre", format)) && is_ours(&file_of_console(format)));
        }
        assert_eq!(file_of(SubscriberId(3), "Maître Lefèvre", Format::Html), "kit-3-maitre-lefevre.html");
        for foreign in ["kit-ikea.pdf", "kit-3.html", "kit-3-a.txt", "budget.pdf", "kit-standard", "kit--a.pdf"] {
            assert!(!is_ours(foreign), "{foreign}");
        }
    }
}
