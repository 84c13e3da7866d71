//! The pattern of a MATCH as a graph: nodes, steps between them, and predicates, in no order.

use super::expression::{Expression, Labels};
use super::plan::Shortest;
use super::slots::SlotSet;
use crate::algebra::{Direction, Slot};
use std::sync::Arc;

/// What one MATCH looks for.
#[derive(Clone, Debug, Default)]
pub struct PatternGraph {
    pub nodes: Vec<PatternNode>,
    pub steps: Vec<PatternStep>,
    pub searches: Vec<Shortest>,
    /// Label tests, property maps and what push-down brings.
    pub predicates: Vec<Predicate>,
    /// Path variables and how their paths are put together.
    pub paths: Vec<(Slot, Expression)>,
    /// The slots that the input already fills.
    pub bound: SlotSet,
    /// The only node that is asked for, where it does not matter how often a match ends there.
    pub ends: Option<Slot>,
    /// The node that its rows are grouped by.
    pub grouped: Option<Grouped>,
}

/// A node that rows are grouped by.
#[derive(Clone, Copy, Debug)]
pub struct Grouped {
    pub node: Slot,
    /// What it takes to find the group of a row that may be of any, in steps along a relationship.
    pub weight: f64,
}

#[derive(Clone, Debug)]
pub struct PatternNode {
    pub slot: Slot,
}

#[derive(Clone, Debug)]
pub struct PatternStep {
    pub from: Slot,
    pub relationship: Slot,
    pub to: Slot,
    pub types: Vec<Arc<str>>,
    /// As seen from `from`.
    pub direction: Direction,
    /// Of a variable-length step.
    pub length: Option<(u64, Option<u64>)>,
    /// Of a variable-length step: a map every relationship must agree with.
    pub properties: Option<Expression>,
}

#[derive(Clone, Debug)]
pub struct Predicate {
    pub expression: Expression,
    /// The slots it reads.
    pub needs: SlotSet,
}

impl Predicate {
    pub fn new(expression: Expression) -> Predicate {
        let needs = expression.slots();
        Predicate { expression, needs }
    }

    /// Whether it reads any of some slots.
    pub fn is_about(&self, slots: &SlotSet) -> bool {
        !self.needs.is_disjoint(slots)
    }

    /// Whether it can be tested where some slots are all there is.
    pub fn fits(&self, slots: &SlotSet) -> bool {
        self.needs.within(slots) && !self.expression.has_subplan()
    }
}

impl PatternGraph {
    /// The slots that the pattern fills.
    pub fn fills(&self, into: &mut SlotSet) {
        self.nodes.iter().for_each(|node| into.insert(node.slot));
        self.steps.iter().for_each(|step| into.insert(step.relationship));
        self.paths.iter().for_each(|(slot, _)| into.insert(*slot));
        for search in &self.searches {
            into.insert(search.relationships);
            search.path.iter().for_each(|slot| into.insert(*slot));
        }
    }

    /// Whether a node is there, be it the pattern's own or one that is known before.
    pub fn has_node(&self, slot: Slot) -> bool {
        self.bound.contains(slot) || self.nodes.iter().any(|node| node.slot == slot)
    }

    /// The labels that a node certainly has, from the predicates.
    pub fn labels_of(&self, node: Slot) -> Vec<Arc<str>> {
        let mut labels = Vec::new();
        for predicate in &self.predicates {
            if let Expression::HasLabels { subject, labels: tested, .. } = &predicate.expression
                && matches!(**subject, Expression::Slot(slot) if slot == node)
            {
                certain(tested, &mut labels);
            }
        }
        labels
    }
}

fn certain(labels: &Labels, into: &mut Vec<Arc<str>>) {
    match labels {
        Labels::Label(name) => into.push(name.clone()),
        Labels::And(parts) => parts.iter().for_each(|part| certain(part, into)),
        Labels::Any | Labels::Not(_) | Labels::Or(_) => {}
    }
}
