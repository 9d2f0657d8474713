//! Search over pending and archived messages: any words, accents and case ignored, phones in any notation.
//!
//! Per abonné and word a compressed bitmap of message numbers, written and erased with the message. Words are looked up by
//! their beginnings. One way for one abonné and for all: a search over all asks each abonné's postings in turn and merges
//! the newest.

use super::model::Message;
use super::store::MESSAGES;
use crate::base::{Phone, SubscriberId, fold, limits};
use crate::error::{Error, Result};
use crate::store::postings::{self, Postings};
use crate::store::{Collection, Direction, Reads, Write};
use roaring::RoaringBitmap;
use std::collections::{BTreeSet, BinaryHeap};
use std::ops::ControlFlow;

pub use crate::base::query::Query;

/// By abonné and word.
pub(super) static POSTINGS: Collection<(u64, &'static str), Postings> = Collection::new("messages.postings");

/// Different words that one beginning may stand for, over all abonnés together: some 20 ms. Words come in their order, the
/// whole word first; what a longer beginning would find is not lost by it.
const EXPANSIONS_MAX: usize = 4_000;
/// For one abonné, at least and at most.
const EXPANSIONS_EACH: std::ops::RangeInclusive<usize> = 16..=400;

/// The words under which a message is found: those of its texts, its telephone number whole, and numbers in its text.
fn words_of(message: &Message) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in message.searched_texts() {
        words.extend(fold::words(text));
        words.extend(phones_in(text));
    }
    let phone = &message.caller.phone;
    words.extend(fold::words(phone.kept()));
    let digits = phone.searched();
    if !digits.is_empty() {
        words.insert(digits);
    }
    words
}

/// French telephone numbers that stand in a text, in national form.
fn phones_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut run = String::new();
    let mut take = |run: &mut String| {
        if run.bytes().filter(u8::is_ascii_digit).count() >= 10 {
            let phone = Phone::read(run.trim_matches(|c: char| !c.is_ascii_digit() && c != '+'));
            if phone.kept().starts_with('+') {
                found.push(phone.searched());
            }
        }
        run.clear();
    };
    for c in text.chars() {
        if c.is_ascii_digit() || (c == '+' && run.is_empty()) || (!run.is_empty() && " .-()\u{a0}\u{202f}".contains(c))
        {
            run.push(c);
        } else {
            take(&mut run);
        }
    }
    take(&mut run);
    found
}

fn number_of(message: &Message) -> Result<u32> {
    u32::try_from(message.number.0).map_err(|_| Error::internal("an abonné has more messages than can be searched"))
}

/// Makes a message findable.
pub(super) fn index(tx: &Write<'_>, subscriber: SubscriberId, message: &Message) -> Result<()> {
    let number = number_of(message)?;
    for word in words_of(message) {
        postings::add(&POSTINGS, tx, (subscriber.0, word.as_str()), number)?;
    }
    Ok(())
}

/// Takes a message out of the search, words and all.
pub(super) fn unindex(tx: &Write<'_>, subscriber: SubscriberId, message: &Message) -> Result<()> {
    let number = number_of(message)?;
    for word in words_of(message) {
        postings::remove(&POSTINGS, tx, (subscriber.0, word.as_str()), number)?;
    }
    Ok(())
}

/// The numbers of an abonné's messages that a query finds.
/// `cut` is set when more words begin so than are looked at.
fn numbers(
    tx: &impl Reads,
    subscriber: SubscriberId,
    query: &Query,
    most: usize,
    cut: &mut bool,
) -> Result<RoaringBitmap> {
    let mut found: Option<RoaringBitmap> = None;
    for term in query.terms() {
        let mut of_term = RoaringBitmap::new();
        for way in &term.ways {
            let mut of_way: Option<RoaringBitmap> = None;
            for beginning in way {
                let numbers = beginning_with(tx, subscriber, beginning, most, cut)?;
                of_way = Some(match of_way {
                    Some(so_far) => so_far & numbers,
                    None => numbers,
                });
            }
            of_term |= of_way.unwrap_or_default();
        }
        let so_far = match found {
            Some(so_far) => so_far & of_term,
            None => of_term,
        };
        if so_far.is_empty() {
            return Ok(so_far);
        }
        found = Some(so_far);
    }
    Ok(found.unwrap_or_default())
}

fn beginning_with(
    tx: &impl Reads,
    subscriber: SubscriberId,
    beginning: &str,
    most: usize,
    cut: &mut bool,
) -> Result<RoaringBitmap> {
    let mut numbers = RoaringBitmap::new();
    let mut expansions = 0;
    POSTINGS.each(
        tx,
        (subscriber.0, beginning)..(subscriber.0 + 1, ""),
        Direction::Ascending,
        |(_, word), postings| {
            let more = word.starts_with(beginning);
            if !more || expansions == most {
                *cut |= more;
                return Ok(ControlFlow::Break(()));
            }
            expansions += 1;
            numbers |= postings.bitmap()?;
            Ok(ControlFlow::Continue(()))
        },
    )?;
    Ok(numbers)
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Newest first.
    pub rows: Vec<(SubscriberId, Message)>,
    /// How many there are in all.
    pub total: u64,
    /// Too many words begin as was typed: there may be more than were found.
    pub cut: bool,
}

/// Looks through the messages of these abonnés; the newest `most` after `skip`.
pub fn find(tx: &impl Reads, among: &[SubscriberId], query: &Query, skip: u64, most: usize) -> Result<Found> {
    let messages = MESSAGES.open(tx)?;
    let mut total = 0;
    let mut cut = false;
    let each = (EXPANSIONS_MAX / among.len().max(1)).clamp(*EXPANSIONS_EACH.start(), *EXPANSIONS_EACH.end());
    // One head per abonné: its newest number not yet given out. Numbers follow the order of reception, imports apart;
    // the heads are merged by the time received.
    let mut heads = BinaryHeap::new();
    let mut waiting: Vec<Vec<u32>> = Vec::new();
    for subscriber in among {
        let found = numbers(tx, *subscriber, query, each, &mut cut)?;
        if found.is_empty() {
            continue;
        }
        total += found.len();
        let mut numbers: Vec<u32> = found.iter().collect();
        if let Some(newest) = numbers.pop()
            && let Some(message) = messages.get((subscriber.0, u64::from(newest)))?
        {
            heads.push((message.received, subscriber.0, newest, waiting.len()));
        }
        waiting.push(numbers);
    }
    let mut rows = Vec::new();
    let mut skip = skip;
    while let Some((_, subscriber, number, list)) = heads.pop() {
        if let Some(next) = waiting[list].pop()
            && let Some(message) = messages.get((subscriber, u64::from(next)))?
        {
            heads.push((message.received, subscriber, next, list));
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        if let Some(message) = messages.get((subscriber, u64::from(number)))? {
            rows.push((SubscriberId(subscriber), message));
        }
        if rows.len() == most {
            break;
        }
    }
    Ok(Found { rows, total, cut })
}

/// One page of what a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundPage {
    pub rows: Vec<(SubscriberId, Message)>,
    pub total: u64,
    pub page: u64,
    pub pages: u64,
    pub cut: bool,
}

/// As `find`, by pages of the usual length. An address beyond the last page shows the last.
pub fn find_page(tx: &impl Reads, among: &[SubscriberId], query: &Query, page: u64) -> Result<FoundPage> {
    let most = limits::PAGE_ROWS as usize;
    let page = page.max(1);
    let mut found = find(tx, among, query, (page - 1).saturating_mul(limits::PAGE_ROWS), most)?;
    let pages = found.total.div_ceil(limits::PAGE_ROWS).max(1);
    let shown = page.min(pages);
    if shown != page {
        found = find(tx, among, query, (shown - 1) * limits::PAGE_ROWS, most)?;
    }
    Ok(FoundPage { rows: found.rows, total: found.total, page: shown, pages, cut: found.cut })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_within_a_text_are_found_too() {
        assert_eq!(
            phones_in("rappeler au 06 12 34 56 78 ou +33 1 99 00 12 34, avant 18 h"),
            ["0612345678", "0199001234"]
        );
        assert!(phones_in("le 16/08/2026 à 14 h 30, dossier 2026-0417").is_empty());
    }
}
