//! How deep and how large a value may be.
//!
//! Lists and maps share their elements, so a short statement can make a value whose elements, counted one by one, are
//! more than any machine can visit, or one so deep that no recursion over it ends well. Whoever makes a list or a map
//! out of given values passes it through [`checked`].

use super::Value;
use crate::base::{Class, Report, Result};

/// How many lists and maps may stand within each other.
pub const MAX_DEPTH: usize = 400;
/// How many values a value may hold, counting a shared one as often as it occurs.
pub const MAX_SIZE: u64 = 20_000_000;

/// How many bytes a string may have.
pub const MAX_LENGTH: usize = 1 << 28;

/// A string of that many bytes would be too long.
pub fn check_length(bytes: usize) -> Result<()> {
    if bytes <= MAX_LENGTH {
        return Ok(());
    }
    let message = format!("a string is longer than {} MB", MAX_LENGTH >> 20);
    Err(Report::new(Class::Limit, "limit.value", message))
}

/// The value itself, or an error where it is too deep or too large.
pub fn checked(value: Value) -> Result<Value> {
    // What holds no list and no map has nothing to hide; there is no need to count.
    let nested = match &value {
        Value::List(elements) => elements.iter().any(is_container),
        Value::Map(map) => map.values().any(is_container),
        _ => false,
    };
    let mut left = MAX_SIZE - 1;
    if !nested || fits(&value, MAX_DEPTH, &mut left) {
        return Ok(value);
    }
    let message = if left == 0 {
        format!("a value holds more than {MAX_SIZE} values")
    } else {
        format!("a value is nested more than {MAX_DEPTH} deep")
    };
    Err(Report::new(Class::Limit, "limit.value", message))
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

/// Takes what the value holds from `left`. Only what holds others is looked into.
fn fits(value: &Value, depth: usize, left: &mut u64) -> bool {
    let mut take = |count: usize| {
        *left = left.saturating_sub(count as u64);
        *left > 0 && depth > 0
    };
    match value {
        Value::List(elements) => take(elements.len()) && within(elements.iter(), depth, left),
        Value::Map(map) => take(map.len()) && within(map.values(), depth, left),
        _ => true,
    }
}

fn within<'v>(mut elements: impl Iterator<Item = &'v Value>, depth: usize, left: &mut u64) -> bool {
    elements.all(|element| !is_container(element) || fits(element, depth - 1, left))
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, checked};
    use crate::value::Value;

    fn nested(depth: usize) -> Value {
        (0..depth).fold(Value::Null, |value, _| Value::from(vec![value]))
    }

    #[test]
    fn depth_is_bounded() {
        assert!(checked(nested(MAX_DEPTH)).is_ok());
        assert!(checked(nested(MAX_DEPTH + 1)).is_err());
    }

    #[test]
    fn sharing_does_not_hide_size() {
        let doubled = (0..100).fold(Value::Null, |value, _| Value::from(vec![value.clone(), value]));
        assert!(checked(doubled).is_err());
    }
}
