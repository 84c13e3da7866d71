//! `unique-key`: where every node comes once and is a key of the grouping, or one of its properties is that no two
//! nodes share, every row is a group of its own. DISTINCT of such a property is DISTINCT of the nodes, and grouping by it
//! is grouping by the nodes.

use super::{Rule, When};
use crate::algebra::{Slot, SlotKind};
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
    planner.everywhere(root, &mut distinct_by_nodes);
    // From the end of the statement down: inside of other operators nodes may come once a row.
    let mut at = Some(&mut *root);
    while let Some(operator) = at {
        if let Some(items) = ungrouped(planner, operator) {
            operator.task = Task::Project(items);
            operator.rules.push(RULE.name);
        }
        at = operator.input.as_deref_mut();
    }
    planner.everywhere(root, &mut group_by_nodes);
}

/// Rows that differ in a property that tells nodes apart are told apart by the nodes.
fn distinct_by_nodes(planner: &mut Planner<'_>, operator: &mut Operator) {
    let Task::Distinct(slots) = &operator.task else { return };
    let Some(Task::Project(items)) = operator.input.as_deref().map(|input| &input.task) else { return };
    let mut nodes = slots.clone();
    for slot in &mut nodes {
        let item = items.iter().find(|(filled, _)| filled == slot);
        if let Some(node) = item.and_then(|(_, item)| told_apart(planner, item)) {
            *slot = node;
        }
    }
    if nodes != *slots {
        operator.task = Task::Distinct(nodes);
        operator.rules.push(RULE.name);
    }
}

/// Groups by a property that tells nodes apart are groups by the nodes, whose property is read in the end.
fn group_by_nodes(planner: &mut Planner<'_>, operator: &mut Operator) {
    let Task::Aggregate { keys, .. } = &mut operator.task else { return };
    let mut items = Vec::new();
    for (slot, key) in keys {
        let Some(node) = told_apart(planner, key) else { continue };
        let group = planner.fresh(SlotKind::Node);
        let mut read = std::mem::replace(key, Expression::Slot(node));
        if let Expression::Property { subject, .. } = &mut read {
            **subject = Expression::Slot(group);
        }
        items.push((std::mem::replace(slot, group), read));
    }
    if !items.is_empty() {
        operator.rules.push(RULE.name);
        *operator = Operator::over(Task::Project(items), operator.take());
    }
}

/// The node of which an expression is a property that tells all nodes apart.
pub(super) fn told_apart(planner: &mut Planner<'_>, expression: &Expression) -> Option<Slot> {
    let Expression::Property { subject, key, .. } = expression else { return None };
    let Expression::Slot(node) = **subject else { return None };
    (planner.is_node(node) && planner.assume(Assumption::Unique(key.clone()))).then_some(node)
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
        apart = apart || told_apart(planner, key) == Some(node);
    }
    apart.then_some(items)
}

/// The node of a scan whose rows come through, each once or not at all.
pub(super) fn scanned(mut operator: &Operator) -> Option<Slot> {
    loop {
        match &operator.task {
            Task::Filter(_) | Task::Project(_) => operator = operator.input.as_deref()?,
            Task::Scan { node, .. } => {
                return operator.begins().then_some(*node);
            }
            _ => return None,
        }
    }
}
