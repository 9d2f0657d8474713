//! How many connections each place on the network holds.

use super::limits::CONNECTIONS_PER_ADDRESS_MAX;
use std::collections::HashMap;
use std::net::IpAddr;

/// Counts per IPv4 address or IPv6 /64: what one subscriber of a network is given.
#[derive(Default)]
pub struct Addresses {
    counts: HashMap<u64, usize>,
}

/// An IPv4 address, also in its IPv6 coat, or the upper half of an IPv6 one. The two can't meet: 2000::/3 is far above 2³².
fn place(address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(address) => u64::from(u32::from(address)),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => u64::from(u32::from(address)),
            None => (u128::from(address) >> 64) as u64 | 1 << 63,
        },
    }
}

impl Addresses {
    /// Counts one more, unless that is one too many.
    pub fn enter(&mut self, address: IpAddr, unlimited: bool) -> bool {
        let count = self.counts.entry(place(address)).or_insert(0);
        if *count >= CONNECTIONS_PER_ADDRESS_MAX && !unlimited {
            return false;
        }
        *count += 1;
        true
    }

    pub fn leave(&mut self, address: IpAddr) {
        let place = place(address);
        if let Some(count) = self.counts.get_mut(&place) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&place);
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
        for last in 0..CONNECTIONS_PER_ADDRESS_MAX {
            assert!(addresses.enter(format!("2001:db8::{last:x}").parse().unwrap(), false));
        }
        assert!(!addresses.enter("2001:db8::ffff".parse().unwrap(), false));
        assert!(addresses.enter("2001:db8:0:1::1".parse().unwrap(), false), "the neighbours' /64 is another");
        assert!(addresses.enter("192.0.2.1".parse().unwrap(), false));
        assert_eq!(place("::ffff:192.0.2.1".parse().unwrap()), place("192.0.2.1".parse().unwrap()));
        addresses.leave("2001:db8::1".parse().unwrap());
        assert!(addresses.enter("2001:db8::ffff".parse().unwrap(), false));
    }
}
