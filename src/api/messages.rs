//! Messages for other software: the same reading of a call, the same taking, archiving and answering as on screen.

use super::guard::or_null;
use super::schema::{Field, Kind, Schema, may, moment, must, null};
use super::{Act, Ask, Done, Gives, Operation, Shown, change, show};
use crate::base::{MessageNumber, Phone, Zone, limits};
use crate::error::{Error, Result};
use crate::journal::Action;
use crate::messages::contact::known_caller;
use crate::messages::handlers::{by, read_answer};
use crate::messages::model::{Event, Message, What};
use crate::messages::{archive, store};
use crate::people::tokens::Right;
use crate::store::{Read, Write};
use crate::subscribers::Side;
use crate::switchboard::call;
use serde_json::{Value, json};

/// Rows that one page looks at: a page of few is better than one that is late.
const LOOKED_AT_MAX: usize = 2000;

const KINDS: &[&str] = &["message", "sms", "rendez-vous", "visite", "fax"];
/// A fax brings its pages; it is not written.
const KINDS_TAKEN: &[&str] = &["message", "sms", "rendez-vous", "visite"];
const STATES: &[&str] = &["en-attente", "archive"];
const NUMBER_MAX: i64 = 1 << 53;

static EVENT: Schema = Schema {
    name: "Événement",
    fields: &[
        must("le", Kind::Moment, "", "\"2026-11-24T10:05:00+01:00\""),
        null(
            "par",
            Kind::Text(limits::LINE_CHARS_MAX),
            "Qui ; null pour ce que le serveur a fait de lui-même.",
            "\"Aline\"",
        ),
        must("quoi", Kind::Text(limits::LINE_CHARS_MAX), "", "\"pris\""),
        null("texte", Kind::Text(limits::TEXT_CHARS_MAX), "Le texte d’une réponse au secrétariat.", "null"),
    ],
};

macro_rules! message_fields {
    ($($more:expr),* $(,)?) => {
        &[
            must("numero", Kind::Whole(1, NUMBER_MAX), "", "1350"),
            must("recu", Kind::Moment, "", "\"2026-11-24T10:00:00+01:00\""),
            must("type", Kind::OneOf(KINDS), "", "\"message\""),
            must("urgent", Kind::Flag, "", "false"),
            must("etat", Kind::OneOf(STATES), "", "\"en-attente\""),
            null("archive", Kind::Moment, "", "null"),
            null("lu", Kind::Moment, "Quand l’abonné l’a eu sous les yeux.", "null"),
            null("civilite", Kind::Text(limits::POSTAL_CODE_CHARS_MAX), "", "\"Mme\""),
            null("nom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Dupont\""),
            null("prenom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Marie\""),
            null("adresse", Kind::Text(limits::LINE_CHARS_MAX), "", "null"),
            null("code-postal", Kind::Text(limits::POSTAL_CODE_CHARS_MAX), "", "null"),
            null("ville", Kind::Text(limits::LINE_CHARS_MAX), "", "null"),
            null("telephone", Kind::Text(limits::PHONE_CHARS_MAX), "E.164, ou ce qui a été noté à sa place.", "\"+33639981234\""),
            null("email", Kind::Text(limits::EMAIL_CHARS_MAX), "", "null"),
            null("objet", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Résultats\""),
            null("texte", Kind::Text(limits::TEXT_CHARS_MAX), "", "\"Rappeler après 18 h.\""),
            null("date-rdv", Kind::Date, "D’un rendez-vous ou d’une visite.", "null"),
            null("heure-rdv", Kind::Time, "", "null"),
            null("motif", Kind::Text(limits::LINE_CHARS_MAX), "", "null"),
            must("nouveau-patient", Kind::Flag, "", "false"),
            null("pris-par", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Aline\""),
            null("contact", Kind::Whole(1, NUMBER_MAX), "La fiche contact.", "null"),
            null("rendez-vous", Kind::Whole(1, NUMBER_MAX), "Le rendez-vous de l’agenda qu’il annonce.", "null"),
            must("reponses", Kind::Whole(0, NUMBER_MAX), "Combien l’abonné en a écrit.", "0"),
            $($more),*
        ]
    };
}

pub(super) static MESSAGE: Schema = Schema { name: "Message", fields: message_fields![] };
pub(super) static MESSAGE_WHOLE: Schema = Schema {
    name: "Message avec son historique",
    fields: message_fields![must("historique", Kind::Many(&EVENT, 10_000), "", "")],
};

pub static LIST: Operation = Operation {
    title: "Lister les messages",
    about: "Le plus récent d’abord, 50 au plus. L’en-tête Link mène à la suite tant qu’il peut y en avoir ; une page peut \
        compter moins de 50 messages sans être la dernière.",
    query: &[
        may("etat", Kind::OneOf(STATES), "Tous, sans ce filtre.", "\"en-attente\""),
        may("type", Kind::OneOf(KINDS), "", "\"message\""),
        may("urgent", Kind::OneOf(&["oui", "non"]), "", "\"oui\""),
        may("avant", Kind::Whole(1, NUMBER_MAX), "Le numéro avant lequel continuer, donné par Link.", "1301"),
    ],
    looked: Some(note_look_at_list),
    ..show(
        "listerMessages",
        "/api/v1/abonnes/{abonne}/messages",
        Right::ReadMessages,
        Act::Show(list),
        Gives::Many(&MESSAGE),
    )
};

pub static ONE: Operation = Operation {
    title: "Lire un message",
    about: "Avec son historique. Lu par un logiciel, il ne passe pas pour lu par l’abonné.",
    ..show(
        "lireMessage",
        "/api/v1/abonnes/{abonne}/messages/{message}",
        Right::ReadMessages,
        Act::Show(one),
        Gives::One(&MESSAGE_WHOLE),
    )
};

static TAKEN: &[Field] = &[
    may("type", Kind::OneOf(KINDS_TAKEN), "« message » si rien n’est dit.", "\"message\""),
    may("urgent", Kind::Flag, "", "false"),
    may("civilite", Kind::Text(limits::POSTAL_CODE_CHARS_MAX), "", "\"Mme\""),
    may("nom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Dupont\""),
    may("prenom", Kind::Text(limits::NAME_CHARS_MAX), "", "\"Marie\""),
    may("adresse", Kind::Text(limits::LINE_CHARS_MAX), "", "null"),
    may("code-postal", Kind::Text(limits::POSTAL_CODE_CHARS_MAX), "", "null"),
    may("ville", Kind::Text(limits::LINE_CHARS_MAX), "", "null"),
    may("telephone", Kind::Text(limits::PHONE_CHARS_MAX), "Dans toute notation.", "\"06 39 98 12 34\""),
    may("email", Kind::Text(limits::EMAIL_CHARS_MAX), "", "null"),
    may("objet", Kind::Text(limits::LINE_CHARS_MAX), "", "\"Résultats\""),
    may("texte", Kind::Text(limits::TEXT_CHARS_MAX), "", "\"Rappeler après 18 h.\""),
    may("date-rdv", Kind::Date, "Pour un rendez-vous ou une visite.", "null"),
    may("heure-rdv", Kind::Time, "", "null"),
    may("motif", Kind::Text(limits::LINE_CHARS_MAX), "", "null"),
    may("nouveau-patient", Kind::Flag, "", "false"),
    may("contact", Kind::Whole(1, NUMBER_MAX), "La fiche contact ; sinon reconnue à son téléphone.", "null"),
];

pub static TAKE: Operation = Operation {
    title: "Prendre un message",
    about: "Pour le secrétariat. Il faut au moins un nom, un téléphone, un objet ou un texte. L’abonné en est averti comme \
        de tout message.",
    body: TAKEN,
    status: 201,
    ..change(
        "prendreMessage",
        "/api/v1/abonnes/{abonne}/messages",
        Right::WriteMessages,
        Act::Change(take),
        Gives::One(&MESSAGE_WHOLE),
    )
};

pub static ARCHIVE: Operation = Operation {
    title: "Archiver un message",
    about: "Pour l’abonné. Archivé déjà, il le reste.",
    ..change(
        "archiverMessage",
        "/api/v1/abonnes/{abonne}/messages/{message}/archivage",
        Right::WriteMessages,
        Act::Change(archive),
        Gives::One(&MESSAGE_WHOLE),
    )
};

pub static RESTORE: Operation = Operation {
    title: "Remettre un message en attente",
    about: "Pour l’abonné.",
    ..change(
        "remettreMessageEnAttente",
        "/api/v1/abonnes/{abonne}/messages/{message}/remise-en-attente",
        Right::WriteMessages,
        Act::Change(restore),
        Gives::One(&MESSAGE_WHOLE),
    )
};

pub static ANSWER: Operation = Operation {
    title: "Répondre au secrétariat",
    about: "Pour l’abonné. Le standard la voit aussitôt.",
    body: &[must("reponse", Kind::Text(limits::TEXT_CHARS_MAX), "", "\"Je la rappelle ce soir.\"")],
    status: 201,
    ..change(
        "repondreAuSecretariat",
        "/api/v1/abonnes/{abonne}/messages/{message}/reponses",
        Right::WriteMessages,
        Act::Change(answer),
        Gives::One(&MESSAGE_WHOLE),
    )
};

fn note_look_at_list(ask: &Ask<'_>) {
    let entry = ask.desk.entry(ask.request.now, Action::MessagesSeen).object("interface");
    ask.house.journal.note_look(entry.from(ask.request.client));
}

fn list(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let query = &ask.request.query;
    let (state, kind, urgent) = (query.find("etat"), query.find("type"), query.find("urgent"));
    let fits = |message: &Message| {
        state.is_none_or(|state| (state == "en-attente") == message.is_pending())
            && kind.is_none_or(|kind| kind == message.kind.word())
            && urgent.is_none_or(|urgent| (urgent == "oui") == message.urgent)
    };
    let before = query.find("avant").and_then(|number| number.parse().ok());
    let most = limits::PAGE_ROWS as usize;
    let (messages, next) = store::before(tx, ask.desk.id(), before, most, LOOKED_AT_MAX, fits)?;
    let zone = ask.desk.subscriber().zone;
    let rows: Vec<Value> = messages.iter().map(|message| value(message, zone)).collect();
    let next = next.map(|number| {
        let mut next = query.clone().without(&["avant"]);
        next.push("avant", number.to_string());
        next.encoded()
    });
    Ok(Shown { next, ..Shown::of(json!({ "donnees": rows })) })
}

fn one(tx: &Read, ask: &Ask<'_>) -> Result<Shown> {
    let number: MessageNumber = ask.request.part(0)?;
    let message = store::message(tx, ask.desk.id(), number)?;
    let zone = ask.desk.subscriber().zone;
    let mut whole = value(&message, zone);
    let history = store::history(tx, ask.desk.id(), number)?;
    whole["historique"] = history.iter().map(|event| event_value(event, zone)).collect();
    let entry = ask.desk.entry(ask.request.now, Action::MessageSeen).object(format!("message {number}, interface"));
    ask.house.journal.note_look(entry.from(ask.request.client));
    Ok(Shown::of(whole))
}

fn take(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    if ask.desk.side() != Side::Secretariat {
        return Err(Error::Forbidden);
    }
    let mut new = call::read(ask.request, &ask.desk.who().person, ask.desk.subscriber().zone)?.message;
    new.contact = known_caller(tx, ask.desk, &ask.request.form, &mut new.caller)?;
    let number = store::take(tx, ask.desk.id(), new)?.number;
    Ok(done(ask, number, 201, Action::MessageTaken))
}

fn archive(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let number = own(tx, ask)?;
    archive::archive(tx, ask.desk.id(), &[number], by(ask.desk), ask.request.now)?;
    Ok(done(ask, number, 200, Action::MessagesArchived))
}

fn restore(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let number = own(tx, ask)?;
    archive::restore(tx, ask.desk.id(), &[number], by(ask.desk), ask.request.now)?;
    Ok(done(ask, number, 200, Action::MessagesRestored))
}

fn answer(tx: &Write<'_>, ask: &Ask<'_>) -> Result<Done> {
    let number = own(tx, ask)?;
    let text = read_answer(&ask.request.form)?;
    store::answer(tx, ask.desk.id(), number, text, by(ask.desk), ask.request.now)?;
    Ok(done(ask, number, 201, Action::MessageAnswered))
}

/// The message of an address, for what is the abonné's own to do.
fn own(tx: &Write<'_>, ask: &Ask<'_>) -> Result<MessageNumber> {
    let number: MessageNumber = ask.request.part(0)?;
    store::message(tx, ask.desk.id(), number)?;
    if ask.desk.side() == Side::Subscriber { Ok(number) } else { Err(Error::Forbidden) }
}

fn done(ask: &Ask<'_>, number: MessageNumber, status: u16, action: Action) -> Done {
    let location = format!("{}/abonnes/{}/messages/{number}", super::BASE, ask.desk.id());
    Done { status, location, action, object: format!("message {number}") }
}

pub(super) fn value(message: &Message, zone: Zone) -> Value {
    let caller = &message.caller;
    let note = message.appointment.clone().unwrap_or_default();
    let archived = match message.state {
        crate::messages::model::State::Pending => None,
        crate::messages::model::State::Archived { at } => Some(at),
    };
    json!({
        "numero": message.number.0,
        "recu": moment(message.received, zone),
        "type": message.kind.word(),
        "urgent": message.urgent,
        "etat": if archived.is_none() { "en-attente" } else { "archive" },
        "archive": archived.map(|at| moment(at, zone)),
        "lu": message.read.map(|at| moment(at, zone)),
        "civilite": or_null(&caller.civility),
        "nom": or_null(&caller.last_name),
        "prenom": or_null(&caller.first_name),
        "adresse": or_null(&caller.address),
        "code-postal": or_null(&caller.postal_code),
        "ville": or_null(&caller.town),
        "telephone": phone(&caller.phone),
        "email": or_null(&caller.email),
        "objet": or_null(&message.subject),
        "texte": or_null(&message.text),
        "date-rdv": note.day.map(|day| day.date().to_string()),
        "heure-rdv": note.minute.map(crate::base::time::minute_of_day),
        "motif": or_null(&note.reason),
        "nouveau-patient": note.new_patient,
        "pris-par": or_null(&message.taken_by),
        "contact": message.contact.map(|id| id.0),
        "rendez-vous": message.appointment_id.map(|id| id.0),
        "reponses": message.answers,
    })
}

fn event_value(event: &Event, zone: Zone) -> Value {
    let text = match &event.what {
        What::Answered { text } => Some(text),
        _ => None,
    };
    json!({ "le": moment(event.at, zone), "par": or_null(&event.who), "quoi": event.what.label(), "texte": text })
}

pub(super) fn phone(phone: &Phone) -> Value {
    or_null(phone.kept())
}
