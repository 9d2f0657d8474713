//! « Importer un agenda »: an iCalendar file brought, shown as what it would become, and only then written.

use super::view::import::{PreviewPage, UploadPage};
use super::{Said, note, page, view};
use crate::agenda::import::{self, Plan, Written};
use crate::agenda::model::Actor;
use crate::base::french;
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::store::uploads::{Kept, Place};
use crate::subscribers::Desk;

fn place(desk: &Desk) -> Place {
    Place { person: desk.who().person.id, subscriber: desk.id(), purpose: "agenda" }
}

/// `GET /agenda/import`: which file; afterwards, what came of it.
pub fn choose_file(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let sentence = request.query.find("fait").and_then(sentence);
    show_choose(house, desk, 200, None, sentence.as_deref())
}

fn show_choose(
    house: &House,
    desk: &Desk,
    status: u16,
    problem: Option<&str>,
    sentence: Option<&str>,
) -> Result<Answer> {
    let content = view::import::upload(&UploadPage { base: &desk.base(), problem });
    page(house, desk, status, "Importer un agenda", Said { sentence, undo: None }, &content)
}

/// `POST /agenda/import`: takes the file, writes nothing of it.
pub fn bring_file(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let Some(file) = request.files.find("fichier").filter(|file| !file.bytes.is_empty()) else {
        return show_choose(house, desk, 422, Some("Choisissez un fichier, puis envoyez-le."), None);
    };
    if file.bytes.len() as u64 > import::FILE_BYTES_MAX {
        let sentence = format!("Ce fichier dépasse {}.", french::size(import::FILE_BYTES_MAX));
        return show_choose(house, desk, 422, Some(&sentence), None);
    }
    match house.store.read(|tx| import::plan(tx, desk.subscriber(), file.bytes, request.now)) {
        Ok(_) => {}
        Err(Error::Invalid(problems)) => {
            return show_choose(house, desk, 422, Some(&Error::Invalid(problems).to_string()), None);
        }
        Err(other) => return Err(other),
    }
    let mark = house.uploads.keep(place(desk), file.name, file.bytes, request.now)?;
    Ok(Answer::see_other(format!("{}/agenda/import/{mark}", desk.base())))
}

fn brought(house: &House, request: &Request, desk: &Desk) -> Result<(Kept, Plan)> {
    let mark = request.parts.first().map(String::as_str).unwrap_or_default();
    let kept = house.uploads.find(place(desk), mark, request.now)?.ok_or(Error::NotFound)?;
    let plan = house.store.read(|tx| import::plan(tx, desk.subscriber(), &kept.bytes, request.now))?;
    Ok((kept, plan))
}

/// `GET /agenda/import/{envoi}`: what the file would become.
pub fn preview_file(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (kept, plan) = brought(house, request, desk)?;
    let base = desk.base();
    let shown =
        PreviewPage { base: &base, name: &kept.name, mark: &kept.mark, plan: &plan, zone: desk.subscriber().zone };
    page(house, desk, 200, "Aperçu de l’import", Said::default(), &view::import::preview(&shown))
}

/// `POST /agenda/import/{envoi}`: writes, in steps. Sent twice, the second finds the file used.
pub fn write_file(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (kept, plan) = brought(house, request, desk)?;
    let Some(taken) = house.uploads.take(&kept)? else { return Err(Error::NotFound) };
    let mut written = Written::default();
    for step in plan.events.chunks(import::STEP) {
        let of_step = house.store.write(|tx| import::write(tx, desk.subscriber(), step, Actor::at(desk), request.now));
        match of_step {
            Ok(of_step) => {
                written.appointments += of_step.appointments;
                written.absences += of_step.absences;
                written.taken += of_step.taken;
            }
            Err(cause) => {
                // What was written stays; the same file again finds it known, and goes on from there.
                taken.give_back()?;
                return Err(cause);
            }
        }
    }
    taken.used()?;
    let object = format!("{} rendez-vous, {} absences", written.appointments, written.absences);
    note(house, request, desk, Action::Imported, object);
    let left = plan.conflicts().count() as u64 + written.taken;
    let figures = format!("{}-{}-{left}", written.appointments, written.absences);
    Ok(Answer::see_other(format!("{}/agenda/import?fait={figures}", desk.base())))
}

/// « 807 rendez-vous et 1 absence repris, 1 laissé de côté. »
fn sentence(figures: &str) -> Option<String> {
    let figures: Vec<u64> = figures.split('-').filter_map(|figure| figure.parse().ok()).collect();
    let [appointments, absences, left] = figures.as_slice() else { return None };
    let mut sentence = french::count(*appointments, "rendez-vous repris", "rendez-vous repris");
    if *absences > 0 {
        sentence += &format!(", {}", french::count(*absences, "absence reprise", "absences reprises"));
    }
    if *left > 0 {
        sentence += &format!(", {}", french::count(*left, "laissé de côté", "laissés de côté"));
    }
    Some(sentence + ".")
}
