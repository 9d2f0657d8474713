//! One request to the interface through: token → pace → right → abonné → operation → JSON.

use super::schema;
use super::{Act, Ask, Done, Gives, OPERATIONS, Operation, Shown, problem, repeats};
use crate::base::{SubscriberId, secret};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::http::{Answer, Method, Request};
use crate::people::SignedIn;
use crate::people::tokens::{self, Bearer};
use crate::store::Read;
use crate::subscribers::{Desk, desk};
use serde_json::Value;

/// What a token may ask in a minute (draft-ietf-httpapi-ratelimit-headers).
pub const PER_MINUTE_MAX: u32 = 1200;
const PACE_S: i64 = 60;

/// Answers a request at an operation's address; `Internal` alone is the caller's, who logs it.
pub fn answer(house: &House, request: &Request, operation: &Operation) -> Result<Answer> {
    let Some(bearer) = house.store.read(|tx| tokens::bearer(tx, request))? else {
        return Ok(problem::unknown(request.header("authorization").is_some()));
    };
    let (asked, ends_s) = house.paces.note(bearer.id, request.now, PACE_S);
    let mut answer = if asked > PER_MINUTE_MAX {
        problem::too_many(ends_s)
    } else {
        note_use(house, request, &bearer);
        match through(house, request, operation, &bearer) {
            Ok(answer) => answer,
            Err(cause) => problem::of(cause, request.header("if-match").is_some())?,
        }
    };
    let left = PER_MINUTE_MAX.saturating_sub(asked);
    answer.set("RateLimit-Policy", format!("\"jeton\";q={PER_MINUTE_MAX};w={PACE_S}"));
    answer.set("RateLimit", format!("\"jeton\";r={left};t={ends_s}"));
    Ok(answer)
}

/// A full disk must not keep anybody from reading.
fn note_use(house: &House, request: &Request, bearer: &Bearer) {
    if bearer.use_is_due(request.now)
        && let Err(cause) = house.store.write_into_reserve(|tx| bearer.note_use(tx, request))
    {
        log::warn!("the use of a token could not be noted: {cause}");
    }
}

fn through(house: &House, request: &Request, operation: &Operation, bearer: &Bearer) -> Result<Answer> {
    if let Act::Common(show) = operation.act {
        let shown = house.store.read(|tx| show(tx, bearer, request))?;
        return Ok(shown_as(request, &shown));
    }
    if let Act::Hear(hear) = operation.act {
        return heard(house, request, operation, bearer, hear);
    }
    // What a token may not even see is not there, whatever its rights.
    let mut request = request.clone();
    let desk = seat(house, &request, bearer)?;
    request.parts.remove(0);
    if let Some(right) = operation.right.filter(|right| !bearer.token.rights.contains(right)) {
        return Ok(problem::lacking(right.word()));
    }
    schema::check_query(operation.query, &request.query)?;
    if operation.takes_file() != request.is_multipart() && request.method == Method::Post {
        return Ok(problem::other_type(operation.takes_file()));
    }
    match operation.act {
        Act::Change(_) => changed(house, request, operation, bearer, &desk),
        Act::Show(show) => {
            let ask = Ask { house, request: &request, desk: &desk };
            match operation.looked {
                Some(looked) => {
                    looked(&ask);
                    kept(&ask, bearer, show)
                }
                None => Ok(shown_as(&request, &house.store.read(|tx| show(tx, &ask))?)),
            }
        }
        Act::Bring(bring) => {
            let ask = Ask { house, request: &request, desk: &desk };
            let (status, location) = bring(&ask)?;
            let mut answer = shown_at(house, &request, &desk, &location)?;
            answer.status = status;
            Ok(answer.with("Location", location))
        }
        Act::Common(_) | Act::Hear(_) => Err(Error::internal("an operation that was answered already")),
    }
}

/// Takes what is of no abonné in particular.
fn heard(
    house: &House,
    request: &Request,
    operation: &Operation,
    bearer: &Bearer,
    hear: fn(&House, &Bearer, &Request) -> Result<Shown>,
) -> Result<Answer> {
    if let Some(right) = operation.right.filter(|right| !bearer.token.rights.contains(right)) {
        return Ok(problem::lacking(right.word()));
    }
    if request.is_multipart() {
        return Ok(problem::other_type(false));
    }
    let Some(body) = schema::parse(&request.json) else {
        return Ok(problem::bad_request("Le corps de la demande n’est pas un objet JSON."));
    };
    let request = Request { form: schema::check(operation.body, &body)?, ..request.clone() };
    let shown = hear(house, bearer, &request)?;
    Ok(Answer::json(operation.status, shown.value.to_string()))
}

/// The desk that an address names.
fn seat(house: &House, request: &Request, bearer: &Bearer) -> Result<Desk> {
    let id: SubscriberId = request.part(0)?;
    if !bearer.token.subscribers.contains(&id) {
        return Err(Error::NotFound);
    }
    let who: SignedIn = bearer.signed_in(request);
    house.store.read(|tx| desk::software(tx, who.clone(), id))
}

/// Does what is asked, once under its key; the answer shows what it is about, as it is now.
fn changed(house: &House, mut request: Request, operation: &Operation, bearer: &Bearer, desk: &Desk) -> Result<Answer> {
    let Act::Change(act) = operation.act else { return Err(Error::internal("an operation that changes nothing")) };
    let Some(body) = schema::parse(&request.json) else {
        return Ok(problem::bad_request("Le corps de la demande n’est pas un objet JSON."));
    };
    let Ok(key) = repeats::key(&request) else {
        return Ok(problem::bad_request("L’en-tête Idempotency-Key compte de 1 à 200 caractères ASCII visibles."));
    };
    request.form = schema::check(operation.body, &body)?;
    let fingerprint = secret::digest128(format!("{}\n{}", request.path, request.json).as_bytes());
    let ask = Ask { house, request: &request, desk };
    let outcome = house.store.write(|tx| {
        if let Some(kept) = repeats::find(tx, bearer.id, key.as_deref(), request.now)? {
            return Ok((kept.status, kept.location, (kept.fingerprint == fingerprint).then_some(None)));
        }
        let done = act(tx, &ask)?;
        repeats::keep(tx, bearer.id, key.as_deref(), fingerprint, &done, request.now)?;
        Ok((done.status, done.location.clone(), Some(Some(done))))
    })?;
    let (status, location, done) = outcome;
    let Some(done) = done else { return Ok(problem::key_taken()) };
    if let Some(Done { action, object, .. }) = done {
        let object = format!("{object}, {}", tokens::shown(bearer.id));
        house.journal.note(desk.entry(request.now, action).object(object).from(request.client));
    }
    if matches!(operation.gives, Gives::Nothing) {
        return Ok(Answer::status(status).with("Cache-Control", "no-store"));
    }
    let mut answer = shown_at(house, &request, desk, &location)?;
    answer.status = status;
    Ok(answer.with("Location", location))
}

/// What stands at an address of the interface, for who has just written there.
fn shown_at(house: &House, request: &Request, desk: &Desk, location: &str) -> Result<Answer> {
    let found = OPERATIONS.iter().filter(|one| one.method == Method::Get).find_map(|one| {
        let parts = crate::http::request::fit(one.pattern, location)?;
        match one.act {
            Act::Show(show) => Some((show, parts)),
            Act::Common(_) | Act::Change(_) | Act::Hear(_) | Act::Bring(_) => None,
        }
    });
    let (show, mut parts) = found.ok_or_else(|| Error::internal("something was written where nothing shows it"))?;
    parts.remove(0);
    let request = Request { parts, ..request.clone() };
    let shown = house.store.read(|tx| show(tx, &Ask { house, request: &request, desk }))?;
    let json = shown.value.to_string();
    let tag = tag(&shown, &json);
    Ok(Answer::json(200, json).with("ETag", tag))
}

/// The version of what is shown, of which `json` is the text.
fn tag(shown: &Shown, json: &str) -> String {
    match &shown.version {
        Some(version) => format!("\"{version}\""),
        None => format!("\"{:032x}\"", secret::digest128(json.as_bytes())),
    }
}

/// What changes with its abonné alone is made once for each token and change, and kept compressed, with its tag and the query
/// of the next page beside it: software asks for the same list again and again.
fn kept(ask: &Ask<'_>, bearer: &Bearer, show: fn(&Read, &Ask<'_>) -> Result<Shown>) -> Result<Answer> {
    let Ask { house, request, desk } = *ask;
    // Before the data: what changes in between is then made anew.
    let live = house.store.live();
    // That an abonné has read something is news to the console alone.
    let stamp = (live.version(desk.id().0), live.version(house::CONSOLE), 0);
    let house_is = live.version(house::TOPIC);
    let key = |part: &str| (desk.who().person.id, format!("{part} {house_is} {} {}", bearer.id, request.target()));
    if request.takes_gzip()
        && let (Some(head), Some(body)) =
            (house.pages.get(&key("interface-tag"), &stamp), house.pages.get(&key("interface"), &stamp))
        && let Some((tag, next)) = std::str::from_utf8(&head).ok().and_then(|head| head.split_once('\n'))
    {
        return Ok(tagged(request, tag, Some(next).filter(|next| !next.is_empty()), || Answer::kept_json(body)));
    }
    let shown = house.store.read(|tx| show(tx, ask))?;
    let (json, next) = (shown.value.to_string(), shown.next.as_deref());
    let tag = tag(&shown, &json);
    let body = request.takes_gzip().then(|| house.keep(key("interface"), stamp, &json)).flatten();
    if body.is_some() {
        let head = format!("{tag}\n{}", next.unwrap_or_default());
        house.pages.put(key("interface-tag"), stamp, head.into_bytes().into());
    }
    Ok(tagged(request, &tag, next, || body.map_or_else(|| Answer::json(200, json), Answer::kept_json)))
}

/// Shows, or says that nothing has changed. A private cache may keep it, and asks each time.
fn shown_as(request: &Request, shown: &Shown) -> Answer {
    let json = shown.value.to_string();
    tagged(request, &tag(shown, &json), shown.next.as_deref(), || Answer::json(200, json))
}

/// An answer with its version, or the news that the asker has that one already (RFC 9110, 13.1.2).
fn tagged(request: &Request, tag: &str, next: Option<&str>, answer: impl FnOnce() -> Answer) -> Answer {
    let known = request.header("if-none-match").is_some_and(|tags| {
        tags.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
    });
    let mut answer = if known { Answer::status(304) } else { answer() };
    answer.set("Cache-Control", "private, no-cache, no-store");
    answer.set("ETag", tag.to_owned());
    if let Some(next) = next {
        answer.set("Link", format!("<{}?{next}>; rel=\"next\"", request.path));
    }
    answer
}

/// The version that `If-Match` names, if it names one; something else than a version of ours matches nothing.
pub(super) fn seen(request: &Request, letter: char) -> Result<Option<u32>> {
    let Some(tag) = request.header("if-match").map(str::trim).filter(|tag| *tag != "*") else { return Ok(None) };
    let number = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| tag.strip_prefix(letter));
    match number.and_then(|number| number.parse().ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(Error::Conflict("If-Match ne nomme aucune version connue : relisez avant de modifier.".into())),
    }
}

/// An object's member for JSON: the text, or null where there is none.
pub(super) fn or_null(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}
