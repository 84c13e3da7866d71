//! Aggregates of numbers: spread and percentiles.

use super::error::{out_of_range, unfit};
use super::{Accepts, Accumulator, Body, Function, Gives, Part};
use crate::base::Result;
use crate::value::{Number, Value};
use smallvec::smallvec;
use std::cmp::Ordering;

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
        body: Body::Aggregate(|| Box::new(Percentile::new("percentileCont", Rank::Interpolated))),
        doc: "The value below which a share of the values lies, from 0.0 to 1.0, interpolated between neighbours.",
        examples: &[("COLLECT { UNWIND [10, 20] AS x RETURN percentileCont(x, 0.5) }", "[15.0]")],
    },
    Function {
        name: "percentileDisc",
        parameters: &["value", "percentile"],
        accepts: &[Accepts::Number, Accepts::Number],
        gives: Gives::First,
        body: Body::Aggregate(|| Box::new(Percentile::new("percentileDisc", Rank::Nearest))),
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
    fn part(&mut self) -> Result<Part> {
        Ok(smallvec![Value::Float(self.count), Value::Float(self.mean), Value::Float(self.squares)])
    }
    /// Two parts together (Chan, Golub and LeVeque 1979).
    fn absorb(&mut self, part: &[Value]) -> Result<()> {
        let [Value::Float(count), Value::Float(mean), Value::Float(squares)] = *part else { return Ok(()) };
        if count > 0.0 {
            let both = self.count + count;
            let distance = mean - self.mean;
            self.squares += squares + distance * distance * self.count * count / both;
            self.mean += distance * count / both;
            self.count = both;
        }
        Ok(())
    }
}

/// Which value of an order a percentile is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// Between two neighbours.
    Interpolated,
    /// One of the values.
    Nearest,
}

impl Rank {
    /// What a function looks for.
    pub fn of(function: &str) -> Option<Rank> {
        match function {
            "percentileCont" => Some(Rank::Interpolated),
            "percentileDisc" => Some(Rank::Nearest),
            _ => None,
        }
    }

    /// The place of the value among so many, counted from 0, and how far on towards the next one it lies.
    pub fn place(self, percentile: f64, count: usize) -> (usize, f64) {
        match self {
            Rank::Interpolated => {
                let place = percentile * count.saturating_sub(1) as f64;
                (place as usize, place.fract())
            }
            Rank::Nearest => ((percentile * count as f64).ceil().max(1.0) as usize - 1, 0.0),
        }
    }

    /// The percentile that lies so far on from one value towards the next.
    pub fn value(self, at: Number, next: Number, share: f64) -> Value {
        if self == Rank::Nearest {
            return Value::from(at);
        }
        let (at, next) = (at.as_float(), next.as_float());
        // Equal neighbours need no interpolation, which would make NaN of infinities.
        let between = share > 0.0 && at != next;
        Value::Float(if between { at + (next - at) * share } else { at })
    }
}

struct Percentile {
    function: &'static str,
    rank: Rank,
    values: Vec<Number>,
    percentile: f64,
}

impl Percentile {
    fn new(function: &'static str, rank: Rank) -> Percentile {
        Percentile { function, rank, values: Vec::new(), percentile: 0.0 }
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
        let (place, share) = self.rank.place(self.percentile, self.values.len());
        if place >= self.values.len() {
            return Ok(Value::Null);
        }
        let (_, at, after) = self.values.select_nth_unstable_by(place, by_size);
        let next = after.iter().min_by(|a, b| by_size(a, b)).unwrap_or(at);
        Ok(self.rank.value(*at, *next, share))
    }
    /// The percentile, and then all values.
    fn part(&mut self) -> Result<Part> {
        let values = std::mem::take(&mut self.values);
        Ok(std::iter::once(Value::Float(self.percentile))
            .chain(values.into_iter().map(Value::from))
            .collect())
    }
    fn absorb(&mut self, part: &[Value]) -> Result<()> {
        if let [Value::Float(percentile), values @ ..] = part
            && !values.is_empty()
        {
            self.percentile = *percentile;
            self.values.extend(values.iter().filter_map(Value::as_number));
        }
        Ok(())
    }
    fn keeps_values(&self) -> bool {
        true
    }
}

/// A whole number before the float that equals it.
fn by_size(a: &Number, b: &Number) -> Ordering {
    let is_float = |number: &Number| matches!(number, Number::Float(_));
    a.order(*b).then(is_float(a).cmp(&is_float(b)))
}
