//! « Agenda » (guide of 2010; product, section 9): the day and the week, one click on a slot, the window, never twice.

use crate::support::browser::{Browser, Page};
use crate::support::{LEFEVRE, MARTIN, Office, office};

/// The last working day of the stage's week: all of it is to come.
const FRIDAY: &str = "2026-11-27";

fn at(office: &Office, who: &str, target: &str) -> (Browser, Page) {
    let mut browser = office.signed_in(who);
    let page = browser.get(target);
    assert_eq!(page.status, 200, "{target}: {}", page.text());
    (browser, page)
}

/// Opens the window of a slot and books somebody there.
fn book(browser: &mut Browser, date: &str, time: &str, fields: &[(&str, &str)]) -> Page {
    let window = browser.get(&format!("/agenda/creneau?date={date}&heure={time}"));
    browser.submit(&window, "/agenda/rendez-vous", fields)
}

/// What the cell of a slot says.
fn slot(page: &Page, date: &str, time: &str) -> String {
    page.all(&format!("td:has([data-slot='{date}T{time}'])")).join(" | ")
}

fn buttons(page: &Page, date: &str, time: &str) -> Vec<String> {
    page.attributes(&format!("button[value='{date}T{time}']"), "name")
}

#[test]
fn it_opens_on_today_by_day_and_says_what_each_slot_is() {
    let office = office();
    let (mut martin, page) = at(&office, "martin", "/agenda");
    assert_eq!(page.all("h1"), ["Mardi 24 novembre 2026"]);
    assert!(page.text().contains("Semaine 48") && page.text().contains("aujourd’hui"));
    // It is ten o’clock: nine is past and bears no icons, a quarter past ten does.
    assert!(slot(&page, "2026-11-24", "09:00").contains("libre"));
    assert!(buttons(&page, "2026-11-24", "09:00").is_empty(), "what is past is past");
    assert!(slot(&page, "2026-11-24", "10:15").contains("libre"));
    assert_eq!(buttons(&page, "2026-11-24", "10:15"), ["bloquer", "fermer"], "a padlock and a bin");
    let names = page.attributes("button[value='2026-11-24T10:15']", "aria-label");
    assert!(names.iter().all(|name| name.contains("10:15")), "screen readers hear which slot: {names:?}");
    // Noon to two is not worked: grey, with the padlock and the arrow.
    assert!(slot(&page, "2026-11-24", "12:30").contains("non travaillé"));
    assert_eq!(buttons(&page, "2026-11-24", "12:30"), ["bloquer", "ouvrir"]);
    assert_eq!(page.all("tr.now th").len(), 1, "a line says where the day stands");
    assert!(page.all("tr.now").concat().contains("maintenant, 10:00"));
    assert_eq!(martin.get(&format!("/agenda?date={FRIDAY}")).count("tr.now"), 0);
    let week = martin.get("/agenda?vue=semaine");
    assert!(week.text().contains("Semaine 48 : du 23/11/2026 au 29/11/2026"));
    assert_eq!(week.count("table.slots thead th"), 8, "the hours and seven days");
    let holiday = martin.get("/agenda?date=2026-12-25");
    assert!(holiday.text().contains("Noël, férié"), "{}", holiday.text());
    let night = martin.get("/agenda?date=2026-11-24&tout=1");
    assert_eq!(slot(&night, "2026-11-24", "03:00"), "03:00 : non travaillé", "any time can be reached");
}

#[test]
fn the_padlock_blocks_at_once_worked_or_not_and_it_can_be_undone() {
    let office = office();
    let (mut martin, _) = at(&office, "martin", "/agenda");
    for (time, before) in [("09:30", "libre"), ("12:30", "non travaillé")] {
        let page = martin.get(&format!("/agenda?date={FRIDAY}"));
        assert!(slot(&page, FRIDAY, time).contains(before));
        let click = format!("{FRIDAY}T{time}");
        let answer = martin.submit(&page, "/agenda/creneaux", &[("bloquer", &click)]);
        assert_eq!(answer.status, 303);
        let page = martin.follow(answer);
        assert!(slot(&page, FRIDAY, time).contains("Rendez-vous pris"), "{}", slot(&page, FRIDAY, time));
        assert!(page.text().contains("créneau bloqué"), "it is said");
        let undone = martin.submit(&page, "/agenda/annulations", &[]);
        let page = martin.follow(undone);
        assert!(slot(&page, FRIDAY, time).contains(before), "as it was: {}", slot(&page, FRIDAY, time));
    }
}

#[test]
fn the_bin_makes_a_free_slot_unworked_and_the_blue_arrow_worked_again() {
    let office = office();
    let (mut martin, page) = at(&office, "martin", &format!("/agenda?date={FRIDAY}"));
    let click = format!("{FRIDAY}T11:45");
    let answer = martin.submit(&page, "/agenda/creneaux", &[("fermer", &click)]);
    let page = martin.follow(answer);
    assert!(slot(&page, FRIDAY, "11:45").contains("non travaillé"));
    assert_eq!(buttons(&page, FRIDAY, "11:45"), ["bloquer", "ouvrir"], "the arrow is in sight");
    let answer = martin.submit(&page, "/agenda/creneaux", &[("ouvrir", &click)]);
    let page = martin.follow(answer);
    assert!(slot(&page, FRIDAY, "11:45").contains("libre"));
    // An old tab presses the bin of a slot that somebody has taken since: nothing is lost.
    office.appointment(MARTIN, FRIDAY, "11:30", 15, "Roux");
    let late = martin.post("/agenda/creneaux", &[("fermer", &format!("{FRIDAY}T11:30"))]);
    assert_eq!(late.status, 409);
    assert!(late.text().contains("Ce créneau vient d’être pris."));
}

#[test]
fn the_window_books_what_shall_show_on_the_agenda() {
    let office = office();
    let (mut martin, window) = at(&office, "martin", &format!("/agenda/creneau?date={FRIDAY}&heure=09:15"));
    assert!(window.text().contains("vendredi 27 novembre 2026 à 09:15"));
    for part in
        ["Rendez-vous", "Paramètres", "Voir la liste des contacts", "Motif", "Durée (minutes)", "Nouveau patient"]
    {
        assert!(window.text().contains(part), "{part}");
    }
    let fields = [
        ("nom", "Dupont"),
        ("prenom", "Marie"),
        ("telephone", "06.39.98.12.34"),
        ("motif", "Certificat <b>&"),
        ("duree", "30"),
        ("nouveau-patient", "1"),
    ];
    let answer = martin.submit(&window, "/agenda/rendez-vous", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = martin.follow(answer);
    let shown = slot(&page, FRIDAY, "09:15");
    for part in ["DUPONT Marie", "Certificat <b>&", "06 39 98 12 34", "Nouveau patient"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let reach = page.attributes(&format!("td:has([data-slot='{FRIDAY}T09:15'])"), "rowspan");
    assert!(reach.is_empty() && slot(&page, FRIDAY, "09:30").is_empty(), "half an hour is one cell: {reach:?}");
    let week = martin.get(&format!("/agenda?date={FRIDAY}&vue=semaine"));
    assert_eq!(week.attributes(&format!("td:has([data-slot='{FRIDAY}T09:15'])"), "rowspan"), ["2"]);
    // The other abonné sees nothing of it.
    assert!(!office.signed_in("lefevre").get(&format!("/agenda?date={FRIDAY}")).text().contains("DUPONT"));
}

#[test]
fn a_form_that_says_nothing_sensible_comes_back_with_what_was_typed() {
    let office = office();
    let (mut martin, window) = at(&office, "martin", &format!("/agenda/creneau?date={FRIDAY}&heure=09:15"));
    let wrong = [("nom", "Dupont"), ("duree", "un quart d’heure"), ("heure", "25:00"), ("date", "demain")];
    let answer = martin.submit(&window, "/agenda/rendez-vous", &wrong);
    assert_eq!(answer.status, 422);
    assert_eq!(answer.attributes("[name=nom]", "value"), ["Dupont"]);
    assert_eq!(answer.count("[aria-invalid=true]"), 3, "{}", answer.text());
    let skipped = book(&mut martin, "2027-03-28", "02:30", &[("nom", "Dupont")]);
    assert_eq!(skipped.status, 422);
    assert!(skipped.text().contains("02:30 n’existe pas ce jour-là"), "{}", skipped.text());
    for target in ["/agenda/creneau", "/agenda/creneau?date=x&heure=y", "/agenda/creneau?date=9999-99-99&heure=09:00"] {
        assert_eq!(martin.get(target).status, 303, "{target} leads to the agenda");
    }
    assert_eq!(martin.get("/agenda?date=262143-12-31&vue=semaine").status, 200);
}

#[test]
fn who_comes_second_loses_nothing_and_is_offered_the_nearest_times() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let mut aline = office.signed_in("aline");
    let target = format!("/agenda/creneau?date={FRIDAY}&heure=10:00");
    let (first, second) = (martin.get(&target), aline.get(&format!("/standard/abonnes/1{target}")));
    assert_eq!(martin.submit(&first, "/agenda/rendez-vous", &[("nom", "Premier")]).status, 303);
    let typed = [("nom", "Second"), ("prenom", "Luc"), ("motif", "Fièvre"), ("note", "Insister")];
    let told = aline.submit(&second, "/standard/abonnes/1/agenda/rendez-vous", &typed);
    assert_eq!(told.status, 409);
    assert!(told.text().contains("Ce créneau vient d’être pris."), "{}", told.text());
    assert!(told.text().contains("PREMIER"), "by whom");
    for (name, value) in &typed[..3] {
        assert_eq!(told.attributes(&format!("[name={name}]"), "value"), [*value], "{name} is still there");
    }
    assert!(told.html().contains("Insister"));
    assert!(!told.text().contains("Forcer le rendez-vous"), "the abonné has not allowed it");
    let nearest = told.attributes("button[name=vers]", "value");
    assert!(
        nearest.contains(&format!("{FRIDAY}T09:45")) && nearest.contains(&format!("{FRIDAY}T10:15")),
        "{nearest:?}"
    );
    let answer = aline.submit(&told, "/standard/abonnes/1/agenda/rendez-vous", &[("vers", &format!("{FRIDAY}T10:15"))]);
    assert_eq!(answer.status, 303, "one click: {}", answer.text());
    let page = martin.get(&format!("/agenda?date={FRIDAY}"));
    assert!(slot(&page, FRIDAY, "10:00").contains("PREMIER") && slot(&page, FRIDAY, "10:15").contains("SECOND Luc"));
    // What a secretary books makes a message, and the message leads to the slot.
    let messages = martin.get("/messages");
    assert!(messages.text().contains("SECOND Luc") && !messages.text().contains("PREMIER"), "{}", messages.text());
    let link = messages.attributes("a[href^='/agenda/rendez-vous/']", "href").concat();
    assert!(martin.get(&link).text().contains("vendredi 27 novembre 2026 à 10:15"));
}

#[test]
fn where_the_abonne_allows_it_an_appointment_is_forced_over_another() {
    let office = office();
    office.appointment(MARTIN, FRIDAY, "10:00", 15, "Roux");
    office.allow_forcing(MARTIN);
    let mut martin = office.signed_in("martin");
    let told = book(&mut martin, FRIDAY, "09:45", &[("nom", "Urgence"), ("duree", "30")]);
    assert_eq!(told.status, 409);
    assert!(told.text().contains("Forcer le rendez-vous"), "{}", told.text());
    let answer = martin.submit(&told, "/agenda/rendez-vous", &[("forcer", "1")]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = martin.follow(answer);
    let shown = slot(&page, FRIDAY, "09:45");
    assert!(shown.contains("URGENCE") && shown.contains("ROUX Paul") && shown.contains("forcé"), "{shown}");
}

#[test]
fn an_absence_over_the_time_is_said_before_anything_is_written() {
    let office = office();
    office.absence(MARTIN, FRIDAY);
    let (mut martin, page) = at(&office, "martin", &format!("/agenda?date={FRIDAY}"));
    assert!(page.text().contains("Absence : Congés"), "{}", page.text());
    let told = book(&mut martin, FRIDAY, "10:00", &[("nom", "Dupont")]);
    assert_eq!(told.status, 409);
    assert!(told.text().contains("Une absence couvre ce créneau"), "{}", told.text());
    let answer = martin.submit(&told, "/agenda/rendez-vous", &[("averti", "1")]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = martin.follow(answer);
    assert!(slot(&page, FRIDAY, "10:00").contains("DUPONT"));
}

#[test]
fn a_form_sent_twice_books_once() {
    let office = office();
    let (mut martin, window) = at(&office, "martin", &format!("/agenda/creneau?date={FRIDAY}&heure=10:00"));
    let first = martin.submit(&window, "/agenda/rendez-vous", &[("nom", "Dupont"), ("fiche", "1")]);
    let again = martin.submit(&window, "/agenda/rendez-vous", &[("nom", "Dupont"), ("fiche", "1")]);
    assert_eq!((first.status, first.header("location")), (303, again.header("location")), "answered as the first time");
    assert_eq!(martin.get("/agenda/contacts?q=dupont").count("li"), 1, "one card, not two");
}

#[test]
fn the_list_of_contacts_gives_a_card_and_keeps_what_was_typed() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let made = book(
        &mut martin,
        FRIDAY,
        "09:00",
        &[("nom", "Lefèvre-Œuvrard"), ("prenom", "Noé"), ("telephone", "0639980043"), ("fiche", "1")],
    );
    assert_eq!(made.status, 303);
    let list = book(&mut martin, FRIDAY, "09:15", &[("motif", "Suivi"), ("etape", "contacts")]);
    assert!(list.text().contains("LEFÈVRE-ŒUVRARD Noé") && list.text().contains("Sélectionner"));
    let found = martin.submit(&list, "/agenda/rendez-vous", &[("etape", "contacts"), ("recherche", "noe lef")]);
    assert_eq!(found.count("button[name=choisi]"), 1);
    let none = martin.submit(&list, "/agenda/rendez-vous", &[("etape", "contacts"), ("recherche", "xyz")]);
    assert!(none.text().contains("Aucun contact ne correspond à « xyz »."), "{}", none.text());
    let card = found.attributes("button[name=choisi]", "value").concat();
    let window = martin.submit(&found, "/agenda/rendez-vous", &[("choisi", &card)]);
    assert_eq!(window.attributes("[name=nom]", "value"), ["Lefèvre-Œuvrard"]);
    assert_eq!(window.attributes("[name=motif]", "value"), ["Suivi"], "typed before");
    let answer = martin.submit(&window, "/agenda/rendez-vous", &[]);
    let page = martin.follow(answer);
    assert!(slot(&page, FRIDAY, "09:15").contains("LEFÈVRE-ŒUVRARD Noé"));
    // A number of a card that this abonné does not have is no card.
    let foreign = book(&mut martin, FRIDAY, "09:30", &[("nom", "X"), ("choisi", "99")]);
    assert_eq!(foreign.status, 404);
}

#[test]
fn an_appointment_moves_to_any_day_and_its_history_stays_with_it() {
    let office = office();
    let id = office.appointment(MARTIN, FRIDAY, "09:00", 30, "Roux");
    let (mut martin, window) = at(&office, "martin", &format!("/agenda/rendez-vous/{id}"));
    let link = window.attributes("a[href*=deplacer]", "href").concat();
    let page = martin.get(&link);
    assert!(page.text().contains("Choisissez le nouveau créneau de ROUX Paul"), "{}", page.text());
    let action = format!("/agenda/rendez-vous/{id}/deplacement");
    // Another week, by the links of the page.
    let next = martin.get(&format!("/agenda?date=2026-12-02&deplacer={id}"));
    let answer = martin.submit(&next, &action, &[("vers", "2026-12-02T14:15")]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = martin.follow(answer);
    assert!(slot(&page, "2026-12-02", "14:15").contains("ROUX Paul"));
    assert!(martin.get(&format!("/agenda?date={FRIDAY}")).text().contains("aucun rendez-vous"));
    let window = martin.get(&format!("/agenda/rendez-vous/{id}"));
    let text = window.text();
    assert!(text.contains("rendez-vous déplacé : ROUX Paul par Dr Martin"), "{text}");
    assert!(text.contains("vendredi 27 novembre 2026 à 09:00 → mercredi 2 décembre 2026 à 14:15"), "before and after");
    assert!(
        martin.get(&format!("/agenda/historique?date={FRIDAY}")).text().contains("rendez-vous déplacé : ROUX Paul")
    );
    // Onto somebody else: told, with times nearby.
    office.appointment(MARTIN, "2026-12-02", "16:00", 15, "Petit");
    let told = martin.post(&action, &[("vers", "2026-12-02T15:45"), ("date", "2026-12-02")]);
    assert_eq!(told.status, 409);
    assert!(told.text().contains("Ce créneau vient d’être pris.") && told.count("button[name=vers]") > 1);
}

#[test]
fn cancelling_asks_first_frees_the_time_and_can_be_undone() {
    let office = office();
    let id = office.appointment(MARTIN, FRIDAY, "09:00", 15, "Roux");
    let (mut martin, page) = at(&office, "martin", &format!("/agenda?date={FRIDAY}"));
    let bin = page.attributes("a[data-cancel]", "href").concat();
    let asked = martin.get(&bin);
    assert!(
        asked.text().contains("ROUX Paul") && asked.text().contains("vendredi 27 novembre 2026 à 09:00"),
        "it names it"
    );
    assert!(slot(&martin.get(&format!("/agenda?date={FRIDAY}")), FRIDAY, "09:00").contains("ROUX"), "not yet");
    let answer = martin.submit(&asked, &format!("/agenda/rendez-vous/{id}/annulation"), &[]);
    let page = martin.follow(answer);
    assert!(slot(&page, FRIDAY, "09:00").contains("libre"));
    let gone = martin.get(&format!("/agenda/rendez-vous/{id}"));
    assert!(gone.text().contains("rendez-vous annulé"), "an old link says what became of it: {}", gone.text());
    let undone = martin.submit(&page, "/agenda/annulations", &[]);
    let back = martin.follow(undone);
    assert!(slot(&back, FRIDAY, "09:00").contains("ROUX Paul"));
}

#[test]
fn a_repetition_shows_each_conflict_before_anything_is_written() {
    let office = office();
    office.appointment(MARTIN, "2026-12-04", "09:00", 15, "Roux");
    let mut martin = office.signed_in("martin");
    let fields = [("nom", "Chaque"), ("prenom", "Vendredi"), ("rythme", "semaine"), ("fois", "6")];
    let shown = book(&mut martin, FRIDAY, "09:00", &fields);
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert_eq!(shown.count("input[name=occurrence]"), 6);
    assert!(shown.text().contains("pris : ROUX Paul"), "{}", shown.text());
    assert!(shown.text().contains("jour férié : Noël") && shown.text().contains("jour férié : Jour de l’an"));
    assert!(!martin.get(&format!("/agenda?date={FRIDAY}")).text().contains("CHAQUE"), "nothing is written yet");
    let answer = martin.submit(&shown, "/agenda/rendez-vous", &[("etape", "serie")]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    for (date, booked) in [(FRIDAY, true), ("2026-12-04", false), ("2026-12-11", true), ("2026-12-25", false)] {
        let there = martin.get(&format!("/agenda?date={date}")).text().contains("CHAQUE Vendredi");
        assert_eq!(there, booked, "{date}");
    }
}

#[test]
fn the_settings_of_a_slot_hold_for_one_day_or_for_all_such_weekdays() {
    let office = office();
    let (mut martin, window) = at(&office, "martin", &format!("/agenda/creneau?date={FRIDAY}&heure=14:00"));
    let fields =
        [("ouverture", "visite"), ("de", "14:00"), ("a", "16:00"), ("duree-creneau", "30"), ("portee", "toujours")];
    let answer = martin.submit(&window, "/agenda/creneau", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    for date in [FRIDAY, "2026-12-04"] {
        let page = martin.get(&format!("/agenda?date={date}"));
        assert!(slot(&page, date, "14:30").contains("visite"), "{date}");
        assert_eq!(slot(&page, date, "14:15"), "", "slots of half an hour");
    }
    assert!(
        slot(&martin.get("/agenda?date=2026-11-26"), "2026-11-26", "14:30").contains("libre"),
        "Thursday is as ever"
    );
    let wrong = martin.submit(&window, "/agenda/creneau", &[("de", "16:00"), ("a", "14:00"), ("ouverture", "visite")]);
    assert_eq!(wrong.status, 422);
    let until = martin.submit(&window, "/agenda/creneau", &[("ouverture", "visite"), ("portee", "jusqu-au")]);
    assert_eq!(until.status, 422);
    assert!(until.text().contains("Indiquez jusqu’à quelle date."));
}

#[test]
fn an_open_window_shows_to_others_and_learns_that_its_slot_was_taken() {
    let office = office();
    let (mut aline, window) =
        at(&office, "aline", &format!("/standard/abonnes/1/agenda/creneau?date={FRIDAY}&heure=09:00"));
    let state = window.attributes("slot-watch", "data-href").concat();
    let (mut martin, page) = at(&office, "martin", &format!("/agenda?date={FRIDAY}"));
    assert!(slot(&page, FRIDAY, "09:00").contains("en cours de saisie par Aline"), "{}", slot(&page, FRIDAY, "09:00"));
    assert!(!aline.get(&format!("/standard/abonnes/1/agenda?date={FRIDAY}")).text().contains("en cours de saisie"));
    assert_eq!(aline.get(&state).status, 200);
    book(&mut martin, FRIDAY, "09:00", &[("nom", "Rapide")]);
    assert!(aline.get(&state).html().contains("Ce créneau vient d’être pris."));
    // Two minutes without a sign, and it is gone.
    office.let_pass_s(121);
    let (_, page) = at(&office, "basile", &format!("/standard/abonnes/1/agenda?date={FRIDAY}"));
    assert!(!page.text().contains("en cours de saisie"));
}

#[test]
fn the_page_asks_whether_anything_changed() {
    let office = office();
    let (mut martin, page) = at(&office, "martin", "/agenda");
    let version = page.attributes("[data-live-state]", "data-version").concat();
    let state = format!("/agenda/etat?depuis={version}");
    assert_eq!(martin.get(&state).status, 204);
    office.appointment(LEFEVRE, FRIDAY, "09:00", 15, "Roux");
    assert_eq!(martin.get(&state).status, 204, "what happens at another abonné’s is no news");
    office.appointment(MARTIN, FRIDAY, "09:00", 15, "Roux");
    assert_eq!(martin.get(&state).status, 200);
}

#[test]
fn free_times_and_appointments_are_found_and_lead_on() {
    let office = office();
    office.appointment(MARTIN, "2026-11-20", "09:00", 15, "Lefèvre");
    office.appointment(MARTIN, FRIDAY, "09:00", 15, "Lefèvre");
    let (mut martin, page) =
        at(&office, "martin", &format!("/agenda/libres?duree=45&type=consultation&du={FRIDAY}&moment=apres-midi"));
    let first = page.attributes(".free-days a.button", "href").remove(0);
    assert!(first.contains(&format!("date={FRIDAY}&heure=14:00&duree=45")), "{first}");
    let window = martin.get(&first);
    assert_eq!(window.attributes("[name=duree]", "value"), ["45"]);
    assert_eq!(martin.submit(&window, "/agenda/rendez-vous", &[("nom", "Trouvé")]).status, 303);
    assert_eq!(martin.get("/agenda/libres?duree=abc").status, 422);
    for query in ["lefevre", "06.39.98.77.77", "LEF%C3%88VRE"] {
        let found = martin.get(&format!("/agenda/recherche?q={query}"));
        let text = found.text();
        assert!(text.contains("À venir") && text.contains("Passés"), "{query}: {text}");
        assert_eq!(found.count("ul.appointments li"), 2, "{query}");
    }
    assert!(martin.get("/agenda/recherche?q=personne").text().contains("Aucun rendez-vous pour « personne »."));
    let none = office.signed_in("lefevre").get("/agenda/recherche?q=lefevre");
    assert_eq!(none.count("ul.appointments li"), 0, "another abonné finds nothing of it");
}

#[test]
fn a_full_week_stays_under_thirty_kilobytes() {
    use std::io::Read;
    let office = office();
    for day in 24..=27 {
        for quarter in 0..28 {
            let minute = if quarter < 12 { 540 + quarter * 15 } else { 840 + (quarter - 12) * 15 };
            let time = format!("{:02}:{:02}", minute / 60, minute % 60);
            let name = format!("Patronyme-{}-{}", day * 7 % 11, quarter * 31 % 97);
            office.appointment(MARTIN, &format!("2026-11-{day}"), &time, 15, &name);
        }
    }
    let mut martin = office.signed_in("martin");
    let page = martin.get_with(&format!("/agenda?date={FRIDAY}&vue=semaine"), &[("Accept-Encoding", "gzip")]);
    assert_eq!(page.header("content-encoding"), Some("gzip"));
    assert!(page.bytes.len() <= 30_000, "{} bytes", page.bytes.len());
    let mut html = String::new();
    flate2::read::GzDecoder::new(&page.bytes[..]).read_to_string(&mut html).unwrap();
    assert!(html.matches("PATRONYME").count() >= 4 * 28, "all of them");
}

#[test]
fn a_card_shows_its_appointments_and_leads_to_a_new_one() {
    let office = office();
    let mut martin = office.signed_in("martin");
    for (date, motif) in [("2026-11-24", "Ce matin"), (FRIDAY, "Contrôle")] {
        let typed = [("nom", "Dupont"), ("prenom", "Marie"), ("motif", motif), ("fiche", "1")];
        let known = [("nom", "Dupont"), ("prenom", "Marie"), ("motif", motif), ("contact", "1")];
        let fields: &[_] = if motif == "Ce matin" { &typed } else { &known };
        assert_eq!(book(&mut martin, date, "09:00", fields).status, 303);
    }
    let card = martin.get("/contacts/1");
    let text = card.text();
    assert!(text.contains("À venir vendredi 27 novembre 2026 à 09:00 : DUPONT Marie Contrôle"), "{text}");
    assert!(text.contains("Passés mardi 24 novembre 2026 à 09:00"), "{text}");
    let link = card.attributes("a[href^='/agenda/libres']", "href").concat();
    let times = martin.get(&link);
    assert!(times.text().contains("Pour DUPONT Marie"), "{}", times.text());
    let first = times.attributes(".free-days a.button", "href").remove(0);
    assert_eq!(martin.get(&first).attributes("[name=nom]", "value"), ["Dupont"], "the window knows who it is for");
    assert_eq!(office.signed_in("lefevre").get(&format!("{first}&contact=1")).attributes("[name=nom]", "value"), [""]);
}
