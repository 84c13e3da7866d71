//! Arithmetic, and `+` on texts and lists.

use crate::algebra::BinaryOperator;
use crate::base::{Report, Result};
use crate::execute::context::Context;
use crate::value::Value;

pub(super) fn add(left: &Value, right: &Value, context: &mut Context<'_>) -> Result<Value> {
    match (left, right) {
        (Value::Integer(a), Value::Integer(b)) => a.checked_add(*b).map(Value::Integer).ok_or_else(overflow),
        (Value::List(a), Value::List(b)) => {
            context.can_hold((a.len() + b.len()) as u64 * 24)?;
            Ok(Value::from(a.iter().chain(b.iter()).cloned().collect::<Vec<_>>()))
        }
        // Null as an element of a list is not the null that makes a sum unknown.
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::List(a), element) => {
            context.can_hold(a.len() as u64 * 24)?;
            Ok(Value::from(a.iter().chain([element]).cloned().collect::<Vec<_>>()))
        }
        (element, Value::List(b)) => {
            context.can_hold(b.len() as u64 * 24)?;
            Ok(Value::from([element].into_iter().chain(b.iter()).cloned().collect::<Vec<_>>()))
        }
        (Value::String(a), Value::String(b)) => {
            context.can_hold((a.len() + b.len()) as u64)?;
            Ok(Value::from(format!("{a}{b}")))
        }
        _ => arithmetic(BinaryOperator::Add, left, right),
    }
}

pub(super) fn arithmetic(operator: BinaryOperator, left: &Value, right: &Value) -> Result<Value> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Integer(a), Value::Integer(b)) => integers(operator, *a, *b),
        (Value::Integer(a), Value::Float(b)) => Ok(Value::Float(floats(operator, *a as f64, *b))),
        (Value::Float(a), Value::Integer(b)) => Ok(Value::Float(floats(operator, *a, *b as f64))),
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float(floats(operator, *a, *b))),
        _ => {
            let sign = symbol(operator);
            let message = format!("`{sign}` cannot join a {} and a {}", left.type_name(), right.type_name());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    }
}

fn integers(operator: BinaryOperator, a: i64, b: i64) -> Result<Value> {
    let result = match operator {
        BinaryOperator::Add => a.checked_add(b),
        BinaryOperator::Subtract => a.checked_sub(b),
        BinaryOperator::Multiply => a.checked_mul(b),
        BinaryOperator::Power => return Ok(Value::Float(floats(operator, a as f64, b as f64))),
        _ if b == 0 => {
            return Err(Report::runtime(
                "ArithmeticError",
                "DivisionByZero",
                "an integer cannot be divided by zero",
            ));
        }
        BinaryOperator::Divide => a.checked_div(b),
        _ => Some(a.wrapping_rem(b)),
    };
    result.map(Value::Integer).ok_or_else(overflow)
}

fn floats(operator: BinaryOperator, a: f64, b: f64) -> f64 {
    match operator {
        BinaryOperator::Add => a + b,
        BinaryOperator::Subtract => a - b,
        BinaryOperator::Multiply => a * b,
        BinaryOperator::Divide => a / b,
        BinaryOperator::Power => a.powf(b),
        _ => a % b,
    }
}

pub(super) fn negate(operand: &Value) -> Result<Value> {
    match operand {
        Value::Integer(n) => n.checked_neg().map(Value::Integer).ok_or_else(overflow),
        Value::Float(x) => Ok(Value::Float(-x)),
        Value::Null => Ok(Value::Null),
        other => arithmetic(BinaryOperator::Multiply, other, &Value::Integer(-1)),
    }
}

pub(super) fn plus(operand: Value) -> Result<Value> {
    match operand {
        Value::Integer(_) | Value::Float(_) | Value::Null | Value::Duration(_) => Ok(operand),
        other => {
            let message = format!("a {} has no sign", other.type_name());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    }
}

fn overflow() -> Box<Report> {
    Report::runtime("ArithmeticError", "IntegerOverflow", "the result does not fit in a 64-bit integer")
        .help("Write one of the numbers with a decimal point to compute with floats.")
}

fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Modulo => "%",
        _ => "^",
    }
}
