//! `index-seek`: a node with a label and a property that must equal a known value is looked up, not searched.

use super::{Rule, When};
use crate::algebra::{BinaryOperator, Slot};
use crate::optimize::Planner;
use crate::optimize::expression::Expression;
use crate::optimize::pattern::{PatternGraph, Predicate};
use crate::optimize::plan::Access;
use crate::optimize::slots::SlotSet;

pub(super) const RULE: Rule = Rule {
    name: "index-seek",
    doc: "Looks nodes up by label and property instead of scanning.",
    when: When::Arranging,
    keeps_proof: true,
};

/// Nodes that may have the same value of a property, on average, for a look-up without a label to be worth it.
const SHARED: usize = 64;

/// The cheapest way to the nodes of a slot, and what it finds, estimated.
pub(in crate::optimize) fn access(
    planner: &Planner<'_>,
    pattern: &PatternGraph,
    node: Slot,
    bound: &SlotSet,
) -> (Access, f64, Option<&'static str>) {
    let labels = pattern.labels_of(node);
    let graph = planner.graph;
    let count = |name: &str| graph.label(name).map_or(0, |label| graph.count_with(label));
    let rarest = labels.iter().min_by_key(|name| count(name));
    let Some(label) = rarest else {
        let equal = |predicate: &Predicate| equality(&predicate.expression, node, bound);
        // Without a label the property must be one that tells nodes apart, or the look-up finds too much.
        let telling = |key: &str| {
            let (nodes, key) = (graph.node_count(), graph.key(key));
            key.is_none_or(|key| graph.distinct(key) * SHARED >= nodes)
        };
        let found = pattern.predicates.iter().filter_map(equal).find(|(key, _)| telling(key));
        return match found.filter(|_| planner.allows(RULE.name)) {
            Some((key, value)) => (Access::Any { key, value }, 1.5, Some(RULE.name)),
            None => (Access::All, graph.node_count() as f64, None),
        };
    };
    if planner.allows(RULE.name) {
        for predicate in &pattern.predicates {
            if let Some((key, value)) = equality(&predicate.expression, node, bound) {
                let seek = Access::Seek { label: label.clone(), key, value };
                return (seek, (count(label) as f64).clamp(0.0, 1.5), Some(RULE.name));
            }
        }
    }
    (Access::Label(label.clone()), count(label) as f64, None)
}

/// `node.key = value`, either way round, where the value is known before the node is.
fn equality(
    expression: &Expression,
    node: Slot,
    bound: &SlotSet,
) -> Option<(std::sync::Arc<str>, Expression)> {
    let Expression::Binary { operator: BinaryOperator::Equal, left, right, .. } = expression else {
        return None;
    };
    for (property, value) in [(left, right), (right, left)] {
        if let Expression::Property { subject, key, .. } = &**property
            && matches!(**subject, Expression::Slot(slot) if slot == node)
            && value.slots().within(bound)
            && !value.has_subplan()
        {
            return Some((key.clone(), (**value).clone()));
        }
    }
    None
}
