//! Which nodes trails without direction lead to, each once.
//!
//! A shortest walk to another node is a trail. Back to the start it is not: it returns over the relationship it left by.
//! The start is an end if it lies on a circle. Each node keeps by which relationship the search first left the start on
//! its way there; a relationship between two nodes that were reached over different ones closes a circle.

use super::Found;
use crate::base::{Meter, Result};
use crate::execute::context::Context;
use crate::execute::operators::around::Around;
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
    branches.make_room(context.graph.node_bound() as usize, &context.meter)?;
    let mut circle: Option<u32> = None;
    let most = most_hops(spec);
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

/// Whether a trail of 1 to `max` hops leads from a start to another one, or back to it.
pub fn comes_back(
    spec: &plan::VarExpand,
    around: &Around<'_>,
    start: u32,
    is_start: impl Fn(u32) -> bool,
    branches: &mut Branches,
    touched: &mut u64,
    meter: &mut Meter,
) -> Result<bool> {
    let most = most_hops(spec);
    branches.make_room(around.graph.node_bound() as usize, meter)?;
    let (mut ends, mut place, mut next, mut found) = (Vec::new(), 0, Some(start), false);
    'search: while let Some(node) = next {
        let (branch, hops) = if node == start { UNSEEN } else { branches.of[node as usize] };
        if hops >= most {
            break;
        }
        for (way, kind) in around.legs {
            let adjacent = around.graph.adjacent(NodeId(node), *way, *kind);
            for (other, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                *touched += 1;
                meter.work(1)?;
                if around.mask.is_some_and(|mask| !mask.has_relationship(*relationship)) {
                    continue;
                }
                let closed = match (node == start, other.0 == start) {
                    (true, true) => Some(1),
                    (false, true) => None,
                    (_, false) if is_start(other.0) => Some(hops + 1),
                    _ => {
                        let branch = if node == start { relationship.0 } else { branch };
                        step(&mut branches.of[other.0 as usize], branch, hops + 1, || ends.push(other.0))
                    }
                };
                found = closed.is_some_and(|hops| hops <= most);
                if found {
                    break 'search;
                }
            }
        }
        next = ends.get(place).copied();
        place += 1;
    }
    ends.iter().for_each(|id| branches.of[*id as usize] = UNSEEN);
    Ok(found)
}

fn most_hops(spec: &plan::VarExpand) -> u32 {
    spec.max.map_or(u32::MAX, |max| u32::try_from(max).unwrap_or(u32::MAX))
}

impl Branches {
    fn make_room(&mut self, bound: usize, meter: &Meter) -> Result<()> {
        if self.of.len() < bound {
            meter.fits(bound as u64 * 8)?;
            self.of.resize(bound, UNSEEN);
        }
        Ok(())
    }
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
