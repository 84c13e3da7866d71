//! `unique-key`: where every node comes once and is a key of the grouping, or one of its properties is that no two
//! nodes share, every row is a group of its own. DISTINCT of such a property is DISTINCT of the nodes.

use super::{Rule, When};
use crate::algebra::Slot;
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{AggregateCall, Assumption, Operator, Task};
use crate::value::Value;

pub(super) const RULE: Rule = Rule {
    name: "unique-key",
    doc: "Leaves out a grouping whose keys tell all rows apart; tells rows apart by nodes instead of their unique keys.",
    when: When::After(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut by_nodes);
    // From the end of the statement down: inside of other operators nodes may come once a row.
    let mut at = Some(root);
    while let Some(operator) = at {
        if let Some(items) = ungrouped(planner, operator) {
            operator.task = Task::Project(items);
            operator.rules.push(RULE.name);
        }
        at = operator.input.as_deref_mut();
    }
}

/// Rows that differ in a property that tells nodes apart are told apart by the nodes.
fn by_nodes(planner: &mut Planner<'_>, operator: &mut Operator) {
    let Task::Distinct(slots) = &operator.task else { return };
    let Some(Task::Project(items)) = operator.input.as_deref().map(|input| &input.task) else { return };
    let mut nodes = slots.clone();
    for slot in &mut nodes {
        let item = items.iter().find(|(filled, _)| filled == slot);
        if let Some((_, Expression::Property { subject, key, .. })) = item
            && let Expression::Slot(node) = **subject
            && planner.is_node(node)
            && planner.assume(Assumption::Unique(key.clone()))
        {
            *slot = node;
        }
    }
    if nodes != *slots {
        operator.task = Task::Distinct(nodes);
        operator.rules.push(RULE.name);
    }
}

/// What a grouping computes for each row, if every row is a group.
fn ungrouped(planner: &mut Planner<'_>, operator: &Operator) -> Option<Vec<(Slot, Expression)>> {
    let Task::Aggregate { keys, aggregates } = &operator.task else { return None };
    let node = scanned(operator.input.as_deref()?)?;
    let mut items = keys.clone();
    for (slot, aggregate) in aggregates {
        let value = match (aggregate.call, aggregate.arguments.as_slice()) {
            (AggregateCall::Rows, []) => Expression::Constant(Value::Integer(1)),
            (AggregateCall::Total, [total]) if !aggregate.distinct => total.clone(),
            _ => return None,
        };
        items.push((*slot, value));
    }
    let mut apart = keys.iter().any(|(_, key)| matches!(key, Expression::Slot(slot) if *slot == node));
    for (_, key) in keys {
        apart = apart
            || match key {
                Expression::Property { subject, key, .. } => {
                    matches!(**subject, Expression::Slot(slot) if slot == node)
                        && planner.assume(Assumption::Unique(key.clone()))
                }
                _ => false,
            };
    }
    apart.then_some(items)
}

/// The node of a scan whose rows come through, each once or not at all.
fn scanned(mut operator: &Operator) -> Option<Slot> {
    loop {
        match &operator.task {
            Task::Filter(_) | Task::Project(_) => operator = operator.input.as_deref()?,
            Task::Scan { node, .. } => {
                return matches!(operator.input.as_deref()?.task, Task::Argument).then_some(*node);
            }
            _ => return None,
        }
    }
}
