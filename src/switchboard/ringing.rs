//! What rings now, as the telephone system says it by the interface: seen on the console within a second, taken by one, with
//! the others seeing by whom. Nothing of it is kept: `base::calls` forgets each call a minute after its last word.
//!
//! Its own is the secretaries' extensions, by which a system names them.

use super::popup::is_meant;
use super::view::ringing::{self as view, Ringing, RingingPage};
use super::waiting;
use crate::base::calls::{Call, Post, Taken};
use crate::base::text::clean_line;
use crate::base::{Instant, PersonId, SubscriberId};
use crate::contacts::store as contacts;
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::form::encode;
use crate::http::{Answer, Request};
use crate::journal::{Action, Entry};
use crate::people::{Assignment, Role, Secretary, store as people};
use crate::store::{AnyTable, Collection, Direction, Read, Reads, Write};
use crate::subscribers::{self, Subscriber};
use maud::Markup;
use std::ops::ControlFlow;

/// Extension → person. One telephone is one secretary's at a time; who sits down there says so.
static EXTENSIONS: Collection<&'static str, u64> = Collection::new("switchboard.extensions");

pub static TABLES: [&dyn AnyTable; 1] = [&EXTENSIONS];

/// The topic of what rings.
pub const TOPIC: u64 = u64::MAX - 9;
/// « 204 », « accueil-2 ».
pub const EXTENSION_CHARS_MAX: usize = 20;
/// Characters of what a system calls a telephone that nobody has claimed.
const NAME_CHARS_MAX: usize = 40;
/// Callers named under one number.
const CALLERS_MAX: usize = 3;
/// The sheet of pages that show what rings.
pub const SHEETS: &[&str] = &["ringing"];

/// What the block was made from.
fn version(house: &House, now: Instant) -> String {
    format!("{}~{}", house.store.live().version(TOPIC), house.calls.count(now))
}

/// What rings for the abonnés that somebody answers for, to stand on top of a page of the console. `beside` where a form
/// below must stay where it is.
pub fn block(
    house: &House,
    secretary: PersonId,
    answers_for: &Assignment,
    now: Instant,
    beside: bool,
) -> Result<Markup> {
    let version = version(house, now);
    let calls = house.calls.all(now);
    let lines = match calls.is_empty() {
        true => Vec::new(),
        false => house.store.read(|tx| lines(tx, &calls, answers_for))?,
    };
    Ok(view::block(&RingingPage { lines: &lines, person: secretary, zone: house.zone, version: &version, beside }))
}

fn lines(tx: &Read, calls: &[Call], answers_for: &Assignment) -> Result<Vec<Ringing>> {
    let abonnes = subscribers::store::answered_by(tx, answers_for)?;
    let mut lines = Vec::new();
    for call in calls {
        let own: Vec<&Subscriber> = abonnes.iter().filter(|one| call.subscribers.contains(&one.id)).collect();
        if own.is_empty() {
            continue;
        }
        let mut callers = Vec::new();
        for subscriber in &own {
            let known = contacts::by_phone(tx, subscriber.id, &call.from)?;
            callers.extend(known.iter().map(crate::contacts::model::Contact::name));
        }
        callers.sort();
        callers.dedup();
        callers.truncate(CALLERS_MAX);
        let href = card_href(call, &own.iter().map(|one| one.id).collect::<Vec<_>>());
        let names = own.iter().map(|one| one.name.clone()).collect();
        lines.push(Ringing { call: call.clone(), href, names, callers });
    }
    Ok(lines)
}

/// Where the call is taken: the abonné's card with the caller recognised, or the choice among those who share the line.
fn card_href(call: &Call, own: &[SubscriberId]) -> String {
    let from = encode(call.from.kept());
    match own {
        [only] if call.from.is_empty() => format!("/standard/abonnes/{only}"),
        [only] => format!("/standard/abonnes/{only}?de={from}"),
        _ => format!("/standard/appel?vers={}&de={from}", encode(call.line.kept())),
    }
}

/// `GET /standard/appels/etat?depuis=VERSION`: what rings, where that has changed. Asked more than once a second by every
/// console, so the usual answer reads nothing.
pub fn state(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    if request.query.get("depuis") == version(house, request.now) {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    let beside = request.query.find("beside").is_some();
    let block = block(house, secretary.who().person.id, secretary.answers_for(), request.now, beside)?;
    Ok(Answer::page(200, block.into_string()))
}

/// `POST /standard/appels/{appel}/prise`: « Je prends » leads to the card; « Rendre » lets it ring on.
pub fn take(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let (number, now): (u64, Instant) = (request.part(0)?, request.now);
    let person = &secretary.who().person;
    if request.form.get("geste") == "rendre" {
        if house.calls.give_back(number, person.id, now) {
            house.store.live().bump(TOPIC);
        }
        return Ok(Answer::see_other("/standard"));
    }
    let abonnes = house.store.read(|tx| subscribers::store::answered_by(tx, secretary.answers_for()))?;
    let own = |call: &Call| -> Vec<SubscriberId> {
        abonnes.iter().map(|one| one.id).filter(|id| call.subscribers.contains(id)).collect()
    };
    let post = Post { person: Some(person.id), name: person.name.clone() };
    match house.calls.take(number, post, |call| !own(call).is_empty(), now) {
        Taken::Yes(call) => {
            house.store.live().bump(TOPIC);
            for id in own(&call) {
                let entry = Entry::new(now, Action::CallTaken).by(person.id, &person.login).about(id);
                house.journal.note(entry.from(request.client));
            }
            Ok(Answer::see_other(card_href(&call, &own(&call))))
        }
        Taken::By(name) => too_late(house, request, secretary, format!("Cet appel est déjà pris : {name}.")),
        Taken::Gone => too_late(house, request, secretary, "Cet appel ne sonne plus.".into()),
    }
}

/// Who comes second sees what waits, and why.
fn too_late(house: &House, request: &Request, secretary: &Secretary, sentence: String) -> Result<Answer> {
    waiting::show(house, request, &secretary.who().person, secretary.answers_for(), Some(&sentence))
}

/// Whether a line that rings is this abonné's.
pub fn is_of(subscriber: &Subscriber, line: &crate::base::Phone) -> bool {
    is_meant(subscriber, line)
}

/// Whose telephone a system means, by login or extension; a telephone that nobody has claimed is called by its name.
pub fn post(tx: &impl Reads, named: &str) -> Result<Option<Post>> {
    let mut name = named.to_owned();
    clean_line(&mut name);
    if name.is_empty() {
        return Ok(None);
    }
    let of_extension = match EXTENSIONS.get(tx, name.as_str())? {
        Some(person) => people::person(tx, PersonId(person))?,
        None => people::by_login(tx, &name)?,
    };
    let secretary = of_extension.filter(|person| person.active && matches!(person.role, Role::Secretary { .. }));
    Ok(Some(match secretary {
        Some(person) => Post { person: Some(person.id), name: person.name },
        None => {
            let shown: String = name.chars().take(NAME_CHARS_MAX).collect();
            Post { person: None, name: format!("poste {shown}") }
        }
    }))
}

/// The extension of a secretary; empty when she has said none.
pub fn extension(tx: &impl Reads, secretary: PersonId) -> Result<String> {
    let mut found = String::new();
    EXTENSIONS.each(tx, "".., Direction::Ascending, |extension, person| {
        if person == secretary.0 {
            extension.clone_into(&mut found);
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Reads an extension; empty for none.
pub fn read_extension(typed: &str) -> Result<String> {
    let mut extension = typed.to_owned();
    clean_line(&mut extension);
    if extension.chars().count() > EXTENSION_CHARS_MAX {
        return Err(Error::invalid("poste", format!("Un poste compte {EXTENSION_CHARS_MAX} caractères au plus.")));
    }
    Ok(extension)
}

/// Notes at which extension a secretary sits, in place of the one before and of whoever sat there.
pub fn sit_at(tx: &Write<'_>, secretary: PersonId, extension: &str) -> Result<()> {
    let before = self::extension(tx, secretary)?;
    if !before.is_empty() {
        EXTENSIONS.remove(tx, before.as_str())?;
    }
    if !extension.is_empty() {
        EXTENSIONS.put(tx, extension, &secretary.0)?;
    }
    Ok(())
}

/// Drops the extensions of persons that are gone.
pub fn purge(tx: &Write<'_>) -> Result<()> {
    let mut all = Vec::new();
    EXTENSIONS.each(tx, "".., Direction::Ascending, |extension, person| {
        all.push((extension.to_owned(), person));
        Ok(ControlFlow::Continue(()))
    })?;
    for (extension, person) in all {
        if people::person(tx, PersonId(person))?.is_none() {
            EXTENSIONS.remove(tx, extension.as_str())?;
        }
    }
    Ok(())
}
