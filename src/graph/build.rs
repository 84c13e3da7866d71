//! Makes a base from many nodes and relationships at once.

use super::adjacency::{Adjacency, Ends};
use super::annotation::Annotation;
use super::base::{Base, Endpoints, Members, NodeSets};
use super::bits::Bits;
use super::columns::{Column, ColumnBuilder};
use super::delta::Counts;
use super::packed::Packed;
use super::snapshot::Lazy;
use super::symbols::Symbols;
use super::{Entity, Graph, Key, Label, NodeId, RelationshipId, RelationshipType, Source, new_version};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// Collects nodes and relationships in the order of their ids and lays them out in columns and rows.
#[derive(Default)]
pub struct Builder {
    pub(super) symbols: Symbols,
    label_sets: Vec<Box<[Label]>>,
    set_numbers: FxHashMap<Box<[Label]>, u32>,
    node_sets: Vec<u32>,
    /// Where runs of relationships of one type begin, with the type: bulk data come type by type.
    runs: Vec<(u32, u32)>,
    starts: Vec<NodeId>,
    ends: Vec<NodeId>,
    pub(super) node_holes: Bits,
    pub(super) relationship_holes: Bits,
    node_columns: Vec<ColumnBuilder>,
    relationship_columns: Vec<ColumnBuilder>,
    annotations: FxHashMap<Entity, Arc<Annotation>>,
    sources: Vec<Source>,
}

impl Builder {
    pub fn new() -> Builder {
        Builder::default()
    }

    pub fn label(&mut self, name: &str) -> Label {
        Label(self.symbols.labels.intern(name))
    }

    pub fn relationship_type(&mut self, name: &str) -> RelationshipType {
        RelationshipType(self.symbols.types.intern(name))
    }

    pub fn key(&mut self, name: &str) -> Key {
        Key(self.symbols.keys.intern(name))
    }

    /// The number of a combination of labels, to be used with [`Builder::node_of_set`].
    pub fn label_set(&mut self, labels: &[Label]) -> u32 {
        if self.label_sets.is_empty() {
            self.label_sets.push(Box::default());
            self.set_numbers.insert(Box::default(), 0);
        }
        if let Some(number) = self.set_numbers.get(labels) {
            return *number;
        }
        let number = self.label_sets.len() as u32;
        self.label_sets.push(labels.into());
        self.set_numbers.insert(labels.into(), number);
        number
    }

    pub fn node(&mut self, labels: &[Label]) -> NodeId {
        let set = self.label_set(labels);
        self.node_of_set(set)
    }

    pub fn node_of_set(&mut self, set: u32) -> NodeId {
        self.node_sets.push(set);
        NodeId(self.node_sets.len() as u32 - 1)
    }

    /// Both ends must have been added, or be added before [`Builder::finish`].
    pub fn relationship(&mut self, start: NodeId, kind: RelationshipType, end: NodeId) -> RelationshipId {
        let id = self.starts.len() as u32;
        if self.runs.last().is_none_or(|(_, last)| *last != kind.0) {
            self.runs.push((id, kind.0));
        }
        self.starts.push(start);
        self.ends.push(end);
        RelationshipId(id)
    }

    pub fn node_count(&self) -> usize {
        self.node_sets.len()
    }

    pub fn relationship_count(&self) -> usize {
        self.starts.len()
    }

    pub fn property(&mut self, entity: Entity, key: Key, value: Value) {
        match entity {
            Entity::Node(node) => self.node_column(key).push(node.0, value),
            Entity::Relationship(relationship) => self.relationship_column(key).push(relationship.0, value),
        }
    }

    /// The column that collects a node property.
    pub fn node_column(&mut self, key: Key) -> &mut ColumnBuilder {
        column(&mut self.node_columns, key)
    }

    pub fn relationship_column(&mut self, key: Key) -> &mut ColumnBuilder {
        column(&mut self.relationship_columns, key)
    }

    pub fn annotate(&mut self, entity: Entity, annotation: Annotation) {
        self.annotations.insert(entity, Arc::new(annotation));
    }

    /// What is recorded of an entity, to be completed.
    pub fn annotation(&mut self, entity: Entity) -> &mut Annotation {
        Arc::make_mut(self.annotations.entry(entity).or_default())
    }

    pub(super) fn annotate_shared(&mut self, entity: Entity, annotation: Arc<Annotation>) {
        self.annotations.insert(entity, annotation);
    }

    pub fn sources(&mut self, sources: Vec<Source>) {
        self.sources = sources;
    }

    pub fn finish(mut self) -> Graph {
        self.label_set(&[]);
        let counts = self.counts();
        let runs = self.runs_by_type();
        let adjacency = self.adjacency(&runs);
        let kinds = self.kinds(&runs);
        let label_nodes = self.label_nodes();
        let base = Base {
            node_bound: self.node_sets.len() as u32,
            relationship_bound: self.starts.len() as u32,
            node_holes: self.node_holes,
            relationship_holes: self.relationship_holes,
            label_sets: self.label_sets,
            node_sets: NodeSets(self.node_sets.into()).into(),
            label_nodes,
            endpoints: Lazy::from(Endpoints { kinds, starts: self.starts.into(), ends: self.ends.into() }),
            adjacency,
            node_columns: packed(self.node_columns),
            relationship_columns: packed(self.relationship_columns),
            names: Default::default(),
            indexes: Default::default(),
            kept_names: None,
            kept_indexes: Default::default(),
            statistics: Default::default(),
            aligned: Default::default(),
            unique: Default::default(),
        };
        Graph {
            symbols: Arc::new(self.symbols),
            base: Arc::new(base),
            counts,
            annotations: Arc::new(self.annotations.into()),
            sources: Arc::new(self.sources),
            version: new_version(),
            ..Graph::default()
        }
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts {
            nodes: self.node_sets.len() - self.node_holes.len(),
            relationships: self.starts.len() - self.relationship_holes.len(),
            ..Counts::default()
        };
        let mut by_set = vec![0; self.label_sets.len()];
        for set in &self.node_sets {
            by_set[*set as usize] += 1;
        }
        for (labels, count) in self.label_sets.iter().zip(by_set) {
            for label in labels.iter() {
                *counts.label(*label) += count;
            }
        }
        for (kind, run) in self.typed_runs() {
            *counts.kind(RelationshipType(kind)) += run.len();
        }
        for hole in self.relationship_holes.iter() {
            let run = self.runs.partition_point(|(first, _)| *first <= hole).saturating_sub(1);
            if let Some((_, kind)) = self.runs.get(run) {
                *counts.kind(RelationshipType(*kind)) -= 1;
            }
        }
        counts
    }

    /// The runs of relationships, each with its type.
    fn typed_runs(&self) -> impl Iterator<Item = (u32, Range<u32>)> + '_ {
        let ends = self.runs.iter().skip(1).map(|(first, _)| *first).chain([self.starts.len() as u32]);
        self.runs.iter().zip(ends).map(|((first, kind), end)| (*kind, *first..end))
    }

    fn runs_by_type(&self) -> Vec<Vec<Range<u32>>> {
        let mut runs = vec![Vec::new(); self.symbols.types.len()];
        for (kind, run) in self.typed_runs() {
            runs[kind as usize].push(run);
        }
        runs
    }

    /// The type of every relationship.
    fn kinds(&self, runs: &[Vec<Range<u32>>]) -> Packed {
        if runs.len() > 0x100 {
            let mut kinds = vec![0u32; self.starts.len()];
            self.typed_runs().for_each(|(kind, run)| kinds[run.start as usize..run.end as usize].fill(kind));
            return kinds.into();
        }
        let mut kinds = vec![0u8; self.starts.len()];
        let fill =
            |(kind, run): (u32, Range<u32>)| kinds[run.start as usize..run.end as usize].fill(kind as u8);
        self.typed_runs().for_each(fill);
        Packed::Bytes(kinds.into())
    }

    fn adjacency(&self, runs: &[Vec<Range<u32>>]) -> Vec<Lazy<Adjacency>> {
        let ends = Ends { starts: &self.starts, ends: &self.ends };
        let whole = self.relationship_holes.is_empty();
        let adjacency = |runs: &Vec<Range<u32>>| match runs.as_slice() {
            [run] if whole => Adjacency::of(run.clone(), ends),
            _ => {
                let ids = runs.iter().flat_map(Range::clone);
                Adjacency::of(ids.filter(|id| !self.relationship_holes.contains(*id)), ends)
            }
        };
        runs.iter().map(|runs| adjacency(runs).into()).collect()
    }

    fn label_nodes(&self) -> Vec<Lazy<Members>> {
        let mut nodes: Vec<Vec<u32>> = vec![Vec::new(); self.symbols.labels.len()];
        for (node, set) in self.node_sets.iter().enumerate() {
            for label in self.label_sets[*set as usize].iter() {
                nodes[label.0 as usize].push(node as u32);
            }
        }
        let bound = self.node_sets.len() as u32;
        nodes.into_iter().map(|nodes| Members::of(nodes, bound).into()).collect()
    }
}

fn column(columns: &mut Vec<ColumnBuilder>, key: Key) -> &mut ColumnBuilder {
    let place = key.0 as usize;
    if place >= columns.len() {
        columns.resize_with(place + 1, ColumnBuilder::default);
    }
    &mut columns[place]
}

fn packed(columns: Vec<ColumnBuilder>) -> Vec<Lazy<Arc<Column>>> {
    columns.into_iter().map(|column| Lazy::from(Arc::new(column.finish()))).collect()
}
