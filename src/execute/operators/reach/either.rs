//! Which nodes trails without direction lead to, each once.
//!
//! A shortest walk to another node is a trail. Back to the start it is not: it returns over the relationship it left by.
//! The start is an end if it lies on a circle. Each node keeps by which relationship the search first left the start on
//! its way there; a relationship between two nodes that were reached over different ones closes a circle.

use crate::base::{Meter, Result};
use crate::execute::operators::around::Around;
use crate::graph::NodeId;
use crate::optimize::plan;

/// By node: the first relationship on the way there, and how many hops it has.
#[derive(Default)]
pub struct Branches {
    of: Vec<(u32, u32)>,
}

const UNSEEN: (u32, u32) = (u32::MAX, 0);

/// Adds the ends of all trails of 1 to `max` hops from a node, itself last, where it is one; whether it is. Where others are
/// told that are as good as the node itself, the search ends as soon as it knows.
pub fn search(
    spec: &plan::VarExpand,
    around: &Around<'_>,
    start: NodeId,
    others: Option<&dyn Fn(NodeId) -> bool>,
    branches: &mut Branches,
    ends: &mut Vec<u32>,
    (touched, meter): (&mut u64, &mut Meter),
) -> Result<bool> {
    branches.make_room(around.graph.node_bound() as usize, meter)?;
    let most = spec.max.map_or(u32::MAX, |max| u32::try_from(max).unwrap_or(u32::MAX));
    let (mut place, mut next, mut is_end) = (0, Some(start), false);
    'search: while let Some(node) = next {
        let (branch, hops) = if node == start { UNSEEN } else { branches.of[node.0 as usize] };
        if hops >= most {
            break;
        }
        for (way, kind) in around.legs {
            let adjacent = around.graph.adjacent(node, *way, *kind);
            let mut looked_at = 0;
            for (other, relationship) in adjacent.nodes.iter().zip(adjacent.relationships) {
                looked_at += 1;
                if around.mask.is_some_and(|mask| !mask.has_relationship(*relationship)) {
                    continue;
                }
                let closed = match (node == start, *other == start) {
                    (true, true) => Some(1),
                    (false, true) => None,
                    _ if others.is_some_and(|is_other| is_other(*other)) => Some(hops + 1),
                    _ => {
                        let branch = if node == start { relationship.0 } else { branch };
                        step(&mut branches.of[other.0 as usize], branch, hops + 1, || ends.push(other.0))
                    }
                };
                is_end = is_end || closed.is_some_and(|hops| hops <= most);
                if is_end && others.is_some() {
                    break;
                }
            }
            *touched += looked_at;
            meter.work(looked_at as u32 + 1)?;
            if is_end && others.is_some() {
                break 'search;
            }
        }
        next = ends.get(place).map(|id| NodeId(*id));
        place += 1;
    }
    ends.iter().for_each(|id| branches.of[*id as usize] = UNSEEN);
    if is_end {
        ends.push(start.0);
    }
    Ok(is_end)
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
