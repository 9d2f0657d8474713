//! Whose agendas a secretary looks at side by side: her choice is kept for her, with those she made before it.

use crate::base::{PersonId, SubscriberId};
use crate::error::Result;
use crate::people::store as people;
use crate::store::{AnyTable, Collection, Direction, Reads, Record, Write};
use crate::subscribers::Subscriber;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// By secretary.
static TEAMS: Collection<u64, Teams> = Collection::new("switchboard.teams");

pub static TABLES: [&dyn AnyTable; 1] = [&TEAMS];

/// Columns that a wide screen holds legibly.
pub const MEMBERS_MAX: usize = 8;
/// Choices to come back to.
const BEFORE_MAX: usize = 5;

impl Record for Teams {}

/// What somebody chose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teams {
    pub chosen: Vec<SubscriberId>,
    /// Those before, the last one first; each of several abonnés.
    pub before: Vec<Vec<SubscriberId>>,
}

impl Teams {
    /// The smallest of the former choices that holds all of this one and more: « Toute l’équipe ».
    pub fn whole(&self, shown: &[SubscriberId]) -> Option<&[SubscriberId]> {
        let larger = |team: &&Vec<SubscriberId>| {
            team.len() > shown.len() && !shown.is_empty() && shown.iter().all(|id| team.contains(id))
        };
        self.before.iter().filter(larger).min_by_key(|team| team.len()).map(Vec::as_slice)
    }

    pub fn choose(&mut self, chosen: Vec<SubscriberId>) {
        let same = |team: &Vec<SubscriberId>| team.len() == chosen.len() && team.iter().all(|id| chosen.contains(id));
        let left = std::mem::take(&mut self.chosen);
        self.before.retain(|team| !same(team) && *team != left);
        if left.len() > 1 && !same(&left) {
            self.before.insert(0, left);
        }
        self.before.truncate(BEFORE_MAX);
        self.chosen = chosen;
    }
}

pub fn of(tx: &impl Reads, person: PersonId) -> Result<Teams> {
    Ok(TEAMS.get(tx, person.0)?.unwrap_or_default())
}

/// Keeps a choice, in the order it was made.
pub fn choose(tx: &Write<'_>, person: PersonId, chosen: Vec<SubscriberId>) -> Result<()> {
    let mut teams = of(tx, person)?;
    teams.choose(chosen);
    TEAMS.put(tx, person.0, &teams)
}

/// Takes an abonné that is deleted out of every choice: one row a secretary, all in one step.
pub fn erase(tx: &Write<'_>, subscriber: &Subscriber, _: usize) -> Result<Vec<(&'static str, u64)>> {
    let gone = subscriber.id;
    let mut found = Vec::new();
    TEAMS.each(tx, 0.., Direction::Ascending, |person, teams| {
        if teams.chosen.contains(&gone) || teams.before.iter().flatten().any(|id| *id == gone) {
            found.push((person, teams));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (person, mut teams) in found {
        teams.chosen.retain(|id| *id != gone);
        for team in &mut teams.before {
            team.retain(|id| *id != gone);
        }
        teams.before.retain(|team| team.len() > 1);
        TEAMS.put(tx, person, &teams)?;
    }
    // A choice is nobody's content: it is taken out in passing and counts for nothing on the certificate.
    Ok(Vec::new())
}

/// Drops the choices of persons that are gone.
pub fn purge(tx: &Write<'_>) -> Result<()> {
    let mut gone = Vec::new();
    TEAMS.open(tx)?.keys(0.., Direction::Ascending, 0, |person| {
        gone.push(person);
        ControlFlow::Continue(())
    })?;
    for person in gone {
        if people::person(tx, PersonId(person))?.is_none() {
            TEAMS.remove(tx, person)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids<const N: usize>(ids: [u64; N]) -> Vec<SubscriberId> {
        ids.map(SubscriberId).to_vec()
    }

    #[test]
    fn choices_come_back_the_last_one_first_and_none_twice() {
        let mut teams = Teams::default();
        for chosen in [ids([1, 2]), ids([3, 4, 5]), ids([3]), ids([2, 1]), ids([6, 7])] {
            teams.choose(chosen);
        }
        assert_eq!(teams.chosen, ids([6, 7]));
        // One alone is no team, and the same two in another order are the same.
        assert_eq!(teams.before, [ids([2, 1]), ids([3, 4, 5])]);
        for extra in 10..30 {
            teams.choose(ids([extra, extra + 1]));
        }
        assert_eq!(teams.before.len(), BEFORE_MAX);
    }

    #[test]
    fn the_whole_team_is_the_smallest_that_holds_who_is_shown() {
        let mut teams = Teams::default();
        for chosen in [ids([1, 2, 3, 4]), ids([1, 2, 3]), ids([5, 6]), ids([2])] {
            teams.choose(chosen);
        }
        assert_eq!(teams.whole(&ids([2])), Some(ids([1, 2, 3]).as_slice()));
        assert_eq!(teams.whole(&ids([4, 1])), Some(ids([1, 2, 3, 4]).as_slice()));
        assert_eq!(teams.whole(&ids([9])), None);
        assert_eq!(teams.whole(&[]), None);
    }
}
