//! All that reminders know of one abonné, erased with it.

use super::links::Whose;
use super::meetings::{self, WATCHED};
use super::settings::SETTINGS;
use crate::base::{AppointmentId, Instant};
use crate::error::Result;
use crate::store::{Direction, Write};
use crate::subscribers::Subscriber;
use std::ops::ControlFlow;

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
