//! What a message is, and what makes one acceptable. Pure: no store, no clock.

use crate::base::text::{self, clean_line, clean_text, looks_like_email};
use crate::base::{AppointmentId, ContactId, Instant, MessageNumber, PersonId, Phone, limits, time::Day};
use crate::error::{Problems, Result};
use serde::{Deserialize, Serialize};

/// What kind of call a message came from (guide of 2010, « Numéro du message et indicateur visuel »).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A plain note of a call.
    Information,
    /// A short text that also goes to a pager or mobile telephone (« bip/SMS »).
    Sms,
    Appointment,
    Visit,
    Fax,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Information, Kind::Sms, Kind::Appointment, Kind::Visit, Kind::Fax];

    /// The word of forms, addresses and files.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Information => "message",
            Kind::Sms => "sms",
            Kind::Appointment => "rendez-vous",
            Kind::Visit => "visite",
            Kind::Fax => "fax",
        }
    }

    /// The label beside the icon.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Information => "Information",
            Kind::Sms => "Bip/SMS",
            Kind::Appointment => "Rendez-vous",
            Kind::Visit => "Visite",
            Kind::Fax => "Fax",
        }
    }

    /// Reads the word of forms and files; « information », « bip » and « rdv » are understood too.
    pub fn from_word(word: &str) -> Option<Kind> {
        match word {
            "message" | "information" => Some(Kind::Information),
            "sms" | "bip" | "bip/sms" => Some(Kind::Sms),
            "rendez-vous" | "rdv" | "rendez vous" => Some(Kind::Appointment),
            "visite" => Some(Kind::Visit),
            "fax" => Some(Kind::Fax),
            _ => None,
        }
    }
}

/// Who called, as far as they said. Every field may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// « M. », « Mme », « Dr »…
    pub civility: String,
    pub last_name: String,
    pub first_name: String,
    pub address: String,
    pub postal_code: String,
    pub town: String,
    pub phone: Phone,
    pub email: String,
}

impl Caller {
    /// « Mme DUPONT Marie »; empty when nobody said who they were.
    pub fn name(&self) -> String {
        let name = crate::base::french::person_name(&self.last_name, &self.first_name);
        if self.civility.is_empty() || name.is_empty() { name } else { format!("{} {name}", self.civility) }
    }

    /// « 5, rue Colette, 92917 Godard », parts that are missing left out.
    pub fn postal_address(&self) -> String {
        text::postal_address(&self.address, &self.postal_code, &self.town)
    }
}

/// What a message of kind rendez-vous or visite says of the appointment. The agenda keeps the appointment itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentNote {
    pub day: Option<Day>,
    /// Minutes since midnight, civil time of the abonné.
    pub minute: Option<u16>,
    /// « Motif ».
    pub reason: String,
    pub new_patient: bool,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Pending,
    Archived { at: Instant },
}

/// A message as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub number: MessageNumber,
    pub received: Instant,
    pub kind: Kind,
    pub urgent: bool,
    pub caller: Caller,
    pub subject: String,
    pub text: String,
    pub appointment: Option<AppointmentNote>,
    /// The secretary's name as it was when she took the call; a file's own word for imported ones.
    pub taken_by: String,
    /// Her account, when it was taken here.
    pub taken_by_person: Option<PersonId>,
    pub state: State,
    /// When its row was first shown to the abonné.
    pub read: Option<Instant>,
    /// How many answers of the abonné it bears.
    pub answers: u32,
    /// The contact card it concerns.
    pub contact: Option<ContactId>,
    /// The fax it brought.
    pub fax: Option<u64>,
    /// What marks it as the row of a file it was imported from, so that importing again does not double it.
    pub fingerprint: Option<u128>,
    /// The appointment of the agenda that it announces.
    pub appointment_id: Option<AppointmentId>,
}

impl Message {
    pub fn is_pending(&self) -> bool {
        self.state == State::Pending
    }

    /// Every text in it that people may look for.
    pub fn searched_texts(&self) -> impl Iterator<Item = &str> {
        let caller = &self.caller;
        [
            caller.last_name.as_str(),
            &caller.first_name,
            &caller.address,
            &caller.postal_code,
            &caller.town,
            &caller.email,
            &self.subject,
            &self.text,
            &self.taken_by,
        ]
        .into_iter()
        .chain(self.appointment.as_ref().map(|note| note.reason.as_str()))
    }
}

/// A message about to be taken: checked, without a number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub received: Instant,
    pub kind: Kind,
    pub urgent: bool,
    pub caller: Caller,
    pub subject: String,
    pub text: String,
    pub appointment: Option<AppointmentNote>,
    pub taken_by: String,
    pub taken_by_person: Option<PersonId>,
    /// The contact card it concerns.
    pub contact: Option<ContactId>,
    /// The appointment of the agenda that it announces.
    pub appointment_id: Option<AppointmentId>,
}

impl NewMessage {
    /// Trims every field, then checks lengths and that the message says something.
    /// Problems are tied to the form's field names, which the import's columns share.
    pub fn checked(mut self) -> Result<NewMessage> {
        let mut problems = Problems::default();
        for (field, text, most, what) in [
            ("civilite", &mut self.caller.civility, limits::POSTAL_CODE_CHARS_MAX, "La civilité"),
            ("nom", &mut self.caller.last_name, limits::NAME_CHARS_MAX, "Le nom"),
            ("prenom", &mut self.caller.first_name, limits::NAME_CHARS_MAX, "Le prénom"),
            ("adresse", &mut self.caller.address, limits::LINE_CHARS_MAX, "L’adresse"),
            ("code-postal", &mut self.caller.postal_code, limits::POSTAL_CODE_CHARS_MAX, "Le code postal"),
            ("ville", &mut self.caller.town, limits::LINE_CHARS_MAX, "La ville"),
            ("email", &mut self.caller.email, limits::EMAIL_CHARS_MAX, "L’adresse e-mail"),
            ("objet", &mut self.subject, limits::LINE_CHARS_MAX, "L’objet"),
        ] {
            clean_line(text);
            too_long(&mut problems, field, text, most, what);
        }
        clean_text(&mut self.text);
        too_long(&mut problems, "texte", &self.text, limits::TEXT_CHARS_MAX, "Le texte");
        too_long(&mut problems, "telephone", self.caller.phone.kept(), limits::PHONE_CHARS_MAX, "Le téléphone");
        if let Some(note) = &mut self.appointment {
            clean_line(&mut note.reason);
            too_long(&mut problems, "motif", &note.reason, limits::LINE_CHARS_MAX, "Le motif");
        }
        if !self.caller.email.is_empty() && !looks_like_email(&self.caller.email) {
            problems.add("email", "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine.");
        }
        let says_nothing = self.text.is_empty()
            && self.subject.is_empty()
            && self.caller.phone.is_empty()
            && self.caller.last_name.is_empty()
            && self.appointment.is_none();
        if says_nothing {
            problems
                .add("texte", "Ce message est vide : indiquez au moins un nom, un téléphone, un objet ou un texte.");
        }
        problems.into_result()?;
        Ok(self)
    }
}

fn too_long(problems: &mut Problems, field: &'static str, text: &str, most: usize, what: &str) {
    let count = text.chars().count();
    if count > most {
        problems.add(field, format!("{what} compte {count} caractères ; la limite est de {most}."));
    }
}

/// What happened to a message, and when, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Instant,
    /// The name shown; empty for what the server did by itself.
    pub who: String,
    pub person: Option<PersonId>,
    pub what: What,
}

/// One field of a correction: what it said, and says now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The word of the form.
    pub field: String,
    pub before: String,
    pub after: String,
}

/// The steps of a message's life. New kinds go to the end: their place is what the file keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// « pris ».
    Taken,
    /// Brought in from another software's file.
    Imported,
    /// « lu »: its row was shown to the abonné.
    Read,
    /// « archivé ».
    Archived,
    /// « remis en attente ».
    Restored,
    /// The abonné answered the secretariat.
    Answered {
        text: String,
    },
    /// The secretariat dealt with the abonné's answer.
    AnswerHandled,
    /// The message was tied to a contact card.
    Tied,
    /// Mended within the minutes after it was taken.
    Corrected {
        changes: Vec<Change>,
    },
    /// It was taken under another abonné's name first.
    TransferredHere,
    /// It was meant for another abonné, and went there.
    TransferredAway,
    /// « rappel promis à 15:00 ».
    CallPromised {
        at: Instant,
    },
    CalledBack,
    /// « à reprendre » by another secretary.
    HandedOver {
        to: String,
    },
    TakenUp,
    /// The abonné was called about an urgent message.
    Called {
        phone: Phone,
        reached: bool,
    },
    /// « transmis »: what became of a notice by e-mail or SMS.
    Transmitted {
        by_sms: bool,
        to: String,
        how: Transmission,
    },
    /// The contact of its appointment was told of it; what became of that letter.
    ContactTold {
        by_sms: bool,
        to: String,
        how: Transmission,
    },
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Transmission {
    /// Taken by the mail server or the SMS gateway.
    Sent,
    /// The telephone has it.
    Delivered,
    /// Refused, or given up.
    Failed,
}

impl What {
    /// The word of the history.
    pub fn label(&self) -> &'static str {
        match self {
            What::Taken => "pris",
            What::Imported => "importé",
            What::Read => "lu",
            What::Archived => "archivé",
            What::Restored => "remis en attente",
            What::Answered { .. } => "réponse au secrétariat",
            What::AnswerHandled => "réponse traitée par le secrétariat",
            What::Tied => "relié à une fiche contact",
            What::Corrected { .. } => "corrigé",
            What::TransferredHere => "transféré à cet abonné, son vrai destinataire",
            What::TransferredAway => "transféré à son vrai destinataire",
            What::CallPromised { .. } => "rappel promis",
            What::CalledBack => "rappel fait",
            What::HandedOver { .. } => "confié, à reprendre",
            What::TakenUp => "repris et terminé",
            What::Called { reached: true, .. } => "abonné prévenu par téléphone",
            What::Called { reached: false, .. } => "appel à l’abonné, sans réponse",
            What::Transmitted { by_sms: false, how: Transmission::Failed, .. } => "e-mail : échec",
            What::Transmitted { by_sms: false, .. } => "transmis par e-mail",
            What::Transmitted { by_sms: true, how: Transmission::Sent, .. } => "transmis par SMS",
            What::Transmitted { by_sms: true, how: Transmission::Delivered, .. } => "SMS reçu par le téléphone",
            What::Transmitted { by_sms: true, how: Transmission::Failed, .. } => "SMS : échec",
            What::ContactTold { by_sms: false, how: Transmission::Failed, .. } => "contact prévenu par e-mail : échec",
            What::ContactTold { by_sms: false, .. } => "contact prévenu par e-mail",
            What::ContactTold { by_sms: true, how: Transmission::Sent, .. } => "contact prévenu par SMS",
            What::ContactTold { by_sms: true, how: Transmission::Delivered, .. } => "SMS reçu par le contact",
            What::ContactTold { by_sms: true, how: Transmission::Failed, .. } => "contact prévenu par SMS : échec",
        }
    }
}
