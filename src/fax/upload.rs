//! Faxes that a secretary brings for an abonné: several files at once, each of which becomes a message.

use super::handlers::SHEETS;
use super::model::{About, Way};
use super::receive::{Arrival, Received, receive};
use super::store;
use super::view::{self, ArrivalsPage};
use crate::base::{FaxId, Phone, french, limits};
use crate::error::{Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::subscribers::Desk;
use crate::subscribers::view::{Rubric, frame};
use crate::ui::frame::{Flash, FlashKind, Live};

/// Faxes shown below the form.
const SHOWN: usize = 25;

/// `GET /standard/abonnes/3/fax`.
pub fn arrivals(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    show(house, request, desk, 200, &Form::default(), &Problems::default())
}

fn show(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let version = house.store.live().version(desk.id().0).to_string();
    let (faxes, secretariat) =
        house.store.read(|tx| Ok((store::latest(tx, desk.id(), SHOWN)?, house::secretariat(tx)?)))?;
    let base = desk.base();
    let content =
        view::arrivals(&ArrivalsPage { base: &base, faxes: &faxes, zone: desk.subscriber().zone, form, problems });
    let sentence = sentence(request.query.get("recus"), request.query.get("connus"));
    let mut frame = frame(desk, &secretariat, "Déposer un fax", Rubric::None);
    frame.live =
        Some(Live { state_href: format!("{base}/messages/etat"), version: &version, urgent: desk.waiting().urgent });
    frame.flash = sentence.as_ref().map(|(kind, sentence)| Flash { kind: *kind, sentence, undo: None });
    frame.scripts = &["fax-drop"];
    frame.sheets = SHEETS;
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// `POST /standard/abonnes/3/fax`: keeps what came. Their pages are read afterwards.
pub fn bring(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let form = &request.form;
    let mut problems = too_long(form);
    let files: Vec<_> = request.files.all("fichier").collect();
    if files.is_empty() {
        problems.add("fichier", "Choisissez au moins un fichier, puis envoyez-le.");
    }
    if !problems.is_empty() {
        return show(house, request, desk, 422, form, &problems);
    }
    let about = about(form);
    let person = &desk.who().person;
    let (mut new, mut known, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let arrival = Arrival {
            bytes: file.bytes,
            name: file.name,
            way: Way::Upload,
            by: Some((person.id, &person.name)),
            subscriber: Some(desk.id()),
            about: about.clone(),
        };
        match receive(house, arrival, request.now)? {
            Received::New(number) => new.push(number),
            Received::Known(number) => known.push(number),
            Received::Refused(why) => refused.push(format!("« {} » : {why}", file.name)),
        }
    }
    for number in &new {
        let entry = desk.entry(request.now, Action::FaxReceived).object(format!("fax {number}"));
        house.journal.note(entry.from(request.client));
    }
    if !refused.is_empty() {
        problems.add("fichier", refused.join(" "));
        return show(house, request, desk, 422, form, &problems);
    }
    Ok(Answer::see_other(format!("{}/fax?recus={}&connus={}", desk.base(), joined(&new), joined(&known))))
}

/// What is too long of what was typed about a fax.
pub fn too_long(form: &Form) -> Problems {
    let mut problems = Problems::default();
    for (field, most) in
        [("nom", limits::NAME_CHARS_MAX), ("objet", limits::LINE_CHARS_MAX), ("telephone", limits::PHONE_CHARS_MAX)]
    {
        if form.get(field).chars().count() > most {
            problems.add(field, format!("Ce texte dépasse {most} caractères."));
        }
    }
    problems
}

/// What a form says of who sent a fax.
pub fn about(form: &Form) -> About {
    About {
        name: form.get("nom").to_owned(),
        phone: Phone::read(form.get("telephone")),
        subject: form.get("objet").to_owned(),
        urgent: form.ticked("urgent"),
    }
}

fn joined(numbers: &[FaxId]) -> String {
    numbers.iter().map(FaxId::to_string).collect::<Vec<_>>().join("-")
}

/// « 2 fichiers reçus. » ; what had come before is said, not doubled.
fn sentence(new: &str, known: &str) -> Option<(FlashKind, String)> {
    let numbers = |joined: &str| joined.split('-').filter_map(|one| one.parse::<FaxId>().ok()).collect::<Vec<_>>();
    let (new, known) = (numbers(new), numbers(known));
    let mut parts = Vec::new();
    if !new.is_empty() {
        let count = french::count(new.len() as u64, "fichier reçu", "fichiers reçus");
        parts.push(format!("{count} ; l’abonné verra chaque fax dès que ses pages sont lues."));
    }
    if !known.is_empty() {
        let names: Vec<String> = known.iter().map(|number| format!("n° {number}")).collect();
        let came =
            french::agree(known.len() as u64, "Ce fichier était déjà arrivé", "Ces fichiers étaient déjà arrivés");
        parts.push(format!("{came} : fax {}. Rien n’a été doublé.", names.join(", ")));
    }
    let kind = if new.is_empty() { FlashKind::Notice } else { FlashKind::Done };
    (!parts.is_empty()).then(|| (kind, parts.join(" ")))
}
