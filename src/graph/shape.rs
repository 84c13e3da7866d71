//! What the relationships of a type never do: lead back to where they begin, answer one another, go round in circles.
//!
//! Worked out from the graph as it is when it is first asked for. What was found not to occur is carried over when
//! relationships are added, as far as a look at their ends tells; what occurs is asked again once the type has been laid
//! out anew.

use super::heights::Heights;
use super::order::Order;
use super::{Graph, NodeId, RelationshipType, Way, new_version};
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

/// How often what makes up a shape occurs; `None`: so often that nobody counted.
#[derive(Clone, Copy, Debug)]
struct Counted {
    loops: Option<usize>,
    /// Pairs of two nodes.
    returns: Option<usize>,
    /// Relationships beside a first one.
    parallels: Option<usize>,
}

impl Counted {
    fn shape(self) -> Shape {
        let occurs = |count: Option<usize>| count != Some(0);
        let Counted { loops, returns, parallels } = self;
        Shape {
            loops: occurs(loops),
            returns: occurs(loops) || occurs(returns),
            parallels: occurs(parallels),
        }
    }

    /// A relationship comes or goes, beside others the same way and back.
    fn change(&mut self, added: bool, is_loop: bool, beside: bool, back: bool) {
        let step = |count: &mut Option<usize>, touched: bool| {
            if let Some(count) = count.as_mut().filter(|_| touched) {
                *count = if added { *count + 1 } else { count.saturating_sub(1) };
            }
        };
        step(&mut self.loops, is_loop);
        step(&mut self.returns, !is_loop && back && !beside);
        step(&mut self.parallels, beside);
    }
}

/// What is known, with the state of the graph it was found in.
#[derive(Debug, Default)]
pub struct Shapes {
    shapes: RwLock<FxHashMap<RelationshipType, (u64, Counted)>>,
    /// By types, ascending.
    circles: RwLock<FxHashMap<Vec<RelationshipType>, (u64, Circles)>>,
    pub heights: RwLock<Vec<Arc<Heights>>>,
}

/// Whether relationships go round in circles.
#[derive(Debug)]
enum Circles {
    Some,
    /// None, and an order that shows it where it is kept.
    None(Option<Order>),
}

/// So many orders are kept.
const ORDERS: usize = 8;

/// Numbers that are others whenever what they stand for may be. Such a number is never given twice, also not in a clone
/// that is written by itself, so that the greatest of several stands for all of them.
#[derive(Clone, Debug, Default)]
pub struct States {
    /// By type: since relationships were last written.
    types: Vec<u64>,
    /// Since nodes were last given other labels.
    labels: u64,
}

impl States {
    /// Stands for the relationships of some types.
    pub fn of(&self, kinds: &[RelationshipType]) -> u64 {
        let states = kinds.iter().filter_map(|kind| self.types.get(kind.0 as usize));
        states.copied().max().unwrap_or(0)
    }

    pub fn labels(&self) -> u64 {
        self.labels
    }

    pub fn relabelled(&mut self) {
        self.labels = new_version();
    }

    /// Relationships of a type were written; `now` stands for that.
    pub fn wrote(&mut self, kind: RelationshipType, now: u64) {
        let place = kind.0 as usize;
        self.types.resize(self.types.len().max(place + 1), 0);
        self.types[place] = now;
    }
}

impl Shapes {
    /// Forgets what occurs among relationships of some types: it may have been taken away.
    pub fn forget_what_occurs(&self, kinds: &[RelationshipType]) {
        let mut shapes = self.shapes.write().unwrap_or_else(PoisonError::into_inner);
        shapes.retain(|kind, (_, counted)| {
            let shape = counted.shape();
            !kinds.contains(kind) || !(shape.loops || shape.returns || shape.parallels)
        });
        let mut circles = self.circles.write().unwrap_or_else(PoisonError::into_inner);
        circles.retain(|of, (_, circles)| {
            matches!(circles, Circles::None(_)) || !of.iter().any(|kind| kinds.contains(kind))
        });
    }

    fn known_shape(&self, kind: RelationshipType, state: u64) -> Option<Shape> {
        let shapes = self.shapes.read().unwrap_or_else(PoisonError::into_inner);
        shapes.get(&kind).filter(|(at, _)| *at == state).map(|(_, counted)| counted.shape())
    }

    fn known_circles(&self, kinds: &[RelationshipType], state: u64) -> Option<bool> {
        let circles = self.circles.read().unwrap_or_else(PoisonError::into_inner);
        circles.get(kinds).filter(|(at, _)| *at == state).map(|(_, known)| matches!(known, Circles::Some))
    }
}

impl Graph {
    /// The shape of the relationships of a type.
    pub fn shape(&self, kind: RelationshipType) -> Shape {
        let state = self.states.of(&[kind]);
        if let Some(shape) = self.shapes.known_shape(kind, state) {
            return shape;
        }
        let Some(counted) = self.work_out_shape(kind) else {
            return Shape { loops: true, returns: true, parallels: true };
        };
        self.shapes.shapes.write().unwrap_or_else(PoisonError::into_inner).insert(kind, (state, counted));
        counted.shape()
    }

    /// Whether relationships of some types lead from some node back to it, over however many.
    pub fn has_circles(&self, kinds: &[RelationshipType]) -> bool {
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let state = self.states.of(&kinds);
        if let Some(circles) = self.shapes.known_circles(&kinds, state) {
            return circles;
        }
        let short = kinds.iter().any(|kind| {
            let shape = self.shape(*kind);
            shape.loops || shape.returns
        });
        let circles = if short { Some(Circles::Some) } else { self.work_out_circles(&kinds) };
        // Of a shape that was not worked out nothing follows.
        let Some(mut circles) = circles.filter(|_| !self.is_over()) else { return true };
        let mut known = self.shapes.circles.write().unwrap_or_else(PoisonError::into_inner);
        let orders = known.values().filter(|(_, circles)| matches!(circles, Circles::None(Some(_)))).count();
        if orders >= ORDERS && matches!(circles, Circles::None(_)) {
            circles = Circles::None(None);
        }
        let occur = matches!(circles, Circles::Some);
        known.insert(kinds, (state, circles));
        occur
    }

    /// Notes that a relationship is about to be added: what is known is carried over where it still holds.
    pub(super) fn adds(&mut self, kind: RelationshipType, start: NodeId, end: NodeId) {
        self.carry_over(kind, start, end, true);
    }

    /// Notes that a relationship is there no more. What it may have been the last of may still be said to occur.
    pub(super) fn took(&mut self, kind: RelationshipType, start: NodeId, end: NodeId) {
        self.carry_over(kind, start, end, false);
    }

    fn carry_over(&mut self, kind: RelationshipType, start: NodeId, end: NodeId, added: bool) {
        let now = new_version();
        let mut shapes = self.shapes.shapes.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, counted)) = shapes.get_mut(&kind)
            && *at == self.states.of(&[kind])
        {
            let leads =
                |from, to: NodeId| self.adjacent(from, Way::Out, kind).nodes.binary_search(&to).is_ok();
            counted.change(added, start == end, leads(start, end), leads(end, start));
            *at = now;
        }
        drop(shapes);
        let mut circles = self.shapes.circles.write().unwrap_or_else(PoisonError::into_inner);
        for (kinds, (at, known)) in circles.iter_mut().filter(|(kinds, _)| kinds.contains(&kind)) {
            let holds = *at == self.states.of(kinds)
                && match known {
                    Circles::None(Some(order)) => !added || order.takes(self, kinds, start, end),
                    Circles::None(None) => !added,
                    Circles::Some => true,
                };
            if holds {
                *at = now;
            }
        }
        drop(circles);
        self.states.wrote(kind, now);
    }

    /// `None` where that would take too long.
    fn work_out_shape(&self, kind: RelationshipType) -> Option<Counted> {
        let mut shape = Shape { loops: false, returns: false, parallels: false };
        let (outgoing, incoming) = (self.lists(Way::Out, kind), self.lists(Way::In, kind));
        for (steps, (node, _)) in (0..).zip(outgoing.degrees()) {
            if self.is_over_at(steps) {
                return None;
            }
            let to = outgoing.nodes(node.0);
            shape.loops = shape.loops || to.binary_search(&node).is_ok();
            shape.parallels = shape.parallels || to.windows(2).any(|pair| pair[0] == pair[1]);
            shape.returns = shape.returns || meet(to, incoming.nodes(node.0));
            if shape.loops && shape.parallels && shape.returns {
                break;
            }
        }
        let counted = |occurs: bool| if occurs { None } else { Some(0) };
        let Shape { loops, returns, parallels } = shape;
        Some(Counted { loops: counted(loops), returns: counted(returns), parallels: counted(parallels) })
    }

    /// `None` where that would take too long.
    fn work_out_circles(&self, kinds: &[RelationshipType]) -> Option<Circles> {
        let mut order = Order::with_bound(self.node_bound());
        let left = self.take_away(kinds, Way::Out, |node, _| order.put_last(node))?;
        Some(if left > 0 { Circles::Some } else { Circles::None(Some(order)) })
    }

    /// Takes away nodes that no relationship leads to against `way`, with those that go `way` from them, until none is left, or
    /// only circles and what hangs on them. `see` is shown each node and those it leads to. How many relationships are
    /// left; `None` where it would take too long.
    pub(super) fn take_away(
        &self,
        kinds: &[RelationshipType],
        way: Way,
        mut see: impl FnMut(NodeId, &[NodeId]),
    ) -> Option<usize> {
        let degrees = |way: Way| kinds.iter().flat_map(move |kind| self.lists(way, *kind).degrees());
        let (mut waiting, mut left) = (vec![0u32; self.node_bound() as usize], 0);
        for (steps, (node, degree)) in (0..).zip(degrees(way.reverse())) {
            if self.is_over_at(steps) {
                return None;
            }
            waiting[node.0 as usize] += degree as u32;
            left += degree;
        }
        let from = degrees(way).map(|(node, _)| node);
        let mut open: Vec<NodeId> = from.filter(|node| waiting[node.0 as usize] == 0).collect();
        open.sort_unstable();
        open.dedup();
        while let Some(node) = open.pop() {
            if self.is_over_at(node.0) {
                return None;
            }
            for kind in kinds {
                let nodes = self.adjacent(node, way, *kind).nodes;
                see(node, nodes);
                left -= nodes.len();
                for next in nodes {
                    let waits = &mut waiting[next.0 as usize];
                    *waits -= 1;
                    if *waits == 0 {
                        open.push(*next);
                    }
                }
            }
        }
        Some(left)
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

    #[test]
    fn what_does_not_occur_is_carried_over() {
        let (mut graph, kind) = graph(&[(0, 1), (1, 2)]);
        graph.fold();
        let known = |graph: &Graph| {
            let state = graph.states.of(&[kind]);
            (graph.shapes.known_shape(kind, state), graph.shapes.known_circles(&[kind], state))
        };
        assert_eq!(known(&graph), (None, None));
        assert!(!graph.has_circles(&[kind]));
        let none = Shape { loops: false, returns: false, parallels: false };
        assert_eq!(known(&graph), (Some(none), Some(false)));
        let new = graph.create_node(&[], Vec::new());
        // Onwards, from and to a node that is new, and against the order as it was found.
        for (from, to) in [(0, 2), (3, 4), (new.0, 0), (2, new.0 - 1), (4, 0)] {
            graph.create_relationship(NodeId(from), kind, NodeId(to), Vec::new());
            // The last one leads back over two others.
            assert_eq!(known(&graph), (Some(none), (from != 4).then_some(false)));
            assert_eq!(graph.has_circles(&[kind]), from == 4);
        }
    }

    #[test]
    fn what_comes_and_goes_is_counted() {
        let (mut graph, kind) = graph(&[(0, 1), (1, 2)]);
        graph.fold();
        let none = graph.shape(kind);
        // One more, beside it, back, and to itself.
        for (from, to) in [(0, 1), (1, 0), (2, 2)] {
            let new = graph.create_relationship(NodeId(from), kind, NodeId(to), Vec::new());
            let again = graph.create_relationship(NodeId(from), kind, NodeId(to), Vec::new());
            assert_eq!((graph.shape(kind).loops, graph.shape(kind).returns), (from == 2, from != 0));
            assert!(graph.shape(kind).parallels);
            graph.delete_relationship(new);
            assert_eq!(graph.shape(kind).parallels, from == 0);
            graph.delete_relationship(again);
            assert_eq!(graph.shape(kind), none);
        }
    }

    #[test]
    fn clones_know_their_own_shapes() {
        let (mut graph, kind) = graph(&[(0, 1), (1, 2)]);
        assert!(!graph.has_circles(&[kind]));
        let new = graph.create_relationship(NodeId(0), kind, NodeId(1), Vec::new());
        assert!(graph.shape(kind).parallels);
        let mut other = graph.clone();
        other.delete_relationship(new);
        other.create_relationship(NodeId(2), kind, NodeId(0), Vec::new());
        assert!(!other.shape(kind).parallels && other.has_circles(&[kind]));
        assert!(graph.shape(kind).parallels && !graph.has_circles(&[kind]));
    }

    proptest::proptest! {
        #[test]
        fn an_order_is_kept_until_there_is_a_circle(links in proptest::collection::vec((0usize..12, 0usize..12), 1..40)) {
            let mut graph = Graph::empty();
            let kind = graph.intern_type("T");
            let nodes: Vec<NodeId> = (0..12).map(|_| graph.create_node(&[], Vec::new())).collect();
            assert!(!graph.has_circles(&[kind]));
            for (from, to) in links {
                graph.create_relationship(nodes[from], kind, nodes[to], Vec::new());
                let state = graph.states.of(&[kind]);
                let kept = graph.shapes.known_circles(&[kind], state);
                let fresh = matches!(graph.work_out_circles(&[kind]), Some(Circles::Some));
                match fresh {
                    false => assert_eq!(kept, Some(false)),
                    true => {
                        assert_eq!(kept, None);
                        break;
                    }
                }
            }
        }
    }
}
