//! Equality, comparability, orderability and equivalence of values, as openCypher's CIP2016-06-14 defines them.
//!
//! In: two values. Out: true, false or unknown for `=` and `<`; a total order for ORDER BY; sameness for DISTINCT,
//! grouping and UNION. The total order and sameness agree: two values are the same exactly when neither comes first.

use super::{Map, Path, Truth, Value};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The outcome of `<`, `<=`, `>`, `>=` on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Ordered(Ordering),
    /// Comparable types, but the outcome is false for every operator (NaN).
    Never,
    /// Null, or types that cannot be compared.
    Unknown,
}

/// The three-valued `=`.
pub fn equal(a: &Value, b: &Value) -> Truth {
    if a.is_null() || b.is_null() {
        return Truth::Unknown;
    }
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return Truth::from(a.compare(b) == Some(Ordering::Equal));
    }
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Truth::False;
            }
            all_equal(a.iter().zip(b.iter()))
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.len() != b.len() || !a.keys().eq(b.keys()) {
                return Truth::False;
            }
            all_equal(a.values().zip(b.values()))
        }
        _ => Truth::from(rank(a) == rank(b) && order(a, b) == Ordering::Equal),
    }
}

/// False as soon as one pair differs, else unknown if one pair is.
fn all_equal<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Truth {
    let mut outcome = Truth::True;
    for (a, b) in pairs {
        match equal(a, b) {
            Truth::True => {}
            Truth::False => return Truth::False,
            Truth::Unknown => outcome = Truth::Unknown,
        }
    }
    outcome
}

/// Comparability: what `<` and its kin see.
pub fn compare(a: &Value, b: &Value) -> Comparison {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return a.compare(b).map_or(Comparison::Never, Comparison::Ordered);
    }
    match (a, b) {
        (Value::List(a), Value::List(b)) => compare_lists(a, b),
        (Value::Boolean(_), Value::Boolean(_))
        | (Value::String(_), Value::String(_))
        | (Value::Date(_), Value::Date(_))
        | (Value::LocalTime(_), Value::LocalTime(_))
        | (Value::Time(_), Value::Time(_))
        | (Value::LocalDateTime(_), Value::LocalDateTime(_))
        | (Value::DateTime(_), Value::DateTime(_)) => Comparison::Ordered(order(a, b)),
        _ => Comparison::Unknown,
    }
}

/// The first pair of elements that are not equal decides; then the shorter list comes first.
fn compare_lists(a: &[Value], b: &[Value]) -> Comparison {
    for (x, y) in a.iter().zip(b) {
        match equal(x, y) {
            Truth::True => {}
            Truth::False => return compare(x, y),
            Truth::Unknown => return Comparison::Unknown,
        }
    }
    Comparison::Ordered(a.len().cmp(&b.len()))
}

/// Orderability: a total order over all values, as ORDER BY uses it.
pub fn order(a: &Value, b: &Value) -> Ordering {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return a.order(b);
    }
    match (a, b) {
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        // Shared parts need no look inside.
        (Value::List(a), Value::List(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
        (Value::Map(a), Value::Map(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
        (Value::List(a), Value::List(b)) => order_lists(a, b),
        (Value::Map(a), Value::Map(b)) => order_maps(a, b),
        (Value::Node(a), Value::Node(b)) => a.cmp(b),
        (Value::Relationship(a), Value::Relationship(b)) => a.cmp(b),
        (Value::Path(a), Value::Path(b)) => order_paths(a, b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::LocalTime(a), Value::LocalTime(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn order_lists(a: &[Value], b: &[Value]) -> Ordering {
    let differing = a.iter().zip(b).map(|(x, y)| order(x, y)).find(|o| o.is_ne());
    differing.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn order_maps(a: &Map, b: &Map) -> Ordering {
    let by_key = a.keys().cmp(b.keys());
    by_key.then_with(|| {
        a.values().zip(b.values()).map(|(x, y)| order(x, y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    })
}

/// As lists of their nodes and relationships in the order of the walk.
fn order_paths(a: &Path, b: &Path) -> Ordering {
    a.nodes.first().cmp(&b.nodes.first()).then_with(|| {
        let steps = |p: &Path| {
            p.relationships.iter().copied().zip(p.nodes.iter().copied().skip(1)).collect::<Vec<_>>()
        };
        steps(a).cmp(&steps(b))
    })
}

/// The place of a type among all types, ascending.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Map(_) => 0,
        Value::Node(_) => 1,
        Value::Relationship(_) => 2,
        Value::List(_) => 3,
        Value::Path(_) => 4,
        Value::DateTime(_) => 5,
        Value::LocalDateTime(_) => 6,
        Value::Date(_) => 7,
        Value::Time(_) => 8,
        Value::LocalTime(_) => 9,
        Value::Duration(_) => 10,
        Value::String(_) => 11,
        Value::Boolean(_) => 12,
        Value::Integer(_) | Value::Float(_) => 13,
        Value::Null => 14,
    }
}

/// Equivalence: what DISTINCT, grouping and UNION use. Null is the same as null, NaN the same as NaN.
pub fn equivalent(a: &Value, b: &Value) -> bool {
    order(a, b) == Ordering::Equal
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        equivalent(self, other)
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        rank(self).hash(state);
        if let Some(number) = self.as_number() {
            return number.identity().hash(state);
        }
        match self {
            Value::Boolean(b) => b.hash(state),
            Value::String(text) => text.hash(state),
            Value::List(values) => values.hash(state),
            Value::Map(map) => map.hash(state),
            Value::Node(node) => node.hash(state),
            Value::Relationship(relationship) => relationship.hash(state),
            Value::Path(path) => path.hash(state),
            Value::Date(date) => date.hash(state),
            Value::LocalTime(time) => time.hash(state),
            Value::Time(time) => time.hash(state),
            Value::LocalDateTime(moment) => moment.hash(state),
            Value::DateTime(moment) => moment.hash(state),
            Value::Duration(duration) => duration.hash(state),
            Value::Null | Value::Integer(_) | Value::Float(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
