//! The addresses under `/dav/`. Pure.

use super::BASE;
use crate::base::{PersonId, SubscriberId};
use crate::http::form::{decode, encode};

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Root,
    /// Somebody, as WebDAV wants people to be things (RFC 3744).
    Principal(PersonId),
    /// The agendas within reach, and the address books.
    Agendas,
    Books,
    Agenda(SubscriberId),
    Book(SubscriberId),
    Event(SubscriberId, String),
    Card(SubscriberId, String),
}

impl Place {
    /// Reads a path without its escapes; a collection may lack its last « / ».
    pub fn read(path: &str) -> Option<Place> {
        let rest = if path == BASE.trim_end_matches('/') { "" } else { path.strip_prefix(BASE)? };
        let parts: Vec<&str> = rest.split('/').collect();
        let parts = parts.strip_suffix(&[""]).unwrap_or(&parts);
        let number = |text: &str| text.parse::<u64>().ok();
        Some(match parts {
            [] => Place::Root,
            ["comptes", person] => Place::Principal(PersonId(number(person)?)),
            ["agendas"] => Place::Agendas,
            ["contacts"] => Place::Books,
            ["agendas", id] => Place::Agenda(id.parse().ok()?),
            ["contacts", id] => Place::Book(id.parse().ok()?),
            ["agendas", id, name] if !name.is_empty() => Place::Event(id.parse().ok()?, (*name).to_owned()),
            ["contacts", id, name] if !name.is_empty() => Place::Card(id.parse().ok()?, (*name).to_owned()),
            _ => return None,
        })
    }

    /// Reads what a request names in its body: a path, or a whole address, with escapes.
    pub fn read_href(href: &str) -> Option<Place> {
        let href = href.trim();
        let path = match href.split_once("://") {
            Some((_, rest)) => rest.find('/').map(|place| &rest[place..])?,
            None => href,
        };
        Place::read(&decode(path, false)?)
    }

    pub fn href(&self) -> String {
        match self {
            Place::Root => BASE.to_owned(),
            Place::Principal(person) => format!("{BASE}comptes/{person}/"),
            Place::Agendas => format!("{BASE}agendas/"),
            Place::Books => format!("{BASE}contacts/"),
            Place::Agenda(id) => format!("{BASE}agendas/{id}/"),
            Place::Book(id) => format!("{BASE}contacts/{id}/"),
            Place::Event(id, name) => format!("{BASE}agendas/{id}/{}", encode(name)),
            Place::Card(id, name) => format!("{BASE}contacts/{id}/{}", encode(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_written() {
        for place in [
            Place::Root,
            Place::Principal(PersonId(7)),
            Place::Agendas,
            Place::Book(SubscriberId(2)),
            Place::Event(SubscriberId(1), "Réunion n° 1.ics".into()),
            Place::Card(SubscriberId(1), "a@b.vcf".into()),
        ] {
            assert_eq!(Place::read_href(&place.href()), Some(place.clone()));
            assert_eq!(Place::read_href(&format!("https://a.example{}", place.href())), Some(place));
        }
        assert_eq!(Place::read("/dav"), Some(Place::Root));
        assert_eq!(Place::read("/dav/agendas/1"), Some(Place::Agenda(SubscriberId(1))));
        for path in ["/", "/davantage", "/dav/x", "/dav/agendas/x/", "/dav/agendas/1/a/b", "/dav//", "/dav/agendas//a"]
        {
            assert_eq!(Place::read(path), None, "{path}");
        }
    }
}
