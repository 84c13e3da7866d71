//! Aggregates of any values: how many, which, how much.

use super::error::unfit;
use super::{Accumulator, Body, Function, Gives, Part};
use crate::base::Result;
use crate::value::{Value, arithmetic, nesting, order};
use smallvec::smallvec;
use std::cmp::Ordering;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "count",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::Integer,
        body: Body::Aggregate(|| Box::new(Count(0))),
        doc: "How many values are not null; `count(*)` counts rows.",
        examples: &[("COLLECT { UNWIND [1, null, 2] AS x RETURN count(x) }", "[2]")],
    },
    Function {
        name: "collect",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::ListOfFirst,
        body: Body::Aggregate(|| Box::new(Collect(Vec::new()))),
        doc: "A list of the values that are not null.",
        examples: &[("COLLECT { UNWIND [1, null, 2] AS x RETURN collect(x) }", "[[1, 2]]")],
    },
    Function {
        name: "min",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::First,
        body: Body::Aggregate(|| Box::new(Extreme { wanted: Ordering::Less, found: Value::Null })),
        doc: "The value that comes first in the order of values; null when there is none.",
        examples: &[("COLLECT { UNWIND [3, 1, 2] AS x RETURN min(x) }", "[1]")],
    },
    Function {
        name: "max",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::First,
        body: Body::Aggregate(|| Box::new(Extreme { wanted: Ordering::Greater, found: Value::Null })),
        doc: "The value that comes last in the order of values; null when there is none.",
        examples: &[("COLLECT { UNWIND [3, 1, 2] AS x RETURN max(x) }", "[3]")],
    },
    Function {
        name: "sum",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::First,
        body: Body::Aggregate(|| Box::new(Sum { function: "sum", total: None })),
        doc: "The sum of numbers or of durations; 0 when there is none.",
        examples: &[("COLLECT { UNWIND [1, 2.5] AS x RETURN sum(x) }", "[3.5]")],
    },
    Function {
        name: "avg",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::Anything,
        body: Body::Aggregate(|| Box::new(Average { sum: Sum { function: "avg", total: None }, count: 0 })),
        doc: "The mean of numbers or of durations; null when there is none.",
        examples: &[("COLLECT { UNWIND [1, 2] AS x RETURN avg(x) }", "[1.5]")],
    },
];

struct Count(i64);

impl Accumulator for Count {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        self.0 += i64::from(arguments.first().is_some_and(|value| !value.is_null()));
        Ok(())
    }
    fn finish(&mut self) -> Result<Value> {
        Ok(Value::Integer(self.0))
    }
}

struct Collect(Vec<Value>);

impl Accumulator for Collect {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        self.0.extend(arguments.first().filter(|value| !value.is_null()).cloned());
        Ok(())
    }
    fn finish(&mut self) -> Result<Value> {
        nesting::checked(Value::from(std::mem::take(&mut self.0)))
    }
    /// All values.
    fn part(&mut self) -> Result<Part> {
        Ok(std::mem::take(&mut self.0).into())
    }
    fn absorb(&mut self, part: &[Value]) -> Result<()> {
        self.0.extend_from_slice(part);
        Ok(())
    }
    fn keeps_values(&self) -> bool {
        true
    }
}

/// The first or the last in the order of values.
struct Extreme {
    wanted: Ordering,
    found: Value,
}

impl Accumulator for Extreme {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let Some(value) = arguments.first().filter(|value| !value.is_null()) else { return Ok(()) };
        if self.found.is_null() || order(value, &self.found) == self.wanted {
            self.found = value.clone();
        }
        Ok(())
    }
    fn finish(&mut self) -> Result<Value> {
        Ok(std::mem::take(&mut self.found))
    }
}

struct Sum {
    function: &'static str,
    total: Option<Value>,
}

impl Accumulator for Sum {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let Some(value) = arguments.first().filter(|value| !value.is_null()) else { return Ok(()) };
        if !matches!(value, Value::Integer(_) | Value::Float(_) | Value::Duration(_)) {
            return Err(unfit(self.function, "numbers or durations", value));
        }
        self.total = Some(match &self.total {
            Some(total) => arithmetic::add(total, value)?,
            None => value.clone(),
        });
        Ok(())
    }
    fn finish(&mut self) -> Result<Value> {
        Ok(self.total.take().unwrap_or(Value::Integer(0)))
    }
    /// Of nothing no sum: 0 is a number and goes with no duration.
    fn part(&mut self) -> Result<Part> {
        Ok(smallvec![self.total.take().unwrap_or_default()])
    }
}

struct Average {
    sum: Sum,
    count: i64,
}

impl Accumulator for Average {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let Some(value) = arguments.first().filter(|value| !value.is_null()) else { return Ok(()) };
        self.count += 1;
        // As floats, so that a sum of integers that does not fit in 64 bits still has a mean.
        match value.as_number() {
            Some(number) => self.sum.add(&[Value::Float(number.as_float())]),
            None => self.sum.add(std::slice::from_ref(value)),
        }
    }
    fn finish(&mut self) -> Result<Value> {
        if self.count == 0 {
            return Ok(Value::Null);
        }
        arithmetic::divide(&self.sum.finish()?, &Value::Integer(self.count))
    }
    /// The sum, and how many values it is of.
    fn part(&mut self) -> Result<Part> {
        let mut part = self.sum.part()?;
        part.push(Value::Integer(self.count));
        Ok(part)
    }
    fn absorb(&mut self, part: &[Value]) -> Result<()> {
        let [sum, Value::Integer(count)] = part else { return Ok(()) };
        self.count += count;
        self.sum.add(std::slice::from_ref(sum))
    }
}
