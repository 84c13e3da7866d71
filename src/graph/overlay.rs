//! The adjacency of types that were written, laid out anew over the base.
//!
//! A written node has its own copy of its lists in the delta: right at once, but a look-up more on every hop. When the
//! graph is read again and again between writes, the types that were written are laid out as they are now, base and
//! delta together, and read like those of the base. The next write to any relationship drops the layout.

use super::adjacency::Adjacency;
use super::aligned::AlignedColumns;
use super::around::Around;
use super::{Graph, NodeId, RelationshipType, Way};
use std::sync::Arc;

/// Types laid out as they are now.
#[derive(Debug, Default)]
pub struct Overlay {
    /// By type; those that were not written are in the base.
    adjacency: Vec<Option<Adjacency>>,
    pub aligned: AlignedColumns,
    pub around: Around,
}

impl Overlay {
    #[inline]
    pub fn of(&self, kind: RelationshipType) -> Option<&Adjacency> {
        self.adjacency.get(kind.0 as usize)?.as_ref()
    }
}

/// Fewer written nodes are looked up in the delta, unless they are more than a small part of all.
const FEW: usize = 256;
const PART: usize = 64;

/// Readings between two writes before it is worth to lay out what was written.
const READINGS: u32 = 2;

impl Graph {
    /// Notes that the graph is about to be read; lays out what was written when that has happened before.
    pub fn about_to_read(&mut self) {
        let written = self.delta.touched_nodes.len() + self.delta.created_nodes.len();
        let few = written < FEW && written * PART < self.node_bound() as usize;
        if self.overlay.is_some() || few {
            return;
        }
        self.readings += 1;
        if self.readings > READINGS {
            self.overlay = self.laid_out().map(Arc::new);
        }
    }

    /// Notes that relationships were written.
    pub(super) fn written_between(&mut self) {
        self.overlay = None;
        self.readings = 0;
    }

    /// `None` where that would take too long.
    fn laid_out(&self) -> Option<Overlay> {
        let mut written = vec![false; self.symbols.types.len()];
        let entries = self.delta.touched_nodes.values().chain(&self.delta.created_nodes);
        for (kind, ..) in entries.flat_map(|entry| &entry.lists) {
            if let Some(written) = written.get_mut(kind.0 as usize) {
                *written = true;
            }
        }
        let mut adjacency = Vec::with_capacity(written.len());
        for (kind, written) in (0..).map(RelationshipType).zip(written) {
            adjacency.push(if written { Some(self.laid_out_of(kind)?) } else { None });
        }
        Some(Overlay { adjacency, ..Overlay::default() })
    }

    fn laid_out_of(&self, kind: RelationshipType) -> Option<Adjacency> {
        let mut links = Vec::with_capacity(self.count_of(kind));
        for node in (0..self.node_bound()).map(NodeId) {
            if self.is_over_at(node.0) {
                return None;
            }
            let adjacent = self.adjacent(node, Way::Out, kind);
            let lists = adjacent.nodes.iter().zip(adjacent.relationships);
            links.extend(lists.map(|(end, relationship)| (node, *end, *relationship)));
        }
        Some(Adjacency::ordered(&links))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_laid_out_is_what_was_written() {
        let mut graph = Graph::empty();
        let (kind, other) = (graph.intern_type("T"), graph.intern_type("U"));
        let nodes: Vec<NodeId> = (0..600).map(|_| graph.create_node(&[], Vec::new())).collect();
        for (place, node) in nodes.iter().enumerate() {
            graph.create_relationship(*node, kind, nodes[(place * 7 + 1) % 600], Vec::new());
            graph.create_relationship(*node, other, nodes[(place * 3) % 600], Vec::new());
        }
        graph.fold();
        let mut last = None;
        for place in 0..400 {
            last = Some(graph.create_relationship(nodes[place], kind, nodes[599 - place], Vec::new()));
        }
        graph.delete_relationship(super::super::RelationshipId(0));
        let told = |graph: &Graph| {
            let lists = nodes.iter().flat_map(|node| {
                [(Way::Out, kind), (Way::In, kind), (Way::Out, other), (Way::In, other)].map(|(way, kind)| {
                    let adjacent = graph.adjacent(*node, way, kind);
                    let lists = graph.lists(way, kind);
                    assert_eq!(lists.nodes(node.0), adjacent.nodes);
                    assert_eq!(lists.degree(node.0), adjacent.nodes.len());
                    (adjacent.nodes.to_vec(), adjacent.relationships.to_vec())
                })
            });
            lists.collect::<Vec<_>>()
        };
        let before = told(&graph);
        (0..=READINGS).for_each(|_| graph.about_to_read());
        assert!(graph.overlay.is_some());
        assert_eq!(told(&graph), before);
        graph.delete_relationship(last.unwrap());
        assert!(graph.overlay.is_none());
        let after = told(&graph);
        assert_ne!(after, before);
        (0..=READINGS).for_each(|_| graph.about_to_read());
        assert_eq!(told(&graph), after);
    }
}
