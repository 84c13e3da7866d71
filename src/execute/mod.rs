//! Carries out a plan: one operator family a file. Never sees a language.

use crate::answer::{Effects, Facts};
use crate::base::{Budget, Result};
use crate::functions::Procedures;
use crate::graph::Graph;
use crate::optimize::Plan;
use crate::value::{Date, Map, Value};
use std::sync::Arc;

/// Everything a running statement may use.
pub struct Settings<'s> {
    pub parameters: &'s Map,
    pub procedures: &'s Procedures,
    pub budget: &'s Budget,
    /// Ask as of this day: entities that do not hold on it are not there.
    pub as_of: Option<Date>,
    /// Track the facts that each row rests on.
    pub trace: bool,
    pub profile: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub columns: Vec<Arc<str>>,
    pub rows: Vec<Vec<Value>>,
    /// One per row when tracing is on, else empty.
    pub facts: Vec<Facts>,
    pub effects: Effects,
    pub profile: Option<String>,
}

/// Runs a plan. A statement that fails leaves the graph as it was.
pub fn execute(_plan: &Plan, _graph: &mut Graph, _settings: &Settings<'_>) -> Result<Outcome> {
    todo!()
}
