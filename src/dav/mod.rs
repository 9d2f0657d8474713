//! Agendas and contacts on telephones and in mail programs: CalDAV (RFC 4791), CardDAV (RFC 6352) and what they stand on
//! (RFC 4918, 5397, 6578, 6764); the pages where their passwords and calendar subscriptions are made and revoked.
//!
//! - What comes in becomes what a screen sends and passes the same functions (`agenda::objects`, `contacts::objects`): a time
//!   is never taken twice, an absence counts, a secretary's booking makes its message.
//! - The key is an access token under its person's login (`people::tokens`), within its abonnés and its rights.
//! - A password never comes in clear over a network: who asks so is refused, unless the settings allow it.
//!
//! Never here: rules of agendas or contacts; what a subscription shows (`agenda::feed`); a cookie.

mod answers;
mod contacts;
mod events;
mod filter;
mod guard;
mod listing;
mod place;
mod properties;
mod report;
pub mod screens;
mod written;
pub mod xml;

use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Method, Request};
use answers::refused;
use place::Place;

/// Where it begins.
pub const BASE: &str = "/dav/";

/// What is understood (RFC 4918, 10.1; « 3 » says that it is that RFC).
const CLASSES: &str = "1, 3, calendar-access, addressbook";
const METHODS: &str = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT";

/// Answers whatever is asked under `/dav`; `Internal` alone is the caller's, who logs it.
pub fn answer(house: &House, request: &Request) -> Result<Answer> {
    let answered = if request.method == Method::Options {
        Ok(Answer::status(200).with("Allow", METHODS))
    } else {
        through(house, request)
    };
    let answer = match answered {
        Ok(answer) => answer,
        Err(cause) => failed(cause)?,
    };
    Ok(answer.with("DAV", CLASSES))
}

fn through(house: &House, request: &Request) -> Result<Answer> {
    if !guard::may_send_passwords(house, request) {
        let sentence = "Un mot de passe ne passe pas en clair sur le réseau : utilisez l’adresse en https://.";
        return Ok(refused(403, "", sentence));
    }
    let key = match guard::enter(house, request)? {
        Ok(key) => key,
        Err(answer) => return Ok(answer),
    };
    let Some(place) = Place::read(&request.path) else { return Err(Error::NotFound) };
    guard::note_use(house, request, &key);
    match request.method {
        Method::PropFind => listing::find(house, request, &key, &place),
        Method::PropPatch => listing::patch(house, request, &key, &place),
        Method::Report => report::answer(house, request, &key, &place),
        Method::Get | Method::Head => written::get(house, request, &key, &place),
        Method::Put => written::put(house, request, &key, &place),
        Method::Delete => written::delete(house, request, &key, &place),
        Method::MkCalendar => {
            let sentence = "Chaque abonné a un agenda et un carnet : il ne s’en crée pas d’autre d’ici.";
            Ok(refused(403, "", sentence))
        }
        Method::Options | Method::Post | Method::Other => Ok(Answer::status(405).with("Allow", METHODS)),
    }
}

/// What went wrong, in the words of the protocol with a sentence for people.
fn failed(cause: Error) -> Result<Answer> {
    Ok(match cause {
        Error::NotFound => refused(404, "", "Il n’y a rien à cette adresse."),
        Error::Forbidden => refused(403, "<d:need-privileges/>", "Ce mot de passe d’application ne le permet pas."),
        Error::Invalid(problems) => refused(403, "", &Error::Invalid(problems).to_string()),
        Error::Conflict(sentence) => refused(409, "", &sentence),
        Error::Unavailable { sentence, retry_s } => {
            refused(503, "", &sentence).with("Retry-After", retry_s.to_string())
        }
        Error::Internal(_) => return Err(cause),
    })
}

/// `/.well-known/caldav` and its like (RFC 6764, 5), whatever the method: programs ask with PROPFIND.
pub fn signpost(_: &House, _: &Request) -> Result<Answer> {
    Ok(Answer::status(301).with("Location", BASE).with("Cache-Control", "no-store"))
}

/// The answer to our own fault, by its reference.
pub fn internal(reference: &str) -> Answer {
    refused(500, "", &format!("Une erreur est survenue, référence {reference}. Réessayez plus tard."))
}
