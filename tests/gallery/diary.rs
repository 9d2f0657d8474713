//! The agenda in its states: mixed, empty, full, moving, taken, absent, repeated, on paper.

use super::data::{LONGEST, NOW, ago, day};
use super::pages::{Pages, client, nothing, problems};
use permanence::agenda::model::{Appointment, FreeTime, Kind, Minute, NewAppointment};
use permanence::agenda::reminding::view::Told;
use permanence::agenda::view::{self, *};
use permanence::base::{AppointmentId, ContactId, MessageNumber, Phone, Zone};
use permanence::http::Form;
use permanence::ui::frame::sheet;
use permanence::ui::paper::Paper;

fn appointment(id: u64, (hour, minute): (u16, u16), minutes: u16, last: &str, first: &str) -> Appointment {
    let new = NewAppointment::at(day(2026, 11, 25), Minute::at(hour, minute), minutes);
    let start_utc = Zone::PARIS.instant(new.start.on(new.date)).unwrap();
    Appointment {
        id: AppointmentId(id),
        date: new.date.into(),
        start: new.start,
        minutes,
        start_utc,
        end_utc: start_utc.plus_ms(i64::from(minutes) * 60_000),
        kind: Kind::Consultation,
        blocked: false,
        last_name: last.into(),
        first_name: first.into(),
        phone: Phone::read("06 39 98 12 34"),
        contact: None,
        reason: String::new(),
        new_patient: false,
        address: String::new(),
        note: String::new(),
        reminder_email: false,
        reminder_sms: false,
        forced: false,
        series: None,
        created: NOW,
        created_by: "Aline".into(),
        created_by_person: None,
        version: 0,
        message: None,
    }
}

/// A plain one, one of a new patient, a visit, one with the longest words, one behind a padlock, two forced together.
pub fn appointments() -> Vec<Appointment> {
    let mut new = appointment(2, (9, 15), 30, "Lefèvre-Œuvrard", "Noé");
    new.new_patient = true;
    new.reason = "Douleur au dos".into();
    let mut visit = appointment(3, (14, 0), 30, "N’Guyen Thị", "Ánh");
    visit.kind = Kind::Visit;
    visit.address = "12 bis, rue des Trois-Frères-Barthélemy, 94000 Créteil".into();
    visit.note = "Code 12B.".into();
    let mut longest = appointment(4, (10, 0), 15, LONGEST, LONGEST);
    longest.reason = LONGEST.into();
    let mut blocked = appointment(5, (10, 30), 15, "", "");
    blocked.blocked = true;
    blocked.phone = Phone::default();
    let mut forced = appointment(7, (11, 0), 15, "Petit", "Anne");
    forced.forced = true;
    vec![
        appointment(1, (9, 0), 15, "Dupont", "Marie"),
        new,
        visit,
        longest,
        blocked,
        appointment(6, (11, 0), 15, "Roux", "Paul"),
        forced,
    ]
}

/// Nine to noon and two to four (a visit's afternoon) in quarters, with these appointments in their places.
pub fn column(date: chrono::NaiveDate, kept: &[Appointment], past: u16) -> Column<'_> {
    let mut cells: Vec<Cell<'_>> = Vec::new();
    let mut from = 0;
    while from < 1440 {
        let of_now = |one: &&Appointment| one.start.0 == from;
        let taken: Vec<Taken<'_>> =
            kept.iter().filter(of_now).map(|one| Taken::on(one, one.day(), Zone::PARIS)).collect();
        let to = taken.iter().map(|taken| taken.to).max().unwrap_or(if (540..960).contains(&from) {
            from + 15
        } else if from < 540 {
            540
        } else {
            1440
        });
        let ground = match from {
            540..720 if from != 705 => Ground::Free,
            840..960 => Ground::Visit,
            _ => Ground::Unworked,
        };
        let held_by = (from == 690).then_some("Aline");
        cells.push(Cell { from, to, ground, past: to <= past, changed: from == 705, taken, held_by });
        from = to;
    }
    Column { date, holiday: None, absence: None, cells }
}

fn month() -> Month {
    let date = day(2026, 11, 25);
    Month {
        date,
        today: day(2026, 11, 24),
        busy: vec![(date, 7), (day(2026, 11, 30), 1)],
        holidays: vec![(day(2026, 11, 11), "Armistice 1918".into())],
    }
}

pub fn idle(date: chrono::NaiveDate) -> Column<'static> {
    let cell = Cell {
        from: 0,
        to: 1440,
        ground: Ground::Unworked,
        past: false,
        changed: false,
        taken: Vec::new(),
        held_by: None,
    };
    Column { date, holiday: None, absence: None, cells: vec![cell] }
}

fn agenda_page(view: View, days: Vec<Column<'_>>) -> AgendaPage<'_> {
    let (date, today) = (day(2026, 11, 25), day(2026, 11, 25));
    AgendaPage {
        base: "",
        clients_called: "patient",
        view,
        date,
        today,
        now: 9 * 60 + 20,
        days,
        hours: (480, 1140),
        unfolded: false,
        month: month(),
        moving: None,
        conflict: None,
    }
}

fn free(minute: u16) -> FreeTime {
    FreeTime { date: day(2026, 11, 25), start: Minute(minute), minutes: 15, kind: Kind::Consultation, start_utc: NOW }
}

fn conflict() -> Conflict<'static> {
    Conflict {
        sentence: "Ce créneau vient d’être pris.",
        holders: vec!["DUPONT Marie, 09:00 – 09:15".into()],
        nearest: vec![free(9 * 60 + 45), free(10 * 60 + 15)],
        can_force: true,
    }
}

pub fn pages(pages: &mut Pages) {
    let kept = appointments();
    let show = |page: &AgendaPage<'_>| client("Agenda", 65, 9).page(&view::agenda(page)).into_string();
    let mixed = agenda_page(View::Day, vec![column(day(2026, 11, 25), &kept, 9 * 60 + 20)]);
    pages.push(("agenda-day", show(&mixed)));
    let mut holiday = idle(day(2026, 12, 25));
    holiday.holiday = Some("Noël".into());
    holiday.absence = Some("Congés".into());
    let empty = AgendaPage { unfolded: true, ..agenda_page(View::Day, vec![holiday.clone()]) };
    pages.push(("agenda-day-0", show(&empty)));
    let mut week: Vec<Column<'_>> =
        (23..28).map(|number| column(day(2026, 11, number), if number == 25 { &kept } else { &[] }, 0)).collect();
    week[3].absence = Some(LONGEST.into());
    week.push(idle(day(2026, 11, 28)));
    week.push(idle(day(2026, 11, 29)));
    let week = agenda_page(View::Week, week);
    pages.push(("agenda-week", show(&week)));
    pages.push((
        "agenda-week-0",
        show(&agenda_page(View::Week, (23..30).map(|number| idle(day(2026, 11, number))).collect())),
    ));
    let moving = Moving { id: AppointmentId(1), name: "DUPONT Marie", date: day(2026, 11, 25), from: 540 };
    pages.push((
        "agenda-moving",
        show(&AgendaPage { moving: Some(moving), conflict: Some(conflict()), ..mixed.clone() }),
    ));
    windows(pages, &kept);
    others(pages, &kept);
    day_lists(pages, &kept);

    let printed = PrintPage {
        subscriber_name: "Cabinet Martin",
        view: View::Day,
        date: day(2026, 11, 25),
        days: mixed.days.clone(),
        hours: (480, 1140),
        clients_called: "patient",
        printed: NOW.local(Zone::PARIS),
    };
    let paper = |page: &PrintPage<'_>| sheet(&view::print_title(page), &["print"], &view::print(page)).into_string();
    pages.push(("agenda-print-day", paper(&printed)));
    pages.push(("agenda-print-week", paper(&PrintPage { view: View::Week, days: week.days.clone(), ..printed })));
}

fn day_lists(pages: &mut Pages, kept: &[Appointment]) {
    let date = day(2026, 11, 25);
    let what = view::day_list_title(date);
    let paper = Paper { owner: "Cabinet Martin", what: &what, printed: NOW.local(Zone::PARIS) };
    let show = |list: &DayList<'_>| paper.sheet(&view::day_list(list)).into_string();
    let remarks = ["Armistice".to_owned(), format!("Absence : {LONGEST}")];
    let list = DayList { date, appointments: kept, clients_called: "patient", remarks: &[] };
    pages.push(("print-day-list", show(&list)));
    pages.push(("print-day-list-0", show(&DayList { appointments: &[], remarks: &remarks, ..list })));
}

fn windows(pages: &mut Pages, kept: &[Appointment]) {
    let (empty, none) = nothing();
    let form = Form::from_iter([("date", "2026-11-25"), ("heure", "09:45"), ("duree", "15"), ("type", "consultation")]);
    let settings = Form::from_iter([
        ("ouverture", "consultation"),
        ("de", "09:45"),
        ("a", "10:00"),
        ("duree-creneau", "15"),
        ("portee", "jour"),
    ]);
    let page = WindowPage {
        base: "",
        clients_called: "patient",
        view: View::Day,
        owner: None,
        date: day(2026, 11, 25),
        from: 585,
        to: 600,
        state: "libre",
        appointment: None,
        form: &form,
        problems: &none,
        unique: "7",
        card: None,
        held_by: None,
        conflict: None,
        absences: Vec::new(),
        series: None,
        settings: &settings,
        settings_problems: &none,
        settings_first: false,
        told: Told::default(),
        changes: Vec::new(),
        state_href: "/agenda/creneau/etat?date=2026-11-25&heure=09:45&duree=15".into(),
    };
    let show = |page: &WindowPage<'_>| client("Rendez-vous", 65, 9).page(&view::window(page)).into_string();
    pages.push(("slot", show(&page)));
    pages.push((
        "slot-taken-meanwhile",
        show(&WindowPage { conflict: Some(conflict()), held_by: Some("Aline"), ..page.clone() }),
    ));
    let absences = vec!["Congés, du lundi 23 novembre 2026 au vendredi 27 novembre 2026"];
    pages.push(("slot-absence", show(&WindowPage { absences, ..page.clone() })));
    let wrong = problems(&[
        ("duree", "Indiquez la durée en minutes, par exemple 15."),
        ("date", "Indiquez la date du rendez-vous, par exemple 23/11/2026."),
    ]);
    let typed = Form::from_iter([
        ("nom", LONGEST),
        ("duree", "un quart d’heure"),
        ("date", "demain"),
        ("note", "Code 12B"),
        ("type", "visite"),
    ]);
    pages.push(("slot-wrong", show(&WindowPage { form: &typed, problems: &wrong, ..page.clone() })));
    let settings_wrong = problems(&[("jusqu-au", "Indiquez jusqu’à quelle date.")]);
    pages.push((
        "slot-settings-wrong",
        show(&WindowPage { settings_problems: &settings_wrong, settings_first: true, ..page.clone() }),
    ));
    let one = |number: u32, obstacle: Option<&str>, impossible: bool| Occurrence {
        date: day(2026, 12, number),
        from: 585,
        chosen: obstacle.is_none(),
        obstacle: obstacle.map(str::to_owned),
        impossible,
    };
    let series = Series {
        occurrences: vec![
            one(2, None, false),
            one(9, Some("pris : ROUX Paul"), true),
            one(16, Some("absence : Congés"), false),
        ],
    };
    pages.push(("slot-series", show(&WindowPage { series: Some(series), ..page.clone() })));
    let mut visit = kept[2].clone();
    visit.contact = Some(ContactId(5));
    visit.message = Some(MessageNumber(12));
    visit.series = Some(AppointmentId(3));
    let form = Form::from_iter([
        ("nom", "N’Guyen Thị"),
        ("prenom", "Ánh"),
        ("duree", "30"),
        ("type", "visite"),
        ("contact", "5"),
        ("note", "Code 12B."),
    ]);
    let changes = changes();
    let card = Some(("N’GUYEN THỊ Ánh", "/contacts/5".to_owned()));
    pages.push((
        "appointment",
        show(&WindowPage { appointment: Some(&visit), form: &form, card, changes, ..page.clone() }),
    ));
    let blocked = WindowPage { appointment: Some(&kept[4]), form: &empty, ..page };
    pages.push(("appointment-blocked", show(&blocked)));
}

fn changes() -> Vec<Change> {
    let change = |minutes: i64, what: &str, who: &str, more: &str| Change {
        at: ago(minutes),
        zone: Zone::PARIS,
        who: who.into(),
        what: what.into(),
        more: more.into(),
    };
    vec![
        change(
            5,
            "rendez-vous déplacé : DUPONT Marie",
            "Aline (secrétariat)",
            "mardi 24 novembre 2026 à 09:15 → mercredi 25 novembre 2026 à 09:00",
        ),
        change(65, "rendez-vous pris : DUPONT Marie", "Dr Martin", "mardi 24 novembre 2026 à 09:15"),
    ]
}

fn others(pages: &mut Pages, kept: &[Appointment]) {
    let (_, none) = nothing();
    let frame = |title| client(title, 65, 9);
    let card = |id: u64, name: &str| Card {
        id: ContactId(id),
        last_name: name.into(),
        first_name: "Marie".into(),
        name: format!("Mme {} Marie", name.to_uppercase()),
        phone: Phone::read("06 39 98 12 34"),
        address: "5, rue Colette, 94000 Créteil".into(),
        born: "3 mars 1970".into(),
        new_patient: false,
    };
    let typed = Form::from_iter([("motif", "Suivi"), ("recherche", "dup"), ("etape", "contacts")]);
    let picker = PickerPage {
        form: &typed,
        action: "/agenda/rendez-vous",
        query: "dup",
        cards: vec![card(1, "Dupont"), card(2, LONGEST)],
        more: true,
    };
    pages.push(("picker", frame("Contacts").page(&view::picker(&picker)).into_string()));
    pages.push((
        "picker-0",
        frame("Contacts").page(&view::picker(&PickerPage { cards: Vec::new(), more: false, ..picker })).into_string(),
    ));
    let cancel = CancelPage { base: "", view: View::Day, appointment: &kept[1], zone: Zone::PARIS, owner: None };
    pages.push(("cancel", frame("Annuler").page(&view::cancel(&cancel)).into_string()));
    let history = HistoryPage { base: "", date: day(2026, 11, 25), from: Some(540), changes: changes() };
    pages.push(("agenda-history", frame("Historique").page(&view::history(&history)).into_string()));
    pages.push((
        "agenda-history-0",
        frame("Historique")
            .page(&view::history(&HistoryPage { from: None, changes: Vec::new(), ..history }))
            .into_string(),
    ));

    let form = Form::from_iter([("duree", "15"), ("type", "consultation"), ("du", "2026-11-25")]);
    let find = FindPage {
        base: "",
        form: &form,
        problems: &none,
        found: Some(vec![free(585), free(600)]),
        duration: 15,
        contact: None,
    };
    pages.push(("find", frame("Trouver").page(&view::find(&find)).into_string()));
    pages.push((
        "find-0",
        frame("Trouver").page(&view::find(&FindPage { found: Some(Vec::new()), ..find.clone() })).into_string(),
    ));
    let wrong = problems(&[("duree", "Indiquez la durée en minutes, par exemple 15.")]);
    pages.push((
        "find-wrong",
        frame("Trouver").page(&view::find(&FindPage { found: None, problems: &wrong, ..find })).into_string(),
    ));
    let found = |past: bool| {
        kept.iter().take(4).map(move |one| FoundAppointment {
            id: one.id,
            date: one.day(),
            from: one.start.0,
            name: one.label(),
            phone: &one.phone,
            reason: &one.reason,
            kind: one.kind,
            past,
        })
    };
    let search = SearchPage { base: "", query: "dup", found: found(false).chain(found(true)).collect(), cut: true };
    pages.push(("appointments-found", frame("Chercher").page(&view::search(&search)).into_string()));
    pages.push((
        "appointments-found-0",
        frame("Chercher")
            .page(&view::search(&SearchPage { found: Vec::new(), cut: false, ..search.clone() }))
            .into_string(),
    ));
    pages.push((
        "appointments-search",
        frame("Chercher").page(&view::search(&SearchPage { query: "", found: Vec::new(), ..search })).into_string(),
    ));
}
