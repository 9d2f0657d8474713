//! What the addresses of a forgotten password do.

use super::view::{self, ChoicePage, ForgottenPage};
use super::{Answered, CHOICE, first_page};
use crate::base::{limits, text};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::people::account::handlers::chosen_password;
use crate::people::guard::Visitor;
use crate::people::sessions::{self, SignedIn, Start};
use crate::people::{passwords, store};
use crate::ui::Frame;
use crate::ui::frame::Who;

/// `GET /mot-de-passe-oublie`.
pub fn form(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let asked = request.query.find("envoye").is_some();
    show(house, 200, &ForgottenPage { form: &Form::default(), problems: &Problems::default(), asked, wait_s: None })
}

fn show(house: &House, status: u16, shown: &ForgottenPage<'_>) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let frame = Frame::new(&secretariat.name, "Mot de passe oublié");
    Ok(Answer::page(status, frame.page(&view::forgotten(shown)).into_string()))
}

/// `POST /mot-de-passe-oublie`: the same answer for everybody.
pub fn ask(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let form = &request.form;
    let (login, email) = (form.get("identifiant").trim(), form.get("email").trim());
    let mut problems = Problems::default();
    if login.is_empty() || login.chars().count() > limits::LOGIN_CHARS_MAX {
        problems.add("identifiant", "Indiquez l’identifiant que votre secrétariat vous a délivré.");
    }
    if !text::looks_like_email(email) || email.chars().count() > limits::EMAIL_CHARS_MAX {
        problems.add("email", "Cette adresse e-mail n’est pas complète : il y faut un « @ » et un nom de domaine.");
    }
    if !problems.is_empty() {
        return show(house, 422, &ForgottenPage { form, problems: &problems, asked: false, wait_s: None });
    }
    let password = passwords::invent()?;
    match house.store.write(|tx| super::ask(tx, request, login, email, &password))? {
        Answered::Perhaps(person) => {
            let mut entry = Entry::new(request.now, Action::PasswordForgotten).from(request.client);
            if let Some(person) = person {
                entry = entry.object(format!("compte {person}"));
            }
            house.journal.note(entry);
            Ok(Answer::see_other("/mot-de-passe-oublie?envoye"))
        }
        Answered::Wait { seconds } => {
            let shown = ForgottenPage { form, problems: &problems, asked: false, wait_s: Some(seconds) };
            Ok(show(house, 429, &shown)?.with("Retry-After", seconds.to_string()))
        }
    }
}

/// What stands before every page until a password is chosen.
pub fn choose_first(quiet: bool) -> Answer {
    if quiet { Answer::json(401, "{\"erreur\":\"mot-de-passe\"}") } else { Answer::see_other(CHOICE) }
}

/// `GET /nouveau-mot-de-passe`.
pub fn choice(house: &House, _: &Request, who: &SignedIn) -> Result<Answer> {
    if !who.must_choose() {
        return Ok(Answer::see_other("/mon-compte"));
    }
    show_choice(house, who, 200, &Problems::default())
}

fn show_choice(house: &House, who: &SignedIn, status: u16, problems: &Problems) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = Frame::new(&secretariat.name, "Nouveau mot de passe");
    frame.person = Some(Who { name: &who.person.name, role: who.person.role.label() });
    frame.scripts = &["password"];
    let content = view::choice(&ChoicePage { login: &who.person.login, problems });
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// `POST /nouveau-mot-de-passe`: ends every other session, and goes on under a new token.
pub fn choose(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    if !who.must_choose() {
        return Ok(Answer::see_other("/mon-compte"));
    }
    let person = &who.person;
    match chosen_password(&request.form, "nouveau", "nouveau2", &person.login) {
        Err(Error::Invalid(problems)) => return show_choice(house, who, 422, &problems),
        other => other?,
    }
    let hash = passwords::hash(request.form.get("nouveau"))?;
    let start =
        Start { remembered: who.session.remembered, opened_by: who.session.opened_by, confirmed: Some(request.now) };
    let cookie = house.store.write(|tx| {
        // Two tabs: the second finds that it is chosen.
        if !super::must_choose(tx, person.id)? {
            return Err(Error::Conflict("Votre nouveau mot de passe est déjà enregistré.".into()));
        }
        let person = store::set_password(tx, person.id, hash, request.now)?;
        sessions::end_all(tx, person.id)?;
        sessions::start(tx, request, &person, start)
    })?;
    let entry = Entry::new(request.now, Action::PasswordChanged).by(person.id, &person.login).from(request.client);
    house.journal.note(entry);
    Ok(Answer::see_other(first_page(&person.role)).with("Set-Cookie", cookie))
}
