//! The immutable part of the store: arrays only, no object per node or relationship.

use super::adjacency::Adjacency;
use super::aligned::AlignedColumns;
use super::bits::Bits;
use super::buffer::Buffer;
use super::columns::Column;
use super::index::HashIndex;
use super::names::NameIndex;
use super::packed::Packed;
use super::snapshot::{Fault, Lazy, Reader, Section, Writer, demand, demand_below};
use super::statistics::Statistics;
use super::{Ends, Key, Label, NodeId, RelationshipId, RelationshipType};
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
    pub node_sets: Lazy<NodeSets>,
    /// The nodes of each label.
    pub label_nodes: Vec<Lazy<Members>>,
    pub endpoints: Lazy<Endpoints>,
    pub adjacency: Vec<Lazy<Adjacency>>,
    pub node_columns: Vec<Lazy<Arc<Column>>>,
    pub relationship_columns: Vec<Lazy<Arc<Column>>>,
    pub names: OnceLock<Arc<NameIndex>>,
    pub indexes: RwLock<Indexes>,
    /// What a snapshot brings: the index of names, and indexes over all nodes by property.
    pub kept_names: Option<Lazy<Arc<NameIndex>>>,
    pub kept_indexes: FxHashMap<Key, Lazy<Arc<HashIndex>>>,
    pub statistics: Statistics,
    pub aligned: AlignedColumns,
    /// Keys of which it is known whether they tell all nodes apart.
    pub unique: RwLock<FxHashMap<Key, bool>>,
}

/// The combination of labels of each node.
#[derive(Clone, Debug, Default)]
pub struct NodeSets(pub Packed);

/// Type and ends of each relationship, also of deleted ones.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    pub kinds: Packed,
    pub starts: Buffer<NodeId>,
    pub ends: Buffer<NodeId>,
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
    /// The labels of a node below the bound.
    #[inline]
    pub fn labels(&self, node: NodeId) -> &[Label] {
        self.label_sets.get(self.set_of(node) as usize).map_or(&[], AsRef::as_ref)
    }

    /// The number of the combination of labels of a node below the bound.
    #[inline]
    pub fn set_of(&self, node: NodeId) -> u32 {
        self.node_sets.0.at(node.0 as usize)
    }

    pub fn has_label(&self, node: NodeId, label: Label) -> bool {
        node.0 < self.node_bound && self.labels(node).contains(&label)
    }

    /// Type and ends of a relationship below the bound.
    #[inline]
    pub fn ends(&self, relationship: RelationshipId) -> Ends {
        let (place, endpoints) = (relationship.0 as usize, &*self.endpoints);
        // A damaged file leaves nothing here; its relationships then lead from the first node to itself.
        Ends {
            kind: RelationshipType(endpoints.kinds.at(place)),
            start: endpoints.starts.get(place).copied().unwrap_or(NodeId(0)),
            end: endpoints.ends.get(place).copied().unwrap_or(NodeId(0)),
        }
    }

    pub fn members(&self, label: Label) -> Option<&Members> {
        self.label_nodes.get(label.0 as usize).map(|members| &**members)
    }

    pub fn node_column(&self, key: Key) -> Option<&Column> {
        self.node_columns.get(key.0 as usize).map(|column| &***column)
    }

    pub fn relationship_column(&self, key: Key) -> Option<&Column> {
        self.relationship_columns.get(key.0 as usize).map(|column| &***column)
    }

    /// The index of a property over the nodes of a label (or over all), made when it is first asked for. One that a
    /// snapshot brought covers all nodes, of whatever label.
    pub fn index(&self, label: Option<Label>, key: Key) -> Option<Arc<HashIndex>> {
        if let Some(index) = self.kept_indexes.get(&key) {
            return Some(Arc::clone(index));
        }
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
        self.node_sets.0.bytes()
            + self.endpoints.kinds.bytes()
            + self.endpoints.starts.bytes()
            + self.endpoints.ends.bytes()
            + self.label_nodes.iter().map(|members| members.bytes()).sum::<usize>()
            + self.adjacency.iter().map(|adjacency| adjacency.bytes()).sum::<usize>()
            + columns.map(|column| column.bytes()).sum::<usize>()
            + indexes
    }
}

impl Section for NodeSets {
    fn write(&self, writer: &mut Writer<'_>) {
        self.0.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<NodeSets, Fault> {
        let sets = Packed::read(reader)?;
        demand(sets.len() == reader.node_bound() as usize)?;
        demand(sets.len() == 0 || sets.greatest() < reader.label_sets())?;
        Ok(NodeSets(sets))
    }
}

impl Section for Endpoints {
    fn write(&self, writer: &mut Writer<'_>) {
        self.kinds.write(writer);
        writer.array(&self.starts);
        writer.array(&self.ends);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Endpoints, Fault> {
        let (kinds, starts, ends) =
            (Packed::read(reader)?, reader.array::<NodeId>()?, reader.array::<NodeId>()?);
        let bound = reader.relationship_bound() as usize;
        demand(kinds.len() == bound && starts.len() == bound && ends.len() == bound)?;
        demand(bound == 0 || kinds.greatest() < reader.types())?;
        for nodes in [&starts, &ends] {
            demand_below(nodes.iter().map(|node| node.0), reader.node_bound() as usize)?;
        }
        Ok(Endpoints { kinds, starts, ends })
    }
}

impl Section for Members {
    fn write(&self, writer: &mut Writer<'_>) {
        match self {
            Members::Few(nodes) => {
                writer.number(0);
                writer.array(nodes);
            }
            Members::Many(bits) => {
                writer.number(1);
                writer.array(bits.words());
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Members, Fault> {
        let bound = reader.node_bound() as usize;
        match reader.number()? {
            0 => {
                let nodes = reader.array::<u32>()?;
                demand(nodes.windows(2).all(|pair| pair[0] < pair[1]))?;
                demand_below(nodes.iter().copied(), bound)?;
                Ok(Members::Few(nodes))
            }
            1 => {
                let bits = Bits::of_words(reader.array::<u64>()?.to_vec());
                demand(bits.last().is_none_or(|last| (last as usize) < bound))?;
                Ok(Members::Many(bits))
            }
            _ => Err(Fault),
        }
    }
}
