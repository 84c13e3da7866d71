//! Adjacency and labels for loops over many nodes: what holds for all of them is looked up once.

use super::adjacency::Rows;
use super::own::OwnRows;
use super::packed::Packed;
use super::{Graph, NodeId, RelationshipId, RelationshipType, Way};
use std::ops::Range;

impl Graph {
    /// The adjacency of one type in one direction, for loops over many nodes.
    pub fn lists(&self, way: Way, kind: RelationshipType) -> Lists<'_> {
        let rows = self.rows_of(kind, way);
        let own = self.delta.lists.rows(kind, way).filter(|own| own.len() > 0);
        let (first, offsets) = rows.and_then(Rows::all).unwrap_or((0, &[]));
        Lists { rows, own, first, offsets }
    }

    /// The rows of one type: those laid out of what was written, or of the base.
    pub(super) fn rows_of(&self, kind: RelationshipType, way: Way) -> Option<&Rows> {
        match self.laid_out(kind) {
            Some(laid_out) => Some(laid_out.adjacency.rows(way)),
            None => self.base.adjacency.get(kind.0 as usize).map(|adjacency| adjacency.rows(way)),
        }
    }

    /// The number of the combination of labels of every node, by id, where none was written since the base was made.
    pub fn all_label_sets(&self) -> Option<LabelSets<'_>> {
        if !self.delta.relabelled.is_unused() || !self.delta.created_nodes.is_empty() {
            return None;
        }
        match &self.base.node_sets.0 {
            Packed::Bytes(sets) => Some(LabelSets::Bytes(sets)),
            Packed::Shorts(sets) => Some(LabelSets::Shorts(sets)),
            Packed::Words(_) => None,
        }
    }
}

/// Numbers of combinations of labels, by node.
#[derive(Clone, Copy)]
pub enum LabelSets<'g> {
    Bytes(&'g [u8]),
    Shorts(&'g [u16]),
}

/// One type in one direction.
#[derive(Clone, Copy)]
pub struct Lists<'g> {
    rows: Option<&'g Rows>,
    /// The lists of nodes that were written since the rows were laid out.
    own: Option<&'g OwnRows>,
    /// Where the lists of all nodes from `first` on begin and end, if every node has a place.
    first: u32,
    offsets: &'g [u32],
}

impl<'g> Lists<'g> {
    /// Where the list of a node stands in the rows; `None` where it was written since.
    #[inline]
    pub fn range(&self, node: u32) -> Option<Range<usize>> {
        if self.is_own(node) {
            return None;
        }
        Some(self.rows.map_or(0..0, |rows| rows.range(node)))
    }

    /// The neighbours in a part of the rows that `range` gave.
    #[inline]
    pub fn nodes_in(&self, range: Range<usize>) -> &'g [NodeId] {
        self.rows.map_or(&[], |rows| rows.nodes(range))
    }

    /// The relationships in a part of the rows that `range` gave.
    #[inline]
    pub fn relationships_in(&self, range: Range<usize>) -> &'g [RelationshipId] {
        self.rows.and_then(|rows| rows.relationships().get(range)).unwrap_or(&[])
    }

    /// The neighbours of a node.
    #[inline]
    pub fn nodes(&self, node: u32) -> &'g [NodeId] {
        match (self.range(node), self.rows) {
            (Some(range), Some(rows)) => rows.nodes(range),
            (Some(_), None) => &[],
            _ => self.own_nodes(node),
        }
    }

    #[inline]
    pub fn degree(&self, node: u32) -> usize {
        if !self.offsets.is_empty() && !self.is_own(node) {
            let place = node.wrapping_sub(self.first) as usize;
            return match self.offsets.get(place..).and_then(<[u32]>::first_chunk::<2>) {
                Some([from, to]) => (to - from) as usize,
                None => 0,
            };
        }
        match self.range(node) {
            Some(range) => range.len(),
            None => self.own_nodes(node).len(),
        }
    }

    /// Nodes with at least one neighbour, with how many they have, in no certain order.
    pub fn degrees(&self) -> impl Iterator<Item = (NodeId, usize)> + use<'g> {
        let own = self.own;
        let kept = self.rows.into_iter().flat_map(Rows::degrees);
        let kept = kept.filter(move |(node, _)| own.is_none_or(|own| !own.has(node.0)));
        let written = own.into_iter().flat_map(OwnRows::each);
        let written = written.map(|(node, list)| (NodeId(node), list.adjacent().nodes.len()));
        kept.chain(written.filter(|(_, degree)| *degree > 0))
    }

    #[inline]
    fn is_own(&self, node: u32) -> bool {
        self.own.is_some_and(|own| own.has(node))
    }

    #[cold]
    fn own_nodes(&self, node: u32) -> &'g [NodeId] {
        self.own.and_then(|own| own.list(node)).map_or(&[], |list| list.adjacent().nodes)
    }
}
