//! What the addresses of the switchboard do.

use super::view::waiting::WaitingPage;
use super::view::{self, CallPage, ConsolePage, SubscriberLine};
use super::{call, documents, drafts, popup, ringing, templates, waiting};
use crate::agenda;
use crate::agenda::find::{Half, Wanted};
use crate::agenda::handlers::{Days, read_date, read_slot, what_was_done};
use crate::agenda::model::FreeTime;
use crate::agenda::view::Beside;
use crate::base::time::time_short;
use crate::base::{Instant, Phone, french};
use crate::contacts::store as contacts;
use crate::error::{Error, Problems, Result};
use crate::fax;
use crate::house::{self, House, Secretariat};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::messages::contact::known_caller;
use crate::messages::handlers::{page_asked, row_of};
use crate::messages::search::{self, FoundPage, Query};
use crate::messages::store as messages;
use crate::messages::view::{Around, Hit, SearchPage};
use crate::messages::waiting::promise_call;
use crate::messages::{archive, shown};
use crate::people::{Person, Role, Secretary, once};
use crate::store::Reads;
use crate::subscribers::card::{self, view::CardView};
use crate::subscribers::view::{Rubric, frame};
use crate::subscribers::{self, Desk};
use crate::ui::frame::{Flash, FlashKind, Live, NavItem, Undo, Who};
use crate::ui::{Frame, Icon};
use chrono::NaiveDate;
use maud::html;

/// Messages shown beside the call form.
const RECENT: usize = 12;
/// Free times shown beside the call form: so many, of so many minutes, within so many days.
const FREE_MAX: usize = 4;
const FREE_MINUTES: u16 = 15;
const FREE_DAYS: u16 = 21;

/// `GET /standard`: the abonnés, what waits for each, and the answers that wait for us.
pub fn console(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let version = waiting::version(house, request.now);
    let typed = request.query.get("q").trim();
    let data = house.store.read(|tx| {
        let mut lines = Vec::new();
        for subscriber in subscribers::store::answered_by(tx, secretary.answers_for())? {
            if !subscriber.fits(typed) {
                continue;
            }
            let counts = messages::counts(tx, subscriber.id)?;
            let oldest = messages::oldest_unread(tx, subscriber.id)?;
            let unavailable = card::store::unavailable(tx, subscriber.id, request.now)?;
            lines.push((subscriber, counts, oldest, unavailable));
        }
        let waits = waiting::all(tx, secretary.answers_for(), request.now)?;
        Ok((lines, waits, house::secretariat(tx)?))
    })?;
    let (lines, waits, secretariat) = data;
    let urgent = lines.iter().map(|(_, counts, ..)| counts.pending_urgent).sum();
    let content = view::console(&ConsolePage {
        query: typed,
        subscribers: lines
            .iter()
            .map(|(subscriber, counts, oldest, unavailable)| SubscriberLine {
                subscriber,
                pending: counts.pending,
                urgent: counts.pending_urgent,
                oldest_unread: *oldest,
                unavailable: unavailable.as_ref(),
            })
            .collect(),
        waiting: WaitingPage {
            waits: &waits,
            person: secretary.who().person.id,
            now: request.now,
            zone: house.zone,
            back: "/standard",
        },
        zone: house.zone,
        now: request.now,
    });
    let mut frame = console_frame(&secretary.who().person, &secretariat, "Le standard", waits.len() as u64);
    frame.live = Some(Live { state_href: "/standard/etat".into(), version: &version, urgent });
    (frame.scripts, frame.sheets) = (&["console", "ringing"], ringing::SHEETS);
    let rings = ringing::block(house, secretary.who().person.id, secretary.answers_for(), request.now, false)?;
    Ok(Answer::page(200, frame.page(&html! { (rings) (content) }).into_string()))
}

/// `GET /standard/etat?depuis=VERSION`: whether anything changed for any abonné of the house.
pub fn state(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let version = waiting::version(house, request.now);
    if request.query.get("depuis") == version {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    let (waiting, urgent) = house.store.read(|tx| {
        let waits = waiting::all(tx, secretary.answers_for(), request.now)?;
        let mut urgent = 0;
        for subscriber in subscribers::store::answered_by(tx, secretary.answers_for())? {
            urgent += messages::counts(tx, subscriber.id)?.pending_urgent;
        }
        Ok((waits.len(), urgent))
    })?;
    Ok(Answer::json(200, format!("{{\"version\":\"{version}\",\"pending\":{waiting},\"urgent\":{urgent}}}")))
}

/// `GET /standard/recherche?q=`: over the messages of all abonnés she answers for.
pub fn search(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let typed = request.query.get("q").trim();
    let query = Query::read(typed);
    let (found, abonnes, secretariat) = house.store.read(|tx| {
        let abonnes = subscribers::store::answered_by(tx, secretary.answers_for())?;
        let among: Vec<_> = abonnes.iter().map(|subscriber| subscriber.id).collect();
        let found = match &query {
            Some(query) => search::find_page(tx, &among, query, page_asked(request))?,
            None => FoundPage::default(),
        };
        Ok((found, abonnes, house::secretariat(tx)?))
    })?;
    let words = query.as_ref().map(Query::words).unwrap_or_default();
    let bases: Vec<String> = found.rows.iter().map(|(id, _)| format!("/standard/abonnes/{id}")).collect();
    let mut hits = Vec::with_capacity(found.rows.len());
    for ((id, message), base) in found.rows.iter().zip(&bases) {
        let Some(subscriber) = abonnes.iter().find(|subscriber| subscriber.id == *id) else { continue };
        hits.push(Hit {
            around: Around { base, zone: subscriber.zone, clients_called: &subscriber.clients_called, words: &words },
            row: row_of(house, subscriber, &secretariat, message),
            subscriber_name: Some(&subscriber.name),
        });
    }
    let content = crate::messages::view::search(&SearchPage {
        action: "/standard/recherche",
        query: typed,
        hits,
        total: found.total,
        cut: found.cut,
        page: found.page,
        pages: found.pages,
        back: ("Le standard", "/standard"),
    });
    let person = &secretary.who().person;
    let entry = Entry::new(request.now, Action::Searched).by(person.id, &person.login);
    house.journal.note_look(entry.from(request.client));
    let frame = console_frame(&secretary.who().person, &secretariat, "Recherche", 0);
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

pub(super) fn console_frame<'a>(
    person: &'a Person,
    secretariat: &'a Secretariat,
    title: &'a str,
    waiting: u64,
) -> Frame<'a> {
    Frame {
        title_count: waiting,
        person: Some(Who { name: &person.name, role: person.role.label() }),
        nav: [
            ("Le standard", Icon::Headset, "/standard", Some(waiting)),
            ("Agendas", Icon::Calendar, "/standard/agendas", None),
            ("Aide", Icon::Help, "/aide", None),
        ]
        .map(|(label, icon, href, count)| NavItem {
            label,
            icon,
            href: href.into(),
            current: href == "/standard",
            count,
        })
        .into(),
        ..Frame::new(&secretariat.name, title)
    }
}

/// `GET /standard/abonnes/3`: the abonné's card with the call form; `?de=` is the caller's number, `?brouillon=` the draft to
/// go on with. A card that is opened for no call in particular goes on with the last draft.
pub fn subscriber(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let query = &request.query;
    if let Some(number) = query.find("de") {
        let form = Form::from_iter([("telephone", popup::number(number).shown())]);
        return show_card(house, request, desk, 200, &form, &Problems::default());
    }
    let wanted = once::read(query.get("brouillon"));
    let drafts = house.store.read(|tx| drafts::of(tx, desk.who().person.id, desk.id()))?;
    let fresh = query.find("nouveau").is_some() || query.find("pris").is_some();
    let draft = drafts.into_iter().find(|(number, _)| wanted.map_or(!fresh, |wanted| wanted == *number));
    let form = draft.map(|(_, draft)| draft.form()).unwrap_or_default();
    show_card(house, request, desk, 200, &form, &Problems::default())
}

/// `GET …/contacts/appelant?telephone=`: the cards that bear a number, for `caller.js`.
pub fn caller(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let phone = Phone::read(request.query.get("telephone"));
    let callers = house.store.read(|tx| contacts::by_phone(tx, desk.id(), &phone))?;
    if callers.is_empty() {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    house.journal.note_look(desk.entry(request.now, Action::ContactsSearched).from(request.client));
    Ok(Answer::page(200, view::callers(&desk.base(), &callers, "").into_string()))
}

pub(super) fn show_card(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let version = house.store.live().version(desk.id().0).to_string();
    let zone = desk.subscriber().zone;
    let today = request.now.local(zone).date();
    let (counts, recent, callers, secretariat) = house.store.read(|tx| {
        let callers = contacts::by_phone(tx, desk.id(), &Phone::read(form.get("telephone")))?;
        let recent = messages::latest(tx, desk.id(), RECENT)?;
        Ok((messages::counts(tx, desk.id())?, recent, callers, house::secretariat(tx)?))
    })?;
    let (of_card, unavailable, instructions) = house.store.read(|tx| {
        let unavailable = card::store::unavailable(tx, desk.id(), request.now)?;
        Ok((card::store::card(tx, desk.id())?, unavailable, card::store::open(tx, desk.id(), today)?))
    })?;
    let base = desk.base();
    // A form that comes back keeps its number: sent twice it still counts once.
    let fresh = once::number()?;
    let unique = if once::read(form.get("unique")).is_some() { form.get("unique") } else { &fresh };
    let person = desk.who().person.id;
    let (templates, drafts) =
        house.store.read(|tx| Ok((templates::offered(tx, desk.id())?, drafts::of(tx, person, desk.id())?)))?;
    let date = read_date(request.query.get("jour")).unwrap_or(today);
    let (days, free) = house.store.read(|tx| agenda_beside(tx, house, desk, date, request.now))?;
    let day = days.columns().pop().ok_or_else(|| Error::internal("a look at one day without a day"))?;
    let papers = house.store.read(|tx| documents::of(tx, desk, form))?;
    let number = once::read(unique);
    let at = |at: Instant| time_short(at.local(zone));
    let content = view::call(&CallPage {
        subscriber: desk.subscriber(),
        pending: counts.pending,
        archived: counts.archived,
        form,
        problems,
        callers: &callers,
        unique,
        recent: recent.iter().collect(),
        card: CardView {
            base: &base,
            name: &desk.subscriber().name,
            card: &of_card,
            unavailable: unavailable.as_ref(),
            instructions: &instructions,
            now: request.now,
            zone,
            form_id: view::CALL_FORM,
        },
        beside: Beside {
            base: &base,
            clients_called: &desk.subscriber().clients_called,
            today,
            day,
            free: &free,
            contact: if let [card] = callers.as_slice() { Some(card.id) } else { None },
        },
        papers: &papers,
        templates: &templates,
        draft: drafts.iter().find(|(own, _)| Some(*own) == number).map(|(_, draft)| at(draft.at)),
        drafts: drafts
            .iter()
            .filter(|(own, _)| Some(*own) != number)
            .map(|(own, draft)| {
                let name = draft.form().get("nom").to_owned();
                let about = if name.is_empty() { at(draft.at) } else { format!("{} {name}", at(draft.at)) };
                (format!("{base}?brouillon={own:032x}"), about)
            })
            .collect(),
        focus: match (request.query.find("pris"), callers.as_slice()) {
            (Some(_), _) => "",
            (None, [_]) => "texte",
            (None, _) => "nom",
        },
    });
    let mut frame = frame(desk, &secretariat, "Prendre un message", Rubric::Call);
    frame.live = Some(Live {
        state_href: format!("{}/messages/etat", desk.base()),
        version: &version,
        urgent: desk.waiting().urgent,
    });
    frame.scripts = &[
        "call-form",
        "caller",
        "console",
        "agenda-window",
        "contact-field",
        "slot-watch",
        "slot-tabs",
        "beside",
        "ringing",
    ];
    frame.sheets = ringing::SHEETS;
    let said = said(request, desk);
    frame.flash = said.as_ref().map(|(sentence, undo)| Flash { kind: FlashKind::Done, sentence, undo: undo.clone() });
    house.journal.note_look(desk.entry(request.now, Action::MessagesSeen).object("fiche").from(request.client));
    let Role::Secretary { answers_for } = &desk.who().person.role else { return Err(Error::NotFound) };
    let rings = ringing::block(house, person, answers_for, request.now, true)?;
    Ok(Answer::page(status, frame.page(&html! { (rings) (content) }).into_string()))
}

/// What was done last: a message was taken, or something was done to the agenda beside it.
fn said(request: &Request, desk: &Desk) -> Option<(String, Option<Undo>)> {
    let query = &request.query;
    if let Some(number) = query.find("pris") {
        let Ok(number) = number.parse::<u64>() else { return Some(("Message enregistré.".into(), None)) };
        let filed = if query.find("classe").is_some() { " et classé" } else { "" };
        let (number, name) = (french::grouped(number), &desk.subscriber().name);
        return Some((format!("Message n° {number} enregistré{filed} pour {name}."), None));
    }
    let sentence = what_was_done(query, read_slot(query.get("creneau")))?;
    let undo = query.find("jeton").map(|token| Undo {
        action: format!("{}/agenda/annulations", desk.base()),
        fields: [("jeton", token), ("vue", "appel"), ("retour", query.get("jour"))]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
    });
    Some((sentence, undo))
}

/// The day beside the call, and the next free times of the agenda.
fn agenda_beside(
    tx: &impl Reads,
    house: &House,
    desk: &Desk,
    date: NaiveDate,
    now: Instant,
) -> Result<(Days, Vec<FreeTime>)> {
    let from = now.local(desk.subscriber().zone).date();
    let wanted = Wanted { minutes: FREE_MINUTES, kind: None, from, half: Half::Any, days: FREE_DAYS, most: FREE_MAX };
    let free = agenda::find::find(tx, desk.subscriber(), wanted, now)?;
    Ok((Days::read(tx, house, desk, date, 1, now)?, free))
}

/// `POST /standard/abonnes/3/messages`: takes the call, once.
pub fn take(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    if request.form.ticked("inserer") {
        return insert_model(house, request, desk);
    }
    let call = match call::read(request, &desk.who().person, desk.subscriber().zone) {
        Ok(call) => call,
        Err(Error::Invalid(problems)) => return show_card(house, request, desk, 422, &request.form, &problems),
        Err(other) => return Err(other),
    };
    let unique = once::read(request.form.get("unique"));
    let person = &desk.who().person;
    // Sent again it is answered as the first time, before anything of it is judged again.
    if let Some(address) = house.store.read(|tx| once::done(tx, person.id, unique))? {
        return Ok(Answer::see_other(address));
    }
    let papers = house.store.read(|tx| documents::of(tx, desk, &request.form))?;
    if let Some(problems) = documents::problems(&request.form, &papers) {
        return show_card(house, request, desk, 422, &request.form, &problems);
    }
    let by = messages::By { person: person.id, name: &person.name };
    let filed = request.form.get("suite") == "classer";
    let (address, taken) = house.store.write(|tx| {
        if let Some(address) = once::done(tx, person.id, unique)? {
            return Ok((address, None));
        }
        let mut new = call.message.clone();
        new.contact = known_caller(tx, desk, &request.form, &mut new.caller)?;
        let number = messages::take(tx, desk.id(), new)?.number;
        for paper in &papers {
            fax::store::hang_on(tx, desk, paper.number, number)?;
        }
        shown::remember(tx, desk.id(), number, request.form.all("consigne"))?;
        if let Some(at) = call.promised {
            promise_call(tx, desk.id(), number, at, by, request.now)?;
        }
        if filed {
            archive::archive(tx, desk.id(), &[number], by, request.now)?;
        }
        let address = format!("{}?pris={number}{}", desk.base(), if filed { "&classe" } else { "" });
        once::note(tx, person.id, unique, request.now, &address)?;
        drafts::drop_one(tx, person.id, desk.id(), unique)?;
        Ok((address, Some(number)))
    })?;
    if let Some(number) = taken {
        let entry = desk.entry(request.now, Action::MessageTaken).object(format!("message {number}"));
        house.journal.note(entry.from(request.client));
    }
    Ok(Answer::see_other(address))
}

/// « Insérer » without JavaScript: the form comes back with the model's text at the end of what was typed.
fn insert_model(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let model = house.store.read(|tx| templates::chosen(tx, desk.id(), request.form.get("modele")))?;
    let typed = request.form.get("texte").trim_end();
    let text = match (typed, model) {
        (typed, None) => typed.to_owned(),
        ("", Some(model)) => model,
        (typed, Some(model)) => format!("{typed}\n{model}"),
    };
    let kept = request.form.iter().filter(|(name, _)| !["texte", "modele", "inserer"].contains(name));
    let mut form = Form::from_iter(kept);
    form.push("texte", text);
    show_card(house, request, desk, 200, &form, &Problems::default())
}
