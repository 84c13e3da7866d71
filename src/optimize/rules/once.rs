//! What it takes to match a pattern of which only different nodes of one place are asked: `distinct-ends` and `reach` go on
//! from each node once then.

use super::factor::may_meet;
use super::join_order::Move;
use crate::algebra::Slot;
use crate::optimize::Planner;
use crate::optimize::cost;
use crate::optimize::pattern::{PatternGraph, PatternStep, Predicate};
use crate::optimize::slots::SlotSet;

/// Patterns of more steps are estimated by all their ways.
const MOST: usize = 12;

/// A pattern of which only one node is asked, as it is matched.
pub(super) struct Once<'p> {
    pattern: &'p PatternGraph,
    end: Slot,
    /// By two steps: whether they could choose the same relationship.
    rivals: Vec<Vec<bool>>,
    /// Whether the rule may be used.
    distinct_ends: bool,
}

/// How it is found out whether the end of a step is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Free {
    /// By a degree.
    Counted,
    /// By a walk to all ends, of which none makes a row.
    Walked,
}

impl<'p> Once<'p> {
    pub(super) fn of(planner: &Planner<'_>, pattern: &'p PatternGraph) -> Option<Once<'p>> {
        let end = pattern.ends?;
        let count = pattern.steps.len();
        let is_short = count <= MOST;
        let distinct_ends = planner.allows("distinct-ends") && is_short;
        let rivals = match is_short {
            true => {
                let meets = |one, other| one != other && may_meet(planner, &pattern.steps, one, other);
                (0..count).map(|one| (0..count).map(|other| meets(one, other)).collect()).collect()
            }
            false => Vec::new(),
        };
        Some(Once { pattern, end, rivals, distinct_ends })
    }

    fn are_rivals(&self, one: usize, other: usize) -> bool {
        one != other && self.rivals.get(one).and_then(|rivals| rivals.get(other)).copied().unwrap_or(true)
    }

    fn step(&self, index: usize) -> Option<&'p PatternStep> {
        self.pattern.steps.get(index)
    }

    /// How many relationships a step walks at most: towards the node that is asked for, any number of hops from all rows is
    /// one search, which walks each relationship once.
    pub(super) fn walked_at_most(&self, planner: &Planner<'_>, index: usize, known: &SlotSet) -> f64 {
        let has_rivals = (0..self.pattern.steps.len()).any(|other| self.are_rivals(other, index));
        match self.step(index) {
            Some(step) if !known.contains(self.end) && step.length.is_some() && !has_rivals => {
                cost::relationships(planner.graph, &step.types)
            }
            _ => f64::INFINITY,
        }
    }

    /// Whether a step leads to an end of which no more is asked than that it is there, as its conditions want it.
    pub(super) fn free(&self, index: usize, moves: &[Move], left: &[usize], known: &SlotSet) -> Option<Free> {
        let step = self.step(index).filter(|step| self.distinct_ends && is_short(step))?;
        let to = if known.contains(step.from) { step.to } else { step.from };
        let own: SlotSet = [to, step.relationship].into_iter().collect();
        let stays = |other: &usize| {
            let touches = self.step(*other).is_some_and(|other| other.from == to || other.to == to);
            touches || self.are_rivals(*other, index)
        };
        let about: Vec<&Predicate> =
            self.pattern.predicates.iter().filter(|predicate| predicate.is_about(&own)).collect();
        let is_free = to != self.end
            && !known.contains(to)
            && !left.iter().filter(|other| **other != index).any(stays)
            && about.iter().all(|predicate| predicate.fits(&own))
            && (about.is_empty() || step.length.is_none())
            && (about.is_empty() || !taken(moves).any(|taken| self.are_rivals(taken, index)));
        is_free.then_some(if about.is_empty() { Free::Counted } else { Free::Walked })
    }

    /// From how many rows a step goes on at most: where nothing else is asked any more of what is known, from each node once.
    pub(super) fn rows_at_most(
        &self,
        planner: &Planner<'_>,
        index: usize,
        moves: &[Move],
        left: &[usize],
        known: &SlotSet,
    ) -> f64 {
        let Some(step) = self.step(index).filter(|_| self.distinct_ends) else { return f64::INFINITY };
        let from = if known.contains(step.from) { step.from } else { step.to };
        let asks = |slot: Slot| slot != from && known.contains(slot);
        let later = left.iter().filter_map(|index| self.step(*index));
        let later = later.flat_map(|step| [step.from, step.relationship, step.to]);
        let mut open = self.pattern.predicates.iter().filter(|predicate| !predicate.needs.within(known));
        // Of the relationships by which a node was reached, one may be told apart from that of the next step.
        let mut rivals = taken(moves).filter(|taken| self.are_rivals(*taken, index));
        let is_plain = |index: usize| self.step(index).is_some_and(|step| step.length.is_none());
        let told_apart = rivals.next().is_none_or(|rival| {
            let plain = is_plain(rival) && is_plain(index);
            plain && rivals.next().is_none() && !moves.contains(&Move::Enter(from))
        });
        let later_rivals = left.iter().any(|later| taken(moves).any(|taken| self.are_rivals(taken, *later)));
        let more = [step.from, step.to, self.end].into_iter().chain(later).any(asks)
            || open.any(|predicate| predicate.needs.iter().any(asks));
        if more || later_rivals || !told_apart {
            return f64::INFINITY;
        }
        let labels = self.pattern.labels_of(from).into_iter().filter_map(|name| planner.graph.label(&name));
        let nodes = labels.map(|label| planner.graph.count_with(label)).min();
        nodes.unwrap_or_else(|| planner.graph.node_count()) as f64
    }
}

/// Whether a step has ends where one relationship leads on.
fn is_short(step: &PatternStep) -> bool {
    step.length.is_none_or(|(min, max)| min == 1 && max != Some(0)) && step.properties.is_none()
}

fn taken(moves: &[Move]) -> impl Iterator<Item = usize> {
    moves.iter().filter_map(|taken| match taken {
        Move::Take { step, .. } => Some(*step),
        Move::Enter(_) => None,
    })
}
