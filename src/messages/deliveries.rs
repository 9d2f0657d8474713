//! What the servers on the way said of each notice, beside the line of the history that tells of it: the outbox forgets a letter
//! after two months, and the history says what became of it, not in whose words.

use crate::base::{Instant, MessageNumber, SubscriberId};
use crate::error::Result;
use crate::notices::Letter;
use crate::store::{AnyTable, Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

/// Abonné, message, place in the history.
pub(super) static DELIVERIES: Collection<(u64, u64, u64), Delivery> = Collection::new("messages.deliveries");

pub static TABLES: [&dyn AnyTable; 1] = [&DELIVERIES];

/// One letter's way, as far as it was known when the line of the history was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// What the letter is called on the way: the left side of its `Message-ID`.
    pub letter: String,
    pub attempts: Vec<Answer>,
    /// What the network of telephones reported later.
    pub receipt: Option<Answer>,
}

/// What the other side said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub at: Instant,
    pub said: String,
}

impl Record for Delivery {}

/// Keeps what is known of a letter beside a line of the history.
pub(super) fn keep(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    number: MessageNumber,
    place: u64,
    letter: &Letter,
) -> Result<()> {
    let delivery = Delivery {
        letter: letter.message_id.clone(),
        attempts: letter.attempts.iter().map(|one| Answer { at: one.at, said: one.said.clone() }).collect(),
        receipt: letter.receipt.as_ref().map(|receipt| Answer { at: receipt.at, said: receipt.said.clone() }),
    };
    DELIVERIES.put(tx, (subscriber.0, number.0, place), &delivery)
}

/// What was kept beside a line; nothing for lines that tell of no letter, or are older than this table.
pub fn of_line(
    tx: &impl Reads,
    subscriber: SubscriberId,
    number: MessageNumber,
    place: u64,
) -> Result<Option<Delivery>> {
    DELIVERIES.get(tx, (subscriber.0, number.0, place))
}
