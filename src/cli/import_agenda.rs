//! `import agenda FILE`: an iCalendar file into one abonné's agenda; what lies over another is listed and left out, twice
//! is once.

use super::{Failure, Outcome, print};
use crate::agenda::ics::{Event, Span};
use crate::agenda::import::{self, Becomes, FILE_BYTES_MAX, Plan, Refusal, Written};
use crate::agenda::model::Actor;
use crate::base::{french, time};
use crate::error::Error;
use crate::journal::{Action, Entry};
use crate::server::{self, Settings};
use crate::store::folder::in_french;
use crate::subscribers::{Side, Subscriber, store as subscribers};
use std::fmt::Write as _;
use std::path::Path;

/// Events left out that are listed; a file full of them would fill the screen.
const LISTED_MAX: usize = 50;

pub(super) fn agenda(settings: &Settings, path: &Path, name: &str, dry_run: bool) -> Outcome {
    let unreadable = |cause: &std::io::Error| {
        Failure::Refused(format!("{} ne peut pas être lu : {}", path.display(), in_french(cause)))
    };
    let facts = std::fs::metadata(path).map_err(|cause| unreadable(&cause))?;
    if facts.len() > FILE_BYTES_MAX {
        return Err(Failure::Refused(format!("{} dépasse {}", path.display(), french::size(FILE_BYTES_MAX))));
    }
    let bytes = std::fs::read(path).map_err(|cause| unreadable(&cause))?;
    let open = server::open(settings)?;
    let house = &open.house;
    let now = chrono::Utc::now().into();
    let subscriber = house.store.read(|tx| subscribers::by_name(tx, name))?;
    let subscriber = subscriber.ok_or_else(|| Failure::Refused(format!("aucun abonné ne s’appelle « {name} »")))?;
    let plan = house.store.read(|tx| import::plan(tx, &subscriber, &bytes, now)).map_err(|cause| match cause {
        Error::Invalid(problems) => Failure::Refused(format!("{} : {}", path.display(), Error::Invalid(problems))),
        other => other.into(),
    })?;
    print(&preview(&plan, &subscriber))?;
    if dry_run {
        return print("Essai seulement : rien n’a été écrit.\n");
    }
    let actor = Actor { person: None, name: "Reprise", side: Side::Subscriber };
    let mut written = Written::default();
    for step in plan.events.chunks(import::STEP) {
        let of_step = house.store.write(|tx| import::write(tx, &subscriber, step, actor, now))?;
        written.appointments += of_step.appointments;
        written.absences += of_step.absences;
    }
    let appointments = french::count(written.appointments, "rendez-vous", "rendez-vous");
    let absences = french::count(written.absences, "absence", "absences");
    if written != Written::default() {
        let entry = Entry::new(now, Action::Imported).about(subscriber.id);
        house.journal.note(entry.object(format!("{appointments}, {absences}")));
    }
    print(&format!("{appointments} et {absences} repris.\n"))
}

fn preview(plan: &Plan, subscriber: &Subscriber) -> String {
    let mut out = String::new();
    let appointments = french::count(plan.appointments(), "rendez-vous", "rendez-vous");
    let absences = french::count(plan.absences(), "absence", "absences");
    let _ = writeln!(out, "{} : {appointments} et {absences} à reprendre", subscriber.name);
    let transparent = plan.count(|becomes| *becomes == Becomes::Nothing(Refusal::Transparent));
    for (count, one, several) in [
        (plan.known(), "déjà repris", "déjà repris"),
        (plan.cancelled, "annulé, laissé de côté", "annulés, laissés de côté"),
        (
            transparent,
            "sans effet sur la disponibilité, laissé de côté",
            "sans effet sur la disponibilité, laissés de côté",
        ),
        (plan.endless, "série sans fin, reprise pour deux ans", "séries sans fin, reprises pour deux ans"),
    ] {
        if count > 0 {
            let _ = writeln!(out, "{}", french::count(count, one, several));
        }
    }
    let mut left_out: Vec<String> = plan
        .events
        .iter()
        .filter_map(|planned| {
            let why = match &planned.becomes {
                Becomes::Nothing(Refusal::Taken(who)) => format!("pris par {who}"),
                Becomes::Nothing(Refusal::Bad(why)) => why.clone(),
                _ => return None,
            };
            Some(format!("{}, {} : {why}", when(&planned.event, subscriber), planned.event.summary))
        })
        .collect();
    left_out.extend(plan.bad.iter().map(|(summary, why)| format!("{summary} : {why}")));
    if !left_out.is_empty() {
        let count = french::count(left_out.len() as u64, "événement ne peut", "événements ne peuvent");
        let _ = writeln!(out, "{count} pas être placé{} :", french::agree(left_out.len() as u64, "", "s"));
    }
    for line in left_out.iter().take(LISTED_MAX) {
        let _ = writeln!(out, "  {line}");
    }
    if left_out.len() > LISTED_MAX {
        let _ = writeln!(out, "  … et {} de plus", left_out.len() - LISTED_MAX);
    }
    out
}

fn when(event: &Event, subscriber: &Subscriber) -> String {
    match event.span {
        Span::Days(from, _) => time::date_short(from),
        Span::Timed(start, _) => time::moment_short(start.local(subscriber.zone)),
    }
}
