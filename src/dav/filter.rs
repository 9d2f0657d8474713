//! What a query asks for: events by time and words (RFC 4791, 9.7), cards by words (RFC 6352, 10.5). Pure.

use super::xml::{CALDAV, CARDDAV, Node};
use crate::agenda::objects::Window;
use crate::base::Instant;
use crate::base::lines::{Property, unescaped, unfold};
use chrono::NaiveDateTime;

/// A filter that can't be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;

/// Which events are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Events {
    pub window: Window,
    pub words: Vec<Words>,
    /// What is asked for is never here: tasks, journals.
    pub none: bool,
    /// With an alarm, or without.
    pub alarm: Option<bool>,
}

/// What one property must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Upper case.
    property: String,
    /// `None`: it must not be there.
    wanted: Option<Vec<Match>>,
    /// Every match, or any.
    all: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Match {
    text: String,
    how: How,
    exact_case: bool,
    negated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Equals,
    Contains,
    Begins,
    Ends,
}

impl Match {
    fn read(node: &Node) -> Result<Match, Unknown> {
        let collation = node.attribute("collation").unwrap_or("i;ascii-casemap");
        if !["default", "i;ascii-casemap", "i;octet", "i;unicode-casemap"].contains(&collation) {
            return Err(Unknown);
        }
        let how = match node.attribute("match-type").unwrap_or("contains") {
            "equals" => How::Equals,
            "contains" => How::Contains,
            "starts-with" => How::Begins,
            "ends-with" => How::Ends,
            _ => return Err(Unknown),
        };
        let exact_case = collation == "i;octet";
        let text = if exact_case { node.text.clone() } else { node.text.to_lowercase() };
        Ok(Match { text, how, exact_case, negated: node.attribute("negate-condition") == Some("yes") })
    }

    fn fits(&self, value: &str) -> bool {
        let folded = if self.exact_case { value.to_owned() } else { value.to_lowercase() };
        let fits = match self.how {
            How::Equals => folded == self.text,
            How::Contains => folded.contains(&self.text),
            How::Begins => folded.starts_with(&self.text),
            How::Ends => folded.ends_with(&self.text),
        };
        fits != self.negated
    }
}

impl Words {
    fn read(node: &Node, space: &str) -> Result<Words, Unknown> {
        let property = node.attribute("name").ok_or(Unknown)?.to_ascii_uppercase();
        let all = node.attribute("test") == Some("allof");
        if node.child(space, "is-not-defined").is_some() {
            return Ok(Words { property, wanted: None, all });
        }
        let mut wanted = Vec::new();
        for child in &node.children {
            match child.name.as_str() {
                "text-match" if child.space == space => wanted.push(Match::read(child)?),
                _ => return Err(Unknown),
            }
        }
        Ok(Words { property, wanted: Some(wanted), all })
    }

    /// Whether the lines of a component say so.
    fn fits(&self, lines: &[Property]) -> bool {
        let named =
            |line: &&Property| line.name == self.property || line.name.ends_with(&format!(".{}", self.property));
        let values: Vec<String> = lines.iter().filter(named).map(|line| unescaped(&line.value)).collect();
        let Some(wanted) = &self.wanted else { return values.is_empty() };
        if wanted.is_empty() {
            return !values.is_empty();
        }
        let one = |wanted: &Match| values.iter().any(|value| wanted.fits(value));
        if self.all { wanted.iter().all(one) } else { wanted.iter().any(one) }
    }
}

impl Events {
    /// Reads `filter` of a calendar query; without one, everything is wanted.
    pub fn read(filter: Option<&Node>) -> Result<Events, Unknown> {
        let mut events = Events::default();
        let Some(filter) = filter else { return Ok(events) };
        let calendar = filter.child(CALDAV, "comp-filter").ok_or(Unknown)?;
        if calendar.attribute("name") != Some("VCALENDAR") || calendar.child(CALDAV, "is-not-defined").is_some() {
            events.none = true;
            return Ok(events);
        }
        for child in &calendar.children {
            match (child.space.as_str(), child.name.as_str(), child.attribute("name")) {
                (CALDAV, "comp-filter", Some("VEVENT")) => events.read_event(child)?,
                (CALDAV, "comp-filter", Some("VTIMEZONE")) => {}
                (CALDAV, "comp-filter", Some(_)) => events.none |= child.child(CALDAV, "is-not-defined").is_none(),
                // The calendar's own properties are the same for all.
                (CALDAV, "prop-filter", _) => {}
                _ => return Err(Unknown),
            }
        }
        Ok(events)
    }

    fn read_event(&mut self, node: &Node) -> Result<(), Unknown> {
        for child in &node.children {
            match (child.space.as_str(), child.name.as_str()) {
                (CALDAV, "is-not-defined") => self.none = true,
                (CALDAV, "time-range") => self.window = window(child)?,
                (CALDAV, "prop-filter") => self.words.push(Words::read(child, CALDAV)?),
                (CALDAV, "comp-filter") if child.attribute("name") == Some("VALARM") => {
                    self.alarm = Some(child.child(CALDAV, "is-not-defined").is_none());
                }
                _ => return Err(Unknown),
            }
        }
        Ok(())
    }

    /// Whether the words of an event must be looked at.
    pub fn looks_inside(&self) -> bool {
        !self.words.is_empty() || self.alarm.is_some()
    }

    /// Whether an event says what is wanted.
    pub fn fits(&self, text: &str) -> bool {
        let has_alarm = text.contains("BEGIN:VALARM");
        self.alarm.is_none_or(|wanted| wanted == has_alarm) && {
            let lines = lines_of(text, "VEVENT");
            self.words.iter().all(|words| words.fits(&lines))
        }
    }
}

/// The properties that stand directly in a component.
fn lines_of(text: &str, component: &str) -> Vec<Property> {
    let mut path: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for property in unfold(text).iter().filter_map(|line| Property::read(line)) {
        match property.name.as_str() {
            "BEGIN" => path.push(property.value.trim().to_ascii_uppercase()),
            "END" => {
                path.pop();
            }
            _ if path.last().is_some_and(|name| name == component) => found.push(property),
            _ => {}
        }
    }
    found
}

/// « 20260101T000000Z » to another; either may be missing.
pub fn window(node: &Node) -> Result<Window, Unknown> {
    let read = |name: &str| match node.attribute(name) {
        None => Ok(None),
        Some(text) => NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ")
            .map(|at| Some(Instant(at.and_utc().timestamp_millis())))
            .map_err(|_| Unknown),
    };
    let window = (read("start")?, read("end")?);
    match window {
        (None, None) => Err(Unknown),
        (Some(start), Some(end)) if start >= end => Err(Unknown),
        _ => Ok(window),
    }
}

/// Which cards are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cards {
    words: Vec<Words>,
    all: bool,
}

impl Cards {
    pub fn read(filter: Option<&Node>) -> Result<Cards, Unknown> {
        let Some(filter) = filter else { return Ok(Cards::default()) };
        let mut cards = Cards { all: filter.attribute("test") == Some("allof"), ..Cards::default() };
        for child in &filter.children {
            match (child.space.as_str(), child.name.as_str()) {
                (CARDDAV, "prop-filter") => cards.words.push(Words::read(child, CARDDAV)?),
                _ => return Err(Unknown),
            }
        }
        Ok(cards)
    }

    pub fn looks_inside(&self) -> bool {
        !self.words.is_empty()
    }

    pub fn fits(&self, text: &str) -> bool {
        let lines = lines_of(text, "VCARD");
        let one = |words: &Words| words.fits(&lines);
        self.words.is_empty() || if self.all { self.words.iter().all(one) } else { self.words.iter().any(one) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;

    fn events(inner: &str) -> Result<Events, Unknown> {
        let text = format!(
            "<c:filter xmlns:c=\"{CALDAV}\"><c:comp-filter name=\"VCALENDAR\">{inner}</c:comp-filter></c:filter>"
        );
        Events::read(xml::read(&text).as_ref())
    }

    const EVENT: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a1\r\nSUMMARY:Réunion\\, Dupont\r\nBEGIN:VALARM\r\n\
        SUMMARY:Sonne\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn words_are_looked_for_as_the_rfc_has_it() {
        let summary = |test: &str| {
            events(&format!(
                "<c:comp-filter name=\"VEVENT\"><c:prop-filter name=\"SUMMARY\">{test}</c:prop-filter></c:comp-filter>"
            ))
            .unwrap()
            .fits(EVENT)
        };
        assert!(summary("<c:text-match>réunion, dup</c:text-match>"));
        assert!(!summary("<c:text-match>sonne</c:text-match>"), "an alarm's words are its own");
        assert!(!summary("<c:text-match collation=\"i;octet\">réunion</c:text-match>"));
        assert!(!summary("<c:text-match negate-condition=\"yes\">dupont</c:text-match>"));
        assert!(!summary("<c:is-not-defined/>"));
        assert!(events("<c:comp-filter name=\"VJOURNAL\"/>").unwrap().none);
    }

    #[test]
    fn what_is_not_understood_is_said_to_be() {
        for inner in [
            "<c:comp-filter name=\"VEVENT\"><c:time-range start=\"hier\"/></c:comp-filter>",
            "<c:comp-filter name=\"VEVENT\"><c:time-range start=\"20260102T000000Z\" end=\"20260101T000000Z\"/></c:comp-filter>",
            "<c:comp-filter name=\"VEVENT\"><c:prop-filter name=\"A\"><c:text-match collation=\"x\"/></c:prop-filter></c:comp-filter>",
        ] {
            assert_eq!(events(inner), Err(Unknown), "{inner}");
        }
    }
}
