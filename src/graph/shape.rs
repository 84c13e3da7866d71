//! What the relationships of a type never do: lead back to where they begin, answer one another, go round in circles.
//!
//! Worked out from the graph as it is, when it is first asked for, and kept until relationships are added.

use super::heights::Heights;
use super::{Graph, NodeId, RelationshipType, Way};
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// What occurs among the relationships of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// A relationship from a node to itself.
    pub loops: bool,
    /// Two nodes with relationships both ways.
    pub returns: bool,
    /// Two relationships from one node to the same other.
    pub parallels: bool,
}

/// What is known, with the state of the graph it was found in.
#[derive(Debug, Default)]
pub struct Shapes {
    shapes: RwLock<FxHashMap<RelationshipType, (u64, Shape)>>,
    /// By types, ascending.
    circles: RwLock<FxHashMap<Vec<RelationshipType>, (u64, bool)>>,
    pub heights: RwLock<Vec<Arc<Heights>>>,
}

impl Graph {
    /// The shape of the relationships of a type.
    pub fn shape(&self, kind: RelationshipType) -> Shape {
        let state = self.structure;
        let known = self.shapes.shapes.read().unwrap_or_else(PoisonError::into_inner).get(&kind).copied();
        if let Some((at, shape)) = known
            && at == state
        {
            return shape;
        }
        let Some(shape) = self.work_out_shape(kind) else {
            return Shape { loops: true, returns: true, parallels: true };
        };
        self.shapes.shapes.write().unwrap_or_else(PoisonError::into_inner).insert(kind, (state, shape));
        shape
    }

    /// Whether relationships of some types lead from some node back to it, over however many.
    pub fn has_circles(&self, kinds: &[RelationshipType]) -> bool {
        let state = self.structure;
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let known = self.shapes.circles.read().unwrap_or_else(PoisonError::into_inner).get(&kinds).copied();
        if let Some((at, circles)) = known
            && at == state
        {
            return circles;
        }
        let short = kinds.iter().any(|kind| {
            let shape = self.shape(*kind);
            shape.loops || shape.returns
        });
        let Some(circles) = (if short { Some(true) } else { self.goes_round(&kinds) }) else { return true };
        // Of a shape that was not worked out nothing follows.
        if self.is_over() {
            return true;
        }
        self.shapes.circles.write().unwrap_or_else(PoisonError::into_inner).insert(kinds, (state, circles));
        circles
    }

    /// `None` where that would take too long.
    fn work_out_shape(&self, kind: RelationshipType) -> Option<Shape> {
        let mut shape = Shape { loops: false, returns: false, parallels: false };
        for node in self.nodes() {
            if self.is_over_at(node.0) {
                return None;
            }
            let to = self.adjacent(node, Way::Out, kind).nodes;
            if to.is_empty() {
                continue;
            }
            shape.loops = shape.loops || to.binary_search(&node).is_ok();
            shape.parallels = shape.parallels || to.windows(2).any(|pair| pair[0] == pair[1]);
            shape.returns = shape.returns || meet(to, self.adjacent(node, Way::In, kind).nodes);
            if shape.loops && shape.parallels && shape.returns {
                break;
            }
        }
        Some(shape)
    }

    /// Takes away nodes that nothing leads to until none is left, or only circles and what hangs on them.
    fn goes_round(&self, kinds: &[RelationshipType]) -> Option<bool> {
        let mut incoming = vec![0u32; self.node_bound() as usize];
        let mut open: Vec<NodeId> = Vec::new();
        let mut left = 0usize;
        for node in self.nodes() {
            if self.is_over_at(node.0) {
                return None;
            }
            let degree: usize = kinds.iter().map(|kind| self.degree(node, Way::In, *kind)).sum();
            incoming[node.0 as usize] = degree as u32;
            left += degree;
            if degree == 0 {
                open.push(node);
            }
        }
        left -= self.take_away(kinds, Way::Out, open, &mut incoming, |_, _| {})?;
        Some(left > 0)
    }

    /// Takes away open nodes with the relationships that go `way` from them, and opens those that wait for nothing else,
    /// until none is left, or only circles and what hangs on them. `see` is shown each node and those it leads to. How many
    /// relationships were taken away; `None` where it would take too long.
    pub(super) fn take_away(
        &self,
        kinds: &[RelationshipType],
        way: Way,
        mut open: Vec<NodeId>,
        waiting: &mut [u32],
        mut see: impl FnMut(NodeId, &[NodeId]),
    ) -> Option<usize> {
        let mut taken = 0;
        while let Some(node) = open.pop() {
            if self.is_over_at(node.0) {
                return None;
            }
            for kind in kinds {
                let nodes = self.adjacent(node, way, *kind).nodes;
                see(node, nodes);
                taken += nodes.len();
                for next in nodes {
                    let left = &mut waiting[next.0 as usize];
                    *left -= 1;
                    if *left == 0 {
                        open.push(*next);
                    }
                }
            }
        }
        Some(taken)
    }
}

/// Whether two ascending lists have a node in common.
fn meet(left: &[NodeId], right: &[NodeId]) -> bool {
    let (few, many) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let mut rest = many;
    for node in few {
        let place = rest.partition_point(|other| other < node);
        rest = &rest[place..];
        if rest.first() == Some(node) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(links: &[(usize, usize)]) -> (Graph, RelationshipType) {
        let mut graph = Graph::empty();
        let kind = graph.intern_type("T");
        let nodes: Vec<NodeId> = (0..5).map(|_| graph.create_node(&[], Vec::new())).collect();
        for (from, to) in links {
            graph.create_relationship(nodes[*from], kind, nodes[*to], Vec::new());
        }
        (graph, kind)
    }

    #[test]
    fn shapes_are_told_apart() {
        let (plain, kind) = graph(&[(0, 1), (1, 2), (0, 2), (3, 2)]);
        assert_eq!(plain.shape(kind), Shape { loops: false, returns: false, parallels: false });
        assert!(!plain.has_circles(&[kind]));
        let (looped, kind) = graph(&[(0, 1), (1, 1)]);
        assert!(looped.shape(kind).loops && looped.has_circles(&[kind]));
        let (returning, kind) = graph(&[(0, 1), (1, 0)]);
        assert!(returning.shape(kind).returns && returning.has_circles(&[kind]));
        let (double, kind) = graph(&[(0, 1), (0, 1)]);
        assert_eq!(double.shape(kind), Shape { loops: false, returns: false, parallels: true });
        let (ring, kind) = graph(&[(0, 1), (1, 2), (2, 0)]);
        assert!(!ring.shape(kind).returns && ring.has_circles(&[kind]));
    }

    #[test]
    fn types_go_round_together() {
        let (mut graph, kind) = graph(&[(0, 1), (1, 2)]);
        let other = graph.intern_type("O");
        graph.create_relationship(NodeId(3), other, NodeId(0), Vec::new());
        assert!(!graph.has_circles(&[kind, other, kind]));
        graph.create_relationship(NodeId(2), other, NodeId(3), Vec::new());
        assert!(graph.has_circles(&[kind, other]) && graph.has_circles(&[other, kind]));
        assert!(!graph.has_circles(&[kind]) && !graph.has_circles(&[other]));
    }

    #[test]
    fn a_new_relationship_is_noticed() {
        let (mut graph, kind) = graph(&[(0, 1), (1, 2)]);
        graph.fold();
        assert!(!graph.has_circles(&[kind]));
        graph.create_relationship(NodeId(2), kind, NodeId(0), Vec::new());
        assert!(graph.has_circles(&[kind]) && !graph.shape(kind).returns);
    }
}
