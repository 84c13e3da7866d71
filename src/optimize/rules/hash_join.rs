//! `hash-join`: where something worked out of a node must equal what is known of others, as in
//! `MATCH (a:Law), (b:Decree) WHERE toLower(a.title) = toLower(b.title)`, it is worked out once for each node, and the nodes of
//! a row are looked up by it instead of every pair being tried. The condition itself is tested all the same: what is looked
//! up are nodes for which it may hold.

use super::distinct_first::is_plain;
use super::{Rule, When};
use crate::algebra::{BinaryOperator, Slot};
use crate::optimize::Planner;
use crate::optimize::cost;
use crate::optimize::expression::Expression;
use crate::optimize::pattern::PatternGraph;
use crate::optimize::plan::{Lookup, Operator};
use crate::optimize::slots::SlotSet;
use std::sync::Arc;

pub(super) const RULE: Rule = Rule {
    name: "hash-join",
    doc: "Looks nodes up by a computed value, or by several values, that must equal what is known.",
    when: When::Arranging,
    keeps_proof: true,
};

/// For fewer rows all nodes are looked at faster than something is worked out of each and kept.
const FEW: f64 = 8.0;

/// How the nodes of a slot can be looked up by what is known, if they can.
pub(super) fn lookup(
    planner: &Planner<'_>,
    pattern: &PatternGraph,
    node: Slot,
    label: Option<&Arc<str>>,
    bound: &SlotSet,
) -> Option<Lookup> {
    if !planner.allows(RULE.name) || planner.writes {
        return None;
    }
    let pairs = pattern.predicates.iter().filter_map(|predicate| pair(&predicate.expression, node, bound));
    let pairs: Vec<(Expression, Expression)> = pairs.collect();
    (!pairs.is_empty()).then(|| Lookup { label: label.cloned(), pairs })
}

/// The sides of an equality, where one depends on the node alone and the other on what is known.
fn pair(condition: &Expression, node: Slot, bound: &SlotSet) -> Option<(Expression, Expression)> {
    let Expression::Binary { operator: BinaryOperator::Equal, left, right, .. } = condition else {
        return None;
    };
    let own: SlotSet = [node].into_iter().collect();
    [(left, right), (right, left)].into_iter().find_map(|(of_node, known)| {
        let (of_slots, known_slots) = (of_node.slots(), known.slots());
        let fits = of_slots.contains(node) && of_slots.within(&own);
        let is_known = !known_slots.is_empty() && known_slots.within(bound) && !known_slots.contains(node);
        (fits && is_known && is_plain(of_node) && is_plain(known))
            .then(|| ((**of_node).clone(), (**known).clone()))
    })
}

/// Whether enough rows are to be expected for something to be worked out of each node: those of an operator, or of the one
/// around its plan.
pub(in crate::optimize) fn is_worth_it(planner: &Planner<'_>, lookup: &Lookup, rows: &mut Operator) -> bool {
    let mut filled = SlotSet::new();
    rows.references(&mut filled);
    let from_around = lookup.pairs.iter().any(|(_, known)| !known.slots().within(&filled));
    from_around || cost::estimate(planner.graph, rows, 1.0) >= FEW
}
