//! What lies one hop away from nodes, over relationships that are shown.

use crate::base::{Meter, Result};
use crate::graph::{Bits, Graph, Mask, NodeId, RelationshipType, Way};
use std::ops::Range;

pub struct Around<'g> {
    pub graph: &'g Graph,
    pub mask: Option<&'g Mask>,
    pub legs: &'g [(Way, RelationshipType)],
}

impl Around<'_> {
    /// Adds the neighbours of some nodes that are new; returns how many relationships were looked at.
    pub fn walk(
        &self,
        nodes: &[u32],
        mut is_new: impl FnMut(u32) -> bool,
        ends: &mut Vec<u32>,
        meter: &mut Meter,
    ) -> Result<u64> {
        let mut touched = 0;
        for (way, kind) in self.legs {
            let lists = self.graph.lists(*way, *kind);
            for node in nodes {
                let next = lists.nodes(*node);
                match self.mask {
                    None => ends.extend(next.iter().map(|node| node.0).filter(|node| is_new(*node))),
                    Some(mask) => {
                        let adjacent = self.graph.adjacent(NodeId(*node), *way, *kind);
                        let both = adjacent.nodes.iter().zip(adjacent.relationships);
                        let shown = both.filter(|(_, relationship)| mask.has_relationship(**relationship));
                        ends.extend(shown.map(|(node, _)| node.0).filter(|node| is_new(*node)));
                    }
                }
                touched += next.len() as u64;
                meter.work(next.len() as u32 + 1)?;
            }
        }
        Ok(touched)
    }

    /// How many relationships lead on from one in so many of some nodes.
    pub fn degree(&self, nodes: &[u32], every: usize) -> usize {
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
