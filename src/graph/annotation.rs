//! What a curated graph says about a fact besides its properties.

use super::{Claim, Entity, Evidence, Key, Precision};
use crate::value::Date;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is recorded of a graph.
pub type Annotations = FxHashMap<Entity, Arc<Annotation>>;

/// What is recorded of one node or relationship.
#[derive(Clone, Debug, Default)]
pub struct Annotation {
    pub evidence: Vec<Evidence>,
    /// Properties with more than one claimed value.
    pub claims: Vec<(Key, Vec<Claim>)>,
    /// Properties whose date was given as a month or a year. It counts while the property still has that date.
    pub precisions: Vec<(Key, Date, Precision)>,
    pub origin: Origin,
    /// For what a rule made: the facts it follows from, once for each way in which it follows.
    pub derivations: Vec<Arc<[Entity]>>,
}

/// Where an entity comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Written by a statement of this session.
    #[default]
    Session,
    /// A data file, by its path inside the data directory, and its position in that file.
    File(Arc<str>, u32),
    /// A rule of the vocabulary.
    Rule,
}
