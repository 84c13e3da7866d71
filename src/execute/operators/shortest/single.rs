//! One shortest path between two nodes, where nothing is asked of relationships but their types.

use crate::base::Result;
use crate::execute::batch::NONE;
use crate::execute::context::Context;
use crate::graph::{Bits, Graph, NodeId, RelationshipId, RelationshipType, Way};
use crate::value::Path;
use smallvec::SmallVec;

/// A node that was reached, and from which of the reached nodes before. Over which relationship is looked up for the
/// few that are on the path.
#[derive(Clone, Copy)]
struct Reached {
    node: NodeId,
    before: u32,
}

/// One side of the search.
pub(super) struct Side {
    seen: Bits,
    /// In the order in which they were reached; the first is where the search began.
    reached: Vec<Reached>,
    /// The first of those from which the search has not gone on.
    open: usize,
    depth: u64,
    reverse: bool,
}

impl Side {
    pub(super) fn new(start: NodeId, reverse: bool, bound: usize) -> Side {
        let mut seen = Bits::with_bound(bound);
        seen.insert(start.0);
        Side { seen, reached: vec![Reached { node: start, before: u32::MAX }], open: 0, depth: 0, reverse }
    }

    /// The side of a search that nobody does: there is nothing to meet.
    pub(super) fn nowhere() -> Side {
        Side { seen: Bits::default(), reached: Vec::new(), open: 0, depth: 0, reverse: true }
    }

    pub(super) fn frontier(&self) -> usize {
        self.reached.len() - self.open
    }

    /// All nodes that were reached.
    pub(super) fn into_reached(self) -> Bits {
        self.seen
    }

    /// Bytes of the nodes that were reached.
    pub(super) fn bytes(&self) -> u64 {
        size_of_val(self.reached.as_slice()) as u64 + self.seen.bytes() as u64
    }

    /// The nodes from where the search began to a reached one.
    fn way(&self, node: NodeId) -> Vec<NodeId> {
        let mut way = Vec::new();
        let mut place = self.reached.iter().rposition(|reached| reached.node == node);
        while let Some(reached) = place.and_then(|place| self.reached.get(place)) {
            way.push(reached.node);
            place = Some(reached.before as usize);
        }
        way.reverse();
        way
    }

    /// Takes nodes in that stand around the reached one at `place`; ends with the first that `opposite` has reached too.
    #[inline]
    fn reach(&mut self, place: usize, around: &[NodeId], opposite: &Side) -> Option<NodeId> {
        for node in around {
            if !self.seen.insert(node.0) {
                continue;
            }
            self.reached.push(Reached { node: *node, before: place as u32 });
            if opposite.seen.contains(node.0) {
                return Some(*node);
            }
        }
        None
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

/// What a search between two nodes came to.
pub(super) enum Outcome {
    Path(Path),
    /// None of that length.
    Far,
    /// There is none of any length; how far both sides have come.
    Stuck(Box<(Side, Side)>),
}

/// A path of at most `longest` relationships between two different nodes. `any` are the ways of a step that may take
/// relationships of all types.
pub(super) fn path(
    legs: &Legs<'_>,
    any: &[Way],
    (from, to): (NodeId, NodeId),
    longest: u64,
    bidirectional: bool,
    context: &mut Context<'_>,
) -> Result<Outcome> {
    let bound = context.graph.node_bound() as usize;
    context.can_hold(bound as u64 / 4)?;
    let (mut left, mut right) = (Side::new(from, false, bound), Side::new(to, true, bound));
    while left.depth + right.depth < longest {
        let forward = !bidirectional || left.frontier() <= right.frontier();
        let (side, opposite) = if forward { (&mut left, &right) } else { (&mut right, &left) };
        if side.frontier() == 0 {
            return Ok(Outcome::Stuck(Box::new((left, right))));
        }
        if let Some(met) = grow(side, opposite, legs, any, u64::MAX, context)? {
            let mut nodes = left.way(met);
            nodes.extend(right.way(met).into_iter().rev().skip(1));
            return Ok(path_over(nodes, legs, context).map_or(Outcome::Far, Outcome::Path));
        }
        context.can_hold(left.bytes() + right.bytes())?;
    }
    Ok(Outcome::Far)
}

/// Grows a side by one hop, or until so many relationships have been touched; returns the first node that the opposite side
/// has reached too. None is nearer: had there been one, the hop before would have found it.
pub(super) fn grow(
    side: &mut Side,
    opposite: &Side,
    legs: &Legs<'_>,
    any: &[Way],
    until: u64,
    context: &mut Context<'_>,
) -> Result<Option<NodeId>> {
    let Context { graph, meter, touched, mask, .. } = context;
    let (graph, mask): (&Graph, _) = (graph, mask.as_deref());
    let turned = |way: Way| if side.reverse { way.reverse() } else { way };
    let any: SmallVec<[Way; 2]> = any.iter().filter(|_| mask.is_none()).map(|way| turned(*way)).collect();
    let reverse = side.reverse;
    side.depth += 1;
    let mut steps: SmallVec<[u32; 16]> = SmallVec::new();
    for place in side.open..side.reached.len() {
        if *touched >= until {
            break;
        }
        let node = side.reached[place].node;
        side.open = place + 1;
        let mut told = !any.is_empty();
        for way in &any {
            let Some(around) = graph.neighbours(node, *way) else {
                told = false;
                break;
            };
            *touched += around.len() as u64;
            meter.work(around.len() as u32 + 1)?;
            if let Some(met) = side.reach(place, around, opposite) {
                return Ok(Some(met));
            }
        }
        if told {
            continue;
        }
        legs.at(node, reverse, graph, &mut steps);
        for step in &steps {
            let (way, kind) = &legs.all[*step as usize];
            let adjacent = graph.adjacent(node, if reverse { way.reverse() } else { *way }, *kind);
            *touched += adjacent.nodes.len() as u64;
            meter.work(adjacent.nodes.len() as u32 + 1)?;
            let met = match mask {
                None => side.reach(place, adjacent.nodes, opposite),
                Some(mask) => {
                    let mut shown = adjacent.nodes.iter().zip(adjacent.relationships);
                    shown.find_map(|(other, relationship)| {
                        let shown = mask.has_relationship(*relationship);
                        if shown { side.reach(place, &[*other], opposite) } else { None }
                    })
                }
            };
            if met.is_some() {
                return Ok(met);
            }
        }
    }
    Ok(None)
}

/// The path over these nodes: between each two the first relationship that may be taken.
fn path_over(nodes: Vec<NodeId>, legs: &Legs<'_>, context: &Context<'_>) -> Option<Path> {
    let mask = context.mask.as_deref();
    let between = |start: NodeId, end: NodeId| {
        legs.all.iter().find_map(|(way, kind)| {
            let adjacent = context.graph.adjacent(start, *way, *kind);
            let first = adjacent.nodes.partition_point(|node| *node < end);
            let same = adjacent.nodes.iter().zip(adjacent.relationships).skip(first);
            let mut same = same.take_while(|(node, _)| **node == end).map(|(_, relationship)| *relationship);
            same.find(|relationship| mask.is_none_or(|mask| mask.has_relationship(*relationship)))
        })
    };
    let pairs = nodes.windows(2);
    let relationships =
        pairs.map(|pair| between(pair[0], pair[1])).collect::<Option<Vec<RelationshipId>>>()?;
    Some(Path { nodes, relationships })
}
