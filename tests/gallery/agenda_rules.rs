//! « Semaine type », « Absences », « Réglages » in every state.

use super::data::LONGEST;
use chrono::NaiveDate;
use permanence::agenda::absences::NewAbsence;
use permanence::agenda::ics::{Event, Span};
use permanence::agenda::import::{Becomes, Plan, Planned, Refusal};
use permanence::agenda::model::{Absence, Appointment, Kind, Minute, NewAppointment, Opening};
use permanence::agenda::overrides::Override;
use permanence::agenda::setup::view::absence::{self, AbsencePage, AbsencesPage, Called};
use permanence::agenda::setup::view::import::{self, PreviewPage, UploadPage};
use permanence::agenda::setup::view::settings::{self, DateRow, SettingsPage};
use permanence::agenda::setup::view::week::{self, WeekPage, WeekRow};
use permanence::base::{AppointmentId, Instant, Phone, Zone};
use permanence::error::Problems;
use permanence::http::Form;
use permanence::ui::Frame;

const BASE: &str = "/standard/abonnes/3";

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn appointment(id: u64, last_name: &str, phone: &str) -> Appointment {
    let new = NewAppointment::at(date(2026, 12, 2), Minute::at(9, 30), 15);
    Appointment {
        id: AppointmentId(id),
        date: new.date.into(),
        start: new.start,
        minutes: new.minutes,
        start_utc: Instant(1_796_200_200_000),
        end_utc: Instant(1_796_201_100_000),
        kind: Kind::Consultation,
        blocked: false,
        last_name: last_name.into(),
        first_name: "Marie".into(),
        phone: Phone::read(phone),
        contact: None,
        reason: "Suivi tension".into(),
        new_patient: false,
        address: String::new(),
        note: String::new(),
        reminder_email: false,
        reminder_sms: false,
        forced: false,
        series: None,
        created: Instant(1_795_510_800_000),
        created_by: "Aline".into(),
        created_by_person: None,
        version: 0,
        message: None,
    }
}

fn leave(id: u64, reason: &str, whole: bool) -> Absence {
    Absence {
        id,
        from: date(2026, 12, 1).into(),
        from_minute: if whole { Minute::START } else { Minute::at(14, 0) },
        until: date(2026, 12, if whole { 4 } else { 1 }).into(),
        until_minute: if whole { Minute::END } else { Minute::at(18, 0) },
        reason: reason.into(),
    }
}

fn problems(list: &[(&'static str, &str)]) -> Problems {
    let mut problems = Problems::default();
    for (field, sentence) in list {
        problems.add(field, *sentence);
    }
    problems
}

fn visit() -> NewAppointment {
    NewAppointment {
        last_name: "Da Silva".into(),
        first_name: "Michèle".into(),
        kind: Kind::Visit,
        address: "rue Michèle Samson".into(),
        ..NewAppointment::at(date(2026, 12, 2), Minute::at(16, 30), 30)
    }
}

fn planned(summary: &str, becomes: Becomes) -> Planned {
    let span = Span::Timed(Instant(1_796_200_200_000), Instant(1_796_202_000_000));
    let (uid, description, location) = ("1".to_owned(), String::new(), String::new());
    let event = Event { uid, span, summary: summary.into(), description, location, transparent: false };
    Planned { event, fingerprint: 1, becomes }
}

pub fn pages(pages: &mut Vec<(&'static str, String)>) {
    let mut put = |name, title, content: &maud::Markup| {
        let frame = Frame { scripts: &["rows"], ..Frame::new("Secrétariat des Tilleuls", title) };
        pages.push((name, frame.page(content).into_string()));
    };
    let none = Problems::default();
    let fresh = Form::from_iter([("valable", "2026-11-24")]);
    let empty = WeekPage { base: BASE, weeks: Vec::new(), repeated: &[], form: &fresh, problems: &none };
    put("agenda-week-rules-empty", "Semaine type", &week::week(&empty));
    let typed = Form::from_iter([
        ("valable", ""),
        ("lundi-0-de", "09:00"),
        ("lundi-0-a", "12:00"),
        ("lundi-0-type", "consultation"),
        ("lundi-0-creneau", "15"),
        ("lundi-0-semaines", "paires"),
        ("lundi-1-de", "11:00"),
        ("lundi-1-a", "13:00"),
        ("lundi-1-type", "visite"),
        ("samedi-0-de", "9 heures"),
    ]);
    let wrong = problems(&[
        ("valable", "Indiquez à partir de quel jour cette semaine est valable."),
        ("lundi", "lundi : 11:00 – 13:00 chevauche 09:00 – 12:00."),
        ("samedi", "samedi : il manque le début ou la fin d’une période ; par exemple 09:00 et 12:00."),
    ]);
    let repeated = Override {
        number: 3,
        from: date(2026, 11, 25).into(),
        until: None,
        start: Minute::at(9, 0),
        end: Minute::at(10, 0),
        opening: Opening::Worked(Kind::Visit),
        slot_minutes: Some(30),
    };
    let row = |year, current, coming| WeekRow { valid_from: date(year, 1, 4), current, coming };
    let full = WeekPage {
        base: BASE,
        weeks: vec![row(2025, false, false), row(2026, true, false), row(2027, false, true)],
        repeated: std::slice::from_ref(&repeated),
        form: &typed,
        problems: &wrong,
    };
    put("agenda-week-rules-wrong", "Semaine type", &week::week(&full));

    let blank = Form::default();
    let nothing = AbsencesPage { base: "", coming: &[], form: &blank, problems: &none, warned: None };
    put("absences-empty", "Absences", &absence::absences(&nothing));
    let coming = [(leave(1, "Congés", true), 2), (leave(2, "", false), 0), (leave(3, LONGEST, true), 1)];
    let late = problems(&[("au", "L’absence finit avant de commencer.")]);
    let listed = AbsencesPage { base: BASE, coming: &coming, form: &blank, problems: &late, warned: None };
    put("absences", "Absences", &absence::absences(&listed));
    let under = [appointment(1, "Dupont", "06 39 98 12 34"), appointment(2, LONGEST, "poste 204")];
    let typed = Form::from_iter([("du", "2026-12-01"), ("au", "2026-12-04"), ("raison", "Congés")]);
    let asked = AbsencesPage { base: BASE, coming: &[], form: &typed, problems: &none, warned: Some(&under) };
    put("absences-question", "Absences", &absence::absences(&asked));
    let holiday = leave(1, "Congés", true);
    let called = Called { base: BASE, appointments: &under };
    put("absence", "Personnes à prévenir", &absence::absence(&AbsencePage { base: BASE, absence: &holiday, called }));
    let nobody = Called { base: BASE, appointments: &[] };
    let calm = AbsencePage { base: BASE, absence: &holiday, called: nobody };
    put("absence-nobody", "Personnes à prévenir", &absence::absence(&calm));

    let form = Form::from_iter([("region", "alsace-moselle"), ("affiche-de", "08:00"), ("creneau", "0")]);
    let wrong = problems(&[
        ("affiche-a", "Cette heure n’est pas complète ; par exemple 08:00."),
        ("creneau", "Un créneau dure de 5 à 480 minutes."),
    ]);
    let dates = vec![
        DateRow { date: date(2026, 12, 24), name: String::new(), closed: true, by_hand: true },
        DateRow { date: date(2026, 12, 25), name: "Noël".into(), closed: true, by_hand: false },
        DateRow { date: date(2026, 12, 26), name: "Saint-Étienne".into(), closed: false, by_hand: true },
        DateRow { date: date(2027, 1, 1), name: "Jour de l’an".into(), closed: false, by_hand: false },
    ];
    let page = SettingsPage { base: BASE, dates, form: &form, problems: &wrong };
    put("agenda-settings", "Réglages de l’agenda", &settings::settings(&page));
    let bare = SettingsPage { base: BASE, dates: Vec::new(), form: &blank, problems: &none };
    let plan = Plan {
        events: vec![
            planned("DA SILVA Michèle", Becomes::Appointment(Box::new(visit()))),
            planned(LONGEST, Becomes::Nothing(Refusal::Taken("DUPONT Marie".into()))),
            planned("Congés", Becomes::Absence(NewAbsence::days(date(2026, 12, 21), date(2027, 1, 3), "Congés"))),
            planned("Déjà là", Becomes::Nothing(Refusal::Known)),
        ],
        cancelled: 1,
        bad: vec![("Étrange".into(), "sa répétition n’est pas comprise".into())],
        endless: 1,
    };
    let preview = |plan: &Plan| {
        import::preview(&PreviewPage {
            base: BASE,
            name: "agenda.ics",
            mark: "0123456789abcdef",
            plan,
            zone: Zone::PARIS,
        })
    };
    put("agenda-import", "Importer un agenda", &import::upload(&UploadPage { base: BASE, problem: None }));
    let wrong = Some("Ce fichier n’est pas un calendrier iCalendar (il n’est pas en UTF-8).");
    put("agenda-import-wrong", "Importer un agenda", &import::upload(&UploadPage { base: "", problem: wrong }));
    put("agenda-import-preview", "Aperçu de l’import", &preview(&plan));
    put("agenda-import-nothing", "Aperçu de l’import", &preview(&Plan::default()));
    put("agenda-settings-empty", "Réglages de l’agenda", &settings::settings(&bare));
}
