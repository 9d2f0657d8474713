//! The one way in: whatever brings a fax ends here. What came is on the disk, and in the queue of the reader, when this returns.

use super::model::{About, Fax, State, Way};
use super::store;
use crate::base::{FaxId, Instant, PersonId, SubscriberId, french, limits, secret};
use crate::decode::Kind;
use crate::error::Result;
use crate::house::House;
use crate::journal::{Action, Entry};

/// A fax about to be received.
#[derive(Debug, Clone)]
pub struct Arrival<'a> {
    pub bytes: &'a [u8],
    /// As its file is called.
    pub name: &'a str,
    pub way: Way,
    /// Who brought it.
    pub by: Option<(PersonId, &'a str)>,
    /// Whose it is; `None` is attributed at the switchboard.
    pub subscriber: Option<SubscriberId>,
    pub about: About,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    New(FaxId),
    /// The same file came before, by the same way for the same abonné.
    Known(FaxId),
    /// A sentence that says why it can't be kept at all.
    Refused(String),
}

/// Keeps a fax for good and queues it for reading.
pub fn receive(house: &House, arrival: Arrival<'_>, now: Instant) -> Result<Received> {
    let size = arrival.bytes.len() as u64;
    if size == 0 {
        return Ok(Received::Refused("Ce fichier est vide.".into()));
    }
    if size > limits::UPLOAD_BYTES_MAX {
        let (size, most) = (french::size(size), french::size(limits::UPLOAD_BYTES_MAX));
        return Ok(Received::Refused(format!("Ce fichier fait {size} ; la limite est de {most}.")));
    }
    if !house.store.has_room_for(size) {
        return Ok(Received::Refused(
            "Le disque du serveur n’a plus assez de place pour ce fichier : prévenez la personne qui s’occupe du serveur."
                .into(),
        ));
    }
    let digest = secret::digest128(arrival.bytes);
    let known = |tx: &_| store::known(tx, arrival.way, arrival.subscriber, digest);
    if let Some(number) = house.store.read(known)? {
        return Ok(Received::Known(number));
    }
    let key = house.papers.keep(arrival.bytes)?;
    let new = Fax {
        number: FaxId(0),
        key: key.clone(),
        name: shown(arrival.name),
        received: now,
        way: arrival.way,
        by: arrival.by.map(|(person, _)| person),
        by_name: arrival.by.map(|(_, name)| name.to_owned()).unwrap_or_default(),
        subscriber: arrival.subscriber,
        message: None,
        about: arrival.about.clone().clean(),
        kind: Kind::of(arrival.bytes),
        digest,
        bytes: size,
        state: State::Coming,
    };
    // Two may bring the same at once: the second finds the first in its own write.
    let added = house.store.write(|tx| match store::known(tx, arrival.way, arrival.subscriber, digest)? {
        Some(number) => Ok(Received::Known(number)),
        None => Ok(Received::New(store::add(tx, new)?.number)),
    });
    match &added {
        Ok(Received::New(number)) => note(house, &arrival, *number, now),
        _ => house.papers.remove(&key)?,
    }
    added
}

/// A line in the journal; who brought it is noted by who answers them.
fn note(house: &House, arrival: &Arrival<'_>, number: FaxId, now: Instant) {
    if arrival.by.is_none() {
        let entry = Entry::new(now, Action::FaxReceived).object(format!("fax {number}"));
        house.journal.note(match arrival.subscriber {
            Some(subscriber) => entry.about(subscriber),
            None => entry,
        });
    }
}

/// A file's name for people's eyes: without folders, control characters and endless length.
fn shown(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(limits::NAME_CHARS_MAX).collect();
    if plain.trim().is_empty() { "sans nom".to_owned() } else { plain }
}
