//! `distinct-first`: where different values are added up that have to be worked out, as in `count(DISTINCT date.year)`, rows
//! are made different first, by the keys and by the value. To tell rows apart is what groups do fast, and what several
//! workers share.
//!
//! Where all that is asked of rows, each once, depends on one node that a pattern comes to again and again, rows are made
//! different by it before anything is read or worked out.

use super::reach::{is_indifferent, is_steady};
use super::unique_key::scanned;
use super::{Rule, When};
use crate::algebra::{Slot, SlotKind};
use crate::optimize::Planner;
use crate::optimize::cost;
use crate::optimize::expression::Expression;
use crate::optimize::plan::{AggregateCall, Operator, Reach, Task};
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "distinct-first",
    doc: "Makes rows different by what they depend on before what is asked of each once is worked out.",
    when: When::After(apply),
    keeps_proof: false,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |planner, operator| {
        let Some(value) = value_of(operator) else { return };
        let input = operator.take_input();
        let Task::Aggregate { keys, aggregates } = &mut operator.task else { return };
        let (mut items, mut different) = (Vec::new(), Vec::new());
        for (_, key) in keys {
            let slot = match key {
                Expression::Slot(slot) => *slot,
                _ => {
                    let slot = planner.fresh(SlotKind::Value);
                    items.push((slot, std::mem::replace(key, Expression::Slot(slot))));
                    slot
                }
            };
            if !different.contains(&slot) {
                different.push(slot);
            }
        }
        let slot = planner.fresh(SlotKind::Value);
        for (_, aggregate) in aggregates {
            (aggregate.distinct, aggregate.arguments) = (false, vec![Expression::Slot(slot)]);
        }
        items.push((slot, value));
        different.push(slot);
        let rows = Operator::over(Task::Project(items), input);
        let rows = Operator::over(Task::Distinct(different), rows);
        operator.input = Some(Box::new(Operator { rules: vec![RULE.name], ..rows }));
    });
    planner.everywhere(root, &mut by_the_only_node);
}

/// Makes rows different by the only node that all depends on, right above the pattern that finds it.
fn by_the_only_node(planner: &mut Planner<'_>, operator: &mut Operator) {
    let Some(mut needed) = needed_once(operator) else { return };
    if planner.writes || tells_nodes_apart(planner, operator) {
        return;
    }
    let mut depth = 0;
    let mut found = None;
    let mut at = operator.input.as_deref();
    while let Some(below) = at {
        if let Some(node) = only_node(planner, &needed) {
            found = Some((depth, node));
        }
        match &below.task {
            Task::Filter(conjuncts) if conjuncts.iter().all(is_plain) => below.reads(&mut needed),
            Task::Project(items) if items.iter().all(|(_, item)| is_plain(item)) => {
                let read = items.iter().filter(|(slot, _)| needed.contains(*slot));
                let read: Vec<&Expression> = read.map(|(_, item)| item).collect();
                items.iter().for_each(|(slot, _)| needed.remove(*slot));
                read.iter().for_each(|item| item.reads(&mut needed));
            }
            _ => break,
        }
        depth += 1;
        at = below.input.as_deref();
    }
    let Some((depth, node)) = found else { return };
    let mut at = operator;
    for _ in 0..depth {
        let Some(input) = at.input.as_deref_mut() else { return };
        at = input;
    }
    let Some(input) = at.input.as_deref_mut().filter(|input| comes_again(input, node)) else { return };
    if cost::estimate(planner.graph, input, 1.0) * 2.0 >= planner.graph.node_count() as f64 {
        let rows = Operator::over(Task::Distinct(vec![node]), input.take());
        *input = Operator { rules: vec![RULE.name], ..rows };
    }
}

/// The slots that are read of rows of which the same ones may come once or often.
fn needed_once(operator: &Operator) -> Option<SlotSet> {
    let mut needed = SlotSet::new();
    match &operator.task {
        Task::Distinct(slots) => slots.iter().for_each(|slot| needed.insert(*slot)),
        Task::Aggregate { keys, aggregates } => {
            let once = aggregates.iter().all(|(_, aggregate)| is_indifferent(aggregate));
            let arguments = || aggregates.iter().flat_map(|(_, aggregate)| &aggregate.arguments);
            if !once || !keys.iter().map(|(_, key)| key).chain(arguments()).all(is_plain) {
                return None;
            }
            keys.iter().for_each(|(_, key)| key.reads(&mut needed));
            arguments().for_each(|argument| argument.reads(&mut needed));
        }
        _ => return None,
    }
    Some(needed)
}

/// The node that is all that is needed.
pub(super) fn only_node(planner: &Planner<'_>, needed: &SlotSet) -> Option<Slot> {
    let mut slots = needed.iter();
    slots.next().filter(|node| slots.next().is_none() && planner.is_node(*node))
}

/// Whether an operator does that itself: nodes are all that it asks for.
fn tells_nodes_apart(planner: &Planner<'_>, operator: &Operator) -> bool {
    let is_node =
        |expression: &Expression| matches!(expression, Expression::Slot(slot) if planner.is_node(*slot));
    match &operator.task {
        Task::Distinct(slots) => slots.iter().all(|slot| planner.is_node(*slot)),
        Task::Aggregate { keys, aggregates } => {
            keys.iter().all(|(_, key)| is_node(key))
                && aggregates.iter().all(|(_, aggregate)| aggregate.arguments.iter().all(is_node))
        }
        _ => false,
    }
}

/// Whether a pattern ends there that may come to the same node in many rows.
pub(super) fn comes_again(mut operator: &Operator, node: Slot) -> bool {
    if scanned(operator) == Some(node) {
        return false;
    }
    loop {
        match &operator.task {
            Task::Filter(_) | Task::Project(_) => {}
            Task::VarExpand(expand) => return expand.reach != Some(Reach::FromAll) || expand.to != node,
            Task::Expand(_) | Task::Intersect(_) | Task::Held(_) => return true,
            _ => return false,
        }
        let Some(input) = operator.input.as_deref() else { return false };
        operator = input;
    }
}

/// Whether an expression gives the same for the same rows, and looks at nothing else.
pub(super) fn is_plain(expression: &Expression) -> bool {
    is_steady(expression) && !expression.has_subplan()
}

/// The computed value of which each different one is taken once, where that is all that is added up.
fn value_of(operator: &Operator) -> Option<Expression> {
    let Task::Aggregate { aggregates, .. } = &operator.task else { return None };
    let [(_, aggregate)] = aggregates.as_slice() else { return None };
    match (aggregate.call, aggregate.arguments.as_slice()) {
        (AggregateCall::Function(_), [value]) if aggregate.distinct && !value.is_read() => {
            Some(value.clone())
        }
        _ => None,
    }
}
