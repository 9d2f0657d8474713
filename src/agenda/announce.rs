//! What a secretary books, moves or cancels makes a message for the abonné, in the same write.

use super::model::{Actor, Appointment, Kind, Place};
use crate::base::{Instant, MessageNumber, SubscriberId};
use crate::error::Result;
use crate::messages::model::{self as messages, AppointmentNote, Caller, NewMessage};
use crate::messages::{expiry, store};
use crate::store::Write;
use crate::subscribers::Side;

/// What there is to say of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    Booked,
    /// Several at once: this one and so many more.
    BookedSeries {
        more: u64,
    },
    Moved {
        from: Place,
    },
    Cancelled,
    /// By the link that its reminder bore.
    CancelledByContact,
    /// A move was taken back.
    Restored,
}

/// Leaves a message, unless the abonné's own people did it, or there is nothing but a blocked slot.
pub(super) fn announce(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    appointment: &Appointment,
    news: News,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Option<MessageNumber>> {
    if actor.side != Side::Secretariat || appointment.blocked {
        return Ok(None);
    }
    let place = appointment.slot();
    let (subject, text) = match news {
        News::Booked => ("Rendez-vous pris", format!("Le {}, {} min.", place.in_words(), place.minutes)),
        News::BookedSeries { more } => {
            let others = crate::base::french::count(more, "autre rendez-vous", "autres rendez-vous");
            ("Rendez-vous pris", format!("Le {}, {} min, et {others} à la suite.", place.in_words(), place.minutes))
        }
        News::Moved { from } => {
            ("Rendez-vous déplacé", format!("Du {} au {}, {} min.", from.in_words(), place.in_words(), place.minutes))
        }
        News::Restored => (
            "Rendez-vous remis à sa place",
            format!("Il est de nouveau le {}, {} min.", place.in_words(), place.minutes),
        ),
        News::CancelledByContact => (
            "Rendez-vous annulé",
            format!("Le contact l’a annulé par le lien qu’il a reçu. Il était le {}.", place.in_words()),
        ),
        News::Cancelled => ("Rendez-vous annulé", format!("Il était le {}.", place.in_words())),
    };
    let message = NewMessage {
        received: now,
        kind: match appointment.kind {
            Kind::Consultation => messages::Kind::Appointment,
            Kind::Visit => messages::Kind::Visit,
        },
        urgent: false,
        caller: Caller {
            last_name: appointment.last_name.clone(),
            first_name: appointment.first_name.clone(),
            phone: appointment.phone.clone(),
            address: appointment.address.clone(),
            ..Caller::default()
        },
        subject: subject.into(),
        text,
        appointment: Some(AppointmentNote {
            day: Some(appointment.date),
            minute: Some(appointment.start.0),
            reason: appointment.reason.clone(),
            new_patient: appointment.new_patient,
        }),
        taken_by: actor.name.to_owned(),
        taken_by_person: actor.person,
        contact: appointment.contact,
        appointment_id: Some(appointment.id),
    };
    Ok(Some(store::take(tx, subscriber, message.checked()?)?.number))
}

/// Takes an announcement back if the abonné has not seen it; whether it was taken back.
pub(super) fn take_back(tx: &Write<'_>, subscriber: SubscriberId, number: MessageNumber) -> Result<bool> {
    let Ok(message) = store::message(tx, subscriber, number) else { return Ok(true) };
    if message.read.is_some() || message.answers > 0 {
        return Ok(false);
    }
    store::uncount(tx, subscriber, &message)?;
    expiry::erase(tx, subscriber, &message)?;
    tx.touch(crate::house::CONSOLE);
    Ok(true)
}
