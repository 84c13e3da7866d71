//! Binary operators.

use super::{Compiled, large, numbers};
use crate::algebra::BinaryOperator;
use crate::base::{Report, Result};
use crate::execute::context::Context;
use crate::value::{Comparison, Truth, Value, compare, equal};
use std::cmp::Ordering;

pub(super) fn binary(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    context: &mut Context<'_>,
) -> Result<Value> {
    use BinaryOperator::*;
    if let (In, Value::List(items)) = (operator, right) {
        return large::any_equal(items, left, context).map(Value::from);
    }
    context.meter.work(super::weight(left).saturating_add(super::weight(right)))?;
    match operator {
        Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual => {
            Ok(large::comparison(operator, left, right, context)?.into())
        }
        Add | Subtract | Multiply | Divide | Modulo | Power => {
            numbers::calculate(operator, left, right, context)
        }
        In => contains(left, right).map(Value::from),
        StartsWith => Ok(texts(left, right, |text, part| text.starts_with(part))),
        EndsWith => Ok(texts(left, right, |text, part| text.ends_with(part))),
        Contains => match (left, right) {
            (Value::String(text), Value::String(part)) => {
                large::text_contains(text, part, context).map(Value::Boolean)
            }
            _ => Ok(Value::Null),
        },
        Matches => match (left, right) {
            (Value::String(text), Value::String(wanted)) => {
                // To make a pattern takes thousands of times longer than to look at the clock.
                context.meter.check()?;
                large::text_matches(text, &pattern(wanted)?, context).map(Value::Boolean)
            }
            _ => Ok(Value::Null),
        },
        And | Or | Xor => logic(operator, super::truth_of(left)?, super::truth_of(right)?),
    }
}

fn logic(operator: BinaryOperator, left: Truth, right: Truth) -> Result<Value> {
    let truth = match (operator, left, right) {
        (BinaryOperator::And, Truth::False, _) | (BinaryOperator::And, _, Truth::False) => Truth::False,
        (BinaryOperator::Or, Truth::True, _) | (BinaryOperator::Or, _, Truth::True) => Truth::True,
        (_, Truth::Unknown, _) | (_, _, Truth::Unknown) => Truth::Unknown,
        (BinaryOperator::And, ..) => Truth::True,
        (BinaryOperator::Or, ..) => Truth::False,
        _ => (left != right).into(),
    };
    Ok(truth.into())
}

/// `=`, `<>` and the orderings.
pub(crate) fn comparison(operator: BinaryOperator, left: &Value, right: &Value) -> Truth {
    match operator {
        BinaryOperator::Equal => equal(left, right),
        BinaryOperator::NotEqual => not(equal(left, right)),
        _ => ordered(operator, compare(left, right)),
    }
}

pub(super) fn not(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        Truth::Unknown => Truth::Unknown,
    }
}

/// What an ordering says of two values that have been compared.
pub(super) fn ordered(operator: BinaryOperator, outcome: Comparison) -> Truth {
    let wanted: fn(Ordering) -> bool = match operator {
        BinaryOperator::Less => Ordering::is_lt,
        BinaryOperator::LessOrEqual => Ordering::is_le,
        BinaryOperator::Greater => Ordering::is_gt,
        _ => Ordering::is_ge,
    };
    match outcome {
        Comparison::Ordered(ordering) => wanted(ordering).into(),
        Comparison::Never => Truth::False,
        Comparison::Unknown => Truth::Unknown,
    }
}

/// `element IN list`
pub(super) fn contains(element: &Value, list: &Value) -> Result<Truth> {
    let items = match list {
        Value::List(items) => items,
        Value::Null => return Ok(Truth::Unknown),
        other => {
            let message = format!("IN needs a list on its right, not {}", other.type_with_article());
            return Err(Report::runtime("TypeError", "InvalidArgumentType", message));
        }
    };
    any(items.iter().map(|item| Ok(equal(element, item))))
}

/// True where one is true, and otherwise unknown where one is unknown.
pub(super) fn any(truths: impl Iterator<Item = Result<Truth>>) -> Result<Truth> {
    let mut all = Truth::False;
    for truth in truths {
        match truth? {
            Truth::True => return Ok(Truth::True),
            Truth::Unknown => all = Truth::Unknown,
            Truth::False => {}
        }
    }
    Ok(all)
}

fn texts(left: &Value, right: &Value, test: fn(&str, &str) -> bool) -> Value {
    match (left, right) {
        (Value::String(text), Value::String(part)) => Value::Boolean(test(text, part)),
        _ => Value::Null,
    }
}

/// The pattern of `=~`, where it is known.
pub(super) fn known_pattern(operator: BinaryOperator, right: &Compiled) -> Result<Option<regex::Regex>> {
    match (operator, right) {
        (BinaryOperator::Matches, Compiled::Constant(Value::String(text))) => pattern(text).map(Some),
        _ => Ok(None),
    }
}

/// A regular expression that has to match the whole text.
fn pattern(text: &str) -> Result<regex::Regex> {
    regex::RegexBuilder::new(&format!("^(?:{text})$")).size_limit(1 << 22).build().map_err(|error| {
        let message = format!("`{text}` is not a regular expression");
        let report = Report::runtime("SyntaxError", "InvalidArgumentValue", message);
        // The last line of what the library says is the reason; those before draw the place in its own pattern.
        let told = error.to_string();
        match told.lines().last().map(|line| line.trim_start_matches("error: ").trim()) {
            Some(reason) if !reason.is_empty() => report.help(format!("{}.", sentence(reason))),
            _ => report,
        }
    })
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}
