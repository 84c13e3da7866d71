//! Aggregates of numbers: spread and percentiles.

use super::error::{out_of_range, unfit};
use super::{Accepts, Accumulator, Body, Function, Gives};
use crate::base::Result;
use crate::value::{Number, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "stDev",
        parameters: &["value"],
        accepts: &[Accepts::Number],
        gives: Gives::Float,
        body: Body::Aggregate(|| {
            Box::new(Deviation { function: "stDev", sample: true, ..Deviation::default() })
        }),
        doc: "The standard deviation of a sample: the squares are divided by one less than the number of values.",
        examples: &[("COLLECT { UNWIND [2, 4] AS x RETURN round(stDev(x), 3) }", "[1.414]")],
    },
    Function {
        name: "stDevP",
        parameters: &["value"],
        accepts: &[Accepts::Number],
        gives: Gives::Float,
        body: Body::Aggregate(|| Box::new(Deviation { function: "stDevP", ..Deviation::default() })),
        doc: "The standard deviation of a whole population: the squares are divided by the number of values.",
        examples: &[("COLLECT { UNWIND [2, 4] AS x RETURN stDevP(x) }", "[1.0]")],
    },
    Function {
        name: "percentileCont",
        parameters: &["value", "percentile"],
        accepts: &[Accepts::Number, Accepts::Number],
        gives: Gives::Float,
        body: Body::Aggregate(|| Box::new(Percentile::new("percentileCont", interpolated))),
        doc: "The value below which a share of the values lies, from 0.0 to 1.0, interpolated between neighbours.",
        examples: &[("COLLECT { UNWIND [10, 20] AS x RETURN percentileCont(x, 0.5) }", "[15.0]")],
    },
    Function {
        name: "percentileDisc",
        parameters: &["value", "percentile"],
        accepts: &[Accepts::Number, Accepts::Number],
        gives: Gives::First,
        body: Body::Aggregate(|| Box::new(Percentile::new("percentileDisc", nearest))),
        doc: "The value below which a share of the values lies, from 0.0 to 1.0, always one of the values.",
        examples: &[("COLLECT { UNWIND [10, 20] AS x RETURN percentileDisc(x, 0.5) }", "[10]")],
    },
];

fn number(function: &str, arguments: &[Value], position: usize) -> Result<Option<Number>> {
    match arguments.get(position) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_number() {
            Some(number) => Ok(Some(number)),
            None => Err(unfit(function, "numbers", value)),
        },
    }
}

/// Mean and sum of squared deviations, brought up to date by each value (Welford 1962).
#[derive(Default)]
struct Deviation {
    function: &'static str,
    sample: bool,
    count: f64,
    mean: f64,
    squares: f64,
}

impl Accumulator for Deviation {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let Some(value) = number(self.function, arguments, 0)?.map(Number::as_float) else { return Ok(()) };
        self.count += 1.0;
        let distance = value - self.mean;
        self.mean += distance / self.count;
        self.squares += distance * (value - self.mean);
        Ok(())
    }
    fn finish(&mut self) -> Result<Value> {
        let among = if self.sample { self.count - 1.0 } else { self.count };
        Ok(Value::Float(if among > 0.0 { (self.squares / among).sqrt() } else { 0.0 }))
    }
}

struct Percentile {
    function: &'static str,
    choose: fn(&[Number], f64) -> Value,
    values: Vec<Number>,
    percentile: f64,
}

impl Percentile {
    fn new(function: &'static str, choose: fn(&[Number], f64) -> Value) -> Percentile {
        Percentile { function, choose, values: Vec::new(), percentile: 0.0 }
    }
}

impl Accumulator for Percentile {
    fn add(&mut self, arguments: &[Value]) -> Result<()> {
        let Some(value) = number(self.function, arguments, 0)? else { return Ok(()) };
        let percentile = number(self.function, arguments, 1)?.map_or(f64::NAN, Number::as_float);
        if !(0.0..=1.0).contains(&percentile) {
            return Err(out_of_range(self.function, "a percentile is from 0.0 to 1.0"));
        }
        self.values.push(value);
        self.percentile = percentile;
        Ok(())
    }
    fn finish(&mut self) -> Result<Value> {
        self.values.sort_by(|a, b| a.order(*b));
        Ok((self.choose)(&self.values, self.percentile))
    }
    fn keeps_values(&self) -> bool {
        true
    }
}

fn interpolated(sorted: &[Number], percentile: f64) -> Value {
    let place = percentile * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).map(|number| number.as_float());
    let (Some(below), Some(above)) = (at(place.floor()), at(place.ceil())) else { return Value::Null };
    // Equal neighbours need no interpolation, which would make NaN of infinities.
    Value::Float(if below == above { below } else { below + (above - below) * place.fract() })
}

fn nearest(sorted: &[Number], percentile: f64) -> Value {
    let place = (percentile * sorted.len() as f64).ceil().max(1.0) as usize - 1;
    match sorted.get(place) {
        Some(Number::Integer(n)) => Value::Integer(*n),
        Some(Number::Float(x)) => Value::Float(*x),
        None => Value::Null,
    }
}
