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
    while taken.peel(planner) || taken.peel_two(planner) {}
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

    /// Whether two steps can choose the same relationship, and no other step can choose that of either.
    fn meet_alone(&self, planner: &mut Planner<'_>, one: usize, other: usize) -> bool {
        let places = || (0..self.steps.len()).filter(|place| *place != one && *place != other);
        let (Some(first), Some(second)) = (self.steps.get(one), self.steps.get(other)) else { return false };
        let needed = [first.relationship, second.relationship].iter().any(|slot| self.needed.contains(*slot));
        !needed
            && !apart(planner, &self.steps, one, other)
            && places().all(|place| apart(planner, &self.steps, one, place))
            && places().all(|place| apart(planner, &self.steps, other, place))
    }

    /// Whether the predicates about a step and its end are about nothing else.
    fn are_own(&self, own: &SlotSet) -> bool {
        self.predicates
            .iter()
            .filter(|predicate| predicate.is_about(own))
            .all(|predicate| predicate.fits(own))
    }

    /// Takes a step out of the pattern, with the predicates about it and its end and with what hangs on that.
    fn hop(&mut self, place: usize, node: Slot) -> Option<Hop> {
        let step = self.steps.get(place)?.clone();
        let (end, direction) = match step.from == node {
            true => (step.to, step.direction),
            false => (step.from, turned(step.direction)),
        };
        let own: SlotSet = [end, step.relationship].into_iter().collect();
        let (conditions, rest): (Vec<Predicate>, _) =
            std::mem::take(&mut self.predicates).into_iter().partition(|predicate| predicate.is_about(&own));
        self.predicates = rest;
        let (below, rest) = std::mem::take(&mut self.hung).into_iter().partition(|(at, _)| *at == end);
        self.hung = rest;
        self.open[place] = false;
        Some(Hop {
            leaf: Leaf { node, types: step.types, direction },
            relationship: step.relationship,
            end,
            conditions: conditions.into_iter().map(|predicate| predicate.expression).collect(),
            boughs: below.into_iter().map(|(_, bough): (Slot, Bough)| bough).collect(),
            meets: false,
        })
    }

    /// Whether the node at the end of a step is free: nobody asks for it, and no more steps than these are there.
    fn is_free(&self, end: Slot, steps: usize) -> bool {
        !self.needed.contains(end) && self.count(end) == steps && self.alone(end)
    }

    /// Takes two steps that follow each other and can choose the same relationship: the second one, which has a free end,
    /// is hung on the first, and leaves out the relationship by which that came.
    fn peel_two(&mut self, planner: &mut Planner<'_>) -> bool {
        for last in 0..self.steps.len() {
            for first in (0..self.steps.len()).filter(|first| *first != last) {
                let Some((node, middle)) = self.follow(first, last) else { continue };
                if !self.meet_alone(planner, first, last) {
                    continue;
                }
                let Some(mut hop) = self.hop(last, middle) else { continue };
                hop.meets = true;
                self.hung.push((middle, Bough::Hop(Box::new(hop))));
                if let Some(hop) = self.hop(first, node) {
                    self.hung.push((node, Bough::Hop(Box::new(hop))));
                }
                return true;
            }
        }
        false
    }

    /// The node from which one step leads to another one that has a free end, and the node between them, if both lead to
    /// that or both away from it along the same types.
    fn follow(&self, first: usize, last: usize) -> Option<(Slot, Slot)> {
        let (one, other) = (self.steps.get(first)?, self.steps.get(last)?);
        let open = self.open.get(first) == Some(&true) && self.open.get(last) == Some(&true);
        let middle = [one.from, one.to].into_iter().find(|slot| *slot == other.from || *slot == other.to)?;
        let across = |step: &PatternStep| if step.from == middle { step.to } else { step.from };
        let seen = |step: &PatternStep| {
            if step.from == middle { step.direction } else { turned(step.direction) }
        };
        let (node, end) = (across(one), across(other));
        let alike = one.types == other.types && seen(one) == seen(other) && seen(one) != Direction::Either;
        let own = |end: Slot, step: &PatternStep| [end, step.relationship].into_iter().collect();
        let fits = open
            && alike
            && node != middle
            && end != middle
            && end != node
            && self.is_free(end, 1)
            && self.is_free(middle, 2)
            && self.are_own(&own(end, other))
            && self.are_own(&own(middle, one));
        fits.then_some((node, middle))
    }

    /// Takes one step with a free end and hangs it on its other end.
    fn peel(&mut self, planner: &mut Planner<'_>) -> bool {
        for place in 0..self.steps.len() {
            let Some(step) = self.steps.get(place).filter(|_| self.open[place]).cloned() else { continue };
            let (node, end) = match (self.is_free(step.to, 1), self.is_free(step.from, 1)) {
                (true, _) => (step.from, step.to),
                (_, true) => (step.to, step.from),
                _ => continue,
            };
            let own = [end, step.relationship].into_iter().collect();
            if !self.removable(planner, place) || !self.are_own(&own) {
                continue;
            }
            let Some(hop) = self.hop(place, node) else { continue };
            self.hung.push((node, Bough::Hop(Box::new(hop))));
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
