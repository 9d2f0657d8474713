//! Where a webhook may go. What a name means is asked when the request leaves, and the address that is then looked at is the
//! one that is connected to: a name that changes its mind in between (DNS rebinding) leads nowhere.

use super::ADDRESS_CHARS_MAX;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// What is wrong with an address, as far as it can be known before anybody is asked.
pub fn check(address: &str, local: bool) -> Result<(), String> {
    if address.chars().count() > ADDRESS_CHARS_MAX {
        return Err(format!("Cette adresse dépasse {ADDRESS_CHARS_MAX} caractères."));
    }
    let unclear =
        || "Indiquez une adresse complète, par exemple « https://logiciel.exemple.fr/permanence ».".to_owned();
    let uri: Uri = address.parse().map_err(|_| unclear())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(unclear()) };
    if uri.host().is_none_or(str::is_empty) || authority.as_str().contains('@') || address.contains('#') {
        return Err(unclear());
    }
    match scheme {
        "https" => {}
        "http" if local => {}
        "http" => return Err("Il faut « https » : « http » ne va que vers le réseau local, s’il est permis.".into()),
        _ => return Err(unclear()),
    }
    let literal = uri.host().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
    match literal {
        Some(ip) if !may_go(ip, local, scheme == "https") => Err(if local {
            "Cette adresse n’est ni publique, ni du réseau local.".into()
        } else {
            "Cette adresse est celle d’un réseau local : cochez la case qui le permet si c’est voulu.".into()
        }),
        _ => Ok(()),
    }
}

/// Whether a request may be made to this machine: any public one by https, and what is near where that is permitted.
fn may_go(ip: IpAddr, local: bool, secure: bool) -> bool {
    let ip = ip.to_canonical();
    (secure && is_public(ip)) || (local && is_near(ip))
}

/// This machine, and networks of an office (RFC 1918, 4193, 6598). Not link-local: clouds answer secrets there.
fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || is_shared(ip),
        IpAddr::V6(ip) => ip.is_loopback() || (ip.segments()[0] & 0xfe00) == 0xfc00,
    }
}

fn is_shared(ip: Ipv4Addr) -> bool {
    ip.octets()[0] == 100 && (ip.octets()[1] & 0xc0) == 64
}

/// What the registries of special addresses leave (RFC 6890).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, third, _] = ip.octets();
            !(first == 0
                || ip.is_loopback()
                || ip.is_private()
                || is_shared(ip)
                || ip.is_link_local()
                || ip.is_documentation()
                || (first, second, third) == (192, 0, 0)
                || (first, second & 0xfe) == (198, 18)
                || first >= 224)
        }
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Global unicast, without documentation and without what carries an IPv4 address inside (6to4, Teredo).
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    (first & 0xe000) == 0x2000 && first != 0x2002 && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
}

/// Asks for a name as everybody does, and lets only those addresses through to which a request may be made.
#[derive(Debug)]
pub struct Guarded {
    pub asked: DefaultResolver,
    pub local: bool,
}

impl Resolver for Guarded {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let secure = uri.scheme_str() == Some("https");
        let mut allowed = self.empty();
        for found in self.asked.resolve(uri, config, timeout)?.iter() {
            if may_go(found.ip(), self.local, secure) {
                allowed.push(*found);
            }
        }
        if allowed.is_empty() {
            let why = "cette adresse mène à un réseau où les webhooks n’ont pas le droit d’aller";
            return Err(ureq::Error::Io(std::io::Error::new(std::io::ErrorKind::PermissionDenied, why)));
        }
        Ok(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses of the registries of RFC 6890, and what clouds put at 169.254.169.254.
    #[test]
    fn only_public_addresses_by_https_unless_the_near_is_allowed() {
        for (address, near) in [
            ("127.0.0.1", true),
            ("10.1.2.3", true),
            ("172.31.0.1", true),
            ("192.168.1.20", true),
            ("100.64.0.1", true),
            ("::1", true),
            ("fd00::1", true),
            ("::ffff:192.168.1.20", true),
            ("169.254.169.254", false),
            ("::ffff:169.254.169.254", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("198.51.100.7", false),
            ("fe80::1", false),
            ("ff02::1", false),
            ("64:ff9b::a00:1", false),
            ("2002:a00:1::1", false),
            ("2001:db8::1", false),
            ("::", false),
        ] {
            let ip: IpAddr = address.parse().unwrap();
            assert!(!may_go(ip, false, true), "{address}");
            assert_eq!(may_go(ip, true, false), near, "{address}");
        }
        for address in ["9.9.9.9", "2620:fe::fe"] {
            let ip: IpAddr = address.parse().unwrap();
            assert!(may_go(ip, false, true) && !may_go(ip, true, false), "{address}");
        }
    }

    #[test]
    fn an_address_is_complete_and_bears_no_password() {
        for (address, local, good) in [
            ("https://logiciel.exemple.fr/p?x=1", false, true),
            ("https://logiciel.exemple.fr:8443", false, true),
            ("http://logiciel.exemple.fr/p", false, false),
            ("http://poste-2.local/p", true, true),
            ("http://192.168.1.20/p", true, true),
            ("https://192.168.1.20/p", false, false),
            ("https://[::1]/p", false, false),
            ("https://moi:secret@exemple.fr/", false, false),
            ("https://exemple.fr/#x", false, false),
            ("ftp://exemple.fr/", true, false),
            ("exemple.fr/p", false, false),
            ("", false, false),
        ] {
            assert_eq!(check(address, local).is_ok(), good, "{address}");
        }
    }
}
