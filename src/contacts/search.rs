//! Cards found while somebody types: by name, first name, birth date, any notation of a telephone, town or postal code.
//!
//! Per abonné and word a bitmap of card numbers, and the same for the first one, two and three letters of words: what is
//! typed first, and would stand for the most words, is one row. Nothing is kept in memory, so a small machine pays nothing
//! for a hundred thousand cards until somebody looks for one.

use super::model::{Contact, sort_name};
use super::store::{self, NAMES, Page};
use crate::base::query::Query;
use crate::base::{ContactId, SubscriberId, fold, limits, time};
use crate::error::{Error, Result};
use crate::store::postings::{self, Index};
use crate::store::{Collection, Direction, Reads, Write};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// By abonné and word.
pub(super) static WORDS: Index = Collection::new("contacts.words");
/// By abonné and the first letters of words.
pub(super) static BEGINNINGS: Index = Collection::new("contacts.beginnings");

/// Beginnings of at most so many letters have rows of their own.
const BEGINNING_CHARS_MAX: usize = 3;
/// Words that a longer beginning may stand for: the numbers of one operator's range, at the most.
const EXPANSIONS_MAX: usize = 4_000;
/// Up to so many cards are fetched and sorted; for more, the list of names is walked in order.
const SORTED_MAX: u64 = 600;

/// The words under which a card is found.
fn words_of(contact: &Contact) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in [&contact.last_name, &contact.first_name, &contact.town] {
        let parts = parts(text);
        // « Jean-Luc », « de La Tour »: typed in one word too.
        if parts.len() > 1 {
            words.insert(fold::cut(&parts.concat()));
        }
        words.extend(parts.iter().map(|part| fold::cut(part)));
        words.extend(fold::words(text));
    }
    words.extend(parts(&contact.postal_code));
    for line in &contact.phones {
        match line.phone.searched() {
            digits if digits.is_empty() => words.extend(parts(line.phone.kept())),
            digits => words.extend([fold::cut(&digits)]),
        }
    }
    if let Some(birth) = contact.birth {
        words.insert(birth.date().format("%d%m%Y").to_string());
    }
    if !contact.email.is_empty() {
        words.insert(email_word(&contact.email));
    }
    words
}

/// The folded words of a text.
fn parts(text: &str) -> Vec<String> {
    fold::fold(text).split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// An e-mail address is one word, found by its beginning: as words of names, « orange » and « fr » would find everybody.
fn email_word(email: &str) -> String {
    fold::cut(&format!("@{}", fold::fold(email)))
}

fn beginnings(words: &BTreeSet<String>) -> BTreeSet<&str> {
    let cut = |word: &'_ str, chars| word.char_indices().nth(chars).map_or(word.len(), |(place, _)| place);
    words
        .iter()
        .filter(|word| !word.starts_with('@'))
        .flat_map(|word| (1..=BEGINNING_CHARS_MAX).map(move |chars| &word[..cut(word, chars)]))
        .collect()
}

fn number_of(contact: &Contact) -> Result<u32> {
    u32::try_from(contact.id.0).map_err(|_| Error::internal("an abonné has more contacts than can be searched"))
}

/// Makes cards findable.
pub(super) fn index(tx: &Write<'_>, subscriber: SubscriberId, contacts: &[Contact]) -> Result<()> {
    let mut words: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
    let mut starts: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
    for contact in contacts {
        let number = number_of(contact)?;
        let of_this = words_of(contact);
        for start in beginnings(&of_this) {
            starts.entry(start.to_owned()).or_default().insert(number);
        }
        for word in of_this {
            words.entry(word).or_default().insert(number);
        }
    }
    for (word, numbers) in &words {
        postings::add_all(&WORDS, tx, (subscriber.0, word), numbers)?;
    }
    for (start, numbers) in &starts {
        postings::add_all(&BEGINNINGS, tx, (subscriber.0, start), numbers)?;
    }
    Ok(())
}

/// Takes a card out of the search, words and all.
pub(super) fn unindex(tx: &Write<'_>, subscriber: SubscriberId, contact: &Contact) -> Result<()> {
    drop_words(tx, subscriber, contact, &words_of(contact), &BTreeSet::new())
}

/// Writes what a change changes; a corrected note touches no word.
pub(super) fn reindex(tx: &Write<'_>, subscriber: SubscriberId, before: &Contact, after: &Contact) -> Result<()> {
    let (old, new) = (words_of(before), words_of(after));
    if old == new {
        return Ok(());
    }
    drop_words(tx, subscriber, before, &old, &new)?;
    index(tx, subscriber, std::slice::from_ref(after))
}

fn drop_words(
    tx: &Write<'_>,
    subscriber: SubscriberId,
    contact: &Contact,
    words: &BTreeSet<String>,
    kept: &BTreeSet<String>,
) -> Result<()> {
    let number = number_of(contact)?;
    for word in words.difference(kept) {
        postings::remove(&WORDS, tx, (subscriber.0, word), number)?;
    }
    for start in beginnings(words).difference(&beginnings(kept)) {
        postings::remove(&BEGINNINGS, tx, (subscriber.0, start), number)?;
    }
    Ok(())
}

/// Reads what somebody typed; dates in any notation and e-mail addresses are one word each.
pub fn read(typed: &str) -> Option<Query> {
    let typed: String = typed.chars().take(limits::QUERY_CHARS_MAX).collect();
    let mut rest = Vec::new();
    let mut whole = Vec::new();
    for chunk in typed.split_whitespace() {
        if let Some(date) = time::parse_date(chunk) {
            whole.push(date.format("%d%m%Y").to_string());
        } else if chunk.contains('@') {
            whole.push(email_word(chunk));
        } else {
            rest.push(chunk);
        }
    }
    Query::read_with(&rest.join(" "), whole)
}

/// The cards that a query finds.
fn numbers(tx: &impl Reads, subscriber: SubscriberId, query: &Query) -> Result<RoaringBitmap> {
    let mut found: Option<RoaringBitmap> = None;
    for term in query.terms() {
        let mut of_term = RoaringBitmap::new();
        for way in &term.ways {
            let mut of_way: Option<RoaringBitmap> = None;
            for beginning in way {
                let numbers = beginning_with(tx, subscriber, beginning)?;
                of_way = Some(of_way.map_or(numbers.clone(), |so_far| so_far & numbers));
            }
            of_term |= of_way.unwrap_or_default();
        }
        let so_far = found.map_or(of_term.clone(), |so_far| so_far & of_term);
        if so_far.is_empty() {
            return Ok(so_far);
        }
        found = Some(so_far);
    }
    Ok(found.unwrap_or_default())
}

fn beginning_with(tx: &impl Reads, subscriber: SubscriberId, beginning: &str) -> Result<RoaringBitmap> {
    if beginning.chars().count() <= BEGINNING_CHARS_MAX {
        let postings = BEGINNINGS.get(tx, (subscriber.0, beginning))?;
        return postings.map_or(Ok(RoaringBitmap::new()), |postings| postings.bitmap());
    }
    let mut numbers = RoaringBitmap::new();
    let mut expansions = 0;
    let range = (subscriber.0, beginning)..(subscriber.0 + 1, "");
    WORDS.each(tx, range, Direction::Ascending, |(_, word), postings| {
        if !word.starts_with(beginning) || expansions == EXPANSIONS_MAX {
            return Ok(ControlFlow::Break(()));
        }
        expansions += 1;
        numbers |= postings.bitmap()?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(numbers)
}

/// The first cards that what somebody typed finds: those first whose own name begins so, each in the order of names.
pub fn search(tx: &impl Reads, subscriber: SubscriberId, typed: &str, most: usize) -> Result<Vec<Contact>> {
    let Some(query) = read(typed) else { return Ok(Vec::new()) };
    let numbers = numbers(tx, subscriber, &query)?;
    ordered(tx, subscriber, &query, &numbers, 0, most)
}

/// As `search`, by pages of the usual length. An address beyond the last page shows the last.
pub fn find_page(tx: &impl Reads, subscriber: SubscriberId, query: &Query, page: u64) -> Result<Page> {
    let numbers = numbers(tx, subscriber, query)?;
    let total = numbers.len();
    let pages = total.div_ceil(limits::PAGE_ROWS).max(1);
    let page = page.clamp(1, pages);
    let rows = ordered(tx, subscriber, query, &numbers, (page - 1) * limits::PAGE_ROWS, limits::PAGE_ROWS as usize)?;
    Ok(Page { rows, total, page, pages })
}

fn ordered(
    tx: &impl Reads,
    subscriber: SubscriberId,
    query: &Query,
    numbers: &RoaringBitmap,
    skip: u64,
    most: usize,
) -> Result<Vec<Contact>> {
    let mut starts: Vec<&str> =
        query.terms().iter().filter_map(|term| Some(term.ways.first()?.first()?.as_str())).collect();
    starts.dedup();
    let rank = |name: &str| starts.iter().position(|start| name.starts_with(start)).unwrap_or(starts.len());
    if numbers.len() <= SORTED_MAX {
        let ids: Vec<ContactId> = numbers.iter().map(|number| ContactId(u64::from(number))).collect();
        let mut found = store::cards(tx, subscriber, &ids)?;
        found.sort_by_cached_key(|contact| {
            let name = sort_name(&contact.last_name, &contact.first_name);
            (rank(&name), name, contact.id)
        });
        return Ok(found.into_iter().skip(skip as usize).take(most).collect());
    }
    let names = NAMES.open(tx)?;
    let mut skip = skip;
    let mut ids = Vec::with_capacity(most);
    let mut take = |id: u64| {
        if !numbers.contains(id as u32) {
        } else if skip > 0 {
            skip -= 1;
        } else {
            ids.push(ContactId(id));
        }
        ids.len() == most
    };
    let end = (subscriber.0 + 1, "", 0);
    for (place, start) in starts.iter().enumerate() {
        let mut full = false;
        names.keys((subscriber.0, *start, 0)..end, Direction::Ascending, 0, |(_, name, id)| {
            if !name.starts_with(start) {
                return ControlFlow::Break(());
            }
            full = rank(name) == place && take(id);
            if full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if full {
            return store::cards(tx, subscriber, &ids);
        }
    }
    names.keys((subscriber.0, "", 0)..end, Direction::Ascending, 0, |(_, name, id)| {
        if rank(name) == starts.len() && take(id) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    store::cards(tx, subscriber, &ids)
}
