//! All that belongs to an abonné, or to a person, as one zip: JSON Lines for programs, CSV for eyes.

use super::super::handlers::note;
use super::store;
use crate::base::bundle::Bundle;
use crate::base::{PersonId, Phone, SubscriberId, fold};
use crate::counters::{self, Counted, Month};
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::{Answer, Body, Request};
use crate::journal::{Action, Entry, Filter};
use crate::notices::{outbox, wishes};
use crate::people::{Administrator, Person, store as people};
use crate::store::{Read, Reads};
use crate::subscribers::{Subscriber, card, store as subscribers};
use crate::{agenda, contacts, fax, messages};
use serde::Serialize;
use std::fs::File;
use std::ops::ControlFlow;
use std::sync::TryLockError;

/// Adds a room's files.
pub type WriteFiles = fn(&Read, &Subscriber, &mut Bundle) -> Result<()>;

/// The rooms that hold something of an abonné.
const ROOMS: [WriteFiles; 5] = [
    messages::everything::write,
    contacts::everything::write,
    agenda::everything::write,
    card::everything::write,
    letters,
];

/// Months of counters that go along.
const MONTHS: u32 = 120;

const READ_ME: &str = "Tout ce qui appartient à cet abonné, tel que Permanence le garde.\r\n\r\n\
    abonne.json : ses réglages et ses comptes\r\n\
    consignes.jsonl : sa fiche du standard, puis toutes ses consignes\r\n\
    modeles.jsonl, brouillons.jsonl : ses modèles de texte, et les appels en cours de saisie\r\n\
    avis.jsonl, courriers.jsonl : ce dont il veut être averti, et les courriers qui le concernent\r\n\
    messages.jsonl, contacts.jsonl, rendez-vous.jsonl, agenda.jsonl : un objet JSON par ligne, histoire comprise\r\n\
    messages.csv, contacts.csv, rendez-vous.csv, compteurs.csv : les mêmes pour un tableur\r\n\
    fax.jsonl, fax/ : les fax et documents, et chaque original tel qu’il est arrivé\r\n\
    journal.csv : qui a fait quoi, et quand (12 mois)\r\n\r\n\
    Les moments sont en UTC (RFC 3339) dans les fichiers JSON, à l’heure de l’abonné dans les tableaux.\r\n";

#[derive(Serialize)]
struct AboutSubscriber<'a> {
    numero: u64,
    nom: &'a str,
    metier: &'a str,
    ville: &'a str,
    lignes: Vec<&'a str>,
    appellation: &'a str,
    fuseau: &'a str,
    conservation_jours: u32,
    actif: bool,
    comptes: Vec<AboutPerson<'a>>,
}

#[derive(Serialize)]
struct AboutPerson<'a> {
    numero: u64,
    identifiant: &'a str,
    nom: &'a str,
    email: &'a str,
    role: &'a str,
    actif: bool,
    cree: String,
    mot_de_passe_change: String,
}

fn about(person: &Person) -> AboutPerson<'_> {
    AboutPerson {
        numero: person.id.0,
        identifiant: &person.login,
        nom: &person.name,
        email: &person.email,
        role: person.role.label(),
        actif: person.active,
        cree: person.created.rfc3339(),
        mot_de_passe_change: person.password_changed.rfc3339(),
    }
}

/// `POST /administration/abonnes/3/telechargement`: the file, and a note of it for the page that deletes. `above` are the
/// rooms that stand higher.
pub fn subscriber(house: &House, request: &Request, admin: &Administrator, above: &[WriteFiles]) -> Result<Answer> {
    let id: SubscriberId = request.part(0)?;
    let subscriber = house.store.read(|tx| subscribers::subscriber(tx, id))?.ok_or(Error::NotFound)?;
    let file = one_at_a_time(house, || {
        let mut bundle = Bundle::new(house.store.scratch_file()?);
        bundle.begin("LISEZ-MOI.txt")?;
        bundle.text(READ_ME)?;
        let cell = std::cell::RefCell::new(bundle);
        house.store.read(|tx| {
            let bundle = &mut *cell.borrow_mut();
            settings(tx, &subscriber, bundle)?;
            for write in ROOMS.iter().chain(above) {
                write(tx, &subscriber, bundle)?;
            }
            fax::everything::write(tx, &house.papers, &subscriber, bundle)?;
            months(tx, &subscriber, request, bundle)
        })?;
        let mut bundle = cell.into_inner();
        journal(house, &Filter { subscriber: Some(id), ..Filter::default() }, subscriber.zone, &mut bundle)?;
        bundle.end()
    })?;
    house.store.write(|tx| store::note_download(tx, id, &admin.who().person, request.now))?;
    let person = &admin.who().person;
    let entry = Entry::new(request.now, Action::Downloaded).by(person.id, &person.login).about(id);
    house.journal.note(entry.from(request.client));
    let date = request.now.local(house.zone).date();
    Ok(send(file, &format!("{}-{date}.zip", fold::words(&subscriber.name).join("-"))))
}

/// `POST /administration/personnes/4/telechargement`: the account and what the journal says of it.
pub fn person(house: &House, request: &Request, admin: &Administrator) -> Result<Answer> {
    let id: PersonId = request.part(0)?;
    let person = house.store.read(|tx| people::person(tx, id))?.ok_or(Error::NotFound)?;
    let file = one_at_a_time(house, || {
        let mut bundle = Bundle::new(house.store.scratch_file()?);
        bundle.begin("compte.json")?;
        bundle.line(&about(&person))?;
        let filter = Filter { login: Some(person.login.clone()), ..Filter::default() };
        journal(house, &filter, house.zone, &mut bundle)?;
        bundle.end()
    })?;
    note(house, request, admin, Action::Downloaded, format!("compte {id}"));
    let date = request.now.local(house.zone).date();
    Ok(send(file, &format!("compte-{id}-{date}.zip")))
}

fn send(file: File, name: &str) -> Answer {
    let mut answer = Answer::download("application/zip", name);
    answer.body = Body::Stream(Box::new(file));
    answer
}

/// Such a file keeps a worker and the disk busy: one at a time is enough for a house.
fn one_at_a_time(house: &House, make: impl FnOnce() -> Result<File>) -> Result<File> {
    let _held = match house.downloads.try_lock() {
        Ok(held) => held,
        Err(TryLockError::Poisoned(held)) => held.into_inner(),
        Err(TryLockError::WouldBlock) => {
            let sentence = "Un autre téléchargement est en préparation : réessayez dans un instant.";
            return Err(Error::Unavailable { sentence: sentence.into(), retry_s: 10 });
        }
    };
    make()
}

fn settings(tx: &impl Reads, subscriber: &Subscriber, bundle: &mut Bundle) -> Result<()> {
    let mut persons = people::everybody(tx)?;
    persons.retain(|person| people::subscribers_of(person).contains(&subscriber.id));
    bundle.begin("abonne.json")?;
    bundle.line(&AboutSubscriber {
        numero: subscriber.id.0,
        nom: &subscriber.name,
        metier: &subscriber.trade,
        ville: &subscriber.town,
        lignes: subscriber.lines.iter().map(Phone::kept).collect(),
        appellation: &subscriber.clients_called,
        fuseau: subscriber.zone.name(),
        conservation_jours: subscriber.retention_days,
        actif: subscriber.active,
        comptes: persons.iter().map(about).collect(),
    })
}

/// What the abonné is told, and the letters about it.
fn letters(tx: &Read, subscriber: &Subscriber, bundle: &mut Bundle) -> Result<()> {
    bundle.begin("avis.jsonl")?;
    bundle.line(&wishes::of(tx, subscriber.id)?)?;
    bundle.begin("courriers.jsonl")?;
    outbox::of_subscriber(tx, subscriber.id, |letter| bundle.line(letter))
}

fn months(tx: &impl Reads, subscriber: &Subscriber, request: &Request, bundle: &mut Bundle) -> Result<()> {
    let this_month = Month::at(request.now, subscriber.zone);
    let first = counters::first_month(tx)?.unwrap_or(this_month);
    let mut head = vec!["Mois", "Appels"];
    head.extend(Counted::ALL.map(Counted::label));
    bundle.begin_table("compteurs.csv", &head)?;
    for month in (0..MONTHS).map(|back| this_month.before(back)).take_while(|month| *month >= first) {
        let counts = counters::of_subscriber(tx, month, subscriber.id)?;
        let mut row = vec![month.to_string(), counts.calls().to_string()];
        row.extend(Counted::ALL.map(|what| counts.of(what).to_string()));
        bundle.row(&row)?;
    }
    Ok(())
}

fn journal(house: &House, filter: &Filter, zone: crate::base::Zone, bundle: &mut Bundle) -> Result<()> {
    bundle.begin_table("journal.csv", &["Date", "Heure", "Qui", "Action", "Objet"])?;
    house.journal.each(
        filter,
        |_| String::new(),
        |entry| {
            let local = entry.at.local(zone);
            bundle.row(&[
                local.format("%d/%m/%Y").to_string(),
                local.format("%H:%M:%S").to_string(),
                entry.login,
                entry.action.label().to_owned(),
                entry.object,
            ])?;
            Ok(ControlFlow::Continue(()))
        },
    )
}
