//! Equality, comparability, orderability and equivalence of values.

use super::{Truth, Value};
use std::cmp::Ordering;

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
pub fn equal(_a: &Value, _b: &Value) -> Truth {
    todo!()
}

/// Comparability: what `<` and its kin see.
pub fn compare(_a: &Value, _b: &Value) -> Comparison {
    todo!()
}

/// Orderability: a total order over all values, as ORDER BY uses it.
pub fn order(_a: &Value, _b: &Value) -> Ordering {
    todo!()
}

/// Equivalence: what DISTINCT, grouping and UNION use.
pub fn equivalent(_a: &Value, _b: &Value) -> bool {
    todo!()
}
