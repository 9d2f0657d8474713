//! What a letter says to a contact of an appointment: its words, and the same as an entry for the contact's own calendar
//! (iCalendar, RFC 5545; by mail, RFC 6047). Pure.
//!
//! Never here: why the appointment is, or whom it is with beyond what the abonné's own text says.

use super::letter::{Sender, Way, Words};
use super::telephone;
use crate::base::lines::{escaped, fold_into, utc};
use crate::base::{Instant, MessageNumber};
use serde::{Deserialize, Serialize};

/// Stands in a text where the link goes: no typed text holds it, for control characters are taken out of those.
pub const LINK: char = '\u{2}';

/// A letter to a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub subject: String,
    /// Place-holders filled in, but for the link.
    pub text: String,
    /// « /rendez-vous/JETON »; the house's own address comes before it when the letter leaves. Empty: no link.
    pub path: String,
    pub event: Event,
    /// The message that announced the same appointment to the abonné: its history tells of this letter too.
    pub message: Option<MessageNumber>,
}

/// An appointment as calendars know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The same through all of an appointment's life.
    pub uid: String,
    /// Grows with each change that calendars must take over.
    pub sequence: u32,
    pub start: Instant,
    pub end: Instant,
    pub place: String,
    pub cancelled: bool,
}

/// What a mail bears for calendars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// `REQUEST` or `CANCEL` (RFC 5546).
    pub method: &'static str,
    pub text: String,
}

impl Invitation {
    /// Its words as they leave.
    pub(super) fn words(&self, way: Way, to: &str, written: Instant, sender: Sender<'_>) -> Words {
        let link = (!self.path.is_empty() && !sender.site.is_empty()).then(|| format!("{}{}", sender.site, self.path));
        let text = with_link(&self.text, link.as_deref());
        match way {
            Way::Sms => Words { text: telephone::cut(&telephone::plain(&text)), link, ..Words::default() },
            Way::Mail | Way::Hook => {
                let mut text = text;
                if let Some(link) = link.as_deref().filter(|link| !text.contains(link)) {
                    text.push_str(&format!("\n\nPour confirmer, annuler, ou ne plus rien recevoir : {link}"));
                }
                text.push_str(&format!("\n\n--\n{}\n", sender.name));
                let calendar = (!sender.from.is_empty()).then(|| self.event.calendar(to, written, sender));
                Words { subject: self.subject.clone(), text, link, calendar, files: Vec::new() }
            }
        }
    }
}

/// The text with the link in its place. Without one the whole sentence that would lead to it goes.
pub fn with_link(text: &str, link: Option<&str>) -> String {
    if let Some(link) = link {
        return text.replace(LINK, link);
    }
    let lines = text.lines().map(|line| {
        let mut kept = String::new();
        for sentence in line.split_inclusive(['.', '!', '?', ';']).filter(|sentence| !sentence.contains(LINK)) {
            kept.push_str(sentence);
        }
        kept.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

impl Event {
    fn calendar(&self, to: &str, written: Instant, sender: Sender<'_>) -> Calendar {
        let method = if self.cancelled { "CANCEL" } else { "REQUEST" };
        let name: String = sender.name.chars().filter(|c| *c != '"' && !c.is_control()).collect();
        let mut out = String::new();
        for line in [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".into(),
            "PRODID:-//Permanence//Rendez-vous//FR".into(),
            format!("METHOD:{method}"),
            "BEGIN:VEVENT".into(),
            format!("UID:{}", self.uid),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", utc(written)),
            // An instant needs no zone's rules on the other side.
            format!("DTSTART:{}", utc(self.start)),
            format!("DTEND:{}", utc(self.end)),
            "SUMMARY:Rendez-vous".into(),
            format!("LOCATION:{}", escaped(&self.place)),
            format!("STATUS:{}", if self.cancelled { "CANCELLED" } else { "CONFIRMED" }),
            format!("ORGANIZER;CN=\"{name}\":mailto:{}", sender.from),
            format!("ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{to}"),
            "TRANSP:OPAQUE".into(),
            "END:VEVENT".into(),
            "END:VCALENDAR".into(),
        ] {
            fold_into(&mut out, &line);
        }
        Calendar { method, text: out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_address_of_the_house_the_sentence_of_the_link_goes() {
        let text = format!("Rendez-vous mardi à 9 h. Pour annuler : {LINK}\nÀ bientôt.");
        assert_eq!(with_link(&text, None), "Rendez-vous mardi à 9 h.\nÀ bientôt.");
        assert_eq!(
            with_link(&text, Some("https://a.fr/x")),
            "Rendez-vous mardi à 9 h. Pour annuler : https://a.fr/x\nÀ bientôt."
        );
    }
}
