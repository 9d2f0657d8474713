//! The erasing itself, in steps.

use super::store::{self, Removal, Subject};
use crate::base::{Instant, SubscriberId, french};
use crate::error::Result;
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::notices::{hooks, outbox};
use crate::store::Write;
use crate::subscribers::{Subscriber, card, store as subscribers};
use crate::{agenda, contacts, fax, messages, reminders};

/// Erases up to so many rows of one room; what is left undone comes in the next step.
pub type Erase = fn(&Write<'_>, &Subscriber, usize) -> Result<Vec<(&'static str, u64)>>;

/// The rooms below that hold something of an abonné: what leads to a thing goes before it.
const ROOMS: [Erase; 7] = [
    fax::everything::erase,
    reminders::everything::erase,
    agenda::everything::erase,
    messages::everything::erase,
    contacts::everything::erase,
    card::everything::erase,
    |tx, subscriber, most| {
        hooks::forget(tx, subscriber.id)?;
        let letters = outbox::erase_all_of(tx, subscriber.id, most)?;
        Ok(if letters == 0 { Vec::new() } else { vec![("courriers", letters)] })
    },
];

/// Rows of a table in one write: another writer waits some 15 ms at the most, as in the night's erasure.
const STEP: usize = 100;
/// After each step, so that who waits for the writer gets it.
const GIVE_WAY: std::time::Duration = std::time::Duration::from_millis(1);

/// Whether anything waits to be erased.
pub fn is_due(house: &House) -> bool {
    house.store.read(store::next).is_ok_and(|next| next.is_some())
}

/// Erases all that was asked for; `above` are the rooms that stand higher, and go first. `stop` is asked between steps: what is left then is done the next time.
pub fn run(house: &House, now: Instant, stop: &dyn Fn() -> bool, above: &[Erase]) -> Result<()> {
    while let Some(mut removal) = house.store.read(store::next)? {
        let Subject::Subscriber { id, .. } = removal.subject else { return Ok(()) };
        loop {
            if stop() {
                return Ok(());
            }
            if house.store.write_into_reserve(|tx| step(tx, &mut removal, id, now, above))? {
                break;
            }
            std::thread::sleep(GIVE_WAY);
        }
        house.journal.note(Entry::new(now, Action::Removed).about(id).object(in_words(&removal)));
    }
    Ok(())
}

/// One step, in one write; whether it was the last.
fn step(tx: &Write<'_>, removal: &mut Removal, id: SubscriberId, now: Instant, above: &[Erase]) -> Result<bool> {
    let Some(subscriber) = subscribers::subscriber(tx, id)? else {
        store::finish(tx, removal, id, now)?;
        return Ok(true);
    };
    for erase in above.iter().chain(&ROOMS) {
        let erased = erase(tx, &subscriber, STEP)?;
        if !erased.is_empty() {
            store::note_step(tx, removal, &erased)?;
            return Ok(false);
        }
    }
    store::finish(tx, removal, id, now)?;
    Ok(true)
}

/// « certificat 3 : 2 410 messages avec leur histoire, 120 fiches contact ».
pub(super) fn in_words(removal: &Removal) -> String {
    let parts: Vec<String> =
        removal.erased.iter().map(|(what, count)| format!("{} {what}", french::grouped(*count))).collect();
    format!("certificat {} : {}", removal.number, parts.join(", "))
}
