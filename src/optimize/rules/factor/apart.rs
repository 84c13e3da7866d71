//! Whether two steps of a pattern can choose the same relationship.
//!
//! If they do, their starts are one node and so are their ends. Written into the pattern, that can turn another step
//! into a loop, two steps into a way there and back, or several into a circle: where the types in question have
//! nothing of the kind, the two can never meet.

use crate::algebra::{Direction, Slot};
use crate::optimize::Planner;
use crate::optimize::expression::may_be_same;
use crate::optimize::pattern::PatternStep;
use crate::optimize::plan::Never;
use std::sync::Arc;

/// Whether no match of the pattern has one relationship for both steps; what the graph has to be like for that is noted in
/// the plan.
pub(in crate::optimize) fn apart(
    planner: &mut Planner<'_>,
    steps: &[PatternStep],
    one: usize,
    other: usize,
) -> bool {
    apart_if(&mut |types, never| planner.never(types, never), steps, one, other)
}

/// Whether a match of the pattern may have one relationship for both steps, as the graph is now.
pub(in crate::optimize) fn may_meet(
    planner: &Planner<'_>,
    steps: &[PatternStep],
    one: usize,
    other: usize,
) -> bool {
    !apart_if(&mut |types, never| planner.would_never(types, never), steps, one, other)
}

/// Whether something never occurs among relationships of some types.
type Occurs<'n> = dyn FnMut(&[Arc<str>], Never) -> bool + 'n;

fn apart_if(never: &mut Occurs<'_>, steps: &[PatternStep], one: usize, other: usize) -> bool {
    let (Some(first), Some(second)) = (steps.get(one), steps.get(other)) else { return true };
    if !may_be_same(&first.types, &second.types) {
        return true;
    }
    let either = first.direction == Direction::Either || second.direction == Direction::Either;
    let (start, end) = ends(first);
    let (other_start, other_end) = ends(second);
    let straight = impossible(never, steps, &[(start, other_start), (end, other_end)]);
    straight && (!either || impossible(never, steps, &[(start, other_end), (end, other_start)]))
}

/// Where a step begins and ends, along its direction.
fn ends(step: &PatternStep) -> (Slot, Slot) {
    match step.direction {
        Direction::Incoming => (step.to, step.from),
        Direction::Outgoing | Direction::Either => (step.from, step.to),
    }
}

/// Which slots are the same node.
#[derive(Default)]
pub(in crate::optimize) struct Same(Vec<(Slot, Slot)>);

impl Same {
    pub(in crate::optimize) fn of(&self, slot: Slot) -> Slot {
        let mut slot = slot;
        while let Some((_, other)) = self.0.iter().find(|(from, _)| *from == slot) {
            slot = *other;
        }
        slot
    }

    pub(in crate::optimize) fn are_one(&self, mut slots: impl Iterator<Item = Slot>) -> bool {
        let first = slots.next().map(|slot| self.of(slot));
        slots.all(|slot| Some(self.of(slot)) == first)
    }

    pub(in crate::optimize) fn join(&mut self, left: Slot, right: Slot) {
        let (left, right) = (self.of(left), self.of(right));
        if left != right {
            self.0.push((left, right));
        }
    }
}

/// Whether the pattern has no match in which these pairs of slots are one node each.
fn impossible(never: &mut Occurs<'_>, steps: &[PatternStep], pairs: &[(Slot, Slot)]) -> bool {
    let mut same = Same::default();
    pairs.iter().for_each(|(left, right)| same.join(*left, *right));
    let joined: Vec<(Slot, Slot)> = steps
        .iter()
        .map(|step| {
            let (start, end) = ends(step);
            (same.of(start), same.of(end))
        })
        .collect();
    // Loops that are written as such say nothing: they are there before anything is joined.
    let looped = steps
        .iter()
        .zip(&joined)
        .any(|(step, (start, end))| start == end && step.from != step.to && never(&step.types, Never::Loops));
    looped || returning(never, steps, &joined) || circling(never, steps, &joined)
}

fn one_type(step: &PatternStep) -> bool {
    step.types.len() == 1 && step.direction != Direction::Either
}

fn returning(never: &mut Occurs<'_>, steps: &[PatternStep], joined: &[(Slot, Slot)]) -> bool {
    for (place, (step, (start, end))) in steps.iter().zip(joined).enumerate() {
        let back = steps.iter().zip(joined).skip(place + 1).any(|(other, ends)| {
            one_type(step) && one_type(other) && step.types == other.types && *ends == (*end, *start)
        });
        if back && start != end && never(&step.types, Never::Returns) {
            return true;
        }
    }
    false
}

fn circling(never: &mut Occurs<'_>, steps: &[PatternStep], joined: &[(Slot, Slot)]) -> bool {
    for (place, step) in steps.iter().enumerate() {
        let first = steps.iter().position(|other| other.types == step.types) == Some(place);
        if !one_type(step) || !first {
            continue;
        }
        let mut edges: Vec<(Slot, Slot)> = steps
            .iter()
            .zip(joined)
            .filter(|(other, _)| one_type(other) && other.types == step.types)
            .map(|(_, ends)| *ends)
            .collect();
        // Whatever nothing leads to is on no circle.
        loop {
            let before = edges.len();
            let ends: Vec<Slot> = edges.iter().map(|(_, end)| *end).collect();
            edges.retain(|(start, _)| ends.contains(start));
            if edges.len() == before {
                break;
            }
        }
        if !edges.is_empty() && never(&step.types, Never::Circles) {
            return true;
        }
    }
    false
}
