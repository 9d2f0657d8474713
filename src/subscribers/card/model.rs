//! What an abonné's card says, and what makes it acceptable. Pure: no store, no clock.

use crate::base::text::{clean_line, clean_text};
use crate::base::time::{date_short, moment_short, time_short};
use crate::base::{Instant, PersonId, Phone, Zone, limits, time::Day};
use crate::error::{Error, Problems, Result};
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

/// People to call one after the other; who has not answered after five is not found by a sixth call.
pub const URGENT_CALLS_MAX: usize = 5;
/// Minutes after which an urgent message that nobody has read comes back to the secretariat: usual, most (a day).
pub const URGENT_AFTER_MIN: u16 = 15;
pub const URGENT_AFTER_MIN_MAX: u16 = 24 * 60;
/// An instruction is read while somebody waits at the telephone.
pub const INSTRUCTION_CHARS_MAX: usize = 1000;

/// The names of the form's fields for the people to call, in their order.
pub const URGENT_FIELDS: [(&str, &str, &str); URGENT_CALLS_MAX] = [
    ("urgence-nom-1", "urgence-telephone-1", "urgence-heures-1"),
    ("urgence-nom-2", "urgence-telephone-2", "urgence-heures-2"),
    ("urgence-nom-3", "urgence-telephone-3", "urgence-heures-3"),
    ("urgence-nom-4", "urgence-telephone-4", "urgence-heures-4"),
    ("urgence-nom-5", "urgence-telephone-5", "urgence-heures-5"),
];

/// Somebody to call when it is urgent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgentCall {
    pub name: String,
    pub phone: Phone,
    /// « de 8 h à 20 h »; may be empty.
    pub hours: String,
}

/// What stays the same from call to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// « Cabinet du Docteur Martin, bonjour »; empty for the usual words.
    pub greeting: String,
    /// In the order in which they are called.
    pub urgent_calls: Vec<UrgentCall>,
    pub urgent_after_min: u16,
    /// « Consultation 30 €, carte bancaire acceptée ».
    pub fees: String,
    /// Address, floor, parking: what people on their way ask for.
    pub access: String,
    /// Grows with every change, so that a form filled in beside another's is noticed.
    pub revision: u32,
}

impl Default for Card {
    fn default() -> Card {
        Card {
            greeting: String::new(),
            urgent_calls: Vec::new(),
            urgent_after_min: URGENT_AFTER_MIN,
            fees: String::new(),
            access: String::new(),
            revision: 0,
        }
    }
}

impl Card {
    /// What to say first: the abonné's own words, or its name.
    pub fn greeting_for(&self, name: &str) -> String {
        if self.greeting.is_empty() { format!("{name}, bonjour") } else { self.greeting.clone() }
    }

    /// Trims and checks. Problems are tied to the form's names: `accueil`, `delai-urgence`, `tarifs`, `acces`, and those of
    /// `URGENT_FIELDS`.
    pub fn checked(mut self) -> Result<Card> {
        let mut problems = Problems::default();
        clean_line(&mut self.greeting);
        too_long(&mut problems, "accueil", &self.greeting, limits::LINE_CHARS_MAX);
        for (field, text) in [("tarifs", &mut self.fees), ("acces", &mut self.access)] {
            clean_text(text);
            too_long(&mut problems, field, text, INSTRUCTION_CHARS_MAX);
        }
        for (call, (name, phone, hours)) in self.urgent_calls.iter_mut().zip(URGENT_FIELDS) {
            clean_line(&mut call.name);
            clean_line(&mut call.hours);
            too_long(&mut problems, name, &call.name, limits::NAME_CHARS_MAX);
            too_long(&mut problems, hours, &call.hours, limits::NAME_CHARS_MAX);
            if call.phone.is_empty() && !(call.name.is_empty() && call.hours.is_empty()) {
                problems.add(phone, "Indiquez le numéro à appeler, ou effacez la ligne.");
            } else if !call.phone.is_empty() && call.phone.dialled().is_none() {
                problems.add(phone, "Ce numéro ne peut pas être composé ; par exemple 06 12 34 56 78.");
            }
        }
        if !(1..=URGENT_AFTER_MIN_MAX).contains(&self.urgent_after_min) {
            problems.add("delai-urgence", format!("Le délai va de 1 à {URGENT_AFTER_MIN_MAX} minutes."));
        }
        problems.into_result()?;
        self.urgent_calls.retain(|call| !call.phone.is_empty());
        Ok(self)
    }
}

fn too_long(problems: &mut Problems, field: &'static str, text: &str, most: usize) {
    let count = text.chars().count();
    if count > most {
        problems.add(field, format!("Ce texte compte {count} caractères ; la limite est de {most}."));
    }
}

/// « Indisponible jusqu’à … ».
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unavailable {
    pub since: Instant,
    /// `None`: until somebody says otherwise.
    pub until: Option<Instant>,
    pub reason: String,
    /// Who said so, as shown.
    pub who: String,
    pub person: Option<PersonId>,
}

impl Unavailable {
    /// Whether it still counts.
    pub fn counts_at(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until > now)
    }

    /// « Indisponible jusqu’à 14:00 », « Indisponible jusqu’au 25/11/2026 à 08:00 », « Indisponible jusqu’à nouvel ordre ».
    pub fn sentence(&self, zone: Zone, now: Instant) -> String {
        let Some(until) = self.until.map(|until| until.local(zone)) else {
            return "Indisponible jusqu’à nouvel ordre".into();
        };
        if until.date() == now.local(zone).date() {
            format!("Indisponible jusqu’à {}", time_short(until))
        } else {
            format!("Indisponible jusqu’au {}", moment_short(until))
        }
    }
}

/// One of the quick choices of « Indisponible jusqu’à … ».
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuickChoice {
    /// The value of the form's field `jusqu-a`.
    pub word: &'static str,
    /// « 1 h », « ce midi ».
    pub label: &'static str,
    /// Civil time of the abonné.
    pub until: NaiveDateTime,
}

/// The quick choices that make sense at a moment of the abonné's day.
pub fn quick_choices(now: NaiveDateTime) -> Vec<QuickChoice> {
    let clock = |date: NaiveDate, hour| date.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    let today = now.date();
    let tomorrow = today.succ_opt().unwrap_or(today);
    let mut choices = vec![QuickChoice { word: "1h", label: "1 h", until: now + Duration::hours(1) }];
    for (word, label, until) in [
        ("midi", "ce midi", clock(today, 12)),
        ("soir", "ce soir", clock(today, 18)),
        ("demain", "demain matin", clock(tomorrow, 8)),
    ] {
        if until > now {
            choices.push(QuickChoice { word, label, until });
        }
    }
    choices
}

/// Reads « Indisponible jusqu’à … »: a quick choice, `date` with a date and a time, or nothing for « nouvel ordre ».
pub fn until(word: &str, date: &str, hour: &str, now: Instant, zone: Zone) -> Result<Option<Instant>> {
    let local = now.local(zone);
    let civil = match word {
        "" | "ordre" => return Ok(None),
        "date" => {
            let mut problems = Problems::default();
            let day = crate::base::time::parse_date(date);
            if day.is_none() {
                problems.add("date", "Indiquez une date ; par exemple 03/12/2026.");
            }
            let clock = if hour.trim().is_empty() { Some(NaiveTime::MIN) } else { crate::base::time::parse_time(hour) };
            if clock.is_none() {
                problems.add("heure", "Cette heure n’est pas complète ; par exemple 14:00.");
            }
            problems.into_result()?;
            day.unwrap_or_default().and_time(clock.unwrap_or_default())
        }
        quick => quick_choices(local)
            .into_iter()
            .find(|choice| choice.word == quick)
            .map(|choice| choice.until)
            .ok_or_else(|| Error::invalid("date", "Ce moment est passé : choisissez-en un autre."))?,
    };
    let until = zone.instant_at_or_after(civil);
    if until <= now {
        return Err(Error::invalid("date", "Ce moment est passé : choisissez une date ou une heure à venir."));
    }
    Ok(Some(until))
}

/// What the abonné wants secretaries to know and do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// Per abonné from 1, never used again.
    pub id: u64,
    pub text: String,
    /// Both included; neither for a permanent one.
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub written: Instant,
    /// Who wrote it, as shown.
    pub who: String,
    pub person: Option<PersonId>,
    /// The one that it was written in place of.
    pub replaces: Option<u64>,
    pub ended: Option<Ended>,
}

/// How an instruction ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Instant,
    pub who: String,
    /// The one that was written in its place.
    pub replaced_by: Option<u64>,
}

/// Where an instruction stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Dated, and today is one of its days: on top.
    Today,
    Permanent,
    ToCome,
    Over,
}

impl Instruction {
    pub fn standing(&self, today: NaiveDate) -> Standing {
        let today = Day::from(today);
        if self.ended.is_some() || self.to.is_some_and(|to| to < today) {
            Standing::Over
        } else if self.from.is_some_and(|from| from > today) {
            Standing::ToCome
        } else if self.from.is_some() || self.to.is_some() {
            Standing::Today
        } else {
            Standing::Permanent
        }
    }

    /// « du 24/11/2026 au 27/11/2026 », « le 24/11/2026 », « permanente ».
    pub fn period(&self) -> String {
        match (self.from.map(Day::date), self.to.map(Day::date)) {
            (None, None) => "permanente".into(),
            (Some(from), Some(to)) if from == to => format!("le {}", date_short(from)),
            (Some(from), Some(to)) => format!("du {} au {}", date_short(from), date_short(to)),
            (Some(from), None) => format!("à partir du {}", date_short(from)),
            (None, Some(to)) => format!("jusqu’au {}", date_short(to)),
        }
    }
}

/// An instruction about to be written: checked, without a number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInstruction {
    pub text: String,
    pub from: Option<Day>,
    pub to: Option<Day>,
}

impl NewInstruction {
    /// Reads and checks the form's fields `texte`, `du`, `au`.
    pub fn read(text: &str, from: &str, to: &str, today: NaiveDate) -> Result<NewInstruction> {
        let mut problems = Problems::default();
        let mut text = text.to_owned();
        clean_text(&mut text);
        if text.is_empty() {
            problems.add("texte", "Écrivez la consigne avant de l’enregistrer.");
        }
        too_long(&mut problems, "texte", &text, INSTRUCTION_CHARS_MAX);
        let mut day = |field: &'static str, typed: &str| {
            let day = crate::base::time::parse_date(typed);
            if day.is_none() && !typed.trim().is_empty() {
                problems.add(field, "Cette date n’existe pas ou n’est pas complète ; par exemple 03/12/2026.");
            }
            day
        };
        let (from, to) = (day("du", from), day("au", to));
        if to.is_some_and(|to| to < today) {
            problems.add("au", "Cette date est passée : la consigne ne s’afficherait jamais.");
        } else if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            problems.add("au", "La fin vient avant le début.");
        }
        problems.into_result()?;
        Ok(NewInstruction { text, from: from.map(Into::into), to: to.map(Into::into) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn quick_choices_are_still_to_come() {
        let words = |now| quick_choices(at(now)).iter().map(|choice| choice.word).collect::<Vec<_>>();
        assert_eq!(words("2026-11-24 10:00"), ["1h", "midi", "soir", "demain"]);
        assert_eq!(words("2026-11-24 12:00"), ["1h", "soir", "demain"]);
        assert_eq!(words("2026-11-24 19:30"), ["1h", "demain"]);
        assert_eq!(quick_choices(at("2026-12-31 19:30"))[1].until, at("2027-01-01 08:00"));
    }

    #[test]
    fn dated_ones_of_today_stand_on_top_and_pass_with_their_last_day() {
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        let today = day("2026-11-24");
        let instruction = |from: &str, to: &str| {
            let new = NewInstruction::read("Ne pas déranger.", from, to, day("2026-01-01")).unwrap();
            Instruction {
                id: 1,
                text: new.text,
                from: new.from,
                to: new.to,
                written: Instant(0),
                who: "Aline".into(),
                person: None,
                replaces: None,
                ended: None,
            }
        };
        for (from, to, standing, period) in [
            ("", "", Standing::Permanent, "permanente"),
            ("2026-11-24", "2026-11-24", Standing::Today, "le 24/11/2026"),
            ("2026-11-20", "2026-11-24", Standing::Today, "du 20/11/2026 au 24/11/2026"),
            ("", "2026-11-23", Standing::Over, "jusqu’au 23/11/2026"),
            ("2026-11-25", "", Standing::ToCome, "à partir du 25/11/2026"),
        ] {
            let one = instruction(from, to);
            assert_eq!((one.standing(today), one.period().as_str()), (standing, period));
        }
        assert!(NewInstruction::read("x", "2026-11-25", "2026-11-24", today).is_err());
        assert!(NewInstruction::read("x", "", "2026-11-23", today).is_err());
    }
}
