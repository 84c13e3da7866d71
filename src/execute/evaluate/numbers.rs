//! Arithmetic within the budget: what makes long values is booked before it is made.

use super::large;
use crate::algebra::BinaryOperator;
use crate::base::{Report, Result};
use crate::execute::context::Context;
use crate::value::{Operation, Value, arithmetic};

/// Bytes whose copying takes so long that the clock is looked at before.
const LONG: u64 = 1 << 16;

pub(super) fn calculate(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    context: &mut Context<'_>,
) -> Result<Value> {
    let operation = match operator {
        BinaryOperator::Add if large::is_long_sum(left, right) => {
            context.can_hold(length(left).saturating_add(length(right)).saturating_mul(2))?;
            let (left, right) = (left.clone(), right.clone());
            return large::made(context, move || arithmetic::calculate(Operation::Add, &left, &right));
        }
        BinaryOperator::Add => {
            let length = length(left).saturating_add(length(right));
            if length > 0 {
                // The text or list is copied once more before it is shared.
                context.can_hold(length.saturating_mul(2))?;
            }
            if length > LONG {
                context.meter.check()?;
            }
            Operation::Add
        }
        BinaryOperator::Subtract => Operation::Subtract,
        BinaryOperator::Multiply => Operation::Multiply,
        BinaryOperator::Divide => Operation::Divide,
        BinaryOperator::Modulo => Operation::Modulo,
        _ => Operation::Power,
    };
    arithmetic::calculate(operation, left, right)
}

fn length(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.len() as u64,
        Value::List(items) => items.len() as u64 * 24,
        _ => 0,
    }
}

pub(super) fn plus(operand: Value) -> Result<Value> {
    match operand {
        Value::Integer(_) | Value::Float(_) | Value::Null | Value::Duration(_) => Ok(operand),
        other => {
            let message = format!("{} has no sign", other.type_with_article());
            Err(Report::runtime("TypeError", "InvalidArgumentType", message))
        }
    }
}
