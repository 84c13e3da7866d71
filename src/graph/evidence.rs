//! Where a fact is stated, how surely, and when it holds.

use crate::value::{Date, Value};
use std::sync::Arc;

/// A document from which facts are taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub id: Arc<str>,
    pub title: Arc<str>,
    pub publisher: Option<Arc<str>>,
    /// As written: day, month or year precision.
    pub date: Option<Arc<str>>,
    pub language: Option<Arc<str>>,
    /// Of the document's text, so that a changed document is noticed.
    pub sha256: Option<Arc<str>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// The id of a [`Source`].
    pub source: Arc<str>,
    /// Block, sentence, item, row or clause: `P9.c13`.
    pub locator: Arc<str>,
    pub certainty: Certainty,
    /// Set where a sentence can be read in two ways.
    pub reading: Option<Reading>,
    pub note: Option<Arc<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certainty {
    Stated,
    Implied,
    /// Follows by a rule of the vocabulary.
    Derived,
    /// Would hold if a draft were adopted.
    Assumed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    Narrow,
    Wide,
}

impl Certainty {
    pub fn name(self) -> &'static str {
        match self {
            Certainty::Stated => "stated",
            Certainty::Implied => "implied",
            Certainty::Derived => "derived",
            Certainty::Assumed => "assumed",
        }
    }
}

impl Reading {
    pub fn name(self) -> &'static str {
        match self {
            Reading::Narrow => "narrow",
            Reading::Wide => "wide",
        }
    }
}

/// One of several values that sources give for a property.
#[derive(Clone, Debug)]
pub struct Claim {
    pub value: Value,
    pub evidence: Vec<Evidence>,
    pub preferred: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    Day,
    Month,
    Year,
}

/// The first day of a period, and how precisely it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Day {
    pub date: Date,
    pub precision: Precision,
}

/// When an entity holds: from `begins` included to `ends` excluded; `None` is open or not stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Validity {
    pub begins: Option<Day>,
    pub ends: Option<Day>,
}

impl Validity {
    /// Nothing is known about when the entity holds.
    pub fn is_undated(&self) -> bool {
        self.begins.is_none() && self.ends.is_none()
    }
}
