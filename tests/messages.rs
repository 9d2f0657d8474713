//! « Vos messages » and « Vos archives » (guide of 2010; product, sections 4 and 5).

use crate::support::{LEFEVRE, MARTIN, office};
use permanence::messages::model::{AppointmentNote, Kind};

#[test]
fn the_sentence_agrees_with_the_number() {
    let office = office();
    let mut martin = office.signed_in("martin");
    assert!(martin.get("/messages").text().contains("Aucun message en attente"));
    assert!(martin.get("/archives").text().contains("Aucun message archivé"));
    office.message(MARTIN, "Un seul.");
    assert!(martin.get("/messages").text().contains("Vous avez 1 message"));
    office.messages(MARTIN, 64);
    assert!(martin.get("/messages").text().contains("Vous avez 65 messages"));
    assert!(office.signed_in("lefevre").get("/messages").text().contains("Aucun message en attente"));
}

#[test]
fn fifty_a_page_newest_first_with_page_numbers_above_and_below() {
    let office = office();
    office.messages(MARTIN, 120);
    let mut martin = office.signed_in("martin");
    for (page, first, last, rows) in [(1, 120, 71, 50), (2, 70, 21, 50), (3, 20, 1, 20)] {
        let seen = martin.get(&format!("/messages?page={page}"));
        assert_eq!(seen.count("input[name=message]"), rows);
        let numbers: Vec<String> = seen.attributes("input[name=message]", "value");
        assert_eq!((numbers[0].clone(), numbers[rows - 1].clone()), (first.to_string(), last.to_string()));
        for place in ["haut", "bas"] {
            let links = seen.attributes(&format!("nav[aria-label*='{place}'] a"), "href");
            for other in (1..=3).filter(|other| *other != page) {
                assert!(
                    links.contains(&format!("?page={other}")),
                    "page {other} in the links at the {place}: {links:?}"
                );
            }
        }
    }
    assert_eq!(
        martin.get("/messages?page=99").attributes("input[name=message]", "value").len(),
        20,
        "beyond the last is the last"
    );
    for nonsense in ["0", "-1", "abc", "99999999999999999999"] {
        assert_eq!(martin.get(&format!("/messages?page={nonsense}")).status, 200, "{nonsense}");
    }
}

#[test]
fn urgent_messages_are_marked_and_gathered_on_top() {
    let office = office();
    office.message_with(MARTIN, |message| {
        message.urgent = true;
        message.text = "Douleur dans la poitrine.".into();
    });
    office.let_pass_s(3600);
    office.messages(MARTIN, 60);
    let seen = office.signed_in("martin").get("/messages");
    assert_eq!(seen.attributes("input[name=message]", "value")[0], "1");
    assert!(seen.text().contains("Urgent"), "by word, not by colour alone");
    assert_eq!(office.signed_in("martin").get("/messages?page=2").text().matches("Douleur").count(), 0);
}

#[test]
fn a_row_says_all_that_was_noted() {
    let office = office();
    office.message_with(MARTIN, |message| {
        message.kind = Kind::Appointment;
        message.caller.address = "5, rue Colette".into();
        message.caller.postal_code = "92917".into();
        message.caller.town = "Godard".into();
        message.caller.email = "marie@example.org".into();
        message.subject = "Ordonnance".into();
        message.text = "Ligne une.\nLigne deux : <b>pas gras</b> & « guillemets ».".into();
        message.appointment = Some(AppointmentNote {
            day: Some(chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap().into()),
            minute: Some(9 * 60 + 15),
            reason: "Certificat".into(),
            new_patient: true,
        });
    });
    let seen = office.signed_in("martin").get("/messages");
    let text = seen.text();
    for expected in [
        "Rendez-vous",
        "DUPONT Marie",
        "5, rue Colette",
        "92917 Godard",
        "marie@example.org",
        "Ordonnance",
        "Ligne deux : <b>pas gras</b> & « guillemets ».",
        "mardi 1er décembre 2026",
        "09:15",
        "Certificat",
        "Aline",
        "24/11/2026",
        "10:00",
        "06 39 98 12 34",
    ] {
        assert!(text.contains(expected), "{expected} in: {text}");
    }
    assert!(text.to_lowercase().contains("nouveau patient"));
    let links = seen.attributes("a", "href");
    assert!(links.contains(&"tel:+33639981234".to_owned()), "{links:?}");
    assert!(
        links.iter().any(|href| href.starts_with("https://www.openstreetmap.org/search?query=5%2C%20rue%20Colette"))
    );
    let plan = seen.attributes("a[href^='https://www.openstreetmap.org']", "rel").concat();
    assert!(plan.contains("noreferrer") && plan.contains("noopener"), "{plan}");
}

#[test]
fn ticked_messages_are_archived_and_it_can_be_undone() {
    let office = office();
    office.messages(MARTIN, 5);
    let mut martin = office.signed_in("martin");
    let page = martin.get("/messages");
    let answer = martin.submit(&page, "/messages/archivage", &[("message", "2"), ("message", "4")]);
    assert_eq!(answer.status, 303);
    let after = martin.follow(answer);
    assert!(after.text().contains("2 messages archivés"), "{}", after.text());
    assert!(after.text().contains("Vous avez 3 messages"));
    assert_eq!(after.attributes("input[name=message]:not([type=hidden])", "value"), ["5", "3", "1"]);
    assert!(martin.get("/archives").text().contains("Vous avez 2 messages archivés"));

    let undone = martin.submit(&after, "/messages/remise-en-attente", &[]);
    assert_eq!(undone.status, 303);
    assert!(martin.get("/messages").text().contains("Vous avez 5 messages"));
    assert!(martin.get("/archives").text().contains("Aucun message archivé"));
}

#[test]
fn archiving_nothing_says_so() {
    let office = office();
    office.messages(MARTIN, 2);
    let mut martin = office.signed_in("martin");
    let page = martin.get("/messages");
    let answer = martin.submit(&page, "/messages/archivage", &[]);
    let seen = martin.follow(answer);
    assert!(seen.text().contains("Cochez"), "{}", seen.text());
    assert!(seen.text().contains("Vous avez 2 messages"));
}

#[test]
fn all_boxes_can_be_ticked_without_javascript() {
    let office = office();
    office.messages(MARTIN, 3);
    let seen = office.signed_in("martin").get("/messages?cocher=tout");
    assert_eq!(seen.count("input[name=message][checked]"), 3);
    assert!(seen.text().contains("Cocher/Décocher Tout"));
    assert!(seen.text().contains("Archiver les messages cochés"));
}

#[test]
fn archives_say_when_they_end_and_can_wait_again() {
    let office = office();
    office.messages(MARTIN, 1);
    let mut martin = office.signed_in("martin");
    martin.post("/messages/archivage", &[("message", "1")]);
    let archives = martin.get("/archives");
    // Archived on 24 November at 10:00: sixty whole days end on 23 January at 10:00, the next night is the 24th's.
    assert!(archives.text().contains("Sera supprimé le dimanche 24 janvier 2027"), "{}", archives.text());
    assert!(archives.text().contains("Remettre en attente"));
    let action = archives.attributes("button[formaction]", "formaction")[0].clone();
    let back = martin.post(&action, &[("page", "1")]);
    assert_eq!((back.status, back.header("location")), (303, Some("/archives?page=1")));
    assert!(martin.get("/messages").text().contains("Vous avez 1 message"));
    let history = martin.get("/messages/1").text();
    for step in ["pris", "archivé", "remis en attente"] {
        assert!(history.contains(step), "{step}: {history}");
    }
}

#[test]
fn reading_is_recorded_once_when_the_abonne_is_shown_the_row() {
    let office = office();
    office.messages(MARTIN, 1);
    let mut aline = office.signed_in("aline");
    aline.get("/standard/abonnes/1/messages");
    assert!(
        !aline.get("/standard/abonnes/1/messages/1").text().contains("lu "),
        "a secretary's look is not the abonné's"
    );
    office.let_pass_s(60);
    let mut martin = office.signed_in("martin");
    martin.get("/messages");
    office.let_pass_s(3600);
    martin.get("/messages");
    let history = aline.get("/standard/abonnes/1/messages/1").text();
    assert!(history.contains("Dr Martin"), "{history}");
    assert!(history.contains("10:01") && !history.contains("11:01"), "once: {history}");
}

#[test]
fn an_answer_reaches_the_switchboard_until_it_is_dealt_with() {
    let office = office();
    office.messages(MARTIN, 1);
    let mut martin = office.signed_in("martin");
    let page = martin.get("/messages/1");
    assert!(page.text().contains("Répondre au secrétariat"));
    let empty = martin.submit(&page, "/messages/1/reponses", &[("reponse", "   ")]);
    assert_eq!(empty.status, 422);
    let sent = martin.submit(&page, "/messages/1/reponses", &[("reponse", "Dites-lui de venir à 18 h.")]);
    assert_eq!(sent.status, 303);
    assert!(martin.follow(sent).text().contains("Dites-lui de venir à 18 h."));

    let mut aline = office.signed_in("aline");
    assert!(aline.get("/standard").text().contains("Cabinet Martin"));
    let links = aline.get("/standard").attributes("a", "href");
    assert!(links.contains(&"/standard/abonnes/1/messages/1".to_owned()), "{links:?}");
    let page = aline.get("/standard/abonnes/1/messages/1");
    assert!(page.text().contains("Dites-lui de venir à 18 h."));
    let done = aline.submit(&page, "/standard/abonnes/1/messages/1/reponses/traitement", &[]);
    assert_eq!(done.status, 303);
    let links = aline.get("/standard").attributes("a", "href");
    assert!(!links.contains(&"/standard/abonnes/1/messages/1".to_owned()), "it waits no more: {links:?}");
}

#[test]
fn search_finds_any_words_and_any_notation_of_a_phone() {
    let office = office();
    office.message_with(MARTIN, |message| {
        message.caller.last_name = "Lefèvre-Œuvrard".into();
        message.caller.first_name = "Noé".into();
        message.text = "Rappeler au 01 99 00 11 22 après l’école.".into();
    });
    office.message(MARTIN, "Autre chose.");
    let mut martin = office.signed_in("martin");
    martin.post("/messages/archivage", &[("message", "1")]);
    for (query, found) in [
        ("lefevre", 1),
        ("OEUVRARD noe", 1),
        ("lefev ecol", 1),
        ("06 39 98 12 34", 2),
        ("+33639981234", 2),
        ("06.39.98", 2),
        ("0199001122", 1),
        ("+33 1 99 00 11 22", 1),
        ("lefevre chose", 0),
        ("introuvable", 0),
    ] {
        let encoded = permanence::http::form::encode(query);
        let seen = martin.get(&format!("/messages?q={encoded}"));
        assert_eq!(seen.status, 200);
        let rows = seen
            .attributes("a", "href")
            .into_iter()
            .filter(|href| href.strip_prefix("/messages/").is_some_and(|rest| rest.parse::<u64>().is_ok()));
        let mut rows: Vec<String> = rows.collect();
        rows.sort();
        rows.dedup();
        assert_eq!(rows.len(), found, "« {query} »: {rows:?}");
    }
    let by_number = martin.get("/messages?q=n%C2%B0+2").attributes("a", "href");
    assert!(by_number.contains(&"/messages/2".to_owned()), "a message is found by its number: {by_number:?}");
    let lefevre = office.signed_in("lefevre").get("/messages?q=lefevre");
    assert!(!lefevre.text().contains("école"), "another abonné's messages are not there");
}

#[test]
fn the_printable_version_has_the_messages_and_no_menus() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut martin = office.signed_in("martin");
    let page = martin.get("/messages");
    assert!(page.text().contains("Version imprimable"));
    let printed = martin.get("/messages/imprimable");
    assert_eq!(printed.status, 200);
    assert!(printed.text().contains("Appel numéro 3.") && printed.text().contains("Cabinet Martin"));
    assert!(!printed.text().contains("Déconnexion") && printed.count("input[name=message]") == 0);
    martin.post("/messages/archivage", &[("message", "2")]);
    let printed = martin.get("/archives/imprimable");
    assert!(printed.text().contains("Appel numéro 2.") && !printed.text().contains("Appel numéro 3."));
}

#[test]
fn a_page_that_has_not_changed_comes_the_same_and_a_changed_one_at_once() {
    let office = office();
    office.messages(MARTIN, 3);
    let mut martin = office.signed_in("martin");
    let gzip = [("Accept-Encoding", "gzip")];
    let new = martin.get_with("/messages", &gzip);
    assert_eq!((new.header("content-encoding"), new.header("vary")), (Some("gzip"), Some("Accept-Encoding")));
    let read = martin.get_with("/messages", &gzip);
    assert_ne!(new.bytes, read.bytes, "what was new is new once");
    assert_eq!(martin.get_with("/messages", &gzip).bytes, read.bytes);
    office.message(MARTIN, "Un de plus.");
    assert_ne!(martin.get_with("/messages", &gzip).bytes, read.bytes);
    let mut double = office.signed_in("double");
    assert_ne!(
        double.get_with("/messages", &gzip).bytes,
        martin.get_with("/messages", &gzip).bytes,
        "nobody sees another's page"
    );
}

#[test]
fn an_open_page_learns_of_news_at_once() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let page = martin.get("/messages");
    let version = page.attributes("[data-live-state]", "data-version")[0].clone();
    let state = page.attributes("[data-live-state]", "data-live-state")[0].clone();
    assert_eq!(state, "/messages/etat");
    assert_eq!(martin.get(&format!("{state}?depuis={version}")).status, 204);
    office.message(LEFEVRE, "Pour un autre.");
    assert_eq!(martin.get(&format!("{state}?depuis={version}")).status, 204, "another abonné's call is no news");
    office.message_with(MARTIN, |message| message.urgent = true);
    let news = martin.get(&format!("{state}?depuis={version}"));
    assert_eq!((news.status, news.header("content-type")), (200, Some("application/json")));
    let json = news.html();
    assert!(json.contains("\"pending\":1") && json.contains("\"urgent\":1"), "{json}");
    let title = martin.get("/messages").all("title")[0].clone();
    assert!(title.starts_with("(1)"), "{title}");
}

#[test]
fn a_client_of_two_abonnes_chooses_between_them() {
    let office = office();
    office.message(MARTIN, "Pour le cabinet.");
    office.message(LEFEVRE, "Pour le barreau.");
    let mut double = office.signed_in("double");
    assert!(double.get("/messages").text().contains("Pour le cabinet."));
    let page = double.get("/messages");
    let chosen = double.submit(&page, "/abonne", &[("abonne", "2")]);
    assert_eq!(chosen.status, 303);
    let seen = double.get("/messages").text();
    assert!(seen.contains("Pour le barreau.") && !seen.contains("Pour le cabinet."));
    assert_eq!(double.post("/abonne", &[("abonne", "3")]).status, 404);
    assert_eq!(office.signed_in("martin").post("/abonne", &[("abonne", "2")]).status, 404);
}
