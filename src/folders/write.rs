//! All that belongs to an abonné, to the whole house, or to a person, as one zip: pages for eyes, tables for spreadsheets,
//! JSON for programs, and the rows themselves for another house.

use super::model::{
    ACCOUNTS, Account, FORMAT, HOUSE, MANIFEST, MONTHS, Manifest, OF_HOUSE, OfHouse, Part, SETTINGS, VERSION,
};
use super::model::{file_name, file_of};
use super::page::{self, Contents};
use super::{carried, store};
use crate::base::bundle::Bundle;
use crate::base::csv::Table;
use crate::base::time::moment_short;
use crate::base::{Instant, PersonId, Phone, SubscriberId, Zone};
use crate::counters::{self, Counted, Month};
use crate::error::{Error, Result};
use crate::house::{self, House};
use crate::journal::Filter;
use crate::notices::{outbox, wishes};
use crate::people::{Person, store as people};
use crate::reminders;
use crate::store::papers::Papers;
use crate::store::{Read, Reads};
use crate::subscribers::{Subscriber, card, store as subscribers};
use crate::switchboard::{drafts, templates};
use crate::{agenda, contacts, fax, messages};
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::ops::ControlFlow;

/// Adds a room's files.
type WriteFiles = fn(&Read, &Subscriber, &mut Bundle<'_>) -> Result<()>;

/// The rooms that hold something of an abonné.
const ROOMS: [WriteFiles; 8] = [
    messages::everything::write,
    contacts::everything::write,
    agenda::everything::write,
    reminders::everything::write,
    card::everything::write,
    templates::write_all,
    drafts::write_all,
    letters,
];

/// Months of counters that go along.
const MONTHS_SHOWN: u32 = 120;

const READ_ME: &str = "Tout ce qui appartient à cet abonné, tel que Permanence le garde.\r\n\r\n\
    index.html : à ouvrir d’abord, dans n’importe quel navigateur ; rien n’est demandé à l’internet\r\n\
    abonne.json : ses réglages et ses comptes\r\n\
    consignes.jsonl : sa fiche du standard, puis toutes ses consignes\r\n\
    modeles.jsonl, brouillons.jsonl : ses modèles de texte, et les appels en cours de saisie\r\n\
    avis.jsonl, courriers.jsonl : ce dont il veut être averti, et les courriers qui le concernent\r\n\
    rappels.jsonl : les réglages de ses rappels, puis ce que chaque contact a su de son rendez-vous\r\n\
    messages.jsonl, contacts.jsonl, rendez-vous.jsonl, agenda.jsonl : un objet JSON par ligne, histoire comprise\r\n\
    messages.csv, contacts.csv, rendez-vous.csv, compteurs.csv : les mêmes pour un tableur\r\n\
    contacts.vcf, agenda.ics : pour un carnet d’adresses et un agenda\r\n\
    fax.jsonl, fax/ : les fax et documents : chaque original tel qu’il est arrivé, et ses pages\r\n\
    journal.csv : qui a fait quoi, et quand (12 mois)\r\n\
    donnees/, comptes.jsonl : les lignes mêmes, pour un autre Permanence\r\n\
    manifeste.json : chaque fichier avec sa longueur et sa somme de contrôle SHA-256\r\n\r\n\
    Les moments sont en UTC (RFC 3339) dans les fichiers JSON, à l’heure de l’abonné dans les tableaux.\r\n\
    Ni mot de passe, ni session, ni lien, ni jeton n’est dans ce dossier.\r\n";

const READ_ME_HOUSE: &str = "Tout ce que Permanence garde d’un secrétariat.\r\n\r\n\
    index.html : à ouvrir d’abord, dans n’importe quel navigateur ; rien n’est demandé à l’internet\r\n\
    abonnes/ : un dossier par abonné, qui dit lui-même ce qu’il contient\r\n\
    maison/ : ce qui est à la maison entière, et son journal\r\n\
    comptes.jsonl : tous les comptes, sans rien de ce qui ouvre une porte\r\n\
    manifeste.json : chaque fichier avec sa longueur et sa somme de contrôle SHA-256\r\n\r\n\
    « permanence import » reprend ce fichier dans une autre maison.\r\n";

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

/// Everything a folder needs but the rows.
pub struct Order {
    subscribers: Vec<Subscriber>,
    /// The whole house.
    whole: Option<OfHouse>,
    secretariat: String,
    identity: String,
    now: Instant,
    zone: Zone,
    /// Its lines, written before: the journal is another file, with readers of its own.
    journal: File,
    papers: Papers,
    pub file_name: String,
}

impl Order {
    /// One abonné; `NotFound` when there is none of that number.
    pub fn of_subscriber(house: &House, id: SubscriberId, now: Instant) -> Result<Order> {
        let found = house.store.read(|tx| subscribers::subscriber(tx, id))?.ok_or(Error::NotFound)?;
        let filter = Filter { subscriber: Some(id), ..Filter::default() };
        let journal = journal(house, &filter, found.zone)?;
        let file_name = file_name(&found.name, now.local(house.zone).date());
        Order::new(house, vec![found], None, journal, file_name, now)
    }

    /// The whole house.
    pub fn of_house(house: &House, now: Instant) -> Result<Order> {
        let (mut all, secretariat, usages) =
            house.store.read(|tx| Ok((subscribers::all(tx)?, house::secretariat(tx)?, house::customs(tx)?)))?;
        // By number: another house gives new ones in the same order.
        all.sort_by_key(|one| one.id);
        let journal = journal(house, &Filter::default(), house.zone)?;
        let file_name = file_name(&secretariat.name, now.local(house.zone).date());
        Order::new(house, all, Some(OfHouse { secretariat, usages }), journal, file_name, now)
    }

    fn new(
        house: &House,
        subscribers: Vec<Subscriber>,
        whole: Option<OfHouse>,
        journal: File,
        file_name: String,
        now: Instant,
    ) -> Result<Order> {
        let (identity, secretariat) =
            house.store.read(|tx| Ok((store::known_identity(tx)?, house::secretariat(tx)?.name)))?;
        let identity = identity.map_or_else(|| house.store.write(store::identity), Ok)?;
        let (zone, papers) = (house.zone, house.papers.clone());
        Ok(Order { subscribers, whole, secretariat, identity, now, zone, journal, papers, file_name })
    }

    /// Writes the folder from one state of the data.
    pub fn write(mut self, tx: &Read, out: &mut dyn Write) -> Result<()> {
        let mut bundle = Bundle::new(out);
        let persons = people::everybody(tx)?;
        let mut parts = Vec::new();
        for subscriber in &self.subscribers {
            let within = match self.whole {
                Some(_) => format!("abonnes/{}/", subscriber.id),
                None => String::new(),
            };
            bundle.enter(&within);
            parts.push(self.part(tx, subscriber, &persons, within, &mut bundle)?);
        }
        bundle.enter("");
        if self.whole.is_some() {
            self.house(tx, &parts, &mut bundle)?;
        }
        bundle.begin(if self.whole.is_some() { "maison/journal.csv" } else { "journal.csv" })?;
        bundle.copy(&mut self.journal)?;
        self.accounts(&persons, &mut bundle)?;
        let manifest = Manifest {
            format: FORMAT.into(),
            version: VERSION,
            programme: env!("CARGO_PKG_VERSION").into(),
            fait: self.now.rfc3339(),
            maison: self.identity,
            secretariat: self.secretariat,
            entier: self.whole.is_some(),
            tables: carried().map(|table| (table.name().to_owned(), table.version())).collect(),
            abonnes: parts,
            fichiers: bundle.files().to_vec(),
        };
        bundle.begin(MANIFEST)?;
        bundle.line(&manifest)?;
        bundle.end()
    }

    /// « faite le 24/11/2026 à 10:00 ».
    fn made(&self) -> String {
        format!("le {}", moment_short(self.now.local(self.zone)))
    }

    fn part(
        &self,
        tx: &Read,
        subscriber: &Subscriber,
        persons: &[Person],
        within: String,
        bundle: &mut Bundle<'_>,
    ) -> Result<Part> {
        let id = subscriber.id;
        let own: Vec<Person> =
            persons.iter().filter(|person| people::subscribers_of(person).contains(&id)).cloned().collect();
        bundle.begin("LISEZ-MOI.txt")?;
        bundle.text(READ_ME)?;
        settings(subscriber, &own, bundle)?;
        for write in ROOMS {
            write(tx, subscriber, bundle)?;
        }
        fax::everything::write(tx, &self.papers, subscriber, bundle)?;
        months(tx, subscriber, self.now, bundle)?;
        data(tx, subscriber, bundle)?;
        let mut part = pages(tx, subscriber, bundle)?;
        part.dossier = within;
        bundle.begin("index.html")?;
        let instructions = card::everything::all(tx, id)?;
        bundle.text(&page::contents(&Contents {
            subscriber,
            part: &part,
            card: &card::store::card(tx, id)?,
            instructions: &instructions,
            persons: &own,
            made: self.made(),
            up: self.whole.as_ref().map(|_| "../../index.html"),
            journal: if self.whole.is_some() { "../../maison/journal.csv" } else { "journal.csv" },
        }))?;
        Ok(part)
    }

    /// What belongs to the house and to no abonné.
    fn house(&self, tx: &Read, parts: &[Part], bundle: &mut Bundle<'_>) -> Result<()> {
        bundle.begin("LISEZ-MOI.txt")?;
        bundle.text(READ_ME_HOUSE)?;
        bundle.begin("index.html")?;
        bundle.text(&page::house(&self.secretariat, &self.made(), parts))?;
        bundle.begin(HOUSE)?;
        bundle.line(&self.whole)?;
        for table in &templates::CARRIED {
            bundle.begin(&format!("{OF_HOUSE}{}", file_of(table.name())))?;
            table.each(tx, SubscriberId(templates::HOUSE), &mut |line| Ok(bundle.write_all(line)?))?;
        }
        Ok(())
    }

    fn accounts(&self, persons: &[Person], bundle: &mut Bundle<'_>) -> Result<()> {
        let only = match (&self.whole, self.subscribers.as_slice()) {
            (None, [one]) => Some(one.id),
            _ => None,
        };
        let goes = |person: &&Person| only.is_none_or(|id| people::subscribers_of(person).contains(&id));
        bundle.begin(ACCOUNTS)?;
        persons.iter().filter(goes).try_for_each(|person| bundle.line(&Account::of(person, only)))
    }
}

/// The account and what the journal says of it.
pub fn person(house: &House, id: PersonId, out: &mut dyn Write) -> Result<()> {
    let person = house.store.read(|tx| people::person(tx, id))?.ok_or(Error::NotFound)?;
    let mut bundle = Bundle::new(out);
    bundle.begin("compte.json")?;
    bundle.line(&about(&person))?;
    bundle.begin("journal.csv")?;
    let filter = Filter { login: Some(person.login.clone()), ..Filter::default() };
    bundle.copy(&mut journal(house, &filter, house.zone)?)?;
    bundle.end()
}

/// The rows themselves, table by table.
fn data(tx: &Read, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    bundle.begin(SETTINGS)?;
    bundle.line(subscriber)?;
    for table in carried() {
        bundle.begin(&file_of(table.name()))?;
        table.each(tx, subscriber.id, &mut |line| Ok(bundle.write_all(line)?))?;
    }
    bundle.begin(&file_of(fax::everything::TABLE))?;
    fax::everything::carried(tx, subscriber, |fax| bundle.line(fax))?;
    bundle.begin(MONTHS)?;
    counters::all_of(tx, subscriber.id)?.iter().try_for_each(|figure| bundle.line(figure))
}

/// What a browser shows, and how much of everything that is.
fn pages(tx: &Read, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<Part> {
    let (id, zone, owner) = (subscriber.id, subscriber.zone, subscriber.name.as_str());
    let messages = page::rows(bundle, ("messages", "Messages", owner), |row| {
        messages::everything::each(tx, subscriber, |message| {
            let history = messages::store::history(tx, id, message.number)?;
            row(&page::message(message, &history, zone))
        })
    })?;
    let contacts = page::rows(bundle, ("contacts", "Contacts", owner), |row| {
        contacts::store::each(tx, id, |card| {
            row(&page::contact(&card))?;
            Ok(ControlFlow::Continue(()))
        })
    })?;
    let rendez_vous = page::rows(bundle, ("rendez-vous", "Rendez-vous", owner), |row| {
        agenda::everything::each(tx, subscriber, |one, cancelled| row(&page::appointment(one, cancelled)))
    })?;
    let fax = page::rows(bundle, ("fax", "Fax et documents", owner), |row| {
        fax::everything::carried(tx, subscriber, |fax| row(&page::paper(fax, zone)))
    })?;
    let (numero, nom) = (id.0, subscriber.name.clone());
    Ok(Part { numero, nom, dossier: String::new(), messages, contacts, rendez_vous, fax })
}

fn settings(subscriber: &Subscriber, persons: &[Person], bundle: &mut Bundle<'_>) -> Result<()> {
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
fn letters(tx: &Read, subscriber: &Subscriber, bundle: &mut Bundle<'_>) -> Result<()> {
    bundle.begin("avis.jsonl")?;
    bundle.line(&wishes::of(tx, subscriber.id)?)?;
    bundle.begin("courriers.jsonl")?;
    outbox::of_subscriber(tx, subscriber.id, |letter| bundle.line(letter))
}

fn months(tx: &impl Reads, subscriber: &Subscriber, now: Instant, bundle: &mut Bundle<'_>) -> Result<()> {
    let this_month = Month::at(now, subscriber.zone);
    let first = counters::first_month(tx)?.unwrap_or(this_month);
    let mut head = vec!["Mois", "Appels"];
    head.extend(Counted::ALL.map(Counted::label));
    bundle.begin_table("compteurs.csv", &head)?;
    for month in (0..MONTHS_SHOWN).map(|back| this_month.before(back)).take_while(|month| *month >= first) {
        let counts = counters::of_subscriber(tx, month, subscriber.id)?;
        let mut row = vec![month.to_string(), counts.calls().to_string()];
        row.extend(Counted::ALL.map(|what| counts.of(what).to_string()));
        bundle.row(&row)?;
    }
    Ok(())
}

/// The journal's lines as a file without a name, at its beginning.
fn journal(house: &House, filter: &Filter, zone: Zone) -> Result<File> {
    let mut file = house.store.scratch_file()?;
    let mut table = Table::new(BufWriter::new(&file))?;
    table.row(&["Date", "Heure", "Qui", "Action", "Objet"])?;
    house.journal.each(
        filter,
        |_| String::new(),
        |entry| {
            let local = entry.at.local(zone);
            table.row(&[
                local.format("%d/%m/%Y").to_string(),
                local.format("%H:%M:%S").to_string(),
                entry.login,
                entry.action.label().to_owned(),
                entry.object,
            ])?;
            Ok(ControlFlow::Continue(()))
        },
    )?;
    table.end()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}
