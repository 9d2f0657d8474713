//! The one error of the crate. It knows nothing of HTTP: the edge of the application decides what status each kind deserves.

use std::fmt;

/// What can go wrong, as the rooms see it. Absence of an optional thing is an `Option`, never an error.
#[derive(Debug)]
pub enum Error {
    /// What was typed can't be taken; every problem is tied to its field.
    Invalid(Problems),
    /// No such thing, or not for the person who asks: the two are never told apart.
    NotFound,
    /// The person is known and may not do this, and hiding the fact would help nobody.
    Forbidden,
    /// Somebody else was first; the sentence (French) says what happened and what to do.
    Conflict(String),
    /// For the moment it can't be done: a queue or the disk is full. French sentence, and seconds after which to try again.
    Unavailable { sentence: String, retry_s: u32 },
    /// Our fault or the machine's. Shown as a kind sentence with a reference; logged once, at the boundary.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// The result of nearly everything here.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An internal error from a sentence for the log; it must hold no name or text of a message.
    pub fn internal(sentence: impl Into<String>) -> Error {
        Error::Internal(sentence.into().into())
    }

    /// One problem with one field.
    pub fn invalid(field: &'static str, sentence: impl Into<String>) -> Error {
        let mut problems = Problems::default();
        problems.add(field, sentence);
        Error::Invalid(problems)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Invalid(problems) => {
                let mut first = true;
                for problem in problems.iter() {
                    if !first {
                        f.write_str(" ")?;
                    }
                    first = false;
                    f.write_str(&problem.sentence)?;
                }
                Ok(())
            }
            Error::NotFound => f.write_str("Introuvable."),
            Error::Forbidden => f.write_str("Non autorisé."),
            Error::Conflict(sentence) => f.write_str(sentence),
            Error::Unavailable { sentence, .. } => f.write_str(sentence),
            Error::Internal(cause) => write!(f, "{cause}"),
        }
    }
}

impl std::error::Error for Error {}

macro_rules! internal_from {
    ($($kind:ty),+ $(,)?) => { $(
        impl From<$kind> for Error {
            fn from(cause: $kind) -> Error { Error::Internal(Box::new(cause)) }
        }
    )+ };
}
internal_from!(std::io::Error, postcard::Error);

/// One field that can't be taken, with the sentence (French) shown beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: &'static str,
    pub sentence: String,
}

/// All that is wrong with a form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub fn add(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.0.push(Problem { field, sentence: sentence.into() });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// The first sentence about a field, for the place beside it.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.sentence.as_str())
    }

    /// `Ok` when nothing is wrong.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }

    /// What was checked elsewhere, if neither there nor here anything is wrong; otherwise all problems, these first.
    pub fn and<T>(mut self, checked: Result<T>) -> Result<T> {
        match checked {
            Ok(value) => self.into_result().map(|()| value),
            Err(Error::Invalid(more)) => {
                self.0.extend(more.0);
                Err(Error::Invalid(self))
            }
            Err(other) => Err(other),
        }
    }
}
