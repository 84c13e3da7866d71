//! `kind-tests`: what WHERE asks of the type of a relationship or of the labels of a node is taken for the pattern's own
//! types and labels.

use super::{Rule, When, argument_of};
use crate::algebra::{BinaryOperator, Slot};
use crate::base::Span;
use crate::optimize::Planner;
use crate::optimize::expression::{Expression, Labels};
use crate::optimize::pattern::{PatternGraph, PatternStep, Predicate};
use crate::optimize::plan::{Operator, Task};
use crate::value::Value;
use rustc_hash::FxHashSet;
use std::sync::Arc;

pub(super) const RULE: Rule = Rule {
    name: "kind-tests",
    doc: "Takes tests of `type(r)` and `labels(n)` for types and labels of the pattern.",
    when: When::Before(apply),
    keeps_proof: true,
};

fn apply(planner: &mut Planner<'_>, root: &mut Operator) {
    planner.everywhere(root, &mut |_, operator| {
        let Task::Pattern(pattern) = &mut operator.task else { return };
        if take_types(pattern) | take_labels(pattern) {
            operator.rules.push(RULE.name);
        }
    });
}

/// Whether any step has fewer types for it.
fn take_types(pattern: &mut PatternGraph) -> bool {
    let before = pattern.predicates.len();
    let PatternGraph { steps, predicates, bound, .. } = pattern;
    predicates.retain(|predicate| {
        let Some((relationship, asked)) = types(&predicate.expression) else { return true };
        let is_it = |step: &&mut PatternStep| step.relationship == relationship && step.length.is_none();
        let Some(step) = steps.iter_mut().find(is_it).filter(|_| !bound.contains(relationship)) else {
            return true;
        };
        let mut left: Vec<Arc<str>> = match step.types.is_empty() {
            true => asked,
            false => step.types.iter().filter(|kind| asked.contains(kind)).cloned().collect(),
        };
        // Each is walked once, however often it is asked for.
        let mut seen = FxHashSet::default();
        left.retain(|kind| seen.insert(kind.clone()));
        // None of them would stand for all.
        if left.is_empty() {
            return true;
        }
        step.types = left;
        false
    });
    pattern.predicates.len() < before
}

/// Whether any node has a label for it.
fn take_labels(pattern: &mut PatternGraph) -> bool {
    let PatternGraph { nodes, predicates, .. } = pattern;
    let mut taken = false;
    for predicate in predicates {
        if let Some((node, label, span)) = label(&predicate.expression)
            && nodes.iter().any(|known| known.slot == node)
        {
            let (subject, labels) = (Box::new(Expression::Slot(node)), Labels::Label(label));
            *predicate = Predicate::new(Expression::HasLabels { subject, labels, span });
            taken = true;
        }
    }
    taken
}

/// The relationship that a condition asks to be of one of some types.
fn types(condition: &Expression) -> Option<(Slot, Vec<Arc<str>>)> {
    match condition {
        Expression::Binary { operator: BinaryOperator::Equal, left, right, .. } => {
            let relationship = argument_of("type", left).or_else(|| argument_of("type", right))?;
            Some((relationship, vec![name(left).or_else(|| name(right))?]))
        }
        Expression::Binary { operator: BinaryOperator::In, left, right, .. } => {
            Some((argument_of("type", left)?, names(right)?))
        }
        Expression::HasLabels { subject, labels, .. } => {
            let Expression::Slot(slot) = **subject else { return None };
            Some((slot, any_of(labels)?))
        }
        Expression::Or(parts) => {
            let mut parts = parts.iter().map(types);
            let (slot, mut all) = parts.next()??;
            for part in parts {
                let (_, more) = part.filter(|(other, _)| *other == slot)?;
                all.extend(more);
            }
            Some((slot, all))
        }
        _ => None,
    }
}

/// The node that a condition asks to have a label.
fn label(condition: &Expression) -> Option<(Slot, Arc<str>, Span)> {
    match condition {
        Expression::Binary { operator: BinaryOperator::In, left, right, span } => {
            Some((argument_of("labels", right)?, name(left)?, *span))
        }
        _ => None,
    }
}

fn name(expression: &Expression) -> Option<Arc<str>> {
    match expression {
        Expression::Constant(value) => text(value),
        _ => None,
    }
}

fn text(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn names(list: &Expression) -> Option<Vec<Arc<str>>> {
    match list {
        Expression::List(items) => items.iter().map(name).collect(),
        Expression::Constant(Value::List(items)) => items.iter().map(text).collect(),
        _ => None,
    }
}

/// The types of which a relationship has one, as it has no more.
fn any_of(labels: &Labels) -> Option<Vec<Arc<str>>> {
    match labels {
        Labels::Label(name) => Some(vec![name.clone()]),
        Labels::Or(parts) => {
            let parts = parts.iter().map(any_of).collect::<Option<Vec<Vec<Arc<str>>>>>()?;
            Some(parts.concat())
        }
        Labels::Any | Labels::Not(_) | Labels::And(_) => None,
    }
}
