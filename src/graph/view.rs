//! The store as petgraph sees it, so that its algorithms run without a copy.
//!
//! A view may be restricted to some relationship types, to a day, turned around, and cancelled: a cancelled view
//! yields no more neighbours, which makes every algorithm stop. So does one whose statement has used up its time. Of petgraph's two algorithms for strongly connected
//! components take `kosaraju_scc`: the other one recurses and would exhaust the stack on a long chain.

use super::{Bits, Graph, Mask, NodeId, RelationshipId, RelationshipType, Way};
use crate::base::Cancel;
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighbors,
    IntoNeighborsDirected, IntoNodeIdentifiers, IntoNodeReferences, NodeCount, NodeIndexable, NodeRef,
    VisitMap, Visitable,
};
use petgraph::{Directed, Direction};
use std::cell::Cell;
use std::sync::Arc;

/// A part of the graph, seen in one direction.
#[derive(Clone)]
pub struct View<'g> {
    graph: &'g Graph,
    /// Each type with the direction in which it is followed.
    types: Vec<(RelationshipType, Way)>,
    mask: Option<&'g Mask>,
    cancel: Option<&'g Cancel>,
    /// Neighbours of a further node that stands above all others.
    roots: Option<Arc<[NodeId]>>,
    /// How often neighbours were asked for; the clock is looked at once in a while.
    asked: Cell<u32>,
    stopped: Cell<bool>,
}

/// A relationship seen from one of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub relationship: RelationshipId,
    pub source: NodeId,
    pub target: NodeId,
}

/// A set of visited nodes.
#[derive(Clone, Debug, Default)]
pub struct Visited(Bits);

impl<'g> View<'g> {
    /// Relationships of these types; of every type when none is named.
    pub fn new(graph: &'g Graph, types: &[RelationshipType]) -> View<'g> {
        let types = if types.is_empty() { graph.types() } else { types.to_vec() };
        View::along(graph, types.into_iter().map(|kind| (kind, Way::Out)).collect())
    }

    /// Relationships of these types, each type in a direction of its own.
    pub fn along(graph: &'g Graph, types: Vec<(RelationshipType, Way)>) -> View<'g> {
        let (asked, stopped) = (Cell::new(0), Cell::new(false));
        View { graph, types, mask: None, cancel: None, roots: None, asked, stopped }
    }

    /// Follows relationships the other way round.
    pub fn reversed(mut self) -> Self {
        self.types.iter_mut().for_each(|(_, way)| *way = way.reverse());
        self
    }

    pub fn as_of(mut self, mask: &'g Mask) -> Self {
        self.mask = Some(mask);
        self
    }

    pub fn cancelled_by(mut self, cancel: &'g Cancel) -> Self {
        self.cancel = Some(cancel);
        self
    }

    /// Adds a node above these; its id is [`View::root`].
    pub fn rooted(mut self, roots: Arc<[NodeId]>) -> Self {
        self.roots = Some(roots);
        self
    }

    /// The neighbours of the node that stands above all.
    pub fn roots(&self) -> Option<Arc<[NodeId]>> {
        self.roots.clone()
    }

    /// The id of the node that [`View::rooted`] adds: one that no node of the graph has.
    pub fn root(&self) -> NodeId {
        NodeId(self.graph.node_bound())
    }

    pub fn has(&self, node: NodeId) -> bool {
        self.graph.has_node(node) && self.mask.is_none_or(|mask| mask.has_node(node))
    }

    /// Whether it yields no more neighbours.
    pub fn is_stopped(&self) -> bool {
        const OFTEN: u32 = 256;
        self.asked.set(self.asked.get().wrapping_add(1));
        let over = self.asked.get().is_multiple_of(OFTEN) && self.graph.is_over();
        self.stopped.set(self.stopped.get() || over || self.cancel.is_some_and(Cancel::is_cancelled));
        self.stopped.get()
    }

    fn edges_of(&self, node: NodeId, direction: Direction) -> impl Iterator<Item = Edge> + '_ {
        let stopped = self.is_stopped();
        let roots = match &self.roots {
            Some(roots) if node == self.root() && direction == Direction::Outgoing && !stopped => &**roots,
            _ => &[],
        };
        let below = roots.iter().map(move |root| Edge {
            relationship: RelationshipId(u32::MAX),
            source: node,
            target: *root,
        });
        let types = if stopped { &[] } else { self.types.as_slice() };
        let own = types.iter().flat_map(move |(kind, way)| {
            let way = if direction == Direction::Outgoing { *way } else { way.reverse() };
            let adjacent = self.graph.adjacent(node, way, *kind);
            adjacent.nodes.iter().zip(adjacent.relationships).filter(|(_, r)| self.shows(**r)).map(
                move |(neighbour, relationship)| Edge {
                    relationship: *relationship,
                    source: node,
                    target: *neighbour,
                },
            )
        });
        below.chain(own)
    }

    fn shows(&self, relationship: RelationshipId) -> bool {
        self.mask.is_none_or(|mask| mask.has_relationship(relationship))
    }

    fn all_nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        let root = self.roots.as_ref().map(|_| self.root());
        self.graph.nodes().filter(|node| self.has(*node)).chain(root)
    }
}

impl GraphBase for View<'_> {
    type EdgeId = RelationshipId;
    type NodeId = NodeId;
}

impl GraphProp for View<'_> {
    type EdgeType = Directed;
}

impl Data for View<'_> {
    type NodeWeight = NodeId;
    type EdgeWeight = RelationshipId;
}

impl NodeIndexable for View<'_> {
    fn node_bound(&self) -> usize {
        self.graph.node_bound() as usize + 1
    }
    fn to_index(&self, node: NodeId) -> usize {
        node.0 as usize
    }
    fn from_index(&self, index: usize) -> NodeId {
        NodeId(index as u32)
    }
}

impl NodeCount for View<'_> {
    fn node_count(&self) -> usize {
        self.all_nodes().count()
    }
}

impl Visitable for View<'_> {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(Bits::with_bound(self.node_bound()))
    }
    fn reset_map(&self, map: &mut Visited) {
        *map = self.visit_map();
    }
}

impl VisitMap<NodeId> for Visited {
    fn visit(&mut self, node: NodeId) -> bool {
        self.0.insert(node.0)
    }
    fn is_visited(&self, node: &NodeId) -> bool {
        self.0.contains(node.0)
    }
    fn unvisit(&mut self, node: NodeId) -> bool {
        self.0.remove(node.0)
    }
}

impl<'v> IntoNeighbors for &'v View<'_> {
    type Neighbors = Box<dyn Iterator<Item = NodeId> + 'v>;

    fn neighbors(self, node: NodeId) -> Self::Neighbors {
        Box::new(self.edges_of(node, Direction::Outgoing).map(|edge| edge.target))
    }
}

impl<'v> IntoNeighborsDirected for &'v View<'_> {
    type NeighborsDirected = Box<dyn Iterator<Item = NodeId> + 'v>;

    fn neighbors_directed(self, node: NodeId, direction: Direction) -> Self::NeighborsDirected {
        Box::new(self.edges_of(node, direction).map(|edge| edge.target))
    }
}

impl EdgeRef for Edge {
    type NodeId = NodeId;
    type EdgeId = RelationshipId;
    type Weight = RelationshipId;

    fn source(&self) -> NodeId {
        self.source
    }
    fn target(&self) -> NodeId {
        self.target
    }
    fn weight(&self) -> &RelationshipId {
        &self.relationship
    }
    fn id(&self) -> RelationshipId {
        self.relationship
    }
}

impl<'v> IntoEdgeReferences for &'v View<'_> {
    type EdgeRef = Edge;
    type EdgeReferences = Box<dyn Iterator<Item = Edge> + 'v>;

    fn edge_references(self) -> Self::EdgeReferences {
        Box::new(self.all_nodes().flat_map(move |node| self.edges_of(node, Direction::Outgoing)))
    }
}

impl<'v> IntoEdges for &'v View<'_> {
    type Edges = Box<dyn Iterator<Item = Edge> + 'v>;

    fn edges(self, node: NodeId) -> Self::Edges {
        Box::new(self.edges_of(node, Direction::Outgoing))
    }
}

impl<'v> IntoEdgesDirected for &'v View<'_> {
    type EdgesDirected = Box<dyn Iterator<Item = Edge> + 'v>;

    /// An incoming edge leads from the neighbour to the node, as petgraph has it.
    fn edges_directed(self, node: NodeId, direction: Direction) -> Self::EdgesDirected {
        let edges = self.edges_of(node, direction);
        match direction {
            Direction::Outgoing => Box::new(edges),
            Direction::Incoming => {
                Box::new(edges.map(|edge| Edge { source: edge.target, target: edge.source, ..edge }))
            }
        }
    }
}

impl<'v> IntoNodeIdentifiers for &'v View<'_> {
    type NodeIdentifiers = Box<dyn Iterator<Item = NodeId> + 'v>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        Box::new(self.all_nodes())
    }
}

/// A node with itself as its weight.
#[derive(Clone, Copy, Debug)]
pub struct Vertex(NodeId);

impl NodeRef for Vertex {
    type NodeId = NodeId;
    type Weight = NodeId;

    fn id(&self) -> NodeId {
        self.0
    }
    fn weight(&self) -> &NodeId {
        &self.0
    }
}

impl<'v> IntoNodeReferences for &'v View<'_> {
    type NodeRef = Vertex;
    type NodeReferences = Box<dyn Iterator<Item = Vertex> + 'v>;

    fn node_references(self) -> Self::NodeReferences {
        Box::new(self.all_nodes().map(Vertex))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::algo::{dijkstra, dominators, kosaraju_scc, toposort};

    /// `0 → 1 → 2 → 0` and `2 → 3`.
    fn ring() -> (Graph, Vec<NodeId>) {
        let mut graph = Graph::empty();
        let kind = graph.intern_type("T");
        let nodes: Vec<NodeId> = (0..4).map(|_| graph.create_node(&[], Vec::new())).collect();
        for (from, to) in [(0, 1), (1, 2), (2, 0), (2, 3)] {
            graph.create_relationship(nodes[from], kind, nodes[to], Vec::new());
        }
        (graph, nodes)
    }

    #[test]
    fn algorithms_run_on_the_store() {
        let (graph, nodes) = ring();
        let view = View::new(&graph, &[]);
        let mut sizes: Vec<usize> = kosaraju_scc(&view).iter().map(Vec::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 3]);
        assert!(toposort(&view, None).is_err());
        assert_eq!(dijkstra(&view, nodes[0], None, |_| 1)[&nodes[3]], 3);
        let backwards = View::new(&graph, &[]).reversed();
        assert_eq!(dijkstra(&backwards, nodes[3], None, |_| 1)[&nodes[0]], 3);
    }

    #[test]
    fn a_root_stands_above() {
        let (graph, nodes) = ring();
        let view = View::new(&graph, &[]).rooted([nodes[0], nodes[3]].into());
        let tree = dominators::simple_fast(&view, view.root());
        assert_eq!(tree.immediate_dominator(nodes[3]), Some(view.root()));
        assert_eq!(tree.immediate_dominator(nodes[2]), Some(nodes[1]));
    }

    #[test]
    fn a_cancelled_view_yields_nothing() {
        let (graph, nodes) = ring();
        let cancel = Cancel::default();
        cancel.cancel();
        let view = View::new(&graph, &[]).cancelled_by(&cancel);
        assert_eq!((&view).neighbors(nodes[0]).count(), 0);
    }
}
