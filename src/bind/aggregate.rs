//! Which expressions aggregate.

use crate::algebra::{Expression, Named, Node};
use crate::functions::{self, Body};

/// Whether an expression contains an aggregate of the query that it stands in.
pub(super) fn aggregates(expression: &Expression<Named>) -> bool {
    match &expression.node {
        Node::CountAll => true,
        Node::Call { function, arguments, .. } => {
            is_aggregate(&function.name) || arguments.iter().any(aggregates)
        }
        node => children(node).into_iter().any(aggregates),
    }
}

pub(super) fn is_aggregate(name: &str) -> bool {
    functions::find(name).is_some_and(|function| matches!(function.body, Body::Aggregate(_)))
}

/// Whether an expression is a variable or a property of one: only these may stand beside an aggregate.
pub(super) fn is_simple(expression: &Expression<Named>) -> bool {
    match &expression.node {
        Node::Variable(_) => true,
        Node::Property { subject, .. } => is_simple(subject),
        _ => false,
    }
}

/// The names of all variables in an expression, those of patterns left out.
pub(super) fn variables<'e>(expression: &'e Expression<Named>, found: &mut Vec<&'e str>) {
    if let Node::Variable(variable) = &expression.node {
        found.push(&variable.name);
    }
    for child in children(&expression.node) {
        variables(child, found);
    }
}

/// The expressions directly below; those in patterns and subqueries are worlds of their own.
pub(super) fn children(node: &Node<Named>) -> Vec<&Expression<Named>> {
    let mut below: Vec<&Expression<Named>> = Vec::new();
    match node {
        Node::Literal(_)
        | Node::Parameter(_)
        | Node::Variable(_)
        | Node::CountAll
        | Node::PatternPredicate(_)
        | Node::ShortestPath(_)
        | Node::Exists(_)
        | Node::Count(_)
        | Node::Collect(_) => {}
        Node::Property { subject, .. } | Node::HasLabels { subject, .. } => below.push(subject),
        Node::List(items) => below.extend(items),
        Node::Map(entries) => below.extend(entries.iter().map(|(_, value)| value)),
        Node::Index { subject, index } => below.extend([&**subject, &**index]),
        Node::Slice { subject, from, to } => {
            below.push(subject);
            below.extend(from.as_deref());
            below.extend(to.as_deref());
        }
        Node::Unary { operand, .. } | Node::IsNull { operand, .. } => below.push(operand),
        Node::Binary { left, right, .. } => below.extend([&**left, &**right]),
        Node::Comparisons { first, rest } => {
            below.push(first);
            below.extend(rest.iter().map(|(_, operand)| operand));
        }
        Node::Case { subject, branches, otherwise } => {
            below.extend(subject.as_deref());
            below.extend(branches.iter().flat_map(|(when, then)| [when, then]));
            below.extend(otherwise.as_deref());
        }
        Node::ListComprehension { list, filter, map, .. } => {
            below.push(list);
            below.extend(filter.as_deref());
            below.extend(map.as_deref());
        }
        Node::PatternComprehension { filter, map, .. } => {
            below.extend(filter.as_deref());
            below.push(map);
        }
        Node::Quantified { list, predicate, .. } => {
            below.push(list);
            below.extend(predicate.as_deref());
        }
        Node::Reduce { start, list, step, .. } => below.extend([&**start, &**list, &**step]),
        Node::Call { arguments, .. } => below.extend(arguments),
    }
    below
}
