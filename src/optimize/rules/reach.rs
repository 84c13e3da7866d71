//! `reach`: where only the distinct ends of a variable-length step matter, each is reached once.
//!
//! A shortest walk to a node is a trail, and so is a shortest walk back to the start along directions, so the nodes
//! that trails of 0 or 1 to `max` hops end in are those that a breadth-first search finds. Without direction a walk
//! could come back over the relationship it left by, so there the rule only holds when the start counts anyway.

use super::{Rule, When};
use crate::algebra::{Direction, FunctionRef};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "reach",
    doc: "Reaches each end of a closure once instead of by every path.",
    when: When::After(apply),
    keeps_proof: false,
};

fn apply(_planner: &mut Planner<'_>, root: &mut Operator) {
    descend(root, false, SlotSet::new(), true);
}

/// `once`: nothing above cares how often a row comes. `needed`: the slots that are read above; `all` that every slot may
/// be.
fn descend(operator: &mut Operator, once: bool, mut needed: SlotSet, mut all: bool) {
    subplans(operator);
    let mut once = once;
    match &mut operator.task {
        Task::Distinct(slots) => {
            once = true;
            if all {
                needed = SlotSet::new();
                all = false;
            }
            slots.iter().for_each(|slot| needed.insert(*slot));
        }
        Task::Aggregate { keys, aggregates } => {
            once = aggregates.iter().all(|(_, aggregate)| is_indifferent(aggregate));
            needed = SlotSet::new();
            all = false;
            keys.iter().for_each(|(_, key)| key.reads(&mut needed));
            for (_, aggregate) in aggregates {
                aggregate.arguments.iter().for_each(|argument| argument.reads(&mut needed));
            }
        }
        Task::VarExpand(expand) => {
            let short = expand.min == 0 || (expand.min == 1 && expand.direction != Direction::Either);
            let free = !all
                && !needed.contains(expand.relationships)
                && expand.others.is_empty()
                && expand.levels.is_none();
            if once && short && free {
                expand.reach = true;
                operator.rules.push(RULE.name);
            }
            operator.reads(&mut needed);
        }
        Task::Project(items) => {
            // What a projection fills is not needed from below, unless it reads it itself.
            let mut below = needed.clone();
            items.iter().for_each(|(slot, _)| below.remove(*slot));
            for (slot, item) in items.iter() {
                if all || needed.contains(*slot) {
                    item.reads(&mut below);
                }
            }
            needed = below;
            once = once && items.iter().all(|(_, item)| is_steady(item));
        }
        Task::Filter(conjuncts) => {
            once = once && conjuncts.iter().all(is_steady);
            operator.reads(&mut needed);
        }
        Task::Scan { .. }
        | Task::Expand(_)
        | Task::Intersect(_)
        | Task::Held(_)
        | Task::Unwind { .. }
        | Task::Sort(_) => {
            operator.reads(&mut needed);
        }
        Task::Optional { inner, .. } => {
            descend(inner, once, needed.clone(), all);
            operator.reads(&mut needed);
        }
        _ => {
            // Whatever counts, cuts or writes sees every row.
            once = false;
            all = true;
            if let Task::Union { branches, .. } = &mut operator.task {
                branches.iter_mut().for_each(|branch| descend(&mut branch.root, false, SlotSet::new(), true));
            }
            if let Task::Merge(merge) = &mut operator.task {
                descend(&mut merge.matching, false, SlotSet::new(), true);
            }
        }
    }
    if let Some(input) = operator.input.as_deref_mut() {
        descend(input, once, needed, all);
    }
}

/// Plans in expressions: for EXISTS one row is as good as many.
fn subplans(operator: &mut Operator) {
    operator.expressions_mut(&mut inside);
}

fn inside(expression: &mut Expression) {
    match expression {
        Expression::Exists(subplan) => descend(&mut subplan.root, true, SlotSet::new(), false),
        Expression::Count(subplan) | Expression::Collect { subplan, .. } => {
            descend(&mut subplan.root, false, SlotSet::new(), true);
        }
        other => other.operands_mut(&mut inside),
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
fn is_steady(expression: &Expression) -> bool {
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
