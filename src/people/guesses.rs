//! Guessing slowed, never locked out: waits that grow with failures, per account, per network, and per both.
//!
//! A stranger who hammers one account from his own network makes himself wait long, and the account's owner, on another
//! network, a few seconds at the most. Kept in the data file, so that a restart forgives nothing.

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

impl Slowing {
    /// Seconds to wait after so many failures.
    fn wait_s(&self, failures: u32) -> i64 {
        match failures.checked_sub(self.free) {
            None | Some(0) => 0,
            Some(over) => (1i64 << (over - 1).min(20)).min(self.most_s),
        }
    }
}

fn keys(login: &str, from: IpAddr) -> [(String, Slowing); 3] {
    let network = network(from);
    [
        (format!("deux {network} {login}"), BOTH),
        (format!("reseau {network}"), NETWORK),
        (format!("compte {login}"), ACCOUNT),
    ]
}

/// What counts as one place on the network: an IPv4 address, or the /64 that one IPv6 household gets.
fn network(from: IpAddr) -> String {
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
pub fn wait_s(tx: &impl Reads, login: &str, from: IpAddr, now: Instant) -> Result<i64> {
    let mut wait = 0;
    for (key, slowing) in keys(login, from) {
        if let Some(guesses) = GUESSES.get(tx, key.as_str())? {
            let since_ms = now.ms_since(guesses.last);
            // A clock set back must not make anybody wait for years.
            if (0..FORGIVEN_MS).contains(&since_ms) {
                let left_ms = slowing.wait_s(guesses.failures) * time::SECOND_MS - since_ms;
                wait = wait.max((left_ms + time::SECOND_MS - 1) / time::SECOND_MS);
            }
        }
    }
    Ok(wait)
}

/// Counts a failure.
pub fn failed(tx: &Write<'_>, login: &str, from: IpAddr, now: Instant) -> Result<()> {
    for (key, _) in keys(login, from) {
        let before = GUESSES.get(tx, key.as_str())?.filter(|guesses| now.ms_since(guesses.last) < FORGIVEN_MS);
        let failures = before.map_or(0, |guesses| guesses.failures).saturating_add(1);
        GUESSES.put(tx, key.as_str(), &Guesses { failures, last: now })?;
    }
    Ok(())
}

/// Forgets the failures of who has just signed in from there. The network's own count stays, or one good account would
/// open the way to guess all others.
pub fn succeeded(tx: &Write<'_>, login: &str, from: IpAddr) -> Result<()> {
    let [(both, _), _, (account, _)] = keys(login, from);
    GUESSES.remove(tx, both.as_str())?;
    GUESSES.remove(tx, account.as_str())?;
    Ok(())
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
