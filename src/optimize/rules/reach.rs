//! `reach`: where only the distinct ends of a variable-length step matter, each is reached once.
//!
//! A shortest walk to a node is a trail, and so is a shortest walk back to the start along directions, so the nodes
//! that trails of 0 or 1 to `max` hops end in are those that a breadth-first search finds. Without direction a walk
//! could come back over the relationship it left by: there the start counts anyway (0 hops), or it has to lie on a circle
//! (1), which the search notices.
//!
//! Where nothing is asked of the starts either, all of them begin one search, and no end comes twice.

use super::asked::Asked;
use super::unique_key::scanned;
use super::{Rule, When};
use crate::algebra::{Direction, FunctionRef, Slot};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Reach, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "reach",
    doc: "Reaches each end of a closure once instead of by every path.",
    when: When::Around(before, apply),
    keeps_proof: false,
};

/// Where patterns are entered may depend on what is asked of them.
fn before(planner: &mut Planner<'_>, root: &mut Operator) {
    descend(planner, root, Asked::everything());
}

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    descend(planner, root, Asked::everything());
    planner.everywhere(root, &mut |_, operator| {
        leave_to_reach(operator);
    });
}

fn descend(planner: &Planner<'_>, operator: &mut Operator, asked: Asked) {
    if planner.allowance.is_over(32) {
        return;
    }
    operator.expressions_mut(&mut |expression| inside(planner, expression));
    let below = asked.clone().below(operator);
    match &mut operator.task {
        Task::VarExpand(expand) => {
            let around = expand.min == 1 && expand.direction == Direction::Either;
            let short = expand.min <= 1 && (!around || expand.takes_all());
            let free = !asked.all
                && !asked.needed.contains(expand.relationships)
                && expand.others.is_empty()
                && expand.levels.is_none();
            if asked.once && short && free {
                let only_ends = asked.needed.iter().all(|slot| slot == expand.to);
                let from_all = only_ends && asked.alone && !expand.into && expand.takes_all();
                expand.reach = Some(if from_all { Reach::FromAll } else { Reach::FromEach });
                operator.rules.push(RULE.name);
            }
        }
        Task::Pattern(pattern) => {
            let mut filled = SlotSet::new();
            pattern.fills(&mut filled);
            let ends: Vec<Slot> = asked.needed.iter().filter(|slot| filled.contains(*slot)).collect();
            let once = asked.once && asked.alone && !asked.all;
            pattern.ends = ends.first().copied().filter(|_| once && ends.len() == 1);
        }
        Task::Optional { inner, .. } => descend(planner, inner, asked.inside()),
        Task::Union { branches, .. } => {
            branches.iter_mut().for_each(|branch| descend(planner, &mut branch.root, Asked::everything()));
        }
        Task::Merge(merge) => descend(planner, &mut merge.matching, Asked::everything().inside()),
        _ => {}
    }
    if let Some(input) = operator.input.as_deref_mut() {
        descend(planner, input, below);
    }
}

/// Where each row has its own end of a search, nothing has to tell them apart again.
fn leave_to_reach(operator: &mut Operator) {
    let Some(input) = operator.input.as_deref() else { return };
    match &mut operator.task {
        Task::Distinct(slots) if slots.iter().any(|slot| comes_once(input, *slot, slots)) => {
            *operator = operator.take_input();
        }
        Task::Aggregate { keys, aggregates } => {
            let slot = |expression: &Expression| match expression {
                Expression::Slot(slot) => Some(*slot),
                _ => None,
            };
            let keys: Vec<Slot> = keys.iter().filter_map(|(_, key)| slot(key)).collect();
            for (_, aggregate) in aggregates.iter_mut().filter(|(_, aggregate)| aggregate.distinct) {
                if let [Expression::Slot(slot)] = aggregate.arguments.as_slice() {
                    aggregate.distinct = !comes_once(input, *slot, &keys);
                }
            }
        }
        _ => {}
    }
}

/// Whether no two rows of an operator that have the same in some slots have the same node in another one.
fn comes_once(mut operator: &Operator, mut slot: Slot, same: &[Slot]) -> bool {
    let mut same = same.to_vec();
    loop {
        match &operator.task {
            Task::Project(items) => {
                let below = |slot: Slot| match items.iter().find(|(filled, _)| *filled == slot) {
                    Some((_, Expression::Slot(from))) => Some(*from),
                    Some(_) => None,
                    None => Some(slot),
                };
                match below(slot) {
                    Some(from) => slot = from,
                    None => return false,
                }
                same = same.into_iter().filter_map(below).collect();
            }
            Task::Filter(_) | Task::Sort(_) => {}
            Task::VarExpand(expand) if expand.to == slot && !expand.into => match expand.reach {
                Some(Reach::FromAll) => return true,
                Some(Reach::FromEach) => {
                    let start = operator.input.as_deref().and_then(scanned);
                    return start == Some(expand.from) && same.contains(&expand.from);
                }
                None => return false,
            },
            _ => return false,
        }
        let Some(input) = operator.input.as_deref() else { return false };
        operator = input;
    }
}

/// Plans in expressions: for EXISTS one row is as good as many.
fn inside(planner: &Planner<'_>, expression: &mut Expression) {
    match expression {
        Expression::Exists(subplan) => {
            descend(planner, &mut subplan.root, Asked::any());
        }
        Expression::Count(subplan) | Expression::Collect { subplan, .. } => {
            descend(planner, &mut subplan.root, Asked::everything().inside());
        }
        other => other.operands_mut(&mut |operand| inside(planner, operand)),
    }
}

/// Whether an aggregate gives the same however often a row comes.
pub(super) fn is_indifferent(aggregate: &Aggregate) -> bool {
    match aggregate.call {
        AggregateCall::Function(FunctionRef(function)) => {
            aggregate.distinct || ["min", "max"].iter().any(|name| function.name.eq_ignore_ascii_case(name))
        }
        AggregateCall::Rows | AggregateCall::Total => false,
    }
}

/// Whether an expression gives the same value for the same row every time.
pub(super) fn is_steady(expression: &Expression) -> bool {
    if let Expression::Call { function, arguments, .. } = expression
        && arguments.is_empty()
        && function.0.name.to_ascii_lowercase().starts_with("rand")
    {
        return false;
    }
    let mut steady = true;
    expression.operands(&mut |operand| steady = steady && is_steady(operand));
    steady
}
