//! The contact cards of the demonstration, and the calls that come from them.

use super::cast::Abonne;
use super::chance::Chance;
use super::{Call, texts};
use crate::base::{Instant, Phone, SubscriberId, time};
use crate::contacts::model::{By, Contact, NewContact, PhoneLine, What};
use crate::contacts::store;
use crate::error::Result;
use crate::house::House;
use crate::messages::contact::fill;
use crate::messages::model::Kind;
use chrono::NaiveDate;

/// Of so many calls, how many come from somebody with a card.
const KNOWN_PERCENT: u64 = 70;

static NOTES: [&str; 10] = [
    "Entend mal : parler lentement.",
    "Digicode 45B2, 3e étage à gauche.",
    "Préfère être rappelée l’après-midi.",
    "Ne se déplace plus.",
    "Tiers payant.",
    "Prévenir sa fille en cas d’empêchement.",
    "Paie par chèque.",
    "Sonner deux fois, puis entrer.",
    "Écrire plutôt qu’appeler.",
    "Chien dans la cour, sans danger.",
];

/// The cards of an abonné, made over the last years.
pub(super) fn add(house: &House, subscriber: SubscriberId, abonne: &Abonne, now: Instant) -> Result<Vec<Contact>> {
    let mut chance = Chance::new(7_000 + subscriber.0);
    let today = now.local(abonne.zone()).date();
    let cards = (0..abonne.contacts).map(|_| card(abonne, &mut chance, today).checked(today));
    let cards = cards.collect::<Result<Vec<_>>>()?;
    let by = By { person: None, name: "" };
    house.store.write(|tx| {
        let at = now.plus_ms(-120 * time::DAY_MS);
        store::add_all(tx, subscriber, cards, by, at, What::Imported)
    })
}

fn card(abonne: &Abonne, chance: &mut Chance, today: NaiveDate) -> NewContact {
    let woman = chance.below(2) == 0;
    let (last_name, first_name) = texts::name(woman, chance);
    let line =
        |word: &str, chance: &mut Chance| PhoneLine { word: word.into(), phone: Phone::read(&texts::phone(chance)) };
    let mut phones = vec![line("portable", chance)];
    if chance.below(3) == 0 {
        phones.push(line("domicile", chance));
    }
    let email = if chance.below(2) == 0 {
        let plain = |text: &str| crate::base::fold::fold(text).replace(|c: char| !c.is_alphanumeric(), "");
        format!("{}.{}@example.org", plain(&first_name), plain(&last_name))
    } else {
        String::new()
    };
    NewContact {
        civility: if woman { "Mme" } else { "M." }.into(),
        last_name,
        first_name,
        birth: (chance.below(5) > 0)
            .then(|| today - chrono::Duration::days(chance.between(40, 93 * 365) as i64))
            .map(Into::into),
        address: if chance.below(6) == 0 { String::new() } else { texts::street(chance) },
        postal_code: abonne.postal_code.into(),
        town: abonne.town.into(),
        phones,
        email,
        notes: if chance.below(4) == 0 { chance.pick(&NOTES).into() } else { String::new() },
        new_patient: chance.below(25) == 0,
    }
}

/// Lets most calls come from people with a card.
pub(super) fn tie(calls: &mut [Call], contacts: &[Contact], subscriber: SubscriberId) {
    let mut chance = Chance::new(8_000 + subscriber.0);
    for call in calls {
        let message = &mut call.message;
        if contacts.is_empty() || message.kind == Kind::Fax || chance.below(100) >= KNOWN_PERCENT {
            continue;
        }
        let card = &contacts[chance.below(contacts.len() as u64) as usize];
        let address = std::mem::take(&mut message.caller.address);
        message.caller = crate::messages::model::Caller::default();
        fill(&mut message.caller, card);
        // An address is noted where somebody has to go.
        if message.kind != Kind::Visit && address.is_empty() {
            message.caller.address.clear();
        }
        message.contact = Some(card.id);
    }
}
