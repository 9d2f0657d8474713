//! Invented people with difficult names and long reasons, always the same.

use chrono::NaiveDate;
use permanence::base::time::{DAY_MS, Day, HOUR_MS, MINUTE_MS};
use permanence::base::{FaxId, Instant, MessageNumber, PersonId, Phone, SubscriberId, Zone};
use permanence::messages::model::{AppointmentNote, Caller, Change, Event, Kind, Message, State, What};
use permanence::messages::papers::{Paper, Stage};
use permanence::people::{Assignment, Person, Role};
use permanence::subscribers::Subscriber;

/// Tuesday 24 November 2026, 10:05 in Paris.
pub const NOW: Instant = Instant(1_795_511_100_000);

pub const LONGEST: &str = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Minutes before now.
pub fn ago(minutes: i64) -> Instant {
    NOW.plus_ms(-minutes * MINUTE_MS)
}

pub fn caller(civility: &str, last_name: &str, first_name: &str, phone: &str) -> Caller {
    Caller {
        civility: civility.into(),
        last_name: last_name.into(),
        first_name: first_name.into(),
        phone: Phone::read(phone),
        ..Caller::default()
    }
}

pub fn message(number: u64, kind: Kind, caller: Caller, subject: &str, text: &str) -> Message {
    Message {
        number: MessageNumber(number),
        received: ago(7),
        kind,
        urgent: false,
        caller,
        subject: subject.into(),
        text: text.into(),
        appointment: None,
        taken_by: "Aline".into(),
        taken_by_person: Some(PersonId(2)),
        state: State::Pending,
        read: None,
        answers: 0,
        contact: None,
        fax: None,
        fingerprint: None,
        appointment_id: None,
    }
}

/// Eight calls of a medical practice, one of each kind and then some.
fn calls() -> Vec<Message> {
    let mut urgent = message(
        412,
        Kind::Information,
        caller("Mme", "Dupont", "Marie", "06 12 34 56 78"),
        "Fièvre depuis trois jours",
        "Son fils de 4 ans a 39,8 °C malgré le paracétamol.\nDemande s’il faut passer au cabinet ou aller aux urgences ; rappeler avant midi.",
    );
    urgent.urgent = true;
    let mut booked =
        message(411, Kind::Appointment, caller("M.", "Lefèvre-Œuvrard", "Noé", "+33 7 55 12 00 43"), "", "");
    booked.caller.address = "12 bis, rue des Trois-Frères-Barthélemy".into();
    booked.caller.postal_code = "94000".into();
    booked.caller.town = "Créteil".into();
    booked.caller.email = "noe.lefevre@example.org".into();
    booked.appointment = Some(AppointmentNote {
        day: Some(Day::from(day(2026, 12, 1))),
        minute: Some(9 * 60 + 15),
        reason: "Renouvellement d’ordonnance".into(),
        new_patient: true,
    });
    let mut visit = message(
        410,
        Kind::Visit,
        caller("Mme", "N’Guyen Thị", "Ánh", "01 48 98 00 11"),
        "Visite à domicile",
        "Ne peut plus se déplacer. Code de l’immeuble 45B2, 3e étage à gauche.",
    );
    visit.caller.address = "3, avenue du Général-de-Gaulle".into();
    visit.caller.postal_code = "94000".into();
    visit.caller.town = "Créteil".into();
    visit.appointment = Some(AppointmentNote { day: Some(Day::from(day(2026, 11, 25))), ..AppointmentNote::default() });
    let mut fax =
        message(409, Kind::Fax, caller("", "Laboratoire BioCentre", "", "0590 12 34 56"), "Fax de 3 pages", "");
    fax.fax = Some(7);
    let mut sms = message(
        408,
        Kind::Sms,
        caller("Dr", "Petit", "Dominique", "+32 475 12 34 56"),
        "",
        "Rappeler le confrère avant 18 h, merci.",
    );
    sms.answers = 2;
    let internal = message(
        407,
        Kind::Information,
        caller("M.", "Martin", "", "poste 204"),
        "Commande de vaccins",
        "Livrée ce matin.",
    );
    let mut silent =
        message(406, Kind::Information, Caller::default(), "", "Quelqu’un a raccroché sans laisser de nom.");
    silent.taken_by = String::new();
    let letter = message(
        405,
        Kind::Information,
        caller("Me", "d’Artagnan", "Charles-Édouard", "0145678901"),
        "Courrier",
        "Envoie par la poste le dossier demandé le 12 novembre ; il manque la page 3, qui suivra.",
    );
    vec![urgent, booked, visit, fax, sms, internal, silent, letter]
}

/// `count` messages, numbers falling from 412, each some forty minutes before the last.
pub fn messages(count: usize) -> Vec<Message> {
    let calls = calls();
    (0..count)
        .map(|place| {
            let mut message = calls[place % calls.len()].clone();
            message.number = MessageNumber(412 - place as u64);
            message.received = ago(7 + 43 * place as i64);
            message.urgent &= place < 9;
            message.read = (place > 2).then(|| ago(5));
            message
        })
        .collect()
}

pub fn archived(count: usize) -> Vec<Message> {
    let mut all = messages(count);
    for (place, message) in all.iter_mut().enumerate() {
        message.state = State::Archived { at: NOW.plus_ms(-(place as i64) * 9 * HOUR_MS) };
        message.read = Some(ago(60));
    }
    all
}

/// Names and texts that break weak layouts.
pub fn difficult() -> Vec<Message> {
    let mut long = message(
        123_456,
        Kind::Appointment,
        caller("Monseigneur", LONGEST, "Anne-Sophie-Marie-Charlotte-Élisabeth-Joséphine", "+33612345678"),
        &format!("Objet : {LONGEST} et {LONGEST}"),
        &"Longue explication sans retour à la ligne, qui dit tout, puis le redit autrement, de peur d’avoir été mal comprise. ".repeat(12),
    );
    long.urgent = true;
    long.answers = 12;
    long.caller.email = format!("{}@{}.example.org", "adresse".repeat(8), "sous-domaine".repeat(4));
    long.caller.address = format!("1234, rue {LONGEST}, bâtiment C, escalier 14, 27e étage, porte du fond à droite");
    long.caller.town = LONGEST.into();
    long.caller.postal_code = "SW1A 2AA".into();
    long.appointment = Some(AppointmentNote {
        day: Some(Day::from(day(2026, 3, 1))),
        minute: Some(0),
        reason: format!("Motif {LONGEST}"),
        new_patient: true,
    });
    let html = message(
        3,
        Kind::Information,
        caller("Mme", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<b>poste</b>"),
        "</p></td></tr></table><h1>Objet</h1>",
        "&amp; &lt; <style>*{display:none}</style>\n'\"><!-- --> javascript:alert(1)",
    );
    let arabic = message(
        2,
        Kind::Sms,
        caller("", "محمد", "عبد الرحمن", "+212 661 23 45 67"),
        "موعد",
        "أريد موعدًا يوم الثلاثاء، شكرًا 123 ABC.",
    );
    let mut chinese = message(
        1,
        Kind::Visit,
        caller("M.", "王", "小明", "01 02 03 04 05"),
        "预约 👩🏽‍⚕️",
        "请在下午三点以后回电。🙏🏼🇫🇷 Merci d’avance.",
    );
    chinese.caller.address = "東京都千代田区丸の内一丁目".into();
    vec![long, html, arabic, chinese]
}

pub fn history() -> Vec<Event> {
    let event = |minutes, who: &str, what| Event { at: ago(minutes), who: who.into(), person: None, what };
    vec![
        event(300, "Aline", What::Taken),
        event(290, "Dr Martin", What::Read),
        event(280, "Dr Martin", What::Answered { text: "Rappelée, elle passe à 17 h.\nPrévoyez 20 minutes.".into() }),
        event(250, "Basile", What::AnswerHandled),
        event(200, "Dr Martin", What::Archived),
        event(190, "Dr Martin", What::Restored),
        event(
            199,
            "Aline",
            What::Corrected {
                changes: vec![Change {
                    field: "texte".into(),
                    before: String::new(),
                    after: "Rappeler <b>vite</b>.".into(),
                }],
            },
        ),
        event(198, "Aline", What::CallPromised { at: ago(-90) }),
        event(150, "Aline", What::HandedOver { to: "Basile".into() }),
        event(140, "Basile", What::Called { phone: Phone::read("06 39 98 10 10"), reached: false }),
        event(20, LONGEST, What::Answered { text: format!("Finalement jeudi. <b>{LONGEST}</b>") }),
    ]
}

pub fn subscriber(id: u64, name: &str, trade: &str, town: &str, lines: &[&str]) -> Subscriber {
    Subscriber {
        trade: trade.into(),
        town: town.into(),
        lines: lines.iter().map(|line| Phone::read(line)).collect(),
        clients_called: if trade.starts_with("Médecin") { "patient".into() } else { "client".into() },
        ..Subscriber::new(SubscriberId(id), name)
    }
}

pub fn martin() -> Subscriber {
    subscriber(1, "Cabinet Martin", "Médecin généraliste", "Créteil", &["01 40 50 60 70"])
}

pub fn subscribers() -> Vec<Subscriber> {
    let mut closed = subscriber(6, "Ostéopathie du Parc", "Ostéopathe", "Vincennes", &[]);
    closed.active = false;
    closed.retention_days = 365;
    let mut overseas = subscriber(5, "Étude Cazimir", "Notaire", "Pointe-à-Pitre", &["0590 12 34 56"]);
    overseas.zone = Zone::named("America/Guadeloupe").unwrap();
    vec![
        martin(),
        subscriber(2, "Maître Lefèvre-Œuvrard", "Avocate", "Paris", &["01 42 00 11 22", "01 42 00 11 23"]),
        subscriber(3, "Plomberie d’Artagnan", "Plombier", "Saint-Maur-des-Fossés", &["01 48 00 33 44"]),
        subscriber(
            4,
            &format!("Société {LONGEST} & fils"),
            "",
            "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
            &["+44 1248 712345"],
        ),
        overseas,
        closed,
    ]
}

pub fn person(id: u64, login: &str, name: &str, role: Role) -> Person {
    Person {
        id: PersonId(id),
        login: login.into(),
        name: name.into(),
        email: String::new(),
        role,
        password: String::new(),
        bookmark: true,
        active: true,
        created: NOW.plus_ms(-90 * DAY_MS),
        password_changed: NOW.plus_ms(-90 * DAY_MS),
    }
}

pub fn persons() -> Vec<Person> {
    let mut gone = person(5, "ancienne.secretaire", "Zoé", Role::Secretary { answers_for: Assignment::All });
    gone.active = false;
    vec![
        person(1, "admin", "Dominique Petit", Role::Administrator),
        person(2, "aline", "Aline", Role::Secretary { answers_for: Assignment::All }),
        person(
            3,
            "basile",
            "Basile",
            Role::Secretary { answers_for: Assignment::Some(vec![SubscriberId(1), SubscriberId(3)]) },
        ),
        person(4, "martin", "Dr Martin", Role::Client { subscribers: vec![SubscriberId(1)] }),
        gone,
    ]
}

/// A fax, and a document that a secretary attached.
pub static PAPERS: std::sync::LazyLock<Vec<Paper>> = std::sync::LazyLock::new(|| {
    vec![
        Paper { number: FaxId(7), name: String::new(), stage: Stage::Ready { pages: 3 } },
        Paper { number: FaxId(8), name: "ordonnance <b>.pdf".into(), stage: Stage::Ready { pages: 1 } },
        Paper { number: FaxId(9), name: "radio.jpg".into(), stage: Stage::Coming },
        Paper { number: FaxId(10), name: LONGEST.into(), stage: Stage::Refused },
    ]
});
