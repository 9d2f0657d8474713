//! The administration's screens: abonnés, counters, the journal, an abonné's own journal, « Voir comme ».

use super::data::{self, LONGEST, NOW, ago};
use super::pages::{Pages, administrator, nothing, problems};
use permanence::administration::counters::view::{self as counters, CountersPage, Of};
use permanence::administration::journal::view::{self as journal, JournalLine, JournalPage};
use permanence::administration::subscriber::models;
use permanence::administration::subscriber::view::{
    self as subscriber, ListPage, NewPage, PersonOf, Row, SubscriberPage,
};
use permanence::base::Zone;
use permanence::counters::{Counts, Month};
use permanence::http::Form;
use permanence::subscribers::own_journal::view::{self as own, Line, OwnJournalPage};
use permanence::ui::Frame;
use permanence::ui::paper::Paper;

pub fn pages(pages: &mut Pages) {
    subscribers(pages);
    counted(pages);
    journals(pages);
    removals(pages);
    appearance(pages);
}

fn removals(pages: &mut Pages) {
    use permanence::administration::removal::store::{Download, Removal, Subject};
    use permanence::administration::removal::view::{self as removal, AskPage, CertificatePage, PersonAskPage};
    let (empty, none) = nothing();
    let all = data::subscribers();
    let show = |page: &AskPage<'_>| administrator("Supprimer un abonné", 1).page(&removal::ask(page)).into_string();
    let download = Download { at: ago(3), login: "admin".into() };
    let page = AskPage {
        subscriber: &all[0],
        messages: 1_423,
        persons: vec!["Dr Martin", LONGEST],
        download: Some(&download),
        zone: Zone::PARIS,
        form: &empty,
        problems: &none,
    };
    pages.push(("removal-ask", show(&page)));
    let wrong = problems(&[
        ("nom", "Écrivez le nom de l’abonné en entier : Cabinet Martin."),
        ("sans-telechargement", "Téléchargez d’abord ses données, ou cochez que vous n’en voulez pas."),
    ]);
    let typed = Form::from_iter([("nom", "Martin")]);
    let unsaved =
        AskPage { subscriber: &all[3], persons: Vec::new(), download: None, form: &typed, problems: &wrong, ..page };
    pages.push(("removal-ask-wrong", show(&unsaved)));
    let persons = data::persons();
    let asked = PersonAskPage { person: &persons[1], form: &empty, problems: &none };
    let frame = administrator("Supprimer un compte", 2);
    pages.push(("removal-ask-person", frame.page(&removal::ask_person(&asked)).into_string()));

    let done = Removal {
        number: 3,
        subject: Subject::Subscriber { id: all[3].id, name: all[3].name.clone() },
        asked: ago(9),
        asked_by: ("Dominique Petit".into(), "admin".into()),
        done: Some(ago(8)),
        erased: vec![
            ("comptes".into(), 2),
            ("messages avec leur histoire".into(), 24_310),
            ("fiches contact".into(), 812),
        ],
    };
    let person = Subject::Person { id: persons[1].id, name: LONGEST.into(), login: "aline".into() };
    let begun = Removal { number: 4, subject: person, done: None, erased: Vec::new(), ..done.clone() };
    let show = |removal: &Removal, script: &'static str| {
        let page = CertificatePage { removal, house_name: super::pages::HOUSE, zone: Zone::PARIS };
        let frame = permanence::ui::Frame { scripts: &[script], ..administrator("Certificat d’effacement", 1) };
        frame.page(&removal::certificate(&page)).into_string()
    };
    pages.push(("removal-done", show(&done, "print")));
    pages.push(("removal-begun", show(&begun, "progress")));
    let show = |removals: &[Removal]| {
        let page = removal::ListPage { removals, zone: Zone::PARIS };
        administrator("Suppressions", 1).page(&removal::list(&page)).into_string()
    };
    pages.push(("removals", show(&[begun, done])));
    pages.push(("removals-0", show(&[])));
}

fn subscribers(pages: &mut Pages) {
    let (empty, none) = nothing();
    let all = data::subscribers();
    let row = |place: usize| Row {
        subscriber: &all[place],
        pending: all[place].id.0 * 217,
        archived: 23,
        last_message: (place != 2).then(|| ago(12 * place as i64)),
    };
    let show = |page: &ListPage<'_>| administrator("Abonnés", 1).page(&subscriber::list(page)).into_string();
    let rows = (0..all.len()).map(row).collect();
    let full = ListPage { query: "", rows, total: 212, page: 2, pages: 5 };
    pages.push(("subscribers", show(&full)));
    let nobody = ListPage { query: "", rows: Vec::new(), total: 0, page: 1, pages: 1 };
    pages.push(("subscribers-0", show(&nobody)));
    pages.push(("subscribers-nothing-found", show(&ListPage { query: LONGEST, ..nobody })));

    let choices = models::choices(&all);
    let show = |page: &NewPage<'_>| administrator("Ajouter un abonné", 1).page(&subscriber::new(page)).into_string();
    let form = Form::from_iter([("modele", "medecin"), ("metier", "Médecin"), ("appellation", "patient")]);
    pages.push(("subscriber-new", show(&NewPage { choices: &choices, form: &form, problems: &none })));
    let wrong = problems(&[
        ("nom", "Indiquez le nom de l’abonné, tel qu’on l’annonce au téléphone."),
        ("conservation", "La conservation des archives va de 7 à 365 jours."),
    ]);
    let typed =
        Form::from_iter([("metier", "Médecin"), ("conservation", "3"), ("lignes", "01 40 50 60 70\n01 40 50 60 71")]);
    pages.push(("subscriber-new-wrong", show(&NewPage { choices: &choices, form: &typed, problems: &wrong })));

    let persons = vec![
        PersonOf { login: "martin", name: "Dr Martin", active: true },
        PersonOf { login: "ancienne", name: LONGEST, active: false },
    ];
    let show = |place: usize, persons: Vec<PersonOf<'_>>, may_look: bool| {
        let form = subscriber::form_of(&all[place]);
        let page = SubscriberPage { row: row(place), persons, may_look, form: &form, problems: &none };
        administrator("Abonné", 1).page(&subscriber::subscriber(&page)).into_string()
    };
    pages.push(("subscriber", show(4, persons, true)));
    pages.push(("subscriber-longest", show(3, Vec::new(), false)));
    let page = SubscriberPage { row: row(0), persons: Vec::new(), may_look: true, form: &empty, problems: &wrong };
    pages.push(("subscriber-wrong", administrator("Abonné", 1).page(&subscriber::subscriber(&page)).into_string()));
}

fn counted(pages: &mut Pages) {
    let all = data::subscribers();
    let month: Month = "2026-11".parse().unwrap();
    let months = [("2026-11".to_owned(), "novembre 2026".to_owned()), ("2026-10".into(), "octobre 2026".into())];
    let counts = Counts::of_figures([312, 18, 127, 40, 9, 21, 94, 61]);
    let total = Counts::of_figures([1_560, 90, 635, 200, 45, 105, 470, 305]);
    let rows =
        all.iter().map(|one| counters::Row { name: &one.name, subscriber: Some(one.id), counts: &counts }).collect();
    let show = |page: &CountersPage<'_>| administrator("Compteurs", 3).page(&counters::counters(page)).into_string();
    let page = CountersPage { of: Of::Month(month), months: &months, rows, total: &total };
    pages.push(("counters", show(&page)));
    let nothing = Counts::default();
    pages.push(("counters-0", show(&CountersPage { rows: Vec::new(), total: &nothing, ..page.clone() })));
    let paper = Paper {
        owner: "Secrétariat des Tilleuls",
        what: "Ce qui a été fait en novembre 2026",
        printed: NOW.local(Zone::PARIS),
    };
    pages.push(("print-counters", paper.sheet(&counters::on_paper(&page)).into_string()));
    let rows = months.iter().map(|(_, name)| counters::Row { name, subscriber: None, counts: &counts }).collect();
    pages.push(("counters-subscriber", show(&CountersPage { of: Of::Subscriber(&all[3]), rows, ..page })));
}

fn journals(pages: &mut Pages) {
    let (empty, none) = nothing();
    let line = |minutes: i64, who: &'static str, action: &'static str, about: &'static str, object: &'static str| {
        let from = if who.is_empty() { String::new() } else { "2a01:e0a:123:4560::1f".into() };
        JournalLine { at: ago(minutes), who, action, about, object, from }
    };
    let lines = vec![
        line(1, "martin", "messages archivés", "Cabinet Martin", "3 messages"),
        line(4, "aline", "message pris", LONGEST, "message 412"),
        line(9, "martin", "connexion", "", ""),
        line(421, "", "effacement à l’échéance", "", "1 message"),
    ];
    let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let (actions, persons, subscribers) = (
        [pair("", "Toutes"), pair("connexion", "connexion")],
        [pair("", "Tous"), pair("martin", "martin")],
        [pair("", "Tous"), pair("1", "Cabinet Martin")],
    );
    let query = Form::from_iter([("q", "martin"), ("action", "connexion"), ("du", "2026-11-01")]);
    let page = JournalPage {
        query: &query,
        actions: &actions,
        persons: &persons,
        subscribers: &subscribers,
        problems: &none,
        lines,
        page: 1,
        pages: 12,
        zone: Zone::PARIS,
    };
    let show = |page: &JournalPage<'_>| administrator("Journal", 4).page(&journal::journal(page)).into_string();
    pages.push(("journal", show(&page)));
    let wrong = problems(&[("du", "Cette date n’existe pas ou n’est pas complète ; par exemple 24/11/2026.")]);
    pages.push(("journal-0", show(&JournalPage { lines: Vec::new(), pages: 1, problems: &wrong, ..page.clone() })));
    pages.push(("journal-empty", show(&JournalPage { query: &empty, lines: Vec::new(), pages: 1, ..page })));

    let line = |minutes: i64, who: &'static str, action: &'static str, object: &'static str| Line {
        at: ago(minutes),
        who,
        action,
        object,
    };
    let own_page = OwnJournalPage {
        lines: vec![
            line(3, "admin", "« Voir comme » commencé", ""),
            line(4, "aline", "message pris", "message 412"),
            line(421, "", "effacement à l’échéance", "35 messages"),
        ],
        page: 1,
        pages: 3,
        zone: Zone::PARIS,
        looks: true,
    };
    let show =
        |page: &OwnJournalPage<'_>| super::pages::client("Journal", 65, 9).page(&own::own_journal(page)).into_string();
    pages.push(("own-journal", show(&own_page)));
    let closed = OwnJournalPage { lines: Vec::new(), pages: 1, looks: false, ..own_page.clone() };
    pages.push(("own-journal-0-closed", show(&closed)));
    let frame = permanence::ui::Frame { look: Some(LONGEST), ..super::pages::client("Journal", 65, 9) };
    pages.push(("look", frame.page(&own::own_journal(&own_page)).into_string()));
}

fn appearance(pages: &mut Pages) {
    use permanence::administration::appearance::view::{self as appearance, AppearancePage, Verdict};
    use permanence::house::Closed;
    let (empty, none) = nothing();
    let colours = Form::from_iter([("accent", "#0a5563")]);
    let customs = Form::from_iter([("carte", "osm"), ("conservation", "60")]);
    let page = AppearancePage {
        colours: &colours,
        colour_problems: &none,
        verdict: Verdict { colour: "#0a5563".parse().unwrap(), contrast: 6.9, nearest: None },
        is_tried: false,
        logo: false,
        logo_problem: None,
        customs: (&customs, &none),
        closing: (&empty, &none),
        closed: &[],
    };
    let show = |page: &AppearancePage<'_>| {
        let frame = Frame { sheets: &["house"], ..administrator("Apparence et usages", 0) };
        frame.page(&appearance::appearance(page)).into_string()
    };
    pages.push(("appearance", show(&page)));
    let day = |month, day| data::day(2026, month, day).into();
    let closed = [
        Closed { from: day(12, 25), until: day(12, 25), reason: String::new() },
        Closed { from: day(12, 28), until: day(12, 31), reason: LONGEST.into() },
    ];
    let wrong = problems(&[("couleur", "Cette couleur est trop claire pour être lue.")]);
    let customs_wrong = problems(&[("conservation", "La conservation va de 7 à 365 jours.")]);
    let closing_wrong = problems(&[("du", "Indiquez le premier jour, par exemple 25/12/2026.")]);
    let typed = Form::from_iter([("accent", "autre"), ("couleur", "#ffd400")]);
    let tried = AppearancePage {
        colours: &typed,
        colour_problems: &wrong,
        verdict: Verdict {
            colour: "#ffd400".parse().unwrap(),
            contrast: 1.2,
            nearest: Some("#7a6600".parse().unwrap()),
        },
        is_tried: true,
        logo: true,
        logo_problem: Some("Cette image est abîmée et ne peut pas être lue : choisissez-en une autre."),
        customs: (&customs, &customs_wrong),
        closing: (&empty, &closing_wrong),
        closed: &closed,
    };
    pages.push(("appearance-wrong", show(&tried)));
}
