//! What waits for the secretariat: the list, and what a secretary does with each of its lines.

use super::failed::{self, Failure};
use super::handlers::console_frame;
use super::ringing;
use super::view::waiting::{self as view, WaitingPage};
use crate::base::{Instant, MessageNumber, Phone, SubscriberId};
use crate::error::{Error, Result};
use crate::fax;
use crate::fax::view::WaitingFax;
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::Action;
use crate::messages::store::By;
use crate::messages::waiting::{self, Item, Why};
use crate::people::{Assignment, Person, Role, Secretary};
use crate::store::Reads;
use crate::subscribers::{self, Desk};
use crate::ui::frame::{Flash, FlashKind, Live};
use maud::html;

/// All that waits for a secretary, by where it comes from. What a new room has waiting is one more list here, one more line of
/// `all` and `len`, and one more section of `view::waiting`.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    /// Under messages: urgent ones, call-backs, work handed over, answers.
    pub items: Vec<Item>,
    /// Notices that did not arrive.
    pub failures: Vec<Failure>,
    /// Faxes for nobody in particular yet, and those that can't be read.
    pub faxes: Vec<WaitingFax>,
}

impl Waits {
    pub fn len(&self) -> usize {
        self.items.len() + self.failures.len() + self.faxes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

pub(super) fn all(tx: &impl Reads, assignment: &Assignment, now: Instant) -> Result<Waits> {
    let abonnes = subscribers::store::answered_by(tx, assignment)?;
    Ok(Waits {
        items: waiting::list(tx, &abonnes, now)?,
        failures: failed::list(tx, &abonnes)?,
        faxes: fax::store::all_waiting(tx, assignment)?,
    })
}

/// What the console's pages were made from: what changed, and the minute, since things fall due by themselves.
pub(super) fn version(house: &House, now: Instant) -> String {
    format!("{}~{}", house.store.live().version(house::CONSOLE), now.0 / crate::base::time::MINUTE_MS)
}

/// `GET /standard/attente`.
pub fn list(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    show(house, request, &secretary.who().person, secretary.answers_for(), None)
}

/// The list, with what went wrong on top of it.
pub(super) fn show(
    house: &House,
    request: &Request,
    person: &Person,
    assignment: &Assignment,
    problem: Option<&str>,
) -> Result<Answer> {
    let version = version(house, request.now);
    let (waits, secretariat) =
        house.store.read(|tx| Ok((all(tx, assignment, request.now)?, house::secretariat(tx)?)))?;
    let content = view::page(&WaitingPage {
        waits: &waits,
        person: person.id,
        now: request.now,
        zone: house.zone,
        back: "/standard/attente",
    });
    let mut frame = console_frame(person, &secretariat, "En attente", waits.len() as u64);
    let urgent = waits.items.iter().filter(|item| item.why == Why::Urgent).count() as u64;
    frame.live = Some(Live { state_href: "/standard/etat".into(), version: &version, urgent });
    (frame.scripts, frame.sheets) = (&["console", "ringing"], ringing::SHEETS);
    frame.flash = problem.map(|sentence| Flash { kind: FlashKind::Problem, sentence, undo: None });
    let rings = ringing::block(house, person.id, assignment, request.now, false)?;
    let content = html! { (rings) (content) };
    Ok(Answer::page(if problem.is_some() { 409 } else { 200 }, frame.page(&content).into_string()))
}

/// Where the form was sent from: one of the pages that show the list.
fn back(request: &Request, subscriber: SubscriberId, number: MessageNumber) -> String {
    match request.form.get("retour") {
        "/standard" => "/standard".into(),
        "message" => format!("/standard/abonnes/{subscriber}/messages/{number}"),
        _ => "/standard/attente".into(),
    }
}

/// Does one thing to what waits under a message; who comes second sees the list as it is now, and a sentence that says so.
fn act(
    house: &House,
    request: &Request,
    desk: &Desk,
    object: &str,
    work: impl Fn(&crate::store::Write<'_>, MessageNumber, By<'_>) -> Result<()>,
) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let person = &desk.who().person;
    let by = By { person: person.id, name: &person.name };
    match house.store.write(|tx| work(tx, number, by)) {
        Ok(()) => {}
        Err(Error::Conflict(sentence)) => {
            let Role::Secretary { answers_for } = &person.role else { return Err(Error::NotFound) };
            return show(house, request, person, answers_for, Some(&sentence));
        }
        Err(other) => return Err(other),
    }
    let entry = desk.entry(request.now, Action::WaitingHandled).object(format!("message {number}, {object}"));
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other(back(request, desk.id(), number)))
}

/// `POST …/messages/12/attente`: « Je m’en occupe », « Reprendre », « Rendre », « Fait ».
pub fn handle(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let why = Why::from_word(request.form.get("quoi")).ok_or(Error::NotFound)?;
    let gesture = request.form.get("geste");
    let object = format!("{} : {gesture}", why.word());
    let (id, now) = (desk.id(), request.now);
    match gesture {
        "prendre" | "reprendre" => act(house, request, desk, &object, |tx, number, by| {
            waiting::claim(tx, id, number, why, gesture == "reprendre", by, now)
        }),
        "rendre" => act(house, request, desk, &object, |tx, number, by| waiting::release(tx, id, number, why, by)),
        "fait" => act(house, request, desk, &object, |tx, number, by| waiting::finish(tx, id, number, why, by, now)),
        _ => Err(Error::NotFound),
    }
}

/// `POST …/messages/12/appels`: somebody of the abonné was called about an urgent message.
pub fn call_made(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let phone = Phone::read(request.form.get("numero"));
    let reached = match request.form.get("resultat") {
        "joint" => true,
        "sans-reponse" => false,
        _ => return Err(Error::NotFound),
    };
    if phone.dialled().is_none() {
        return Err(Error::invalid("numero", "Ce numéro ne peut pas être composé."));
    }
    act(house, request, desk, "appel", |tx, number, by| {
        waiting::call_made(tx, desk.id(), number, phone.clone(), reached, by, request.now)
    })
}
