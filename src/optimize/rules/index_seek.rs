//! `index-seek`: a node with a label and a property that must equal a known value is looked up, not searched.

use super::{Rule, When, hash_join};
use crate::algebra::{BinaryOperator, Slot};
use crate::optimize::Planner;
use crate::optimize::cost;
use crate::optimize::expression::Expression;
use crate::optimize::pattern::{PatternGraph, Predicate};
use crate::optimize::plan::{Access, Lookup};
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
    let equal = |predicate: &Predicate| equality(&predicate.expression, node, bound);
    // Whether a property tells nodes apart.
    let telling = |key: &str| {
        let (nodes, key) = (graph.node_count(), graph.key(key));
        key.is_none_or(|key| graph.distinct(key) * SHARED >= nodes)
    };
    let Some(label) = rarest else {
        // Without a label the property must do so, or the look-up finds too much.
        let found = pattern.predicates.iter().filter_map(equal).find(|(key, _)| telling(key));
        let found = found.filter(|_| planner.allows(RULE.name));
        return match (found, hash_join::lookup(planner, pattern, node, None, bound)) {
            (Some((key, value)), _) => (Access::Any { key, value }, 1.5, Some(RULE.name)),
            (None, Some(lookup)) => looked_up(lookup, graph.node_count()),
            (None, None) => (Access::All, graph.node_count() as f64, None),
        };
    };
    let nodes = count(label);
    let seek = pattern.predicates.iter().find_map(equal).filter(|_| planner.allows(RULE.name));
    let lookup = hash_join::lookup(planner, pattern, node, Some(label), bound);
    let tells_more =
        |lookup: &Lookup| seek.as_ref().is_none_or(|(key, _)| lookup.pairs.len() > 1 && !telling(key));
    match (lookup.filter(tells_more), seek) {
        (Some(lookup), _) => looked_up(lookup, nodes),
        (None, Some((key, value))) => {
            let seek = Access::Seek { label: label.clone(), key, value };
            (seek, (nodes as f64).clamp(0.0, 1.5), Some(RULE.name))
        }
        (None, None) => (Access::Label(label.clone()), nodes as f64, None),
    }
}

fn looked_up(lookup: Lookup, nodes: usize) -> (Access, f64, Option<&'static str>) {
    (Access::Lookup(Box::new(lookup)), cost::looked_up(nodes), Some(hash_join::RULE.name))
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
