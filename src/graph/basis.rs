//! Chains of legal bases: from a thing to what gives it its basis, and so on up.
//!
//! Which relations count, and which of them only further up, is marked in the vocabulary.

use super::{Graph, Mask, NodeId, RelationshipId};
use crate::base::Cancel;

/// No chain of law is longer.
const LONGEST: usize = 32;
/// So many chains above one thing are followed.
const MOST: usize = 200;

/// A chain of legal bases: nodes from a thing upwards, and the relationships between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    pub nodes: Vec<NodeId>,
    pub relationships: Vec<RelationshipId>,
}

/// The chains of legal bases above a node, each up to where no further basis is stated. The longest first.
pub fn chains(graph: &Graph, node: NodeId, mask: Option<&Mask>, cancel: Option<&Cancel>) -> Vec<Chain> {
    let mut climb = Climb { graph, mask, cancel, chain: Chain::default(), found: Vec::new() };
    climb.chain.nodes.push(node);
    climb.up(node);
    let mut found = climb.found;
    found.sort_by(|a, b| b.nodes.len().cmp(&a.nodes.len()).then_with(|| a.nodes.cmp(&b.nodes)));
    found
}

struct Climb<'c> {
    graph: &'c Graph,
    mask: Option<&'c Mask>,
    cancel: Option<&'c Cancel>,
    chain: Chain,
    found: Vec<Chain>,
}

impl Climb<'_> {
    fn up(&mut self, node: NodeId) {
        if self.found.len() >= MOST || self.cancel.is_some_and(Cancel::is_cancelled) {
            return;
        }
        let above = if self.chain.nodes.len() > LONGEST { Vec::new() } else { self.above(node) };
        if above.is_empty() && !self.chain.relationships.is_empty() {
            self.found.push(self.chain.clone());
        }
        for (giver, relationship) in above {
            self.chain.nodes.push(giver);
            self.chain.relationships.push(relationship);
            self.up(giver);
            self.chain.nodes.pop();
            self.chain.relationships.pop();
        }
    }

    /// What gives a node its basis and is not in the chain yet.
    fn above(&self, node: NodeId) -> Vec<(NodeId, RelationshipId)> {
        let first = self.chain.relationships.is_empty();
        let mut above: Vec<(NodeId, RelationshipId)> = Vec::new();
        for (kind, way, further) in &self.graph.rules.basis {
            if *further && first {
                continue;
            }
            let adjacent = self.graph.adjacent(node, *way, *kind);
            for (giver, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                let there = self.mask.is_none_or(|mask| mask.has_relationship(*relationship));
                let new = !self.chain.nodes.contains(giver) && !above.iter().any(|(known, _)| known == giver);
                if there && new {
                    above.push((*giver, *relationship));
                }
            }
        }
        above
    }
}
