//! What waits for the invented secretariat: an urgent call that nobody has read, call-backs promised, work handed over.

use crate::base::{Instant, Phone, SubscriberId, time};
use crate::error::Result;
use crate::messages::model::{Caller, Kind, NewMessage};
use crate::messages::store::{self as messages, By};
use crate::messages::waiting::{self, Handed, Why};
use crate::people::Person;
use crate::store::Write;
use crate::switchboard::templates::{self, Template};

const MARTIN: SubscriberId = SubscriberId(1);
const PLUMBER: SubscriberId = SubscriberId(3);

/// Models of text: for the whole house, then of single abonnés.
const MODELS: [(u64, &str, &str); 6] = [
    (templates::HOUSE, "Rappel", "Rappeler entre … et … au sujet de …"),
    (templates::HOUSE, "Colis", "Un colis est arrivé pour … ; à retirer avant …"),
    (1, "Ordonnance", "Demande le renouvellement de son ordonnance de … ; passera la prendre …"),
    (1, "Résultats", "Le laboratoire … communique : …"),
    (2, "Audience", "Audience du … à …, … chambre."),
    (3, "Panne", "Panne de … depuis …, marque …, étage …"),
];

/// Writes all of it; the messages come after those of the day.
pub(super) fn fill(tx: &Write<'_>, now: Instant, persons: &[Person]) -> Result<()> {
    for (scope, name, text) in MODELS {
        templates::put(tx, scope, None, &Template { name: name.into(), text: text.into() })?;
    }
    let find = |login: &str| persons.iter().find(|person| person.login == login);
    let (Some(aline), Some(basile)) = (find("aline"), find("basile")) else { return Ok(()) };
    let by = |person: &'static str| find(person).map(|person| By { person: person.id, name: &person.name });
    let ago = |minutes: i64| now.plus_ms(-minutes * time::MINUTE_MS);
    let message = |minutes, urgent, name: &str, first: &str, phone: &str, text: &str| NewMessage {
        received: ago(minutes),
        kind: Kind::Information,
        urgent,
        caller: Caller {
            civility: "Mme".into(),
            last_name: name.into(),
            first_name: first.into(),
            phone: Phone::read(phone),
            ..Caller::default()
        },
        subject: String::new(),
        text: text.into(),
        appointment: None,
        taken_by: aline.name.clone(),
        taken_by_person: Some(aline.id),
        contact: None,
        appointment_id: None,
    };
    let urgent = message(
        38,
        true,
        "Besson",
        "Odile",
        "06 39 98 61 20",
        "Son mari, 71 ans, est tombé et ne répond plus bien. Le 15 est prévenu, elle attend votre rappel.",
    );
    let urgent = messages::take(tx, MARTIN, urgent.checked()?)?.number;
    let promised =
        message(25, false, "Kermarrec", "Anaïs", "06 39 98 44 02", "Demande le résultat de la radio ; rappel promis.");
    let promised = messages::take(tx, MARTIN, promised.checked()?)?.number;
    let late =
        message(90, false, "Sabatier", "Rose", "05 36 49 71 15", "Chaudière en panne, veut savoir l’heure du passage.");
    let late = messages::take(tx, PLUMBER, late.checked()?)?.number;
    if let (Some(aline), Some(basile)) = (by("aline"), by("basile")) {
        let first = Phone::read("06 39 98 10 10");
        waiting::call_made(tx, MARTIN, urgent, first, false, aline, ago(20))?;
        waiting::promise_call(tx, MARTIN, promised, now.plus_ms(80 * time::MINUTE_MS), aline, ago(25))?;
        waiting::promise_call(tx, PLUMBER, late, ago(4), basile, ago(90))?;
        waiting::claim(tx, PLUMBER, late, Why::Promise, false, basile, ago(3))?;
    }
    let note = "Elle voulait parler au docteur lui-même.".to_owned();
    let handed = Handed { at: ago(15), from: aline.name.clone(), to: basile.id, to_name: basile.name.clone(), note };
    waiting::hand_over(tx, MARTIN, promised, handed, By { person: aline.id, name: &aline.name })
}
