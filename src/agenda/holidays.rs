//! The public holidays of France, computed: Code du travail, L3133-1; L3134-13 (Alsace-Moselle); L3422-2 and loi 83-550
//! (abolition of slavery overseas); the territories' own deliberations for those of the Pacific. Pure.

use crate::base::Zone;
use chrono::{Datelike, Duration, NaiveDate};
use serde::{Deserialize, Serialize};

/// Whose holidays. New ones go to the end: their place is what the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Region {
    Metropole,
    AlsaceMoselle,
    Guadeloupe,
    Martinique,
    Guyane,
    Reunion,
    Mayotte,
    SaintBarthelemy,
    SaintMartin,
    SaintPierreEtMiquelon,
    Polynesie,
    NouvelleCaledonie,
    WallisEtFutuna,
}

impl Region {
    pub const ALL: [Region; 13] = [
        Region::Metropole,
        Region::AlsaceMoselle,
        Region::Guadeloupe,
        Region::Martinique,
        Region::Guyane,
        Region::Reunion,
        Region::Mayotte,
        Region::SaintBarthelemy,
        Region::SaintMartin,
        Region::SaintPierreEtMiquelon,
        Region::Polynesie,
        Region::NouvelleCaledonie,
        Region::WallisEtFutuna,
    ];

    /// The word of forms.
    pub fn word(self) -> &'static str {
        match self {
            Region::Metropole => "metropole",
            Region::AlsaceMoselle => "alsace-moselle",
            Region::Guadeloupe => "guadeloupe",
            Region::Martinique => "martinique",
            Region::Guyane => "guyane",
            Region::Reunion => "reunion",
            Region::Mayotte => "mayotte",
            Region::SaintBarthelemy => "saint-barthelemy",
            Region::SaintMartin => "saint-martin",
            Region::SaintPierreEtMiquelon => "saint-pierre-et-miquelon",
            Region::Polynesie => "polynesie",
            Region::NouvelleCaledonie => "nouvelle-caledonie",
            Region::WallisEtFutuna => "wallis-et-futuna",
        }
    }

    pub fn from_word(word: &str) -> Option<Region> {
        Region::ALL.into_iter().find(|region| region.word() == word)
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Region::Metropole => "France métropolitaine",
            Region::AlsaceMoselle => "Alsace et Moselle",
            Region::Guadeloupe => "Guadeloupe",
            Region::Martinique => "Martinique",
            Region::Guyane => "Guyane",
            Region::Reunion => "La Réunion",
            Region::Mayotte => "Mayotte",
            Region::SaintBarthelemy => "Saint-Barthélemy",
            Region::SaintMartin => "Saint-Martin",
            Region::SaintPierreEtMiquelon => "Saint-Pierre-et-Miquelon",
            Region::Polynesie => "Polynésie française",
            Region::NouvelleCaledonie => "Nouvelle-Calédonie",
            Region::WallisEtFutuna => "Wallis-et-Futuna",
        }
    }

    /// The region that a zone suggests.
    pub fn of(zone: Zone) -> Region {
        match zone.name() {
            "America/Guadeloupe" => Region::Guadeloupe,
            "America/Martinique" => Region::Martinique,
            "America/Cayenne" => Region::Guyane,
            "Indian/Reunion" => Region::Reunion,
            "Indian/Mayotte" => Region::Mayotte,
            "America/St_Barthelemy" => Region::SaintBarthelemy,
            "America/Marigot" => Region::SaintMartin,
            "America/Miquelon" => Region::SaintPierreEtMiquelon,
            "Pacific/Tahiti" | "Pacific/Marquesas" | "Pacific/Gambier" => Region::Polynesie,
            "Pacific/Noumea" => Region::NouvelleCaledonie,
            "Pacific/Wallis" => Region::WallisEtFutuna,
            _ => Region::Metropole,
        }
    }
}

/// Easter Sunday (Gregorian; Meeus, Jones and Butcher).
pub fn easter(year: i32) -> Option<NaiveDate> {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, (n / 31) as u32, (n % 31 + 1) as u32)
}

/// The names of the public holidays that fall on a date; mostly none, seldom two (Ascension on 8 May).
pub fn names(date: NaiveDate, region: Region) -> Vec<&'static str> {
    let mut found = Vec::new();
    let fixed = match (date.month(), date.day()) {
        (1, 1) => Some("Jour de l’an"),
        (5, 1) => Some("Fête du Travail"),
        (5, 8) => Some("Fête de la Victoire"),
        (7, 14) => Some("Fête nationale"),
        (8, 15) => Some("Assomption"),
        (11, 1) => Some("Toussaint"),
        (11, 11) => Some("Armistice"),
        (12, 25) => Some("Noël"),
        _ => None,
    };
    found.extend(fixed);
    found.extend(local(date, region));
    if let Some(easter) = easter(date.year()) {
        let movable = match date.signed_duration_since(easter).num_days() {
            -24 if region == Region::Guadeloupe => Some("Mi-Carême"),
            -2 if has_good_friday(region) => Some("Vendredi saint"),
            1 => Some("Lundi de Pâques"),
            39 => Some("Ascension"),
            // In those years it was the day of solidarity, worked by everybody (loi 2004-626, until loi 2008-351).
            50 if !(2005..=2007).contains(&date.year()) => Some("Lundi de Pentecôte"),
            _ => None,
        };
        found.extend(movable);
    }
    found
}

fn has_good_friday(region: Region) -> bool {
    matches!(region, Region::AlsaceMoselle | Region::Guadeloupe | Region::Polynesie)
}

/// The fixed days of one region alone.
fn local(date: NaiveDate, region: Region) -> Option<&'static str> {
    const ABOLITION: &str = "Abolition de l’esclavage";
    const SCHOELCHER: &str = "Fête de Victor Schœlcher";
    let year = date.year();
    Some(match (region, date.month(), date.day()) {
        (Region::AlsaceMoselle, 12, 26) => "Saint-Étienne",
        (Region::Guadeloupe, 5, 27)
        | (Region::Martinique, 5, 22)
        | (Region::Guyane, 6, 10)
        | (Region::Reunion, 12, 20)
        | (Region::Mayotte, 4, 27) => ABOLITION,
        // Collectivities of their own since 2007, with dates of their own since the decree of 23 April 2012.
        (Region::SaintBarthelemy, 10, 9) | (Region::SaintMartin, 5, 28) if year >= 2012 => ABOLITION,
        (Region::SaintMartin, 7, 21) if year >= 2012 => SCHOELCHER,
        (Region::Guadeloupe | Region::Martinique, 7, 21) => SCHOELCHER,
        (Region::Polynesie, 3, 5) => "Arrivée de l’Évangile",
        (Region::Polynesie, 6, 29) if year < 2025 => "Fête de l’autonomie",
        (Region::Polynesie, 11, 20) if year >= 2025 => "Matāri’i",
        (Region::NouvelleCaledonie, 9, 24) if year >= 2004 => "Fête de la Citoyenneté",
        (Region::NouvelleCaledonie, 9, 24) => "Fête de la prise de possession",
        (Region::WallisEtFutuna, 4, 28) => "Saint Pierre Chanel",
        (Region::WallisEtFutuna, 6, 29) => "Saints Pierre et Paul",
        (Region::WallisEtFutuna, 7, 29) => "Fête du Territoire",
        _ => return None,
    })
}

/// The holidays of a year, by date.
pub fn of_year(year: i32, region: Region) -> Vec<(NaiveDate, &'static str)> {
    let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else { return Vec::new() };
    (0..366)
        .map(|days| first + Duration::days(days))
        .filter(|date| date.year() == year)
        .flat_map(|date| names(date, region).into_iter().map(move |name| (date, name)))
        .collect()
}
