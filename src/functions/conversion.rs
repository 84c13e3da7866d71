//! Functions from one type to another.
//!
//! `toX` fails for what can never be an X, and gives null for a string that does not read as one; `toXOrNull` gives
//! null for both; `toXList` converts the elements of a list.

use super::error::unfit;
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::value::{Value, float_text};

type Scalar = fn(&Context<'_>, &[Value]) -> Result<Value>;
type Examples = &'static [(&'static str, &'static str)];

const fn row(
    name: &'static str,
    gives: Gives,
    body: Scalar,
    doc: &'static str,
    examples: Examples,
) -> Function {
    Function { name, parameters: &["value"], accepts: &[], gives, body: Body::Scalar(body), doc, examples }
}

const fn row_of_list(
    name: &'static str,
    gives: Gives,
    body: Scalar,
    doc: &'static str,
    examples: Examples,
) -> Function {
    let accepts = &[Accepts::List];
    Function { name, parameters: &["list"], accepts, gives, body: Body::Scalar(body), doc, examples }
}

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "toInteger",
        Gives::Integer,
        |_, arguments| convert(arguments, to_integer, "toInteger", "a number or a string"),
        "The integer that a number or a string stands for; fractions are cut off.",
        &[("toInteger('42')", "42"), ("toInteger(2.9)", "2"), ("toInteger('many')", "null")],
    ),
    row(
        "toFloat",
        Gives::Float,
        |_, arguments| convert(arguments, to_float, "toFloat", "a number or a string"),
        "The float that a number or a string stands for.",
        &[("toFloat('1.5')", "1.5"), ("toFloat(3)", "3.0"), ("toFloat('many')", "null")],
    ),
    row(
        "toBoolean",
        Gives::Boolean,
        |_, arguments| convert(arguments, to_boolean, "toBoolean", "a boolean or a string"),
        "The boolean that a string stands for.",
        &[("toBoolean('TRUE')", "true"), ("toBoolean('maybe')", "null")],
    ),
    row(
        "toString",
        Gives::String,
        |_, arguments| {
            convert(arguments, to_string, "toString", "a string, a number, a boolean, a date or a time")
        },
        "A number, a boolean, a date or a time as text.",
        &[("toString(1.5)", "'1.5'"), ("toString(true)", "'true'")],
    ),
    row(
        "toIntegerOrNull",
        Gives::Integer,
        |_, arguments| or_null(arguments, to_integer),
        "As `toInteger`, with null for what cannot be converted.",
        &[("toIntegerOrNull([])", "null")],
    ),
    row(
        "toFloatOrNull",
        Gives::Float,
        |_, arguments| or_null(arguments, to_float),
        "As `toFloat`, with null for what cannot be converted.",
        &[("toFloatOrNull([])", "null")],
    ),
    row(
        "toBooleanOrNull",
        Gives::Boolean,
        |_, arguments| or_null(arguments, to_boolean),
        "As `toBoolean`, with null for what cannot be converted.",
        &[("toBooleanOrNull(1.5)", "null")],
    ),
    row(
        "toStringOrNull",
        Gives::String,
        |_, arguments| or_null(arguments, to_string),
        "As `toString`, with null for what cannot be converted.",
        &[("toStringOrNull([])", "null")],
    ),
    row_of_list(
        "toIntegerList",
        Gives::Integers,
        |_, arguments| each(arguments, to_integer, "toIntegerList"),
        "Every element as `toIntegerOrNull` gives it.",
        &[("toIntegerList(['1', 2.5, 'x'])", "[1, 2, null]")],
    ),
    row_of_list(
        "toFloatList",
        Gives::List,
        |_, arguments| each(arguments, to_float, "toFloatList"),
        "Every element as `toFloatOrNull` gives it.",
        &[("toFloatList(['1', 2])", "[1.0, 2.0]")],
    ),
    row_of_list(
        "toBooleanList",
        Gives::List,
        |_, arguments| each(arguments, to_boolean, "toBooleanList"),
        "Every element as `toBooleanOrNull` gives it.",
        &[("toBooleanList(['true', 'x'])", "[true, null]")],
    ),
    row_of_list(
        "toStringList",
        Gives::Strings,
        |_, arguments| each(arguments, to_string, "toStringList"),
        "Every element as `toStringOrNull` gives it.",
        &[("toStringList([1, true])", "['1', 'true']")],
    ),
];

/// One value as another type; `None` for a type that has no such form.
type Conversion = fn(&Value) -> Option<Value>;

fn convert(arguments: &[Value], conversion: Conversion, function: &str, wanted: &str) -> Result<Value> {
    let Some(value) = arguments.first() else { return Ok(Value::Null) };
    conversion(value).ok_or_else(|| unfit(function, wanted, value))
}

fn or_null(arguments: &[Value], conversion: Conversion) -> Result<Value> {
    Ok(arguments.first().and_then(conversion).unwrap_or_default())
}

fn each(arguments: &[Value], conversion: Conversion, function: &str) -> Result<Value> {
    match arguments.first() {
        Some(Value::List(values)) => {
            Ok(Value::List(values.iter().map(|value| conversion(value).unwrap_or_default()).collect()))
        }
        None | Some(Value::Null) => Ok(Value::Null),
        Some(other) => Err(unfit(function, Accepts::List.name(), other)),
    }
}

fn to_integer(value: &Value) -> Option<Value> {
    match value {
        Value::Integer(_) | Value::Null => Some(value.clone()),
        Value::Float(x) => Some(truncated(*x)),
        Value::String(text) => {
            let text = text.trim();
            let whole = text.parse().map(Value::Integer);
            Some(whole.unwrap_or_else(|_| number(text).map_or(Value::Null, truncated)))
        }
        _ => None,
    }
}

fn to_float(value: &Value) -> Option<Value> {
    match value {
        Value::Float(_) | Value::Null => Some(value.clone()),
        Value::Integer(n) => Some(Value::Float(*n as f64)),
        Value::String(text) => Some(number(text.trim()).map_or(Value::Null, Value::Float)),
        _ => None,
    }
}

fn to_boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Boolean(_) | Value::Null => Some(value.clone()),
        Value::String(text) => Some(match text.trim().to_ascii_lowercase().as_str() {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => Value::Null,
        }),
        _ => None,
    }
}

fn to_string(value: &Value) -> Option<Value> {
    let text = match value {
        Value::String(_) | Value::Null => return Some(value.clone()),
        Value::Float(x) => float_text(*x),
        Value::Boolean(b) => b.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Date(date) => date.to_string(),
        Value::LocalTime(time) => time.to_string(),
        Value::Time(time) => time.to_string(),
        Value::LocalDateTime(moment) => moment.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Duration(duration) => duration.to_string(),
        Value::List(_) | Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Path(_) => {
            return None;
        }
    };
    Some(Value::from(text))
}

/// The integer before the fraction; null for what no integer comes near.
fn truncated(x: f64) -> Value {
    let whole = x.trunc();
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole);
    if fits { Value::Integer(whole as i64) } else { Value::Null }
}

/// A number in decimal notation; words such as `inf` and `nan` are none.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if plain { text.parse().ok() } else { None }
}
