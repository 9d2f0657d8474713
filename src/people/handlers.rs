//! What the addresses of persons do: home, sign-in and its second step, sign-out, set-up.

use super::account::handlers::chosen_password;
use super::guard::Visitor;
use super::model::{NewPerson, Opening, Person, Role};
use super::sessions::{self, SignedIn, Start};
use super::signin::{self, Outcome, Way};
use super::view::{self, CodePage, EnrolFirstPage, HomePage, Resume, ResumePage, SetUpPage, SignInPage};
use super::{passwords, steps, store};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::form::encode;
use crate::http::{Answer, Form, Method, Request};
use crate::journal::{Action, Entry};
use crate::ui::Frame;
use crate::ui::frame::Who;
use maud::Markup;

/// The same for a wrong password, an unknown login and a closed account.
const WRONG: &str = "Identifiant ou mot de passe incorrect.";

/// Where a person goes after signing in.
pub fn first_page(person: &Person) -> &'static str {
    match person.role {
        Role::Client { .. } => "/messages",
        Role::Secretary { .. } => "/standard",
        Role::Administrator => "/administration",
    }
}

/// How long before it a closed day is said on the home page.
const CLOSED_SAID_DAYS: i64 = 30;

/// `GET /`: the secretariat's home, the bookmark of 2010, or on to the first page.
pub fn home(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    if request.query.find("identifiant").is_some() || request.query.find("pass").is_some() {
        return bookmark(house, request);
    }
    if let Some(who) = visitor.signed_in() {
        return Ok(Answer::see_other(first_page(&who.person)));
    }
    let (secretariat, customs) = house.store.read(|tx| Ok((house::secretariat(tx)?, house::customs(tx)?)))?;
    let today = request.now.local(house.zone).date();
    let soon = |closed: &&house::Closed| {
        closed.until.date() >= today && (closed.from.date() - today).num_days() <= CLOSED_SAID_DAYS
    };
    let closed: Vec<String> = customs.closed.iter().filter(soon).map(house::Closed::in_words).collect();
    let content = view::home(&HomePage {
        house_name: &secretariat.name,
        phone: &secretariat.phone,
        hours: &secretariat.hours,
        closed: &closed,
    });
    Ok(page(200, &Frame::new(&secretariat.name, &secretariat.name), &content))
}

/// The bookmark's password must leave the address bar at once, go nowhere as a referrer, and lie in no cache.
fn bookmark(house: &House, request: &Request) -> Result<Answer> {
    let (login, password) = (request.query.get("identifiant"), request.query.get("pass"));
    let outcome = signin::sign_in(house, request, login, password, Way::Bookmark)?;
    let mut answer = entered(outcome).unwrap_or_else(|| Answer::see_other("/connexion"));
    answer.set("Referrer-Policy", "no-referrer");
    Ok(answer)
}

/// On to the first page, or to the second step; `None` for who was not let in.
pub(super) fn entered(outcome: Outcome) -> Option<Answer> {
    match outcome {
        Outcome::In { person, cookies } => Some(with_cookies(Answer::see_other(first_page(&person)), cookies)),
        Outcome::CodeAsked { cookie } => Some(Answer::see_other("/connexion/code").with("Set-Cookie", cookie)),
        Outcome::Refused | Outcome::Wait { .. } => None,
    }
}

fn with_cookies(answer: Answer, cookies: Vec<String>) -> Answer {
    cookies.into_iter().fold(answer, |answer, cookie| answer.with("Set-Cookie", cookie))
}

/// `GET /connexion`.
pub fn sign_in_form(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    if let Some(who) = visitor.signed_in() {
        return Ok(Answer::see_other(back(&request.query).unwrap_or(first_page(&who.person))));
    }
    let form = Form::default();
    let asked = back(&request.query);
    let notice = asked.map(|_| "Connectez-vous pour ouvrir cette page.");
    show_sign_in(house, 200, &SignInPage { notice, back: asked.unwrap_or(""), ..blank(&form) })
}

fn blank(form: &Form) -> SignInPage<'_> {
    SignInPage {
        form,
        problem: None,
        wait_s: None,
        notice: None,
        back: "",
        resume: None,
        forgotten_href: Some("/mot-de-passe-oublie"),
    }
}

fn show_sign_in(house: &House, status: u16, shown: &SignInPage<'_>) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = Frame::new(&secretariat.name, "Connexion");
    frame.scripts = &["password"];
    Ok(page(status, &frame, &view::sign_in(shown)))
}

/// What who is not signed in gets at a door that asks for it: the way to sign-in and back. A form that was posted comes
/// along in the page, so that nothing typed is lost.
pub fn sign_in_first(house: &House, request: &Request, quiet: bool) -> Result<Answer> {
    if request.method == Method::Post {
        let form = Form::default();
        let body = request.form.encoded();
        let notice = "Votre session est terminée : reconnectez-vous.";
        let resume = Some(Resume { to: &request.path, body: &body });
        let answer = show_sign_in(house, 401, &SignInPage { notice: Some(notice), resume, ..blank(&form) })?;
        return Ok(answer.with("WWW-Authenticate", "Session"));
    }
    if quiet {
        return Ok(Answer::json(401, "{\"erreur\":\"session\"}").with("WWW-Authenticate", "Session"));
    }
    Ok(Answer::see_other(format!("/connexion?retour={}", encode(&request.target()))))
}

/// `POST /connexion`.
pub fn sign_in(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let form = &request.form;
    let way = Way::Form { remembered: form.ticked("memoriser") };
    let outcome = signin::sign_in(house, request, form.get("identifiant"), form.get("pass"), way)?;
    let shown = SignInPage { back: back(form).unwrap_or(""), resume: resume(form), ..blank(form) };
    match outcome {
        Outcome::In { person, cookies } => go_on(house, form, &person, cookies),
        Outcome::CodeAsked { cookie } => {
            let page = CodePage { back: shown.back, resume: shown.resume, ..CodePage::default() };
            Ok(show_code(house, 200, &page)?.with("Set-Cookie", cookie))
        }
        Outcome::Refused => show_sign_in(house, 422, &SignInPage { problem: Some(WRONG), ..shown }),
        Outcome::Wait { seconds } => {
            let answer = show_sign_in(house, 429, &SignInPage { wait_s: Some(seconds), ..shown })?;
            Ok(answer.with("Retry-After", seconds.to_string()))
        }
    }
}

/// A form that the end of a session interrupted, carried along in the page.
fn resume(form: &Form) -> Option<Resume<'_>> {
    local(form.get("reprise-vers")).map(|to| Resume { to, body: form.get("reprise") })
}

/// To where somebody was before signing in.
fn go_on(house: &House, form: &Form, person: &Person, cookies: Vec<String>) -> Result<Answer> {
    let answer = match resume(form) {
        Some(resume) => resume_form(house, person, resume)?,
        None => Answer::see_other(back(form).unwrap_or(first_page(person))),
    };
    Ok(with_cookies(answer, cookies))
}

/// `GET /connexion/code`: the second step, after a bookmark or a link.
pub fn code_form(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let asked = back(&request.query);
    if house.store.read(|tx| steps::find(tx, request))?.is_none() {
        return Ok(Answer::see_other("/connexion"));
    }
    show_code(house, 200, &CodePage { back: asked.unwrap_or(""), ..CodePage::default() })
}

fn show_code(house: &House, status: u16, shown: &CodePage<'_>) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    Ok(page(status, &Frame::new(&secretariat.name, "Code de connexion"), &view::code(shown)))
}

/// `POST /connexion/code`.
pub fn check_code(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    let form = &request.form;
    let shown = CodePage { back: back(form).unwrap_or(""), resume: resume(form), ..CodePage::default() };
    match signin::finish(house, request, form.get("code"))? {
        Some(Outcome::In { person, cookies }) => go_on(house, form, &person, cookies),
        Some(Outcome::Wait { seconds }) => {
            let answer = show_code(house, 429, &CodePage { wait_s: Some(seconds), ..shown })?;
            Ok(answer.with("Retry-After", seconds.to_string()))
        }
        Some(Outcome::Refused | Outcome::CodeAsked { .. }) => show_code(house, 422, &CodePage { wrong: true, ..shown }),
        None => {
            let notice = Some("Ce code n’est plus attendu : reprenez depuis le début.");
            let empty = Form::default();
            let page = SignInPage { notice, back: shown.back, resume: shown.resume, ..blank(&empty) };
            show_sign_in(house, 422, &page)
        }
    }
}

/// What somebody gets at any door who must have a second factor and has none: the way there. A form that was posted can be
/// sent again from the page, once that is done.
pub fn enrol_first(house: &House, request: &Request, who: &SignedIn, quiet: bool) -> Result<Answer> {
    if quiet {
        return Ok(Answer::json(401, "{\"erreur\":\"second-facteur\"}").with("WWW-Authenticate", "Session"));
    }
    if request.method != Method::Post {
        return Ok(Answer::see_other("/mon-compte/second-facteur"));
    }
    let fields: Vec<(String, String)> =
        request.form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = Frame::new(&secretariat.name, "Second facteur demandé");
    frame.person = Some(Who { name: &who.person.name, role: who.person.role.label() });
    Ok(page(403, &frame, &view::enrol_first(&EnrolFirstPage { action: &request.path, fields: &fields })))
}

/// Offers the interrupted form again. It goes out by the person's own click, to an address of ours.
fn resume_form(house: &House, person: &Person, resume: Resume<'_>) -> Result<Answer> {
    let Some(form) = Form::parse(resume.body) else { return Ok(Answer::see_other(first_page(person))) };
    let fields: Vec<(String, String)> = form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = Frame::new(&secretariat.name, "Reprendre");
    frame.person = Some(Who { name: &person.name, role: person.role.label() });
    Ok(page(200, &frame, &view::resume(&ResumePage { action: resume.to, fields: &fields })))
}

/// Where to go back to: an address of ours in `retour`, nothing else.
fn back(form: &Form) -> Option<&str> {
    local(form.get("retour"))
}

/// An address on this site: « / » and what no browser takes for another host; plain ASCII without control characters.
fn local(address: &str) -> Option<&str> {
    let rest = address.strip_prefix('/')?;
    let plain = address.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    (plain && !rest.starts_with('/')).then_some(address)
}

/// `POST /deconnexion`.
pub fn sign_out(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    if let Some(who) = visitor.signed_in() {
        house.store.write_into_reserve(|tx| who.end(tx))?;
        let entry = Entry::new(request.now, Action::SignedOut).by(who.person.id, &who.person.login);
        house.journal.note(entry.from(request.client));
    }
    // What the device keeps of pages (drafts of calls, whole pages for « back ») goes with the session.
    Ok(Answer::see_other("/connexion")
        .with("Set-Cookie", sessions::cookie_gone(request))
        .with("Clear-Site-Data", "\"cache\", \"storage\""))
}

/// `GET /installation/TOKEN`.
pub fn set_up_form(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    if let Some(refused) = set_up_refused(house, request)? {
        return Ok(refused);
    }
    show_set_up(house, 200, &Form::default(), &Problems::default())
}

fn show_set_up(house: &House, status: u16, form: &Form, problems: &Problems) -> Result<Answer> {
    let mut frame = Frame::new("Permanence", "Installation");
    frame.scripts = &["password"];
    Ok(page(status, &frame, &view::set_up(&SetUpPage { token: house.set_up.token(), form, problems })))
}

/// A wrong token leads nowhere; the right one opens once.
fn set_up_refused(house: &House, request: &Request) -> Result<Option<Answer>> {
    if !house.set_up.is(&request.part::<String>(0)?) {
        return Err(Error::NotFound);
    }
    let done = house.store.read(store::has_administrator)?;
    Ok(done.then(set_up_used))
}

fn set_up_used() -> Answer {
    page(410, &Frame::new("Permanence", "Installation"), &view::set_up_used())
}

/// `POST /installation/TOKEN`: makes the first administrator and signs in.
pub fn set_up(house: &House, request: &Request, _: &Visitor) -> Result<Answer> {
    if let Some(refused) = set_up_refused(house, request)? {
        return Ok(refused);
    }
    let form = &request.form;
    let checked = || {
        let new = NewPerson::checked(form.get("identifiant"), form.get("nom"), "", Role::Administrator)?;
        chosen_password(form, "pass", "pass2", &new.login)?;
        Ok(new)
    };
    let mut new = match checked() {
        Ok(new) => new,
        Err(Error::Invalid(problems)) => return show_set_up(house, 422, form, &problems),
        Err(other) => return Err(other),
    };
    new.password = passwords::hash(form.get("pass"))?;
    let made = house.store.write(|tx| {
        // Two at once: the second finds the first's administrator.
        if store::has_administrator(tx)? {
            return Ok(None);
        }
        let person = store::add(tx, new, request.now)?;
        let start = Start { remembered: false, opened_by: Opening::Password, confirmed: Some(request.now) };
        let cookie = sessions::start(tx, request, &person, start)?;
        Ok(Some((person, cookie)))
    });
    match made {
        Ok(Some((person, cookie))) => {
            let entry = Entry::new(request.now, Action::SetUp).by(person.id, &person.login).from(request.client);
            house.journal.note(entry);
            Ok(Answer::see_other(first_page(&person)).with("Set-Cookie", cookie))
        }
        Ok(None) => Ok(set_up_used()),
        Err(Error::Invalid(problems)) => show_set_up(house, 422, form, &problems),
        Err(other) => Err(other),
    }
}

fn page(status: u16, frame: &Frame<'_>, content: &Markup) -> Answer {
    Answer::page(status, frame.page(content).into_string())
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_addresses_of_this_site_lead_back() {
        for address in ["/", "/messages?page=2", "/standard/abonnes/3/messages/12#reponses"] {
            assert_eq!(local(address), Some(address));
        }
        for address in
            ["", "messages", "//ailleurs.example", "/\\ailleurs", "https://ailleurs.example", "/a b", "/\t/x", "/é"]
        {
            assert_eq!(local(address), None, "{address}");
        }
    }
}
