//! `group-first`: rows that are grouped by what is worked out or read of one node are grouped by the node first, where it
//! comes again and again and its groups are nearly as many as the nodes. What is found of each node is then put together by
//! the keys, which are worked out once a node and not once a row.

use super::distinct_first::is_plain;
use super::grouped_entry::{LIGHT, mark, pattern_of};
use super::unique_key::told_apart;
use super::{Rule, When, access};
use crate::algebra::{FunctionRef, Slot, SlotKind};
use crate::graph::columns::Column;
use crate::optimize::arrange::arrange;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{Aggregate, AggregateCall, Operator, Task};
use crate::optimize::slots::SlotSet;
use crate::optimize::{Planner, cost};

pub(super) const RULE: Rule = Rule {
    name: "group-first",
    doc: "Groups rows by the node that their keys depend on before they are grouped by the keys.",
    when: When::Before(apply),
    keeps_proof: false,
};

/// A node comes in so many rows.
const AGAIN: f64 = 3.0;

/// There is one group at least for so many nodes.
const FEW: usize = 4;

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        let Some(calls) = calls_above(planner, operator) else { return };
        let Some(node) = only_node_of_keys(planner, operator) else { return };
        let Task::Aggregate { keys, aggregates } = &operator.task else { return };
        let group = planner.fresh(SlotKind::Node);
        let mut above = Vec::with_capacity(keys.len());
        for (slot, key) in keys {
            let mut key = key.clone();
            rename(&mut key, node, group);
            if key.slots().contains(node) {
                return;
            }
            above.push((*slot, key));
        }
        let (mut found, mut together) = (Vec::new(), Vec::new());
        for ((slot, aggregate), call) in aggregates.iter().zip(calls) {
            let part = planner.fresh(SlotKind::Value);
            let arguments = vec![Expression::Slot(part)];
            let span = aggregate.span;
            found.push((part, aggregate.clone()));
            together.push((*slot, Aggregate { call, distinct: false, arguments, first: None, span }));
        }
        let by_node = Task::Aggregate { keys: vec![(group, Expression::Slot(node))], aggregates: found };
        let input = operator.take_input();
        operator.input = Some(Box::new(Operator::over(by_node, input)));
        operator.task = Task::Aggregate { keys: above, aggregates: together };
        operator.rules.push(RULE.name);
    });
}

/// What puts together what each aggregate gave of the rows of a node, where there are some and all can be.
fn calls_above(planner: &Planner<'_>, operator: &Operator) -> Option<Vec<AggregateCall>> {
    let Task::Aggregate { aggregates, .. } = &operator.task else { return None };
    let calls = aggregates.iter().map(|(_, aggregate)| put_together(planner, aggregate));
    calls.collect::<Option<Vec<_>>>().filter(|calls| !calls.is_empty())
}

/// The node that the keys of a grouping depend on and that comes more often than there are groups.
fn only_node_of_keys(planner: &mut Planner<'_>, operator: &mut Operator) -> Option<Slot> {
    let Task::Aggregate { keys, .. } = &operator.task else { return None };
    if planner.writes || keys.is_empty() {
        return None;
    }
    let keys: Vec<Expression> = keys.iter().map(|(_, key)| key.clone()).collect();
    let mut needed = SlotSet::new();
    keys.iter().for_each(|key| key.reads(&mut needed));
    let mut slots = needed.iter();
    let node = slots.next().filter(|node| slots.next().is_none() && planner.is_node(*node))?;
    let mut is_node = |key: &Expression| {
        // Such keys are groups by the node already.
        matches!(key, Expression::Slot(_)) || told_apart(planner, key).is_some()
    };
    if keys.iter().any(&mut is_node) || !keys.iter().all(is_plain) {
        return None;
    }
    let input = operator.input.as_deref_mut()?;
    let (pattern, own) = pattern_of(planner, input, node)?;
    let nodes = access(planner, pattern, own, &SlotSet::new()).1;
    let groups = keys.iter().map(|key| different(planner, key)).max()?;
    if ((groups * FEW) as f64) < nodes {
        return None;
    }
    let mut rows = input.clone();
    if planner.allows("grouped-entry") {
        mark(planner, &mut rows, node, LIGHT);
    }
    planner.everywhere(&mut rows, &mut |planner, operator| arrange(planner, operator));
    // Where rows of a node do not follow each other, to group them takes as long as to group them by the keys.
    let follow = entered_at(&rows) == Some(own);
    (follow && cost::estimate(planner.graph, &mut rows, 1.0) >= nodes * AGAIN).then_some(node)
}

/// The node at which a chain of operators begins.
fn entered_at(operator: &Operator) -> Option<Slot> {
    match &operator.task {
        Task::Scan { node, .. } => Some(*node),
        _ => entered_at(operator.input.as_deref()?),
    }
}

/// How many different texts the properties have that an expression reads.
fn different(planner: &Planner<'_>, expression: &Expression) -> usize {
    let texts = column(planner, expression).filter(|column| column.is_coded());
    let mut most = texts.map_or(0, Column::distinct);
    expression.operands(&mut |operand| most = most.max(different(planner, operand)));
    most
}

/// The stored property that an expression is.
fn column<'g>(planner: &Planner<'g>, expression: &Expression) -> Option<&'g Column> {
    let Expression::Property { subject, key, .. } = expression else { return None };
    let is_node = matches!(**subject, Expression::Slot(slot) if planner.is_node(slot));
    planner.graph.node_column(planner.graph.key(key)?).filter(|_| is_node)
}

/// What puts together what an aggregate gave of some rows, where the rows of all of them give the same.
fn put_together(planner: &Planner<'_>, aggregate: &Aggregate) -> Option<AggregateCall> {
    let AggregateCall::Function(FunctionRef(function)) = aggregate.call else {
        return Some(AggregateCall::Total);
    };
    if aggregate.distinct || !aggregate.arguments.iter().all(is_plain) {
        return None;
    }
    match function.name {
        "count" => Some(AggregateCall::Total),
        // Which of two texts comes first is found no faster by node.
        "min" | "max" if !aggregate.arguments.iter().any(|argument| reads_text(planner, argument)) => {
            Some(aggregate.call)
        }
        _ => None,
    }
}

fn reads_text(planner: &Planner<'_>, expression: &Expression) -> bool {
    let mut text = column(planner, expression).is_some_and(Column::is_coded);
    expression.operands(&mut |operand| text |= reads_text(planner, operand));
    text
}

fn rename(expression: &mut Expression, from: Slot, to: Slot) {
    match expression {
        Expression::Slot(slot) if *slot == from => *slot = to,
        _ => expression.operands_mut(&mut |operand| rename(operand, from, to)),
    }
}
