//! What the addresses of messages do: read a form, act, answer. The same for clients and secretaries at a desk.

use super::archive as archiving;
use super::contact;
use super::expiry;
use super::model::Message;
use super::papers::{self, Hanging};
use super::search::{self, Query};
use super::store::{self, By, Page};
use super::view::{self, Around, Hit, List, ListPage, MessagePage, Owner, PrintPage, Row, SearchPage, Work};
use super::{correct, shown, waiting};
use crate::base::{ContactId, MessageNumber, SubscriberId, french, limits, text};
use crate::contacts::handlers::map_href;
use crate::contacts::model::Contact;
use crate::error::{Error, Problems, Result};
use crate::house::{self, House, Secretariat};
use crate::http::form::encode;
use crate::http::{Answer, Form, Request};
use crate::journal::Action;
use crate::people::links::ADVICE;
use crate::people::once;
use crate::store::{Reads, Version, Write};
use crate::subscribers::view::{Rubric, frame};
use crate::subscribers::{Desk, Side, Subscriber};
use crate::ui::Frame;
use crate::ui::frame::{Flash, FlashKind, Live, Undo};
use crate::ui::paper::Paper;
use std::collections::HashMap;

/// What stands beside messages: contact cards by the numbers that they hold, and what hangs on them.
struct Beside {
    cards: HashMap<ContactId, Contact>,
    papers: Hanging,
}

impl Beside {
    fn of(tx: &impl Reads, desk: &Desk, messages: &[Message]) -> Result<Beside> {
        let cards = contact::of_messages(tx, desk, messages.iter())?;
        Ok(Beside { cards, papers: papers::of_rows(tx, desk.id(), messages)? })
    }
}

/// Messages that one form may archive: some pages' worth.
pub const NUMBERS_MAX: usize = 500;

/// `GET /messages`: the pending ones, or what a search finds.
pub fn pending(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    if !request.query.get("q").trim().is_empty() {
        return found(house, request, desk);
    }
    list(house, request, desk, List::Pending)
}

/// `GET /archives`.
pub fn archived(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    list(house, request, desk, List::Archived)
}

/// A list is made once for each person and change, and kept compressed: people look at the same page again and again.
fn list(house: &House, request: &Request, desk: &Desk, which: List) -> Result<Answer> {
    // Before the data: what changes in between then shows as news.
    let live = house.store.live();
    let version = live.version(desk.id().0);
    let stamp = (version, live.version(house::TOPIC), 0);
    let advised = desk.who().came_by_bookmark(request.now);
    let plain = request.query.iter().all(|(name, _)| name == "page") && request.takes_gzip() && !advised;
    let key = (desk.who().person.id, format!("{} {}", desk.id(), request.target()));
    let object = match which {
        List::Pending => "en attente",
        List::Archived => "archives",
    };
    house.journal.note_look(desk.entry(request.now, Action::MessagesSeen).object(object).from(request.client));
    if let Some(page) = house.pages.get(&key, &stamp).filter(|_| plain) {
        return Ok(Answer::kept_page(page));
    }
    let (html, settled) = list_page(house, request, desk, which, version)?;
    // A page with new rows shows them as new once.
    if plain
        && settled
        && let Some(bytes) = house.keep(key, stamp, &html)
    {
        return Ok(Answer::kept_page(bytes));
    }
    Ok(Answer::page(200, html))
}

/// The page, and whether it would be the same if it were asked for again.
fn list_page(house: &House, request: &Request, desk: &Desk, which: List, version: Version) -> Result<(String, bool)> {
    let version = version.to_string();
    let done = numbers(request.query.get("archives"));
    let (page, beside, secretariat, archived) = house.store.read(|tx| {
        let page = page_of(tx, desk, which, page_asked(request))?;
        let beside = Beside::of(tx, desk, &page.rows)?;
        let mut archived = Vec::new();
        for number in &done {
            if store::message(tx, desk.id(), *number).is_ok_and(|message| !message.is_pending()) {
                archived.push(*number);
            }
        }
        Ok((page, beside, house::secretariat(tx)?, archived))
    })?;
    let client = desk.side() == Side::Subscriber;
    let settled = !client || page.rows.iter().all(|message| message.read.is_some());
    note_shown(house, request, desk, &page.rows);
    let base = desk.base();
    let (title, rubric) = match which {
        List::Pending => ("Vos messages", Rubric::Messages),
        List::Archived => ("Vos archives", Rubric::Archives),
    };
    let content = view::list(&ListPage {
        base: &base,
        around: around(desk, &base, &[]),
        list: which,
        owner: if client { Owner::You } else { Owner::Named(&desk.subscriber().name) },
        total: page.total,
        rows: page.rows.iter().map(|message| row(house, desk, &secretariat, message, &beside)).collect(),
        page: page.page,
        pages: page.pages,
        can_archive: client,
        can_restore: client,
        all_ticked: request.query.get("cocher") == "tout",
        problem: request.query.find("rien").map(|_| "Cochez au moins un message, puis archivez."),
        retention_days: desk.subscriber().retention_days,
        export_href: Some(&format!("{base}/export")),
    });
    let sentence = format!("{}.", french::count(archived.len() as u64, "message archivé", "messages archivés"));
    let mut frame = frame(desk, &secretariat, title, rubric);
    frame.scripts = &["ticks"];
    frame.live = Some(live(desk, &base, &version));
    frame.advice = desk.who().came_by_bookmark(request.now).then_some(ADVICE);
    frame.flash = (!archived.is_empty()).then(|| Flash {
        kind: FlashKind::Done,
        sentence: &sentence,
        undo: Some(Undo {
            action: format!("{base}/messages/remise-en-attente"),
            fields: archived.iter().map(|number| ("message".to_owned(), number.to_string())).collect(),
        }),
    });
    Ok((frame.page(&content).into_string(), settled))
}

fn page_of(tx: &impl Reads, desk: &Desk, which: List, number: u64) -> Result<Page> {
    match which {
        List::Pending => store::pending_page(tx, desk.id(), number),
        List::Archived => store::archived_page(tx, desk.id(), number),
    }
}

/// `GET /messages/imprimable`.
pub fn pending_printable(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    printable(house, request, desk, List::Pending)
}

/// `GET /archives/imprimable`.
pub fn archived_printable(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    printable(house, request, desk, List::Archived)
}

fn printable(house: &House, request: &Request, desk: &Desk, which: List) -> Result<Answer> {
    let (page, beside, secretariat) = house.store.read(|tx| {
        let page = page_of(tx, desk, which, page_asked(request))?;
        let beside = Beside::of(tx, desk, &page.rows)?;
        Ok((page, beside, house::secretariat(tx)?))
    })?;
    note_shown(house, request, desk, &page.rows);
    let base = desk.base();
    let printed = PrintPage {
        subscriber_name: &desk.subscriber().name,
        list: which,
        around: around(desk, &base, &[]),
        rows: page.rows.iter().map(|message| row(house, desk, &secretariat, message, &beside)).collect(),
        total: page.total,
        page: page.page,
        pages: page.pages,
        printed: request.now.local(desk.subscriber().zone),
    };
    house.journal.note_look(desk.entry(request.now, Action::Printed).from(request.client));
    Ok(Answer::page(200, view::print(&printed).into_string()))
}

fn found(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let typed = request.query.get("q");
    let query = Query::read(typed);
    let page = page_asked(request);
    let (found, beside, secretariat) = house.store.read(|tx| {
        let mut found = match &query {
            Some(query) => search::find_page(tx, &[desk.id()], query, page)?,
            None => search::FoundPage::default(),
        };
        if let Some(message) = by_number(tx, desk, typed)
            && page == 1
            && !found.rows.iter().any(|(_, other)| other.number == message.number)
        {
            found.total += 1;
            found.rows.insert(0, (desk.id(), message));
        }
        let rows: Vec<Message> = found.rows.iter().map(|(_, message)| message.clone()).collect();
        let beside = Beside::of(tx, desk, &rows)?;
        Ok((found, beside, house::secretariat(tx)?))
    })?;
    let messages: Vec<Message> = found.rows.iter().map(|(_, message)| message.clone()).collect();
    note_shown(house, request, desk, &messages);
    let base = desk.base();
    let words = query.as_ref().map(Query::words).unwrap_or_default();
    let action = format!("{base}/messages");
    let content = view::search(&SearchPage {
        action: &action,
        query: typed,
        hits: messages
            .iter()
            .map(|message| Hit {
                around: around(desk, &base, &words),
                row: row(house, desk, &secretariat, message, &beside),
                subscriber_name: None,
            })
            .collect(),
        total: found.total,
        cut: found.cut,
        page: found.page,
        pages: found.pages,
        back: ("Tous les messages", &action),
    });
    house.journal.note_look(desk.entry(request.now, Action::Searched).from(request.client));
    let frame = frame(desk, &secretariat, "Recherche", Rubric::Messages);
    Ok(Answer::page(200, frame.page(&content).into_string()))
}

/// « 1350 » or « n° 1350 »: that message itself, whatever its words.
fn by_number(tx: &impl Reads, desk: &Desk, typed: &str) -> Option<Message> {
    let digits = typed.trim().trim_start_matches(['n', 'N', '°', 'º', ' ', '\u{a0}']);
    store::message(tx, desk.id(), digits.parse().ok()?).ok()
}

/// `GET /messages/etat?depuis=VERSION`: 204 while nothing changed, else what the tab shows at once.
pub fn state(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let version = house.store.live().version(desk.id().0);
    if request.query.get("depuis").parse::<Version>() == Ok(version) {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    let waiting = desk.waiting();
    Ok(Answer::json(
        200,
        format!("{{\"version\":\"{version}\",\"pending\":{},\"urgent\":{}}}", waiting.messages, waiting.urgent),
    ))
}

/// `POST /messages/archivage`: the ticked ones, in one durable write.
pub fn archive(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let ticked = ticked(&request.form)?;
    let page = request.form.get("page").parse::<u64>().unwrap_or(1);
    let list = format!("{}/messages?page={page}", desk.base());
    if ticked.is_empty() {
        return Ok(Answer::see_other(format!("{list}&rien")));
    }
    let archived = house.store.write(|tx| archiving::archive(tx, desk.id(), &ticked, by(desk), request.now))?;
    if !archived.is_empty() {
        let object = french::count(archived.len() as u64, "message", "messages");
        house.journal.note(desk.entry(request.now, Action::MessagesArchived).object(object).from(request.client));
    }
    // All that were ticked, so that a form sent twice is answered as the first time; the page looks which are archived.
    let names: Vec<String> = ticked.iter().map(MessageNumber::to_string).collect();
    Ok(Answer::see_other(format!("{list}&archives={}", names.join("-"))))
}

/// `POST /messages/remise-en-attente`: « Annuler » after archiving, for all that were.
pub fn restore(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    restore_numbers(house, request, desk, &ticked(&request.form)?, &format!("{}/messages", desk.base()))
}

/// `POST /messages/12/remise-en-attente`: back to where it was asked, the list of archives or the message.
pub fn restore_one(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    house.store.read(|tx| store::message(tx, desk.id(), number))?;
    let back = match request.form.find("page") {
        Some(page) => format!("{}/archives?page={}", desk.base(), page.parse::<u64>().unwrap_or(1)),
        None => format!("{}/messages/{number}", desk.base()),
    };
    restore_numbers(house, request, desk, &[number], &back)
}

fn restore_numbers(
    house: &House,
    request: &Request,
    desk: &Desk,
    numbers: &[MessageNumber],
    back: &str,
) -> Result<Answer> {
    let restored = house.store.write(|tx| archiving::restore(tx, desk.id(), numbers, by(desk), request.now))?;
    if !restored.is_empty() {
        let object = french::count(restored.len() as u64, "message", "messages");
        house.journal.note(desk.entry(request.now, Action::MessagesRestored).object(object).from(request.client));
    }
    Ok(Answer::see_other(back))
}

/// `GET /messages/12`: one message with its history.
pub fn message(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    show_message(house, request, desk, 200, &Form::default(), &Problems::default())
}

fn show_message(
    house: &House,
    request: &Request,
    desk: &Desk,
    status: u16,
    form: &Form,
    problems: &Problems,
) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let version = house.store.live().version(desk.id().0).to_string();
    let seen = house.store.read(|tx| store::message(tx, desk.id(), number))?;
    note_shown(house, request, desk, std::slice::from_ref(&seen));
    let (message, beside, candidates, history, waits, shown, promise, secretariat) = house.store.read(|tx| {
        let message = store::message(tx, desk.id(), number)?;
        let beside = Beside::of(tx, desk, std::slice::from_ref(&message))?;
        let candidates = if beside.cards.is_empty() { contact::candidates(tx, desk, &message)? } else { Vec::new() };
        Ok((
            message,
            beside,
            candidates,
            store::history(tx, desk.id(), number)?,
            store::answer_waits(tx, desk.id(), number)?,
            shown::with_message(tx, desk.id(), number)?,
            waiting::promise(tx, desk.id(), number)?,
            house::secretariat(tx)?,
        ))
    })?;
    let base = desk.base();
    let client = desk.side() == Side::Subscriber;
    let unique = once::number()?;
    let mut row = row(house, desk, &secretariat, &message, &beside);
    row.new = client && seen.read.is_none();
    let content = view::message(&MessagePage {
        base: &base,
        around: around(desk, &base, &[]),
        row,
        history: &history,
        tied: !beside.cards.is_empty(),
        candidates: &candidates,
        can_archive: client,
        can_restore: client,
        shown: &shown,
        work: Work {
            correctable: !client && correct::is_correctable(&message, request.now),
            transferable: !client,
            promised: promise.map(|promise| promise.at),
        },
        can_answer: client,
        can_handle_answers: !client && waits,
        unique: &unique,
        form,
        problems,
    });
    let entry = desk.entry(request.now, Action::MessageSeen).object(format!("message {number}"));
    house.journal.note_look(entry.from(request.client));
    let title = format!("Message n° {number}");
    let rubric = if message.is_pending() { Rubric::Messages } else { Rubric::Archives };
    let mut frame: Frame<'_> = frame(desk, &secretariat, &title, rubric);
    frame.live = Some(live(desk, &base, &version));
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// `GET /messages/12/imprimable`.
pub fn message_printable(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let seen = house.store.read(|tx| store::message(tx, desk.id(), number))?;
    note_shown(house, request, desk, std::slice::from_ref(&seen));
    let (message, beside, history, secretariat) = house.store.read(|tx| {
        let message = store::message(tx, desk.id(), number)?;
        let beside = Beside::of(tx, desk, std::slice::from_ref(&message))?;
        Ok((message, beside, store::history(tx, desk.id(), number)?, house::secretariat(tx)?))
    })?;
    let base = desk.base();
    let content = view::message_on_paper(&MessagePage {
        base: &base,
        around: around(desk, &base, &[]),
        row: row(house, desk, &secretariat, &message, &beside),
        history: &history,
        tied: true,
        candidates: &[],
        can_archive: false,
        can_restore: false,
        shown: &[],
        work: Work::default(),
        can_answer: false,
        can_handle_answers: false,
        unique: "",
        form: &Form::default(),
        problems: &Problems::default(),
    });
    let entry = desk.entry(request.now, Action::Printed).object(format!("message {number}"));
    house.journal.note_look(entry.from(request.client));
    let what = format!("Message n° {number}");
    let printed = request.now.local(desk.subscriber().zone);
    let paper = Paper { owner: &desk.subscriber().name, what: &what, printed };
    Ok(Answer::page(200, paper.sheet(&content).into_string()))
}

/// `POST /messages/12/reponses`: « Répondre au secrétariat ».
pub fn answer(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    let answer = match read_answer(&request.form) {
        Ok(answer) => answer,
        Err(Error::Invalid(problems)) => return show_message(house, request, desk, 422, &request.form, &problems),
        Err(other) => return Err(other),
    };
    let unique = once::read(request.form.get("unique"));
    let person = desk.who().person.id;
    let address = format!("{}/messages/{number}#reponses", desk.base());
    house.store.write(|tx| {
        if once::done(tx, person, unique)?.is_some() {
            return Ok(());
        }
        store::answer(tx, desk.id(), number, answer, by(desk), request.now)?;
        once::note(tx, person, unique, request.now, &address)
    })?;
    let entry = desk.entry(request.now, Action::MessageAnswered).object(format!("message {number}"));
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other(address))
}

/// What the abonné answers (`reponse`).
pub fn read_answer(form: &Form) -> Result<String> {
    let mut answer = form.get("reponse").to_owned();
    text::clean_text(&mut answer);
    let mut problems = Problems::default();
    if answer.is_empty() {
        problems.add("reponse", "Écrivez votre réponse avant de l’envoyer.");
    }
    let count = answer.chars().count();
    if count > limits::TEXT_CHARS_MAX {
        problems.add(
            "reponse",
            format!("La réponse compte {count} caractères ; la limite est de {}.", limits::TEXT_CHARS_MAX),
        );
    }
    problems.into_result()?;
    Ok(answer)
}

/// `POST …/messages/12/reponses/traitement`: the secretariat has dealt with the abonné's answer.
pub fn handle_answer(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let number: MessageNumber = request.part(0)?;
    house.store.write(|tx| store::handle_answer(tx, desk.id(), number, by(desk), request.now))?;
    let entry = desk.entry(request.now, Action::AnswerHandled).object(format!("message {number}"));
    house.journal.note(entry.from(request.client));
    Ok(Answer::see_other(format!("{}/messages/{number}", desk.base())))
}

/// `POST /abonne`: a client of several abonnés looks at another.
pub fn choose_subscriber(house: &House, request: &Request, desk: &Desk) -> Result<Answer> {
    let wanted: SubscriberId = request.form.get("abonne").parse().map_err(|()| Error::NotFound)?;
    if !desk.choices().iter().any(|subscriber| subscriber.id == wanted) {
        return Err(Error::NotFound);
    }
    house.store.write(|tx| desk.who().choose_subscriber(tx, wanted))?;
    Ok(Answer::see_other("/messages"))
}

/// Records that these rows were shown to the abonné. A look by the secretariat is none; and where the disk refuses, the
/// page still shows: what can't be noted now is noted at the next look.
pub fn note_shown(house: &House, request: &Request, desk: &Desk, rows: &[Message]) {
    if desk.side() != Side::Subscriber || desk.looks_only() || request.method == crate::http::Method::Head {
        return;
    }
    let unread: Vec<MessageNumber> =
        rows.iter().filter(|message| message.read.is_none()).map(|message| message.number).collect();
    if unread.is_empty() {
        return;
    }
    let noted = |tx: &Write<'_>| store::mark_read(tx, desk.id(), &unread, by(desk), request.now);
    if let Err(cause) = house.store.write(noted) {
        log::warn!("reading could not be recorded: {cause}");
    }
}

/// The person at a desk, as histories name them.
pub fn by(desk: &Desk) -> By<'_> {
    By { person: desk.who().person.id, name: &desk.who().person.name }
}

fn around<'a>(desk: &'a Desk, base: &'a str, words: &'a [String]) -> Around<'a> {
    let subscriber = desk.subscriber();
    Around { base, zone: subscriber.zone, clients_called: &subscriber.clients_called, words }
}

/// A row of the desk, which leads to the card of whom it concerns.
fn row<'a>(house: &House, desk: &Desk, secretariat: &Secretariat, message: &'a Message, beside: &'a Beside) -> Row<'a> {
    let plain = row_of(house, desk.subscriber(), secretariat, message);
    let card = message.contact.and_then(|id| beside.cards.get(&id));
    Row {
        new: desk.side() == Side::Subscriber && message.read.is_none(),
        contact_href: card.map(|card| format!("{}/contacts/{}", desk.base(), card.id)),
        card_address: card.map(Contact::postal_address).filter(|address| !address.is_empty()),
        papers: beside.papers.get(&message.number).map(Vec::as_slice).unwrap_or_default(),
        map_href: plain.map_href.or_else(|| card.and_then(|card| map_href(secretariat, card))),
        ..plain
    }
}

/// A row with the links that a message's own fields give it.
pub fn row_of<'a>(house: &House, subscriber: &Subscriber, secretariat: &Secretariat, message: &'a Message) -> Row<'a> {
    let address = message.caller.postal_address();
    let map = secretariat
        .map_service
        .as_ref()
        .filter(|_| !message.caller.address.is_empty() || !message.caller.town.is_empty());
    Row {
        map_href: map.map(|service| format!("{service}{}", encode(&address))),
        erased_on: expiry::erased_on(message, subscriber, house.night()),
        ..Row::plain(message)
    }
}

fn live<'a>(desk: &Desk, base: &str, version: &'a str) -> Live<'a> {
    Live { state_href: format!("{base}/messages/etat"), version, urgent: desk.waiting().urgent }
}

/// `?page=`; what is no number is the first page.
pub fn page_asked(request: &Request) -> u64 {
    request.query.get("page").parse().unwrap_or(1)
}

/// The messages that a form names; what is no number names none.
fn ticked(form: &Form) -> Result<Vec<MessageNumber>> {
    let mut numbers: Vec<MessageNumber> = form.all("message").filter_map(|number| number.parse().ok()).collect();
    numbers.sort();
    numbers.dedup();
    if numbers.len() > NUMBERS_MAX {
        return Err(Error::invalid("message", format!("On archive au plus {NUMBERS_MAX} messages à la fois.")));
    }
    Ok(numbers)
}

/// The numbers that « archives=3-5-8 » names in an address.
fn numbers(joined: &str) -> Vec<MessageNumber> {
    joined.split('-').filter_map(|number| number.parse().ok()).take(NUMBERS_MAX).collect()
}
