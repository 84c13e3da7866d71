//! One table of built-in functions and aggregates, one file a theme.
//!
//! In: values, and the graph for what belongs to an entity. Out: a value. Help, completion, name resolution, type
//! checks and tests all come from the rows of the table.

mod aggregate;
mod authority;
mod conversion;
mod entity;
mod error;
mod evidence;
mod list;
mod mathematics;
mod piece;
mod procedures;
mod scalar;
mod signature;
mod statistics;
mod string;
mod temporal;
mod temporal_duration;
mod validity;

pub use list::Steps;
pub use piece::Piece;
pub use procedures::{Field, Procedure, Procedures};
pub use signature::{Accepts, Gives};
pub use statistics::Rank;

use crate::base::{Meter, Result};
use crate::graph::{Graph, Mask};
use crate::value::Value;
use smallvec::{SmallVec, smallvec};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A built-in function.
pub struct Function {
    /// As written in the documentation; matched without regard to case.
    pub name: &'static str,
    /// One parameter a word, for help and arity: `"list"`, `"start" "end" "step?"`, `"value..."` for any number.
    pub parameters: &'static [&'static str],
    /// What the parameters accept, in their order; those without an entry accept anything.
    pub accepts: &'static [Accepts],
    pub gives: Gives,
    pub body: Body,
    pub doc: &'static str,
    /// An expression and its value in canonical notation; run as a test and shown in help.
    pub examples: &'static [(&'static str, &'static str)],
}

pub enum Body {
    Scalar(fn(&Context<'_>, &[Value]) -> Result<Value>),
    Aggregate(fn() -> Box<dyn Accumulator>),
}

/// What a function may see besides its arguments.
pub struct Context<'g> {
    pub graph: &'g Graph,
    /// Which of it is there on the day the statement is asked of.
    pub mask: Option<&'g Mask>,
    /// Nanoseconds since 1970-01-01T00:00Z at which the statement began: `date()` and its kin agree within a statement.
    pub now: i128,
    /// The clock of the statement.
    pub meter: &'g Meter,
}

/// What an accumulator has come to, as values that another one of its kind understands.
pub type Part = SmallVec<[Value; 3]>;

/// The running state of an aggregate. DISTINCT and the skipping of nulls are the executor's business.
pub trait Accumulator: Send {
    /// `arguments` holds the aggregated value and any further arguments.
    fn add(&mut self, arguments: &[Value]) -> Result<()>;
    fn finish(&mut self) -> Result<Value>;
    /// What it has come to, for another one to go on with.
    fn part(&mut self) -> Result<Part> {
        Ok(smallvec![self.finish()?])
    }
    /// Goes on from what another one of the same kind has come to.
    fn absorb(&mut self, part: &[Value]) -> Result<()> {
        self.add(part)
    }
    /// Whether it keeps every value, so that they have to be booked as memory.
    fn keeps_values(&self) -> bool {
        false
    }
}

/// The table, by theme.
const THEMES: &[(&str, &[Function])] = &[
    ("Values", scalar::FUNCTIONS),
    ("Lists", list::FUNCTIONS),
    ("Strings", string::FUNCTIONS),
    ("Conversion", conversion::FUNCTIONS),
    ("Mathematics", mathematics::FUNCTIONS),
    ("Nodes, relationships and paths", entity::FUNCTIONS),
    ("Evidence", evidence::FUNCTIONS),
    ("Dates and times", temporal::FUNCTIONS),
    ("Durations", temporal_duration::FUNCTIONS),
    ("Validity", validity::FUNCTIONS),
    ("Authority", authority::FUNCTIONS),
    ("Aggregates", aggregate::FUNCTIONS),
    ("Statistics", statistics::FUNCTIONS),
];

/// The function of that name, whatever its case.
pub fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<HashMap<String, &'static Function>> =
        LazyLock::new(|| all().map(|function| (function.name.to_lowercase(), function)).collect());
    BY_NAME.get(&name.to_lowercase()).copied()
}

/// Every built-in function, by theme.
pub fn all() -> impl Iterator<Item = &'static Function> {
    themes().flat_map(|(_, functions)| functions)
}

/// The themes in the order of the documentation, each with its functions.
pub fn themes() -> impl Iterator<Item = (&'static str, &'static [Function])> {
    THEMES.iter().copied()
}

impl Function {
    /// The least and the greatest number of arguments; `None` is any number.
    pub fn arity(&self) -> (usize, Option<usize>) {
        let any_number = self.parameters.iter().any(|parameter| parameter.ends_with("..."));
        let needed = self.parameters.iter().filter(|parameter| !parameter.ends_with(['?', '.'])).count();
        (needed, (!any_number).then_some(self.parameters.len()))
    }

    /// What the argument at a position must be able to be.
    pub fn accepts(&self, position: usize) -> Accepts {
        self.accepts.get(position).copied().unwrap_or(Accepts::Anything)
    }

    /// Whether it is one of those that look at nothing but their arguments, and may go through long ones.
    pub fn sees_only_values(&self) -> bool {
        const THEMES: [&str; 3] = ["Lists", "Strings", "Conversion"];
        let mut of_values = themes().filter(|(theme, _)| THEMES.contains(theme));
        of_values.any(|(_, functions)| functions.iter().any(|function| std::ptr::eq(function, self)))
    }

    pub fn is_aggregate(&self) -> bool {
        matches!(self.body, Body::Aggregate(_))
    }
}

#[cfg(test)]
mod tests;
