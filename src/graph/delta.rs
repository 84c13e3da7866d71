//! What was written since the base was made, and how to take the running statement back.

use super::annotation::Annotation;
use super::bits::Bits;
use super::own::{List, OwnLists, Whose};
use super::{Ends, Entity, Key, Label, RelationshipType};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Properties of an entity, by key.
pub type Properties = Arc<Vec<(Key, Value)>>;

/// The value of one of some properties; null where there is none.
pub fn value_of(properties: &[(Key, Value)], key: Key) -> Value {
    match properties.binary_search_by_key(&key, |(k, _)| *k) {
        Ok(place) => properties[place].1.clone(),
        Err(_) => Value::Null,
    }
}

/// Entities of the base that were touched have an entry in a map and a dirty bit; created ones lie in a row.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    pub lists: OwnLists,
    pub touched_nodes: FxHashMap<u32, NodeEntry>,
    pub dirty_nodes: Bits,
    /// By id, counted from the base's bound.
    pub created_nodes: Vec<NodeEntry>,
    pub touched_relationships: FxHashMap<u32, RelationshipEntry>,
    pub dirty_relationships: Bits,
    pub created_relationships: Vec<RelationshipEntry>,
    /// Entities of the base, or in arrays that were laid out since, whose properties may be others now.
    pub rewritten_nodes: Bits,
    pub rewritten_relationships: Bits,
    /// The keys of the properties that these may have otherwise.
    pub rewritten_keys: Bits,
    pub rewritten_relationship_keys: Bits,
    /// Nodes of the base whose labels may be others now, or that may be gone.
    pub relabelled: Bits,
    pub labels: FxHashMap<Label, LabelChange>,
    pub annotations: FxHashMap<Entity, Arc<Annotation>>,
    pub candidates: Candidates,
}

/// What is different about a node. `None` means: as in the base.
#[derive(Clone, Debug, Default)]
pub struct NodeEntry {
    pub deleted: bool,
    pub labels: Option<Arc<[Label]>>,
    pub properties: Option<Properties>,
}

#[derive(Clone, Debug)]
pub struct RelationshipEntry {
    pub ends: Ends,
    pub deleted: bool,
    pub properties: Option<Properties>,
}

/// How the nodes of a label differ from the base.
#[derive(Clone, Debug, Default)]
pub struct LabelChange {
    pub added: BTreeSet<u32>,
    pub removed: Bits,
}

/// By key and hash of the value, the nodes that were ever written with it: for properties that were looked up since the
/// base was made.
pub type CandidatesByKey = FxHashMap<Key, FxHashMap<u32, Vec<u32>>>;

/// Look-ups only read the graph, yet the first of them makes the candidates: hence the lock.
#[derive(Debug, Default)]
pub struct Candidates(RwLock<CandidatesByKey>);

/// What a running statement found, so that it can be put back.
#[derive(Clone, Debug)]
pub struct Journal {
    pub nodes: FxHashMap<u32, Option<NodeEntry>>,
    pub relationships: FxHashMap<u32, Option<RelationshipEntry>>,
    pub lists: FxHashMap<Whose, Option<Arc<List>>>,
    pub annotations: FxHashMap<Entity, Option<Arc<Annotation>>>,
    pub created_nodes: usize,
    pub created_relationships: usize,
    pub counts: Counts,
    pub version: u64,
}

/// How much there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub nodes: usize,
    pub relationships: usize,
    pub by_label: Vec<usize>,
    pub by_type: Vec<usize>,
}

impl Delta {
    /// Roughly how many entities were written.
    pub fn weight(&self) -> usize {
        self.touched_nodes.len()
            + self.created_nodes.len()
            + self.touched_relationships.len()
            + self.created_relationships.len()
    }
}

impl Candidates {
    pub fn read(&self) -> RwLockReadGuard<'_, CandidatesByKey> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, CandidatesByKey> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Without locking, for whoever owns the graph.
    pub fn get_mut(&mut self) -> &mut CandidatesByKey {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Candidates {
    fn clone(&self) -> Self {
        Candidates(RwLock::new(self.read().clone()))
    }
}

impl Counts {
    pub fn label(&mut self, label: Label) -> &mut usize {
        at(&mut self.by_label, label.0 as usize)
    }

    pub fn kind(&mut self, kind: RelationshipType) -> &mut usize {
        at(&mut self.by_type, kind.0 as usize)
    }
}

fn at(counts: &mut Vec<usize>, place: usize) -> &mut usize {
    if place >= counts.len() {
        counts.resize(place + 1, 0);
    }
    &mut counts[place]
}
