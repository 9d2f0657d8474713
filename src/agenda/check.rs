//! `permanence check`: whether what finds appointments agrees with the appointments themselves.

use super::store::{APPOINTMENTS, BY_CONTACT, EVENTS, EVENTS_BY_APPOINTMENT, EVENTS_BY_DAY, SPANS, STARTS};
use crate::error::Result;
use crate::store::{Direction, Reads};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// What does not agree, a French sentence each; nothing when all is well.
pub fn indexes(tx: &impl Reads) -> Result<Vec<String>> {
    let (spans, starts, by_contact) = (SPANS.open(tx)?, STARTS.open(tx)?, BY_CONTACT.open(tx)?);
    let mut wrong: BTreeSet<u64> = BTreeSet::new();
    let (mut appointments, mut of_contacts) = (0, 0);
    // Of one abonné at a time, what was seen to overlap without having been forced.
    let mut doubled: BTreeSet<u64> = BTreeSet::new();
    let mut last: Option<(u64, i64, bool)> = None;
    APPOINTMENTS.each(tx, (0, 0, 0).., Direction::Ascending, |(subscriber, start, number), found| {
        appointments += 1;
        let end = u64::try_from(found.end_utc.0).unwrap_or(0);
        let mut agrees = found.id.0 == number && u64::try_from(found.start_utc.0) == Ok(start);
        agrees &= spans.get((subscriber, start, number))? == Some(end);
        agrees &= starts.get((subscriber, number))? == Some(start);
        if let Some(contact) = found.contact {
            of_contacts += 1;
            agrees &= by_contact.get((subscriber, contact.0, start, number))?.is_some();
        }
        if !agrees {
            wrong.insert(subscriber);
        }
        if let Some((of, ends, forced)) = last
            && of == subscriber
            && ends > found.start_utc.0
            && !forced
            && !found.forced
        {
            doubled.insert(subscriber);
        }
        let ends = last.filter(|(of, _, _)| *of == subscriber).map_or(i64::MIN, |(_, ends, _)| ends);
        if found.end_utc.0 >= ends {
            last = Some((subscriber, found.end_utc.0, found.forced));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let mut sentences: Vec<String> = wrong
        .iter()
        .map(|subscriber| format!("Abonné {subscriber} : l’agenda ne retrouve pas tous ses rendez-vous."))
        .chain(doubled.iter().map(|subscriber| format!("Abonné {subscriber} : deux rendez-vous se recouvrent.")))
        .collect();
    let counts = [SPANS.len(tx)?, STARTS.len(tx)?];
    if counts.iter().any(|count| *count != appointments) || BY_CONTACT.len(tx)? != of_contacts {
        sentences.push(format!("Les listes de l’agenda ne correspondent pas à ses {appointments} rendez-vous."));
    }
    // An appointment that moved to another day stands in the history of both.
    let mut days_of_events = 0;
    EVENTS.each(tx, (0, 0).., Direction::Ascending, |_, event| {
        let days: BTreeSet<i32> = event.places.iter().map(|place| place.date.0).collect();
        days_of_events += days.len() as u64;
        Ok(ControlFlow::Continue(()))
    })?;
    if EVENTS_BY_DAY.len(tx)? != days_of_events || EVENTS_BY_APPOINTMENT.len(tx)? > EVENTS.len(tx)? {
        sentences.push("L’histoire de l’agenda ne se retrouve pas jour par jour.".to_owned());
    }
    Ok(sentences)
}
