//! In how many ways free ends can be chosen, without choosing them.

use super::Compiled;
use crate::algebra::Slot;
use crate::base::Result;
use crate::execute::batch::{Batch, Column, NONE};
use crate::execute::context::Context;
use crate::execute::operators::expand::{between, taken_by};
use crate::graph::{Adjacent, Graph, Mask, NodeId, RelationshipId, RelationshipType, Way};
use crate::optimize::plan::Other;
use crate::value::arithmetic::integer_overflow;
use std::rc::Rc;

/// The number of ways to choose one relationship at each of some nodes, all different, none of `except`.
pub struct Degree {
    pub leaves: Vec<Leaf>,
    /// Relationships that cannot be chosen.
    pub except: Vec<Other>,
    /// Only whether there is a way is asked: of several, any number is as good.
    pub only_any: bool,
}

/// A node and which of its relationships count.
pub struct Leaf {
    pub node: Slot,
    pub legs: Vec<(Way, RelationshipType)>,
    /// A loop lies in both directions and counts once.
    pub either: bool,
    /// The leaf before this one with which relationships can be shared.
    pub shares: Option<usize>,
}

/// The graph as far as it may be seen.
#[derive(Clone, Copy)]
struct Seen<'g> {
    graph: &'g Graph,
    mask: Option<&'g Mask>,
}

impl Degree {
    /// The same where only whether there is a way is asked.
    pub fn of_any(&self) -> Compiled {
        let leaf = |leaf: &Leaf| Leaf { legs: leaf.legs.clone(), ..*leaf };
        let leaves = self.leaves.iter().map(leaf).collect();
        Compiled::Degree(Rc::new(Degree { leaves, except: self.except.clone(), only_any: true }))
    }

    pub fn count(&self, batch: &Batch, row: usize, context: &Context<'_>) -> Result<i64> {
        let seen = Seen { graph: context.graph, mask: context.mask.as_deref() };
        let mut product: i64 = 1;
        let mut counts: smallvec::SmallVec<[(NodeId, i64); 2]> = smallvec::SmallVec::new();
        let except = taken_by(&self.except, batch, row);
        for leaf in &self.leaves {
            let Some(node) = batch.column(leaf.node).node(row) else { return Ok(0) };
            let held = except.iter().filter(|relationship| leaf.holds(node, **relationship, seen)).count();
            let count = leaf.count(node, seen) - held as i64;
            counts.push((node, count));
            match leaf.shares.and_then(|place| Some((self.leaves.get(place)?, *counts.get(place)?))) {
                // The earlier leaf is in the product already: pairs that chose the same relationship are taken out.
                Some((other, (at, earlier))) => {
                    let both = except.iter().filter(|relationship| {
                        leaf.holds(node, **relationship, seen) && other.holds(at, **relationship, seen)
                    });
                    let shared = leaf.shared(node, other, at, seen) - both.count() as i64;
                    let pairs = earlier.checked_mul(count).ok_or_else(integer_overflow)? - shared;
                    let rest = product.checked_div(earlier).unwrap_or(0);
                    product = rest.checked_mul(pairs).ok_or_else(integer_overflow)?;
                }
                None => product = product.checked_mul(count).ok_or_else(integer_overflow)?,
            }
        }
        Ok(product)
    }

    /// The counts for all rows of a batch.
    pub fn column(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Column> {
        if let Some(counts) = self.counts_of_lists(batch, context)? {
            return Ok(Column::integers(counts));
        }
        let mut counts = Vec::with_capacity(batch.length);
        for row in 0..batch.length {
            context.tick()?;
            counts.push(self.count(batch, row, context)?);
        }
        Ok(Column::integers(counts))
    }
}

impl Degree {
    /// The counts at one node in each row, where all its relationships may be seen: how long its lists are.
    fn counts_of_lists(&self, batch: &Batch, context: &mut Context<'_>) -> Result<Option<Vec<i64>>> {
        let [leaf] = self.leaves.as_slice() else { return Ok(None) };
        let Column::Nodes(nodes) = batch.column(leaf.node) else { return Ok(None) };
        if context.mask.is_some() || self.except.iter().any(|other| other.list) {
            return Ok(None);
        }
        let mut counts = degrees(&leaf.legs, leaf.either, nodes, context)?;
        if self.except.is_empty() {
            return Ok(Some(counts));
        }
        let sure = if self.only_any { self.except.len() as i64 } else { i64::MAX };
        let seen = Seen { graph: context.graph, mask: None };
        for (row, count) in counts.iter_mut().enumerate().filter(|(_, count)| 0 < **count && **count <= sure)
        {
            let Some(node) = nodes.get(row).copied() else { continue };
            let taken = taken_by(&self.except, batch, row);
            let held = taken.iter().filter(|relationship| leaf.holds(NodeId(node), **relationship, seen));
            *count -= held.count() as i64;
        }
        Ok(Some(counts))
    }
}

impl Leaf {
    fn count(&self, node: NodeId, seen: Seen<'_>) -> i64 {
        count(&self.legs, self.either, node, seen)
    }

    /// Whether a relationship is among those counted at the node.
    fn holds(&self, node: NodeId, relationship: RelationshipId, seen: Seen<'_>) -> bool {
        let ends = seen.graph.ends(relationship);
        seen.mask.is_none_or(|mask| mask.has_relationship(relationship))
            && self.legs.iter().any(|(way, kind)| {
                *kind == ends.kind
                    && match way {
                        Way::Out => ends.start == node,
                        Way::In => ends.end == node,
                    }
            })
    }

    /// How many relationships are counted at both of two nodes.
    fn shared(&self, node: NodeId, other: &Leaf, at: NodeId, seen: Seen<'_>) -> i64 {
        if node == at && (self.either || other.either) {
            // With both directions a leaf holds every relationship of its types that the other can hold.
            let (all, some) = if self.either { (self, other) } else { (other, self) };
            let common = some.legs.iter().filter(|(_, kind)| all.legs.iter().any(|(_, k)| k == kind));
            let common =
                Leaf { node: some.node, legs: common.copied().collect(), either: some.either, shares: None };
            return common.count(node, seen);
        }
        let mut total = 0;
        for (way, kind) in &self.legs {
            for (other_way, other_kind) in &other.legs {
                if kind != other_kind {
                    continue;
                }
                total += match (way, other_way) {
                    (Way::Out, Way::In) | (Way::In, Way::Out) => {
                        seen.number(between(seen.graph.adjacent(node, *way, *kind), at))
                    }
                    _ if node == at => seen.number(seen.graph.adjacent(node, *way, *kind)),
                    _ => 0,
                };
            }
        }
        total
    }
}

/// How many relationships each node has; without direction a loop lies in both and counts once.
pub(super) fn degrees(
    legs: &[(Way, RelationshipType)],
    either: bool,
    nodes: &[u32],
    context: &mut Context<'_>,
) -> Result<Vec<i64>> {
    let mut counts = vec![0; nodes.len()];
    if let Some(mask) = context.mask.clone() {
        for (total, node) in counts.iter_mut().zip(nodes) {
            context.tick()?;
            *total = count(legs, either, NodeId(*node), Seen { graph: context.graph, mask: Some(&mask) });
        }
        return Ok(counts);
    }
    for (way, kind) in legs {
        context.meter.work(nodes.len() as u32)?;
        let lists = context.graph.lists(*way, *kind);
        let loops = either && *way == Way::In;
        for (count, node) in counts.iter_mut().zip(nodes).filter(|(_, node)| **node != NONE) {
            let degree = lists.degree(*node);
            *count += degree as i64;
            if loops && degree > 0 {
                let adjacent = context.graph.adjacent(NodeId(*node), *way, *kind);
                *count -= between(adjacent, NodeId(*node)).nodes.len() as i64;
            }
        }
    }
    Ok(counts)
}

fn count(legs: &[(Way, RelationshipType)], either: bool, node: NodeId, seen: Seen<'_>) -> i64 {
    let mut total = 0;
    for (way, kind) in legs {
        let adjacent = seen.graph.adjacent(node, *way, *kind);
        total += seen.number(adjacent);
        if either && *way == Way::In {
            total -= seen.number(between(adjacent, node));
        }
    }
    total
}

impl Seen<'_> {
    fn number(self, adjacent: Adjacent<'_>) -> i64 {
        match self.mask {
            Some(mask) => adjacent.relationships.iter().filter(|r| mask.has_relationship(**r)).count() as i64,
            None => adjacent.nodes.len() as i64,
        }
    }
}
