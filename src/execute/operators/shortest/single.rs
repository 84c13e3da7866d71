//! One shortest path between two nodes, where nothing is asked of relationships but their types.

use super::legs::{Legs, Steps, TOGETHER};
use crate::base::Result;
use crate::execute::context::Context;
use crate::graph::{Bits, NodeId, RelationshipId};
use crate::value::Path;
use smallvec::SmallVec;
use std::ops::Range;

/// A node that was reached, and from which of the reached nodes before. Over which relationship is looked up for the
/// few that are on the path.
#[derive(Clone, Copy)]
struct Reached {
    node: NodeId,
    before: u32,
}

/// One side of the search. What it has room for stays when the next search begins.
#[derive(Default)]
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
    fn begin(&mut self, start: NodeId, reverse: bool, bound: usize) {
        for reached in self.reached.drain(..) {
            self.seen.remove(reached.node.0);
        }
        self.seen.make_room(bound);
        self.seen.insert(start.0);
        self.reached.push(Reached { node: start, before: u32::MAX });
        (self.open, self.depth, self.reverse) = (0, 0, reverse);
    }

    fn frontier(&self) -> usize {
        self.reached.len() - self.open
    }

    /// Bytes of the nodes that were reached.
    fn bytes(&self) -> u64 {
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

    /// Grows by one hop; returns the first node that the opposite side has reached too. None is nearer: had there been one,
    /// the hop before would have found it.
    fn grow(
        &mut self,
        opposite: &Side,
        legs: &Legs<'_>,
        context: &mut Context<'_>,
    ) -> Result<Option<NodeId>> {
        self.depth += 1;
        let last = self.reached.len();
        while self.open < last {
            let places = self.open..last.min(self.open + TOGETHER);
            let met = self.go_on(places, opposite, legs, context)?;
            if met.is_some() {
                return Ok(met);
            }
        }
        Ok(None)
    }

    /// Goes on from some of those that were reached.
    fn go_on(
        &mut self,
        places: Range<usize>,
        opposite: &Side,
        legs: &Legs<'_>,
        context: &mut Context<'_>,
    ) -> Result<Option<NodeId>> {
        let (reverse, count) = (self.reverse, places.len());
        if context.mask.is_none() {
            let Context { graph, meter, touched, .. } = context;
            let mut near = SmallVec::new();
            let nodes = self.reached[places.clone()].iter().map(|reached| reached.node);
            if legs.near(nodes, reverse, graph, &mut near) {
                for (place, lists) in places.zip(near.chunks(near.len() / count)) {
                    self.open = place + 1;
                    for around in lists {
                        *touched += around.len() as u64;
                        meter.work(around.len() as u32 + 1)?;
                        let met = self.reach(place, around, opposite);
                        if met.is_some() {
                            return Ok(met);
                        }
                    }
                }
                return Ok(None);
            }
        }
        if count > 1 {
            for place in places {
                let met = self.go_on(place..place + 1, opposite, legs, context)?;
                if met.is_some() {
                    return Ok(met);
                }
            }
            return Ok(None);
        }
        let (place, mut steps) = (places.start, Steps::new());
        self.open = place + 1;
        let node = self.reached[place].node;
        legs.around(node, reverse, &mut steps, context, |around| self.reach(place, around, opposite))
    }

    /// How far away all are that were reached: each node, and from which of those before.
    pub(super) fn all(&self) -> impl Iterator<Item = (NodeId, usize)> {
        self.reached.iter().map(|reached| (reached.node, reached.before as usize))
    }
}

/// A search between two nodes.
#[derive(Default)]
pub(super) struct Single {
    left: Side,
    right: Side,
}

impl Single {
    /// A path of at most `longest` relationships between two different nodes.
    pub(super) fn path(
        &mut self,
        ends: (NodeId, NodeId),
        legs: &Legs<'_>,
        longest: u64,
        bidirectional: bool,
        context: &mut Context<'_>,
    ) -> Result<Option<Path>> {
        let Some(met) = self.meet(ends, legs, longest, bidirectional, context)? else { return Ok(None) };
        let mut nodes = self.left.way(met);
        nodes.extend(self.right.way(met).into_iter().rev().skip(1));
        Ok(path_over(nodes, legs, context))
    }

    /// How many relationships the shortest path between two different nodes has, if it has at most `longest`.
    pub(super) fn length(
        &mut self,
        ends: (NodeId, NodeId),
        legs: &Legs<'_>,
        longest: u64,
        bidirectional: bool,
        context: &mut Context<'_>,
    ) -> Result<Option<u64>> {
        let met = self.meet(ends, legs, longest, bidirectional, context)?;
        Ok(met.map(|_| self.left.depth + self.right.depth))
    }

    /// The side, first or second, from which all is reached that can be, after a search that found nothing.
    pub(super) fn whole(&self) -> Option<(usize, &Side)> {
        let sides = [&self.left, &self.right].into_iter().enumerate();
        sides.filter(|(_, side)| side.frontier() == 0).min_by_key(|(_, side)| side.reached.len())
    }

    /// A node on a shortest path.
    fn meet(
        &mut self,
        (from, to): (NodeId, NodeId),
        legs: &Legs<'_>,
        longest: u64,
        bidirectional: bool,
        context: &mut Context<'_>,
    ) -> Result<Option<NodeId>> {
        let bound = context.graph.node_bound() as usize;
        context.can_hold(bound as u64 / 4)?;
        let Single { left, right } = self;
        left.begin(from, false, bound);
        right.begin(to, true, bound);
        while left.depth + right.depth < longest {
            let forward = !bidirectional || left.frontier() <= right.frontier();
            let (side, opposite) = if forward { (&mut *left, &*right) } else { (&mut *right, &*left) };
            if side.frontier() == 0 {
                return Ok(None);
            }
            let met = side.grow(opposite, legs, context)?;
            if met.is_some() {
                return Ok(met);
            }
            context.can_hold(left.bytes() + right.bytes())?;
        }
        Ok(None)
    }
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
