//! Functions of any value.

use super::mathematics::random_bits;
use super::{Accepts, Body, Context, Function, Gives};
use crate::base::Result;
use crate::functions::error::unfit;
use crate::value::{Truth, Value, equal};
use std::collections::BTreeSet;

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
    Function {
        name: "randomUUID",
        parameters: &[],
        accepts: &[],
        gives: Gives::String,
        body: Body::Scalar(random_uuid),
        doc: "A random identifier (UUID of version 4), another one each time.",
        examples: &[("size(randomUUID())", "36"), ("substring(randomUUID(), 14, 1)", "'4'")],
    },
    Function {
        name: "valueType",
        parameters: &["value"],
        accepts: &[],
        gives: Gives::String,
        body: Body::Scalar(value_type),
        doc: "The most precise type of a value.",
        examples: &[
            ("valueType(1)", "'INTEGER NOT NULL'"),
            ("valueType([1, 'a', null])", "'LIST<INTEGER | STRING> NOT NULL'"),
            ("valueType(null)", "'NULL'"),
        ],
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

/// RFC 9562, section 5.4.
fn random_uuid(_: &Context<'_>, _: &[Value]) -> Result<Value> {
    let (first, second) = (random_bits(), random_bits());
    let (version, variant) = (0x4000 | (first & 0xFFF), 0x8000 | (second >> 50));
    Ok(Value::from(format!(
        "{:08x}-{:04x}-{version:04x}-{variant:04x}-{:012x}",
        first >> 32,
        (first >> 16) & 0xFFFF,
        second & 0xFFFF_FFFF_FFFF
    )))
}

fn value_type(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let value = arguments.first().unwrap_or(&Value::Null);
    Ok(Value::from(if value.is_null() { "NULL".to_owned() } else { format!("{} NOT NULL", type_of(value)) }))
}

/// The name of a value's type as GQL writes it (ISO/IEC 39075, value types), without its nullability.
fn type_of(value: &Value) -> String {
    let name = match value {
        Value::Null => "NULL",
        Value::Boolean(_) => "BOOLEAN",
        Value::Integer(_) => "INTEGER",
        Value::Float(_) => "FLOAT",
        Value::String(_) => "STRING",
        Value::Map(_) => "MAP",
        Value::Node(_) => "NODE",
        Value::Relationship(_) => "RELATIONSHIP",
        Value::Path(_) => "PATH",
        Value::Date(_) => "DATE",
        Value::LocalTime(_) => "LOCAL TIME",
        Value::Time(_) => "ZONED TIME",
        Value::LocalDateTime(_) => "LOCAL DATETIME",
        Value::DateTime(_) => "ZONED DATETIME",
        Value::Duration(_) => "DURATION",
        Value::List(values) => return list_type(values),
    };
    name.to_owned()
}

fn list_type(values: &[Value]) -> String {
    let some = |value: &&Value| !value.is_null();
    let types: BTreeSet<String> = values.iter().filter(some).map(type_of).collect();
    let nullable = values.iter().any(Value::is_null);
    let known = |name: String| if nullable { name } else { format!("{name} NOT NULL") };
    match (types.is_empty(), nullable) {
        (true, true) => "LIST<NULL>".to_owned(),
        (true, false) => "LIST<NOTHING>".to_owned(),
        _ => format!("LIST<{}>", types.into_iter().map(known).collect::<Vec<_>>().join(" | ")),
    }
}

fn timestamp(context: &Context<'_>, _: &[Value]) -> Result<Value> {
    Ok(Value::Integer(context.now.div_euclid(1_000_000) as i64))
}
