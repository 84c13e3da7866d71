//! `unnest`: what an EXISTS asks about nodes that nothing else connects becomes part of the pattern, so that its steps are
//! walked instead of every combination of the nodes being tried: `MATCH (a), (b) WHERE (a)-->(b)` is `MATCH (a)-->(b)`,
//! with each pair once.

use super::factor::Same;
use super::{Rule, When};
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, may_be_same};
use crate::optimize::pattern::{PatternGraph, PatternStep};
use crate::optimize::plan::{Operator, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "unnest",
    doc: "Walks what EXISTS asks of nodes that nothing else connects instead of trying all of them.",
    when: When::Before(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    if !planner.writes {
        descend(planner, root);
    }
}

/// Goes through what the statement does once; what is inside of other plans has the rows of another operator.
fn descend(planner: &Planner<'_>, operator: &mut Operator) {
    if planner.allowance.is_over(32) {
        return;
    }
    if let Task::Union { branches, .. } = &mut operator.task {
        branches.iter_mut().for_each(|branch| descend(planner, &mut branch.root));
    }
    if let Some(input) = operator.input.as_deref_mut() {
        descend(planner, input);
    }
    let Some(rows) = slots_of_rows(operator) else { return };
    let Task::Pattern(pattern) = &mut operator.task else { return };
    let mut unnested = false;
    let mut place = 0;
    while place < pattern.predicates.len() {
        match joined(planner, pattern, place) {
            Some(inner) => {
                take_in(pattern, inner, place);
                unnested = true;
            }
            None => place += 1,
        }
    }
    if unnested {
        operator.rules.push(RULE.name);
        *operator = Operator::over(Task::Distinct(rows.iter().collect()), operator.take());
        operator.rules.push(RULE.name);
    }
}

/// The slots by which the rows of a pattern are told apart, where no two of them are alike: those of nothing but patterns
/// and conditions. Lists of relationships are left to be walked one after another.
fn slots_of_rows(operator: &Operator) -> Option<SlotSet> {
    let mut slots = SlotSet::new();
    let mut at = operator;
    loop {
        match &at.task {
            Task::Argument => return Some(slots),
            Task::Filter(_) => {}
            // Rows that are different already.
            Task::Distinct(different) => {
                different.iter().for_each(|slot| slots.insert(*slot));
                return at.rules.contains(&RULE.name).then_some(slots);
            }
            Task::Pattern(pattern) => {
                let plain = pattern.paths.is_empty() && pattern.searches.is_empty();
                (plain && pattern.steps.iter().all(|step| step.length.is_none())).then_some(())?;
                pattern.fills(&mut slots);
            }
            _ => return None,
        }
        at = at.input.as_deref()?;
    }
}

/// The pattern of an EXISTS, if that connects nodes that nothing else does.
fn joined(planner: &Planner<'_>, pattern: &PatternGraph, place: usize) -> Option<PatternGraph> {
    let Expression::Exists(subplan) = &pattern.predicates.get(place)?.expression else { return None };
    let inner = subplan.pattern()?;
    let fits = inner.paths.is_empty()
        && inner.searches.is_empty()
        && subplan.outer.iter().all(|slot| planner.is_node(slot) && pattern.has_node(slot))
        && inner.steps.iter().all(|step| can_be_walked(planner, step, inner) && is_other(step, pattern));
    // Nodes that are known come with one row, whatever connects them.
    let mut same = Same::default();
    let mut known = pattern.bound.iter();
    let first = known.next();
    first.iter().for_each(|first| known.by_ref().for_each(|slot| same.join(*first, slot)));
    pattern.steps.iter().for_each(|step| same.join(step.from, step.to));
    let connected = same.are_one(subplan.outer.iter());
    inner.steps.iter().for_each(|step| same.join(step.from, step.to));
    let all = subplan.outer.iter().chain(inner.nodes.iter().map(|node| node.slot));
    (fits && !connected && same.are_one(all)).then(|| inner.clone())
}

/// Whether a step is no more work than to look for one way along it: any number of hops has to be a search.
fn can_be_walked(planner: &Planner<'_>, step: &PatternStep, pattern: &PatternGraph) -> bool {
    let Some((min, _)) = step.length else { return true };
    let mut others = pattern.steps.iter().filter(|other| other.relationship != step.relationship);
    let is_free = others.all(|other| !may_be_same(&step.types, &other.types));
    is_free && min <= 1 && step.properties.is_none() && planner.allows("reach")
}

/// Whether a step of an EXISTS cannot choose a relationship of the pattern around, which it may and steps of one pattern may
/// not.
fn is_other(step: &PatternStep, pattern: &PatternGraph) -> bool {
    !pattern.steps.iter().any(|other| may_be_same(&step.types, &other.types))
}

fn take_in(pattern: &mut PatternGraph, inner: PatternGraph, place: usize) {
    pattern.predicates.remove(place);
    let new: Vec<_> = inner.nodes.into_iter().filter(|node| !pattern.has_node(node.slot)).collect();
    pattern.nodes.extend(new);
    pattern.steps.extend(inner.steps);
    pattern.predicates.extend(inner.predicates);
}
