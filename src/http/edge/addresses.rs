//! Which connections each place on the network holds.

use super::limits::CONNECTIONS_PER_ADDRESS_MAX;
use std::collections::HashMap;
use std::net::IpAddr;

/// Connections per IPv4 address or IPv6 /64: what one subscriber of a network is given.
#[derive(Default)]
pub struct Addresses {
    held: HashMap<u64, Vec<u32>>,
}

/// An IPv4 address, also in its IPv6 coat, or the upper half of an IPv6 one. The two can't meet: 2000::/3 is far above 2³².
fn network(address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(address) => u64::from(u32::from(address)),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => u64::from(u32::from(address)),
            None => (u128::from(address) >> 64) as u64 | 1 << 63,
        },
    }
}

impl Addresses {
    /// The connections of an address that has all it may have; `None`: there is room.
    pub fn full(&self, address: IpAddr) -> Option<&[u32]> {
        let held = self.held.get(&network(address))?;
        (held.len() >= CONNECTIONS_PER_ADDRESS_MAX).then_some(held.as_slice())
    }

    pub fn enter(&mut self, address: IpAddr, place: usize) {
        self.held.entry(network(address)).or_default().push(place as u32);
    }

    pub fn leave(&mut self, address: IpAddr, place: usize) {
        let network = network(address);
        if let Some(held) = self.held.get_mut(&network) {
            if let Some(found) = held.iter().position(|one| *one == place as u32) {
                held.swap_remove(found);
            }
            if held.is_empty() {
                self.held.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_place() {
        let mut addresses = Addresses::default();
        let (other, neighbour) = ("2001:db8::ffff".parse().unwrap(), "2001:db8:0:1::1".parse().unwrap());
        for last in 0..CONNECTIONS_PER_ADDRESS_MAX {
            assert!(addresses.full(other).is_none());
            addresses.enter(format!("2001:db8::{last:x}").parse().unwrap(), last);
        }
        assert_eq!(addresses.full(other).map(<[u32]>::len), Some(CONNECTIONS_PER_ADDRESS_MAX));
        assert!(addresses.full(neighbour).is_none(), "the neighbours' /64 is another");
        assert!(addresses.full("192.0.2.1".parse().unwrap()).is_none());
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), network("192.0.2.1".parse().unwrap()));
        addresses.leave("2001:db8::1".parse().unwrap(), 1);
        assert!(addresses.full(other).is_none());
    }
}
