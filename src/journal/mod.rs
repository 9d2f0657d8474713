//! Who signed in, saw, changed, exported, erased what and when: identifiers, never content. A file of its own.
//!
//! Entries are handed to a thread that writes all that wait in one go, so that looking at a page costs nobody a disk sync;
//! at an orderly end everything is written. Kept 12 months (product, section 15).
//! Never here: names of contacts, texts, addresses of patients; `object` is « message 12 », no more.

use crate::base::{Instant, PersonId, SubscriberId, time};
use crate::error::Result;
use crate::store::{Collection, Direction, Options, Record, Schema, Store};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Entries that may wait for the disk; a full queue makes who writes wait, never drops.
const WAITING_MAX: usize = 1024;

/// How long entries are kept.
pub const KEPT_MS: i64 = 366 * time::DAY_MS;

/// Rows erased in one write.
const PURGE_STEP: usize = 1000;

/// Looking at the same thing again within this time is one look.
const SAME_LOOK_MS: i64 = 10 * time::MINUTE_MS;
/// Looks remembered for that; beyond it the oldest are forgotten, and the journal has a line more.
const LOOKS_MAX: usize = 4096;

/// Little is read here, and mostly the newest.
const CACHE_BYTES: usize = 1024 * 1024;

static ENTRIES: Collection<(i64, u64), Entry> = Collection::new("journal.entries");

/// The file's name in the data folder.
pub const FILE: &str = "journal.redb";

pub static SCHEMA: Schema = Schema { tables: &[&[&ENTRIES]], migrations: &[] };

/// What somebody did. New ones go to the end: their place is what the file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    SignedIn,
    SignInFailed,
    SignedOut,
    PasswordChanged,
    PersonAdded,
    PersonChanged,
    SubscriberAdded,
    SubscriberChanged,
    HouseChanged,
    MessagesSeen,
    MessageSeen,
    MessageTaken,
    MessagesArchived,
    MessagesRestored,
    MessageAnswered,
    AnswerHandled,
    Searched,
    Printed,
    Imported,
    Expired,
    BookmarkUsed,
    SetUp,
    JournalRead,
    ErrorShown,
    ContactsSeen,
    ContactsSearched,
    ContactSeen,
    ContactAdded,
    ContactChanged,
    ContactErased,
    ContactsMerged,
    ContactsParted,
    ContactsExported,
    MessageTied,
    LinkMade,
    LinkRevoked,
    LinkUsed,
    SessionsEnded,
    SecondFactorOn,
    SecondFactorOff,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    BookmarkSwitched,
    RightsChanged,
    SecurityChanged,
    AgendaRulesSeen,
    AgendaRulesChanged,
    AbsenceAdded,
    AbsenceRemoved,
    LookBegun,
    LookEnded,
    LookAllowed,
    LookForbidden,
    Downloaded,
    RemovalAsked,
    Removed,
    CountersExported,
    JournalExported,
    AppearanceChanged,
    AgendaSeen,
    AppointmentBooked,
    AppointmentChanged,
    AppointmentMoved,
    AppointmentCancelled,
    SlotChanged,
    AgendaUndone,
    InstructionsChanged,
    AvailabilityChanged,
    CardChanged,
    WaitingHandled,
    MessageCorrected,
    MessageTransferred,
    TemplatesChanged,
    LetterRead,
    LetterResent,
    LetterCancelled,
    LetterTried,
    WishesChanged,
    PasswordForgotten,
    CallsExported,
    BackupAsked,
    BackupMade,
    BackupFailed,
    DataRestored,
    FaxReceived,
    FaxSeen,
    FaxDownloaded,
    FaxAttributed,
    FaxErased,
    TokenMade,
    TokenRevoked,
    CallHeard,
    CallTaken,
    HookAdded,
    HookChanged,
    HookRevoked,
    ProofMade,
    ProofKeyRenewed,
    FeedMade,
    FeedRevoked,
    KitTaken,
    KitSent,
    KitWishChanged,
}

impl Action {
    /// Every one of them, in the order of the file. The file's own reading says where they end, so that no second list
    /// must be kept.
    pub fn all() -> impl Iterator<Item = Action> {
        (0..=u8::MAX).map_while(|place| postcard::from_bytes(&[place]).ok())
    }

    /// The label as an address writes it: « messages-archives ».
    pub fn word(self) -> String {
        crate::base::fold::words(self.label()).join("-")
    }

    pub fn from_word(word: &str) -> Option<Action> {
        Action::all().find(|action| action.word() == word)
    }

    /// The words of the screen.
    pub fn label(self) -> &'static str {
        match self {
            Action::SignedIn => "connexion",
            Action::SignInFailed => "échec de connexion",
            Action::SignedOut => "déconnexion",
            Action::PasswordChanged => "mot de passe changé",
            Action::PersonAdded => "compte créé",
            Action::PersonChanged => "compte modifié",
            Action::SubscriberAdded => "abonné créé",
            Action::SubscriberChanged => "abonné modifié",
            Action::HouseChanged => "réglages du secrétariat modifiés",
            Action::MessagesSeen => "messages consultés",
            Action::MessageSeen => "message consulté",
            Action::MessageTaken => "message pris",
            Action::MessagesArchived => "messages archivés",
            Action::MessagesRestored => "messages remis en attente",
            Action::MessageAnswered => "réponse au secrétariat",
            Action::AnswerHandled => "réponse traitée",
            Action::Searched => "recherche",
            Action::Printed => "impression",
            Action::Imported => "import",
            Action::Expired => "effacement à l’échéance",
            Action::BookmarkUsed => "connexion par favori",
            Action::SetUp => "installation",
            Action::JournalRead => "journal consulté",
            Action::ErrorShown => "erreur interne",
            Action::ContactsSeen => "contacts consultés",
            Action::ContactsSearched => "contacts cherchés",
            Action::ContactSeen => "fiche contact consultée",
            Action::ContactAdded => "fiche contact créée",
            Action::ContactChanged => "fiche contact modifiée",
            Action::ContactErased => "fiche contact supprimée",
            Action::ContactsMerged => "fiches contact fusionnées",
            Action::ContactsParted => "fusion de fiches annulée",
            Action::ContactsExported => "contacts exportés",
            Action::MessageTied => "message relié à une fiche",
            Action::LinkMade => "lien personnel créé",
            Action::LinkRevoked => "lien personnel révoqué",
            Action::LinkUsed => "connexion par lien personnel",
            Action::SessionsEnded => "sessions fermées",
            Action::SecondFactorOn => "second facteur activé",
            Action::SecondFactorOff => "second facteur désactivé",
            Action::RecoveryCodesMade => "codes de secours renouvelés",
            Action::RecoveryCodeUsed => "code de secours utilisé",
            Action::BookmarkSwitched => "ancien favori permis ou interdit",
            Action::RightsChanged => "droits modifiés",
            Action::SecurityChanged => "règles de connexion modifiées",
            Action::AgendaRulesSeen => "absence consultée",
            Action::AgendaRulesChanged => "règles d’agenda modifiées",
            Action::AbsenceAdded => "absence ajoutée",
            Action::AbsenceRemoved => "absence supprimée",
            Action::LookBegun => "« Voir comme » commencé",
            Action::LookEnded => "« Voir comme » terminé",
            Action::LookAllowed => "« Voir comme » autorisé",
            Action::LookForbidden => "« Voir comme » refusé",
            Action::Downloaded => "téléchargement de tout",
            Action::RemovalAsked => "suppression demandée",
            Action::Removed => "suppression achevée",
            Action::CountersExported => "compteurs exportés",
            Action::JournalExported => "journal exporté",
            Action::AppearanceChanged => "apparence modifiée",
            Action::AgendaSeen => "agenda consulté",
            Action::AppointmentBooked => "rendez-vous pris",
            Action::AppointmentChanged => "rendez-vous modifié",
            Action::AppointmentMoved => "rendez-vous déplacé",
            Action::AppointmentCancelled => "rendez-vous annulé",
            Action::SlotChanged => "créneau modifié",
            Action::AgendaUndone => "changement d’agenda annulé",
            Action::InstructionsChanged => "consignes modifiées",
            Action::AvailabilityChanged => "disponibilité modifiée",
            Action::WaitingHandled => "travail en attente traité",
            Action::TemplatesChanged => "modèles de texte modifiés",
            Action::MessageCorrected => "message corrigé",
            Action::MessageTransferred => "message transféré",
            Action::CardChanged => "fiche d’accueil modifiée",
            Action::LetterRead => "courrier ouvert",
            Action::LetterResent => "courrier envoyé de nouveau",
            Action::LetterCancelled => "courrier annulé",
            Action::LetterTried => "essai d’envoi",
            Action::WishesChanged => "avis à l’abonné modifiés",
            Action::PasswordForgotten => "mot de passe oublié",
            Action::CallsExported => "appels exportés",
            Action::BackupAsked => "sauvegarde demandée",
            Action::BackupMade => "sauvegarde",
            Action::BackupFailed => "échec de sauvegarde",
            Action::DataRestored => "données reprises d’une sauvegarde",
            Action::FaxReceived => "fax reçu",
            Action::FaxSeen => "fax consulté",
            Action::FaxDownloaded => "original d’un fax téléchargé",
            Action::FaxAttributed => "fax remis à un abonné",
            Action::FaxErased => "fax supprimé",
            Action::TokenMade => "jeton d’accès créé",
            Action::TokenRevoked => "jeton d’accès révoqué",
            Action::CallHeard => "appel signalé",
            Action::CallTaken => "appel pris",
            Action::HookAdded => "webhook créé",
            Action::HookChanged => "webhook modifié",
            Action::HookRevoked => "webhook révoqué",
            Action::ProofMade => "preuve de transmission établie",
            Action::ProofKeyRenewed => "clé des preuves renouvelée",
            Action::FeedMade => "abonnement de calendrier créé",
            Action::FeedRevoked => "abonnement de calendrier révoqué",
            Action::KitTaken => "kit de secours téléchargé",
            Action::KitSent => "kit de secours envoyé",
            Action::KitWishChanged => "envoi du kit de secours modifié",
        }
    }
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub at: Instant,
    pub action: Action,
    pub person: Option<PersonId>,
    /// The login as it was; what was typed as one is kept for failures only if such a person exists.
    pub login: String,
    pub subscriber: Option<SubscriberId>,
    /// « message 12 », « 35 messages »; never content.
    pub object: String,
    pub from: Option<IpAddr>,
}

impl Record for Entry {}

impl Entry {
    /// An entry about nothing more than the action itself.
    pub fn new(at: Instant, action: Action) -> Entry {
        Entry { at, action, person: None, login: String::new(), subscriber: None, object: String::new(), from: None }
    }

    pub fn by(mut self, person: PersonId, login: &str) -> Entry {
        self.person = Some(person);
        self.login = login.to_owned();
        self
    }

    pub fn about(mut self, subscriber: SubscriberId) -> Entry {
        self.subscriber = Some(subscriber);
        self
    }

    pub fn object(mut self, object: impl Into<String>) -> Entry {
        self.object = object.into();
        self
    }

    pub fn from(mut self, address: IpAddr) -> Entry {
        self.from = Some(address);
        self
    }
}

/// What to show of the journal.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only entries about this abonné.
    pub subscriber: Option<SubscriberId>,
    /// Only what this person did, by login.
    pub login: Option<String>,
    pub action: Option<Action>,
    /// From this moment on.
    pub from: Option<Instant>,
    /// Before this moment.
    pub before: Option<Instant>,
    /// Folded words that must all stand in the line.
    pub words: Vec<String>,
}

impl Filter {
    /// Whether an entry is meant, its words aside.
    fn fits(&self, entry: &Entry) -> bool {
        self.subscriber.is_none_or(|wanted| entry.subscriber == Some(wanted))
            && self.action.is_none_or(|wanted| entry.action == wanted)
            && self.login.as_ref().is_none_or(|wanted| entry.login == *wanted)
    }
}

/// The open journal.
pub struct Journal {
    store: Arc<Store>,
    queue: SyncSender<Order>,
    writer: Mutex<Option<JoinHandle<()>>>,
    looks: Mutex<HashMap<Look, Instant>>,
}

/// Who looked at what.
type Look = (Option<PersonId>, Action, Option<SubscriberId>, String);

enum Order {
    Write(Box<Entry>),
    /// Answered once everything handed over before is on the disk.
    Flush(SyncSender<()>),
    End,
}

impl Journal {
    /// Opens `journal.redb` in a data folder and starts its writer.
    pub fn open(folder: &Path) -> Result<Journal> {
        let options = Options::cached(CACHE_BYTES);
        let store = Arc::new(Store::open(&folder.join(FILE), &SCHEMA, options)?);
        let (queue, orders) = sync_channel(WAITING_MAX);
        let for_writer = Arc::clone(&store);
        let writer =
            std::thread::Builder::new().name("journal".into()).spawn(move || write_all(&for_writer, &orders))?;
        Ok(Journal { store, queue, writer: Mutex::new(Some(writer)), looks: Mutex::default() })
    }

    /// Hands an entry over; it is on the disk a moment later.
    pub fn note(&self, entry: Entry) {
        if self.queue.send(Order::Write(Box::new(entry))).is_err() {
            log::error!("the journal's writer has ended");
        }
    }

    /// As `note`, for looking: a page that is read again and again, or refreshes itself, is one look every ten minutes.
    pub fn note_look(&self, entry: Entry) {
        let look = (entry.person, entry.action, entry.subscriber, entry.object.clone());
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |last: &Instant| (0..SAME_LOOK_MS).contains(&entry.at.ms_since(*last));
        if looks.get(&look).is_some_and(recent) {
            return;
        }
        if looks.len() >= LOOKS_MAX {
            looks.retain(|_, last| recent(last));
            if looks.len() >= LOOKS_MAX {
                looks.clear();
            }
        }
        looks.insert(look, entry.at);
        drop(looks);
        self.note(entry);
    }

    /// Waits until everything noted so far is on the disk.
    pub fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if self.queue.send(Order::Flush(done)).is_ok() {
            let _ = wait.recv();
        }
    }

    /// Lines, newest first, after `skip` fitting ones, at most `most`; and whether more follow.
    /// `line` gives the folded text of an entry that the words are looked up in.
    pub fn lines(
        &self,
        filter: &Filter,
        skip: u64,
        most: usize,
        line: impl Fn(&Entry) -> String,
    ) -> Result<(Vec<Entry>, bool)> {
        let mut found = Vec::new();
        let mut skip = skip;
        let mut more = false;
        self.each(filter, line, |entry| {
            if skip > 0 {
                skip -= 1;
            } else if found.len() == most {
                more = true;
                return Ok(ControlFlow::Break(()));
            } else {
                found.push(entry);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok((found, more))
    }

    /// Every fitting line, newest first, until the closure breaks.
    pub fn each(
        &self,
        filter: &Filter,
        line: impl Fn(&Entry) -> String,
        visit: impl FnMut(Entry) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.flush();
        let visit = std::cell::RefCell::new(visit);
        let from = filter.from.map_or(i64::MIN, |from| from.0);
        let before = filter.before.map_or(i64::MAX, |before| before.0);
        if from >= before {
            return Ok(());
        }
        self.store.read(|tx| {
            ENTRIES.each(tx, (from, 0)..(before, 0), Direction::Descending, |_, entry| {
                let fits = filter.fits(&entry) && {
                    filter.words.is_empty() || {
                        let text = line(&entry);
                        filter.words.iter().all(|word| text.contains(word.as_str()))
                    }
                };
                if fits { (*visit.borrow_mut())(entry) } else { Ok(ControlFlow::Continue(())) }
            })
        })
    }

    /// Erases what is older than the journal keeps; how many lines that was.
    pub fn purge(&self, now: Instant) -> Result<u64> {
        let before = now.plus_ms(-KEPT_MS);
        let mut purged = 0;
        loop {
            let step = self.store.write_into_reserve(|tx| {
                let mut old = Vec::new();
                ENTRIES.open(tx)?.keys((i64::MIN, 0)..(before.0, 0), Direction::Ascending, 0, |key| {
                    old.push(key);
                    if old.len() == PURGE_STEP { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })?;
                for key in &old {
                    ENTRIES.remove(tx, key)?;
                }
                Ok(old.len() as u64)
            })?;
            purged += step;
            if step < PURGE_STEP as u64 {
                return Ok(purged);
            }
        }
    }

    /// The file itself, for backups.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Bytes of the file.
    pub fn file_bytes(&self) -> u64 {
        self.store.file_bytes()
    }

    pub fn check_rows(&self) -> Result<Vec<crate::store::check::TableReport>> {
        self.store.check_rows()
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let _ = self.queue.send(Order::End);
        if let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = writer.join();
        }
    }
}

/// The writer's thread: takes all that waits, writes it in one transaction, again.
fn write_all(store: &Store, orders: &Receiver<Order>) {
    let mut ended = false;
    while !ended {
        let Ok(first) = orders.recv() else { return };
        let mut entries = Vec::new();
        let mut flushes = Vec::new();
        for order in std::iter::once(first).chain(orders.try_iter().take(WAITING_MAX)) {
            match order {
                Order::Write(entry) => entries.push(entry),
                Order::Flush(done) => flushes.push(done),
                Order::End => ended = true,
            }
        }
        if !entries.is_empty()
            && let Err(cause) = store.write_into_reserve(|tx| append(tx, &entries))
        {
            log::error!("{} lines of the journal could not be written: {cause}", entries.len());
        }
        for done in flushes {
            let _ = done.send(());
        }
    }
}

fn append(tx: &crate::store::Write<'_>, entries: &[Box<Entry>]) -> Result<()> {
    for entry in entries {
        let mut place = 0;
        ENTRIES.open(tx)?.keys((entry.at.0, 0)..=(entry.at.0, u64::MAX), Direction::Descending, 0, |(_, last)| {
            place = last + 1;
            ControlFlow::Break(())
        })?;
        ENTRIES.put(tx, (entry.at.0, place), entry)?;
    }
    Ok(())
}
