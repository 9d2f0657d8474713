//! iCalendar files (RFC 5545) read into single events: series are unrolled, exceptions laid over them, what is cancelled
//! left out. Pure: what becomes of the events is for `import` to say.

use super::model::Kind;
use crate::base::lines::{Property, unescaped, unfold};
use crate::base::{Instant, Zone, time};
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use rrule::{RRuleSet, Tz};
use std::collections::{BTreeMap, BTreeSet};

/// A calendar of years has some thousands; beyond this it is another kind of file.
pub const EVENTS_MAX: usize = 50_000;
/// Occurrences of one series: a daily one of ten years.
const OCCURRENCES_MAX: u16 = 3_700;
/// How far a series without an end is unrolled.
pub const YEARS_AHEAD: i64 = 2;

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// Whole days, the end excluded.
    Days(NaiveDate, NaiveDate),
    Timed(Instant, Instant),
}

/// One event, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub uid: String,
    pub span: Span,
    pub summary: String,
    pub description: String,
    pub location: String,
    /// TRANSP:TRANSPARENT: it takes nobody's time.
    pub transparent: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// By time.
    pub events: Vec<Event>,
    pub cancelled: u64,
    /// Events that can't be understood: a summary and why.
    pub bad: Vec<(String, String)>,
    /// Series without an end, unrolled for `YEARS_AHEAD`.
    pub endless: u64,
}

/// A moment as a file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Day(NaiveDate),
    /// Civil time of a zone.
    Civil(NaiveDateTime, Zone),
    Utc(NaiveDateTime),
}

impl When {
    fn instant(self) -> Option<Instant> {
        match self {
            When::Day(_) => None,
            When::Civil(civil, zone) => Some(zone.instant_at_or_after(civil)),
            When::Utc(civil) => Some(Instant(civil.and_utc().timestamp_millis())),
        }
    }

    /// What tells occurrences of one series apart.
    fn key(self) -> i64 {
        match self {
            When::Day(date) => i64::from(time::Day::from(date).0),
            other => other.instant().map_or(0, |at| at.0),
        }
    }
}

/// A VEVENT before it is unrolled.
#[derive(Default)]
struct Raw {
    properties: Vec<Property>,
}

impl Raw {
    fn find(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }

    fn text(&self, name: &str) -> String {
        self.find(name).map(|property| unescaped(&property.value)).unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.find(name).is_some_and(|property| property.value.trim().eq_ignore_ascii_case(value))
    }

    fn sequence(&self) -> u64 {
        self.find("SEQUENCE").and_then(|property| property.value.trim().parse().ok()).unwrap_or(0)
    }
}

/// Reads a file. `zone` is what floating times mean, and zones that nobody knows. `Err` is a French sentence.
pub fn read(bytes: &[u8], zone: Zone, today: NaiveDate) -> Result<Calendar, String> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        .map_err(|_| "ce fichier n’est pas un calendrier iCalendar (il n’est pas en UTF-8)".to_owned())?;
    if !is_calendar(text) {
        return Err("ce fichier n’est pas un calendrier iCalendar (il ne commence pas par BEGIN:VCALENDAR)".into());
    }
    let mut masters: BTreeMap<String, Raw> = BTreeMap::new();
    let mut exceptions: Vec<(String, Raw)> = Vec::new();
    for (place, raw) in components(text)?.into_iter().enumerate() {
        let mut uid = raw.text("UID");
        if uid.is_empty() {
            uid = format!("sans-uid-{place}");
        }
        if raw.find("RECURRENCE-ID").is_some() {
            exceptions.push((uid, raw));
        } else if masters.get(&uid).is_none_or(|other| other.sequence() <= raw.sequence()) {
            masters.insert(uid, raw);
        }
    }
    let mut calendar = Calendar::default();
    let mut replaced: BTreeSet<(String, i64)> = BTreeSet::new();
    for (uid, raw) in &exceptions {
        match raw.find("RECURRENCE-ID").and_then(|property| when(property, zone)) {
            Some(id) => {
                replaced.insert((uid.clone(), id.key()));
            }
            None => calendar.bad.push((raw.text("SUMMARY"), "sa date de remplacement est illisible".into())),
        }
    }
    let all = masters.iter().map(|(uid, raw)| (uid, raw, true));
    for (uid, raw, is_master) in all.chain(exceptions.iter().map(|(uid, raw)| (uid, raw, false))) {
        if raw.is("STATUS", "CANCELLED") {
            calendar.cancelled += 1;
            continue;
        }
        let known = |key: i64| is_master && replaced.contains(&(uid.clone(), key));
        match unroll(uid, raw, zone, today, known, &mut calendar.endless) {
            Ok(events) => calendar.events.extend(events),
            Err(why) => calendar.bad.push((raw.text("SUMMARY"), why.to_owned())),
        }
        if calendar.events.len() > EVENTS_MAX {
            return Err(format!("ce calendrier compte plus de {EVENTS_MAX} rendez-vous"));
        }
    }
    calendar.events.sort_by(|one, other| (one.span, &one.uid).cmp(&(other.span, &other.uid)));
    Ok(calendar)
}

fn is_calendar(text: &str) -> bool {
    text.trim_start().get(..15).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCALENDAR"))
}

/// One event as other software sends it, to be kept under a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Single {
    pub uid: String,
    pub event: Event,
    /// What its categories say of its kind.
    pub kind: Option<Kind>,
}

/// Reads a resource (RFC 4791, 4.1): one event, once. `Err` is a French sentence.
pub fn single(text: &str, zone: Zone) -> Result<Single, String> {
    if !is_calendar(text) {
        return Err("ce n’est pas un calendrier iCalendar (il ne commence pas par BEGIN:VCALENDAR)".into());
    }
    let mut depth = 0;
    for property in unfold(text).iter().filter_map(|line| Property::read(line)) {
        let value = property.value.trim().to_ascii_uppercase();
        match property.name.as_str() {
            "BEGIN" => {
                let fits = matches!(value.as_str(), "VCALENDAR" | "VEVENT" | "VTIMEZONE") || value.starts_with("X-");
                if depth < 2 && !fits {
                    return Err("l’agenda ne garde que des rendez-vous, ni tâches ni journaux".into());
                }
                depth += 1;
            }
            "END" => depth -= 1,
            "METHOD" => {
                return Err("une invitation s’envoie par e-mail : l’agenda garde le rendez-vous lui-même".into());
            }
            _ => {}
        }
    }
    let mut raws = components(text)?;
    let repeated = |raw: &Raw| ["RRULE", "RDATE", "RECURRENCE-ID"].iter().any(|name| raw.find(name).is_some());
    if raws.iter().any(repeated) {
        return Err(
            "une répétition ne se prend pas depuis un autre logiciel : prenez les rendez-vous un à un, ou la série \
            depuis l’agenda, qui montre chaque date déjà prise"
                .into(),
        );
    }
    let (Some(raw), true) = (raws.pop(), raws.is_empty()) else {
        return Err("il faut un rendez-vous, et un seul".into());
    };
    if raw.is("STATUS", "CANCELLED") {
        return Err("ce rendez-vous est annulé : supprimez-le".into());
    }
    let uid = raw.text("UID");
    let events = unroll(&uid, &raw, zone, NaiveDate::default(), |_| false, &mut 0)?;
    let event = events.into_iter().next().ok_or("il faut un rendez-vous, et un seul")?;
    let kind = raw
        .all("CATEGORIES")
        .flat_map(|line| line.value.split(','))
        .find_map(|word| Kind::ALL.into_iter().find(|kind| kind.label().eq_ignore_ascii_case(word.trim())));
    Ok(Single { uid, event, kind })
}

/// The VEVENTs of a file; what lies within them (alarms) and beside them (zones, tasks) is passed over.
fn components(text: &str) -> Result<Vec<Raw>, String> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut current = Raw::default();
    for line in unfold(text) {
        let Some(property) = Property::read(&line) else { continue };
        match property.name.as_str() {
            "BEGIN" => path.push(property.value.trim().to_ascii_uppercase()),
            "END" => {
                let ended = path.pop();
                if ended.as_deref() == Some("VEVENT") {
                    found.push(std::mem::take(&mut current));
                    if found.len() > EVENTS_MAX {
                        return Err(format!("ce calendrier compte plus de {EVENTS_MAX} événements"));
                    }
                }
            }
            _ if path.last().is_some_and(|name| name == "VEVENT") => current.properties.push(property),
            _ => {}
        }
    }
    if path.is_empty() { Ok(found) } else { Err("ce calendrier est coupé : sa fin manque".into()) }
}

fn when(property: &Property, zone: Zone) -> Option<When> {
    when_of(property.value.trim(), property.parameter("TZID"), zone)
}

/// « 20261221 », « 20261201T080000Z », « 20261022T090000 » with a zone's name, or floating.
fn when_of(value: &str, named: Option<&str>, zone: Zone) -> Option<When> {
    if value.len() == 8 {
        return NaiveDate::parse_from_str(value, "%Y%m%d").ok().map(When::Day);
    }
    let utc = value.strip_suffix(['Z', 'z']);
    let civil = NaiveDateTime::parse_from_str(utc.unwrap_or(value), "%Y%m%dT%H%M%S").ok()?;
    // Some programs name zones as Windows does; all that a French office meets means Paris, or its own.
    let known = named.and_then(|name| match name.trim_start_matches('/') {
        "Romance Standard Time" | "Paris" => Some(Zone::PARIS),
        name => Zone::named(name),
    });
    Some(if utc.is_some() { When::Utc(civil) } else { When::Civil(civil, known.unwrap_or(zone)) })
}

/// « PT1H30M », « P1D »; in seconds.
fn duration(value: &str) -> Option<i64> {
    let mut seconds = 0;
    let mut number = String::new();
    for c in value.trim().trim_start_matches('+').strip_prefix('P')?.chars() {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'T' => continue,
            'W' => 7 * 86_400,
            'D' => 86_400,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        seconds += i64::from(number.parse::<u32>().ok()?) * unit;
        number.clear();
    }
    Some(seconds)
}

/// The occurrences of one component.
fn unroll(
    uid: &str,
    raw: &Raw,
    zone: Zone,
    today: NaiveDate,
    is_replaced: impl Fn(i64) -> bool,
    endless: &mut u64,
) -> Result<Vec<Event>, &'static str> {
    let start = raw.find("DTSTART").and_then(|property| when(property, zone)).ok_or("son début est illisible")?;
    let length = length_s(raw, start, zone)?;
    let mut left_out: BTreeSet<i64> = BTreeSet::new();
    for property in raw.all("EXDATE") {
        let named = property.parameter("TZID");
        left_out
            .extend(property.value.split(',').filter_map(|value| when_of(value.trim(), named, zone)).map(When::key));
    }
    let mut starts = match raw.find("RRULE") {
        Some(rule) => series(start, rule.value.trim(), today, endless)?,
        None => vec![start],
    };
    for property in raw.all("RDATE") {
        let named = property.parameter("TZID");
        starts.extend(property.value.split(',').filter_map(|value| when_of(value.trim(), named, zone)));
    }
    let mut seen = BTreeSet::new();
    let mut events = Vec::with_capacity(starts.len());
    for start in starts {
        let key = start.key();
        if left_out.contains(&key) || is_replaced(key) || !seen.insert(key) {
            continue;
        }
        let span = match start {
            When::Day(date) => Span::Days(date, date + Duration::days((length / 86_400).max(1))),
            timed => {
                let start = timed.instant().ok_or("son début est illisible")?;
                Span::Timed(start, start.plus_ms(length * 1000))
            }
        };
        events.push(Event {
            uid: uid.to_owned(),
            span,
            summary: raw.text("SUMMARY"),
            description: raw.text("DESCRIPTION"),
            location: raw.text("LOCATION"),
            transparent: raw.is("TRANSP", "TRANSPARENT"),
        });
    }
    Ok(events)
}

/// How long an event lasts, in seconds; a day where a day has no end, nothing where a time has none (RFC 5545, 3.6.1).
fn length_s(raw: &Raw, start: When, zone: Zone) -> Result<i64, &'static str> {
    if let Some(property) = raw.find("DTEND") {
        let end = when(property, zone).ok_or("sa fin est illisible")?;
        return match (start, end) {
            (When::Day(start), When::Day(end)) => Ok(end.signed_duration_since(start).num_days().max(0) * 86_400),
            _ => {
                let (start, end) = (start.instant(), end.instant());
                let length = start.zip(end).map(|(start, end)| end.ms_since(start) / 1000);
                length.filter(|seconds| *seconds >= 0).ok_or("il finit avant de commencer")
            }
        };
    }
    match raw.find("DURATION") {
        Some(property) => duration(&property.value).ok_or("sa durée est illisible"),
        None => Ok(if matches!(start, When::Day(_)) { 86_400 } else { 0 }),
    }
}

/// The starts of a series by its rule.
fn series(start: When, rule: &str, today: NaiveDate, endless: &mut u64) -> Result<Vec<When>, &'static str> {
    const UNKNOWN: &str = "sa répétition n’est pas comprise";
    let (first, zone) = match start {
        When::Day(date) => (date.and_time(NaiveTime::MIN), None),
        When::Utc(civil) => (civil, None),
        When::Civil(civil, zone) => (civil, Some(zone)),
    };
    let head = match zone {
        Some(zone) => format!("DTSTART;TZID={}:{}", zone.name(), first.format("%Y%m%dT%H%M%S")),
        None => format!("DTSTART:{}Z", first.format("%Y%m%dT%H%M%S")),
    };
    let parts: Vec<String> = rule.split(';').map(|part| until_in_utc(part, zone)).collect();
    let ends = parts.iter().any(|part| part.starts_with("COUNT=") || part.starts_with("UNTIL="));
    *endless += u64::from(!ends);
    let set: RRuleSet = format!("{head}\nRRULE:{}", parts.join(";")).parse().map_err(|_| UNKNOWN)?;
    let last = (today + Duration::days(366 * YEARS_AHEAD)).and_time(NaiveTime::MIN).and_utc().with_timezone(&Tz::UTC);
    let set = if ends { set } else { set.before(last) };
    let dates = set.all(OCCURRENCES_MAX).dates;
    Ok(dates
        .into_iter()
        .map(|at| match (start, zone) {
            (When::Day(_), _) => When::Day(at.naive_utc().date()),
            _ => When::Utc(at.naive_utc()),
        })
        .collect())
}

/// « UNTIL » as the rule's reader wants it: a moment in UTC. Files also write a day, or a civil time.
fn until_in_utc(part: &str, zone: Option<Zone>) -> String {
    let upper = part.trim().to_ascii_uppercase();
    let Some(value) = upper.strip_prefix("UNTIL=").filter(|value| !value.ends_with('Z')) else { return upper };
    let civil = NaiveDate::parse_from_str(value, "%Y%m%d")
        .ok()
        .and_then(|date| date.and_hms_opt(23, 59, 59))
        .or_else(|| NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").ok());
    let Some(civil) = civil else { return upper };
    let at = match zone {
        Some(zone) => zone.instant_at_or_after(civil),
        None => Instant(civil.and_utc().timestamp_millis()),
    };
    format!("UNTIL={}Z", at.rfc3339().trim_end_matches('Z').replace(['-', ':'], ""))
}
