//! « Importer un agenda »: the file, then what it would become.

use super::tabs;
use crate::agenda::ics::{Event, Span};
use crate::agenda::import::{Becomes, Plan, Refusal};
use crate::base::time::{date_with_weekday, moment_short};
use crate::base::{Zone, french};
use crate::ui::form::{Weight, link, post, submit, upload as upload_form};
use crate::ui::table::facts;
use crate::ui::{Icon, table};
use maud::{Markup, html};

/// Rows of each table that are shown; the counts say how many there are.
const SHOWN_MAX: usize = 60;

#[derive(Debug, Clone, Copy)]
pub struct UploadPage<'a> {
    pub base: &'a str,
    pub problem: Option<&'a str>,
}

pub fn upload(page: &UploadPage<'_>) -> Markup {
    html! {
        div.head { h1 { "Importer un agenda" } }
        (tabs(page.base, "import"))
        p.hint {
            "Un fichier iCalendar (.ics), tel que l’autre agenda l’exporte. Rien n’est écrit avant que vous ayez vu ce qu’il deviendra."
        }
        (upload_form(&format!("{}/agenda/import", page.base), "fichier", "Fichier d’agenda", ".ics,.ical,text/calendar",
            page.problem, &submit(Weight::Main, Icon::Eye, "Voir ce qu’il contient")))
    }
}

#[derive(Debug, Clone, Copy)]
pub struct PreviewPage<'a> {
    pub base: &'a str,
    /// The file's name.
    pub name: &'a str,
    /// What names the upload in addresses.
    pub mark: &'a str,
    pub plan: &'a Plan,
    pub zone: Zone,
}

pub fn preview(page: &PreviewPage<'_>) -> Markup {
    let plan = page.plan;
    let transparent = plan.count(|becomes| *becomes == Becomes::Nothing(Refusal::Transparent));
    let to_write = plan.appointments() + plan.absences();
    let action = format!("{}/agenda/import/{}", page.base, page.mark);
    html! {
        div.head { h1 { "Aperçu de l’import" } }
        (tabs(page.base, "import"))
        (facts(&[
            ("Fichier", html! { (page.name) }),
            ("Rendez-vous à reprendre", html! { (french::grouped(plan.appointments())) }),
            ("Absences à reprendre", html! { (french::grouped(plan.absences())) }),
            ("Déjà repris", html! { (french::grouped(plan.known())) }),
            ("Annulés, laissés de côté", html! { (french::grouped(plan.cancelled)) }),
            ("Sans effet sur la disponibilité", html! { (french::grouped(transparent)) }),
            ("Séries sans fin, reprises pour deux ans", html! { (french::grouped(plan.endless)) }),
        ]))
        (left_out(page))
        (taken_over(page))
        div.buttons {
            @if to_write > 0 {
                (post(&action, &[], &submit(Weight::Main, Icon::Check, "Importer")))
            } @else { p { "Ce fichier n’apporte rien de nouveau." } }
            (link(Weight::Plain, Icon::Calendar, "Choisir un autre fichier", &format!("{}/agenda/import", page.base)))
        }
    }
}

fn when(event: &Event, zone: Zone) -> String {
    match event.span {
        Span::Days(from, _) => date_with_weekday(from),
        Span::Timed(start, _) => moment_short(start.local(zone)),
    }
}

/// What people have to place by hand.
fn left_out(page: &PreviewPage<'_>) -> Markup {
    let columns = [table::text("Quand"), table::text("Quoi"), table::text("Pourquoi")];
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for planned in &page.plan.events {
        let why = match &planned.becomes {
            Becomes::Nothing(Refusal::Taken(who)) => format!("pris : {who}"),
            Becomes::Nothing(Refusal::Bad(why)) => why.clone(),
            _ => continue,
        };
        rows.push(vec![
            html! { (when(&planned.event, page.zone)) },
            html! { (planned.event.summary) },
            html! { (why) },
        ]);
    }
    for (summary, why) in &page.plan.bad {
        rows.push(vec![html! { "—" }, html! { (summary) }, html! { (why) }]);
    }
    let count = rows.len() as u64;
    rows.truncate(SHOWN_MAX);
    html! {
        @if count > 0 {
            section aria-labelledby="ecartes" {
                h2 #ecartes { (french::count(count, "événement laissé de côté", "événements laissés de côté")) }
                p.hint { "Placez-les à la main après l’import." }
                (table::table("Laissés de côté", &columns, &rows))
            }
        }
    }
}

/// The first of what is written.
fn taken_over(page: &PreviewPage<'_>) -> Markup {
    let columns = [table::text("Quand"), table::text("Devient"), table::text("Motif ou lieu")];
    let rows: Vec<Vec<Markup>> = page
        .plan
        .events
        .iter()
        .filter_map(|planned| {
            let (becomes, more) = match &planned.becomes {
                Becomes::Appointment(new) => {
                    let more = [new.reason.as_str(), &new.address].into_iter().filter(|part| !part.is_empty());
                    let more = more.collect::<Vec<_>>().join(", ");
                    (format!("{} : {}, {} min", new.kind.label(), new.label(), new.minutes), more)
                }
                Becomes::Absence(new) => (format!("Absence : {}", new.reason), String::new()),
                Becomes::Nothing(_) => return None,
            };
            Some(vec![html! { (when(&planned.event, page.zone)) }, html! { (becomes) }, table::or_dash(&more)])
        })
        .take(SHOWN_MAX)
        .collect();
    html! {
        @if !rows.is_empty() {
            section aria-labelledby="repris" {
                h2 #repris { "Ce qui sera repris" }
                (table::table("Les premiers événements repris", &columns, &rows))
            }
        }
    }
}
