//! How far the relationships of some types lead on from each node, where they go round in no circle: the longest path
//! by dynamic programming, from where nothing leads on back to where everything begins.
//!
//! Worked out when it is first asked for, in time with the relationships of the types, and kept until such
//! relationships are written.

use super::{Graph, Label, NodeId, RelationshipType, Way};
use std::sync::{Arc, PoisonError};

/// The length of the longest path from each node.
#[derive(Debug)]
pub struct Heights {
    asked: Asked,
    over: Vec<u32>,
    greatest: u32,
}

/// What paths are meant: their types and direction, and the label that the last node has.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    kinds: Vec<RelationshipType>,
    /// When the relationships were last written, and the labels if they matter.
    state: (u64, u64),
    way: Way,
    ends: Option<Label>,
}

/// More are not kept.
const KEPT: usize = 8;

impl Graph {
    /// The longest paths over types of relationships; with `ends`, those that end at a node of the label. `None` where
    /// there are circles, or where it would take too long.
    pub fn heights(&self, kinds: &[RelationshipType], way: Way, ends: Option<Label>) -> Option<Arc<Heights>> {
        let labels = ends.map_or(0, |_| self.states.labels());
        let asked = Asked { kinds: kinds.to_vec(), state: (self.states.of(kinds), labels), way, ends };
        let kept = self.shapes.heights.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(heights) = kept.iter().find(|heights| heights.asked == asked) {
            return Some(heights.clone());
        }
        drop(kept);
        let heights = Arc::new(self.work_out_heights(asked)?);
        let mut kept = self.shapes.heights.write().unwrap_or_else(PoisonError::into_inner);
        // Those of an earlier state are asked for no more.
        kept.retain(|kept| {
            (&kept.asked.kinds, kept.asked.way, kept.asked.ends) != (&heights.asked.kinds, way, ends)
        });
        kept.truncate(KEPT - 1);
        kept.insert(0, heights.clone());
        Some(heights)
    }

    fn work_out_heights(&self, asked: Asked) -> Option<Heights> {
        let mut over = vec![0u32; self.node_bound() as usize];
        let mut greatest = 0;
        let reached = |node: NodeId, before: &[NodeId]| {
            let reached = match over[node.0 as usize] {
                0 => u32::from(asked.ends.is_none_or(|label| self.has_label(node, label))),
                further => further + 1,
            };
            for before in before {
                let over = &mut over[before.0 as usize];
                *over = reached.max(*over);
                greatest = reached.max(greatest);
            }
        };
        let left = self.take_away(&asked.kinds, asked.way.reverse(), reached)?;
        (left == 0).then_some(Heights { asked, over, greatest })
    }
}

impl Heights {
    /// The length of the longest path from a node; 0 where there is none.
    #[inline]
    pub fn of(&self, node: NodeId) -> u32 {
        self.over.get(node.0 as usize).copied().unwrap_or(0)
    }

    pub fn greatest(&self) -> u32 {
        self.greatest
    }

    /// Where a longest path from a node ends.
    pub fn end_of(&self, node: NodeId, graph: &Graph) -> Option<NodeId> {
        let (mut at, mut left) = (node, self.of(node));
        while left > 0 {
            left -= 1;
            let fits = |next: &&NodeId| match left {
                0 => self.asked.ends.is_none_or(|label| graph.has_label(**next, label)),
                left => self.of(**next) == left,
            };
            let Asked { kinds, way, .. } = &self.asked;
            at = *kinds.iter().find_map(|kind| graph.adjacent(at, *way, *kind).nodes.iter().find(fits))?;
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(links: &[(usize, usize)]) -> (Graph, RelationshipType, Label, Vec<NodeId>) {
        let mut graph = Graph::empty();
        let (kind, label) = (graph.intern_type("T"), graph.intern_label("L"));
        // Every second node has the label.
        let labels = |place: usize| if place.is_multiple_of(2) { vec![label] } else { Vec::new() };
        let nodes: Vec<NodeId> = (0..8).map(|place| graph.create_node(&labels(place), Vec::new())).collect();
        for (from, to) in links {
            graph.create_relationship(nodes[*from], kind, nodes[*to], Vec::new());
        }
        graph.fold();
        (graph, kind, label, nodes)
    }

    #[test]
    fn the_longest_way_counts() {
        let (mut graph, kind, label, nodes) =
            graph(&[(0, 1), (1, 2), (2, 3), (0, 3), (3, 5), (3, 5), (6, 7), (5, 4)]);
        let told = |graph: &Graph, way, ends| {
            let heights = graph.heights(&[kind], way, ends).unwrap();
            for node in &nodes {
                let end = heights.end_of(*node, graph).unwrap();
                assert!(heights.of(*node) == 0 || ends.is_none_or(|label| graph.has_label(end, label)));
            }
            (heights.greatest(), nodes.iter().map(|node| heights.of(*node)).collect::<Vec<_>>())
        };
        assert_eq!(told(&graph, Way::Out, None), (5, vec![5, 4, 3, 2, 0, 1, 1, 0]));
        assert_eq!(told(&graph, Way::In, None), (5, vec![0, 1, 2, 3, 5, 4, 0, 1]));
        assert_eq!(told(&graph, Way::Out, Some(label)), (5, vec![5, 4, 3, 2, 0, 1, 0, 0]));
        assert_eq!(told(&graph, Way::In, Some(label)), (5, vec![0, 1, 2, 3, 5, 4, 0, 1]));
        // What was just written counts at once, and laid out.
        let last = graph.create_relationship(nodes[4], kind, nodes[6], Vec::new());
        assert_eq!(told(&graph, Way::Out, None).0, 7);
        (0..4).for_each(|_| graph.about_to_read());
        assert_eq!(told(&graph, Way::Out, None).0, 7);
        graph.delete_relationship(last);
        assert_eq!(told(&graph, Way::Out, None).0, 5);
    }

    #[test]
    fn circles_have_no_longest_way() {
        let (graph, kind, ..) = graph(&[(0, 1), (1, 2), (2, 1)]);
        assert!(graph.heights(&[kind], Way::Out, None).is_none());
    }
}
