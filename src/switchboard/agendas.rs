//! Several agendas side by side: one day, one column an abonné, and the first free time among them.

use super::handlers::console_frame;
use super::teams::{self, MEMBERS_MAX, Teams};
use super::view::agendas::{self as view, AgendasPage, Found, FreePage, Preset};
use super::waiting;
use crate::agenda::find::{self as finder, Half, Wanted};
use crate::agenda::handlers::{Days, read_date, what_was_done};
use crate::agenda::model::{Kind, Minute};
use crate::agenda::view::{Member, TeamGrid, read_team_slot};
use crate::base::{Instant, SubscriberId, time};
use crate::error::{Error, Problems, Result};
use crate::house::{self, House};
use crate::http::{Answer, Form, Request};
use crate::journal::{Action, Entry};
use crate::people::Secretary;
use crate::store::Reads;
use crate::subscribers::{self, Desk, Subscriber, desk};
use crate::ui::Frame;
use crate::ui::frame::{Flash, FlashKind, Live, Undo, sheet};
use chrono::{NaiveDate, Timelike};

/// Minutes after which a page that nothing happened to is drawn anew, so that the past is dimmed as it passes.
const REDRAWN_MINUTES: i64 = 5;
/// Free times on a page.
const TIMES_MAX: usize = 40;
/// Minutes that « Premier créneau parmi » proposes.
const MINUTES_USUAL: u16 = 15;

/// Whose agendas an address asks for, among those a secretary answers for.
struct Choice {
    all: Vec<Subscriber>,
    /// Those shown, in the order they were chosen; the first `MEMBERS_MAX` of too many.
    shown: Vec<Subscriber>,
    /// What was ticked, too many or not.
    asked: Vec<SubscriberId>,
    /// Whether the address itself says whose.
    explicit: bool,
    teams: Teams,
}

impl Choice {
    /// What the query names, or what she chose last. `NotFound` for an abonné that she does not answer for.
    fn read(tx: &impl Reads, query: &Form, secretary: &Secretary) -> Result<Choice> {
        let all = subscribers::store::answered_by(tx, secretary.answers_for())?;
        let teams = teams::of(tx, secretary.who().person.id)?;
        let mut asked = Vec::new();
        for word in query.all("abonne") {
            let id: SubscriberId = word.parse().map_err(|()| Error::NotFound)?;
            if !all.iter().any(|one| one.id == id) {
                return Err(Error::NotFound);
            }
            if !asked.contains(&id) {
                asked.push(id);
            }
        }
        let explicit = !asked.is_empty();
        if !explicit {
            asked.clone_from(&teams.chosen);
        }
        let known = |id: &SubscriberId| all.iter().find(|one| one.id == *id).cloned();
        let shown: Vec<Subscriber> = asked.iter().filter_map(known).take(MEMBERS_MAX).collect();
        Ok(Choice { all, shown, asked, explicit, teams })
    }

    fn ids(&self) -> Vec<SubscriberId> {
        self.shown.iter().map(|one| one.id).collect()
    }

    fn too_many(&self) -> bool {
        self.explicit && self.asked.len() > MEMBERS_MAX
    }
}

/// « abonne=3&abonne=5 ».
fn query_of(ids: &[SubscriberId]) -> String {
    let parts: Vec<String> = ids.iter().map(|id| format!("abonne={id}")).collect();
    parts.join("&")
}

/// What the page was made from: the data of each, and how late it is.
fn version(house: &House, ids: &[SubscriberId], now: Instant) -> String {
    let live = house.store.live();
    let mut version = format!("{}-{}", live.version(house::TOPIC), now.0.div_euclid(REDRAWN_MINUTES * time::MINUTE_MS));
    for id in ids {
        version.push_str(&format!("~{}", live.version(id.0)));
    }
    version
}

/// The days of those shown, with what their columns need.
struct Team {
    desks: Vec<Desk>,
    days: Vec<Days>,
}

impl Team {
    fn read(
        tx: &impl Reads,
        house: &House,
        secretary: &Secretary,
        shown: &[Subscriber],
        date: NaiveDate,
        now: Instant,
    ) -> Result<Team> {
        let mut team = Team { desks: Vec::new(), days: Vec::new() };
        for subscriber in shown {
            let desk = desk::secretary(tx, secretary.who().clone(), subscriber.id)?;
            team.days.push(Days::read(tx, house, &desk, date, 1, now)?);
            team.desks.push(desk);
        }
        Ok(team)
    }
}

/// `GET /standard/agendas?date=…&abonne=3&abonne=5`: the day of each; without `abonne`, of those she chose last.
pub fn page(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let person = secretary.who().person.id;
    let mut choice = house.store.read(|tx| Choice::read(tx, &request.query, secretary))?;
    let ids = choice.ids();
    if choice.explicit && !choice.too_many() && choice.teams.chosen != ids {
        // The choice is a convenience: a full disk must not keep her from looking.
        if let Err(cause) = house.store.write_into_reserve(|tx| teams::choose(tx, person, ids.clone())) {
            log::warn!("a choice of agendas could not be kept: {cause}");
        }
        choice.teams.choose(ids.clone());
    }
    let today = request.now.local(house.zone).date();
    let date = read_date(request.query.get("date")).unwrap_or(today);
    let version = version(house, &ids, request.now);
    let (team, waits, secretariat) = house.store.read(|tx| {
        let team = Team::read(tx, house, secretary, &choice.shown, date, request.now)?;
        let waits = waiting::all(tx, secretary.answers_for(), request.now)?.len() as u64;
        Ok((team, waits, house::secretariat(tx)?))
    })?;
    let bases: Vec<String> = team.desks.iter().map(Desk::base).collect();
    let clocks = clocks(house, &choice.shown);
    let front = request.query.get("colonne").parse().ok().filter(|id| ids.contains(id)).or(ids.first().copied());
    let title = time::date_in_words(date);
    let form = finder_form(&request.query, date.max(today));
    let mut problems = Problems::default();
    if choice.too_many() {
        problems.add("", format!("Cochez {MEMBERS_MAX} abonnés au plus : les colonnes seraient illisibles au-delà."));
    }
    let content = view::page(&AgendasPage {
        date,
        today,
        query: &query_of(&ids),
        grid: grid(&team, &choice.shown, &bases, &clocks, date, house, request.now, front, false),
        all: &choice.all,
        ticked: &choice.asked,
        problems: &problems,
        presets: presets(&choice),
        whole: choice.teams.whole(&ids).map(|team| (team.len() as u64, query_of(team))),
        finder: &form,
    });
    let seen = format!("agendas de {}", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    note_look(house, request, secretary, &ids, seen);
    let flash = flash(request, &choice, date);
    let mut frame = frame(secretary, &secretariat, &title, waits);
    let state_href = format!("/standard/agendas/etat?{}", query_of(&ids));
    frame.live = Some(Live { state_href, version: &version, urgent: 0 });
    frame.scripts = &["agenda-window", "agenda-keys", "contact-field", "slot-watch", "slot-tabs"];
    frame.flash = flash.as_ref().map(|(sentence, undo)| Flash { kind: FlashKind::Done, sentence, undo: undo.clone() });
    let status = if choice.too_many() { 422 } else { 200 };
    Ok(Answer::page(status, frame.page(&content).into_string()))
}

/// Each look is in the journal of the abonné it concerns.
fn note_look(house: &House, request: &Request, secretary: &Secretary, ids: &[SubscriberId], seen: String) {
    let person = &secretary.who().person;
    for id in ids {
        let entry = Entry::new(request.now, Action::AgendaSeen).by(person.id, &person.login).about(*id);
        house.journal.note_look(entry.object(seen.clone()).from(request.client));
    }
}

fn frame<'a>(secretary: &'a Secretary, secretariat: &'a house::Secretariat, title: &'a str, waiting: u64) -> Frame<'a> {
    let mut frame = console_frame(&secretary.who().person, secretariat, title, waiting);
    for item in &mut frame.nav {
        item.current = item.href == "/standard/agendas";
    }
    frame
}

/// « heure de Indian/Reunion », for those whose clock is not the house's.
fn clocks(house: &House, shown: &[Subscriber]) -> Vec<Option<String>> {
    shown.iter().map(|one| (one.zone != house.zone).then(|| format!("heure locale ({})", one.zone.name()))).collect()
}

#[expect(clippy::too_many_arguments, reason = "what a table is made of, gathered in one place for screen and paper")]
fn grid<'a>(
    team: &'a Team,
    shown: &'a [Subscriber],
    bases: &'a [String],
    clocks: &'a [Option<String>],
    date: NaiveDate,
    house: &House,
    now: Instant,
    front: Option<SubscriberId>,
    paper: bool,
) -> Option<TeamGrid<'a>> {
    let first = shown.first()?;
    let members = shown.iter().zip(bases).zip(clocks).map(|((one, base), clock)| Member {
        id: one.id,
        name: &one.name,
        base,
        clients_called: &one.clients_called,
        clock: clock.as_deref(),
        in_front: Some(one.id) == front,
    });
    let hours = team.days.iter().map(|days| days.hours);
    let local = now.local(house.zone);
    // One line of the present serves all only where all share the house's clock.
    let here = first.zone == house.zone && clocks.iter().all(Option::is_none) && local.date() == date;
    Some(TeamGrid {
        date,
        members: members.collect(),
        days: team.days.iter().flat_map(Days::columns).collect(),
        hours: hours.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1))).unwrap_or((480, 1140)),
        now: (here && !paper).then_some((local.hour() * 60 + local.minute()) as u16),
        paper,
    })
}

/// Former choices by names.
fn presets(choice: &Choice) -> Vec<Preset> {
    let name = |id: &SubscriberId| choice.all.iter().find(|one| one.id == *id).map(|one| one.name.clone());
    let known = choice.teams.before.iter().filter(|team| **team != choice.ids());
    known
        .map(|team| (team.iter().filter_map(name).collect::<Vec<String>>(), query_of(team), team))
        .filter(|(names, _, team)| names.len() > 1 && names.len() == team.len())
        .map(|(names, query, _)| Preset { names: names.join(", "), query })
        .collect()
}

/// What was done to which abonné's slot, and how to take it back.
fn flash(request: &Request, choice: &Choice, date: NaiveDate) -> Option<(String, Option<Undo>)> {
    let slot = read_team_slot(request.query.get("creneau"));
    let sentence = what_was_done(&request.query, slot.map(|(_, date, from)| (date, Minute(from))))?;
    let Some((id, ..)) = slot else { return Some((sentence, None)) };
    let owner = choice.all.iter().find(|one| one.id == id)?;
    let undo = request.query.find("jeton").map(|token| Undo {
        action: format!("/standard/abonnes/{id}/agenda/annulations"),
        fields: [("jeton", token.to_owned()), ("vue", "equipe".into()), ("retour", date.to_string())]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec(),
    });
    Some((format!("{} : {}", owner.name, lower(&sentence)), undo))
}

/// With its first letter in lower case, after a colon.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().collect::<String>()).unwrap_or_default() + letters.as_str()
}

/// `GET /standard/agendas/etat?abonne=3&abonne=5&depuis=VERSION`: 204 while nothing changed for any of them.
pub fn state(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let choice = house.store.read(|tx| Choice::read(tx, &request.query, secretary))?;
    let version = version(house, &choice.ids(), request.now);
    if request.query.get("depuis") == version {
        return Ok(Answer::status(204).with("Cache-Control", "no-store"));
    }
    let waits = house.store.read(|tx| waiting::all(tx, secretary.answers_for(), request.now))?.len();
    Ok(Answer::json(200, format!("{{\"version\":\"{version}\",\"pending\":{waits},\"urgent\":0}}")))
}

/// `GET /standard/agendas/imprimable`: one sheet.
pub fn printable(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let choice = house.store.read(|tx| Choice::read(tx, &request.query, secretary))?;
    let ids = choice.ids();
    let date = read_date(request.query.get("date")).unwrap_or_else(|| request.now.local(house.zone).date());
    let team = house.store.read(|tx| Team::read(tx, house, secretary, &choice.shown, date, request.now))?;
    let bases: Vec<String> = team.desks.iter().map(Desk::base).collect();
    let clocks = clocks(house, &choice.shown);
    let grid = grid(&team, &choice.shown, &bases, &clocks, date, house, request.now, None, true);
    let printed = request.now.local(house.zone);
    note_look(house, request, secretary, &ids, "agendas imprimés".into());
    let title = format!("Agendas · {}", time::date_in_words(date));
    Ok(Answer::page(200, sheet(&title, &["print"], &view::paper(grid.as_ref(), date, printed)).into_string()))
}

/// What « Premier créneau parmi » asks for, as the query says it or as is usual.
fn finder_form(query: &Form, from: NaiveDate) -> Form {
    let typed = |name: &str, usual: String| query.find(name).map_or(usual, str::to_owned);
    Form::from_iter([
        ("duree", typed("duree", MINUTES_USUAL.to_string())),
        ("type", typed("type", Kind::Consultation.word().into())),
        ("du", typed("du", from.to_string())),
        ("moment", typed("moment", String::new())),
    ])
}

/// `GET /standard/agendas/libres`: « Premier créneau parmi », soonest first, each with its abonné.
pub fn free(house: &House, request: &Request, secretary: &Secretary) -> Result<Answer> {
    let (choice, secretariat) =
        house.store.read(|tx| Ok((Choice::read(tx, &request.query, secretary)?, house::secretariat(tx)?)))?;
    let form = finder_form(&request.query, request.now.local(house.zone).date());
    let mut problems = Problems::default();
    let minutes = form.get("duree").trim().parse::<u16>().ok().filter(|minutes| *minutes > 0);
    if minutes.is_none() {
        problems.add("duree", "Indiquez la durée en minutes, par exemple 15.");
    }
    let from = read_date(form.get("du"));
    if from.is_none() {
        problems.add("du", "Indiquez une date, par exemple 23/11/2026.");
    }
    let mut found = None;
    if let (Some(minutes), Some(from), false) = (minutes, from, choice.shown.is_empty()) {
        let kind = Kind::from_word(form.get("type"));
        let half = Half::from_word(form.get("moment")).unwrap_or_default();
        let wanted = Wanted { minutes, kind, from, half, days: finder::DAYS_MAX, most: TIMES_MAX };
        let times = house.store.read(|tx| finder::find_among(tx, &choice.shown, wanted, request.now))?;
        found = Some(
            times
                .into_iter()
                .filter_map(|(id, free)| {
                    let owner = choice.shown.iter().find(|one| one.id == id)?;
                    Some(Found { owner, free, local: (owner.zone != house.zone).then(|| owner.zone.name()) })
                })
                .collect(),
        );
    }
    let content = view::free(&FreePage {
        form: &form,
        problems: &problems,
        shown: &choice.shown,
        query: &query_of(&choice.ids()),
        found,
        minutes: minutes.unwrap_or(MINUTES_USUAL),
    });
    let mut frame = frame(secretary, &secretariat, "Premier créneau", 0);
    frame.scripts = &["agenda-window", "contact-field", "slot-watch", "slot-tabs"];
    let status = if problems.is_empty() { 200 } else { 422 };
    Ok(Answer::page(status, frame.page(&content).into_string()))
}
