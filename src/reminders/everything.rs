//! All that reminders know of one abonné: handed over, or erased with it.

use super::links::{LINKS, Whose};
use super::meetings::{self, PLANNED, WATCHED};
use super::settings::{self, SETTINGS};
use crate::base::bundle::Bundle;
use crate::base::{AppointmentId, Instant};
use crate::error::Result;
use crate::store::carried::{Carried, Rows};
use crate::store::{Direction, Reads, Write};
use crate::subscribers::Subscriber;
use serde::Serialize;
use std::ops::ControlFlow;

/// What goes to another house as it is; when each is due is listed anew (`settle`). Letters stay where they were written.
pub static CARRIED: [&dyn Carried; 2] = [&Rows::of(&SETTINGS), &Rows::of(&WATCHED)];

/// Lists what is due next, and lets contacts find their appointments by the addresses that they were sent.
pub fn settle(tx: &Write<'_>, subscriber: &Subscriber) -> Result<()> {
    let id = subscriber.id.0;
    WATCHED.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |(_, appointment), watched| {
        if let Some(at) = watched.planned {
            PLANNED.put(tx, (meetings::key_of(at), id, appointment), &())?;
        }
        for hash in &watched.links {
            // An address that leads somewhere already goes on leading there.
            if !LINKS.has(tx, hash.as_slice())? {
                let whose = Whose { subscriber: subscriber.id, appointment: AppointmentId(appointment) };
                LINKS.put(tx, hash.as_slice(), &whose)?;
            }
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Adds `rappels.jsonl`: what the abonné decided, then what became of each appointment that is watched. Addresses by which
/// contacts answer are known by their hashes alone, and stay out.
pub fn write(tx: &impl Reads, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    let id = subscriber.id.0;
    bundle.begin("rappels.jsonl")?;
    bundle.line(&settings::of(tx, subscriber.id)?)?;
    WATCHED.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |(_, appointment), watched| {
        bundle.line(&Line {
            rendez_vous: appointment,
            debut: watched.start.rfc3339(),
            fiche: watched.contact.map(|contact| contact.0),
            par_email: watched.by_email,
            par_sms: watched.by_sms,
            annule: watched.gone,
            dit_par_email: watched.told[0].map(|told| told.start.rfc3339()),
            dit_par_sms: watched.told[1].map(|told| told.start.rfc3339()),
            rappels: watched.reminded.iter().map(|(start, _)| start.rfc3339()).collect(),
            prochain: watched.planned.map(Instant::rfc3339),
            confirme: watched.confirmed.map(Instant::rfc3339),
        })?;
        Ok(ControlFlow::Continue(()))
    })
}

/// An appointment as a line of the file.
#[derive(Serialize)]
struct Line {
    rendez_vous: u64,
    debut: String,
    fiche: Option<u64>,
    par_email: bool,
    par_sms: bool,
    annule: bool,
    /// For which time the contact was told last, by each way.
    dit_par_email: Option<String>,
    dit_par_sms: Option<String>,
    /// The times for which reminders have been dealt with.
    rappels: Vec<String>,
    prochain: Option<String>,
    confirme: Option<String>,
}

/// Erases up to `most` appointments with what was said of them; letters that wait do not leave any more.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, most: usize) -> Result<Vec<(&'static str, u64)>> {
    let id = subscriber.id.0;
    let mut found = Vec::new();
    WATCHED.each(tx, (id, 0)..(id + 1, 0), Direction::Ascending, |(_, appointment), watched| {
        found.push((Whose { subscriber: subscriber.id, appointment: AppointmentId(appointment) }, watched));
        Ok(if found.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let count = found.len() as u64;
    for (whose, watched) in found {
        let at: Instant = watched.end;
        meetings::forget(tx, whose, watched, at)?;
    }
    if count == 0 {
        SETTINGS.remove(tx, id)?;
        return Ok(Vec::new());
    }
    Ok(vec![("rappels de rendez-vous", count)])
}
