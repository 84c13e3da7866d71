//! `count-store`: how many relationships there are, of each type or of some, is known without looking at any. A pattern of
//! one step between two nodes of which nothing is asked, counted as a whole or by `type(r)`, is read off these numbers.

use super::factor::count_rows;
use super::{Rule, When, argument_of};
use crate::algebra::{Direction, Slot, SlotKind};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::pattern::{PatternGraph, PatternStep};
use crate::optimize::plan::{AggregateCall, CountStore, Never, Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "count-store",
    doc: "Reads off how many relationships of a type there are instead of going through them.",
    when: When::Before(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    if planner.writes {
        return;
    }
    planner.everywhere(root, &mut |planner, operator| {
        count_rows(operator);
        match &operator.task {
            Task::Aggregate { .. } => count_by_type(planner, operator),
            Task::Distinct(_) => different_types(planner, operator),
            _ => {}
        }
    });
}

/// `count(*)`, as a whole or by type.
fn count_by_type(planner: &mut Planner<'_>, operator: &mut Operator) {
    let Task::Aggregate { keys, aggregates } = &mut operator.task else { return };
    if aggregates.is_empty() || !aggregates.iter().all(|(_, aggregate)| aggregate.call == AggregateCall::Rows)
    {
        return;
    }
    let Some(input) = operator.input.as_deref_mut() else { return };
    let Some(count) = read_off(planner, input, keys) else { return };
    for (_, aggregate) in aggregates {
        (aggregate.call, aggregate.arguments) = (AggregateCall::Total, vec![Expression::Slot(count)]);
    }
}

/// `DISTINCT type(r)`
fn different_types(planner: &mut Planner<'_>, operator: &mut Operator) {
    let Some(project) = operator.input.as_deref_mut() else { return };
    let Task::Project(items) = &mut project.task else { return };
    let Some(input) = project.input.as_deref_mut() else { return };
    read_off(planner, input, items);
}

/// Puts the numbers in the place of a pattern of which nothing but types are asked; gives where each number goes.
fn read_off(
    planner: &mut Planner<'_>,
    operator: &mut Operator,
    asked: &mut [(Slot, Expression)],
) -> Option<Slot> {
    let step = only_step(planner, operator)?.clone();
    if !asked.iter().all(|(_, item)| is_type_of(item, step.relationship)) {
        return None;
    }
    let (kind, count) = (planner.fresh(SlotKind::Value), planner.fresh(SlotKind::Value));
    asked.iter_mut().for_each(|(_, item)| *item = Expression::Slot(kind));
    let both = step.direction == Direction::Either;
    operator.task = Task::CountStore(CountStore { types: step.types, both, kind, count });
    operator.rules.push(RULE.name);
    Some(count)
}

fn is_type_of(expression: &Expression, relationship: Slot) -> bool {
    argument_of("type", expression) == Some(relationship)
}

/// The step of a pattern that is nothing but that, from any node to any.
fn only_step<'o>(planner: &mut Planner<'_>, operator: &'o Operator) -> Option<&'o PatternStep> {
    let Task::Pattern(pattern) = &operator.task else { return None };
    let PatternGraph { nodes, steps, searches, predicates, paths, bound, .. } = &**pattern;
    let [step] = steps.as_slice() else { return None };
    let free = nodes.len() == 2 && searches.is_empty() && predicates.is_empty() && paths.is_empty();
    let new = [step.from, step.relationship, step.to].iter().all(|slot| !bound.contains(*slot));
    // Without direction a loop is found once and everything else twice.
    let counted = step.direction != Direction::Either || planner.never(&step.types, Never::Loops);
    (free && new && step.length.is_none() && step.from != step.to && counted).then_some(step)
}
