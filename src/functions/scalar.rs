//! Functions of any value.

use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::functions::error::unfit;
use crate::value::{Truth, Value, equal};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "coalesce",
        parameters: &["value", "more..."],
        accepts: &[],
        gives: Gives::Anything,
        body: Body::Scalar(coalesce),
        doc: "The first value that is not null.",
        examples: &[("coalesce(null, 2, 3)", "2"), ("coalesce(null)", "null")],
    },
    Function {
        name: "nullIf",
        parameters: &["value", "unwanted"],
        accepts: &[],
        gives: Gives::First,
        body: Body::Scalar(null_if),
        doc: "The value, or null where it equals the unwanted one.",
        examples: &[("nullIf('n/a', 'n/a')", "null"), ("nullIf(4, 5)", "4")],
    },
    Function {
        name: "exists",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::Boolean,
        body: Body::Scalar(exists),
        doc: "Whether a property is there: the same as `IS NOT NULL`.",
        examples: &[("exists({a: 1}.a)", "true"), ("exists({a: 1}.b)", "false")],
    },
    Function {
        name: "isEmpty",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::Boolean,
        body: Body::Scalar(is_empty),
        doc: "Whether a list, a map or a string is empty.",
        examples: &[("isEmpty([])", "true"), ("isEmpty('a')", "false"), ("isEmpty(null)", "null")],
    },
    Function {
        name: "size",
        parameters: &["list"],
        accepts: &[Accepts::Sequence],
        gives: Gives::Integer,
        body: Body::Scalar(size),
        doc: "The number of elements of a list, or of characters of a string.",
        examples: &[("size([1, 2, 3])", "3"), ("size('закон')", "5"), ("size(null)", "null")],
    },
    Function {
        name: "timestamp",
        parameters: &[],
        accepts: &[],
        gives: Gives::Integer,
        body: Body::Scalar(timestamp),
        doc: "Milliseconds since 1970-01-01T00:00Z at which the statement began.",
        examples: &[("timestamp() > 0", "true")],
    },
];

fn coalesce(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(arguments.iter().find(|value| !value.is_null()).cloned().unwrap_or_default())
}

fn null_if(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let [value, unwanted, ..] = arguments else { return Ok(Value::Null) };
    Ok(if equal(value, unwanted) == Truth::True { Value::Null } else { value.clone() })
}

fn exists(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(Value::Boolean(arguments.first().is_some_and(|value| !value.is_null())))
}

fn is_empty(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match arguments.first() {
        Some(Value::List(values)) => Ok(values.is_empty().into()),
        Some(Value::Map(map)) => Ok(map.is_empty().into()),
        Some(Value::String(text)) => Ok(text.is_empty().into()),
        None | Some(Value::Null) => Ok(Value::Null),
        Some(other) => Err(unfit("isEmpty", "a list, a map or a string", other)),
    }
}

pub(super) fn size(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match arguments.first() {
        Some(Value::List(values)) => Ok(Value::Integer(values.len() as i64)),
        Some(Value::String(text)) => Ok(Value::Integer(text.chars().count() as i64)),
        None | Some(Value::Null) => Ok(Value::Null),
        Some(other) => Err(unfit("size", Accepts::Sequence.name(), other)),
    }
}

fn timestamp(context: &Context<'_>, _: &[Value]) -> Result<Value> {
    Ok(Value::Integer(context.now.div_euclid(1_000_000) as i64))
}
