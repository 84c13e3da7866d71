//! Patterns as Cypher.

use super::super::names::{written, written_variable};
use super::expression;
use crate::algebra::{
    Direction, LabelExpression, Length, Named, NodePattern, PathPattern, RelationshipPattern, Search,
};

/// A PatternPart: `p = shortestPath((a)-->(b))`.
pub(super) fn path(pattern: &PathPattern<Named>) -> String {
    let variable =
        pattern.variable.as_ref().map(|v| format!("{} = ", written_variable(&v.name))).unwrap_or_default();
    format!("{variable}{}", searched(pattern))
}

/// A path without its variable, with the function that searches it.
pub(super) fn searched(pattern: &PathPattern<Named>) -> String {
    let element = element(pattern);
    match pattern.search {
        Search::Walk => element,
        Search::Shortest => format!("shortestPath({element})"),
        Search::AllShortest => format!("allShortestPaths({element})"),
    }
}

fn element(pattern: &PathPattern<Named>) -> String {
    let mut text = node(&pattern.start);
    for step in &pattern.steps {
        text.push_str(&relationship(&step.relationship));
        text.push_str(&node(&step.node));
    }
    text
}

fn node(node: &NodePattern<Named>) -> String {
    let mut text = node.variable.as_ref().map(|v| written_variable(&v.name).into_owned()).unwrap_or_default();
    if let Some(labels) = &node.labels {
        text.push_str(&self::labels(labels, false));
    }
    if let Some(properties) = &node.properties {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&expression::text(properties));
    }
    format!("({text})")
}

fn relationship(relationship: &RelationshipPattern<Named>) -> String {
    let mut detail =
        relationship.variable.as_ref().map(|v| written_variable(&v.name).into_owned()).unwrap_or_default();
    if !relationship.types.is_empty() {
        let types: Vec<_> = relationship.types.iter().map(|t| written(&t.name)).collect();
        detail.push_str(&format!(":{}", types.join("|")));
    }
    if let Some(length) = relationship.length {
        detail.push_str(&range(length));
    }
    if let Some(properties) = &relationship.properties {
        if !detail.is_empty() {
            detail.push(' ');
        }
        detail.push_str(&expression::text(properties));
    }
    let detail = if detail.is_empty() { detail } else { format!("[{detail}]") };
    match relationship.direction {
        Direction::Outgoing => format!("-{detail}->"),
        Direction::Incoming => format!("<-{detail}-"),
        Direction::Either => format!("-{detail}-"),
    }
}

fn range(length: Length) -> String {
    match (length.min, length.max) {
        (None, None) => "*".to_owned(),
        (Some(min), Some(max)) if min == max => format!("*{min}"),
        (Some(min), Some(max)) => format!("*{min}..{max}"),
        (Some(min), None) => format!("*{min}.."),
        (None, Some(max)) => format!("*..{max}"),
    }
}

/// `:A:B` for several labels; with operators where there are others. `grouped` puts alternatives in parentheses.
pub(super) fn labels(labels: &LabelExpression, grouped: bool) -> String {
    match labels {
        LabelExpression::And(all) if all.iter().all(|l| matches!(l, LabelExpression::Label(_))) => {
            all.iter().map(|label| format!(":{}", term(label, 2))).collect()
        }
        other => format!(":{}", term(other, if grouped { 1 } else { 0 })),
    }
}

/// Levels: 0 alternatives, 1 conjunctions, 2 terms.
fn term(labels: &LabelExpression, level: u8) -> String {
    let (text, own) = match labels {
        LabelExpression::Label(name) => (written(&name.name).into_owned(), 2),
        LabelExpression::Any => ("%".to_owned(), 2),
        LabelExpression::Not(inner) => (format!("!{}", term(inner, 2)), 2),
        LabelExpression::And(all) => (all.iter().map(|l| term(l, 2)).collect::<Vec<_>>().join("&"), 1),
        LabelExpression::Or(any) => (any.iter().map(|l| term(l, 1)).collect::<Vec<_>>().join("|"), 0),
    };
    if own < level { format!("({text})") } else { text }
}
