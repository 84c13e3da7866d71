//! `+`, `-`, `*` and `/` where one operand is temporal.

use crate::base::Result;
use crate::value::{Operation, Value};

/// The result of an operation with a temporal operand; `None` where the types do not go together.
pub fn calculate(_operation: Operation, _left: &Value, _right: &Value) -> Option<Result<Value>> {
    None
}
