//! `person …` and `subscriber …`.

use super::args::{Person, RoleWord, Subscriber};
use super::{Failure, Outcome, open_existing, print};
use crate::base::{Phone, french};
use crate::error::Error;
use crate::house::House;
use crate::journal::{Action, Entry};
use crate::people::model::NewPerson;
use crate::people::{Assignment, Role, factor, passwords, store as people};
use crate::server::{self, Settings};
use crate::subscribers::model::NewSubscriber;
use crate::subscribers::store as subscribers;
use std::io::{BufRead, IsTerminal};

pub(super) fn person(settings: &Settings, command: Person) -> Outcome {
    // The first person may come before the first start of the server.
    let open = match command {
        Person::Add { .. } => server::open(settings)?,
        _ => open_existing(settings)?,
    };
    let house = &open.house;
    match command {
        Person::Add { login, name, role, subscribers, email, password_stdin } => {
            let role = role_of(house, role, &subscribers)?;
            let name = name.unwrap_or_else(|| login.clone());
            add(house, &login, &name, &email, role, password_stdin)
        }
        Person::Passwd { login, password_stdin } => change_password(house, &login, password_stdin),
        Person::ResetFactor { login } => reset_factor(house, &login),
        Person::List => list(house),
    }
}

/// For an administrator who lost the telephone and has no colleague to ask.
fn reset_factor(house: &House, login: &str) -> Outcome {
    let person = named(house, login)?;
    let now = chrono::Utc::now().into();
    if !house.store.write(|tx| factor::reset(tx, person.id))? {
        return print("Ce compte n’a pas de second facteur ; ses sessions ont pris fin.\n");
    }
    house.journal.note(Entry::new(now, Action::SecondFactorOff).object(format!("compte {}", person.id)));
    print("Second facteur retiré ; les sessions de ce compte ont pris fin.\n")
}

fn named(house: &House, login: &str) -> Result<crate::people::Person, Failure> {
    let person = house.store.read(|tx| people::by_login(tx, login))?;
    person.ok_or_else(|| Failure::Refused(format!("aucun compte n’a l’identifiant « {login} »")))
}

fn role_of(house: &House, word: RoleWord, names: &[String]) -> Result<Role, Failure> {
    let mut named = Vec::new();
    for name in names {
        let found = house.store.read(|tx| subscribers::by_name(tx, name))?;
        let found = found.ok_or_else(|| Failure::Refused(format!("aucun abonné ne s’appelle « {name} »")))?;
        named.push(found.id);
    }
    match word {
        RoleWord::Client if named.is_empty() => {
            Err(Failure::Words("un client a au moins un abonné : ajoutez --abonne NOM".into()))
        }
        RoleWord::Client => Ok(Role::Client { subscribers: named }),
        RoleWord::Secretaire if named.is_empty() => Ok(Role::Secretary { answers_for: Assignment::All }),
        RoleWord::Secretaire => Ok(Role::Secretary { answers_for: Assignment::Some(named) }),
        RoleWord::Administrateur => Ok(Role::Administrator),
    }
}

fn add(house: &House, login: &str, name: &str, email: &str, role: Role, from_input: bool) -> Outcome {
    let mut new = NewPerson::checked(login, name, email, role)?;
    let password = if from_input { read_line()? } else { passwords::invent()? };
    passwords::acceptable(&password, &new.login, "pass")?;
    new.password = passwords::hash(&password)?;
    let now = chrono::Utc::now().into();
    let person = house.store.write(|tx| people::add(tx, new, now))?;
    house.journal.note(Entry::new(now, Action::PersonAdded).object(format!("compte {}", person.id)));
    let mut out = format!("Compte créé : {} ({}).\n", person.login, person.role.label());
    if !from_input {
        out.push_str(&format!("Mot de passe, affiché cette seule fois : {password}\n"));
    }
    print(&out)
}

fn change_password(house: &House, login: &str, from_input: bool) -> Outcome {
    let person = named(house, login)?;
    let password = if from_input { read_line()? } else { ask_twice()? };
    passwords::acceptable(&password, &person.login, "pass")?;
    let hash = passwords::hash(&password)?;
    let now = chrono::Utc::now().into();
    house.store.write(|tx| people::set_password(tx, person.id, hash, now))?;
    house.journal.note(Entry::new(now, Action::PasswordChanged).object(format!("compte {}", person.id)));
    print("Mot de passe changé ; les sessions de ce compte ont pris fin.\n")
}

fn ask_twice() -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Words("sans terminal, donnez le mot de passe par --password-stdin".into()));
    }
    let first = rpassword::prompt_password("Nouveau mot de passe : ")?;
    let second = rpassword::prompt_password("Encore une fois : ")?;
    if first != second {
        return Err(Failure::Refused("les deux saisies diffèrent".into()));
    }
    Ok(first)
}

fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn list(house: &House) -> Outcome {
    let (persons, all) = house.store.read(|tx| Ok((people::everybody(tx)?, subscribers::all(tx)?)))?;
    let mut out = String::new();
    for person in persons {
        let of: Vec<&str> = all
            .iter()
            .filter(|subscriber| match &person.role {
                Role::Client { subscribers } => subscribers.contains(&subscriber.id),
                Role::Secretary { answers_for: Assignment::Some(some) } => some.contains(&subscriber.id),
                _ => false,
            })
            .map(|subscriber| subscriber.name.as_str())
            .collect();
        let state = if person.active { "" } else { " (désactivé)" };
        let of = if of.is_empty() { String::new() } else { format!(" : {}", of.join(", ")) };
        out.push_str(&format!("{:20} {:24} {}{of}{state}\n", person.login, person.name, person.role.label()));
    }
    print(if out.is_empty() { "Aucun compte.\n" } else { &out })
}

pub(super) fn subscriber(settings: &Settings, command: Subscriber) -> Outcome {
    match command {
        Subscriber::Add { name, trade, town, lines, retention_days } => {
            let open = server::open(settings)?;
            let lines = lines.iter().map(|line| Phone::read(line)).collect();
            let new = NewSubscriber { trade, town, lines, retention_days, ..NewSubscriber::named(name) }.checked()?;
            let added = open.house.store.write(|tx| subscribers::add(tx, new))?;
            let entry = Entry::new(chrono::Utc::now().into(), Action::SubscriberAdded);
            open.house.journal.note(entry.about(added.id).object(format!("abonné {}", added.id)));
            print(&format!("Abonné créé : {} (n° {}).\n", added.name, added.id))
        }
        Subscriber::List => {
            let open = open_existing(settings)?;
            let rows = open.house.store.read(|tx| {
                let mut rows = Vec::new();
                for subscriber in subscribers::all(tx)? {
                    let counts = crate::messages::store::counts(tx, subscriber.id)?;
                    rows.push((subscriber, counts));
                }
                Ok::<_, Error>(rows)
            })?;
            let mut out = String::new();
            for (subscriber, counts) in rows {
                let state = if subscriber.active { "" } else { " (inactif)" };
                out.push_str(&format!(
                    "{:4}  {:32} {} en attente, {}{state}\n",
                    subscriber.id,
                    subscriber.name,
                    french::grouped(counts.pending),
                    french::count(counts.archived, "archivé", "archivés"),
                ));
            }
            print(if out.is_empty() { "Aucun abonné.\n" } else { &out })
        }
    }
}
