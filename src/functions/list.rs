//! Functions of lists.

use super::error::{LARGEST, out_of_range, too_large, unfit};
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::{Report, Result};
use crate::value::Value;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "head",
        parameters: &["list"],
        accepts: &[Accepts::List],
        gives: Gives::Element,
        body: Body::Scalar(head),
        doc: "The first element; null for an empty list.",
        examples: &[("head([1, 2, 3])", "1"), ("head([])", "null")],
    },
    Function {
        name: "last",
        parameters: &["list"],
        accepts: &[Accepts::List],
        gives: Gives::Element,
        body: Body::Scalar(last),
        doc: "The last element; null for an empty list.",
        examples: &[("last([1, 2, 3])", "3"), ("last([])", "null")],
    },
    Function {
        name: "tail",
        parameters: &["list"],
        accepts: &[Accepts::List],
        gives: Gives::First,
        body: Body::Scalar(tail),
        doc: "All elements but the first.",
        examples: &[("tail([1, 2, 3])", "[2, 3]"), ("tail([])", "[]")],
    },
    Function {
        name: "reverse",
        parameters: &["list"],
        accepts: &[Accepts::Sequence],
        gives: Gives::First,
        body: Body::Scalar(reverse),
        doc: "A list or a string from its end to its beginning.",
        examples: &[("reverse([1, 2, 3])", "[3, 2, 1]"), ("reverse('raksO')", "'Oskar'")],
    },
    Function {
        name: "range",
        parameters: &["start", "end", "step?"],
        accepts: &[],
        gives: Gives::Integers,
        body: Body::Scalar(range),
        doc: "The integers from start to end, both included, by steps of 1 or as given.",
        examples: &[("range(2, 8, 3)", "[2, 5, 8]"), ("range(3, 1, -1)", "[3, 2, 1]"), ("range(1, 0)", "[]")],
    },
];

/// The elements of the first argument; `None` for null.
fn elements<'a>(function: &str, arguments: &'a [Value]) -> Result<Option<&'a Arc<[Value]>>> {
    match arguments.first() {
        Some(Value::List(values)) => Ok(Some(values)),
        None | Some(Value::Null) => Ok(None),
        Some(other) => Err(unfit(function, Accepts::List.name(), other)),
    }
}

fn head(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(elements("head", arguments)?.and_then(|values| values.first().cloned()).unwrap_or_default())
}

fn last(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(elements("last", arguments)?.and_then(|values| values.last().cloned()).unwrap_or_default())
}

fn tail(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let rest = |values: &Arc<[Value]>| Value::list(values.get(1..).unwrap_or_default());
    Ok(elements("tail", arguments)?.map(rest).unwrap_or_default())
}

fn reverse(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match arguments.first() {
        Some(Value::List(values)) => Ok(Value::List(values.iter().rev().cloned().collect())),
        Some(Value::String(text)) => Ok(Value::from(text.chars().rev().collect::<String>())),
        None | Some(Value::Null) => Ok(Value::Null),
        Some(other) => Err(unfit("reverse", Accepts::Sequence.name(), other)),
    }
}

/// The integers of a range.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    start: i128,
    step: i128,
    count: i128,
}

impl Steps {
    /// Nothing where a bound is null.
    pub fn of(arguments: &[Value]) -> Result<Option<Steps>> {
        let mut bounds = [0, 0, 1];
        for (bound, argument) in bounds.iter_mut().zip(arguments) {
            *bound = match argument {
                Value::Integer(n) => *n,
                Value::Null => return Ok(None),
                other => {
                    let message = format!("`range` needs integers, not {}", other.type_name());
                    return Err(Report::runtime("ArgumentError", "InvalidArgumentType", message));
                }
            };
        }
        let [start, end, step] = bounds.map(i128::from);
        if step == 0 {
            return Err(out_of_range("range", "the step cannot be 0"));
        }
        let distance = end - start;
        // In the wrong direction there is not even the start.
        let count = if distance.signum() * step.signum() < 0 { 0 } else { distance / step + 1 };
        Ok(Some(Steps { start, step, count }))
    }

    pub fn count(&self) -> u64 {
        u64::try_from(self.count).unwrap_or(u64::MAX)
    }

    /// Some of them, from the one at a place on.
    pub fn from(&self, place: u64, length: usize) -> impl Iterator<Item = Value> + use<> {
        let Steps { start, step, count } = *self;
        let from = i128::from(place).min(count);
        let to = count.min(from + length as i128);
        (from..to).map(move |n| Value::Integer((start + n * step) as i64))
    }
}

/// Elements that are made between two looks at the clock.
const STRETCH: usize = 1 << 16;

fn range(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(steps) = Steps::of(arguments)? else { return Ok(Value::Null) };
    if steps.count() > LARGEST as u64 {
        return Err(too_large("range"));
    }
    let count = steps.count() as usize;
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        context.meter.check()?;
        all.extend(steps.from(all.len() as u64, STRETCH));
    }
    Ok(Value::List(all.into()))
}
