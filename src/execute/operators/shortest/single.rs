//! One shortest path between two nodes, where nothing is asked of relationships but their types.

use crate::base::Result;
use crate::execute::batch::NONE;
use crate::execute::context::Context;
use crate::graph::{Bits, Graph, NodeId, RelationshipId, RelationshipType, Way};
use crate::value::Path;
use smallvec::SmallVec;

/// A node that was reached: from which of the reached nodes before, over which relationship.
#[derive(Clone, Copy)]
struct Reached {
    node: NodeId,
    before: u32,
    relationship: RelationshipId,
}

/// One side of the search.
struct Side {
    seen: Bits,
    /// In the order in which they were reached; the first is where the search began.
    reached: Vec<Reached>,
    /// The first of those from which the search has not gone on.
    open: usize,
    depth: u64,
    reverse: bool,
}

impl Side {
    fn new(start: NodeId, reverse: bool, bound: usize) -> Side {
        let mut seen = Bits::with_bound(bound);
        seen.insert(start.0);
        let first = Reached { node: start, before: u32::MAX, relationship: RelationshipId(u32::MAX) };
        Side { seen, reached: vec![first], open: 0, depth: 0, reverse }
    }

    fn frontier(&self) -> usize {
        self.reached.len() - self.open
    }

    /// The way from the start to a reached node: relationships and the nodes they were taken from, last first.
    fn way(&self, mut place: u32) -> Vec<(NodeId, RelationshipId)> {
        let mut way = Vec::new();
        while let Some(reached) = self.reached.get(place as usize).copied() {
            let Some(before) = self.reached.get(reached.before as usize) else { break };
            way.push((before.node, reached.relationship));
            place = reached.before;
        }
        way
    }
}

/// The steps that may be taken from a node, and where among them each type stands.
pub(super) struct Legs<'l> {
    pub(super) all: &'l [(Way, RelationshipType)],
    /// By direction and type; `NONE` for what may not be taken. Empty where there are few steps.
    places: [Vec<u32>; 2],
}

impl<'l> Legs<'l> {
    pub(super) fn new(all: &'l [(Way, RelationshipType)]) -> Legs<'l> {
        let mut places = [Vec::new(), Vec::new()];
        if all.len() > 2 {
            for ((way, kind), place) in all.iter().zip(0..) {
                let of_way: &mut Vec<u32> = &mut places[usize::from(*way == Way::In)];
                if of_way.len() <= kind.0 as usize {
                    of_way.resize(kind.0 as usize + 1, NONE);
                }
                of_way[kind.0 as usize] = place;
            }
        }
        Legs { all, places }
    }

    /// The places of the steps that lead on from a node: of all steps where that is not quickly told.
    pub(super) fn at(&self, node: NodeId, reverse: bool, graph: &Graph, into: &mut SmallVec<[u32; 16]>) {
        into.clear();
        if !self.leading_on(node, reverse, graph, into) {
            into.clear();
            into.extend(0..self.all.len() as u32);
        }
    }

    fn leading_on(&self, node: NodeId, reverse: bool, graph: &Graph, into: &mut SmallVec<[u32; 16]>) -> bool {
        if self.places.iter().all(Vec::is_empty) {
            return false;
        }
        for (way, places) in [Way::Out, Way::In].into_iter().zip(&self.places) {
            let way = if reverse { way.reverse() } else { way };
            let Some(kinds) = graph.kinds_at(node, way) else { return false };
            let known = kinds.each().filter_map(|kind| places.get(kind.0 as usize).copied());
            into.extend(known.filter(|place| *place != NONE));
        }
        into.sort_unstable();
        true
    }
}

/// A path of at most `longest` relationships between two different nodes.
pub fn path(
    legs: &[(Way, RelationshipType)],
    from: NodeId,
    to: NodeId,
    longest: u64,
    bidirectional: bool,
    context: &mut Context<'_>,
) -> Result<Option<Path>> {
    let bound = context.graph.node_bound() as usize;
    context.can_hold(bound as u64 / 4)?;
    let (mut left, mut right) = (Side::new(from, false, bound), Side::new(to, true, bound));
    let legs = &Legs::new(legs);
    while left.depth + right.depth < longest {
        let forward = !bidirectional || left.frontier() <= right.frontier();
        let (side, opposite) = if forward { (&mut left, &right) } else { (&mut right, &left) };
        if side.frontier() == 0 {
            return Ok(None);
        }
        if let Some(met) = grow(side, opposite, legs, context)? {
            return Ok(Some(join(&left, &right, met)));
        }
        context.can_hold((left.reached.len() + right.reached.len()) as u64 * 12)?;
    }
    Ok(None)
}

/// Grows a side by one hop; returns the first node that the opposite side has reached too. None is nearer: had there
/// been one, the hop before would have found it.
fn grow(
    side: &mut Side,
    opposite: &Side,
    legs: &Legs<'_>,
    context: &mut Context<'_>,
) -> Result<Option<NodeId>> {
    let Context { graph, meter, touched, mask, .. } = context;
    let (graph, mask): (&Graph, _) = (graph, mask.as_deref());
    side.depth += 1;
    let mut steps: SmallVec<[u32; 16]> = SmallVec::new();
    for place in side.open..side.reached.len() {
        let node = side.reached[place].node;
        legs.at(node, side.reverse, graph, &mut steps);
        for step in &steps {
            let (way, kind) = &legs.all[*step as usize];
            let way = if side.reverse { way.reverse() } else { *way };
            let adjacent = graph.adjacent(node, way, *kind);
            *touched += adjacent.nodes.len() as u64;
            meter.work(adjacent.nodes.len() as u32 + 1)?;
            for (other, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                if side.seen.contains(other.0)
                    || mask.is_some_and(|mask| !mask.has_relationship(*relationship))
                {
                    continue;
                }
                side.seen.insert(other.0);
                let reached = Reached { node: *other, before: place as u32, relationship: *relationship };
                side.reached.push(reached);
                if opposite.seen.contains(other.0) {
                    return Ok(Some(*other));
                }
            }
        }
        side.open = place + 1;
    }
    Ok(None)
}

/// The path through the node where the sides meet.
fn join(left: &Side, right: &Side, met: NodeId) -> Path {
    let place =
        |side: &Side| side.reached.iter().rposition(|reached| reached.node == met).unwrap_or(0) as u32;
    let (head, tail) = (left.way(place(left)), right.way(place(right)));
    let mut nodes: Vec<NodeId> = head.iter().rev().map(|(node, _)| *node).collect();
    let mut relationships: Vec<RelationshipId> =
        head.iter().rev().map(|(_, relationship)| *relationship).collect();
    nodes.push(met);
    for (node, relationship) in tail {
        relationships.push(relationship);
        nodes.push(node);
    }
    Path { nodes, relationships }
}
