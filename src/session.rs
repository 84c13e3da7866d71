//! The façade: text in, answer out.

use crate::answer::Answer;
use crate::base::{Budget, Result};
use crate::graph::Graph;
use crate::value::{Date, Map};
use crate::vocabulary::Vocabulary;
use std::sync::Arc;

/// A graph, its vocabulary and the settings of whoever is asking.
pub struct Session {
    pub graph: Graph,
    pub vocabulary: Arc<Vocabulary>,
}

/// How one statement is asked.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub language: Language,
    pub parameters: Map,
    pub as_of: Option<Date>,
    /// Track the facts that each row rests on.
    pub trace: bool,
    pub budget: Budget,
    /// Optimizer rules that are switched off, by name.
    pub rules_off: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// A Cypher clause keyword first means Cypher; anything else is a question.
    #[default]
    Either,
    Cypher,
    Question,
}

impl Session {
    /// An empty graph without vocabulary.
    pub fn empty() -> Session {
        todo!()
    }

    /// The built-in graph.
    pub fn builtin() -> Result<Session> {
        todo!()
    }

    /// Answers a question or runs a Cypher statement.
    pub fn run(&mut self, _text: &str, _options: &Options) -> Result<Answer> {
        todo!()
    }
}
