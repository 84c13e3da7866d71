//! The façade: text in, answer out. One screen that shows the whole journey.

use crate::algebra::Mode;
use crate::answer::Answer;
use crate::base::{Budget, Result};
use crate::execute::{self, Settings};
use crate::functions::Procedures;
use crate::graph::Graph;
use crate::language::cypher;
use crate::value::{Date, Map};
use crate::vocabulary::Vocabulary;
use crate::{bind, optimize};
use std::sync::Arc;
use std::time::Instant;

/// A graph, its vocabulary and its procedures.
#[derive(Default)]
pub struct Session {
    pub graph: Graph,
    pub vocabulary: Arc<Vocabulary>,
    pub procedures: Procedures,
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
        Session::default()
    }

    /// Answers a question or runs a Cypher statement.
    pub fn run(&mut self, text: &str, options: &Options) -> Result<Answer> {
        let asked = Instant::now();
        let mut answer = self.cypher(text, options).map_err(|report| report.in_text(text))?;
        answer.question = text.to_owned();
        answer.elapsed = asked.elapsed();
        Ok(answer)
    }

    fn cypher(&mut self, text: &str, options: &Options) -> Result<Answer> {
        let named = cypher::parse(text)?;
        let bound = bind::bind(&named, &self.procedures)?;
        bind::missing_parameters(&bound, &options.parameters)?;
        let plan = optimize::optimize(&bound, &self.graph, &options.rules_off);
        if bound.mode == Mode::Explain {
            return Ok(Answer { plan: Some(format!("{plan:?}")), ..Answer::default() });
        }
        let settings = Settings {
            parameters: &options.parameters,
            procedures: &self.procedures,
            budget: &options.budget,
            as_of: options.as_of,
            trace: options.trace,
            profile: bound.mode == Mode::Profile,
        };
        let outcome = execute::execute(&plan, &mut self.graph, &settings)?;
        Ok(Answer {
            columns: outcome.columns,
            rows: outcome.rows,
            facts: outcome.facts,
            effects: outcome.effects,
            plan: outcome.profile,
            ..Answer::default()
        })
    }
}
