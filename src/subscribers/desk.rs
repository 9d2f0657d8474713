//! Somebody at work for one abonné.

use super::model::Subscriber;
use super::{look, store};
use crate::base::{Instant, SubscriberId};
use crate::error::{Error, Result};
use crate::journal::{Action, Entry};
use crate::people::{Assignment, Role, SignedIn};
use crate::store::Reads;

/// On which side of the telephone somebody sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Subscriber,
    Secretariat,
    /// Who runs the house, at what secretaries are told of an abonné; never at its messages, contacts or agenda.
    Administration,
}

/// A person at work for one abonné. Made by the guards below only.
pub struct Desk {
    who: SignedIn,
    subscriber: Subscriber,
    side: Side,
    /// All the abonnés of a client, in the order of the account; one alone for a secretary.
    choices: Vec<Subscriber>,
    waiting: Waiting,
    /// « Voir comme ».
    looks_only: bool,
}

/// What waits for the abonné: every screen of the desk shows it, and rooms below the messages can't count them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    pub messages: u64,
    pub urgent: u64,
}

impl Desk {
    pub fn who(&self) -> &SignedIn {
        &self.who
    }

    pub fn subscriber(&self) -> &Subscriber {
        &self.subscriber
    }

    pub fn id(&self) -> SubscriberId {
        self.subscriber.id
    }

    pub fn side(&self) -> Side {
        self.side
    }

    pub fn choices(&self) -> &[Subscriber] {
        &self.choices
    }

    pub fn waiting(&self) -> Waiting {
        self.waiting
    }

    /// Whether this is an administrator's « Voir comme »: everything shows, nothing may change, and a look is no reading.
    pub fn looks_only(&self) -> bool {
        self.looks_only
    }

    /// The same desk, with what waits counted.
    pub fn with_waiting(self, waiting: Waiting) -> Desk {
        Desk { waiting, ..self }
    }

    /// What stands before « /messages » in this desk's addresses.
    pub fn base(&self) -> String {
        match self.side {
            Side::Subscriber => String::new(),
            Side::Secretariat => format!("/standard/abonnes/{}", self.subscriber.id),
            Side::Administration => format!("/administration/abonnes/{}", self.subscriber.id),
        }
    }

    /// A line for the journal: by this person, about this abonné.
    pub fn entry(&self, now: Instant, action: Action) -> Entry {
        Entry::new(now, action).by(self.who.person.id, &self.who.person.login).about(self.subscriber.id)
    }
}

/// A client at the abonné chosen in this session (the first of the account otherwise), an administrator at the one that
/// this session looks at, or `NotFound`.
pub fn client(tx: &impl Reads, who: SignedIn, now: Instant) -> Result<Desk> {
    if who.person.role == Role::Administrator {
        let subscriber = look::at(tx, &who, now)?.ok_or(Error::NotFound)?;
        return Ok(Desk {
            who,
            choices: vec![subscriber.clone()],
            subscriber,
            side: Side::Subscriber,
            waiting: Waiting::default(),
            looks_only: true,
        });
    }
    let Role::Client { subscribers } = &who.person.role else { return Err(Error::NotFound) };
    let mut choices = Vec::with_capacity(subscribers.len());
    for id in subscribers {
        choices.extend(store::subscriber(tx, *id)?.filter(|subscriber| subscriber.active));
    }
    let chosen = choices
        .iter()
        .find(|subscriber| Some(subscriber.id) == who.session.subscriber)
        .or(choices.first())
        .cloned()
        .ok_or(Error::NotFound)?;
    let (side, waiting) = (Side::Subscriber, Waiting::default());
    Ok(Desk { who, subscriber: chosen, side, choices, waiting, looks_only: false })
}

/// Somebody's software at an abonné that its token names, if its person may be there, or `NotFound`. What an administrator's
/// software does, the secretariat does.
pub fn software(tx: &impl Reads, who: SignedIn, id: SubscriberId) -> Result<Desk> {
    let side = match &who.person.role {
        Role::Client { subscribers } if subscribers.contains(&id) => Side::Subscriber,
        Role::Secretary { answers_for } if answers_for.includes(id) => Side::Secretariat,
        Role::Administrator => Side::Secretariat,
        Role::Client { .. } | Role::Secretary { .. } => return Err(Error::NotFound),
    };
    let subscriber = store::subscriber(tx, id)?.filter(|subscriber| subscriber.active).ok_or(Error::NotFound)?;
    let choices = vec![subscriber.clone()];
    Ok(Desk { who, subscriber, side, choices, waiting: Waiting::default(), looks_only: false })
}

/// The abonnés for which a person may let in software of theirs.
pub fn within_reach(tx: &impl Reads, role: &Role) -> Result<Vec<Subscriber>> {
    match role {
        Role::Client { subscribers: own } => {
            let mut found = store::all(tx)?;
            found.retain(|subscriber| subscriber.active && own.contains(&subscriber.id));
            Ok(found)
        }
        Role::Secretary { answers_for } => store::answered_by(tx, answers_for),
        Role::Administrator => store::answered_by(tx, &Assignment::All),
    }
}

/// A secretary at an abonné she answers for, or `NotFound`.
pub fn secretary(tx: &impl Reads, who: SignedIn, id: SubscriberId) -> Result<Desk> {
    let Role::Secretary { answers_for } = &who.person.role else { return Err(Error::NotFound) };
    if !answers_for.includes(id) {
        return Err(Error::NotFound);
    }
    let subscriber = store::subscriber(tx, id)?.filter(|subscriber| subscriber.active).ok_or(Error::NotFound)?;
    Ok(Desk {
        who,
        choices: vec![subscriber.clone()],
        subscriber,
        side: Side::Secretariat,
        waiting: Waiting::default(),
        looks_only: false,
    })
}

/// An administrator at any abonné, also one that is at rest, or `NotFound`. No route leads from here to what an abonné
/// received: `routes` gives this door to the card, the instructions and the calendar subscriptions alone.
pub fn administrator(tx: &impl Reads, who: SignedIn, id: SubscriberId) -> Result<Desk> {
    if who.person.role != Role::Administrator {
        return Err(Error::NotFound);
    }
    let subscriber = store::subscriber(tx, id)?.ok_or(Error::NotFound)?;
    Ok(Desk {
        who,
        choices: vec![subscriber.clone()],
        subscriber,
        side: Side::Administration,
        waiting: Waiting::default(),
        looks_only: false,
    })
}
