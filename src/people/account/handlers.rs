//! What the addresses of « Mon compte » do.

use super::view::{self, AccountPage, SessionRow};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::people::links::view::LinksPart;
use crate::people::model::{Opening, Person, Role};
use crate::people::sessions::{self, SignedIn, Start};
use crate::people::signin::{self, Check};
use crate::people::{factor, links, once, passwords, store};
use crate::ui::frame::{Flash, FlashKind, NavItem, Who};
use crate::ui::{Frame, Icon};
use maud::Markup;

/// `GET /mon-compte`.
pub fn account(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    show_account(house, request, who, 200, &Problems::default())
}

/// The frame around one's own pages.
pub fn frame<'a>(who: &'a SignedIn, house_name: &'a str, title: &'a str) -> Frame<'a> {
    let mut frame = Frame::new(house_name, title);
    frame.person = Some(Who { name: &who.person.name, role: who.person.role.label() });
    frame.nav = first_pages(&who.person);
    frame
}

pub fn page(status: u16, frame: &Frame<'_>, content: &Markup) -> Answer {
    Answer::page(status, frame.page(content).into_string())
}

/// A line in the journal about what somebody did to their own account.
pub fn note(house: &House, request: &Request, who: &SignedIn, action: Action, object: String) {
    let entry = Entry::new(request.now, action).by(who.person.id, &who.person.login);
    house.journal.note(entry.object(object).from(request.client));
}

pub(in crate::people) fn show_account(
    house: &House,
    request: &Request,
    who: &SignedIn,
    status: u16,
    problems: &Problems,
) -> Result<Answer> {
    let person = &who.person;
    let (secretariat, sessions, own_links, factor, required) = house.store.read(|tx| {
        Ok((
            house::secretariat(tx)?,
            sessions::of(tx, person.id, request.now)?,
            links::of(tx, person.id)?,
            factor::of(tx, person.id)?,
            factor::is_required(tx, &person.role)?,
        ))
    })?;
    let unique = once::number()?;
    let client = matches!(person.role, Role::Client { .. });
    let content = view::account(&AccountPage {
        login: &person.login,
        name: &person.name,
        email: &person.email,
        role: person.role.label(),
        sessions: sessions.iter().map(|found| session_row(found, who, &own_links)).collect(),
        zone: house.zone,
        links: client.then_some(LinksPart {
            links: &own_links,
            zone: house.zone,
            unique: &unique,
            second_factor: factor.is_some(),
            form: &request.form,
            problems,
        }),
        factor: factor.as_ref().map(|factor| (factor.since, factor.recovery_left())),
        factor_required: required,
        form: &request.form,
        problems,
    });
    let mut frame = frame(who, &secretariat.name, "Mon compte");
    frame.scripts = &["password"];
    frame.flash = done(request).map(|sentence| Flash { kind: FlashKind::Done, sentence, undo: None });
    Ok(page(status, &frame, &content))
}

fn session_row<'a>(found: &'a sessions::Found, who: &SignedIn, links: &'a [(u64, links::Link)]) -> SessionRow<'a> {
    let link = match found.session.opened_by {
        Opening::Link(id) => links.iter().find(|(other, _)| *other == id).map(|(_, link)| link.name.as_str()),
        Opening::Password | Opening::Bookmark => None,
    };
    SessionRow { id: found.id, session: &found.session, link, own: found.id == who.session_id() }
}

/// What the last action did, said after the redirect.
fn done(request: &Request) -> Option<&'static str> {
    if request.query.find("change").is_some() {
        return Some(
            "Votre mot de passe est changé. Vos autres appareils devront se reconnecter, et vos liens personnels sont révoqués.",
        );
    }
    match request.query.get("fait") {
        "session" => Some("Cet appareil est déconnecté."),
        "sessions" => Some("Vos autres appareils sont déconnectés."),
        "lien" => Some("Ce lien est révoqué : il n’ouvre plus rien."),
        "second-facteur" => Some("Le second facteur est désactivé."),
        _ => None,
    }
}

/// The way back to one's work, and the guide.
pub fn first_pages(person: &Person) -> Vec<NavItem<'static>> {
    let entries: &[(&str, Icon, &str)] = match person.role {
        Role::Client { .. } => &[
            ("Vos messages", Icon::Information, "/messages"),
            ("Vos archives", Icon::Archive, "/archives"),
            ("Agenda", Icon::Calendar, "/agenda"),
            ("Contacts", Icon::Contacts, "/contacts"),
        ],
        Role::Secretary { .. } => &[("Le standard", Icon::Headset, "/standard")],
        Role::Administrator => &[("La maison", Icon::Settings, "/administration")],
    };
    let item = |&(label, icon, href): &(&'static str, Icon, &str)| NavItem {
        label,
        icon,
        href: href.to_owned(),
        current: false,
        count: None,
    };
    entries.iter().chain(&[("Aide", Icon::Help, "/aide")]).map(item).collect()
}

/// `POST /mon-compte`: one's own password, with the present one asked; other sessions and all links end.
pub fn change_password(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let form = &request.form;
    let refused = |status, field, sentence: &str| {
        let mut problems = Problems::default();
        problems.add(field, sentence);
        show_account(house, request, who, status, &problems)
    };
    let person = &who.person;
    match signin::check_again(house, request, person, form.get("actuel"))? {
        Check::Right => {}
        Check::Wrong => return refused(422, "actuel", "Ce n’est pas votre mot de passe actuel."),
        Check::Wait { seconds } => return refused(429, "actuel", &crate::people::view::wait_sentence(seconds)),
    }
    match chosen_password(form, "nouveau", "nouveau2", &person.login) {
        Err(Error::Invalid(problems)) => return show_account(house, request, who, 422, &problems),
        other => other?,
    }
    let hash = passwords::hash(form.get("nouveau"))?;
    let cookie = house.store.write(|tx| {
        store::set_password(tx, person.id, hash, request.now)?;
        // This device goes on under a new token; all others have to sign in again.
        let start = Start { opened_by: Opening::Password, confirmed: Some(request.now), ..who.start() };
        sessions::end_all(tx, person.id)?;
        sessions::start(tx, request, person, start)
    })?;
    note(house, request, who, Action::PasswordChanged, String::new());
    Ok(Answer::see_other("/mon-compte?change").with("Set-Cookie", cookie))
}

/// A password typed twice, the same and acceptable.
pub(in crate::people) fn chosen_password(
    form: &Form,
    first: &'static str,
    second: &'static str,
    login: &str,
) -> Result<()> {
    passwords::acceptable(form.get(first), login, first)?;
    if form.get(first) != form.get(second) {
        return Err(Error::invalid(second, "Les deux saisies du mot de passe diffèrent."));
    }
    Ok(())
}

/// `POST /mon-compte/sessions/fin`: ends one session, or with `toutes` all but this one.
pub fn end_session(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let person = who.person.id;
    if request.form.ticked("toutes") {
        let ended = house.store.write_into_reserve(|tx| who.end_others(tx))?;
        note(house, request, who, Action::SessionsEnded, sessions::counted(ended));
        return Ok(Answer::see_other("/mon-compte?fait=sessions#sessions"));
    }
    let id = u64::from_str_radix(request.form.get("session"), 16).map_err(|_| Error::NotFound)?;
    let ended = house.store.write_into_reserve(|tx| sessions::end_where(tx, person, |found| found.id == id))?;
    if ended == 0 {
        // It ended by itself meanwhile, or never was: nothing is left to do either way.
        return Ok(Answer::see_other("/mon-compte#sessions"));
    }
    note(house, request, who, Action::SessionsEnded, sessions::counted(ended));
    Ok(Answer::see_other("/mon-compte?fait=session#sessions"))
}
