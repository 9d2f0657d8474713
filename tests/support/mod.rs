//! The stage of every story: an office with a cast that returns, on a free port, with a clock that moves when told.
//!
//! Cast: `martin` (client of Cabinet Martin), `lefevre` (client of Maître Lefèvre), `double` (client of both), `aline`
//! (secretary of all), `basile` (secretary of Cabinet Martin alone), `admin`, `partie` (a secretary whose account is closed);
//! a stranger is a browser that nobody signed in.

pub mod authority;
pub mod browser;
pub mod command;
pub mod crowd;
mod diary;
pub mod disk;
pub mod dovecot;
pub mod fax;
pub mod faxes;
pub mod mail;
pub mod outside;
pub mod postfix;
pub mod rows;
pub mod screen;
pub mod tls;

pub use browser::Browser;

use permanence::agenda;
use permanence::agenda::model::Actor;
use permanence::base::{ContactId, Instant, MessageNumber, PersonId, Phone, SubscriberId, Zone};
use permanence::contacts::model::{By, NewContact};
use permanence::contacts::store as contacts;
use permanence::messages::model::{Caller, Kind, NewMessage};
use permanence::messages::store as messages;
use permanence::people::model::{Assignment, NewPerson, Role};
use permanence::people::{passwords, store as people};
use permanence::server::{self, Duties, Server, Settings};
use permanence::subscribers::Side;
use permanence::subscribers::card::model as instructions;
use permanence::subscribers::model::NewSubscriber;
use permanence::subscribers::store as subscribers;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

/// Everybody's password.
pub const PASSWORD: &str = "une phrase pour entrer";
pub const MARTIN: SubscriberId = SubscriberId(1);
pub const LEFEVRE: SubscriberId = SubscriberId(2);

/// Tuesday 24 November 2026, 10:00 in Paris.
pub const TUESDAY_10_00: i64 = 1_795_510_800_000;

/// A running office. Dropping it ends the server and removes its folder.
pub struct Office {
    server: Option<Server>,
    clock: Arc<AtomicI64>,
    settings: Settings,
    duties: Duties,
    _folder: tempfile::TempDir,
}

/// An office with its cast and no message.
pub fn office() -> Office {
    let office = empty_house();
    office.add_cast();
    office
}

/// The same with settings of its own.
pub fn office_set(change: impl FnOnce(&mut Settings)) -> Office {
    let office = house_with(Duties::default(), change);
    office.add_cast();
    office
}

/// The same with doors and works of a story's own, which break.
pub fn office_with(duties: Duties) -> Office {
    let office = house_with(duties, |_| ());
    office.add_cast();
    office
}

/// A server on an empty data folder.
pub fn empty_house() -> Office {
    house_with(Duties::default(), |_| ())
}

fn house_with(duties: Duties, change: impl FnOnce(&mut Settings)) -> Office {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut settings = settings(folder.path());
    change(&mut settings);
    let clock = Arc::new(AtomicI64::new(TUESDAY_10_00));
    let mut office = Office { server: None, clock, settings, duties, _folder: folder };
    office.start();
    office
}

/// The settings of a server on a folder, on a free port of the loopback.
pub fn settings(folder: &std::path::Path) -> Settings {
    Settings {
        program: env!("CARGO_BIN_EXE_permanence").into(),
        folder: folder.join("data"),
        listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
        tls: None,
        acme: None,
        public_name: None,
        trusted_proxies: Vec::new(),
        cache_bytes: 4 * 1024 * 1024,
        workers: 4,
        expiry_time: chrono::NaiveTime::from_hms_opt(3, 0, 0).expect("a time"),
        zone: Zone::PARIS,
        mail: None,
        fax_folder: None,
        kit_folder: None,
        metrics: None,
        dav_in_clear: false,
        backups: Default::default(),
    }
}

impl Office {
    fn start(&mut self) {
        let clock = Arc::clone(&self.clock);
        let clock = Arc::new(move || Instant(clock.load(Ordering::SeqCst)));
        let house = server::open(&self.settings).expect("the data opens");
        self.server = Some(Server::start_with(&self.settings, house, clock, self.duties).expect("the server starts"));
    }

    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }

    /// Ends the server in order and starts it again on the same data (on another port).
    pub fn restart(&mut self) {
        self.stop();
        self.start();
    }

    /// Ends the server and starts it again with other settings.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        self.stop();
        change(&mut self.settings);
        self.start();
    }

    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    pub fn house(&self) -> &permanence::house::House {
        self.server().house()
    }

    pub fn address(&self) -> SocketAddr {
        self.server().addresses()[0]
    }

    /// Where it listens by HTTPS.
    pub fn secure_address(&self) -> SocketAddr {
        self.server().secure_addresses()[0]
    }

    pub fn data_folder(&self) -> &std::path::Path {
        &self.settings.folder
    }

    pub fn now(&self) -> Instant {
        Instant(self.clock.load(Ordering::SeqCst))
    }

    pub fn let_pass_s(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub fn let_pass_days(&self, days: i64) {
        self.let_pass_s(days * 24 * 3600);
    }

    /// A browser that nobody signed in.
    pub fn stranger(&self) -> Browser {
        Browser::new(self.address())
    }

    /// A browser in which somebody of the cast has signed in.
    pub fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.stranger();
        let page = browser.post("/connexion", &[("identifiant", login), ("pass", PASSWORD)]);
        assert_eq!(page.status, 303, "{login} signs in: {}", page.text());
        browser
    }

    /// Somebody's account is closed or opened again, as an administrator does.
    pub fn set_active(&self, login: &str, active: bool) {
        let store = &self.house().store;
        let person = store.read(|tx| people::by_login(tx, login)).expect("a look").expect("a person");
        store.write(|tx| people::set_active(tx, person.id, active)).expect("the account is changed");
    }

    fn add_cast(&self) {
        let now = self.now();
        let store = &self.house().store;
        store
            .write(|tx| {
                for (name, trade, called) in
                    [("Cabinet Martin", "Médecin généraliste", "patient"), ("Maître Lefèvre", "Avocate", "client")]
                {
                    let new = NewSubscriber::named(name);
                    subscribers::add(tx, NewSubscriber { trade: trade.into(), clients_called: called.into(), ..new })?;
                }
                for (login, name, role) in [
                    ("martin", "Dr Martin", Role::Client { subscribers: vec![MARTIN] }),
                    ("lefevre", "Me Lefèvre", Role::Client { subscribers: vec![LEFEVRE] }),
                    ("double", "Gestion Double", Role::Client { subscribers: vec![MARTIN, LEFEVRE] }),
                    ("aline", "Aline", Role::Secretary { answers_for: Assignment::All }),
                    ("basile", "Basile", Role::Secretary { answers_for: Assignment::Some(vec![MARTIN]) }),
                    ("admin", "Camille", Role::Administrator),
                    ("partie", "Denise", Role::Secretary { answers_for: Assignment::All }),
                ] {
                    let mut person = NewPerson::checked(login, name, "", role)?;
                    person.password = password_hash();
                    let person = people::add(tx, person, now)?;
                    if login == "partie" {
                        people::set_active(tx, person.id, false)?;
                    }
                }
                Ok(())
            })
            .expect("the cast enters");
    }

    /// A message left for an abonné now, through the store: the stage, not the play.
    pub fn message(&self, subscriber: SubscriberId, text: &str) -> MessageNumber {
        self.message_with(subscriber, |message| message.text = text.into())
    }

    pub fn message_with(&self, subscriber: SubscriberId, change: impl FnOnce(&mut NewMessage)) -> MessageNumber {
        let mut message = new_message(self.now());
        change(&mut message);
        let message = message.checked().expect("a message that can be taken");
        self.house().store.write(|tx| messages::take(tx, subscriber, message)).expect("it is taken").number
    }

    /// A contact card, through the store.
    pub fn contact(
        &self,
        subscriber: SubscriberId,
        last: &str,
        first: &str,
        change: impl FnOnce(&mut NewContact),
    ) -> ContactId {
        let mut new = NewContact { last_name: last.into(), first_name: first.into(), ..NewContact::default() };
        change(&mut new);
        let new = new.checked(self.now().local(Zone::PARIS).date()).expect("a card that can be kept");
        let by = By { person: None, name: "Aline" };
        self.house().store.write(|tx| contacts::add(tx, subscriber, new, by, self.now())).expect("it is kept").id
    }

    /// The line that rings for an abonné of the cast, through the store.
    pub fn line(&self, subscriber: SubscriberId, line: &str) {
        let store = &self.house().store;
        let changed = store.write(|tx| {
            let known = subscribers::subscriber(tx, subscriber)?.expect("an abonné of the cast");
            let new = NewSubscriber {
                trade: known.trade,
                clients_called: known.clients_called,
                lines: vec![Phone::read(line)],
                ..NewSubscriber::named(&known.name)
            };
            subscribers::change(tx, subscriber, new, true)
        });
        changed.expect("its line");
    }

    /// A permanent instruction, through the store.
    pub fn instruction(&self, subscriber: SubscriberId, text: &str) -> u64 {
        let new = instructions::NewInstruction { text: text.into(), from: None, to: None };
        let by = permanence::subscribers::card::store::By { person: PersonId(4), name: "Aline" };
        let store = &self.house().store;
        let written =
            store.write(|tx| permanence::subscribers::card::store::write(tx, subscriber, new, None, by, self.now()));
        written.expect("it is written").id
    }

    /// Many messages, a minute apart, the last one now; in one write.
    pub fn messages(&self, subscriber: SubscriberId, count: i64) {
        let now = self.now();
        self.house()
            .store
            .write(|tx| {
                for number in 1..=count {
                    let mut message = new_message(now.plus_ms((number - count) * 60_000));
                    message.text = format!("Appel numéro {number}.");
                    messages::take(tx, subscriber, message.checked()?)?;
                }
                Ok(())
            })
            .expect("they are taken");
    }
}

impl Office {
    fn at_agenda<T>(
        &self,
        subscriber: SubscriberId,
        change: impl FnOnce(
            &permanence::store::Write<'_>,
            &permanence::subscribers::Subscriber,
            Actor<'_>,
        ) -> permanence::error::Result<T>,
    ) -> T {
        let nobody = Actor { person: None, name: "La régie", side: Side::Subscriber };
        let played = self.house().store.write(|tx| {
            let subscriber = subscribers::subscriber(tx, subscriber)?.expect("an abonné of the cast");
            change(tx, &subscriber, nobody)
        });
        played.expect("the agenda takes it")
    }

    /// An absence of one whole day (YYYY-MM-DD).
    pub fn absence(&self, subscriber: SubscriberId, date: &str) {
        let date = date.parse().expect("a date");
        let new = agenda::absences::NewAbsence::days(date, date, "Congés");
        self.at_agenda(subscriber, |tx, of, actor| agenda::absences::add(tx, of, new, actor, self.now()));
    }

    /// From a date on, nine o’clock of its weekday is not worked.
    pub fn unworked_each_week(&self, subscriber: SubscriberId, date: &str) {
        use agenda::model::{Minute, Opening};
        let change = agenda::overrides::Change {
            date: date.parse().expect("a date"),
            start: Minute::at(9, 0),
            end: Minute::at(9, 15),
            opening: Opening::Unworked,
            slot_minutes: None,
            reach: agenda::overrides::Reach::FromNowOn,
        };
        self.at_agenda(subscriber, |tx, of, actor| agenda::overrides::change(tx, of, change, actor, self.now()));
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A call taken by Aline from Marie Dupont.
pub fn new_message(received: Instant) -> NewMessage {
    NewMessage {
        received,
        kind: Kind::Information,
        urgent: false,
        caller: Caller {
            civility: "Mme".into(),
            last_name: "Dupont".into(),
            first_name: "Marie".into(),
            phone: Phone::read("06 39 98 12 34"),
            ..Caller::default()
        },
        subject: String::new(),
        text: "Souhaite être rappelée.".into(),
        appointment: None,
        taken_by: "Aline".into(),
        taken_by_person: Some(PersonId(4)),
        contact: None,
        appointment_id: None,
    }
}

/// Hashing is slow on purpose: once is enough for the whole cast.
pub fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| passwords::hash(PASSWORD).expect("a hash")).clone()
}
