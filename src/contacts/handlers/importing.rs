//! Cards from another software's file: brought, shown as they would be kept, and only then written.

use super::{by, page, today};
use crate::base::french;
use crate::contacts::import::columns::Column;
use crate::contacts::import::plan::{self, Doubles};
use crate::contacts::import::{self, File};
use crate::contacts::view::{self, PreviewPage, UploadPage};
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::store::uploads::{Kept, Place};
use crate::subscribers::Desk;

/// Cards written at once: the one writer is soon free for calls.
const STEP: usize = 250;
/// Columns of a file that can be chosen; a file of more is another kind of file.
const COLUMNS_MAX: usize = 60;

fn place(desk: &Desk) -> Place {
    Place { person: desk.who().person.id, subscriber: desk.id(), purpose: "contacts" }
}

/// `GET /contacts/import`: which file.
pub fn choose(house: &House, _: &Request, desk: &Desk) -> Result<Answer> {
    show_choose(house, desk, 200, None)
}

fn show_choose(house: &House, desk: &Desk, status: u16, problem: Option<&str>) -> Result<Answer> {
    page(house, desk, status, "Importer des contacts", &view::upload(&UploadPage { base: &desk.base(), problem }))
}

/// `POST /contacts/import`: takes the file, writes no card.
pub fn bring(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let Some(file) = request.files.find("fichier").filter(|file| !file.bytes.is_empty()) else {
        return show_choose(house, desk, 422, Some("Choisissez un fichier, puis envoyez-le."));
    };
    if let Err(why) = import::read(file.bytes, &[], today(desk, request.now)) {
        return show_choose(house, desk, 422, Some(&why));
    }
    let mark = house.uploads.keep(place(desk), file.name, file.bytes, request.now)?;
    Ok(Answer::see_other(format!("{}/contacts/import/{mark}", desk.base())))
}

/// The file of an address, read as a form says of its columns.
fn brought(house: &House, request: &Request, desk: &Desk, form: &Form) -> Result<(Kept, File)> {
    let mark = request.parts.first().map(String::as_str).unwrap_or_default();
    let kept = house.uploads.find(place(desk), mark, request.now)?.ok_or(Error::NotFound)?;
    let chosen: Vec<Option<Column>> =
        (0..COLUMNS_MAX).map(|column| Column::from_word(form.get(&format!("colonne-{column}")))).collect();
    let file = import::read(&kept.bytes, &chosen, today(desk, request.now)).map_err(|why| Error::invalid("", why))?;
    Ok((kept, file))
}

/// `GET /contacts/import/{envoi}`: what the file would become.
pub fn preview(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (kept, file) = brought(house, request, desk, &request.query)?;
    let fates = house.store.read(|tx| plan::fates(tx, desk.id(), &file.rows))?;
    let content = view::preview(&PreviewPage {
        base: &desk.base(),
        name: &kept.name,
        mark: &kept.mark,
        file: &file,
        fates: &fates,
        counts: plan::counts(&fates),
        doubles: Doubles::from_word(request.query.get("doublons")),
    });
    page(house, desk, 200, "Aperçu de l’import", &content)
}

/// `POST /contacts/import/{envoi}`: writes the cards, in steps. Sent twice, the second finds the file used.
pub fn write(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let (kept, file) = brought(house, request, desk, &request.form)?;
    let Some(taken) = house.uploads.take(&kept)? else { return Err(Error::NotFound) };
    let bad = file.bad.len();
    let rows = file.rows.len() as u64;
    let doubles = Doubles::from_word(request.form.get("doublons"));
    let written = write_all(house, request, desk, file, doubles);
    let (added, completed) = match written {
        Ok(written) => written,
        Err(cause) => {
            // What was written stays; the same file again finds those cards known, and goes on from there.
            taken.give_back()?;
            return Err(cause);
        }
    };
    taken.used()?;
    let object = french::count(added + completed, "fiche", "fiches");
    house.journal.note(desk.entry(request.now, Action::Imported).object(object).from(request.client));
    let left = rows.saturating_sub(added + completed);
    Ok(Answer::see_other(format!("{}/contacts?import={added}-{completed}-{left}-{bad}", desk.base())))
}

fn write_all(house: &House, request: &Request, desk: &Desk, file: File, doubles: Doubles) -> Result<(u64, u64)> {
    let fates = house.store.read(|tx| plan::fates(tx, desk.id(), &file.rows))?;
    let (mut added, mut completed) = (0, 0);
    for step in plan::work(file.rows, &fates, doubles).steps(STEP) {
        let (more, fuller) = house.store.write(|tx| plan::write(tx, desk.id(), step, by(desk), request.now))?;
        added += more;
        completed += fuller;
    }
    Ok((added, completed))
}

/// « 1 960 fiches reprises, 40 laissées de côté. », from the address that an import leads to.
pub fn sentence(figures: &str) -> Option<String> {
    let figures: Vec<u64> = figures.split('-').filter_map(|figure| figure.parse().ok()).collect();
    let [added, completed, left, bad] = figures.as_slice() else { return None };
    let mut sentence = french::count(*added, "fiche reprise", "fiches reprises");
    if *completed > 0 {
        sentence += &format!(", {}", french::count(*completed, "complétée", "complétées"));
    }
    if *left > 0 {
        sentence += &format!(", {}", french::count(*left, "laissée de côté", "laissées de côté"));
    }
    if *bad > 0 {
        sentence += &format!(", {}", french::count(*bad, "ligne incorrecte", "lignes incorrectes"));
    }
    Some(sentence + ".")
}
