//! The reminders hear, within the same write, what became of each appointment.

use super::model::{Appointment, Kind};
use crate::base::Instant;
use crate::error::Result;
use crate::reminders::{Became, Meeting, meetings};
use crate::store::Write;
use crate::subscribers::Subscriber;

/// It is booked, changed, moved, or back at its place.
pub(super) fn stands(tx: &Write<'_>, subscriber: &Subscriber, appointment: &Appointment, now: Instant) -> Result<()> {
    meetings::follow(tx, subscriber, &meeting(appointment), Became::Stands, now)
}

/// It is no more.
pub(super) fn gone(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    appointment: &Appointment,
    by_contact: bool,
    now: Instant,
) -> Result<()> {
    let became = if by_contact { Became::CancelledByContact } else { Became::Cancelled };
    meetings::follow(tx, subscriber, &meeting(appointment), became, now)
}

/// An appointment as far as a contact may be told of it: never its reason.
pub(super) fn meeting(appointment: &Appointment) -> Meeting {
    Meeting {
        id: appointment.id,
        day: appointment.date,
        minute: appointment.start.0,
        start: appointment.start_utc,
        end: appointment.end_utc,
        visit: appointment.kind == Kind::Visit,
        contact: appointment.contact,
        by_email: appointment.reminder_email,
        by_sms: appointment.reminder_sms,
        message: appointment.message,
    }
}
