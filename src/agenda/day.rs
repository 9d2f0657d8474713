//! A day, computed: typical week → closed days and absences → the day's own changes → appointments laid over. Pure.

use super::appointments;
use super::model::{Appointment, Day, Holiday, Minute, Opening, Slot};
use super::overrides::Override;
use super::rules::{self, Rules};
use crate::base::{AppointmentId, Zone, time};
use crate::error::Result;
use crate::store::Reads;
use crate::subscribers::Subscriber;
use chrono::{Duration, NaiveDate};

/// Days that one look-up may span: a month page shows six weeks.
pub const DAYS_MAX: u16 = 62;

/// A stretch of the day with one opening and one grid of slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    start: Minute,
    end: Minute,
    opening: Opening,
    slot_minutes: u16,
    /// Where the grid begins: what is cut from a segment keeps its lines.
    anchor: Minute,
}

/// The days from a date on, as they stand.
pub fn days(tx: &impl Reads, subscriber: &Subscriber, from: NaiveDate, count: u16) -> Result<Vec<Day>> {
    let count = count.clamp(1, DAYS_MAX);
    let to = from + Duration::days(i64::from(count) - 1);
    let rules = rules::load(tx, subscriber, from, to)?;
    let appointments = appointments::between(tx, subscriber, from, to)?;
    Ok((0..count)
        .map(|place| day(&rules, from + Duration::days(i64::from(place)), subscriber.zone, &appointments))
        .collect())
}

/// One day. `appointments` may hold others than the day's.
pub fn day(rules: &Rules, date: NaiveDate, zone: Zone, appointments: &[Appointment]) -> Day {
    let (names, closed) = rules.holiday_on(date);
    let holiday = (!names.is_empty()).then_some(Holiday { names, opened: !closed });
    let mut laid = Vec::new();
    let mut own = Vec::new();
    for appointment in appointments {
        if let Some((start, end)) = clip(appointment, date, zone) {
            laid.push((start, end, appointment.id));
            own.push((start, appointment.clone()));
        }
    }
    laid.sort_unstable();
    own.sort_by_key(|(start, appointment)| (*start, appointment.start_utc, appointment.id));
    Day {
        date,
        slots: free_and_taken(rules, date, &Blocks::of(&laid)),
        appointments: own.into_iter().map(|(_, appointment)| appointment).collect(),
        holiday,
        absences: rules.absences.iter().filter(|absence| absence.on(date).is_some()).cloned().collect(),
        closed,
    }
}

/// The minutes of a date that an appointment covers by the clock on the wall.
fn clip(appointment: &Appointment, date: NaiveDate, zone: Zone) -> Option<(Minute, Minute)> {
    let midnight = Minute::START.on(date);
    let minutes = |civil: chrono::NaiveDateTime| civil.signed_duration_since(midnight).num_minutes();
    let start = minutes(appointment.start_civil()).max(0);
    let end = minutes(appointment.end_civil(zone)).min(i64::from(Minute::END.0));
    (start < end).then_some((Minute(start as u16), Minute(end as u16)))
}

/// What a time would be by the typical week and repeated changes alone, on a day that is neither closed nor absent.
pub fn opening_by_rule(rules: &Rules, date: NaiveDate, minute: Minute) -> Opening {
    let segments = by_rule(rules, date);
    let found = segments.iter().find(|segment| segment.start <= minute && minute < segment.end);
    found.map_or(Opening::Unworked, |segment| segment.opening)
}

fn by_rule(rules: &Rules, date: NaiveDate) -> Vec<Segment> {
    let slot_minutes = rules.settings.slot_minutes;
    let all = Segment {
        start: Minute::START,
        end: Minute::END,
        opening: Opening::Unworked,
        slot_minutes,
        anchor: Minute::START,
    };
    let mut segments = vec![all];
    for period in rules.week_on(date).on(date) {
        if period.opening.is_worked() {
            lay(&mut segments, period.from, period.to, |part| Segment {
                opening: period.opening,
                slot_minutes: period.slot_minutes,
                anchor: period.from,
                ..part
            });
        } else {
            // What is worked after a pause begins with a whole slot.
            lay(&mut segments, period.from, period.to, |part| Segment {
                opening: Opening::Unworked,
                slot_minutes,
                anchor: period.from,
                ..part
            });
            for segment in segments.iter_mut().filter(|segment| segment.start == period.to) {
                if segment.opening.is_worked() {
                    segment.anchor = period.to;
                }
            }
        }
    }
    for made in rules.repeated_on(date) {
        lay_override(&mut segments, made);
    }
    segments
}

fn segments(rules: &Rules, date: NaiveDate) -> Vec<Segment> {
    let mut segments = by_rule(rules, date);
    if rules.holiday_on(date).1 {
        for segment in &mut segments {
            segment.opening = Opening::Unworked;
        }
    }
    for (start, end) in rules.absences.iter().filter_map(|absence| absence.on(date)) {
        lay(&mut segments, start, end, |part| Segment { opening: Opening::Unworked, ..part });
    }
    for made in rules.overrides.get(&time::Day::from(date)).into_iter().flatten() {
        lay_override(&mut segments, made);
    }
    segments.dedup_by(|next, before| {
        let same =
            (next.opening, next.slot_minutes, next.anchor) == (before.opening, before.slot_minutes, before.anchor);
        if same {
            before.end = next.end;
        }
        same
    });
    segments
}

fn lay_override(segments: &mut Vec<Segment>, made: &Override) {
    lay(segments, made.start, made.end, |part| match made.slot_minutes {
        Some(slot_minutes) => Segment { opening: made.opening, slot_minutes, anchor: made.start, ..part },
        None => Segment { opening: made.opening, ..part },
    });
}

/// Changes what lies between two minutes, cutting the segments that reach beyond.
fn lay(segments: &mut Vec<Segment>, start: Minute, end: Minute, change: impl Fn(Segment) -> Segment) {
    let mut laid = Vec::with_capacity(segments.len() + 2);
    for segment in segments.iter().copied() {
        let (from, to) = (segment.start.max(start), segment.end.min(end));
        if from >= to {
            laid.push(segment);
            continue;
        }
        if segment.start < from {
            laid.push(Segment { end: from, ..segment });
        }
        laid.push(change(Segment { start: from, end: to, ..segment }));
        if to < segment.end {
            laid.push(Segment { start: to, ..segment });
        }
    }
    *segments = laid;
}

/// Appointments that overlap by the clock, gathered: start, end, numbers by start.
pub(super) struct Blocks(Vec<(Minute, Minute, Vec<AppointmentId>)>);

impl Blocks {
    /// `laid` by start.
    pub fn of(laid: &[(Minute, Minute, AppointmentId)]) -> Blocks {
        let mut blocks: Vec<(Minute, Minute, Vec<AppointmentId>)> = Vec::with_capacity(laid.len());
        for (start, end, id) in laid {
            match blocks.last_mut() {
                Some(last) if *start < last.1 => {
                    last.1 = last.1.max(*end);
                    last.2.push(*id);
                }
                _ => blocks.push((*start, *end, vec![*id])),
            }
        }
        Blocks(blocks)
    }
}

/// The slots of a date with blocks laid over them.
pub(super) fn free_and_taken(rules: &Rules, date: NaiveDate, blocks: &Blocks) -> Vec<Slot> {
    slots(&segments(rules, date), blocks)
}

/// The grid of the segments, cut where blocks lie.
fn slots(segments: &[Segment], blocks: &Blocks) -> Vec<Slot> {
    let mut slots = Vec::new();
    let mut blocks = blocks.0.iter().peekable();
    // Up to where blocks that have been shown reach.
    let mut covered = Minute::START;
    for segment in segments {
        let mut at = segment.start;
        loop {
            at = at.max(covered);
            if at >= segment.end {
                break;
            }
            let step = segment.slot_minutes.max(1);
            // The next line of the grid after `at`; a segment may begin before its anchor's own line.
            let beyond = i32::from(at.0) - i32::from(segment.anchor.0);
            let line = i32::from(segment.anchor.0) + (beyond.div_euclid(i32::from(step)) + 1) * i32::from(step);
            let line_end = Minute(u16::try_from(line).unwrap_or(Minute::END.0)).min(segment.end);
            while let Some((start, end, ids)) = blocks.next_if(|(start, ..)| *start < line_end) {
                if at < *start {
                    slots.push(free(segment, at, *start));
                }
                slots.push(Slot {
                    start: *start,
                    end: *end,
                    opening: segment.opening,
                    slot_minutes: segment.slot_minutes,
                    appointments: ids.clone(),
                });
                covered = *end;
                at = *end;
            }
            if at < line_end {
                slots.push(free(segment, at, line_end));
            }
            at = line_end;
        }
    }
    slots
}

fn free(segment: &Segment, start: Minute, end: Minute) -> Slot {
    Slot { start, end, opening: segment.opening, slot_minutes: segment.slot_minutes, appointments: Vec::new() }
}
