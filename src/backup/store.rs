//! How backups went: kept in the data file, for the screen, the monitors and the night after.

use crate::base::{Instant, time};
use crate::error::Result;
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By the moment at which it was begun, in milliseconds since 1970.
static RUNS: Collection<u64, Run> = Collection::new("backup.runs");
/// `since`: when backups were first thought of, so that a young house is not told off.
static FACTS: Collection<&'static str, u64> = Collection::new("backup.facts");

pub static TABLES: [&dyn AnyTable; 2] = [&RUNS, &FACTS];

/// Runs remembered: three months of nights.
const RUNS_MAX: u64 = 100;
/// A house without a good backup for so long has a problem: a night was missed, and the morning after nobody noticed.
pub const OVERDUE_MS: i64 = 36 * time::HOUR_MS;

/// One backup, made or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub took_ms: u64,
    pub outcome: Outcome,
}

impl Record for Run {}

impl Run {
    /// Whether it failed, or its way elsewhere did.
    pub fn has_failed(&self) -> bool {
        match &self.outcome {
            Outcome::Good(good) => matches!(good.copied, Copied::Failed(_)),
            Outcome::Failed(_) => true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Written, read back, counted.
    Good(Good),
    /// A French sentence.
    Failed(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Good {
    /// The file's name in the folder of backups.
    pub file: String,
    pub bytes: u64,
    pub rows: u64,
    pub encrypted: bool,
    pub copied: Copied,
}

/// What became of the command that takes it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Copied {
    NotAsked,
    Done,
    /// A French sentence.
    Failed(String),
}

/// Notes how one went; the oldest are forgotten.
pub fn note(tx: &Write<'_>, begun: Instant, run: &Run) -> Result<()> {
    RUNS.put(tx, key(begun), run)?;
    let surplus = RUNS.len(tx)?.saturating_sub(RUNS_MAX);
    RUNS.remove_some(tx, 0.., surplus as usize)?;
    Ok(())
}

/// The last runs, newest first.
pub fn last(tx: &impl Reads, most: usize) -> Result<Vec<(Instant, Run)>> {
    let mut runs = Vec::new();
    RUNS.each(tx, 0.., Direction::Descending, |begun, run| {
        runs.push((Instant(begun as i64), run));
        Ok(if runs.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(runs)
}

/// The last one up to a moment: what a clock that was wrong left in the future does not count.
pub fn last_until(tx: &impl Reads, now: Instant) -> Result<Option<(Instant, Run)>> {
    let mut found = None;
    RUNS.each(tx, 0..=key(now), Direction::Descending, |begun, run| {
        found = Some((Instant(begun as i64), run));
        Ok(ControlFlow::Break(()))
    })?;
    Ok(found)
}

/// The last good one up to a moment.
pub fn last_good(tx: &impl Reads, now: Instant) -> Result<Option<(Instant, Good)>> {
    let mut found = None;
    RUNS.each(tx, 0..=key(now), Direction::Descending, |begun, run| {
        Ok(match run.outcome {
            Outcome::Good(good) => {
                found = Some((Instant(begun as i64), good));
                ControlFlow::Break(())
            }
            Outcome::Failed(_) => ControlFlow::Continue(()),
        })
    })?;
    Ok(found)
}

/// When backups were first thought of, if they have been.
pub fn since(tx: &impl Reads) -> Result<Option<Instant>> {
    Ok(FACTS.get(tx, "since")?.map(|ms| Instant(ms as i64)))
}

pub fn set_since(tx: &Write<'_>, now: Instant) -> Result<()> {
    FACTS.put(tx, "since", &key(now))
}

/// Since when no good backup was made, where that is too long ago.
pub fn overdue(tx: &impl Reads, now: Instant) -> Result<Option<Instant>> {
    let last = match last_good(tx, now)? {
        Some((begun, _)) => Some(begun),
        None => since(tx)?,
    };
    Ok(last.filter(|last| now.ms_since(*last) > OVERDUE_MS))
}

fn key(moment: Instant) -> u64 {
    u64::try_from(moment.0).unwrap_or(0)
}
