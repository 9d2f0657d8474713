//! Contact cards: written, found while typing, doubled, merged and parted again, erased.

use crate::support::screen::{Screen, sign_in};
use crate::support::{LEFEVRE, MARTIN, Office, office};
use permanence::base::{ContactId, Phone, SubscriberId};
use permanence::contacts::model::{By, PhoneLine};
use permanence::contacts::{merge, search, store};

const NOBODY: By<'_> = By { person: None, name: "" };

/// A card with a number and a town.
fn card(office: &Office, subscriber: SubscriberId, last: &str, first: &str, phone: &str, town: &str) -> ContactId {
    office.contact(subscriber, last, first, |card| {
        card.town = town.into();
        card.phones = vec![PhoneLine { word: "portable".into(), phone: Phone::read(phone) }];
    })
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
    store.write(|tx| store::remove(tx, MARTIN, third, office.now())).unwrap();
    assert_eq!((look(second), look(third)), (None, None));
    assert_eq!(store.read(|tx| store::counts(tx, MARTIN)).unwrap().cards, 1);
    let fourth = card(&office, MARTIN, "Neuf", "", "", "");
    assert_eq!(fourth, ContactId(4), "numbers are not used again");
}

#[test]
fn a_card_is_written_changed_and_erased_with_its_history() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let form = martin.get("/contacts/nouveau");
    let typed = [
        ("civilite", "Mme"),
        ("nom", "Dupont"),
        ("prenom", "Marie"),
        ("naissance", "13/05/62"),
        ("telephone-1", "06.39.98.12.34"),
        ("usage-1", "portable"),
        ("adresse", "5, rue Colette"),
        ("code-postal", "94000"),
        ("ville", "Créteil"),
        ("email", "marie@example.org"),
        ("notes", "Digicode 45B2\n<b>sourde</b>"),
        ("nouveau", "1"),
    ];
    let answer = martin.submit(&form, "/contacts", &typed);
    assert_eq!(answer.header("location"), Some("/contacts/1?fait=creee"), "{}", answer.text());
    // Sent again by a double click it is the same card.
    assert_eq!(martin.submit(&form, "/contacts", &typed).header("location"), Some("/contacts/1?fait=creee"));
    let card = martin.get("/contacts/1");
    let text = card.text();
    for said in [
        "Mme DUPONT Marie",
        "13 mai 1962 (64 ans)",
        "06 39 98 12 34",
        "portable",
        "5, rue Colette, 94000 Créteil",
        "marie@example.org",
        "<b>sourde</b>",
        "Nouveau patient",
        "créée par Dr Martin",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    let links = card.attributes("a", "href");
    assert!(links.contains(&"tel:+33639981234".to_owned()));
    let map = "https://www.openstreetmap.org/search?query=5%2C%20rue%20Colette%2C%2094000%20Cr%C3%A9teil";
    assert!(links.contains(&map.to_owned()), "{links:?}");
    assert_eq!(card.attributes("a[target=_blank]", "referrerpolicy"), ["no-referrer"]);

    let mut aline = office.signed_in("aline");
    let at = "/standard/abonnes/1/contacts/1";
    assert!(aline.get(at).text().contains("Cabinet Martin"), "the abonné's name in sight");
    let edit = aline.get(&format!("{at}/modification"));
    let changed = aline.submit(&edit, &format!("{at}/modification"), &[("ville", "Maisons-Alfort")]);
    assert_eq!(changed.status, 303);
    assert!(martin.get("/contacts/1").text().contains("modifiée par Aline"));
    assert_eq!(martin.post("/contacts/1/premiere-visite", &[]).status, 303);
    assert!(!martin.get("/contacts/1").text().contains("Nouveau patient"));

    assert!(martin.get("/contacts/1/suppression").text().contains("rendez-vous et ses messages restent"));
    assert_eq!(martin.post("/contacts/1/suppression", &[]).status, 303);
    assert_eq!(martin.get("/contacts/1").status, 404);
    assert!(martin.get("/contacts?q=dupont").text().contains("Aucune fiche pour « dupont »"));
    let journal = office.signed_in("admin").get("/administration/journal").text();
    for action in ["fiche contact créée", "fiche contact modifiée", "fiche contact supprimée", "fiche 1"] {
        assert!(journal.contains(action), "{action} in {journal}");
    }
    assert!(!journal.to_lowercase().contains("dupont"), "no name in the journal");
}

#[test]
fn a_form_that_is_wrong_comes_back_with_what_was_typed() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let page = martin.post("/contacts", &[("naissance", "31/02/1962"), ("email", "marie"), ("ville", "Créteil")]);
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(text.contains("Cette date n’existe pas") && text.contains("Indiquez un nom ou un prénom"), "{text}");
    assert_eq!(page.attributes("#ville", "value"), ["Créteil"]);
    assert_eq!(page.attributes("#naissance", "aria-invalid"), ["true"]);
    let future = martin.post("/contacts", &[("nom", "Futur"), ("naissance", "25/11/2026")]);
    assert!(future.text().contains("dans l’avenir"));
}

#[test]
fn two_people_changing_one_card_are_told_and_lose_nothing() {
    let office = office();
    card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    let (mut martin, mut aline) = (office.signed_in("martin"), office.signed_in("aline"));
    let first = martin.get("/contacts/1/modification");
    let at = "/standard/abonnes/1/contacts/1/modification";
    let second = aline.get(at);
    assert_eq!(martin.submit(&first, "/contacts/1/modification", &[("ville", "Paris")]).status, 303);
    let told = aline.submit(&second, at, &[("notes", "Sourde")]);
    assert_eq!(told.status, 422);
    assert!(told.text().contains("modifiée entre-temps"), "{}", told.text());
    assert!(told.text().contains("Sourde"), "what was typed is there");
    assert_eq!(aline.submit(&told, at, &[]).status, 303, "and may be kept all the same");
    assert!(martin.get("/contacts/1").text().contains("Sourde"));
}

#[test]
fn a_likely_double_is_a_question_that_keeps_what_was_typed() {
    let office = office();
    office.contact(MARTIN, "Lefèvre", "Noé", |card| {
        card.birth = chrono::NaiveDate::from_ymd_opt(1929, 5, 13).map(Into::into);
    });
    card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    card(&office, LEFEVRE, "Ailleurs", "Zoé", "06 39 98 77 77", "");
    let mut martin = office.signed_in("martin");
    for (typed, like) in [
        ([("nom", "Durand"), ("prenom", "Luc"), ("telephone-2", "+33 6 39 98 12 34")], "même téléphone"),
        ([("nom", "LEFEVRE"), ("prenom", "noe"), ("naissance", "13.05.1929")], "même nom et même date de naissance"),
    ] {
        let asked = martin.post("/contacts", &typed);
        assert_eq!(asked.status, 422);
        assert!(asked.text().contains("Une fiche ressemble") && asked.text().contains(like), "{}", asked.text());
        assert_eq!(asked.attributes("#nom", "value"), [typed[0].1]);
        let query = typed.iter().copied().collect::<permanence::http::Form>().encoded();
        let while_typing = martin.get(&format!("/contacts/doublons?{query}"));
        assert!(while_typing.status == 200 && while_typing.text().contains(like));
        let made = martin.submit(&asked, "/contacts", &[("malgre", "1")]);
        assert_eq!(made.status, 303, "« Créer quand même »");
    }
    let other = martin.post("/contacts", &[("nom", "Neuf"), ("telephone-1", "06 39 98 77 77")]);
    assert_eq!(other.status, 303, "another abonné's cards say nothing");
    assert_eq!(martin.get("/contacts/doublons?nom=Neuf&telephone-1=06").status, 204);
}

#[test]
fn two_cards_are_compared_merged_and_parted() {
    let office = office();
    let first = card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    let second = office.contact(MARTIN, "Dupond", "Marie", |card| {
        card.phones = vec![PhoneLine { word: String::new(), phone: Phone::read("06 39 98 12 35") }];
        card.notes = "Sourde".into();
        card.email = "marie@example.org".into();
    });
    let about = office.message_with(MARTIN, |message| message.contact = Some(second));
    let mut martin = office.signed_in("martin");
    let choose = martin.get("/contacts/1/fusion?q=dupond");
    assert!(choose.attributes("a", "href").contains(&"/contacts/1/fusion/2".to_owned()));
    let compare = martin.get("/contacts/1/fusion/2");
    assert!(compare.text().contains("Dupont") && compare.text().contains("Dupond"));
    let merged = martin.submit(&compare, "/contacts/1/fusion/2", &[("nom", "autre")]);
    assert_eq!(merged.header("location"), Some("/contacts/1?fait=fusion"));
    let again = martin.submit(&compare, "/contacts/1/fusion/2", &[("nom", "autre")]);
    assert_eq!(again.header("location"), Some("/contacts/1?fait=fusion"), "twice is once");
    let card = martin.follow(merged);
    let text = card.text();
    for kept in ["DUPOND Marie", "06 39 98 12 34", "06 39 98 12 35", "Sourde", "marie@example.org", "Créteil"] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    assert!(text.contains(&format!("n° {about}")), "the message follows: {text}");
    assert_eq!(martin.get("/contacts/2").header("location"), Some("/contacts/1"));
    let message = martin.get(&format!("/messages/{about}"));
    assert!(message.attributes("a", "href").contains(&"/contacts/1".to_owned()));

    let parted = martin.submit(&card, "/contacts/2/separation", &[]);
    assert_eq!(parted.status, 303);
    assert!(martin.get("/contacts/1").text().contains("DUPONT Marie"));
    assert!(martin.get("/contacts/2").text().contains(&format!("n° {about}")), "and goes back");
    assert_eq!(martin.post("/contacts/2/separation", &[]).status, 404);
    assert_eq!(first, ContactId(1));
}

#[test]
fn a_merge_of_what_somebody_has_changed_meanwhile_is_shown_again() {
    let office = office();
    card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    card(&office, MARTIN, "Dupond", "Marie", "06 39 98 12 35", "");
    let mut martin = office.signed_in("martin");
    let compare = martin.get("/contacts/1/fusion/2");
    let edit = martin.get("/contacts/2/modification");
    martin.submit(&edit, "/contacts/2/modification", &[("notes", "Allergique")]);
    let told = martin.submit(&compare, "/contacts/1/fusion/2", &[]);
    assert!(told.status == 422 && told.text().contains("modifiée entre-temps") && told.text().contains("Allergique"));
    assert_eq!(martin.submit(&told, "/contacts/1/fusion/2", &[]).status, 303);
}

#[test]
fn the_list_goes_by_name_fifty_a_page_and_the_search_by_page_too() {
    let office = office();
    for number in 0..120 {
        office.contact(MARTIN, &format!("Nom{:03}", 119 - number), "Prénom", |card| card.town = "Créteil".into());
    }
    let mut martin = office.signed_in("martin");
    let first = martin.get("/contacts");
    assert!(first.text().contains("120 fiches"), "{}", first.text());
    assert_eq!(first.count("tbody tr"), 50);
    assert!(first.text().contains("NOM000") && !first.text().contains("NOM050"));
    assert!(martin.get("/contacts?page=3").text().contains("NOM119"));
    let found = martin.get("/contacts/recherche?q=cret&page=3");
    assert!(found.status == 200 && found.text().contains("120 fiches pour « cret »"), "{}", found.text());
    assert_eq!((found.count("tbody tr"), found.count("h1")), (20, 0), "rows alone");
    assert_eq!(office.signed_in("lefevre").get("/contacts?q=nom").count("tbody tr"), 0);
}

#[test]
fn a_message_leads_to_the_card_and_a_card_is_made_from_a_message() {
    let office = office();
    let number = office.message_with(MARTIN, |message| {
        message.kind = permanence::messages::model::Kind::Appointment;
        message.caller.town = "Créteil".into();
    });
    let mut martin = office.signed_in("martin");
    let page = martin.get(&format!("/messages/{number}"));
    let address = format!("/messages/{number}/fiche");
    assert!(page.attributes("a", "href").contains(&address), "« Créer la fiche »");
    let form = martin.get(&address);
    assert_eq!(
        (form.attributes("#nom", "value"), form.attributes("#telephone-1", "value")),
        (vec!["Dupont".to_owned()], vec!["06 39 98 12 34".to_owned()])
    );
    let made = martin.submit(&form, &address, &[("adresse", "5, rue Colette")]);
    assert_eq!(made.header("location"), Some(format!("/messages/{number}").as_str()), "{}", made.text());
    let page = martin.follow(made);
    let links = page.attributes("a", "href");
    assert!(links.contains(&"/contacts/1".to_owned()), "{links:?}");
    assert!(page.text().contains("relié à une fiche contact"));

    // A message that has no address shows the card's, and leads to its map.
    let bare = office.message_with(MARTIN, |message| message.contact = Some(ContactId(1)));
    let page = martin.get(&format!("/messages/{bare}"));
    assert!(page.text().contains("5, rue Colette"), "{}", page.text());
    assert!(page.attributes("a", "href").iter().any(|href| href.contains("openstreetmap") && href.contains("Colette")));

    // The next one is recognised by number, and tied with one click.
    let next = office.message(MARTIN, "Encore moi.");
    let page = martin.get(&format!("/messages/{next}"));
    assert!(page.text().contains("Ce numéro est celui de Mme DUPONT Marie"), "{}", page.text());
    let tied = martin.submit(&page, &format!("/messages/{next}/fiche"), &[("contact", "1")]);
    assert_eq!(tied.status, 303);
    let card = martin.get("/contacts/1").text();
    for message in [number, bare, next] {
        assert!(card.contains(&format!("n° {message} ")), "{message} in {card}");
    }
    assert_eq!(office.signed_in("lefevre").get(&address).status, 404);
}

#[test]
fn a_caller_known_by_number_fills_the_call_form_and_ties_the_message() {
    let office = office();
    office.contact(MARTIN, "Dupont", "Marie", |card| {
        card.civility = "Mme".into();
        card.town = "Créteil".into();
        card.phones = vec![PhoneLine { word: String::new(), phone: Phone::read("06 39 98 12 34") }];
    });
    let mut aline = office.signed_in("aline");
    let desk = aline.get("/standard/abonnes/1?de=%2B33639981234");
    assert!(desk.text().contains("Ce numéro est connu") && desk.text().contains("DUPONT Marie"), "{}", desk.text());
    let known = aline.get("/standard/abonnes/1/contacts/appelant?telephone=0639981234");
    assert_eq!(known.attributes("input[value='1']", "data-ville"), ["Créteil"]);
    assert_eq!(aline.get("/standard/abonnes/1/contacts/appelant?telephone=0639981299").status, 204);
    let take = "/standard/abonnes/1/messages";
    // Without JavaScript the number alone says who it is.
    aline.post(take, &[("telephone", "06 39 98 12 34"), ("texte", "Rappeler.")]);
    let mut martin = office.signed_in("martin");
    let first = martin.get("/messages/1");
    assert!(first.text().contains("Mme DUPONT Marie") && first.text().contains("Créteil"), "{}", first.text());
    assert!(first.attributes("a", "href").contains(&"/contacts/1".to_owned()));
    // Her husband calls from her telephone; and somebody says that it is nobody known.
    aline.post(take, &[("telephone", "06 39 98 12 34"), ("nom", "Durand"), ("texte", "Rappeler.")]);
    aline.post(take, &[("telephone", "06 39 98 12 34"), ("contact", "aucun"), ("texte", "Rappeler.")]);
    for number in [2, 3] {
        let links = martin.get(&format!("/messages/{number}")).attributes("main article a", "href");
        assert!(!links.contains(&"/contacts/1".to_owned()), "{number}: {links:?}");
    }
    // A card of another abonné's is none.
    office.contact(LEFEVRE, "Ailleurs", "", |_| ());
    office.contact(LEFEVRE, "Ailleurs", "Zoé", |_| ());
    aline.post(take, &[("nom", "Neuf"), ("contact", "2"), ("texte", "x")]);
    assert!(!martin.get("/messages/4").html().contains("/contacts/2"));
}

/// Each letter narrows the list without loading the page anew, and Back shows what was found.
#[test]
fn the_list_narrows_while_somebody_types() {
    let office = office();
    card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    card(&office, MARTIN, "Durand", "Luc", "06 39 98 12 35", "Créteil");
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    screen.go(office.address(), "/contacts");
    screen.value("window.witness = true; document.querySelector('#q').focus()");
    screen.write("du ma");
    screen.wait_for("document.querySelectorAll('#fiches tbody tr').length === 1");
    assert!(screen.value("document.querySelector('#fiches').innerText").as_str().unwrap().contains("DUPONT Marie"));
    screen.wait_for("location.search === '?q=du+ma'");
    assert_eq!(screen.value("window.witness"), true);
    assert_eq!(screen.complaints, Vec::<String>::new());
}

#[test]
fn a_double_is_pointed_out_while_the_card_is_typed() {
    let office = office();
    card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "martin", "/messages");
    screen.go(office.address(), "/contacts/nouveau");
    screen.value("document.querySelector('#telephone-1').focus()");
    screen.write("+33 6 39 98 12 34");
    screen.wait_for("document.querySelector('#doublons').innerText.includes('DUPONT Marie')");
    screen.write("5");
    screen.wait_for("document.querySelector('#doublons').innerText === ''");
    assert_eq!(screen.complaints, Vec::<String>::new());
}

/// The caller's number fills what is empty, leaves what was typed, and empties itself for another number.
#[test]
fn a_number_typed_into_the_call_form_brings_the_caller() {
    let office = office();
    card(&office, MARTIN, "Dupont", "Marie", "06 39 98 12 34", "Créteil");
    let mut screen = Screen::open();
    sign_in(&mut screen, &office, "aline", "/standard");
    screen.go(office.address(), "/standard/abonnes/1");
    screen.value("document.querySelector('[name=email]').value = 'autre@example.org'");
    screen.value("document.querySelector('[name=telephone]').focus()");
    screen.write("0639981234");
    let field = |name: &str, value: &str| format!("document.querySelector('[name={name}]').value === '{value}'");
    screen.wait_for(&format!("{} && {}", field("nom", "Dupont"), field("ville", "Créteil")));
    assert_eq!(screen.value(&field("email", "autre@example.org")), true);
    screen.value("document.querySelector('#contact-aucun').click()");
    screen.wait_for(&field("nom", ""));
    screen.value("document.querySelector('#contact-1').click()");
    screen.wait_for(&field("nom", "Dupont"));
    screen.value("document.querySelector('form.call-form button.main').click()");
    screen.wait_for("location.search === '?pris=1'");
    let links = office.signed_in("martin").get("/messages/1").attributes("a", "href");
    assert!(links.contains(&"/contacts/1".to_owned()), "{links:?}");
    assert_eq!(screen.complaints, Vec::<String>::new());
}
