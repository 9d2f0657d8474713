//! The courier: the threads that deliver what is due, and note what became of it.
//!
//! Mails, SMS and webhooks have a lane each. In a lane, one host (a recipient's domain) holds at most half of the threads, so that a
//! slow one leaves room for the others. When the server itself can't be reached, the whole lane rests for a while instead
//! of trying it once for every letter; a webhook that does not answer rests alone, for the others have servers of their
//! own. A letter is marked after it was sent: a crash in between sends it once more, with the same `Message-ID`; of mails, one
//! at most (`pen`).

use super::hooks::{self, Occurrence};
use super::letter::{Body, Letter, Sender, State, Way};
use super::outbox::{self, Due, Outcome};
use super::pen::{Held, Pen};
use super::settings::{self, Mail, Sms};
use super::smtp::{self, Line};
use super::{gateway, receipts, stale};
use crate::base::{Instant, LetterId, time};
use crate::error::Result;
use crate::store::{Read, Store, Version, Write};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Threads of each lane. Mails to one server go faster by several connections; SMS are few.
const MAIL_THREADS: usize = 4;
const SMS_THREADS: usize = 2;
const HOOK_THREADS: usize = 4;
/// How often somebody looks whether anything new is due.
const LOOK: Duration = Duration::from_millis(200);
/// Letters known to be due that wait in memory.
const READY_MAX: usize = 256;
/// A connection is kept open for the next mail so long.
const LINE_IDLE: Duration = Duration::from_secs(20);
/// How long a lane rests after its server could not be reached; doubles up to the most.
const REST_MS: i64 = 5 * time::SECOND_MS;
const REST_MAX_MS: i64 = 5 * time::MINUTE_MS;
/// After the disk refused to take what became of a letter.
const MARK_AGAIN: Duration = Duration::from_secs(1);

/// What the courier works with.
pub struct Means<H> {
    /// The house, of which only the data is known here.
    pub house: Arc<H>,
    /// The mail server of the configuration, which outweighs the one of the screens.
    pub mail: Option<Mail>,
    pub now: Arc<dyn Fn() -> Instant + Send + Sync>,
    /// Tells the rooms above, within the write that settles a letter.
    pub told: fn(&Write<'_>, &Letter, Instant) -> Result<()>,
    /// What the rooms above say of something that happened, where an administrator chose that webhooks say it; `None` when
    /// it is gone.
    pub content: fn(&Read, &Occurrence) -> Result<Option<serde_json::Value>>,
}

/// The running courier.
pub struct Courier {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stopping: AtomicBool,
    lanes: [Lane; 3],
    pen: Pen,
}

#[derive(Default)]
struct Lane {
    board: Mutex<Board>,
    wake: Condvar,
}

/// What the threads of a lane know together.
#[derive(Default)]
struct Board {
    ready: VecDeque<(LetterId, String)>,
    under_way: HashSet<u64>,
    of_host: HashMap<String, usize>,
    /// What the outbox was when it was last looked at, and when it is worth looking again.
    looked: Option<Version>,
    next: Option<Instant>,
    /// The server can't be reached: until when, and how many times in a row that was so.
    rest: Option<(Instant, u32)>,
    /// The same for each webhook's host.
    resting: HashMap<String, (Instant, u32)>,
    /// Whether a thread looks every now and then; the others sleep until it calls.
    watched: bool,
}

impl Courier {
    /// Starts the threads.
    pub fn start<H: AsRef<Store> + Send + Sync + 'static>(means: Means<H>) -> std::io::Result<Courier> {
        let shared = Arc::new(Shared::default());
        let means = Arc::new(means);
        let mut courier = Courier { shared, threads: Vec::new() };
        for (way, count) in [(Way::Mail, MAIL_THREADS), (Way::Sms, SMS_THREADS), (Way::Hook, HOOK_THREADS)] {
            for _ in 0..count {
                let (shared, means) = (Arc::clone(&courier.shared), Arc::clone(&means));
                let name = ["courier-mail", "courier-sms", "courier-hook"][usize::from(way.lane())];
                let thread = std::thread::Builder::new().name(name.into()).spawn(move || {
                    Round { shared: &shared, means: &means, way, each: count.div_ceil(2), line: None, pen: None }.run();
                });
                match thread {
                    Ok(thread) => courier.threads.push(thread),
                    Err(cause) => {
                        courier.stop();
                        return Err(cause);
                    }
                }
            }
        }
        Ok(courier)
    }

    /// Lets what is under way come to its end, then ends the threads.
    pub fn stop(self) {
        self.shared.stopping.store(true, Ordering::Release);
        for lane in &self.shared.lanes {
            drop(lane.lock());
            lane.wake.notify_all();
        }
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

impl Lane {
    fn lock(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The settings that letters leave by.
struct Ways {
    mail: Option<Mail>,
    sms: Option<Sms>,
}

/// One thread's work.
struct Round<'a, H> {
    shared: &'a Shared,
    means: &'a Means<H>,
    way: Way,
    /// Letters to one host that may be under way at once.
    each: usize,
    line: Option<Line>,
    /// Held from the end of a mail until it is marked.
    pen: Option<Held<'a>>,
}

impl<H: AsRef<Store>> Round<'_, H> {
    fn store(&self) -> &Store {
        (*self.means.house).as_ref()
    }

    fn now(&self) -> Instant {
        (self.means.now)()
    }

    fn lane(&self) -> &Lane {
        &self.shared.lanes[usize::from(self.way.lane())]
    }

    fn stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::Acquire)
    }

    fn run(&mut self) {
        while let Some((id, host)) = self.next() {
            let round = std::panic::AssertUnwindSafe(|| self.deliver(id));
            if std::panic::catch_unwind(round).is_err() {
                log::error!("the courier panicked over letter {id}");
                self.line = None;
                self.pen = None;
                let panicked = Outcome::Later("Erreur interne du serveur.".into());
                self.mark(id, &panicked, None);
            }
            let lane = self.lane();
            let mut board = lane.lock();
            board.under_way.remove(&id.0);
            if let Some(count) = board.of_host.get_mut(&host) {
                *count -= 1;
                if *count == 0 {
                    board.of_host.remove(&host);
                }
            }
            // Another letter to the same host may go now.
            lane.wake.notify_one();
        }
        if let Some(line) = self.line.take() {
            line.close();
        }
    }

    /// The next letter to deliver; waits for one. `None` when the server ends.
    fn next(&mut self) -> Option<(LetterId, String)> {
        loop {
            if self.stopping() {
                return None;
            }
            if self.line.as_ref().is_some_and(|line| line.idle_for() > LINE_IDLE)
                && let Some(line) = self.line.take()
            {
                line.close();
            }
            let lane = self.lane();
            let mut board = lane.lock();
            if let Some(found) = self.take(&mut board) {
                // One wakes the next, as long as there is something to do.
                lane.wake.notify_one();
                return Some(found);
            }
            if board.watched && self.line.is_none() {
                drop(lane.wake.wait(board).unwrap_or_else(PoisonError::into_inner));
                continue;
            }
            let watches = !board.watched;
            board.watched = true;
            if self.stopping() {
                return None;
            }
            let (mut board, _) = lane.wake.wait_timeout(board, LOOK).unwrap_or_else(PoisonError::into_inner);
            if watches {
                board.watched = false;
                // Whoever sleeps takes over, should this thread find work.
                lane.wake.notify_one();
            }
        }
    }

    /// Takes a letter off the board, filling it first where that is worth a look.
    fn take(&self, board: &mut Board) -> Option<(LetterId, String)> {
        let version = self.store().live().version(settings::TOPIC);
        let news = board.looked != Some(version);
        let now = self.now();
        if let Some((until, _)) = board.rest {
            // New settings are tried at once.
            if now < until && !news {
                return None;
            }
        }
        board.resting.retain(|_, (until, _)| now.ms_since(*until) < REST_MAX_MS);
        if let Some(found) = self.takeable(board, now) {
            return Some(found);
        }
        if !news && board.next.is_some_and(|next| now < next) {
            return None;
        }
        match self.look(board, now) {
            Ok(Some(due)) => {
                board.looked = Some(version);
                // What is left out now is looked for as soon as there is room; otherwise a clock that is set may matter.
                let later = now.plus_ms(time::MINUTE_MS);
                let woken = board.resting.values().map(|(until, _)| *until).filter(|until| *until > now).min();
                let later = woken.map_or(later, |woken| woken.min(later));
                board.next = Some(if due.more { now } else { due.next.map_or(later, |next| next.min(later)) });
                board.ready = due.letters.into_iter().filter(|(id, _)| !board.under_way.contains(&id.0)).collect();
            }
            Ok(None) => {
                // Nothing to send with: until the settings change.
                board.looked = Some(version);
                board.next = Some(now.plus_ms(time::MINUTE_MS));
                board.ready.clear();
            }
            Err(cause) => {
                log::error!("the outbox could not be read: {cause}");
                board.next = Some(now.plus_ms(REST_MS));
            }
        }
        self.takeable(board, now)
    }

    fn takeable(&self, board: &mut Board, now: Instant) -> Option<(LetterId, String)> {
        let free = |(_, host): &(LetterId, String)| {
            board.of_host.get(host).is_none_or(|count| *count < self.each) && !rests(board, host, now)
        };
        let place = board.ready.iter().position(free)?;
        let (id, host) = board.ready.remove(place)?;
        board.under_way.insert(id.0);
        *board.of_host.entry(host.clone()).or_insert(0) += 1;
        Some((id, host))
    }

    /// What is due, if there is something to send it by.
    fn look(&self, board: &Board, now: Instant) -> Result<Option<Due>> {
        let ways = self.ways()?;
        let ready = match self.way {
            Way::Mail => ways.mail.is_some(),
            Way::Sms => match ways.sms {
                Some(Sms::Http(_)) => true,
                Some(Sms::Mail { .. }) => ways.mail.is_some(),
                None => false,
            },
            // What waits for one that was revoked has to be settled too.
            Way::Hook => true,
        };
        if !ready {
            return Ok(None);
        }
        // SMS have one host, mails many.
        let each = if self.way == Way::Sms { READY_MAX } else { READY_MAX / 4 };
        let rests = |host: &str| rests(board, host, now);
        self.store().read(|tx| outbox::due(tx, self.way, now, (READY_MAX, each), rests)).map(Some)
    }

    fn ways(&self) -> Result<Ways> {
        self.store().read(|tx| {
            let mail = match &self.means.mail {
                Some(fixed) => Some(fixed.clone()),
                None => settings::mail(tx)?,
            };
            Ok(Ways { mail, sms: settings::sms(tx)? })
        })
    }

    /// Sends a letter and notes what came of it.
    fn deliver(&mut self, id: LetterId) {
        let found = self.store().read(|tx| match outbox::letter(tx, id) {
            Ok(letter) => Ok(Some(letter)),
            Err(crate::error::Error::NotFound) => Ok(None),
            Err(other) => Err(other),
        });
        let now = self.now();
        let letter = match found {
            Ok(Some(letter)) if letter.state == State::Waiting && letter.due <= now => letter,
            Ok(_) => return,
            Err(cause) => {
                log::error!("letter {id} could not be read: {cause}");
                return;
            }
        };
        let useless = if stale::is_useless(&letter, now) {
            Some(stale::useless_sentence(&letter))
        } else {
            self.nobody_listens(&letter)
        };
        if let Some(words) = useless {
            if let Err(cause) = self.store().write_into_reserve(|tx| stale::give_up(tx, id, words, now)) {
                log::error!("letter {id} could not be given up: {cause}");
            }
            return;
        }
        let outcome = match self.ways() {
            Ok(ways) => self.send(&letter, &ways),
            Err(cause) => {
                log::error!("the settings of the outbox could not be read: {cause}");
                return;
            }
        };
        self.rest_or_not(&outcome, letter.host());
        self.mark(id, &outcome, occurrence(&letter));
        self.pen = None;
        // No recipient here: the log holds no names.
        match &outcome {
            Outcome::Sent(_) => log::info!("letter {id} ({}) sent", self.way.label()),
            Outcome::Later(words) | Outcome::Never(words) | Outcome::Unreachable(words) => {
                let code: String = words.chars().take_while(char::is_ascii_digit).collect();
                log::warn!(
                    "letter {id} ({}) not sent, {}",
                    self.way.label(),
                    if code.is_empty() { "no answer" } else { &code }
                );
            }
        }
    }

    /// Why a webhook's letter leaves no more.
    fn nobody_listens(&self, letter: &Letter) -> Option<&'static str> {
        let occurrence = occurrence(letter)?;
        match self.store().read(|tx| hooks::hook(tx, occurrence.hook)) {
            Ok(hook) if hook.stopped.is_some() && occurrence.kind != hooks::Kind::Trial => {
                Some("Ce webhook ne répondait plus : il est arrêté.")
            }
            Err(crate::error::Error::NotFound) => Some("Ce webhook a été révoqué."),
            Ok(_) | Err(_) => None,
        }
    }

    /// Calls a webhook.
    fn call(&self, letter: &Letter, site: &str) -> Outcome {
        let Some(occurrence) = occurrence(letter) else {
            return Outcome::Never("Le texte de ce courrier a été effacé.".into());
        };
        let found = self.store().read(|tx| {
            let hook = hooks::hook(tx, occurrence.hook)?;
            let content = if hook.content.is_some() { (self.means.content)(tx, occurrence)? } else { None };
            Ok((hook, content))
        });
        match found {
            Ok((hook, content)) => hooks::send::call(letter, occurrence, &hook, site, content, self.now()),
            Err(cause) => {
                log::error!("what letter {} is about could not be read: {cause}", letter.id);
                Outcome::Later("Erreur interne du serveur.".into())
            }
        }
    }

    fn send(&mut self, letter: &Letter, ways: &Ways) -> Outcome {
        if letter.way == Way::Hook {
            return self.call(letter, ways.mail.as_ref().map_or("", |mail| &mail.site));
        }
        let none = Outcome::Unreachable("Aucun serveur n’est réglé.".into());
        let (name, site, from) =
            ways.mail.as_ref().map_or(("", "", ""), |mail| (&mail.from_name, &mail.site, &mail.from));
        let sender = Sender { name: if name.is_empty() { "Votre secrétariat" } else { name }, site, from };
        let Some(words) = letter.words(sender) else {
            return Outcome::Never("Le texte de ce courrier a été effacé.".into());
        };
        match (letter.way, &ways.sms, &ways.mail) {
            (Way::Mail, _, Some(mail)) => self.send_mail(smtp::compose(letter, &letter.to, &words, mail), mail),
            (Way::Sms, Some(Sms::Http(gateway)), _) => {
                let expected = self.store().write_into_reserve(|tx| receipts::expect(tx, letter));
                if let Err(cause) = expected {
                    log::warn!("no receipt can be taken for letter {}: {cause}", letter.id);
                }
                gateway::send(letter, &words.text, gateway, site)
            }
            (Way::Sms, Some(Sms::Mail { to, subject }), Some(mail)) => {
                // Such gateways take digits, with the country's code and without a sign.
                let digits = letter.to.trim_start_matches('+');
                let words = super::letter::Words { subject: subject.clone(), ..words };
                self.send_mail(smtp::compose(letter, &to.replace("{numero}", digits), &words, mail), mail)
            }
            _ => none,
        }
    }

    fn send_mail(&mut self, composed: std::result::Result<smtp::Composed, String>, mail: &Mail) -> Outcome {
        let composed = match composed {
            Ok(composed) => composed,
            Err(words) => return Outcome::Never(words),
        };
        let kept = self.line.take().and_then(|mut line| {
            if line.is_good_for(mail) {
                return Some(line);
            }
            line.close();
            None
        });
        let mut line = match kept.map_or_else(|| Line::open(mail), Ok) {
            Ok(line) => line,
            Err(outcome) => return outcome,
        };
        let (outcome, good) = match line.offer(&composed) {
            Ok(()) => {
                self.pen = self.shared.pen.take();
                line.hand_over(&composed)
            }
            Err(refused) => refused,
        };
        if good {
            self.line = Some(line);
        }
        outcome
    }

    /// An unreachable server lets the lane rest; one that answers lets it go on.
    fn rest_or_not(&self, outcome: &Outcome, host: &str) {
        let mut board = self.lane().lock();
        if self.way == Way::Hook {
            if host.is_empty() {
                return;
            }
            if matches!(outcome, Outcome::Sent(_) | Outcome::Never(_)) {
                board.resting.remove(host);
                return;
            }
            let rest = longer_rest(board.resting.get(host).copied(), self.now());
            board.resting.insert(host.to_owned(), rest);
            return;
        }
        board.rest = match outcome {
            Outcome::Unreachable(_) => Some(longer_rest(board.rest, self.now())),
            _ => None,
        };
    }

    /// Notes what came of a try. Until the disk takes it, nothing else is sent by this thread: better late than twice.
    fn mark(&self, id: LetterId, outcome: &Outcome, occurrence: Option<&Occurrence>) {
        loop {
            let now = self.now();
            let marked = self.store().write_into_reserve(|tx| {
                if let Some(occurrence) = occurrence {
                    hooks::note(tx, occurrence.hook, outcome, now)?;
                }
                match outbox::note_attempt(tx, id, outcome, now)? {
                    Some(letter) => (self.means.told)(tx, &letter, now),
                    None => Ok(()),
                }
            });
            match marked {
                Ok(()) => return,
                Err(cause) => log::error!("what became of letter {id} could not be noted: {cause}"),
            }
            if self.stopping() {
                return;
            }
            std::thread::sleep(MARK_AGAIN);
        }
    }
}

/// What a webhook's letter tells.
fn occurrence(letter: &Letter) -> Option<&Occurrence> {
    match &letter.body {
        Body::Event(occurrence) => Some(occurrence),
        _ => None,
    }
}

/// Until when somebody who could not be reached is left alone, twice as long as before; and how often in a row that was so.
fn longer_rest(before: Option<(Instant, u32)>, now: Instant) -> (Instant, u32) {
    let times = before.map_or(0, |(_, times)| times + 1);
    (now.plus_ms((REST_MS << times.min(10)).min(REST_MAX_MS)), times)
}

/// Whether a webhook's host is left alone for now.
fn rests(board: &Board, host: &str, now: Instant) -> bool {
    board.resting.get(host).is_some_and(|(until, _)| *until > now)
}
