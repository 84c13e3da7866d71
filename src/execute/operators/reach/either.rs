//! Which nodes trails without direction lead to, each once.
//!
//! A shortest walk to another node is a trail. Back to the start it is not: it returns over the relationship it left by.
//! The start is an end if it lies on a circle. Each node keeps by which relationship the search first left the start on
//! its way there; a relationship between two nodes that were reached over different ones closes a circle.

use super::Found;
use crate::base::Result;
use crate::execute::context::Context;
use crate::graph::{NodeId, RelationshipType, Way};
use crate::optimize::plan;

/// By node: the first relationship on the way there, and how many hops it has.
#[derive(Default)]
pub struct Branches {
    of: Vec<(u32, u32)>,
}

const UNSEEN: (u32, u32) = (u32::MAX, 0);

/// Adds the ends of all trails of 1 to `max` hops from a node.
pub fn search(
    spec: &plan::VarExpand,
    legs: &[(Way, RelationshipType)],
    start: NodeId,
    branches: &mut Branches,
    found: &mut Found,
    context: &mut Context<'_>,
) -> Result<()> {
    let bound = context.graph.node_bound() as usize;
    if branches.of.len() < bound {
        context.can_hold(bound as u64 * 8)?;
        branches.of.resize(bound, UNSEEN);
    }
    let mut circle: Option<u32> = None;
    let most = spec.max.map_or(u32::MAX, |max| u32::try_from(max).unwrap_or(u32::MAX));
    let mut place = 0;
    let mut next = Some(start);
    while let Some(node) = next {
        let (branch, hops) = if node == start { UNSEEN } else { branches.of[node.0 as usize] };
        if hops >= most {
            break;
        }
        for (way, kind) in legs {
            let adjacent = context.graph.adjacent(node, *way, *kind);
            context.touched += adjacent.nodes.len() as u64;
            context.meter.work(adjacent.nodes.len() as u32 + 1)?;
            for (other, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                if context.mask.as_ref().is_some_and(|mask| !mask.has_relationship(*relationship)) {
                    continue;
                }
                let closed = match (node == start, *other == start) {
                    (true, true) => Some(1),
                    (false, true) => None,
                    _ => {
                        let branch = if node == start { relationship.0 } else { branch };
                        step(&mut branches.of[other.0 as usize], branch, hops + 1, || {
                            found.ends.push(other.0)
                        })
                    }
                };
                circle = circle.into_iter().chain(closed).min();
            }
        }
        next = found.ends.get(place).map(|id| NodeId(*id));
        place += 1;
    }
    found.ends.iter().for_each(|id| branches.of[*id as usize] = UNSEEN);
    if circle.is_some_and(|hops| hops <= most) {
        found.ends.push(start.0);
    }
    Ok(())
}

/// Comes to a node over a branch with so many hops; the length of the circle that this closes.
fn step(known: &mut (u32, u32), branch: u32, hops: u32, new: impl FnOnce()) -> Option<u32> {
    if *known == UNSEEN {
        *known = (branch, hops);
        new();
        return None;
    }
    (known.0 != branch).then_some(known.1 + hops)
}
