//! Models of text: what is said again and again, with holes (« … ») to fill, for the whole house or for one abonné.

use super::handlers::console_frame;
use super::view::templates::{self as view, TemplatesPage};
use crate::base::bundle::Bundle;
use crate::base::text::{clean_line, clean_text};
use crate::base::{SubscriberId, limits};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::people::{Secretary, once};
use crate::store::carried::{Carried, Rows};
use crate::store::{AnyTable, Collection, Direction, Read, Reads, Record, Write};
use crate::subscribers::view::{Rubric, frame};
use crate::subscribers::{Desk, Subscriber};
use crate::ui::frame::{Flash, FlashKind};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Abonné (0 for the whole house), model.
static TEMPLATES: Collection<(u64, u64), Template> = Collection::new("switchboard.templates");
/// By abonné: the number that its last model got.
static NUMBERS: Collection<u64, u64> = Collection::new("switchboard.template_numbers");

pub static TABLES: [&dyn AnyTable; 2] = [&TEMPLATES, &NUMBERS];

/// The scope of models that every abonné's form offers; no abonné has this number.
pub const HOUSE: u64 = 0;
/// A list that is chosen from while somebody talks.
const TEMPLATES_MAX: usize = 50;

impl Record for Template {}

/// What goes to another house as it is.
pub static CARRIED: [&dyn Carried; 2] = [&Rows::of(&TEMPLATES), &Rows::of(&NUMBERS)];

/// A model of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub name: String,
    pub text: String,
}

/// A model with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub scope: u64,
    pub id: u64,
    pub template: Template,
}

impl Offered {
    /// The value of the form's field `modele`: « 3-7 ».
    pub fn word(&self) -> String {
        format!("{}-{}", self.scope, self.id)
    }
}

/// Adds `modeles.jsonl`: the abonné's own models.
pub fn write_all(tx: &Read, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    bundle.begin("modeles.jsonl")?;
    of(tx, subscriber.id.0)?.iter().try_for_each(|model| bundle.line(&model.template))
}

/// Erases up to `most` models of an abonné that is deleted; how many. Nothing left: nothing comes back.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, most: usize) -> Result<Vec<(&'static str, u64)>> {
    let id = subscriber.id.0;
    let models = TEMPLATES.remove_some(tx, (id, 0)..(id + 1, 0), most)?;
    if models == 0 {
        NUMBERS.remove(tx, id)?;
        return Ok(Vec::new());
    }
    tx.note_erased(models)?;
    Ok(vec![("modèles de texte", models)])
}

/// The models of one scope, by name.
pub fn of(tx: &impl Reads, scope: u64) -> Result<Vec<Offered>> {
    let mut found = Vec::new();
    TEMPLATES.each(tx, (scope, 0)..(scope + 1, 0), Direction::Ascending, |(scope, id), template| {
        found.push(Offered { scope, id, template });
        Ok(ControlFlow::Continue(()))
    })?;
    found.sort_by_cached_key(|one| crate::base::fold::fold(&one.template.name));
    Ok(found)
}

/// What an abonné's form offers: its own first, then the house's.
pub fn offered(tx: &impl Reads, subscriber: SubscriberId) -> Result<Vec<Offered>> {
    let mut found = of(tx, subscriber.0)?;
    found.extend(of(tx, HOUSE)?);
    Ok(found)
}

/// The text of the model that a form chose, if the abonné's form offers it.
pub fn chosen(tx: &impl Reads, subscriber: SubscriberId, word: &str) -> Result<Option<String>> {
    Ok(offered(tx, subscriber)?.into_iter().find(|one| one.word() == word).map(|one| one.template.text))
}

/// Reads and checks the form's fields `nom` and `texte`.
fn read(form: &Form) -> Result<Template> {
    let mut template = Template { name: form.get("nom").to_owned(), text: form.get("texte").to_owned() };
    clean_line(&mut template.name);
    clean_text(&mut template.text);
    let mut problems = Problems::default();
    if template.name.is_empty() {
        problems.add("nom", "Donnez un nom court à ce modèle : c’est lui qu’on choisit.");
    }
    if template.name.chars().count() > limits::NAME_CHARS_MAX {
        problems.add("nom", format!("Ce nom dépasse {} caractères.", limits::NAME_CHARS_MAX));
    }
    if template.text.is_empty() {
        problems.add("texte", "Écrivez le texte du modèle.");
    }
    let count = template.text.chars().count();
    if count > limits::TEXT_CHARS_MAX {
        problems
            .add("texte", format!("Le texte compte {count} caractères ; la limite est de {}.", limits::TEXT_CHARS_MAX));
    }
    problems.into_result().map(|()| template)
}

/// Writes a model, new or in place of one.
pub fn put(tx: &Write<'_>, scope: u64, id: Option<u64>, template: &Template) -> Result<u64> {
    let id = match id {
        Some(id) if TEMPLATES.has(tx, (scope, id))? => id,
        Some(_) => return Err(Error::NotFound),
        None => {
            if of(tx, scope)?.len() >= TEMPLATES_MAX {
                return Err(Error::invalid(
                    "nom",
                    format!("{TEMPLATES_MAX} modèles au plus : supprimez-en un d’abord."),
                ));
            }
            let next = NUMBERS.get(tx, scope)?.unwrap_or(0) + 1;
            NUMBERS.put(tx, scope, &next)?;
            next
        }
    };
    TEMPLATES.put(tx, (scope, id), template)?;
    Ok(id)
}

/// Whose models a page is about.
struct Place<'a> {
    scope: u64,
    /// `/standard/modeles`, or the same at an abonné.
    base: String,
    desk: Option<&'a Desk>,
    secretary: Option<&'a Secretary>,
}

impl<'a> Place<'a> {
    fn of_house(secretary: &'a Secretary) -> Place<'a> {
        Place { scope: HOUSE, base: "/standard/modeles".into(), desk: None, secretary: Some(secretary) }
    }

    fn of_abonne(desk: &'a Desk) -> Place<'a> {
        Place { scope: desk.id().0, base: format!("{}/modeles", desk.base()), desk: Some(desk), secretary: None }
    }

    fn entry(&self, request: &Request) -> Entry {
        match (self.desk, self.secretary) {
            (Some(desk), _) => desk.entry(request.now, Action::TemplatesChanged),
            (None, Some(secretary)) => {
                let person = &secretary.who().person;
                Entry::new(request.now, Action::TemplatesChanged).by(person.id, &person.login)
            }
            (None, None) => Entry::new(request.now, Action::TemplatesChanged),
        }
    }
}

/// `GET /standard/modeles`.
pub fn of_house(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    show(house, request, &Place::of_house(secretary), 200, None)
}

/// `GET …/abonnes/3/modeles`.
pub fn of_abonne(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    show(house, request, &Place::of_abonne(desk), 200, None)
}

/// `POST /standard/modeles`.
pub fn write_of_house(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    write(house, request, &Place::of_house(secretary), secretary.who().person.id)
}

/// `POST …/abonnes/3/modeles`.
pub fn write_of_abonne(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    write(house, request, &Place::of_abonne(desk), desk.who().person.id)
}

/// `POST /standard/modeles/4/suppression`.
pub fn remove_of_house(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    remove(house, request, &Place::of_house(secretary))
}

/// `POST …/abonnes/3/modeles/4/suppression`.
pub fn remove_of_abonne(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    remove(house, request, &Place::of_abonne(desk))
}

fn show(
    house: &House,
    request: &Request,
    place: &Place<'_>,
    status: u16,
    typed: Option<(&Form, &Problems)>,
) -> Result<Answer> {
    let (templates, secretariat) = house.store.read(|tx| Ok((of(tx, place.scope)?, house::secretariat(tx)?)))?;
    let edited = request.query.find("modifier").and_then(|id| templates.iter().find(|one| one.id.to_string() == id));
    let filled = edited.map_or_else(Form::default, |one| {
        Form::from_iter([
            ("numero", one.id.to_string()),
            ("nom", one.template.name.clone()),
            ("texte", one.template.text.clone()),
        ])
    });
    let (none, unique) = (Problems::default(), once::number()?);
    let (form, problems) = typed.unwrap_or((&filled, &none));
    let abonne = place.desk.map(|desk| desk.subscriber().name.as_str());
    let content = view::page(&TemplatesPage {
        base: &place.base,
        abonne,
        templates: &templates,
        unique: &unique,
        form,
        problems,
    });
    let mut frame = match (place.desk, place.secretary) {
        (Some(desk), _) => frame(desk, &secretariat, "Modèles de texte", Rubric::Call),
        (None, Some(secretary)) => console_frame(&secretary.who().person, &secretariat, "Modèles de texte", 0),
        (None, None) => return Err(Error::NotFound),
    };
    let sentence = match request.query.get("fait") {
        "enregistre" => Some("Modèle enregistré."),
        "supprime" => Some("Modèle supprimé."),
        _ => None,
    };
    frame.flash = sentence.map(|sentence| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

fn write(house: &House, request: &Request, place: &Place<'_>, person: crate::base::PersonId) -> Result<Answer> {
    let form = &request.form;
    let id = match form.get("numero") {
        "" => None,
        number => Some(number.parse::<u64>().map_err(|_| Error::NotFound)?),
    };
    let unique = once::read(form.get("unique"));
    let address = format!("{}?fait=enregistre", place.base);
    let written = read(form).and_then(|template| {
        house.store.write(|tx| {
            if once::done(tx, person, unique)?.is_some() {
                return Ok(None);
            }
            let id = put(tx, place.scope, id, &template)?;
            once::note(tx, person, unique, request.now, &address)?;
            Ok(Some(id))
        })
    });
    match written {
        Ok(Some(id)) => house.journal.note(place.entry(request).object(format!("modèle {id}")).from(request.client)),
        Ok(None) => {}
        Err(Error::Invalid(problems)) => return show(house, request, place, 422, Some((form, &problems))),
        Err(other) => return Err(other),
    }
    Ok(Answer::see_other(address))
}

fn remove(house: &House, request: &Request, place: &Place<'_>) -> Result<Answer> {
    let id: u64 = request.part(0)?;
    let there = house.store.write(|tx| TEMPLATES.remove(tx, (place.scope, id)))?;
    if !there {
        return Err(Error::NotFound);
    }
    house.journal.note(place.entry(request).object(format!("modèle {id} supprimé")).from(request.client));
    Ok(Answer::see_other(format!("{}?fait=supprime", place.base)))
}
