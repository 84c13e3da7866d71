//! One table of built-in functions and aggregates, one file a theme.

mod procedures;

pub use procedures::{Field, Procedure, Procedures};

use crate::base::Result;
use crate::graph::Graph;
use crate::value::Value;

/// A built-in function.
pub struct Function {
    /// As written in the documentation; matched without regard to case.
    pub name: &'static str,
    /// One parameter a word, for help and arity: `"list"`, `"start" "end" "step?"`, `"value..."` for any number.
    pub parameters: &'static [&'static str],
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
    /// Nanoseconds since 1970-01-01T00:00Z at which the statement began: `date()` and its kin agree within a statement.
    pub now: i128,
}

/// The running state of an aggregate. DISTINCT and the skipping of nulls are the executor's business.
pub trait Accumulator {
    /// `arguments` holds the aggregated value and any further arguments.
    fn add(&mut self, arguments: &[Value]) -> Result<()>;
    fn finish(&mut self) -> Result<Value>;
}

/// The function of that name, whatever its case.
pub fn find(_name: &str) -> Option<&'static Function> {
    todo!()
}

/// Every built-in function, by theme.
pub fn all() -> impl Iterator<Item = &'static Function> {
    std::iter::empty()
}
