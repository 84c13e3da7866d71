//! Three-valued logic.

use super::Value;

/// True, false, or unknown (null).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    True,
    False,
    Unknown,
}

impl From<bool> for Truth {
    fn from(b: bool) -> Truth {
        if b { Truth::True } else { Truth::False }
    }
}

impl From<Truth> for Value {
    fn from(truth: Truth) -> Value {
        match truth {
            Truth::True => Value::Boolean(true),
            Truth::False => Value::Boolean(false),
            Truth::Unknown => Value::Null,
        }
    }
}
