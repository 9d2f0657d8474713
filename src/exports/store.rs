//! What each person chose the last time.

use super::model::{Asked, Field, Scope, Type};
use crate::base::PersonId;
use crate::error::Result;
use crate::store::{AnyTable, Collection, Reads, Record, Write};
use serde::{Deserialize, Serialize};

/// By person.
static CHOICES: Collection<u64, Choice> = Collection::new("exports.choices");

pub static TABLES: [&dyn AnyTable; 1] = [&CHOICES];

/// A choice without its dates: the next period is another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub types: Vec<Type>,
    pub period: bool,
    pub fields: Vec<Field>,
}

impl Record for Choice {}

impl Default for Choice {
    fn default() -> Choice {
        Choice { types: Type::ALL.to_vec(), period: false, fields: Field::ALL.to_vec() }
    }
}

impl From<&Asked> for Choice {
    fn from(asked: &Asked) -> Choice {
        let period = matches!(asked.scope, Scope::Period { .. });
        Choice { types: asked.types.clone(), period, fields: asked.fields.clone() }
    }
}

/// What a person chose the last time; everything, the first time.
pub fn choice(tx: &impl Reads, person: PersonId) -> Result<Choice> {
    Ok(CHOICES.get(tx, person.0)?.unwrap_or_default())
}

pub fn remember(tx: &Write<'_>, person: PersonId, choice: &Choice) -> Result<()> {
    CHOICES.put(tx, person.0, choice)
}

/// Forgets who is deleted.
pub fn forget(tx: &Write<'_>, person: PersonId) -> Result<()> {
    CHOICES.remove(tx, person.0).map(drop)
}
