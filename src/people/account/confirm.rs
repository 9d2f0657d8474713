//! « Confirmez votre mot de passe »: before what matters most, the password is asked again unless it was typed a moment
//! ago in this session: who sits down at a computer left open can read, and not take the account over.
//!
//! The form that was interrupted goes along in the page as it came and goes on by itself: the same address gets it once
//! more, with the password in `confirmation`.

use super::handlers::{frame, page};
use super::view::{self, ConfirmPage};
use crate::error::{Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::people::signin::{self, Check};
use crate::people::{SignedIn, view::wait_sentence};

/// The field of the password.
pub const FIELD: &str = "confirmation";

/// Whether a request brings the password along, which takes time to check.
pub fn is_brought(request: &Request) -> bool {
    request.form.find(FIELD).is_some()
}

/// The page that asks for the password, or `None` when it is fresh or has just been given.
pub fn ask(house: &House, request: &Request, who: &mut SignedIn) -> Result<Option<Answer>> {
    if who.has_confirmed(request.now) {
        return Ok(None);
    }
    let Some(password) = request.form.find(FIELD) else {
        return show(house, request, who, 403, &Problems::default()).map(Some);
    };
    let mut problems = Problems::default();
    let (status, sentence) = match signin::check_again(house, request, &who.person, password)? {
        Check::Right => {
            house.store.write_into_reserve(|tx| who.confirm(tx, request.now))?;
            return Ok(None);
        }
        Check::Wrong => (422, "Ce n’est pas votre mot de passe.".to_owned()),
        Check::Wait { seconds } => (429, wait_sentence(seconds)),
    };
    problems.add(FIELD, sentence);
    show(house, request, who, status, &problems).map(Some)
}

fn show(house: &House, request: &Request, who: &SignedIn, status: u16, problems: &Problems) -> Result<Answer> {
    let fields: Vec<(String, String)> = request
        .form
        .iter()
        .filter(|(name, _)| *name != FIELD)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(who, &secretariat.name, "Confirmez votre mot de passe");
    frame.scripts = &["password"];
    let content = view::confirm(&ConfirmPage {
        action: &request.path,
        fields: &fields,
        login: &who.person.login,
        form: &Form::default(),
        problems,
    });
    Ok(page(status, &frame, &content))
}
