//! What the addresses of personal links and of the bookmark of 2010 do.

use super::view::{self, BookmarkPage, MadePage};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Request};
use crate::journal::{Action, Entry};
use crate::people::account::handlers::{frame, note, page, show_account};
use crate::people::guard::Visitor;
use crate::people::handlers::{entered, first_page};
use crate::people::model::{Opening, Role};
use crate::people::sessions::{SignedIn, Start};
use crate::people::{guesses, once, signin, store};
use crate::ui::Frame;
use crate::ui::frame::{Flash, FlashKind};

/// `POST /mon-compte/liens`: makes a link and shows it, this once.
pub fn add(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    clients_only(who)?;
    let name = match read_name(request.form.get("nom-du-lien")) {
        Ok(name) => name,
        Err(Error::Invalid(problems)) => return show_account(house, request, who, 422, &problems),
        Err(other) => return Err(other),
    };
    let unique = once::read(request.form.get("unique"));
    let made = house.store.write(|tx| {
        if once::done(tx, who.person.id, unique)?.is_some() {
            return Ok(None);
        }
        once::note(tx, who.person.id, unique, request.now, "/mon-compte#liens")?;
        super::add(tx, who.person.id, name.clone(), request.now).map(Some)
    });
    let (id, token) = match made {
        Ok(Some(made)) => made,
        // Sent twice: the token was on the first answer, and is not kept.
        Ok(None) => return Ok(Answer::see_other("/mon-compte#liens")),
        Err(Error::Invalid(problems)) => return show_account(house, request, who, 422, &problems),
        Err(other) => return Err(other),
    };
    note(house, request, who, Action::LinkMade, super::shown(id));
    let scheme = if request.https { "https" } else { "http" };
    let address = format!("{scheme}://{}/acces/{token}", request.header("host").unwrap_or_default());
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(who, &secretariat.name, "Votre lien personnel");
    frame.scripts = &["copy"];
    Ok(page(200, &frame, &view::made(&MadePage { name: &name, address: &address })))
}

fn clients_only(who: &SignedIn) -> Result<()> {
    if matches!(who.person.role, Role::Client { .. }) { Ok(()) } else { Err(Error::NotFound) }
}

fn read_name(typed: &str) -> Result<String> {
    let mut name = typed.to_owned();
    crate::base::text::clean_line(&mut name);
    let mut problems = Problems::default();
    if name.is_empty() {
        problems.add("nom-du-lien", "Donnez un nom à ce lien, par exemple celui de l’appareil où il servira.");
    } else if name.chars().count() > super::NAME_CHARS_MAX {
        problems.add("nom-du-lien", format!("Ce nom dépasse {} caractères.", super::NAME_CHARS_MAX));
    }
    problems.into_result()?;
    Ok(name)
}

/// `POST /mon-compte/liens/revocation`.
pub fn revoke(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let id = u64::from_str_radix(request.form.get("lien"), 16).map_err(|_| Error::NotFound)?;
    house.store.write(|tx| super::revoke(tx, who.person.id, id))?;
    note(house, request, who, Action::LinkRevoked, super::shown(id));
    Ok(Answer::see_other("/mon-compte?fait=lien#liens"))
}

/// `GET /acces/TOKEN`: signs in, and leads to an address without the token at once.
pub fn open(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    let mut answer = opened(house, request, visitor)?;
    answer.set("Referrer-Policy", "no-referrer");
    Ok(answer)
}

fn opened(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    let token: String = request.part(0)?;
    let found = house.store.read(|tx| {
        let Some((id, link)) = super::find(tx, &token)? else { return Ok(None) };
        let person = store::person(tx, link.person)?;
        let person = person.filter(|person| person.active && matches!(person.role, Role::Client { .. }));
        Ok(person.map(|person| (id, person)))
    })?;
    let Some((id, person)) = found else { return unknown(house, request) };
    if let Some(who) = visitor.signed_in() {
        let same = who.person.id == person.id && who.session.opened_by == Opening::Link(id);
        // A page of another site must not put somebody else in the place of who is signed in here.
        if same || request.header("sec-fetch-site").is_some_and(|site| site == "cross-site") {
            return Ok(Answer::see_other(first_page(&who.person)));
        }
    }
    let start = Start { remembered: false, opened_by: Opening::Link(id), confirmed: None };
    let outcome = signin::enter(house, request, &person, None, start)?;
    Ok(entered(outcome).unwrap_or_else(|| Answer::see_other("/connexion")))
}

/// An unknown link: revoked, mistyped or guessed. Beyond a few the network waits, and the journal is spared.
fn unknown(house: &House, request: &Request) -> Result<Answer> {
    let wait = house.store.read(|tx| guesses::link_wait_s(tx, request.client, request.now))?;
    let secretariat = house.store.read(house::secretariat)?;
    let frame = Frame::new(&secretariat.name, "Lien inconnu");
    if wait > 0 {
        let answer = page(429, &frame, &view::unknown(Some(wait)));
        return Ok(answer.with("Retry-After", wait.to_string()));
    }
    house.store.write_into_reserve(|tx| guesses::unknown_link(tx, request.client, request.now))?;
    let entry = Entry::new(request.now, Action::SignInFailed).object("lien inconnu");
    house.journal.note(entry.from(request.client));
    Ok(page(404, &frame, &view::unknown(None)))
}

/// `GET /mon-compte/favori`: from the bookmark of 2010 to the better one.
pub fn bookmark(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    clients_only(who)?;
    let secretariat = house.store.read(house::secretariat)?;
    let content = view::bookmark(&BookmarkPage {
        open_for_all: secretariat.bookmarks,
        open: who.person.bookmark,
        unique: &once::number()?,
    });
    let mut frame = frame(who, &secretariat.name, "Votre favori");
    frame.flash =
        request
            .query
            .find("fait")
            .map(|_| Flash { kind: FlashKind::Done, sentence: "C’est enregistré.", undo: None });
    Ok(page(200, &frame, &content))
}

/// `POST /mon-compte/favori`: whether the bookmark of 2010 works for oneself.
pub fn switch_bookmark(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    clients_only(who)?;
    let open = request.form.ticked("favori");
    house.store.write(|tx| store::set_bookmark(tx, who.person.id, open))?;
    note(house, request, who, Action::BookmarkSwitched, if open { "permis" } else { "interdit" }.to_owned());
    Ok(Answer::see_other("/mon-compte/favori?fait"))
}
