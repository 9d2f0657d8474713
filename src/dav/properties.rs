//! What is known of each place: the properties that clients ask for.

use super::answers::Name;
use super::guard::Key;
use super::place::Place;
use super::xml::{APPLE, CALDAV, CARDDAV, DAV, Node, SERVER, element_into, escape};
use crate::agenda::{self, calendar};
use crate::base::Zone;
use crate::contacts::objects as cards;
use crate::people::tokens::Right;
use crate::subscribers::Desk;
use chrono::Datelike;

/// What a request wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    All,
    /// The names alone.
    Names,
    These(Vec<Name>),
}

impl Asked {
    /// Reads the children of `propfind` or of a report.
    pub fn read(node: &Node) -> Asked {
        if let Some(prop) = node.child(DAV, "prop") {
            return Asked::These(prop.children.iter().map(|one| (one.space.clone(), one.name.clone())).collect());
        }
        if node.child(DAV, "propname").is_some() { Asked::Names } else { Asked::All }
    }

    pub fn names(&self, space: &str, name: &str) -> bool {
        matches!(self, Asked::These(names) if names.iter().any(|(one, other)| one == space && other == name))
    }
}

/// A place with what is known of it.
pub enum Subject<'a> {
    Root,
    Principal,
    Agendas,
    Books,
    /// With the place of its last change.
    Agenda(&'a Desk, u64),
    Book(&'a Desk, u64),
    Event {
        tag: String,
        text: Option<String>,
    },
    Card {
        tag: String,
        text: Option<String>,
    },
}

/// The properties that `allprop` gives.
fn usual(subject: &Subject<'_>) -> Vec<Name> {
    let mut names = vec![(DAV, "resourcetype"), (DAV, "current-user-privilege-set")];
    match subject {
        Subject::Event { .. } | Subject::Card { .. } => names.extend([(DAV, "getetag"), (DAV, "getcontenttype")]),
        Subject::Agenda(..) => names.extend([
            (DAV, "displayname"),
            (DAV, "sync-token"),
            (SERVER, "getctag"),
            (DAV, "supported-report-set"),
            (CALDAV, "supported-calendar-component-set"),
            (CALDAV, "max-resource-size"),
        ]),
        Subject::Book(..) => names.extend([
            (DAV, "displayname"),
            (DAV, "sync-token"),
            (SERVER, "getctag"),
            (DAV, "supported-report-set"),
            (CARDDAV, "supported-address-data"),
            (CARDDAV, "max-resource-size"),
        ]),
        Subject::Principal => names.extend([
            (DAV, "displayname"),
            (DAV, "principal-URL"),
            (CALDAV, "calendar-home-set"),
            (CARDDAV, "addressbook-home-set"),
        ]),
        Subject::Root | Subject::Agendas | Subject::Books => {
            names.extend([(DAV, "displayname"), (DAV, "current-user-principal")])
        }
    }
    names.into_iter().map(|(space, name)| (space.to_owned(), name.to_owned())).collect()
}

/// The markup of what is there and the names of what is not. `kept` are words that the client left itself.
pub fn tell<'a>(
    key: &Key,
    subject: &Subject<'_>,
    asked: &'a Asked,
    kept: &dyn Fn(&Name) -> Option<String>,
) -> (String, Vec<&'a Name>) {
    let mut found = String::new();
    let mut missing = Vec::new();
    match asked {
        Asked::These(names) => {
            for name in names {
                match kept(name).map(|text| escape(&text)).or_else(|| value(key, subject, name)) {
                    Some(inner) => element_into(&mut found, &name.0, &name.1, &inner),
                    None => missing.push(name),
                }
            }
        }
        Asked::All | Asked::Names => {
            for name in usual(subject) {
                let inner = if *asked == Asked::Names { Some(String::new()) } else { value(key, subject, &name) };
                if let Some(inner) = inner {
                    element_into(&mut found, &name.0, &name.1, &inner);
                }
            }
        }
    }
    (found, missing)
}

fn href(place: &Place) -> String {
    format!("<d:href>{}</d:href>", escape(&place.href()))
}

fn principal(key: &Key) -> String {
    href(&Place::Principal(key.bearer.token.person))
}

/// A property's markup. Empty markup is a value too: an empty element.
fn value(key: &Key, subject: &Subject<'_>, name: &Name) -> Option<String> {
    match (name.0.as_str(), name.1.as_str()) {
        (DAV, "resourcetype") => Some(kind(subject).to_owned()),
        (DAV, "current-user-principal") => Some(principal(key)),
        (DAV, "current-user-privilege-set") => Some(privileges(key, subject)),
        (DAV, "owner") => Some(principal(key)),
        (DAV, "principal-collection-set") => Some(href(&Place::Root)),
        (DAV, "displayname") => display_name(key, subject),
        (DAV, "supported-report-set") => reports(subject),
        (DAV, "getetag") => tag(subject).map(escape),
        (DAV, "getcontenttype") => content_type(subject).map(str::to_owned),
        (DAV, "getcontentlength") => text(subject).map(|text| text.len().to_string()),
        (DAV, "sync-token") => last_change(subject).map(|last| escape(&sync_token(last))),
        (SERVER, "getctag") => last_change(subject).map(|last| last.to_string()),
        _ => match subject {
            Subject::Root | Subject::Principal | Subject::Agendas | Subject::Books => of_person(key, name),
            Subject::Agenda(desk, _) => of_agenda(desk, name),
            Subject::Book(desk, _) => of_book(desk, name),
            Subject::Event { text, .. } if *name == (CALDAV.into(), "calendar-data".into()) => {
                text.as_deref().map(escape)
            }
            Subject::Card { text, .. } if *name == (CARDDAV.into(), "address-data".into()) => {
                text.as_deref().map(escape)
            }
            Subject::Event { .. } | Subject::Card { .. } => None,
        },
    }
}

fn kind(subject: &Subject<'_>) -> &'static str {
    match subject {
        Subject::Root | Subject::Agendas | Subject::Books => "<d:collection/>",
        Subject::Principal => "<d:collection/><d:principal/>",
        Subject::Agenda(..) => "<d:collection/><c:calendar/>",
        Subject::Book(..) => "<d:collection/><r:addressbook/>",
        Subject::Event { .. } | Subject::Card { .. } => "",
    }
}

fn privileges(key: &Key, subject: &Subject<'_>) -> String {
    let writes = match subject {
        Subject::Agenda(..) | Subject::Event { .. } => key.may(Right::WriteAgenda),
        Subject::Book(..) | Subject::Card { .. } => key.may(Right::WriteContacts),
        Subject::Root | Subject::Principal | Subject::Agendas | Subject::Books => false,
    };
    let mut names = vec!["read", "read-current-user-privilege-set"];
    if writes {
        names.extend(["write", "write-content", "write-properties", "bind", "unbind"]);
    }
    names.iter().map(|name| format!("<d:privilege><d:{name}/></d:privilege>")).collect()
}

fn display_name(key: &Key, subject: &Subject<'_>) -> Option<String> {
    Some(match subject {
        Subject::Root => "Permanence".to_owned(),
        Subject::Principal => escape(&key.bearer.signed_in(&key.request).person.name),
        Subject::Agendas => "Agendas".to_owned(),
        Subject::Books => "Contacts".to_owned(),
        Subject::Agenda(desk, _) | Subject::Book(desk, _) => escape(&desk.subscriber().name),
        Subject::Event { .. } | Subject::Card { .. } => return None,
    })
}

fn reports(subject: &Subject<'_>) -> Option<String> {
    let names: &[&str] = match subject {
        Subject::Agenda(..) => &["c:calendar-query", "c:calendar-multiget", "c:free-busy-query", "d:sync-collection"],
        Subject::Book(..) => &["r:addressbook-query", "r:addressbook-multiget", "d:sync-collection"],
        Subject::Event { .. } | Subject::Card { .. } => return None,
        Subject::Root | Subject::Principal | Subject::Agendas | Subject::Books => &["d:principal-property-search"],
    };
    Some(
        names
            .iter()
            .map(|name| format!("<d:supported-report><d:report><{name}/></d:report></d:supported-report>"))
            .collect(),
    )
}

fn tag<'s>(subject: &'s Subject<'_>) -> Option<&'s str> {
    match subject {
        Subject::Event { tag, .. } | Subject::Card { tag, .. } => Some(tag),
        _ => None,
    }
}

fn text<'s>(subject: &'s Subject<'_>) -> Option<&'s str> {
    match subject {
        Subject::Event { text, .. } | Subject::Card { text, .. } => text.as_deref(),
        _ => None,
    }
}

fn content_type(subject: &Subject<'_>) -> Option<&'static str> {
    match subject {
        Subject::Event { .. } => Some("text/calendar; charset=utf-8; component=VEVENT"),
        Subject::Card { .. } => Some("text/vcard; charset=utf-8"),
        _ => None,
    }
}

fn last_change(subject: &Subject<'_>) -> Option<u64> {
    match subject {
        Subject::Agenda(_, last) | Subject::Book(_, last) => Some(*last),
        _ => None,
    }
}

/// A place among the changes as a URI, which the protocol wants it to be.
pub fn sync_token(last: u64) -> String {
    format!("data:,{last}")
}

/// The other way; `None` for a token that never was one.
pub fn read_sync_token(token: &str) -> Option<u64> {
    token.trim().strip_prefix("data:,")?.parse().ok()
}

fn of_person(key: &Key, name: &Name) -> Option<String> {
    Some(match (name.0.as_str(), name.1.as_str()) {
        (DAV, "principal-URL") => principal(key),
        (CALDAV, "calendar-home-set") => href(&Place::Agendas),
        (CARDDAV, "addressbook-home-set") => href(&Place::Books),
        (CALDAV, "calendar-user-address-set") => {
            let email = key.bearer.signed_in(&key.request).person.email;
            let mail =
                if email.is_empty() { String::new() } else { format!("<d:href>mailto:{}</d:href>", escape(&email)) };
            format!("{mail}{}", principal(key))
        }
        _ => return None,
    })
}

fn of_agenda(desk: &Desk, name: &Name) -> Option<String> {
    Some(match (name.0.as_str(), name.1.as_str()) {
        (CALDAV, "supported-calendar-component-set") => "<c:comp name=\"VEVENT\"/>".to_owned(),
        (CALDAV, "supported-calendar-data") => {
            "<c:calendar-data content-type=\"text/calendar\" version=\"2.0\"/>".to_owned()
        }
        (CALDAV, "max-resource-size") => agenda::objects::OBJECT_BYTES_MAX.to_string(),
        (CALDAV, "max-instances") => "1".to_owned(),
        (CALDAV, "supported-collation-set") => collations("c"),
        (CALDAV, "calendar-timezone") => escape(&zone_of(desk.subscriber().zone, desk)),
        (CALDAV, "calendar-description") => escape(&format!("L’agenda de {}", desk.subscriber().name)),
        (APPLE, "calendar-color") => "#0b5563FF".to_owned(),
        _ => return None,
    })
}

fn zone_of(zone: Zone, desk: &Desk) -> String {
    let year = desk.who().session.started.local(zone).year();
    calendar::zone(zone, year)
}

fn of_book(desk: &Desk, name: &Name) -> Option<String> {
    Some(match (name.0.as_str(), name.1.as_str()) {
        (CARDDAV, "supported-address-data") => "<r:address-data-type content-type=\"text/vcard\" version=\"3.0\"/>\
            <r:address-data-type content-type=\"text/vcard\" version=\"4.0\"/>"
            .to_owned(),
        (CARDDAV, "max-resource-size") => cards::OBJECT_BYTES_MAX.to_string(),
        (CARDDAV, "supported-collation-set") => collations("r"),
        (CARDDAV, "addressbook-description") => escape(&format!("Les contacts de {}", desk.subscriber().name)),
        _ => return None,
    })
}

fn collations(prefix: &str) -> String {
    ["i;ascii-casemap", "i;octet", "i;unicode-casemap"]
        .iter()
        .map(|name| format!("<{prefix}:supported-collation>{name}</{prefix}:supported-collation>"))
        .collect()
}

/// Whether a client may leave a word of its own under this name: what the server knows itself stays as it is.
pub fn may_be_kept(name: &Name) -> bool {
    let own = [APPLE, SERVER].contains(&name.0.as_str()) && name.1 != "getctag";
    let known = name.0 == DAV || name.0 == CALDAV || name.0 == CARDDAV;
    own || !known || *name == (DAV.into(), "displayname".into())
}
