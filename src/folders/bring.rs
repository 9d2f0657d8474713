//! What would come of a folder, and its coming: in one write, whole or not at all; what was brought before is known.

use super::model::{Account, HOUSE, MONTHS, Manifest, OF_HOUSE, OfHouse, Part, SETTINGS, file_of};
use super::read::{Folder, refused};
use super::store::{self, What};
use super::{carried, model};
use crate::base::{Instant, PersonId, SubscriberId, french};
use crate::error::{Error, Result};
use crate::fax::everything::Kept;
use crate::fax::model::Fax;
use crate::house::{self, House};
use crate::journal::{Action, Entry};
use crate::people::model::{NewPerson, login_kept};
use crate::people::{Assignment, Person, Role, passwords, store as people};
use crate::store::carried::Numbers;
use crate::store::{Reads, Write};
use crate::subscribers::model::NewSubscriber;
use crate::subscribers::{Subscriber, store as subscribers};
use crate::switchboard::templates;
use crate::{agenda, contacts, counters, fax, messages, reminders};
use std::collections::{HashMap, HashSet};

/// Names or logins tried with a figure behind them.
const TRIED_MAX: usize = 1_000;

/// What would become of an abonné of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It comes, under this name.
    New(String),
    /// It was brought before, and is this one.
    Known(SubscriberId),
}

/// What would become of a folder.
#[derive(Debug, Clone)]
pub struct Plan {
    pub parts: Vec<(Part, Fate)>,
    /// Accounts that come, with the login that each would have.
    pub accounts: Vec<(Account, String)>,
    /// The house's own words and figures come too: nobody is here yet.
    pub with_house: bool,
}

impl Plan {
    /// How many abonnés come.
    pub fn new_parts(&self) -> u64 {
        self.parts.iter().filter(|(_, fate)| matches!(fate, Fate::New(_))).count() as u64
    }
}

/// What came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brought {
    pub subscribers: Vec<(SubscriberId, Part)>,
    pub accounts: u64,
}

/// What would come of a folder.
pub fn plan(tx: &impl Reads, manifest: &Manifest, accounts: &[Account]) -> Result<Plan> {
    let house = manifest.maison.as_str();
    let here = subscribers::all(tx)?;
    let mut names: HashSet<Vec<String>> = here.iter().map(|one| crate::base::fold::words(&one.name)).collect();
    let mut parts = Vec::new();
    for part in &manifest.abonnes {
        let known = store::subscriber(tx, house, part.numero)?.filter(|id| here.iter().any(|one| one.id == *id));
        let fate = match known {
            Some(id) => Fate::Known(id),
            None => Fate::New(free_name(&part.nom, &mut names)?),
        };
        parts.push((part.clone(), fate));
    }
    let comes =
        |id: &SubscriberId| parts.iter().any(|(part, fate)| part.numero == id.0 && matches!(fate, Fate::New(_)));
    let mut logins: HashSet<String> = people::everybody(tx)?.into_iter().map(|person| person.login).collect();
    let mut coming = Vec::new();
    for account in accounts {
        let wanted = match &account.role {
            Role::Client { subscribers } => subscribers.iter().any(comes),
            Role::Secretary { .. } | Role::Administrator => {
                manifest.entier && parts.iter().any(|(part, _)| comes(&SubscriberId(part.numero)))
            }
        };
        if wanted && person_here(tx, house, account.numero)?.is_none() {
            coming.push((account.clone(), free_login(&account.identifiant, &mut logins)?));
        }
    }
    Ok(Plan { parts, accounts: coming, with_house: manifest.entier && here.is_empty() })
}

/// The account that one of another house became, if it is here still.
fn person_here(tx: &impl Reads, house: &str, there: u64) -> Result<Option<PersonId>> {
    let Some(number) = store::brought(tx, house, What::Person, there)? else { return Ok(None) };
    Ok(people::person(tx, PersonId(number))?.map(|person| person.id))
}

/// « Cabinet Martin », or « Cabinet Martin (2) » where another bears that name.
fn free_name(name: &str, taken: &mut HashSet<Vec<String>>) -> Result<String> {
    let mut tried = std::iter::once(name.to_owned()).chain((2..TRIED_MAX).map(|number| format!("{name} ({number})")));
    tried
        .find(|name| taken.insert(crate::base::fold::words(name)))
        .ok_or_else(|| refused("Trop d’abonnés portent déjà le nom d’un abonné de ce dossier."))
}

fn free_login(login: &str, taken: &mut HashSet<String>) -> Result<String> {
    let kept =
        login_kept(login).ok_or_else(|| refused("Un compte de ce dossier a un identifiant qui ne peut pas être."))?;
    let mut tried = std::iter::once(kept.clone()).chain((2..TRIED_MAX).map(|number| format!("{kept}-{number}")));
    tried
        .find(|login| taken.insert(login.clone()))
        .ok_or_else(|| refused("Trop de comptes portent déjà un identifiant de ce dossier."))
}

/// A fax whose original lies ready.
struct Ready {
    fax: Fax,
    kept: Kept,
}

/// Brings a folder in. Nothing of it is here when it fails, whatever cuts it short: files without a row are swept at start.
pub fn write(house: &House, folder: &mut Folder<'_>, by: Option<&Person>, now: Instant) -> Result<Brought> {
    let accounts = folder.accounts()?;
    let planned = house.store.read(|tx| plan(tx, &folder.manifest, &accounts))?;
    if planned.new_parts() == 0 && !planned.with_house {
        return Ok(Brought::default());
    }
    let room: u64 = folder.manifest.fichiers.iter().map(|file| file.octets).sum();
    if !house.store.has_room_for(room) {
        return Err(refused("Le disque du serveur n’a pas assez de place pour ce dossier."));
    }
    let mut ready = HashMap::new();
    let unusable = passwords::unusable()?;
    let written = keep_papers(house, folder, &planned, &mut ready).and_then(|()| {
        house.store.write(|tx| {
            // As it is now: somebody may have brought the same meanwhile.
            let plan = plan(tx, &folder.manifest, &accounts)?;
            if plan.new_parts() != planned.new_parts() {
                return Err(Error::Conflict("Quelqu’un vient de reprendre ce dossier.".into()));
            }
            write_all(tx, folder, &plan, &ready, &unusable, now)
        })
    });
    match written {
        Ok(brought) => {
            note(house, &brought, by, now);
            house.alarm.ring();
            Ok(brought)
        }
        Err(cause) => {
            for one in ready.values().flatten() {
                house.papers.remove(&one.kept.key)?;
            }
            Err(cause)
        }
    }
}

/// Puts the originals of faxes on the disk, before the write that names them.
fn keep_papers(
    house: &House,
    folder: &mut Folder<'_>,
    plan: &Plan,
    ready: &mut HashMap<u64, Vec<Ready>>,
) -> Result<()> {
    for (part, fate) in &plan.parts {
        if matches!(fate, Fate::Known(_)) {
            continue;
        }
        let mut faxes: Vec<Fax> = Vec::new();
        folder.lines(&format!("{}{}", part.dossier, file_of(fax::everything::TABLE)), |line| {
            let fax = serde_json::from_slice::<Fax>(line).ok();
            let known = fax.is_some();
            faxes.extend(fax);
            Ok(known)
        })?;
        let of_part = ready.entry(part.numero).or_default();
        for fax in faxes {
            let name =
                fax::everything::original(&fax).ok_or_else(|| refused("Un fax de ce dossier n’a pas d’original."))?;
            let bytes = folder.bytes(&format!("{}{name}", part.dossier))?;
            of_part.push(Ready { kept: Kept::keep(&house.papers, &bytes)?, fax });
        }
    }
    Ok(())
}

fn write_all(
    tx: &Write<'_>,
    folder: &mut Folder<'_>,
    plan: &Plan,
    ready: &HashMap<u64, Vec<Ready>>,
    unusable: &str,
    now: Instant,
) -> Result<Brought> {
    let from = folder.manifest.maison.clone();
    let mut brought = Brought::default();
    let mut here: HashMap<u64, SubscriberId> = HashMap::new();
    let mut coming = Vec::new();
    for (part, fate) in &plan.parts {
        let Fate::New(name) = fate else { continue };
        let settings: Option<Subscriber> = folder.value(&format!("{}{SETTINGS}", part.dossier))?;
        let settings = settings.ok_or_else(|| refused("Un abonné de ce dossier n’a pas de réglages."))?;
        let subscriber = add(tx, settings, name)?;
        store::note(tx, &from, What::Subscriber, (part.numero, subscriber.id.0), now)?;
        here.insert(part.numero, subscriber.id);
        coming.push((part, subscriber));
    }
    let mut numbers = Numbers::default();
    brought.accounts = add_accounts(tx, &from, plan, &here, unusable, now)?;
    for account in folder.accounts()? {
        if let Some(person) = person_here(tx, &from, account.numero)? {
            numbers.persons.insert(account.numero, person.0);
        }
    }
    for (part, subscriber) in coming {
        numbers.faxes.clear();
        for one in ready.get(&part.numero).into_iter().flatten() {
            fax::everything::carry(tx, &subscriber, one.fax.clone(), &one.kept, &mut numbers)?;
        }
        for table in carried() {
            let name = format!("{}{}", part.dossier, file_of(table.name()));
            folder.lines(&name, |line| table.put(tx, subscriber.id, line, &numbers))?;
        }
        contacts::everything::settle(tx, &subscriber)?;
        messages::everything::settle(tx, &subscriber)?;
        agenda::everything::settle(tx, &subscriber)?;
        reminders::everything::settle(tx, &subscriber)?;
        for one in ready.get(&part.numero).into_iter().flatten() {
            // Read anew, it hangs itself on its message.
            if let Some(number) = one.fax.message {
                messages::store::message(tx, subscriber.id, number)
                    .map_err(|_| refused("Un fax de ce dossier a perdu son message."))?;
            }
        }
        if plan.with_house {
            folder.lines(&format!("{}{MONTHS}", part.dossier), |line| match serde_json::from_slice(line) {
                Ok(figure) => counters::carry(tx, subscriber.id, figure),
                Err(_) => Ok(false),
            })?;
        }
        brought.subscribers.push((subscriber.id, part.clone()));
    }
    if plan.with_house {
        write_house(tx, folder)?;
    }
    Ok(brought)
}

/// The abonné with its settings, checked as a form's are.
fn add(tx: &Write<'_>, settings: Subscriber, name: &str) -> Result<Subscriber> {
    let active = settings.active;
    let new = NewSubscriber {
        name: name.to_owned(),
        trade: settings.trade,
        town: settings.town,
        lines: settings.lines,
        clients_called: settings.clients_called,
        zone: settings.zone,
        retention_days: settings.retention_days,
    };
    let new = new.checked()?;
    let added = subscribers::add(tx, new.clone())?;
    if active { Ok(added) } else { subscribers::change(tx, added.id, new, false) }
}

/// Accounts come closed and without a password: who administers the house opens those that shall be.
fn add_accounts(
    tx: &Write<'_>,
    from: &str,
    plan: &Plan,
    here: &HashMap<u64, SubscriberId>,
    unusable: &str,
    now: Instant,
) -> Result<u64> {
    let mapped = |some: &[SubscriberId]| some.iter().filter_map(|id| here.get(&id.0)).copied().collect();
    for (account, login) in &plan.accounts {
        let role = match &account.role {
            Role::Client { subscribers } => Role::Client { subscribers: mapped(subscribers) },
            Role::Secretary { answers_for: Assignment::Some(some) } => {
                Role::Secretary { answers_for: Assignment::Some(mapped(some)) }
            }
            other => other.clone(),
        };
        let mut new = NewPerson::checked(login, &account.nom, &account.email, role)?;
        new.password = unusable.to_owned();
        let person = people::add(tx, new, now)?;
        people::set_active(tx, person.id, false)?;
        people::set_bookmark(tx, person.id, account.favori)?;
        store::note(tx, from, What::Person, (account.numero, person.id.0), now)?;
    }
    Ok(plan.accounts.len() as u64)
}

fn write_house(tx: &Write<'_>, folder: &mut Folder<'_>) -> Result<()> {
    if let Some(of_house) = folder.value::<OfHouse>(HOUSE)? {
        house::set_secretariat(tx, &of_house.secretariat)?;
        house::set_customs(tx, &of_house.usages)?;
    }
    for table in &templates::CARRIED {
        let name = format!("{OF_HOUSE}{}", model::file_of(table.name()));
        let owner = SubscriberId(templates::HOUSE);
        folder.lines(&name, |line| table.put(tx, owner, line, &Numbers::default()))?;
    }
    Ok(())
}

/// « 622 messages, 1 fiche contact, 1 rendez-vous, 1 fax ».
pub fn in_words(part: &Part) -> String {
    [
        french::count(part.messages, "message", "messages"),
        french::count(part.contacts, "fiche contact", "fiches contact"),
        french::count(part.rendez_vous, "rendez-vous", "rendez-vous"),
        french::count(part.fax, "fax", "fax"),
    ]
    .join(", ")
}

fn note(house: &House, brought: &Brought, by: Option<&Person>, now: Instant) {
    for (id, part) in &brought.subscribers {
        let entry = Entry::new(now, Action::Imported).about(*id).object(format!("dossier : {}", in_words(part)));
        house.journal.note(match by {
            Some(person) => entry.by(person.id, &person.login),
            None => entry,
        });
    }
}
