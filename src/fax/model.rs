//! What a fax is: what came, by which way, for whom, and what became of it. Pure.

use crate::base::text::clean_line;
use crate::base::{FaxId, Instant, MessageNumber, PersonId, Phone, SubscriberId, french, limits};
use crate::decode::Kind;
use serde::{Deserialize, Serialize};

/// A fax or document as it is kept; its pages are files beside the data file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fax {
    pub number: FaxId,
    /// The folder of its files.
    pub key: String,
    /// As its file was called.
    pub name: String,
    pub received: Instant,
    pub way: Way,
    /// Who brought it; empty for what came by itself.
    pub by_name: String,
    pub by: Option<PersonId>,
    /// Whose it is; `None` waits to be attributed.
    pub subscriber: Option<SubscriberId>,
    /// The message that it came as, or hangs on.
    pub message: Option<MessageNumber>,
    pub about: About,
    /// What it is by its first bytes; `None` is nothing that can be read.
    pub kind: Option<Kind>,
    /// Of what came, by which the same is known again.
    pub digest: u128,
    /// Of all its files.
    pub bytes: u64,
    pub state: State,
}

/// How it came. New ways go to the end: their place is what the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Way {
    /// Brought by a secretary for an abonné.
    Upload,
    /// Put into the watched folder.
    Folder,
    /// Sent to the fax mailbox.
    Mail,
    /// `permanence fax add`.
    Command,
    /// Attached to a call while it was taken.
    Document,
}

impl Way {
    /// « reçu par e-mail ».
    pub fn in_words(self) -> &'static str {
        match self {
            Way::Upload => "déposé par le secrétariat",
            Way::Folder => "reçu par le dossier surveillé",
            Way::Mail => "reçu par e-mail",
            Way::Command => "ajouté sur le serveur",
            Way::Document => "joint à un message",
        }
    }

    /// Whether nobody stood by when it came, so that what can't be read is kept aside for somebody to look at.
    pub fn is_unattended(self) -> bool {
        matches!(self, Way::Folder | Way::Mail | Way::Command)
    }

    /// The place in keys: never changes.
    pub(super) fn place(self) -> u8 {
        match self {
            Way::Upload => 0,
            Way::Folder => 1,
            Way::Mail => 2,
            Way::Command => 3,
            Way::Document => 4,
        }
    }
}

/// What is known of who sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub name: String,
    pub phone: Phone,
    pub subject: String,
    pub urgent: bool,
}

impl About {
    /// One line each, cut to what a message takes.
    pub fn clean(mut self) -> About {
        for (text, most) in [(&mut self.name, limits::NAME_CHARS_MAX), (&mut self.subject, limits::LINE_CHARS_MAX)] {
            clean_line(text);
            *text = text.chars().take(most).collect();
        }
        if self.phone.kept().chars().count() > limits::PHONE_CHARS_MAX {
            self.phone = Phone::default();
        }
        self
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Waits for its pages to be read.
    Coming,
    Ready {
        pages: Vec<Size>,
        /// What the decoder had to say: « 3 lignes abîmées à la page 2 ».
        remarks: Vec<String>,
    },
    /// A sentence that says why.
    Refused { why: String },
}

/// A page's size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Fax {
    pub fn pages(&self) -> &[Size] {
        match &self.state {
            State::Ready { pages, .. } => pages,
            State::Coming | State::Refused { .. } => &[],
        }
    }

    /// « Fax n° 7 », « Document n° 8 ».
    pub fn title(&self) -> String {
        let what = if self.is_document() { "Document" } else { "Fax" };
        format!("{what} n°\u{a0}{}", self.number)
    }

    pub fn is_document(&self) -> bool {
        self.way == Way::Document
    }

    /// « 3 pages ».
    pub fn page_count(&self) -> String {
        french::count(self.pages().len() as u64, "page", "pages")
    }
}

/// The name of a page's file, from 1.
pub fn page_name(place: usize) -> String {
    format!("{place}.png")
}

/// The name of a page's thumbnail.
pub fn thumb_name(place: usize) -> String {
    format!("{place}.vignette.png")
}

/// Which pages are turned, and how far clockwise: « 3-90.5-180 » in addresses, so that turning changes nothing for others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turned(Vec<(usize, u16)>);

impl Turned {
    /// What can't be understood turns nothing.
    pub fn read(text: &str, pages: usize) -> Turned {
        let mut turned = Turned::default();
        for (page, degrees) in text.split('.').filter_map(|one| one.split_once('-')) {
            if let (Ok(page), Ok(degrees @ (90 | 180 | 270))) = (page.parse::<usize>(), degrees.parse::<u16>())
                && (1..=pages).contains(&page)
                && turned.of(page) == 0
            {
                turned.0.push((page, degrees));
            }
        }
        turned
    }

    pub fn of(&self, page: usize) -> u16 {
        self.0.iter().find(|(found, _)| *found == page).map_or(0, |(_, degrees)| *degrees)
    }

    /// The same with one page a quarter further.
    pub fn further(&self, page: usize) -> Turned {
        let degrees = (self.of(page) + 90) % 360;
        let mut others: Vec<(usize, u16)> = self.0.iter().copied().filter(|(found, _)| *found != page).collect();
        if degrees > 0 {
            others.push((page, degrees));
        }
        others.sort_unstable();
        Turned(others)
    }

    /// As addresses bear it; empty where nothing is turned.
    pub fn in_address(&self) -> String {
        let all: Vec<String> = self.0.iter().map(|(page, degrees)| format!("{page}-{degrees}")).collect();
        all.join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_turns_round_in_four_steps_and_others_stay() {
        let mut turned = Turned::read("3-180.9-90.x-90.2-45.3-90", 5);
        assert_eq!((turned.of(3), turned.of(9), turned.of(2), turned.in_address().as_str()), (180, 0, 0, "3-180"));
        for (degrees, address) in [(90, "1-90.3-180"), (180, "1-180.3-180"), (270, "1-270.3-180"), (0, "3-180")] {
            turned = turned.further(1);
            assert_eq!((turned.of(1), turned.in_address().as_str()), (degrees, address));
            assert_eq!(Turned::read(&turned.in_address(), 5), turned);
        }
    }
}
