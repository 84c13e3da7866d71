//! Literals as Cypher.

use super::super::names::written;
use crate::algebra::Literal;
use crate::value::Value;

pub(super) fn text(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(b) => b.to_string(),
        Literal::Integer(n) => n.to_string(),
        Literal::Float(x) => float(*x),
        Literal::String(s) => string(s),
        Literal::Value(v) => value(v),
    }
}

/// The shortest notation that reads back as the same float.
fn float(x: f64) -> String {
    if x.is_nan() {
        return "(0.0 / 0.0)".to_owned();
    }
    if x.is_infinite() {
        return if x > 0.0 { "(1.0 / 0.0)".to_owned() } else { "(-1.0 / 0.0)".to_owned() };
    }
    format!("{x:?}")
}

pub(super) fn string(s: &str) -> String {
    let mut text = String::with_capacity(s.len() + 2);
    text.push('\'');
    for c in s.chars() {
        match c {
            '\'' => text.push_str("\\'"),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c.is_control() => text.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('\'');
    text
}

/// A value as the expression that makes it.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(b) => b.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Float(x) => float(*x),
        Value::String(s) => string(s),
        Value::List(items) => format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries = map.iter().map(|(key, item)| format!("{}: {}", written(key), self::value(item)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Date(_) => format!("date({value})"),
        Value::LocalTime(_) => format!("localtime({value})"),
        Value::Time(_) => format!("time({value})"),
        Value::LocalDateTime(_) => format!("localdatetime({value})"),
        Value::DateTime(_) => format!("datetime({value})"),
        Value::Duration(_) => format!("duration({value})"),
        // These have no notation; no question gives them.
        Value::Node(_) | Value::Relationship(_) | Value::Path(_) => "null".to_owned(),
    }
}
