//! Messages as rows of cells, the same for the screen and for every file.

use super::model::{Asked, Field, Scope, Type};
use crate::base::time::{date_short, minute_of_day};
use crate::base::{Instant, Zone};
use crate::error::Result;
use crate::messages::model::{Message, State};
use crate::messages::store;
use crate::store::Reads;
use crate::subscribers::Subscriber;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// How many calls of each type there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u64; 3]);

impl Counts {
    pub fn of(self, one: Type) -> u64 {
        self.0[one.place()]
    }

    pub fn all(self) -> u64 {
        self.0.iter().sum()
    }

    pub fn add(&mut self, one: Type) {
        self.0[one.place()] += 1;
    }
}

/// What stands in a cell; nothing is an empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'m> {
    Text(Cow<'m, str>),
    Number(u64),
    Date(NaiveDate),
    /// Minutes since midnight.
    Time(u16),
}

impl Cell<'_> {
    /// For people, and for files without types.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Number(number) => Cow::Owned(number.to_string()),
            Cell::Date(date) => Cow::Owned(date_short(*date)),
            Cell::Time(minute) => Cow::Owned(minute_of_day(*minute)),
        }
    }
}

/// A message with its time of reception where the abonné is.
#[derive(Debug)]
pub struct Row<'m> {
    pub message: &'m Message,
    received: NaiveDateTime,
}

impl<'m> Row<'m> {
    pub fn new(message: &'m Message, zone: Zone) -> Row<'m> {
        Row { message, received: message.received.local(zone) }
    }

    pub fn cell(&self, field: Field) -> Cell<'m> {
        let message = self.message;
        let caller = &message.caller;
        let note = message.appointment.as_ref();
        let yes = |so: bool| text(if so { "oui" } else { "" });
        match field {
            Field::Number => Cell::Number(message.number.0),
            Field::Date => Cell::Date(self.received.date()),
            Field::Time => Cell::Time((self.received.hour() * 60 + self.received.minute()) as u16),
            Field::Kind => text(message.kind.label()),
            Field::Urgent => yes(message.urgent),
            Field::Civility => text(&caller.civility),
            Field::LastName => text(&caller.last_name),
            Field::FirstName => text(&caller.first_name),
            Field::Address => text(&caller.address),
            Field::PostalCode => text(&caller.postal_code),
            Field::Town => text(&caller.town),
            Field::Phone => Cell::Text(Cow::Owned(caller.phone.shown())),
            Field::Email => text(&caller.email),
            Field::Subject => text(&message.subject),
            Field::Text => text(&message.text),
            Field::AppointmentDate => note.and_then(|note| note.day).map_or(text(""), |day| Cell::Date(day.date())),
            Field::AppointmentTime => note.and_then(|note| note.minute).map_or(text(""), Cell::Time),
            Field::Reason => text(note.map_or("", |note| note.reason.as_str())),
            Field::NewPatient => yes(note.is_some_and(|note| note.new_patient)),
            Field::TakenBy => text(&message.taken_by),
            Field::State => text(match message.state {
                State::Pending => "en attente",
                State::Archived { .. } => "archivé",
            }),
        }
    }
}

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

/// The calls that are asked for, of one type alone where `only` says so, in the order in which they were taken.
pub fn each(
    tx: &impl Reads,
    subscriber: &Subscriber,
    asked: &Asked,
    only: Option<Type>,
    mut visit: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let span = span(asked.scope, subscriber.zone);
    store::each(tx, subscriber.id, |message| {
        let one = Type::of(message.kind);
        let fits = asked.includes(one)
            && only.is_none_or(|only| only == one)
            && match span {
                None => message.is_pending(),
                Some((from, before)) => message.received >= from && message.received < before,
            };
        if fits { visit(&Row::new(&message, subscriber.zone)) } else { Ok(ControlFlow::Continue(())) }
    })
}

/// The moments of a period; `None` for what is pending, whenever it came.
fn span(scope: Scope, zone: Zone) -> Option<(Instant, Instant)> {
    let Scope::Period { from, to } = scope else { return None };
    let midnight = |date: NaiveDate| zone.instant_at_or_after(date.and_time(NaiveTime::MIN));
    Some((midnight(from), midnight(to.succ_opt().unwrap_or(to))))
}

/// How many calls are asked for.
pub fn count(tx: &impl Reads, subscriber: &Subscriber, asked: &Asked) -> Result<Counts> {
    let mut counts = Counts::default();
    each(tx, subscriber, asked, None, |row| {
        counts.add(Type::of(row.message.kind));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(counts)
}
