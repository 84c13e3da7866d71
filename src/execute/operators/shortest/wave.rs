//! How far all nodes are from one.
//!
//! Searches between many nodes often have an end in common. What all of them together would take is soon more than to go
//! once, hop by hop, to all that this end reaches. One worker does, with others who have nothing to do.

use super::single::Side;
use crate::base::{Meter, Result};
use crate::execute::context::Context;
use crate::execute::crew;
use crate::execute::operators::around::Around;
use crate::graph::{NodeId, RelationshipType, Way};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

pub(super) struct Wave {
    /// The steps as they are taken from the node.
    legs: Vec<(Way, RelationshipType)>,
    /// Of each node one more than it is away, by relationships; 0 where it was not reached.
    hops: Vec<AtomicU8>,
    front: Mutex<Front>,
    /// All are reached that can be, with as many relationships as a path may have.
    whole: AtomicBool,
}

/// The nodes that were reached last.
struct Front {
    nodes: Vec<u32>,
    /// So many relationships away.
    hops: u8,
    /// How many nodes were reached with them and before.
    reached: usize,
}

/// What is known of how far a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Far {
    /// So many relationships.
    Hops(u64),
    /// Farther than a path may be long, or no path leads there.
    Beyond,
    Unknown,
}

/// Farther away nothing is told.
const FARTHEST: u8 = u8::MAX - 1;

/// Ids that a worker looks at at a time.
const STRETCH: usize = 8192;

/// Nodes that a worker goes on from at a time.
const SHARE: usize = 2048;

/// So many shares are worth it that several workers take them.
const WORTH: usize = 4;

impl Wave {
    pub(super) fn new(from: NodeId, legs: Vec<(Way, RelationshipType)>, bound: usize) -> Wave {
        let hops: Vec<AtomicU8> = vec![0; bound].into_iter().map(AtomicU8::new).collect();
        if let Some(own) = hops.get(from.0 as usize) {
            own.store(1, Ordering::Relaxed);
        }
        let front = Mutex::new(Front { nodes: vec![from.0], hops: 0, reached: 1 });
        Wave { legs, hops, front, whole: AtomicBool::new(false) }
    }

    /// What a search has found out that reached all there is; nothing where something is farther away than can be told.
    pub(super) fn of(side: &Side, bound: usize) -> Option<Wave> {
        let mut hops = vec![0; bound];
        for (node, before) in side.all() {
            let from = side.all().nth(before).map_or(0, |(node, _)| hops[node.0 as usize]);
            hops[node.0 as usize] = u8::checked_add(from, 1)?;
        }
        let hops = hops.into_iter().map(AtomicU8::new).collect();
        let front = Mutex::new(Front { nodes: Vec::new(), hops: 0, reached: bound });
        Some(Wave { legs: Vec::new(), hops, front, whole: AtomicBool::new(true) })
    }

    /// Bytes while it spreads.
    pub(super) fn bytes(bound: usize) -> u64 {
        bound as u64 * (1 + 2 * size_of::<u32>() as u64)
    }

    #[inline]
    pub(super) fn far(&self, node: NodeId) -> Far {
        // Whether all are reached comes first, so that nobody is missed who was reached in between.
        let whole = self.whole.load(Ordering::Acquire);
        match self.hops.get(node.0 as usize).map_or(0, |hops| hops.load(Ordering::Relaxed)) {
            0 if whole => Far::Beyond,
            0 => Far::Unknown,
            hops => Far::Hops(u64::from(hops) - 1),
        }
    }

    /// Goes on to all that can be reached. Who comes while another worker does waits: the one who does has its core.
    pub(super) fn spread(&self, longest: u64, context: &mut Context<'_>) -> Result<()> {
        let mut front = self.front.lock().unwrap_or_else(PoisonError::into_inner);
        context.meter.check()?;
        let (graph, mask) = (context.graph.clone(), context.mask.clone());
        let around = Around { graph: &graph, mask: mask.as_deref(), legs: &self.legs };
        while !front.nodes.is_empty() && u64::from(front.hops) < longest && front.hops < FARTHEST {
            let (found, touched) = self.hop(&front, &around, context)?;
            context.touched += touched;
            let reached = front.reached + found.len();
            *front = Front { nodes: found, hops: front.hops + 1, reached };
        }
        if front.nodes.is_empty() || u64::from(front.hops) >= longest {
            self.whole.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// One hop further: the nodes that nobody has reached, and how many relationships were looked at.
    fn hop(&self, front: &Front, around: &Around<'_>, context: &mut Context<'_>) -> Result<(Vec<u32>, u64)> {
        // What stands there is one more than they are away.
        let hops = front.hops + 2;
        let place = |node: u32| self.hops.get(node as usize);
        let is_open = |node: u32| place(node).is_some_and(|place| place.load(Ordering::Relaxed) == 0);
        let reach = |node: u32| {
            let reached =
                |place: &AtomicU8| place.compare_exchange(0, hops, Ordering::Relaxed, Ordering::Relaxed);
            is_open(node) && place(node).is_some_and(|place| reached(place).is_ok())
        };
        let forth = |nodes: &[u32], meter: &mut Meter| {
            let mut ends = Vec::new();
            around.walk(nodes, reach, &mut ends, meter).map(|touched| (ends, touched))
        };
        let bound = self.hops.len();
        let shares: Vec<&[u32]> = front.nodes.chunks(SHARE).collect();
        let open = bound.saturating_sub(front.reached);
        let found = match around.to_look_back_at(&front.nodes, open, &mut context.meter)? {
            Some(from) => crew::each(bound.div_ceil(STRETCH), WORTH, context, |stretch, meter| {
                let ids = stretch * STRETCH..bound.min((stretch + 1) * STRETCH);
                let ids = ids.start as u32..ids.end as u32;
                let mut ends = Vec::new();
                let touched = around.reached_from(&from, ids, is_open, &mut ends, meter)?;
                ends.retain(|node| reach(*node));
                Ok((ends, touched))
            }),
            None => crew::each(shares.len(), WORTH, context, |share, meter| forth(shares[share], meter)),
        }?;
        let touched = found.iter().map(|(_, touched)| touched).sum();
        Ok((found.into_iter().flat_map(|(ends, _)| ends).collect(), touched))
    }
}
