//! Guessing slowed, never locked out: waits that grow with failures, per account, per network, and per both.
//!
//! A stranger who hammers one account from his own network makes himself wait long, and the account's owner, on another
//! network, a few seconds at the most; on a device where the owner signed in before, not at all. Kept in the data file, so
//! that a restart forgives nothing, and bounded, so that a flood of invented logins does not fill the disk.

use crate::base::secret::base64url;
use crate::base::{Instant, time};
use crate::error::Result;
use crate::store::{Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::ops::ControlFlow;

pub(super) static GUESSES: Collection<&'static str, Guesses> = Collection::new("people.guesses");

/// Failures remembered under one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guesses {
    failures: u32,
    last: Instant,
}

impl Record for Guesses {}

/// After this long without a failure all is forgiven.
const FORGIVEN_MS: i64 = 12 * time::HOUR_MS;

/// Rows at the most, some 60 bytes each.
const ROWS_MAX: u64 = 20_000;

/// How a kind of key slows: failures that cost nothing, then doubling waits from one second up to a most.
struct Slowing {
    free: u32,
    most_s: i64,
}

/// One account from one network: the careful eye is here.
const BOTH: Slowing = Slowing { free: 4, most_s: 15 * 60 };
/// One network, whatever the account: an office of ten shares an address.
const NETWORK: Slowing = Slowing { free: 20, most_s: 5 * 60 };
/// One account from anywhere: only so much that a thousand networks can't guess a night through; short enough to sit out.
const ACCOUNT: Slowing = Slowing { free: 30, most_s: 8 };

/// Codes of one account: one in 300,000 guesses hits, so a few hundred a day give nobody hope; and who is at it knows the
/// password, so that the wait is worth it.
const CODE: Slowing = Slowing { free: 5, most_s: 5 * 60 };
/// Unknown personal links from one network.
const LINK: Slowing = Slowing { free: 10, most_s: 60 };

impl Slowing {
    /// Seconds to wait after so many failures.
    fn wait_s(&self, failures: u32) -> i64 {
        match failures.checked_sub(self.free) {
            None | Some(0) => 0,
            Some(over) => (1i64 << (over - 1).min(20)).min(self.most_s),
        }
    }
}

/// What somebody tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Password,
    /// The code of a second factor: who gets so far knows the password already.
    Code,
}

/// One try: what, for which login, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Try<'a> {
    pub proof: Proof,
    pub login: &'a str,
    pub from: IpAddr,
    /// The hash of the token of a device on which this person signed in before.
    pub device: Option<[u8; 32]>,
}

impl Try<'_> {
    /// Under which keys the try counts; the last one is the network's alone.
    fn keys(&self) -> Vec<(String, Slowing)> {
        let (login, network) = (self.login, network(self.from));
        match (self.proof, self.device) {
            (Proof::Password, Some(device)) => vec![(format!("appareil {}", base64url(&device)), BOTH)],
            (Proof::Code, Some(device)) => vec![(format!("code-appareil {}", base64url(&device)), CODE)],
            (Proof::Password, None) => vec![
                (format!("deux {network} {login}"), BOTH),
                (format!("compte {login}"), ACCOUNT),
                (network_key(&network), NETWORK),
            ],
            (Proof::Code, None) => vec![(format!("code {login}"), CODE), (network_key(&network), NETWORK)],
        }
    }
}

fn network_key(network: &str) -> String {
    format!("reseau {network}")
}

fn link_key(from: IpAddr) -> String {
    format!("lien {}", network(from))
}

/// What counts as one place on the network: an IPv4 address, or the /64 that one IPv6 household gets.
pub(super) fn network(from: IpAddr) -> String {
    match from {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        },
    }
}

/// Seconds that the next try must wait; 0 when it may come now.
pub fn wait_s(tx: &impl Reads, tried: &Try<'_>, now: Instant) -> Result<i64> {
    let mut wait = 0;
    for (key, slowing) in tried.keys() {
        wait = wait.max(wait_under(tx, &key, &slowing, now)?);
    }
    Ok(wait)
}

fn wait_under(tx: &impl Reads, key: &str, slowing: &Slowing, now: Instant) -> Result<i64> {
    let Some(guesses) = GUESSES.get(tx, key)? else { return Ok(0) };
    let since_ms = now.ms_since(guesses.last);
    // A clock set back must not make anybody wait for years.
    if !(0..FORGIVEN_MS).contains(&since_ms) {
        return Ok(0);
    }
    let left_ms = slowing.wait_s(guesses.failures) * time::SECOND_MS - since_ms;
    Ok(((left_ms + time::SECOND_MS - 1) / time::SECOND_MS).max(0))
}

/// Counts a failure.
pub fn failed(tx: &Write<'_>, tried: &Try<'_>, now: Instant) -> Result<()> {
    make_room(tx, now)?;
    for (key, _) in tried.keys() {
        count_one(tx, &key, now)?;
    }
    Ok(())
}

fn count_one(tx: &Write<'_>, key: &str, now: Instant) -> Result<()> {
    let before = GUESSES.get(tx, key)?.filter(|guesses| now.ms_since(guesses.last) < FORGIVEN_MS);
    let failures = before.map_or(0, |guesses| guesses.failures).saturating_add(1);
    GUESSES.put(tx, key, &Guesses { failures, last: now })
}

/// Forgets the failures of who has just proved to be the one. The network's own count stays, or one good account would
/// open the way to guess all others.
pub fn succeeded(tx: &Write<'_>, tried: &Try<'_>) -> Result<()> {
    let network = network_key(&network(tried.from));
    for (key, _) in tried.keys().iter().filter(|(key, _)| *key != network) {
        GUESSES.remove(tx, key.as_str())?;
    }
    Ok(())
}

/// Counts an unknown personal link from a network; seconds to wait when there were too many. A token has 256 bits and is
/// not guessed: this only keeps a flood from the disk and the journal, and nobody with a good link is held up.
pub fn unknown_link(tx: &Write<'_>, from: IpAddr, now: Instant) -> Result<()> {
    make_room(tx, now)?;
    count_one(tx, &link_key(from), now)
}

/// Seconds that a network which opened unknown links must wait.
pub fn link_wait_s(tx: &impl Reads, from: IpAddr, now: Instant) -> Result<i64> {
    wait_under(tx, &link_key(from), &LINK, now)
}

/// Keeps the table bounded: when it is full, what is forgiven goes, then the older half of those with the fewest failures.
/// A flood of invented logins so pushes out itself and not the count of an account under attack.
fn make_room(tx: &Write<'_>, now: Instant) -> Result<()> {
    if GUESSES.len(tx)? < ROWS_MAX {
        return Ok(());
    }
    purge(tx, now)?;
    let mut all: Vec<(u32, Instant, String)> = Vec::new();
    GUESSES.each(tx, ""..="\u{10ffff}", Direction::Ascending, |key, guesses| {
        all.push((guesses.failures, guesses.last, key.to_owned()));
        Ok(ControlFlow::Continue(()))
    })?;
    if (all.len() as u64) < ROWS_MAX / 2 {
        return Ok(());
    }
    all.sort();
    let half = all.len() / 2;
    for (_, _, key) in all.iter().take(half) {
        GUESSES.remove(tx, key.as_str())?;
    }
    Ok(())
}

/// How many counts are kept.
pub fn count(tx: &impl Reads) -> Result<u64> {
    GUESSES.len(tx)
}

/// Drops what is forgiven anyway; keeps the table small.
pub fn purge(tx: &Write<'_>, now: Instant) -> Result<()> {
    let mut old = Vec::new();
    GUESSES.each(tx, ""..="\u{10ffff}", Direction::Ascending, |key, guesses| {
        if now.ms_since(guesses.last) >= FORGIVEN_MS {
            old.push(key.to_owned());
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for key in old {
        GUESSES.remove(tx, key.as_str())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<i64> = (0..=20).map(|failures| BOTH.wait_s(failures)).collect();
        assert_eq!(&waits[..9], &[0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!((BOTH.wait_s(1000), ACCOUNT.wait_s(u32::MAX)), (900, 8));
    }

    #[test]
    fn an_ipv6_household_is_one_place() {
        let one = network("2001:db8:1:2:3:4:5:6".parse().unwrap());
        assert_eq!(one, network("2001:db8:1:2::9".parse().unwrap()));
        assert_ne!(one, network("2001:db8:1:3::9".parse().unwrap()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1");
    }
}
