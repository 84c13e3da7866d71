//! What comes back: rows, their proof, and how the question was read.

mod account;
mod dated;
mod facts;
mod grounds;
mod merged;
pub mod passage;
mod scene;
mod sentence;
mod unknown;
mod unlike;
mod why;
mod why_not;
mod within;

pub use account::account;
pub use dated::{mark_days, mark_part, mark_periods, period_of};
pub use facts::{Facts, Gathered, Proofs, Witnesses, entities};
pub use grounds::{goes_by_authority, ground};
pub use merged::Merged;
pub use scene::Scene;
pub use sentence::{relation_verb, said, sentence, third_person, verb_of};
pub use unknown::unknown_names;
pub use why::{Citation, Step, Why, why, why_all};
pub use why_not::{WhyNot, Without};
pub use within::mark_parts;

use crate::graph::{Mask, NodeId};
use crate::session::Behind;
use crate::value::Value;
use std::sync::Arc;
use std::time::Duration;

/// The answer to one statement.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The text as asked.
    pub question: String,
    /// The reading in plain English; empty for Cypher.
    pub reading: Option<String>,
    /// The Cypher that means the same.
    pub cypher: Option<String>,
    /// The day for which it holds, as written.
    pub as_of: Option<String>,
    pub columns: Vec<Arc<str>>,
    pub rows: Vec<Vec<Value>>,
    /// For each row the entities it rests on; empty when tracing was off.
    pub facts: Proofs,
    pub effects: Effects,
    /// What a reader must know besides: implied facts, undated entities, other readings.
    pub notes: Vec<String>,
    /// The entity that a card describes.
    pub card: Option<NodeId>,
    /// What the answer is when there are no rows or when it is not a table.
    pub verdict: Option<Verdict>,
    pub elapsed: Duration,
    /// What has no dates in an answer as of a day.
    pub undated: Vec<NodeId>,
    /// What of the graph was seen; all of it where there is none.
    pub mask: Option<Arc<Mask>>,
    /// The graph it was made from, where that is not the session's own.
    pub behind: Option<Behind>,
    /// Why there is no answer, where that was asked for.
    pub why_not: Option<WhyNot>,
    /// The argument behind each row, where it was asked for.
    pub why: Option<Vec<Why>>,
    /// The plan, for EXPLAIN and PROFILE.
    pub plan: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Yes,
    No,
    /// The source rules it out.
    None(String),
    /// The source does not say.
    NotStated(String),
}

/// What a writing statement changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    pub nodes_created: u64,
    pub nodes_deleted: u64,
    pub relationships_created: u64,
    pub relationships_deleted: u64,
    pub properties_set: u64,
    pub properties_removed: u64,
    pub labels_added: u64,
    pub labels_removed: u64,
}
