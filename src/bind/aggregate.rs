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
        node => node.children().into_iter().any(aggregates),
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
    for child in expression.node.children() {
        variables(child, found);
    }
}
