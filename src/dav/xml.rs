//! XML as calendar and address book clients speak it: read into a small tree, within bounds, and written.
//!
//! No document type, so no entities but the five of XML itself: nothing can be made to grow, or to reach for a file.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// Elements within elements: clients send eight at most.
const DEPTH_MAX: usize = 32;
/// Elements of a request: one that names thousands of addresses.
const NODES_MAX: usize = 50_000;

pub const DAV: &str = "DAV:";
pub const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
pub const CARDDAV: &str = "urn:ietf:params:xml:ns:carddav";
/// Apple's calendar server, whose extensions everybody speaks.
pub const SERVER: &str = "http://calendarserver.org/ns/";
pub const APPLE: &str = "http://apple.com/ns/ical/";

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    pub space: String,
    pub name: String,
    /// By local name.
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    pub text: String,
}

impl Node {
    pub fn is(&self, space: &str, name: &str) -> bool {
        self.name == name && self.space == space
    }

    pub fn child(&self, space: &str, name: &str) -> Option<&Node> {
        self.children.iter().find(|node| node.is(space, name))
    }

    pub fn all<'a>(&'a self, space: &'a str, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |node| node.is(space, name))
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a document; `None` for what is none, or goes beyond the bounds.
pub fn read(text: &str) -> Option<Node> {
    let mut reader = NsReader::from_str(text);
    let mut open: Vec<Node> = Vec::new();
    let mut count = 0;
    loop {
        let (space, event) = reader.read_resolved_event().ok()?;
        match event {
            Event::Start(start) | Event::Empty(start) if count >= NODES_MAX || open.len() >= DEPTH_MAX => {
                let _ = start;
                return None;
            }
            Event::Start(ref start) | Event::Empty(ref start) => {
                count += 1;
                let mut node = Node { space: space_of(&space)?, ..Node::default() };
                node.name = std::str::from_utf8(start.local_name().into_inner()).ok()?.to_owned();
                for attribute in start.attributes() {
                    let attribute = attribute.ok()?;
                    let name = std::str::from_utf8(attribute.key.local_name().into_inner()).ok()?.to_owned();
                    node.attributes
                        .push((name, attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned()));
                }
                if matches!(event, Event::Start(_)) {
                    open.push(node);
                } else if let Some(parent) = open.last_mut() {
                    parent.children.push(node);
                } else {
                    return ends_here(&mut reader).then_some(node);
                }
            }
            Event::End(_) => {
                let node = open.pop()?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return ends_here(&mut reader).then_some(node),
                }
            }
            Event::Text(text) => {
                let text = text.decode().ok()?;
                match open.last_mut() {
                    Some(node) => node.text.push_str(&text),
                    None if text.trim_matches(['\u{feff}', ' ', '\r', '\n', '\t']).is_empty() => {}
                    None => return None,
                }
            }
            Event::CData(text) => open.last_mut()?.text.push_str(&text.decode().ok()?),
            Event::GeneralRef(reference) => {
                let node = open.last_mut()?;
                match reference.resolve_char_ref().ok()? {
                    Some(c) => node.text.push(c),
                    None => node.text.push_str(resolve_predefined_entity(&reference.decode().ok()?)?),
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::DocType(_) | Event::Eof => return None,
        }
    }
}

fn space_of(space: &ResolveResult<'_>) -> Option<String> {
    match space {
        ResolveResult::Bound(space) => std::str::from_utf8(space.0).ok().map(str::to_owned),
        ResolveResult::Unbound => Some(String::new()),
        ResolveResult::Unknown(_) => None,
    }
}

/// Whether nothing but space and comments follows.
fn ends_here(reader: &mut NsReader<&[u8]>) -> bool {
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return true,
            Ok(Event::Comment(_) | Event::PI(_)) => {}
            Ok(Event::Text(text)) if text.iter().all(u8::is_ascii_whitespace) => {}
            _ => return false,
        }
    }
}

/// Text within an element.
pub fn escape_into(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(place) = rest.find(['<', '>', '&', '\r', '"']) {
        out.push_str(&rest[..place]);
        match rest.as_bytes()[place] {
            b'<' => out.push_str("&lt;"),
            b'>' => out.push_str("&gt;"),
            b'&' => out.push_str("&amp;"),
            b'"' => out.push_str("&quot;"),
            // A reader of XML would take « \r\n » for « \n » (XML 1.0, 2.11); a calendar needs both.
            _ => out.push_str("&#13;"),
        }
        rest = &rest[place + 1..];
    }
    out.push_str(rest);
}

pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

/// The prefixes that every document of ours declares.
const SPACES: [(&str, &str); 5] = [("d", DAV), ("c", CALDAV), ("r", CARDDAV), ("s", SERVER), ("a", APPLE)];

/// Opens a document's element, « d:multistatus », with all prefixes declared.
pub fn begin(name: &str) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{name}");
    for (prefix, space) in SPACES {
        out.push_str(&format!(" xmlns:{prefix}=\"{space}\""));
    }
    out.push('>');
    out
}

/// Writes an element of any namespace around markup; an empty one without.
pub fn element_into(out: &mut String, space: &str, name: &str, inner: &str) {
    let known = SPACES.iter().find(|(_, known)| *known == space);
    let (prefix, declared) = match known {
        Some((prefix, _)) => (*prefix, String::new()),
        None => ("x", format!(" xmlns:x=\"{}\"", escape(space))),
    };
    if inner.is_empty() {
        out.push_str(&format!("<{prefix}:{name}{declared}/>"));
    } else {
        out.push_str(&format!("<{prefix}:{name}{declared}>"));
        out.push_str(inner);
        out.push_str(&format!("</{prefix}:{name}>"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_send_is_read() {
        let text = "<?xml version=\"1.0\"?><A:propfind xmlns:A=\"DAV:\"><A:prop><B:x xmlns:B=\"urn:b\" n=\"a&amp;b\"/>\
            <A:y>1 &lt; 2<![CDATA[ & 3]]>&#233;</A:y></A:prop></A:propfind>\n";
        let node = read(text).unwrap();
        let prop = node.child(DAV, "prop").unwrap();
        assert_eq!(prop.child("urn:b", "x").unwrap().attribute("n"), Some("a&b"));
        assert_eq!(prop.child(DAV, "y").unwrap().text, "1 < 2 & 3é");
    }

    #[test]
    fn what_is_hostile_is_not() {
        let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
        let wide = format!("<a>{}</a>", "<b/>".repeat(NODES_MAX + 1));
        for text in [
            "",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a>&lol;</a>",
            "<!DOCTYPE a [<!ENTITY lol \"lol\">]><a>&lol;</a>",
            "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
            "<x:a/>",
            "text",
            deep.as_str(),
            wide.as_str(),
        ] {
            assert_eq!(read(text), None, "{}", &text[..text.len().min(60)]);
        }
    }
}
