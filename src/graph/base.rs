//! The immutable part of the store: arrays only, no object per node or relationship.

use super::adjacency::Adjacency;
use super::aligned::AlignedColumns;
use super::bits::Bits;
use super::buffer::Buffer;
use super::columns::Column;
use super::index::HashIndex;
use super::names::NameIndex;
use super::packed::Packed;
use super::statistics::Statistics;
use super::{Adjacent, Ends, Key, Label, NodeId, RelationshipId, RelationshipType, Way};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock, RwLock};

/// By label (all nodes without one) and property.
type Indexes = FxHashMap<(Option<Label>, Key), Arc<HashIndex>>;

/// Nodes, relationships and properties as they were when the base was made. Ids below the bounds that are in no set
/// of holes are there.
#[derive(Debug, Default)]
pub struct Base {
    pub node_bound: u32,
    pub relationship_bound: u32,
    /// Ids of deleted entities; never given out again.
    pub node_holes: Bits,
    pub relationship_holes: Bits,
    /// Every combination of labels that occurs; the first is the empty one.
    pub label_sets: Vec<Box<[Label]>>,
    /// The combination of each node.
    pub node_sets: Packed,
    /// The nodes of each label.
    pub label_nodes: Vec<Members>,
    /// Type and ends of each relationship, also of deleted ones.
    pub kinds: Packed,
    pub starts: Buffer<NodeId>,
    pub ends: Buffer<NodeId>,
    pub adjacency: Vec<Arc<Adjacency>>,
    pub node_columns: Vec<Arc<Column>>,
    pub relationship_columns: Vec<Arc<Column>>,
    pub names: OnceLock<Arc<NameIndex>>,
    pub indexes: RwLock<Indexes>,
    pub statistics: Statistics,
    pub aligned: AlignedColumns,
}

/// The nodes of a label: a list where they are few, else a bitmap.
#[derive(Clone, Debug)]
pub enum Members {
    Few(Buffer<u32>),
    Many(Bits),
}

impl Default for Members {
    fn default() -> Self {
        Members::Few(Buffer::default())
    }
}

impl Members {
    /// From ascending ids of nodes below the bound.
    pub fn of(nodes: Vec<u32>, bound: u32) -> Members {
        if nodes.len() * 32 < bound as usize {
            return Members::Few(nodes.into());
        }
        Members::Many(nodes.into_iter().collect())
    }

    pub fn bytes(&self) -> usize {
        match self {
            Members::Few(nodes) => nodes.bytes(),
            Members::Many(bits) => bits.bytes(),
        }
    }
}

impl Base {
    #[inline]
    pub fn adjacent(&self, node: NodeId, way: Way, kind: RelationshipType) -> Adjacent<'_> {
        match self.adjacency.get(kind.0 as usize) {
            Some(adjacency) => adjacency.rows(way).of_node(node),
            None => Adjacent::NONE,
        }
    }

    /// The labels of a node below the bound.
    #[inline]
    pub fn labels(&self, node: NodeId) -> &[Label] {
        &self.label_sets[self.set_of(node) as usize]
    }

    /// The number of the combination of labels of a node below the bound.
    #[inline]
    pub fn set_of(&self, node: NodeId) -> u32 {
        self.node_sets.at(node.0 as usize)
    }

    pub fn has_label(&self, node: NodeId, label: Label) -> bool {
        node.0 < self.node_bound && self.labels(node).contains(&label)
    }

    /// Type and ends of a relationship below the bound.
    #[inline]
    pub fn ends(&self, relationship: RelationshipId) -> Ends {
        let place = relationship.0 as usize;
        Ends {
            kind: RelationshipType(self.kinds.at(place)),
            start: self.starts[place],
            end: self.ends[place],
        }
    }

    pub fn members(&self, label: Label) -> Option<&Members> {
        self.label_nodes.get(label.0 as usize)
    }

    pub fn node_column(&self, key: Key) -> Option<&Column> {
        self.node_columns.get(key.0 as usize).map(Arc::as_ref)
    }

    pub fn relationship_column(&self, key: Key) -> Option<&Column> {
        self.relationship_columns.get(key.0 as usize).map(Arc::as_ref)
    }

    /// The index of a property over the nodes of a label (or over all), made when it is first asked for.
    pub fn index(&self, label: Option<Label>, key: Key) -> Option<Arc<HashIndex>> {
        let column = self.node_column(key)?;
        if let Some(index) = self.indexes.read().ok().and_then(|made| made.get(&(label, key)).cloned()) {
            return Some(index);
        }
        let index = Arc::new(match label.map(|label| self.members(label)) {
            None => HashIndex::of(column, column.presence.iter().map(|(id, _)| id)),
            Some(Some(Members::Few(nodes))) => HashIndex::of(column, nodes.iter().copied()),
            Some(Some(Members::Many(bits))) => HashIndex::of(column, bits.iter()),
            Some(None) => return None,
        });
        if let Ok(mut made) = self.indexes.write() {
            made.insert((label, key), index.clone());
        }
        Some(index)
    }

    /// Bytes held by the arrays.
    pub fn bytes(&self) -> usize {
        let columns = self.node_columns.iter().chain(&self.relationship_columns);
        let indexes = self.indexes.read().map_or(0, |made| made.values().map(|index| index.bytes()).sum());
        self.node_sets.bytes()
            + self.kinds.bytes()
            + self.starts.bytes()
            + self.ends.bytes()
            + self.label_nodes.iter().map(Members::bytes).sum::<usize>()
            + self.adjacency.iter().map(|adjacency| adjacency.bytes()).sum::<usize>()
            + columns.map(|column| column.bytes()).sum::<usize>()
            + indexes
    }
}
