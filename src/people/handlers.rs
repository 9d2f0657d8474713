//! What the addresses of persons do: home, sign-in, sign-out, set-up, own account.

use super::guard::Visitor;
use super::model::{NewPerson, Person, Role};
use super::sessions::{self, SignedIn};
use super::signin::{self, Outcome, Way};
use super::view::{self, AccountPage, HomePage, Resume, ResumePage, SetUpPage, SignInPage};
use super::{passwords, store};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::form::encode;
use crate::http::{Answer, Form, Method, Request};
use crate::journal::{Action, Entry};
use crate::ui::frame::{Flash, FlashKind, NavItem, Who};
use crate::ui::{Frame, Icon};
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

/// `GET /`: the secretariat's home, the bookmark of 2010, or on to the first page.
pub fn home(house: &House, request: &Request, visitor: &Visitor) -> Result<Answer> {
    if request.query.find("identifiant").is_some() || request.query.find("pass").is_some() {
        return bookmark(house, request);
    }
    if let Some(who) = visitor.signed_in() {
        return Ok(Answer::see_other(first_page(&who.person)));
    }
    let secretariat = house.store.read(house::secretariat)?;
    let content =
        view::home(&HomePage { house_name: &secretariat.name, phone: &secretariat.phone, hours: &secretariat.hours });
    Ok(page(200, &Frame::new(&secretariat.name, &secretariat.name), &content))
}

/// The bookmark's password must leave the address bar at once, go nowhere as a referrer, and lie in no cache.
fn bookmark(house: &House, request: &Request) -> Result<Answer> {
    let (login, password) = (request.query.get("identifiant"), request.query.get("pass"));
    let mut answer = match signin::sign_in(house, request, login, password, Way::Bookmark) {
        Ok(Outcome::In { person, cookie }) => Answer::see_other(first_page(&person)).with("Set-Cookie", cookie),
        Ok(Outcome::Refused | Outcome::Wait { .. }) => Answer::see_other("/connexion"),
        Err(other) => return Err(other),
    };
    answer.set("Referrer-Policy", "no-referrer");
    Ok(answer)
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
    SignInPage { form, problem: None, wait_s: None, notice: None, back: "", resume: None, forgotten_href: None }
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
    let resume_to = local(form.get("reprise-vers"));
    let outcome = signin::sign_in(house, request, form.get("identifiant"), form.get("pass"), way)?;
    let resume = resume_to.map(|to| Resume { to, body: form.get("reprise") });
    let shown = SignInPage { back: back(form).unwrap_or(""), resume, ..blank(form) };
    match outcome {
        Outcome::In { person, cookie } => {
            let answer = match resume {
                Some(resume) => resume_form(house, &person, resume)?,
                None => Answer::see_other(back(form).unwrap_or(first_page(&person))),
            };
            Ok(answer.with("Set-Cookie", cookie))
        }
        Outcome::Refused => show_sign_in(house, 422, &SignInPage { problem: Some(WRONG), ..shown }),
        Outcome::Wait { seconds } => {
            let answer = show_sign_in(house, 429, &SignInPage { wait_s: Some(seconds), ..shown })?;
            Ok(answer.with("Retry-After", seconds.to_string()))
        }
    }
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
    // What pages keep on the device (drafts of calls) goes with the session.
    Ok(Answer::see_other("/connexion")
        .with("Set-Cookie", sessions::cookie_gone(request))
        .with("Clear-Site-Data", "\"storage\""))
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
        let cookie = sessions::start(tx, request, &person, false)?;
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

/// A password typed twice, the same and acceptable.
fn chosen_password(form: &Form, first: &'static str, second: &'static str, login: &str) -> Result<()> {
    passwords::acceptable(form.get(first), login, first)?;
    if form.get(first) != form.get(second) {
        return Err(Error::invalid(second, "Les deux saisies du mot de passe diffèrent."));
    }
    Ok(())
}

/// `GET /mon-compte`.
pub fn account(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    show_account(house, request, who, 200, &Problems::default())
}

fn show_account(house: &House, request: &Request, who: &SignedIn, status: u16, problems: &Problems) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let person = &who.person;
    let content = view::account(&AccountPage {
        login: &person.login,
        name: &person.name,
        email: &person.email,
        role: person.role.label(),
        subscribers: Vec::new(),
        form: &request.form,
        problems,
    });
    let mut frame = Frame::new(&secretariat.name, "Mon compte");
    frame.person = Some(Who { name: &person.name, role: person.role.label() });
    frame.nav = first_pages(person);
    frame.scripts = &["password"];
    frame.flash = request.query.find("change").map(|_| Flash {
        kind: FlashKind::Done,
        sentence: "Votre mot de passe est changé. Vos autres appareils devront se reconnecter.",
        undo: None,
    });
    Ok(page(status, &frame, &content))
}

/// The way back to one's work.
fn first_pages(person: &Person) -> Vec<NavItem<'static>> {
    let entries: &[(&str, Icon, &str)] = match person.role {
        Role::Client { .. } => {
            &[("Vos messages", Icon::Information, "/messages"), ("Vos archives", Icon::Archive, "/archives")]
        }
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
    entries.iter().map(item).collect()
}

/// `POST /mon-compte`: one's own password, with the present one asked; other sessions end.
pub fn change_password(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let form = &request.form;
    let refused = |problems: &Problems| show_account(house, request, who, 422, problems);
    let person = &who.person;
    if !passwords::matches(form.get("actuel"), Some(&person.password)) {
        let mut problems = Problems::default();
        problems.add("actuel", "Ce n’est pas votre mot de passe actuel.");
        return refused(&problems);
    }
    match chosen_password(form, "nouveau", "nouveau2", &person.login) {
        Err(Error::Invalid(problems)) => return refused(&problems),
        other => other?,
    }
    let hash = passwords::hash(form.get("nouveau"))?;
    let cookie = house.store.write(|tx| {
        store::set_password(tx, person.id, hash, request.now)?;
        who.end_others(tx)?;
        // This device goes on under a new token: who may have copied the old one stays outside.
        who.end(tx)?;
        sessions::start(tx, request, person, who.session.remembered)
    })?;
    let entry = Entry::new(request.now, Action::PasswordChanged).by(person.id, &person.login).from(request.client);
    house.journal.note(entry);
    Ok(Answer::see_other("/mon-compte?change").with("Set-Cookie", cookie))
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
