//! One request through: route → origin → session → guard → handler → answer or error page. Catches panics, adds the headers
//! that every answer bears, and logs one line.

use crate::administration;
use crate::api;
use crate::backup;
use crate::base::{Instant, secret, time};
use crate::continuity;
use crate::dav;
use crate::error::Error;
use crate::failures;
use crate::house::{House, appearance};
use crate::http::inside::is_interface;
use crate::http::{Answer, Body, Method, Request};
use crate::jobs;
use crate::journal::{Action, Entry};
use crate::messages;
use crate::people;
use crate::people::{Visitor, guard};
use crate::routes::{self, Door, Found, Route};
use crate::store::Reads;
use crate::subscribers::{Desk, Waiting, desk};
use crate::ui::dress::{self, Dress};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant as Stopwatch;

/// Nothing from elsewhere, nothing inline, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 6] = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Referrer-Policy", "same-origin"),
];

/// Who was sent away from a full lane. A flood knocks thousands of times a second: the log gets a line every ten seconds.
#[derive(Default)]
struct Crowd {
    sent_away: AtomicU64,
    logged: AtomicI64,
}

/// Between two lines about the crowd.
const CROWD_LOGGED_MS: i64 = 10 * time::SECOND_MS;

impl Crowd {
    fn note(&self, now: Instant) {
        self.sent_away.fetch_add(1, Ordering::Relaxed);
        let last = self.logged.load(Ordering::Relaxed);
        let due = !(0..CROWD_LOGGED_MS).contains(&now.ms_since(Instant(last)));
        // Of several at once, one writes the line.
        if due && self.logged.compare_exchange(last, now.0, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let sent_away = self.sent_away.swap(0, Ordering::Relaxed);
            log::warn!("too many passwords to check at once: {sent_away} sent away since the last such line");
        }
    }
}

/// Answers requests for one house.
pub struct App {
    house: Arc<House>,
    routes: &'static [Route],
    crowd: Crowd,
}

impl App {
    pub fn new(house: Arc<House>, routes: &'static [Route]) -> App {
        App { house, routes, crowd: Crowd::default() }
    }

    /// Whether a request takes long by nature: it goes to a lane of its own.
    pub fn is_slow(&self, request: &Request) -> bool {
        routes::is_slow(self.routes, request)
    }

    /// One request through. Never panics.
    pub fn answer(&self, request: Request) -> Answer {
        let started = Stopwatch::now();
        let mut request = request;
        let method = request.method;
        let (client, now) = (request.client, request.now);
        let software = is_interface(&request.path);
        let mut shown = "-";
        let answer = catch_unwind(AssertUnwindSafe(|| {
            dress::wearing(self.dress_for(&request), || self.route(&mut request, &mut shown))
        }));
        let mut answer = answer.unwrap_or_else(|_| {
            let reference = secret::reference();
            log::error!("panic while answering {shown}, reference {reference}");
            self.house.journal.note(Entry::new(now, Action::ErrorShown).object(&reference).from(client));
            if software { api::internal(&reference) } else { failures::internal(&self.house, &reference) }
        });
        if method == Method::Head {
            answer.body = match answer.body {
                Body::Stream(_) => Body::Empty,
                other => other,
            };
        }
        add_headers(&mut answer, request.https);
        log::info!("{method:?} {shown} {} {} ms {client}", answer.status, started.elapsed().as_millis());
        answer
    }

    /// The answer to a request that checks a password while too many already wait for that.
    pub fn busy(&self, request: &Request) -> Answer {
        self.crowd.note(request.now);
        let sentence = "Trop de personnes se connectent en même temps. Réessayez dans quelques secondes.";
        let mut answer = failures::unavailable(&self.house, sentence, request).with("Retry-After", "5");
        add_headers(&mut answer, request.https);
        answer
    }

    /// What the page of this answer wears; files and polls wear nothing.
    fn dress_for(&self, request: &Request) -> Dress {
        let bare = ["/assets/", "/api/", "/dav/"].iter().any(|start| request.path.starts_with(start))
            || request.path.ends_with("/etat");
        if bare { Dress::default() } else { appearance::dress(&self.house) }
    }

    fn route(&self, request: &mut Request, shown: &mut &'static str) -> Answer {
        let (route, parts) = match routes::find(self.routes, request.method, &request.path) {
            Found::Route(route, parts) => (route, parts),
            Found::OtherMethods(allowed) if is_interface(&request.path) => return api::wrong_method(allowed),
            Found::Nothing if is_interface(&request.path) => return api::nothing(),
            Found::OtherMethods(allowed) => {
                return failures::wrong_method(&self.house).with("Allow", allowed);
            }
            Found::Nothing => return failures::not_found(&self.house),
        };
        *shown = route.pattern;
        request.parts = parts;
        if let Door::Dav | Door::Signpost(_) = route.door {
            let answered = match route.door {
                Door::Signpost(lead) => lead(&self.house, request),
                _ => dav::answer(&self.house, request),
            };
            return answered.unwrap_or_else(|cause| dav::internal(&self.reference(request, &cause)));
        }
        if let Door::Software(operation) = route.door {
            return api::answer(&self.house, request, operation)
                .unwrap_or_else(|cause| self.api_failure(request, cause));
        }
        if request.method == Method::Post && !route.foreign && !request.comes_from_our_page() {
            return failures::foreign_form(&self.house);
        }
        match self.through(route, request) {
            Ok(answer) => answer,
            Err(cause) => self.error_page(request, route, cause),
        }
    }

    /// Our fault, said to software.
    fn api_failure(&self, request: &Request, cause: Error) -> Answer {
        api::internal(&self.reference(request, &cause))
    }

    /// Writes a fault of ours down; the reference under which it is found.
    fn reference(&self, request: &Request, cause: &Error) -> String {
        let reference = secret::reference();
        log::error!("internal error in the interface, reference {reference}: {cause}");
        let entry = Entry::new(request.now, Action::ErrorShown).object(&reference);
        self.house.journal.note(entry.from(request.client));
        reference
    }

    fn through(&self, route: &Route, request: &Request) -> Result<Answer, Error> {
        let house = &*self.house;
        // Who asks, and the desk where the door leads to one, by one look at the data.
        let (who, desk) = house.store.read(|tx| {
            let visitor = guard::visitor(tx, request)?;
            let desk = match (route.door, visitor.signed_in()) {
                (Door::Client(_), Some(who)) => Some(desk::client(tx, who.clone(), request.now)?),
                (Door::SecretaryAt(_), Some(who)) => Some(desk::secretary(tx, who.clone(), request.part(0)?)?),
                (Door::AdministratorAt(_), Some(who)) => Some(desk::administrator(tx, who.clone(), request.part(0)?)?),
                _ => None,
            };
            let desk = desk.map(|desk| with_waiting(tx, desk)).transpose()?;
            Ok((visitor, desk))
        })?;
        self.note_use(route, request, &who);
        if who.signed_in().is_some_and(people::SignedIn::must_choose)
            && route.pattern != people::forgotten::CHOICE
            && !matches!(route.door, Door::Open(_))
        {
            return Ok(people::forgotten::handlers::choose_first(route.quiet));
        }
        if let Some(signed_in) = who.signed_in()
            && signed_in.must_enrol()
            && !route.enrolling
            && !matches!(route.door, Door::Open(_))
        {
            return people::handlers::enrol_first(house, request, signed_in, route.quiet);
        }
        match (route.door, desk) {
            (Door::Open(handler), _) => return handler(house, request, &who),
            (Door::Client(_), Some(desk)) if desk.looks_only() && request.method == Method::Post => {
                return Ok(failures::only_looking(house));
            }
            (Door::Client(handler), Some(desk)) if desk.looks_only() => {
                return house.store.without_writing(|| handler(house, request, &desk));
            }
            (Door::Client(handler), Some(desk)) => return handler(house, request, &desk),
            (Door::SecretaryAt(handler) | Door::AdministratorAt(handler), Some(desk)) => {
                let mut request = request.clone();
                // From here on the places of the pattern are those of the desk's own address.
                request.parts.remove(0);
                return handler(house, &request, &desk);
            }
            _ => {}
        }
        let Some(mut who) = who.into_signed_in() else {
            return people::handlers::sign_in_first(house, request, route.quiet);
        };
        // Who may not pass is not asked for a password either.
        if route.fresh
            && route.door.admits(&who.person.role)
            && let Some(question) = people::account::confirm::ask(house, request, &mut who)?
        {
            return Ok(question);
        }
        match route.door {
            Door::SignedIn(handler) => handler(house, request, &who),
            Door::Secretary(handler) => handler(house, request, &guard::secretary(who)?),
            Door::Administrator(handler) => {
                let admin = guard::administrator(who)?;
                let warning = match jobs::clock::warning(house, request.now)? {
                    Some(warning) => Some(warning),
                    None => match backup::keeper::warning(house, request.now)? {
                        Some(warning) => Some(warning),
                        None => match administration::webhooks::handlers::warning(house)? {
                            Some(warning) => Some(warning),
                            None => continuity::work::warning(house)?,
                        },
                    },
                };
                handler(house, request, &admin.warned(warning))
            }
            Door::Open(_)
            | Door::Client(_)
            | Door::SecretaryAt(_)
            | Door::AdministratorAt(_)
            | Door::Software(_)
            | Door::Dav
            | Door::Signpost(_) => Err(Error::internal("a door without its guard")),
        }
    }

    /// Writes down that a session is in use, now and then. A full disk must not keep anybody from reading.
    fn note_use(&self, route: &Route, request: &Request, visitor: &Visitor) {
        if let Some(who) = visitor.signed_in()
            && !route.quiet
            && who.use_is_due(request.now)
            && let Err(cause) = self.house.store.write_into_reserve(|tx| who.note_use(tx, request))
        {
            log::warn!("the use of a session could not be noted: {cause}");
        }
    }

    fn error_page(&self, request: &Request, route: &Route, cause: Error) -> Answer {
        match cause {
            Error::NotFound => failures::not_found(&self.house),
            Error::Forbidden => failures::forbidden(&self.house),
            Error::Invalid(problems) => failures::invalid(&self.house, &problems, request),
            Error::Conflict(sentence) => failures::conflict(&self.house, &sentence, request),
            Error::Unavailable { sentence, retry_s } => {
                failures::unavailable(&self.house, &sentence, request).with("Retry-After", retry_s.to_string())
            }
            Error::Internal(cause) => {
                let reference = secret::reference();
                log::error!("internal error at {}, reference {reference}: {cause}", route.pattern);
                self.house
                    .journal
                    .note(Entry::new(request.now, Action::ErrorShown).object(&reference).from(request.client));
                failures::internal(&self.house, &reference)
            }
        }
    }
}

fn add_headers(answer: &mut Answer, https: bool) {
    for (name, value) in HEADERS {
        if answer.header(name).is_none() {
            answer.headers.push((name, value.into()));
        }
    }
    if https {
        answer.set("Strict-Transport-Security", "max-age=31536000");
    }
}

/// A desk with what waits for its abonné counted.
fn with_waiting(tx: &impl Reads, desk: Desk) -> Result<Desk, Error> {
    let counts = messages::store::counts(tx, desk.id())?;
    Ok(desk.with_waiting(Waiting { messages: counts.pending, urgent: counts.pending_urgent }))
}
