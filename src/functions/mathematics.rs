//! Functions of numbers. Floats follow IEEE 754: what has no real result is NaN.

use super::error::{out_of_range, unfit};
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::value::{Number, Value, arithmetic};

type Scalar = fn(&Context<'_>, &[Value]) -> Result<Value>;
type Examples = &'static [(&'static str, &'static str)];

/// A function of one number that gives a float.
const fn real(name: &'static str, body: Scalar, doc: &'static str, examples: Examples) -> Function {
    let (parameters, accepts) = (&["number"], &[Accepts::Number]);
    Function { name, parameters, accepts, gives: Gives::Float, body: Body::Scalar(body), doc, examples }
}

const fn constant(name: &'static str, body: Scalar, doc: &'static str, examples: Examples) -> Function {
    Function {
        name,
        parameters: &[],
        accepts: &[],
        gives: Gives::Float,
        body: Body::Scalar(body),
        doc,
        examples,
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "abs",
        parameters: &["number"],
        accepts: &[Accepts::Number],
        gives: Gives::First,
        body: Body::Scalar(absolute),
        doc: "The number without its sign.",
        examples: &[("abs(-1)", "1"), ("abs(-1.5)", "1.5")],
    },
    Function {
        name: "sign",
        parameters: &["number"],
        accepts: &[Accepts::Number],
        gives: Gives::Integer,
        body: Body::Scalar(sign),
        doc: "-1, 0 or 1 for a number below, at or above zero.",
        examples: &[("sign(-3.5)", "-1"), ("sign(0)", "0")],
    },
    Function {
        name: "round",
        parameters: &["number", "digits?", "mode?"],
        accepts: &[Accepts::Number, Accepts::Number, Accepts::String],
        gives: Gives::Float,
        body: Body::Scalar(round),
        doc: "The nearest whole number, or the nearest with so many digits after the point. A number half way goes up, \
              or, with digits, away from zero; the mode is one of 'UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', \
              'HALF_DOWN' and 'HALF_EVEN'.",
        examples: &[("round(1.5)", "2.0"), ("round(-1.5)", "-1.0"), ("round(3.14159, 2)", "3.14")],
    },
    Function {
        name: "isNaN",
        parameters: &["number"],
        accepts: &[Accepts::Number],
        gives: Gives::Boolean,
        body: Body::Scalar(is_nan),
        doc: "Whether a float is not a number.",
        examples: &[("isNaN(0.0 / 0.0)", "true"), ("isNaN(1)", "false")],
    },
    real(
        "ceil",
        |_, arguments| of_float("ceil", arguments, f64::ceil),
        "The least whole number that is not smaller.",
        &[("ceil(0.1)", "1.0")],
    ),
    real(
        "floor",
        |_, arguments| of_float("floor", arguments, f64::floor),
        "The greatest whole number that is not greater.",
        &[("floor(0.9)", "0.0")],
    ),
    real(
        "sqrt",
        |_, arguments| of_float("sqrt", arguments, f64::sqrt),
        "The square root.",
        &[("sqrt(9)", "3.0"), ("sqrt(-1)", "NaN")],
    ),
    real(
        "exp",
        |_, arguments| of_float("exp", arguments, f64::exp),
        "Euler's number to the power of the number.",
        &[("exp(0)", "1.0")],
    ),
    real(
        "log",
        |_, arguments| of_float("log", arguments, f64::ln),
        "The natural logarithm.",
        &[("log(1)", "0.0")],
    ),
    real(
        "log10",
        |_, arguments| of_float("log10", arguments, f64::log10),
        "The decimal logarithm.",
        &[("log10(100)", "2.0")],
    ),
    real(
        "sin",
        |_, arguments| of_float("sin", arguments, f64::sin),
        "The sine of an angle in radians.",
        &[("sin(0)", "0.0")],
    ),
    real(
        "cos",
        |_, arguments| of_float("cos", arguments, f64::cos),
        "The cosine of an angle in radians.",
        &[("cos(0)", "1.0")],
    ),
    real(
        "tan",
        |_, arguments| of_float("tan", arguments, f64::tan),
        "The tangent of an angle in radians.",
        &[("tan(0)", "0.0")],
    ),
    real(
        "cot",
        |_, arguments| of_float("cot", arguments, |x: f64| 1.0 / x.tan()),
        "The cotangent of an angle in radians.",
        &[("round(cot(0.5), 3)", "1.83")],
    ),
    real(
        "sinh",
        |_, arguments| of_float("sinh", arguments, f64::sinh),
        "The hyperbolic sine.",
        &[("sinh(0)", "0.0")],
    ),
    real(
        "cosh",
        |_, arguments| of_float("cosh", arguments, f64::cosh),
        "The hyperbolic cosine.",
        &[("cosh(0)", "1.0")],
    ),
    real(
        "tanh",
        |_, arguments| of_float("tanh", arguments, f64::tanh),
        "The hyperbolic tangent.",
        &[("tanh(0)", "0.0")],
    ),
    real(
        "coth",
        |_, arguments| of_float("coth", arguments, |x: f64| 1.0 / x.tanh()),
        "The hyperbolic cotangent.",
        &[("coth(0)", "Infinity")],
    ),
    real(
        "asin",
        |_, arguments| of_float("asin", arguments, f64::asin),
        "The angle, in radians, of a sine.",
        &[("asin(0)", "0.0")],
    ),
    real(
        "acos",
        |_, arguments| of_float("acos", arguments, f64::acos),
        "The angle, in radians, of a cosine.",
        &[("acos(1)", "0.0")],
    ),
    real(
        "atan",
        |_, arguments| of_float("atan", arguments, f64::atan),
        "The angle, in radians, of a tangent.",
        &[("atan(0)", "0.0")],
    ),
    real(
        "degrees",
        |_, arguments| of_float("degrees", arguments, f64::to_degrees),
        "Radians as degrees.",
        &[("degrees(pi())", "180.0")],
    ),
    real(
        "radians",
        |_, arguments| of_float("radians", arguments, f64::to_radians),
        "Degrees as radians.",
        &[("radians(0)", "0.0")],
    ),
    real(
        "haversin",
        |_, arguments| of_float("haversin", arguments, |x: f64| (1.0 - x.cos()) / 2.0),
        "Half the versed sine of an angle in radians.",
        &[("haversin(0)", "0.0")],
    ),
    Function {
        name: "atan2",
        parameters: &["y", "x"],
        accepts: &[Accepts::Number, Accepts::Number],
        gives: Gives::Float,
        body: Body::Scalar(arc_tangent_of_point),
        doc: "The angle, in radians, of the point (x, y).",
        examples: &[("atan2(0, 1)", "0.0")],
    },
    constant(
        "e",
        |_, _| Ok(Value::Float(std::f64::consts::E)),
        "Euler's number.",
        &[("e()", "2.718281828459045")],
    ),
    constant(
        "pi",
        |_, _| Ok(Value::Float(std::f64::consts::PI)),
        "The number pi.",
        &[("pi()", "3.141592653589793")],
    ),
    constant(
        "rand",
        |_, _| Ok(Value::Float(random())),
        "A random number from 0 included to 1 excluded.",
        &[("rand() < 1", "true")],
    ),
];

/// The number at a position among the arguments; `None` for null.
fn number(function: &str, arguments: &[Value], position: usize) -> Result<Option<Number>> {
    match arguments.get(position) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_number() {
            Some(number) => Ok(Some(number)),
            None => Err(unfit(function, Accepts::Number.name(), value)),
        },
    }
}

fn of_float(function: &str, arguments: &[Value], body: impl Fn(f64) -> f64) -> Result<Value> {
    let result = number(function, arguments, 0)?.map(|number| body(number.as_float()));
    Ok(result.map_or(Value::Null, Value::Float))
}

fn absolute(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match number("abs", arguments, 0)? {
        None => Ok(Value::Null),
        Some(Number::Float(x)) => Ok(Value::Float(x.abs())),
        Some(Number::Integer(n)) => {
            n.checked_abs().map(Value::Integer).ok_or_else(arithmetic::integer_overflow)
        }
    }
}

fn sign(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(match number("sign", arguments, 0)? {
        None => Value::Null,
        Some(Number::Integer(n)) => Value::Integer(n.signum()),
        Some(Number::Float(x)) => Value::Integer(i64::from(x > 0.0) - i64::from(x < 0.0)),
    })
}

fn is_nan(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(number("isNaN", arguments, 0)?.map_or(Value::Null, |number| number.is_nan().into()))
}

fn arc_tangent_of_point(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let (y, x) = (number("atan2", arguments, 0)?, number("atan2", arguments, 1)?);
    let (Some(y), Some(x)) = (y, x) else { return Ok(Value::Null) };
    Ok(Value::Float(y.as_float().atan2(x.as_float())))
}

type Rounding = fn(f64) -> f64;

/// Ways of rounding to a whole number, by name.
const ROUNDINGS: &[(&str, Rounding)] = &[
    ("UP", |x| x.abs().ceil().copysign(x)),
    ("DOWN", f64::trunc),
    ("CEILING", f64::ceil),
    ("FLOOR", f64::floor),
    ("HALF_UP", f64::round),
    ("HALF_DOWN", |x| (x.abs() - 0.5).ceil().copysign(x)),
    ("HALF_EVEN", f64::round_ties_even),
];

fn round(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let Some(x) = number("round", arguments, 0)?.map(Number::as_float) else { return Ok(Value::Null) };
    let digits = match arguments.get(1) {
        // Half way goes up, towards positive infinity; adding 0.5 would lose the last bit of large numbers.
        None => return Ok(Value::Float(if x.fract() == -0.5 { x.ceil() } else { x.round() })),
        Some(Value::Null) => return Ok(Value::Null),
        Some(Value::Integer(n)) if (0..=308).contains(n) => *n as i32,
        Some(Value::Integer(_)) => return Err(out_of_range("round", "the digits are from 0 to 308")),
        Some(other) => return Err(unfit("round", "an integer number of digits", other)),
    };
    let rounding = match arguments.get(2) {
        None => f64::round,
        Some(Value::Null) => return Ok(Value::Null),
        Some(mode) => {
            let named = |wanted: &str| ROUNDINGS.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            match mode.as_str().and_then(named) {
                Some((_, rounding)) => *rounding,
                None => return Err(unfit("round", "one of its modes of rounding", mode)),
            }
        }
    };
    // From 2^52 on a float has no digits after the point.
    if x.abs() >= 4_503_599_627_370_496.0 {
        return Ok(Value::Float(x));
    }
    let power = 10_f64.powi(digits);
    let scaled = x * power;
    // So many digits are more than the float has.
    Ok(Value::Float(if scaled.is_finite() { rounding(scaled) / power } else { x }))
}

/// From 0 included to 1 excluded. The generator is SplitMix64 (Steele, Lea, Flood 2014), seeded by the standard
/// library's random hash keys and advanced by all threads together.
fn random() -> f64 {
    (random_bits() >> 11) as f64 / (1_u64 << 53) as f64
}

/// The next of a row of random numbers that begins elsewhere each time the program runs.
pub(super) fn random_bits() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    static STATE: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(RandomState::new().hash_one(0)));
    let mut mixed = STATE.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
