//! What a letter is, and the words it bears when it leaves. Pure.

use super::hooks::Occurrence;
use super::invitation::{Calendar, Invitation};
use super::telephone;
use crate::base::{Instant, LetterId, MessageNumber, SubscriberId, french, limits, text};
use serde::{Deserialize, Serialize};

/// By which way a letter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Way {
    Mail,
    Sms,
    /// To other software: a webhook.
    Hook,
}

impl Way {
    /// The word of screens.
    pub fn label(self) -> &'static str {
        match self {
            Way::Mail => "e-mail",
            Way::Sms => "SMS",
            Way::Hook => "webhook",
        }
    }

    pub(super) fn lane(self) -> u8 {
        match self {
            Way::Mail => 0,
            Way::Sms => 1,
            Way::Hook => 2,
        }
    }
}

/// Where a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    Waiting,
    Sent,
    /// The other side refused it, and would again.
    Failed,
    /// Tried for a day, or no longer worth sending.
    GivenUp,
    Cancelled,
}

impl State {
    pub const ALL: [State; 5] = [State::Waiting, State::Sent, State::Failed, State::GivenUp, State::Cancelled];

    /// The word of addresses.
    pub fn word(self) -> &'static str {
        match self {
            State::Waiting => "en-attente",
            State::Sent => "envoye",
            State::Failed => "echec",
            State::GivenUp => "abandonne",
            State::Cancelled => "annule",
        }
    }

    /// The word of screens.
    pub fn label(self) -> &'static str {
        match self {
            State::Waiting => "en attente",
            State::Sent => "envoyé",
            State::Failed => "échec",
            State::GivenUp => "abandonné",
            State::Cancelled => "annulé",
        }
    }

    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    pub(super) fn place(self) -> u8 {
        match self {
            State::Waiting => 0,
            State::Sent => 1,
            State::Failed => 2,
            State::GivenUp => 3,
            State::Cancelled => 4,
        }
    }
}

/// One try to deliver, with what the other side said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub at: Instant,
    /// The server's own words, or why it could not be reached.
    pub said: String,
}

/// What the network of telephones reported after a gateway had taken an SMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub at: Instant,
    pub delivered: bool,
    pub said: String,
}

/// A message that a letter announces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub number: MessageNumber,
    pub urgent: bool,
    /// What the message says, where the abonné asked in writing for it; empty otherwise.
    pub content: String,
}

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    Text {
        subject: String,
        text: String,
    },
    /// « Un message vous attend »: worded when it leaves, for messages may join it or be read before.
    Announcement {
        subscriber_name: String,
        items: Vec<Item>,
    },
    /// Gone with the message or the appointment it spoke of, or because it held a password.
    Erased,
    /// To a contact, of an appointment.
    Invitation(Box<Invitation>),
    /// To other software, of something that happened.
    Event(Occurrence),
    /// Words that stand as they are, and files; erased as soon as they have left or lost their use.
    WithFiles {
        subject: String,
        text: String,
        files: Vec<File>,
    },
}

/// A file that a mail bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub name: String,
    /// « application/pdf ».
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// Why a letter is written; decides how it is treated, never what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    Announcement,
    /// Holds a temporary password: erased as soon as it has left or lost its use.
    Password,
    /// An administrator tries the settings.
    Test,
    /// To a contact: an appointment was booked, comes near, was moved, was cancelled.
    Confirmation,
    Reminder,
    Moved,
    Cancelled,
    /// To other software.
    Event,
    /// An abonné's kit for when the server is away.
    Kit,
}

impl Purpose {
    pub fn label(self) -> &'static str {
        match self {
            Purpose::Announcement => "avis de message",
            Purpose::Password => "mot de passe oublié",
            Purpose::Test => "essai",
            Purpose::Confirmation => "confirmation de rendez-vous",
            Purpose::Reminder => "rappel de rendez-vous",
            Purpose::Moved => "rendez-vous déplacé",
            Purpose::Cancelled => "rendez-vous annulé",
            Purpose::Event => "événement",
            Purpose::Kit => "kit de secours",
        }
    }
}

/// A letter as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub id: LetterId,
    pub way: Way,
    /// An e-mail address, a telephone number in E.164, or the address of a webhook.
    pub to: String,
    pub purpose: Purpose,
    pub subscriber: Option<SubscriberId>,
    pub body: Body,
    pub written: Instant,
    /// When it is to be tried next, while it waits.
    pub due: Instant,
    /// After this moment it is of no use any more.
    pub expires: Option<Instant>,
    pub state: State,
    /// When it came to its present state.
    pub since: Instant,
    /// The last few, oldest first.
    pub attempts: Vec<Attempt>,
    /// How many there were in all.
    pub tries: u32,
    /// Without its angle brackets; its left side alone: the right one is the sender's domain when it leaves.
    pub message_id: String,
    pub receipt: Option<Receipt>,
}

/// A letter about to be written into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    pub way: Way,
    pub to: String,
    pub purpose: Purpose,
    pub subscriber: Option<SubscriberId>,
    pub body: Body,
    pub due: Instant,
    pub expires: Option<Instant>,
}

/// What is sent: the words of a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub subject: String,
    pub text: String,
    /// An address that the text leads to.
    pub link: Option<String>,
    /// What a mail bears for calendars.
    pub calendar: Option<Calendar>,
    /// What a mail bears beside its words.
    pub files: Vec<File>,
}

/// Who writes, for the words of a letter.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// « Accueil & Compagnie ».
    pub name: &'a str,
    /// « https://agenda.exemple.fr », without a slash at its end; empty when nobody has said it.
    pub site: &'a str,
    /// « permanence@exemple.fr »; empty when no mail server is set.
    pub from: &'a str,
}

impl Letter {
    /// The messages it speaks of.
    pub fn messages(&self) -> impl Iterator<Item = MessageNumber> {
        let items: &[Item] = match &self.body {
            Body::Announcement { items, .. } => items,
            Body::Text { .. } | Body::Erased | Body::Invitation(_) | Body::Event(_) | Body::WithFiles { .. } => &[],
        };
        let invited = match &self.body {
            Body::Invitation(invitation) => invitation.message,
            _ => None,
        };
        items.iter().map(|item| item.number).chain(invited)
    }

    /// Whether it goes to a contact, not to an abonné.
    pub fn is_for_contact(&self) -> bool {
        matches!(self.purpose, Purpose::Confirmation | Purpose::Reminder | Purpose::Moved | Purpose::Cancelled)
    }

    /// Where it goes, as far as one slow place must not hold up the others: the domain of a mail, all of a gateway's numbers.
    pub fn host(&self) -> &str {
        match self.way {
            Way::Mail => self.to.rsplit_once('@').map_or(self.to.as_str(), |(_, domain)| domain),
            Way::Sms => "",
            // A trial waits for nobody: an administrator looks on.
            Way::Hook if self.purpose == Purpose::Test => "",
            Way::Hook => self.to.split('/').nth(2).unwrap_or(self.to.as_str()),
        }
    }

    /// Its words; nothing when they have been erased.
    pub fn words(&self, sender: Sender<'_>) -> Option<Words> {
        match (&self.body, self.way) {
            (Body::Erased, _) => None,
            (Body::Text { subject, text }, _) => {
                Some(Words { subject: subject.clone(), text: text.clone(), ..Words::default() })
            }
            (Body::WithFiles { subject, text, files }, _) => {
                Some(Words { subject: subject.clone(), text: text.clone(), files: files.clone(), ..Words::default() })
            }
            (Body::Invitation(invitation), way) => Some(invitation.words(way, &self.to, self.written, sender)),
            (Body::Announcement { subscriber_name, items }, Way::Mail) => {
                Some(announcement_mail(subscriber_name, items, sender))
            }
            (Body::Event(occurrence), _) => Some(Words {
                subject: occurrence.kind.label().into(),
                text: occurrence.payload(sender.site, None).to_string(),
                ..Words::default()
            }),
            (Body::Announcement { items, .. }, Way::Sms | Way::Hook) => Some(announcement_sms(items, sender)),
        }
    }
}

/// « Un message vous attend », « 3 messages vous attendent, dont 1 urgent ».
pub fn waiting_sentence(items: &[Item]) -> String {
    let count = items.len() as u64;
    let urgent = items.iter().filter(|item| item.urgent).count() as u64;
    match (count, urgent) {
        (0 | 1, 0) => "Un message vous attend".into(),
        (0 | 1, _) => "Un message urgent vous attend".into(),
        (_, 0) => format!("{} vous attendent", french::count(count, "message", "messages")),
        (_, _) if urgent == count => format!("{} urgents vous attendent", french::count(count, "message", "messages")),
        (_, _) => format!(
            "{} vous attendent, dont {}",
            french::count(count, "message", "messages"),
            french::count(urgent, "urgent", "urgents")
        ),
    }
}

/// Where to read: the message itself when there is one alone.
fn link(items: &[Item], site: &str) -> Option<String> {
    if site.is_empty() {
        return None;
    }
    Some(match items {
        [item] => format!("{site}/messages/{}", item.number),
        _ => format!("{site}/messages"),
    })
}

fn announcement_mail(subscriber_name: &str, items: &[Item], sender: Sender<'_>) -> Words {
    let waiting = waiting_sentence(items);
    let mut out = format!("Bonjour,\n\n{waiting}.\n");
    for item in items.iter().filter(|item| !item.content.is_empty()) {
        out.push_str(&format!("\nMessage n° {}", item.number));
        if item.urgent {
            out.push_str(", urgent");
        }
        out.push_str(&format!(" :\n{}\n", item.content));
    }
    let link = link(items, sender.site);
    match &link {
        Some(link) => out.push_str(&format!("\nPour lire : {link}\n")),
        None => out.push_str("\nConnectez-vous pour lire, comme d’habitude.\n"),
    }
    out.push_str(&format!(
        "\nCordialement,\n{}\n\n--\nVous recevez cet avis parce que {subscriber_name} l’a demandé à son secrétariat, \
         qui peut le changer ou l’arrêter.\n",
        sender.name
    ));
    Words { subject: waiting, text: out, link, ..Words::default() }
}

/// Short: each part of an SMS is paid for.
fn announcement_sms(items: &[Item], sender: Sender<'_>) -> Words {
    let mut out = format!("{} : {}.", sender.name, waiting_sentence(items));
    for item in items.iter().filter(|item| !item.content.is_empty()) {
        out.push_str(&format!("\nn° {} : {}", item.number, item.content));
    }
    let link = link(items, sender.site);
    if let Some(link) = &link {
        out.push(' ');
        out.push_str(link);
    }
    Words { text: telephone::cut(&telephone::plain(&out)), link, ..Words::default() }
}

impl NewLetter {
    /// A mail of words that stand as they are.
    pub fn mail(to: &str, purpose: Purpose, subject: &str, text: &str, due: Instant) -> NewLetter {
        let (mut subject, mut kept) = (subject.to_owned(), text.to_owned());
        text::clean_line(&mut subject);
        text::clean_text(&mut kept);
        NewLetter {
            way: Way::Mail,
            to: to.trim().to_owned(),
            purpose,
            subscriber: None,
            body: Body::Text { subject, text: kept },
            due,
            expires: None,
        }
    }

    /// An SMS of words that stand as they are.
    pub fn sms(to: &str, purpose: Purpose, text: &str, due: Instant) -> NewLetter {
        NewLetter {
            way: Way::Sms,
            to: to.to_owned(),
            purpose,
            subscriber: None,
            body: Body::Text { subject: String::new(), text: telephone::cut(&telephone::plain(text)) },
            due,
            expires: None,
        }
    }
}

/// The other side's words, fit for a line of a table: some servers answer with a page.
pub fn said(words: &str) -> String {
    let mut line = words.to_owned();
    text::clean_line(&mut line);
    line.chars().take(2 * limits::LINE_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(number: u64, urgent: bool) -> Item {
        Item { number: MessageNumber(number), urgent, content: String::new() }
    }

    #[test]
    fn what_waits_is_said_in_agreement() {
        let say = |items: &[Item]| waiting_sentence(items);
        assert_eq!(say(&[item(1, false)]), "Un message vous attend");
        assert_eq!(say(&[item(1, true)]), "Un message urgent vous attend");
        assert_eq!(say(&[item(1, false), item(2, false)]), "2 messages vous attendent");
        assert_eq!(say(&[item(1, true), item(2, false)]), "2 messages vous attendent, dont 1 urgent");
        assert_eq!(say(&[item(1, true), item(2, true)]), "2 messages urgents vous attendent");
    }
}
