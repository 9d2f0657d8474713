//! Who asks: a person's login with an access token for a password (RFC 7617), and what that token opens.

use super::answers::refused;
use crate::base::SubscriberId;
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::people::guesses;
use crate::people::tokens::{self, Bearer, Right};
use crate::store::Reads;
use crate::subscribers::{Desk, desk};

/// Somebody's program, let in.
pub struct Key {
    pub bearer: Bearer,
    pub request: Request,
}

impl Key {
    pub fn may(&self, right: Right) -> bool {
        self.bearer.token.rights.contains(&right)
    }

    /// The desk of an abonné, if the token names it, has the right, and its person may be there.
    pub fn desk(&self, tx: &impl Reads, id: SubscriberId, right: Right) -> Result<Desk> {
        if !self.bearer.token.subscribers.contains(&id) || !self.may(right) {
            return Err(Error::NotFound);
        }
        desk::software(tx, self.bearer.signed_in(&self.request), id)
    }

    /// Every desk that a right opens, in the token's order.
    pub fn desks(&self, tx: &impl Reads, right: Right) -> Result<Vec<Desk>> {
        let mut found = Vec::new();
        for id in &self.bearer.token.subscribers {
            match self.desk(tx, *id, right) {
                Ok(desk) => found.push(desk),
                Err(Error::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(found)
    }

    /// A right that a change needs, where the place itself may be seen.
    pub fn must(&self, right: Right) -> Result<()> {
        if self.may(right) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

/// Whether a password may travel as this request did: encrypted, within the machine, or because the settings say so.
pub fn may_send_passwords(house: &House, request: &Request) -> bool {
    request.https || request.client.is_loopback() || house.dav_in_clear
}

/// Lets a program in, or says why not. A token has 128 bits and is not guessed: who is unknown is only kept from flooding the
/// disk and the journal, and nobody with a good one waits.
pub fn enter(house: &House, request: &Request) -> Result<std::result::Result<Key, Answer>> {
    if let Some(bearer) = house.store.read(|tx| tokens::basic(tx, request))? {
        return Ok(Ok(Key { bearer, request: request.clone() }));
    }
    if request.header("authorization").is_none() {
        return Ok(Err(unknown("Identifiant et mot de passe d’application, s’il vous plaît.")));
    }
    let wait = house.store.read(|tx| guesses::link_wait_s(tx, request.client, request.now))?;
    if wait > 0 {
        let sentence = "Trop de mots de passe inconnus : réessayez dans un instant.";
        return Ok(Err(refused(429, "", sentence).with("Retry-After", wait.to_string())));
    }
    house.store.write_into_reserve(|tx| guesses::unknown_link(tx, request.client, request.now))?;
    Ok(Err(unknown(
        "Ce mot de passe d’application n’est pas connu. Faites-en un sous « Mon compte » ; votre mot de passe habituel ne sert pas ici.",
    )))
}

fn unknown(sentence: &str) -> Answer {
    refused(401, "", sentence).with("WWW-Authenticate", "Basic realm=\"Permanence\", charset=\"UTF-8\"")
}

/// A full disk must not keep anybody from reading.
pub fn note_use(house: &House, request: &Request, key: &Key) {
    if key.bearer.use_is_due(request.now)
        && let Err(cause) = house.store.write_into_reserve(|tx| key.bearer.note_use(tx, request))
    {
        log::warn!("the use of an application password could not be noted: {cause}");
    }
}
