//! What lies one hop away from nodes, over relationships that are shown.

use crate::base::{Meter, Result};
use crate::graph::{Graph, Mask, NodeId, RelationshipType, Way};

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
}
