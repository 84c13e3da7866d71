//! From where an entity has its authority, and what loses it with another.
//!
//! Which relations give authority, and which kinds may give it without having received any, is marked in the
//! vocabulary. Several bases of one thing are alternatives. A virtual root stands above whatever has no basis of its own
//! and may do without; what no chain from there reaches is an orphan. What loses its basis with X is what X dominates
//! (Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm, 2001).

use super::mask::Outlook;
use super::{Bits, Entity, Graph, Mask, NodeId, RelationshipId, RelationshipType, View, Way};
use crate::base::Cancel;
use petgraph::Direction;
use petgraph::algo::dominators::{self, Dominators};
use petgraph::algo::kosaraju_scc;
use petgraph::visit::{IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The chains of authority of a graph, as of a day where there is a mask.
pub struct Authority<'g> {
    graph: &'g Graph,
    view: View<'g>,
    shape: Arc<Shape>,
}

/// Who dominates whom.
struct Shape {
    tree: Dominators<NodeId>,
    /// What each node dominates immediately.
    below: FxHashMap<NodeId, Vec<NodeId>>,
    /// What has authority that nobody gave it.
    roots: Arc<[NodeId]>,
}

/// A shape with the version of the graph and the outlook it was made from.
type Made = (u64, Option<Outlook>, Arc<Shape>);

/// The shapes that were made last: a function asks for one once a row.
static KEPT: Mutex<Vec<Made>> = Mutex::new(Vec::new());
/// How many shapes are kept.
const KEEP: usize = 4;

impl<'g> Authority<'g> {
    pub fn new(graph: &'g Graph, mask: Option<&'g Mask>, cancel: Option<&'g Cancel>) -> Authority<'g> {
        let mut view = View::along(graph, graph.rules.authority.clone());
        view = if let Some(mask) = mask { view.as_of(mask) } else { view };
        view = if let Some(cancel) = cancel { view.cancelled_by(cancel) } else { view };
        let shape = Shape::kept(graph, &view, mask);
        let view = view.rooted(shape.roots.clone());
        Authority { graph, view, shape }
    }

    /// What has authority only through a node: all its chains pass there. Ascending, without the node itself.
    pub fn loses_basis(&self, node: NodeId) -> Vec<NodeId> {
        let mut lost = Vec::new();
        let mut waiting = vec![node];
        while let Some(next) = waiting.pop() {
            let below = self.shape.below.get(&next).map_or(&[][..], Vec::as_slice);
            lost.extend_from_slice(below);
            waiting.extend_from_slice(below);
        }
        lost.sort_unstable();
        lost
    }

    /// What loses its authority when all of several nodes go: what no chain reaches any more. Ascending, without the
    /// nodes themselves.
    pub fn loses_basis_of_all(&self, nodes: &[NodeId]) -> Vec<NodeId> {
        if let [node] = nodes {
            return self.loses_basis(*node);
        }
        let mut kept = Bits::with_bound(self.graph.node_bound() as usize + 1);
        let mut waiting = vec![self.view.root()];
        while let Some(next) = waiting.pop() {
            for receiver in (&self.view).neighbors(next) {
                if !nodes.contains(&receiver) && kept.insert(receiver.0) {
                    waiting.push(receiver);
                }
            }
        }
        let gone = |node: &NodeId| self.reaches(*node) && !kept.contains(node.0) && !nodes.contains(node);
        self.graph.nodes().filter(gone).collect()
    }

    /// For each of some givers from which a chain leads down to a node, the relationships of a shortest one.
    pub fn chains_to(&self, node: NodeId, givers: &[NodeId]) -> Vec<(NodeId, Vec<RelationshipId>)> {
        let mut back: FxHashMap<NodeId, (NodeId, RelationshipId)> = FxHashMap::default();
        let mut waiting = VecDeque::from([node]);
        while let Some(next) = waiting.pop_front() {
            for edge in (&self.view).edges_directed(next, Direction::Incoming) {
                // The virtual root is nobody's basis.
                let giver = edge.source;
                if giver != self.view.root() && giver != node && !back.contains_key(&giver) {
                    back.insert(giver, (next, edge.relationship));
                    waiting.push_back(giver);
                }
            }
        }
        let mut found = Vec::new();
        for giver in givers.iter().filter(|giver| back.contains_key(giver)) {
            let mut chain = Vec::new();
            let mut at = *giver;
            while let Some((below, relationship)) = back.get(&at) {
                chain.push(*relationship);
                at = *below;
            }
            found.push((*giver, chain));
        }
        found
    }

    /// What has authority through a node, be it only by one of several chains. Ascending, without the node itself.
    pub fn depends_on(&self, node: NodeId) -> Vec<NodeId> {
        let mut seen = Bits::with_bound(self.graph.node_bound() as usize);
        let mut below = Vec::new();
        let mut waiting = vec![node];
        while let Some(next) = waiting.pop() {
            for receiver in (&self.view).neighbors(next) {
                if receiver != node && seen.insert(receiver.0) {
                    below.push(receiver);
                    waiting.push(receiver);
                }
            }
        }
        below.sort_unstable();
        below
    }

    /// Whether some chain of authority reaches a node.
    pub fn reaches(&self, node: NodeId) -> bool {
        self.shape.tree.immediate_dominator(node).is_some()
    }

    /// What receives authority from somewhere but from no chain that has a beginning, and what may not give authority
    /// without having received it.
    pub fn orphans(&self) -> Vec<NodeId> {
        self.graph.nodes().filter(|node| self.view.has(*node) && !self.reaches(*node)).collect()
    }

    /// Who gives a node authority directly. Ascending.
    pub fn bases(&self, node: NodeId) -> Vec<NodeId> {
        let mut bases: Vec<NodeId> = (&self.view).neighbors_directed(node, Direction::Incoming).collect();
        bases.sort_unstable();
        bases.dedup();
        bases
    }

    /// The nearest giver that all chains to a node pass; `None` where there is none but the root.
    pub fn nearest_common(&self, node: NodeId) -> Option<NodeId> {
        self.shape.tree.immediate_dominator(node).filter(|above| *above != self.view.root())
    }

    /// What is related to a node in any way, in both directions. Ascending, without the node itself.
    pub fn touches(&self, node: NodeId, mask: Option<&Mask>) -> Vec<NodeId> {
        let mut found = Vec::new();
        for kind in self.graph.types() {
            for way in [Way::Out, Way::In] {
                let adjacent = self.graph.adjacent(node, way, kind);
                for (other, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                    if mask.is_none_or(|mask| mask.has(Entity::Relationship(*relationship))) {
                        found.push(*other);
                    }
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|other| *other != node);
        found
    }
}

/// The circles that relationships of these types, followed in these directions, run in: sets of nodes each of which reaches all others of its set.
/// Each ascending, in the order of their first nodes.
pub fn rings(graph: &Graph, types: &[(RelationshipType, Way)], mask: Option<&Mask>) -> Vec<Vec<NodeId>> {
    let view = View::along(graph, types.to_vec());
    let view = if let Some(mask) = mask { view.as_of(mask) } else { view };
    let mut rings: Vec<Vec<NodeId>> = kosaraju_scc(&view);
    rings.retain(|ring| match ring.as_slice() {
        [alone] => (&view).neighbors(*alone).any(|next| next == *alone),
        _ => true,
    });
    rings.iter_mut().for_each(|ring| ring.sort_unstable());
    rings.sort_unstable();
    rings
}

impl Shape {
    fn kept(graph: &Graph, view: &View<'_>, mask: Option<&Mask>) -> Arc<Shape> {
        let outlook = mask.map(|mask| mask.outlook);
        let known = |(version, from, _): &&Made| *version == graph.version() && *from == outlook;
        let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., shape)) = kept().iter().find(known) {
            return shape.clone();
        }
        // Nobody else waits while it is made.
        let roots = graph.nodes().filter(|node| view.has(*node) && is_original(graph, view, *node)).collect();
        let view = view.clone().rooted(roots);
        let shape = Arc::new(Shape::new(graph, &view));
        // What was stopped is only a part.
        if !view.is_stopped() {
            let mut kept = kept();
            if kept.len() == KEEP {
                kept.remove(0);
            }
            kept.push((graph.version(), outlook, shape.clone()));
        }
        shape
    }

    fn new(graph: &Graph, view: &View<'_>) -> Shape {
        let tree = dominators::simple_fast(view, view.root());
        let mut below: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
        for node in graph.nodes() {
            if let Some(above) = tree.immediate_dominator(node) {
                below.entry(above).or_default().push(node);
            }
        }
        let roots = view.roots().unwrap_or_default();
        Shape { tree, below, roots }
    }
}

/// Whether a node has authority that nobody gave it.
fn is_original(graph: &Graph, view: &View<'_>, node: NodeId) -> bool {
    let sovereign = graph.labels(node).iter().any(|label| graph.rules.sovereign.contains(label));
    sovereign && view.neighbors_directed(node, Direction::Incoming).all(|giver| giver == node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{End, Kind, Relation, Vocabulary};
    use proptest::prelude::*;

    fn vocabulary() -> Vocabulary {
        let relation =
            |name: &str, giver| Relation { name: name.into(), authority: giver, ..Relation::default() };
        Vocabulary {
            kinds: vec![Kind { name: "Law".into(), sovereign: true, ..Kind::default() }],
            relations: vec![
                relation("assigns", Some(End::From)),
                relation("based_on", Some(End::To)),
                relation("cites", None),
            ],
            ..Vocabulary::default()
        }
    }

    /// Nodes, those of odd number no laws, and relationships of three types.
    fn made(count: usize, edges: &[(usize, usize, usize)]) -> (Graph, Vec<NodeId>) {
        let mut graph = Graph::empty();
        let law = graph.intern_label("Law");
        let label = |n: usize| if n.is_multiple_of(2) { vec![law] } else { Vec::new() };
        let nodes: Vec<NodeId> = (0..count).map(|n| graph.create_node(&label(n), Vec::new())).collect();
        for (from, kind, to) in edges {
            let kind = graph.intern_type(["ASSIGNS", "BASED_ON", "CITES"][kind % 3]);
            graph.create_relationship(nodes[from % count], kind, nodes[to % count], Vec::new());
        }
        graph.follow(&vocabulary());
        (graph, nodes)
    }

    /// Giver and receiver of every relationship that gives authority.
    fn given(count: usize, edges: &[(usize, usize, usize)]) -> Vec<(usize, usize)> {
        let pair = |(from, kind, to): &(usize, usize, usize)| match kind % 3 {
            0 => Some((from % count, to % count)),
            1 => Some((to % count, from % count)),
            _ => None,
        };
        edges.iter().filter_map(pair).collect()
    }

    /// What chains of authority reach when one node is taken away.
    fn reached(count: usize, given: &[(usize, usize)], without: Option<usize>) -> Vec<bool> {
        let is_root = |n: usize| n.is_multiple_of(2) && given.iter().all(|(from, to)| *to != n || from == to);
        let mut reached: Vec<bool> = (0..count).map(|n| is_root(n) && Some(n) != without).collect();
        for _ in 0..count {
            for (from, to) in given {
                if reached[*from] && Some(*to) != without {
                    reached[*to] = true;
                }
            }
        }
        reached
    }

    proptest! {
        #[test]
        fn what_loses_its_basis_is_what_is_no_longer_reached(
            count in 1usize..9,
            edges in prop::collection::vec((0usize..9, 0usize..3, 0usize..9), 0..20),
        ) {
            let (graph, nodes) = made(count, &edges);
            let authority = Authority::new(&graph, None, None);
            let given = given(count, &edges);
            let before = reached(count, &given, None);
            for (at, node) in nodes.iter().enumerate() {
                prop_assert_eq!(authority.reaches(*node), before[at]);
                let after = reached(count, &given, Some(at));
                let lost = (0..count).filter(|n| *n != at && before[*n] && !after[*n]).map(|n| nodes[n]);
                let lost: Vec<NodeId> = lost.collect();
                prop_assert_eq!(authority.loses_basis(*node), lost.clone());
                let depending = authority.depends_on(*node);
                prop_assert!(lost.iter().all(|n| depending.contains(n)));
            }
        }
    }

    #[test]
    fn several_bases_are_alternatives() {
        // Laws 0 and 2 both assign 1, which is a basis of nothing; 3 rests on 0 alone.
        let (graph, nodes) = made(4, &[(0, 0, 1), (2, 0, 1), (3, 1, 0)]);
        let authority = Authority::new(&graph, None, None);
        assert_eq!(authority.loses_basis(nodes[0]), [nodes[3]]);
        assert_eq!(authority.depends_on(nodes[0]), [nodes[1], nodes[3]]);
        assert_eq!(authority.bases(nodes[1]), [nodes[0], nodes[2]]);
        assert_eq!(authority.nearest_common(nodes[3]), Some(nodes[0]));
        assert!(authority.orphans().is_empty());
    }
}
