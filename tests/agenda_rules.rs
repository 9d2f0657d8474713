//! The rules of an agenda on screen: the typical week, absences with whom to call, public holidays, dates by hand.

use crate::support::browser::Page;
use crate::support::{MARTIN, Office, office};
use chrono::NaiveDate;
use permanence::agenda::day;
use permanence::agenda::model::{Actor, Minute, NewAppointment};
use permanence::agenda::{appointments, settings};
use permanence::base::Phone;
use permanence::subscribers::{Side, store as subscribers};

/// « 09:00 – 12:00 », the worked stretches of a day.
fn worked(office: &Office, date: &str) -> Vec<String> {
    let date: NaiveDate = date.parse().unwrap();
    let day = office.house().store.read(|tx| {
        let martin = subscribers::subscriber(tx, MARTIN)?.expect("the cast");
        Ok(day::days(tx, &martin, date, 1)?.remove(0))
    });
    let mut stretches: Vec<(Minute, Minute)> = Vec::new();
    for slot in day.unwrap().slots.iter().filter(|slot| slot.opening.is_worked()) {
        match stretches.last_mut() {
            Some(last) if last.1 == slot.start => last.1 = slot.end,
            _ => stretches.push((slot.start, slot.end)),
        }
    }
    stretches.iter().map(|(start, end)| format!("{start} – {end}")).collect()
}

fn book(office: &Office, on: &str, name: &str) {
    let actor = Actor { person: None, name: "La régie", side: Side::Subscriber };
    let new = NewAppointment {
        last_name: name.into(),
        phone: Phone::read("06 39 98 12 34"),
        ..NewAppointment::at(on.parse().unwrap(), Minute::at(9, 0), 15)
    };
    let booked = office.house().store.write(|tx| {
        let martin = subscribers::subscriber(tx, MARTIN)?.expect("the cast");
        appointments::book(tx, &martin, new, actor, office.now())
    });
    booked.expect("it is booked");
}

const MORNING: [(&str, &str); 5] = [
    ("lundi-0-de", "08:30"),
    ("lundi-0-a", "12:00"),
    ("lundi-0-type", "consultation"),
    ("lundi-0-creneau", "20"),
    ("lundi-0-semaines", "toutes"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("valable", "2026-11-30")], &MORNING[..], more].concat()
}

#[test]
fn a_typical_week_is_written_in_a_form_and_counts_from_its_date() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let page = martin.get("/agenda/semaine-type");
    assert!(page.text().contains("Rien n’est encore réglé"), "{}", page.text());
    assert!(page.html().contains("value=\"09:00\""), "the usual week to begin with");
    let pause = [("lundi-1-de", "10:00"), ("lundi-1-a", "10:20"), ("lundi-1-type", "pause"), ("lundi-1-creneau", "20")];
    let page = martin.post("/agenda/semaine-type", &with(&pause));
    let page = martin.follow(page);
    assert!(page.text().contains("La semaine type est enregistrée"), "{}", page.text());
    assert!(page.text().contains("lundi 30 novembre 2026 À venir"), "{}", page.text());
    assert_eq!(worked(&office, "2026-11-23"), ["09:00 – 12:00", "14:00 – 18:00"], "the week before, as ever");
    assert_eq!(worked(&office, "2026-11-30"), ["08:30 – 10:00", "10:20 – 12:00"]);
    assert_eq!(worked(&office, "2026-12-01"), Vec::<String>::new(), "Tuesday has no rows");
    let removed = martin.post("/agenda/semaine-type/suppression", &[("du", "2026-11-30")]);
    assert!(martin.follow(removed).text().contains("supprimée"));
    assert_eq!(worked(&office, "2026-11-30"), ["09:00 – 12:00", "14:00 – 18:00"]);
}

#[test]
fn even_and_odd_weeks_differ() {
    let office = office();
    let mut martin = office.signed_in("martin");
    // ISO week 49 of 2026 begins on 30 November.
    let saturday =
        [("samedi-0-de", "9h"), ("samedi-0-a", "12h30"), ("samedi-0-semaines", "impaires"), ("samedi-0-creneau", "")];
    assert_eq!(martin.post("/agenda/semaine-type", &with(&saturday)).status, 303);
    assert_eq!(worked(&office, "2026-12-05"), ["09:00 – 12:30"]);
    assert_eq!(worked(&office, "2026-12-12"), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_a_week_is_said_at_its_day_and_nothing_typed_is_lost() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let wrong = [
        ("lundi-1-de", "11:00"),
        ("lundi-1-a", "13:00"),
        ("mardi-0-de", "14:00"),
        ("jeudi-0-de", "18:00"),
        ("jeudi-0-a", "14:00"),
        ("vendredi-0-de", "14:00"),
        ("vendredi-0-a", "18:00"),
        ("vendredi-0-creneau", "2"),
    ];
    let page = martin.post("/agenda/semaine-type", &with(&wrong));
    assert_eq!(page.status, 422);
    for sentence in
        ["lundi : 11:00 – 13:00 chevauche 08:30 – 12:00", "jeudi : la fin vient avant le début", "mardi : il manque"]
    {
        assert!(page.text().contains(sentence), "{sentence}: {}", page.text());
    }
    assert!(page.html().contains("value=\"13:00\"") && page.html().contains("href=\"#lundi\""));
    assert_eq!(worked(&office, "2026-11-30"), ["09:00 – 12:00", "14:00 – 18:00"], "nothing was kept");
}

#[test]
fn rows_are_added_and_copied_without_a_script() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let rows = |page: &Page, day: &str| page.count(&format!("#{day} .period"));
    let page = martin.post("/agenda/semaine-type", &with(&[("ajouter", "lundi")]));
    assert_eq!((page.status, rows(&page, "lundi")), (200, 2));
    let page = martin.post("/agenda/semaine-type", &with(&[("copier", "lundi"), ("mardi-0-de", "10:00")]));
    assert_eq!(page.html().matches("value=\"08:30\"").count(), 5, "Monday to Friday");
    assert_eq!(worked(&office, "2026-11-30"), ["09:00 – 12:00", "14:00 – 18:00"], "nothing is kept yet");
}

#[test]
fn an_absence_asks_first_and_names_whom_to_call() {
    let office = office();
    book(&office, "2026-12-02", "Dupont");
    let mut aline = office.signed_in("aline");
    let base = "/standard/abonnes/1/agenda/absences";
    let typed = [("du", "2026-12-01"), ("au", "2026-12-04"), ("raison", "Congés")];
    let page = aline.post(base, &typed);
    assert_eq!(page.status, 422);
    assert!(page.text().contains("1 rendez-vous est pris pendant cette absence"), "{}", page.text());
    assert!(page.text().contains("DUPONT") && page.html().contains("tel:+33639981234"));
    assert_eq!(worked(&office, "2026-12-02").len(), 2, "nothing is written before the answer");
    let page = aline.post(base, &[&typed[..], &[("confirme", "1")]].concat());
    let page = aline.follow(page);
    assert!(page.text().contains("L’absence est enregistrée"), "{}", page.text());
    assert!(page.text().contains("du mardi 1er décembre 2026 au vendredi 4 décembre 2026"), "{}", page.text());
    assert_eq!(worked(&office, "2026-12-02"), Vec::<String>::new());
    let page = aline.get(&format!("{base}/1"));
    assert!(page.text().contains("1 personne à prévenir") && page.text().contains("06 39 98 12 34"));

    let removed = aline.post(&format!("{base}/1/suppression"), &[]);
    let undo = aline.follow(removed);
    assert_eq!(worked(&office, "2026-12-02").len(), 2);
    let token = undo.attributes("input[name=jeton]", "value").remove(0);
    let back = aline.post(&format!("{base}/annulation"), &[("jeton", &token)]);
    assert!(aline.follow(back).text().contains("remis comme avant"));
    assert_eq!(worked(&office, "2026-12-02"), Vec::<String>::new(), "away again");
    assert_eq!(office.signed_in("lefevre").get("/agenda/absences/1").status, 404);
}

#[test]
fn a_public_holiday_is_closed_until_it_is_opened() {
    let office = office();
    let mut martin = office.signed_in("martin");
    assert_eq!(worked(&office, "2026-12-25"), Vec::<String>::new());
    assert!(martin.get("/agenda/reglages").text().contains("vendredi 25 décembre 2026 Noël Fermé"));
    martin.post("/agenda/reglages/dates", &[("date", "2026-12-25"), ("etat", "ouvert")]);
    martin.post("/agenda/reglages/dates", &[("date", "24/12/2026"), ("etat", "ferme")]);
    assert_eq!((worked(&office, "2026-12-25").len(), worked(&office, "2026-12-24").len()), (2, 0));
    let page = martin.get("/agenda/reglages").text();
    assert!(page.contains("Noël Ouvert, à la main") && page.contains("jeudi 24 décembre 2026"), "{page}");
    martin.post("/agenda/reglages/dates", &[("date", "2026-12-24"), ("etat", "regle")]);
    assert_eq!(worked(&office, "2026-12-24").len(), 2);
    assert_eq!(martin.post("/agenda/reglages/dates", &[("date", "hier"), ("etat", "ferme")]).status, 422);
}

#[test]
fn settings_are_kept_and_wrong_ones_said() {
    let office = office();
    let mut martin = office.signed_in("martin");
    let good = [
        ("region", "alsace-moselle"),
        ("forcer", "1"),
        ("affiche-de", "07:00"),
        ("affiche-a", "20:00"),
        ("creneau", "20"),
    ];
    assert_eq!(martin.post("/agenda/reglages", &good).status, 303);
    assert!(martin.get("/agenda/reglages").text().contains("Saint-Étienne"), "26 December, in Alsace alone");
    let kept = office.house().store.read(|tx| {
        let martin = subscribers::subscriber(tx, MARTIN)?.expect("the cast");
        settings::settings(tx, &martin)
    });
    let kept = kept.unwrap();
    assert_eq!((kept.forcing, kept.works_holidays, kept.shown_to), (true, false, Minute::at(20, 0)));
    let wrong = [("region", "atlantide"), ("affiche-de", "20:00"), ("affiche-a", "07:00"), ("creneau", "3")];
    let page = martin.post("/agenda/reglages", &wrong);
    assert_eq!(page.status, 422);
    assert!(page.text().contains("Choisissez l’une des régions") && page.html().contains("value=\"3\""));
}
