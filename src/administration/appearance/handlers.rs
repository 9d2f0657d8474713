//! What the addresses of the appearance do.

use super::super::handlers::{Rubric, flash, frame, note, page};
use super::view::{self, AppearancePage, Verdict};
use crate::base::colour::{Colour, READABLE};
use crate::base::time::{self, Day};
use crate::base::{french, limits, text};
use crate::error::{Error, Problems, Result};
use crate::house::appearance::{self, DAY, PALETTE};
use crate::house::{self, Closed, Customs, House, Secretariat};
use crate::http::{Answer, Body, Form, Request};
use crate::journal::Action;
use crate::people::{Administrator, Visitor};

/// Closed days that are kept; those long past make room.
const CLOSED_MAX: usize = 40;

/// Which form came back.
enum Wrong<'a> {
    None,
    Colours(&'a Problems),
    Logo(&'a str),
    Customs(&'a Form, &'a Problems),
    Closed(&'a Form, &'a Problems),
}

/// `GET /administration/apparence?accent=`: the colours and the logo, with a preview of another colour.
pub fn appearance_page(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    show(house, request, admin, 200, &request.query, &Wrong::None)
}

fn show(
    house: &House,
    request: &Request,
    admin: &Administrator,
    status: u16,
    colours: &Form,
    wrong: &Wrong<'_>,
) -> Result<Answer> {
    let (secretariat, kept, customs) =
        house.store.read(|tx| Ok((house::secretariat(tx)?, appearance::appearance(tx)?, house::customs(tx)?)))?;
    let chosen = kept.accent().unwrap_or(PALETTE[0].1);
    let asked = read_accent(colours);
    let tried = asked.unwrap_or(chosen);
    let colours = colours_form(tried);
    let customs_form = Form::from_iter([
        ("carte", view::map_word(secretariat.map_service.as_deref()).to_owned()),
        ("conservation", customs.retention_days.to_string()),
    ]);
    let (none, empty) = (Problems::default(), Form::default());
    let content = view::appearance(&AppearancePage {
        colours: &colours,
        colour_problems: if let Wrong::Colours(problems) = wrong { problems } else { &none },
        verdict: verdict(tried),
        is_tried: tried != chosen,
        logo: kept.logo.is_some(),
        logo_problem: if let Wrong::Logo(problem) = wrong { Some(problem) } else { None },
        customs: if let Wrong::Customs(form, problems) = wrong { (form, problems) } else { (&customs_form, &none) },
        closing: if let Wrong::Closed(form, problems) = wrong { (form, problems) } else { (&empty, &none) },
        closed: &customs.closed,
    });
    let mut frame = frame(admin, &secretariat, "Apparence et usages", Rubric::State);
    frame.flash = flash(request, "C’est enregistré.");
    frame.scripts = &["preview"];
    frame.sheets = &["house"];
    let preview = (tried != chosen).then(|| preview_address(tried));
    frame.preview = preview.as_deref();
    Ok(page(status, &frame, &content))
}

fn preview_address(colour: Colour) -> String {
    format!("/administration/apparence/apercu.css?accent=%23{}", colour.to_string().trim_start_matches('#'))
}

/// The colour that a form or query names; `autre` stands for the one in `couleur`.
fn read_accent(form: &Form) -> Option<Colour> {
    let named = form.get("accent");
    if named == "autre" { form.get("couleur").parse().ok() } else { named.parse().ok() }
}

fn colours_form(colour: Colour) -> Form {
    let of_palette = PALETTE.iter().any(|(_, known)| *known == colour);
    let accent = if of_palette { colour.to_string() } else { "autre".to_owned() };
    Form::from_iter([("accent", accent), ("couleur", if of_palette { String::new() } else { colour.to_string() })])
}

/// Whether a colour can be read by day, and the nearest that can; by night a light one of its hue always can.
fn verdict(colour: Colour) -> Verdict {
    let nearest = colour.readable_on(&DAY, Colour::BLACK);
    Verdict { colour, contrast: colour.least_contrast(&DAY), nearest: (nearest != colour).then_some(nearest) }
}

/// `GET /administration/apparence/apercu.css?accent=`: the sheet that such a colour would make.
pub fn preview(_: &House, request: &Request, _: &Administrator) -> Result<Answer> {
    let colour = read_accent(&request.query).ok_or(Error::NotFound)?;
    let mut answer = Answer::text(200, appearance::sheet(colour));
    answer.set("Content-Type", "text/css; charset=utf-8");
    Ok(answer)
}

/// `POST /administration/apparence`: takes a colour that can be read.
pub fn change_colours(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let mut problems = Problems::default();
    let Some(colour) = read_accent(&request.form) else {
        problems.add("couleur", "Écrivez la couleur avec six chiffres ou lettres de A à F, par exemple #1d4f91.");
        return show(house, request, admin, 422, &request.form, &Wrong::Colours(&problems));
    };
    let verdict = verdict(colour);
    if let Some(nearest) = verdict.nearest {
        problems.add(
            "couleur",
            format!(
                "Cette couleur est trop claire pour être lue : contraste de {} sur le fond, il faut {}. La plus \
                 proche qui convienne est {nearest}.",
                ratio(verdict.contrast),
                ratio(READABLE)
            ),
        );
        return show(house, request, admin, 422, &request.form, &Wrong::Colours(&problems));
    }
    // The first of the palette is what Permanence wears anyway.
    let accent = Some(colour).filter(|colour| *colour != PALETTE[0].1);
    house.store.write(|tx| appearance::set_accent(tx, accent))?;
    note(house, request, admin, Action::AppearanceChanged, "couleurs".into());
    Ok(Answer::see_other("/administration/apparence?fait"))
}

/// « 4,5:1 ».
pub(super) fn ratio(contrast: f64) -> String {
    // Never rounded up to what it does not reach.
    format!("{:.1}:1", (contrast * 10.0).floor() / 10.0).replace('.', ",")
}

/// `POST /administration/usages`: the map service and the usual retention.
pub fn change_customs(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let mut problems = Problems::default();
    let map = view::MAPS.iter().find(|(word, ..)| *word == form.get("carte"));
    if map.is_none() {
        problems.add("carte", "Choisissez l’un des services proposés.");
    }
    let days: u32 = form.get("conservation").trim().parse().unwrap_or(0);
    if !(limits::RETENTION_DAYS_MIN..=limits::RETENTION_DAYS_MAX).contains(&days) {
        problems.add(
            "conservation",
            format!("La conservation va de {} à {} jours.", limits::RETENTION_DAYS_MIN, limits::RETENTION_DAYS_MAX),
        );
    }
    let (Some((_, _, address)), true) = (map, problems.is_empty()) else {
        return show(house, request, admin, 422, &Form::default(), &Wrong::Customs(form, &problems));
    };
    house.store.write(|tx| {
        let secretariat = house::secretariat(tx)?;
        let map_service = (!address.is_empty()).then(|| (*address).to_owned());
        house::set_secretariat(tx, &Secretariat { map_service, ..secretariat })?;
        let customs = house::customs(tx)?;
        house::set_customs(tx, &Customs { retention_days: days, ..customs })
    })?;
    note(house, request, admin, Action::HouseChanged, "usages".into());
    Ok(Answer::see_other("/administration/apparence?fait"))
}

/// `POST /administration/fermetures`: days on which nobody answers, said on the home page.
pub fn add_closed(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let today = request.now.local(house.zone).date();
    match read_closed(&request.form, today) {
        Ok(closed) => {
            house.store.write(|tx| {
                let mut customs = house::customs(tx)?;
                customs.closed.retain(|known| known.until.date() >= today && *known != closed);
                if customs.closed.len() >= CLOSED_MAX {
                    return Err(Error::invalid("du", "Supprimez d’abord d’autres fermetures."));
                }
                customs.closed.push(closed);
                customs.closed.sort_by_key(|closed| (closed.from, closed.until));
                house::set_customs(tx, &customs)
            })?;
            note(house, request, admin, Action::HouseChanged, "fermetures".into());
            Ok(Answer::see_other("/administration/apparence?fait#fermetures"))
        }
        Err(Error::Invalid(problems)) => {
            show(house, request, admin, 422, &Form::default(), &Wrong::Closed(&request.form, &problems))
        }
        Err(other) => Err(other),
    }
}

fn read_closed(form: &Form, today: chrono::NaiveDate) -> Result<Closed> {
    let mut problems = Problems::default();
    let from = time::parse_date(form.get("du"));
    if from.is_none() {
        problems.add("du", "Indiquez le premier jour, par exemple 25/12/2026.");
    }
    let last = form.get("au").trim();
    let until = if last.is_empty() { from } else { time::parse_date(last) };
    if until.is_none() && from.is_some() {
        problems.add("au", "Cette date n’existe pas ou n’est pas complète.");
    }
    if let (Some(from), Some(until)) = (from, until)
        && (until < from || until < today)
    {
        problems.add("au", "Le dernier jour est avant le premier, ou déjà passé.");
    }
    let mut reason = form.get("motif").to_owned();
    text::clean_line(&mut reason);
    if reason.chars().count() > limits::NAME_CHARS_MAX {
        problems.add("motif", format!("Ce texte dépasse {} caractères.", limits::NAME_CHARS_MAX));
    }
    problems.into_result()?;
    let day = |date: Option<chrono::NaiveDate>| Day::from(date.unwrap_or(today));
    Ok(Closed { from: day(from), until: day(until), reason })
}

/// `POST /administration/fermetures/suppression`.
pub fn remove_closed(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let form = &request.form;
    let named = |closed: &Closed| {
        closed.from.date().to_string() == form.get("du") && closed.until.date().to_string() == form.get("au")
    };
    house.store.write(|tx| {
        let mut customs = house::customs(tx)?;
        customs.closed.retain(|closed| !named(closed));
        house::set_customs(tx, &customs)
    })?;
    note(house, request, admin, Action::HouseChanged, "fermetures".into());
    Ok(Answer::see_other("/administration/apparence?fait#fermetures"))
}

/// `GET /assets/maison/DIGEST/…`: kept by browsers for good, since what changes has another address.
pub fn asset(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let (digest, name): (String, String) = (request.part(0)?, request.part(1)?);
    let (kind, bytes) = house.store.read(|tx| {
        if name == "logo.png" {
            return Ok(("image/png", appearance::logo(tx, &digest)?));
        }
        let sheet = appearance::appearance(tx)?.accent().map(appearance::sheet).ok_or(Error::NotFound)?;
        if name != "style.css" || appearance::digest(sheet.as_bytes()) != digest {
            return Err(Error::NotFound);
        }
        Ok(("text/css; charset=utf-8", sheet.into_bytes()))
    })?;
    let mut answer =
        Answer::status(200).with("Content-Type", kind).with("Cache-Control", "public, max-age=31536000, immutable");
    answer.body = Body::Bytes(bytes.into());
    Ok(answer)
}

/// `POST /administration/apparence/logo`: what came is decoded and drawn anew; the file itself is not kept.
pub fn change_logo(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let read = match request.files.find("logo").filter(|file| !file.bytes.is_empty()) {
        None => Err("Choisissez d’abord une image, puis envoyez-la."),
        Some(file) => super::logo::read(&house.decoder, file.bytes)?,
    };
    match read {
        Ok((logo, bytes)) => {
            let size = bytes.len() as u64;
            house.store.write(|tx| appearance::set_logo(tx, Some((logo, bytes))))?;
            note(house, request, admin, Action::AppearanceChanged, format!("logo, {}", french::size(size)));
            Ok(Answer::see_other("/administration/apparence?fait"))
        }
        Err(sentence) => show(house, request, admin, 422, &Form::default(), &Wrong::Logo(sentence)),
    }
}

/// `POST /administration/apparence/logo/suppression`.
pub fn remove_logo(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    house.store.write(|tx| appearance::set_logo(tx, None))?;
    note(house, request, admin, Action::AppearanceChanged, "logo".into());
    Ok(Answer::see_other("/administration/apparence?fait"))
}
