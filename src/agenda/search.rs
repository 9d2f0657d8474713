//! « Chercher un rendez-vous »: by name or phone, past and to come, accents and notation ignored.

use super::appointments;
use super::model::Appointment;
use super::store::{WORDS, key};
use crate::base::{AppointmentId, Instant, Phone, SubscriberId, fold, limits};
use crate::error::Result;
use crate::store::{Direction, Reads, Write};
use std::ops::ControlFlow;

/// Appointments that a page of results holds, of those to come and of those past.
pub const FOUND_MAX: usize = 100;
/// Rows of the index that one question looks at; « a » alone finds many.
const LOOKED_AT_MAX: usize = 4000;

/// What a question finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Not over yet, soonest first.
    pub coming: Vec<Appointment>,
    /// Over, latest first.
    pub past: Vec<Appointment>,
    /// There may be more than are shown.
    pub cut: bool,
}

/// The words under which an appointment is found.
pub(super) fn words(appointment: &Appointment) -> Vec<String> {
    let mut words = fold::words(&appointment.last_name);
    words.extend(fold::words(&appointment.first_name));
    let phone = appointment.phone.searched();
    if !phone.is_empty() {
        words.push(phone);
    }
    words.sort_unstable();
    words.dedup();
    words
}

pub(super) fn index(tx: &Write<'_>, subscriber: SubscriberId, appointment: &Appointment) -> Result<()> {
    for word in words(appointment) {
        WORDS.put(tx, (subscriber.0, word.as_str(), key(appointment.start_utc), appointment.id.0), &())?;
    }
    Ok(())
}

pub(super) fn unindex(tx: &Write<'_>, subscriber: SubscriberId, appointment: &Appointment) -> Result<()> {
    for word in words(appointment) {
        WORDS.remove(tx, (subscriber.0, word.as_str(), key(appointment.start_utc), appointment.id.0))?;
    }
    Ok(())
}

/// The folded beginnings of words that somebody typed; a telephone number in any notation is one.
pub fn asked(typed: &str) -> Vec<String> {
    let typed: String = typed.chars().take(limits::QUERY_CHARS_MAX).collect();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let only_number = digits >= 4 && typed.chars().all(|c| !c.is_alphabetic());
    if only_number {
        return vec![number(&typed)];
    }
    let folded = fold::fold(&typed);
    let parts = folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.take(limits::QUERY_WORDS_MAX).map(fold::cut).collect()
}

/// The digits of a whole number or of its beginning, as the index has them.
fn number(typed: &str) -> String {
    let phone = Phone::read(typed).searched();
    let national = phone.strip_prefix("0033").or_else(|| phone.strip_prefix("33")).filter(|rest| !rest.is_empty());
    match national {
        Some(rest) if typed.trim_start().starts_with(['+', '0']) => format!("0{}", rest.trim_start_matches('0')),
        _ => phone,
    }
}

/// The appointments that a question finds: every word typed begins one of theirs.
pub fn find(tx: &impl Reads, subscriber: SubscriberId, typed: &str, now: Instant) -> Result<Found> {
    let mut asked = asked(typed);
    // The longest word is met the least often: it leads, the others are checked.
    asked.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let Some(leading) = asked.first() else { return Ok(Found::default()) };
    let beyond = format!("{leading}\u{10ffff}");
    let mut places: Vec<(u64, u64)> = Vec::new();
    let range = (subscriber.0, leading.as_str(), 0, 0)..(subscriber.0, beyond.as_str(), 0, 0);
    let mut looked_at = 0;
    WORDS.open(tx)?.keys(range, Direction::Ascending, 0, |(_, _, start, id)| {
        places.push((start, id));
        looked_at += 1;
        if looked_at == LOOKED_AT_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    places.sort_unstable();
    places.dedup();
    let mut found = Found { cut: looked_at == LOOKED_AT_MAX, ..Found::default() };
    let at = places.partition_point(|(start, _)| *start < key(now));
    // One that has begun may not be over: those last before now are looked at with those to come.
    let (past, coming) = places.split_at(at);
    gather(tx, subscriber, coming.iter(), &asked, &mut found.coming, &mut found.cut)?;
    gather(tx, subscriber, past.iter().rev(), &asked, &mut found.past, &mut found.cut)?;
    let still_on: Vec<Appointment> = found.past.extract_if(.., |appointment| !appointment.is_over(now)).collect();
    found.coming.splice(0..0, still_on.into_iter().rev());
    Ok(found)
}

fn gather<'a>(
    tx: &impl Reads,
    subscriber: SubscriberId,
    places: impl Iterator<Item = &'a (u64, u64)>,
    asked: &[String],
    into: &mut Vec<Appointment>,
    cut: &mut bool,
) -> Result<()> {
    for (start, id) in places {
        let Some(appointment) = appointments::at(tx, subscriber, *start, AppointmentId(*id))? else { continue };
        let words = words(&appointment);
        if !asked.iter().all(|sought| words.iter().any(|word| word.starts_with(sought.as_str()))) {
            continue;
        }
        if into.len() == FOUND_MAX {
            *cut = true;
            break;
        }
        into.push(appointment);
    }
    Ok(())
}
