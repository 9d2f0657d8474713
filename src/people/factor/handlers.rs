//! What the addresses of the second factor do.

use super::view::{self, EnrolPage, OnPage, RecoveryPage};
use super::{Recovery, totp};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::account::handlers::{frame, note, page};
use crate::people::sessions::SignedIn;

/// `GET /mon-compte/second-facteur`.
pub fn show(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    show_state(house, request, who, 200, &Form::default(), &Problems::default())
}

fn show_state(
    house: &House,
    request: &Request,
    who: &SignedIn,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let person = &who.person;
    let (secretariat, factor, enrolment, required) = house.store.read(|tx| {
        Ok((
            house::secretariat(tx)?,
            super::of(tx, person.id)?,
            super::enrolment(tx, person.id, request.now)?,
            super::is_required(tx, &person.role)?,
        ))
    })?;
    let frame = frame(who, &secretariat.name, "Second facteur");
    let content = match factor {
        Some(factor) => {
            view::on(&OnPage { since: factor.since, zone: house.zone, recovery_left: factor.recovery_left(), required })
        }
        None => {
            let secret = enrolment.map(|enrolment| enrolment.secret);
            let uri = secret.map(|secret| totp::uri(&secret, &secretariat.name, &person.login));
            let words = secret.map(|secret| totp::secret_in_words(&secret));
            let key = uri.as_deref().zip(words.as_deref());
            view::enrol(&EnrolPage { key, required, form, problems })
        }
    };
    Ok(page(status, &frame, &content))
}

/// `POST /mon-compte/second-facteur/cle`: makes the key that goes into the telephone.
pub fn begin(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    house.store.write(|tx| super::begin(tx, who.person.id, request.now))?;
    Ok(Answer::see_other("/mon-compte/second-facteur"))
}

/// `POST /mon-compte/second-facteur`: switches it on by a first code, and shows the recovery codes, this once.
pub fn enrol(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let refused = |sentence| {
        let mut problems = Problems::default();
        problems.add("code", sentence);
        show_state(house, request, who, 422, &Form::default(), &problems)
    };
    let Some(code) = totp::read(request.form.get("code")) else {
        return refused("Un code se compose de six chiffres.");
    };
    let recovery = Recovery::make()?;
    let cookie = house.store.write(|tx| {
        if !super::enrol(tx, who.person.id, code, &recovery, request.now)? {
            return Ok(None);
        }
        who.start_anew(tx, request).map(Some)
    })?;
    let Some(cookie) = cookie else {
        return refused(
            "Ce code n’est pas le bon. L’heure du téléphone est-elle réglée automatiquement ? Tapez le code suivant.",
        );
    };
    note(house, request, who, Action::SecondFactorOn, String::new());
    Ok(show_recovery(house, who, &recovery, true)?.with("Set-Cookie", cookie))
}

fn show_recovery(house: &House, who: &SignedIn, recovery: &Recovery, first: bool) -> Result<Answer> {
    let secretariat = house.store.read(house::secretariat)?;
    let mut frame = frame(who, &secretariat.name, "Codes de secours");
    frame.scripts = &["print", "copy"];
    let shown = RecoveryPage { house_name: &secretariat.name, login: &who.person.login, codes: &recovery.codes, first };
    Ok(page(200, &frame, &view::recovery(&shown)))
}

/// `POST /mon-compte/second-facteur/codes`: new recovery codes in place of the old ones.
pub fn renew(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let recovery = Recovery::make()?;
    if !house.store.write(|tx| super::renew_recovery(tx, who.person.id, &recovery))? {
        return Err(Error::NotFound);
    }
    note(house, request, who, Action::RecoveryCodesMade, String::new());
    show_recovery(house, who, &recovery, false)
}

/// `POST /mon-compte/second-facteur/arret`.
pub fn stop(house: &House, request: &Request, who: &SignedIn) -> Result<Answer> {
    let cookie = house.store.write(|tx| {
        if super::is_required(tx, &who.person.role)? {
            return Err(Error::Forbidden);
        }
        super::remove(tx, who.person.id)?;
        who.start_anew(tx, request)
    })?;
    note(house, request, who, Action::SecondFactorOff, String::new());
    Ok(Answer::see_other("/mon-compte?fait=second-facteur").with("Set-Cookie", cookie))
}
