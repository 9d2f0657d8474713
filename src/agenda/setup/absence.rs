//! « Absences »: listed, added after a warning that names whom to call, removed, taken back.

use super::view::absence::{AbsencePage, AbsencesPage, Called};
use super::{Said, note, page, view};
use crate::agenda::absences::{self as absences_of, NewAbsence};
use crate::agenda::model::{Actor, Appointment, Minute, UndoToken};
use crate::agenda::undo;
use crate::base::time;
use crate::error::{Error, Problems, Result};
use crate::house::House;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::subscribers::Desk;
use crate::ui::frame;

/// `GET /agenda/absences`: those that are not over, with a form for one more.
pub fn absences(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    show(house, request, desk, 200, &Form::default(), &Problems::default(), None)
}

fn show(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    form: &Form,
    problems: &Problems,
    warned: Option<&[Appointment]>,
) -> Result<Answer> {
    let today = request.now.local(desk.subscriber().zone).date();
    let coming = house.store.read(|tx| {
        let mut coming = Vec::new();
        for absence in absences_of::from(tx, desk.id(), today)? {
            let under = absences_of::under(tx, desk.subscriber(), &NewAbsence::of(&absence), request.now)?;
            coming.push((absence, under.len() as u64));
        }
        Ok(coming)
    })?;
    let base = desk.base();
    let content = view::absence::absences(&AbsencesPage { base: &base, coming: &coming, form, problems, warned });
    let said = match request.query.find("fait") {
        Some("ajoutee") => Some("L’absence est enregistrée."),
        Some("supprimee") => Some("L’absence est supprimée."),
        Some(_) => Some("C’est remis comme avant."),
        None => None,
    };
    let undo = request.query.get("annuler").parse::<UndoToken>().ok().map(|token| frame::Undo {
        action: format!("{base}/agenda/absences/annulation"),
        fields: vec![("jeton".to_owned(), token.to_string())],
    });
    page(house, desk, status, "Absences", Said { sentence: said, undo }, &content)
}

fn read(form: &Form) -> Result<NewAbsence> {
    let mut problems = Problems::default();
    let from = time::parse_date(form.get("du"));
    if from.is_none() {
        problems.add("du", "Indiquez le premier jour de l’absence.");
    }
    let until = match form.get("au").trim() {
        "" => from,
        typed => time::parse_date(typed),
    };
    if until.is_none() && from.is_some() {
        problems.add("au", "Cette date n’existe pas ou n’est pas complète.");
    }
    let mut minute = |name: &'static str, usual: Minute| match form.get(name).trim() {
        "" => usual,
        typed => Minute::read(typed).unwrap_or_else(|| {
            problems.add(name, "Cette heure n’est pas complète ; par exemple 14:00.");
            usual
        }),
    };
    let (from_minute, until_minute) = (minute("heure-debut", Minute::START), minute("heure-fin", Minute::END));
    let (Some(from), Some(until)) = (from, until) else { return Err(Error::Invalid(problems)) };
    problems.into_result()?;
    NewAbsence { from, from_minute, until, until_minute, reason: form.get("raison").to_owned() }.checked()
}

/// `POST /agenda/absences`: asks first when appointments lie under it.
pub fn add_absence(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let form = &request.form;
    let new = match read(form) {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return show(house, request, desk, 422, form, &problems, None),
        Err(other) => return Err(other),
    };
    if !form.ticked("confirme") {
        let under = house.store.read(|tx| absences_of::under(tx, desk.subscriber(), &new, request.now))?;
        if !under.is_empty() {
            return show(house, request, desk, 422, form, &Problems::default(), Some(&under));
        }
    }
    let added = house.store.write(|tx| absences_of::add(tx, desk.subscriber(), new, Actor::at(desk), request.now));
    let (absence, token) = match added {
        Ok(added) => added,
        Err(Error::Invalid(problems)) => return show(house, request, desk, 422, form, &problems, None),
        Err(other) => return Err(other),
    };
    note(house, request, desk, Action::AbsenceAdded, format!("absence {}", absence.id));
    Ok(Answer::see_other(format!("{}/agenda/absences?fait=ajoutee&annuler={token}", desk.base())))
}

/// `GET /agenda/absences/3`: whom to call.
pub fn absence(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id = request.part(0)?;
    let (absence, under) = house.store.read(|tx| {
        let absence = absences_of::absence(tx, desk.id(), id)?;
        let under = absences_of::under(tx, desk.subscriber(), &NewAbsence::of(&absence), request.now)?;
        Ok((absence, under))
    })?;
    let base = desk.base();
    let called = Called { base: &base, appointments: &under };
    let content = view::absence::absence(&AbsencePage { base: &base, absence: &absence, called });
    house.journal.note_look(desk.entry(request.now, Action::AgendaRulesSeen).from(request.client));
    page(house, desk, 200, "Personnes à prévenir", Said::default(), &content)
}

/// `POST /agenda/absences/3/suppression`.
pub fn remove_absence(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let id = request.part(0)?;
    let token = house.store.write(|tx| {
        let absence = absences_of::absence(tx, desk.id(), id)?;
        absences_of::remove(tx, desk.subscriber(), &absence, Actor::at(desk), request.now)
    })?;
    note(house, request, desk, Action::AbsenceRemoved, format!("absence {id}"));
    Ok(Answer::see_other(format!("{}/agenda/absences?fait=supprimee&annuler={token}", desk.base())))
}

/// `POST /agenda/absences/annulation`: « Annuler » after one was added or removed.
pub fn undo_absence(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let token: UndoToken = request.form.get("jeton").parse().map_err(|_| Error::NotFound)?;
    house.store.write(|tx| undo::undo(tx, desk.subscriber(), token, Actor::at(desk), request.now))?;
    note(house, request, desk, Action::AgendaRulesChanged, "absence remise comme avant");
    Ok(Answer::see_other(format!("{}/agenda/absences?fait=annulee", desk.base())))
}
