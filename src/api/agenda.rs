//! The agenda for other software: what is booked here passes the same claim on the time as on screen, and makes the same
//! messages.

use super::guard::{or_null, seen};
use super::messages::phone;
use super::schema::{Field, Kind, Schema, may, moment, must, null, wrong};
use super::{Act, Ask, Done, Gives, Operation, Shown, change, show};
use crate::agenda::find::{self, DAYS_MAX, Half, Wanted};
use crate::agenda::handlers::{read_booking, with_card};
use crate::agenda::model::{APPOINTMENT_MINUTES_MAX, Actor, Appointment, Fold, FreeTime, Minute, Place};
use crate::agenda::{absences, appointments, reminding};
use crate::base::time::parse_date;
use crate::base::{AppointmentId, Zone, limits};
use crate::error::{Error, Result};
use crate::journal::Action;
use crate::people::tokens::Right;
use crate::store::{Read, Write};
use chrono::NaiveDate;
use serde_json::{Value, json};

const NUMBER_MAX: i64 = 1 << 53;
const MINUTES_MAX: i64 = APPOINTMENT_MINUTES_MAX as i64;
/// Days of one list.
const LIST_DAYS_MAX: i64 = 92;
/// Free times of one answer.
const FREE_MAX: i64 = 200;
const KINDS: &[&str] = &["consultation", "visite"];

static APPOINTMENT: Schema = Schema {
    name: "Rendez-vous",
    fields: &[
        must("numero", Kind::Whole(1, NUMBER_MAX), "", "7"),
        must("date", Kind::Date, "Civile, dans le fuseau de l’abonné.", "\"2026-11-27\""),
        must("heure", Kind::Time, "", "\"09:00\""),
        must("fuseau", Kind::Text(60), "", "\"Europe/Paris\""),
        must("debut", Kind::Moment, "", "\"2026-11-27T09:00:00+01:00\""),
        must("fin", Kind::Moment, "", "\"2026-11-27T09:15:00+01:00\""),
        must("duree", Kind::Whole(1, MINUTES_MAX), "En minutes.", "15"),
        must("type", Kind::OneOf(KINDS), "", "\"consultation\""),
        must("bloque", Kind::Flag, "Créneau bloqué par le cadenas, sans nom.", "false"),
        must("annule", Kind::Flag, "", "false"),
        null("nom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Dupont\""),
        null("prenom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Marie\""),
        null("telephone", Kind::Text(limits::PHONE_CHARS_MAX), "", "\"+33639981234\""),
        null("contact", Kind::Whole(1, NUMBER_MAX), "", "12"),
        null("motif", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Contrôle\""),
        must("nouveau-patient", Kind::Flag, "", "false"),
        null("adresse", Kind::Text(limits::LINE_CHARS_MAX), "D’une visite.", "null"),
        null("note", Kind::Text(limits::TEXT_CHARS_MAX), "", "null"),
        must("rappel-email", Kind::Flag, "", "false"),
        must("rappel-sms", Kind::Flag, "", "false"),
        null("pris-par", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Aline\""),
        must("version", Kind::Whole(0, NUMBER_MAX), "Croît à chaque modification ; l’ETag la porte.", "0"),
    ],
};

static FREE_TIME: Schema = Schema {
    name: "Créneau libre",
    fields: &[
        must("date", Kind::Date, "", "\"2026-11-27\""),
        must("heure", Kind::Time, "", "\"09:15\""),
        must("debut", Kind::Moment, "", "\"2026-11-27T09:15:00+01:00\""),
        must("duree", Kind::Whole(1, MINUTES_MAX), "", "15"),
        must("type", Kind::OneOf(KINDS), "", "\"consultation\""),
    ],
};

pub static LIST: Operation = Operation {
    title: "Lister les rendez-vous",
    about: "Ceux qui touchent les jours du premier au dernier, 92 jours au plus, par heure ; sans les annulés.",
    query: &[
        must("du", Kind::Date, "Compris.", "\"2026-11-23\""),
        must("au", Kind::Date, "Compris.", "\"2026-11-29\""),
    ],
    ..show(
        "listerRendezVous",
        "/api/v1/abonnes/{abonne}/rendez-vous",
        Right::ReadAgenda,
        Act::Show(list),
        Gives::Many(&APPOINTMENT),
    )
};

pub static ONE: Operation = Operation {
    title: "Lire un rendez-vous",
    about: "Annulé, il se lit encore.",
    ..show(
        "lireRendezVous",
        "/api/v1/abonnes/{abonne}/rendez-vous/{rendez-vous}",
        Right::ReadAgenda,
        Act::Show(one),
        Gives::One(&APPOINTMENT),
    )
};

static BOOKED: &[Field] = &[
    must("date", Kind::Date, "Civile, dans le fuseau de l’abonné.", "\"2026-11-27\""),
    must("heure", Kind::Time, "", "\"09:00\""),
    must("duree", Kind::Whole(1, MINUTES_MAX), "En minutes.", "15"),
    may("seconde", Kind::Flag, "La seconde des deux heures quand les horloges reculent.", "false"),
    may("type", Kind::OneOf(KINDS), "« consultation » si rien n’est dit.", "\"consultation\""),
    may("nom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Dupont\""),
    may("prenom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Marie\""),
    may("telephone", Kind::Text(limits::PHONE_CHARS_MAX), "", "\"06 39 98 12 34\""),
    may("contact", Kind::Whole(1, NUMBER_MAX), "La fiche contact.", "null"),
    may("fiche", Kind::Flag, "Créer une fiche de ces nom, prénom et téléphone.", "false"),
    may("motif", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Contrôle\""),
    may("nouveau-patient", Kind::Flag, "", "false"),
    may("adresse", Kind::Text(limits::LINE_CHARS_MAX), "D’une visite.", "null"),
    may("note", Kind::Text(limits::TEXT_CHARS_MAX), "", "null"),
    may("rappel-email", Kind::Flag, "", "false"),
    may("rappel-sms", Kind::Flag, "", "false"),
    may("forcer", Kind::Flag, "Par-dessus un autre, si l’abonné le permet.", "false"),
    may("averti", Kind::Flag, "Malgré une absence de l’abonné.", "false"),
];

pub static BOOK: Operation = Operation {
    title: "Prendre un rendez-vous",
    about: "409 « Ce créneau vient d’être pris. » quand quelqu’un a été plus rapide, et pendant une absence sauf avec \
        « averti ». Pris par le secrétariat, il fait un message pour l’abonné.",
    body: BOOKED,
    status: 201,
    ..change(
        "prendreRendezVous",
        "/api/v1/abonnes/{abonne}/rendez-vous",
        Right::WriteAgenda,
        Act::Change(book),
        Gives::One(&APPOINTMENT),
    )
};

pub static MOVE: Operation = Operation {
    title: "Déplacer un rendez-vous",
    about: "",
    body: &[
        must("date", Kind::Date, "", "\"2026-11-27\""),
        must("heure", Kind::Time, "", "\"10:00\""),
        may("duree", Kind::Whole(1, MINUTES_MAX), "La même si rien n’est dit.", "15"),
        may("seconde", Kind::Flag, "La seconde des deux heures quand les horloges reculent.", "false"),
        may("forcer", Kind::Flag, "Par-dessus un autre, si l’abonné le permet.", "false"),
    ],
    guarded: true,
    ..change(
        "deplacerRendezVous",
        "/api/v1/abonnes/{abonne}/rendez-vous/{rendez-vous}/deplacement",
        Right::WriteAgenda,
        Act::Change(move_to),
        Gives::One(&APPOINTMENT),
    )
};

pub static CANCEL: Operation = Operation {
    title: "Annuler un rendez-vous",
    about: "Annulé déjà, il le reste.",
    guarded: true,
    ..change(
        "annulerRendezVous",
        "/api/v1/abonnes/{abonne}/rendez-vous/{rendez-vous}/annulation",
        Right::WriteAgenda,
        Act::Change(cancel),
        Gives::One(&APPOINTMENT),
    )
};

pub static FREE: Operation = Operation {
    title: "Trouver un créneau",
    about: "Les prochaines heures libres de cette durée : ce qui est donné ici peut se prendre, tant que personne n’est plus rapide.",
    query: &[
        must("duree", Kind::Whole(1, MINUTES_MAX), "En minutes.", "15"),
        may("type", Kind::OneOf(KINDS), "Les deux, sans ce filtre.", "\"consultation\""),
        may("du", Kind::Date, "Aujourd’hui si rien n’est dit.", "\"2026-11-23\""),
        may("jours", Kind::Whole(1, DAYS_MAX as i64), "Combien en regarder ; 30 si rien n’est dit.", "30"),
        may("moment", Kind::OneOf(&["matin", "apres-midi"]), "", "\"matin\""),
        may("limite", Kind::Whole(1, FREE_MAX), "20 si rien n’est dit.", "20"),
    ],
    ..show(
        "trouverCreneaux",
        "/api/v1/abonnes/{abonne}/creneaux-libres",
        Right::ReadAgenda,
        Act::Show(free),
        Gives::Many(&FREE_TIME),
    )
};

fn list(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let (from, to) = (date(ask, "du")?, date(ask, "au")?);
    let days = (to - from).num_days();
    if !(0..LIST_DAYS_MAX).contains(&days) {
        return Err(wrong("au", "La période va d’un jour à 92, le premier avant le dernier."));
    }
    let found = appointments::between(tx, ask.desk.subscriber(), from, to)?;
    look(ask, "interface".into());
    let zone = ask.desk.subscriber().zone;
    let rows: Vec<Value> = found.iter().map(|appointment| value(appointment, false, zone)).collect();
    Ok(Shown::of(json!({ "donnees": rows })))
}

fn look(ask: &Ask<'_>, object: String) {
    let entry = ask.desk.entry(ask.request.now, Action::AgendaSeen).object(object);
    ask.house.journal.note_look(entry.from(ask.request.client));
}

fn date(ask: &Ask<'_>, name: &'static str) -> Result<NaiveDate> {
    use chrono::Datelike;
    parse_date(ask.request.query.get(name))
        .filter(|date| (1970..2200).contains(&date.year()))
        .ok_or_else(|| wrong(name, "Cette date est trop loin : vérifiez l’année."))
}

fn one(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let id: AppointmentId = ask.request.part(0)?;
    let (appointment, cancelled) = appointments::appointment_or_cancelled(tx, ask.desk.id(), id)?;
    look(ask, format!("rendez-vous {id}, interface"));
    let version = format!("r{}{}", appointment.version, if cancelled { "-annule" } else { "" });
    Ok(Shown { version: Some(version), ..Shown::of(value(&appointment, cancelled, ask.desk.subscriber().zone)) })
}

fn free(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let (query, subscriber) = (&ask.request.query, ask.desk.subscriber());
    let from = match query.find("du") {
        Some(_) => date(ask, "du")?,
        None => ask.request.now.local(subscriber.zone).date(),
    };
    let number = |name: &str, usual: u16| query.get(name).parse::<u16>().unwrap_or(usual);
    let wanted = Wanted {
        minutes: number("duree", 1),
        kind: crate::agenda::model::Kind::from_word(query.get("type")),
        from,
        half: Half::from_word(query.get("moment")).unwrap_or_default(),
        days: number("jours", 30),
        most: usize::from(number("limite", 20)),
    };
    let found = find::find(tx, subscriber, wanted, ask.request.now)?;
    let rows: Vec<Value> = found.iter().map(|free| free_value(free, subscriber.zone)).collect();
    Ok(Shown::of(json!({ "donnees": rows })))
}

fn book(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let (desk, now) = (ask.desk, ask.request.now);
    let new = read_booking(&ask.request.form, None)?;
    // The year is looked at before anything is laid over absences.
    appointments::moment(desk.subscriber().zone, new.date, new.start, new.fold, now)?;
    if !ask.request.form.ticked("averti") && !absences::over(tx, desk.subscriber(), new.place())?.is_empty() {
        let sentence =
            "L’abonné est absent à ce moment ; envoyez « averti » à vrai pour prendre le rendez-vous malgré cela.";
        return Err(Error::Conflict(sentence.into()));
    }
    let new = with_card(tx, desk, ask.request, new)?;
    reminding::note_agreement(tx, desk, &new, None, now)?;
    let booked = appointments::book(tx, desk.subscriber(), new, Actor::at(desk), now)?;
    Ok(done(ask, booked.appointment.id, 201, Action::AppointmentBooked))
}

fn move_to(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let id: AppointmentId = ask.request.part(0)?;
    let form = &ask.request.form;
    let kept = appointments::appointment(tx, ask.desk.id(), id)?;
    let seen = seen(ask.request, 'r')?;
    let date = parse_date(form.get("date")).ok_or_else(|| wrong("date", "Cette date n’existe pas."))?;
    let start = Minute::read(form.get("heure")).ok_or_else(|| wrong("heure", "Cette heure n’existe pas."))?;
    let to = Place::new(date, start, form.get("duree").parse().unwrap_or(kept.minutes));
    let fold = if form.ticked("seconde") { Fold::Second } else { Fold::First };
    let (forced, actor) = (form.ticked("forcer"), Actor::at(ask.desk));
    appointments::move_to(tx, ask.desk.subscriber(), id, to, fold, forced, seen, actor, ask.request.now)?;
    Ok(done(ask, id, 200, Action::AppointmentMoved))
}

fn cancel(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let id: AppointmentId = ask.request.part(0)?;
    let (_, gone) = appointments::appointment_or_cancelled(tx, ask.desk.id(), id)?;
    if !gone {
        let seen = seen(ask.request, 'r')?;
        appointments::cancel(tx, ask.desk.subscriber(), id, seen, Actor::at(ask.desk), ask.request.now)?;
    }
    Ok(done(ask, id, 200, Action::AppointmentCancelled))
}

fn done(ask: &Ask<'_>, id: AppointmentId, status: u16, action: Action) -> Done {
    let location = format!("{}/abonnes/{}/rendez-vous/{id}", super::BASE, ask.desk.id());
    Done { status, location, action, object: format!("rendez-vous {id}") }
}

pub(super) fn value(appointment: &Appointment, cancelled: bool, zone: Zone) -> Value {
    json!({
        "numero": appointment.id.0,
        "date": appointment.day().to_string(),
        "heure": appointment.start.to_string(),
        "fuseau": zone.name(),
        "debut": moment(appointment.start_utc, zone),
        "fin": moment(appointment.end_utc, zone),
        "duree": appointment.minutes,
        "type": appointment.kind.word(),
        "bloque": appointment.blocked,
        "annule": cancelled,
        "nom": or_null(&appointment.last_name),
        "prenom": or_null(&appointment.first_name),
        "telephone": phone(&appointment.phone),
        "contact": appointment.contact.map(|id| id.0),
        "motif": or_null(&appointment.reason),
        "nouveau-patient": appointment.new_patient,
        "adresse": or_null(&appointment.address),
        "note": or_null(&appointment.note),
        "rappel-email": appointment.reminder_email,
        "rappel-sms": appointment.reminder_sms,
        "pris-par": or_null(&appointment.created_by),
        "version": appointment.version,
    })
}

fn free_value(free: &FreeTime, zone: Zone) -> Value {
    json!({
        "date": free.date.to_string(),
        "heure": free.start.to_string(),
        "debut": moment(free.start_utc, zone),
        "duree": free.minutes,
        "type": free.kind.word(),
    })
}
