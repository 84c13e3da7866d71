//! `+`, `-`, `*`, `/`, `%` and `^`.
//!
//! In: two values. Out: their sum, product and so on; null where one is null; an error where the types do not go
//! together, where an integer does not fit in 64 bits, or where an integer is divided by zero. Floats follow IEEE 754.

use super::{Value, nesting, temporal};
use crate::base::{Report, Result};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

impl Operation {
    pub fn symbol(self) -> char {
        match self {
            Operation::Add => '+',
            Operation::Subtract => '-',
            Operation::Multiply => '*',
            Operation::Divide => '/',
            Operation::Modulo => '%',
            Operation::Power => '^',
        }
    }
}

/// Carries out any of the operations.
pub fn calculate(operation: Operation, left: &Value, right: &Value) -> Result<Value> {
    match (operation, left, right) {
        (Operation::Power, Value::Integer(a), Value::Integer(b)) => {
            Ok(Value::Float((*a as f64).powf(*b as f64)))
        }
        (_, Value::Integer(a), Value::Integer(b)) => integers(operation, *a, *b).map(Value::Integer),
        (_, Value::Integer(a), Value::Float(b)) => Ok(Value::Float(floats(operation, *a as f64, *b))),
        (_, Value::Float(a), Value::Integer(b)) => Ok(Value::Float(floats(operation, *a, *b as f64))),
        (_, Value::Float(a), Value::Float(b)) => Ok(Value::Float(floats(operation, *a, *b))),
        (Operation::Add, Value::List(a), Value::List(b)) => concatenate(a, b),
        (_, Value::Null, _) | (_, _, Value::Null) => Ok(Value::Null),
        (Operation::Add, Value::List(a), element) => concatenate(a, std::slice::from_ref(element)),
        (Operation::Add, element, Value::List(b)) => concatenate(std::slice::from_ref(element), b),
        (Operation::Add, Value::String(a), Value::String(b)) => join(a, b),
        // As Neo4j has it: a number joins a text as it is written.
        (Operation::Add, Value::String(a), Value::Integer(_) | Value::Float(_)) => {
            join(a, &right.to_string())
        }
        (Operation::Add, Value::Integer(_) | Value::Float(_), Value::String(b)) => join(&left.to_string(), b),
        _ => temporal::calculate(operation, left, right)
            .unwrap_or_else(|| Err(mismatch(operation, left, right))),
    }
}

pub fn add(left: &Value, right: &Value) -> Result<Value> {
    calculate(Operation::Add, left, right)
}

pub fn subtract(left: &Value, right: &Value) -> Result<Value> {
    calculate(Operation::Subtract, left, right)
}

pub fn multiply(left: &Value, right: &Value) -> Result<Value> {
    calculate(Operation::Multiply, left, right)
}

pub fn divide(left: &Value, right: &Value) -> Result<Value> {
    calculate(Operation::Divide, left, right)
}

pub fn modulo(left: &Value, right: &Value) -> Result<Value> {
    calculate(Operation::Modulo, left, right)
}

/// Always a float.
pub fn power(left: &Value, right: &Value) -> Result<Value> {
    calculate(Operation::Power, left, right)
}

/// The unary minus.
pub fn negate(operand: &Value) -> Result<Value> {
    match operand {
        Value::Float(x) => Ok(Value::Float(-x)),
        other => multiply(other, &Value::Integer(-1)),
    }
}

fn integers(operation: Operation, a: i64, b: i64) -> Result<i64> {
    let result = match operation {
        Operation::Add => a.checked_add(b),
        Operation::Subtract => a.checked_sub(b),
        Operation::Multiply => a.checked_mul(b),
        Operation::Divide | Operation::Modulo if b == 0 => return Err(division_by_zero()),
        Operation::Divide => a.checked_div(b),
        // The remainder of the least integer by -1 is 0 though the quotient does not fit.
        Operation::Modulo => Some(a.wrapping_rem(b)),
        Operation::Power => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
    };
    result.ok_or_else(integer_overflow)
}

fn floats(operation: Operation, a: f64, b: f64) -> f64 {
    match operation {
        Operation::Add => a + b,
        Operation::Subtract => a - b,
        Operation::Multiply => a * b,
        Operation::Divide => a / b,
        Operation::Modulo => a % b,
        Operation::Power => a.powf(b),
    }
}

fn concatenate(a: &[Value], b: &[Value]) -> Result<Value> {
    let values: Arc<[Value]> = a.iter().chain(b).cloned().collect();
    nesting::checked(Value::List(values))
}

fn join(a: &str, b: &str) -> Result<Value> {
    nesting::check_length(a.len().saturating_add(b.len()))?;
    Ok(Value::String([a, b].concat().into()))
}

/// An integer result that does not fit in 64 bits.
pub fn integer_overflow() -> Box<Report> {
    Report::runtime("ArithmeticError", "IntegerOverflow", "the result does not fit in a 64-bit integer")
        .help("Write one of the numbers with a decimal point to compute with floats.")
}

fn division_by_zero() -> Box<Report> {
    Report::runtime("ArithmeticError", "DivisionByZero", "an integer cannot be divided by zero")
        .help("Dividing by `0.0` gives an infinite float, or NaN.")
}

fn mismatch(operation: Operation, left: &Value, right: &Value) -> Box<Report> {
    let (symbol, left, right) = (operation.symbol(), left.type_name(), right.type_name());
    let message = format!("`{symbol}` does not go together with {left} and {right}");
    let report = Report::runtime("TypeError", "InvalidArgumentType", message);
    let moments = ["DATE", "LOCAL DATETIME", "DATETIME", "LOCAL TIME", "TIME"];
    match operation {
        Operation::Subtract if [left, right].iter().all(|name| moments.contains(name)) => report.help(
            "The time between two moments is `duration.between(a, b)`; in days it is `duration.inDays(a, b).days`.",
        ),
        _ => report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(result: Result<Value>) -> &'static str {
        result.unwrap_err().failure.unwrap().detail
    }

    #[test]
    fn numbers() {
        let (int, float) = (Value::Integer, Value::Float);
        assert_eq!(divide(&int(-7), &int(2)).unwrap(), int(-3));
        assert_eq!(modulo(&int(-7), &int(2)).unwrap(), int(-1));
        assert_eq!(modulo(&int(i64::MIN), &int(-1)).unwrap(), int(0));
        assert_eq!(divide(&float(0.0), &int(0)).unwrap(), float(f64::NAN));
        assert!(matches!(power(&int(2), &int(3)).unwrap(), Value::Float(8.0)));
        assert!(matches!(negate(&float(0.0)).unwrap(), Value::Float(x) if x.is_sign_negative()));
        assert_eq!(detail(divide(&int(1), &int(0))), "DivisionByZero");
        assert_eq!(detail(divide(&int(i64::MIN), &int(-1))), "IntegerOverflow");
        assert_eq!(detail(negate(&int(i64::MIN))), "IntegerOverflow");
        assert_eq!(detail(add(&int(i64::MAX), &int(1))), "IntegerOverflow");
    }

    #[test]
    fn strings_and_lists() {
        let list = |values: &[Value]| Value::list(values);
        let (one, two) = (Value::Integer(1), Value::Integer(2));
        assert_eq!(add(&"a".into(), &"b".into()).unwrap(), "ab".into());
        assert_eq!(add(&list(std::slice::from_ref(&one)), &two).unwrap(), list(&[one.clone(), two.clone()]));
        assert_eq!(add(&two, &list(std::slice::from_ref(&one))).unwrap(), list(&[two, one.clone()]));
        assert_eq!(add(&list(&[one]), &Value::Null).unwrap(), Value::Null);
        assert_eq!(add(&Value::Null, &"a".into()).unwrap(), Value::Null);
        assert_eq!(add(&"No. ".into(), &Value::Integer(268)).unwrap(), "No. 268".into());
        assert_eq!(add(&Value::Float(1.0), &"a".into()).unwrap(), "1.0a".into());
        assert_eq!(detail(add(&true.into(), &"a".into())), "InvalidArgumentType");
    }

    #[test]
    fn nothing_panics_however_extreme() {
        use crate::value::{Date, Duration};
        let days = [Date::from_ymd(Date::MIN_YEAR, 1, 1), Date::from_ymd(Date::MAX_YEAR, 12, 31)];
        let extremes = [i64::MIN, -1, 0, 1, i64::MAX];
        let duration = |n: i64| Duration { months: n, days: n, seconds: n, nanos: 999_999_999 };
        let mut values = vec![Value::Null, true.into(), "a".into(), Value::list([Value::Null])];
        values.extend(extremes.map(Value::Integer));
        values.extend([f64::NAN, f64::INFINITY, -1e300, 0.5].map(Value::Float));
        values.extend(extremes.map(|n| Value::Duration(Arc::new(duration(n)))));
        values.extend(days.into_iter().flatten().map(Value::Date));
        let operations = [
            Operation::Add,
            Operation::Subtract,
            Operation::Multiply,
            Operation::Divide,
            Operation::Modulo,
            Operation::Power,
        ];
        for a in &values {
            let _ = negate(a);
            for b in &values {
                for operation in operations {
                    let _ = calculate(operation, a, b);
                }
                let _ = crate::value::order(a, b);
            }
        }
    }
}
