//! Durations: construction, and the time between two temporal values.

use super::{Body, Context, Function, Gives};
use crate::base::Result;
use crate::value::Value;
use crate::value::temporal::{Measure, between, duration_from};

type Scalar = fn(&Context<'_>, &[Value]) -> Result<Value>;
type Examples = &'static [(&'static str, &'static str)];

const fn row(name: &'static str, body: Scalar, doc: &'static str, examples: Examples) -> Function {
    let parameters = &["from", "to"];
    Function {
        name,
        parameters,
        accepts: &[],
        gives: Gives::Temporal,
        body: Body::Scalar(body),
        doc,
        examples,
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "duration",
        parameters: &["input"],
        accepts: &[],
        gives: Gives::Temporal,
        body: Body::Scalar(|_, arguments| duration_from(arguments.first().unwrap_or(&Value::Null))),
        doc: "A duration from text or a map of amounts; fractions are carried into smaller units.",
        examples: &[
            ("duration('P1Y2M10DT2H30M')", "'P1Y2M10DT2H30M'"),
            ("duration({days: 1.5})", "'P1DT12H'"),
        ],
    },
    row(
        "duration.between",
        |_, arguments| measured(Measure::Parts, arguments),
        "The duration from one date or time to another, in months, days and seconds.",
        &[("duration.between(date('2008-05-15'), date('2011-12-31'))", "'P3Y7M16D'")],
    ),
    row(
        "duration.inMonths",
        |_, arguments| measured(Measure::Months, arguments),
        "The whole months from one date or time to another.",
        &[("duration.inMonths(date('2008-05-15'), date('2011-12-31'))", "'P3Y7M'")],
    ),
    row(
        "duration.inDays",
        |_, arguments| measured(Measure::Days, arguments),
        "The whole days from one date or time to another.",
        &[("duration.inDays(date('2008-05-15'), date('2011-12-31'))", "'P1325D'")],
    ),
    row(
        "duration.inSeconds",
        |_, arguments| measured(Measure::Seconds, arguments),
        "The time that passes from one date or time to another, in hours, minutes and seconds.",
        &[("duration.inSeconds(date('2008-05-15'), date('2008-05-17'))", "'PT48H'")],
    ),
];

fn measured(measure: Measure, arguments: &[Value]) -> Result<Value> {
    match arguments {
        [from, to, ..] => between(measure, from, to),
        _ => Ok(Value::Null),
    }
}
