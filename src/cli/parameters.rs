//! Values typed by people: parameters, days and names of rules.

use crate::base::{Report, Result};
use crate::graph::Day;
use crate::session::{Options, Session};
use crate::value::{Date, Map, Value};
use serde_json::Value as Json;
use std::sync::Arc;

/// `NAME=VALUE`: the value is JSON, a Cypher literal, or, failing both, the text itself.
pub fn parameter(text: &str) -> Result<(Arc<str>, Value)> {
    let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
        return Err(Report::input("usage.parameter", format!("`{text}` is not a parameter")).help(
            "Write the name, an equals sign and the value: `name=\"Decree\"`, `day=date('2010-01-01')`.",
        ));
    };
    Ok((Arc::from(name.trim().trim_start_matches('$')), value_of(value.trim())))
}

fn value_of(text: &str) -> Value {
    if let Ok(json) = serde_json::from_str::<Json>(text) {
        return of_json(json);
    }
    literal(text).unwrap_or_else(|| Value::string(text))
}

fn of_json(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Boolean(b),
        Json::Number(n) => match (n.as_i64(), n.as_f64()) {
            (Some(n), _) => Value::Integer(n),
            (None, Some(x)) => Value::Float(x),
            (None, None) => Value::Null,
        },
        Json::String(text) => Value::from(text),
        Json::Array(items) => Value::from(items.into_iter().map(of_json).collect::<Vec<_>>()),
        Json::Object(fields) => {
            Value::map(fields.into_iter().map(|(key, v)| (Arc::from(key), of_json(v))).collect::<Map>())
        }
    }
}

/// The value of a Cypher expression that needs no graph; none where it is not one. A bare word is text, not a variable.
fn literal(text: &str) -> Option<Value> {
    let quoted = text.starts_with(['\'', '"', '[', '{', '-', '+', '.']) || text.ends_with(')');
    let number = text.starts_with(|c: char| c.is_ascii_digit());
    if !quoted && !number {
        return None;
    }
    evaluate(text)
}

fn evaluate(expression: &str) -> Option<Value> {
    let answer = Session::empty().run(&format!("RETURN {expression} AS value"), &Options::default()).ok()?;
    match (answer.rows.first().map(Vec::as_slice), answer.rows.len()) {
        (Some([value]), 1) => Some(value.clone()),
        _ => None,
    }
}

/// A day as people write it in a file or at `--as-of`: `2010-01-01`, `2010-01` or `2010` (their first day).
pub fn day(text: &str) -> Result<Date> {
    period(text).map(|period| period.first())
}

/// The days from one day, month or year to another, both included: a month or year ends with its last day.
pub fn days(from: &str, to: &str) -> Result<(Date, Date)> {
    Ok((period(from)?.first(), period(to)?.last()))
}

fn period(text: &str) -> Result<Day> {
    match Day::parse(text.trim()) {
        Some(day) => Ok(day),
        None => Err(Report::input("usage.day", format!("`{text}` is not a day"))
            .help("Write a day, a month or a year: 2010-01-01, 2010-01 or 2010.")),
    }
}
