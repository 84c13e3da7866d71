//! `grouped-entry`: a pattern whose rows are grouped by one of its nodes is entered at that node, if that is no more work:
//! the rows of a group then follow one another, and no group has rows of two workers.

use super::unique_key::told_apart;
use super::{Rule, When};
use crate::algebra::{FunctionRef, Slot};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::pattern::Grouped;
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Task};

pub(super) const RULE: Rule = Rule {
    name: "grouped-entry",
    doc: "Enters a pattern at the node that its rows are grouped by, where to group them otherwise is more work.",
    when: When::Before(apply),
    // What a group rests on is told in the order in which the pattern is written.
    keeps_proof: false,
};

/// What it takes to find the group of a row that may be of any, in steps along a relationship.
const LIGHT: f64 = 2.0;

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
fn mark(planner: &Planner<'_>, operator: &mut Operator, node: Slot, weight: f64) {
    let mut node = node;
    let mut at = operator;
    loop {
        match &mut at.task {
            Task::Filter(_) => {}
            Task::Project(items) => {
                if let Some((_, item)) = items.iter().find(|(slot, _)| *slot == node) {
                    let Expression::Slot(inner) = item else { return };
                    node = *inner;
                }
            }
            Task::Pattern(pattern) => {
                let begins = at.input.as_deref().is_some_and(|input| matches!(input.task, Task::Argument));
                let is_node = pattern.nodes.iter().any(|own| own.slot == node);
                if begins && is_node && pattern.bound.is_empty() && planner.is_node(node) {
                    pattern.grouped = Some(Grouped { node, weight });
                }
                return;
            }
            _ => return,
        }
        let Some(input) = at.input.as_deref_mut() else { return };
        at = input;
    }
}
