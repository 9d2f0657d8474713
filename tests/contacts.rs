//! Contact cards: written, found while typing, doubled, merged and parted again, erased.

use crate::support::{LEFEVRE, MARTIN, Office, office};
use permanence::base::{ContactId, Phone, SubscriberId};
use permanence::contacts::model::{By, NewContact, PhoneLine};
use permanence::contacts::{merge, search, store};

const NOBODY: By<'_> = By { person: None, name: "" };

/// A card through the store: the stage, not the play.
fn card(office: &Office, subscriber: SubscriberId, last: &str, first: &str, phone: &str, town: &str) -> ContactId {
    let new = NewContact {
        last_name: last.into(),
        first_name: first.into(),
        town: town.into(),
        phones: vec![PhoneLine { word: "portable".into(), phone: Phone::read(phone) }],
        ..NewContact::default()
    };
    let today = office.now().local(permanence::base::Zone::PARIS).date();
    let new = new.checked(today).unwrap();
    office.house().store.write(|tx| store::add(tx, subscriber, new, NOBODY, office.now())).unwrap().id
}

fn found(office: &Office, typed: &str) -> Vec<String> {
    let found = office.house().store.read(|tx| search::search(tx, MARTIN, typed, 50)).unwrap();
    found.iter().map(|contact| contact.name()).collect()
}

#[test]
fn a_card_is_found_by_the_first_letters_of_both_names_in_any_order_and_by_its_number_however_written() {
    let office = office();
    card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    card(&office, MARTIN, "Lefèvre-Œuvrard", "Jean-Luc", "01 99 00 55 66", "Saint-Maur-des-Fossés");
    card(&office, MARTIN, "d’Artagnan", "Charles", "poste 204", "Auch");
    card(&office, LEFEVRE, "Dupond", "Martin", "06 39 98 77 77", "Paris");
    for typed in
        ["du ma", "ma du", "DUPONT", "mar", "06 39 98 12", "+33639981234", "0639981234", "06.39.98.12.34", "cret"]
    {
        assert_eq!(found(&office, typed), ["DUPONT Marie"], "{typed}");
    }
    for typed in
        ["lefevre oeuvrard", "Lefèvre-Œuv", "lefevreoeuvrard", "jeanluc", "luc jean", "maur jean", "saintmaur", "0199"]
    {
        assert_eq!(found(&office, typed), ["LEFÈVRE-ŒUVRARD Jean-Luc"], "{typed}");
    }
    for typed in ["dartagnan", "d'artagnan", "artagnan", "auch", "204"] {
        assert_eq!(found(&office, typed), ["D’ARTAGNAN Charles"], "{typed}");
    }
    for typed in ["dupond", "xavier", "marie auch", "", " - "] {
        assert_eq!(found(&office, typed), [""; 0], "{typed}");
    }
}

#[test]
fn a_merged_cards_number_leads_to_the_one_that_stayed_until_it_is_undone() {
    let office = office();
    let store = &office.house().store;
    let first = card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    let second = card(&office, MARTIN, "Dupond", "Marie", "06 39 98 12 35", "");
    let third = card(&office, MARTIN, "Dupon", "Marie", "06 39 98 12 36", "");
    let merge_into = |kept: ContactId, gone: ContactId| {
        store.write(|tx| {
            let kept = store::contact(tx, MARTIN, kept)?.unwrap();
            let gone = store::contact(tx, MARTIN, gone)?.unwrap();
            merge::merge(
                tx,
                MARTIN,
                (kept.id, kept.revision),
                (gone.id, gone.revision),
                kept.as_new(),
                NOBODY,
                office.now(),
            )
        })
    };
    merge_into(second, third).unwrap();
    merge_into(first, second).unwrap();
    let look = |id: ContactId| store.read(|tx| store::contact(tx, MARTIN, id)).unwrap().map(|contact| contact.id);
    let ids = |id: ContactId| store.read(|tx| store::ids_of(tx, MARTIN, id)).unwrap();
    assert_eq!([look(first), look(second), look(third)], [Some(first); 3]);
    assert_eq!((ids(first), ids(third)), (vec![first, second, third], vec![first, second, third]));
    assert_eq!(found(&office, "dupon"), ["DUPONT Marie"]);
    let undo = |gone: ContactId| store.write(|tx| merge::undo(tx, MARTIN, gone, NOBODY, office.now()));
    assert!(undo(third).is_err(), "the later merge comes first");
    undo(second).unwrap();
    assert_eq!((look(second), look(third), ids(first)), (Some(second), Some(second), vec![first]));
    office.let_pass_days(1);
    assert!(undo(third).is_err(), "a day is a day");
    store.write(|tx| merge::purge(tx, office.now())).unwrap();
    assert_eq!(look(third), Some(second), "the number goes on leading there");
    store.write(|tx| store::remove(tx, MARTIN, third)).unwrap();
    assert_eq!((look(second), look(third)), (None, None));
    assert_eq!(store.read(|tx| store::counts(tx, MARTIN)).unwrap().cards, 1);
    let fourth = card(&office, MARTIN, "Neuf", "", "", "");
    assert_eq!(fourth, ContactId(4), "numbers are not used again");
}
