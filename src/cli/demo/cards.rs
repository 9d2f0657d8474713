//! What each invented abonné wants said, known and done: greeting, instructions, whom to call, fees, ways in.

use super::cast::ABONNES;
use crate::base::{Instant, PersonId, Phone, SubscriberId, time};
use crate::error::Result;
use crate::people::{Person, store::subscribers_of};
use crate::store::Write;
use crate::subscribers::card::model::{NewInstruction, UrgentCall};
use crate::subscribers::card::store::{self, By};
use crate::subscribers::card::{Card, Unavailable};

struct Words {
    greeting: &'static str,
    urgent: &'static [(&'static str, &'static str, &'static str)],
    fees: &'static str,
    access: &'static str,
    permanent: &'static [&'static str],
    /// With the days from today on which it counts.
    dated: &'static [(&'static str, i64, i64)],
    /// Hours from now until the abonné can be reached again, and why it can't.
    away: Option<(i64, &'static str)>,
}

/// In the order of `ABONNES`.
#[rustfmt::skip]
static WORDS: [Words; 7] = [
    Words { greeting: "Cabinet du Docteur Martin, bonjour",
        urgent: &[("Dr Martin, portable", "06 39 98 10 10", "de 8 h à 20 h"), ("Dr Ferrand, remplaçante", "06 39 98 10 11", "le soir"), ("SAMU", "15", "")],
        fees: "Consultation 30 €, carte bancaire acceptée, tiers payant avec la carte Vitale.",
        access: "12, avenue du Général-de-Gaulle, 94000 Créteil. 1er étage, ascenseur, interphone « Martin ».\nMétro Créteil-Université ; parking de la mairie.",
        permanent: &["Demander toujours la date de naissance et un numéro où rappeler.",
            "Douleur dans la poitrine, difficulté à respirer, perte de connaissance : dire d’appeler le 15, puis prévenir le cabinet en urgent.",
            "Pas de résultats d’analyses par téléphone : prendre un message."],
        dated: &[("Vaccins contre la grippe arrivés : proposer un créneau de 10 minutes, sans ordonnance après 65 ans.", -3, 12),
            ("Aucun rendez-vous jeudi après-midi : formation.", 0, 1), ("Cabinet fermé, Dr Ferrand remplace.", 20, 34)],
        away: None },
    Words { greeting: "Cabinet de Maître Lefèvre, bonjour",
        urgent: &[("Me Lefèvre", "06 39 98 20 20", "gardes à vue, jour et nuit")],
        fees: "Premier entretien 80 €, aide juridictionnelle acceptée.",
        access: "7, rue de la République, 93200 Saint-Denis. Sur rendez-vous seulement.",
        permanent: &["Ne jamais confirmer à un tiers qu’une personne est cliente du cabinet.", "Noter le numéro de dossier quand on l’a."],
        dated: &[("En audience ce matin : ne pas transférer, prendre un message.", 0, 0)],
        away: Some((3, "à l’audience")) },
    Words { greeting: "Plomberie d’Artagnan, bonjour",
        urgent: &[("Loïc d’Artagnan", "06 39 98 30 30", "de 7 h à 22 h"), ("Astreinte", "06 39 98 30 31", "la nuit")],
        fees: "Déplacement 45 € dans Auch, 70 € au-delà de 20 km. Devis gratuit.",
        access: "",
        permanent: &["Fuite en cours : faire couper l’eau au compteur, puis passer en urgent.", "Demander la marque de la chaudière et l’étage."],
        dated: &[], away: None },
    Words { greeting: "Les infirmières du Vieux-Port, bonjour",
        urgent: &[("De garde", "06 39 98 40 40", "de 6 h à 21 h")],
        fees: "Soins sur ordonnance, tiers payant.", access: "Soins à domicile dans les 1er, 2e et 7e arrondissements.",
        permanent: &["Demander l’ordonnance, l’étage et le code de la porte."], dated: &[], away: None },
    Words { greeting: "Clinique vétérinaire des Tilleuls, bonjour",
        urgent: &[("Dr Roux", "06 39 98 50 50", "jusqu’à 20 h"), ("Garde départementale", "02 61 91 50 99", "la nuit et le dimanche")],
        fees: "Consultation 42 €, vaccin 68 €.", access: "Parking devant la clinique, rampe à gauche.",
        permanent: &["Demander l’espèce, l’âge et le poids de l’animal."],
        dated: &[("Chirurgie jusqu’à midi : urgences seulement.", 0, 0)], away: Some((1, "en chirurgie")) },
    Words { greeting: "", urgent: &[], fees: "", access: "Atelier au fond de la cour, 2e porte.",
        permanent: &[], dated: &[], away: None },
    Words { greeting: "Cabinet dentaire des Filaos, bonjour",
        urgent: &[("Dr Payet", "06 39 98 70 70", "")], fees: "Consultation 23 €.", access: "",
        permanent: &["Douleur ou gonflement : proposer un créneau dans la journée."], dated: &[], away: None },
];

/// Writes every card.
pub(super) fn fill(tx: &Write<'_>, now: Instant, persons: &[Person]) -> Result<()> {
    for (place, words) in WORDS.iter().enumerate() {
        let id = SubscriberId(place as u64 + 1);
        let owner = persons.iter().find(|person| subscribers_of(person).contains(&id));
        let by = By {
            person: owner.map_or(PersonId(1), |person| person.id),
            name: owner.map_or("", |person| person.name.as_str()),
        };
        let today = now.local(ABONNES[place].zone()).date();
        let call = |(name, phone, hours): &(&str, &str, &str)| UrgentCall {
            name: (*name).into(),
            phone: Phone::read(phone),
            hours: (*hours).into(),
        };
        let card = Card {
            greeting: words.greeting.into(),
            urgent_calls: words.urgent.iter().map(call).collect(),
            fees: words.fees.into(),
            access: words.access.into(),
            ..Card::default()
        };
        store::change_card(tx, id, card.checked()?, None)?;
        for (back, text) in words.permanent.iter().enumerate() {
            let new = NewInstruction { text: (*text).into(), from: None, to: None };
            store::write(tx, id, new, None, by, now.plus_ms(-(30 + back as i64) * time::DAY_MS))?;
        }
        for (text, from, to) in words.dated {
            let day = |days| Some((today + chrono::Duration::days(days)).into());
            let new = NewInstruction { text: (*text).into(), from: day(*from), to: day(*to) };
            store::write(tx, id, new, None, by, now.plus_ms(-3 * time::DAY_MS))?;
        }
        if let Some((hours, reason)) = words.away {
            let until = Some(now.plus_ms(hours * time::HOUR_MS));
            let (who, person) = (by.name.to_owned(), Some(by.person));
            let away = Unavailable { since: now, until, reason: reason.into(), who, person };
            store::set_unavailable(tx, id, Some(&away))?;
        }
    }
    Ok(())
}
