//! `counted-lists`: a list of which nothing but its size is asked is not made. `collect(x)` becomes `count(x)`, and
//! `size(COLLECT { … })` and `size([ (a)-->(b) | b ])` become `COUNT { … }`.
//!
//! A list goes from name to name until somebody looks at it: it is counted only if nobody ever does.

use super::late_projection::is_sure;
use super::uses_of_lists::{Uses, lists_of, size_of};
use super::{Rule, When};
use crate::algebra::FunctionRef;
use crate::functions;
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, Subplan};
use crate::optimize::plan::{AggregateCall, Operator, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "counted-lists",
    doc: "Counts what a list would have instead of making it, where only its size is asked.",
    when: When::Before(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    let mut lists = false;
    planner.everywhere(root, &mut |planner, operator| {
        lists |= lists_of(operator).next().is_some();
        let mut used = false;
        operator.expressions_mut(&mut |expression| used |= count_subplans(planner, expression));
        if used {
            operator.rules.push(RULE.name);
        }
    });
    if !lists {
        return;
    }
    let counted = Uses::of(planner, root).counted();
    let count = functions::find("count").filter(|_| !counted.is_empty());
    let Some(count) = count else { return };
    planner.everywhere(root, &mut |_, operator| {
        if let Task::Aggregate { aggregates, .. } = &mut operator.task {
            for (_, aggregate) in aggregates.iter_mut().filter(|(slot, _)| counted.contains(*slot)) {
                aggregate.call = AggregateCall::Function(FunctionRef(count));
                operator.rules.push(RULE.name);
            }
            operator.rules.dedup();
        }
        operator.expressions_mut(&mut |expression| read_counts(expression, &counted));
    });
}

fn read_counts(expression: &mut Expression, counted: &SlotSet) {
    match size_of(expression).filter(|slot| counted.contains(*slot)) {
        Some(slot) => *expression = Expression::Slot(slot),
        None => expression.operands_mut(&mut |operand| read_counts(operand, counted)),
    }
}

/// Turns sizes of lists that subplans would make into counts of their rows.
fn count_subplans(planner: &mut Planner<'_>, expression: &mut Expression) -> bool {
    let mut used = false;
    expression.operands_mut(&mut |operand| used |= count_subplans(planner, operand));
    let Expression::Call { function, arguments, .. } = expression else { return used };
    if function.0.name != "size" {
        return used;
    }
    let [Expression::Collect { subplan, first: false, .. }] = arguments.as_mut_slice() else { return used };
    let Some(rows) = rows_of(planner, &subplan.root) else { return used };
    let counted = Subplan { root: rows.clone(), outer: subplan.outer.clone(), row: subplan.row };
    *expression = Expression::Count(Box::new(counted));
    true
}

/// The rows without what is computed of each in the end; nothing where that can fail, for it has to.
fn rows_of<'o>(planner: &mut Planner<'_>, mut root: &'o Operator) -> Option<&'o Operator> {
    while let Task::Project(items) = &root.task {
        if !items.iter().all(|(_, item)| is_sure(planner, item)) {
            return None;
        }
        root = root.input.as_deref()?;
    }
    Some(root)
}
