//! Takes the branches of a pattern that nothing asks about and hangs them on the nodes that are needed.
//!
//! A branch is summed up from its tips: what hangs on a node is the same wherever the node is reached from, so it is
//! worked out once a node. Every step of a branch must be apart from all other steps of the pattern.

use super::apart::apart;
use crate::algebra::{Direction, Slot};
use crate::optimize::Planner;
use crate::optimize::arrange::turned;
use crate::optimize::expression::{Bough, Hop, Leaf};
use crate::optimize::pattern::{PatternGraph, PatternStep, Predicate};
use crate::optimize::rules::access;
use crate::optimize::slots::SlotSet;

/// Patterns of more steps are left alone: to tell steps apart takes time with every pair.
const MOST: usize = 24;

/// Takes branches out of a pattern, in which the slots of `needed` must stay; `None` where there are none.
pub(super) fn hang(
    planner: &mut Planner<'_>,
    pattern: &mut PatternGraph,
    mut needed: SlotSet,
) -> Option<Vec<Bough>> {
    let plain = |step: &PatternStep| step.length.is_none() && !pattern.bound.contains(step.relationship);
    let fits = !pattern.steps.is_empty() && pattern.steps.len() <= MOST;
    if !fits || !pattern.searches.is_empty() || !pattern.steps.iter().all(plain) {
        return None;
    }
    for (slot, path) in &pattern.paths {
        if needed.contains(*slot)
            || pattern.predicates.iter().any(|predicate| predicate.needs.contains(*slot))
        {
            needed.insert(*slot);
            path.reads(&mut needed);
        }
    }
    needed.extend(&pattern.bound);
    let mut taken = Branches {
        steps: pattern.steps.clone(),
        open: vec![true; pattern.steps.len()],
        hung: Vec::new(),
        predicates: pattern.predicates.clone(),
        needed,
    };
    taken.root(planner, pattern)?;
    while taken.peel(planner) {}
    if planner.allows("intersect") {
        taken.close(planner);
    }
    if taken.hung.is_empty() {
        return None;
    }
    let gone = |slot: Slot| !taken.needed.contains(slot) && !taken.touched(slot);
    pattern.nodes.retain(|node| !gone(node.slot));
    let mut open = taken.open.iter();
    pattern.steps.retain(|_| open.next() == Some(&true));
    pattern.predicates = taken.predicates;
    pattern.paths.retain(|(slot, _)| taken.needed.contains(*slot));
    Some(taken.hung.into_iter().map(|(_, bough)| bough).collect())
}

struct Branches {
    steps: Vec<PatternStep>,
    /// Steps that are still in the pattern.
    open: Vec<bool>,
    /// Branches by the node they hang on; those that hang on two nodes by the first.
    hung: Vec<(Slot, Bough)>,
    predicates: Vec<Predicate>,
    needed: SlotSet,
}

impl Branches {
    /// Every part of the pattern needs a node that stays: where nothing asks for one, it is the cheapest to enter at.
    fn root(&mut self, planner: &Planner<'_>, pattern: &PatternGraph) -> Option<()> {
        let mut left: Vec<Slot> = pattern.nodes.iter().map(|node| node.slot).collect();
        while let Some(first) = left.first().copied() {
            let mut part = vec![first];
            let mut place = 0;
            while let Some(slot) = part.get(place).copied() {
                place += 1;
                for step in &self.steps {
                    for (here, there) in [(step.from, step.to), (step.to, step.from)] {
                        if here == slot && !part.contains(&there) {
                            part.push(there);
                        }
                    }
                }
            }
            left.retain(|slot| !part.contains(slot));
            let cost = |slot: &Slot| access(planner, pattern, *slot, &pattern.bound).1;
            let asked = part.iter().filter(|slot| self.needed.contains(**slot));
            let known = part.iter().any(|slot| pattern.bound.contains(*slot));
            let cheapest = asked.map(cost).min_by(f64::total_cmp);
            // Where the pattern has a far better place to enter at than the nodes that are asked for, that one stays.
            let better = |slot: &&Slot| !known && cheapest.is_some_and(|least| cost(slot) * 8.0 < least);
            if let Some(entry) = part.iter().filter(better).min_by(|a, b| cost(a).total_cmp(&cost(b))) {
                self.needed.insert(*entry);
            }
            if cheapest.is_none() {
                let best = part.iter().copied().min_by(|a, b| {
                    let (a_cost, b_cost) = (cost(a), cost(b));
                    a_cost.total_cmp(&b_cost).then(self.height(*a).cmp(&self.height(*b)))
                })?;
                self.needed.insert(best);
            }
        }
        Some(())
    }

    /// Steps from a node to the farthest other.
    fn height(&self, from: Slot) -> usize {
        let mut reached = vec![from];
        let mut height = 0;
        loop {
            let mut next: Vec<Slot> = Vec::new();
            for step in &self.steps {
                for (here, there) in [(step.from, step.to), (step.to, step.from)] {
                    if reached.contains(&here) && !reached.contains(&there) && !next.contains(&there) {
                        next.push(there);
                    }
                }
            }
            if next.is_empty() {
                return height;
            }
            reached.append(&mut next);
            height += 1;
        }
    }

    fn touched(&self, slot: Slot) -> bool {
        self.count(slot) > 0
    }

    /// Steps of the pattern at a node.
    fn count(&self, slot: Slot) -> usize {
        let at = |step: &PatternStep| usize::from(step.from == slot) + usize::from(step.to == slot);
        self.steps.iter().zip(&self.open).filter(|(_, open)| **open).map(|(step, _)| at(step)).sum()
    }

    /// Whether a step can be taken out: nobody asks for its relationship, and no other step can choose it.
    fn removable(&self, planner: &mut Planner<'_>, place: usize) -> bool {
        let Some(step) = self.steps.get(place) else { return false };
        step.from != step.to
            && !self.needed.contains(step.relationship)
            && (0..self.steps.len()).all(|other| other == place || apart(planner, &self.steps, place, other))
    }

    /// Takes the predicates about a step and its end, if they are about nothing else.
    fn conditions(&mut self, end: Slot, relationship: Slot) -> Option<Vec<Predicate>> {
        let own: SlotSet = [end, relationship].into_iter().collect();
        let about = |predicate: &Predicate| !predicate.needs.is_disjoint(&own);
        let fits =
            |predicate: &Predicate| predicate.needs.within(&own) && !predicate.expression.has_subplan();
        if !self.predicates.iter().filter(|p| about(p)).all(fits) {
            return None;
        }
        let (taken, rest) = std::mem::take(&mut self.predicates).into_iter().partition(about);
        self.predicates = rest;
        Some(taken)
    }

    /// Takes one step with a free end and hangs it on its other end.
    fn peel(&mut self, planner: &mut Planner<'_>) -> bool {
        for place in 0..self.steps.len() {
            let Some(step) = self.steps.get(place).filter(|_| self.open[place]).cloned() else { continue };
            let free = |end: Slot| !self.needed.contains(end) && self.count(end) == 1 && self.alone(end);
            let (node, end, direction) = match (free(step.to), free(step.from)) {
                (true, _) => (step.from, step.to, step.direction),
                (_, true) => (step.to, step.from, turned(step.direction)),
                _ => continue,
            };
            if !self.removable(planner, place) {
                continue;
            }
            let Some(conditions) = self.conditions(end, step.relationship) else { continue };
            let (below, rest) = std::mem::take(&mut self.hung).into_iter().partition(|(at, _)| *at == end);
            self.hung = rest;
            let hop = Hop {
                leaf: Leaf { node, types: step.types.clone(), direction },
                relationship: step.relationship,
                end,
                conditions: conditions.into_iter().map(|predicate| predicate.expression).collect(),
                boughs: below.into_iter().map(|(_, bough): (Slot, Bough)| bough).collect(),
            };
            self.hung.push((node, Bough::Hop(Box::new(hop))));
            self.open[place] = false;
            return true;
        }
        false
    }

    /// Whether nothing that hangs on two nodes hangs on this one.
    fn alone(&self, node: Slot) -> bool {
        self.hung.iter().all(|(_, bough)| {
            !matches!(bough, Bough::Common { left, right } if left.node == node || right.node == node)
        })
    }

    /// Takes one node that closes a triangle: a neighbour of two nodes that are connected without it.
    fn close(&mut self, planner: &mut Planner<'_>) {
        let mut best: Option<(f64, usize, usize, Slot)> = None;
        for first in 0..self.steps.len() {
            for second in first + 1..self.steps.len() {
                let Some(node) = self.wedge(first, second) else { continue };
                let cost = self.scanned(planner, first, node) + self.scanned(planner, second, node);
                let cheaper = best.is_none_or(|(least, ..)| cost < least);
                if cheaper && self.removable(planner, first) && self.removable(planner, second) {
                    best = Some((cost, first, second, node));
                }
            }
        }
        let Some((_, first, second, node)) = best else { return };
        let leaf = |step: &PatternStep| {
            let (other, direction) = match step.to == node {
                true => (step.from, step.direction),
                false => (step.to, turned(step.direction)),
            };
            Leaf { node: other, types: step.types.clone(), direction }
        };
        let (left, right) = (leaf(&self.steps[first]), leaf(&self.steps[second]));
        self.open[first] = false;
        self.open[second] = false;
        // Both must stay to be known together.
        self.needed.insert(left.node);
        self.needed.insert(right.node);
        self.hung.push((left.node, Bough::Common { left, right }));
    }

    /// The node between two steps, if nothing else is asked of it and its neighbours hang together without it.
    fn wedge(&self, first: usize, second: usize) -> Option<Slot> {
        let (one, other) = (self.steps.get(first)?, self.steps.get(second)?);
        let open = self.open.get(first) == Some(&true) && self.open.get(second) == Some(&true);
        let directed = one.direction != Direction::Either && other.direction != Direction::Either;
        let node = [one.from, one.to].into_iter().find(|slot| *slot == other.from || *slot == other.to)?;
        let across = |step: &PatternStep| if step.from == node { step.to } else { step.from };
        let (left, right) = (across(one), across(other));
        let asked = self.predicates.iter().any(|predicate| {
            [node, one.relationship, other.relationship].iter().any(|slot| predicate.needs.contains(*slot))
        });
        let free = !self.needed.contains(node)
            && self.count(node) == 2
            && !self.hung.iter().any(|(at, _)| *at == node)
            && self.alone(node);
        let joined = self.steps.iter().zip(&self.open).enumerate().any(|(place, (step, open))| {
            *open
                && place != first
                && place != second
                && ((step.from == left && step.to == right) || (step.from == right && step.to == left))
        });
        (open && directed && free && !asked && left != right && left != node && joined).then_some(node)
    }

    /// How long the lists are that a step has to go through, on average over relationships.
    fn scanned(&self, planner: &Planner<'_>, place: usize, node: Slot) -> f64 {
        let Some(step) = self.steps.get(place) else { return 0.0 };
        let direction = if step.to == node { step.direction } else { turned(step.direction) };
        let way =
            if direction == Direction::Incoming { crate::graph::Way::In } else { crate::graph::Way::Out };
        let graph = planner.graph;
        let kinds = step.types.iter().filter_map(|name| graph.relationship_type(name));
        kinds.map(|kind| graph.spread(kind, way).mean_of_squares()).fold(0.0, f64::max)
    }
}
