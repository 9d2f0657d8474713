//! A message taken becomes letters, as its abonné wishes.

use super::letter::{Body, Item, NewLetter, Purpose, Way};
use super::wishes::{self, BySms};
use super::{outbox, settings};
use crate::base::{Instant, MessageNumber, SubscriberId, Zone};
use crate::error::Result;
use crate::store::Write;

/// A message, as far as letters may speak of it.
#[derive(Debug, Clone)]
pub struct News<'a> {
    pub subscriber: SubscriberId,
    pub subscriber_name: &'a str,
    pub zone: Zone,
    pub number: MessageNumber,
    /// The word of its kind.
    pub kind: &'a str,
    /// Whether its kind is the one for telephones (bip/SMS).
    pub for_telephones: bool,
    pub urgent: bool,
    /// What it says, for a mail and for an SMS; used only where the abonné asked in writing for it.
    pub content: &'a str,
    pub short_content: &'a str,
}

/// Writes what is to be told of a message into the outbox, within the write that took it.
pub fn announce(tx: &Write<'_>, news: &News<'_>, now: Instant) -> Result<()> {
    let wishes = wishes::of(tx, news.subscriber)?;
    if !wishes.kinds.iter().any(|kind| kind == news.kind) {
        return Ok(());
    }
    let pressing = news.urgent || news.for_telephones;
    let due = wishes.due(news.zone, now, pressing);
    let mut recipients: Vec<(Way, &str)> =
        wishes.addresses.iter().map(|address| (Way::Mail, address.as_str())).collect();
    // A number without a gateway would fill the outbox with what nobody can send.
    if (pressing || wishes.by_sms == BySms::All) && settings::sms(tx)?.is_some() {
        recipients.extend(wishes.numbers.iter().map(|number| (Way::Sms, number.kept())));
    }
    for (way, to) in recipients {
        let content = match (&wishes.content, way) {
            (None, _) | (_, Way::Hook) => "",
            (Some(_), Way::Mail) => news.content,
            (Some(_), Way::Sms) => news.short_content,
        };
        let item = Item { number: news.number, urgent: news.urgent, content: content.to_owned() };
        if due > now
            && let Some(letter) = outbox::gathering(tx, news.subscriber, to, now)?.filter(|letter| letter.due <= due)
        {
            outbox::join(tx, letter, item)?;
            continue;
        }
        let letter = NewLetter {
            way,
            to: to.to_owned(),
            purpose: Purpose::Announcement,
            subscriber: Some(news.subscriber),
            body: Body::Announcement { subscriber_name: news.subscriber_name.to_owned(), items: vec![item] },
            due,
            expires: None,
        };
        let letter = outbox::put(tx, letter, now)?;
        if due > now {
            outbox::GATHERING.put(tx, (news.subscriber.0, to), &letter.id.0)?;
        }
    }
    Ok(())
}
