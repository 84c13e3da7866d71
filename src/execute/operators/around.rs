//! What lies one hop away from nodes, over relationships that are shown.

use crate::base::{Meter, Result};
use crate::graph::{Bits, Graph, Mask, NodeId, RelationshipType, Way};
use std::ops::Range;

pub struct Around<'g> {
    pub graph: &'g Graph,
    pub mask: Option<&'g Mask>,
    pub legs: &'g [(Way, RelationshipType)],
}

/// Nodes whose lists are looked up together.
const TOGETHER: usize = 32;

/// So many ends have room at least.
const AHEAD: usize = 1024;

/// A hop from one node in so many may go backwards.
const MANY: usize = 64;

/// It does where it leads over more relationships than there are lists of nodes that have not been reached, and one in so
/// many of the relationships in them: few are looked at until one is found.
const FEWER: usize = 4;

/// So many nodes, of more than that, tell over how many relationships a hop from all leads.
const SOME: usize = 1 << 14;

impl Around<'_> {
    /// Adds the neighbours of some nodes that are new; returns how many relationships were looked at.
    pub fn walk(
        &self,
        nodes: &[u32],
        mut is_new: impl FnMut(u32) -> bool,
        ends: &mut Vec<u32>,
        meter: &mut Meter,
    ) -> Result<u64> {
        let Some(mask) = self.mask else { return self.walk_all(nodes, is_new, ends, meter) };
        let mut touched = 0;
        for (way, kind) in self.legs {
            for node in nodes {
                let adjacent = self.graph.adjacent(NodeId(*node), *way, *kind);
                let both = adjacent.nodes.iter().zip(adjacent.relationships);
                let shown = both.filter(|(_, relationship)| mask.has_relationship(**relationship));
                ends.extend(shown.map(|(node, _)| node.0).filter(|node| is_new(*node)));
                touched += adjacent.nodes.len() as u64;
                meter.work(adjacent.nodes.len() as u32 + 1)?;
            }
        }
        Ok(touched)
    }

    /// The same where all relationships are shown.
    fn walk_all(
        &self,
        nodes: &[u32],
        mut is_new: impl FnMut(u32) -> bool,
        ends: &mut Vec<u32>,
        meter: &mut Meter,
    ) -> Result<u64> {
        let (mut touched, mut count) = (0, ends.len());
        let mut near: [&[NodeId]; TOGETHER] = [&[]; TOGETHER];
        for (way, kind) in self.legs {
            let lists = self.graph.lists(*way, *kind);
            for some in nodes.chunks(TOGETHER) {
                // All lists are looked up before one is read: they lie anywhere, and no look-up waits for another.
                near.iter_mut().zip(some).for_each(|(near, node)| *near = lists.nodes(*node));
                let near = &near[..some.len()];
                let length: usize = near.iter().map(|list| list.len()).sum();
                if ends.len() < count + length {
                    ends.resize(count + length.max(AHEAD), 0);
                }
                // Whether a node is new cannot be guessed, so nothing is decided here.
                for node in near.iter().copied().flatten() {
                    ends[count] = node.0;
                    count += usize::from(is_new(node.0));
                }
                touched += length as u64;
                meter.work((length + some.len()) as u32)?;
            }
        }
        ends.truncate(count);
        Ok(touched)
    }

    /// The nodes of a hop as a set, if it had better go backwards: from so many open ones.
    pub fn to_look_back_at(&self, nodes: &[u32], open: usize, meter: &mut Meter) -> Result<Option<Bits>> {
        let bound = self.graph.node_bound() as usize;
        if nodes.len() < bound / MANY {
            return Ok(None);
        }
        let every = nodes.len().div_ceil(SOME).max(1);
        meter.work((SOME * self.legs.len()) as u32)?;
        let on = self.degree(nodes, every) * every;
        let all: usize = self.legs.iter().map(|(_, kind)| self.graph.count_of(*kind)).sum();
        let theirs = (all as f64 * (open as f64 / bound.max(1) as f64)) as usize;
        if on < open.saturating_mul(self.legs.len()) + theirs / FEWER {
            return Ok(None);
        }
        let mut from = Bits::with_bound(bound);
        from.add_all(nodes);
        Ok(Some(from))
    }

    /// How many relationships lead on from one in so many of some nodes.
    fn degree(&self, nodes: &[u32], every: usize) -> usize {
        let of = |leg: &(Way, RelationshipType)| {
            let lists = self.graph.lists(leg.0, leg.1);
            nodes.iter().step_by(every).map(|node| lists.degree(*node)).sum::<usize>()
        };
        self.legs.iter().map(of).sum()
    }

    /// Adds those open ones of some nodes to which a hop from a set of nodes leads; returns how many relationships were
    /// looked at. Each is looked at from the other end, and only as long as none has been found.
    pub fn reached_from(
        &self,
        from: &Bits,
        nodes: Range<u32>,
        is_open: impl Fn(u32) -> bool,
        ends: &mut Vec<u32>,
        meter: &mut Meter,
    ) -> Result<u64> {
        let mut touched = 0;
        for node in nodes.filter(|node| is_open(*node)) {
            for (way, kind) in self.legs {
                let lists = self.graph.lists(way.reverse(), *kind);
                let next = lists.nodes(node);
                let place = match self.mask {
                    None => next.iter().position(|other| from.contains(other.0)),
                    Some(mask) => {
                        let adjacent = self.graph.adjacent(NodeId(node), way.reverse(), *kind);
                        let mut both = adjacent.nodes.iter().zip(adjacent.relationships);
                        both.position(|(other, relationship)| {
                            from.contains(other.0) && mask.has_relationship(*relationship)
                        })
                    }
                };
                let looked_at = place.map_or(next.len(), |place| place + 1);
                touched += looked_at as u64;
                meter.work(looked_at as u32)?;
                if place.is_some() {
                    ends.push(node);
                    break;
                }
            }
            meter.work(1)?;
        }
        Ok(touched)
    }
}
