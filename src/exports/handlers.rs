//! What the addresses of exports do: choose, list, take away. The same for clients and secretaries at a desk.

use super::model::{self, Asked, Field, Format, Scope};
use super::rows::{self, Counts};
use super::store::{self, Choice};
use super::view::{self, ChoosePage, ListPage, WaitPage};
use super::{Order, stream};
use crate::base::turns::Turn;
use crate::base::{french, limits};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Method, Request};
use crate::journal::Action;
use crate::messages::handlers::{note_shown, page_asked};
use crate::subscribers::Desk;
use crate::subscribers::view::{Rubric, frame};
use chrono::{Datelike, NaiveDate};
use maud::Markup;
use std::ops::ControlFlow;

/// After so long the page of who waits asks again, by itself.
const ASK_AGAIN_S: u32 = 5;

/// `GET /export`: what to export; as it was chosen the last time, or as the query says.
pub fn choose(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let choice = house.store.read(|tx| store::choice(tx, desk.who().person.id))?;
    let today = today(desk, request);
    let form = if request.query.is_empty() { proposed(&choice, today) } else { request.query.clone() };
    let asked_to_move = |name: &str| Field::from_word(form.get(name));
    let (up, down) = (asked_to_move("monter"), asked_to_move("descendre"));
    let mut fields = if form.ticked("tous") { Field::ALL.to_vec() } else { model::fields(&form) };
    if let Some(field) = up.or(down) {
        model::moved(&mut fields, field, up.is_some());
    }
    let content = view::choose(&ChoosePage {
        base: &desk.base(),
        form: &form,
        problems: &Problems::default(),
        fields: &fields,
        moved: up.map(|field| (field, true)).or(down.map(|field| (field, false))),
        clients_called: &desk.subscriber().clients_called,
    });
    page(house, desk, 200, "Exporter", &content)
}

/// A form with what was chosen the last time, and this month until today.
fn proposed(choice: &Choice, today: NaiveDate) -> Form {
    let mut form = Form::default();
    for one in &choice.types {
        form.push("type", one.word());
    }
    form.push("perimetre", if choice.period { Scope::PERIOD } else { Scope::PENDING });
    form.push("du", today.with_day(1).unwrap_or(today).to_string());
    form.push("au", today.to_string());
    for field in &choice.fields {
        form.push("champ", field.word());
    }
    form
}

/// `GET /export/liste`: the calls that are asked for, fifty a page.
pub fn list(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    if request.query.is_empty() {
        return Ok(Answer::see_other(format!("{}/export", desk.base())));
    }
    let asked = match Asked::read(&request.query) {
        Ok(asked) => asked,
        Err(Error::Invalid(problems)) => return wrong(house, request, desk, &problems),
        Err(other) => return Err(other),
    };
    remember(house, desk, &asked);
    let (counts, number, messages) = house.store.read(|tx| {
        let counts = rows::count(tx, desk.subscriber(), &asked)?;
        let pages = counts.all().div_ceil(limits::PAGE_ROWS).max(1);
        let number = page_asked(request).clamp(1, pages);
        let mut skip = (number - 1) * limits::PAGE_ROWS;
        let mut messages = Vec::new();
        rows::each(tx, desk.subscriber(), &asked, None, |row| {
            if skip > 0 {
                skip -= 1;
                return Ok(ControlFlow::Continue(()));
            }
            messages.push(row.message.clone());
            let full = messages.len() as u64 == limits::PAGE_ROWS;
            Ok(if full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok((counts, number, messages))
    })?;
    // A row without its text tells nobody what it says.
    if asked.fields.contains(&Field::Text) {
        note_shown(house, request, desk, &messages);
    }
    let object = format!("liste d’export, {}", counted(counts));
    house.journal.note_look(desk.entry(request.now, Action::MessagesSeen).object(object).from(request.client));
    let order = Order { subscriber: desk.subscriber().clone(), asked, counts, today: today(desk, request) };
    let query = order.asked.query().encoded();
    let content = view::list(&ListPage {
        base: &desk.base(),
        order: &order,
        query: &query,
        messages: &messages,
        page: number,
        pages: counts.all().div_ceil(limits::PAGE_ROWS).max(1),
    });
    page(house, desk, 200, "Liste des appels", &content)
}

/// What a person chose is there again the next time. Where it can't be kept, the list shows all the same.
fn remember(house: &House, desk: &Desk, asked: &Asked) {
    let (person, choice) = (desk.who().person.id, Choice::from(asked));
    let known = house.store.read(|tx| store::choice(tx, person)).is_ok_and(|known| known == choice);
    if !known
        && !desk.looks_only()
        && let Err(cause) = house.store.write(|tx| store::remember(tx, person, &choice))
    {
        log::warn!("a choice of fields could not be kept: {cause}");
    }
}

/// The form again, with what was typed and what is wrong with it.
fn wrong(house: &House, request: &Request, desk: &Desk, problems: &Problems) -> Result<Answer> {
    let content = view::choose(&ChoosePage {
        base: &desk.base(),
        form: &request.query,
        problems,
        fields: &model::fields(&request.query),
        moved: None,
        clients_called: &desk.subscriber().clients_called,
    });
    page(house, desk, 422, "Exporter", &content)
}

/// `GET /export/appels.xlsx`.
pub fn excel(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    download(house, request, desk, Format::Excel)
}

/// `GET /export/appels.docx`.
pub fn word(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    download(house, request, desk, Format::Word)
}

/// `GET /export/appels.csv`.
pub fn csv(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    download(house, request, desk, Format::Csv)
}

fn download(house: &House, request: &Request, desk: &Desk, format: Format) -> Result<Answer> {
    let asked = match Asked::read(&request.query) {
        Ok(asked) => asked,
        Err(Error::Invalid(problems)) => return wrong(house, request, desk, &problems),
        Err(other) => return Err(other),
    };
    let seat = match house.exports.ask(desk.who().person.id, &request.target(), request.now) {
        Turn::Seat(seat) => seat,
        Turn::Wait { ahead } => return wait(house, desk, &asked, format, ahead),
    };
    let data = house.store.snapshot()?;
    let subscriber = desk.subscriber().clone();
    let counts = rows::count(&data, &subscriber, &asked)?;
    if asked.types.iter().any(|one| counts.of(*one) > format.rows_max()) {
        let most = french::grouped(format.rows_max());
        let mut problems = Problems::default();
        let sentence = "ne peut pas ouvrir autant de lignes d’un même type : choisissez une période plus courte, ou le format CSV.";
        problems.add("type", format!("{} {sentence} Sa limite est de {most} lignes.", format.label()));
        return wrong(house, request, desk, &problems);
    }
    let order = Order { subscriber, asked, counts, today: today(desk, request) };
    let mut answer = Answer::download(format.content_type(), &order.file_name(format));
    if request.method == Method::Head {
        return Ok(answer);
    }
    let object = format!("{}, {}", counted(counts), format.label());
    house.journal.note(desk.entry(request.now, Action::CallsExported).object(object).from(request.client));
    answer.body = stream::body(seat, move |out| order.write(&data, format, out))?;
    Ok(answer)
}

/// Others are being served: the page says so, and asks again until it is this one's turn.
fn wait(house: &House, desk: &Desk, asked: &Asked, format: Format, ahead: usize) -> Result<Answer> {
    let query = asked.query().encoded();
    let content = view::wait(&WaitPage { base: &desk.base(), query: &query, format, ahead });
    let answer = page(house, desk, 503, "En attente", &content)?;
    let seconds = ASK_AGAIN_S.to_string();
    Ok(answer.with("Retry-After", seconds.clone()).with("Refresh", seconds))
}

/// « 35 appels ».
pub fn counted(counts: Counts) -> String {
    french::count(counts.all(), "appel", "appels")
}

fn today(desk: &Desk, request: &Request) -> NaiveDate {
    request.now.local(desk.subscriber().zone).date()
}

fn page(house: &House, desk: &Desk, status: u16, title: &str, content: &Markup) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(desk, &secretariat, title, Rubric::Export);
    frame.sheets = &["exports"];
    frame.scripts = &["export-fields"];
    Ok(Answer::page(status, frame.page(content).into_string()))
}
