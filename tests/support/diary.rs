//! Appointments on the stage: made through the store, before the play begins.

use super::Office;
use permanence::agenda::appointments;
use permanence::agenda::model::{Actor, Minute, NewAppointment};
use permanence::agenda::settings::{self, Settings};
use permanence::base::{AppointmentId, Phone, SubscriberId};
use permanence::subscribers::{Side, store as subscribers};

impl Office {
    /// An appointment on a date (YYYY-MM-DD) at a time (HH:MM), of so many minutes.
    pub fn appointment(&self, of: SubscriberId, date: &str, time: &str, minutes: u16, name: &str) -> AppointmentId {
        let new = NewAppointment {
            last_name: name.into(),
            first_name: "Paul".into(),
            phone: Phone::read("06 39 98 77 77"),
            reason: "Contrôle".into(),
            ..NewAppointment::at(date.parse().expect("a date"), Minute::read(time).expect("a time"), minutes)
        };
        let nobody = Actor { person: None, name: "La régie", side: Side::Subscriber };
        let booked = self.house().store.write(|tx| {
            let subscriber = subscribers::subscriber(tx, of)?.expect("an abonné of the cast");
            appointments::book(tx, &subscriber, new.checked()?, nobody, self.now())
        });
        booked.expect("it is booked").appointment.id
    }

    /// « Forcer le rendez-vous » is allowed from now on.
    pub fn allow_forcing(&self, of: SubscriberId) {
        let changed = self.house().store.write(|tx| {
            let subscriber = subscribers::subscriber(tx, of)?.expect("an abonné of the cast");
            let usual = settings::settings(tx, &subscriber)?;
            settings::set(tx, of, &Settings { forcing: true, ..usual })
        });
        changed.expect("the settings are kept");
    }
}
