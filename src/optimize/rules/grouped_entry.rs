//! `grouped-entry`: a pattern whose rows are grouped by one of its nodes is entered at that node, if that is no more work:
//! the rows of a group then follow one another, and no group has rows of two workers.

use super::unique_key::told_apart;
use super::{Rule, When};
use crate::algebra::{FunctionRef, Slot};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::pattern::{Grouped, PatternGraph};
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "grouped-entry",
    doc: "Enters a pattern at the node that its rows are grouped by, where to group them otherwise is more work.",
    when: When::Before(apply),
    // What a group rests on is told in the order in which the pattern is written.
    keeps_proof: false,
};

/// What it takes to find the group of a row that may be of any, in steps along a relationship.
pub(super) const LIGHT: f64 = 2.0;

/// The same where values are kept by group.
const HEAVY: f64 = 12.0;

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        let Task::Aggregate { keys, aggregates } = &operator.task else { return };
        let heavy = aggregates.iter().any(|(_, aggregate)| keeps_values(aggregate));
        let keys: Vec<Expression> = keys.iter().map(|(_, key)| key.clone()).collect();
        let Some(input) = operator.input.as_deref_mut() else { return };
        for key in keys {
            let node = match key {
                Expression::Slot(slot) => Some(slot),
                key => told_apart(planner, &key),
            };
            if let Some(node) = node {
                mark(planner, input, node, if heavy { HEAVY } else { LIGHT });
            }
        }
    });
}

/// Whether finding a group means to add to what is kept of it.
fn keeps_values(aggregate: &Aggregate) -> bool {
    match aggregate.call {
        AggregateCall::Rows | AggregateCall::Total => false,
        AggregateCall::Function(FunctionRef(function)) => {
            aggregate.distinct || !matches!(function.name, "count" | "sum" | "min" | "max" | "avg")
        }
    }
}

/// Tells the pattern that begins the rows of an operator what they are grouped by.
pub(super) fn mark(planner: &Planner<'_>, operator: &mut Operator, node: Slot, weight: f64) {
    if let Some((pattern, node)) = pattern_of(planner, operator, node) {
        pattern.grouped = Some(Grouped { node, weight });
    }
}

/// The pattern that begins the rows of an operator, if one of its nodes is what a slot of the rows holds; as which it knows
/// that node.
pub(super) fn pattern_of<'o>(
    planner: &Planner<'_>,
    operator: &'o mut Operator,
    mut node: Slot,
) -> Option<(&'o mut PatternGraph, Slot)> {
    let mut at = operator;
    loop {
        match &at.task {
            Task::Filter(_) => {}
            Task::Project(items) => {
                if let Some((_, item)) = items.iter().find(|(slot, _)| *slot == node) {
                    let Expression::Slot(inner) = item else { return None };
                    node = *inner;
                }
            }
            Task::Pattern(_) => break,
            _ => return None,
        }
        at = at.input.as_deref_mut()?;
    }
    let begins = at.begins();
    let Task::Pattern(pattern) = &mut at.task else { return None };
    let is_node = pattern.nodes.iter().any(|own| own.slot == node);
    (begins && is_node && pattern.bound.is_empty() && planner.is_node(node)).then_some((pattern, node))
}
