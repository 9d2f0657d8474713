//! Appointments and absences as resources of other software (CalDAV): under which name and UID each goes, what was sent of it,
//! and how what is sent is written. Every write passes the same functions as the screens do.
//!
//! - What a program sent is given back word for word as long as the agenda says the same; changed here, it is told anew, with
//!   the lines that only that program understands (alarms, X-…) kept.
//! - A repetition is refused: one resource is one appointment here, and a series is booked on screen, date by date.

use super::calendar::{self, Detail};
use super::ics::{self, Single};
use super::import;
use super::model::{Absence, Actor, Appointment, Fold, Minute, NewAppointment};
use super::store::{ABSENCES, APPOINTMENTS, SHELF};
use super::{absences, appointments, settings, zone_rules};
use crate::base::lines::{Property, fold_into, unfold};
use crate::base::{AppointmentId, Instant, SubscriberId, Zone, time};
use crate::error::{Error, Result};
use crate::store::shelf::Named;
use crate::store::{Direction, Reads, Write};
use crate::subscribers::Subscriber;
use chrono::Datelike;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// What is sent of one appointment, in bytes: its alarms and notes, no enclosures.
pub const OBJECT_BYTES_MAX: usize = 64 * 1024;
/// The last part of an address, and a UID, in bytes.
pub const NAME_BYTES_MAX: usize = 255;

/// What a resource is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    Appointment(Box<Appointment>),
    Absence(Absence),
}

impl Thing {
    /// As the shelf numbers it.
    fn number(&self) -> u64 {
        match self {
            Thing::Appointment(appointment) => of_appointment(appointment.id),
            Thing::Absence(absence) => of_absence(absence.id),
        }
    }

    fn version(&self) -> u32 {
        match self {
            Thing::Appointment(appointment) => appointment.version,
            Thing::Absence(_) => 0,
        }
    }

    /// « rendez-vous 12 », for the journal.
    pub fn shown(&self) -> String {
        match self {
            Thing::Appointment(appointment) => format!("rendez-vous {}", appointment.id),
            Thing::Absence(absence) => format!("absence {}", absence.id),
        }
    }
}

/// The shelf's number of an appointment, and of an absence.
pub(super) fn of_appointment(id: AppointmentId) -> u64 {
    id.0 << 1
}

pub(super) fn of_absence(id: u64) -> u64 {
    id << 1 | 1
}

/// An appointment or absence with what other software calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    pub thing: Thing,
    named: Option<Named>,
}

impl Resource {
    fn new(tx: &impl Reads, subscriber: SubscriberId, thing: Thing) -> Result<Resource> {
        let named = SHELF.named.get(tx, (subscriber.0, thing.number()))?;
        Ok(Resource { thing, named })
    }

    /// The last part of its address.
    pub fn name(&self) -> String {
        match (&self.named, &self.thing) {
            (Some(named), _) => named.name.clone(),
            (None, thing) => usual_name(thing.number()),
        }
    }

    pub fn uid(&self, subscriber: &Subscriber) -> String {
        match (&self.named, &self.thing) {
            (Some(named), _) => named.identity.clone(),
            (None, Thing::Appointment(appointment)) => calendar::appointment_uid(subscriber.id, appointment),
            (None, Thing::Absence(absence)) => calendar::absence_uid(subscriber, absence),
        }
    }

    /// Changes whenever what it says does (RFC 9110, 8.8.3).
    pub fn tag(&self) -> String {
        format!("\"{}-{}\"", self.thing.version(), self.named.as_ref().map_or(0, |named| named.stamp))
    }

    /// From when to when, in UTC.
    pub fn span(&self, zone: Zone) -> (Instant, Instant) {
        match &self.thing {
            Thing::Appointment(appointment) => (appointment.start_utc, appointment.end_utc),
            Thing::Absence(absence) => {
                let at = |day: time::Day, minute: Minute| zone.instant_at_or_after(minute.on(day.date()));
                (at(absence.from, absence.from_minute), at(absence.until, absence.until_minute))
            }
        }
    }

    /// What lists and filters know it by.
    pub fn summary(&self) -> String {
        match &self.thing {
            Thing::Appointment(appointment) => appointment.label(),
            Thing::Absence(absence) => absence.label().to_owned(),
        }
    }
}

/// « rdv-12.ics »: what was made here is called so.
fn usual_name(number: u64) -> String {
    let (id, kind) = (number >> 1, if number & 1 == 0 { "rdv" } else { "absence" });
    format!("{kind}-{id}.ics")
}

fn usual_number(name: &str) -> Option<u64> {
    let stem = name.strip_suffix(".ics")?;
    let (id, kind) = match (stem.strip_prefix("rdv-"), stem.strip_prefix("absence-")) {
        (Some(id), _) => (id, 0),
        (None, Some(id)) => (id, 1),
        (None, None) => return None,
    };
    let number = id.parse::<u64>().ok()?.checked_mul(2)? | kind;
    // « rdv-012.ics » is nobody's name.
    (usual_name(number) == name).then_some(number)
}

/// The resource of a name, if there is one.
pub fn find(tx: &impl Reads, subscriber: SubscriberId, name: &str) -> Result<Option<Resource>> {
    let Some(number) = SHELF.thing_of(tx, subscriber.0, name, usual_number(name))? else { return Ok(None) };
    let thing = thing(tx, subscriber, number)?;
    thing.map(|thing| Resource::new(tx, subscriber, thing)).transpose()
}

fn thing(tx: &impl Reads, subscriber: SubscriberId, number: u64) -> Result<Option<Thing>> {
    let found = if number & 1 == 1 {
        absences::absence(tx, subscriber, number >> 1).map(Thing::Absence)
    } else {
        appointments::appointment(tx, subscriber, AppointmentId(number >> 1))
            .map(|one| Thing::Appointment(Box::new(one)))
    };
    match found {
        Ok(thing) => Ok(Some(thing)),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The name under which a UID is in use.
pub fn name_of_uid(tx: &impl Reads, subscriber: SubscriberId, uid: &str) -> Result<Option<String>> {
    let Some(name) = SHELF.identities.get(tx, (subscriber.0, uid))? else { return Ok(None) };
    Ok(find(tx, subscriber, &name)?.map(|_| name))
}

/// From and to; open ends reach to the first and the last.
pub type Window = (Option<Instant>, Option<Instant>);

/// Everything that touches a window, appointments by time, then absences.
pub fn list(tx: &impl Reads, subscriber: &Subscriber, window: Window) -> Result<Vec<Resource>> {
    let id = subscriber.id;
    let (start, end) = (window.0.map_or(0, super::store::key), window.1.map_or(u64::MAX, super::store::key));
    let mut found = Vec::new();
    let named = SHELF.named.open(tx)?;
    let reach = appointments::REACH_MS;
    let range = (id.0, start.saturating_sub(reach), 0)..(id.0, end, 0);
    APPOINTMENTS.each(tx, range, Direction::Ascending, |_, appointment| {
        if window.0.is_none_or(|start| appointment.end_utc > start) {
            let name = named.get((id.0, of_appointment(appointment.id)))?;
            found.push(Resource { thing: Thing::Appointment(Box::new(appointment)), named: name });
        }
        Ok(ControlFlow::Continue(()))
    })?;
    ABSENCES.each(tx, (id.0, i32::MIN, 0)..(id.0 + 1, i32::MIN, 0), Direction::Ascending, |_, absence| {
        let name = named.get((id.0, of_absence(absence.id)))?;
        let resource = Resource { thing: Thing::Absence(absence), named: name };
        let (from, until) = resource.span(subscriber.zone);
        if window.0.is_none_or(|start| until > start) && window.1.is_none_or(|end| from < end) {
            found.push(resource);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Names with what stands there now, if anything does.
pub type Changed = Vec<(String, Option<Resource>)>;

/// What changed since a place: the name, and the resource unless it is gone. `None` for a place too far back.
pub fn changed(tx: &impl Reads, subscriber: SubscriberId, since: u64) -> Result<Option<Changed>> {
    let Some(changes) = SHELF.since(tx, subscriber.0, since)? else { return Ok(None) };
    let mut found = Vec::with_capacity(changes.len());
    for change in changes {
        let thing = if change.gone { None } else { thing(tx, subscriber, change.thing)? };
        let resource = thing.map(|thing| Resource::new(tx, subscriber, thing)).transpose()?;
        let name = match (&resource, SHELF.named.get(tx, (subscriber.0, change.thing))?) {
            (Some(resource), _) => resource.name(),
            (None, Some(named)) => named.name,
            (None, None) => usual_name(change.thing),
        };
        // An absence that was sent anew is another one under the same name: it is not gone.
        if resource.is_none() && find(tx, subscriber, &name)?.is_some() {
            continue;
        }
        found.push((name, resource));
    }
    Ok(Some(found))
}

/// The place of the last change.
pub fn last_change(tx: &impl Reads, subscriber: SubscriberId) -> Result<u64> {
    SHELF.last(tx, subscriber.0)
}

/// Writes resources out; the rules of a zone are made once for each year.
pub struct Writer<'a> {
    subscriber: &'a Subscriber,
    zones: HashMap<i32, String>,
}

impl<'a> Writer<'a> {
    pub fn new(subscriber: &'a Subscriber) -> Writer<'a> {
        Writer { subscriber, zones: HashMap::new() }
    }

    /// A resource as text/calendar.
    pub fn text(&mut self, tx: &impl Reads, resource: &Resource) -> Result<String> {
        let (subscriber, zone) = (self.subscriber, self.subscriber.zone);
        let mut more = String::new();
        if let Some(named) = &resource.named {
            let sent =
                SHELF.sent.get(tx, (subscriber.id.0, named.name.as_str()))?.map(|sent| sent.text).unwrap_or_default();
            if named.exact == Some(resource.thing.version()) {
                return Ok(sent);
            }
            more = kept_lines(&sent);
        }
        let uid = resource.uid(subscriber);
        let mut out = String::with_capacity(1024);
        calendar::begin(&mut out);
        let year = resource.span(zone).0.local(zone).year();
        out.push_str(self.zones.entry(year).or_insert_with(|| {
            let mut rules = String::new();
            zone_rules::component(zone, year, year, &mut rules);
            rules
        }));
        match &resource.thing {
            Thing::Appointment(one) => calendar::event(&mut out, one, &uid, zone, Detail::Full, &more),
            Thing::Absence(one) => calendar::absence_event(&mut out, one, &uid, zone, Detail::Full, &more),
        }
        out.push_str("END:VCALENDAR\r\n");
        Ok(out)
    }
}

/// The lines of an event that the agenda has no place for: what only the program that sent them understands.
fn kept_lines(sent: &str) -> String {
    /// What `calendar` writes, or the change has made untrue.
    const OURS: [&str; 12] = [
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "DURATION",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "STATUS",
        "TRANSP",
        "LAST-MODIFIED",
    ];
    let mut out = String::new();
    let mut path: Vec<String> = Vec::new();
    for line in unfold(sent) {
        let Some(property) = Property::read(&line) else { continue };
        let value = property.value.trim().to_ascii_uppercase();
        let inside = path.iter().any(|one| one == "VEVENT");
        match property.name.as_str() {
            "BEGIN" => {
                path.push(value);
                if inside {
                    fold_into(&mut out, &line);
                }
            }
            "END" => {
                path.pop();
                if path.iter().any(|one| one == "VEVENT") {
                    fold_into(&mut out, &line);
                }
            }
            name if inside && (path.len() > 2 || !OURS.contains(&name)) => fold_into(&mut out, &line),
            _ => {}
        }
    }
    out
}

/// What came of something sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Made(Done),
    Changed(Done),
    /// Somebody else was there since the sender last looked (412).
    Stale,
    /// The UID is in use under this name.
    UidTaken(String),
}

/// What was done, for the answer and for the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub thing: Thing,
    pub before: Option<Thing>,
    /// The tag of what was sent, if it is given back word for word.
    pub tag: Option<String>,
}

/// Whether the sender may write, given the tag of what is there.
pub type Condition<'a> = &'a dyn Fn(Option<&str>) -> bool;

/// Writes what other software sends under a name. `Invalid` for what is no single event, `Conflict` where the agenda says no.
pub fn put(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    name: &str,
    text: &str,
    may: Condition<'_>,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Written> {
    let there = find(tx, subscriber.id, name)?;
    if !may(there.as_ref().map(Resource::tag).as_deref()) {
        return Ok(Written::Stale);
    }
    if there.is_none() && usual_number(name).is_some() {
        return Err(Error::Conflict("Ce nom est celui d’un rendez-vous fait ici, qui n’est plus là.".into()));
    }
    let sent = ics::single(text, subscriber.zone).map_err(wrong)?;
    if sent.uid.is_empty() || sent.uid.len() > NAME_BYTES_MAX || name.len() > NAME_BYTES_MAX {
        return Err(wrong("il n’a pas d’UID, ou son nom est trop long".into()));
    }
    match name_of_uid(tx, subscriber.id, &sent.uid)? {
        Some(other) if other != name => return Ok(Written::UidTaken(other)),
        _ => {}
    }
    if let Some(resource) = there.as_ref().filter(|resource| resource.uid(subscriber) != sent.uid) {
        return Ok(Written::UidTaken(resource.name()));
    }
    let before = there.map(|resource| resource.thing);
    let (thing, exact) = write(tx, subscriber, before.as_ref(), &sent, actor, now)?;
    let exact = exact.then_some(thing.version());
    let text = if exact.is_some() { normal(text) } else { text.to_owned() };
    SHELF.keep(tx, subscriber.id.0, thing.number(), name, &sent.uid, text, exact)?;
    let resource = Resource::new(tx, subscriber.id, thing)?;
    let tag = exact.map(|_| resource.tag());
    let done = Done { thing: resource.thing, before: before.clone(), tag };
    Ok(if before.is_some() { Written::Changed(done) } else { Written::Made(done) })
}

/// Lines end as the standard says, whatever the sender did.
fn normal(text: &str) -> String {
    if text.contains("\r\n") { text.to_owned() } else { text.replace('\n', "\r\n") }
}

fn wrong(why: String) -> Error {
    Error::invalid("fichier", import::sentence(&why))
}

/// Books, changes, moves; the thing as it is now, and whether it says exactly what was sent.
fn write(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    before: Option<&Thing>,
    sent: &Single,
    actor: Actor<'_>,
    now: Instant,
) -> Result<(Thing, bool)> {
    let usual_minutes = settings::settings(tx, subscriber)?.slot_minutes;
    match import::shape(subscriber, &sent.event, usual_minutes) {
        import::Shape::Absence(new) => {
            let new = new.checked()?;
            if let Some(Thing::Absence(kept)) = before
                && absences::NewAbsence::of(kept) == new
            {
                return Ok((Thing::Absence(kept.clone()), true));
            }
            if let Some(before) = before {
                take_away(tx, subscriber, before, actor, now)?;
            }
            let (absence, _) = absences::add(tx, subscriber, new, actor, now)?;
            Ok((Thing::Absence(absence), true))
        }
        import::Shape::Timed { start, minutes, exact } => {
            if sent.event.transparent {
                return Err(wrong(
                    "il ne prend pas de temps (« disponible ») : l’agenda n’a pas de place pour lui".into(),
                ));
            }
            let kept = match before {
                Some(Thing::Appointment(kept)) => Some(&**kept),
                _ => None,
            };
            let new = merged(subscriber, sent, start, minutes, kept).checked()?;
            let moved =
                kept.is_none_or(|kept| new.place() != kept.slot() || start_of(subscriber, &new) != kept.start_utc);
            if moved {
                appointments::moment(subscriber.zone, new.date, new.start, new.fold, now)?;
                absent(tx, subscriber, &new)?;
            }
            let booked = match kept {
                Some(kept) if !moved && says_the_same(kept, &new) => kept.clone(),
                Some(kept) => appointments::change(tx, subscriber, kept.id, new, None, actor, now)?.appointment,
                None => {
                    if let Some(before) = before {
                        take_away(tx, subscriber, before, actor, now)?;
                    }
                    appointments::book(tx, subscriber, new, actor, now)?.appointment
                }
            };
            Ok((Thing::Appointment(Box::new(booked)), exact))
        }
    }
}

fn start_of(subscriber: &Subscriber, new: &NewAppointment) -> Instant {
    let first = subscriber.zone.instant_at_or_after(new.start.on(new.date));
    // The second of a doubled hour lies as far behind as the clocks go back.
    match new.fold {
        Fold::First => first,
        Fold::Second => first.plus_ms(time::HOUR_MS),
    }
}

fn says_the_same(kept: &Appointment, new: &NewAppointment) -> bool {
    NewAppointment { fold: Fold::First, ..new.clone() } == kept.as_new()
}

/// A screen asks whether the abonné's absence is known; nobody can be asked here.
fn absent(tx: &Write<'_>, subscriber: &Subscriber, new: &NewAppointment) -> Result<()> {
    match absences::over(tx, subscriber, new.place())?.first() {
        None => Ok(()),
        Some(absence) => Err(Error::Conflict(format!(
            "L’abonné est absent à ce moment ({}) : prenez ce rendez-vous depuis l’agenda si c’est voulu.",
            absence.label()
        ))),
    }
}

/// What was sent over what was there: a part that says the same as before leaves everything as it was.
fn merged(
    subscriber: &Subscriber,
    sent: &Single,
    start: Instant,
    minutes: u16,
    kept: Option<&Appointment>,
) -> NewAppointment {
    let read = import::appointment(subscriber, &sent.event, start, minutes);
    let Some(kept) = kept else {
        let mut new = NewAppointment { reason: String::new(), note: String::new(), ..read };
        describe(&mut new, &sent.event.description);
        if let Some(kind) = sent.kind {
            new.kind = kind;
        }
        return new;
    };
    let mut new = kept.as_new();
    (new.date, new.start, new.minutes, new.fold) = (read.date, read.start, read.minutes, read.fold);
    if sent.event.summary.trim() != kept.label() {
        (new.last_name, new.first_name) = (read.last_name, read.first_name);
    }
    if sent.event.location.trim() != kept.address {
        (new.address, new.kind) = (read.address, read.kind);
    }
    if let Some(kind) = sent.kind {
        new.kind = kind;
    }
    if sent.event.description.trim() != calendar::description(kept).trim() {
        describe(&mut new, &sent.event.description);
    }
    new
}

/// Reads what stands below the name: lines of ours by their words, one line alone as the reason, all else as the note.
fn describe(new: &mut NewAppointment, text: &str) {
    let text = text.trim();
    let labelled = text
        .lines()
        .any(|line| line == calendar::NEW || line.starts_with(calendar::REASON) || line.starts_with(calendar::PHONE));
    if !labelled {
        (new.reason, new.note) = import::reason_and_note(text);
        return;
    }
    (new.reason, new.note, new.phone, new.new_patient) = Default::default();
    let mut rest = Vec::new();
    for line in text.lines() {
        if let Some(reason) = line.strip_prefix(calendar::REASON) {
            new.reason = reason.to_owned();
        } else if let Some(phone) = line.strip_prefix(calendar::PHONE) {
            new.phone = crate::base::Phone::read(phone);
        } else if line == calendar::NEW {
            new.new_patient = true;
        } else {
            rest.push(line);
        }
    }
    new.note = rest.join("\n");
}

/// What other software takes away: an appointment is cancelled, an absence removed.
pub fn delete(
    tx: &Write<'_>,
    subscriber: &Subscriber,
    name: &str,
    may: Condition<'_>,
    actor: Actor<'_>,
    now: Instant,
) -> Result<Option<Thing>> {
    let resource = find(tx, subscriber.id, name)?.ok_or(Error::NotFound)?;
    if !may(Some(&resource.tag())) {
        return Ok(None);
    }
    take_away(tx, subscriber, &resource.thing, actor, now)?;
    Ok(Some(resource.thing))
}

fn take_away(tx: &Write<'_>, subscriber: &Subscriber, thing: &Thing, actor: Actor<'_>, now: Instant) -> Result<()> {
    match thing {
        Thing::Appointment(appointment) => {
            appointments::cancel(tx, subscriber, appointment.id, None, actor, now).map(drop)
        }
        Thing::Absence(absence) => absences::remove(tx, subscriber, absence, actor, now).map(drop),
    }
}

/// From when to when an abonné is busy, within a window, by beginning.
pub fn busy(
    tx: &impl Reads,
    subscriber: &Subscriber,
    from: Instant,
    until: Instant,
) -> Result<Vec<(Instant, Instant)>> {
    let mut spans: Vec<(Instant, Instant)> = list(tx, subscriber, (Some(from), Some(until)))?
        .iter()
        .map(|resource| resource.span(subscriber.zone))
        .map(|(start, end)| (start.max(from), end.min(until)))
        .collect();
    spans.sort();
    Ok(spans)
}
