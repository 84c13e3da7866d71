//! The adjacency of types that were written, laid out anew over the base.
//!
//! A written node has its own copy of its lists in the delta: right at once, but a look-up more on every hop. When the
//! graph is read again and again between writes, the types that were written are laid out as they are now, base and
//! delta together, and read like those of the base. Where that is long work it is done beside, and what is read until
//! then is looked up in the delta. The next write to any relationship drops the layout.

use super::adjacency::Adjacency;
use super::aligned::AlignedColumns;
use super::around::Around;
use super::{Graph, NodeId, RelationshipType};
use crate::base::{Budget, Cancel};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// Types laid out as they are now.
#[derive(Debug, Default)]
pub struct Overlay {
    /// By type; those that were not written are in the base.
    adjacency: Vec<Option<Adjacency>>,
    pub aligned: AlignedColumns,
    pub around: Around,
}

/// A layout in the making.
#[derive(Debug, Default)]
pub struct Making {
    made: OnceLock<Arc<Overlay>>,
    cancel: Cancel,
}

impl Drop for Making {
    /// Nobody waits for it any more.
    fn drop(&mut self) {
        self.cancel.cancel();
    }
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

/// So many nodes that one statement wrote to are many.
const MANY: usize = 4096;

/// More relationships take so long to be laid out that nobody should wait for it.
const LONG: usize = 1 << 17;

impl Graph {
    /// Notes that the graph is about to be read; lays out what was written when that has happened before.
    pub fn about_to_read(&mut self) {
        let written = self.delta.touched_nodes.len() + self.delta.created_nodes.len();
        let few = written < FEW && written * PART < self.node_bound() as usize;
        if self.overlay.is_some() || few {
            return;
        }
        if let Some(making) = &self.making {
            self.overlay = making.made.get().cloned();
            self.making = self.making.take().filter(|_| self.overlay.is_none());
            return;
        }
        self.readings += 1;
        if self.readings <= READINGS {
            return;
        }
        self.lay_out_written();
    }

    /// Notes that a statement that wrote to so many nodes is kept: after many the layout is begun at once, as it takes little
    /// more than they did.
    pub(super) fn wrote_to(&mut self, nodes: usize) {
        if nodes >= MANY && self.has_delta() && self.overlay.is_none() && self.making.is_none() {
            self.lay_out_written();
        }
    }

    fn lay_out_written(&mut self) {
        let written = self.written_types();
        let count: usize = written.iter().map(|kind| self.count_of(*kind)).sum();
        match count > LONG {
            true => self.lay_out_beside(written),
            false => self.overlay = self.laid_out(&written).map(Arc::new),
        }
    }

    fn lay_out_beside(&mut self, written: Vec<RelationshipType>) {
        let making = Arc::new(Making::default());
        let mut graph = self.clone();
        graph.watch(&Budget { cancel: making.cancel.clone(), ..Budget::default() }, Instant::now());
        let weak = Arc::downgrade(&making);
        let lay_out = move || {
            let laid_out = graph.laid_out(&written);
            if let (Some(making), Some(laid_out)) = (weak.upgrade(), laid_out) {
                let _ = making.made.set(Arc::new(laid_out));
            }
        };
        // Where no other thread can be had, what was written is looked up where it is.
        self.making = std::thread::Builder::new().spawn(lay_out).ok().map(|_| making);
    }

    /// Notes that relationships were written.
    pub(super) fn written_between(&mut self) {
        (self.overlay, self.making) = (None, None);
        self.readings = 0;
    }

    /// The types of relationships that were written.
    fn written_types(&self) -> Vec<RelationshipType> {
        self.delta.written_types.iter().map(RelationshipType).collect()
    }

    /// `None` where that would take too long.
    fn laid_out(&self, written: &[RelationshipType]) -> Option<Overlay> {
        let mut adjacency: Vec<Option<Adjacency>> = Vec::new();
        for kind in written {
            adjacency.resize_with(kind.0 as usize, || None);
            adjacency.push(Some(self.laid_out_of(*kind)?));
        }
        Some(Overlay { adjacency, ..Overlay::default() })
    }

    fn laid_out_of(&self, kind: RelationshipType) -> Option<Adjacency> {
        let list = |node: NodeId, way| (!self.is_over_at(node.0)).then(|| self.adjacent(node, way, kind));
        Adjacency::of_lists(self.count_of(kind), self.node_bound(), list)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Way;
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

    #[test]
    fn what_is_long_work_is_laid_out_beside() {
        let mut graph = Graph::empty();
        let kind = graph.intern_type("T");
        let nodes: Vec<NodeId> = (0..400).map(|_| graph.create_node(&[], Vec::new())).collect();
        for place in 0..LONG + 1 {
            let (start, end) = (nodes[place % 400], nodes[place / 400 % 400]);
            graph.create_relationship(start, kind, end, Vec::new());
        }
        graph.fold();
        let wait = |graph: &mut Graph| {
            for _ in 0..1000 {
                graph.about_to_read();
                if graph.overlay.is_some() {
                    return true;
                }
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            false
        };
        let write = |graph: &mut Graph, step: usize| {
            for place in 0..300 {
                graph.create_relationship(nodes[place], kind, nodes[(place * step) % 400], Vec::new());
            }
        };
        write(&mut graph, 3);
        (0..=READINGS).for_each(|_| graph.about_to_read());
        assert!(graph.overlay.is_none() && graph.making.is_some());
        // What was begun before is not taken for what is there now.
        write(&mut graph, 7);
        assert!(graph.making.is_none());
        let lists = |graph: &Graph| -> Vec<Vec<NodeId>> {
            nodes.iter().map(|node| graph.adjacent(*node, Way::In, kind).nodes.to_vec()).collect()
        };
        let before = lists(&graph);
        assert!(wait(&mut graph) && graph.making.is_none());
        assert_eq!(lists(&graph), before);
    }
}
