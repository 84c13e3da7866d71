//! The lists of nodes that relationships were written to since the lists were laid out: such a node has its own copy of
//! each list that changed, so that one hop stays one slice.

use super::bits::Bits;
use super::{Adjacent, NodeId, RelationshipId, RelationshipType, Way};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Own lists, by type and direction.
#[derive(Clone, Debug, Default)]
pub struct OwnLists {
    by_type: Vec<[OwnRows; 2]>,
    /// Nodes that have a list here, and perhaps some more.
    nodes: Bits,
}

/// Own lists of one type in one direction, by node.
#[derive(Clone, Debug, Default)]
pub struct OwnRows {
    nodes: Bits,
    lists: FxHashMap<u32, Arc<List>>,
}

/// The neighbours of a node by one type in one direction, ascending.
#[derive(Clone, Debug, Default)]
pub struct List {
    nodes: Vec<NodeId>,
    relationships: Vec<RelationshipId>,
}

/// Whose list, of what.
pub type Whose = (NodeId, Way, RelationshipType);

impl OwnLists {
    /// Those of a type in one direction, if any were ever written.
    #[inline]
    pub fn rows(&self, kind: RelationshipType, way: Way) -> Option<&OwnRows> {
        self.by_type.get(kind.0 as usize).map(|rows| &rows[way.place()])
    }

    /// Whether a node may have a list of its own, of whatever type.
    #[inline]
    pub fn may_have(&self, node: NodeId) -> bool {
        self.nodes.contains(node.0)
    }

    pub fn len(&self) -> usize {
        self.by_type.iter().flatten().map(OwnRows::len).sum()
    }

    /// The types of which there are lists.
    pub fn types(&self) -> Vec<RelationshipType> {
        let written = |rows: &[OwnRows; 2]| rows.iter().any(|rows| rows.len() > 0);
        let types = (0..).map(RelationshipType).zip(&self.by_type);
        types.filter(|(_, rows)| written(rows)).map(|(kind, _)| kind).collect()
    }

    pub fn get(&self, (node, way, kind): Whose) -> Option<&Arc<List>> {
        self.rows(kind, way)?.list(node.0)
    }

    /// A node's own list, to be written; `fresh` is what it had until now.
    pub fn write(&mut self, (node, way, kind): Whose, fresh: impl FnOnce() -> List) -> &mut List {
        self.nodes.insert(node.0);
        let rows = self.rows_mut(kind, way);
        rows.nodes.insert(node.0);
        Arc::make_mut(rows.lists.entry(node.0).or_insert_with(|| Arc::new(fresh())))
    }

    /// Puts a list back that was there before, or that there was none; the one that was there until now.
    pub fn put_back(&mut self, (node, way, kind): Whose, list: Option<Arc<List>>) -> Option<Arc<List>> {
        let rows = self.rows_mut(kind, way);
        match list {
            Some(list) => rows.lists.insert(node.0, list),
            None => {
                rows.nodes.remove(node.0);
                rows.lists.remove(&node.0)
            }
        }
    }

    fn rows_mut(&mut self, kind: RelationshipType, way: Way) -> &mut OwnRows {
        let place = kind.0 as usize;
        if place >= self.by_type.len() {
            self.by_type.resize_with(place + 1, Default::default);
        }
        &mut self.by_type[place][way.place()]
    }
}

impl OwnRows {
    #[inline]
    pub fn has(&self, node: u32) -> bool {
        self.nodes.contains(node)
    }

    /// The list of a node that has one here.
    #[inline]
    pub fn list(&self, node: u32) -> Option<&Arc<List>> {
        if self.has(node) { self.lists.get(&node) } else { None }
    }

    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// Every node with its list, by id.
    pub fn each(&self) -> impl Iterator<Item = (u32, &Arc<List>)> {
        self.nodes.iter().filter_map(|node| Some((node, self.lists.get(&node)?)))
    }
}

impl List {
    pub fn of(adjacent: Adjacent<'_>) -> List {
        List { nodes: adjacent.nodes.to_vec(), relationships: adjacent.relationships.to_vec() }
    }

    pub fn adjacent(&self) -> Adjacent<'_> {
        Adjacent { nodes: &self.nodes, relationships: &self.relationships }
    }

    pub fn insert(&mut self, node: NodeId, relationship: RelationshipId) {
        let place = self.place(node, relationship);
        self.nodes.insert(place, node);
        self.relationships.insert(place, relationship);
    }

    pub fn remove(&mut self, node: NodeId, relationship: RelationshipId) {
        let place = self.place(node, relationship);
        if self.relationships.get(place) == Some(&relationship) {
            self.nodes.remove(place);
            self.relationships.remove(place);
        }
    }

    /// Where the pair stands or would stand.
    fn place(&self, node: NodeId, relationship: RelationshipId) -> usize {
        let first = self.nodes.partition_point(|n| *n < node);
        let same = self.nodes[first..].partition_point(|n| *n == node);
        first + self.relationships[first..first + same].partition_point(|r| *r < relationship)
    }
}
